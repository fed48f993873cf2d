//! Training of the linear-chain conditional random field: AdaGrad on the negative log-likelihood.
//!
//! One thread, one order, `libm` for what the platform would compute in its own way: the same weights everywhere.

use crate::encode::{Sequence, table};
use crate::random::Random;
use crate::tagger::feature::{FEATURES, Window};
use crate::tagger::label::{LANES, OUTSIDE};
use crate::tagger::lexicon::flag;
use crate::tagger::token::Token;
use std::ops::Range;

/// Places of features that know the token's own word, or a part of it.
const LEXICAL: std::ops::Range<usize> = 0..10;
/// Ids of features have 25 bits.
const IDS: usize = 1 << 25;
/// A feature that no weights are kept for.
const NONE: u32 = u32::MAX;
const LABELS: usize = OUTSIDE;

pub type Row = [f32; LANES];

/// One text to learn from.
#[derive(Debug, Clone)]
pub struct Example {
    pub sequence: Sequence,
    pub made: bool,
}

#[derive(Debug, Clone)]
pub struct Settings {
    pub epochs: usize,
    pub rate: f32,
    pub decay: f32,
    /// How often a feature must be seen to get weights.
    pub seen_min: u8,
    /// In thousand: how often a name hides its word, and its lexicon entry, in natural and in made texts.
    pub hide_word: [u64; 2],
    pub hide_entry: [u64; 2],
    /// In thousand: how often any other feature is left out.
    pub drop: u64,
}

/// Weights by feature, and what each label adds after each.
pub struct Weights {
    /// From a feature's id to its row.
    pub index: Vec<u32>,
    pub ids: Vec<u32>,
    pub rows: Vec<Row>,
    pub seen: Vec<u32>,
    pub transitions: [Row; LANES],
}

impl Weights {
    /// Gives a row to each feature seen often enough.
    pub fn new(examples: &[Example], seen_min: u8) -> Self {
        let mut counts = vec![0_u32; IDS];
        let mut ids = [0; FEATURES];
        for example in examples {
            let tokens = &example.sequence.tokens;
            for at in example.sequence.runs.iter().cloned().flatten() {
                Window::at(tokens, at).features(&mut ids);
                for id in ids {
                    counts[id as usize] += 1;
                }
            }
        }
        let mut weights = Self {
            index: vec![NONE; IDS],
            ids: Vec::new(),
            rows: Vec::new(),
            seen: Vec::new(),
            transitions: [[0.0; LANES]; LANES],
        };
        for (id, count) in counts.iter().enumerate() {
            if *count >= u32::from(seen_min) {
                weights.index[id] = weights.rows.len() as u32;
                weights.ids.push(id as u32);
                weights.rows.push([0.0; LANES]);
                weights.seen.push(*count);
            }
        }
        weights
    }

    /// Tells how many rows each feature has, and how strong they are together.
    pub fn census(&self, examples: &[Example]) -> String {
        let mut of = vec![u8::MAX; IDS];
        let mut ids = [0; FEATURES];
        for example in examples {
            for at in example.sequence.runs.iter().cloned().flatten() {
                Window::at(&example.sequence.tokens, at).features(&mut ids);
                for (place, id) in ids.iter().enumerate() {
                    of[*id as usize] = place as u8;
                }
            }
        }
        let mut rows = [(0_usize, 0.0_f64); FEATURES];
        for (id, row) in self.ids.iter().zip(&self.rows) {
            if let Some(slot) = rows.get_mut(of[*id as usize] as usize) {
                slot.0 += 1;
                slot.1 += row[..LABELS].iter().map(|w| f64::from(w.abs())).sum::<f64>();
            }
        }
        rows.iter().enumerate().map(|(at, (rows, sum))| format!("{at}: {rows} rows, {:.2} each\n", sum / *rows as f64)).collect()
    }

    /// Keeps the strongest feature of each row of the packed table.
    pub fn prune(&mut self) {
        let mut best: Vec<(f32, u32)> = vec![(0.0, NONE); IDS >> 8];
        for (at, row) in self.rows.iter().enumerate() {
            let range = row[..LABELS].iter().fold((0.0_f32, 0.0_f32), |(low, high), w| (low.min(*w), high.max(*w)));
            let seen = libm::logf(1.0 + self.seen[at] as f32);
            let strength = (range.1 - range.0) * seen;
            let slot = &mut best[(self.ids[at] >> 8) as usize];
            if strength > slot.0 {
                *slot = (strength, at as u32);
            }
        }
        let (mut ids, mut rows, mut seen) = (Vec::new(), Vec::new(), Vec::new());
        self.index.fill(NONE);
        for (_, at) in best.into_iter().filter(|(_, at)| *at != NONE) {
            let at = at as usize;
            self.index[self.ids[at] as usize] = rows.len() as u32;
            ids.push(self.ids[at]);
            rows.push(self.rows[at]);
            seen.push(self.seen[at]);
        }
        (self.ids, self.rows, self.seen) = (ids, rows, seen);
    }
}

