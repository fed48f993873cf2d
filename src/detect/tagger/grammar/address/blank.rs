//! Blank lines inside of addresses: what stands above and below them is one address still.

use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Token};
use super::super::token;
use super::{part, piece, unit};

/// Tokens of a line of an address.
pub(in crate::detect::tagger) const LINE_MAX: usize = 12;

/// What a line of an address says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A street or box with its number.
    Street,
    /// A flat or floor alone.
    Unit,
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
pub(in crate::detect::tagger) fn goes_on(above: &[Token], below: &[Token]) -> bool {
    let Some(next) = says(below) else { return false };
    let (before, last) = last_line(above);
    let Some(own) = says(last) else { return false };
    match (own, next) {
        (Says::Street, Says::Coded | Says::Town) | (Says::Numbered, Says::Coded) | (Says::Unit, Says::Street) => true,
        (Says::Town, Says::Code | Says::Town) | (Says::Coded | Says::Code, Says::Town) => {
            let (_, before) = last_line(before);
            matches!(says(before), Some(Says::Street | Says::Numbered | Says::Town))
        }
        _ => false,
    }
}

/// Tells what a line says of an address; none where it says anything else.
fn says(line: &[Token]) -> Option<Says> {
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
    let begins = part::code(line, 0).is_some_and(|end| token(line, end).class.is_big());
    let of_street = piece::STREET | piece::BEGINS | piece::LEADS | piece::COMPOUND | piece::ENDS | piece::UNIT;
    if unit::unit(line, 0) == Some(line.len()) {
        Some(Says::Unit)
    } else if bits & of_street != 0 && numbered && !begins && names > 0 {
        Some(Says::Street)
    } else if begins || (names > 0 && (line.len().saturating_sub(3)..line.len()).any(ends)) {
        Some(Says::Coded)
    } else if numbered && names > 0 {
        Some(Says::Numbered)
    } else {
        let town = line.iter().all(|one| one.class.is_word() || one.is(b'-'));
        (town && part::town(line, 0) == Some(line.len())).then_some(Says::Town)
    }
}

/// What may stand in a line of an address: no everyday word in lower case, and no mark of a sentence.
fn is_plain(one: &Token) -> bool {
    let everyday = one.entry.has(flag::COMMON | flag::FUNCTION)
        && !one.entry.has(flag::STREET | flag::PARTICLE | flag::CITY)
        && piece::bits(one) & (piece::UNIT | piece::LEADS | piece::BEGINS | piece::ENDS | piece::SMALL) == 0;
    let marks = [b'?', b'!', b':', b';', b'='].iter().any(|mark| one.is(*mark));
    !marks && !(one.class == Class::Lower && everyday)
}

/// Parts the last line from those before it, without the end between them.
fn last_line(tokens: &[Token]) -> (&[Token], &[Token]) {
    let end = tokens.iter().rposition(|one| one.class == Class::Newline);
    let Some((before, last)) = end.and_then(|end| tokens.split_at_checked(end)) else { return (&[], tokens) };
    (before, last.get(1..).unwrap_or_default())
}
