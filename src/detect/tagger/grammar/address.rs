//! What addresses look like: units, towns, codes and countries that go on, on the same line or the next; boxes; streets
//! that are called after something else.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::token::{Class, Place, Token};
use super::super::{Hold, Kind};
use super::{add, is_dotted, is_glued, token, widen};

/// Finds post office boxes: `P.O. Box 12`, `Postfach 12 34`, `Apartado de Correos 5`.
pub(super) fn boxes(tokens: &[Token], named: &mut Vec<Named>) {
    for at in 0..tokens.len() {
        let here = token(tokens, at);
        // `box` and `caixa` are boxes of all sorts.
        let is_box = here.tail == BOX && here.class.is_word();
        let everyday = is_box || (here.entry.has(flag::COMMON) && here.tail != FACH);
        let post = (at > 0 && is_post(token(tokens, at - 1))) || token(tokens, at + 1).entry.class == class::BOX;
        if !(is_box || here.entry.class == class::BOX) || (everyday && !post) {
            continue;
        }
        let mut end = at + 1;
        while token(tokens, end).class.is_word() && end < at + 3 {
            end += 1;
        }
        if token(tokens, end).is(b'.') || token(tokens, end).is(b'#') || token(tokens, end).is(b':') {
            end += 1;
        }
        let number = end;
        while matches!(token(tokens, end).class, Class::Digits | Class::Alphanumeric | Class::Found) && end < number + 4
        {
            end += 1;
        }
        if end == number {
            continue;
        }
        let first =
            at - tokens.get(..at).unwrap_or_default().iter().rev().take(3).take_while(|one| is_post(one)).count();
        widen(named, Type::Address, first, end);
    }
}

/// The ends of `Postfach`, which is an everyday word and a box of the post alone.
const FACH: u32 = u32::from_be_bytes(*b"fach");
/// The ends of `box`, which is the whole word.
const BOX: u32 = u32::from_be_bytes(*b"\0box");

/// `P.`, `O.`, `PO`, `.` before `Box`.
fn is_post(token: &Token) -> bool {
    token.is(b'.') || token.class == Class::Initial || (token.class == Class::Upper && token.end - token.start == 2)
}

/// Finds where somebody lives or was born: `lives in X`, `geboren in X`.
pub(super) fn homes(tokens: &[Token], named: &mut Vec<Named>) {
    for at in 0..tokens.len() {
        let (here, next) = (token(tokens, at), token(tokens, at + 1));
        if here.entry.class != class::LIVE || next.entry.class != class::IN {
            continue;
        }
        let first = at + 2;
        let names = tokens.get(first..).unwrap_or_default();
        let len = names
            .iter()
            .take(3)
            .take_while(|one| {
                one.class.is_big()
                    && !one.entry.has(flag::FUNCTION)
                    && !matches!(one.entry.class, class::MONTH | class::DAY)
            })
            .count();
        add(named, Type::Location, first, first + len);
    }
}

/// Makes an address of what was taken for another name: a number before it, a street's word at its end (`8 Ada Crescent`).
pub(super) fn houses(tokens: &[Token], named: &mut [Named]) {
    let mut floor = 0;
    for one in named.iter_mut() {
        let last = token(tokens, one.end.saturating_sub(1));
        let number = token(tokens, one.first.wrapping_sub(1));
        let fits = one.of != Type::Address
            && one.end - one.first >= 2
            && one.first > floor
            && last.entry.has(flag::STREET)
            && !last.entry.has(flag::COMPANY | flag::ORGANISATION)
            && matches!(number.class, Class::Digits | Class::Alphanumeric)
            && number.end - number.start <= 5;
        if fits {
            one.first -= 1;
            one.of = Type::Address;
        }
        floor = one.end;
    }
}

/// Tells the house from the town that it stands in: `12 High Street in Leeds` is two findings.
pub(super) fn apart(tokens: &[Token], named: &mut Vec<Named>) {
    /// Words of a town's name.
    const WORDS_MAX: usize = 4;
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let is_in = |token: &Token| token.entry.class == class::IN && token.class == Class::Lower;
        let Some(place) = inside.iter().position(is_in).filter(|place| *place > 0) else { continue };
        let (house, town) = (inside.get(..place).unwrap_or_default(), inside.get(place + 1..).unwrap_or_default());
        let numbered = house.iter().any(|token| matches!(token.class, Class::Digits | Class::Alphanumeric));
        let is_town = (1..=WORDS_MAX).contains(&town.len())
            && town.first().is_some_and(|token| token.class.is_big())
            && town.iter().all(|token| token.class.is_word() || token.is(b'-'));
        if one.of == Type::Address && numbered && is_town {
            if let Some(own) = named.get_mut(at - 1) {
                own.end = one.first + place;
            }
            named.insert(at, Named { first: one.first + place + 1, of: Type::Location, ..one });
            at += 1;
        }
    }
}

