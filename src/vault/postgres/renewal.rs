//! Rows written anew.

use deadpool_postgres::ClientWrapper;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::super::{Renewed, Stale};
use super::Job;
use crate::keys::KeyId;
use crate::transform::{SealedUnder, StoredRow};

/// By the order of the table's index, so that each statement looks at so many rows, whatever they hold. The last one is always
/// given: it tells where to go on.
const NEXT: &str = "
    WITH next AS (
        SELECT blind_index, index_key, token, sealed FROM privet.tokens
        WHERE blind_index > $1 ORDER BY blind_index LIMIT $2
    )
    SELECT blind_index, index_key, token, sealed FROM next
    WHERE substring(sealed FROM 1 FOR 5) = ANY($3)
        OR blind_index = (SELECT blind_index FROM next ORDER BY blind_index DESC LIMIT 1)
    ORDER BY blind_index";
/// Holds off who would forget somebody, until the transaction ends: a statement that takes rows away sees the indexes that were
/// there when it began, and one that is added meanwhile would lead to nothing for ever.
const HOLD: &str = "
    SELECT pg_advisory_xact_lock_shared(1885435510, place)
    FROM (SELECT generate_series(0, 15) AS place ORDER BY 1) AS places";
/// Locks the rows in one order, so that two who are at it wait for each other in one order.
const LOCK: &str = "SELECT FROM privet.tokens WHERE token = ANY($1) ORDER BY blind_index FOR UPDATE";
const SEAL: &str = "
    UPDATE privet.tokens AS t SET sealed = n.new
    FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS n (token, old, new)
    WHERE t.token = n.token AND t.sealed = n.old";
/// Of rows that are as they were written, but by what leads to another already.
const INDEX: &str = "
    INSERT INTO privet.indexes (blind_index, index_key, token)
    SELECT n.blind_index, n.index_key, n.token
    FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[]) AS n (blind_index, index_key, token, new)
    WHERE EXISTS (SELECT FROM privet.tokens AS t WHERE t.token = n.token AND t.sealed = n.new)
        AND NOT EXISTS (SELECT FROM privet.tokens AS t WHERE t.blind_index = n.blind_index)
    ORDER BY n.blind_index
    ON CONFLICT (blind_index) DO NOTHING";

/// Looks at the next rows.
pub(super) struct Next {
    how: Vec<SealedUnder>,
    behind: Vec<u8>,
    max: i64,
}

impl Next {
    pub(super) fn new(how: &[SealedUnder], behind: Option<&[u8]>, max: usize) -> Self {
        // Nothing comes before the text of no bytes.
        let behind = behind.unwrap_or_default().to_vec();
        Self { how: how.to_vec(), behind, max: i64::try_from(max).unwrap_or(i64::MAX) }
    }
}

fn row(row: &Row) -> Result<StoredRow, Error> {
    let (index, key): (&[u8], &[u8]) = (row.try_get(0)?, row.try_get(1)?);
    let index_key = KeyId(key.try_into().unwrap_or_default());
    let index = index.try_into().unwrap_or([0; 32]);
    Ok(StoredRow { token: row.try_get(2)?, sealed: row.try_get(3)?, index, index_key })
}

impl Job for Next {
    type Done = Stale;

    async fn run(&self, client: &ClientWrapper) -> Result<Stale, Error> {
        let how: Vec<&[u8]> = self.how.iter().map(|how| &how.0[..]).collect();
        let rows = client.query(&client.prepare_cached(NEXT).await?, &[&self.behind, &self.max, &how]).await?;
        let mut rows = rows.iter().map(row).collect::<Result<Vec<_>, _>>()?;
        let last = rows.last().map(|row| row.index.to_vec());
        rows.retain(|row| self.how.iter().any(|how| how.sealed(&row.sealed)));
        Ok(Stale { rows, last })
    }
}

/// Writes rows anew.
pub(super) struct Renew(pub(super) Vec<Renewed>);

impl Job for Renew {
    type Done = u64;

    /// All statements go out before the first is answered.
    async fn run(&self, client: &ClientWrapper) -> Result<u64, Error> {
        let hold = client.prepare_cached(HOLD).await?;
        let (lock, seal) = (client.prepare_cached(LOCK).await?, client.prepare_cached(SEAL).await?);
        let index = client.prepare_cached(INDEX).await?;
        let tokens: Vec<&[u8]> = self.0.iter().map(|one| &*one.row.token).collect();
        let old: Vec<&[u8]> = self.0.iter().map(|one| &*one.row.sealed).collect();
        let new: Vec<&[u8]> = self.0.iter().map(|one| &*one.new.sealed).collect();
        let found = self.0.iter().flat_map(|one| one.new.indexes.iter().map(move |(key, index)| (key, index, one)));
        let (mut indexes, mut keys) = (Vec::<&[u8]>::new(), Vec::<&[u8]>::new());
        let (mut theirs, mut as_written) = (Vec::<&[u8]>::new(), Vec::<&[u8]>::new());
        for (key, index, one) in found {
            indexes.push(index);
            keys.push(&key.0);
            theirs.push(&one.row.token);
            as_written.push(&one.new.sealed);
        }
        let rows: [&(dyn ToSql + Sync); 1] = [&tokens];
        let sealed: [&(dyn ToSql + Sync); 3] = [&tokens, &old, &new];
        let indexed: [&(dyn ToSql + Sync); 4] = [&indexes, &keys, &theirs, &as_written];
        let (begun, held, locked, done, found, committed) = tokio::join!(
            client.batch_execute("BEGIN"),
            client.execute(&hold, &[]),
            client.execute(&lock, &rows),
            client.execute(&seal, &sealed),
            client.execute(&index, &indexed),
            client.batch_execute("COMMIT")
        );
        begun?;
        held?;
        locked?;
        let done = done?;
        found?;
        committed?;
        Ok(done)
    }
}
