//! The fast path: which patterns match where in a text, in one pass over its bytes.
//!
//! What a pattern finds is defined without any of the machinery below: at each character, from left to right, the
//! longest match within `max_length` that its neighbours, its validators and its look-around allow (one that is cut
//! there is found to the end of the word it stands in); after a match the search goes on behind it, else one character
//! further. A second, naive implementation in the tests says the same with the plain regex engine.
//!
//! How it is found fast:
//!
//! 1. **Starts.** No pattern may begin behind a digit, and most not inside a word. A table of the byte before and the
//!    byte at hand tells the few places where one can: about one byte in eight of free text, one in fifteen of
//!    identifiers.
//! 2. **One walk for all.** At a start one automaton ([`automaton`]) reads on for all patterns at once, strong and
//!    weak, digits and words, until none of them can match, mostly after two to four bytes. It begins in a state of its
//!    own for each kind of left neighbour, so that patterns which may not stand there are not even tried. Walks from a
//!    fixed start do not multiply states as an unanchored search does: all patterns fit one cache.
//! 3. **Endings.** Where matches may end, the walk notes which patterns' they are, as a row of bits. Rows without a
//!    wanted pattern fall out at once; for the rest the neighbours behind, then validators decide, longest match first.
//! 4. **Weak patterns** need context to count. They walk with the others, at no cost; only where one of them matches
//!    the text is searched for context words, once, and what nothing calls for is dropped before any validator runs.
//! 5. **Needles.** The few patterns that may begin inside words (`https://` behind anything) would make a start of
//!    every second letter. Each has a literal that every match contains; its starts are tried only in a text in which
//!    the first pass met that literal.
//!
//! Linear: a start reads at most the longest `max_length` that is still possible, and what was found is not searched
//! again by its own pattern.

mod automaton;
mod needle;
mod pattern;
mod program;

pub(super) use pattern::Pattern;

use self::automaton::{Automaton, Cache, Ending, StartId};
use self::program::Program;
use super::boundary::{Boundary, Side, floor_boundary};
use crate::model::Span;

/// All patterns of a set.
#[derive(Debug)]
pub(super) struct Matcher {
    patterns: Vec<Pattern>,
    automaton: Automaton,
    /// The literals of group 1 and on; group 0 is the patterns without.
    needles: Vec<Vec<u8>>,
    /// By group, [`Near`] and byte: [`START`] and [`TRIGGER`].
    begins: Vec<[[u8; 256]; NEARS]>,
    /// A row for each [`Side`]: which patterns can end before it.
    before: [Vec<u64>; 4],
    /// The shortest `max_length`.
    cut_from: usize,
}

/// A pattern may begin here.
const START: u8 = 1;
/// A needle may begin here.
const TRIGGER: u8 = 2;

/// What the byte before a start tells of the side.
#[derive(Debug, Clone, Copy)]
enum Near {
    Open,
    Digit,
    Letter,
    /// A full stop: open, or a joint.
    Stop,
    /// A part of a character that is not ASCII: open, or a letter.
    Other,
}

const NEARS: usize = 5;

impl Near {
    const ALL: [Self; NEARS] = [Self::Open, Self::Digit, Self::Letter, Self::Stop, Self::Other];
    /// By byte.
    #[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "a constant with 256 entries")]
    const OF: [Self; 256] = {
        let mut of = [Self::Open; 256];
        let mut byte = 0;
        while byte < of.len() {
            of[byte] = match byte as u8 {
                b'0'..=b'9' => Self::Digit,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => Self::Letter,
                b'.' => Self::Stop,
                0x80.. => Self::Other,
                _ => Self::Open,
            };
            byte += 1;
        }
        of
    };

    const fn sides(self) -> &'static [Side] {
        match self {
            Self::Open => &[Side::Open],
            Self::Digit => &[Side::Digit],
            Self::Letter => &[Side::Letter],
            Self::Stop => &[Side::Open, Side::Joint],
            Self::Other => &[Side::Open, Side::Letter],
        }
    }
}

/// Rows of the patterns that are wanted.
#[derive(Debug, Default)]
pub(super) struct Wanted {
    /// They count alone.
    pub(super) strong: Vec<u64>,
    /// They count only where context calls for them.
    pub(super) weak: Vec<u64>,
    /// Either.
    any: Vec<u64>,
}

