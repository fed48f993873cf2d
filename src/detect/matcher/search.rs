//! One text's way through the matcher.

use super::again::{Again, WALK_MAX};
use super::automaton::{Cache, Ending, StartId};
use super::starts::{Near, by_side};
use super::tokens::{Beside, Bits, LONG, Made, Meets, Sight, Token};
use super::trail::{Met, Trails};
use super::wanted::Active;
use super::{Matcher, Outside, Side, Span, Starts, floor_boundary, has_bit, set_bit, side_before};

/// Memory of a search, bound to one matcher.
#[derive(Debug, Default)]
pub(in crate::detect) struct MatchScratch {
    cache: Cache,
    endings: Vec<Endings>,
    /// Patterns of which a match may end somewhere behind the start at hand.
    open: Vec<u64>,
    /// Patterns that are done with the start at hand.
    settled: Vec<u64>,
    /// Patterns that found something in the text at hand, and where they go on.
    resumed: Vec<u64>,
    resume: Vec<usize>,
    /// Where all of them have gone on.
    resumed_until: usize,
    /// By group: the place before which nothing is tried again.
    tried: Vec<usize>,
    trails: Trails,
    again: Again,
}

impl MatchScratch {
    /// Forgets the text before.
    fn restart(&mut self) {
        self.resumed.clear();
        self.tried.clear();
        self.resumed_until = 0;
        self.trails.restart();
        self.again.restart();
    }

    /// Gives the bytes that were walked ever, how often the cache was begun anew, and its bytes.
    #[cfg(test)]
    pub(in crate::detect) fn work(&self) -> (u64, u64, usize) {
        (self.cache.steps, self.cache.clears, self.cache.memory())
    }
}

impl Matcher {
    /// Finds what active patterns find in a text; calls `found` with the pattern's place and the span, in no particular
    /// order.
    pub(in crate::detect) fn search(
        &self,
        text: &str,
        active: &Active,
        scratch: &mut MatchScratch,
        found: impl FnMut(usize, Span),
    ) {
        let mut search = Search::new(self, text, active, scratch, found);
        let hits = search.first_pass();
        search.pass_all(hits);
    }

    /// The same in a text that was read: where something may begin is known.
    pub(in crate::detect) fn search_sights(
        &self,
        text: &str,
        sights: &[Sight],
        active: &Active,
        scratch: &mut MatchScratch,
        found: impl FnMut(usize, Span),
    ) {
        let Some(outside) = &self.outside else { return };
        let mut search = Search::new(self, text, active, scratch, found);
        let mut words = Words { search: &mut search, outside, needles: 0 };
        words.meet(sights);
        let hits = words.needles;
        search.pass_all(hits);
    }

    /// The same as [`Self::search_sights`] in a long text, piece by piece. `next` reads a piece: it lists where in the text
    /// something may begin in it, and says what is active there. At the end it says no, and what was active anywhere.
    ///
    /// A pattern may be active in one piece and not in the one before, where no match of it reaches from one into the other:
    /// then it finds there what it finds where it is active everywhere.
    pub(in crate::detect) fn search_pieces(
        &self,
        text: &str,
        (sights, active): (&mut Vec<Sight>, &mut Active),
        scratch: &mut MatchScratch,
        mut found: impl FnMut(usize, Span),
        mut next: impl FnMut(&mut Vec<Sight>, &mut Active) -> More,
    ) {
        let Some(outside) = &self.outside else { return };
        scratch.restart();
        let mut needles = 0;
        loop {
            let more = next(sights, active);
            // What counts on a walk depends on what is active.
            scratch.trails.restart();
            scratch.again.restart();
            let mut search = Search { matcher: self, text, active, scratch, found: &mut found };
            if more == More::No {
                return search.pass_all(needles);
            }
            let mut words = Words { search: &mut search, outside, needles };
            words.meet(sights);
            needles = words.needles;
        }
    }

    /// Looks where the shape of a short ASCII text says that something may begin; none where nothing does.
    #[inline]
    pub(in crate::detect) fn sights_of(&self, text: &str, starts: Starts) -> Option<Starts> {
        let stands = |at: &usize| self.needles.around(text.as_bytes(), *at) != 0;
        let triggers = places(starts.triggers).filter(stands).fold(0, |triggers, at| triggers | 1 << at);
        (starts.matches | triggers != 0).then_some(Starts { triggers, ..starts })
    }

    /// The same as [`Self::search`] in a short ASCII text of whose shape it is known where something may begin.
    pub(in crate::detect) fn search_at(
        &self,
        text: &str,
        Starts { matches, triggers }: Starts,
        active: &Active,
        scratch: &mut MatchScratch,
        found: impl FnMut(usize, Span),
    ) {
        let mut search = Search::new(self, text, active, scratch, found);
        for at in places(matches) {
            search.begin_where_any(by_side(0, Side::before(text, at)), None, at);
        }
        let mut hits = 0;
        for at in places(triggers) {
            hits |= search.around_trigger(at);
        }
        search.pass_all(hits);
    }

