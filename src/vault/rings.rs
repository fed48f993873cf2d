//! The versions of key rings that were seen: an older ring is not believed again by whoever shares the store.

use std::collections::BTreeMap;
use std::sync::{MutexGuard, PoisonError};

use super::Vault;
use crate::keys::{KeyError, LeastBy, Sighting};
use crate::transform::StoreError;

/// What a store keeps of key rings: of each name the newest version, and SHA-256 of its document. No key is among it.
pub trait Rings {
    /// Gives what is kept of rings of these names, in any order; none where the store keeps nothing of rings.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn rings(&self, names: &[&str]) -> Result<Option<Vec<Sighting>>, StoreError>;

    /// Keeps those that are newer than what is kept of their names, and gives what is kept of all of them then, in any
    /// order; none where the store keeps nothing of rings. Of several who do so at once the highest version stays; of one
    /// version, what came first. When this returns it is durable.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    fn see(&self, rings: &[Sighting]) -> Result<Option<Vec<Sighting>>, StoreError>;
}

/// Whether an older ring is noticed when the process starts again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Memory {
    /// The store keeps what was seen.
    Lasts,
    /// It does not: it ends with the process, or has no table for that, or no right to it.
    Ends,
}

/// Why rings are not used.
#[derive(Debug, thiserror::Error)]
pub enum SeenError {
    /// What was seen is not known.
    #[error("whether key rings are older than those seen is not known: {0}")]
    Store(#[from] StoreError),
    /// A ring is older than one that was seen, or another of its version.
    #[error("the key ring {ring}: {error}")]
    Ring {
        /// Its name.
        ring: String,
        /// Why.
        error: KeyError,
    },
}

impl Vault {
    /// Holds rings against those that the store has seen, as [`judged`] does, and has them kept: from now on nobody who uses
    /// the store believes older ones, two of one name among these included. Where one is refused, nothing is kept, unless
    /// somebody was quicker. While the store does not answer, those that passed before do still.
    ///
    /// # Errors
    /// As [`judged`].
    pub fn believe<'s>(&self, rings: impl IntoIterator<Item = &'s Sighting>) -> Result<Memory, SeenError> {
        let rings: Vec<&Sighting> = rings.into_iter().collect();
        match noted(&*self.backend, &rings) {
            Ok(Memory::Lasts) => {
                self.believed().extend(rings.into_iter().map(|ring| (ring.ring().to_owned(), ring.clone())));
                Ok(self.memory)
            }
            Err(SeenError::Store(StoreError::Unavailable)) if self.believed_before(&rings) => Ok(self.memory),
            done => done,
        }
    }

    /// Holds rings against those that the store has seen, and keeps nothing.
    ///
    /// # Errors
    /// As [`judged`].
    pub fn judge<'s>(&self, rings: impl IntoIterator<Item = &'s Sighting>) -> Result<Memory, SeenError> {
        Ok(match judged(&*self.backend, rings)? {
            Memory::Lasts => self.memory,
            Memory::Ends => Memory::Ends,
        })
    }

    /// As [`Rings::rings`], for who asks through this process.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    pub fn rings(&self, names: &[&str]) -> Result<Option<Vec<Sighting>>, StoreError> {
        self.backend.rings(names)
    }

    fn believed_before(&self, rings: &[&Sighting]) -> bool {
        let believed = self.believed();
        rings.iter().all(|ring| believed.get(ring.ring()) == Some(*ring))
    }

    fn believed(&self) -> MutexGuard<'_, BTreeMap<String, Sighting>> {
        self.believed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Holds rings against those that a store has seen, and keeps nothing: for who makes nothing with them, with a copy of a ring
/// say that has an old key enabled for once. Without rings the store is not asked.
///
/// # Errors
/// Where one is older than what was seen, or another of the same version; or where that is not known.
pub fn judged<'s>(store: &dyn Rings, rings: impl IntoIterator<Item = &'s Sighting>) -> Result<Memory, SeenError> {
    let rings: Vec<&Sighting> = rings.into_iter().collect();
    kept(store, &rings).map(|kept| kept.map_or(Memory::Ends, |_| Memory::Lasts))
}

/// Gives of each name the newest.
fn newest<'s>(rings: &[&'s Sighting]) -> BTreeMap<&'s str, &'s Sighting> {
    let mut newest: BTreeMap<&str, &Sighting> = BTreeMap::new();
    for ring in rings {
        let known = newest.entry(ring.ring()).or_insert(ring);
        if known.version() < ring.version() {
            *known = ring;
        }
    }
    newest
}

/// Gives what is kept of rings that pass, beside each other as well.
fn kept(store: &dyn Rings, rings: &[&Sighting]) -> Result<Option<Vec<Sighting>>, SeenError> {
    if rings.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let newest = newest(rings);
    passed(newest.values().copied(), rings)?;
    let names: Vec<&str> = newest.into_keys().collect();
    let kept = store.rings(&names)?;
    passed(kept.iter().flatten(), rings)?;
    Ok(kept)
}

/// Has rings kept that pass.
fn noted(store: &dyn Rings, rings: &[&Sighting]) -> Result<Memory, SeenError> {
    let Some(kept) = kept(store, rings)? else { return Ok(Memory::Ends) };
    let new: Vec<Sighting> = newest(rings).into_values().filter(|ring| !kept.contains(*ring)).cloned().collect();
    if !new.is_empty() {
        let Some(kept) = store.see(&new)? else { return Ok(Memory::Ends) };
        // Somebody else may have been quicker.
        passed(&kept, rings)?;
    }
    Ok(Memory::Lasts)
}

/// Checks that no ring is older than one of its name that was seen, or another of its version.
fn passed<'k>(seen: impl IntoIterator<Item = &'k Sighting>, rings: &[&Sighting]) -> Result<(), SeenError> {
    seen.into_iter().try_for_each(|seen| {
        rings.iter().filter(|ring| ring.ring() == seen.ring()).try_for_each(|ring| {
            let wrong = |error| SeenError::Ring { ring: seen.ring().to_owned(), error };
            seen.before(ring, LeastBy::Vault).map_err(wrong)
        })
    })
}
