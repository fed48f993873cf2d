//! The fast path: which patterns match where in a text, in one pass over its bytes.
//!
//! What a pattern finds is defined without any of the machinery below: at each character, from left to right, the
//! longest match within `max_length` that its neighbours, its validators and its look-around allow (one that is cut
//! there is found to the end of the word it stands in); after a match the search goes on behind it, else one character
//! further. A second, naive implementation in the tests says the same with the plain regex engine.
//!
//! How it is found fast:
//!
//! 1. **Words** (`tokens`). 64 bytes at a time are read into bits: where words begin, how long they are, whether of
//!    digits, letters or both. No pattern begins behind a digit and few inside a word, so words are where to look.
//! 2. **First bytes** (`prefix`, `first_word`). Of each pattern it is known which bytes a match can begin with, twelve deep,
//!    and what its first word can be: how long, of what. A row of bits holds all patterns, so that a few bytes rule
//!    nearly all of them out at once, those that are not wanted among them. Most words are the beginning of nothing.
//! 3. **Words at a glance** (`prefix`, `beginning`). What most words are, small letters of a sentence, and what stands
//!    behind them is asked in one bit, and their first three letters in another, before any row. A digit behind a space
//!    or dash counts as a kind of its own, since numbers have letters before them far more often than words have. A
//!    third fewer instructions in `may_begin` on clean events.
//! 4. **Shapes** (`possible`, `detect::shapes`). Of a short text whose shape came before it is known which patterns can
//!    match in any text of that shape, and from where. Those alone are searched for, and most shapes leave none:
//!    `ORD-2026-4662451` costs 0.14 instead of 0.38 microseconds, sixteen hex digits 0.11 instead of 0.33.
//! 5. **Words that came before** (`quiet`, `detect::lexicon`). Of a word that came twice it is known whether anything can
//!    begin in it and what it is heard as: one look at a table for most words of a text, which is read once for both. In
//!    texts with characters beyond ASCII only words that touch one are read byte by byte. A third less time on clean
//!    events, half of it on sentences.
//! 6. **One walk for all** (`automaton`). Where something can begin, one automaton reads on for all those patterns at
//!    once, until none of them can match. From a fixed start states do not multiply as they do in an unanchored
//!    search: all patterns fit one cache.
//! 7. **Endings.** Where matches may end, the walk notes which patterns' they are, as a row of bits. Rows without a
//!    wanted pattern that may stand before the next byte fall out at once; for the rest neighbours and validators
//!    decide, longest match first.
//! 8. **Weak patterns** need context to count. Which of them are called for is known before a text is read; where none
//!    is, as in most texts, the walk is with the strong ones alone, from fewer words.
//!    In a long text of lines that is known for each piece of it, from the words of the piece and the one before: a word
//!    calls no further than 256 bytes, and no match but a few reaches from one line into the next (`search_pieces`).
//! 9. **Needles** (`needle`). The few patterns that may begin inside words (`https://` behind anything) would make a
//!    start of every letter. Each has a literal that every match contains; its starts are tried only in a text in which
//!    the first pass met that literal.
//! 10. **Starts again** (`again`). A long text that is made of the same few bytes begins the same walk every few bytes.
//!     Where the bytes around a start are those of one that led to nothing, it is not walked from.
//! 11. **Few patterns** (`narrowed`). Where a policy wants at most half of the patterns, those are put together by
//!     themselves, and what it lets count alone is walked with alone. Forty rules of a user's own: 13 % fewer
//!     instructions on dense events, and an automaton that stays in the processor's caches.
//!
//! Linear: a start reads at most the longest `max_length` that is still possible, and what was found is not searched
//! again by its own pattern.
//!
//! What did not pay and is gone: one unanchored automaton over everything (its states multiply); a memo of the shapes of
//! short texts that had to be filled by searching (one text tells nothing of another of its shape); learning every shape
//! that comes (where each is new it costs more than the search: now it has to come again soon); counting bytes of eight
//! kinds to rule patterns out; a glance at each text before it is searched; a start of its own for each kind of word
//! (states multiply again); asking the words of a row of patterns one by one once few are left (branches that are guessed
//! wrong cost what it spares); a table of short context words by their letters (3 % on clean events, for a second way to
//! look up a word); two automata, one of patterns that begin with a digit, that rule texts out in a walk over all bytes
//! before their words are read (their states settle at some 4,000 and 60 in 100 new texts are ruled out, but words have to
//! be heard all the same, and no instructions are spared).

