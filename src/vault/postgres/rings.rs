//! The newest version of each key ring that was seen.

use deadpool_postgres::ClientWrapper;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Error, Row};

use super::super::Rings;
use super::{Job, Postgres, schema};
use crate::keys::Sighting;
use crate::transform::StoreError;

/// The table, as the statements that make all of them have it: a database of an earlier version of privet lacks it.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS privet.rings (
    ring text PRIMARY KEY,
    version bigint NOT NULL,
    content bytea NOT NULL CHECK (length(content) = 32)
);";
/// A statement of its own: that of [`SEE`] does not see what others committed while it waited for them.
const KEPT: &str = "SELECT ring, version, content FROM privet.rings WHERE ring = ANY($1)";
/// The highest version stays, whoever is first; in the order of the names, so that two who do it at once wait in one order.
const SEE: &str = "
    INSERT INTO privet.rings AS r (ring, version, content)
    SELECT n.ring, n.version, n.content FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS n (ring, version, content)
    ORDER BY n.ring
    ON CONFLICT (ring) DO UPDATE SET version = excluded.version, content = excluded.content
        WHERE r.version < excluded.version";

/// Gives what is kept of rings; none where nothing is, since there is no table or no right to it.
struct Kept(Vec<String>);

/// Keeps rings that are newer, and gives what is kept of all of them; none as with [`Kept`].
struct See {
    names: Vec<String>,
    versions: Vec<i64>,
    contents: Vec<Vec<u8>>,
}

impl Rings for Postgres {
    fn rings(&self, names: &[&str]) -> Result<Option<Vec<Sighting>>, StoreError> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.call(Kept(names))?.map(|rows| rows.into_iter().map(sighting).collect()).transpose()
    }

    fn see(&self, rings: &[Sighting]) -> Result<Option<Vec<Sighting>>, StoreError> {
        let version = |ring: &Sighting| i64::try_from(ring.version()).map_err(|_| StoreError::Refused);
        let see = See {
            names: rings.iter().map(|ring| ring.ring().to_owned()).collect(),
            versions: rings.iter().map(version).collect::<Result<_, _>>()?,
            contents: rings.iter().map(|ring| ring.content().to_vec()).collect(),
        };
        self.call(see)?.map(|rows| rows.into_iter().map(sighting).collect()).transpose()
    }
}

/// A row as the server gives it.
type Noted = (String, i64, Vec<u8>);

fn sighting((ring, version, content): Noted) -> Result<Sighting, StoreError> {
    let version = u64::try_from(version).map_err(|_| StoreError::Refused)?;
    let content = content.try_into().map_err(|_| StoreError::Refused)?;
    Ok(Sighting::of(ring, version, content))
}

impl Job for Kept {
    type Done = Option<Vec<Noted>>;

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        match kept(client, &self.0).await {
            Err(error) if error.code() == Some(&SqlState::UNDEFINED_TABLE) => match make(client).await {
                Ok(()) => allowed(kept(client, &self.0).await),
                Err(error) => allowed(Err(error)),
            },
            done => allowed(done),
        }
    }
}

impl Job for See {
    type Done = Option<Vec<Noted>>;

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        if allowed(client.execute(SEE, &[&self.names, &self.versions, &self.contents]).await)?.is_none() {
            return Ok(None);
        }
        allowed(kept(client, &self.names).await)
    }
}

async fn kept(client: &ClientWrapper, names: &[String]) -> Result<Vec<Noted>, Error> {
    let row = |row: &Row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?));
    client.query(KEPT, &[&names]).await?.iter().map(row).collect()
}

/// Makes the table; both statements are one transaction, as what is sent together is.
async fn make(client: &ClientWrapper) -> Result<(), Error> {
    client.batch_execute(&format!("{}; {TABLE}", schema::LOCK)).await
}

/// Takes a missing right for what it means: nothing is kept here, and what else the vault is for goes on.
fn allowed<T>(done: Result<T, Error>) -> Result<Option<T>, Error> {
    match done {
        Err(error) if error.code() == Some(&SqlState::INSUFFICIENT_PRIVILEGE) => Ok(None),
        done => done.map(Some),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_that_of_all_statements() {
        assert!(schema::TABLES.contains(TABLE));
    }
}
