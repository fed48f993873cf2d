//! Where a home is in its house: flats, floors, doors, blocks, and the side they are on.

use super::super::super::lexicon::class;
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::{WordMap, WordSet};
use super::super::{is_dotted, is_glued, token};
use super::part::{code, house_rest};
use super::piece;

/// Finds the end of what says where in a house somebody is: `Flat 3`, `3. OG links`, `2ème étage porte droite`, `bajo`.
pub(super) fn unit(tokens: &[Token], at: usize) -> Option<usize> {
    if token(tokens, at).is(b'(') {
        // `(first floor)`
        let length = tokens.iter().skip(at).take(LENGTH_MAX).position(|one| one.is(b')'))?;
        let close = at + length;
        return unit(tokens.get(..close)?, at + 1).filter(|end| *end == close).map(|end| end + 1);
    }
    numbered(tokens, at).max(words(tokens, at))
}

/// Finds the end of a unit that begins in what was found of an address, which ends before it does: `OG links` behind `3.`
pub(super) fn rest(tokens: &[Token], first: usize, end: usize) -> Option<usize> {
    let begins = |at: &usize| {
        let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
        let numbered = matches!(before.class, Class::Digits | Class::Alphanumeric) && is_unit(token(tokens, *at));
        piece::bits(before) & piece::BREAK != 0 || numbered
    };
    let from = first.max(end.saturating_sub(LENGTH_MAX));
    (from + 1..end).filter(begins).find_map(|at| unit(tokens, at).filter(|whole| *whole > end))
}

/// Finds the first token of the longest unit that ends before `end`: `Level 5`, `Flat No. 5`, `ground floor left`.
pub(super) fn before(tokens: &[Token], end: usize) -> Option<usize> {
    (2..=LENGTH_MAX).rev().filter_map(|length| end.checked_sub(length)).find(|start| {
        let (here, next) = (token(tokens, *start), token(tokens, *start + 1));
        let named = (is_unit(here) && here.class.is_word()) || (is_unit(next) && !here.is(b'#'));
        let apart = |at: usize| piece::bits(token(tokens, at)) & piece::BREAK != 0;
        let begins = named || (start.checked_sub(1).is_none_or(apart) && role(here) & RANK != 0);
        begins && unit(tokens, *start) == Some(end)
    })
}

/// Tokens of a unit.
const LENGTH_MAX: usize = 9;

