//! What a token may be in an address, as bits.

use std::ops::Range;

use super::super::super::hash::shape;
use super::super::super::lexicon::{class, flag};
use super::super::super::segment::TOKENS_MAX;
use super::super::super::token::{Class, Token};
use super::super::super::words::WordMap;
use super::super::super::{Hold, Kind};
use super::unit;

/// A word that is written as names are.
pub(super) const NAME: u64 = 1;
/// A small word or mark inside a street's name: `de la`, `of`, `d'`, the stop of `St.`
pub(super) const SMALL: u64 = 1 << 1;
/// A word that ends a street's name, as in English.
pub(super) const STREET: u64 = 1 << 2;
/// A word that begins one, and the number stands behind the name: `Via`, `ulica`.
pub(super) const BEGINS: u64 = 1 << 3;
/// A word that begins one, and the number stands before it: `rue`, `jalan`.
pub(super) const LEADS: u64 = 1 << 4;
/// A word that is a street's name and its kind in one (`Hauptstraße`): the number stands behind.
pub(super) const COMPOUND: u64 = 1 << 5;
/// A word behind a street's name before the number: `utca`, `Caddesi`.
pub(super) const ENDS: u64 = 1 << 6;
/// What numbers a house: up to five digits, or digits and letters.
pub(super) const HOUSE: u64 = 1 << 7;
/// Digits alone, of one to three, of four, of five and of six.
pub(super) const FEW: u64 = 1 << 8;
pub(super) const FOUR: u64 = 1 << 9;
pub(super) const FIVE: u64 = 1 << 10;
pub(super) const SIX: u64 = 1 << 11;
/// The halves of `LS1 4DY`, `K1A 0B1`, `D02 X285`.
pub(super) const OUTWARD: u64 = 1 << 12;
pub(super) const INWARD: u64 = 1 << 13;
/// Halves in upper case, and others.
pub(super) const BIG: u64 = 1 << 37;
pub(super) const LITTLE: u64 = 1 << 38;
/// A code of the post that a pattern found.
pub(super) const CODE: u64 = 1 << 14;
/// A state, province or country in two or three letters in upper case.
pub(super) const STATE: u64 = 1 << 15;
/// A town, region or country.
pub(super) const TOWN: u64 = 1 << 16;
/// `Flat`, `étage`.
pub(super) const UNIT: u64 = 1 << 17;
/// `No.`, `nr`, `km`.
pub(super) const SIGN: u64 = 1 << 18;
pub(super) const COMMA: u64 = 1 << 19;
pub(super) const LINE: u64 = 1 << 20;
pub(super) const DASH: u64 = 1 << 21;
pub(super) const SLASH: u64 = 1 << 22;
pub(super) const HASH: u64 = 1 << 23;
pub(super) const DOT: u64 = 1 << 24;
/// A single letter, `EF` too.
pub(super) const LETTER: u64 = 1 << 25;
/// `ku`, `dong`: ends of the names of districts behind a hyphen.
pub(super) const WARD: u64 = 1 << 26;
/// `APO`, `FPO`, `DPO`, and `AA`, `AE`, `AP` behind them.
pub(super) const FORCES: u64 = 1 << 27;
/// `PSC`, `CMR`, `RR`, `HC`: what a `Box` follows.
pub(super) const ROUTE: u64 = 1 << 28;
/// `Box`.
pub(super) const BOX: u64 = 1 << 29;
/// `and`, `&`, `at` between two streets.
pub(super) const AND: u64 = 1 << 30;
/// The end of the text.
pub(super) const END: u64 = 1 << 31;
/// A state whose letters are no word and no other abbreviation (`MA`, not `ID`).
pub(super) const CLEAR_STATE: u64 = 1 << 32;
/// A state of Australia in three letters.
pub(super) const STATE_OF_THREE: u64 = 1 << 33;
/// `:`.
pub(super) const COLON: u64 = 1 << 36;
/// `B1638`, `C1042AAB`.
pub(super) const LETTER_CODE: u64 = 1 << 35;
/// What begins a street and is written with a full stop or stroke: `al.`, `C/`.
pub(super) const SHORT: u64 = 1 << 34;

/// A word that ends an English street and that the lexicon does not know as one.
const ENGLISH: u64 = 1 << 40;
/// A route that a box follows, and that is nothing else.
pub(super) const RURAL: u64 = 1 << 42;
/// A state that is a word or another abbreviation, too.
const UNCLEAR_STATE: u64 = 1 << 41;

