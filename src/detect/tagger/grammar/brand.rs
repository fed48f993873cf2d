//! Brands that are called as somebody is: with a title, before what they sell (`Dr Pepper 330ml`, `Mrs Meyer's soap`) or alone
//! where nobody is called so (`Mr Clean`), and voices in boxes (`Ask Siri`).

use super::super::decode::Named;
use super::super::label::Type;
use super::super::token::{Class, Place, Token};
use super::super::words::{WordMap, WordSet};
use super::{is_glued, token};

/// Takes such brands away.
pub(super) fn brands(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| one.of != Type::Person || !(is_brand(tokens, one) || is_voice(tokens, one)));
}

fn is_brand(tokens: &[Token], one: &Named) -> bool {
    let name = token(tokens, one.first);
    // `Clean Day` of `Mrs Meyer's` is found by itself.
    if one.end != one.first + 1 || !name.class.is_big() {
        return false;
    }
    let back = |by: usize| one.first.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let title = if back(1).is(b'.') { back(2) } else { back(1) };
    if !title.class.is_big() {
        return false;
    }
    let next = token(tokens, one.end);
    let owns = next.class == Class::Clitic && is_glued(tokens, one.end);
    let sold = |goods: u64| is_sold(tokens, one.end + usize::from(owns), goods);
    // Nothing else is said, of nobody.
    let alone = NOBODY.has(name) && title.place == Place::Line && ends(next);
    (DR.has(title) && sold(DOCTORS.get(name.word)))
        || (MR.has(title) && (alone || sold(MISTERS.get(name.word))))
        || (MRS.has(title) && owns && sold(LADIES.get(name.word)))
}

/// Tells whether what such a brand sells stands at a place: `hand soap`, `330ml`, `is sold out`; no `hand hurts`.
fn is_sold(tokens: &[Token], at: usize, sells: u64) -> bool {
    let (here, next) = (token(tokens, at), token(tokens, at + 1));
    let goods = |word: &Token| word.class.is_word() && GOODS.get(word.word) & sells != 0;
    let kind = KINDS.has(here) && (goods(next) || DAY.has(next));
    let measured = here.class == Class::Alphanumeric && here.tail & 0xFFFF == u32::from(u16::from_be_bytes(*b"ml"));
    let drunk = sells & DRINKS != 0 && (measured || (here.class == Class::Digits && ML.has(next)));
    let gone = IS.has(here) && SOLD.has(next) && OUT.has(token(tokens, at + 2));
    sells != 0 && (goods(here) || kind || drunk || gone)
}

/// `Ask Siri` and no more, `tell Alexa to stop`; `tell Alexa about it`, `tell Alexa to stop calling` is said to somebody.
fn is_voice(tokens: &[Token], one: &Named) -> bool {
    let (only, next) = (token(tokens, one.first), token(tokens, one.end));
    let before = one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    if one.end != one.first + 1 || !ASK.has(before) || !VOICES.has(only) {
        return false;
    }
    let command = token(tokens, one.end + 1);
    let stops = STOP.has(command) && ends(token(tokens, one.end + 2));
    let told = TO.has(next) && (COMMANDS.has(command) || stops);
    let alone = before.place == Place::Line && ends(next);
    told || (alone && !ALEXA.has(only)) || (CORTANA.has(only) && !next.class.is_big())
}

/// Nothing more stands on the line.
const fn ends(next: &Token) -> bool {
    matches!(next.class, Class::None | Class::Newline)
}

/// Voices, one that many people are called as, one that nobody is, and what they are asked.
static VOICES: WordSet<4> = WordSet::new("alexa siri cortana bixby");
static ALEXA: WordSet<1> = WordSet::new("alexa");
static CORTANA: WordSet<1> = WordSet::new("cortana");
static ASK: WordSet<4> = WordSet::new("ask tell hey ok");
static TO: WordSet<1> = WordSet::new("to");
static COMMANDS: WordSet<4> = WordSet::new("play pause skip dim");
static STOP: WordSet<1> = WordSet::new("stop");

static DR: WordSet<1> = WordSet::new("dr");
static MR: WordSet<1> = WordSet::new("mr");
static MRS: WordSet<1> = WordSet::new("mrs");

const DRINKS: u64 = 1;
const FOOD: u64 = 2;
const SOAP: u64 = 4;
const SHOES: u64 = 8;

/// Brands behind each title, and what they sell: most are somebody's name as well.
static DOCTORS: WordMap<16> =
    WordMap::new(&[("pepper", DRINKS), ("oetker", FOOD), ("hauschka bronner", SOAP), ("scholl martens", SHOES)]);
static MISTERS: WordMap<8> = WordMap::new(&[("kipling", FOOD), ("clean muscle", SOAP)]);
static LADIES: WordMap<4> = WordMap::new(&[("meyer", SOAP)]);

/// Those that nobody is called as.
static NOBODY: WordSet<2> = WordSet::new("clean muscle");

/// Goods, and what stands before them.
static GOODS: WordMap<128> = WordMap::new(&[
    ("cans bottles crates soda cola", DRINKS),
    ("pizza pizzas pudding cake cakes slices pies", FOOD),
    ("soap soaps cleaner cleaners detergent spray lotion shampoo", SOAP),
    ("insoles insole sandals clogs boots shoes size sole soles", SHOES),
]);
static KINDS: WordSet<7> = WordSet::new("hand dish laundry foot drain multi clean");
static DAY: WordSet<1> = WordSet::new("day");
static ML: WordSet<2> = WordSet::new("ml cl");
static IS: WordSet<2> = WordSet::new("is are");
static SOLD: WordSet<1> = WordSet::new("sold");
static OUT: WordSet<1> = WordSet::new("out");
