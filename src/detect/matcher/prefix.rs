//! Which patterns may begin at a place, all asked at once: a row of bits holds the patterns, and a few bytes decide.
//!
//! For each of the first bytes behind a start there is a row for each byte: the patterns that allow it there. A pattern
//! whose matches can be shorter allows, behind their end, what may stand beside it, and then anything. The rows of the
//! bytes at hand, one behind the other, leave the patterns that may match; where none is left, nothing is read further.
//! What is left may still be wrong: the bytes are asked one by one, not together.

use std::sync::Arc;

use super::automaton::StartId;
use super::beginning::Beginnings;
use super::first_word::{Behind, FEW, FirstWord, SHORT};
use super::pattern::Pattern;
use super::program::{End, Program};
use super::starts::{self, Level};
use super::tokens::{LONG, Made, Token};
use super::{Active, Boundary, Side, set_bit, set_bytes};

/// Bytes behind a start that are asked.
const DEPTH: usize = 12;
/// Bytes after which it pays to see whether any pattern is left.
const STAGES: [std::ops::Range<usize>; 4] = [0..2, 2..4, 4..8, 8..DEPTH];
/// Words of a row: patterns are asked 256 at a time. Those that count alone come first, and all of the built-in ones are
/// among the first.
const WIDTH: usize = 4;

/// 256 patterns.
type Row = [u64; WIDTH];

/// Words of a row of so many patterns.
pub(super) const fn words(patterns: usize) -> usize {
    let rows = patterns.div_ceil(64 * WIDTH);
    WIDTH * if rows == 0 { 1 } else { rows }
}

/// The patterns by what their matches begin with.
#[derive(Debug)]
pub(super) struct Prefixes {
    /// By 256 patterns.
    tables: Vec<Table>,
    /// By byte: its class, the same for bytes that no row tells apart.
    classes: Box<[u8; 256]>,
    /// By start of all patterns: the patterns that may begin there, as many rows as there are tables.
    starts: Vec<Row>,
    /// By kind of word: the patterns that may begin with it.
    kinds: Vec<Row>,
    /// Which kinds of word a pattern of group 0 that counts without context may begin with, by start and kind.
    alive: Vec<u64>,
    /// What those of them may begin with whose first word may be one of a sentence.
    beginnings: Beginnings,
    /// The patterns that count without context.
    strong: Vec<Row>,
}

/// By depth and class: which of 256 patterns allow it.
#[derive(Debug)]
struct Table {
    depths: [Vec<Row>; DEPTH],
    /// By depth: which allow that the text has ended.
    ended: [Row; DEPTH],
    /// By depth: which allow any digit, any capital, any small letter.
    kinds: [[Row; 3]; DEPTH],
}

