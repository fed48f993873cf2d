//! A vault in memory: for trials and tests, gone with the process.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Bound;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::subjects::{Beside, DataKeyId, Erased, KeyRequest, Known, Rewrapped, SubjectIndex, Subjects, WrappedKey};
use super::{Asked, Backend, BackendRow, Kept, OpenError, Renewed, Rings, Stale, Until};
use crate::keys::{KeyId, Sighting};
use crate::transform::{SealedUnder, StoreError, StoredRow};

pub(super) const ROW: BackendRow = BackendRow {
    name: "memory",
    spelled: "memory:",
    summary: "in memory, for trials: every token is lost when the process ends",
    memory: super::Memory::Ends,
    late_max: Duration::ZERO,
    check,
    open: |rest, _| check(rest).map(|()| Box::<Memory>::default() as Box<dyn Backend>),
};

fn check(rest: &str) -> Result<(), OpenError> {
    if rest.is_empty() {
        return Ok(());
    }
    Err(OpenError::Reference { spelled: "memory:", what: "nothing follows the colon".into() })
}

#[derive(Debug, Default)]
struct Memory(Mutex<Rows>);

/// An index and its key.
type Indexed = ([u8; 32], KeyId);

#[derive(Default)]
struct Rows {
    tokens: HashMap<[u8; 32], Vec<u8>>,
    /// By which a token is found besides.
    more: HashMap<Vec<u8>, Vec<[u8; 32]>>,
    kept: BTreeMap<Vec<u8>, (Indexed, Kept)>,
    links: HashMap<SubjectIndex, HashSet<Vec<u8>>>,
    keys: BTreeMap<SubjectIndex, WrappedKey>,
    forgotten: HashMap<SubjectIndex, i64>,
    rings: HashMap<String, Sighting>,
}

impl Rows {
    fn erase(&mut self, subject: &SubjectIndex) -> Erased {
        let Self { tokens, more, kept, links, keys, .. } = self;
        let key = keys.remove(subject);
        let theirs = links.remove(subject).unwrap_or_default();
        let mut erased = Erased { keys: u64::from(key.is_some()), tokens: 0 };
        for token in &theirs {
            if let Some(((index, _), _)) = kept.remove(token) {
                for index in more.remove(token).unwrap_or_default().into_iter().chain([index]) {
                    if tokens.get(&index) == Some(token) {
                        tokens.remove(&index);
                    }
                }
                erased.tokens += 1;
            }
        }
        for shared in links.values_mut() {
            shared.retain(|token| !theirs.contains(token));
        }
        erased
    }
}

/// Says how many there are.
impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("tokens", &self.tokens.len()).finish_non_exhaustive()
    }
}

impl Backend for Memory {
    fn get_or_create(&self, asked: &[Asked<'_>]) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Rows { tokens, more, kept, links, keys, .. } = &mut *rows;
        let gone = |asked: &Asked<'_>| {
            let key = asked.request.subject.and_then(|subject| keys.get(&subject)).map(|key| key.id);
            let is_new = !tokens.contains_key(&asked.request.index);
            is_new && asked.request.person.is_some_and(|person| key != Some(person))
        };
        if asked.iter().any(gone) {
            return Err(StoreError::Unavailable);
        }
        let one = |&Asked { request, until }: &Asked<'_>| {
            let row = tokens.get(&request.index).and_then(|token| kept.get_mut(token));
            if let Some((_, row)) = row.filter(|(_, row)| row.until < until) {
                if row.sealed.is_empty() && tokens.get(&request.index) == Some(&request.token) {
                    (row.sealed, row.until) = (request.sealed.clone(), until);
                } else if row.sealed.is_empty() {
                    // It stands for nothing any more, and its row says so for ever.
                    let gone = tokens.remove(&request.index);
                    for index in gone.and_then(|token| more.remove(&token)).unwrap_or_default() {
                        tokens.remove(&index);
                    }
                } else {
                    row.until = until;
                }
            }
            let token = tokens.entry(request.index).or_insert_with(|| {
                let row = Kept { domain: request.domain.to_string(), sealed: request.sealed.clone(), until };
                kept.insert(request.token.clone(), ((request.index, request.index_key), row));
                request.token.clone()
            });
            let token = token.clone();
            if token == request.token {
                for (_, index) in &request.others {
                    if !tokens.contains_key(index) {
                        tokens.insert(*index, token.clone());
                        more.entry(token.clone()).or_default().push(*index);
                    }
                }
            }
            if let Some(subject) = request.subject {
                links.entry(subject).or_default().insert(token.clone());
            }
            token
        };
        Ok(asked.iter().map(one).collect())
    }

    fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(tokens.iter().map(|token| rows.kept.get(*token).map(|(_, kept)| kept.clone())).collect())
    }

    fn expire(&self, now: Until, max: usize) -> Result<usize, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let over = |kept: &&mut Kept| kept.until.is_over(now) && !kept.sealed.is_empty();
        let over = rows.kept.values_mut().map(|(_, kept)| kept).filter(over).take(max);
        Ok(over.map(|kept| kept.sealed = Vec::new()).count())
    }

    fn stale(&self, how: &[SealedUnder], behind: Option<&[u8]>, max: usize) -> Result<Stale, StoreError> {
        let rows = self.rows();
        let next = (behind.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        let mut stale = Stale::default();
        for (token, ((index, index_key), Kept { sealed, .. })) in rows.kept.range::<[u8], _>(next).take(max) {
            stale.last = Some(token.clone());
            if how.iter().any(|how| how.sealed(sealed)) {
                let (token, sealed, index, index_key) = (token.clone(), sealed.clone(), *index, *index_key);
                stale.rows.push(StoredRow { token, sealed, index, index_key });
            }
        }
        Ok(stale)
    }

    fn renew(&self, all: &[Renewed]) -> Result<u64, StoreError> {
        let mut rows = self.rows();
        let Rows { tokens, more, kept, .. } = &mut *rows;
        let mut done = 0;
        for Renewed { row, new } in all {
            let same = |kept: &&mut (_, Kept)| kept.1.sealed == row.sealed;
            let Some((_, kept)) = kept.get_mut(&row.token).filter(same) else { continue };
            kept.sealed.clone_from(&new.sealed);
            done += 1;
            for (_, index) in &new.indexes {
                if !tokens.contains_key(index) {
                    tokens.insert(*index, row.token.clone());
                    more.entry(row.token.clone()).or_default().push(*index);
                }
            }
        }
        Ok(done)
    }
}

