//! Subjects: their data keys, their rows, and tombstones.

use std::collections::HashMap;

use deadpool_postgres::ClientWrapper;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row};

use super::super::subjects::{
    self, DataKeyId, Erased, KeyRequest, Known, Rewrapped, SubjectIndex, Subjects, WrappedKey,
};
use super::{Job, Postgres};
use crate::keys::KeyId;
use crate::transform::StoreError;

/// Keeps the keys that are missing, but for those who are forgotten and not asked for by anything later. A conflict of any
/// index is passed over, as where [tokens](super::schema::CREATE) are kept.
const CREATE: &str = "
    INSERT INTO privet.subjects (subject, key_id, ring, epoch, wrapped)
    SELECT n.subject, n.key_id, n.ring, n.epoch, n.wrapped
    FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::bytea[], $5::bytea[], $6::bigint[])
        AS n (subject, key_id, ring, epoch, wrapped, latest)
    WHERE NOT EXISTS (SELECT FROM privet.subjects AS s WHERE s.subject = n.subject)
        AND NOT EXISTS (SELECT FROM privet.tombstones AS t WHERE t.subject = n.subject AND n.latest <= t.forgotten)
    ORDER BY n.subject
    ON CONFLICT DO NOTHING";
const OF_SUBJECTS: &str = "SELECT subject, key_id, ring, epoch, wrapped FROM privet.subjects WHERE subject = ANY($1)";
const FORGOTTEN: &str = "SELECT subject, forgotten FROM privet.tombstones WHERE subject = ANY($1)";
const BY_ID: &str = "SELECT subject, key_id, ring, epoch, wrapped FROM privet.subjects WHERE key_id = ANY($1)";
/// By the order of the table's index, so that it takes no longer for many than for few. The last one is always given: it
/// tells where to go on.
const BESIDE: &str = "
    WITH next AS (SELECT * FROM privet.subjects WHERE subject > $2 ORDER BY subject LIMIT $3)
    SELECT subject, key_id, ring, epoch, wrapped FROM next
    WHERE epoch <> $1 OR subject = (SELECT subject FROM next ORDER BY subject DESC LIMIT 1)
    ORDER BY subject";
/// Holds off who would forget one of these subjects, until the transaction ends. A statement sees what was there when it
/// began: without this, a key that is made while its subject is forgotten would be seen by neither, and stay. One lock for
/// many subjects, since a server has few; who holds it this way holds up nobody but who forgets.
pub(super) const HOLD: &str = "
    SELECT pg_advisory_xact_lock_shared(1885435510, place)
    FROM (SELECT DISTINCT get_byte(subject, 0) & 15 AS place FROM unnest($1::bytea[]) AS n (subject) ORDER BY 1) AS places";
/// Waits for all who [hold](HOLD) the locks of these subjects, and has all others wait; in one order, so that no two wait for
/// each other.
const TAKE: &str = "
    SELECT pg_advisory_xact_lock(1885435510, place)
    FROM (SELECT DISTINCT get_byte(subject, 0) & 15 AS place FROM unnest($1::bytea[]) AS n (subject) ORDER BY 1) AS places";
/// One statement, so all or nothing of it happens.
const FORGET: &str = "
    WITH theirs AS (SELECT token FROM privet.subject_tokens WHERE subject = $1),
        gone AS (DELETE FROM privet.tokens WHERE token IN (SELECT token FROM theirs) RETURNING token),
        links AS (DELETE FROM privet.subject_tokens WHERE token IN (SELECT token FROM theirs)),
        more AS (DELETE FROM privet.indexes WHERE token IN (SELECT token FROM theirs)),
        keys AS (DELETE FROM privet.subjects WHERE subject = $1 RETURNING subject),
        stone AS (
            INSERT INTO privet.tombstones AS t (subject, ring, forgotten) VALUES ($1, $2, $3)
            ON CONFLICT (subject) DO UPDATE SET forgotten = greatest(t.forgotten, excluded.forgotten)
        )
    SELECT (SELECT count(*) FROM keys), (SELECT count(*) FROM gone)";
