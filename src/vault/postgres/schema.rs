//! The tables, their version, and how a new connection is made ready.

use deadpool_postgres::{ClientWrapper, HookError};

/// The statements that make the tables.
pub(super) const TABLES: &str = include_str!("schema.sql");
/// The version of the tables, and those before, which the statements lead on from.
const FORMAT: i32 = 3;
const BEFORE: [i32; 2] = [1, 2];
/// One maker at a time: `CREATE … IF NOT EXISTS` fails where two are at it.
pub(super) const LOCK: &str = "SELECT pg_advisory_xact_lock(7016996765293437281)";
/// What is asked of every session: statements that stand alone see what others committed before them, and what is
/// committed is on the disk. A statement that waits longer than this waits for something that is wrong.
const SESSION: &str = "SET default_transaction_isolation = 'read committed';
    SET default_transaction_read_only = off;
    SET statement_timeout = '10s';
    SET idle_in_transaction_session_timeout = '30s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// Keeps what is missing, but nothing of somebody whose key is gone; writes nothing where all is there. In the order of the
/// index, so that two who do it at once wait for each other in one order. A conflict of any index is passed over: of two who
/// bring the same row at the very same time, as a call that is made once more does, the server finds one to break the
/// uniqueness of the token before that of the blind index.
pub(super) const CREATE: &str = "
    INSERT INTO privet.tokens (blind_index, index_key, token, ring, sealed, until)
    SELECT n.blind_index, n.index_key, n.token, n.ring, n.sealed, n.until
    FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::text[], $5::bytea[], $6::bigint[], $7::bytea[])
        AS n (blind_index, index_key, token, ring, sealed, until, person)
    WHERE NOT EXISTS (SELECT FROM privet.tokens AS t WHERE t.blind_index = n.blind_index)
        AND NOT EXISTS (SELECT FROM privet.indexes AS i WHERE i.blind_index = n.blind_index)
        AND (n.person IS NULL OR EXISTS (SELECT FROM privet.subjects AS s WHERE s.key_id = n.person))
    ORDER BY n.blind_index
    ON CONFLICT DO NOTHING";
/// Has new rows found by more than one index, but by what leads to another already.
pub(super) const MORE: &str = "
    INSERT INTO privet.indexes (blind_index, index_key, token)
    SELECT n.blind_index, n.index_key, n.token
    FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) AS n (blind_index, index_key, token)
    WHERE EXISTS (SELECT FROM privet.tokens AS t WHERE t.token = n.token)
        AND NOT EXISTS (SELECT FROM privet.tokens AS t WHERE t.blind_index = n.blind_index)
    ORDER BY n.blind_index
    ON CONFLICT (blind_index) DO NOTHING";
/// Locks the rows of a batch that may get more time, in the order of the index, and reads nothing else: where another
/// transaction has them, what stands in them by then is looked at row by row. A statement that joined them would look at all of
/// its tables again for each.
pub(super) const LATE: &str = "
    SELECT FROM privet.tokens
    WHERE (blind_index = ANY($1)
        OR token = ANY(ARRAY(SELECT token FROM privet.indexes WHERE blind_index = ANY($1))))
        AND until < $2
    ORDER BY blind_index
    FOR UPDATE";
/// Gives rows more time, which [`LATE`] locked, in a statement of its own, which sees what they hold now. One whose value is gone already gives up its index instead: its token says for ever that it was
/// one, and the value gets another; but for one whose token is this very one.
pub(super) const EXTEND: &str = "
    WITH asked AS (
        SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::bigint[]) AS n (blind_index, token, sealed, until)
    ), found AS (
        SELECT a.*, t.token AS own FROM asked AS a JOIN privet.tokens AS t ON t.blind_index = a.blind_index
        UNION ALL
        SELECT a.*, i.token AS own FROM asked AS a JOIN privet.indexes AS i ON i.blind_index = a.blind_index
        WHERE NOT EXISTS (SELECT FROM privet.tokens AS o WHERE o.blind_index = a.blind_index)
    ), late AS (
        SELECT t.token, n.until, n.sealed, t.sealed = ''::bytea AND t.token <> n.token AS gone
        FROM found AS n JOIN privet.tokens AS t ON t.token = n.own
        WHERE t.until < n.until
    ), freed AS (
        DELETE FROM privet.indexes WHERE token IN (SELECT token FROM late WHERE gone)
    )
    UPDATE privet.tokens AS t SET
        until = CASE WHEN late.gone THEN t.until ELSE late.until END,
        sealed = CASE WHEN t.sealed = ''::bytea AND NOT late.gone THEN late.sealed ELSE t.sealed END,
        blind_index = CASE WHEN late.gone THEN sha256(t.token) ELSE t.blind_index END
    FROM late WHERE t.token = late.token";
