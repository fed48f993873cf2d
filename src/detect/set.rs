//! The compiled set of recognizers.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::context::Head;
use super::engine::EngineRecognizer;
use super::hint::Lexicon;
use super::load::{self, LoadError, Maker};
use super::matcher::Matcher;
use super::tagger::Type;
use super::vocabulary::Vocabulary;
use super::{Certain, EntityInfo, FieldHint, RecognizerInfo, compile, examples};
use crate::model::{EntityIndex, RecognizerIndex, Says, Score};

/// Recognizers, compiled: immutable, shared between threads and plans.
#[derive(Debug)]
pub struct RecognizerSet {
    /// SHA-256 of all files: what is bound to a set carries it.
    pub(super) identity: [u8; 32],
    pub(super) entities: Vec<EntityInfo>,
    /// By entity type: the row that stands for its family.
    pub(super) families: Vec<EntityIndex>,
    pub(super) recognizers: Vec<RecognizerInfo>,
    /// One row for each recognizer.
    pub(super) details: Vec<Detail>,
    pub(super) matcher: Matcher,
    pub(super) engines: Vec<EngineRecognizer>,
    pub(super) tags: Vec<TagRecognizer>,
    pub(super) lexicon: Lexicon,
    pub(super) vocabulary: Vocabulary,
    pub(super) makers: Makers,
}

/// Who made the recognizers of a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Makers {
    /// All are built in.
    BuiltIn,
    /// Some are a user's own.
    Users,
}

/// What a scan needs to know of one recognizer.
#[derive(Debug)]
pub(super) struct Detail {
    pub(super) entity: EntityIndex,
    /// Context phrases, each its words in lower case.
    pub(super) phrases: Vec<Vec<String>>,
    /// By phrase: whether other types of the family know it, too.
    pub(super) says: Vec<Says>,
    /// Phrases that speak against a finding.
    pub(super) not: Vec<Vec<String>>,
    /// The heads of both.
    pub(super) heads: [Vec<Head>; 2],
    /// What context adds, or takes.
    pub(super) boost: Score,
    /// By pattern: whether what its validators accept is certain.
    pub(super) certain: Vec<Certain>,
}

impl Detail {
    /// Tells whether a match of a pattern is certain.
    pub(super) fn is_certain(&self, pattern: u16) -> bool {
        self.certain.get(usize::from(pattern)) == Some(&Certain::Yes)
    }
}

/// A recognizer whose work the tagger does.
#[derive(Debug)]
pub(super) struct TagRecognizer {
    pub(super) recognizer: RecognizerIndex,
    pub(super) entity: EntityIndex,
    pub(super) of: Type,
}

impl RecognizerSet {
    /// Gives the built-in set, from the recognizer files that were compiled into the binary; compiled once.
    ///
    /// # Panics
    /// Where a built-in file is faulty, which the tests of every file rule out.
    #[expect(clippy::panic, reason = "the files are constants, and every one is loaded by the tests")]
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: OnceLock<Arc<RecognizerSet>> = OnceLock::new();
        let compiled = || match compile::compile(&load::builtin()) {
            Ok(set) => Arc::new(set),
            Err(errors) => {
                let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
                panic!("built-in recognizers: {}", errors.join("; "))
            }
        };
        Arc::clone(BUILTIN.get_or_init(compiled))
    }

    /// Gives the built-in set together with every recognizer file (`*.yaml`, `*.yml`) of a directory and the directories
    /// in it, whose examples hold where the file stands alone.
    ///
    /// # Errors
    /// Every fault of every file; a file that reuses a built-in id is one, and an example that does not hold.
    pub fn with_directory(dir: &Path) -> Result<Arc<Self>, Vec<LoadError>> {
        let mut files = load::builtin();
        files.extend(load::directory(dir)?);
        let set = compile::compile(&files)?;
        let own = files.into_iter().filter(|file| file.maker == Maker::User);
        let failures = examples::untrue(own)?;
        if failures.is_empty() { Ok(Arc::new(set)) } else { Err(failures) }
    }

    /// Gives the matcher that texts are searched with: its own, where no other is given.
    pub(super) fn matcher<'m>(&'m self, narrowed: Option<&'m Arc<Matcher>>) -> &'m Matcher {
        narrowed.map_or(&self.matcher, |narrowed| narrowed)
    }

    /// Gives the entity types; their places are the [`EntityIndex`]es of findings.
    pub fn entities(&self) -> &[EntityInfo] {
        &self.entities
    }

    /// Gives one entity type.
    ///
    /// # Panics
    /// Where the index is of another set.
    #[expect(clippy::indexing_slicing, reason = "an index is only made by the set itself")]
    pub fn entity(&self, index: EntityIndex) -> &EntityInfo {
        &self.entities[usize::from(index.0)]
    }

    /// Finds an entity type by its name.
    pub fn entity_index(&self, name: &str) -> Option<EntityIndex> {
        let at = self.entities.iter().position(|info| info.entity.as_str() == name)?;
        u16::try_from(at).ok().map(EntityIndex)
    }

    /// Gives the row that stands for the family of an entity type: what is found where nothing tells its types apart.
    ///
    /// The row of a family is its own.
    pub fn family(&self, entity: EntityIndex) -> EntityIndex {
        self.families.get(usize::from(entity.0)).copied().unwrap_or(entity)
    }

    /// Gives the recognizers whose field name a field has, where the name alone is proof.
    pub fn owners(&self, hint: &FieldHint) -> &[RecognizerIndex] {
        hint.proof().map_or(&[], |typed| self.lexicon.owners(typed))
    }

    /// Gives the recognizers; their places are the [`RecognizerIndex`]es of findings.
    pub fn recognizers(&self) -> &[RecognizerInfo] {
        &self.recognizers
    }

    /// Gives a SHA-256 over all files: two sets with the same one find the same.
    pub const fn identity(&self) -> &[u8; 32] {
        &self.identity
    }

    /// Reads what the last four names of a field's path (indices removed, outermost first) say of its values.
    ///
    /// Where a sibling's text labels the value (`{"name": "phone", "value": …}`), it is one more name, the last.
    pub fn hint(&self, names: &[&str]) -> FieldHint {
        self.lexicon.read(names)
    }

    /// Tells whether a field's name is proof of a type as it is, with no other word in front: `phone`, and not `hours_phone`.
    pub fn is_kind(&self, name: &str) -> bool {
        self.lexicon.is_strong(name)
    }
}
