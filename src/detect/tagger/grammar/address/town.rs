//! Towns that are told by more than one word: `Freiburg im Breisgau`, `Bad Kreuznach`, `Aix-en-Provence`, `København Ø`,
//! `Chur GR`.

use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::{is_glued, token};
use super::piece;

/// Finds the end of a town's name of several words that begins at a token, where nothing but small words goes on behind.
pub(super) fn long(tokens: &[Token], at: usize) -> Option<usize> {
    let end = hyphened(tokens, at)
        .or_else(|| by_river(tokens, at))
        .or_else(|| bracketed(tokens, at))
        .or_else(|| shortened(tokens, at))
        .or_else(|| numbered(tokens, at))
        .or_else(|| prefixed(tokens, at))?;
    let next = token(tokens, end);
    let goes_on = next.class == Class::Lower && next.entry.has(flag::FUNCTION) && !next.entry.has(flag::PARTICLE);
    (goes_on || piece::bits(next) & (piece::BREAK | piece::DOT) != 0).then_some(end)
}

/// Finds the end of a town of one word behind a code of four digits, where both are all of a line: `8001 Zürich`. What is a name,
/// too, is none.
pub(super) fn alone(tokens: &[Token], at: usize) -> Option<usize> {
    let town = token(tokens, at);
    let code = at.checked_sub(1).map(|code| token(tokens, code))?;
    let begins = code.place == Place::Line;
    let known = is_known(town) && !town.entry.has(flag::FIRST | flag::LAST | flag::COMMON);
    let ends = piece::bits(token(tokens, at + 1)) & (piece::LINE | piece::END) != 0;
    (begins && known && ends).then_some(at + 1)
}

/// Finds the end of a town and its part in letters, behind a code of four digits: `København Ø`, `Chur GR`.
pub(super) fn lettered(tokens: &[Token], at: usize) -> Option<usize> {
    let (town, letters) = (token(tokens, at), token(tokens, at + 1));
    let ends = || piece::bits(token(tokens, at + 2)) & (piece::BREAK | piece::DOT) != 0;
    let canton = letters.class == Class::Upper && CANTONS.has(letters) && is_known(town);
    ((is_part(tokens, at + 1) || canton) && ends()).then_some(at + 2)
}

/// Tells whether a token is a part of the Danish town before it: `Aarhus C`.
pub(super) fn is_part(tokens: &[Token], at: usize) -> bool {
    let Some(town) = at.checked_sub(1).map(|town| token(tokens, town)) else { return false };
    let part = token(tokens, at);
    let upper = matches!(part.class, Class::Initial | Class::Upper) && part.tail & 0xFF != u32::from(b'.');
    upper && part.place != Place::Line && town.class.is_big() && PARTS.has(part) && DANISH.has(town)
}

/// `Freiburg im Breisgau`, `Neustadt an der Weinstraße`, `Aix en Provence`.
fn by_river(tokens: &[Token], at: usize) -> Option<usize> {
    /// Small words in a row.
    const SMALL_MAX: usize = 2;
    let rest = tokens.get(at + 1..)?;
    let small = rest.iter().take(SMALL_MAX).take_while(|one| one.class == Class::Lower && BETWEEN.has(one)).count();
    let last = at + 1 + small;
    let river = last == at + 2 && RIVERS.has(token(tokens, at + 1));
    let (town, name) = (token(tokens, at), token(tokens, last));
    let fits = is_name(name) || is_river(name);
    (small > 0 && fits && (is_known(town) || (river && is_name(town)))).then_some(last + 1)
}

/// `Freiburg i. Br.`, `Frankfurt a.M.`, `Halle a. d. Saale`.
fn shortened(tokens: &[Token], at: usize) -> Option<usize> {
    /// Small words in a row.
    const SMALL_MAX: usize = 2;
    /// Letters of a name that is not written out.
    const SHORT_MAX: usize = 3;
    let mut end = at + 1;
    for _ in 0..SMALL_MAX {
        let small = token(tokens, end);
        let dotted = small.class == Class::Lower && small.len() == 1 && token(tokens, end + 1).is(b'.');
        end += if dotted { 2 } else { 0 };
    }
    let name = token(tokens, end);
    let stop = usize::from(name.class == Class::Capital && name.len() <= SHORT_MAX && token(tokens, end + 1).is(b'.'));
    let fits = (name.class == Class::Initial && name.tail & 0xFF == u32::from(b'.')) || stop > 0 || is_name(name);
    (end > at + 1 && is_known(token(tokens, at)) && fits).then_some(end + 1 + stop)
}

/// `Paris Cedex 08`, `Paris 11e`, `Milano MI`, `Milano (MI)`, `Frankfurt/Main`.
fn numbered(tokens: &[Token], at: usize) -> Option<usize> {
    static CEDEX: WordSet<1> = WordSet::new("cedex");
    if !is_known(token(tokens, at)) {
        return None;
    }
    let (one, two, three) = (token(tokens, at + 1), token(tokens, at + 2), token(tokens, at + 3));
    let province = |word: &Token| word.class == Class::Upper && word.len() == 2;
    let district = one.class == Class::Alphanumeric && one.len() <= 4 && one.tail & 0xFF == u32::from(b'e');
    if CEDEX.has(one) {
        Some(at + 2 + usize::from(two.class == Class::Digits && two.len() <= 2))
    } else if district || (province(one) && one.place != Place::Line) {
        Some(at + 2)
    } else if one.is(b'(') && province(two) && three.is(b')') {
        Some(at + 4)
    } else {
        let river = one.is(b'/') && is_glued(tokens, at + 1) && (is_name(two) || is_river(two));
        river.then_some(at + 3)
    }
}

