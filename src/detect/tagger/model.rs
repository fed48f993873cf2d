//! The trained model: weights, transitions and lexicon, read in place from one run of bytes.

use super::Sensitivity;
use super::feature::FEATURES;
use super::gate::{LOWER, UPPER};
use super::label::{LANES, OUTSIDE};
use super::lexicon::{CELL, Lexicon};
use super::token::Line;

/// The first bytes of a model.
pub(crate) const MAGIC: [u8; 8] = *b"privetT3";
/// The number of rows, a power of two: a feature's upper 17 bits choose one.
pub(crate) const ROWS: usize = 1 << 17;

/// A model, read in place.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    pub(super) lexicon: Lexicon<'a>,
    /// Weights of 15 labels beside [`OUTSIDE`], and the byte that tells the feature from others.
    rows: &'a [[u8; LANES]],
    /// What each label adds after each; [`IMPOSSIBLE`] where it may not follow.
    pub(super) transitions: [[i32; LANES]; LANES],
    /// The same, each with the label it goes from in its lowest four bits.
    pub(super) steps: [[i32; LANES]; LANES],
    /// What [`OUTSIDE`] gets, by sensitivity.
    bias: [i16; 2],
    /// What it gets besides where a line is all in lower case, and where it is all in upper case.
    caseless: [i16; 2],
    /// How much of a score makes one natural logarithm of odds, in 256ths.
    pub(super) temperature: i32,
}

/// Less than any sum of weights, with room to add to it.
pub(crate) const IMPOSSIBLE: i32 = -(1 << 24);

/// Reads parts off the front of bytes.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    fn rows<const N: usize>(&mut self, count: usize) -> Option<&'a [[u8; N]]> {
        Some(self.take(count.checked_mul(N)?)?.as_chunks().0)
    }

    fn count(&mut self) -> Option<usize> {
        usize::try_from(u32::from_le_bytes(self.array()?)).ok()
    }
}

impl<'a> Model<'a> {
    /// Reads a model; none where the bytes are not one.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        (reader.array()? == MAGIC).then_some(())?;
        let seed = u64::from_le_bytes(reader.array()?);
        let (entries, cells, rows) = (reader.count()?, reader.count()?, reader.count()?);
        let temperature = i32::from_le_bytes(reader.array()?);
        let mut bias = [0; 2];
        for one in &mut bias {
            *one = i16::from_le_bytes(reader.array()?);
        }
        let mut caseless = [0; 2];
        for one in &mut caseless {
            *one = i16::from_le_bytes(reader.array()?);
        }
        let mut transitions = [[0; LANES]; LANES];
        for one in transitions.iter_mut().flatten() {
            let weight = i16::from_le_bytes(reader.array()?);
            *one = if weight == i16::MIN { IMPOSSIBLE } else { i32::from(weight) };
        }
        let mut steps = transitions;
        for (row, from) in steps.iter_mut().zip(0_i32..) {
            row.iter_mut().for_each(|one| *one = *one << 4 | from);
        }
        let lexicon = Lexicon { seed, entries: reader.rows::<4>(entries)?, cells: reader.rows::<CELL>(cells)? };
        let rows = reader.rows::<LANES>(rows)?;
        (rows.len() == ROWS && temperature > 0 && reader.0.is_empty()).then_some(Self {
            lexicon,
            rows,
            transitions,
            steps,
            bias,
            caseless,
            temperature,
        })
    }

    /// Gives what [`OUTSIDE`] gets in a line.
    pub(super) const fn outside(&self, sensitivity: Sensitivity, line: Line) -> i16 {
        let [balanced, high] = self.bias;
        let usual = match sensitivity {
            Sensitivity::Balanced => balanced,
            Sensitivity::High => high,
        };
        let [lower, upper] = self.caseless;
        match line.casing {
            LOWER => usual.saturating_add(lower),
            UPPER => usual.saturating_add(upper),
            _ => usual,
        }
    }

    /// Gives the score of each label that the features speak for.
    ///
    /// `outside` is what [`OUTSIDE`] gets.
    pub(super) fn emission(&self, features: &[u32; FEATURES], outside: i16) -> [i16; LANES] {
        let row = |feature: u32| usize::try_from(feature >> 8).ok().and_then(|at| self.rows.get(at));
        // Which features have weights is asked of all before any is added: rows are far apart, so that all of them are
        // fetched at once, and nothing waits for what another turns out to be.
        let mut kept = 0_u64;
        for (feature, at) in features.iter().zip(0..) {
            let [fingerprint, ..] = feature.to_le_bytes();
            kept |= u64::from(row(*feature).is_some_and(|row| row[OUTSIDE] == fingerprint)) << at;
        }
        let mut sum = [0_i16; LANES];
        while kept != 0 {
            let feature = features.get(kept.trailing_zeros() as usize).copied();
            kept &= kept - 1;
            if let Some(row) = feature.and_then(row) {
                for (one, weight) in sum.iter_mut().zip(row) {
                    *one += i16::from(weight.cast_signed());
                }
            }
        }
        sum[OUTSIDE] = outside;
        sum
    }
}