/// Takes dates off addresses that have no street: `5 March 1984, Leeds` is a day and a town.
pub(super) fn dates(tokens: &[Token], named: &mut Vec<Named>) {
    for one in named.iter_mut().filter(|one| one.of == Type::Address) {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let begins = inside.iter().take_while(|token| token.is(b'.') || is_separator(token)).count();
        let date = inside.get(begins..).unwrap_or_default();
        let is_month = |token: Option<&Token>| token.is_some_and(|token| token.entry.class == class::MONTH);
        let is_number = |token: Option<&Token>| token.is_some_and(|token| token.class == Class::Digits);
        let (first, second) = (date.first(), date.get(1));
        let dated = (is_month(first) && is_number(second)) || (is_number(first) && is_month(second));
        if !dated || inside.iter().any(|token| token.entry.has(flag::STREET)) {
            continue;
        }
        let rest = date.iter().skip(2).take_while(|token| token.class == Class::Digits || is_separator(token)).count();
        one.first += begins + 2 + rest;
        one.of = Type::Location;
    }
    named.retain(|one| one.first < one.end);
}

/// Takes what a street is called after into its address: `Heydar Aliyev prospekti 115`, `28 May küçəsi 14`.
pub(super) fn streets(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        let (street, number) = (token(tokens, one.first), token(tokens, one.first + 1));
        let numbered = matches!(number.class, Class::Digits | Class::Alphanumeric) && one.end > one.first + 1;
        if one.of == Type::Address && street.entry.has(flag::STREET) && street.class == Class::Lower && numbered {
            let before = at.checked_sub(1).and_then(|before| named.get(before)).copied();
            let first = match before.filter(|before| before.end == one.first) {
                Some(before) => before.first,
                None => one.first - day(tokens, one.first).min(one.first - before.map_or(0, |before| before.end)),
            };
            if before.is_some_and(|before| before.end == one.first) {
                at -= 1;
                named.remove(at);
            }
            if let Some(own) = named.get_mut(at) {
                own.first = first;
            }
        }
        at += 1;
    }
}

/// Takes a name in that a street or an army post office goes on from: `Anna-Lena` before `-Weg 7`, `USS Haynes` above
/// `FPO AA 31346`.
pub(super) fn called(tokens: &[Token], named: &mut Vec<Named>) {
    const OFFICES: [u32; 3] =
        [u32::from_be_bytes(*b"\0apo"), u32::from_be_bytes(*b"\0fpo"), u32::from_be_bytes(*b"\0dpo")];
    let mut at = 1_usize;
    while let (Some(before), Some(one)) = (at.checked_sub(1).and_then(|at| named.get(at)), named.get(at)) {
        let (mark, street) = (token(tokens, before.end), token(tokens, one.first));
        let beside = before.end + 1 == one.first && before.of != Type::Address && one.of == Type::Address;
        let glued = mark.is(b'-') && is_glued(tokens, before.end) && is_glued(tokens, one.first);
        let ship = token(tokens, before.first).class == Class::Upper && OFFICES.contains(&street.tail);
        if beside && ((glued && street.entry.has(flag::STREET)) || (ship && is_separator(mark))) {
            let first = before.first;
            named.remove(at - 1);
            if let Some(own) = named.get_mut(at - 1) {
                own.first = first;
            }
        } else {
            at += 1;
        }
    }
}

/// Tells how many tokens before `at` are a day of the year, after which streets are called.
fn day(tokens: &[Token], at: usize) -> usize {
    let before = |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).unwrap_or(&Token::BEYOND);
    match (before(1).class, before(2).class) {
        (Class::Found, _) => 1,
        // May is more than a month.
        (Class::Capital, Class::Digits) if before(2).end - before(2).start <= 2 => 2,
        _ => 0,
    }
}

/// Brings two parts of an address together: `14 bis, rue de la Paix`, `Via Garibaldi 12, int. 4`.
pub(super) fn bridges(tokens: &[Token], named: &mut Vec<Named>) {
    /// Tokens between the parts.
    const BETWEEN_MAX: usize = 4;
    let mut at = 0;
    while let (Some(one), Some(next)) = (named.get(at).copied(), named.get(at + 1).copied()) {
        at += 1;
        let between = tokens.get(one.end..next.first).unwrap_or_default();
        let last = token(tokens, one.end.saturating_sub(1));
        let of_unit = between.iter().any(is_unit)
            && between.iter().all(|token| is_unit(token) || token.is(b',') || token.is(b'.'));
        let after_unit = last.entry.class == class::UNIT && between.iter().all(|token| token.is(b'.'));
        let before_street = between.first().is_some_and(is_again)
            && between.iter().skip(1).all(|token| {
                token.is(b',') || (token.class.is_word() && token.entry.has(flag::STREET | flag::PARTICLE))
            });
        if one.of == Type::Address
            && next.of != Type::Person
            && between.len() <= BETWEEN_MAX
            && (of_unit || after_unit || before_street)
        {
            at -= 1;
            named.remove(at + 1);
            if let Some(own) = named.get_mut(at) {
                own.end = next.end;
            }
        }
    }
}

