//! What was taken for an organisation and is none: lists of people or towns, names behind a title, and names that the
//! lexicon knows. Organisations are only reported, so whoever is hidden in one would leave as he is.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{Entry, class, flag};
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::{add, is_glued, token};

/// What stands before the last of a list.
static AND: WordSet<20> = WordSet::new("and or und oder et ou y e o en of och og eller ja i oraz sowie bzw plus");

/// What flags a word of firms and things; names of families are at times one, too.
const OF_FIRMS: u16 = flag::COMPANY | flag::ORGANISATION;

/// Takes for persons or places what was taken for an organisation and is none.
pub(super) fn firms(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        if one.of != Type::Organization {
            at += 1;
            continue;
        }
        if is_list(tokens, &one) {
            let of = kind_of_list(tokens, named.get(..at).unwrap_or_default(), &one);
            named.remove(at);
            let mut first = one.first;
            for end in one.first..=one.end {
                if end == one.end || parts(token(tokens, end)) || token(tokens, end).is(b'&') {
                    if first < end {
                        named.insert(at, Named { first, end, of, ..one });
                        at += 1;
                    }
                    first = end + 1;
                }
            }
            continue;
        }
        if is_couple(tokens, &one) {
            if let Some(own) = named.get_mut(at) {
                (own.of, own.end) = (Type::Person, one.first + 1);
            }
            named.insert(at + 1, Named { first: one.end - 1, of: Type::Person, ..one });
            at += 2;
            continue;
        }
        if let Some(of) = plain(tokens, &one)
            && let Some(own) = named.get_mut(at)
        {
            own.of = of;
        }
        at += 1;
    }
}

/// Makes one firm of two names that stand for one: `Marks and Spencer`, `Johnson & Johnson`.
pub(super) fn twins(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let (Some(one), Some(next)) = (named.get(at).copied(), named.get(at + 1).copied()) {
        let (first, mark, last) = (token(tokens, one.first), token(tokens, one.end), token(tokens, next.first));
        let single = |one: &Named| one.end == one.first + 1 && one.of == Type::Person;
        let joined = next.first == one.end + 1 && (mark.is(b'&') || AND.has(mark));
        let known = super::thing::is_firm(&[*first, *last]) || (mark.is(b'&') && first.word == last.word);
        if single(&one) && single(&next) && joined && known {
            super::absorb(named, at..at + 2, Type::Organization, one.first..next.end);
        }
        at += 1;
    }
}

/// Tells whether a word is written as Scottish and Irish families are, and is none of the firms that everybody knows.
fn is_clan(word: &Token) -> bool {
    static KNOWN: WordSet<8> = WordSet::new("mckinsey mcafee mclaren mcdonalds mckesson mcdonald mccain mcgraw");
    /// Letters of such a name.
    const LETTERS_MIN: usize = 5;
    let begins = word.head >> 8 == u32::from_be_bytes(*b"\0\0mc");
    let other = OF_FIRMS | flag::THING;
    word.class == Class::Mixed && begins && word.len() >= LETTERS_MIN && !word.entry.has(other) && !KNOWN.has(word)
}

/// Finds families whose names say so: `McAllister called`.
pub(super) fn clans(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, _) in tokens.iter().enumerate().filter(|(_, word)| is_clan(word)) {
        let next = token(tokens, at + 1);
        if next.class.is_big() || next.is(b'&') || next.entry.has(OF_FIRMS) {
            continue;
        }
        let place = named.partition_point(|one| one.end <= at);
        match named.get_mut(place).filter(|one| one.first <= at) {
            Some(one) if one.first == at && one.end == at + 1 && one.of == Type::Organization => one.of = Type::Person,
            Some(_) => {}
            None => add(named, Type::Person, at, at + 1),
        }
    }
}

