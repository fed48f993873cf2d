//! Names with endings: families (`the Hendersons`), and who owns something (`James' keys`).

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{Entry, Lexicon, class, flag};
use super::super::token::{Class, Token, Tokenizer};
use super::super::words::WordSet;
use super::{add, is_glued, subject, token};

/// What joins two owners.
static AND: WordSet<4> = WordSet::new("and or und et");

/// What stands before a family.
static THE: WordSet<2> = WordSet::new("the both");

/// Families whose names are everyday words that nothing is called after with a capital (`the Kings`, `the Hills`).
static FAMILIES: WordSet<17> = WordSet::new(
    "browns greens grays greys youngs cooks bells prices pages rices longs wards hunts frosts sharps bushes parkers",
);

/// Bytes of a family's name with its ending.
const FAMILY_MIN: usize = 5;

/// Finds families and owners whose names end with `s`, where nothing was found.
pub(in super::super) fn families(text: &str, lexicon: Lexicon<'_>, tokens: &[Token], named: &mut Vec<Named>) {
    for (at, name) in tokens.iter().enumerate() {
        if !(name.class.is_big() || name.class == Class::Alphanumeric) {
            continue;
        }
        let ends_with_s = name.tail & 0xFF == u32::from(b's');
        if name.class == Class::Alphanumeric && is_underscored(text, lexicon, name) {
            add(named, Type::Person, at, at + 1);
        }
        if owns_with_another(tokens, at) {
            add(named, Type::Person, at, at + 1);
        }
        let irish = ends_with_s && name.class.is_big() && is_irish(text, name);
        if !(name.class == Class::Capital || irish) || !ends_with_s {
            continue;
        }
        let first = at - particles_before(tokens, at);
        let before = first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
        let owns = first == at && is_owner(text, tokens, at);
        let the = THE.has(before) && !token(tokens, at + 1).class.is_big() && !token(tokens, at + 1).is(b'-');
        if !(the || owns) {
            continue;
        }
        let own = name.entry;
        let owner = owns && own.has(flag::FIRST | flag::LAST) && is_plain(own);
        if owner
            || (the && FAMILIES.has(name))
            // `the van der Bergs`
            || (the && first < at && is_unknown(own) && name.len() >= FAMILY_MIN)
            || (is_unknown(own) && name.len() >= FAMILY_MIN && is_family(text, lexicon, name))
        {
            // What the model took for a firm (`the Khans`) is none.
            named.retain(|one| one.of != Type::Organization || one.first < first || one.end != at + 1);
            if first < at || irish {
                subject::person(named, first, at + 1);
            }
            add(named, Type::Person, at, at + 1);
        } else if the && irish {
            subject::person(named, at, at + 1);
        }
    }
}

/// A given name beside another owner: `Ada's and James' cars`, `Priya's or Tom's idea`.
fn owns_with_another(tokens: &[Token], at: usize) -> bool {
    let is_ending = |one: &Token| one.class == Class::Clitic && one.tail & 0xFF == u32::from(b's');
    if !is_ending(token(tokens, at + 1)) {
        return false;
    }
    let back = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let joins = |one: &Token| one.is(b'&') || (one.class == Class::Lower && AND.has(one));
    let is_given =
        |one: &Token| one.class == Class::Capital && is_plain(one.entry) && one.entry.has(flag::FIRST | flag::LAST);
    let first = joins(token(tokens, at + 2)) && is_given(token(tokens, at + 3));
    let second = joins(back(1)) && is_ending(back(2)) && is_given(back(3));
    let name = token(tokens, at);
    (first || second) && is_given(name) && name.entry.has(flag::FIRST)
}

/// `O'Briens`, which the lexicon knows without their ending alone.
fn is_irish(text: &str, name: &Token) -> bool {
    let written = text.get(name.start..name.end).unwrap_or_default();
    let rest = written.strip_prefix("O'").or_else(|| written.strip_prefix("O\u{2019}"));
    rest.is_some_and(|rest| rest.starts_with(char::is_uppercase) && rest.ends_with('s'))
}