mod again;
mod automaton;
mod beginning;
mod coarse;
mod first_word;
mod needle;
mod pattern;
mod possible;
mod prefix;
mod program;
mod quiet;
mod search;
mod starts;
mod tokens;
mod trail;
mod wanted;

pub(super) use pattern::Pattern;
pub(super) use possible::Starts;
pub(super) use quiet::{Beginning, Next, Walks};
pub(super) use search::{MatchScratch, More};
pub(super) use tokens::{Beside, Bits, Made, Meets, Sight, Token};
pub(super) use wanted::{Active, Wanted};

use self::automaton::{Automaton, StartId};
use self::needle::Needles;
use self::prefix::Prefixes;
use self::program::Program;
use self::starts::{Begins, Level, NEARS, Near, Outside};
use std::ops::Range;
use std::sync::Arc;

use super::bits::Block;
use super::boundary::{Boundary, Side, floor_boundary};
use crate::model::Span;

/// All patterns of a set, in groups: group 0 has no needle, each other group has one.
#[derive(Debug)]
pub(super) struct Matcher {
    patterns: Vec<Arc<Pattern>>,
    /// By recognizer: the places of its patterns, of those that count alone and of the others.
    places: Vec<[Range<usize>; 2]>,
    /// The places of those that may be all of a text, and the bytes of the shortest.
    soles: (Vec<usize>, usize),
    /// By group: its patterns.
    groups: Vec<Vec<usize>>,
    automaton: Automaton,
    needles: Needles,
    prefixes: Prefixes,
    /// The bytes outside words with which something begins; none where texts have to be read byte by byte.
    outside: Option<Outside>,
    /// By group.
    begins: Vec<Begins>,
    /// A row for each [`Side`]: which patterns can end before it.
    before: [Vec<u64>; 4],
    /// A row for each [`Near`]: the same, as far as one byte tells.
    before_byte: [Vec<u64>; NEARS],
    /// Bytes of a text from which starts that led to nothing are remembered.
    again_from: usize,
    /// Bytes from which a match may be one that is cut.
    cut_from: usize,
    /// The patterns of recognizers of which a match may hold the end of a line, as a row.
    across: Vec<u64>,
    /// How many starts there are of each [`Level`].
    starts: usize,
    /// Words of a row that hold the patterns which count alone; the others stand behind them.
    strong_words: usize,
}

impl Matcher {
    /// Puts compiled patterns together.
    ///
    /// # Errors
    /// Where they are too large together.
    pub(super) fn new(mut patterns: Vec<Pattern>) -> Result<Self, String> {
        patterns.sort_by_key(|pattern| !pattern.counts_alone());
        let strong = patterns.iter().take_while(|pattern| pattern.counts_alone()).count();
        let mut program = Program::default();
        for pattern in &mut patterns {
            program.add(&pattern.take_program()?)?;
        }
        Ok(Self::with(patterns.into_iter().map(Arc::new).collect(), program, strong))
    }

    /// Puts those patterns alone together that are wanted.
    pub(super) fn narrowed(&self, wanted: &Wanted) -> Self {
        let [strong, weak] = wanted.places().map(|mut places| {
            // Those of one recognizer stand together.
            places.sort_by_key(|place| self.patterns.get(*place).map(|pattern| (pattern.recognizer, pattern.place)));
            places
        });
        let places = [strong.as_slice(), &weak].concat();
        let patterns = places.iter().filter_map(|place| self.patterns.get(*place).cloned()).collect();
        Self::with(patterns, self.automaton.program.of(&places), strong.len())
    }

