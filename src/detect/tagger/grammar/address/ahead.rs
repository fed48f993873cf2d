//! What stands before the street of an address: the code with its town, the country above them.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Token};
use super::super::{absorb, token};
use super::join::{ends_with_street, is_separator, post};
use super::{part, piece};

/// Takes the code in that stands with its town before a street: `20121 Milano, Via Cavour 5`, `Paris, 75011, 12 rue Foch`,
/// `8001 Zürich` above `Bahnhofstrasse 3`.
pub(super) fn codes(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        let first = if one.of == Type::Address { code_before(tokens, named, at) } else { None };
        if let Some(first) = first {
            let before = named.get(..at).unwrap_or_default();
            let taken = before.iter().rev().take_while(|other| other.end > first).count();
            let inside = before.get(at - taken..).unwrap_or_default();
            // `Lyon` was taken for a person.
            let joins = |other: &Named| other.of != Type::Person || part::is_town(token(tokens, other.first));
            if inside.iter().all(|other| other.first >= first && joins(other)) {
                absorb(named, at - taken..at + 1, Type::Address, first..one.end);
                at -= taken;
            }
        }
        at += 1;
    }
}

/// The same without the marks and line ends that it begins with.
fn begun(tokens: &[Token], one: &Named) -> Named {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let marks = inside.iter().take_while(|one| is_separator(one)).count();
    Named { first: one.first + marks, ..*one }
}

/// Finds where a code and its town begin that an address goes on from.
fn code_before(tokens: &[Token], named: &[Named], at: usize) -> Option<usize> {
    let one = &begun(tokens, named.get(at)?);
    let mark = |end: usize| usize::from(end.checked_sub(1).is_some_and(|at| is_separator(token(tokens, at))));
    let own = one.first - mark(one.first);
    let here = token(tokens, one.first);
    if part::is_town(here) || (here.class == Class::Capital && part::is_town(token(tokens, one.first + 1))) {
        let start = post(tokens, own).filter(|start| opens(tokens, *start, own));
        if start.is_some() {
            return start;
        }
    }
    if !ends_with_street(tokens, one) {
        return None;
    }
    let town = |end: usize| town_before(tokens, named.get(..at).unwrap_or_default(), end);
    // `8001 Zürich`, `75011, Paris`
    let code_first = || {
        let town = town(own)?;
        let end = town - mark(town);
        post(tokens, end).filter(|start| opens(tokens, *start, end))
    };
    // `Paris, 75011`
    let town_first = || {
        let start = post(tokens, own)?;
        town(start - mark(start)).filter(|town| opens(tokens, *town, *town))
    };
    code_first().or_else(town_first)
}

/// Takes the country in that stands before a town and its street: `Italia, 10123 Torino, Via Cavour 5`.
pub(super) fn countries(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).map(|one| begun(tokens, one)) {
        let before = |back: usize| one.first.checked_sub(back).map_or(&Token::BEYOND, |at| token(tokens, at));
        let opens = one.first == 2 || before(3).class == Class::Newline || before(3).is(b':');
        let land = before(2).class.is_big() && before(2).entry.has(flag::REGION) && is_separator(before(1));
        let several = || tokens.get(one.first..one.end).unwrap_or_default().iter().any(is_separator);
        if one.of == Type::Address && opens && land && several() {
            // `Deutschland` was taken for a place, or for something else.
            let inside = |other: &Named| other.first + 2 == one.first;
            let taken = usize::from(at > 0 && named.get(at - 1).is_some_and(inside));
            absorb(named, at - taken..at + 1, Type::Address, one.first - 2..one.end);
            at -= taken;
        }
        at += 1;
    }
}

/// Tells whether an address may begin at a token: no `Order 12345`, `#2000`, `in 2019`.
fn opens(tokens: &[Token], start: usize, end: usize) -> bool {
    let before = start.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let year = matches!(tokens.get(start..end), Some([year]) if year.class == Class::Digits && year.len() == 4);
    let dated = year && matches!(before.entry.class, class::IN | class::MONTH);
    let mark = before.is(b':') || before.is(b'(') || before.is(b'.');
    let said = before.class == Class::Lower
        && (before.entry.has(flag::FUNCTION) || matches!(before.entry.class, class::LIVE | class::IN));
    (mark || said || piece::bits(before) & piece::BREAK != 0) && !dated
}

/// Finds where a town's name begins that ends before `end`: what was found there, or words with capitals, the last a town.
fn town_before(tokens: &[Token], named: &[Named], end: usize) -> Option<usize> {
    /// Words before the one that is known: `New Delhi`, `Les Sables d'Olonne` is found.
    const WORDS_MAX: usize = 2;
    let last = end.checked_sub(1).filter(|last| token(tokens, *last).class.is_big())?;
    let found = named.last().filter(|one| one.end == end && one.of == Type::Location).map(|one| one.first);
    let words = || {
        let before = tokens.get(..last)?;
        let rest = before.iter().rev().take(WORDS_MAX).take_while(|one| one.class == Class::Capital).count();
        part::is_town(token(tokens, last)).then_some(last - rest)
    };
    found.or_else(words)
}

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn an_address_begins_with_its_town_where_that_stands_first() {
        check("<L:Leeds> LS1 4DY, <A:12 High Street>.", &["Address Leeds LS1 4DY, 12 High Street"]);
        check("at <L:Leeds>, <A:12 High Street>, LS1 4DY.", &["Address Leeds, 12 High Street, LS1 4DY"]);
        check("<L:Germany>, <L:Berlin> 10115, <A:Hauptstraße 5>", &["Address Germany, Berlin 10115, Hauptstraße 5"]);
        check("<L:Leeds> LS1 4DY\n<A:12 High Street>", &["Address Leeds LS1 4DY\n12 High Street"]);
        check("Level 5, <A:100 George St>, <L:Sydney>", &["Address Level 5, 100 George St, Sydney"]);
        check("<L:Leeds>, Flat 3, <A:12 High Street>", &["Address Leeds, Flat 3, 12 High Street"]);
        check("from <L:Leeds>\n<A:12 High Street>", &["Location Leeds", "Address 12 High Street"]);
        check("<L:Leeds>\n\n<A:12 High Street>", &["Location Leeds"]);
        check(
            "<O:Deutschland>\n89073 <L:Ulm>\n<A:Lindenallee 44>",
            &["Address Deutschland\n89073 Ulm\nLindenallee 44"],
        );
        check("order 10115, <A:12 High Street>", &["Address 12 High Street"]);
        check("from <L:Bonn>, <A:12 High Street, Leeds>", &["Location Bonn", "Address 12 High Street, Leeds"]);
        check("<P:Ann>, <A:12 High Street>", &["Person Ann", "Address 12 High Street"]);
    }
}
