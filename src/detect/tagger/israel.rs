//! Codes of Israel's post, which are seven digits as telephone numbers are (Israel Postal Company: seven digits since 2013).

use super::fold::fold;
use super::hash::{FNV_START, fnv, spread};
use super::token::{Class, Token};
use super::words::WordSet;
use crate::model::Span;

/// Digits of a code.
const DIGITS: usize = 7;

/// Tells whether a part of a text is such a code: behind one of the country's towns, or before the country.
pub(crate) fn is_code(text: &str, part: Span) -> bool {
    /// Characters of the longest word of the list, and more.
    const WORD_MAX: usize = 16;
    let code = part.of(text);
    if code.len() != DIGITS || !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let before = text.get(..part.start).and_then(|before| before.strip_suffix(' ')).unwrap_or_default();
    let before = before.strip_suffix(',').unwrap_or(before);
    let letters = before.char_indices().rev().take(WORD_MAX).take_while(|(_, c)| c.is_alphabetic() || *c == '\'');
    let start = letters.last().map_or(before.len(), |(at, _)| at);
    TOWNS.has_word(word(before.get(start..).unwrap_or_default())) || is_before_country(text, part.end)
}

fn is_before_country(text: &str, end: usize) -> bool {
    const COUNTRY: &str = "israel";
    let rest = text.get(end..).unwrap_or_default();
    let rest = rest.strip_prefix(',').unwrap_or(rest);
    let named = rest.strip_prefix([' ', '\n']).and_then(|rest| rest.get(..COUNTRY.len()));
    named.is_some_and(|named| named.eq_ignore_ascii_case(COUNTRY))
}

/// The hash of a word, as its token has it.
fn word(text: &str) -> u64 {
    let mut hash = FNV_START;
    text.chars().for_each(|c| fold(c, |byte| hash = fnv(hash, byte)));
    spread(hash)
}

/// The same of a token, with the one before it and those behind.
pub(super) fn is_code_token(before: &Token, code: &Token, next: &Token, after: &Token) -> bool {
    let behind = before.class.is_big() && TOWNS.has(before);
    let lands = LAND.has(next) || ((next.is(b',') || next.class == Class::Newline) && LAND.has(after));
    code.len() == DIGITS && code.is_whole_number() && (behind || lands)
}

static LAND: WordSet<1> = WordSet::new("israel");

/// Last words of its towns.
static TOWNS: WordSet<30> = WordSet::new(
    "aviv jerusalem haifa ashdod netanya beersheba sheva holon brak beraq gan herzliya saba ra'anana raanana rehovot yam \
     ashkelon eilat nazareth tikva tiqwa lezion zion givatayim nahariya afula tiberias karmiel hadera",
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_told_by_the_town_or_the_country() {
        let check = |text: &str, expected: bool| {
            let start = text.find(|c: char| c.is_ascii_digit()).unwrap();
            let digits = text.bytes().skip(start).take_while(u8::is_ascii_digit).count();
            assert_eq!(is_code(text, Span::new(start, start + digits)), expected, "{text}");
        };
        check("Tel Aviv 6688218, Israel", true);
        check("HAIFA, 3303139", true);
        check("Ra'anana 4365007", true);
        check("Metula 1029200, Israel", true);
        check("call 6688218", false);
        check("Leeds 6688218", false);
        check("Tel Aviv 668821", false);
        check("6688218", false);
    }
}