/// As [`FORGET`], of those whose key is the one that is meant, and without a tombstone.
const DROP: &str = "
    WITH meant AS (
            SELECT s.subject FROM privet.subjects AS s
            JOIN unnest($1::bytea[], $2::bytea[]) AS n (subject, key_id) ON s.subject = n.subject AND s.key_id = n.key_id
        ),
        theirs AS (SELECT token FROM privet.subject_tokens WHERE subject IN (SELECT subject FROM meant)),
        gone AS (DELETE FROM privet.tokens WHERE token IN (SELECT token FROM theirs)),
        links AS (DELETE FROM privet.subject_tokens WHERE token IN (SELECT token FROM theirs)),
        more AS (DELETE FROM privet.indexes WHERE token IN (SELECT token FROM theirs))
    DELETE FROM privet.subjects WHERE subject IN (SELECT subject FROM meant)";
const REWRAP: &str = "
    UPDATE privet.subjects AS s SET epoch = n.epoch, wrapped = n.wrapped
    FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bytea[]) AS n (key_id, epoch, wrapped, old)
    WHERE s.key_id = n.key_id AND s.epoch = n.old";

/// What is prepared for every connection, so that a batch takes one round trip.
pub(super) const PREPARED: [&str; 5] = [HOLD, CREATE, OF_SUBJECTS, FORGOTTEN, BY_ID];

fn key(row: &Row) -> Result<WrappedKey, Error> {
    let array = |bytes: &[u8]| {
        let mut array = [0; 32];
        array.iter_mut().zip(bytes).for_each(|(to, from)| *to = *from);
        array
    };
    let subject: &[u8] = row.try_get("subject")?;
    let (id, epoch): (&[u8], &[u8]) = (row.try_get("key_id")?, row.try_get("epoch")?);
    Ok(WrappedKey {
        id: id.try_into().unwrap_or_default(),
        subject: array(subject),
        domain: row.try_get("ring")?,
        epoch: KeyId(epoch.try_into().unwrap_or_default()),
        wrapped: row.try_get("wrapped")?,
    })
}

struct KeysOf {
    requests: Vec<KeyRequest>,
}

impl Job for KeysOf {
    type Done = (HashMap<Vec<u8>, WrappedKey>, HashMap<Vec<u8>, i64>);

    /// All statements go out before the first is answered.
    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let (hold, create, keys, forgotten) = (
            client.prepare_cached(HOLD).await?,
            client.prepare_cached(CREATE).await?,
            client.prepare_cached(OF_SUBJECTS).await?,
            client.prepare_cached(FORGOTTEN).await?,
        );
        let news = || self.requests.iter().map(|request| &request.new);
        let subjects: Vec<&[u8]> = news().map(|new| &new.subject[..]).collect();
        let ids: Vec<&[u8]> = news().map(|new| &new.id[..]).collect();
        let rings: Vec<&str> = news().map(|new| &*new.domain).collect();
        let epochs: Vec<&[u8]> = news().map(|new| &new.epoch.0[..]).collect();
        let wrapped: Vec<&[u8]> = news().map(|new| &*new.wrapped).collect();
        let latest: Vec<i64> = self.requests.iter().map(|request| request.latest.unwrap_or(i64::MAX)).collect();
        let columns: [&(dyn ToSql + Sync); 6] = [&subjects, &ids, &rings, &epochs, &wrapped, &latest];
        let asked: [&(dyn ToSql + Sync); 1] = [&subjects];
        let (begun, held, created, committed, keys, forgotten) = tokio::join!(
            client.batch_execute("BEGIN"),
            client.execute(&hold, &asked),
            client.execute(&create, &columns),
            client.batch_execute("COMMIT"),
            client.query(&keys, &asked),
            client.query(&forgotten, &asked)
        );
        begun?;
        held?;
        created?;
        committed?;
        let keys = keys?.iter().map(|row| Ok((row.try_get(0)?, key(row)?))).collect::<Result<_, Error>>()?;
        let forgotten =
            forgotten?.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, Error>>()?;
        Ok((keys, forgotten))
    }
}

struct ById(Vec<DataKeyId>);

impl Job for ById {
    type Done = HashMap<DataKeyId, WrappedKey>;

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let ids: Vec<&[u8]> = self.0.iter().map(|id| &id[..]).collect();
        let rows = client.query(&client.prepare_cached(BY_ID).await?, &[&ids]).await?;
        rows.iter().map(key).map(|key| key.map(|key| (key.id, key))).collect()
    }
}

struct Forget(SubjectIndex, String, i64);

