//! What looks like an address and is rows of things and their numbers: `RR 18, HR 88`, `Rent 900` over `Power 60`; and who
//! stands in such rows.

use std::ops::Range;

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Token};
use super::super::super::words::WordSet;
use super::super::{add, name_end, token};
use super::{pattern, piece, unit};

/// Takes away addresses that are rows, and finds who stands in those that are a list of people; takes whom a title is said of
/// out of a room.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        if one.of != Type::Address {
            continue;
        }
        if let Some(lead) = householder(tokens, &one) {
            if let Some(own) = named.get_mut(at - 1) {
                own.first = lead.end;
            }
            add(named, Type::Person, lead.start, lead.end);
            at += 1;
            continue;
        }
        if is_ward(tokens, &one) {
            named.remove(at - 1);
            at -= 1;
            patients(tokens, named, &one);
            continue;
        }
        if let Some((end, who)) = tenant(tokens, &one) {
            // `Ward 5` begins with its number here.
            let room = tokens.get(one.first..end).unwrap_or_default();
            // `Court 3` of judges is none either.
            if room.iter().any(|word| word.class.is_word() && !THINGS.has(word)) {
                if let Some(own) = named.get_mut(at - 1) {
                    own.end = end;
                }
            } else {
                named.remove(at - 1);
                at -= 1;
            }
            let whole = name_end(tokens, who).max(who + 1);
            add(named, Type::Person, who, whole);
            // `Suite 5, Mrs Park, 12 High Street, Leeds`
            let rest = tokens.get(whole + 1..one.end).unwrap_or_default();
            if token(tokens, whole).is(b',') && rest.iter().any(|one| one.class.is_big()) {
                let whole_address = rest.iter().any(tells) || rest.iter().any(|one| one.class == Class::Alphanumeric);
                let of = if whole_address { Type::Address } else { Type::Location };
                add(named, of, whole + 1, one.end);
            }
            continue;
        }
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let lines = is_list_of_lines(inside);
        let counts = is_row_of_counts(inside);
        if lines
            || counts
            || is_measured(inside)
            || is_numbered_thing(inside)
            || is_venue(inside)
            || (inside.len() <= 4 && pattern::is_numbered(tokens, one.first))
            || (inside.len() == 3 && super::is_counted(inside))
            || is_no_place(tokens, &one)
        {
            named.remove(at - 1);
            at -= 1;
            if counts {
                payers(tokens, named, &one);
            }
            if lines {
                people(tokens, named, &one);
            }
        }
    }
}

/// Finds who is named before the house without a mark between: `Sarah Pargeter 12 High Street Leeds`, `Mrs Pargeter 12 High
/// Street`.
fn householder(tokens: &[Token], one: &Named) -> Option<Range<usize>> {
    let inside = tokens.get(one.first..one.end)?;
    let house = inside.iter().position(|word| matches!(word.class, Class::Digits | Class::Alphanumeric))?;
    let (who, rest) = inside.split_at_checked(house)?;
    let before = one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let titled = before.class == Class::Capital && TITLES.has(before);
    let other = flag::STREET | flag::REGION | flag::FUNCTION | flag::COMPANY | flag::ORGANISATION | flag::TITLE;
    let named = |word: &Token| {
        let bits = piece::bits(word);
        let street = bits & (piece::COMPOUND | piece::ENDS | piece::BEGINS | piece::LEADS | piece::BOX) != 0;
        word.class == Class::Capital && !word.entry.has(other) && !unit::is_unit(word) && !street
    };
    let (given, family) = (who.first()?, who.last()?);
    let town = |word: &Token| word.entry.has(flag::CITY) && !word.entry.has(flag::RATHER_NAME);
    let whole = who.len() == 2 && given.entry.has(flag::FIRST) && !town(given) && !town(family);
    let street = |word: &Token| word.class.is_big() && word.entry.has(flag::STREET);
    // The street stands behind the house: no `Ada Lovelace 12`.
    let follows = rest.get(1).is_some_and(|word| word.class.is_big()) && rest.iter().skip(2).take(4).any(street);
    let fits = (titled && (1..=2).contains(&who.len())) || whole;
    (fits && follows && who.iter().all(named)).then(|| one.first..one.first + house)
}