impl Wanted {
    /// Begins with none of `patterns` patterns.
    pub(super) fn restart(&mut self, patterns: usize) {
        for row in [&mut self.strong, &mut self.weak, &mut self.any] {
            row.clear();
            row.resize(patterns.div_ceil(64).max(1), 0);
        }
    }

    pub(super) fn add_strong(&mut self, place: usize) {
        set_bit(&mut self.strong, place);
        set_bit(&mut self.any, place);
    }

    pub(super) fn add_weak(&mut self, place: usize) {
        set_bit(&mut self.weak, place);
        set_bit(&mut self.any, place);
    }
}

/// Memory of a search, bound to one matcher.
#[derive(Debug, Default)]
pub(super) struct MatchScratch {
    cache: Cache,
    endings: Vec<Ending>,
    /// Patterns that count in the text at hand.
    active: Vec<u64>,
    /// Patterns that are done with the start at hand.
    settled: Vec<u64>,
    /// Patterns that found something in the text at hand, and where they go on.
    resumed: Vec<u64>,
    resume: Vec<usize>,
}

impl MatchScratch {
    /// Gives the bytes walked ever, and how often the cache was full.
    #[cfg(test)]
    pub(super) fn work(&self) -> (u64, u64, usize) {
        (self.cache.steps, self.cache.clears, self.cache.memory())
    }
}

impl Matcher {
    /// Puts compiled patterns together.
    ///
    /// # Errors
    /// Where they are too large together.
    pub(super) fn new(mut patterns: Vec<Pattern>) -> Result<Self, String> {
        let mut program = Program::default();
        let mut needles: Vec<Vec<u8>> = Vec::new();
        let mut groups: Vec<Vec<usize>> = vec![Vec::new()];
        for (at, pattern) in patterns.iter_mut().enumerate() {
            program.add(&pattern.take_program()?)?;
            let group = pattern.needle().map_or(0, |needle| {
                needles.iter().position(|known| known == needle).unwrap_or_else(|| {
                    needles.push(needle.to_vec());
                    groups.push(Vec::new());
                    needles.len() - 1
                }) + 1
            });
            if let Some(group) = groups.get_mut(group) {
                group.push(at);
            }
        }
        let allowed = |patterns: &[usize], side: Side, all: &[Pattern]| -> Vec<usize> {
            let allows = |at: &&usize| all.get(**at).is_some_and(|pattern| pattern.boundary().allows(side));
            patterns.iter().filter(allows).copied().collect()
        };
        let starts: Vec<Vec<usize>> =
            groups.iter().flat_map(|group| Side::ALL.map(|side| allowed(group, side, &patterns))).collect();
        let lengths: Vec<usize> = patterns.iter().map(Pattern::max_length).collect();
        let cut_from = lengths.iter().copied().min().unwrap_or(usize::MAX);
        let automaton = Automaton::new(program, lengths, &starts);
        let begins = (0..groups.len()).map(|group| begins(&automaton, group, &needles)).collect();
        let all: Vec<usize> = (0..patterns.len()).collect();
        let before = Side::ALL.map(|side| {
            let mut row = vec![0; automaton.words()];
            allowed(&all, side, &patterns).into_iter().for_each(|at| set_bit(&mut row, at));
            row
        });
        Ok(Self { patterns, automaton, needles, begins, before, cut_from })
    }

    pub(super) fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    /// Finds what wanted patterns find; calls `found` with the pattern's place and the span, in no particular order.
    ///
    /// `call` is asked at most once, where a weak pattern matches: it sets the bits of the patterns that the field's
    /// name or a word of the text calls for.
    pub(super) fn search(
        &self,
        text: &str,
        wanted: &Wanted,
        scratch: &mut MatchScratch,
        call: impl FnMut(&mut [u64]),
        found: impl FnMut(usize, Span),
    ) {
        let mut search = Search::new(self, text, wanted, scratch, call, found);
        let mut hits = search.pass(0);
        while hits != 0 {
            let group = hits.trailing_zeros() as usize;
            hits &= hits - 1;
            search.pass(group + 1);
        }
    }

