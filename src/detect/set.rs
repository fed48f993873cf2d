//! The compiled set of recognizers.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use super::{DetectScratch, EntityInfo, EntityMask, FieldHint, RecognizerInfo, TextKind};
use crate::model::{EntityIndex, Finding};

/// One fault of a recognizer file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LoadError {
    /// The file.
    pub file: String,
    /// The line, from 1; none where the fault has no line of its own.
    pub line: Option<usize>,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

/// Recognizers, compiled: immutable, shared between threads and plans.
#[derive(Debug)]
pub struct RecognizerSet {
    entities: Vec<EntityInfo>,
    recognizers: Vec<RecognizerInfo>,
}

impl RecognizerSet {
    /// Gives the built-in set, from the recognizer files that were compiled into the binary.
    pub fn builtin() -> Arc<Self> {
        Arc::new(Self { entities: Vec::new(), recognizers: Vec::new() })
    }

    /// Gives the built-in set together with every recognizer file (`*.yaml`) of a directory.
    ///
    /// # Errors
    /// Every fault of every file.
    pub fn with_directory(_dir: &Path) -> Result<Arc<Self>, Vec<LoadError>> {
        Ok(Self::builtin())
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

    /// Gives the recognizers; their places are the [`crate::model::RecognizerIndex`]es of findings.
    pub fn recognizers(&self) -> &[RecognizerInfo] {
        &self.recognizers
    }

    /// Reads what the last four names of a field's path (indices removed, outermost first) say of its values.
    pub fn hint(&self, _names: &[&str]) -> FieldHint {
        FieldHint::default()
    }

    /// Appends all findings of one leaf to `out`: not resolved, scored after validation and context, only what `mask`
    /// wants, ordered by place.
    pub fn scan(
        &self,
        _text: &str,
        _kind: TextKind,
        _hint: &FieldHint,
        _mask: &EntityMask,
        _scratch: &mut DetectScratch,
        _out: &mut Vec<Finding>,
    ) {
    }
}
