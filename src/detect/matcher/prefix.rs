//! Which patterns may begin at a place, all asked at once: a row of bits holds the patterns, and a few bytes decide.
//!
//! For each of the first bytes behind a start there is a row for each byte: the patterns that allow it there. A pattern
//! whose matches can be shorter allows, behind their end, what may stand beside it, and then anything. The rows of the
//! bytes at hand, one behind the other, leave the patterns that may match; where none is left, nothing is read further.
//! What is left may still be wrong: the bytes are asked one by one, not together.

use super::automaton::StartId;
use super::beginning::Beginnings;
use super::first_word::{Behind, FirstWord};
use super::pattern::Pattern;
use super::program::{End, Program};
use super::starts::{self, Level};
use super::tokens::{LONG, Made, Token};
use super::{Active, Boundary, Side, set_bit, set_bytes};

/// Bytes behind a start that are asked.
const DEPTH: usize = 12;
/// Bytes after which it pays to see whether any pattern is left.
const STAGES: [std::ops::Range<usize>; 3] = [0..4, 4..8, 8..DEPTH];
/// Words of a row: patterns are asked 512 at a time, in one line of the cache.
const WIDTH: usize = 8;

/// 512 patterns.
type Row = [u64; WIDTH];

/// Words of a row of so many patterns.
pub(super) const fn words(patterns: usize) -> usize {
    let rows = patterns.div_ceil(64 * WIDTH);
    WIDTH * if rows == 0 { 1 } else { rows }
}

/// The patterns by what their matches begin with.
#[derive(Debug)]
pub(super) struct Prefixes {
    /// By 512 patterns.
    tables: Vec<Table>,
    /// By byte: its class, the same for bytes that no row tells apart.
    classes: Box<[u8; 256]>,
    /// By start of all patterns: the patterns that may begin there, as many rows as there are tables.
    starts: Vec<Row>,
    /// By kind of word: the patterns that may begin with it.
    kinds: Vec<Row>,
    /// What strong patterns without a needle may begin with.
    beginnings: Beginnings,
    /// The patterns that count without context.
    strong: Vec<Row>,
}

/// By depth and class: which of 512 patterns allow it.
#[derive(Debug)]
struct Table {
    depths: [Vec<Row>; DEPTH],
    /// By depth: which allow that the text has ended.
    ended: [Row; DEPTH],
}

impl Prefixes {
    pub(super) fn new(program: &Program, patterns: &[Pattern], groups: &[Vec<usize>], strong: &[u64]) -> Self {
        let columns: Vec<Column> = (0..patterns.len()).filter_map(|at| Column::of(program, at, patterns)).collect();
        let (classes, samples) = classes(&columns);
        let rows = |sets: &dyn Fn(usize) -> bool| -> Vec<Row> {
            let mut row = vec![0; words(patterns.len())];
            (0..patterns.len()).filter(|at| sets(*at)).for_each(|at| set_bit(&mut row, at));
            row.as_chunks::<WIDTH>().0.to_vec()
        };
        let tables = words(patterns.len()) / WIDTH;
        let table = |table: usize| {
            let row = |sets: &dyn Fn(&Column) -> bool| {
                let all = rows(&|at| columns.get(at).is_some_and(sets));
                all.get(table).copied().unwrap_or_default()
            };
            let by_depth = |depth: usize| samples.iter().map(|byte| row(&|it| it.allows(depth, *byte))).collect();
            Table {
                depths: std::array::from_fn(by_depth),
                ended: std::array::from_fn(|depth| row(&|it| it.may_end(depth))),
            }
        };
        let by_side = groups.iter().flat_map(|group| Side::ALL.map(|side| starts::allowed(patterns, group, side)));
        let first: Vec<FirstWord> =
            (0..patterns.len()).filter_map(|at| Some(FirstWord::of(program, at, patterns.get(at)?))).collect();
        Self {
            tables: (0..tables).map(table).collect(),
            classes,
            starts: by_side.flat_map(|start| rows(&|at| start.contains(&at))).collect(),
            kinds: kinds()
                .flat_map(|(made, len, behind)| {
                    rows(&|at| first.get(at).is_some_and(|word| word.can_be(made, len, behind)))
                })
                .collect(),
            beginnings: Beginnings::new(program, patterns, groups.first().map_or(&[], Vec::as_slice)),
            strong: strong.as_chunks::<WIDTH>().0.to_vec(),
        }
    }

    /// Tells of what level the patterns of a row are.
    pub(super) fn level(&self, row: &[u64]) -> Level {
        let weak = row.iter().zip(self.strong.as_flattened()).any(|(row, strong)| row & !strong != 0);
        if weak { Level::All } else { Level::Strong }
    }