impl Memory {
    fn rows(&self) -> std::sync::MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rings for Memory {
    fn rings(&self, names: &[&str]) -> Result<Option<Vec<Sighting>>, StoreError> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Some(names.iter().filter_map(|name| rows.rings.get(*name).cloned()).collect()))
    }

    fn see(&self, rings: &[Sighting]) -> Result<Option<Vec<Sighting>>, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let one = |ring: &Sighting| {
            let kept = rows.rings.entry(ring.ring().to_owned()).or_insert_with(|| ring.clone());
            if kept.version() < ring.version() {
                kept.clone_from(ring);
            }
            kept.clone()
        };
        Ok(Some(rings.iter().map(one).collect()))
    }
}

impl Subjects for Memory {
    fn keys_of(&self, requests: &[KeyRequest]) -> Result<Vec<Known>, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Rows { keys, forgotten, .. } = &mut *rows;
        let known = |request: &KeyRequest| {
            let subject = request.new.subject;
            let forgotten = forgotten.get(&subject).copied();
            let later = request.latest.is_none_or(|latest| forgotten.is_none_or(|until| latest > until));
            let key = match keys.get(&subject) {
                Some(key) => Some(key.clone()),
                None if later => Some(keys.entry(subject).or_insert_with(|| request.new.clone()).clone()),
                None => None,
            };
            Known { key, forgotten }
        };
        Ok(requests.iter().map(known).collect())
    }

    fn find_keys(&self, ids: &[DataKeyId]) -> Result<Vec<Option<WrappedKey>>, StoreError> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(ids.iter().map(|id| rows.keys.values().find(|key| key.id == *id).cloned()).collect())
    }

    fn forget(&self, subject: &SubjectIndex, _: &str, until: i64) -> Result<Erased, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let erased = rows.erase(subject);
        let stone = rows.forgotten.entry(*subject).or_insert(until);
        *stone = until.max(*stone);
        Ok(erased)
    }

    fn drop_keys(&self, keys: &[(SubjectIndex, DataKeyId)]) -> Result<u64, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut dropped = 0;
        for (subject, id) in keys {
            if rows.keys.get(subject).is_some_and(|key| key.id == *id) {
                dropped += rows.erase(subject).keys;
            }
        }
        Ok(dropped)
    }

    fn keys_beside(&self, epoch: KeyId, behind: Option<&SubjectIndex>, max: usize) -> Result<Beside, StoreError> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = (behind.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
        Ok(Beside::of(epoch, rows.keys.range::<SubjectIndex, _>(next).take(max).map(|(_, key)| key.clone())))
    }

    fn rewrap(&self, keys: &[Rewrapped]) -> Result<u64, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut done = 0;
        for Rewrapped { from, key: new } in keys {
            let same = |key: &&mut WrappedKey| key.id == new.id && key.epoch == *from;
            if let Some(key) = rows.keys.get_mut(&new.subject).filter(same) {
                *key = new.clone();
                done += 1;
            }
        }
        Ok(done)
    }
}
