//! What operators may ask before they write.

use std::sync::Arc;

use crate::model::Sensitive;

/// A question to a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which of the store's tables.
    pub namespace: Arc<str>,
    /// What is asked about; may be derived from a value, so it is never shown.
    pub key: Sensitive<Vec<u8>>,
}

/// A store's answer to one [`Request`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// What the store has; never shown.
    Found(Sensitive<Vec<u8>>),
    /// The store has nothing.
    Missing,
}

/// Something that answers requests before a batch is written.
pub trait Store: Sync {
    /// Answers all requests of a batch in one round trip: one answer for each request, in their order.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses; the batch cannot go on.
    fn resolve(&self, requests: &[Request]) -> Result<Vec<Answer>, StoreError>;
}

/// Why a store did not answer; the batch is retried or the process stops, nothing passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no store, or it cannot be reached now.
    #[error("the store cannot be reached")]
    Unavailable,
    /// The store refuses the request.
    #[error("the store refuses the request")]
    Refused,
}
