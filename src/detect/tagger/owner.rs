//! Values that are somebody's name by what their field is called after and by how they are written: `assignee: Maria Lopez`.

use super::grammar;
use super::lexicon::{Entry, Lexicon, flag};
use super::sure::is_everyday;
use super::token::{Class, Token, Tokenizer};
use super::trigger;
use super::words::WordSet;
use crate::model::Span;

/// Bytes of such a value.
const BYTES_MAX: usize = 96;
/// Words of a name.
const WORDS_MAX: usize = 5;
/// What no part of a name is.
const OTHER: u16 = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::STREET | flag::NATION;
/// What a name's word is not where it is all that is written.
const ELSE: u16 = OTHER | flag::COMMON | flag::FUNCTION | flag::CITY | flag::REGION | flag::TITLE;
/// What a name is parted by from what else is written: `Katherine Lovelace (VIP)`.
const PARTS: [&str; 8] = [" (", " #", " - ", " \u{2013} ", " / ", " | ", " <", ";"];

/// What is sold, held and visited, behind a word that is a given name, too: `Cash Sale`, `Bill Payment`, `Olive Oil`.
static NOUNS: WordSet<65> = WordSet::new(
    "sale sales payment payments office airport oil shoes call calls term terms account accounts desk order orders period text \
     station hotel school club support service services group shop store market plaza tower center centre hospital church \
     college scanner audio video system systems server device printer department division branch queue list board channel test \
     user admin manager agent driver customer client guest member owner house room",
);

/// Gives the name in a value of a field that is called after somebody, without titles and what stands beside it (a number, a
/// bracket, a town behind a comma); none where it is no name: `Platform Team`, `admin`, `Chase Bank`.
///
/// A given name and whatever follows it is one, be that an everyday word (`Grace Hopper`), and so are words of which none is
/// known as anything but a name or town (`Chidi Okafor`, `Xqwelia Drommd`), an initial and a family's name, the family's name before its comma,
/// and a given name alone that is nothing else. All in lower case each word has to be a name and no everyday word,
/// or one a name or town and the others unknown (`tendai moyo`).
pub(crate) fn owner(text: &str, lexicon: Lexicon<'_>) -> Option<Span> {
    if text.len() > BYTES_MAX {
        return None;
    }
    let digit = |c: char| c.is_ascii_digit() || matches!(c, ' ' | '#' | ':');
    let start = text.len() - text.trim_start_matches(digit).len();
    let rest = text.get(start..)?;
    let end = PARTS.iter().filter_map(|part| rest.find(part)).min().unwrap_or(rest.len());
    // `Grace Hopper; Ada Lovelace`
    let mark = |c: char| !c.is_alphanumeric() && !matches!(c, ' ' | '.' | ',' | '\'' | '\u{2019}');
    let others = rest.get(end..)?.split(mark);
    if others.into_iter().any(|other| name(other.trim(), Alone::No, lexicon).is_some()) {
        return name(rest.get(..end)?, Alone::No, lexicon).map(|_| Span::new(start, text.trim_end().len()));
    }
    let head = rest.get(..end)?.trim_end_matches(digit);
    let span = match head.split_once(", ") {
        Some((family, given)) => {
            let whole = || trigger::is_name(&format!("{given} {family}"), lexicon).then(|| Span::new(0, head.len()));
            whole().or_else(|| name(family, Alone::No, lexicon))
        }
        None => name(head, if head == text { Alone::Yes } else { Alone::No }, lexicon),
    }?;
    Some(Span::new(start + span.start, start + span.end))
}

/// Whether a name is all that a value says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alone {
    Yes,
    No,
}

/// Gives the name, where a text is one.
fn name(text: &str, alone: Alone, lexicon: Lexicon<'_>) -> Option<Span> {
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let mut words = [Token::BEYOND; WORDS_MAX];
    let (mut count, mut start, mut hyphen) = (0, None, false);
    while let Some(token) = tokenizer.next() {
        let entry = token.entry;
        let title = token.class.is_word() && entry.has(flag::TITLE) && token.end < text.len();
        let mark = token.is(b'-') || token.is(b'.') || token.is(b'\'');
        let small =
            title || mark || (token.class.is_word() && entry.has(flag::PARTICLE)) || (hyphen && !entry.has(OTHER));
        let plain = token.class == Class::Initial || !entry.has(flag::FUNCTION | OTHER);
        let written = token.class.is_word() && (plain || entry.has(flag::FIRST | flag::LAST));
        hyphen = token.is(b'-');
        if !(small || written) {
            return None;
        }
        if !title && !mark {
            start = start.or(Some(token.start));
        }
        if written && !small {
            *words.get_mut(count)? = token;
            count += 1;
        }
    }
    let words = words.get(..count)?;
    let is_one = is_written(words, alone) || is_small(words);
    start.filter(|_| is_one).map(|start| Span::new(start, text.len()))
}

/// Tells whether words with capitals are a name.
fn is_written(words: &[Token], alone: Alone) -> bool {
    let named = |entry: Entry| entry.has(flag::FIRST | flag::LAST);
    if !words.iter().all(|word| word.class.is_big()) {
        return false;
    }
    match words {
        [] => false,
        [one] => {
            alone == Alone::Yes && one.class == Class::Capital && one.entry.has(flag::FIRST) && !one.entry.has(ELSE)
        }
        [first, .., last] => {
            let noun = (last.entry.has(OTHER) || NOUNS.has(last)) && !last.entry.has(flag::LAST);
            let only = words.iter().all(|word| !word.entry.has(ELSE)) && words.iter().any(|word| named(word.entry));
            let initial = first.class == Class::Initial && (named(last.entry) || !last.entry.has(ELSE));
            let program = words.iter().any(grammar::is_program);
            let told = first.entry.has(flag::FIRST) || initial || (!program && (only || is_stranger(words)));
            !noun && last.class != Class::Initial && told
        }
    }
}

