//! Parts of addresses that have a form of their own: houses, units, codes of the post, boxes.

use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::super::{Hold, Kind, israel};
use super::super::{is_glued, token};
use super::piece;

/// Finds the end of a house's number: `12`, `12a`, `3/45`, `123-II`, `12 b`, `45/2/11`.
pub(super) fn house(tokens: &[Token], at: usize) -> Option<usize> {
    /// Numbers that follow on each other.
    const PARTS_MAX: usize = 3;
    if piece::bits(token(tokens, at)) & piece::HOUSE == 0 {
        return None;
    }
    Some(house_rest(tokens, at + 1, PARTS_MAX))
}

/// Finds the end of what goes on from a house's number: `/7`, `-II`, ` b`.
pub(super) fn house_rest(tokens: &[Token], at: usize, parts: usize) -> usize {
    let mut end = at;
    for _ in 0..parts {
        let (mark, next) = (token(tokens, end), token(tokens, end + 1));
        let joins = (mark.is(b'/') || mark.is(b'-')) && is_glued(tokens, end) && is_glued(tokens, end + 1);
        let fits = match next.class {
            Class::Digits | Class::Alphanumeric => next.len() <= 5,
            Class::Initial | Class::Upper => next.len() <= 3,
            Class::Lower => next.len() == 1,
            _ => false,
        };
        if !joins || !fits {
            break;
        }
        end += 2;
    }
    let (letter, after) = (token(tokens, end), token(tokens, end + 1));
    let single = letter.len() == 1 && matches!(letter.class, Class::Lower | Class::Initial) && end == at;
    let stands = letter.place != Place::Line && piece::bits(after) & piece::BREAK != 0;
    end + usize::from(single && stands && !is_glued(tokens, end))
}

/// A postal code: `10115`, `LS1 4DY`, `K1A 0B1`, `1234 AB`, with a country's letters before it or not.
pub(super) fn code(tokens: &[Token], at: usize) -> Option<usize> {
    let here = token(tokens, at);
    let prefixed = matches!(here.class, Class::Initial | Class::Upper)
        && here.len() <= 3
        && token(tokens, at + 1).is(b'-')
        && token(tokens, at + 2).class == Class::Digits;
    let labelled = CODES.has(here) && here.class == Class::Upper;
    let at = at + if prefixed { 2 } else { usize::from(labelled) };
    let (here, next) = (token(tokens, at), token(tokens, at + 1));
    let dashed = next.is(b'-') && is_glued(tokens, at + 1) && is_glued(tokens, at + 2);
    let rest = token(tokens, at + 2);
    match here.class {
        // What a pattern found: `LS1 4DY`.
        Class::Found if here.head == Kind::Code as u32 && here.hold == Hold::Joins => Some(at + 1),
        // `00-590`, `1250-146`, `01310-100`, `02139-4307`, `153-0063`
        Class::Digits
            if dashed
                && rest.class == Class::Digits
                && matches!((here.len(), rest.len()), (2 | 4 | 5, 3) | (3 | 5, 4)) =>
        {
            Some(at + 3)
        }
        // A number before an everyday word in lower case counts something: `5000 people came`.
        Class::Digits if (4..=6).contains(&here.len()) && !counts(next) => {
            let letters = next.class == Class::Upper && next.len() == 2 && here.len() == 4;
            Some(at + 1 + usize::from(letters))
        }
        Class::Digits if here.len() == 3 && next.class == Class::Digits && matches!(next.len(), 2 | 3) => Some(at + 2),
        // `Tel Aviv 6688218`
        Class::Digits => {
            let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
            israel::is_code_token(before, here, next, rest).then_some(at + 1)
        }
        Class::Alphanumeric => letters(tokens, at),
        _ => None,
    }
}

/// A code of letters and digits: `LS1 4DY`, `K1A 0B1`, `D02 X285`, `C1042AAB`.
pub(super) fn letters(tokens: &[Token], at: usize) -> Option<usize> {
    let here = token(tokens, at);
    let (own, next) = (piece::bits(here), piece::bits(token(tokens, at + 1)));
    let argentine = own & piece::LETTER_CODE != 0;
    let halves =
        own & piece::OUTWARD != 0 && next & piece::INWARD != 0 && own & next & (piece::BIG | piece::LITTLE) != 0;
    match (argentine, halves) {
        (true, _) => Some(at + 1),
        (false, true) => Some(at + 2),
        (false, false) => None,
    }
}

/// An everyday word on the same line, as behind a number that counts.
fn counts(next: &Token) -> bool {
    next.class == Class::Lower && next.place != Place::Line && next.entry.has(flag::COMMON)
}

