//! What a call that failed means: whether it may go through later, or a person is needed.

use deadpool_postgres::{HookError, PoolError};
use tokio_postgres::Error;

use crate::transform::StoreError;

/// Why a call failed. Nothing of a library's message is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// The server said no, by this SQLSTATE.
    Said(String),
    /// The connection broke, or there is none.
    Broken,
    /// There was no answer in time.
    Late,
    /// The server has what this version cannot use.
    Unusable(&'static str),
}

impl Failure {
    /// Tells what it means to who asked.
    ///
    /// Data, constraints, rights and statements (classes 22, 23, 42 and 0A of the SQLSTATEs) stay wrong however often
    /// it is tried; all else may pass: a server that starts, stops, is full or lets nobody in.
    pub(super) fn meaning(&self) -> StoreError {
        match self {
            Self::Said(state) if ["22", "23", "42", "0A"].iter().any(|class| state.starts_with(class)) => {
                StoreError::Refused
            }
            Self::Said(_) | Self::Broken | Self::Late => StoreError::Unavailable,
            Self::Unusable(_) => StoreError::Refused,
        }
    }
}

/// Says it for people.
impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Said(state) => write!(f, "the server says no: SQLSTATE {state}"),
            Self::Broken => f.write_str("there is no connection"),
            Self::Late => f.write_str("there is no answer in time"),
            Self::Unusable(what) => f.write_str(what),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        error.code().map_or(Self::Broken, |state| Self::Said(state.code().to_owned()))
    }
}

impl From<PoolError> for Failure {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) | PoolError::PostCreateHook(HookError::Backend(error)) => error.into(),
            PoolError::PostCreateHook(HookError::Message(_)) => Self::Unusable(super::schema::OTHER_FORMAT),
            PoolError::Timeout(_) => Self::Late,
            PoolError::Closed | PoolError::NoRuntimeSpecified => Self::Broken,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stays_wrong_is_refused() {
        for state in ["22001", "23505", "42501", "42P01", "0A000"] {
            assert_eq!(Failure::Said(state.into()).meaning(), StoreError::Refused, "{state}");
        }
        // Full, shut down, starting, password wrong, database missing, deadlock, cancelled, read-only after a failover.
        for state in ["53100", "57P01", "57P03", "28P01", "3D000", "40P01", "57014", "25006"] {
            assert_eq!(Failure::Said(state.into()).meaning(), StoreError::Unavailable, "{state}");
        }
        assert_eq!(Failure::Late.meaning(), StoreError::Unavailable);
        assert_eq!(Failure::Broken.meaning(), StoreError::Unavailable);
    }
}
