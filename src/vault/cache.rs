//! What a vault answered lately, by index: tokens, and nothing that belongs to a value.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use super::{Place, Until};

/// Answers of two generations: when the young one is full, or old enough, the old one is forgotten.
#[derive(Debug)]
pub(super) struct Cache {
    young: HashMap<Place, Answered>,
    old: HashMap<Place, Answered>,
    since: Instant,
    /// How long an answer is repeated at most, whatever others do to the store; a generation is young for half of it.
    within: Duration,
}

/// What was answered.
#[derive(Debug)]
struct Answered {
    token: Vec<u8>,
    until: Until,
    at: Instant,
}

/// Answers of one generation; both together take some 40 MB.
const GENERATION_MAX: usize = 100_000;

impl Cache {
    /// Makes one whose answers are at most so old.
    pub(super) fn within(within: Duration) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), since: Instant::now(), within }
    }

    /// Gives what was answered, where that is kept as long as it must be now.
    pub(super) fn get(&mut self, place: &Place, until: Until) -> Option<Vec<u8>> {
        self.get_at(place, until, Instant::now())
    }

    fn get_at(&mut self, place: &Place, until: Until, now: Instant) -> Option<Vec<u8>> {
        self.age(now);
        let known = self.young.get(place).or_else(|| self.old.get(place))?;
        let fresh = now.saturating_duration_since(known.at) < self.within;
        (fresh && until <= known.until).then(|| known.token.clone())
    }

    /// Notes an answer, until when it was asked to be kept, and when that was asked.
    pub(super) fn insert(&mut self, place: Place, token: Vec<u8>, until: Until, at: Instant) {
        if self.young.len() >= GENERATION_MAX {
            self.turn(at);
        }
        self.young.insert(place, Answered { token, until, at });
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }

    fn age(&mut self, now: Instant) {
        let age = now.saturating_duration_since(self.since);
        if age >= self.within / 2 {
            self.turn(now);
            if age >= self.within {
                self.old.clear();
            }
        }
    }

    fn turn(&mut self, now: Instant) {
        self.old = std::mem::take(&mut self.young);
        self.since = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_forgotten_after_a_minute() {
        let mut cache = Cache::within(Duration::from_secs(60));
        let start = cache.since;
        cache.insert(([1; 32], None), vec![1], Until(7), Instant::now());
        cache.age(start + Duration::from_secs(29));
        assert_eq!(cache.young.len(), 1);
        cache.age(start + Duration::from_secs(30));
        assert_eq!((cache.young.len(), cache.old.len()), (0, 1));
        assert_eq!(cache.get(&([1; 32], None), Until(7)), Some(vec![1]));
        assert_eq!(cache.get(&([1; 32], None), Until(8)), None, "the store must keep it for longer");
        cache.age(start + Duration::from_secs(60));
        assert_eq!(cache.get(&([1; 32], None), Until(7)), None);
        cache.insert(([2; 32], None), vec![2], Until::EVER, Instant::now());
        cache.age(start + Duration::from_secs(200));
        assert_eq!(cache.get(&([2; 32], None), Until(7)), None, "a pause is no reason to remember longer");
    }

    /// However seldom it is asked, and so however late a generation grows old.
    #[test]
    fn no_answer_is_given_later_than_within_its_time() {
        let mut cache = Cache::within(Duration::from_secs(60));
        let (start, place) = (cache.since, ([1; 32], None));
        let at = |seconds| start + Duration::from_secs(seconds);
        cache.insert(place, vec![1], Until(7), start);
        assert_eq!(cache.get_at(&place, Until(7), at(59)), Some(vec![1]));
        assert_eq!(cache.get_at(&place, Until(7), at(60)), None);
        assert_eq!(cache.get_at(&place, Until(7), at(88)), None);
        cache.insert(place, vec![2], Until(7), at(89));
        assert_eq!(cache.get_at(&place, Until(7), at(90)), Some(vec![2]));
    }

    #[test]
    fn it_holds_so_many_and_no_more() {
        let mut cache = Cache::within(Duration::from_secs(60));
        for number in 0..u32::try_from(GENERATION_MAX * 3).unwrap() {
            let mut index = [0; 32];
            index[..4].copy_from_slice(&number.to_be_bytes());
            cache.insert((index, None), vec![], Until::EVER, Instant::now());
        }
        assert!(cache.young.len() + cache.old.len() <= GENERATION_MAX * 2);
    }
}
