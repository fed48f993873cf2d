//! Trained weights and word lists into the bytes that the tagger reads in place.

use crate::crf::Weights;
use crate::tagger::label::{LANES, OUTSIDE};
use crate::tagger::lexicon::{CELL, Entry, places};
use crate::tagger::model::{MAGIC, ROWS};
use anyhow::{Result, ensure};
use std::collections::BTreeMap;

/// A packed lexicon.
#[derive(Debug, Clone)]
pub struct PackedLexicon {
    pub seed: u64,
    pub entries: Vec<[u8; 4]>,
    pub cells: Vec<[u8; CELL]>,
}

/// Packs words, given by their hashes, so that each is found by three reads.
pub fn lexicon(words: &BTreeMap<u64, Entry>) -> Result<PackedLexicon> {
    let mut entries: Vec<[u8; 4]> = Vec::new();
    let mut codes: BTreeMap<(u16, u8), u32> = BTreeMap::new();
    for entry in words.values() {
        codes.entry((entry.flags, entry.class)).or_insert_with(|| {
            let [low, high] = entry.flags.to_le_bytes();
            entries.push([low, high, entry.class, 0]);
            entries.len() as u32 - 1
        });
    }
    ensure!(entries.len() <= 4096, "{} different entries, 4096 at most", entries.len());
    let cells = 3 * (words.len() * 123 / 300 + 16);
    for seed in 1..100 {
        if let Some(order) = peel(words, seed, cells) {
            let mut table = vec![0_u32; cells];
            for (word, place) in order.iter().rev() {
                let (three, fingerprint) = places(*word, seed, cells);
                let entry = words[word];
                let value = fingerprint << 12 | codes[&(entry.flags, entry.class)];
                table[*place] = value ^ three.iter().filter(|other| *other != place).fold(0, |sum, other| sum ^ table[*other]);
            }
            let cells = table.iter().map(|cell| { let [a, b, c, _] = cell.to_le_bytes(); [a, b, c] }).collect();
            return Ok(PackedLexicon { seed, entries, cells });
        }
    }
    anyhow::bail!("the lexicon cannot be packed")
}

/// Finds an order in which each word has a cell of its own; none where the seed does not give one.
fn peel(words: &BTreeMap<u64, Entry>, seed: u64, cells: usize) -> Option<Vec<(u64, usize)>> {
    let mut count = vec![0_u32; cells];
    let mut mixed = vec![0_u64; cells];
    for word in words.keys() {
        for place in places(*word, seed, cells).0 {
            count[place] += 1;
            mixed[place] ^= word;
        }
    }
    let mut alone: Vec<usize> = (0..cells).filter(|at| count[*at] == 1).collect();
    let mut order = Vec::with_capacity(words.len());
    while let Some(place) = alone.pop() {
        if count[place] != 1 {
            continue;
        }
        let word = mixed[place];
        order.push((word, place));
        for other in places(word, seed, cells).0 {
            count[other] -= 1;
            mixed[other] ^= word;
            if count[other] == 1 {
                alone.push(other);
            }
        }
    }
    (order.len() == words.len()).then_some(order)
}

/// What the decoder is told beside the weights, in natural logarithms.
#[derive(Debug, Clone, Copy)]
pub struct Tuning {
    pub balanced: f32,
    pub high: f32,
    /// What lines all in lower case and all in upper case add.
    pub lower: f32,
    pub upper: f32,
    /// Odds are this many times too sure.
    pub temperature: f32,
}

/// Writes a model.
pub fn model(weights: &Weights, lexicon: &PackedLexicon, tuning: Tuning) -> Vec<u8> {
    let mut sizes: Vec<f32> = weights.rows.iter().flat_map(|row| &row[..OUTSIDE]).map(|w| w.abs()).filter(|w| *w > 0.0).collect();
    sizes.sort_unstable_by(f32::total_cmp);
    let top = sizes.get(sizes.len() * 9995 / 10000).copied().unwrap_or(1.0);
    let scale = 127.0 / top;
    let mut out = Vec::new();
    out.extend(MAGIC);
    out.extend(lexicon.seed.to_le_bytes());
    for count in [lexicon.entries.len(), lexicon.cells.len(), ROWS] {
        out.extend((count as u32).to_le_bytes());
    }
    out.extend(((scale * tuning.temperature * 256.0) as i32).to_le_bytes());
    for bias in [tuning.balanced, tuning.high, tuning.lower, tuning.upper] {
        out.extend(whole(bias * scale, 30_000.0).to_le_bytes());
    }
    for (from, row) in weights.transitions.iter().enumerate() {
        for (to, weight) in row.iter().enumerate() {
            let may = crate::tagger::label::may_follow(from, to);
            out.extend(if may { whole(weight * scale, 30_000.0) } else { i16::MIN }.to_le_bytes());
        }
    }
    lexicon.entries.iter().for_each(|entry| out.extend(entry));
    lexicon.cells.iter().for_each(|cell| out.extend(cell));
    let mut rows = vec![[0_u8; LANES]; ROWS];
    for (id, weights) in weights.ids.iter().zip(&weights.rows) {
        let row = &mut rows[(id >> 8) as usize];
        for (slot, weight) in row.iter_mut().zip(&weights[..OUTSIDE]) {
            *slot = (whole(weight * scale, 127.0) as i8).cast_unsigned();
        }
        row[OUTSIDE] = (id & 0xFF) as u8;
    }
    rows.iter().for_each(|row| out.extend(row));
    out
}

fn whole(value: f32, most: f32) -> i16 {
    libm::roundf(value).clamp(-most, most) as i16
}
