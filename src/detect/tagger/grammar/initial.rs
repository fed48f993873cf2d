//! Initials in lower case (`r. tagliabue`), names that end with the family's (`Sarah J.`), and with what a finding begins: a letter, a digit, or a mark that is its own.

use super::super::decode::Named;
use super::super::gate::LOWER;
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::{absorb, add, is_dotted, is_glued, minutes, note, subject, token};

/// Takes marks off the beginning, and what has no letter or digit away; takes initials in lower case in, and finds who is
/// written with one.
pub(super) fn initials(tokens: &[Token], named: &mut Vec<Named>) {
    for one in named.iter_mut() {
        while one.first < one.end && is_stray(tokens, one) {
            one.first += 1;
        }
    }
    named.retain(|one| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let empty = inside.iter().all(|token| matches!(token.class, Class::Punctuation | Class::Newline | Class::None));
        !empty && !is_item(tokens, one)
    });
    for at in 0..tokens.len() {
        if is_small(tokens, at) && is_somebody(tokens, at) {
            add(named, Type::Person, at + 2, at + 3);
        }
        // `call HJ Whitfield`
        if at > 0 && is_pair(token(tokens, at)) && note::is_asked(token(tokens, at - 1)) && is_called(tokens, at + 1) {
            subject::person(named, at, at + 2);
        }
    }
    let mut floor = 0;
    let mut at = 0;
    while let Some(one) = named.get_mut(at) {
        if one.of == Type::Person {
            one.first = first_initial(tokens, one.first, floor);
            // `HJ Whitfield`, of whom only `Whitfield` was seen
            let pair = one.first.checked_sub(1).filter(|pair| *pair >= floor && is_pair(token(tokens, *pair)));
            if let Some(pair) = pair.filter(|pair| one.end == pair + 2 && !is_glued(tokens, pair + 1)) {
                one.first = pair;
            }
            let (first, end) = (one.first, one.end);
            // `j. r. tolkien`, of whom `j.` was found by itself
            let before = at.checked_sub(1).and_then(|before| named.get(before)).copied();
            if let Some(before) = before.filter(|before| before.of == Type::Person && is_letters(tokens, before, first))
            {
                absorb(named, at - 1..at + 1, Type::Person, before.first..end);
                at -= 1;
            }
        }
        floor = named.get(at).map_or(floor, |one| one.end);
        at += 1;
    }
}

/// An item of a list with letters: `B. List all authors`; where the line before is the one before it, `D. Price will rise`, too.
fn is_item(tokens: &[Token], one: &Named) -> bool {
    let Some([letter, word]) = tokens.get(one.first..one.end) else { return false };
    let item = |one: &Token| one.class == Class::Initial && one.place == Place::Line && one.len() == 2;
    let everyday = word.entry.has(flag::COMMON | flag::FUNCTION) && !word.entry.has(flag::RATHER_NAME);
    if one.of != Type::Person || !item(letter) || word.class != Class::Capital || !everyday {
        return false;
    }
    let above = tokens.get(..one.first).unwrap_or_default();
    let before = above.iter().rfind(|token| token.place == Place::Line).unwrap_or(&Token::BEYOND);
    // The letter stands before its full stop.
    let follows = item(before) && (before.head >> 8) + 1 == letter.head >> 8;
    follows || !word.entry.has(flag::FIRST | flag::LAST)
}

/// A name behind two initials: known as one, or unknown, and nothing but it.
fn is_called(tokens: &[Token], at: usize) -> bool {
    let (name, next) = (token(tokens, at), token(tokens, at + 1));
    let whom = minutes::is_known(name) || (minutes::is_unknown(name) && !minutes::is_role(name));
    name.class == Class::Capital && name.place == Place::Inside && !next.class.is_big() && whom
}

