//! Whether a pattern accepts all that may come of the texts it accepts, found by walking through its automaton.

use crate::model::{Form, Rewritten};
use regex_automata::dfa::{Automaton, StartKind, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::{primitives::StateID, start};
use regex_automata::{Anchored, MatchKind};
use std::collections::HashSet;

/// Bytes of one automaton; of a larger one it cannot be told.
const AUTOMATON_MAX: usize = 16 << 20;
/// Places that one walk may come to.
const PLACES_MAX: usize = 20_000;

/// What is known of all that may come of texts that a pattern accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The pattern accepts all of it.
    Within,
    /// It does not.
    Outside,
    /// The operator takes no text that it accepts.
    Nothing,
}

/// Tells whether a pattern accepts every text of a language, itself a regular expression of whole texts; none where it cannot be
/// told.
pub(super) fn accepts(pattern: &str, language: &str) -> Option<bool> {
    let (language, pattern) = (Machine::whole(language)?, Machine::of(pattern)?);
    walk((language.start()?, pattern.start()?), |(one, other)| {
        if one.is_dead(&language) {
            return Next::On(Vec::new());
        }
        if one == Read::Lost || other == Read::Lost {
            return Next::Unknown;
        }
        if one.accepts(&language) && !other.accepts(&pattern) {
            return Next::Found;
        }
        Next::On((0..=u8::MAX).map(|byte| (one.on(&language, byte), other.on(&pattern, byte))).collect())
    })
    .map(|found| !found)
}

/// Tells whether a pattern accepts any value of a form; none where it cannot be told.
pub(super) fn meets(pattern: &str, form: &Form) -> Option<bool> {
    let (taken, own) = (Machine::whole(&form.of)?, Machine::of(pattern)?);
    walk((taken.start()?, own.start()?), |(one, other)| {
        if one.is_dead(&taken) {
            return Next::On(Vec::new());
        }
        if one == Read::Lost || other == Read::Lost {
            return Next::Unknown;
        }
        if one.accepts(&taken) && other.accepts(&own) {
            return Next::Found;
        }
        Next::On((0..=u8::MAX).map(|byte| (one.on(&taken, byte), other.on(&own, byte))).collect())
    })
}

/// Tells how many characters of a set the texts have at most that a pattern accepts and that have no others beside them than
/// `others`, counted up to `count_max`, of texts of `len_max` characters or fewer; none where it cannot be told.
pub(super) fn count(
    pattern: &str,
    (set, others): (&str, &str),
    count_max: usize,
    len_max: Option<usize>,
) -> Option<usize> {
    let own = Machine::of(pattern)?;
    let all = set.chars().map(|c| (c, 1)).chain(others.chars().map(|c| (c, 0)));
    let all: Vec<(char, usize)> = all.collect();
    let mut most = 0;
    // What is read, how many characters of the set and, where there is a bound, how many in all.
    walk((own.start()?, 0_usize, 0_usize), |(read, count, len)| {
        if read.is_dead(&own) {
            return Next::On(Vec::new());
        }
        if read == Read::Lost {
            return Next::Unknown;
        }
        if read.accepts(&own) {
            most = most.max(count);
            if count >= count_max {
                return Next::Found;
            }
        }
        if len_max.is_some_and(|max| len >= max) {
            return Next::On(Vec::new());
        }
        let on = |(c, counts): &(char, usize)| {
            let read = c.encode_utf8(&mut [0; 4]).bytes().fold(read, |read, byte| read.on(&own, byte));
            (read, (count + counts).min(count_max), if len_max.is_some() { len + 1 } else { 0 })
        };
        Next::On(all.iter().map(on).collect())
    })?;
    Some(most)
}

/// Tells what becomes of the texts that a pattern accepts where each form of them becomes a language; none where it cannot be
/// told.
pub(super) fn forms(pattern: &str, forms: &[Form]) -> Option<Verdict> {
    let mut verdict = Verdict::Nothing;
    for form in forms {
        let meets = meets(pattern, form)?;
        if meets && !accepts(pattern, &form.becomes)? {
            return Some(Verdict::Outside);
        }
        verdict = if meets { Verdict::Within } else { verdict };
    }
    Some(verdict)
}

