//! How much a caller may have in an hour.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long is counted.
const HOUR: Duration = Duration::from_secs(3600);
/// How many callers, or pairs of caller and key domain, are counted at once; further ones are refused.
const PAIRS_MAX: usize = 4096;
/// How many values are remembered for all together, at 16 to 18 bytes each; further ones are refused.
const VALUES_MAX: usize = 4_000_000;

/// What becomes of one more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admitted {
    /// It is within the limit.
    Yes,
    /// It is the first above the limit in this hour.
    Reached,
    /// It is above the limit.
    No,
}

/// Counts the values that each caller has stand-ins made for in each key domain; a value counts once an hour.
///
/// Remembers of a value 64 bits under a key drawn by the process, so memory tells nobody what was sent.
#[derive(Debug)]
pub struct NewValues {
    max: u64,
    hasher: RandomState,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    pairs: HashMap<(String, String), Hour>,
    values: usize,
}

struct Hour {
    since: Instant,
    values: HashSet<u64>,
    told: Told,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    No,
    Yes,
}

impl std::fmt::Debug for Seen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Seen").field("pairs", &self.pairs.len()).field("values", &self.values).finish()
    }
}

impl NewValues {
    /// Makes a count with this limit for each caller, key domain and hour.
    pub fn new(max: u64) -> Self {
        Self { max, hasher: RandomState::new(), seen: Mutex::default() }
    }

    /// Gives the limit.
    pub const fn max(&self) -> u64 {
        self.max
    }

    /// Counts a value under each of a caller's [names](super::Caller::proofs), unless it was counted there within the hour;
    /// under none where it is one too many for any.
    pub fn admit(&self, now: Instant, (names, ring): (&[String], &str), kind: &str, text: &str) -> Admitted {
        let value = self.hasher.hash_one((kind, text));
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let Seen { pairs, values } = &mut *seen;
        let pairs_of: Vec<_> = names.iter().map(|name| (name.clone(), ring.to_owned())).collect();
        for pair in &pairs_of {
            let fresh = pairs.get(pair).is_some_and(|hour| now.saturating_duration_since(hour.since) < HOUR);
            if !fresh {
                forget(pairs, values, now);
                if pairs.len() >= PAIRS_MAX {
                    return Admitted::No;
                }
                pairs.insert(pair.clone(), Hour { since: now, values: HashSet::new(), told: Told::No });
            }
        }
        let mut new = 0;
        for pair in &pairs_of {
            let Some(hour) = pairs.get_mut(pair) else { return Admitted::No };
            if hour.values.contains(&value) {
                continue;
            }
            let count = u64::try_from(hour.values.len()).unwrap_or(u64::MAX);
            if count >= self.max || values.saturating_add(new) >= VALUES_MAX {
                let told = std::mem::replace(&mut hour.told, Told::Yes);
                return if told == Told::No { Admitted::Reached } else { Admitted::No };
            }
            new += 1;
        }
        for pair in &pairs_of {
            if pairs.get_mut(pair).is_some_and(|hour| hour.values.insert(value)) {
                *values += 1;
            }
        }
        Admitted::Yes
    }
}

/// Forgets the hours that are over.
fn forget(pairs: &mut HashMap<(String, String), Hour>, values: &mut usize, now: Instant) {
    pairs.retain(|_, hour| {
        let stays = now.saturating_duration_since(hour.since) < HOUR;
        if !stays {
            *values = values.saturating_sub(hour.values.len());
        }
        stays
    });
}

/// Counts what each caller has turned back.
#[derive(Debug)]
pub struct Openings {
    max: u64,
    callers: Mutex<HashMap<String, (Instant, u64)>>,
}

impl Openings {
    /// Makes a count with this limit for each caller and hour.
    pub fn new(max: u64) -> Self {
        Self { max, callers: Mutex::default() }
    }