    /// Finds what active patterns find as the whole text, which is nothing but fewer than [`LONG`] digits.
    ///
    /// Needles are no digits, so the patterns that have one find nothing.
    pub(in crate::detect) fn search_whole(
        &self,
        text: &str,
        active: &Active,
        scratch: &mut MatchScratch,
        mut found: impl FnMut(usize, Span),
    ) {
        let whole = Span::new(0, text.len());
        let keep = |place: usize, span: Span| {
            if span == whole {
                found(place, span);
            }
        };
        let token = Token { start: 0, len: text.len().min(LONG), made: Made::Digits };
        Search::new(self, text, active, scratch, keep).begin_where_any(by_side(0, Side::Open), Some(token), 0);
    }
}

/// Whether a text has one more piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::detect) enum More {
    Yes,
    No,
}

/// One text on its way through the matcher.
struct Search<'a, F> {
    matcher: &'a Matcher,
    text: &'a str,
    active: &'a Active,
    scratch: &'a mut MatchScratch,
    found: F,
}

/// Where matches of the same patterns may end, at every byte from the first to the last.
#[derive(Debug, Clone, Copy)]
struct Endings {
    first: Ending,
    /// The bytes of the longest match.
    last: usize,
}

impl Endings {
    fn goes_on(&self, ending: Ending) -> bool {
        self.first.row == ending.row && self.last + 1 == ending.len
    }
}

/// Whether a pattern is done with a start.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Decided {
    Yes,
    No,
}

impl<'a, F: FnMut(usize, Span)> Search<'a, F> {
    fn new(matcher: &'a Matcher, text: &'a str, active: &'a Active, scratch: &'a mut MatchScratch, found: F) -> Self {
        scratch.restart();
        Self { matcher, text, active, scratch, found }
    }

    /// Searches with the patterns that have no needle, and around needles; gives those that were met and have to be
    /// searched for anywhere, as bits.
    fn first_pass(&mut self) -> u64 {
        let Some(outside) = &self.matcher.outside else { return self.pass(0) };
        let (matcher, text) = (self.matcher, self.text);
        let mut words = Words { search: self, outside, needles: 0 };
        matcher.read(text.as_bytes(), &mut words);
        words.needles
    }

    /// Searches with the patterns of one group, byte by byte; gives the needles that were met, as bits.
    fn pass(&mut self, group: usize) -> u64 {
        let Some(begins) = self.matcher.begins.get(group) else { return 0 };
        let mut near = Near::Open;
        let mut met = 0;
        for (at, &byte) in self.text.as_bytes().iter().enumerate() {
            let before = near;
            near = Near::of(byte);
            if group == 0 && self.matcher.needles.have_trigger(byte) {
                met |= self.matcher.needles.around(self.text.as_bytes(), at);
            }
            if begins.at(before, byte) {
                self.try_at(group, before, at);
            }
        }
        met
    }

    /// Searches anywhere with the patterns of these needles, given as bits.
    fn pass_all(&mut self, mut needles: u64) {
        while needles != 0 {
            let group = needles.trailing_zeros() as usize;
            needles &= needles - 1;
            self.pass(group + 1);
        }
    }

    /// Searches around the needles whose trigger stands at `at`; gives those that are to be searched for anywhere.
    fn around_trigger(&mut self, at: usize) -> u64 {
        let mut met = self.matcher.needles.around(self.text.as_bytes(), at);
        let mut anywhere = 0;
        while met != 0 {
            let needle = met.trailing_zeros() as usize;
            met &= met - 1;
            anywhere |= u64::from(self.around(needle, at)) << needle;
        }
        anywhere
    }

    /// Begins with the patterns of one group at a byte with which one of them may.
    fn try_at(&mut self, group: usize, before: Near, at: usize) {
        if !self.text.is_char_boundary(at) || (group > 0 && self.is_done(group, at)) {
            return;
        }
        let side = match before {
            Near::Open => Side::Open,
            Near::Digit => Side::Digit,
            Near::Letter => Side::Letter,
            Near::Stop | Near::Other => Side::before(self.text, at),
        };
        self.begin_where_any(by_side(group, side), None, at);
    }

    /// Searches where matches may begin that have a needle's trigger at `at`; tells whether it is to be searched for
    /// anywhere.
    fn around(&mut self, needle: usize, at: usize) -> bool {
        let group = needle + 1;
        let Some(begins) = self.matcher.begins.get(group) else { return false };
        let Some(starts) = self.matcher.needles.starts(needle, at) else { return true };
        let tried = &mut self.scratch.tried;
        tried.resize(tried.len().max(group + 1), 0);
        let from =
            tried.get_mut(group).map_or(0, |tried| std::mem::replace(tried, starts.end() + 1)).max(*starts.start());
        let bytes = self.text.as_bytes();
        for at in from..=*starts.end() {
            if let Some((before, _)) = beside(bytes, at).filter(|(before, byte)| begins.at(*before, *byte)) {
                self.try_at(group, before, at);
            }
        }
        false
    }