/// What training keeps beside the weights.
struct State {
    squares: Vec<Row>,
    transition_squares: [Row; LANES],
    may: [[bool; LANES]; LANES],
}

/// Trains the weights; the result is the mean of what the last third of the epochs ended with.
pub fn train(weights: &mut Weights, examples: &mut [Example], settings: &Settings, random: &mut Random) {
    let mut state = State {
        squares: vec![[0.0; LANES]; weights.rows.len()],
        transition_squares: [[0.01; LANES]; LANES],
        may: table(),
    };
    let mut sum: Vec<Row> = vec![[0.0; LANES]; weights.rows.len()];
    let mut transition_sum = [[0.0_f32; LANES]; LANES];
    let mut summed = 0.0_f32;
    let mut work = Work::default();
    for epoch in 0..settings.epochs {
        random.shuffle(examples);
        let rate = settings.rate * (1.0 - 0.85 * epoch as f32 / settings.epochs as f32);
        let (mut loss, mut tokens) = (0.0_f64, 0_usize);
        for example in examples.iter() {
            work.hide(example, settings, random);
            for run in &example.sequence.runs {
                work.prepare(example, run.clone(), weights, settings, random);
                loss += work.learn(&example.sequence.labels[run.clone()], weights, &mut state, rate, settings.decay);
                tokens += run.len();
            }
        }
        eprintln!("epoch {epoch}: {:.4} a token, {tokens} tokens", loss / tokens as f64);
        if epoch * 3 >= settings.epochs * 2 || epoch + 1 == settings.epochs {
            summed += 1.0;
            for (to, from) in sum.iter_mut().zip(&weights.rows) {
                to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
            }
            for (to, from) in transition_sum.iter_mut().zip(&weights.transitions) {
                to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
            }
        }
    }
    for (to, from) in weights.rows.iter_mut().zip(&sum) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = from / summed);
    }
    for (to, from) in weights.transitions.iter_mut().zip(&transition_sum) {
        to.iter_mut().zip(from).for_each(|(to, from)| *to = from / summed);
    }
}

#[derive(Default)]
struct Work {
    tokens: Vec<Token>,
    rows: Vec<u32>,
    ends: Vec<usize>,
    scores: Vec<Row>,
    alpha: Vec<Row>,
    beta: Vec<Row>,
    scale: Vec<f32>,
}

impl Work {
    /// Hides what is known of some names.
    fn hide(&mut self, example: &Example, settings: &Settings, random: &mut Random) {
        let often = settings.hide_entry[usize::from(example.made)];
        self.tokens.clear();
        self.tokens.extend_from_slice(&example.sequence.tokens);
        let all = random.percent(4);
        for (token, label) in self.tokens.iter_mut().zip(&example.sequence.labels) {
            if all || (*label != OUTSIDE && random.permille(often)) {
                token.entry.flags &= !(flag::FIRST | flag::LAST | flag::CITY);
            }
        }
    }

    /// Chooses the features of every token of a run, some of them hidden.
    fn prepare(
        &mut self,
        example: &Example,
        run: Range<usize>,
        weights: &Weights,
        settings: &Settings,
        random: &mut Random,
    ) {
        let often = settings.hide_word[usize::from(example.made)];
        self.rows.clear();
        self.ends.clear();
        self.scores.clear();
        let mut ids = [0; FEATURES];
        for at in run {
            Window::at(&self.tokens, at).features(&mut ids);
            let hide = example.sequence.labels[at] != OUTSIDE && random.permille(often);
            let mut chance = random.next();
            let mut score = [0.0; LANES];
            for (place, id) in ids.iter().enumerate() {
                if place % 6 == 5 {
                    chance = random.next();
                }
                // Ten bits of chance for each feature.
                let dropped = (chance & 0x3FF) * 1000 < settings.drop * 1024;
                chance >>= 10;
                let row = weights.index[*id as usize];
                if row == NONE || dropped || (hide && LEXICAL.contains(&place)) {
                    continue;
                }
                self.rows.push(row);
                score.iter_mut().zip(&weights.rows[row as usize]).for_each(|(sum, one)| *sum += one);
            }
            self.ends.push(self.rows.len());
            score[OUTSIDE] = 0.0;
            self.scores.push(score);
        }
    }