/// Tells whether people with titles stand in beds and seats: `Bed 2 Mr Noble 67M, Bed 3 Mrs Okafor 82F`.
fn is_ward(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let titled =
        |pair: &[Token]| matches!(pair, [number, title] if matches!(number.class, Class::Digits) && is_titled(title));
    let streets = inside.iter().any(|word| {
        let bits = piece::bits(word);
        let small = word.class == Class::Lower && word.entry.has(flag::FUNCTION);
        (word.entry.has(flag::STREET) && !small && !THINGS.has(word) && !BEDS.has(word))
            || bits & (piece::COMPOUND | piece::CODE | piece::BEGINS | piece::LETTER_CODE) != 0
            || is_town(word) && !is_said_with_title(inside, word) && !BEDS.has(word)
    });
    let beds = inside.first().is_some_and(|word| word.class == Class::Digits)
        && inside.iter().any(|word| word.class == Class::Capital && BEDS.has(word));
    (inside.windows(2).any(titled) || beds) && !streets
}

/// Tells whether a word stands behind a title.
fn is_said_with_title(inside: &[Token], word: &Token) -> bool {
    inside.windows(2).any(|pair| matches!(pair, [title, name] if is_titled(title) && name.start == word.start))
}

fn is_titled(word: &Token) -> bool {
    word.class == Class::Capital && TITLES.has(word)
}

/// Finds who lies in the beds: whom a title is said of, and who stands behind a bed's number.
fn patients(tokens: &[Token], named: &mut Vec<Named>, one: &Named) {
    for at in one.first + 1..one.end {
        let (before, here) = (token(tokens, at - 1), token(tokens, at));
        let bed = at.checked_sub(2).map_or(&Token::BEYOND, |at| token(tokens, at));
        let lies = before.class == Class::Digits && BEDS.has(bed) && !is_titled(here);
        let end = name_end(tokens, at);
        if (is_titled(before) || lies) && here.class == Class::Capital && end > at {
            add(named, Type::Person, at, end.min(one.end));
        }
    }
}

/// Names and what each is counted, of which the first number stands alone here: `Mia 15, Sunil 30`, `VLAN 40, port 3`.
fn is_row_of_counts(inside: &[Token]) -> bool {
    let small = |one: &Token| one.class == Class::Digits && one.len() <= 3;
    let mark = |one: &Token| one.is(b',') || one.is(b';');
    if !inside.first().is_some_and(small) || inside.iter().any(tells) || !inside.get(1).is_some_and(mark) {
        return false;
    }
    let mut parts = inside.split(mark).skip(1);
    parts.all(|part| {
        let [first, .., last] = part else { return false };
        first.class.is_word() && small(last) && part.len() <= 3
    })
}

/// Finds who is counted: a given name right before a number.
fn payers(tokens: &[Token], named: &mut Vec<Named>, one: &Named) {
    for at in one.first..one.end {
        let (name, number) = (token(tokens, at), token(tokens, at + 1));
        let other = flag::COMMON | flag::THING | flag::REGION | flag::CITY;
        let known = name.entry.has(flag::FIRST | flag::LAST) || (name.entry.flags == 0 && name.len() > 2);
        if name.class == Class::Capital && number.class == Class::Digits && known && !name.entry.has(other) {
            add(named, Type::Person, at, at + 1);
        }
    }
}