/// A town in letters behind its name: `MA`, `NSW`, `BO`, `(FI)`; it ends its part, or a code follows.
pub(super) fn state(tokens: &[Token], at: usize) -> Option<usize> {
    let open = usize::from(token(tokens, at).is(b'('));
    let here = token(tokens, at + open);
    // `Taiwan (R.O.C.)`
    let dotted = open == 1 && here.class == Class::Initial && here.len() == 6;
    // `Montréal (Québec) H3C 3P8`
    let region = open == 1 && here.class.is_big() && here.entry.has(flag::REGION);
    let short = dotted || region || (matches!(here.class, Class::Upper) && (2..=4).contains(&here.len()));
    let end = at + open + 1;
    let closed = token(tokens, end).is(b')');
    if !short || closed != (open == 1) || here.place == Place::Line {
        return None;
    }
    let end = end + open;
    let comma = usize::from(token(tokens, end).is(b','));
    let ends = piece::bits(token(tokens, end)) & (piece::BREAK | piece::DOT) != 0;
    let known = piece::bits(here) & piece::STATE != 0 || open == 1;
    ((known && ends) || code(tokens, end + comma).is_some()).then_some(end)
}

/// A sector of a town of Pakistan or India: `F-7/2`, `Sector G-10`.
pub(super) fn sector(tokens: &[Token], at: usize) -> Option<usize> {
    static SECTOR: WordSet<1> = WordSet::new("sector");
    let at = at + usize::from(SECTOR.has(token(tokens, at)));
    let (letter, number) = (token(tokens, at), token(tokens, at + 2));
    let joined = token(tokens, at + 1).is(b'-') && is_glued(tokens, at + 1) && is_glued(tokens, at + 2);
    let fits =
        letter.class == Class::Initial && letter.len() == 1 && number.class == Class::Digits && number.len() <= 3;
    let end = house_rest(tokens, at + 3, 1);
    (joined && fits && piece::bits(token(tokens, end)) & piece::BREAK != 0).then_some(end)
}

/// A town, region or country that is a part by itself: `, Cornwall,`, a last line `United Kingdom`.
pub(super) fn town(tokens: &[Token], at: usize) -> Option<usize> {
    /// Words of a name.
    const WORDS_MAX: usize = 4;
    let words = tokens.get(at..).unwrap_or_default();
    let joins = |token: &Token| token.entry.has(flag::PARTICLE) || token.is(b'-') || LANDS_BETWEEN.has(token);
    let len = words.iter().take(WORDS_MAX).take_while(|one| one.class.is_big() || joins(one)).count();
    let names = words.get(..len)?;
    let known = |one: &Token| {
        one.entry.has(flag::CITY | flag::REGION)
            && !one.entry.has(flag::FUNCTION)
            && !matches!(one.entry.class, class::MONTH)
    };
    let is_country = names.first().is_some_and(|one| LANDS_FIRST.has(one))
        && names.iter().skip(1).any(|one| LANDS.has(one) || known(one));
    let is_known = names.iter().any(|one| known(one) && !one.entry.has(flag::COMMON));
    let end = at + len;
    let last = names.last().is_some_and(|one| one.class.is_big());
    let ends =
        piece::bits(token(tokens, end)) & (piece::BREAK | piece::DOT | piece::DASH) != 0 || code(tokens, end).is_some();
    (last && ends && (is_country || is_known)).then_some(end)
}

/// Finds a post office box: `P.O. Box 12`, `Postfach 12 34`, `Apartado de Correos 5`, `Private Bag X12`.
pub(super) fn boxed(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let here = token(tokens, at);
    // `box` and `caixa` are boxes of all sorts.
    let is_box = here.class.is_word() && (here.tail == BOX || here.tail == BAG);
    let dotted = here.class == Class::Initial && DOTTED.has(here);
    let bare = (here.class == Class::Upper && here.len() <= 3 && FRENCH.has(here)) || dotted;
    let short = matches!(here.class, Class::Upper | Class::Initial) && SHORT.has(here);
    if stroke_box(tokens, at) {
        let number = at + 3 + usize::from(piece::bits(token(tokens, at + 3)) & piece::SIGN != 0);
        return (token(tokens, number).class == Class::Digits).then_some((at, number + 1));
    }
    if !(is_box || bare || short || here.entry.class == class::BOX) {
        return None;
    }
    let everyday = is_box || (here.entry.has(flag::COMMON) && here.tail != FACH);
    let post = (at > 0 && is_post(token(tokens, at - 1))) || token(tokens, at + 1).entry.class == class::BOX;
    let post = post || (here.class.is_big() && is_coded(tokens, at + 1));
    if everyday && !post {
        return None;
    }
    let mut end = at + 1;
    while !bare && !short && token(tokens, end).class.is_word() && end < at + 3 {
        end += 1;
    }
    if [b'.', b'#', b':'].iter().any(|mark| token(tokens, end).is(*mark)) {
        end += 1;
    }
    let number = end;
    let fits = |token: &Token| matches!(token.class, Class::Digits | Class::Alphanumeric | Class::Found);
    while fits(token(tokens, end)) && end < number + 4 {
        end += 1;
    }
    if end == number {
        return None;
    }
    // `BP` is also pressure: a code or a town must follow.
    let comma = usize::from(piece::bits(token(tokens, end)) & (piece::COMMA | piece::LINE | piece::DASH) != 0);
    // `B.P. 1180 Dakar`, `BP 45, Abidjan`
    let ends = || piece::bits(token(tokens, end + 2)) & piece::BREAK != 0;
    let town = end - number == 1 && is_town(token(tokens, end + comma)) && (dotted || (comma == 1 && ends()));
    if bare && !town && (end - number > 2 || comma == 0 || code(tokens, end + comma).is_none()) {
        return None;
    }
    if token(tokens, end).is(b'-') && code(tokens, end + 1).is_some() {
        // `30197-00100`
        end += 2;
    }
    let before = tokens.get(..at).unwrap_or_default().iter().rev().take(3).take_while(|one| is_post(one)).count();
    let romance = before == 0 && at > 0 && here.entry.class == class::BOX && ROMANCE.has(token(tokens, at - 1));
    Some((at - before - usize::from(romance), end))
}

