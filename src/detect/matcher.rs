//! All patterns as one lazily built automaton, and the search with it.
//!
//! What a pattern finds is defined without the automaton: at each character, from left to right, the longest match
//! within `max_length` that its neighbours, its validators and its look-around allow (one that is cut there is found to
//! the end of the word it stands in); after a match the search goes on behind it, else one character further. The cost is linear: each start reads at most `max_length` bytes, and only
//! starts are tried whose first byte and left neighbour fit.

use fancy_regex::Regex as FancyRegex;
use regex_automata::hybrid::dfa::{Cache, DFA};
use regex_automata::meta::Regex as MetaRegex;
use regex_automata::nfa::thompson;
use regex_automata::{Anchored, Input, MatchKind, PatternID};
use regex_syntax::hir::{Hir, Look};

use super::boundary::{Boundary, Side, floor_boundary};
use super::document::PatternDeclaration;
use super::shape::{self, Counts, Emptiness};
use super::validate::Validator;
use crate::model::{RecognizerIndex, Score, Span};

/// Bytes of the automaton's cache; cleared when full. One for each worker.
const CACHE_MAX: usize = 8 << 20;
/// Bytes of one pattern's program; the longest built-in needs under 200 kB.
const PROGRAM_MAX: usize = 1 << 20;
/// Bytes of text around a start that look-around may see.
const WINDOW_MAX: usize = 256;
/// Bytes of that window before the start.
const WINDOW_BEFORE: usize = 64;
/// Steps that look-around may take in its window; beyond, the window counts as found.
const BACKTRACK_MAX: usize = 10_000;

/// One pattern, compiled.
#[derive(Debug)]
pub(super) struct Pattern {
    pub(super) recognizer: RecognizerIndex,
    pub(super) place: u16,
    pub(super) base: Score,
    pub(super) validators: Vec<&'static Validator>,
    needed: Counts,
    first: Box<[bool; 256]>,
    boundary: Boundary,
    not_before: Vec<String>,
    not_after: Vec<String>,
    max_length: usize,
    value: Option<MetaRegex>,
    look_around: Option<FancyRegex>,
    hir: Hir,
}

impl Pattern {
    /// Compiles one pattern.
    ///
    /// # Errors
    /// What is wrong with it, in words.
    pub(super) fn new(
        declared: &PatternDeclaration,
        recognizer: RecognizerIndex,
        place: u16,
        validators: &[&'static Validator],
    ) -> Result<Self, String> {
        let mut parser = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).nest_limit(50).build();
        let hir = parser.parse(&declared.regex).map_err(|error| reason(&error))?;
        if !hir.properties().look_set().is_empty() {
            return Err(
                "regex: no anchors and no \\b; `boundary`, `not_before` and `not_after` read the neighbours".into()
            );
        }
        let mut first = Box::new([false; 256]);
        if shape::first_bytes(&hir, &mut first) == Emptiness::Possible {
            return Err("regex: can match nothing at all".into());
        }
        thompson_compiler().build_from_hir(&hir).map_err(|_| "regex: is too large".to_owned())?;
        let value = if hir_has_value_group(&declared.regex) {
            let whole = Hir::concat(vec![Hir::look(Look::Start), hir.clone(), Hir::look(Look::End)]);
            let config = MetaRegex::config().utf8_empty(false);
            let regex = MetaRegex::builder().configure(config).build_from_hir(&whole);
            Some(regex.map_err(|_| "regex: is too large".to_owned())?)
        } else {
            None
        };
        let look_around = match &declared.look_around {
            Some(regex) => Some(
                fancy_regex::RegexBuilder::new(regex)
                    .backtrack_limit(BACKTRACK_MAX)
                    .build()
                    .map_err(|_| "look_around: is no regular expression".to_owned())?,
            ),
            None => None,
        };
        Ok(Self {
            recognizer,
            place,
            base: declared.score,
            validators: validators.to_vec(),
            needed: shape::needed(&hir),
            first,
            boundary: declared.boundary,
            not_before: declared.not_before.clone(),
            not_after: declared.not_after.clone(),
            max_length: declared.max_length,
            value,
            look_around,
            hir,
        })
    }

    /// Tells whether a text with these counts can hold a match.
    pub(super) const fn fits(&self, counts: Counts) -> bool {
        counts.covers(self.needed)
    }

    /// Tells whether the text before `at` may stand there.
    fn may_begin(&self, text: &str, at: usize) -> bool {
        self.not_before.iter().all(|no| !text.get(..at).unwrap_or_default().ends_with(no.as_str()))
    }