/// Finds what is left of lists of persons or places, and takes for a town what stands among towns and is one: `Leeds, Bath
/// and Derby`.
pub(super) fn rest(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at: usize = 1;
    while let (Some(before), Some(one)) =
        (at.checked_sub(1).and_then(|at| named.get(at)).copied(), named.get(at).copied())
    {
        let near = before.end + 1 == one.first && parts(token(tokens, before.end));
        let named_so = |one: &Named| matches!(one.of, Type::Person | Type::Location);
        if !near || !named_so(&before) || !named_so(&one) {
            at += 1;
            continue;
        }
        let only = token(tokens, one.first);
        let town = one.end == one.first + 1 && only.entry.has(flag::CITY | flag::REGION);
        let of = if before.of == Type::Location && town { Type::Location } else { one.of };
        if let Some(own) = named.get_mut(at) {
            own.of = of;
        }
        let (next, behind) = (token(tokens, one.end + 1), token(tokens, one.end + 2));
        let ends = !behind.class.is_big() && !behind.is(b'&') && !behind.is(b'-');
        let mark = token(tokens, one.end);
        if parts(mark) && (!mark.is(b',') || !next.entry.has(flag::COMMON)) && may_go_on(next) && ends {
            add(named, of, one.end + 1, one.end + 2);
        }
        at += 1;
    }
}

/// A known name or town, with a capital: no month, and no word that holds sentences together.
fn may_go_on(token: &Token) -> bool {
    token.class == Class::Capital
        && is_known(token.entry)
        && is_part(token)
        && !token.entry.has(flag::FUNCTION | flag::TITLE)
        && !matches!(token.entry.class, class::MONTH | class::DAY)
}

/// A comma, or `and` in small letters.
fn parts(token: &Token) -> bool {
    token.is(b',') || (token.class == Class::Lower && AND.has(token))
}

/// A word of a name, as it is written: no word of firms.
fn is_part(token: &Token) -> bool {
    let entry = token.entry;
    let named = entry.has(flag::FIRST | flag::LAST | flag::CITY | flag::REGION);
    let firm = entry.has(OF_FIRMS) || (entry.has(flag::THING) && !named);
    (matches!(token.class, Class::Capital | Class::Mixed) && !firm && (named || !entry.has(flag::COMMON)))
        || token.is(b'-')
        || (token.class.is_word() && entry.has(flag::PARTICLE) && !token.is(b'&'))
}

/// Tells whether commas part names in it, of which at least half are known: no firm of `Hughes, Price & Kerr`.
fn is_list(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let commas = inside.iter().filter(|token| token.is(b',')).count();
    let words = inside.iter().filter(|token| !parts(token));
    let known = words.clone().filter(|token| is_known(token.entry)).count();
    let listed = commas > 0 && words.clone().all(is_part) && known * 2 >= words.count();
    listed || is_of_given(inside) || is_family_of_given(inside)
}

/// Tells whether a row of names with commas and `&` is of given names: one of them is no family's, and none is a family's
/// alone (`Xiaomei, Sanjay & Ife`).
fn is_family_of_given(inside: &[Token]) -> bool {
    let joined = inside.iter().any(|token| token.is(b'&')) && inside.iter().any(|token| token.is(b','));
    let mut words = inside.iter().filter(|token| !parts(token) && !token.is(b'&'));
    let family = |word: &Token| word.entry.has(flag::LAST) && !word.entry.has(flag::FIRST);
    let given = words.clone().any(|word| is_given(word) && !word.entry.has(flag::LAST));
    joined && given && words.all(|word| word.class == Class::Capital && is_part(word) && !family(word))
}

/// Tells whether given names alone are joined by `&`: `Anna, Peter & Tom`. Firms are of families, or known.
fn is_of_given(inside: &[Token]) -> bool {
    let joined = inside.iter().any(|token| token.is(b'&'));
    let mut words = inside.iter().filter(|token| !parts(token) && !token.is(b'&'));
    let firm =
        || matches!(inside, [first, _, last] if super::thing::is_firm(&[*first, *last]) || first.word == last.word);
    joined && words.all(is_given) && !firm()
}

/// A given name that is no word of firms and no everyday word.
fn is_given(word: &Token) -> bool {
    let plain = !word.entry.has(flag::COMMON) || word.entry.has(flag::RATHER_NAME);
    word.class == Class::Capital && word.entry.has(flag::FIRST) && !word.entry.has(OF_FIRMS) && plain
}

