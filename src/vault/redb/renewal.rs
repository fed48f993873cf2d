//! Rows written anew.

use std::ops::Bound;

use redb::{Database, ReadableDatabase, ReadableTable};

use super::super::{Renewed, Stale};
use super::{Failure, INDEXES, TOKENS, more};
use crate::keys::KeyId;
use crate::transform::{SealedUnder, StoredRow};

/// Looks at rows in the order of their tokens.
pub(super) fn stale(
    database: &Database,
    how: &[SealedUnder],
    behind: Option<&[u8]>,
    max: usize,
) -> Result<Stale, Failure> {
    let tokens = database.begin_read()?.open_table(TOKENS)?;
    let next = (behind.map_or(Bound::Unbounded, Bound::Excluded), Bound::Unbounded);
    let mut stale = Stale::default();
    for row in tokens.range::<&[u8]>(next)?.take(max) {
        let (token, row) = row?;
        let (_, key, index, sealed) = row.value();
        if how.iter().any(|how| how.sealed(sealed)) {
            let (token, sealed) = (token.value().to_vec(), sealed.to_vec());
            stale.rows.push(StoredRow { token, sealed, index: *index, index_key: KeyId(*key) });
        }
        stale.last = Some(token.value().to_vec());
    }
    Ok(stale)
}

/// Writes rows anew that are as they were read.
pub(super) fn renew(database: &Database, rows: &[Renewed]) -> Result<u64, Failure> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let mut done = 0;
    {
        let (mut indexes, mut tokens) = (transaction.open_table(INDEXES)?, transaction.open_table(TOKENS)?);
        for Renewed { row, new } in rows {
            let token = row.token.as_slice();
            let same = tokens.get(token)?.and_then(|kept| {
                let (ring, key, index, sealed) = kept.value();
                (sealed == row.sealed).then(|| (ring.to_owned(), *key, *index))
            });
            let Some((ring, key, index)) = same else { continue };
            tokens.insert(token, (ring.as_str(), &key, &index, new.sealed.as_slice()))?;
            more::add(&transaction, &mut indexes, token, &new.indexes)?;
            done += 1;
        }
    }
    transaction.commit()?;
    Ok(done)
}
