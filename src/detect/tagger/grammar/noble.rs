//! Families that several particles join to a given name: `Ludwig von der Heide`, `Juan de los Ríos`, of whom only the given name
//! was seen.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{Entry, class, flag};
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::token;

/// Lets a person go on over particles to the family, which was taken for a place or firm, or not seen.
pub(super) fn families(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        if one.of != Type::Person || !BEGINS.has(token(tokens, one.end)) {
            continue;
        }
        let given = token(tokens, one.end - 1);
        let family = one.end + particles(tokens, one.end);
        if family == one.end || !given.class.is_big() || !given.entry.has(flag::FIRST) {
            continue;
        }
        let next = named.get(at).copied();
        let taken = next.filter(|next| next.first <= family && next.end == family + 1 && next.of != Type::Address);
        let free = taken.is_some() || next.is_none_or(|next| next.first > family);
        if free && is_family(tokens, &one, family) {
            if taken.is_some() {
                named.remove(at);
            }
            if let Some(own) = named.get_mut(at - 1) {
                own.end = family + 1;
            }
        }
    }
}

/// Takes in the given name that is a small word elsewhere, before particles and a family: `Otto von Falkenstein`, of which only the
/// family was found.
pub(super) fn given(tokens: &[Token], named: &mut [Named]) {
    let mut floor = 0;
    for one in named {
        let end = one.end;
        let particle = |at: usize| BEGINS.has(token(tokens, at)) && token(tokens, at).class == Class::Lower;
        if let Some(at) = one.first.checked_sub(2).filter(|at| one.of == Type::Person && *at >= floor) {
            let given = token(tokens, at);
            let fits = given.class == Class::Capital && given.entry.has(flag::FIRST) && !given.entry.has(flag::TITLE);
            if fits && particle(at + 1) && token(tokens, one.first).class.is_big() {
                one.first = at;
            }
        }
        floor = end;
    }
}

/// Counts the particles that join a family to a given name and name no place by themselves: `von der`, `von und zu`, `vom`, no
/// `von` alone.
fn particles(tokens: &[Token], at: usize) -> usize {
    let here = |by: usize| token(tokens, at + by);
    let small = |by: usize, words: &WordSet<14>| here(by).class == Class::Lower && words.has(here(by));
    match () {
        () if here(0).class != Class::Lower => 0,
        () if ONE.has(here(0)) && here(1).class.is_big() => 1,
        () if AND.has(here(1)) && ZU.has(here(2)) => 3,
        () if small(1, &ARTICLES) => 2,
        () => 0,
    }
}

/// Tells whether a word behind particles is a family's: known as a name, or unknown and behind a title and given name. What
/// somebody may come from, an office or a firm, is none.
fn is_family(tokens: &[Token], one: &Named, at: usize) -> bool {
    let word = token(tokens, at);
    let other = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::STREET | flag::FUNCTION | flag::NATION;
    let plain = word.class == Class::Capital
        && !word.entry.has(other)
        && (!word.entry.has(flag::COMMON) || word.entry.has(flag::RATHER_NAME))
        && !matches!(word.entry.class, class::MONTH | class::DAY);
    let known = word.entry.has(flag::FIRST | flag::LAST);
    // No office has `von und zu` before it.
    let noble = at >= one.end + 3;
    plain && (known || noble || (is_titled(tokens, one) && is_strange(word)))
}

/// A word of which nothing is known, or that a town is called so.
fn is_strange(word: &Token) -> bool {
    let town = word.entry.has(flag::CITY | flag::REGION);
    (word.entry == Entry::NONE || town) && !OFFICES.has(word)
}

/// Tells whether a title stands before a person: `Herrn`, `Frau Dr.`
fn is_titled(tokens: &[Token], one: &Named) -> bool {
    let before = |by: usize| one.first.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let title = if before(1).is(b'.') { before(2) } else { before(1) };
    title.class.is_word() && title.entry.has(flag::TITLE)
}

/// What such particles begin with.
static BEGINS: WordSet<12> = WordSet::new("von van vom zum zur de del della dello dos das auf");
/// Those that are enough by themselves.
static ONE: WordSet<8> = WordSet::new("vom zum zur del della dello dos das");
/// What stands behind the others.
static ARTICLES: WordSet<14> = WordSet::new("der den dem de la las los het 't ter ten zu lo les");
static AND: WordSet<2> = WordSet::new("und en");
static ZU: WordSet<2> = WordSet::new("zu tot");

/// Where people come from that are no families.
static OFFICES: WordSet<8> =
    WordSet::new("sparkasse volksbank kita hausverwaltung krankenkasse tagesmutter versicherung gemeinde");

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn a_name_goes_on_over_particles() {
        check("Brief an Herrn <P:Otto> von und zu Falkenstein", &["Person Otto von und zu Falkenstein"]);
        check("heute kam <P:Otto> von und zu Qwertzstein", &["Person Otto von und zu Qwertzstein"]);
        check("heute kam Otto von <P:Falkenstein>", &["Person Otto von Falkenstein"]);
        check("heute kam <O:Otto> von <P:Falkenstein>", &["Organization Otto", "Person Falkenstein"]);
        check("ein Brief von <P:Falkenstein>, der Rest von <P:Anna>", &["Person Falkenstein", "Person Anna"]);
    }
}