/// `Flat 3`, `Apt. 4B`, `#12`, `3rd floor`, `3. OG`, `m. 5`, `3º B`, `4º izda.`, `bajo`, `ground floor`.
fn numbered(tokens: &[Token], at: usize) -> Option<usize> {
    let here = token(tokens, at);
    let (next, after) = (token(tokens, at + 1), token(tokens, at + 2));
    if LEVELS.has(here) || (LEVELS_BEFORE.has(here) && is_unit(next)) {
        let end = at + if LEVELS.has(here) { 1 } else { 2 };
        let end = end + usize::from(token(tokens, end).is(b'.') && is_glued(tokens, end));
        // `st. tv`
        let end = if LEVELS.has(token(tokens, end)) { end + 1 } else { end };
        return (piece::bits(token(tokens, end)) & (piece::BREAK | piece::DOT | piece::DASH) != 0).then_some(end);
    }
    // `sc. 2`, `et. 4`: with the full stop alone, for `et` is a word
    if here.class == Class::Lower && STAIRS.has(here) {
        let number = token(tokens, at + 2);
        let fits = matches!(number.class, Class::Digits | Class::Alphanumeric) || number.class == Class::Initial;
        return (next.is(b'.') && is_glued(tokens, at + 1) && fits).then_some(at + 3);
    }
    // `Kat: 3`, `D:5`
    if next.is(b':') && here.class.is_big() && KAT.has(here) {
        return matches!(after.class, Class::Digits | Class::Alphanumeric).then(|| house_rest(tokens, at + 3, 2));
    }
    match here.class {
        // `II/4`, `I/2.`
        Class::Upper | Class::Initial if ROMAN.has(here) && next.is(b'/') && after.class == Class::Digits => {
            let glued = is_glued(tokens, at + 1) && is_glued(tokens, at + 2);
            let stop = token(tokens, at + 3).is(b'.') && piece::bits(token(tokens, at + 4)) & piece::BREAK != 0;
            return glued.then_some(at + 3 + usize::from(stop));
        }
        Class::Alphanumeric if is_unit(next) && next.tail != FLAT && here.len() >= 2 => return Some(at + 2),
        Class::Digits if next.is(b'.') && is_unit(after) && after.tail != FLAT => return Some(at + 3),
        // `2. th.`
        Class::Digits if next.is(b'.') && LEVELS.has(after) => {
            return Some(at + 3 + usize::from(token(tokens, at + 3).is(b'.')));
        }
        // `II. em. 4`
        Class::Upper | Class::Initial if ROMAN.has(here) && is_unit(if next.is(b'.') { after } else { next }) => {
            let mut end = at + 2 + usize::from(next.is(b'.'));
            end += usize::from(token(tokens, end).is(b'.'));
            return Some(end + usize::from(token(tokens, end).class == Class::Digits));
        }
        Class::Digits | Class::Alphanumeric => return storey(tokens, at),
        _ => {}
    }
    // A metre has no full stop.
    let named = is_unit(here) && (here.tail != FLAT || next.is(b'.'));
    if !named && !here.is(b'#') {
        return None;
    }
    let mut next = at + 1;
    // `Flat No. 5`, `Apt # 4`
    while next <= at + 3
        && (token(tokens, next).is(b'.') || token(tokens, next).is(b'#') || SIGNS.has(token(tokens, next)))
    {
        next += 1;
    }
    let number = token(tokens, next);
    let fits = matches!(number.class, Class::Digits | Class::Alphanumeric)
        || (number.class == Class::Initial && !is_dotted(number));
    fits.then(|| house_rest(tokens, next + 1, 2))
}

/// `3º B`, `12/F`: a number, perhaps a sign of order, and a door, up to the end of the part.
fn storey(tokens: &[Token], at: usize) -> Option<usize> {
    let here = token(tokens, at);
    let ordinal = matches!(here.tail & 0xFF, 0xBA | 0xAA | 0x6F | 0x61) && here.class == Class::Alphanumeric;
    if !ordinal || here.len() > 4 {
        return None;
    }
    let mut end = at + 1;
    let door = token(tokens, end);
    if (door.len() <= 2 && door.class.is_word()) || DOORS.has(door) {
        end += 1;
        end += usize::from(token(tokens, end).is(b'.') && is_glued(tokens, end));
    }
    (piece::bits(token(tokens, end)) & (piece::BREAK | piece::DASH) != 0).then_some(end)
}

/// `ground floor flat`, `2ème étage porte droite`, `secondo piano a destra`, `3 hoog achter`: words of floors, doors and
/// sides and their numbers alone, up to the end of the part.
fn words(tokens: &[Token], at: usize) -> Option<usize> {
    let is_letter = |at: usize, letter: u8| token(tokens, at).len() == 1 && token(tokens, at).head == u32::from(letter);
    // `r/c direito`
    let ground = is_letter(at, b'r') && token(tokens, at + 1).is(b'/') && is_letter(at + 2, b'c');
    let (mut said, mut parts, mut end) = (if ground { FLOOR } else { 0 }, 0, at);
    for (place, here) in tokens.iter().enumerate().skip(at).take(LENGTH_MAX) {
        if place > at && here.place == Place::Line {
            break;
        }
        let of = role(here);
        let mark = [b'.', b'-', b'/', DEGREE].iter().any(|mark| here.is(*mark));
        if place == at && (mark || of & JOINS != 0) || (of == 0 && !mark) {
            break;
        }
        said |= of;
        parts += usize::from(of & (FLOOR | SIDE | RANK) != 0);
        // What it ends with is no small word, and its full stop belongs to it.
        if of & !JOINS != 0 {
            end = place + 1;
        }
    }
    let tells = said & ALONE != 0 || (said & FLOOR != 0 && parts >= 2);
    let ends =
        piece::bits(token(tokens, end)) & (piece::BREAK | piece::DOT | piece::DASH) != 0 || code(tokens, end).is_some();
    (tells && ends).then_some(end)
}