    /// Takes so many from what is left of the hour of each of a caller's [names](super::Caller::proofs); false where they
    /// are more for any, and then takes none.
    pub fn spend(&self, now: Instant, names: &[String], count: u64) -> bool {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        callers.retain(|_, (since, _)| now.saturating_duration_since(*since) < HOUR);
        let unknown = names.iter().filter(|name| !callers.contains_key(*name)).count();
        if unknown > 0 && callers.len() + unknown > PAIRS_MAX {
            return false;
        }
        let spent = |name: &String| callers.get(name).map_or(0, |(_, spent)| *spent);
        if names.iter().any(|name| spent(name).saturating_add(count) > self.max) {
            return false;
        }
        for name in names {
            let (_, spent) = callers.entry(name.clone()).or_insert((now, 0));
            *spent = spent.saturating_add(count);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_counts_once_for_each_caller_and_ring() {
        let (values, now) = (NewValues::new(2), Instant::now());
        let one = |caller: &str, ring: &str, text: &str| values.admit(now, (&[caller.to_owned()], ring), "VALUE", text);
        for _ in 0..3 {
            assert_eq!((one("a", "r", "1"), one("a", "r", "2")), (Admitted::Yes, Admitted::Yes));
        }
        assert_eq!(
            (one("a", "r", "3"), one("a", "r", "3"), one("a", "r", "4")),
            (Admitted::Reached, Admitted::No, Admitted::No)
        );
        assert_eq!(one("a", "r", "1"), Admitted::Yes, "what is known already teaches nothing new");
        assert_eq!((one("b", "r", "3"), one("a", "s", "3")), (Admitted::Yes, Admitted::Yes));
    }

    #[test]
    fn after_an_hour_the_count_begins_again() {
        let (values, now) = (NewValues::new(1), Instant::now());
        let names = ["a".to_owned()];
        let at = |after: u64, text: &str| values.admit(now + Duration::from_secs(after), (&names, "r"), "VALUE", text);
        assert_eq!((at(0, "1"), at(3599, "2"), at(3600, "2")), (Admitted::Yes, Admitted::Reached, Admitted::Yes));
        assert_eq!(values.seen.lock().unwrap().values, 1);
    }

    #[test]
    fn memory_is_bounded_however_many_callers_there_are() {
        let (values, now) = (NewValues::new(10), Instant::now());
        for number in 0..PAIRS_MAX {
            assert_eq!(values.admit(now, (&[number.to_string()], "r"), "VALUE", "x"), Admitted::Yes);
        }
        let more = ["one more".to_owned()];
        assert_eq!(values.admit(now, (&more, "r"), "VALUE", "x"), Admitted::No);
        assert_eq!(values.admit(now + HOUR, (&more, "r"), "VALUE", "x"), Admitted::Yes);
        assert_eq!(values.seen.lock().unwrap().pairs.len(), 1);
    }

    #[test]
    fn openings_are_taken_whole_or_not() {
        let (openings, now) = (Openings::new(10), Instant::now());
        let spend = |now, name: &str, count| openings.spend(now, &[name.to_owned()], count);
        assert!(spend(now, "a", 6) && !spend(now, "a", 5) && spend(now, "a", 4));
        assert!(!spend(now, "a", 1) && spend(now, "b", 1));
        assert!(spend(now + HOUR, "a", 10));
    }

    /// What one of a caller's names has no room for is counted under none of them.
    #[test]
    fn a_value_is_counted_under_all_names_or_none() {
        let (values, now) = (NewValues::new(2), Instant::now());
        let one = |names: &[&str], text: &str| {
            let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
            values.admit(now, (&names, "r"), "VALUE", text)
        };
        assert_eq!((one(&["s"], "1"), one(&["s"], "2")), (Admitted::Yes, Admitted::Yes));
        for text in ["3", "4", "5"] {
            assert_ne!(one(&["c", "s"], text), Admitted::Yes);
        }
        assert_eq!((one(&["c"], "6"), one(&["c"], "7")), (Admitted::Yes, Admitted::Yes), "nothing was taken from it");
        assert_eq!(one(&["c", "s"], "1"), Admitted::Reached, "new for one of them is new");
    }

    /// One certificate and many tokens are one certificate.
    #[test]
    fn more_proofs_give_nobody_more() {
        let (openings, now) = (Openings::new(10), Instant::now());
        let spend =
            |subject: &str, count| openings.spend(now, &["certificate:c".to_owned(), subject.to_owned()], count);
        assert!(spend("subject:1", 6) && !spend("subject:2", 5) && spend("subject:3", 4) && !spend("subject:4", 1));
        assert!(openings.spend(now, &["subject:2".to_owned()], 10), "what was refused was not taken");
    }
}
