//! A vault in memory: for trials and tests, gone with the process.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use super::{Backend, BackendRow, Kept, OpenError};
use crate::transform::{Request, StoreError};

pub(super) const ROW: BackendRow = BackendRow {
    name: "memory",
    spelled: "memory:",
    summary: "in memory, for trials: every token is lost when the process ends",
    check,
    open: |rest, _| check(rest).map(|()| Box::<Memory>::default() as Box<dyn Backend>),
};

fn check(rest: &str) -> Result<(), OpenError> {
    if rest.is_empty() {
        return Ok(());
    }
    Err(OpenError::Reference { spelled: "memory:", what: "nothing follows the colon".into() })
}

#[derive(Debug, Default)]
struct Memory(Mutex<Rows>);

#[derive(Default)]
struct Rows {
    tokens: HashMap<[u8; 32], Vec<u8>>,
    kept: HashMap<Vec<u8>, Kept>,
}

/// Says how many there are.
impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("tokens", &self.tokens.len()).finish_non_exhaustive()
    }
}

impl Backend for Memory {
    fn get_or_create(&self, requests: &[&Request]) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Rows { tokens, kept } = &mut *rows;
        let one = |request: &&Request| {
            let token = tokens.entry(request.index).or_insert_with(|| {
                let row = Kept { domain: request.domain.to_string(), sealed: request.sealed.clone() };
                kept.insert(request.token.clone(), row);
                request.token.clone()
            });
            token.clone()
        };
        Ok(requests.iter().map(one).collect())
    }

    fn find(&self, tokens: &[&[u8]]) -> Result<Vec<Option<Kept>>, StoreError> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(tokens.iter().map(|token| rows.kept.get(*token).cloned()).collect())
    }
}