impl Job for Forget {
    type Done = (i64, i64);

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let Self(subject, ring, until) = self;
        let (take, forget) = (client.prepare_cached(TAKE).await?, client.prepare_cached(FORGET).await?);
        let (subject, one) = (&&subject[..], vec![&subject[..]]);
        let whom: [&(dyn ToSql + Sync); 1] = [&one];
        let columns: [&(dyn ToSql + Sync); 3] = [subject, ring, until];
        let (begun, taken, row, committed) = tokio::join!(
            client.batch_execute("BEGIN"),
            client.execute(&take, &whom),
            client.query_one(&forget, &columns),
            client.batch_execute("COMMIT")
        );
        begun?;
        taken?;
        let row = row?;
        committed?;
        Ok((row.try_get(0)?, row.try_get(1)?))
    }
}

struct DropKeys(Vec<(SubjectIndex, DataKeyId)>);

impl Job for DropKeys {
    type Done = u64;

    async fn run(&self, client: &ClientWrapper) -> Result<u64, Error> {
        let (take, drop) = (client.prepare_cached(TAKE).await?, client.prepare_cached(DROP).await?);
        let subjects: Vec<&[u8]> = self.0.iter().map(|(subject, _)| &subject[..]).collect();
        let ids: Vec<&[u8]> = self.0.iter().map(|(_, id)| &id[..]).collect();
        let whom: [&(dyn ToSql + Sync); 1] = [&subjects];
        let which: [&(dyn ToSql + Sync); 2] = [&subjects, &ids];
        let (begun, taken, dropped, committed) = tokio::join!(
            client.batch_execute("BEGIN"),
            client.execute(&take, &whom),
            client.execute(&drop, &which),
            client.batch_execute("COMMIT")
        );
        begun?;
        taken?;
        let dropped = dropped?;
        committed?;
        Ok(dropped)
    }
}

struct Beside(KeyId, Option<SubjectIndex>, i64);

impl Job for Beside {
    type Done = Vec<WrappedKey>;

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        // Nothing comes before the text of no bytes.
        let behind = self.1.as_ref().map(|subject| &subject[..]).unwrap_or_default();
        client.query(BESIDE, &[&&self.0.0[..], &behind, &self.2]).await?.iter().map(key).collect()
    }
}

struct Rewrap(Vec<Rewrapped>);

impl Job for Rewrap {
    type Done = u64;

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let keys = || self.0.iter().map(|one| &one.key);
        let ids: Vec<&[u8]> = keys().map(|key| &key.id[..]).collect();
        let epochs: Vec<&[u8]> = keys().map(|key| &key.epoch.0[..]).collect();
        let wrapped: Vec<&[u8]> = keys().map(|key| &*key.wrapped).collect();
        let old: Vec<&[u8]> = self.0.iter().map(|one| &one.from.0[..]).collect();
        client.execute(REWRAP, &[&ids, &epochs, &wrapped, &old]).await
    }
}

impl Subjects for Postgres {
    fn keys_of(&self, requests: &[KeyRequest]) -> Result<Vec<Known>, StoreError> {
        let (mut keys, forgotten) = self.call(KeysOf { requests: requests.to_vec() })?;
        let known = |request: &KeyRequest| {
            let subject = &request.new.subject[..];
            Known { key: keys.remove(subject), forgotten: forgotten.get(subject).copied() }
        };
        Ok(requests.iter().map(known).collect())
    }

    fn find_keys(&self, ids: &[DataKeyId]) -> Result<Vec<Option<WrappedKey>>, StoreError> {
        let keys = self.call(ById(ids.to_vec()))?;
        Ok(ids.iter().map(|id| keys.get(id).cloned()).collect())
    }

    fn forget(&self, subject: &SubjectIndex, domain: &str, until: i64) -> Result<Erased, StoreError> {
        let (keys, tokens) = self.call(Forget(*subject, domain.to_owned(), until))?;
        Ok(Erased { keys: keys.try_into().unwrap_or_default(), tokens: tokens.try_into().unwrap_or_default() })
    }

    fn drop_keys(&self, keys: &[(SubjectIndex, DataKeyId)]) -> Result<u64, StoreError> {
        self.call(DropKeys(keys.to_vec()))
    }

    fn keys_beside(
        &self,
        epoch: KeyId,
        behind: Option<&SubjectIndex>,
        max: usize,
    ) -> Result<subjects::Beside, StoreError> {
        let next = self.call(Beside(epoch, behind.copied(), i64::try_from(max).unwrap_or(i64::MAX)))?;
        Ok(subjects::Beside::of(epoch, next))
    }

    fn rewrap(&self, keys: &[Rewrapped]) -> Result<u64, StoreError> {
        self.call(Rewrap(keys.to_vec()))
    }
}