/// Tells what becomes of the texts that a pattern accepts where characters of them are written anew; none where it cannot be told.
pub(super) fn rewritten(pattern: &str, new: &Rewritten) -> Option<Verdict> {
    let sets = [new.changed.as_deref(), new.others.as_deref()];
    if sets.into_iter().flatten().any(|set| !set.is_ascii()) {
        return None;
    }
    let own = Machine::of(pattern)?;
    let mut taken = false;
    let start = own.start()?;
    let begin =
        |is_enough| Place { old: start, new: start, count: 0, zone: Zone::Head(0), is_enough, bytes: 0, is_kept: true };
    for begin in [true, false].map(begin).into_iter().filter(|begin| begin.is_enough || new.least > 0) {
        let found = walk(begin, |place| {
            let (old, written) = (place.old, place.new);
            if old.is_dead(&own) {
                return Next::On(Vec::new());
            }
            if old == Read::Lost || written == Read::Lost {
                return Next::Unknown;
            }
            if place.ends(new) && old.accepts(&own) {
                taken = true;
                if !written.accepts(&own) {
                    return Next::Found;
                }
            }
            let mut next = Vec::new();
            for byte in 0..=u8::MAX {
                place.on(&own, byte, new, &mut next);
            }
            Next::On(next)
        })?;
        if found {
            return Some(Verdict::Outside);
        }
    }
    Some(if taken { Verdict::Within } else { Verdict::Nothing })
}

/// What is done at a place.
enum Next<P> {
    /// What was looked for is here.
    Found,
    /// It cannot be told.
    Unknown,
    /// It goes on there.
    On(Vec<P>),
}

/// Walks to every place that can be reached, until what is looked for is found; none where there are too many.
fn walk<P: Copy + Eq + std::hash::Hash>(start: P, mut look: impl FnMut(P) -> Next<P>) -> Option<bool> {
    let mut known = HashSet::from([start]);
    let mut left = vec![start];
    while let Some(place) = left.pop() {
        let next = match look(place) {
            Next::Found => return Some(true),
            Next::Unknown => return None,
            Next::On(next) => next,
        };
        for place in next {
            if known.insert(place) {
                left.push(place);
            }
        }
        if known.len() > PLACES_MAX {
            return None;
        }
    }
    Some(false)
}

/// A pattern as an automaton that reads bytes.
struct Machine(dense::DFA<Vec<u32>>);

impl Machine {
    /// Reads a pattern that may be found anywhere in a text.
    fn of(pattern: &str) -> Option<Self> {
        let config = dense::Config::new()
            .start_kind(StartKind::Unanchored)
            .match_kind(MatchKind::All)
            .dfa_size_limit(Some(AUTOMATON_MAX))
            .determinize_size_limit(Some(AUTOMATON_MAX));
        let build = |config| {
            let states = thompson::Config::new().nfa_size_limit(Some(AUTOMATON_MAX));
            dense::Builder::new().configure(config).thompson(states).build(pattern).ok().map(Self)
        };
        // With word boundaries of Unicode, it gives up where it meets anything but ASCII.
        build(config.clone()).or_else(|| build(config.unicode_word_boundary(true)))
    }

    /// Reads a pattern of whole texts.
    fn whole(pattern: &str) -> Option<Self> {
        Self::of(&format!(r"\A(?:{pattern})\z"))
    }

    fn start(&self) -> Option<Read> {
        self.0.start_state(&start::Config::new().anchored(Anchored::No)).ok().map(Read::At)
    }
}

/// How far a text was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Read {
    At(StateID),
    /// It was found, whatever follows.
    Found,
    /// It cannot be told.
    Lost,
}

impl Read {
    fn on(self, automaton: &Machine, byte: u8) -> Self {
        let Self::At(state) = self else { return self };
        let next = automaton.0.next_state(state, byte);
        match () {
            () if automaton.0.is_match_state(next) => Self::Found,
            () if automaton.0.is_quit_state(next) => Self::Lost,
            () => Self::At(next),
        }
    }

    fn accepts(self, automaton: &Machine) -> bool {
        match self {
            Self::Found => true,
            Self::Lost => false,
            Self::At(state) => automaton.0.is_match_state(automaton.0.next_eoi_state(state)),
        }
    }

    fn is_dead(self, automaton: &Machine) -> bool {
        matches!(self, Self::At(state) if automaton.0.is_dead_state(state))
    }
}

