//! `privet recognizers`: what can be found, and how.

use super::cli::RecognizersCommand;
use super::exit::{Exit, answer, show, tell};
use super::plan::Loader;
use crate::detect::{DefaultUse, Level, RecognizerInfo, RecognizerSet};
use crate::model::EntityIndex;
use crate::policy::nearest;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

/// Answers what was asked of recognizers.
pub fn run(command: &RecognizersCommand) -> Exit {
    match command {
        RecognizersCommand::List { recognizers } => match load(recognizers.as_deref()) {
            Ok(set) => answer(&list(&set)),
            Err(exit) => exit,
        },
        RecognizersCommand::Show { entity, recognizers } => match load(recognizers.as_deref()) {
            Ok(set) => one(&set, entity),
            Err(exit) => exit,
        },
    }
}

fn load(folder: Option<&Path>) -> Result<Arc<RecognizerSet>, Exit> {
    let loader = Loader::new(folder, BTreeMap::new()).map_err(|error| {
        show(&error);
        error.exit()
    })?;
    Ok(Arc::clone(loader.set()))
}

/// Lists the entity types by name.
fn list(set: &RecognizerSet) -> String {
    let mut infos: Vec<_> = set.entities().iter().filter(|info| info.level == Level::Type).collect();
    infos.sort_by_key(|info| info.entity.as_str());
    let width = infos.iter().map(|info| info.entity.as_str().len()).max().unwrap_or(0);
    let mut text = String::new();
    for info in infos {
        let country = info.country.as_ref().map_or("-", |country| country.as_str());
        let default = default(info.default);
        writeln!(text, "{:width$}  {default:6}  {country:2}  {}", info.entity.as_str(), info.title).ok();
    }
    text
}

/// Shows one entity type.
fn one(set: &RecognizerSet, name: &str) -> Exit {
    let Some(index) = set.entity_index(name) else {
        let known = set.entities().iter().map(|info| info.entity.as_str());
        match nearest(name, known) {
            Some(near) => tell(format_args!("no entity type has this name; did you mean {near}?")),
            None => tell("no entity type has this name; `privet recognizers list` lists them"),
        }
        return Exit::Usage;
    };
    answer(&shown(set, index))
}

fn shown(set: &RecognizerSet, index: EntityIndex) -> String {
    let info = set.entity(index);
    let mut text = format!("{}: {}\n", info.entity, info.title);
    writeln!(text, "  family   {}\n  default  {}", info.family, default(info.default)).ok();
    if let Some(country) = info.country {
        writeln!(text, "  country  {country}").ok();
    }
    for recognizer in set.recognizers().iter().filter(|recognizer| recognizer.entity == index) {
        describe(recognizer, &mut text);
    }
    text
}

fn describe(recognizer: &RecognizerInfo, text: &mut String) {
    writeln!(text, "recognizer {}", recognizer.id).ok();
    for pattern in &recognizer.patterns {
        writeln!(text, "  pattern    {}, score {}", pattern.name, pattern.score).ok();
    }
    for validator in &recognizer.validators {
        writeln!(text, "  validator  {validator}").ok();
    }
    for reference in &recognizer.references {
        writeln!(text, "  source     {reference}").ok();
    }
}

/// Says what happens where no policy speaks of an entity type, in the words of the recognizer files.
const fn default(default: DefaultUse) -> &'static str {
    match default {
        DefaultUse::Change => "change",
        DefaultUse::Report => "report",
        DefaultUse::Off => "off",
    }
}