    /// Tells whether the text from `end` on may stand there.
    fn may_end(&self, text: &str, end: usize) -> bool {
        self.boundary.allows(Side::after(text, end))
            && self.not_after.iter().all(|no| !text.get(end..).unwrap_or_default().starts_with(no.as_str()))
    }

    /// Judges one match by its value, validators and look-around; gives what is found.
    fn judge(&self, text: &str, whole: Span) -> Option<Span> {
        let span = match &self.value {
            Some(regex) => {
                let mut captures = regex.create_captures();
                regex.captures(Input::new(whole.of(text)), &mut captures);
                let group = captures.get_group_by_name("value")?;
                Span::new(group.start, group.end).shifted(whole.start)
            }
            None => whole,
        };
        if span.is_empty() || !self.validators.iter().all(|validator| (validator.accepts)(span.of(text))) {
            return None;
        }
        match &self.look_around {
            None => Some(span),
            Some(regex) => look_around(regex, text, whole, span),
        }
    }
}

/// Looks around a match in a window of the text; a search that takes too long finds the whole window.
fn look_around(regex: &FancyRegex, text: &str, whole: Span, span: Span) -> Option<Span> {
    let start = floor_boundary(text, whole.start.saturating_sub(WINDOW_BEFORE));
    let window = Span::new(start, floor_boundary(text, start + WINDOW_MAX).max(whole.end));
    match regex.find_from_pos(window.of(text), whole.start - start) {
        Ok(Some(found)) if (found.start() + start, found.end() + start) == (whole.start, whole.end) => Some(span),
        Ok(_) => None,
        Err(_) => Some(window),
    }
}

fn hir_has_value_group(regex: &str) -> bool {
    regex.contains("(?<value>") || regex.contains("(?P<value>")
}

/// A parser's reason without the pattern's text.
fn reason(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => format!("regex: {}", error.kind()),
        regex_syntax::Error::Translate(error) => format!("regex: {}", error.kind()),
        _ => "regex: is no regular expression".to_owned(),
    }
}

fn thompson_compiler() -> thompson::Compiler {
    let mut compiler = thompson::Compiler::new();
    compiler.configure(thompson::Config::new().utf8(false).nfa_size_limit(Some(PROGRAM_MAX)));
    compiler
}

/// All patterns of a set.
#[derive(Debug)]
pub(super) struct Matcher {
    patterns: Vec<Pattern>,
    dfa: DFA,
    /// Words of one row of bits.
    words: usize,
    /// 256 rows: which patterns can begin with this byte.
    first: Vec<u64>,
    /// A row for each [`Side`]: which patterns can begin beside it.
    beside: [Vec<u64>; 4],
}

/// Memory of a search, bound to one matcher.
#[derive(Debug)]
pub(super) struct MatchScratch {
    cache: Cache,
    ends: Vec<usize>,
    resume: Vec<usize>,
}

impl Matcher {
    /// Puts compiled patterns together.
    ///
    /// # Errors
    /// Where they are too large together.
    pub(super) fn new(patterns: Vec<Pattern>) -> Result<Self, String> {
        let hirs: Vec<&Hir> = patterns.iter().map(|pattern| &pattern.hir).collect();
        let mut compiler = thompson::Compiler::new();
        compiler.configure(thompson::Config::new().utf8(false).which_captures(thompson::WhichCaptures::None));
        let nfa = compiler.build_many_from_hir(&hirs).map_err(|_| "the patterns are too large together".to_owned())?;
        let config = DFA::config()
            .match_kind(MatchKind::All)
            .starts_for_each_pattern(true)
            .cache_capacity(CACHE_MAX)
            .skip_cache_capacity_check(true);
        let dfa = DFA::builder()
            .configure(config)
            .build_from_nfa(nfa)
            .map_err(|_| "the patterns are too large together".to_owned())?;
        let words = patterns.len().div_ceil(64);
        let mut first = vec![0; words * 256];
        let mut beside = Side::ALL.map(|_| vec![0; words]);
        for (at, pattern) in patterns.iter().enumerate() {
            for (byte, _) in pattern.first.iter().enumerate().filter(|(_, begins)| **begins) {
                set_bit(first.get_mut(byte * words..).unwrap_or_default(), at);
            }
            for (row, side) in beside.iter_mut().zip(Side::ALL) {
                if pattern.boundary.allows(side) {
                    set_bit(row, at);
                }
            }
        }
        Ok(Self { patterns, dfa, words, first, beside })
    }

    pub(super) fn patterns(&self) -> &[Pattern] {
        &self.patterns
    }