/// `Frankfurt (Oder)`, `Halle (Saale)`.
fn bracketed(tokens: &[Token], at: usize) -> Option<usize> {
    let [town, open, river, close] = tokens.get(at..at + 4)? else { return None };
    let round = open.is(b'(') && close.is(b')');
    (round && is_known(town) && (is_name(river) || is_river(river))).then_some(at + 4)
}

/// `Aix-en-Provence`, `Boulogne-Billancourt`, `Saint-Denis`.
fn hyphened(tokens: &[Token], at: usize) -> Option<usize> {
    /// Words of such a name.
    const WORDS_MAX: usize = 5;
    let (mut end, mut known) = (at, false);
    for _ in 0..WORDS_MAX {
        let word = token(tokens, end);
        let small = end > at && word.class == Class::Lower && (BETWEEN.has(word) || word.entry.has(flag::PARTICLE));
        if !(small || is_name(word) || is_saint(word) || (end > at && is_river(word))) {
            return None;
        }
        // `Neuilly-sur-Seine`: nothing else is written so.
        known |= is_known(word) || is_saint(word) || (small && RIVERS.has(word));
        end += 1;
        if !(token(tokens, end).is(b'-') && is_glued(tokens, end) && is_glued(tokens, end + 1)) {
            break;
        }
        end += 1;
    }
    let whole = end.checked_sub(1).is_some_and(|last| token(tokens, last).class.is_big());
    (end > at + 1 && known && whole).then_some(end)
}

/// `Bad Kreuznach`, `Saint Denis`, `San Sebastián`, `Sankt Pölten`.
fn prefixed(tokens: &[Token], at: usize) -> Option<usize> {
    let first = token(tokens, at);
    let last = at + 1 + usize::from(token(tokens, at + 1).is(b'.'));
    let town = token(tokens, last);
    // `Sesto San Giovanni`
    if last == at + 1
        && PREFIXES.has(town)
        && town.class.is_big()
        && is_known(first)
        && is_known(token(tokens, last + 1))
    {
        return Some(last + 2);
    }
    let begins = first.class.is_big() && PREFIXES.has(first) && (is_known(town) || (is_saint(first) && is_name(town)));
    // `Neuilly sur Seine`, `Boulogne Billancourt`, of which both are towns
    let two = last == at + 1 && is_known(first) && is_known(town);
    ((begins || two) && town.place != Place::Line).then_some(last + 1)
}

/// A town or region of the lists, written as one.
fn is_known(word: &Token) -> bool {
    is_name(word) && word.entry.has(flag::CITY | flag::REGION)
}

/// A word that is written as a name and is no everyday one, but of towns.
fn is_name(word: &Token) -> bool {
    let dated = matches!(word.entry.class, class::MONTH | class::DAY);
    let everyday = word.entry.has(flag::COMMON) && !word.entry.has(flag::CITY | flag::REGION);
    matches!(word.class, Class::Capital | Class::Upper | Class::Mixed)
        && !dated
        && !everyday
        && !word.entry.has(flag::FUNCTION | flag::COMPANY | flag::ORGANISATION | flag::THING)
}

/// Rivers that are small words elsewhere.
fn is_river(word: &Token) -> bool {
    static SMALL: WordSet<4> = WordSet::new("oder seine main inn");
    word.class == Class::Capital && SMALL.has(word)
}

fn is_saint(word: &Token) -> bool {
    static SAINTS: WordSet<5> = WordSet::new("saint sainte sankt st ste");
    word.class.is_big() && SAINTS.has(word)
}

/// Small words inside the names of towns.
static BETWEEN: WordSet<32> = WordSet::new(
    "im am an der bei ob in vor auf zu sur sous les lez en aux la le d upon on under del della nad pod aan den op de do \
     i",
);

/// Those of them that stand beside rivers and in lands.
static RIVERS: WordSet<4> = WordSet::new("sur sous lez les");

/// What names of towns begin with.
static PREFIXES: WordSet<28> = WordSet::new(
    "saint sainte sankt st ste bad san santa santo sao neu alt gross klein den la le les las los el villa porto puerto \
     castel monte nova stara",
);

/// Towns of Denmark that have districts of the post, and those.
static DANISH: WordSet<8> = WordSet::new("kobenhavn copenhagen aarhus arhus odense aalborg alborg frederiksberg");
static PARTS: WordSet<12> = WordSet::new("k v o n s c m sv nv so no sc");

/// Cantons of Switzerland (BFS, Historisiertes Gemeindeverzeichnis).
static CANTONS: WordSet<26> =
    WordSet::new("zh be lu ur sz ow nw gl zg fr so bs bl sh ar ai sg gr ag tg ti vd vs ne ge ju");