/// A town or region beside a code or a box, where it may be an everyday word elsewhere: `Milano`, `Nice`.
pub(super) fn is_town(token: &Token) -> bool {
    token.class.is_big() && token.entry.has(flag::CITY | flag::REGION) && !token.entry.has(flag::FUNCTION)
}

/// A box's number with the code of its office behind a hyphen, and the town: `30197-00100, Nairobi`.
fn is_coded(tokens: &[Token], at: usize) -> bool {
    let (number, hyphen, code) = (token(tokens, at), token(tokens, at + 1), token(tokens, at + 2));
    let comma = usize::from(token(tokens, at + 3).is(b','));
    number.is_whole_number()
        && hyphen.is(b'-')
        && code.is_whole_number()
        && code.len() == 5
        && piece::bits(token(tokens, at + 3 + comma)) & piece::TOWN != 0
}

/// Tells whether a line is a box of the post and nothing else, and be it in letters that are other words, too.
pub(super) fn is_box(line: &[Token]) -> bool {
    let short = |sign: &Token| (sign.class == Class::Upper && FRENCH.has(sign)) || DOTTED.has(sign);
    let bare = matches!(line, [sign, number] if short(sign) && number.class == Class::Digits);
    bare || line.iter().take(3).enumerate().any(|(at, _)| boxed(line, at) == Some((0, line.len())))
}

/// Tells whether a box of the post stands there as it is written in Russian and Ukrainian: `а/я 45`, `а/с 12`.
fn stroke_box(tokens: &[Token], at: usize) -> bool {
    static SUBSCRIBER: WordSet<1> = WordSet::new("а");
    static BOXES: WordSet<2> = WordSet::new("я с");
    let (here, stroke, next) = (token(tokens, at), token(tokens, at + 1), token(tokens, at + 2));
    stroke.is(b'/') && SUBSCRIBER.has(here) && BOXES.has(next) && is_glued(tokens, at + 1) && is_glued(tokens, at + 2)
}

/// Tells at a glance whether a token can be the word of a box.
pub(super) fn may_be_box(token: &Token) -> bool {
    token.entry.class == class::BOX
        // Two bytes are a letter beyond ASCII.
        || (token.len() == 2 && token.tail & 0x80 != 0)
        || (token.class.is_word() && matches!(token.tail, BOX | BAG))
        || (matches!(token.class, Class::Upper | Class::Initial) && token.len() <= 6)
}

/// The ends of `Postfach`, which is an everyday word and a box of the post alone.
const FACH: u32 = u32::from_be_bytes(*b"fach");
/// The whole word `bag`, as in `Private Bag`.
const BAG: u32 = u32::from_be_bytes(*b"\0bag");
/// The ends of `box`, which is the whole word.
const BOX: u32 = u32::from_be_bytes(*b"\0box");

/// `P.`, `O.`, `PO`, `.`, `GPO`, `Private` before `Box` or `Bag`.
fn is_post(token: &Token) -> bool {
    token.is(b'.')
        || token.class == Class::Initial
        || (token.class == Class::Upper && token.len() == 2)
        || POSTS.has(token)
}

/// Labels of codes inside an address.
static CODES: WordSet<7> = WordSet::new("cep cap plz zip cp psc pin");

static LANDS_FIRST: WordSet<13> =
    WordSet::new("united south north new saudi sri costa el great puerto czech hong dominican");

static LANDS: WordSet<16> = WordSet::new(
    "kingdom states emirates arab africa korea zealand arabia lanka rica salvador britain rico republic kong \
     america",
);

static LANDS_BETWEEN: WordSet<3> = WordSet::new("of and the");

/// `Boîte postale`, `case postale`, `posta kutusu`, `private mail bag` in short.
static FRENCH: WordSet<5> = WordSet::new("bp cs cp pk pmb");

/// The same with full stops; `apartado postal`, `apartado aéreo`, `пощенска кутия`, too.
static DOTTED: WordSet<14> = WordSet::new("b.p b.p. c.p c.p. p.k p.k. p.m.b p.m.b. a.p a.p. a.a a.a. п.к п.к.");

/// `Post office box` in short, which is nothing else.
static SHORT: WordSet<3> = WordSet::new("pob p.o.b p.o.b.");

/// What is of the post in `boîte postale`, `case postale`, `casella postale`, `caixa postal`.
static ROMANCE: WordSet<4> = WordSet::new("boite case casella caixa");

static POSTS: WordSet<9> = WordSet::new("gpo po private locked postal pob p.o. p.o g.p.o.");
