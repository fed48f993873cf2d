//! Known names in scripts that put no space between words, or glue endings to them: `王小明昨天打电话`, `김민수가`.

use super::fold::is_mark;
use super::hash::Growing;
use crate::model::Span;

/// Letters of the longest name that is looked for.
const NAME_MAX: usize = 24;
/// Letters of the longest ending that is glued to a name.
const ENDING_MAX: usize = 4;

/// How the words of a script stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Writing {
    /// One after another without spaces: a name may begin and end anywhere.
    Unspaced,
    /// With spaces, and endings that are glued to a name.
    Endings,
    /// With spaces.
    Spaced,
}

/// Tells how the words of a letter's script stand (Unicode blocks).
const fn writing(letter: char) -> Writing {
    match letter as u32 {
        // Thai, Lao, Myanmar, Khmer; kana and Han.
        0xE00..=0xEFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0x3040..=0x30FF | 0x3400..=0x9FFF | 0xF900..=0xFAFF => {
            Writing::Unspaced
        }
        // Hangul.
        0x1100..=0x11FF | 0xAC00..=0xD7A3 => Writing::Endings,
        _ => Writing::Spaced,
    }
}

/// Letters that a name has at least: a sign of Han or Hangul is a syllable.
pub(super) const fn letters_min(letter: char) -> usize {
    match letter as u32 {
        0x3400..=0x9FFF | 0xF900..=0xFAFF | 0xAC00..=0xD7A3 => 2,
        _ => 3,
    }
}

/// Finds known words inside a word of a script without case, the longest at each place. `start` is the word's place.
pub(super) fn find(word: &str, start: usize, knows: impl Fn(u64) -> bool, mut found: impl FnMut(Span)) {
    let mut at = 0;
    while let Some(rest) = word.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        let writing = writing(first);
        if writing == Writing::Spaced || (writing == Writing::Endings && at > 0) {
            break;
        }
        match longest(rest, letters_min(first), writing, &knows) {
            Some(len) => {
                found(Span::new(start + at, start + at + len));
                at += len;
            }
            None => at += first.len_utf8(),
        }
    }
}

/// Gives the bytes of the longest known word that a text begins with.
fn longest(text: &str, letters_min: usize, writing: Writing, knows: impl Fn(u64) -> bool) -> Option<usize> {
    let mut hash = Growing::new();
    let (mut letters, mut best) = (0, None);
    for (at, c) in text.char_indices() {
        if letters == NAME_MAX {
            break;
        }
        hash.push(c);
        letters += usize::from(!is_mark(c));
        let end = at + c.len_utf8();
        let ending = || text.get(end..).map_or(0, |rest| rest.chars().count());
        let ends = writing == Writing::Unspaced || ending() <= ENDING_MAX;
        if letters >= letters_min && knows(hash.word()) && ends {
            best = Some(end);
        }
    }
    best
}
