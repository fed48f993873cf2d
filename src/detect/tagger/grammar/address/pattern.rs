//! Forms that addresses have whatever their words are: rows of pieces.

use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::{is_glued, token};
use super::piece::*;
use super::{part, town, unit};

/// One step of a pattern.
#[derive(Debug, Clone, Copy)]
enum Step {
    /// Tokens that are one of these, at least and at most so many.
    Of(u64, usize, usize),
    /// A house's number, as long as it goes.
    House,
    /// A flat or floor behind a comma, where there is one.
    Flat,
    /// A postal code.
    Code,
    /// A postal code of more than a number.
    Long,
    /// A postal code of letters and digits.
    Letters,
    /// A postal code of seven digits, which is one behind towns of Israel alone.
    Seven,
    /// A town of several words.
    Town,
    /// A town and its part in letters.
    Lettered,
    /// A town that ends a line which its code begins.
    Alone,
    /// The last word of an English street.
    Street,
    /// What must follow, and is no part of it.
    Before(u64),
}

use Step::{Alone, Before, Code, Flat, House, Lettered, Letters, Long, Of, Seven, Street, Town};

/// What may stand inside a street's name.
const INSIDE: u64 = NAME | SMALL | FEW;

/// Forms of addresses and of their parts, the longest that fits counts.
const PATTERNS: &[&[Step]] = &[
    // `12 Station Road`, `221 W 42nd St`, `8820 104 Street`
    &[House, Of(NAME | HOUSE, 1, 1), Of(INSIDE | HOUSE, 0, 4), Street],
    // `One Canada Square, London`
    &[Of(SPELLED, 1, 1), Of(NAME, 1, 1), Of(INSIDE, 0, 2), Street, Of(COMMA | LINE, 1, 1), Of(TOWN, 1, 1)],
    // `No. 15 Nanjing West Road`, `Blk 123 Ang Mo Kio Ave 6`
    &[
        Of(SIGN | UNIT, 1, 1),
        Of(DOT | SIGN | HASH, 0, 2),
        House,
        Of(NAME | HOUSE, 1, 1),
        Of(INSIDE, 0, 4),
        Street,
        Of(FEW, 0, 1),
    ],
    // `No. 7, Section 5, Xinyi Road, Xinyi District, Taipei`
    &[
        Of(SIGN, 1, 1),
        Of(DOT, 0, 1),
        House,
        Of(COMMA, 1, 1),
        Of(NAME | UNIT | HOUSE | COMMA | DOT, 1, 8),
        Street,
        Of(DOT, 0, 1),
        Of(COMMA | LINE, 1, 1),
        Of(NAME | COMMA | DOT, 0, 4),
        Of(TOWN, 1, 1),
    ],
    // `1234 US-31 N`, `15200 County Road 12`
    &[House, Of(STATE, 1, 1), Of(DASH, 1, 1), Of(FEW, 1, 1), Of(LETTER, 0, 1)],
    // `12 rue des Lilas`, `14 bis, rue de la République`, `12, Jalan Bukit Bintang`
    &[House, Of(COMMA, 0, 1), Of(LEADS, 1, 1), Of(DOT, 0, 1), Of(INSIDE, 0, 5), Of(NAME, 1, 1)],
    // `Via Garibaldi 12`, `ul. Długa 7`, `Rua Augusta, 1234`
    &[
        Of(BEGINS, 1, 1),
        Of(DOT, 0, 1),
        Of(INSIDE, 0, 5),
        Of(NAME, 1, 1),
        Of(COMMA, 0, 1),
        Of(SIGN, 0, 1),
        Of(DOT | COLON, 0, 1),
        House,
    ],
    // `C/ Mayor 5`, `al. Jerozolimskie 100`
    &[
        Of(SHORT, 1, 1),
        Of(DOT | SLASH, 1, 1),
        Of(INSIDE, 0, 5),
        Of(NAME, 1, 1),
        Of(COMMA, 0, 1),
        Of(SIGN, 0, 1),
        Of(DOT | COLON, 0, 1),
        House,
    ],
    // `Carrera 7 # 71-21`, `Calle 45 No. 23-10`
    &[
        Of(BEGINS, 1, 1),
        Of(DOT, 0, 1),
        Of(HOUSE, 1, 1),
        Of(LETTER, 0, 1),
        Of(HASH | SIGN, 1, 1),
        Of(DOT, 0, 1),
        Of(HOUSE, 1, 1),
        Of(DASH, 1, 1),
        Of(HOUSE, 1, 1),
    ],
    // `Hauptstraße 5`, `Goethestr. 17a`
    &[Of(COMPOUND, 1, 1), Of(DOT, 0, 1), Of(SIGN, 0, 1), Of(DOT | COLON, 0, 1), House],
    // `Kossuth Lajos utca 12`, `Atatürk Caddesi No: 15`
    &[Of(NAME, 1, 1), Of(INSIDE, 0, 3), Of(ENDS, 1, 1), Of(DOT, 0, 1), Of(SIGN, 0, 1), Of(DOT | COLON, 0, 1), House],
    // `Vinohradská 12, 120 00 Praha`, `Meir 78 bus 4, 2000 Antwerpen`
    &[
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        House,
        Of(UNIT | HOUSE | LETTER | DOT | HASH | SIGN, 0, 5),
        Flat,
        Of(COMMA | LINE | DASH, 1, 1),
        Code,
        Of(COMMA, 0, 1),
        Of(TOWN, 1, 1),
    ],
    // `1600 Broadway, New York`, `8 The Strand, London`
    &[
        House,
        Of(SMALL | NAME, 0, 1),
        Of(ALONE, 1, 1),
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Before(BREAK | DOT | DASH | STATE),
    ],
    // `Zeil 5, Frankfurt`, `La Rambla 12, Barcelona`
    &[
        Of(NAME, 0, 2),
        Of(ALONE, 1, 1),
        House,
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Before(BREAK | DOT | DASH),
    ],
    // `Laugavegur 22, 101 Reykjavík`
    &[Of(NAME, 1, 1), Of(INSIDE, 0, 2), House, Of(COMMA | LINE, 1, 1), Of(FEW, 1, 1), Of(NORTHERN, 1, 1)],
    // `Rothschild Blvd 22, Tel Aviv`, `Ada Street 12, Suite 200`
    &[Of(NAME, 1, 1), Of(INSIDE, 0, 3), Street, House, Of(COMMA | LINE, 1, 1), Of(NAME, 0, 1), Of(TOWN | UNIT, 1, 1)],
    // `Boston, MA 02115`
    &[
        Of(NAME, 1, 1),
        Of(COMMA, 1, 1),
        Of(CLEAR_STATE, 1, 1),
        Of(COMMA, 0, 1),
        Of(FIVE | CODE, 1, 1),
        Before(BREAK | DOT | DASH | NAME),
    ],
    &[
        Of(TOWN, 1, 1),
        Of(NAME, 0, 2),
        Of(COMMA, 0, 1),
        Of(STATE, 1, 1),
        Of(COMMA, 0, 1),
        Of(FIVE | CODE, 1, 1),
        Before(BREAK | DOT | DASH | NAME),
    ],
    // `Carlton VIC 3053`, `Adelaide SA 5001`
    &[Of(NAME, 1, 1), Of(COMMA, 0, 1), Of(STATE_OF_THREE, 1, 1), Of(FOUR | CODE, 1, 1), Before(BREAK | DOT)],
    &[Of(TOWN, 1, 1), Of(COMMA, 0, 1), Of(CLEAR_STATE, 1, 1), Of(FOUR | CODE, 1, 1), Before(BREAK | DOT)],
    // `Woking, GU22 7AA`, `Toronto, ON M5H 2M9`
    &[Of(NAME, 1, 1), Of(COMMA | LINE, 1, 1), Of(STATE, 0, 1), Letters, Before(BREAK | DOT)],
    &[Of(TOWN, 1, 1), Of(STATE, 0, 1), Letters, Before(BREAK | DOT)],
    // `in Kettering NN15 6QX with Tom`
    &[Of(TOWN, 1, 1), Letters],
    // `Upper Slaughter, Glos GL54 2JF`
    &[Of(NAME, 1, 1), Of(INSIDE, 0, 2), Of(COMMA, 1, 1), Of(NAME, 1, 1), Letters, Before(BREAK | DOT)],
    // `Singapore 238823, 290 Orchard Road`
    &[Of(TOWN, 1, 1), Of(FIVE | SIX | CODE, 1, 1), Of(COMMA, 1, 1), House, Of(NAME, 1, 1), Of(INSIDE, 0, 3), Street],
    // `101000 Moscow, Tverskaya 7`, `1012 AB Amsterdam, Damrak 5`
    &[
        Of(FIVE | SIX | CODE, 1, 1),
        Of(TOWN, 1, 1),
        Of(COMMA, 1, 1),
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        House,
        Before(BREAK | DOT),
    ],
    &[Long, Of(TOWN, 1, 1), Of(COMMA, 1, 1), Of(NAME, 1, 1), Of(INSIDE, 0, 3), House, Before(BREAK | DOT)],
    // `Bahnhofstrasse 3 8001 Zürich`, `ul. Długa 7 31-147 Kraków`, `Kossuth Lajos utca 12 1051 Budapest`
    &[Of(COMPOUND, 1, 1), Of(DOT, 0, 1), House, Code, Of(TOWN, 1, 1), Before(BREAK | DOT)],
    &[
        Of(BEGINS, 1, 1),
        Of(DOT, 0, 1),
        Of(INSIDE, 0, 5),
        Of(NAME, 1, 1),
        House,
        Code,
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Before(BREAK | DOT),
    ],
    &[
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        Of(ENDS, 1, 1),
        Of(DOT, 0, 1),
        House,
        Code,
        Of(TOWN, 1, 1),
        Before(BREAK | DOT),
    ],
    // `89073 Ulm Lindenallee 44`, `10123 Torino Via Cavour 5`, `1051 Budapest Kossuth Lajos utca 12`
    &[Code, Of(TOWN, 1, 1), Of(COMPOUND, 1, 1), Of(DOT, 0, 1), House, Before(BREAK | DOT)],
    &[
        Code,
        Of(TOWN, 1, 1),
        Of(BEGINS, 1, 1),
        Of(DOT, 0, 1),
        Of(INSIDE, 0, 5),
        Of(NAME, 1, 1),
        House,
        Before(BREAK | DOT),
    ],
    &[
        Code,
        Of(TOWN, 1, 1),
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        Of(ENDS, 1, 1),
        Of(DOT, 0, 1),
        House,
        Before(BREAK | DOT),
    ],
    // `LS1 4DY Leeds 12 High Street`, `York YO1 6JG 14 Mill Lane`
    &[Code, Of(TOWN, 1, 1), House, Of(NAME, 1, 1), Of(INSIDE, 0, 3), Street],
    &[Of(TOWN, 1, 1), Of(STATE, 0, 1), Code, House, Of(NAME, 1, 1), Of(INSIDE, 0, 3), Street],
    // `Vinohradská 12, Praha, 120 00`
    &[
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        House,
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Of(COMMA, 0, 1),
        Long,
        Before(BREAK | DOT),
    ],
    // `120 00, Praha, Vinohradská 12`, `Praha, 120 00, Vinohradská 12`
    &[
        Long,
        Of(COMMA, 1, 1),
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Of(COMMA, 1, 1),
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        House,
        Before(BREAK | DOT),
    ],
    &[
        Of(TOWN, 1, 1),
        Of(COMMA, 1, 1),
        Long,
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        House,
        Before(BREAK | DOT),
    ],
    // `Tel Aviv 6688218, Rothschild Blvd 22`
    &[
        Of(NAME, 1, 1),
        Of(TOWN, 0, 1),
        Seven,
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        House,
        Before(BREAK | DOT),
    ],
    // `10115 Berlin`, `602 00 Brno`, `D-50668 Köln`
    &[Of(FIVE | CODE, 1, 1), Of(TOWN, 1, 1), Before(BREAK | DOT)],
    &[Long, Of(TOWN, 1, 1), Before(BREAK | DOT | DASH | FEW)],
    // `79100 Freiburg im Breisgau`, `L-4011 Esch-sur-Alzette`, `2100 København Ø`, `7000 Chur GR`
    &[Of(FIVE | CODE, 1, 1), Town],
    &[Long, Town],
    &[Of(FOUR, 1, 1), Lettered],
    // `8001 Zürich`
    &[Of(FOUR, 1, 1), Alone],
    // `Indiranagar, Bengaluru - 560038`, `Gurugram, Haryana 122015`, `São Paulo - SP, 01304-001`
    &[
        Of(NAME | HOUSE, 1, 1),
        Of(INSIDE, 0, 3),
        Of(COMMA, 1, 1),
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Of(NAME, 0, 1),
        Of(DASH, 0, 1),
        Of(FIVE | SIX | CODE, 1, 1),
        Before(BREAK | DOT),
    ],
    &[
        Of(TOWN, 1, 1),
        Of(NAME, 0, 1),
        Of(DASH | COMMA, 1, 1),
        Of(STATE, 1, 1),
        Of(COMMA, 0, 1),
        Of(NAME, 0, 1),
        Of(FIVE | CODE, 1, 1),
        Of(DASH, 1, 1),
        Of(FEW, 1, 1),
    ],
    // `APO AE 09204`, `PSC 1234, Box 5678`, `RR 2 Box 15`, `Unit 2050 Box 4190, APO`
    &[Of(FORCES, 1, 1), Of(COMMA, 0, 1), Of(FORCES, 1, 1), Of(FIVE | CODE, 1, 1)],
    &[
        Of(ROUTE, 1, 1),
        Of(HOUSE, 1, 2),
        Of(COMMA | LINE, 0, 1),
        Of(BOX, 1, 1),
        House,
        Of(COMMA | LINE, 0, 1),
        Of(FORCES, 1, 2),
        Of(FIVE | CODE, 1, 1),
    ],
    &[
        Of(RURAL, 1, 1),
        Of(HOUSE, 1, 1),
        Of(NAME, 0, 2),
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 1, 1),
        Of(STATE, 1, 1),
        Letters,
    ],
    &[Of(RURAL, 1, 1), Of(HOUSE, 1, 1), Of(COMMA, 0, 1), Of(BOX, 1, 1), House],
    // `RR 3 Site 12 Box 7`
    &[
        Of(RURAL, 1, 1),
        Of(HASH, 0, 1),
        Of(HOUSE, 1, 1),
        Of(COMMA, 0, 1),
        Of(NAME | UNIT, 1, 1),
        Of(HOUSE, 1, 1),
        Of(COMMA, 0, 1),
        Of(BOX, 1, 1),
        House,
    ],
    // `2-11-3 Meguro, Meguro-ku`, `123 Teheran-ro`
    &[House, Of(COMMA, 0, 1), Of(NAME, 1, 1), Of(COMMA, 0, 1), Of(NAME, 0, 1), Of(DASH, 1, 1), Of(WARD, 1, 1)],
    // `Office 1204, Al Manara Tower, Business Bay, Dubai`
    &[
        Of(UNIT, 1, 1),
        Of(SIGN | DOT | HASH, 0, 2),
        House,
        Of(COMMA, 1, 1),
        Of(INSIDE | COMMA, 1, 8),
        Of(COMMA, 1, 1),
        Of(TOWN, 1, 1),
        Of(NAME | FEW, 0, 2),
        Before(BREAK | DOT),
    ],
    // `Flat 3, 12 High Street`
    &[
        Of(UNIT, 1, 1),
        Of(SIGN | DOT | HASH, 0, 2),
        House,
        Of(COMMA | LINE, 1, 1),
        House,
        Of(NAME | HOUSE, 1, 1),
        Of(INSIDE, 0, 4),
        Street,
    ],
    // `Plot 14, Kampala Road`
    &[
        Of(UNIT, 1, 1),
        Of(SIGN | DOT | HASH, 0, 2),
        House,
        Of(COMMA, 1, 1),
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        Street,
        Before(BREAK | DOT),
    ],
    // `HaYarkon 88, Tel Aviv 6343201`
    &[
        Of(NAME, 1, 1),
        Of(INSIDE, 0, 3),
        House,
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Seven,
        Before(BREAK | DOT),
    ],
    // `House No. 12, Street 5`
    &[
        Of(HOME, 1, 1),
        Of(SIGN | DOT | HASH, 0, 3),
        House,
        Of(COMMA | LINE, 1, 1),
        Of(STREET, 1, 1),
        Of(SIGN | DOT | HASH, 0, 3),
        House,
        Before(BREAK | DOT),
    ],
    // `Casilla 123, Santiago`, `Casilla de Correo 45, Montevideo`
    &[
        Of(CASILLA, 1, 1),
        Of(INSIDE | SIGN | HASH | DOT, 0, 3),
        House,
        Of(COMMA | LINE, 1, 1),
        Of(NAME, 0, 1),
        Of(TOWN, 1, 1),
        Before(BREAK | DOT | DASH | NAME),
    ],
    // `Ερμού 15, 105 63 Αθήνα`
    &[Of(FOREIGN, 1, 1), Of(INSIDE, 0, 3), House, Of(COMMA | LINE, 1, 1), Code, Of(FOREIGN, 1, 1), Before(BREAK | DOT)],
    // `5th Ave & E 59th St`
    &[
        Of(NAME | HOUSE, 1, 1),
        Of(INSIDE, 0, 2),
        Street,
        Of(AND, 1, 1),
        Of(NAME | HOUSE, 1, 1),
        Of(INSIDE, 0, 3),
        Street,
    ],
];

