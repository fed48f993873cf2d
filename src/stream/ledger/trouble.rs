//! What went wrong so far, and what follows from it.

use super::event::{Answer, Blame, Fault, Refusal, Report, StopReason};
use super::hunt::Hunt;
use super::{Batch, Partition};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Duration;

/// Why a batch is aborted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cause {
    /// A partition in it is no longer ours; nobody's fault.
    Stale,
    /// Broker, network or group; no record is to blame.
    Surroundings(&'static str),
    /// A record may be to blame, nobody says which; bisected the third time.
    Unknown(&'static str),
    /// A record is to blame, nobody says which; bisected at once.
    Ambiguous(&'static str, Refusal),
    /// These records are to blame.
    Named(Vec<(Partition, i64, Refusal)>, &'static str),
    /// A right is missing.
    Denied(&'static str),
}

impl Cause {
    pub(super) const fn of(answer: Answer) -> Self {
        match answer {
            Answer::Done | Answer::Fenced => Self::Stale,
            Answer::Again(code) | Answer::NeedsAbort(code, Blame::Surroundings) | Answer::Fatal(code) => {
                Self::Surroundings(code)
            }
            Answer::NeedsAbort(code, Blame::Unknown) => Self::Unknown(code),
            Answer::NeedsAbort(code, Blame::Denied) => Self::Denied(code),
        }
    }

    /// Reads failed deliveries. A broker that names a record marks its neighbours as such; where every record of a
    /// request has the record's fault, it is named only if it was alone.
    pub(super) fn of_reports(batch: &Batch, reports: &[Report]) -> Self {
        let mut named: BTreeMap<Partition, Vec<(i64, Refusal)>> = BTreeMap::new();
        let mut with_neighbours = BTreeSet::new();
        let (mut unknown, mut first, mut record) = (None, None, None);
        for report in reports {
            let place = batch.record(report.index);
            match (report.fault, place) {
                (Fault::Record(refusal), Some((partition, offset))) => {
                    // A tombstone may be written under several keys, and is one record.
                    let named = named.entry(partition).or_default();
                    if !named.iter().any(|(known, _)| *known == offset) {
                        named.push((offset, refusal));
                    }
                    record = Some((report.code, refusal));
                }
                (Fault::Neighbour, Some((partition, _))) => {
                    with_neighbours.insert(partition);
                }
                (Fault::Other(Blame::Denied), _) => return Self::Denied(report.code),
                (Fault::Other(Blame::Unknown), _) => unknown = Some(report.code),
                (Fault::Other(Blame::Surroundings), _) | (_, None) => {}
            }
            first = first.or(Some(report.code));
        }
        let certain: Vec<_> = named
            .iter()
            .filter(|(partition, faults)| faults.len() == 1 || with_neighbours.contains(partition))
            .flat_map(|(&partition, faults)| faults.iter().map(move |&(offset, refusal)| (partition, offset, refusal)))
            .collect();
        match (certain.is_empty(), record, unknown) {
            (false, Some((code, _)), _) => Self::Named(certain, code),
            (_, Some((code, refusal)), _) => Self::Ambiguous(code, refusal),
            (_, None, Some(code)) => Self::Unknown(code),
            (_, None, None) if !with_neighbours.is_empty() => Self::Unknown("unnamed_record"),
            (_, None, None) => Self::Surroundings(first.unwrap_or("unknown")),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    TryAgain { pause: Duration },
    Stop(StopReason),
}

#[derive(Debug, Default)]
pub(super) struct Trouble {
    condemned: BTreeMap<(Partition, i64), Refusal>,
    pub(super) hunt: Hunt,
    /// How often in a row a partition's batch was aborted, and why; others that commit meanwhile do not clear it.
    strikes: BTreeMap<Partition, (&'static str, u32)>,
    unlucky: u32,
    fenced: VecDeque<Duration>,
    fatal: VecDeque<Duration>,
}

impl Trouble {
    pub(super) fn condemned(&self, partition: Partition, offset: i64) -> Option<Refusal> {
        self.condemned.get(&(partition, offset)).copied()
    }

    pub(super) fn has_condemned(&self) -> bool {
        !self.condemned.is_empty()
    }

    pub(super) fn forget(&mut self, partition: Partition) {
        self.condemned.retain(|(p, _), _| *p != partition);
        self.strikes.remove(&partition);
        self.hunt.forget(partition);
    }

    pub(super) fn committed(&mut self, batch: &Batch) {
        self.unlucky = 0;
        for (&partition, part) in batch.parts() {
            self.strikes.remove(&partition);
            self.condemned.retain(|(p, offset), _| *p != partition || *offset >= part.next);
            self.hunt.passed(partition, part.next);
        }
    }

    pub(super) fn aborted(&mut self, batch: &Batch, cause: Cause) -> Verdict {
        match cause {
            Cause::Stale => Verdict::TryAgain { pause: Duration::ZERO },
            Cause::Surroundings(_) => Verdict::TryAgain { pause: self.grow() },
            Cause::Denied(code) => Verdict::Stop(StopReason::Denied(code)),
            Cause::Named(records, code) => {
                for (partition, offset, refusal) in records {
                    if self.condemned.insert((partition, offset), refusal).is_some() {
                        return Verdict::Stop(StopReason::DeadLetterRefused(code));
                    }
                    self.hunt.drop_record(partition, offset);
                }
                Verdict::TryAgain { pause: Duration::ZERO }
            }
            Cause::Ambiguous(code, refusal) => self.bisect(batch, code, refusal),
            Cause::Unknown(code) => {
                if self.strike(batch, code) < STRIKES {
                    return Verdict::TryAgain { pause: self.grow() };
                }
                self.strikes.retain(|partition, _| !batch.holds(*partition));
                self.bisect(batch, code, Refusal::Refused)
            }
        }
    }

    /// Counts an abort against every partition of the batch, and gives the highest count.
    fn strike(&mut self, batch: &Batch, code: &'static str) -> u32 {
        let mut most = 0;
        for &partition in batch.parts().keys() {
            let (last, count) = self.strikes.entry(partition).or_insert((code, 0));
            *count = if *last == code { *count + 1 } else { 1 };
            *last = code;
            most = most.max(*count);
        }
        most
    }

    /// Halves what was refused; what was refused alone goes to the dead-letter topic.
    fn bisect(&mut self, batch: &Batch, code: &'static str, refusal: Refusal) -> Verdict {
        if batch.len() == 1
            && let Some(record) = batch.record(0)
        {
            if self.condemned.insert(record, refusal).is_some() {
                return Verdict::Stop(StopReason::DeadLetterRefused(code));
            }
            self.hunt.drop_record(record.0, record.1);
        } else {
            self.hunt.split(batch);
        }
        Verdict::TryAgain { pause: Duration::ZERO }
    }

    pub(super) fn fenced(&mut self, now: Duration) -> Verdict {
        let count = recent(&mut self.fenced, now);
        if count >= FENCED_MAX {
            return Verdict::Stop(StopReason::Fenced);
        }
        Verdict::TryAgain { pause: Duration::from_secs(2 << count.min(4)) }
    }

    pub(super) fn fatal(&mut self, now: Duration, code: &'static str) -> Verdict {
        let count = recent(&mut self.fatal, now);
        if count >= FATAL_MAX {
            return Verdict::Stop(StopReason::Fatal(code));
        }
        Verdict::TryAgain { pause: Duration::from_millis(500 << count.min(6)) }
    }

    fn grow(&mut self) -> Duration {
        let pause = Duration::from_millis(100 << self.unlucky.min(6));
        self.unlucky += 1;
        pause
    }
}

/// Counts this event and those of the same kind in the five minutes before it.
fn recent(times: &mut VecDeque<Duration>, now: Duration) -> usize {
    times.push_back(now);
    while times.front().is_some_and(|&t| t + WINDOW < now) {
        times.pop_front();
    }
    times.len()
}

/// A batch aborted so often for the same reason is bisected.
const STRIKES: u32 = 3;
const FENCED_MAX: usize = 3;
const FATAL_MAX: usize = 5;
const WINDOW: Duration = Duration::from_secs(300);

#[cfg(test)]
mod tests {
    use super::super::Epoch;
    use super::*;

    #[test]
    fn a_record_that_is_written_twice_and_refused_twice_is_one_that_is_named() {
        let mut batch = Batch::new(Duration::ZERO);
        batch.add(Partition(0), Epoch(1), 10..13, 100);
        let report = |index| Report { index, fault: Fault::Record(Refusal::TooLarge), code: "too_large" };
        let named = Cause::Named(vec![(Partition(0), 11, Refusal::TooLarge)], "too_large");
        assert_eq!(Cause::of_reports(&batch, &[report(1), report(1)]), named);
        let two = Cause::of_reports(&batch, &[report(1), report(2)]);
        assert_eq!(two, Cause::Ambiguous("too_large", Refusal::TooLarge), "any of them may be meant");
    }
}