/// Two given names of whom more is said than of one firm: `Jack & Tom are engaged`.
fn is_couple(tokens: &[Token], one: &Named) -> bool {
    static ARE: WordSet<4> = WordSet::new("are were have aren");
    let Some([first, mark, last]) = tokens.get(one.first..one.end) else { return false };
    let next = token(tokens, one.end);
    (mark.is(b'&') || AND.has(mark)) && is_given(first) && is_given(last) && next.class == Class::Lower && ARE.has(next)
}

const fn is_known(entry: Entry) -> bool {
    entry.has(flag::FIRST | flag::LAST | flag::CITY | flag::REGION)
}

/// Tells whether a list names persons or places: as what was found before its comma does, else as most of its words.
fn kind_of_list(tokens: &[Token], before: &[Named], one: &Named) -> Type {
    if let Some(last) = before.last()
        && last.end + 1 == one.first
        && parts(token(tokens, last.end))
        && matches!(last.of, Type::Person | Type::Location)
    {
        return last.of;
    }
    let (mut names, mut towns) = (0, usize::from(is_in(tokens, one.first)));
    for word in tokens.get(one.first..one.end).unwrap_or_default().iter().filter(|token| !parts(token)) {
        let (name, town) = (word.entry.has(flag::FIRST | flag::LAST), word.entry.has(flag::CITY | flag::REGION));
        names += usize::from(name && !town);
        towns += usize::from(town && !name);
    }
    if towns > names { Type::Location } else { Type::Person }
}

/// `in`, `near` stands before.
fn is_in(tokens: &[Token], first: usize) -> bool {
    first.checked_sub(1).is_some_and(|at| token(tokens, at).entry.class == class::IN)
}

/// Tells what an organisation is by its words alone: `Van der Sluijs-Kuipers`, `Okafor-Bell`, `Charles's`.
fn plain(tokens: &[Token], one: &Named) -> Option<Type> {
    /// Words and hyphens of a person's name.
    const NAME_MAX: usize = 6;
    let possessive = |at: usize| token(tokens, at).class == Class::Clitic;
    let owns = possessive(one.end) || possessive(one.end - 1);
    let inside = tokens.get(one.first..one.end - usize::from(possessive(one.end - 1)))?;
    if super::thing::is_firm(inside) || inside.len() > NAME_MAX || !inside.iter().all(is_part) {
        return None;
    }
    let words = || inside.iter().filter(|token| !token.is(b'-'));
    let (first, last) = (inside.first()?, inside.last()?);
    let particle = first.entry.has(flag::PARTICLE) && inside.len() > 1 && words().count() > 1;
    let family = last.entry.has(flag::LAST) || last.entry == Entry::NONE;
    let double = inside.len() == 3
        && inside.get(1).is_some_and(|token| token.is(b'-'))
        && is_glued(tokens, one.first + 1)
        && is_glued(tokens, one.first + 2)
        && words().any(|word| word.entry.has(flag::LAST) && !word.entry.has(flag::COMMON))
        && words().all(|word| word.entry.has(flag::FIRST | flag::LAST) || word.entry == Entry::NONE);
    let given = first.entry.has(flag::FIRST) && !first.entry.has(flag::COMMON);
    let sure = last.entry.has(flag::LAST) && (!last.entry.has(flag::COMMON) || last.entry.has(flag::RATHER_NAME));
    let whole = inside.len() > 1 && given && sure && !last.entry.has(flag::THING);
    // `at Charles's flat`
    let owner = inside.len() == 1 && owns && given && !first.entry.has(flag::THING);
    // `("Seller")` is said of who signs.
    let role = token(tokens, one.end).is(b'(') && token(tokens, one.end + 1).is(b'"') && words().count() == 2;
    if (particle && family && first.class == Class::Capital && inside.len() > 2) || double || whole || owner || role {
        return Some(Type::Person);
    }
    let towns = words().all(|word| word.entry.has(flag::CITY | flag::REGION) && !word.entry.has(flag::COMMON));
    (towns && is_in(tokens, one.first)).then_some(Type::Location)
}
