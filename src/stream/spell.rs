//! Calls that have to be made again: a growing pause before each, one line for all of them.

use super::ledger::Answer;
use std::time::Duration;

/// How often the same call had to be made again so far; another call begins anew.
#[derive(Debug, Default)]
pub(super) struct Spell {
    call: Option<&'static str>,
    times: u32,
}

impl Spell {
    /// Notes that a call is to be made again, and tells how long to wait before; only the first time is logged.
    pub(super) fn again(&mut self, call: &'static str, answer: Answer) -> Duration {
        if self.call != Some(call) {
            *self = Self { call: Some(call), times: 0 };
            tracing::warn!(call, ?answer, "made again until it answers");
        }
        let pause = FIRST * (1 << self.times.min(DOUBLINGS));
        self.times = self.times.saturating_add(1);
        pause
    }

    /// Notes that a call has answered; gives how often it was made again. What another call was made again for is over.
    pub(super) fn over(&mut self, call: &'static str) -> u32 {
        let Self { call: repeated, times } = std::mem::take(self);
        if repeated != Some(call) {
            return 0;
        }
        tracing::info!(call, times, "answered after it was made again");
        times
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
        assert_eq!(spell.over("call"), 8);
        assert_eq!(spell.again("call", Answer::Again("timed_out")), FIRST);
    }

    #[test]
    fn another_call_is_not_blamed() {
        let mut spell = Spell::default();
        for _ in 0..3 {
            spell.again("offsets", Answer::Again("timed_out"));
        }
        assert_eq!(spell.over("abort"), 0, "it answered at once");
        assert_eq!(spell.over("offsets"), 0, "its time is over");
        spell.again("offsets", Answer::Again("timed_out"));
        assert_eq!(spell.again("abort", Answer::Again("timed_out")), FIRST);
        assert_eq!(spell.over("abort"), 1);
    }
}
