//! One partition: its epoch, its re-sequencer, and where it stands.

use super::{Epoch, Run, Sequence};
use std::collections::{BTreeMap, VecDeque};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Owned,
    /// A seek was asked for and not yet done: everything of the old epoch is thrown away.
    Rewinding,
    /// Given up as soon as the transaction that holds it has ended.
    HandingOver,
}

#[derive(Debug)]
pub(super) struct Track<R> {
    epoch: Epoch,
    state: State,
    next: u64,
    waiting: BTreeMap<u64, R>,
    ready: VecDeque<R>,
    end: Option<u64>,
}

impl<R: Run> Track<R> {
    pub(super) const fn new(epoch: Epoch) -> Self {
        Self { epoch, state: State::Owned, next: 0, waiting: BTreeMap::new(), ready: VecDeque::new(), end: None }
    }

    pub(super) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub(super) const fn is_rewinding(&self) -> bool {
        matches!(self.state, State::Rewinding)
    }

    pub(super) fn finished(&mut self, epoch: Epoch, sequence: Sequence, run: R) {
        if epoch != self.epoch || self.state != State::Owned || sequence.0 < self.next {
            return;
        }
        self.waiting.insert(sequence.0, run);
        while let Some(run) = self.waiting.remove(&self.next) {
            self.ready.push_back(run);
            self.next += 1;
        }
    }

    pub(super) fn ended(&mut self, epoch: Epoch, sequence: Sequence) {
        if epoch == self.epoch && self.state == State::Owned {
            self.end = Some(sequence.0);
        }
    }

    pub(super) fn hand_over(&mut self) {
        self.clear();
        self.state = State::HandingOver;
    }

    /// Throws away what came after the aborted batch; true where a seek is due.
    pub(super) fn rewind(&mut self, epoch: Epoch) -> bool {
        if epoch != self.epoch || self.state != State::Owned {
            return false;
        }
        self.clear();
        self.state = State::Rewinding;
        true
    }

    pub(super) fn restart(&mut self, epoch: Epoch) {
        if self.state == State::Rewinding {
            *self = Self::new(epoch);
        }
    }

    pub(super) fn has_ready(&self) -> bool {
        self.state == State::Owned && !self.ready.is_empty()
    }

    /// True where everything that was dispatched has been taken.
    pub(super) fn is_exhausted(&self) -> bool {
        self.state == State::HandingOver
            || (self.state == State::Owned && self.ready.is_empty() && self.end == Some(self.next))
    }

    pub(super) fn head(&self) -> Option<i64> {
        if self.has_ready() { self.ready.front().map(|run| run.offset(0)) } else { None }
    }

    /// The generation of the next run.
    pub(super) fn generation(&self) -> Option<u64> {
        self.ready.front().map(Run::generation)
    }

    /// Takes the next run: whole, or what of it is not after `last`.
    pub(super) fn take(&mut self, last: Option<i64>) -> Option<R> {
        let mut run = self.ready.pop_front()?;
        let keep = match last {
            None => run.records(),
            Some(last) => (0..run.records()).take_while(|&i| run.offset(i) <= last).count(),
        };
        if keep == 0 {
            self.ready.push_front(run);
            return None;
        }
        if keep < run.records() {
            let rest = run.split_off(keep);
            self.ready.push_front(rest);
        }
        Some(run)
    }

    fn clear(&mut self) {
        self.waiting.clear();
        self.ready.clear();
        self.end = None;
    }
}