/// Tells whether words are written as a name and are nothing else that is known, but for towns beside them: `Xqwelia Drommd`,
/// `Tran Thi Mai`; towns alone and programs are none.
fn is_stranger(words: &[Token]) -> bool {
    /// What people are not called unless it is known as a name, too.
    const WORD: u16 = OTHER | flag::COMMON | flag::FUNCTION | flag::TITLE | flag::REGION;
    let named = |entry: Entry| entry.has(flag::FIRST | flag::LAST);
    let free = |word: &Token| {
        let written = word.class == Class::Capital && word.len() > 1;
        written && (named(word.entry) || !word.entry.has(WORD)) && !NOUNS.has(word)
    };
    // `Mai` is a word in `Tran Thi Mai`, `Ring Binder` two.
    let plain = |word: &Token| !word.entry.has(flag::COMMON | flag::FUNCTION);
    let said = words.iter().filter(|word| !plain(word)).count();
    let telling = |word: &Token| plain(word) && (named(word.entry) || !word.entry.has(flag::CITY));
    words.iter().all(free) && 2 * said < words.len() && words.iter().any(telling)
}

/// Tells whether words in lower case are a name.
fn is_small(words: &[Token]) -> bool {
    /// Letters of a word of which nothing is known.
    const LETTERS_MIN: usize = 3;
    let name = |word: &Token| {
        let named = word.entry.has(flag::FIRST | flag::LAST) && !word.entry.has(OTHER);
        word.class == Class::Lower && named && !is_everyday(word.entry) && !NOUNS.has(word)
    };
    let known = words.iter().all(name) && words.first().is_some_and(|first| first.entry.has(flag::FIRST));
    // `tendai moyo`, of which a word is known as a name or town, and none as anything else
    let free = |word: &Token| {
        let other = OTHER | flag::COMMON | flag::FUNCTION | flag::TITLE | flag::REGION;
        let written = word.class == Class::Lower && word.len() >= LETTERS_MIN && !word.entry.has(other);
        written && !NOUNS.has(word) && !grammar::is_program(word)
    };
    let stranger =
        words.iter().all(free) && words.iter().any(|word| word.entry.has(flag::FIRST | flag::LAST | flag::CITY));
    words.len() > 1 && (known || stranger)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(owner(text, builtin().lexicon()).map(|span| span.of(text)), expected, "{text}");
    }

    #[test]
    fn a_name_is_told_however_it_is_written() {
        for name in [
            "Grace Hopper",
            "Rose van der Meer",
            "Joe Judge",
            "RAY POPE",
            "Lovelace, Ada",
            "Sharma, Amit",
            "A. Sharma",
            "J. R. Okafor",
            "Chidi Okafor",
            "Kim Min-jun",
            "Mary O'Brien",
            "amit sharma",
            "Amit",
            "Katherine",
            "Diane Lane",
            "Kim Cho",
            "Ihor Shevchuk",
            "Tran Thi Mai",
            "Xqwelia Drommd",
            "Tendai Moyo",
            "tendai moyo",
        ] {
            check(name, Some(name));
        }
        for (text, name) in [
            ("Dr. Dawn Light", "Dawn Light"),
            ("Katherine Lovelace (VIP)", "Katherine Lovelace"),
            ("Katherine Lovelace #1042", "Katherine Lovelace"),
            // Another town may be whom a family is called before.
            ("Katherine Lovelace, Berlin", "Katherine Lovelace, Berlin"),
            ("Katherine Lovelace, 12 Mill Road", "Katherine Lovelace"),
            ("García Márquez, Gabriel", "García Márquez, Gabriel"),
            ("1042 Katherine Lovelace", "Katherine Lovelace"),
            ("Grace Hopper; Ada Lovelace", "Grace Hopper; Ada Lovelace"),
            ("Grace Hopper / Ada Lovelace (VIP)", "Grace Hopper / Ada Lovelace (VIP)"),
            ("João Pedro Silva Santos Oliveira", "João Pedro Silva Santos Oliveira"),
            ("#7: Katherine Lovelace - night shift", "Katherine Lovelace"),
        ] {
            check(text, Some(name));
        }
    }

    #[test]
    fn what_is_no_name_is_none() {
        for other in [
            "",
            "Blue Steel Mug",
            "Platform Team",
            "On Call",
            "Realtek Audio",
            "Open Source",
            "Amazon Web Services",
            "admin",
            "Ring Binder",
            "Frankfurt Airport",
            "Cash Sale",
            "Bill Payment",
            "Olive Oil",
            "Paris Office",
            "Chase Bank",
            "Mark Rose Ltd",
            "Grace of London",
            "Grace Miller-GmbH",
            "Rose 12",
            "Rose",
            "Gold",
            "Amit 12",
            "Paris",
            "mark rose",
            "open ticket",
            "Summer Sale",
            "Support Team (night)",
            "3f2a-77",
            "Grafana Loki",
            "devops infra",
            "XQWELIA DROMMD",
            "Xqwelia GmbH",
            "Xqwelia Office",
            "paczka zgubiona",
        ] {
            check(other, None);
        }
        check(&"Ada ".repeat(40), None);
    }
}
