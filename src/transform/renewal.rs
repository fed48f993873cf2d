//! Writing rows of a store anew after a rotation: sealed under the ring's primary key, and found by it, so that the keys
//! before it can be disabled and nothing is lost.

use super::SubjectKey;
use crate::keys::KeyId;

/// How all begins that was sealed under one key, in one format and canonical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SealedUnder(pub [u8; 5]);

impl SealedUnder {
    /// Gives the key.
    pub const fn key(self) -> KeyId {
        let [_, id @ ..] = self.0;
        KeyId(id)
    }

    /// Tells whether something was sealed so.
    pub fn sealed(self, bytes: &[u8]) -> bool {
        bytes.starts_with(&self.0)
    }
}

/// A row as a store keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// The token.
    pub token: Vec<u8>,
    /// The value, sealed.
    pub sealed: Vec<u8>,
    /// By what the row is found first.
    pub index: [u8; 32],
    /// The key of that index.
    pub index_key: KeyId,
}

/// What a row becomes; its token stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRow {
    /// The value, sealed under the key that new values are written with.
    pub sealed: Vec<u8>,
    /// By what the row is to be found, under each key up to that one.
    pub indexes: Vec<(KeyId, [u8; 32])>,
}

/// What an operator does for rows that it made before; see [`Operator::renewal`](super::Operator::renewal).
///
/// The laws: a row that another operator made gives nothing; a new row opens to the same value, with the same token, and is not
/// one to be written anew.
pub trait Renewal {
    /// Tells how values are sealed whose rows are to be written anew.
    fn stale(&self) -> Vec<SealedUnder>;

    /// Gives the name of the subject's key that the row's value is sealed under besides; none where it is under none.
    fn needs_key(&self, row: &StoredRow) -> Option<[u8; 16]>;

    /// Writes a row anew; `person` is the key that [`Renewal::needs_key`] names. Nothing where this operator cannot have made
    /// it, or does not know by what it is found.
    fn renew(&self, row: &StoredRow, person: Option<&SubjectKey>) -> Option<NewRow>;
}
