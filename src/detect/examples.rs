//! The examples of recognizer files, run: each alone and among all.

use std::path::Path;

use super::compile::compile;
use super::document::{self, Declaration, Example};
use super::load::{self, LoadError, SourceFile};
use super::{DefaultUse, DetectScratch, EntityMask, RecognizerSet, TextKind};
use crate::model::resolve::{Claim, Strength, resolve};
use crate::model::{Finding, Score};

/// The threshold of a policy that names none.
pub(super) const THRESHOLD: Score = Score::from_thousandths(400);

/// What running examples came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tested {
    /// Recognizers whose examples were run.
    pub recognizers: usize,
    /// Examples that were run.
    pub examples: usize,
    /// Those that do not hold.
    pub failures: Vec<LoadError>,
}

impl RecognizerSet {
    /// Runs every example of the built-in files and of a directory's: its recognizer alone, and among all others.
    ///
    /// # Errors
    /// Every fault of every file, where the files do not load.
    pub fn test(dir: Option<&Path>) -> Result<Tested, Vec<LoadError>> {
        let mut files = load::builtin();
        if let Some(dir) = dir {
            files.extend(load::directory(dir)?);
        }
        let whole = compile(&files)?;
        let mut tested = Tested::default();
        for file in files {
            let Some(declaration) = document::read(&file, &mut Vec::new()) else { continue };
            tested.run(file, &declaration, &whole)?;
        }
        Ok(tested)
    }
}

/// Gives the examples of files that do not hold where each file stands alone: what it claims of itself is not so.
///
/// What others make of an example among all is not the file's own fault, and [`RecognizerSet::test`] tells it.
pub(super) fn untrue(files: impl IntoIterator<Item = SourceFile>) -> Result<Vec<LoadError>, Vec<LoadError>> {
    let mut failures = Vec::new();
    for file in files {
        let Some(declaration) = document::read(&file, &mut Vec::new()) else { continue };
        let name = file.name.clone();
        let alone = compile(&[file])?;
        failures.extend(declaration.examples.iter().filter_map(|example| {
            let message = holds_alone(&alone, example).err()?;
            Some(LoadError { file: name.clone(), line: Some(example.line), message })
        }));
    }
    Ok(failures)
}

impl Tested {
    /// Runs the examples of one file.
    pub(super) fn run(
        &mut self,
        file: SourceFile,
        declaration: &Declaration,
        whole: &RecognizerSet,
    ) -> Result<(), Vec<LoadError>> {
        let name = file.name.clone();
        let alone = compile(&[file])?;
        self.recognizers += 1;
        for example in &declaration.examples {
            self.examples += 1;
            for message in [holds_alone(&alone, example), holds_among_all(whole, declaration, example)] {
                let Err(message) = message else { continue };
                self.failures.push(LoadError { file: name.clone(), line: Some(example.line), message });
            }
        }
        Ok(())
    }
}

fn holds_alone(set: &RecognizerSet, example: &Example) -> Result<(), String> {
    let found: Vec<String> = scan(set, &example.text, TextKind::Text, &example.field)
        .iter()
        .filter(|one| one.score >= THRESHOLD)
        .map(|one| one.span.of(&example.text).to_owned())
        .collect();
    let holds = match &example.finds {
        Some(finds) => found.contains(finds),
        None => found.is_empty(),
    };
    if holds { Ok(()) } else { Err(format!("the example does not hold: alone the file finds {found:?}")) }
}

fn holds_among_all(set: &RecognizerSet, declaration: &Declaration, example: &Example) -> Result<(), String> {
    let entity = declaration.entity.as_str();
    let found = resolved(set, &example.text, TextKind::Text, &example.field, entity);
    let holds = match &example.finds {
        // Where nothing tells the types of a family apart, the family is found.
        Some(finds) => {
            [entity, declaration.family.as_str()].iter().any(|name| found.contains(&format!("{name} {finds}")))
        }
        None => !found.iter().any(|one| one.starts_with(&format!("{entity} "))),
    };
    if holds { Ok(()) } else { Err(format!("the example does not hold among all recognizers: {found:?} is found")) }
}

/// Gives all findings of a text in a field of that path, `a.b` from the outside in.
pub(super) fn scan(set: &RecognizerSet, text: &str, kind: TextKind, field: &str) -> Vec<Finding> {
    let hint = set.hint(&field.split('.').collect::<Vec<_>>());
    let mut found = Vec::new();
    set.scan(text, kind, &hint, &EntityMask::all(set), &mut DetectScratch::default(), &mut found);
    found
}

/// What remains without a policy of all findings at or above the threshold, where one entity type more is changed: as
/// `ENTITY text`, overlaps resolved.
pub(super) fn resolved(set: &RecognizerSet, text: &str, kind: TextKind, field: &str, also: &str) -> Vec<String> {
    let counts = |one: &Finding| {
        let info = set.entity(one.entity);
        one.score >= THRESHOLD && (info.default == DefaultUse::Change || info.entity.as_str() == also)
    };
    let found: Vec<Finding> = scan(set, text, kind, field).into_iter().filter(counts).collect();
    let claim = |(id, one): (usize, &Finding)| Claim { span: one.span, strength: Strength::of(one), id };
    let mut claims: Vec<Claim> = found.iter().enumerate().map(claim).collect();
    resolve(&mut claims, text);
    let shown = claims.iter().filter_map(|claim| {
        Some(format!("{} {}", set.entity(found.get(claim.id)?.entity).entity, claim.span.of(text)))
    });
    shown.collect()
}