/// Finds rows whose time is over.
pub(super) const OVER: &str = "
    SELECT token FROM privet.tokens
    WHERE until <= $1 AND until < 9223372036854775807 AND sealed <> ''::bytea ORDER BY until LIMIT $2";
/// Empties rows whose time is over, still.
pub(super) const EMPTY: &str = "
    WITH over AS (
        SELECT token FROM privet.tokens
        WHERE token = ANY($1) AND until <= $2 AND sealed <> ''::bytea
        ORDER BY blind_index
        FOR UPDATE
    )
    UPDATE privet.tokens AS t SET sealed = ''::bytea FROM over WHERE t.token = over.token";
/// Notes whose tokens are, whichever index they are found by.
pub(super) const LINK: &str = "
    INSERT INTO privet.subject_tokens (subject, token)
    SELECT DISTINCT n.subject, coalesce(t.token, i.token)
    FROM unnest($1::bytea[], $2::bytea[]) AS n (subject, blind_index)
        LEFT JOIN privet.tokens AS t ON t.blind_index = n.blind_index
        LEFT JOIN privet.indexes AS i ON i.blind_index = n.blind_index
    WHERE coalesce(t.token, i.token) IS NOT NULL
    ORDER BY 1, 2
    ON CONFLICT DO NOTHING";
/// What an index leads to by itself goes before what it leads to besides: two processes, one of which has not read the
/// ring's next version, may have inserted one index each, and a value has one token.
///
/// A statement of its own: that of [`CREATE`] does not see what others committed while it waited for them.
pub(super) const KNOWN: &str = "
    SELECT blind_index, token, until FROM privet.tokens WHERE blind_index = ANY($1)
    UNION ALL
    SELECT i.blind_index, t.token, t.until
    FROM privet.indexes AS i JOIN privet.tokens AS t ON t.token = i.token
    WHERE i.blind_index = ANY($1)
        AND NOT EXISTS (SELECT FROM privet.tokens AS o WHERE o.blind_index = i.blind_index)";
/// What is kept for tokens.
pub(super) const FIND: &str = "SELECT token, ring, sealed, until FROM privet.tokens WHERE token = ANY($1)";

/// Makes a new connection ready: its session, the tables where there are none, and the statements, so that later
/// batches take one round trip each.
pub(super) async fn prepare(client: &mut ClientWrapper) -> Result<(), HookError> {
    client.batch_execute(SESSION).await.map_err(HookError::Backend)?;
    let format = match format(client).await? {
        Some(format) if !BEFORE.contains(&format) => format,
        Some(_) | None => make(client).await?,
    };
    if format != FORMAT {
        return Err(HookError::message(OTHER_FORMAT));
    }
    for statement in [CREATE, MORE, LATE, EXTEND, LINK, KNOWN, FIND].into_iter().chain(super::subjects::PREPARED) {
        client.prepare_cached(statement).await.map_err(HookError::Backend)?;
    }
    Ok(())
}

/// What is said of tables that another version of privet made.
pub(super) const OTHER_FORMAT: &str = "the tables have a format that this version does not read";

/// Whether there are tables at all. Read from the catalog itself: what the server remembers of names (`to_regclass`) does
/// not show a waiting transaction what another has just made.
const THERE: &str = "SELECT EXISTS (
    SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname = 'privet' AND c.relname = 'about')";

/// Gives the version of the tables; none where there are none.
async fn format(client: &ClientWrapper) -> Result<Option<i32>, HookError> {
    if !client.query_one(THERE, &[]).await.and_then(|row| row.try_get(0)).map_err(HookError::Backend)? {
        return Ok(None);
    }
    let row = client.query_opt("SELECT format FROM privet.about", &[]).await.map_err(HookError::Backend)?;
    row.map(|row| row.try_get(0)).transpose().map_err(HookError::Backend)
}

/// Makes the tables, or brings them to this format. Of several who are at it, those who come later find it done: the
/// statements lock tables, which others use already.
async fn make(client: &mut ClientWrapper) -> Result<i32, HookError> {
    let transaction = client.transaction().await.map_err(HookError::Backend)?;
    transaction.batch_execute(LOCK).await.map_err(HookError::Backend)?;
    let there = transaction.query_one(THERE, &[]).await.and_then(|row| row.try_get(0)).map_err(HookError::Backend)?;
    let made = if there {
        let row = transaction.query_opt("SELECT format FROM privet.about", &[]).await.map_err(HookError::Backend)?;
        row.map(|row| row.try_get(0)).transpose().map_err(HookError::Backend)? == Some(FORMAT)
    } else {
        false
    };
    if !made {
        transaction.batch_execute(TABLES).await.map_err(HookError::Backend)?;
    }
    transaction.commit().await.map_err(HookError::Backend)?;
    if !made {
        tracing::info!("the vault's tables were made, or brought to this format");
    }
    Ok(FORMAT)
}