/// An everyday word on the same line, as behind a number that counts.
fn counts(next: &Token) -> bool {
    next.class == Class::Lower && next.place != Place::Line && next.entry.has(flag::COMMON)
}

/// `bis`, `ter`, `quater` behind the number of a house.
fn is_again(token: &Token) -> bool {
    // The tail is the last four letters: `later` and `water` end as `quater` does.
    const AGAIN: [(u32, usize); 3] =
        [(u32::from_be_bytes(*b"\0bis"), 3), (u32::from_be_bytes(*b"\0ter"), 3), (u32::from_be_bytes(*b"ater"), 6)];
    token.class == Class::Lower && AGAIN.contains(&(token.tail, token.end - token.start))
}

/// Lets addresses go on: `12 High Street` over `Flat 3`, `Leeds`, `LS1 4DY`, `UK`, on this line and the next.
pub(super) fn addresses(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of == Type::Address {
            let (end, taken) = reach(tokens, named, at);
            let after = (at + 1 + taken).min(named.len());
            named.drain(at + 1..after);
            if let Some(own) = named.get_mut(at) {
                own.end = end;
            }
        }
        at += 1;
    }
}

/// Finds how far an address goes on, and how many findings behind it that takes in.
fn reach(tokens: &[Token], named: &[Named], at: usize) -> (usize, usize) {
    let mut end = named.get(at).map_or(0, |one| one.end);
    let mut taken = 0;
    loop {
        let mut next = end;
        // At most a mark and a line end stand between two parts.
        let mut separators = 0;
        while separators < 2 && is_separator(token(tokens, next)) {
            next += 1;
            separators += 1;
        }
        let follows = named.get(at + 1 + taken).filter(|other| other.first == next);
        if let Some(other) = follows.filter(|other| matches!(other.of, Type::Location | Type::Address)) {
            end = other.end;
            taken += 1;
            continue;
        }
        let free = named.get(at + 1 + taken).map_or(tokens.len(), |other| other.first);
        let part = unit(tokens, next).or_else(|| code(tokens, next)).filter(|part| *part <= free);
        match part {
            Some(part) => end = part,
            None => return (end, taken),
        }
    }
}

/// Lets addresses begin earlier, where towns come first: `Leeds LS1 4DY, 12 High Street`, `Level 5, 100 George St`.
pub(super) fn beginnings(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of == Type::Address {
            let (first, taken) = reach_back(tokens, named, at);
            named.drain(at - taken..at);
            at -= taken;
            if let Some(own) = named.get_mut(at) {
                own.first = first;
            }
        }
        at += 1;
    }
}

/// Finds how early an address begins, and how many findings before it that takes in.
fn reach_back(tokens: &[Token], named: &[Named], at: usize) -> (usize, usize) {
    let Some(one) = named.get(at) else { return (0, 0) };
    let mut first = one.first;
    let mut taken = 0;
    let open = ends_with_street(tokens, one);
    loop {
        let mut end = first;
        // At most a mark and a line end stand between two parts.
        while end + 2 > first && end > 0 && is_separator(token(tokens, end - 1)) {
            end -= 1;
        }
        let crosses = tokens.get(end..first).unwrap_or_default().iter().any(|token| token.class == Class::Newline);
        // A line above belongs to an address only where nothing else stands in it.
        let fits = |first: usize| !crosses || first == 0 || token(tokens, first - 1).class == Class::Newline;
        let before = (at - taken).checked_sub(1).and_then(|before| named.get(before));
        let floor = before.map_or(0, |before| before.end);
        let town = before.filter(|other| open && other.of == Type::Location);
        let post = post(tokens, end).filter(|start| town.is_some_and(|town| town.end == *start));
        let part = match (town, post) {
            (Some(town), Some(_)) => Some((town.first, 1)),
            (Some(town), None) if town.end == end => Some((town.first, 1)),
            _ => unit_before(tokens, end).filter(|start| *start >= floor && end < first).map(|start| (start, 0)),
        };
        match part.filter(|(start, _)| fits(*start)) {
            Some((start, more)) => {
                first = start;
                taken += more;
            }
            None => return (first, taken),
        }
    }
}

/// Tells whether an address ends with its street and house, so that its town may stand before.
fn ends_with_street(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let last = inside.last().unwrap_or(&Token::BEYOND);
    let is_short = |token: &Token| token.end - token.start <= 4;
    let is_house = matches!(last.class, Class::Digits | Class::Alphanumeric) && is_short(last);
    last.entry.has(flag::STREET) || is_house || !inside.iter().any(is_separator)
}