/// How far a text was read, and beside it what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    old: Read,
    new: Read,
    /// Characters that count, up to so many as must be there.
    count: usize,
    zone: Zone,
    /// Whether there will be so many.
    is_enough: bool,
    /// Bytes of the character that are still to come, and whether it stays.
    bytes: u8,
    is_kept: bool,
}

/// Where in the text a place is; what is kept at the end is guessed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Zone {
    Head(usize),
    Middle,
    Tail(usize),
}

impl Place {
    /// Tells whether a text may end here.
    fn ends(&self, new: &Rewritten) -> bool {
        let is_last = match self.zone {
            Zone::Tail(count) => count == new.last,
            Zone::Head(_) | Zone::Middle => new.last == 0 || !self.is_enough,
        };
        self.bytes == 0 && is_last && (self.count >= new.least) == self.is_enough
    }

    /// Appends where a byte of the text leads.
    fn on(&self, own: &Machine, byte: u8, new: &Rewritten, next: &mut Vec<Self>) {
        let (old, written) = (self.old, self.new);
        let begins = !(0x80..0xC0).contains(&byte);
        if begins != (self.bytes == 0) {
            return;
        }
        let read = Self { old: old.on(own, byte), ..*self };
        let as_is = |place: Self| Self { new: written.on(own, byte), is_kept: true, ..place };
        if !begins {
            let read = Self { bytes: self.bytes - 1, ..read };
            return next.push(if self.is_kept { as_is(read) } else { read });
        }
        let Some(bytes) = following(byte) else { return };
        let has = |set: &str| byte.is_ascii() && set.as_bytes().contains(&byte);
        let is_other = new.others.as_deref().is_none_or(has);
        let is_changed = match &new.changed {
            Some(set) => has(set),
            None => !new.others.as_deref().is_some_and(has),
        };
        let read = Self { bytes, ..read };
        if !is_changed {
            if is_other {
                next.push(as_is(read));
            }
            return;
        }
        let read = Self { count: (self.count + 1).min(new.least), ..read };
        let mut changed = |zone| {
            let on = |c: char| {
                let bytes = c.encode_utf8(&mut [0; 4]).bytes().fold(written, |read, byte| read.on(own, byte));
                Self { new: bytes, zone, is_kept: false, ..read }
            };
            next.extend(new.written.chars().map(on));
        };
        if !self.is_enough {
            return changed(Zone::Middle);
        }
        match self.zone {
            Zone::Head(count) if count < new.first => next.push(as_is(Self { zone: Zone::Head(count + 1), ..read })),
            Zone::Head(_) | Zone::Middle => {
                changed(Zone::Middle);
                if new.last > 0 {
                    next.push(as_is(Self { zone: Zone::Tail(1), ..read }));
                }
            }
            Zone::Tail(count) if count < new.last => next.push(as_is(Self { zone: Zone::Tail(count + 1), ..read })),
            Zone::Tail(_) => {}
        }
    }
}

