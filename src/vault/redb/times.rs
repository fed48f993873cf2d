//! Until when rows are kept: what has no row here is kept for ever.

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use super::super::Until;
use super::{Failure, TOKENS};

/// Until when in milliseconds since 1970, by token.
const UNTIL: TableDefinition<'_, &[u8], i64> = TableDefinition::new("until");
/// The same by time, of those whose value is still there.
const DUE: TableDefinition<'_, (i64, &[u8]), ()> = TableDefinition::new("due");

/// Makes the tables where there are none.
pub(super) fn make(transaction: &WriteTransaction) -> Result<(), Failure> {
    transaction.open_table(UNTIL)?;
    transaction.open_table(DUE)?;
    Ok(())
}

/// Reads until when each token is kept, in their order.
pub(super) fn of<'t>(database: &Database, tokens: impl IntoIterator<Item = &'t [u8]>) -> Result<Vec<Until>, Failure> {
    let table = database.begin_read()?.open_table(UNTIL)?;
    let one = |token| Ok(table.get(token)?.map_or(Until::EVER, |until| Until(until.value())));
    tokens.into_iter().map(one).collect()
}

/// Tells until when a token is kept.
pub(super) fn known(transaction: &WriteTransaction, token: &[u8]) -> Result<Until, Failure> {
    let table = transaction.open_table(UNTIL)?;
    let until = table.get(token)?.map_or(Until::EVER, |until| Until(until.value()));
    Ok(until)
}

/// Keeps a token whose value is there until another time.
pub(super) fn set(transaction: &WriteTransaction, token: &[u8], until: Until) -> Result<(), Failure> {
    let (mut untils, mut due) = (transaction.open_table(UNTIL)?, transaction.open_table(DUE)?);
    let before = if until == Until::EVER { untils.remove(token)? } else { untils.insert(token, until.0)? };
    if let Some(before) = before {
        due.remove((before.value(), token))?;
    }
    if until != Until::EVER {
        due.insert((until.0, token), ())?;
    }
    Ok(())
}

/// Forgets a token.
pub(super) fn remove(transaction: &WriteTransaction, token: &[u8]) -> Result<(), Failure> {
    let (mut untils, mut due) = (transaction.open_table(UNTIL)?, transaction.open_table(DUE)?);
    let before = untils.remove(token)?;
    if let Some(before) = before {
        due.remove((before.value(), token))?;
    }
    Ok(())
}

/// Empties rows whose time is over.
pub(super) fn expire(database: &Database, now: Until, max: usize) -> Result<usize, Failure> {
    let over = due(database, now, max)?;
    if over.is_empty() {
        return Ok(0);
    }
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let mut gone = 0;
    {
        let (mut due, mut tokens) = (transaction.open_table(DUE)?, transaction.open_table(TOKENS)?);
        for (until, token) in over {
            // It may have been given more time since.
            if due.remove((until, token.as_slice()))?.is_none() {
                continue;
            }
            let row = tokens.get(token.as_slice())?.map(|row| {
                let (ring, key, index, _) = row.value();
                (ring.to_owned(), *key, *index)
            });
            if let Some((ring, key, index)) = row {
                tokens.insert(token.as_slice(), (ring.as_str(), &key, &index, &[][..]))?;
                gone += 1;
            }
        }
    }
    transaction.commit()?;
    Ok(gone)
}

fn due(database: &Database, now: Until, max: usize) -> Result<Vec<(i64, Vec<u8>)>, Failure> {
    let table = database.begin_read()?.open_table(DUE)?;
    let mut over = Vec::new();
    for row in table.range(..(now.0.saturating_add(1), &[][..]))?.take(max) {
        let (row, ()) = row.map(|(key, _)| (key, ()))?;
        let (until, token) = row.value();
        over.push((until, token.to_vec()));
    }
    Ok(over)
}
