//! Until when values are kept.

use crate::transform::Request;
use std::time::{SystemTime, UNIX_EPOCH};

/// A moment at which a value's time is over, in milliseconds since 1970; the greater one is the later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Until(pub i64);

impl Until {
    /// Never.
    pub const EVER: Self = Self(i64::MAX);

    /// Gives this moment.
    pub fn now() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Gives when what a request brings is over.
    pub(super) fn of(request: &Request, now: Self) -> Self {
        // The last moment there is would be never.
        request.life.map_or(Self::EVER, |life| Self(life.end(now.0).min(Self::EVER.0 - 1)))
    }

    /// Tells whether it is past.
    pub(super) fn is_over(self, now: Self) -> bool {
        self <= now && self != Self::EVER
    }
}
