//! Who lives at an address, named behind the town: `12 High Street, Leeds, Tom Becker`.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::{add, is_glued, token};
use super::piece;

/// Takes who lives there off the end of an address.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        if one.of == Type::Address
            && let Some((address, person)) = last(tokens, &one)
            && let Some(own) = named.get_mut(at - 1)
        {
            own.end = address;
            add(named, Type::Person, person, one.end);
        }
    }
}

/// Finds who stands before an address' comma: `Collect from Tom, 12 High Street, Leeds`.
pub(super) fn before(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        let Some(who) = one.first.checked_sub(2).filter(|_| one.of == Type::Address) else { continue };
        let (name, comma) = (token(tokens, who), token(tokens, who + 1));
        let way = who.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
        let numbered = token(tokens, one.first).class == Class::Digits;
        let street = tokens.get(one.first..one.end).unwrap_or_default().iter().any(|one| one.entry.has(flag::STREET));
        let named_so = is_given(name) && (!name.entry.has(flag::COMMON) || name.entry.has(flag::RATHER_NAME));
        if comma.is(b',') && numbered && street && named_so && way.class == Class::Lower && WAYS.has(way) {
            let count = named.len();
            add(named, Type::Person, who, who + 1);
            at += named.len() - count;
        }
    }
}

/// What stands before whom something comes from or goes to.
static WAYS: WordSet<5> = WordSet::new("from by for to with");

/// Where the address ends, and where who lives there begins, behind the town.
fn last(tokens: &[Token], one: &Named) -> Option<(usize, usize)> {
    let inside = tokens.get(one.first..one.end)?;
    let parts = |at: &usize| {
        let mark = token(inside, *at);
        mark.is(b',') || (mark.is(b'-') && *at > 0 && !is_glued(inside, *at) && !is_glued(inside, at + 1))
    };
    let mark = (1..inside.len()).rev().find(parts)?;
    let [given, family] = inside.get(mark + 1..)? else { return None };
    let before = inside.get(..mark)?;
    let numbered = before.iter().any(|one| matches!(one.class, Class::Digits | Class::Alphanumeric));
    let street = before.iter().any(|one| one.entry.has(flag::STREET) || piece::bits(one) & piece::COMPOUND != 0);
    let town = before.iter().skip(1).any(|one| {
        (one.class.is_big() && one.entry.has(flag::CITY | flag::REGION)) || piece::bits(one) & piece::CODE != 0
    });
    let ends = !token(tokens, one.end).class.is_big() || token(tokens, one.end).place != Place::Inside;
    (numbered && street && town && ends && is_given(given) && is_family(family))
        .then_some((one.first + mark, one.first + mark + 1))
}

fn is_given(word: &Token) -> bool {
    let other = flag::REGION | flag::STREET | flag::FUNCTION | flag::PARTICLE | flag::NATION | flag::TITLE;
    // `Milton Keynes`
    let town = word.entry.has(flag::CITY) && !word.entry.has(flag::RATHER_NAME);
    word.class == Class::Capital && word.entry.has(flag::FIRST) && !word.entry.has(other) && !town && !LANDS.has(word)
}

fn is_family(word: &Token) -> bool {
    let other = flag::REGION | flag::STREET | flag::FUNCTION | flag::COMPANY | flag::NATION;
    let town = word.entry.has(flag::CITY) && !word.entry.has(flag::LAST);
    let unknown = word.entry.flags == 0;
    word.class == Class::Capital
        && (word.entry.has(flag::LAST) || unknown)
        && !word.entry.has(other)
        && !town
        && !LANDS.has(word)
}

/// Words of lands and towns that are given names and families', too.
static LANDS: WordSet<16> =
    WordSet::new("sri lanka costa rica sierra leone marino arabia salvador zealand verde lucia nevis santa kong jose");
