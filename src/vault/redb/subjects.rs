//! Subjects: their data keys, their rows, and tombstones.

use std::ops::Bound;

use redb::{Database, MultimapTableDefinition, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use super::super::Asked;
use super::super::subjects::{
    Beside, DataKeyId, Erased, KeyRequest, Known, Rewrapped, SubjectIndex, Subjects, WrappedKey,
};
use super::{Failure, INDEXES, Redb, TOKENS, more, times};
use crate::keys::KeyId;
use crate::transform::{Request, StoreError};

/// Key id, ring, epoch and wrapped key by subject.
#[expect(clippy::type_complexity, reason = "said here alone")]
const SUBJECTS: TableDefinition<'_, &[u8; 32], (&[u8; 16], &str, &[u8; 4], &[u8])> = TableDefinition::new("subjects");
/// Subject by key id.
const KEYS: TableDefinition<'_, &[u8; 16], &[u8; 32]> = TableDefinition::new("keys");
/// Tokens by subject, and subjects by token: a value may be of several.
const TOKENS_OF: MultimapTableDefinition<'_, &[u8; 32], &[u8]> = MultimapTableDefinition::new("tokens_of_subjects");
const SUBJECTS_OF: MultimapTableDefinition<'_, &[u8], &[u8; 32]> = MultimapTableDefinition::new("subjects_of_tokens");
/// Ring, and until when in milliseconds since 1970, by subject.
const TOMBSTONES: TableDefinition<'_, &[u8; 32], (&str, i64)> = TableDefinition::new("tombstones");

/// Makes the tables where there are none.
pub(super) fn make(transaction: &WriteTransaction) -> Result<(), Failure> {
    transaction.open_table(SUBJECTS)?;
    transaction.open_table(KEYS)?;
    transaction.open_table(TOMBSTONES)?;
    transaction.open_multimap_table(TOKENS_OF)?;
    transaction.open_multimap_table(SUBJECTS_OF)?;
    Ok(())
}

/// Notes whose a token is.
pub(super) fn link(transaction: &WriteTransaction, asked: &[Asked<'_>], tokens: &[Vec<u8>]) -> Result<(), Failure> {
    let mut tokens_of = transaction.open_multimap_table(TOKENS_OF)?;
    let mut subjects_of = transaction.open_multimap_table(SUBJECTS_OF)?;
    for (Asked { request, .. }, token) in asked.iter().zip(tokens) {
        if let Some(subject) = &request.subject {
            tokens_of.insert(subject, token.as_slice())?;
            subjects_of.insert(token.as_slice(), subject)?;
        }
    }
    Ok(())
}

/// Tells whether the key that a value is sealed under is its subject's still.
pub(super) fn is_there(transaction: &WriteTransaction, request: &Request) -> Result<bool, Failure> {
    let (Some(person), Some(subject)) = (&request.person, &request.subject) else { return Ok(true) };
    let subjects = transaction.open_table(SUBJECTS)?;
    let there = subjects.get(subject)?.is_some_and(|row| row.value().0 == person);
    Ok(there)
}

/// Tells whether every token is known to be its subject's.
pub(super) fn are_linked(database: &Database, asked: &[Asked<'_>], tokens: &[Vec<u8>]) -> Result<bool, Failure> {
    if asked.iter().all(|asked| asked.request.subject.is_none()) {
        return Ok(true);
    }
    let subjects_of = database.begin_read()?.open_multimap_table(SUBJECTS_OF)?;
    for (Asked { request, .. }, token) in asked.iter().zip(tokens) {
        let Some(subject) = &request.subject else { continue };
        let mut found = false;
        for known in subjects_of.get(token.as_slice())? {
            found |= known?.value() == subject;
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

type Row<'a> = (&'a [u8; 16], &'a str, &'a [u8; 4], &'a [u8]);

fn key(subject: &SubjectIndex, (id, domain, epoch, wrapped): Row<'_>) -> WrappedKey {
    WrappedKey {
        id: *id,
        subject: *subject,
        domain: domain.to_owned(),
        epoch: KeyId(*epoch),
        wrapped: wrapped.to_vec(),
    }
}

/// Gives what is known where nothing has to be made.
fn known(database: &Database, requests: &[KeyRequest]) -> Result<Option<Vec<Known>>, Failure> {
    let transaction = database.begin_read()?;
    let (subjects, tombstones) = (transaction.open_table(SUBJECTS)?, transaction.open_table(TOMBSTONES)?);
    let mut all = Vec::with_capacity(requests.len());
    for request in requests {
        let subject = &request.new.subject;
        let forgotten = tombstones.get(subject)?.map(|row| row.value().1);
        let found = subjects.get(subject)?.map(|row| key(subject, row.value()));
        if found.is_none() && is_later(request, forgotten) {
            return Ok(None);
        }
        all.push(Known { key: found, forgotten });
    }
    Ok(Some(all))
}

/// Whether something that asks is later than the subject's being forgotten.
fn is_later(request: &KeyRequest, forgotten: Option<i64>) -> bool {
    request.latest.is_none_or(|latest| forgotten.is_none_or(|until| latest > until))
}

fn create(database: &Database, requests: &[KeyRequest]) -> Result<Vec<Known>, Failure> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let mut all = Vec::with_capacity(requests.len());
    {
        let mut subjects = transaction.open_table(SUBJECTS)?;
        let mut keys = transaction.open_table(KEYS)?;
        let tombstones = transaction.open_table(TOMBSTONES)?;
        for request in requests {
            let new = &request.new;
            let forgotten = tombstones.get(&new.subject)?.map(|row| row.value().1);
            let mut found = subjects.get(&new.subject)?.map(|row| key(&new.subject, row.value()));
            if found.is_none() && is_later(request, forgotten) {
                subjects.insert(&new.subject, (&new.id, &*new.domain, &new.epoch.0, new.wrapped.as_slice()))?;
                keys.insert(&new.id, &new.subject)?;
                found = Some(new.clone());
            }
            all.push(Known { key: found, forgotten });
        }
    }
    transaction.commit()?;
    Ok(all)
}

/// Takes a subject's key and rows away.
fn erase(transaction: &WriteTransaction, subject: &SubjectIndex) -> Result<Erased, Failure> {
    let mut erased = Erased::default();
    let id = transaction.open_table(SUBJECTS)?.remove(subject)?.map(|row| *row.value().0);
    if let Some(id) = id {
        transaction.open_table(KEYS)?.remove(&id)?;
        erased.keys = 1;
    }
    let mut tokens_of = transaction.open_multimap_table(TOKENS_OF)?;
    let mut subjects_of = transaction.open_multimap_table(SUBJECTS_OF)?;
    let mut theirs = Vec::new();
    for token in tokens_of.remove_all(subject)? {
        theirs.push(token?.value().to_vec());
    }
    let mut indexes = transaction.open_table(INDEXES)?;
    let mut tokens = transaction.open_table(TOKENS)?;
    for token in theirs {
        let mut sharers = Vec::new();
        for sharer in subjects_of.remove_all(token.as_slice())? {
            sharers.push(*sharer?.value());
        }
        for sharer in sharers {
            tokens_of.remove(&sharer, token.as_slice())?;
        }
        let index = tokens.remove(token.as_slice())?.map(|row| *row.value().2);
        times::remove(transaction, &token)?;
        more::remove(transaction, &mut indexes, &token)?;
        if let Some(index) = index {
            more::drop_own(&mut indexes, &index, &token)?;
            erased.tokens += 1;
        }
    }
    Ok(erased)
}

fn drop_keys(database: &Database, keys: &[(SubjectIndex, DataKeyId)]) -> Result<u64, Failure> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let mut dropped = 0;
    for (subject, id) in keys {
        let is_theirs = transaction.open_table(SUBJECTS)?.get(subject)?.is_some_and(|row| row.value().0 == id);
        if is_theirs {
            dropped += erase(&transaction, subject)?.keys;
        }
    }
    transaction.commit()?;
    Ok(dropped)
}

fn forget(database: &Database, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, Failure> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let erased = erase(&transaction, subject)?;
    {
        let mut tombstones = transaction.open_table(TOMBSTONES)?;
        let before = tombstones.get(subject)?.map(|row| row.value().1);
        tombstones.insert(subject, (domain, before.map_or(until, |before| before.max(until))))?;
    }
    transaction.commit()?;
    Ok(erased)
}

impl Subjects for Redb {
    fn keys_of(&self, requests: &[KeyRequest]) -> Result<Vec<Known>, StoreError> {
        self.access(|database| match known(database, requests)? {
            Some(all) => Ok(all),
            None => create(database, requests),
        })
    }

    fn find_keys(&self, ids: &[DataKeyId]) -> Result<Vec<Option<WrappedKey>>, StoreError> {
        self.access(|database| {
            let transaction = database.begin_read()?;
            let (subjects, keys) = (transaction.open_table(SUBJECTS)?, transaction.open_table(KEYS)?);
            let one = |id: &DataKeyId| {
                let Some(subject) = keys.get(id)?.map(|subject| *subject.value()) else { return Ok(None) };
                Ok(subjects.get(&subject)?.map(|row| key(&subject, row.value())))
            };
            ids.iter().map(one).collect()
        })
    }

    fn forget(&self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        self.access(|database| forget(database, subject, domain, until))
    }

    fn drop_keys(&self, keys: &[(SubjectIndex, DataKeyId)]) -> Result<u64, StoreError> {
        self.access(|database| drop_keys(database, keys))
    }

    fn keys_beside(&self, epoch: KeyId, behind: Option<&SubjectIndex>, max: usize) -> Result<Beside, StoreError> {
        self.access(|database| {
            let subjects = database.begin_read()?.open_table(SUBJECTS)?;
            let next = (behind.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
            let mut some = Vec::new();
            for row in subjects.range::<&SubjectIndex>(next)?.take(max) {
                let (subject, row) = row?;
                some.push(key(subject.value(), row.value()));
            }
            Ok(Beside::of(epoch, some))
        })
    }

    fn rewrap(&self, keys: &[Rewrapped]) -> Result<u64, StoreError> {
        self.access(|database| {
            let mut transaction = database.begin_write()?;
            transaction.set_quick_repair(true);
            let mut done = 0;
            {
                let mut subjects = transaction.open_table(SUBJECTS)?;
                for Rewrapped { from, key: new } in keys {
                    let there = subjects.get(&new.subject)?.is_some_and(|row| {
                        let (id, _, epoch, _) = row.value();
                        *id == new.id && *epoch == from.0
                    });
                    if there {
                        subjects.insert(&new.subject, (&new.id, &*new.domain, &new.epoch.0, new.wrapped.as_slice()))?;
                        done += 1;
                    }
                }
            }
            transaction.commit()?;
            Ok(done)
        })
    }
}
