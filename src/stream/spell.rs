//! Calls that have to be made again: a growing pause before each, one line for all of them.

use super::ledger::Answer;
use std::time::Duration;

/// How often the same call had to be made again so far.
#[derive(Debug, Default)]
pub(super) struct Spell(u32);

impl Spell {
    /// Notes that a call is to be made again, and tells how long to wait before; only the first time is logged.
    pub(super) fn again(&mut self, call: &'static str, answer: Answer) -> Duration {
        if self.0 == 0 {
            tracing::warn!(call, ?answer, "made again until it answers");
        }
        let pause = FIRST * (1 << self.0.min(DOUBLINGS));
        self.0 = self.0.saturating_add(1);
        pause
    }

    /// Notes that a call has answered.
    pub(super) fn over(&mut self, call: &'static str) {
        let times = std::mem::take(&mut self.0);
        if times > 0 {
            tracing::info!(call, times, "answered after it was made again");
        }
    }
}

/// Most calls that time out were waited for long enough already; those that are refused at once come back soon.
const FIRST: Duration = Duration::from_millis(20);
/// To 640 ms.
const DOUBLINGS: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_a_limit_and_begin_anew() {
        let mut spell = Spell::default();
        let pauses: Vec<_> = (0..8).map(|_| spell.again("call", Answer::Again("timed_out")).as_millis()).collect();
        assert_eq!(pauses, [20, 40, 80, 160, 320, 640, 640, 640]);
        spell.over("call");
        assert_eq!(spell.again("call", Answer::Again("timed_out")), FIRST);
    }
}