/// A path, a dose, letters that are spelt, or what brackets open in: `POST /v1/anonymize`, `Clopidogrel 75` before `mg`,
/// `F-R-O-S-T`, `base32 (RFC 4648`.
fn is_no_place(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let path = |row: &[Token]| {
        let [before, stroke, next] = row else { return false };
        stroke.is(b'/') && before.end < stroke.start && stroke.end == next.start
    };
    let numbered = inside.iter().any(|word| word.class == Class::Digits || word.entry.has(flag::STREET));
    if !numbered && !inside.iter().any(is_town) && inside.windows(3).any(path) {
        return true;
    }
    if inside.iter().any(|word| tells(word) || is_town(word)) {
        return false;
    }
    let spelt = |row: &[Token]| {
        let [letter, hyphen, next] = row else { return false };
        let one = |word: &Token| word.class.is_big() && word.len() == 1;
        one(letter) && hyphen.is(b'-') && one(next) && letter.end == hyphen.start && hyphen.end == next.start
    };
    let next = token(tokens, one.end);
    let dose =
        next.class.is_word() && MEASURES.has(next) && inside.last().is_some_and(|one| one.class == Class::Digits);
    // `1000 Mbps`
    let dose = dose || matches!(inside, [number, unit] if number.class == Class::Digits && MEASURES.has(unit));
    let opened =
        inside.iter().filter(|word| word.is(b'(')).count() > inside.iter().filter(|word| word.is(b')')).count();
    dose || opened || inside.windows(3).any(spelt)
}

/// Where people lie, sit and wait, with a number.
static BEDS: WordSet<9> = WordSet::new("bed bay seat ward cot chair cubicle bett lit");

/// Tells whether a word is a unit behind a number.
pub(in super::super) fn is_measure(word: &Token) -> bool {
    MEASURES.has(word)
}

/// What doses, lengths and speeds are counted in.
static MEASURES: WordSet<13> = WordSet::new("mg mcg ml mm cm kg km kb mb kbps mbps gbps rpm");

/// Finds where a person begins behind a room's comma or number, and where the room ends: `Suite 5, Mrs Park`, `Unit 3 Mr
/// Singh`.
fn tenant(tokens: &[Token], one: &Named) -> Option<(usize, usize)> {
    let article = |at: usize| usize::from(ARTICLES.has(token(tokens, at - 1)));
    let titled = |at: &usize| {
        let title = token(tokens, *at);
        let comma = token(tokens, *at - 1 - article(*at));
        let name = token(tokens, *at + 1 + usize::from(token(tokens, *at + 1).is(b'.')));
        let parts = comma.is(b',') || matches!(comma.class, Class::Digits | Class::Alphanumeric);
        // `flat 4, a mrs o'dowd`
        let cased = title.class == Class::Capital && name.class == Class::Capital;
        let lower = title.class == Class::Lower && article(*at) > 0 && name.class == Class::Lower;
        parts && TITLES.has(title) && (cased || lower)
    };
    let title = (one.first + 2..one.end).find(titled)?;
    let start = title - article(title);
    let comma = usize::from(token(tokens, start - 1).is(b','));
    Some((start - comma, title + 1 + usize::from(token(tokens, title + 1).is(b'.'))))
}

/// What says that numbers and words are an address: a street, a box, a dwelling, a code of the post.
fn tells(one: &Token) -> bool {
    let bits = piece::bits(one);
    let of = piece::COMPOUND | piece::CODE | piece::FORCES | piece::LETTER_CODE | piece::OUTWARD;
    let small = one.class == Class::Lower && one.entry.has(flag::FUNCTION);
    (one.entry.has(flag::STREET) && !small && !THINGS.has(one) && bits & piece::SIGN == 0)
        || bits & of != 0
        || (one.class.is_big() && bits & (piece::BEGINS | piece::ENDS | piece::LEADS) != 0)
        || one.entry.class == class::BOX
        || unit::is_unit(one)
        || (one.class == Class::Digits && one.len() >= 5)
        || DWELLINGS.has(one)
}

fn is_town(one: &Token) -> bool {
    matches!(one.class, Class::Capital | Class::Mixed) && piece::bits(one) & piece::TOWN != 0
}

/// Lines of one form, each a word or more and its number, or each behind a bullet: a list of prices, scores or people.
fn is_list_of_lines(inside: &[Token]) -> bool {
    /// Lines that say so where the last one may be a town and its district.
    const LINES_MIN: usize = 3;
    if inside.iter().any(tells) {
        return false;
    }
    let form = |line: &[Token]| {
        let first = line.first().map_or(Class::None, |one| one.class);
        let bullet = line.first().is_some_and(|one| one.is(b'-') || one.is(b'*'));
        let counted = first == Class::Digits;
        let ends = line.last().is_some_and(|one| one.class == Class::Digits);
        let words = line.iter().any(|one| one.class.is_word());
        words.then_some((bullet, counted, ends))
    };
    let lines = || inside.split(|one| one.class == Class::Newline).filter(|line| !line.is_empty());
    let count = lines().count();
    // The first line may be a heading, or lack its bullet because no address begins with one.
    let Some(usual) = lines().nth(1).and_then(form) else { return false };
    let same = lines().skip(1).all(|line| form(line) == Some(usual));
    let first = lines().next().and_then(form);
    let alike = first == Some(usual) || usual.0 || (usual.1 && count >= LINES_MIN);
    let town = lines().next_back().is_some_and(|line| line.iter().any(is_town));
    same && alike && usual != (false, false, false) && (count >= LINES_MIN || !town)
}