/// Tokens of the longest pattern.
pub(super) const LENGTH_MAX: usize = 24;

/// Finds the end of the longest pattern that begins at a token.
pub(super) fn longest(tokens: &[Token], pieces: &Pieces, at: usize) -> Option<usize> {
    let own = pieces.at(at);
    if own & BEGINNINGS == 0 || !may_begin(tokens, own, at) {
        return None;
    }
    let near = pieces.near(at..at + LENGTH_MAX);
    let ends = PATTERNS
        .iter()
        .filter(|steps| begins(steps, own) && steps.iter().all(|step| near & step.needs() != 0))
        .filter_map(|steps| fits(tokens, pieces, at, steps));
    ends.max().filter(|end| is_named(tokens, at, *end))
}

/// All that a pattern begins with.
const BEGINNINGS: u64 = HOUSE
    | NAME
    | SPELLED
    | BEGINS
    | SHORT
    | COMPOUND
    | SIGN
    | UNIT
    | TOWN
    | FORCES
    | ROUTE
    | RURAL
    | SIX
    | CODE
    | OUTWARD
    | LETTER_CODE;

impl Step {
    /// One of these stands near where the step is taken.
    const fn needs(self) -> u64 {
        match self {
            Of(of, 1.., _) | Before(of) => of,
            Of(_, 0, _) | Flat => u64::MAX,
            House => HOUSE,
            Code | Long => HOUSE | SIX | CODE | OUTWARD | LETTER_CODE,
            Letters => CODE | OUTWARD | LETTER_CODE,
            Seven => SEVEN,
            Town | Lettered | Alone => NAME,
            Street => STREET,
        }
    }
}

