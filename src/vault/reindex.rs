//! Rows written anew after a rotation: sealed under the primary key and found by it, so that the keys before it can be
//! disabled.
//!
//! In batches, each of which is whole or not there. Nothing is kept of how far it came: a row that was written anew is none any
//! more that is to be, so who is killed begins again and reads past what is done, and two who are at it do no harm.

use super::Vault;
use crate::transform::{NewRow, Renewal, SealedUnder, StoreError, StoredRow, SubjectKey};

/// So many rows are looked at, and written, at once: some tens of milliseconds, in which a file takes no other writer.
const ROWS_MAX: usize = 500;

/// Rows to be written anew, of those that were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stale {
    /// The rows.
    pub rows: Vec<StoredRow>,
    /// The place behind which to go on; none at the end.
    pub last: Option<Vec<u8>>,
}

/// A row, and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewed {
    /// What was read.
    pub row: StoredRow,
    /// What it is to be.
    pub new: NewRow,
}

/// What became of the rows that were to be written anew.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reindexed {
    /// So many were written.
    pub renewed: u64,
    /// So many are as they were: no operator that is known can have made them, or somebody's key is gone.
    pub left: u64,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Portion {
    /// Of its rows.
    pub done: Reindexed,
    /// The place behind which to go on; none at the end.
    pub last: Option<Vec<u8>>,
}

impl Vault {
    /// Counts the rows that are sealed so.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses.
    pub fn sealed_under(&self, how: &[SealedUnder]) -> Result<u64, StoreError> {
        let (mut all, mut behind) = (0, None);
        loop {
            let Stale { rows, last } = self.backend.stale(how, behind.as_deref(), ROWS_MAX)?;
            all += count(rows.len());
            if last.is_none() {
                return Ok(all);
            }
            behind = last;
        }
    }

    /// Writes anew all rows that one of these operators made under a key that is not the one to write with. Between two
    /// batches `told` hears what became of the rows so far.
    ///
    /// # Errors
    /// Where the store cannot be reached or refuses; what was written stays so.
    pub fn reindex(&self, renewals: &[&dyn Renewal], mut told: impl FnMut(Reindexed)) -> Result<Reindexed, StoreError> {
        let (mut all, mut behind) = (Reindexed::default(), None);
        loop {
            let Portion { done, last } = self.reindex_portion(renewals, behind.as_deref())?;
            all.renewed += done.renewed;
            all.left += done.left;
            if last.is_none() {
                return Ok(all);
            }
            told(all);
            behind = last;
        }
    }

    /// Does so with one batch, of the rows behind a place; behind none from the beginning.
    ///
    /// # Errors
    /// As [`Vault::reindex`].
    pub fn reindex_portion(&self, renewals: &[&dyn Renewal], behind: Option<&[u8]>) -> Result<Portion, StoreError> {
        let how = stale(renewals);
        if how.is_empty() {
            return Ok(Portion { done: Reindexed::default(), last: None });
        }
        let Stale { rows, last } = self.backend.stale(&how, behind, ROWS_MAX)?;
        let read = count(rows.len());
        let new = self.renewed(renewals, rows)?;
        let renewed = if new.is_empty() { 0 } else { self.backend.renew(&new)? };
        // What another changed meanwhile is neither.
        let left = read.saturating_sub(count(new.len()));
        Ok(Portion { done: Reindexed { renewed, left }, last })
    }

    fn renewed(&self, renewals: &[&dyn Renewal], rows: Vec<StoredRow>) -> Result<Vec<Renewed>, StoreError> {
        let needs = |row: &StoredRow| renewals.iter().find_map(|one| one.needs_key(row));
        let (of_people, others): (Vec<_>, Vec<_>) =
            rows.into_iter().map(|row| (needs(&row), row)).partition(|(id, _)| id.is_some());
        let ids: Vec<[u8; 16]> = of_people.iter().filter_map(|(id, _)| *id).collect();
        let people = if ids.is_empty() { Vec::new() } else { self.named(&ids)? };
        let of_people =
            of_people.into_iter().zip(people).filter_map(|((_, row), person)| person.map(|key| (row, Some(key))));
        let others = others.into_iter().map(|(_, row)| (row, None::<SubjectKey>));
        let one = |(row, person): (StoredRow, Option<SubjectKey>)| {
            let new = renewals.iter().find_map(|one| one.renew(&row, person.as_ref()))?;
            Some(Renewed { row, new })
        };
        Ok(of_people.chain(others).filter_map(one).collect())
    }
}

/// Gives how rows are sealed that one of these operators would write anew.
fn stale(renewals: &[&dyn Renewal]) -> Vec<SealedUnder> {
    let mut all: Vec<SealedUnder> = renewals.iter().flat_map(|one| one.stale()).collect();
    all.sort_unstable();
    all.dedup();
    all
}

fn count(rows: usize) -> u64 {
    u64::try_from(rows).unwrap_or(u64::MAX)
}
