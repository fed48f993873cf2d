//! The newest version of each key ring that was seen.

use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};

use super::super::Rings;
use super::{Failure, Redb};
use crate::keys::Sighting;
use crate::transform::StoreError;

/// The version, and SHA-256 of the document, by name.
const RINGS: TableDefinition<'_, &str, (u64, &[u8; 32])> = TableDefinition::new("rings");

/// Makes the table where there is none.
pub(super) fn make(transaction: &WriteTransaction) -> Result<(), Failure> {
    transaction.open_table(RINGS)?;
    Ok(())
}

impl Rings for Redb {
    fn rings(&self, names: &[&str]) -> Result<Option<Vec<Sighting>>, StoreError> {
        self.access(|database| kept(database, names)).map(Some)
    }

    fn see(&self, rings: &[Sighting]) -> Result<Option<Vec<Sighting>>, StoreError> {
        self.access(|database| see(database, rings)).map(Some)
    }
}

fn kept(database: &Database, names: &[&str]) -> Result<Vec<Sighting>, Failure> {
    let table = database.begin_read()?.open_table(RINGS)?;
    let mut all = Vec::with_capacity(names.len());
    for name in names {
        if let Some(row) = table.get(*name)? {
            let (version, content) = row.value();
            all.push(Sighting::of((*name).to_owned(), version, *content));
        }
    }
    Ok(all)
}

fn see(database: &Database, rings: &[Sighting]) -> Result<Vec<Sighting>, Failure> {
    let mut transaction = database.begin_write()?;
    transaction.set_quick_repair(true);
    let mut all = Vec::with_capacity(rings.len());
    {
        let mut table = transaction.open_table(RINGS)?;
        for ring in rings {
            let kept = table.get(ring.ring())?.map(|row| {
                let (version, content) = row.value();
                Sighting::of(ring.ring().to_owned(), version, *content)
            });
            match kept {
                Some(kept) if kept.version() >= ring.version() => all.push(kept),
                Some(_) | None => {
                    table.insert(ring.ring(), (ring.version(), ring.content()))?;
                    all.push(ring.clone());
                }
            }
        }
    }
    transaction.commit()?;
    Ok(all)
}
