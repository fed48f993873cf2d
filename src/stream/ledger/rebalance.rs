//! Partitions that leave, and the choice of what a transaction takes.

use super::{Action, Batch, Cause, Handover, Ledger, Partition, Phase, Run, Track};

impl<R: Run> Ledger<R> {
    pub(super) fn revoked(&mut self, partitions: &[Partition], handover: Handover, out: &mut Vec<Action<R>>) {
        let holds = |p: &Partition| self.batch().is_some_and(|batch| batch.holds(*p));
        let held: Vec<_> = partitions.iter().copied().filter(holds).collect();
        for &partition in partitions {
            self.trouble.forget(partition);
            let unfinished =
                held.contains(&partition) || self.tracks.get(&partition).is_some_and(|t| !t.is_exhausted());
            if handover == Handover::Lost && unfinished {
                self.lost.insert(partition);
            }
            match (handover, self.tracks.get_mut(&partition)) {
                (Handover::Orderly, Some(track)) if held.contains(&partition) => track.hand_over(),
                (Handover::Orderly | Handover::Lost, _) => {
                    self.tracks.remove(&partition);
                }
            }
        }
        if held.is_empty() {
            out.push(Action::Released(partitions.to_vec()));
            return;
        }
        self.handing_over.extend_from_slice(partitions);
        if handover == Handover::Lost {
            self.abort(Cause::Stale, out);
        }
    }

    /// Lets go of what waited for the transaction that has ended.
    pub(super) fn release(&mut self, out: &mut Vec<Action<R>>) {
        if self.handing_over.is_empty() {
            return;
        }
        let partitions = std::mem::take(&mut self.handing_over);
        for partition in &partitions {
            self.tracks.remove(partition);
        }
        out.push(Action::Released(partitions));
    }

    pub(super) fn holds_handover(&self, batch: &Batch) -> bool {
        self.handing_over.iter().any(|&p| batch.holds(p))
    }

    /// True where every partition of the batch is still in the epoch in which its records were consumed.
    pub(super) fn is_current(&self, batch: &Batch) -> bool {
        batch
            .parts()
            .iter()
            .all(|(p, part)| self.tracks.get(p).is_some_and(|t| t.epoch() == part.epoch && !t.is_rewinding()))
    }

    const fn batch(&self) -> Option<&Batch> {
        match &self.phase {
            Phase::Open(batch)
            | Phase::Flushing(batch)
            | Phase::Offsets(batch)
            | Phase::Committing(batch)
            | Phase::Aborting(batch, ..) => Some(batch),
            Phase::Idle | Phase::Beginning | Phase::Ended => None,
        }
    }

    /// Takes finished records into the transaction until it is full or none is ready.
    pub(super) fn take(&mut self, batch: &mut Batch, out: &mut Vec<Action<R>>) {
        if batch.is_empty() && self.trouble.hunt.is_on() {
            let tracks = &self.tracks;
            if let Some((partition, last)) = self.trouble.hunt.next(|p| tracks.get(&p).and_then(Track::head)) {
                batch.trial = true;
                while self.take_from(partition, Some(last), batch, out) {}
            }
        }
        if batch.trial {
            return;
        }
        let (before, after): (Vec<_>, Vec<_>) = self.tracks.keys().copied().partition(|&p| p <= self.turn);
        let order: Vec<_> = after.into_iter().chain(before).filter(|&p| !self.trouble.hunt.suspects(p)).collect();
        loop {
            let mut taken = false;
            for &partition in &order {
                if batch.is_full(&self.limits) {
                    self.turn = partition;
                    return;
                }
                taken |= self.take_from(partition, None, batch, out);
            }
            if !taken {
                return;
            }
        }
    }

    fn take_from(
        &mut self,
        partition: Partition,
        last: Option<i64>,
        batch: &mut Batch,
        out: &mut Vec<Action<R>>,
    ) -> bool {
        let Some(track) = self.tracks.get_mut(&partition).filter(|t| t.has_ready()) else { return false };
        if !track.generation().is_some_and(|generation| batch.admits(generation)) {
            return false;
        }
        let Some(run) = track.take(last) else { return false };
        let condemned = if self.trouble.has_condemned() {
            (0..run.records()).filter_map(|i| Some((i, self.trouble.condemned(partition, run.offset(i))?))).collect()
        } else {
            Vec::new()
        };
        let base = batch.len();
        batch.add(partition, track.epoch(), (0..run.records()).map(|i| run.offset(i)), run.bytes());
        out.push(Action::Produce { run, base, condemned });
        true
    }
}