/// Ends a name with the initial of the family before the sentence goes on (`Sarah J. said ok`), and takes it for somebody's
/// where it was taken for a firm (`Priya S. paid`).
pub(super) fn families(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, letter) in tokens.iter().enumerate().skip(1) {
        // Hardly a token is one.
        if letter.class != Class::Initial || !is_dotted(letter) || letter.len() != 2 {
            continue;
        }
        let name = token(tokens, at - 1);
        if name.class == Class::Capital && minutes::is_known(name) {
            // `Tom B. stayed`
            let given = name.entry.has(flag::FIRST) && !is_glued(tokens, at) && name.place != Place::Inside;
            if given && token(tokens, at + 1).class == Class::Lower && !is_glued(tokens, at + 1) {
                add(named, Type::Person, at - 1, at + 1);
            }
        }
    }
    for one in named.iter_mut().filter(|one| one.of != Type::Address) {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        // `sarah j. said ok`, `U.S. said ok`
        let does = |at: &usize| {
            let (letter, mark) = (token(inside, at.wrapping_sub(2)), token(inside, at - 1));
            (is_dotted(mark) || (mark.is(b'.') && letter.class == Class::Lower && is_single(letter)))
                && token(inside, *at).class != Class::Capital
                && DOES.has(token(inside, *at))
        };
        if let Some(does) = (1..inside.len()).find(does) {
            one.end = one.first + does;
        }
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let family = |one: &Token| is_dotted(one) && one.len() == 2;
        let Some(last) = inside.iter().position(family).filter(|last| *last > 0) else { continue };
        // `Hagen S.r.l`
        if is_glued(tokens, one.first + last + 1) && token(tokens, one.first + last + 1).class.is_word() {
            continue;
        }
        let (first, rest) = (token(inside, 0), inside.get(last + 1..).unwrap_or_default());
        if first.class != Class::Capital || first.line.casing == LOWER {
            continue;
        }
        let other = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::FUNCTION | flag::TITLE;
        // `Xqwelia D. paid`
        let unknown = minutes::is_unknown(first) && DOES.has(token(tokens, one.end));
        let given = last == 1 && (unknown || first.entry.has(flag::FIRST | flag::LAST)) && !first.entry.has(other);
        if given && rest.is_empty() && one.of == Type::Organization {
            one.of = Type::Person;
        }
        if one.of == Type::Person && goes_on(rest) {
            one.end = one.first + last + 1;
        }
    }
}

/// Tells whether what stands behind an initial is of the sentence: words in lower case alone, but for particles, a small
/// word or a day.
fn goes_on(rest: &[Token]) -> bool {
    let Some((next, behind)) = rest.split_first() else { return false };
    let dated = matches!(next.entry.class, class::MONTH | class::DAY) && !next.entry.has(flag::LAST);
    match next.class {
        Class::Lower => !behind.iter().any(|one| one.class.is_big()),
        Class::Capital => behind.is_empty() && (dated || THEN.has(next)),
        _ => false,
    }
}

/// What sentences go on with.
static THEN: WordSet<12> = WordSet::new("then but and so because when while if dann aber und mais");

/// Two letters that are the initials of somebody.
fn is_pair(word: &Token) -> bool {
    word.class == Class::Upper && word.len() == 2 && PAIRS.has(word)
}

/// Initials of two given names that are said as one: `HJ`, `JP`, `TJ`.
static PAIRS: WordSet<34> = WordSet::new(
    "aj bj cj dj ej gj hj jj kj lj mj nj oj pj rj sj tj vj wj jb jc jd jf jg jh jk jl jm jp jr jt jw kc wb",
);

/// Tells whether a finding is initials in lower case alone, right before a token.
fn is_letters(tokens: &[Token], one: &Named, first: usize) -> bool {
    let letter = |token: &Token| token.class == Class::Lower && is_single(token) || token.is(b'.');
    let stop = usize::from(token(tokens, one.end).is(b'.') && is_glued(tokens, one.end));
    one.end + stop == first && tokens.get(one.first..one.end).unwrap_or_default().iter().all(letter)
}

/// Finds the first initial in lower case of a name that begins at a token.
fn first_initial(tokens: &[Token], name: usize, floor: usize) -> usize {
    /// Initials before a name.
    const INITIALS_MAX: usize = 3;
    let mut first = name;
    for _ in 0..INITIALS_MAX {
        let row = first.checked_sub(1).filter(|at| *at >= floor);
        if row.is_some_and(|at| is_row(token(tokens, at)) && !is_glued(tokens, at)) {
            first -= 1;
        } else if first.checked_sub(2).is_some_and(|at| at >= floor && is_small(tokens, at)) {
            first -= 2;
        } else {
            break;
        }
    }
    first
}

/// `k.l.`, no `e.g.`
fn is_row(token: &Token) -> bool {
    token.class == Class::Lower && token.tail & 0xFF == u32::from(b'.') && !PHRASES.has(token)
}

/// `r.`: a letter and its full stop, with nothing glued before it; `v.` stands between two of a case, and behind `i.`.
fn is_small(tokens: &[Token], at: usize) -> bool {
    let letter = token(tokens, at);
    // Most words are longer.
    if letter.class != Class::Lower || !is_single(letter) {
        return false;
    }
    let stop = token(tokens, at + 1);
    let versus = letter.head == u32::from(b'v') && letter.place != Place::Line;
    !versus
        && stop.is(b'.')
        && stop.len() == 1
        && is_glued(tokens, at + 1)
        && (!is_glued(tokens, at) || token(tokens, at - 1).is(b'('))
        && !is_on_behalf(tokens, at)
}

/// A letter by itself, of ASCII or of two bytes.
fn is_single(token: &Token) -> bool {
    token.len() == 1 || (token.len() == 2 && token.head > 0x7F7F)
}

/// The second letter of `i. v.` and `i. a.`
fn is_on_behalf(tokens: &[Token], at: usize) -> bool {
    let is =
        |token: &Token, letters: &[u8]| token.len() == 1 && letters.iter().any(|one| token.head == u32::from(*one));
    let first = at.checked_sub(2).map_or(&Token::BEYOND, |at| token(tokens, at));
    is(first, b"ip") && is(token(tokens, at), b"va")
}

