//! Declarations into a set.

use std::collections::{BTreeMap, BTreeSet};

use ring::digest;

use super::context::Head;
use super::document::{self, Declaration, FieldWords, Way};
use super::engine::{EngineRecognizer, FormDeclaration};
use super::hint::Lexicon;
use super::load::{LoadError, Maker, SourceFile};

use super::matcher::{Matcher, Pattern};
use super::set::{Detail, Makers, RecognizerSet, TagRecognizer};
use super::vocabulary::Vocabulary;
use super::{Certain, EntityInfo, Level, PatternInfo, RecognizerInfo, Speed, Word, context, strength};
use crate::model::{EntityIndex, EntityType, RecognizerIndex, Says};

/// Patterns of a set; the place of one in its file fits an index with room for [`crate::model::Finding::BY_FIELD_NAME`].
const PATTERNS_MAX: usize = 10_000;

/// Compiles files into a set. An id stands in one file only; the first file to name an entity type says what it is.
///
/// # Errors
/// Every fault of every file.
pub(super) fn compile(files: &[SourceFile]) -> Result<RecognizerSet, Vec<LoadError>> {
    let mut errors = Vec::new();
    let declarations: Vec<Declaration> = files.iter().filter_map(|file| document::read(file, &mut errors)).collect();
    let mut compiling = Compiling { lexicon: Lexicon::new(declarations.len()), ..Compiling::default() };
    compiling.add_entities(&declarations, &mut errors);
    let mut ids: BTreeMap<&str, &str> = BTreeMap::new();
    for (place, declaration) in declarations.iter().enumerate() {
        if let Some(other) = ids.insert(&declaration.id, &declaration.file) {
            let message = format!("id `{}` is taken by {other}", declaration.id);
            errors.push(error(declaration, declaration.lines.key("id"), message));
        }
        let Ok(place) = u16::try_from(place) else { break };
        compiling.add(declaration, RecognizerIndex(place), &mut errors);
    }
    if compiling.patterns.len() > PATTERNS_MAX {
        errors.push(whole(files, format!("more than {PATTERNS_MAX} patterns")));
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    compiling.finish(files).map_err(|message| vec![whole(files, message)])
}

/// Makes the row of an entity type that `first` is the first to name. What several countries have is of none of them,
/// and the first recognizer of no country names it.
fn type_row(first: &Declaration, all: &[Declaration]) -> EntityInfo {
    let others = || all.iter().filter(|other| other.entity == first.entity && other.family == first.family);
    let named = others().find(|other| other.country.is_none()).unwrap_or(first);
    EntityInfo {
        level: Level::Type,
        entity: first.entity.clone(),
        family: first.family.clone(),
        default: first.default,
        country: first.country.filter(|_| others().all(|other| other.country == first.country)),
        title: named.title.clone(),
    }
}

fn error(declaration: &Declaration, line: usize, message: String) -> LoadError {
    LoadError { file: declaration.file.clone(), line: Some(line), message }
}

/// A fault of all files together, told at the last one.
fn whole(files: &[SourceFile], message: String) -> LoadError {
    LoadError { file: files.last().map(|file| file.name.clone()).unwrap_or_default(), line: None, message }
}

#[derive(Default)]
struct Compiling {
    entities: Vec<EntityInfo>,
    families: Vec<EntityIndex>,
    recognizers: Vec<RecognizerInfo>,
    details: Vec<Detail>,
    patterns: Vec<Pattern>,
    engines: Vec<EngineRecognizer>,
    tags: Vec<TagRecognizer>,
    lexicon: Lexicon,
}

impl Compiling {
    fn add(&mut self, declared: &Declaration, index: RecognizerIndex, errors: &mut Vec<LoadError>) {
        let Some(entity) = self.entity(declared.entity.as_str()) else { return };
        let infos = self.add_way(declared, (index, entity), errors);
        self.add_field_names(declared, entity, index, errors);
        for phrase in &declared.context.words {
            self.lexicon.add_context(&phrase.text, index);
        }
        for name in &declared.context.fields {
            self.lexicon.add_context(name, index);
        }
        for phrase in &declared.context.not {
            self.lexicon.add_against(&phrase.text, index);
        }
        for name in &declared.context.not_fields {
            self.lexicon.add_denying(name, index);
        }
        let words = |phrases: &[Word]| phrases.iter().map(|phrase| context::phrase(&phrase.text)).collect::<Vec<_>>();
        let (phrases, not) = (words(&declared.context.words), words(&declared.context.not));
        let heads = [&phrases, &not].map(|all| all.iter().map(|phrase| Head::of(phrase)).collect());
        let certain = match &declared.way {
            Way::Patterns(patterns) => patterns.iter().map(|pattern| pattern.certain.unwrap_or(Certain::No)).collect(),
            Way::Engine(_) | Way::Tagger(_) => Vec::new(),
        };
        self.details.push(Detail {
            entity,
            phrases,
            says: vec![Says::Type; declared.context.words.len()],
            not,
            heads,
            boost: declared.context.boost,
            certain,
        });
        self.recognizers.push(RecognizerInfo {
            id: declared.id.clone(),
            country: declared.country,
            entity,
            title: declared.title.clone(),
            references: declared.references.clone(),
            patterns: infos,
            validators: declared.validators.iter().map(|validator| validator.name.to_owned()).collect(),
            words: declared.context.words.clone(),
            not: declared.context.not.clone(),
            field_names: declared.field_names.clone(),
            finds: declared
                .examples
                .iter()
                .filter_map(|one| Some((one.text.clone(), one.field.clone(), one.finds.clone()?)))
                .collect(),
            finds_nothing: declared
                .examples
                .iter()
                .filter(|one| one.finds.is_none())
                .map(|one| (one.text.clone(), one.field.clone()))
                .collect(),
        });
    }

    /// Compiles what a recognizer finds by, and gives what is told of its patterns.
    fn add_way(
        &mut self,
        declared: &Declaration,
        (index, entity): (RecognizerIndex, EntityIndex),
        errors: &mut Vec<LoadError>,
    ) -> Vec<PatternInfo> {
        let mut infos = Vec::new();
        match &declared.way {
            Way::Patterns(patterns) => {
                for (place, pattern) in (0_u16..).zip(patterns) {
                    infos.push(PatternInfo {
                        name: pattern.name.clone(),
                        score: pattern.score,
                        certain: pattern.certain.unwrap_or(Certain::No),
                        speed: if pattern.look_around.is_some() || pattern.regex.contains("(?u") {
                            Speed::Slow
                        } else {
                            Speed::Usual
                        },
                    });
                    // What the built-in files claim is measured by the tests.
                    if declared.maker == Maker::User
                        && let Err(message) = strength::check(pattern, declared)
                    {
                        errors.push(error(declared, pattern.lines.about(&message), message));
                    }
                    match Pattern::new(pattern, index, place, &declared.validators) {
                        Ok(pattern) => self.patterns.push(pattern),
                        Err(message) => errors.push(error(declared, pattern.lines.about(&message), message)),
                    }
                }
            }
            Way::Engine(engine) => {
                let forms = engine.forms.iter();
                let info = |form: &FormDeclaration| PatternInfo {
                    name: form.name.clone(),
                    score: form.score,
                    certain: Certain::No,
                    speed: Speed::Usual,
                };
                infos.extend(forms.map(info));
                match EngineRecognizer::new(engine, index, &declared.validators) {
                    Ok(engine) => self.engines.push(engine),
                    Err(message) => errors.push(error(declared, declared.lines.key("engine"), message)),
                }
            }
            Way::Tagger(of) => self.tags.push(TagRecognizer { recognizer: index, entity, of: *of }),
        }
        infos
    }

    fn add_field_names(
        &mut self,
        declared: &Declaration,
        entity: EntityIndex,
        index: RecognizerIndex,
        errors: &mut Vec<LoadError>,
    ) {
        let Self { details, families, lexicon, .. } = self;
        let family_of = |entity: EntityIndex| families.get(usize::from(entity.0)).copied().unwrap_or(entity);
        let family = family_of(entity);
        let shares = |other: RecognizerIndex| {
            let other_entity = details.get(usize::from(other.0)).map(|other| other.entity);
            other == index || other_entity.is_some_and(|other| family_of(other) == family)
        };
        for (name, line) in declared.field_names.iter().zip(&declared.field_name_lines) {
            let Err(other) = lexicon.add_strong(name, (entity, family), index, shares) else { continue };
            let other = self.recognizers.get(usize::from(other.0)).map_or("", |info| info.id.as_str());
            let message = format!(
                "field name `{name}` is taken by `{other}`; only recognizers of one family may share a field name"
            );
            errors.push(error(declared, *line, message));
        }
        let FieldWords { names, of, never } = &declared.field_words;
        if !(names.is_empty() && never.is_empty()) {
            lexicon.add_words([names, of, never], entity, index);
        }
    }

    fn entity(&self, name: &str) -> Option<EntityIndex> {
        let at = self.entities.iter().position(|info| info.entity.as_str() == name)?;
        u16::try_from(at).ok().map(EntityIndex)
    }

    /// Makes the rows of the declared entity types, then those of families whose name no entity type has.
    fn add_entities(&mut self, declarations: &[Declaration], errors: &mut Vec<LoadError>) {
        for declared in declarations {
            match self.entities.iter().find(|info| info.entity == declared.entity) {
                Some(info) if info.family != declared.family => {
                    let message = format!("{} is of family {} already", declared.entity, info.family);
                    errors.push(error(declared, declared.lines.key("entity"), message));
                }
                Some(_) => {}
                None => self.entities.push(type_row(declared, declarations)),
            }
        }
        for declared in declarations {
            let name = declared.family.as_str();
            let Some(info) = self.entities.iter().find(|info| info.entity.as_str() == name) else {
                // What a family's own name means is made of the same letters as an entity type's.
                let Ok(entity) = EntityType::new(name) else { continue };
                let of_it = self.entities.iter().filter(|info| info.family == declared.family);
                self.entities.push(EntityInfo {
                    level: Level::Family,
                    entity,
                    family: declared.family.clone(),
                    default: of_it.map(|info| info.default).min().unwrap_or(declared.default),
                    country: None,
                    title: format!("Any of the family {name}"),
                });
                continue;
            };
            if info.family != declared.family {
                let message = format!("family {name} has the name of an entity type of family {}", info.family);
                errors.push(error(declared, declared.lines.key("family"), message));
            }
        }
        let row = |info: &EntityInfo| self.entity(info.family.as_str()).unwrap_or(EntityIndex(u16::MAX));
        self.families = self.entities.iter().map(row).collect();
    }

    /// Finds the phrases that several types of one family know.
    fn share_phrases(&mut self) {
        let mut known: BTreeMap<(EntityIndex, &[String]), EntityIndex> = BTreeMap::new();
        let mut shared: BTreeSet<(EntityIndex, Vec<String>)> = BTreeSet::new();
        let family = |entity: EntityIndex| self.families.get(usize::from(entity.0)).copied().unwrap_or(entity);
        for detail in &self.details {
            for phrase in &detail.phrases {
                let key = (family(detail.entity), phrase.as_slice());
                if *known.entry(key).or_insert(detail.entity) != detail.entity {
                    shared.insert((key.0, phrase.clone()));
                }
            }
        }
        let Self { details, families, .. } = self;
        for detail in details {
            let family = families.get(usize::from(detail.entity.0)).copied().unwrap_or(detail.entity);
            for (says, phrase) in detail.says.iter_mut().zip(&detail.phrases) {
                if shared.contains(&(family, phrase.clone())) {
                    *says = Says::Family;
                }
            }
        }
    }

    fn finish(mut self, files: &[SourceFile]) -> Result<RecognizerSet, String> {
        self.share_phrases();
        let matcher = Matcher::new(self.patterns)?;
        let vocabulary = Vocabulary::new(&self.details, &self.engines)?;
        let mut hash = digest::Context::new(&digest::SHA256);
        for file in files {
            for part in [&file.name, &file.text] {
                hash.update(&part.len().to_le_bytes());
                hash.update(part.as_bytes());
            }
        }
        let mut identity = [0; 32];
        for (to, from) in identity.iter_mut().zip(hash.finish().as_ref()) {
            *to = *from;
        }
        Ok(RecognizerSet {
            identity,
            entities: self.entities,
            families: self.families,
            recognizers: self.recognizers,
            details: self.details,
            matcher,
            engines: self.engines,
            tags: self.tags,
            lexicon: self.lexicon,
            vocabulary,
            makers: if files.iter().any(|file| file.maker == Maker::User) { Makers::Users } else { Makers::BuiltIn },
        })
    }
}