/// Tells how many bytes follow the first of a character in UTF-8; none where it is no first one.
const fn following(byte: u8) -> Option<u8> {
    match byte {
        0..=0x7F => Some(0),
        0xC2..=0xDF => Some(1),
        0xE0..=0xEF => Some(2),
        0xF0..=0xF4 => Some(3),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_within_a_pattern_or_not() {
        for (pattern, language, expected) in [
            ("^[0-9a-f]{64}$", "[0-9a-f]{64}", true),
            ("^[0-9a-f]+$", "[0-9a-f]{64}", true),
            ("^[a-f][0-9a-f]*$", "[0-9a-f]{64}", false),
            ("[0-9]", "[0-9]{4}-Q[1-4]", true),
            ("^[0-9]{4}$", "[0-9]{4}-Q[1-4]", false),
            ("^tok_", "tok_[a-z2-7]{10,}", true),
            ("^tok_[a-z2-7]{1,600}$", "tok_[a-z2-7]{10,}", false),
            ("^[A-Z][a-zé]+ [A-Z]", "(?:Ada|Zoé) (?:Lovelace|Hopper)", true),
            ("^[A-Z][a-z]+ [A-Z]", "(?:Ada|Zoé) (?:Lovelace|Hopper)", false),
            ("", "x*", true),
        ] {
            assert_eq!(accepts(pattern, language), Some(expected), "{pattern} {language}");
        }
        assert_eq!(accepts(r"\bx\b", "x"), Some(true));
        assert_eq!(accepts(r"\bx\b", "éx"), None, "word boundaries of Unicode are not walked beside other letters");
    }

    #[test]
    fn forms_count_that_the_pattern_accepts() {
        let form = |of: &str, becomes: &str| Form { of: of.to_owned(), becomes: becomes.to_owned() };
        let all = [
            form("[0-9]{1,3}(?:\\.[0-9]{1,3}){3}", "[0-9]{1,3}(?:\\.[0-9]{1,3}){2}\\.0"),
            form("[0-9a-f:]+", "[0-9a-f:]+"),
        ];
        for (pattern, expected) in [
            (r"^[0-9.]+$", Verdict::Outside),
            (r"^[0-9]+(\.[0-9]+){3}$", Verdict::Within),
            (r"^10\.[0-9]+\.[0-9]+\.[0-9]+$", Verdict::Outside),
            ("^[A-Z]+$", Verdict::Nothing),
        ] {
            // Digits alone are of the second form.
            assert_eq!(forms(pattern, &all), Some(expected), "{pattern}");
        }
    }

    #[test]
    fn what_is_written_anew_is_followed_through_the_pattern() {
        let digits = || Some("0123456789".to_owned());
        let fpe = |first, last| Rewritten {
            changed: digits(),
            others: Some(" -./()+".to_owned()),
            written: digits().unwrap(),
            first,
            last,
            least: 0,
        };
        for (pattern, first, last, expected) in [
            ("^[0-9]{3}-[0-9]{2}-[0-9]{4}$", 0, 0, Verdict::Within),
            ("^4[0-9]{15}$", 0, 0, Verdict::Outside),
            ("^4[0-9]{15}$", 1, 0, Verdict::Within),
            ("^(4[0-9]{3}|5[1-5][0-9]{2}|3[47][0-9]{2})[0-9]{11,12}$", 6, 0, Verdict::Within),
            ("^(4[0-9]{3}|5[1-5][0-9]{2})[0-9]{12}$", 1, 0, Verdict::Outside),
            ("^(?:4[0-9]{12}(?:[0-9]{3})?|5[1-5][0-9]{14})$", 6, 0, Verdict::Within),
            ("^[0-9]{12}(47|48)$", 0, 2, Verdict::Within),
            ("^[0-9]{12}(47|48)$", 0, 1, Verdict::Outside),
            // Letters are errors, so nothing of these is ever written.
            ("^AC-[0-9]{8}$", 0, 0, Verdict::Nothing),
            ("^[A-Z0-9]{8}$", 0, 0, Verdict::Within),
        ] {
            assert_eq!(rewritten(pattern, &fpe(first, last)), Some(expected), "{pattern} {first} {last}");
        }
        // Anywhere in a text: there are too many places.
        assert_ne!(rewritten("4[0-9]{15}", &fpe(1, 0)), Some(Verdict::Within));
        let mask = |last, others: &str| Rewritten {
            changed: None,
            others: Some(others.to_owned()),
            written: "*".to_owned(),
            first: 0,
            last,
            least: last + 4,
        };
        for (pattern, last, others, expected) in [
            ("^[0-9*]{12}[0-9]{4}$", 4, "", Verdict::Within),
            ("^[0-9*]{1,12}[0-9]{4}$", 4, "", Verdict::Outside),
            ("^[0-9*]{4,12}[0-9]{4}$", 4, "", Verdict::Within),
            ("^[0-9*]{16}$", 0, "", Verdict::Within),
            ("^[0-9]{16}$", 0, "", Verdict::Outside),
            ("^[0-9*]{3}-[0-9*]{2}-[0-9]{4}$", 4, "-", Verdict::Within),
            ("^[0-9*]{3}-[0-9*]{2}-[0-9]{4}$", 4, "", Verdict::Outside),
            ("^.{1,20}$", 4, "", Verdict::Within),
            ("^[0-9•]{16}$", 0, "", Verdict::Outside),
            ("é", 0, "", Verdict::Outside),
        ] {
            assert_eq!(rewritten(pattern, &mask(last, others)), Some(expected), "{pattern} {last}");
        }
        let dots = Rewritten { written: "•".to_owned(), ..mask(4, "") };
        assert_eq!(rewritten("^[0-9•]{12}[0-9]{4}$", &dots), Some(Verdict::Within));
        assert_eq!(rewritten("^[0-9*]{12}[0-9]{4}$", &dots), Some(Verdict::Outside));
    }
}