    pub(super) fn scratch(&self) -> MatchScratch {
        MatchScratch { cache: self.dfa.create_cache(), ends: Vec::new(), resume: Vec::new() }
    }

    /// Finds what the patterns with a bit in `active` find; calls `found` with the pattern's place and the span.
    pub(super) fn search(
        &self,
        text: &str,
        active: &[u64],
        scratch: &mut MatchScratch,
        mut found: impl FnMut(usize, Span),
    ) {
        scratch.resume.clear();
        scratch.resume.resize(self.patterns.len(), 0);
        for (at, &byte) in text.as_bytes().iter().enumerate() {
            let row = self.first.get(usize::from(byte) * self.words..).unwrap_or_default();
            if row.iter().zip(active).all(|(row, active)| row & active == 0) || !text.is_char_boundary(at) {
                continue;
            }
            let beside = self.beside_row(Side::before(text, at));
            for (word, ((row, active), beside)) in row.iter().zip(active).zip(beside).enumerate() {
                let mut bits = row & active & beside;
                while bits != 0 {
                    let place = word * 64 + bits.trailing_zeros() as usize;
                    bits &= bits - 1;
                    if let Some((span, end)) = self.at(place, text, at, scratch) {
                        found(place, span);
                        if let Some(resume) = scratch.resume.get_mut(place) {
                            *resume = end;
                        }
                    }
                }
            }
        }
    }

    /// Finds what the patterns with a bit in `active` find as the whole text.
    pub(super) fn search_whole(
        &self,
        text: &str,
        active: &[u64],
        scratch: &mut MatchScratch,
        mut found: impl FnMut(usize, Span),
    ) {
        scratch.resume.clear();
        scratch.resume.resize(self.patterns.len(), 0);
        for place in 0..self.patterns.len() {
            if has_bit(active, place)
                && let Some((span, _)) = self.at(place, text, 0, scratch)
                && span == Span::new(0, text.len())
            {
                found(place, span);
            }
        }
    }

    fn beside_row(&self, side: Side) -> &[u64] {
        let [open, digit, letter, joint] = &self.beside;
        match side {
            Side::Open => open,
            Side::Digit => digit,
            Side::Letter => letter,
            Side::Joint => joint,
        }
    }

    /// Finds the longest allowed match of one pattern that begins at `at`; gives what is found and where to go on.
    fn at(&self, place: usize, text: &str, at: usize, scratch: &mut MatchScratch) -> Option<(Span, usize)> {
        let pattern = self.patterns.get(place)?;
        if scratch.resume.get(place).is_some_and(|resume| *resume > at) || !pattern.may_begin(text, at) {
            return None;
        }
        let limit = floor_boundary(text, at.saturating_add(pattern.max_length));
        let MatchScratch { cache, ends, .. } = scratch;
        ends.clear();
        if self.walk(place, text.as_bytes(), Span::new(at, limit), cache, ends).is_none() {
            // Never seen: the automaton gave up. What cannot be searched counts as found.
            return Some((Span::new(at, limit), limit));
        }
        for &end in ends.iter().rev() {
            let cut = end == limit && limit < text.len();
            if text.is_char_boundary(end)
                && (cut || pattern.may_end(text, end))
                && let Some(mut span) = pattern.judge(text, Span::new(at, end))
            {
                if cut && span.end == end {
                    span.end = word_end(text, end);
                }
                return Some((span, end.max(span.end)));
            }
        }
        None
    }

    /// Collects every end of a match of one pattern that begins where the window does; none where it gave up.
    fn walk(&self, place: usize, bytes: &[u8], window: Span, cache: &mut Cache, ends: &mut Vec<usize>) -> Option<()> {
        let pattern = PatternID::new(place).ok()?;
        let input = Input::new(bytes).range(window.start..window.end).anchored(Anchored::Pattern(pattern));
        let mut state = self.dfa.start_state_forward(cache, &input).ok()?;
        for (at, &byte) in bytes.iter().enumerate().take(window.end).skip(window.start) {
            state = self.dfa.next_state(cache, state, byte).ok()?;
            if state.is_tagged() {
                if state.is_match() {
                    ends.push(at);
                } else if state.is_dead() {
                    return Some(());
                } else if state.is_quit() {
                    return None;
                }
            }
        }
        state = self.dfa.next_eoi_state(cache, state).ok()?;
        if state.is_match() {
            ends.push(window.end);
        }
        Some(())
    }
}

/// Where the run of characters ends that a cut match stands in: up to white space, a quote or an angle bracket.
fn word_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')).map_or(text.len(), |len| at + len)
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