/// Tells whether a name stands behind an initial in lower case: one that is known as a name, or any word that does what
/// people do at the start of a line: `m. banda will pay`.
fn is_somebody(tokens: &[Token], at: usize) -> bool {
    let (letter, name, next) = (token(tokens, at), token(tokens, at + 2), token(tokens, at + 3));
    if name.class != Class::Lower || name.len() < 3 || name.entry.has(flag::FUNCTION | flag::THING | flag::TITLE) {
        return false;
    }
    let known = name.entry.has(flag::FIRST | flag::LAST)
        && (!name.entry.has(flag::COMMON) || name.entry.has(flag::RATHER_NAME))
        && !name.entry.has(flag::REGION | flag::STREET | flag::NATION);
    let does = next.class == Class::Lower && DOES.has(next);
    known || (letter.place == Place::Line && !counts(letter) && does)
}

/// `a.`, `ii.` and the like count rows.
fn counts(letter: &Token) -> bool {
    letter.class == Class::Lower
        && ((u32::from(b'a')..=u32::from(b'e')).contains(&letter.head) || letter.head == u32::from(b'i'))
}

/// A mark that does not belong to what begins with it: all but the sign before a number of an address, the apostrophe of
/// `'t Hooft`, and a quotation mark whose other half is inside.
fn is_stray(tokens: &[Token], one: &Named) -> bool {
    let mark = token(tokens, one.first);
    if mark.class != Class::Punctuation {
        // `e.g. smith`
        return one.of == Type::Person && mark.class == Class::Lower && PHRASES.has(mark);
    }
    let next = token(tokens, one.first + 1);
    let glued = is_glued(tokens, one.first + 1);
    let inside = tokens.get(one.first + 1..one.end.saturating_sub(1)).unwrap_or_default();
    let number = one.of == Type::Address && (mark.is(b'#') || mark.is(0x7F));
    let apostrophe = mark.is(b'\'') && next.class == Class::Lower && next.len() <= 2;
    let quotation = (mark.is(b'"') || mark.is(b'\'')) && inside.iter().any(|other| other.head == mark.head);
    !(glued && (number || apostrophe || quotation))
}

/// Verbs behind whom they are said of.
pub(super) static DOES: WordSet<38> = WordSet::new(
    "is was has had will would can could should must may did does wants wanted needs called calls rang phoned paid pays \
    left came said says asked asks sent wrote signed owes lives works moved replied agreed complained",
);

/// Abbreviations of letters with full stops that are no initials.
static PHRASES: WordSet<26> = WordSet::new(
    "e.g. i.e. a.m. p.m. z.b. d.h. u.a. o.a. i.a. i.v. p.a. c.c. n.b. p.s. a.d. b.c. u.s. u.k. e.v. s.o. s.u. \
    v.a. n.a. a.k.a. p.o. q.v.",
);

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn a_name_ends_with_the_initial_of_the_family() {
        check("<P:Sarah J. said ok>", &["Person Sarah J."]);
        check("<O:Priya S.> paid; <O:Okafor P.> called", &["Person Priya S.", "Person Okafor P."]);
        check("<O:Xqwelia D.> paid; <O:Xqwelia D.> AG", &["Person Xqwelia D.", "Organization Xqwelia D."]);
        check("<P:sarah j. said ok>; <L:U.S. said ok>", &["Person sarah j.", "Location U.S."]);
        check("<P:Giulia B. ha> chiamato", &["Person Giulia B."]);
        check("<P:Sarah J. Then> she left", &["Person Sarah J."]);
        check("we met <P:Priya S. Monday>", &["Person Priya S."]);
        check("Katherine B. stayed. Vitamin B. is good", &["Person Katherine B."]);
        check("Has Hagen S.r.l paid", &[]);
    }

    #[test]
    fn items_of_a_list_are_nobody() {
        check("<P:A. Use> it well. We met <P:A. Use>", &["Person A. Use"]);
        check("C. Rooms are cleaned\n<P:D. Price> will rise\n<P:E. Whitfield> pays", &["Person E. Whitfield"]);
        check("<P:J. Price> will call you", &["Person J. Price"]);
    }

    #[test]
    fn who_is_called_by_two_initials_is_somebody() {
        check("call HJ Whitfield today", &["Person HJ Whitfield"]);
        check("call HR today, call JP Morgan Chase", &[]);
    }

    #[test]
    fn a_name_goes_on_behind_an_initial_in_its_middle() {
        check("ask <P:Sarah J. Smith> about it", &["Person Sarah J. Smith"]);
        check("ask <P:Jan J. van Dijk> about it", &["Person Jan J. van Dijk"]);
        check("ask <P:Anna M. Will> about it", &["Person Anna M. Will"]);
        check(
            "in <O:Philips N. V.> she works, <O:Acme S.> too",
            &["Organization Philips N. V.", "Organization Acme S."],
        );
    }
}