    /// Finds what wanted patterns find as the whole text, which is at most one pattern's longest match.
    pub(super) fn search_whole(
        &self,
        text: &str,
        wanted: &Wanted,
        scratch: &mut MatchScratch,
        call: impl FnMut(&mut [u64]),
        mut found: impl FnMut(usize, Span),
    ) {
        let whole = Span::new(0, text.len());
        let keep = |place: usize, span: Span| {
            if span == whole {
                found(place, span);
            }
        };
        let mut search = Search::new(self, text, wanted, scratch, call, keep);
        search.begin(0, Side::Open, 0);
        for group in 1..=self.needles.len() {
            search.begin(group, Side::Open, 0);
        }
    }
}

/// Tells of each byte, by the byte before it, whether a pattern of the group or a needle may begin there.
fn begins(automaton: &Automaton, group: usize, needles: &[Vec<u8>]) -> [[u8; 256]; NEARS] {
    Near::ALL.map(|near| {
        let mut flags = [0; 256];
        for (flag, byte) in flags.iter_mut().zip(0..=u8::MAX) {
            if near.sides().iter().any(|side| automaton.begins(start_id(group, *side), byte)) {
                *flag |= START;
            }
            let first = |needle: &Vec<u8>| needle.first().is_some_and(|first| first.eq_ignore_ascii_case(&byte));
            if group == 0 && needles.iter().any(first) {
                *flag |= TRIGGER;
            }
        }
        flags
    })
}

const fn start_id(group: usize, side: Side) -> StartId {
    StartId(group * Side::ALL.len() + side as usize)
}

/// One text on its way through the matcher.
struct Search<'a, C, F> {
    matcher: &'a Matcher,
    text: &'a str,
    wanted: &'a Wanted,
    scratch: &'a mut MatchScratch,
    asked: Asked,
    call: C,
    found: F,
}

/// Whether it is known which weak patterns count.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    No,
    Yes,
}

impl<'a, C: FnMut(&mut [u64]), F: FnMut(usize, Span)> Search<'a, C, F> {
    fn new(
        matcher: &'a Matcher,
        text: &'a str,
        wanted: &'a Wanted,
        scratch: &'a mut MatchScratch,
        call: C,
        found: F,
    ) -> Self {
        scratch.resumed.clear();
        scratch.resumed.resize(matcher.automaton.words(), 0);
        scratch.resume.resize(matcher.patterns.len(), 0);
        Self { matcher, text, wanted, scratch, asked: Asked::No, call, found }
    }

    /// Searches with the patterns of one group; gives the needles that were met, as bits.
    fn pass(&mut self, group: usize) -> u64 {
        let Some(begins) = self.matcher.begins.get(group) else { return 0 };
        let mut near = Near::Open;
        let mut hits = 0;
        for (at, &byte) in self.text.as_bytes().iter().enumerate() {
            let flags = begins.get(near as usize).and_then(|row| row.get(usize::from(byte))).copied();
            let beside = near;
            near = Near::OF.get(usize::from(byte)).copied().unwrap_or(Near::Other);
            let Some(flags @ 1..) = flags else { continue };
            if flags & TRIGGER != 0 {
                hits |= self.needles_at(at);
            }
            if flags & START != 0 && self.text.is_char_boundary(at) {
                let side = match beside {
                    Near::Open => Side::Open,
                    Near::Digit => Side::Digit,
                    Near::Letter => Side::Letter,
                    Near::Stop | Near::Other => Side::before(self.text, at),
                };
                self.begin(group, side, at);
            }
        }
        hits
    }

    #[cold]
    fn needles_at(&self, at: usize) -> u64 {
        let rest = self.text.as_bytes().get(at..).unwrap_or_default();
        let met = |needle: &Vec<u8>| rest.get(..needle.len()).is_some_and(|here| here.eq_ignore_ascii_case(needle));
        let hits = self.matcher.needles.iter().enumerate().filter(|(_, needle)| met(needle));
        hits.fold(0, |hits, (at, _)| hits | 1 << at)
    }

    /// Walks from a start, and settles what may have matched.
    fn begin(&mut self, group: usize, side: Side, at: usize) {
        let MatchScratch { cache, endings, .. } = &mut *self.scratch;
        let bytes = self.text.as_bytes().get(at..).unwrap_or_default();
        endings.clear();
        self.matcher.automaton.walk(start_id(group, side), bytes, cache, |ending, row| {
            if meet(row, &self.wanted.any) {
                endings.push(ending);
            }
        });
        if !endings.is_empty() {
            self.settle(at);
        }
    }