    /// Tells of what level active patterns are that may begin at a start; where a word begins there, with that word.
    #[inline]
    pub(super) fn may_begin(
        &self,
        StartId(start): StartId,
        word: Option<Token>,
        active: &Active,
        (text, at): (&[u8], usize),
    ) -> Option<Level> {
        let bytes = text.get(at..).unwrap_or_default();
        if word.is_some() && active.level == Level::Strong && !self.beginnings.may_be(bytes) {
            return None;
        }
        let count = self.tables.len();
        let starts = self.starts.get(start * count..).unwrap_or_default();
        // What stands behind a long word does not matter.
        let kind = word.map(|word| kind(word, Behind::of(bytes.get(word.len))));
        let kind = kind.map(|kind| self.kinds.get(kind * count..).unwrap_or_default());
        let mut level = None;
        for (place, (table, active)) in self.tables.iter().zip(active.row.as_chunks::<WIDTH>().0).enumerate() {
            let mut left = *active;
            starts.get(place).into_iter().for_each(|row| and(&mut left, row));
            kind.and_then(|kind| kind.get(place)).into_iter().for_each(|row| and(&mut left, row));
            for depths in STAGES {
                if !is_empty(&left) {
                    table.read(&self.classes, bytes, depths, &mut left);
                }
            }
            if is_empty(&left) {
                continue;
            }
            let strong = self.strong.get(place).copied().unwrap_or_default();
            let weak = left.iter().zip(strong).fold(0, |weak, (left, strong)| weak | left & !strong);
            if weak != 0 {
                return Some(Level::All);
            }
            level = Some(Level::Strong);
        }
        level
    }
}

impl Table {
    #[inline]
    fn read(&self, classes: &[u8; 256], bytes: &[u8], depths: std::ops::Range<usize>, left: &mut Row) {
        for depth in depths {
            let row = match bytes.get(depth) {
                Some(byte) => {
                    let class = classes.get(usize::from(*byte)).copied().unwrap_or_default();
                    self.depths.get(depth).and_then(|rows| rows.get(usize::from(class)))
                }
                None => self.ended.get(depth),
            };
            row.into_iter().for_each(|row| and(left, row));
        }
    }
}

#[inline]
fn and(left: &mut Row, row: &Row) {
    left.iter_mut().zip(row).for_each(|(left, row)| *left &= row);
}

/// Written so that the compiler asks all words together.
#[inline]
fn is_empty(row: &Row) -> bool {
    row.iter().fold(0, |all, word| all | word) == 0
}

/// The kinds of words that are told apart: what they are made of, their length, what stands behind.
fn kinds() -> impl Iterator<Item = (Made, usize, Behind)> {
    let lengths = Made::ALL.into_iter().flat_map(|made| (0..=LONG).map(move |len| (made, len)));
    lengths.flat_map(|(made, len)| Behind::ALL.map(|behind| (made, len, behind)))
}

const fn kind(token: Token, behind: Behind) -> usize {
    (token.made as usize * (LONG + 1) + token.len) * Behind::ALL.len() + behind as usize
}

/// What one pattern allows behind its start.
#[derive(Debug)]
struct Column {
    /// By depth: the bytes, as bits.
    bytes: [[u64; 4]; DEPTH],
    /// Depths at which the text may have ended, as bits.
    ends: u16,
}

impl Column {
    fn of(program: &Program, at: usize, patterns: &[Pattern]) -> Option<Self> {
        let pattern = patterns.get(at)?;
        let mut column = Self { bytes: [[0; 4]; DEPTH], ends: 0 };
        let mut places = program.start(at).to_vec();
        let mut anything = false;
        for (depth, bytes) in column.bytes.iter_mut().enumerate() {
            let ends = places.iter().any(|place| program.place(*place).is_some_and(|place| place.end == End::Match));
            // A match that is cut at its longest, or at the character before, has anything behind it.
            anything |= depth + 3 >= pattern.max_length();
            if anything {
                *bytes = [u64::MAX; 4];
            }
            for place in &places {
                program.bytes(*place, |low, high| set_bytes(bytes, low, high));
            }
            if ends {
                (0..=u8::MAX).filter(|byte| may_follow(pattern.boundary(), *byte)).for_each(|byte| {
                    set_bit(bytes, usize::from(byte));
                });
            }
            anything |= ends;
            column.ends |= u16::from(anything) << depth;
            let mut next = Vec::new();
            places.iter().for_each(|place| program.follow_where(*place, |_, _| true, |place| next.push(place)));
            next.sort_unstable();
            next.dedup();
            places = next;
        }
        Some(column)
    }

    fn allows(&self, depth: usize, byte: u8) -> bool {
        self.bytes.get(depth).is_some_and(|bytes| super::has_bit(bytes, usize::from(byte)))
    }

    const fn may_end(&self, depth: usize) -> bool {
        self.ends >> depth & 1 == 1
    }
}

/// Tells whether a byte may stand behind a match, as far as one byte tells.
const fn may_follow(boundary: Boundary, byte: u8) -> bool {
    match boundary {
        Boundary::Digit => !byte.is_ascii_digit(),
        Boundary::Word | Boundary::Token => !(byte.is_ascii_alphanumeric() || byte == b'_'),
    }
}

/// Numbers the bytes so that two have one number where every pattern allows both or none; gives one byte of each.
fn classes(columns: &[Column]) -> (Box<[u8; 256]>, Vec<u8>) {
    let same = |one: u8, two: u8| {
        columns.iter().all(|column| (0..DEPTH).all(|depth| column.allows(depth, one) == column.allows(depth, two)))
    };
    let mut samples: Vec<u8> = Vec::new();
    let mut classes = Box::new([0; 256]);
    for (byte, class) in (0..=u8::MAX).zip(classes.iter_mut()) {
        let known = samples.iter().position(|sample| same(byte, *sample));
        let place = known.unwrap_or_else(|| {
            samples.push(byte);
            samples.len() - 1
        });
        *class = u8::try_from(place).unwrap_or(u8::MAX);
    }
    (classes, samples)
}