    /// Puts patterns together with the program of all of them; so many of the first count alone.
    fn with(patterns: Vec<Arc<Pattern>>, program: Program, counting: usize) -> Self {
        let mut needles = Needles::default();
        let mut groups: Vec<Vec<usize>> = vec![Vec::new()];
        for (at, pattern) in patterns.iter().enumerate() {
            let group = pattern.needle().and_then(|needle| needles.place(needle)).map_or(0, |needle| needle + 1);
            groups.resize(needles.len() + 1, Vec::new());
            if let Some(group) = groups.get_mut(group) {
                group.push(at);
            }
        }
        let mut strong = vec![0; prefix::words(patterns.len())];
        (0..counting).for_each(|at| set_bit(&mut strong, at));
        let strong_words = prefix::words(counting);
        let prefixes = Prefixes::new(&program, &patterns, &groups, &strong);
        let starts = starts::patterns_of_starts(&patterns, &groups, &strong);
        let lengths: Vec<usize> = patterns.iter().map(|pattern| pattern.max_length()).collect();
        // A cut falls at a character boundary.
        let lengths_min = lengths.iter().copied().min().unwrap_or(usize::MAX);
        let cut_from = lengths_min.saturating_sub(3);
        let automaton = Automaton::new(program, lengths, &starts);
        let begins: Vec<Begins> = (0..groups.len()).map(|group| Begins::new(&automaton, group)).collect();
        let outside = begins.first().and_then(|begins| {
            let group = groups.first().map_or(&[][..], Vec::as_slice);
            // A match that is cut within two bytes ends before any.
            let is_cut = lengths_min <= 4;
            Outside::new(begins, &needles, &automaton.program, (group, &strong)).filter(|_| !is_cut)
        });
        let all: Vec<usize> = (0..patterns.len()).collect();
        let row = |sides: &[Side]| {
            let mut row = vec![0; automaton.words()];
            for side in sides {
                starts::allowed(&patterns, &all, *side).into_iter().for_each(|at| set_bit(&mut row, at));
            }
            row
        };
        let is_near = |pattern: &Arc<Pattern>| pattern.neighbours_max() <= again::NEIGHBOUR_MAX;
        let again_from = if patterns.iter().all(is_near) { again::TEXT_MIN } else { usize::MAX };
        let across = row_across_lines(&automaton.program, &patterns);
        let before = Side::ALL.map(|side| row(&[side]));
        let before_byte = Near::ALL.map(|near| row(near.sides()));
        let is_sole = |at: &usize| patterns.get(*at).is_some_and(|pattern| pattern.is_sole());
        let soles: Vec<usize> = (0..patterns.len()).filter(is_sole).collect();
        let shortest = soles.iter().filter_map(|at| patterns.get(*at)?.sole_min()).min();
        let soles = (soles, shortest.unwrap_or(usize::MAX));
        Self {
            places: places_of(&patterns, counting),
            patterns,
            soles,
            groups,
            automaton,
            needles,
            prefixes,
            outside,
            begins,
            before,
            before_byte,
            again_from,
            cut_from,
            across,
            starts: starts.len() / 2,
            strong_words,
        }
    }

    pub(super) fn patterns(&self) -> &[Arc<Pattern>] {
        &self.patterns
    }

    /// Gives the places of a recognizer's patterns: of those that count alone, and of the others.
    pub(super) fn places(&self, recognizer: usize) -> [Range<usize>; 2] {
        self.places.get(recognizer).cloned().unwrap_or_default()
    }

    /// Tells whether texts are read word by word: no pattern begins inside one.
    pub(super) const fn reads_words(&self) -> bool {
        self.outside.is_some()
    }

    /// Tells whether something may begin, or a needle be met, at a byte by which texts are read one by one.
    pub(super) fn may_begin_at_byte(&self, text: &[u8], at: usize) -> bool {
        search::beside(text, at).is_some_and(|(before, byte)| {
            self.needles.have_trigger(byte) || self.begins.first().is_some_and(|begins| begins.at(before, byte))
        })
    }

    /// Reads a text word by word; nothing is met where texts are read byte by byte.
    pub(super) fn read(&self, text: &[u8], meets: &mut impl Meets) {
        if let Some(Outside { marks, .. }) = &self.outside {
            tokens::read((text, &Block::read(text, 0, *marks)), *marks, meets);
        }
    }

    /// Gives the patterns of recognizers of which a match may hold the end of a line, as a row.
    pub(super) fn across_lines(&self) -> &[u64] {
        &self.across
    }

    /// Gives the pattern that says of a text that it is a match and holds nothing else, and what is found.
    pub(super) fn sole(&self, text: &str) -> Option<(usize, Span)> {
        self.soles.0.iter().find_map(|place| Some((*place, self.patterns.get(*place)?.is_all_of(text)?)))
    }

    /// Gives the bytes of the shortest text that a pattern may be all of.
    pub(super) const fn sole_min(&self) -> usize {
        self.soles.1
    }

    /// Says which of the wanted patterns count in a text: the strong ones, and of the others those that are `called`.
    pub(super) fn activate(&self, wanted: &Wanted, called: &[u64], active: &mut Active) {
        wanted.rows(called, &mut active.row);
        active.level = self.prefixes.level(&active.row);
        if active.level == Level::Strong {
            active.row.truncate(self.strong_words);
        }
    }

