//! Who signs with a mark or kisses and no close: `– A. Byron`, `/Erik`, `Ada xx`.

use std::ops::Range;

use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Token};
use super::super::super::words::WordSet;
use super::super::{is_dotted, is_glued, name_end, token};
use super::{is_close, is_lower_name};

/// Words of a name.
const WORDS_MAX: usize = 2;

const NONE: (usize, usize) = (0, 0);

/// Finds who signs behind a dash or stroke on the last line, which is no item of a list: `– A. Byron`, `/Ada`.
pub(super) fn marked(tokens: &[Token], line: &Range<usize>, above: &Range<usize>) -> (usize, usize) {
    let rest = tokens.get(line.end..).unwrap_or_default();
    let mark = token(tokens, line.start);
    if line.is_empty() || rest.len() > 1 {
        return NONE;
    }
    let listed = || {
        let last = above.end.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
        let before = token(tokens, above.start);
        !above.is_empty() && (last.is(b':') || [b'-', b'*', b'/', b'~'].iter().any(|mark| before.is(*mark)))
    };
    let dash = mark.is(b'-') || mark.is(b'~');
    let stroke = mark.is(b'/') && line.start > 0 && is_glued(tokens, line.start + 1);
    if dash || stroke {
        let first = line.start + 1;
        return if is_signature(tokens, first, line.end, above) && !listed() { (first, line.end) } else { NONE };
    }
    // `Tack på förhand /Erik`
    let inside = tokens.get(line.clone()).unwrap_or_default();
    let Some(back) = inside.iter().rev().take(WORDS_MAX + 1).position(|one| one.is(b'/')) else { return NONE };
    let (stroke, first) = (line.end - 1 - back, line.end - back);
    let apart = stroke > line.start
        && !is_glued(tokens, stroke)
        && is_glued(tokens, first)
        && token(tokens, stroke - 1).class.is_word();
    if back > 0 && apart && is_signature(tokens, first, line.end, above) { (first, line.end) } else { NONE }
}

/// Tells whether all between two places is a name that is known, or a family's behind initials.
fn is_signature(tokens: &[Token], first: usize, end: usize, below: &Range<usize>) -> bool {
    let (given, family) = (token(tokens, first), token(tokens, first + 1));
    // Below a mail an everyday word signs, too.
    let word = given.entry.has(flag::COMMON) && (below.is_empty() || given.class != Class::Capital);
    let known = given.entry.has(flag::FIRST) && !given.entry.has(flag::FUNCTION) && !word;
    let named = |one: &Token| one.entry.has(flag::LAST) || one.entry.flags == 0;
    let short = is_dotted(given) && end - first == 2 && family.class == Class::Capital && named(family);
    (known || short) && name_end(tokens, first) == end
}

/// Finds who signs with kisses at the end of a line, alone there or behind a sentence or a close: `Ada xx`, `Cheers, Ada xx`.
pub(super) fn kissed(tokens: &[Token], line: &Range<usize>) -> (usize, usize) {
    static KISSES: WordSet<5> = WordSet::new("x xx xxx xo xoxo");
    let Some(last) = line.end.checked_sub(1).filter(|last| *last > line.start) else { return NONE };
    let kisses = token(tokens, last);
    if kisses.class != Class::Lower || !KISSES.has(kisses) {
        return NONE;
    }
    let known = |one: &Token| {
        let word = one.entry.has(flag::COMMON) && !one.class.is_big();
        one.entry.has(flag::FIRST) && !one.entry.has(flag::FUNCTION) && !word
    };
    for words in 1..=WORDS_MAX.min(last - line.start) {
        let first = last - words;
        let name = token(tokens, first);
        let signed = name_end(tokens, first) == last || (words == 1 && is_lower_name(name));
        let Some(before) = first.checked_sub(1).filter(|before| *before >= line.start) else {
            return if signed && known(name) { (first, last) } else { NONE };
        };
        let mark = token(tokens, before);
        let closed = mark.is(b',') && before > line.start && is_close(token(tokens, before - 1));
        let sentence = [b'.', b'!', b'?'].iter().any(|stop| mark.is(*stop)) && kisses.len() >= 2;
        if signed && known(name) && (closed || sentence) {
            return (first, last);
        }
    }
    NONE
}