impl Prefixes {
    pub(super) fn new(program: &Program, patterns: &[Arc<Pattern>], groups: &[Vec<usize>], strong: &[u64]) -> Self {
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
                kinds: std::array::from_fn(|depth| {
                    KINDS.map(|(low, high)| row(&|it| (low..=high).any(|byte| it.allows(depth, byte))))
                }),
            }
        };
        let by_side = groups.iter().flat_map(|group| Side::ALL.map(|side| starts::allowed(patterns, group, side)));
        let first: Vec<FirstWord> =
            (0..patterns.len()).filter_map(|at| Some(FirstWord::of(program, at, patterns.get(at)?))).collect();
        let group = groups.first().map_or(&[][..], Vec::as_slice);
        let (strong_rows, _) = strong.as_chunks::<WIDTH>();
        let filled = strong_rows.iter().rposition(|row| !is_empty(row)).map_or(0, |last| last + 1);
        let strong_rows = strong_rows.get(..filled).unwrap_or_default();
        let counting: Vec<usize> = group.iter().copied().filter(|at| super::has_bit(strong, *at)).collect();
        let usual = |at: &usize| first.get(*at).is_none_or(FirstWord::may_be_usual);
        let usual: Vec<usize> = counting.iter().copied().filter(usual).collect();
        Self {
            alive: alive(patterns, &counting, &first),
            tables: (0..tables).map(table).collect(),
            classes,
            starts: by_side.flat_map(|start| rows(&|at| start.contains(&at))).collect(),
            kinds: kinds()
                .flat_map(|(made, len, behind)| {
                    rows(&|at| first.get(at).is_some_and(|word| word.can_be(made, len, behind)))
                })
                .collect(),
            beginnings: Beginnings::new(program, patterns, &usual),
            strong: strong_rows.to_vec(),
        }
    }

    /// Tells of what level the patterns of a row are.
    pub(super) fn level(&self, row: &[u64]) -> Level {
        let strong = self.strong.as_flattened();
        let (head, tail) = row.split_at(strong.len().min(row.len()));
        let weak = head.iter().zip(strong).any(|(row, strong)| row & !strong != 0) || tail.iter().any(|row| *row != 0);
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
        // What stands behind a long word does not matter.
        let behind = word.map(|word| (word, Behind::of(bytes, word.len)));
        let strong_may = behind.is_none_or(|behind| self.may_begin_with(start, behind, bytes));
        if !strong_may && active.level == Level::Strong {
            return None;
        }
        let kind = behind.map(|(word, behind)| kind(word, behind));
        let count = self.tables.len();
        let starts = self.starts.get(start * count..).unwrap_or_default();
        let kind = kind.map(|kind| self.kinds.get(kind * count..).unwrap_or_default());
        let mut level = None;
        for (place, (table, active)) in self.tables.iter().zip(active.row.as_chunks::<WIDTH>().0).enumerate() {
            let mut left = *active;
            if place < self.strong.len() && !strong_may {
                let strong = self.strong.get(place).into_iter().flatten();
                left.iter_mut().zip(strong).for_each(|(left, strong)| *left &= !strong);
            }
            if is_empty(&left) {
                continue;
            }
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

    /// Tells at a glance whether a pattern that counts without context may begin with a word.
    #[inline]
    fn may_begin_with(&self, start: usize, (word, behind): (Token, Behind), bytes: &[u8]) -> bool {
        let is_usual = word.made == Made::Letters && (SHORT..FEW).contains(&word.len) && behind.is_usual();
        super::has_bit(&self.alive, start * KINDS_OF_WORD + kind(word, behind))
            && (!is_usual || self.beginnings.may_be(bytes))
    }

    /// Leaves, of all patterns, those that may begin at a start with these bytes, behind which the text may have ended.
    pub(super) fn may_begin_with_bytes(&self, StartId(start): StartId, bytes: &[u8], ended: bool, left: &mut [u64]) {
        let count = self.tables.len();
        let starts = self.starts.get(start * count..).unwrap_or_default();
        for (place, (table, left)) in self.tables.iter().zip(left.as_chunks_mut::<WIDTH>().0).enumerate() {
            *left = starts.get(place).copied().unwrap_or_default();
            let depth = if ended { DEPTH } else { bytes.len().min(DEPTH) };
            table.read(&self.classes, bytes, 0..depth, left);
        }
    }

    /// Leaves, of all patterns, those that may begin at a start in a text of this shape; where a word begins there, with
    /// that word.
    pub(super) fn may_begin_in(&self, StartId(start): StartId, word: Option<Token>, shape: &[u8], left: &mut [u64]) {
        let count = self.tables.len();
        let starts = self.starts.get(start * count..).unwrap_or_default();
        let kind = word.map(|word| kind(word, Behind::of(shape, word.len)));
        let kind = kind.map(|kind| self.kinds.get(kind * count..).unwrap_or_default());
        for (place, (table, left)) in self.tables.iter().zip(left.as_chunks_mut::<WIDTH>().0).enumerate() {
            *left = starts.get(place).copied().unwrap_or_default();
            kind.and_then(|kind| kind.get(place)).into_iter().for_each(|row| and(left, row));
            for depth in 0..DEPTH {
                let row = match shape.get(depth) {
                    Some(byte) => match kind_of(*byte) {
                        Some(kind) => table.kinds.get(depth).and_then(|kinds| kinds.get(kind)),
                        None => table.row(&self.classes, depth, *byte),
                    },
                    None => table.ended.get(depth),
                };
                row.into_iter().for_each(|row| and(left, row));
            }
        }
    }
}

/// What the bytes of a shape stand for: digits, capitals, small letters; others are themselves.
pub(super) const KINDS: [(u8, u8); 3] = [(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')];

/// The place of the kind of bytes that one of a shape stands for; none for itself.
pub(super) fn kind_of(byte: u8) -> Option<usize> {
    KINDS.iter().position(|(low, high)| (low..=high).contains(&&byte))
}

impl Table {
    #[inline]
    fn row(&self, classes: &[u8; 256], depth: usize, byte: u8) -> Option<&Row> {
        let class = classes.get(usize::from(byte)).copied().unwrap_or_default();
        self.depths.get(depth).and_then(|rows| rows.get(usize::from(class)))
    }

    #[inline]
    fn read(&self, classes: &[u8; 256], bytes: &[u8], depths: std::ops::Range<usize>, left: &mut Row) {
        for depth in depths {
            let row = match bytes.get(depth) {
                Some(byte) => self.row(classes, depth, *byte),
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

/// How many kinds of word are told apart.
const KINDS_OF_WORD: usize = Made::ALL.len() * (LONG + 1) * Behind::ALL.len();

/// Gives, by start and kind of word, whether one of these patterns may begin so.
fn alive(patterns: &[Arc<Pattern>], of: &[usize], first: &[FirstWord]) -> Vec<u64> {
    let mut alive = vec![0; (Side::ALL.len() * KINDS_OF_WORD).div_ceil(64)];
    for (start, side) in Side::ALL.into_iter().enumerate() {
        let allowed = starts::allowed(patterns, of, side).into_iter();
        let together = FirstWord::together(allowed.filter_map(|at| first.get(at)));
        for (kind, (made, len, behind)) in kinds().enumerate() {
            if together.can_be(made, len, behind) {
                set_bit(&mut alive, start * KINDS_OF_WORD + kind);
            }
        }
    }
    alive
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
    fn of(program: &Program, at: usize, patterns: &[Arc<Pattern>]) -> Option<Self> {
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
pub(super) const fn may_follow(boundary: Boundary, byte: u8) -> bool {
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
