//! Messages that come again and again: each said once, and then at most once a minute, with how often it came meanwhile.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a message that was said is only counted.
const REST: Duration = Duration::from_secs(60);
/// How many messages are told apart; the client's errors are a closed list, and few of them come together.
const MESSAGES_MAX: usize = 64;

/// What was said, and when.
#[derive(Debug, Default)]
pub(super) struct Repeats(Mutex<BTreeMap<String, Said>>);

#[derive(Debug)]
struct Said {
    at: Instant,
    since: u64,
}

impl Repeats {
    /// Tells whether a message is to be said now, and how often it was held back since it was said last.
    pub(super) fn admit(&self, message: &str, now: Instant) -> Option<u64> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(said) = all.get_mut(message) {
            if now.saturating_duration_since(said.at) < REST {
                said.since = said.since.saturating_add(1);
                return None;
            }
            said.at = now;
            return Some(std::mem::take(&mut said.since));
        }
        if all.len() >= MESSAGES_MAX {
            all.clear();
        }
        all.insert(message.to_owned(), Said { at: now, since: 0 });
        Some(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_said_once_and_then_once_a_minute() {
        let (repeats, begun) = (Repeats::default(), Instant::now());
        let said: Vec<(u64, u64)> = (0..200)
            .filter_map(|second| Some((second, repeats.admit("refused", begun + Duration::from_secs(second))?)))
            .collect();
        assert_eq!(said, [(0, 0), (60, 59), (120, 59), (180, 59)]);
        assert_eq!(repeats.admit("another", begun), Some(0), "it is not held back with others");
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (repeats, now) = (Repeats::default(), Instant::now());
        for message in 0..10 * MESSAGES_MAX {
            assert_eq!(repeats.admit(&message.to_string(), now), Some(0));
        }
        assert!(repeats.0.lock().unwrap().len() <= MESSAGES_MAX);
    }
}
