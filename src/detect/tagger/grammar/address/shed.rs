//! What an address that the labels gave has no place for: the words before its town, who lives there, the sign of a mark-up,
//! and rows of numbers that are no address at all.

use std::ops::Range;

use super::super::super::decode::Named;
use super::super::super::gate::LOWER;
use super::super::super::label::Type;
use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Token};
use super::super::super::words::WordSet;
use super::super::{name_end, skip_titles, token};
use super::{add, part, piece, unit, widen};

/// Takes what is no part of them off addresses, and takes away what is none.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        if !matches!(one.of, Type::Address | Type::Location) {
            continue;
        }
        let behind = named.get(at).map_or(tokens.len(), |next| next.first);
        let mut own = one;
        let begins = head(tokens, &own);
        own.first = begins.as_ref().map_or(own.first, |(first, _)| *first);
        let ends = if one.of == Type::Address { tail(tokens, &own, behind) } else { None };
        own.end = ends.as_ref().map_or(own.end, |(end, _)| *end);
        let cut = begins.is_some() || ends.is_some();
        if cut && !is_numbered(tokens.get(own.first..own.end).unwrap_or_default()) {
            own.of = Type::Location;
        }
        if let Some(slot) = named.get_mut(at - 1) {
            *slot = own;
        }
        for (_, who) in [begins, ends].into_iter().flatten().filter(|(_, who)| !who.is_empty()) {
            at += usize::from(who.start < own.first);
            add(named, Type::Person, who.start, who.end);
        }
    }
    named.retain(|one| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        !inside.is_empty() && (one.of != Type::Address || !(is_counted(inside) || is_list(inside) || is_rooms(inside)))
    });
}

/// Tells whether a number, a code or a word of streets is there.
fn is_numbered(inside: &[Token]) -> bool {
    let numbered = |one: &Token| matches!(one.class, Class::Digits | Class::Alphanumeric | Class::Found);
    inside.iter().any(|one| numbered(one) || one.entry.has(flag::STREET))
}

/// Finds where an address begins behind other words, and who was named in them: `live in Kettering, NN15 6QX`, `Omar in
/// Derby, DE1 2QY`, `hit Derby`, `Ada</b> in <i>Leeds`.
fn head(tokens: &[Token], one: &Named) -> Option<(usize, Range<usize>)> {
    let inside = tokens.get(one.first..one.end)?;
    let numbered = |one: &Token| matches!(one.class, Class::Digits | Class::Alphanumeric | Class::Found);
    let head = inside.iter().position(numbered).unwrap_or(inside.len());
    let words = inside.get(..head)?;
    // `<i>` is no word.
    let is_in = |at: &usize| {
        let (here, next) = (token(words, *at), token(words, *at + 1));
        here.class == Class::Lower && here.entry.class == class::IN && !next.is(b'>')
    };
    let place = (1..words.len()).rev().find(is_in);
    if let Some(place) = place {
        let said = |one: &Token| {
            let everyday = one.entry.has(flag::COMMON) || one.entry.class == class::LIVE;
            one.class == Class::Lower && everyday && !one.entry.has(flag::STREET | flag::PARTICLE)
        };
        let lead = words.iter().take_while(|one| !one.class.is_word()).count();
        // `met Dr. Ada Byron in Leeds`
        let verbs = words.get(lead..place).unwrap_or_default().iter();
        let verbs = verbs.take_while(|one| said(one) && !THE.has(one));
        let verbs = verbs.count();
        let lead = if lead + verbs < place { lead + verbs } else { lead };
        // The tokens of a title belong to nobody's name.
        let lead = skip_titles(tokens, one.first + lead) - one.first;
        let before = words.get(lead..place).filter(|before| !before.is_empty())?;
        let mark = |one: &&Token| one.class == Class::Newline || one.is(b'<') || one.is(b'>');
        let mut first = one.first + place + 1;
        first += tokens.get(first..one.end)?.iter().take_while(mark).count();
        // `in <i>Lisbon`
        let tag = token(tokens, first).len() <= 6 && token(tokens, first + 1).is(b'>');
        first += if tag { 2 } else { 0 };
        let town = flag::CITY | flag::REGION | flag::STREET;
        // `Stoke on Trent` is a town.
        let other = if IN.has(token(tokens, one.first + place)) { flag::STREET } else { town };
        let who = |one: &Token| one.class.is_big() && one.entry.has(flag::FIRST | flag::LAST) && !one.entry.has(other);
        if first < one.end && before.iter().all(who) {
            return Some((first, one.first + lead..one.first + place));
        }
        return (first < one.end && before.iter().all(said)).then_some((first, 0..0));
    }
    let loose = |one: &&Token| {
        one.class == Class::Lower
            && one.entry.has(flag::COMMON)
            && !one.entry.has(flag::STREET | flag::PARTICLE)
            && piece::bits(one) & (piece::BEGINS | piece::LEADS | piece::SHORT | piece::SIGN | piece::UNIT) == 0
    };
    let loose = words.iter().take_while(loose).count();
    let town = inside.get(loose)?;
    if loose > 0 && town.class.is_big() && town.entry.has(flag::CITY | flag::REGION) {
        return Some((one.first + loose, 0..0));
    }
    // `12 near Stamford, CT`
    let (number, beside, name) = (inside.first()?, inside.get(1)?, inside.get(2)?);
    let beside = beside.class == Class::Lower && BESIDE.has(beside) && name.class.is_big();
    (beside && number.class == Class::Digits).then_some((one.first + 2, 0..0))
}