/// Counts the particles in lower case before a family's name: `van der Bergs`.
fn particles_before(tokens: &[Token], at: usize) -> usize {
    /// Particles in a row.
    const PARTICLES_MAX: usize = 3;
    let before = tokens.get(..at).unwrap_or_default();
    let small = |one: &&Token| one.class == Class::Lower && one.entry.has(flag::PARTICLE);
    before.iter().rev().take(PARTICLES_MAX).take_while(small).count()
}

/// Names that underscores join or stress: `Siobhan_Gallagher`, `_Johnson_`; no `Max_Value`.
fn is_underscored(text: &str, lexicon: Lexicon<'_>, name: &Token) -> bool {
    /// Parts of a name.
    const PARTS_MAX: usize = 4;
    let written = text.get(name.start..name.end).unwrap_or_default();
    let whole = written.trim_matches('_');
    if whole.len() == written.len() && !whole.contains('_') {
        return false;
    }
    let mut parts = 0;
    let all = whole.split('_').all(|part| {
        parts += 1;
        let token = Tokenizer::new(part, lexicon, &[]).next().filter(|token| token.end == part.len());
        token.is_some_and(|token| {
            token.class == Class::Capital && token.entry.has(flag::FIRST | flag::LAST) && is_plain(token.entry)
        })
    });
    all && parts <= PARTS_MAX
}

/// An apostrophe right behind, and a word in lower case: no end of a quotation.
fn is_owner(text: &str, tokens: &[Token], at: usize) -> bool {
    let mark = token(tokens, at + 1);
    let written = text.get(mark.start..mark.end).unwrap_or_default();
    let opened = at.checked_sub(1).is_some_and(|at| {
        let before = token(tokens, at);
        matches!(text.get(before.start..before.end), Some("'" | "\u{2018}" | "\""))
    });
    matches!(written, "'" | "\u{2019}")
        && is_glued(tokens, at + 1)
        && !opened
        && token(tokens, at + 2).class == Class::Lower
        && !is_glued(tokens, at + 2)
}

/// Tells whether a word without its `s` or `es` is a family's name and nothing else: `Hendersons`, `Joneses`, not
/// `Chromebooks`.
fn is_family(text: &str, lexicon: Lexicon<'_>, word: &Token) -> bool {
    const LONG: [&str; 5] = ["ses", "zes", "xes", "ches", "shes"];
    let written = text.get(word.start..word.end).unwrap_or_default();
    let long = LONG.iter().any(|ending| written.ends_with(ending));
    [Some("s"), long.then_some("es")].into_iter().flatten().filter_map(|ending| written.strip_suffix(ending)).any(
        |stem| {
            let entry = Tokenizer::new(stem, lexicon, &[]).next().map_or(Entry::NONE, |token| token.entry);
            entry.has(flag::LAST) && is_plain(entry)
        },
    )
}

/// A name that is no everyday word, people, region or thing.
const fn is_plain(entry: Entry) -> bool {
    let other =
        flag::NATION | flag::REGION | flag::THING | flag::COMPANY | flag::ORGANISATION | flag::TITLE | flag::STREET;
    !entry.has(other)
        && (!entry.has(flag::COMMON) || entry.has(flag::RATHER_NAME))
        && !entry.has(flag::FUNCTION)
        && entry.class != class::MONTH
        && entry.class != class::DAY
}

/// A word that nothing is known of but that it is a name, too: `Smiths`.
const fn is_unknown(entry: Entry) -> bool {
    !entry.has(flag::FUNCTION | flag::NATION | flag::REGION | flag::THING | flag::COMPANY | flag::ORGANISATION)
}

#[cfg(test)]
mod tests {
    use super::super::super::builtin;
    use super::super::rig::check_rule;
    use super::families;

    #[test]
    fn families_and_owners_are_found() {
        let check = |text: &str, expected: &[&str]| {
            check_rule(text, expected, |text, tokens, named| families(text, builtin().lexicon(), tokens, named));
        };
        check("the Hendersons and the Smiths, James' keys", &["Person Hendersons", "Person Smiths", "Person James"]);
        check("met the van der Bergs and a dog", &["Person van der Bergs"]);
        check("the Chromebooks, the Germans, the Beatles Museum, 'for James'.", &[]);
    }
}
