//! Which tokens can be part of a name at all: the others cost a glance.

use super::Hold;
use super::lexicon::flag;
use super::token::{Class, Place, Token, Tongue};
use super::words::WordSet;

/// How likely a token is part of a name, by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Heat {
    /// An everyday word.
    Cold,
    /// Part of a name only beside one: numbers, marks, small words.
    Warm,
    /// It may be a name.
    Hot,
}

/// Which tokens of a segment are looked at.
#[derive(Debug, Default)]
pub(crate) struct Gate {
    heat: Vec<Heat>,
    open: Vec<bool>,
}

impl Gate {
    /// Reads the tokens of a segment.
    pub(crate) fn read(&mut self, tokens: &[Token]) {
        self.heat.clear();
        self.heat.extend(tokens.iter().map(heat));
        self.cool_programs(tokens);
        self.spread(tokens);
        // What stands before and behind is read by itself.
        for (open, token) in self.open.iter_mut().zip(tokens) {
            *open &= token.hold == Hold::Joins;
        }
    }

    /// Opens what may be a name and what stands near enough to it.
    fn spread(&mut self, tokens: &[Token]) {
        self.open.clear();
        let far = |heat: Heat, before: usize| match heat {
            Heat::Hot => 0,
            Heat::Warm => before.saturating_add(1),
            Heat::Cold => usize::MAX,
        };
        let mut from_left = usize::MAX;
        for (at, (own, token)) in self.heat.iter().zip(tokens).enumerate() {
            let before = from_left;
            from_left = far(*own, from_left);
            let next = self.heat.get(at + 1).copied();
            self.open.push(match own {
                Heat::Cold => before == 0 && next == Some(Heat::Hot),
                Heat::Hot | Heat::Warm => from_left <= reach(token),
            });
        }
        let mut from_right = usize::MAX;
        for ((own, token), open) in self.heat.iter().zip(tokens).zip(&mut self.open).rev() {
            from_right = far(*own, from_right);
            *open |= from_right <= reach(token);
        }
    }

    /// Closes programs with their versions (`Safari/537.36`): no name has a number behind a slash.
    fn cool_programs(&mut self, tokens: &[Token]) {
        let rows = tokens.windows(3).zip(0..);
        for (row, at) in rows {
            let [name, slash, version] = row else { continue };
            let numbered = matches!(version.class, Class::Digits | Class::Alphanumeric);
            let glued = name.end == slash.start && slash.end == version.start;
            if slash.is(b'/') && glued && numbered && name.class.is_word() && name.end - name.start >= 4 {
                for heat in self.heat.iter_mut().skip(at).take(3) {
                    *heat = Heat::Cold;
                }
            }
        }
    }

    /// Counts the tokens that are looked at.
    pub(crate) fn opened(&self) -> usize {
        self.open.iter().filter(|open| **open).count()
    }

    /// Elements of memory that are held.
    #[cfg(test)]
    pub(crate) fn held(&self) -> usize {
        self.heat.capacity().max(self.open.capacity())
    }

    /// Tells whether the token at `at` is looked at.
    pub(crate) fn is_open(&self, at: usize) -> bool {
        self.open.get(at).copied().unwrap_or(false)
    }
}

/// From how far away a name opens what is none by itself: small words are near, numbers and marks (`12/3, 10-115`) go on.
const fn reach(token: &Token) -> usize {
    if token.class.is_word() { 2 } else { 6 }
}

/// Small words that are given names as often, also where a sentence begins: `Ben called`.
static NAMES_TOO: WordSet<3> = WordSet::new("ben may will");

/// Bytes of the longest word that may be a name; the longest name of a place has 85 letters.
const WORD_MAX: usize = 96;

fn heat(token: &Token) -> Heat {
    let entry = token.entry;
    match token.class {
        Class::None => Heat::Cold,
        // Encoded data and laughter, no word.
        _ if token.end - token.start > WORD_MAX && token.class != Class::Found => Heat::Cold,
        // `Will` and `US` inside a sentence are names; at its start, and among capitals, small words are what they seem.
        class if entry.has(flag::FUNCTION) => {
            if class == Class::Capital && NAMES_TOO.has(token) {
                return Heat::Hot;
            }
            let written_as_name = class.is_big() && !(class == Class::Initial && entry.class != 0);
            if written_as_name && token.place == Place::Inside && token.line.casing >= MIXED {
                Heat::Hot
            } else {
                Heat::Warm
            }
        }
        // Scripts without case show no names, and the model learnt none of them: a word must be known to be looked at.
        Class::Caseless if !entry.has(flag::NAMING) => Heat::Cold,
        Class::Capital | Class::Upper | Class::Mixed | Class::Initial | Class::Caseless => Heat::Hot,
        Class::Lower if token.line.tongue == Tongue::Strange && !entry.has(flag::NAMING) => Heat::Cold,
        Class::Lower if !entry.has(flag::COMMON | flag::THING) || entry.has(flag::RATHER_NAME) => Heat::Hot,
        Class::Lower if !entry.has(flag::NAMING | flag::PARTICLE) => Heat::Cold,
        // Among capitals, a word in lower case that could also be a name seldom is one.
        Class::Lower if token.line.casing == LOWER || token.line.casing == CASELESS => Heat::Hot,
        _ => Heat::Warm,
    }
}

/// Lines without words, or whose words are all in lower case.
const CASELESS: u8 = 0;
pub(crate) const LOWER: u8 = 1;
/// From here on, lines have words in lower case and others.
const MIXED: u8 = 4;

/// Lines whose words are all in upper case, or most of them.
pub(crate) const UPPER: u8 = 2;

/// Tells how the words of a line are cased.
pub(crate) fn casing(lower: u32, capital: u32, upper: u32) -> u8 {
    let all = lower + capital + upper;
    match (lower, capital, upper) {
        _ if all == 0 => CASELESS,
        _ if lower == all => LOWER,
        (0, _, _) if upper > capital => UPPER,
        (0, _, _) => 3,
        _ if capital * 2 > all => 4,
        _ if capital + upper == 1 => 5,
        _ if upper * 2 > all => 6,
        _ => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_by_their_casing() {
        assert_eq!(casing(0, 0, 0), CASELESS);
        assert_eq!(casing(5, 0, 0), LOWER);
        assert_eq!(casing(0, 1, 4), 2);
        assert_eq!(casing(0, 4, 1), 3);
        assert_eq!(casing(1, 4, 0), 4);
        assert_eq!(casing(5, 1, 0), 5);
        assert_eq!(casing(1, 0, 5), 6);
        assert_eq!(casing(5, 2, 1), 7);
    }
}