/// Finds where an address ends before other words, and who is named there: `apartment 7, John` before `Doe`, `flat 4, a
/// mrs`, `LS1 4DY, 12` before `units`.
fn tail(tokens: &[Token], one: &Named, behind: usize) -> Option<(usize, Range<usize>)> {
    let inside = tokens.get(one.first..one.end)?;
    if let Some(comma) = inside.iter().rposition(|token| token.is(b',')).filter(|comma| *comma > 0) {
        let first = one.first + comma + 1;
        let who = tokens.get(first..one.end)?;
        let end = name_end(tokens, first);
        let known = |one: &Token| !one.entry.has(flag::REGION | flag::STREET | flag::FUNCTION);
        let given = who.first().is_some_and(|one| one.entry.has(flag::FIRST) && one.class == Class::Capital);
        let whole = tokens.get(first..end)?;
        let fits = whole.len() >= 2 && end >= one.end && end <= behind.max(one.end);
        // Somebody does something there: a town has a mark behind it.
        let acts = token(tokens, end).class == Class::Lower;
        if given && fits && acts && whole.iter().all(known) {
            return Some((one.first + comma, first..end));
        }
        let next = token(tokens, one.end);
        let counts = next.class == Class::Lower
            && next.entry.has(flag::COMMON)
            && !next.entry.has(flag::FUNCTION | flag::NAMING)
            && piece::bits(next) & piece::UNIT == 0;
        if who.len() == 1 && who.iter().all(|one| one.class == Class::Digits) && counts {
            return Some((one.first + comma, 0..0));
        }
    }
    let titled = inside.last().is_some_and(|one| {
        one.entry.has(flag::TITLE) && one.class.is_word() && !one.entry.has(flag::STREET | flag::NAMING)
    });
    if !titled || inside.len() < 3 {
        return None;
    }
    let rest = inside.get(..inside.len() - 1)?;
    let off = |one: &&Token| one.is(b',') || (one.class == Class::Lower && one.entry.has(flag::FUNCTION));
    let off = rest.iter().rev().take_while(off).count();
    Some((one.end - 1 - off, 0..0))
}

/// A count, no house: `3 new endpoints, 12`, `12 Road safety`, `12 Platz Lizenzen`.
fn is_counted(inside: &[Token]) -> bool {
    let [number, word, rest @ ..] = inside else { return false };
    if number.class != Class::Digits || !word.class.is_word() {
        return false;
    }
    let tells = |one: &Token| match one.class {
        Class::Lower => {
            let town = one.entry.has(flag::CITY | flag::REGION | flag::PARTICLE) && !one.entry.has(flag::COMMON);
            town || one.entry.has(flag::STREET)
        }
        Class::Alphanumeric | Class::Found => true,
        _ => one.class.is_word(),
    };
    let mixed = number.line.casing != LOWER;
    if mixed && word.class == Class::Lower && !inside.iter().any(tells) {
        return true;
    }
    // The word of a street with no name before it, and no town behind.
    let bits = piece::bits(word);
    let kind = word.class.is_big() && word.entry.has(flag::STREET) && word.entry.has(flag::COMMON);
    let leads = bits & (piece::LEADS | piece::BEGINS) != 0;
    let goes_on = rest.iter().take(2).any(|one| {
        one.is(b',')
            || one.class == Class::Newline
            || one.entry.has(flag::STREET)
            || piece::bits(one) & (piece::TOWN | piece::CODE) != 0
            || matches!(one.class, Class::Digits | Class::Alphanumeric) && one.len() >= 4
    });
    let safe = |one: &Token| one.class == Class::Lower || one.class == Class::Capital;
    kind && !goes_on && rest.first().is_some_and(safe) && (!leads || GERMAN.has(word))
}

