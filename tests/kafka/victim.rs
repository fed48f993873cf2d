//! An instance that is killed again and again.

use std::time::Duration;

use super::numbered::Load;
use crate::support::eventually;
use crate::support::process::{Privet, Signal};
use crate::support::product::{Instance, PATIENCE, Product};

/// Kills that are tried for each one that is to hit an open transaction.
const KILLS_TRIED: u32 = 6;

/// The instance that is killed, what all of its lives said, and how many of their ends hit an open transaction.
pub struct Victim<'a> {
    product: &'a Product<'a>,
    settings: Instance<'a>,
    /// The life that it has now.
    pub running: Privet,
    /// What all lives that have ended said.
    pub said: String,
    /// How many kills there were at a moment that was chosen.
    pub tried: u32,
    /// How many of them hit an open transaction.
    pub hits: u32,
}

impl<'a> Victim<'a> {
    /// Starts it with these settings, which every life has.
    pub fn start(product: &'a Product<'a>, settings: Instance<'a>) -> Self {
        Self { product, settings, running: product.start(settings), said: String::new(), tried: 0, hits: 0 }
    }

    /// Kills it at work until so many more kills have hit an open transaction; each time it is started again.
    ///
    /// It is frozen first: a transaction that is open then stays so until the kill, however slow this machine is. One
    /// that was closed in between is no kill, and it goes on.
    pub fn kill(&mut self, hits: u32, load: &Load) {
        let wanted = self.hits + hits;
        while self.hits < wanted {
            assert!(
                self.tried < KILLS_TRIED * wanted.max(5),
                "{} of {} kills hit an open transaction",
                self.hits,
                self.tried
            );
            assert!(load.flows(), "the load ended after {} of {} kills", self.hits, self.tried);
            self.work();
            self.freeze();
            self.running.kill();
            self.tried += 1;
            // Nobody else writes now: what only a reader of uncommitted records sees is of an open transaction.
            if self.product.kafka.count_open(&self.product.output) > 0 {
                self.hits += 1;
            }
            self.rise();
        }
    }

    /// Kills it at work after this time, whatever it does then; it is started again.
    pub fn kill_after(&mut self, time: Duration) {
        self.work();
        std::thread::sleep(time);
        self.running.kill();
        self.rise();
    }

    fn rise(&mut self) {
        self.said.push_str(&self.running.stderr());
        self.running = self.product.start(self.settings);
    }

    /// Freezes it with a transaction open.
    fn freeze(&self) {
        eventually("it stands still with a transaction open", PATIENCE, || {
            self.product.wait_until_open();
            self.running.signal(Signal::Stop);
            if self.product.kafka.count_open(&self.product.output) > 0 {
                return Some(());
            }
            self.running.signal(Signal::Continue);
            None
        });
    }

    /// Waits until it commits again.
    fn work(&mut self) {
        let before = self.product.passed();
        self.product.wait_until_passed(before + 1, PATIENCE, &mut [&mut self.running]);
    }
}
