//! What a field's name says of the values below it.

use std::sync::Arc;

use crate::model::{EntityIndex, RecognizerIndex};

/// What the last names on a field's path say of its values; made by [`super::RecognizerSet::hint`], cheap to clone.
///
/// Holds no name: nothing of a path can leak through it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FieldHint {
    pub(super) typed: Option<(EntityIndex, RecognizerIndex)>,
    /// Bits by recognizer: the name holds one of its context words.
    pub(super) context: Option<Arc<[u64]>>,
}

impl FieldHint {
    /// Gives the entity type of every value of the field, where the name alone is proof (`cardNumber`, `ssn`).
    pub fn typed(&self) -> Option<EntityIndex> {
        self.typed.map(|(entity, _)| entity)
    }
}