    /// Takes one step down the gradient; gives the loss before it.
    fn learn(&mut self, labels: &[usize], weights: &mut Weights, state: &mut State, rate: f32, decay: f32) -> f64 {
        let len = labels.len();
        let mut step = [[0.0_f32; LANES]; LANES];
        for (from, row) in step.iter_mut().enumerate() {
            for (to, one) in row.iter_mut().enumerate() {
                *one = if state.may[from][to] { libm::expf(weights.transitions[from][to]) } else { 0.0 };
            }
        }
        let mut emission = std::mem::take(&mut self.scores);
        let mut loss = 0.0_f64;
        let mut before = OUTSIDE;
        for (score, label) in emission.iter_mut().zip(labels) {
            loss -= f64::from(score[*label]) + f64::from(weights.transitions[before][*label]);
            before = *label;
            let top = score.iter().fold(f32::NEG_INFINITY, |top, one| top.max(*one));
            loss += f64::from(top);
            score.iter_mut().for_each(|one| *one = libm::expf(*one - top));
        }
        loss -= f64::from(weights.transitions[before][OUTSIDE]);
        // Forward and backward, each place scaled to one.
        self.alpha.clear();
        self.scale.clear();
        let mut last = [0.0_f32; LANES];
        last[OUTSIDE] = 1.0;
        for own in &emission {
            let mut next = [0.0_f32; LANES];
            for (from, row) in last.iter().zip(&step) {
                next.iter_mut().zip(row).for_each(|(to, one)| *to += from * one);
            }
            next.iter_mut().zip(own).for_each(|(to, one)| *to *= one);
            let total: f32 = next.iter().sum();
            next.iter_mut().for_each(|to| *to /= total);
            loss += f64::from(libm::logf(total));
            self.scale.push(total);
            self.alpha.push(next);
            last = next;
        }
        let end: [f32; LANES] = std::array::from_fn(|from| step[from][OUTSIDE]);
        let total: f32 = last.iter().zip(&end).map(|(a, b)| a * b).sum();
        loss += f64::from(libm::logf(total));
        self.beta.clear();
        self.beta.resize(len, [0.0; LANES]);
        let mut next: Row = std::array::from_fn(|at| end[at] / total);
        for at in (0..len).rev() {
            self.beta[at] = next;
            let weighted: Row = std::array::from_fn(|to| next[to] * emission[at][to] / self.scale[at]);
            next = std::array::from_fn(|from| step[from].iter().zip(&weighted).map(|(a, b)| a * b).sum());
        }
        self.descend(labels, &emission, &step, weights, state, rate, decay);
        self.scores = emission;
        loss
    }

    #[allow(clippy::too_many_arguments)]
    fn descend(
        &self,
        labels: &[usize],
        emission: &[Row],
        step: &[Row; LANES],
        weights: &mut Weights,
        state: &mut State,
        rate: f32,
        decay: f32,
    ) {
        let mut begun = 0;
        let mut expected = [[0.0_f32; LANES]; LANES];
        let mut before = OUTSIDE;
        for (at, label) in labels.iter().enumerate() {
            let mut gradient: Row = std::array::from_fn(|of| self.alpha[at][of] * self.beta[at][of]);
            gradient[*label] -= 1.0;
            let rows = &self.rows[begun..self.ends[at]];
            begun = self.ends[at];
            if gradient[..LABELS].iter().any(|one| one.abs() > 5e-4) {
                for row in rows {
                    let squares = &mut state.squares[*row as usize];
                    let own = &mut weights.rows[*row as usize];
                    for of in 0..LABELS {
                        let slope = gradient[of] + decay * own[of];
                        squares[of] += slope * slope;
                        own[of] -= rate * slope / squares[of].sqrt().max(0.3);
                    }
                }
            }
            if at > 0 {
                for from in 0..LANES {
                    let scaled = self.alpha[at - 1][from] / self.scale[at];
                    for to in 0..LANES {
                        expected[from][to] += scaled * step[from][to] * emission[at][to] * self.beta[at][to];
                    }
                }
            } else {
                for to in 0..LANES {
                    expected[OUTSIDE][to] += self.alpha[0][to] * self.beta[0][to];
                }
            }
            expected[before][*label] -= 1.0;
            before = *label;
        }
        for from in 0..LANES {
            if let Some(last) = labels.len().checked_sub(1) {
                expected[from][OUTSIDE] += self.alpha[last][from] * if step[from][OUTSIDE] > 0.0 {
                    step[from][OUTSIDE] / self.total(last, step)
                } else {
                    0.0
                };
            }
        }
        expected[before][OUTSIDE] -= 1.0;
        for from in 0..LANES {
            for to in 0..LANES {
                if state.may[from][to] {
                    let slope = expected[from][to];
                    let squares = &mut state.transition_squares[from][to];
                    *squares += slope * slope;
                    weights.transitions[from][to] -= rate * 0.5 * slope / squares.sqrt().max(0.3);
                }
            }
        }
    }

    fn total(&self, last: usize, step: &[Row; LANES]) -> f32 {
        self.alpha[last].iter().zip(step).map(|(a, row)| a * row[OUTSIDE]).sum()
    }
}