/// Tells whether the first step of a pattern takes a token of these bits.
fn begins(steps: &[Step], own: u64) -> bool {
    match steps.first() {
        Some(Of(of, _, _)) => own & of != 0,
        Some(House) => own & HOUSE != 0,
        Some(Code) => own & (HOUSE | SIX | CODE | OUTWARD | LETTER_CODE | LETTER | NAME) != 0,
        Some(Long) => own & (HOUSE | OUTWARD | LETTER | NAME) != 0,
        _ => false,
    }
}

/// Nothing but white space, a bracket, a quote or a part's end stands before; no count, no law, no date.
fn may_begin(tokens: &[Token], own: u64, at: usize) -> bool {
    let here = token(tokens, at);
    let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    if here.class == Class::Lower && here.place == Place::Inside && before.is(b'\'') {
        return false;
    }
    // `c/o Miller, 14 Birch Court` is no `Calle`.
    let stroke = here.len() == 1 && token(tokens, at + 1).is(b'/') && token(tokens, at + 2).len() == 1;
    let opens = [b'(', b'"', b'\'', b':', b',', b'>', b'['].iter().any(|mark| before.is(*mark));
    // `OP HOOFDSTRAAT 5`
    let small = here.class != Class::Initial
        && here.entry.has(flag::FUNCTION)
        && own & (BEGINS | LEADS | SHORT | SIGN | UNIT | SPELLED) == 0;
    let apart = at == 0 || !is_glued(tokens, at) || opens || before.class == Class::Newline;
    let counted = here.class == Class::Digits
        && (before.entry.class == class::IN || before.entry.class == class::MONTH)
        && here.len() == 4;
    // `Version 12 Main Branch`
    let numbered = is_numbered(tokens, at);
    apart
        && !counted
        && !numbered
        && !stroke
        && !small
        && !(here.class == Class::Digits && before.is(b'-') && at >= 2 && is_glued(tokens, at))
}

