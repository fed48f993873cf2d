//! Who lives at an address, named before it or behind the town: `Tom Becker 12 High Street Leeds`, `12 High Street, Leeds, Tom
//! Becker`.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::{add, is_glued, skip_titles, token};
use super::piece::{self, Pieces};
use super::{pattern, unit};

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

/// Tells whether a text is somebody's name and an address, and nothing parts them: `Tom Becker 27 Willow Crescent Kettering`.
pub(super) fn is_with_address(tokens: &[Token]) -> bool {
    let Some(name) = name_alone(tokens) else { return false };
    let mut pieces = Pieces::of(tokens);
    pieces.fill(tokens, 0..tokens.len());
    let Some(end) = pattern::longest(tokens, &pieces, name) else { return false };
    let behind = tokens.get(end..).unwrap_or_default();
    let other = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::NATION;
    let town = |one: &Token| {
        let said = one.entry.has(flag::COMMON | other) && !one.entry.has(flag::CITY | flag::REGION);
        one.class.is_big() && !said
    };
    let goes_on = |one: &Token| {
        town(one)
            || matches!(one.class, Class::Digits | Class::Alphanumeric | Class::Found | Class::Newline)
            || one.is(b',')
            || one.is(b'-')
            || unit::is_unit(one)
    };
    behind.iter().all(goes_on)
}

/// Finds the end of a name at a text's beginning, with a title or not, before the number or the street that follows.
fn name_alone(tokens: &[Token]) -> Option<usize> {
    /// Words of a name.
    const WORDS_MAX: usize = 4;
    /// What streets begin with.
    const STREETS: u64 = piece::BEGINS | piece::LEADS | piece::SHORT | piece::COMPOUND;
    let first = skip_titles(tokens, 0);
    let other = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::STREET | flag::NATION | flag::FUNCTION;
    let names = tokens.get(first..)?;
    let fits = |one: &&Token| {
        let particle = one.class.is_word() && one.entry.has(flag::PARTICLE);
        let written = one.class.is_big() && !one.entry.has(other) && piece::bits(one) & STREETS == 0;
        particle || written || one.class == Class::Initial || one.is(b'-') || one.is(b'.')
    };
    let len = names.iter().take(2 * WORDS_MAX).take_while(fits).count();
    let initial = names.first().is_some_and(|one| one.class == Class::Initial);
    let plain = |one: &Token| !one.entry.has(flag::COMMON) || one.entry.has(flag::RATHER_NAME);
    let known = |one: &Token| (one.entry.has(flag::FIRST) || (initial && one.entry.has(flag::LAST))) && plain(one);
    // `Grace Obi`, of whom the one is a word, too
    let [one, two] = [token(tokens, first), token(tokens, first + 1)];
    let whole = one.entry.has(flag::FIRST) && two.entry.has(flag::LAST) && plain(two);
    let given = whole || names.iter().take(len).any(known) || first > 0;
    let words = names.iter().take(len).filter(|one| one.class.is_word()).count();
    let fits = given && (1..=WORDS_MAX).contains(&words) && (words >= 2 || first > 0);
    fits.then_some(first + len)
}

/// Takes the rest of a name in that is written in one case, between its beginning and the address: `sarah pargeter 12 high st`.
pub(super) fn families(tokens: &[Token], named: &mut [Named]) {
    /// Words of it.
    const WORDS_MAX: usize = 2;
    for at in 1..named.len() {
        let [who, address] = named.get_mut(at - 1..=at).unwrap_or_default() else { continue };
        let between = tokens.get(who.end..address.first).unwrap_or_default();
        let first = token(tokens, who.first);
        let begins = who.first == 0 || first.place == Place::Line;
        let numbered = token(tokens, address.first).class == Class::Digits;
        let family = |one: &Token| {
            one.class == first.class
                && one.len() >= 3
                && (one.entry.has(flag::LAST) || !one.entry.has(flag::COMMON | flag::FUNCTION | flag::THING))
        };
        if who.of == Type::Person
            && address.of == Type::Address
            && begins
            && numbered
            && (1..=WORDS_MAX).contains(&between.len())
            && matches!(first.class, Class::Lower | Class::Upper)
            && between.iter().all(family)
        {
            who.end = address.first;
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

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn who_is_named_before_an_address_is_found_whole_in_any_case() {
        check(
            "<P:sarah> pargeter <A:12 high street leeds>",
            &["Person sarah pargeter", "Address 12 high street leeds"],
        );
        check("<P:SARAH> PARGETER <A:12 HIGH STREET>", &["Person SARAH PARGETER", "Address 12 HIGH STREET"]);
        check("<P:sarah> visited <A:12 high street leeds>", &["Person sarah", "Address 12 high street leeds"]);
        check("ask <p:sarah> xqwelia <A:12 high street leeds>", &["Person sarah", "Address 12 high street leeds"]);
    }
}