/// Finds who stands in the lines of a list: what is a name or nothing else that is known.
fn people(tokens: &[Token], named: &mut Vec<Named>, one: &Named) {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    // Behind bullets everyday words that families are called are people, too; before prices and scores they are not.
    let bullets = inside.windows(3).any(|row| {
        let [line, mark, next] = row else { return false };
        let counted = mark.class == Class::Digits && next.is(b'.');
        line.class == Class::Newline && (mark.is(b'-') || mark.is(b'*') || counted)
    });
    let mut begins = true;
    for at in one.first..one.end {
        let here = token(tokens, at);
        if here.class == Class::Newline {
            begins = true;
        } else if begins && here.class.is_word() {
            begins = false;
            let end = name_end(tokens, at);
            let known = |one: &Token| {
                let name = one.entry.has(flag::FIRST | flag::LAST);
                let plain = !one.entry.has(flag::COMMON) || one.entry.has(flag::RATHER_NAME) || bullets;
                (name && plain) || one.entry.flags == 0
            };
            let rest = tokens.get(at..end).unwrap_or_default();
            if rest.iter().all(|one| known(one) || !one.class.is_word()) && here.class == Class::Capital {
                add(named, Type::Person, at, end.min(one.end));
            }
        }
    }
}

/// What is measured: short words in capitals or of two letters, and their numbers: `HR 88, BP 120/80`, `Na 140, K 4.1`.
fn is_measured(inside: &[Token]) -> bool {
    let number = |one: &Token| matches!(one.class, Class::Digits | Class::Alphanumeric);
    let sign = |one: &Token| match one.class {
        Class::Upper | Class::Initial => one.len() <= 4,
        Class::Capital => one.len() <= 2 || (one.len() == 3 && !one.entry.has(flag::NAMING)),
        _ => false,
    };
    // `MA 02115` is a state and its code.
    let of_sign = |one: &Token, next: &Token| {
        sign(one) && number(next) && (next.len() < 5 || piece::bits(one) & piece::STATE == 0)
    };
    let counted = |at: usize| at.checked_sub(1).is_some_and(|before| of_sign(token(inside, before), token(inside, at)));
    let telling = |(at, one): (usize, &Token)| {
        let forces = piece::bits(one) & (piece::FORCES | piece::BOX) != 0;
        let told = forces || (tells(one) && !sign(one) && !counted(at));
        told || (is_town(one) && !THINGS.has(one)) || one.class == Class::Newline
    };
    if inside.iter().enumerate().any(telling) {
        return false;
    }
    // `port 3` beside `VLAN 40`
    let thing = |one: &Token, next: &Token| {
        one.class == Class::Lower && one.entry.has(flag::COMMON) && next.class == Class::Digits && next.len() <= 4
    };
    let things = inside.windows(2).filter(|pair| matches!(pair, [one, next] if thing(one, next))).count();
    // `VLAN 40`
    if let [only, number] = inside
        && only.class == Class::Upper
        && number.class == Class::Digits
        && number.len() <= 4
        && !only.entry.has(flag::NAMING)
        && piece::bits(only) & (piece::STATE | piece::RURAL | piece::ROUTE) == 0
    {
        return true;
    }
    let measured = inside.windows(2).filter(|pair| matches!(pair, [one, next] if of_sign(one, next))).count();
    let signs = inside.iter().filter(|one| sign(one)).count();
    let everyday = |one: &Token| {
        !one.class.is_word() || sign(one) || one.class == Class::Lower || one.entry.has(flag::COMMON | flag::THING)
    };
    (measured >= 2 || (measured >= 1 && signs + things >= 2)) && inside.iter().all(everyday)
}