    /// Decides what the patterns find at a start, each from its longest match to its shortest.
    #[inline(never)]
    fn settle(&mut self, at: usize) {
        let words = self.matcher.automaton.words();
        if self.asked == Asked::No {
            self.ask();
        }
        self.scratch.settled.clear();
        self.scratch.settled.resize(words, 0);
        for place in (0..self.scratch.endings.len()).rev() {
            let Some(&ending) = self.scratch.endings.get(place) else { break };
            let end = at + ending.len;
            if !self.text.is_char_boundary(end) {
                continue;
            }
            let side = Side::after(self.text, end);
            for word in 0..words {
                let mut bits = self.candidates(ending, word, side);
                while bits != 0 {
                    let pattern = word * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    if self.decide(pattern, Span::new(at, end), side) == Decided::Yes {
                        set_bit(&mut self.scratch.settled, pattern);
                    }
                }
            }
        }
    }

    /// Finds out which weak patterns count, where one of them may have matched.
    fn ask(&mut self) {
        let words = self.matcher.automaton.words();
        let MatchScratch { cache, endings, active, .. } = &mut *self.scratch;
        if endings.iter().any(|ending| meet(cache.patterns(*ending, words), &self.wanted.weak)) {
            self.asked = Asked::Yes;
            active.clear();
            active.resize(words, 0);
            (self.call)(active);
            for ((active, weak), strong) in active.iter_mut().zip(&self.wanted.weak).zip(&self.wanted.strong) {
                *active = *active & weak | strong;
            }
        }
    }

    /// Gives 64 bits of the patterns that may find what ends here.
    fn candidates(&self, ending: Ending, word: usize, side: Side) -> u64 {
        let word_of = |row: &[u64]| row.get(word).copied().unwrap_or_default();
        let active = match self.asked {
            Asked::No => &self.wanted.strong,
            Asked::Yes => &self.scratch.active,
        };
        let patterns = self.scratch.cache.patterns(ending, self.matcher.automaton.words());
        let bits = word_of(patterns) & word_of(active) & !word_of(&self.scratch.settled);
        if ending.len < self.matcher.cut_from { bits & word_of(self.matcher.before_row(side)) } else { bits }
    }

    /// Tells whether one pattern is done with this start: it goes on further right, or finds this match.
    fn decide(&mut self, place: usize, whole: Span, side: Side) -> Decided {
        let Some(pattern) = self.matcher.patterns.get(place) else { return Decided::Yes };
        let Span { start, end } = whole;
        let resumed = has_bit(&self.scratch.resumed, place);
        if resumed && self.scratch.resume.get(place).is_some_and(|resume| *resume > start)
            || !pattern.may_begin(self.text, start)
        {
            return Decided::Yes;
        }
        let limit = floor_boundary(self.text, start.saturating_add(pattern.max_length()));
        if end > limit {
            return Decided::No;
        }
        let cut = end == limit && limit < self.text.len();
        if !cut && !pattern.may_end(self.text, end, side) {
            return Decided::No;
        }
        let Some(mut span) = pattern.judge(self.text, whole) else { return Decided::No };
        if cut && span.end == end {
            span.end = word_end(self.text, end);
        }
        set_bit(&mut self.scratch.resumed, place);
        if let Some(resume) = self.scratch.resume.get_mut(place) {
            *resume = end.max(span.end);
        }
        (self.found)(place, span);
        Decided::Yes
    }
}

/// Whether a pattern is done with a start.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decided {
    Yes,
    No,
}

impl Matcher {
    fn before_row(&self, side: Side) -> &[u64] {
        let [open, digit, letter, joint] = &self.before;
        match side {
            Side::Open => open,
            Side::Digit => digit,
            Side::Letter => letter,
            Side::Joint => joint,
        }
    }
}

/// Where the run of characters ends that a cut match stands in: up to white space, a quote or an angle bracket.
fn word_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')).map_or(text.len(), |len| at + len)
}

/// Tells whether two rows have a bit in common.
fn meet(one: &[u64], two: &[u64]) -> bool {
    one.iter().zip(two).any(|(one, two)| one & two != 0)
}

/// Sets one bit of a row.
pub(super) fn set_bit(row: &mut [u64], at: usize) {
    if let Some(word) = row.get_mut(at / 64) {
        *word |= 1 << (at % 64);
    }
}

/// Reads one bit of a row.
pub(super) fn has_bit(row: &[u64], at: usize) -> bool {
    row.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
}