/// A house's number in words: `One Canada Square`.
pub(super) const SPELLED: u64 = 1 << 43;

/// A number of a street in words, which is a name where it has a capital: `Fifth Avenue`.
const ORDINAL: u64 = 1 << 44;

/// A word with a capital in another script than Latin.
pub(super) const FOREIGN: u64 = 1 << 45;

/// A box of the post that is a house or a field elsewhere: a town must follow.
pub(super) const CASILLA: u64 = 1 << 46;

/// What has a number where streets have numbers, too: `House No. 12, Street 5`.
pub(super) const HOME: u64 = 1 << 47;

/// Seven digits alone, as Israel's codes are.
pub(super) const SEVEN: u64 = 1 << 48;

/// A street that is called so without a word of streets: `Broadway`; the number stands before, or behind as in `Zeil 5`.
pub(super) const ALONE: u64 = 1 << 49;

/// A town of Iceland or the Faroes, where codes have three digits.
pub(super) const NORTHERN: u64 = 1 << 50;

/// Marks that end a part of an address.
pub(super) const BREAK: u64 = COMMA | LINE | END;

/// What the tokens of a segment may be, each asked for once; those that were not asked for are nothing.
#[derive(Debug)]
pub(super) struct Pieces {
    bits: [u64; TOKENS_MAX],
    len: usize,
    /// All before were asked for, or are not needed.
    filled: usize,
}

impl Pieces {
    pub(super) fn of(tokens: &[Token]) -> Self {
        Self { bits: [0; TOKENS_MAX], len: tokens.len(), filled: 0 }
    }

    /// Asks for the tokens of a range that begins no earlier than the ranges before.
    pub(super) fn fill(&mut self, tokens: &[Token], range: Range<usize>) {
        let from = range.start.max(self.filled);
        let slots = self.bits.iter_mut().zip(tokens).take(range.end).skip(from);
        slots.for_each(|(slot, token)| *slot = bits(token));
        self.filled = self.filled.max(range.end);
    }

    /// Gives the bits of a row of tokens together, and of the end of the text.
    pub(super) fn near(&self, range: Range<usize>) -> u64 {
        let inside = self.bits.get(range.start..range.end.min(TOKENS_MAX)).unwrap_or_default();
        inside.iter().fold(END, |near, bits| near | bits)
    }

    /// Gives the bits of the token at `at`.
    pub(super) fn at(&self, at: usize) -> u64 {
        if at >= self.len { END } else { self.bits.get(at).copied().unwrap_or_default() }
    }
}

/// Tells whether a word of this hash is a house's number in letters.
pub(super) fn is_spelled(word: u64) -> bool {
    WORDS.get(word) & SPELLED != 0
}

/// Tells what a token may be.
pub(super) fn bits(token: &Token) -> u64 {
    match token.class {
        Class::None => END,
        Class::Newline => LINE,
        Class::Punctuation => mark(token),
        Class::Digits => number(token),
        Class::Alphanumeric => mixed(token),
        Class::Found if token.head == Kind::Code as u32 && token.hold == Hold::Joins => CODE,
        Class::Found => 0,
        Class::Clitic => SMALL,
        _ => word(token),
    }
}

fn mark(token: &Token) -> u64 {
    const MARKS: [(u8, u64); 10] = [
        (b',', COMMA),
        (b'-', DASH),
        (b'/', SLASH),
        (b'#', HASH),
        (b'.', DOT | SMALL),
        (b'\'', SMALL),
        (b'&', AND),
        (b';', COMMA),
        (b'|', COMMA),
        (b':', COLON),
    ];
    MARKS.iter().find(|(byte, _)| token.is(*byte)).map_or(0, |(_, bits)| *bits)
}

fn number(token: &Token) -> u64 {
    if !token.is_whole_number() {
        return 0;
    }
    match token.len() {
        1..=3 => HOUSE | FEW,
        4 => HOUSE | FOUR,
        5 => HOUSE | FIVE,
        6 => SIX,
        7 => SEVEN,
        _ => 0,
    }
}

