//! The tables, their version, and how a new connection is made ready.

use deadpool_postgres::{ClientWrapper, HookError};

/// The statements that make the tables.
const TABLES: &str = include_str!("schema.sql");
/// The version of the tables.
const FORMAT: i32 = 1;
/// One maker at a time: `CREATE … IF NOT EXISTS` fails where two are at it.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7016996765293437281)";
/// What is asked of every session: statements that stand alone see what others committed before them, and what is
/// committed is on the disk. A statement that waits longer than this waits for something that is wrong.
const SESSION: &str = "SET default_transaction_isolation = 'read committed';
    SET default_transaction_read_only = off;
    SET statement_timeout = '10s';
    SET idle_in_transaction_session_timeout = '30s';
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'";

/// Keeps what is missing; writes nothing where all is there. In the order of the index, so that two who do it at once
/// wait for each other in one order.
pub(super) const CREATE: &str = "
    INSERT INTO privet.tokens (blind_index, index_key, token, ring, sealed)
    SELECT n.blind_index, n.index_key, n.token, n.ring, n.sealed
    FROM unnest($1::bytea[], $2::bytea[], $3::bytea[], $4::text[], $5::bytea[])
        AS n (blind_index, index_key, token, ring, sealed)
    WHERE NOT EXISTS (SELECT FROM privet.tokens AS t WHERE t.blind_index = n.blind_index)
    ORDER BY n.blind_index
    ON CONFLICT (blind_index) DO NOTHING";
/// Notes whose tokens are.
pub(super) const LINK: &str = "
    INSERT INTO privet.subject_tokens (subject, token)
    SELECT n.subject, t.token
    FROM unnest($1::bytea[], $2::bytea[]) AS n (subject, blind_index)
        JOIN privet.tokens AS t ON t.blind_index = n.blind_index
    ORDER BY n.subject, t.token
    ON CONFLICT DO NOTHING";
/// A statement of its own: that of [`CREATE`] does not see what others committed while it waited for them.
pub(super) const KNOWN: &str = "SELECT blind_index, token FROM privet.tokens WHERE blind_index = ANY($1)";
/// What is kept for tokens.
pub(super) const FIND: &str = "SELECT token, ring, sealed FROM privet.tokens WHERE token = ANY($1)";

/// Makes a new connection ready: its session, the tables where there are none, and the statements, so that later
/// batches take one round trip each.
pub(super) async fn prepare(client: &mut ClientWrapper) -> Result<(), HookError> {
    client.batch_execute(SESSION).await.map_err(HookError::Backend)?;
    let format = match format(client).await? {
        Some(format) => format,
        None => make(client).await?,
    };
    if format != FORMAT {
        return Err(HookError::message(OTHER_FORMAT));
    }
    for statement in [CREATE, LINK, KNOWN, FIND].into_iter().chain(super::subjects::PREPARED) {
        client.prepare_cached(statement).await.map_err(HookError::Backend)?;
    }
    Ok(())
}

/// What is said of tables that another version of privet made.
pub(super) const OTHER_FORMAT: &str = "the tables have a format that this version does not read";

/// Gives the version of the tables; none where there are none.
async fn format(client: &ClientWrapper) -> Result<Option<i32>, HookError> {
    let there = "SELECT to_regclass('privet.about') IS NOT NULL";
    if !client.query_one(there, &[]).await.and_then(|row| row.try_get(0)).map_err(HookError::Backend)? {
        return Ok(None);
    }
    let row = client.query_opt("SELECT format FROM privet.about", &[]).await.map_err(HookError::Backend)?;
    row.map(|row| row.try_get(0)).transpose().map_err(HookError::Backend)
}

async fn make(client: &mut ClientWrapper) -> Result<i32, HookError> {
    let transaction = client.transaction().await.map_err(HookError::Backend)?;
    for statements in [LOCK, TABLES] {
        transaction.batch_execute(statements).await.map_err(HookError::Backend)?;
    }
    transaction.commit().await.map_err(HookError::Backend)?;
    tracing::info!("the vault's tables were made");
    Ok(FORMAT)
}