    /// Gives the start of a level that is this one of all patterns.
    fn of_level(&self, level: Level, StartId(start): StartId) -> StartId {
        StartId(if level == Level::All { start } else { self.starts + start })
    }

    fn before_row(&self, side: Side) -> &[u64] {
        let [open, digit, letter, joint] = &self.before;
        match side {
            Side::Open => open,
            Side::Digit => digit,
            Side::Letter => letter,
            Side::Joint => joint,
        }
    }

    fn before_byte(&self, byte: Option<&u8>) -> &[u64] {
        let near = byte.map_or(Near::Open, |byte| Near::of(*byte));
        self.before_byte.get(near as usize).map_or(&[], Vec::as_slice)
    }
}

/// Gives, by recognizer, the places of its patterns: those that count alone are the first of all.
fn places_of(patterns: &[Arc<Pattern>], counting: usize) -> Vec<[Range<usize>; 2]> {
    let last = patterns.iter().map(|pattern| usize::from(pattern.recognizer.0)).max();
    let mut all = vec![<[Range<usize>; 2]>::default(); last.map_or(0, |last| last + 1)];
    for (place, pattern) in patterns.iter().enumerate() {
        let own = all.get_mut(usize::from(pattern.recognizer.0));
        if let Some(places) = own.and_then(|own| own.get_mut(usize::from(place >= counting))) {
            *places = if places.end == 0 { place..place + 1 } else { places.start..place + 1 };
        }
    }
    all
}

/// Gives the row of [`Matcher::across_lines`].
fn row_across_lines(program: &Program, patterns: &[Arc<Pattern>]) -> Vec<u64> {
    let mut found = vec![0; prefix::words(patterns.len())];
    program.takes(b'\n', |place| set_bit(&mut found, place));
    let mut row = vec![0; prefix::words(patterns.len())];
    for across in bits_of(&found).filter_map(|place| patterns.get(place)) {
        let same = patterns.iter().enumerate().filter(|(_, other)| other.recognizer == across.recognizer);
        same.for_each(|(place, _)| set_bit(&mut row, place));
    }
    row
}

/// Reads the side before a word that has nothing beyond ASCII beside it: open, or a joint.
fn side_before(text: &str, at: usize) -> Side {
    match at.checked_sub(2).and_then(|from| text.as_bytes().get(from..at)) {
        Some([far, b'.']) if !far.is_ascii() => Side::before(text, at),
        Some([far, b'.']) if far.is_ascii_alphanumeric() || *far == b'_' => Side::Joint,
        _ => Side::Open,
    }
}

/// Sets one bit of a row.
pub(super) fn set_bit(row: &mut [u64], at: usize) {
    if let Some(word) = row.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

/// Sets the bits of a range of a row.
pub(super) fn set_bits(row: &mut [u64], places: Range<usize>) {
    let (Range { start, .. }, Some(last)) = (places.clone(), places.last()) else { return };
    let words = row.get_mut(start / 64..=last / 64).unwrap_or_default();
    let (mut above, count) = (u64::MAX << (start % 64), words.len());
    for (at, word) in words.iter_mut().enumerate() {
        let below = if at + 1 == count { u64::MAX >> (63 - last % 64) } else { u64::MAX };
        *word |= std::mem::replace(&mut above, u64::MAX) & below;
    }
}

/// Gives the places of a row's bits.
fn bits_of(row: &[u64]) -> impl Iterator<Item = usize> {
    row.iter().enumerate().flat_map(|(at, word)| {
        let bits = std::iter::successors(Some(*word), |bits| Some(bits & bits.wrapping_sub(1)));
        bits.take_while(|bits| *bits != 0).map(move |bits| at * 64 + bits.trailing_zeros() as usize)
    })
}

/// Sets the bits of a range of bytes.
fn set_bytes(bits: &mut [u64; 4], low: u8, high: u8) {
    for (word, first) in bits.iter_mut().zip([0_u8, 64, 128, 192]) {
        let last = first + 63;
        if low <= last && first <= high {
            *word |= u64::MAX << (low.max(first) - first) & u64::MAX >> (last - high.min(last));
        }
    }
}

/// Reads one bit of a row.
pub(super) fn has_bit(row: &[u64], at: usize) -> bool {
    row.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}