fn mixed(token: &Token) -> u64 {
    const OUT: [u32; 4] = [shape(b"Xd"), shape(b"XdX"), shape(b"xd"), shape(b"xdx")];
    const IN: [u32; 10] = [
        shape(b"dX"),
        shape(b"dXd"),
        shape(b"Xd"),
        shape(b"XdX"),
        shape(b"XdXd"),
        shape(b"dx"),
        shape(b"dxd"),
        shape(b"xd"),
        shape(b"xdx"),
        shape(b"xdxd"),
    ];
    let upper = OUT.iter().take(2).chain(IN.iter().take(5)).any(|shape| *shape == token.shape);
    let len = token.len();
    let first = token.head >> (8 * (len.min(3) - 1));
    let begins_with_digit = matches!(first & 0xFF, 0x30..=0x39);
    let mut bits = if upper { BIG } else { LITTLE };
    if begins_with_digit && len <= 6 {
        bits |= HOUSE;
    }
    if OUT.contains(&token.shape) && (2..=4).contains(&len) {
        bits |= OUTWARD;
    }
    // `7AA`, not `30d`
    let second = (token.head >> 8) & 0xFF;
    let one_digit = !matches!(second, 0x30..=0x39);
    if IN.contains(&token.shape) && ((begins_with_digit && one_digit && len == 3) || (!begins_with_digit && len == 4)) {
        bits |= INWARD;
    }
    if matches!((token.shape == shape(b"Xd"), token.shape == shape(b"XdX"), len), (true, _, 5) | (_, true, 8)) {
        bits |= LETTER_CODE;
    }
    bits
}

fn word(token: &Token) -> u64 {
    let entry = token.entry;
    let big = token.class.is_big() || token.class == Class::Caseless;
    let dated = matches!(entry.class, class::MONTH | class::DAY);
    let is = |says: bool, bit: u64| if says { bit } else { 0 };
    let town = entry.has(flag::CITY | flag::REGION) && !entry.has(flag::FUNCTION | flag::COMMON);
    let of_street = entry.has(flag::STREET)
        && !entry.has(flag::FUNCTION)
        && !matches!(entry.class, class::UNIT | class::BOX)
        && !entry.has(flag::COMPANY | flag::ORGANISATION);
    let listed = WORDS.get(token.word);
    let upper = matches!(token.class, Class::Upper | Class::Initial);
    let is_name = token.class == Class::Initial
        || !entry.has(flag::FUNCTION)
        || entry.has(flag::PARTICLE)
        || listed & ORDINAL != 0;
    let mut of = listed & (BEGINS | SHORT | LEADS | ENDS | SMALL | SIGN | AND | BOX);
    if upper {
        of |= listed & (STATE | STATE_OF_THREE | FORCES | RURAL);
        of |= is(listed & (STATE | UNCLEAR_STATE) == STATE, CLEAR_STATE);
    }
    if big {
        of |= listed & (ROUTE | SPELLED | CASILLA | HOME | ALONE | NORTHERN);
    }
    if token.class == Class::Lower {
        of |= listed & WARD;
    }
    of | is(big && !dated && is_name, NAME)
        | is(entry.has(flag::PARTICLE) && token.len() <= 4, SMALL)
        | is(big && (of_street || listed & ENGLISH != 0), STREET)
        | is(big && town && !dated, TOWN)
        // Latin letters are compared as those of ASCII.
        | is(big && is_name && token.class != Class::Caseless && token.tail & 0x80 != 0, FOREIGN)
        | is(unit::is_unit(token), UNIT)
        | is(matches!(token.class, Class::Initial | Class::Lower) && token.len() == 1, LETTER)
        | is(big && is_compound(token), COMPOUND)
}

/// Tells whether a word ends as the names of streets do that are one word: `Hauptstraße`, `Keizersgracht`.
fn is_compound(token: &Token) -> bool {
    /// The last four letters, and how many letters the word has at least.
    const ENDINGS: [(&[u8; 4], usize); 17] = [
        (b"asse", 8),
        (b"estr", 6),
        (b"rstr", 6),
        (b"nstr", 6),
        (b"tstr", 6),
        (b"gstr", 6),
        (b"llee", 8),
        (b"latz", 8),
        (b"damm", 7),
        (b"ufer", 7),
        (b"acht", 10),
        (b"raat", 8),
        (b"laan", 7),
        (b"atan", 7),
        (b"gade", 7),
        (b"atie", 8),
        (b"ntie", 8),
    ];
    const WAYS: [u32; 2] = [u32::from_be_bytes(*b"\0weg"), u32::from_be_bytes(*b"\0vej")];
    let entry = token.entry;
    let ends =
        |(ending, least): &(&[u8; 4], usize)| token.tail == u32::from_be_bytes(**ending) && token.len() >= *least;
    let way = token.len() >= 6 && WAYS.contains(&(token.tail & 0x00FF_FFFF));
    !entry.has(flag::COMMON | flag::FUNCTION | flag::FIRST) && (way || ENDINGS.iter().any(ends))
}

