//! What is done with tokens: made, found, and emptied when their time is over.

use std::collections::HashMap;

use deadpool_postgres::ClientWrapper;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Error, Row, Statement};

use super::super::{Asked, Kept, Until};
use super::{Job, schema, subjects};

/// Keeps what is missing of a batch, and gives the token of each index and until when it is kept.
#[derive(Clone)]
pub(super) struct Create {
    indexes: Vec<Vec<u8>>,
    keys: Vec<Vec<u8>>,
    tokens: Vec<Vec<u8>>,
    rings: Vec<String>,
    sealed: Vec<Vec<u8>>,
    untils: Vec<i64>,
    /// The names of the subjects' keys that values are sealed under.
    people: Vec<Option<Vec<u8>>>,
    /// By what else new ones are found: index, key, token.
    more: [Vec<Vec<u8>>; 3],
    /// Those that are somebody's: whose, and their indexes.
    owned: (Vec<Vec<u8>>, Vec<Vec<u8>>),
    pub(super) times: Times,
}

/// Whether rows that are there get more time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Times {
    /// They stay as they are: most are kept for ever.
    Stay,
    /// They do.
    Grow,
}

impl Create {
    pub(super) fn all(asked: &[Asked<'_>]) -> Self {
        let requests = || asked.iter().map(|asked| asked.request);
        let limited = asked.iter().any(|asked| asked.until != Until::EVER);
        let more =
            requests().flat_map(|request| request.others.iter().map(|(key, index)| (key, index, &request.token)));
        let more: Vec<_> = more.map(|(key, index, token)| (index.to_vec(), key.0.to_vec(), token.clone())).collect();
        Self {
            more: [
                more.iter().map(|(index, _, _)| index.clone()).collect(),
                more.iter().map(|(_, key, _)| key.clone()).collect(),
                more.iter().map(|(_, _, token)| token.clone()).collect(),
            ],
            owned: requests().filter_map(|request| Some((request.subject?.to_vec(), request.index.to_vec()))).unzip(),
            indexes: requests().map(|request| request.index.to_vec()).collect(),
            keys: requests().map(|request| request.index_key.0.to_vec()).collect(),
            tokens: requests().map(|request| request.token.clone()).collect(),
            rings: requests().map(|request| request.domain.to_string()).collect(),
            sealed: requests().map(|request| request.sealed.clone()).collect(),
            people: requests().map(|request| request.person.map(|person| person.to_vec())).collect(),
            untils: asked.iter().map(|asked| asked.until.0).collect(),
            times: if limited { Times::Grow } else { Times::Stay },
        }
    }
}

/// Does something where it is asked for.
async fn when(is_asked: bool, step: impl Future<Output = Result<(), Error>>) -> Result<(), Error> {
    if is_asked { step.await } else { Ok(()) }
}

/// Has a statement executed.
async fn run(client: &ClientWrapper, statement: &Statement, values: &[&(dyn ToSql + Sync)]) -> Result<(), Error> {
    client.execute(statement, values).await.map(drop)
}

impl Job for Create {
    type Done = HashMap<Vec<u8>, (Vec<u8>, Until)>;

    /// All statements go out before the first is answered, in this order.
    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let (late, extend) = (client.prepare_cached(schema::LATE).await?, client.prepare_cached(schema::EXTEND).await?);
        let create = client.prepare_cached(schema::CREATE).await?;
        let further = client.prepare_cached(schema::MORE).await?;
        let link = client.prepare_cached(schema::LINK).await?;
        let hold = client.prepare_cached(subjects::HOLD).await?;
        let known = client.prepare_cached(schema::KNOWN).await?;
        let columns: [&(dyn ToSql + Sync); 7] =
            [&self.indexes, &self.keys, &self.tokens, &self.rings, &self.sealed, &self.untils, &self.people];
        let asked: [&(dyn ToSql + Sync); 1] = [&self.indexes];
        let owners: [&(dyn ToSql + Sync); 1] = [&self.owned.0];
        let links: [&(dyn ToSql + Sync); 2] = [&self.owned.0, &self.owned.1];
        let [more_indexes, more_keys, more_tokens] = &self.more;
        let more: [&(dyn ToSql + Sync); 3] = [more_indexes, more_keys, more_tokens];
        let grows = self.times == Times::Grow;
        let last = self.untils.iter().copied().max().unwrap_or(i64::MIN);
        let overdue: [&(dyn ToSql + Sync); 2] = [&self.indexes, &last];
        let times: [&(dyn ToSql + Sync); 4] = [&self.indexes, &self.tokens, &self.sealed, &self.untils];
        // A row without its links would outlive whom it belongs to, and one without all its indexes would be lost with a key:
        // all or nothing.
        let linked = !self.owned.0.is_empty() || !more_indexes.is_empty();
        // Rows stay locked between the two statements about their times.
        let (grows, locked, grown, grew, begun, held, created, further, links, committed, rows) = tokio::join!(
            when(grows, client.batch_execute("BEGIN")),
            when(grows, run(client, &late, &overdue)),
            when(grows, run(client, &extend, &times)),
            when(grows, client.batch_execute("COMMIT")),
            when(linked, client.batch_execute("BEGIN")),
            when(linked, run(client, &hold, &owners)),
            run(client, &create, &columns),
            when(linked, run(client, &further, &more)),
            when(linked, run(client, &link, &links)),
            when(linked, client.batch_execute("COMMIT")),
            client.query(&known, &asked)
        );
        for done in [grows, locked, grown, grew, begun, held, created, further, links, committed] {
            done?;
        }
        let row = |row: &Row| Ok((row.try_get(0)?, (row.try_get(1)?, Until(row.try_get(2)?))));
        rows?.iter().map(row).collect()
    }
}

/// Gives what is kept, by token.
pub(super) struct Find(pub(super) Vec<Vec<u8>>);

impl Job for Find {
    type Done = HashMap<Vec<u8>, Kept>;

    async fn run(&self, client: &ClientWrapper) -> Result<Self::Done, Error> {
        let find = client.prepare_cached(schema::FIND).await?;
        let rows = client.query(&find, &[&self.0]).await?;
        let kept = |row: &Row| {
            let kept = Kept { domain: row.try_get(1)?, sealed: row.try_get(2)?, until: Until(row.try_get(3)?) };
            Ok((row.try_get(0)?, kept))
        };
        rows.iter().map(kept).collect()
    }
}

/// Empties so many rows whose time is over.
pub(super) struct Expire(pub(super) Until, pub(super) i64);

impl Job for Expire {
    type Done = usize;

    /// Who may not change rows and has none that are over is not troubled.
    async fn run(&self, client: &ClientWrapper) -> Result<usize, Error> {
        let rows = client.query(schema::OVER, &[&self.0.0, &self.1]).await?;
        let over: Vec<Vec<u8>> = rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?;
        if over.is_empty() {
            return Ok(0);
        }
        client.execute(schema::EMPTY, &[&over, &self.0.0]).await?;
        Ok(over.len())
    }
}
