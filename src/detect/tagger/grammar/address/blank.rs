//! Blank lines inside of addresses: what stands above and below them is one address still.

use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Token};
use super::super::token;
use super::{join, part, piece, unit};

/// Tokens of a line of an address.
pub(in super::super::super) const LINE_MAX: usize = 12;

/// What a line of an address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A street or box with its number.
    Street,
    /// A flat or floor alone.
    Unit,
    /// A building, or a street that has no number.
    Building,
    /// A number and names: a street, where a town with its code follows.
    Numbered,
    /// A town and its code.
    Coded,
    /// A code alone.
    Code,
    /// A town, region or country.
    Town,
}

/// Tells whether an address goes on from the last of these lines to the next one, which a blank line parts: a town or a code
/// follows a street, and a code or country the town of one.
pub(in super::super::super) fn goes_on(above: &[Token], below: &[Token]) -> bool {
    let Some(next) = says(below) else { return false };
    let (before, last) = last_line(above);
    let Some(own) = says(plain_end(last)) else { return false };
    match (own, next) {
        (Says::Street, Says::Coded | Says::Town) | (Says::Numbered | Says::Building, Says::Coded) => true,
        (Says::Unit | Says::Building, Says::Street | Says::Building) => true,
        (Says::Town, Says::Code | Says::Town) | (Says::Coded | Says::Code, Says::Town) => {
            let (_, before) = last_line(before);
            matches!(says(plain_end(before)), Some(Says::Street | Says::Numbered | Says::Town))
        }
        _ => false,
    }
}

/// The end of a line behind what an address has no part of: `Please send it to` before `12 High Street`.
fn plain_end(line: &[Token]) -> &[Token] {
    let begin = line.iter().rposition(|one| !is_plain(one)).map_or(0, |at| at + 1);
    line.get(begin..).unwrap_or_default()
}

/// Tells what a line says of an address; none where it says anything else.
fn says(line: &[Token]) -> Option<Says> {
    let line = line.split_last().filter(|(last, _)| last.is(b'.')).map_or(line, |(_, line)| line);
    if line.is_empty() || line.len() > LINE_MAX || !line.iter().all(is_plain) {
        return None;
    }
    let bits = line.iter().fold(0, |bits, one| bits | piece::bits(one));
    let numbered = bits & (piece::HOUSE | piece::CODE) != 0;
    let names = line.iter().filter(|one| one.class.is_big() && one.len() >= 2).count();
    let ends = |at: usize| part::code(line, at) == Some(line.len());
    if part::code(line, 0) == Some(line.len()) {
        // Four digits alone are a year as well.
        let long = line.iter().map(Token::len).sum::<usize>() >= 5;
        return long.then_some(Says::Code);
    }
    let of_street = piece::STREET | piece::BEGINS | piece::LEADS | piece::COMPOUND | piece::ENDS | piece::UNIT;
    // `1020 Willow Creek Ln`
    let street = line.last().is_some_and(|last| piece::bits(last) & piece::STREET != 0);
    let town = |end: usize| bits & of_street == 0 || (part::is_town(token(line, end)) && !street);
    let begins = part::code(line, 0).is_some_and(|end| token(line, end).class.is_big() && town(end));
    if unit::unit(line, 0) == Some(line.len()) {
        Some(Says::Unit)
    } else if part::is_box(line) || (bits & of_street != 0 && numbered && !begins && names > 0) {
        Some(Says::Street)
    } else if begins || (names > 0 && (line.len().saturating_sub(3)..line.len()).any(ends)) {
        Some(Says::Coded)
    } else if numbered && names > 0 {
        Some(Says::Numbered)
    } else if !numbered && names >= 2 && line.iter().all(|one| one.class.is_big()) && line.iter().any(join::is_building)
    {
        Some(Says::Building)
    } else {
        // `UK`, `USA`
        let land = matches!(line, [land] if piece::bits(land) & piece::CLEAR_STATE != 0);
        let town = line.iter().all(|one| one.class.is_word() || one.is(b'-'));
        (land || (town && part::town(line, 0) == Some(line.len()))).then_some(Says::Town)
    }
}

/// What may stand in a line of an address: no everyday word in lower case, and no mark of a sentence.
fn is_plain(one: &Token) -> bool {
    let everyday = one.entry.has(flag::COMMON | flag::FUNCTION)
        && !one.entry.has(flag::STREET | flag::PARTICLE | flag::CITY)
        && piece::bits(one) & (piece::UNIT | piece::LEADS | piece::BEGINS | piece::ENDS | piece::SMALL) == 0;
    let marks = [b'?', b'!', b':', b';', b'='].iter().any(|mark| one.is(*mark));
    !(marks || (one.class == Class::Lower && everyday))
}

/// Parts the last line from those before it, without the end between them.
fn last_line(tokens: &[Token]) -> (&[Token], &[Token]) {
    let end = tokens.iter().rposition(|one| one.class == Class::Newline);
    let Some((before, last)) = end.and_then(|end| tokens.split_at_checked(end)) else { return (&[], tokens) };
    (before, last.get(1..).unwrap_or_default())
}
