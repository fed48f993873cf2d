//! What operators may ask before they write.

use std::sync::Arc;

use super::{Lifetime, Operator};
use crate::keys::KeyId;
use crate::model::{RecordTime, Sensitive};

/// A question to a store: what stands for this value? It carries what the store shall keep where it has nothing yet.
///
/// A store learns neither the value nor a key: it finds by the index, which is an HMAC, and keeps what is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// The key domain: the ring's name.
    pub domain: Arc<str>,
    /// By which the store finds what it has: an HMAC over the value's canonical form.
    pub index: [u8; 32],
    /// The key of that HMAC.
    pub index_key: KeyId,
    /// By which it is found besides, should the store keep something new for it; each with the key of that HMAC.
    pub others: Vec<(KeyId, [u8; 32])>,
    /// What stands for the value from now on, where the store has nothing yet.
    pub token: Vec<u8>,
    /// The value, sealed; what the tag covers names the token and the domain.
    pub sealed: Vec<u8>,
    /// Whose the value is, where somebody may ask to be forgotten: what is kept goes with whoever of them asks first.
    pub subject: Option<[u8; 32]>,
    /// The name of the subject's key that the value is sealed under: nothing new is kept where that is gone.
    pub person: Option<[u8; 16]>,
    /// For how long the value is kept at least; none where for ever.
    pub life: Option<Lifetime>,
}

/// Says nothing that belongs to a value.
impl std::fmt::Debug for Request {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Request")
            .field("domain", &self.domain)
            .field("index_key", &self.index_key)
            .finish_non_exhaustive()
    }
}

/// A store's answer to one [`Request`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What stands for the value; durable by now, and the same for everybody who asks this store.
    Found(Vec<u8>),
    /// The store has nothing, and keeps nothing.
    Missing,
}

/// What a store holds under a token.
#[derive(Clone, PartialEq, Eq)]
pub enum Held {
    /// Nothing, and for all it knows there never was anything.
    Nothing,
    /// Nothing any more: the time of the value is over.
    Expired,
    /// The value, sealed.
    Sealed(Vec<u8>),
}

/// Says what it is, and nothing of a value.
impl std::fmt::Debug for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Nothing => "Nothing",
            Self::Expired => "Expired",
            Self::Sealed(_) => "Sealed",
        })
    }
}

/// A question for the key of a subject, under which what is told of it is sealed.
#[derive(Clone, PartialEq, Eq)]
pub struct SubjectRequest {
    /// The key domain: the ring's name.
    pub domain: Arc<str>,
    /// The subject's name: an HMAC over its kind and canonical id.
    pub index: [u8; 32],
    /// The record's own time, by which a replay is known; a record without one is of now.
    pub time: RecordTime,
}

/// Says nothing of whom.
impl std::fmt::Debug for SubjectRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SubjectRequest").field("domain", &self.domain).finish_non_exhaustive()
    }
}

/// A subject's own key; a new one for whoever comes back after being forgotten.
#[derive(Debug, Clone)]
pub struct SubjectKey {
    /// Its name, which stands beside what it sealed.
    pub id: [u8; 16],
    /// The key.
    pub key: Arc<Sensitive<[u8; 32]>>,
}

/// A store's answer to one [`SubjectRequest`].
#[derive(Debug, Clone)]
pub enum SubjectAnswer {
    /// The key; durable by now, and the same for everybody who asks this store.
    Key(SubjectKey),
    /// The subject was forgotten after the record was made: nothing of it may be kept or told.
    Forgotten,
}

/// Something that answers requests before a batch is written.
pub trait Store: std::fmt::Debug + Send + Sync {
    /// Answers all requests of a batch in one round trip: one answer for each request, in their order.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses; the batch cannot go on.
    fn resolve(&self, requests: &[Request]) -> Result<Vec<Answer>, StoreError>;

    /// Gives what is kept under each token, sealed, in their order: one round trip.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn kept(&self, _tokens: &[&[u8]]) -> Result<Vec<Held>, StoreError> {
        Err(StoreError::Refused)
    }

    /// Gives the keys of subjects, in one round trip: one answer for each request, in their order.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses; the batch cannot go on.
    fn subjects(&self, requests: &[SubjectRequest]) -> Result<Vec<SubjectAnswer>, StoreError> {
        if requests.is_empty() { Ok(Vec::new()) } else { Err(StoreError::Refused) }
    }

    /// Opens subjects' keys by their names, in their order: one round trip. None where it is gone.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn subject_keys(&self, _ids: &[[u8; 16]]) -> Result<Vec<Option<SubjectKey>>, StoreError> {
        Err(StoreError::Refused)
    }

    /// Tells whether it would answer now what is asked of it, for who waits until it does.
    ///
    /// # Errors
    /// Where it would not.
    fn ready(&self, _need: Need) -> Result<(), StoreError> {
        Ok(())
    }
}

/// What is asked of a store; the later needs the earlier, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// What stands for values.
    Values,
    /// The keys of those whose values they are.
    Subjects,
}

impl Need {
    /// Tells what an operator asks; nothing where it asks no store.
    pub fn of(operator: &dyn Operator) -> Option<Self> {
        let need = if operator.subject_field().is_some() { Self::Subjects } else { Self::Values };
        operator.needs_store().then_some(need)
    }
}

/// Why a store did not answer; the batch is retried or the process stops, nothing passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store, or it cannot be reached now; it may come back by itself.
    #[error("the store cannot be reached")]
    Unavailable,
    /// The store refuses the request, and a person is needed.
    #[error("the store refuses the request")]
    Refused,
    /// A subject's key is wrapped in an epoch that the ring of the epochs has no key of any more; a person is needed.
    #[error(
        "it holds a person's key wrapped in epoch {0}, which the ring of the epochs does not have enabled: either that ring is \
         another one than the vault was written with, or the key is disabled"
    )]
    EpochEnded(KeyId),
}

impl StoreError {
    /// Tells whether it may be gone later, with nobody's help.
    pub const fn may_pass(&self) -> bool {
        match self {
            Self::Unavailable => true,
            Self::Refused | Self::EpochEnded(_) => false,
        }
    }
}
