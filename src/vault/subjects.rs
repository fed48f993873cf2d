//! What a backend keeps of subjects: their data keys, which rows are theirs, and who is forgotten.
//!
//! A subject is named by a keyed index alone. Its data key is wrapped by the wrapping key of an epoch, which no backend
//! holds. Forgetting takes the key and all rows away and leaves a tombstone; what files, logs and backups still hold is
//! useless when the epoch's wrapping key is gone, too.

use crate::keys::KeyId;
use crate::transform::StoreError;

/// A subject's name in a store: HMAC-SHA-256 of key domain, kind and canonical id.
pub type SubjectIndex = [u8; 32];

/// The name of a data key, drawn at random: a new one for whoever comes back after being forgotten.
pub type DataKeyId = [u8; 16];

/// A data key as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Its name.
    pub id: DataKeyId,
    /// Whose it is.
    pub subject: SubjectIndex,
    /// The key domain: the ring's name.
    pub domain: String,
    /// The epoch whose wrapping key it is wrapped with.
    pub epoch: KeyId,
    /// The key, wrapped.
    pub wrapped: Vec<u8>,
}

/// Says nothing that is a secret when the epoch's key is known.
impl std::fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WrappedKey").field("domain", &self.domain).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

/// A data key as it is kept from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrapped {
    /// The epoch that it was read with.
    pub from: KeyId,
    /// What is kept.
    pub key: WrappedKey,
}

/// What is asked for a subject: its key, or else this one, which is kept from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRequest {
    /// What is kept where there is nothing yet.
    pub new: WrappedKey,
    /// The latest time of the records that ask, in milliseconds since 1970; none counts as later than everything.
    pub latest: Option<i64>,
}

/// What is kept for a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Its data key; none where it is forgotten, and nothing that asks is later.
    pub key: Option<WrappedKey>,
    /// Until when its records are those of somebody who is forgotten, in milliseconds since 1970.
    pub forgotten: Option<i64>,
}

/// What forgetting a subject took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Data keys.
    pub keys: u64,
    /// Tokens, those that other subjects had in common included.
    pub tokens: u64,
}

/// Some data keys of another epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Beside {
    /// The keys, in the order of their subjects.
    pub keys: Vec<WrappedKey>,
    /// The last subject that was looked at, whatever its epoch; none behind the last of all.
    pub last: Option<SubjectIndex>,
}

impl Beside {
    /// Takes the next subjects' keys in their order.
    pub fn of(epoch: KeyId, subjects: impl IntoIterator<Item = WrappedKey>) -> Self {
        let mut beside = Self::default();
        for key in subjects {
            beside.last = Some(key.subject);
            if key.epoch != epoch {
                beside.keys.push(key);
            }
        }
        beside
    }
}

/// What every backend does for subjects.
pub trait Subjects {
    /// Gives what is known of each subject, in their order. One without a key gets the one that the request brings,
    /// unless the subject is forgotten and nothing that asks is later than that. Durable when this returns.
    ///
    /// `requests` are ordered by subject, and no two have one subject.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn keys_of(&self, requests: &[KeyRequest]) -> Result<Vec<Known>, StoreError>;

    /// Gives data keys by their names, in their order.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn find_keys(&self, ids: &[DataKeyId]) -> Result<Vec<Option<WrappedKey>>, StoreError>;

    /// Takes a subject's key and all rows of it away, those included that it shares, and keeps that it is forgotten:
    /// records until `until` are of somebody who is not to come back. All at once, and durable; twice does no harm, and
    /// the later time stays.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn forget(&self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError>;

    /// Takes subjects' keys of those names and all rows of them away, as [`Subjects::forget`] does, but keeps nothing of that:
    /// whoever it is gets another key. Nothing happens to a subject that has another key by now. All of them at once, and
    /// durable; gives how many keys went.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn drop_keys(&self, keys: &[(SubjectIndex, DataKeyId)]) -> Result<u64, StoreError>;

    /// Gives the data keys that are wrapped by another epoch than this, of the next subjects behind `behind` in their order, of
    /// the first ones where that is none. So many subjects are looked at, at most: what it takes grows with that alone.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn keys_beside(&self, epoch: KeyId, behind: Option<&SubjectIndex>, max: usize) -> Result<Beside, StoreError>;

    /// Keeps data keys under another epoch, those that are still there by the same name and under the epoch that they were
    /// read with; gives how many were. So who is late puts no key back under an epoch that was left meanwhile.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn rewrap(&self, keys: &[Rewrapped]) -> Result<u64, StoreError>;
}