/// Tells whether a number counts what stands before it.
pub(super) fn is_numbered(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    token(tokens, at).class == Class::Digits && NUMBERED.has(before)
}

/// What has a number behind it that is no house's.
static NUMBERED: WordSet<4> = WordSet::new("version revision sprint milestone");

/// A match names something: a word in it is no everyday one in lower case.
fn is_named(tokens: &[Token], at: usize, end: usize) -> bool {
    tokens.get(at..end).unwrap_or_default().iter().any(|token| token.class.is_big())
}

/// Finds the end of a pattern that begins at a token; bounded, since patterns are short.
fn fits(tokens: &[Token], pieces: &Pieces, at: usize, steps: &[Step]) -> Option<usize> {
    let Some((step, rest)) = steps.split_first() else { return Some(at) };
    match *step {
        Of(of, least, most) => {
            let len = (at..tokens.len().min(at + most)).take_while(|at| pieces.at(*at) & of != 0).count();
            (least..=len).rev().find_map(|taken| fits(tokens, pieces, at + taken, rest))
        }
        Long => part::code(tokens, at).filter(|end| *end > at + 1).and_then(|end| fits(tokens, pieces, end, rest)),
        House => part::house(tokens, at).and_then(|end| fits(tokens, pieces, end, rest)),
        Flat => {
            let comma = usize::from(token(tokens, at).is(b','));
            let flat = unit::unit(tokens, at + comma).and_then(|end| fits(tokens, pieces, end, rest));
            flat.or_else(|| fits(tokens, pieces, at, rest))
        }
        Code => part::code(tokens, at).and_then(|end| fits(tokens, pieces, end, rest)),
        Seven => part::code(tokens, at)
            .filter(|end| pieces.at(at) & SEVEN != 0 && *end == at + 1)
            .and_then(|end| fits(tokens, pieces, end, rest)),
        Letters => {
            let end = if pieces.at(at) & CODE != 0 { Some(at + 1) } else { part::letters(tokens, at) };
            end.and_then(|end| fits(tokens, pieces, end, rest))
        }
        Town => town::long(tokens, at).and_then(|end| fits(tokens, pieces, end, rest)),
        Alone => town::alone(tokens, at).and_then(|end| fits(tokens, pieces, end, rest)),
        Lettered => town::lettered(tokens, at).and_then(|end| fits(tokens, pieces, end, rest)),
        Street => is_street(tokens, pieces, at).then(|| fits(tokens, pieces, at + 1, rest)).flatten(),
        Before(of) => (pieces.at(at) & of != 0).then(|| fits(tokens, pieces, at, rest)).flatten(),
    }
}

/// The last word of an English street; `Dr` before a name is a doctor.
fn is_street(tokens: &[Token], pieces: &Pieces, at: usize) -> bool {
    let here = token(tokens, at);
    let next = pieces.at(at + 1);
    let doctor = here.entry.has(flag::TITLE) && next & NAME != 0 && next & (TOWN | UNIT | STATE | LETTER) == 0;
    pieces.at(at) & STREET != 0 && !doctor
}