/// What words may be in an address beyond what the lexicon says.
static WORDS: WordMap<1024> = WordMap::new(&[
    // Last words of English streets beside those that the lexicon knows.
    (
        "place way square sq circle cir parade pde trail trl loop rise circuit cct pike pkwy cove bend \
         crossing",
        ENGLISH,
    ),
    // Streets whose number stands behind: `Via Garibaldi 12`, `ulica Długa 7`.
    (
        "via viale piazza piazzale corso largo vicolo strada contrada lungomare calle avenida avda av carrera \
         cra cll bulevar trg paseo plaza camino ronda travesia glorieta ctra carretera rua travessa praca estrada alameda \
         rodovia quadra ul ulica osiedle aleja aleje bulevardul calea aleea jl jalan rue avenue boulevard \
         chaussee quai chemin laan plein",
        BEGINS,
    ),
    // The same with a full stop or stroke.
    ("c cl al os pl str bd bul бул r", SHORT),
    // Streets that stand between the number and the name: `12 rue des Lilas`.
    (
        "rue avenue av boulevard bd chemin impasse allee quai cours faubourg ruelle sentier esplanade place \
         route passage jalan jln jl lorong persiaran rte",
        LEADS,
    ),
    // Kinds of streets behind the name and before the number: `Kossuth Lajos utca 12`.
    (
        "utca korut krt caddesi cad sokak sokagi sok sk bulvari mahallesi strasse str weg gasse platz allee damm \
         ufer straat gata gatan vagen vej gade katu iela gatve kucesi prospekti prospekt trida",
        ENDS,
    ),
    // Small words inside the names of streets that are no particles.
    ("dei degli delle dello of the des d' aux au sur do na", SMALL),
    ("no nr num numero n km", SIGN),
    ("ku shi cho machi gu dong ro gil daero si eup myeon ken chome", WARD),
    ("and at und et y e en", AND),
    ("box bx pob", BOX),
    ("casilla apdo", CASILLA),
    ("house flat plot villa apartment apt", HOME),
    // States of the United States, provinces of Canada, states of Brazil, countries; those that are words, too.
    (
        "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc \
         nd oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr gu vi on qc bc ab mb sk ns nb nl pe yt nt \
         nu sp rj mg rs pb ba go df es ce am rn se pi to ro ac ap rr mx uk us usa uae cdmx gb wp sa",
        STATE,
    ),
    (
        "id ok in or me hi co de pr la al am pm go to se es us ac pi on sp mg ms pe nu gu vi ap rr sa ct ga",
        UNCLEAR_STATE,
    ),
    // Streets that have no word of streets in their names.
    (
        "broadway bowery piccadilly strand cheapside haymarket whitehall mall aldwych holborn minories poultry eastcheap \
         moorgate aldgate bishopsgate houndsditch shambles embarcadero zeil graben jungfernstieg \
         ballindamm reeperbahn naschmarkt neumarkt altmarkt rynek stradun laugavegur austurvegur meir damrak rokin \
         coolsingel groenmarkt stroget rambla ramblas istiklal nevsky arbat linden corniche canebiere croisette ilica \
         knez andrassy",
        ALONE,
    ),
    (
        "reykjavik kopavogur hafnarfjordur gardabaer mosfellsbaer akureyri keflavik reykjanesbaer selfoss akranes isafjordur \
         egilsstadir husavik vestmannaeyjar borgarnes grindavik torshavn klaksvik",
        NORTHERN,
    ),
    // States of Australia.
    ("vic nsw qld tas act", STATE | STATE_OF_THREE),
    ("apo fpo dpo aa ae ap", FORCES),
    ("psc cmr rr hc unit omc ump", ROUTE),
    ("psc cmr rr hc", RURAL),
    ("one two three four five six seven eight nine ten", SPELLED),
    ("first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth", ORDINAL),
]);
