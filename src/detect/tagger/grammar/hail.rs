//! Greetings of languages that the model never learnt, which look like names: `Zdravo,`, `Xin chào`. They are nobody, and no part
//! of the name behind them.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::{letter, token};

/// Takes greetings away at the beginning of lines, and off the names behind them.
pub(super) fn greetings(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain_mut(|one| {
        if one.of == Type::Address {
            return true;
        }
        let second = one.first.checked_sub(1).is_some_and(|at| is_hail(tokens, at)) && is_second(tokens, one.first);
        if !second && !is_hail(tokens, one.first) {
            return true;
        }
        let mut name = one.first + 1;
        name += usize::from(name < one.end && is_second(tokens, name));
        name += usize::from(name < one.end && token(tokens, name).is(b','));
        if name >= one.end {
            return false;
        }
        // `Shalom Auslander called`, `Selam Tesfaye` may be all of somebody's name.
        let greeted = [one.end, name - 1].iter().any(|at| token(tokens, *at).is(b',') || token(tokens, *at).is(b'!'));
        if greeted {
            one.first = name;
        }
        true
    });
}

/// Takes away who is greeted or signs without a name: `hi there mate`, `Szanowni Państwo`, `Kundtjänst` below a close.
pub(super) fn nobody(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let is_nobody = |word: &Token| {
            let greeted = word.class == Class::Lower && GREETED.has(word);
            greeted || ADDRESSED.has(word) || SERVICES.has(word)
        };
        one.of == Type::Address || inside.is_empty() || !inside.iter().all(is_nobody)
    });
}

/// Who is greeted in lower case.
static GREETED: WordSet<16> =
    WordSet::new("friend friends mate boss babe love honey darling buddy pal dude bro folks everybody someone team");
/// How letters address whom they do not name, in Polish, Hungarian, Turkish, Indonesian.
static ADDRESSED: WordSet<15> = WordSet::new(
    "szanowni szanowny szanowna panstwo panie pani uram holgyem ugyfelunk ugyfeleink yetkili yetkilisi ibu bapak musteri",
);
/// Who signs for a firm.
static SERVICES: WordSet<20> = WordSet::new(
    "helpdesk frontdesk servicedesk kundtjanst kundservice kundeservice kundesenteret asiakaspalvelu serviciul clienti relatii layanan \
    pelanggan supporten ekonomiavdelningen kundenservice ugyfelszolgalat hizmetleri obsluga klienta",
);

/// A greeting where a line begins, which nobody is called, or with what tells it from a name: `Xin chào`, the accent of `Olá`.
fn is_hail(tokens: &[Token], at: usize) -> bool {
    let word = token(tokens, at);
    if word.place != Place::Line {
        return false;
    }
    let name = word.entry.has(flag::FIRST | flag::LAST);
    (letter::is_hail(word) && !name) || (PAIRED.has(word) && is_second(tokens, at + 1)) || is_accented(word)
}

/// `Olá`, with a letter of two bytes: `Ola` is somebody.
fn is_accented(word: &Token) -> bool {
    static OLA: WordSet<1> = WordSet::new("ola");
    OLA.has(word) && word.len() > 3
}

/// The second word of a greeting: `Dobrý den`, `Xin chào`.
fn is_second(tokens: &[Token], at: usize) -> bool {
    let (Some(first), second) = (at.checked_sub(1).map(|at| token(tokens, at)), token(tokens, at)) else {
        return false;
    };
    let good = GOOD.has(first) && DAYS.has(second);
    good || (PAIRED.has(first) && SECONDS.has(second))
}

/// `Good` before a time of the day, and those.
static GOOD: WordSet<6> = WordSet::new("dobar dobry dobro dobre dober dobra");
static DAYS: WordSet<6> = WordSet::new("den dan vecer jutro rano noc");

/// First words of greetings that are names, too, and what tells them.
static PAIRED: WordSet<3> = WordSet::new("xin iyi selamat");
static SECONDS: WordSet<6> = WordSet::new("chao gunler aksamlar pagi siang malam");