/// A list of things and their numbers: `Apgar 9, Glasgow Coma Scale 15`, `Row 5 Seat 12 Gate 4`, `Level 2, Bay 14`.
fn is_list(inside: &[Token]) -> bool {
    let small = |one: &Token| matches!(one.class, Class::Digits) && one.len() <= 3;
    let numbers = inside.iter().filter(|one| small(one)).count();
    let other = |one: &Token| {
        let bits = piece::bits(one);
        let of =
            piece::BEGINS | piece::SHORT | piece::COMPOUND | piece::ENDS | piece::CODE | piece::FORCES | piece::RURAL;
        let number = matches!(one.class, Class::Digits | Class::Alphanumeric | Class::Found) && !small(one);
        number
            || (one.entry.has(flag::STREET) && !NUMBERED.has(one))
            || one.class == Class::Newline
            || bits & (of | piece::SIGN | piece::HASH | piece::SLASH | piece::DASH | piece::COLON) != 0
            || one.entry.class == class::BOX
            || DWELLINGS.has(one)
    };
    if numbers < 2 || inside.iter().any(other) {
        return false;
    }
    let everyday = |one: &Token| {
        !one.class.is_word()
            || one.entry.has(flag::COMMON | flag::THING)
            || unit::is_unit(one)
            || NUMBERED.has(one)
            || one.len() == 1
    };
    let town = |one: &Token| piece::bits(one) & piece::TOWN != 0;
    // Each part ends with its number: a town has none behind it.
    let mut parts = inside.split(|one| one.is(b','));
    let scored = parts.all(|part| {
        part.len() >= 2 && part.last().is_some_and(small) && part.first().is_some_and(|one| one.class.is_word())
    });
    (inside.iter().all(everyday) && !inside.iter().any(town)) || scored
}

/// Where something is in a building, and no more: `Room 12, Building 5, Floor 3`; who has a flat there has an address.
fn is_rooms(inside: &[Token]) -> bool {
    let fits = |one: &Token| match one.class {
        Class::Digits | Class::Alphanumeric => one.len() <= 5,
        Class::Punctuation | Class::Newline => true,
        _ => one.len() <= 2 || ROOMS.has(one),
    };
    // `Gebäude 5, Etage 3 abgeben`
    let said = |one: &&Token| {
        one.class == Class::Lower && one.len() > 2 && !one.entry.has(flag::STREET | flag::CITY | flag::REGION)
    };
    let said = inside.iter().rev().take_while(said).count();
    let rooms = inside.get(..inside.len() - said).unwrap_or_default();
    // `zimmer 5, etage 3, musterdorf`, `Building 5, Floor 3, 10115`
    let goes_on = rooms.last().is_some_and(|one| one.is(b','));
    let coded = rooms
        .windows(2)
        .any(|pair| matches!(pair, [comma, code] if comma.is(b',') && code.class == Class::Digits && code.len() >= 4));
    !goes_on && !coded && rooms.len() > 1 && rooms.first().is_some_and(|one| ROOMS.has(one)) && rooms.iter().all(fits)
}

/// Rooms, parts of buildings and what stands in them, with their numbers.
static ROOMS: WordSet<49> = WordSet::new(
    "room building bldg floor level rack desk cubicle hall wing corridor cabinet shelf row bay office lab theatre \
     gate zone and zimmer raum gebaude etage stock stockwerk flur halle saal buro salle batiment niveau bureau \
     edificio planta aula sala stanza piano gebouw verdieping kamer kantoor andar predio rum lokale",
);

/// Takes a town for one where somebody goes there: `the A40 to Oxford` is on no way to a firm.
pub(super) fn ways(tokens: &[Token], named: &mut [Named]) {
    /// Tokens before the town.
    const BEFORE_MAX: usize = 6;
    for one in named.iter_mut().filter(|one| one.of == Type::Organization && one.end == one.first + 1) {
        let other = flag::COMPANY | flag::ORGANISATION | flag::THING;
        let name = token(tokens, one.first);
        let way = token(tokens, one.first.wrapping_sub(1));
        // What is sold to Apple goes nowhere.
        let before = tokens.get(one.first.saturating_sub(BEFORE_MAX)..one.first).unwrap_or_default();
        let goes = before.iter().any(|one| GOES.has(one) || (one.class == Class::Alphanumeric && one.len() <= 5));
        if goes && name.entry.has(flag::CITY) && !name.entry.has(other) && way.class == Class::Lower && WAYS.has(way) {
            one.of = Type::Location;
        }
    }
}