/// Tells what a token is in the words of a unit.
fn role(token: &Token) -> u64 {
    /// Bytes of `2ème`.
    const RANK_MAX: usize = 5;
    let listed = if token.class.is_word() { WORDS.get(token.word) } else { 0 };
    match token.class {
        Class::Digits if token.len() <= 2 => RANK,
        Class::Alphanumeric if token.len() <= RANK_MAX => RANK,
        Class::Initial => listed | RANK,
        Class::Lower if token.len() == 1 && listed == 0 => RANK,
        _ if is_unit(token) => listed | FLOOR,
        _ => listed,
    }
}

/// `3° piano`: what marks beyond ASCII are read as.
const DEGREE: u8 = 0x7F;

/// What makes a unit of the words around it.
const FLOOR: u64 = 1;
/// The same, and needs none.
const ALONE: u64 = 2;
/// Where on the floor.
const SIDE: u64 = 4;
/// Which floor, in words or numbers.
const RANK: u64 = 8;
/// Small words between them.
const JOINS: u64 = 16;

static WORDS: WordMap<512> = WordMap::new(&[
    (
        "basement attic mezzanine penthouse maisonette annexe erdgeschoss dachgeschoss hochparterre souterrain parterre \
         hinterhaus vorderhaus seitenflugel gartenhaus quergebaude rdc entresol entresuelo sotano semisotano atico \
         seminterrato mansarda ammezzato",
        FLOOR | ALONE,
    ),
    (
        "floor storey flat level obergeschoss untergeschoss geschoss stock stockwerk etage aufgang og ug eg dg kg tur \
         chaussee chao porte escalier batiment palier logement piso planta puerta escalera piano scala interno \
         rialzato andar bloco porta verdieping hoog grond benedenhuis bovenhuis woning vaning etg",
        FLOOR,
    ),
    (
        "left right front rear back links rechts mitte vorn vorne hinten gauche droite face fond cour izquierda derecha \
         izda dcha izq dcho centro exterior interior esquerdo esquerda direito direita esq dto frente fundos fte destra \
         sinistra achter voor midden venstre hojre vanster hoger",
        SIDE,
    ),
    (
        "ground first second third fourth fifth sixth top lower upper middle erster erste zweiter zweite dritter dritte \
         vierter vierte funfter funfte oberster premier deuxieme troisieme quatrieme cinquieme dernier primer primero \
         primera segundo segunda tercer tercero tercera cuarto quinto baja alta primo secondo terzo quarto ultimo terra \
         terreno primeiro terceiro terreo eerste tweede derde vierde vijfde begane bovenste rez res",
        RANK,
    ),
    ("a al alla de del du des la le sur of the im am on au op und and e y et da di do", JOINS),
]);

/// `flat`, `Bâtiment`, `OG`, and `m` of Polish addresses.
pub(super) fn is_unit(token: &Token) -> bool {
    let floor = token.class == Class::Upper && token.len() == 2 && UPPER_FLOORS.has(token);
    let flat = token.class == Class::Lower && token.tail == FLAT;
    (token.entry.class == class::UNIT && token.class.is_word()) || floor || flat || MORE_UNITS.has(token)
}

/// `m`, as the whole word.
const FLAT: u32 = b'm' as u32;

/// Floors without a number, and doors on them.
static LEVELS: WordSet<30> = WordSet::new(
    "bajo bajos entresuelo atico sotano izda dcha izquierda derecha rdc parterre tv th mf kld stuen basement bsmt \
     penthouse erdgeschoss dachgeschoss souterrain hochparterre frente fundos terreo esq dto lobby rear",
);

/// Doors behind a floor.
static DOORS: WordSet<11> = WordSet::new("izda dcha izq dcho izquierda derecha dir esq dto puerta pta");

/// What stands before `floor`: `ground floor`.
static LEVELS_BEFORE: WordSet<9> = WordSet::new("ground first second third fourth fifth top lower upper");