/// A thing and its number: `Rechnung Nr. 4711`, `Kapitel 3`, `Eltern der 3a`, `Drive 6`.
fn is_numbered_thing(inside: &[Token]) -> bool {
    let [first, rest @ ..] = inside else { return false };
    let street = first.entry.has(flag::STREET) && rest.len() == 1;
    let known = first.entry.has(flag::COMMON) || THINGS.has(first) || CHAPTERS.has(first);
    if !first.class.is_big() || !known || first.class == Class::Upper {
        return false;
    }
    let thing = |one: &Token| {
        matches!(one.class, Class::Digits | Class::Alphanumeric)
            || !one.class.is_word()
            || one.class == Class::Lower
            || piece::bits(one) & piece::SIGN != 0
            || (one.entry.has(flag::COMMON) && !one.entry.has(flag::NAMING))
    };
    let numbered = rest.iter().any(|one| matches!(one.class, Class::Digits | Class::Alphanumeric));
    let telling = |one: &Token| (tells(one) && piece::bits(one) & piece::SIGN == 0) || is_town(one);
    numbered
        && rest.iter().all(thing)
        && !rest.iter().any(telling)
        && ((!telling(first) && (!first.entry.has(flag::NAMING) || CHAPTERS.has(first)))
            || (street && THINGS.has(first)))
}

/// Halls, courts and tables with their numbers or letters, of which nobody's address is made: `Pool 2, Hall B`.
fn is_venue(inside: &[Token]) -> bool {
    let own = inside.split(|one| one.is(b',')).map(|part| match part {
        // `Use Court 3`
        [verb, rest @ ..] if verb.entry.has(flag::COMMON) && rest.first().is_some_and(|one| VENUES.has(one)) => rest,
        _ => part,
    });
    let venue = |part: &[Token]| {
        let words = if let [words @ .., end] = part
            && end.is(b'.')
        {
            words
        } else {
            part
        };
        let [word, number] = words else { return false };
        let letter = number.class == Class::Initial || (number.len() == 1 && number.class.is_word());
        VENUES.has(word) && (letter || matches!(number.class, Class::Digits | Class::Alphanumeric))
    };
    let mut own = own.peekable();
    own.peek().is_some() && own.all(venue)
}

static VENUES: WordSet<20> = WordSet::new(
    "pool hall court stage studio gym lab theatre theater field pitch table booth counter desk track rink arena saal halle",
);

static TITLES: WordSet<16> = WordSet::new("mr mrs ms miss dr prof judge justice herr frau mme mevr sig sra srta dona");
static ARTICLES: WordSet<1> = WordSet::new("a");

/// Things with numbers that the lexicon does not know.
static CHAPTERS: WordSet<9> =
    WordSet::new("kapitel apgar abschnitt auftrag anfrage bestellung rechnung facture fattura");

/// Words of streets that are things with numbers, too.
static THINGS: WordSet<8> = WordSet::new("drive row bay gate terminal way ward court");

/// What people live or stay in.
static DWELLINGS: WordSet<26> = WordSet::new(
    "flat apt apartment appt suite house block blk villa wohnung appartement appartamento piso unit lot plot room \
    zimmer chambre camera habitacion kamer stand farm casilla postfach",
);

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn who_has_a_title_is_no_part_of_the_address() {
        check("<A:Court 3, Judge Rivers> presiding", &["Person Rivers"]);
        check("the tenant at <A:flat 4, a mrs o'dowd>, complained", &["Address flat 4", "Person o'dowd"]);
        check("at <A:5 Oak Road, Mr Singh, Leeds>", &["Address 5 Oak Road", "Person Singh", "Location Leeds"]);
        check(
            "at <A:5 Oak Road, Mr Singh, Leeds LS1 4DY>",
            &["Address 5 Oak Road", "Person Singh", "Address Leeds LS1 4DY"],
        );
        check("at <A:4 Miss Road, Leeds>", &["Address 4 Miss Road, Leeds"]);
    }
}