    /// Tells whether every pattern of a group goes on further right only.
    fn is_done(&self, group: usize, at: usize) -> bool {
        let MatchScratch { resumed, resume, .. } = &*self.scratch;
        let done = |place: &usize| has_bit(resumed, *place) && resume.get(*place).is_some_and(|resume| *resume > at);
        self.matcher.groups.get(group).is_some_and(|group| group.iter().all(done))
    }

    /// Walks from a start where an active pattern may begin, with this word where one begins there.
    #[inline]
    fn begin_where_any(&mut self, start: StartId, word: Option<Token>, at: usize) {
        let Self { matcher, text, active, .. } = *self;
        if let Some(level) = matcher.prefixes.may_begin(start, word, active, (text.as_bytes(), at)) {
            self.begin(matcher.of_level(level, start), at);
        }
    }

    /// Walks from a start, and settles what may have matched.
    fn begin(&mut self, start: StartId, at: usize) {
        let remembers = self.text.len() >= self.matcher.again_from;
        if remembers && self.scratch.again.is_vain(start, (self.text.as_bytes(), at)) {
            return;
        }
        let MatchScratch { cache, endings, open, trails, resumed, resume, .. } = &mut *self.scratch;
        let (matcher, active) = (self.matcher, self.active);
        let text = self.text.as_bytes();
        endings.clear();
        let walked = matcher.automaton.walk(start, (text, at), cache, trails, |ending, row| {
            // A match that may end at every byte (a web address) is asked once, and settled from its longest.
            if let Some(last) = endings.last_mut().filter(|last| last.goes_on(ending)) {
                last.last = ending.len;
                return Met::Ending;
            }
            let before = matcher.before_byte(text.get(at + ending.len));
            let cut = u64::from(ending.len >= matcher.cut_from).wrapping_neg();
            let bits = |(row, (active, before)): (&u64, (&u64, &u64))| row & active & (before | cut);
            let words = || row.iter().zip(active.row.iter().zip(before)).map(bits);
            // Most of what ends is not wanted; all words are asked together.
            if words().fold(0, |all, bits| all | bits) == 0 {
                return Met::Nothing;
            }
            let mut met = Met::Nothing;
            for (word, bits) in words().enumerate().filter(|(_, bits)| *bits != 0) {
                met = met.and(spared(bits, word, at, (resumed, resume)));
            }
            if met == Met::Ending {
                if endings.is_empty() {
                    open.clear();
                    open.resize(row.len(), 0);
                }
                let wanted = row.iter().zip(&active.row).map(|(row, active)| row & active);
                open.iter_mut().zip(wanted).for_each(|(open, bits)| *open |= bits);
                endings.push(Endings { first: ending, last: ending.len });
            }
            met
        });
        if !endings.is_empty() {
            self.settle(at);
        }
        // Where a pattern goes on further right, what it would find here is not known.
        if remembers && walked <= WALK_MAX && self.scratch.resumed_until <= at {
            self.scratch.again.note(start, (text, at));
        }
    }

    /// Decides what the patterns find at a start, each from its longest match to its shortest.
    #[inline(never)]
    fn settle(&mut self, at: usize) {
        let words = self.matcher.automaton.words();
        self.scratch.settled.clear();
        self.scratch.settled.resize(words, 0);
        for place in (0..self.scratch.endings.len()).rev() {
            let Some(Endings { first, last }) = self.scratch.endings.get(place).copied() else { break };
            for len in (first.len..=last).rev() {
                if self.settle_ending(Ending { len, ..first }, at) == Decided::Yes {
                    return;
                }
            }
        }
    }

    /// Decides what the patterns find that end there; tells whether all are done with the start.
    fn settle_ending(&mut self, ending: Ending, at: usize) -> Decided {
        let end = at + ending.len;
        if !self.text.is_char_boundary(end) {
            return Decided::No;
        }
        let side = Side::after(self.text, end);
        for word in 0..self.active.row.len() {
            let mut bits = self.candidates(ending, word, side);
            while bits != 0 {
                let pattern = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                if self.decide(pattern, Span::new(at, end), side) == Decided::Yes {
                    let MatchScratch { settled, open, .. } = &mut *self.scratch;
                    set_bit(settled, pattern);
                    if open.iter().zip(settled).all(|(open, settled)| *open & !*settled == 0) {
                        return Decided::Yes;
                    }
                }
            }
        }
        Decided::No
    }

