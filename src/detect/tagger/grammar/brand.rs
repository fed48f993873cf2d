//! Brands that are called as somebody is: with a title (`Dr Pepper`, `Mrs Meyer's`, `Mr Clean`), and voices in boxes (`Ask Siri`).

use super::super::decode::Named;
use super::super::label::Type;
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::{is_glued, token};

/// Takes such brands away, but where they do what people do (`Dr Pepper called`), or are told what people are.
pub(super) fn brands(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| one.of != Type::Person || !(is_brand(tokens, one) || is_voice(tokens, one)));
}

fn is_brand(tokens: &[Token], one: &Named) -> bool {
    let back = |by: usize| one.first.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (before, far) = (back(1), back(2));
    let title = if before.is(b'.') { far } else { before };
    let (name, end) = (token(tokens, one.first), one.end);
    // `Clean Day` of `Mrs Meyer's` is found by itself.
    if one.end != one.first + 1 || !name.class.is_big() || !title.class.is_big() {
        return false;
    }
    let next = token(tokens, end);
    let owns = next.class == Class::Clitic && is_glued(tokens, end);
    let goods = token(tokens, end + 1);
    let does = next.class == Class::Lower && (DOES.has(next) || (IS.has(next) && FEELS.has(goods)));
    let plain = !does && !owns;
    // `Mrs Meyer's son`
    let sold = owns && (!goods.class.is_word() || goods.class.is_big() || GOODS.has(goods));
    (DR.has(title) && ((plain && DOCTORS.has(name)) || (sold && SOLD_BY_DOCTORS.has(name))))
        || (MR.has(title) && plain && MISTERS.has(name))
        || (MRS.has(title) && sold && SOLD_BY_LADIES.has(name))
}

/// `Ask Siri`, `tell Alexa to stop`; `tell Alexa about it` is said to somebody.
fn is_voice(tokens: &[Token], one: &Named) -> bool {
    let (only, next) = (token(tokens, one.first), token(tokens, one.end));
    let before = one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    if one.end != one.first + 1 || !ASK.has(before) {
        return false;
    }
    let alone = matches!(next.class, Class::None | Class::Newline);
    let told = TO.has(next) && COMMANDS.has(token(tokens, one.end + 1));
    (ALEXA.has(only) && (alone || told)) || (VOICES.has(only) && !next.class.is_big())
}

/// A voice that people are called as, too, others, and what they are asked.
static ALEXA: WordSet<1> = WordSet::new("alexa");
static VOICES: WordSet<3> = WordSet::new("siri cortana bixby");
static ASK: WordSet<4> = WordSet::new("ask tell hey ok");
static TO: WordSet<1> = WordSet::new("to");
static COMMANDS: WordSet<12> = WordSet::new("stop play turn set add pause skip dim order switch open lock");

static DR: WordSet<1> = WordSet::new("dr");
static MR: WordSet<1> = WordSet::new("mr");
static MRS: WordSet<1> = WordSet::new("mrs");
static DOCTORS: WordSet<5> = WordSet::new("pepper oetker martens hauschka bronner");
static SOLD_BY_DOCTORS: WordSet<2> = WordSet::new("scholl bronner");
static MISTERS: WordSet<5> = WordSet::new("clean muscle kipling potato coffee");
static SOLD_BY_LADIES: WordSet<1> = WordSet::new("meyer");

/// What people do and are, and goods are not.
static DOES: WordSet<30> = WordSet::new(
    "called calls rang phoned said says asked asks wrote sent wants wanted told prescribed examined sees saw replied agreed \
    thinks knows about regarding who whose will can tomorrow today again",
);
static IS: WordSet<2> = WordSet::new("is was");
static FEELS: WordSet<10> = WordSet::new("late running away sick busy here there on off not");

/// What such brands sell.
static GOODS: WordSet<18> = WordSet::new(
    "soap soaps insoles insole sandals clogs cleaner detergent spray lotion shampoo hand dish laundry foot gel oil multi",
);
