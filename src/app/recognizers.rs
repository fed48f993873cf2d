//! `privet recognizers`: what can be found, and how.

use super::cli::RecognizersCommand;
use super::exit::{Exit, answer, show, tell};
use super::plan::Loader;
use crate::detect::{Certain, DefaultUse, EntityInfo, Level, LoadError, RecognizerInfo, RecognizerSet, Speed};
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
        RecognizersCommand::Test { directory } => test(directory.as_deref()),
    }
}

fn load(folder: Option<&Path>) -> Result<Arc<RecognizerSet>, Exit> {
    let loader = Loader::new(folder, BTreeMap::new()).map_err(|error| {
        show(&error);
        error.exit()
    })?;
    Ok(Arc::clone(loader.set()))
}

/// Runs the examples; those that do not hold are told with their places.
fn test(directory: Option<&Path>) -> Exit {
    let told = |errors: &[LoadError]| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        show(lines.join("\n"));
        Exit::Usage
    };
    match RecognizerSet::test(directory) {
        Ok(tested) if tested.failures.is_empty() => answer(&format!(
            "{} examples of {} recognizers hold, alone and among all\n",
            tested.examples, tested.recognizers
        )),
        Ok(tested) => told(&tested.failures),
        Err(errors) => told(&errors),
    }
}

/// Lists the entity types by name.
fn list(set: &RecognizerSet) -> String {
    let mut infos: Vec<_> = set.entities().iter().filter(|info| info.level == Level::Type).collect();
    infos.sort_by_key(|info| info.entity.as_str());
    let width = |name: fn(&EntityInfo) -> &str| infos.iter().map(|info| name(info).len()).max().unwrap_or(0);
    let (wide, family_wide) = (width(|info| info.entity.as_str()), width(|info| info.family.as_str()));
    let mut text = String::new();
    for info in &infos {
        let country = info.country.as_ref().map_or("-", |country| country.as_str());
        let slow = set.recognizers().iter().any(|recognizer| {
            set.entity(recognizer.entity).entity == info.entity
                && recognizer.patterns.iter().any(|pattern| pattern.speed == Speed::Slow)
        });
        writeln!(
            text,
            "{:wide$}  {:6}  {country:2}  {:family_wide$}  {}{}",
            info.entity.as_str(),
            default(info.default),
            info.family.as_str(),
            info.title,
            if slow { " (slow)" } else { "" }
        )
        .ok();
    }
    text
}

/// Shows one entity type, or one recognizer by its id.
fn one(set: &RecognizerSet, name: &str) -> Exit {
    let by_id = set.recognizers().iter().find(|recognizer| recognizer.id == name).map(|recognizer| recognizer.entity);
    let Some(index) = set.entity_index(name).or(by_id) else {
        let types = set.entities().iter().map(|info| info.entity.as_str());
        let known: Vec<&str> = types.chain(set.recognizers().iter().map(|one| one.id.as_str())).collect();
        match nearest(name, known) {
            Some(near) => tell(format_args!("no entity type or recognizer has this name; did you mean {near}?")),
            None => tell("no entity type or recognizer has this name; `privet recognizers list` lists the types"),
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
    if info.level == Level::Family {
        let types = set.entities().iter().filter(|one| one.family == info.family && one.level == Level::Type);
        let types: Vec<&str> = types.map(|one| one.entity.as_str()).collect();
        writeln!(text, "  types    {}", types.join(" ")).ok();
    }
    for recognizer in set.recognizers().iter().filter(|recognizer| recognizer.entity == index) {
        describe(recognizer, &mut text);
    }
    text
}

fn describe(recognizer: &RecognizerInfo, text: &mut String) {
    writeln!(text, "recognizer {}", recognizer.id).ok();
    for pattern in &recognizer.patterns {
        let certain = if pattern.certain == Certain::Yes { ", 1 where a validator accepts it" } else { "" };
        let slow = if pattern.speed == Speed::Slow { ", slow" } else { "" };
        writeln!(text, "  pattern    {}, score {}{certain}{slow}", pattern.name, pattern.score).ok();
    }
    for validator in &recognizer.validators {
        writeln!(text, "  validator  {validator}").ok();
    }
    for (what, words) in [("context", &recognizer.words), ("against", &recognizer.not)] {
        let words: Vec<String> = words
            .iter()
            .map(|word| match &word.language {
                Some(language) => format!("{} ({language})", word.text),
                None => word.text.clone(),
            })
            .collect();
        if !words.is_empty() {
            writeln!(text, "  {what}    {}", words.join(", ")).ok();
        }
    }
    if !recognizer.field_names.is_empty() {
        writeln!(text, "  fields     {}", recognizer.field_names.join(", ")).ok();
    }
    let within = |field: &str| if field.is_empty() { String::new() } else { format!(" in {field}") };
    for (example, field, finds) in &recognizer.finds {
        writeln!(text, "  finds      {finds:?} in {example:?}{}", within(field)).ok();
    }
    for (example, field) in &recognizer.finds_nothing {
        writeln!(text, "  nothing    in {example:?}{}", within(field)).ok();
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