    /// Gives 64 bits of the patterns that may find what ends here.
    fn candidates(&self, ending: Ending, word: usize, side: Side) -> u64 {
        let word_of = |row: &[u64]| row.get(word).copied().unwrap_or_default();
        let patterns = self.scratch.cache.patterns(ending, self.matcher.automaton.words());
        let bits = word_of(patterns) & word_of(&self.active.row) & !word_of(&self.scratch.settled);
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
        self.resume_from(place, end.max(span.end));
        (self.found)(place, span);
        Decided::Yes
    }

    fn resume_from(&mut self, place: usize, at: usize) {
        let MatchScratch { resumed, resume, resumed_until, .. } = &mut *self.scratch;
        resumed.resize(self.matcher.automaton.words(), 0);
        resume.resize(self.matcher.patterns.len(), 0);
        set_bit(resumed, place);
        if let Some(resume) = resume.get_mut(place) {
            *resume = at;
        }
        *resumed_until = at.max(*resumed_until);
    }
}

/// Gives the places of bits.
fn places(bits: u32) -> impl Iterator<Item = usize> {
    let rest = std::iter::successors(Some(bits), |bits| Some(bits & bits.wrapping_sub(1)));
    rest.take_while(|bits| *bits != 0).map(|bits| bits.trailing_zeros() as usize)
}

/// Tells whether what ends counts for a walk that begins at `at`: not where all patterns go on further right.
fn spared(mut bits: u64, word: usize, at: usize, (resumed, resume): (&[u64], &[usize])) -> Met {
    if bits & !resumed.get(word).copied().unwrap_or_default() != 0 {
        return Met::Ending;
    }
    let mut until = usize::MAX;
    while bits != 0 {
        let place = word * 64 + bits.trailing_zeros() as usize;
        bits &= bits - 1;
        until = until.min(resume.get(place).copied().unwrap_or_default());
    }
    if until > at { Met::Spared(until) } else { Met::Ending }
}

/// A text that is read word by word.
struct Words<'s, 'a, F> {
    search: &'s mut Search<'a, F>,
    outside: &'a Outside,
    /// The needles that were met and have to be searched for anywhere, as bits.
    needles: u64,
}

impl<F: FnMut(usize, Span)> Words<'_, '_, F> {
    /// Begins where something may.
    fn meet(&mut self, sights: &[Sight]) {
        for one in sights {
            match *one {
                Sight::Word(token) => self.word(token),
                Sight::Digits { at, len } => self.inner_digit(at, len),
                Sight::Mark(at) => self.mark(at),
                Sight::Byte(at) => self.byte(at),
            }
        }
    }

    fn word(&mut self, token: Token) {
        let side = side_before(self.search.text, token.start);
        self.search.begin_where_any(by_side(0, side), Some(token), token.start);
    }
}

impl<F: FnMut(usize, Span)> Meets for Words<'_, '_, F> {
    fn token(&mut self, token: Token, bits: Bits) {
        if bits.beside == Beside::Plain {
            self.word(token);
        }
    }

    fn inner_digit(&mut self, at: usize, len: usize) {
        // A character beyond ASCII behind it is no kind of its own.
        let is_plain = self.search.text.as_bytes().get(at + len).is_none_or(u8::is_ascii);
        let number = is_plain.then_some(Token { start: at, len, made: Made::Digits });
        self.search.begin_where_any(by_side(0, Side::Letter), number, at);
    }

    fn mark(&mut self, at: usize) {
        let Search { text, active, .. } = *self.search;
        let Some(&byte) = text.as_bytes().get(at) else { return };
        let mark = self.outside.mark(byte);
        if mark.finds {
            self.needles |= self.search.around_trigger(at);
        }
        if mark.begins && self.outside.may_begin(active.level, text.as_bytes().get(at..).unwrap_or_default()) {
            self.search.begin_where_any(by_side(0, Side::before(text, at)), None, at);
        }
    }

    fn byte(&mut self, at: usize) {
        let Search { matcher, text, .. } = *self.search;
        let Some((before, byte)) = beside(text.as_bytes(), at) else { return };
        if matcher.needles.have_trigger(byte) {
            self.needles |= self.search.around_trigger(at);
        }
        if matcher.begins.first().is_some_and(|begins| begins.at(before, byte)) {
            self.search.try_at(0, before, at);
        }
    }
}

/// Gives a byte and what the one before it tells.
pub(super) fn beside(text: &[u8], at: usize) -> Option<(Near, u8)> {
    let before = at.checked_sub(1).and_then(|at| text.get(at)).map_or(Near::Open, |byte| Near::of(*byte));
    text.get(at).map(|byte| (before, *byte))
}

/// Where the run of characters ends that a cut match stands in: up to white space, a quote or an angle bracket.
fn word_end(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '<' | '>')).map_or(text.len(), |len| at + len)
}