/// What says that somebody is on a way.
static GOES: WordSet<36> = WordSet::new(
    "drive drives drove driving walk walked walking go goes going went gone fly flew flying flight train bus ferry \
     coach tram road motorway highway route travel travels travelled traveled ride rode trip cycle cycled junction \
     exit",
);

/// Words between a way and a town.
static WAYS: WordSet<7> = WordSet::new("to from near via towards through into");

/// Parts addresses that stand side by side: `12 High Street, Leeds and PO Box 7, Leeds`.
pub(super) fn sides(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let is_and = |one: &Token| one.class == Class::Lower && AND.has(one);
        let Some(and) = inside.iter().position(is_and) else { continue };
        let before = inside.get(..and).unwrap_or_default();
        let next = one.first + and + 1;
        let numbered = before.iter().any(|one| matches!(one.class, Class::Digits | Class::Found));
        let street = before.iter().any(|one| one.entry.has(flag::STREET)) || before.iter().any(|one| one.is(b','));
        let house = token(tokens, next).class == Class::Digits && token(tokens, next + 1).class.is_word();
        let boxed = (next..next + 4).any(|at| part::boxed(tokens, at).is_some_and(|(first, _)| first == next));
        // `and in York, YO1 7HH`
        let town = token(tokens, next).class == Class::Lower
            && token(tokens, next).entry.class == class::IN
            && piece::bits(token(tokens, next + 1)) & piece::NAME != 0;
        let next = next + usize::from(town);
        if one.of == Type::Address && numbered && street && (house || boxed || town) && next + 1 < one.end {
            if let Some(own) = named.get_mut(at - 1) {
                own.end = one.first + and;
            }
            named.insert(at, Named { first: next, ..one });
        }
    }
}

/// Where something is, seen from elsewhere.
static BESIDE: WordSet<10> = WordSet::new("near by from to with at for past before after");

static AND: WordSet<6> = WordSet::new("and und et y e en");

/// Words of German streets that lead a French one, too.
static GERMAN: WordSet<3> = WordSet::new("platz weg ring");

/// What people live in, with its number.
static DWELLINGS: WordSet<18> = WordSet::new(
    "flat apt apartment appt suite house block blk villa wohnung appartement appartamento piso unit lot plot box \
     room",
);

/// What things are in, with its number.
static NUMBERED: WordSet<13> =
    WordSet::new("row bay gate terminal zone level seat section bin shelf aisle platform track");

/// What a name of a place goes on with: `of the James River`.
static THE: WordSet<2> = WordSet::new("of the");

static IN: WordSet<1> = WordSet::new("in");

/// Finds streets in lower case behind their houses: `at number 10 downing street`.
pub(super) fn lowered(tokens: &[Token], named: &mut Vec<Named>) {
    /// Words of a street's name.
    const WORDS_MAX: usize = 2;
    for (at, number) in tokens.iter().enumerate() {
        if number.class != Class::Digits || number.len() > 4 {
            continue;
        }
        let before = at.checked_sub(1).map_or(&Token::BEYOND, |before| token(tokens, before));
        let way = before.class == Class::Lower && AT.has(before);
        if !way && !HOUSES.has(before) {
            continue;
        }
        let words = tokens.get(at + 1..).unwrap_or_default();
        let name = |one: &&Token| one.class == Class::Lower && !ROADS.has(one) && !one.entry.has(flag::FUNCTION);
        let len = words.iter().take(WORDS_MAX).take_while(name).count();
        let street = token(tokens, at + 1 + len);
        if len > 0 && street.class == Class::Lower && ROADS.has(street) && (!way || STREETS.has(street)) {
            widen(named, Type::Address, at, at + 2 + len);
        }
    }
}

/// What stands before an address, and words that end one there and nothing else.
static AT: WordSet<4> = WordSet::new("at to from is");
static STREETS: WordSet<5> = WordSet::new("street road avenue crescent boulevard");

/// What stands before the number of a house.
static HOUSES: WordSet<3> = WordSet::new("number no nr");

/// Last words of English streets that are hardly anything else behind a house.
static ROADS: WordSet<9> = WordSet::new("street road avenue crescent lane boulevard terrace close gardens");