/// Finds the first token of a postal code that ends before `end`.
fn post(tokens: &[Token], end: usize) -> Option<usize> {
    (1..=3).filter_map(|length| end.checked_sub(length)).find(|start| code(tokens, *start) == Some(end))
}

/// Finds the first token of a flat or floor that ends before `end`: `Level 5`, `Apt. 4B`.
fn unit_before(tokens: &[Token], end: usize) -> Option<usize> {
    (2..=3).filter_map(|length| end.checked_sub(length)).find(|start| {
        let here = token(tokens, *start);
        here.entry.class == class::UNIT && here.class.is_word() && unit(tokens, *start) == Some(end)
    })
}

fn is_separator(token: &Token) -> bool {
    token.is(b',') || token.is(b'-') || (token.class == Class::Newline && !token.is_blank_line())
}

/// `Flat 3`, `Apt. 4B`, `#12`, `3rd floor`, `3. OG`, `m. 5`.
fn unit(tokens: &[Token], at: usize) -> Option<usize> {
    let here = token(tokens, at);
    let (next, after) = (token(tokens, at + 1), token(tokens, at + 2));
    match here.class {
        Class::Alphanumeric if is_unit(next) && next.tail != FLAT && here.end - here.start >= 3 => return Some(at + 2),
        Class::Digits if next.is(b'.') && is_unit(after) && after.tail != FLAT => return Some(at + 3),
        Class::Digits | Class::Alphanumeric => return None,
        _ => {}
    }
    // A metre has no full stop.
    let named = is_unit(here) && (here.tail != FLAT || next.is(b'.'));
    if !named && !here.is(b'#') {
        return None;
    }
    let mut next = at + 1;
    if token(tokens, next).is(b'.') {
        next += 1;
    }
    let number = token(tokens, next);
    let fits = matches!(number.class, Class::Digits | Class::Alphanumeric)
        || (number.class == Class::Initial && !is_dotted(number));
    fits.then_some(next + 1)
}

/// `flat`, `Bâtiment`, `OG`, and `m` of Polish addresses.
fn is_unit(token: &Token) -> bool {
    let floor = token.class == Class::Upper && token.end - token.start == 2 && UPPER_FLOORS.contains(&token.tail);
    let flat = token.class == Class::Lower && token.tail == FLAT;
    (token.entry.class == class::UNIT && token.class.is_word()) || floor || flat
}

/// `m`, as the whole word.
const FLAT: u32 = b'm' as u32;

/// `OG`, `UG`, `EG`, `DG`: floors in German.
const UPPER_FLOORS: [u32; 4] = [
    u32::from_be_bytes(*b"\0\0og"),
    u32::from_be_bytes(*b"\0\0ug"),
    u32::from_be_bytes(*b"\0\0eg"),
    u32::from_be_bytes(*b"\0\0dg"),
];

/// A postal code: `10115`, `LS1 4DY`, `K1A 0B1`, `1234 AB`, with a country's letters before it or not.
fn code(tokens: &[Token], at: usize) -> Option<usize> {
    let length = |token: &Token| token.end - token.start;
    let here = token(tokens, at);
    let prefixed = matches!(here.class, Class::Initial | Class::Upper)
        && length(here) <= 2
        && token(tokens, at + 1).is(b'-')
        && token(tokens, at + 2).class == Class::Digits;
    let at = if prefixed { at + 2 } else { at };
    let (here, next) = (token(tokens, at), token(tokens, at + 1));
    match here.class {
        // What a pattern found: `LS1 4DY`.
        Class::Found if here.head == Kind::Code as u32 && here.hold == Hold::Joins => Some(at + 1),
        // A number before an everyday word in lower case counts something: `5000 people came`.
        Class::Digits if (4..=6).contains(&length(here)) && !counts(next) => {
            let letters = next.class == Class::Upper && length(next) == 2 && length(here) == 4;
            let dashed = next.is(b'-') && token(tokens, at + 2).class == Class::Digits && is_glued(tokens, at + 1);
            Some(at + if dashed { 3 } else { 1 + usize::from(letters) })
        }
        // `00-590`, as in Poland.
        Class::Digits if length(here) == 2 && next.is(b'-') && is_glued(tokens, at + 1) && is_glued(tokens, at + 2) => {
            let rest = token(tokens, at + 2);
            (rest.class == Class::Digits && length(rest) == 3).then_some(at + 3)
        }
        Class::Digits if length(here) == 3 && next.class == Class::Digits && length(next) <= 3 => Some(at + 2),
        Class::Alphanumeric if (2..=4).contains(&length(here)) => {
            (next.class == Class::Alphanumeric && length(next) == 3).then_some(at + 2)
        }
        _ => None,
    }
}
