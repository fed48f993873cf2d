//! By what else rows are found: by the index under a younger key, for the time when the eldest is disabled.

use redb::{MultimapTableDefinition, ReadableTable, Table, WriteTransaction};

use super::Failure;
use crate::keys::KeyId;

/// The key's id and the index, by token.
const MORE: MultimapTableDefinition<'_, &[u8], &[u8; 36]> = MultimapTableDefinition::new("more_indexes");

/// Makes the table where there is none.
pub(super) fn make(transaction: &WriteTransaction) -> Result<(), Failure> {
    transaction.open_multimap_table(MORE)?;
    Ok(())
}

/// Has a row found by more indexes, but by those that lead somewhere already.
pub(super) fn add(
    transaction: &WriteTransaction,
    indexes: &mut Table<'_, &[u8; 32], &[u8]>,
    token: &[u8],
    others: &[(KeyId, [u8; 32])],
) -> Result<(), Failure> {
    if others.is_empty() {
        return Ok(());
    }
    let mut more = transaction.open_multimap_table(MORE)?;
    for (key, index) in others {
        if indexes.get(index)?.is_none() {
            indexes.insert(index, token)?;
            let mut both = [0; 36];
            both.iter_mut().zip(key.0.iter().chain(index)).for_each(|(to, from)| *to = *from);
            more.insert(token, &both)?;
        }
    }
    Ok(())
}

/// Takes away all by which a row is found besides.
pub(super) fn remove(
    transaction: &WriteTransaction,
    indexes: &mut Table<'_, &[u8; 32], &[u8]>,
    token: &[u8],
) -> Result<(), Failure> {
    let mut theirs: Vec<[u8; 32]> = Vec::new();
    for both in transaction.open_multimap_table(MORE)?.remove_all(token)? {
        theirs.extend(both?.value().last_chunk().copied());
    }
    for index in theirs {
        drop_own(indexes, &index, token)?;
    }
    Ok(())
}

/// Takes an index away where it leads to that token.
pub(super) fn drop_own(
    indexes: &mut Table<'_, &[u8; 32], &[u8]>,
    index: &[u8; 32],
    token: &[u8],
) -> Result<(), Failure> {
    let own = indexes.get(index)?.is_some_and(|own| own.value() == token);
    if own {
        indexes.remove(index)?;
    }
    Ok(())
}