/// Units beside those that the lexicon knows.
static MORE_UNITS: WordSet<32> = WordSet::new(
    "fszt mfszt lok lokal stiege tur tor wohnung hinterhaus vorderhaus em kerulet ajto lgh office oficina ofic dpto plot \
     shop villa stall dorm kv pokoj andar fraction int loja bldg wing gate",
);

/// Stairs and floors in Romanian.
static STAIRS: WordSet<2> = WordSet::new("sc et");

/// Floors, doors and blocks in Turkish, before their colon.
static KAT: WordSet<5> = WordSet::new("kat daire blok k d");

/// Floors in German.
static UPPER_FLOORS: WordSet<4> = WordSet::new("og ug eg dg");

static SIGNS: WordSet<5> = WordSet::new("no nr num numero n");

/// Floors in Roman numbers; a single letter has its full stop.
static ROMAN: WordSet<10> = WordSet::new("i ii iii iv v vi vii i. v. viii");

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    /// What goes on over a unit of several words is one address, wherever it stands and however much of it was found.
    #[test]
    fn units_of_several_words_are_parts() {
        for unit in [
            "3. OG links",
            "EG rechts",
            "2. Etage rechts",
            "Hinterhaus links",
            "Seitenflügel, 2. Stock Mitte",
            "3e étage gauche",
            "2ème étage porte droite",
            "1er étage fond de cour",
            "rez-de-chaussée gauche",
            "bâtiment B escalier 2",
            "ground floor flat",
            "basement flat",
            "2nd floor rear",
            "first floor front",
            "planta baja",
            "piso 2 puerta 4",
            "3° piano",
            "secondo piano a destra",
            "scala B interno 5",
            "r/c direito",
            "2º andar esquerdo",
            "3 hoog achter",
            "tweede verdieping links",
            "rés-do-chão direito",
            "(first floor)",
        ] {
            let whole = format!("Address Hauptstraße 5, {unit}, 10115 Berlin");
            check(&format!("an <A:Hauptstraße 5>, {unit}, <A:10115 Berlin>"), &[&whole]);
            check(&format!("an <A:Hauptstraße 5>, {unit}, 10115 <L:Berlin>"), &[&whole]);
            check(&format!("<A:Hauptstraße 5>, {unit}"), &[&format!("Address Hauptstraße 5, {unit}")]);
            check(
                &format!("<A:Hauptstraße 5>\n{unit}\n<A:10115 Berlin>"),
                &[&format!("Address Hauptstraße 5\n{unit}\n10115 Berlin")],
            );
        }
        check(
            "<A:Hauptstraße 5, 3.> OG links, <A:10115 Berlin>",
            &["Address Hauptstraße 5, 3. OG links, 10115 Berlin"],
        );
        check(
            "<A:Via Roma 1 scala> A piano <A:3, 20121 Milano>",
            &["Address Via Roma 1 scala A piano 3, 20121 Milano"],
        );
        check("<L:2nd floor rear>, <A:12 High Street, Leeds>", &["Address 2nd floor rear, 12 High Street, Leeds"]);
        check("by 2nd floor rear, <A:12 High Street>", &["Address 2nd floor rear, 12 High Street"]);
        check(
            "<A:12 High Street>, ground floor <A:flat, Leeds>",
            &["Address 12 High Street, ground floor flat, Leeds"],
        );
    }

    #[test]
    fn what_is_said_of_a_house_is_no_unit() {
        check("<A:12 High Street>, front door is blue", &["Address 12 High Street"]);
        check("<A:12 High Street>, on the left, <L:Leeds>", &["Address 12 High Street", "Location Leeds"]);
        check("<A:12 High Street>, floor plans, <L:Leeds>", &["Address 12 High Street", "Location Leeds"]);
        check("<A:12 High Street>, right, 5 of them", &["Address 12 High Street"]);
    }

    #[test]
    fn who_takes_letters_in_parts_an_address() {
        check(
            "<A:12 High Street, c/o Smith, Leeds LS1 4DY>",
            &["Address 12 High Street", "Person Smith", "Address Leeds LS1 4DY"],
        );
        check("<A:12 High Street, c/o Smith>", &["Address 12 High Street", "Person Smith"]);
    }
}
