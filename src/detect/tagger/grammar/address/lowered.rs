//! Towns of the United States and Australia in lower case with their state and code, and houses before towns and streets there:
//! `milwaukee wi 53203`, `1 infinite loop, cupertino, ca 95014`, `3 rectory lane, kings lynn pe30 4tt`.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::{token, widen};

/// Finds them, or takes state and code in where the town was found.
pub(super) fn states(tokens: &[Token], named: &mut Vec<Named>) {
    // Few tokens are such numbers.
    let number = |code: &Token| code.class == Class::Digits && matches!(code.len(), 4 | 5) && code.place != Place::Line;
    for (at, code) in tokens.iter().enumerate().skip(2).filter(|(_, code)| number(code)) {
        let state = token(tokens, at - 1);
        let coded = if code.len() == 5 { STATES.has(state) } else { OF_AUSTRALIA.has(state) };
        if !coded || state.class != Class::Lower || !code.is_whole_number() {
            continue;
        }
        let comma = usize::from(at > 2 && token(tokens, at - 2).is(b','));
        let Some(town) = town(tokens, named, at - 2 - comma) else { continue };
        let house = house(tokens, town);
        let next = token(tokens, at + 1);
        let ends = matches!(next.class, Class::None | Class::Newline) || next.is(b'.') || next.is(b',');
        // `sold oranges or 12345 units`
        if SAID.has(state) && comma == 0 && house.is_none() && !ends {
            continue;
        }
        widen(named, Type::Address, house.unwrap_or(town), at + 1);
        named.iter_mut().filter(|one| one.end == at + 1).for_each(|one| one.of = Type::Address);
    }
}

/// Finds where a town's name begins whose last word is at a place: what was found there, or a word that is known as one.
fn town(tokens: &[Token], named: &[Named], last: usize) -> Option<usize> {
    let found = named.iter().find(|one| one.first <= last && one.end == last + 1 && one.of != Type::Organization);
    let word = token(tokens, last);
    let town = word.class == Class::Lower && !word.entry.has(flag::FUNCTION | flag::COMMON);
    let known = town && word.entry.has(flag::CITY);
    found.filter(|_| town).map(|one| one.first).or(known.then_some(last))
}

/// Finds the number of a house at a line's start, a few words and a comma before a town: `1 infinite loop,`.
fn house(tokens: &[Token], town: usize) -> Option<usize> {
    /// Words of a street.
    const WORDS_MAX: usize = 4;
    let comma = town.checked_sub(1).filter(|at| token(tokens, *at).is(b','))?;
    let words = tokens.get(..comma)?.iter().rev().take_while(|one| one.class == Class::Lower).count();
    let number = comma.checked_sub(words + 1).filter(|_| (1..=WORDS_MAX).contains(&words))?;
    let here = token(tokens, number);
    (here.class == Class::Digits && here.place == Place::Line).then_some(number)
}

/// Takes the house and its street's name in before the word of the street: `3 rectory lane, kings lynn pe30 4tt`, which began at `lane`.
pub(super) fn streets(tokens: &[Token], named: &mut [Named]) {
    /// Words of a street's name.
    const WORDS_MAX: usize = 3;
    let mut floor = 0;
    for one in named {
        let street = token(tokens, one.first);
        if one.of == Type::Address && street.class == Class::Lower && street.entry.has(flag::STREET) {
            let before = tokens.get(floor..one.first).unwrap_or_default();
            let words = |word: &&Token| word.class == Class::Lower && !word.entry.has(flag::FUNCTION);
            let words = before.iter().rev().take(WORDS_MAX).take_while(words).count();
            let number = one.first.checked_sub(words + 1).filter(|at| words > 0 && *at >= floor);
            if let Some(at) =
                number.filter(|at| matches!(token(tokens, *at).class, Class::Digits | Class::Alphanumeric))
            {
                one.first = at;
            }
        }
        floor = one.end;
    }
}

/// States and territories of Australia.
static OF_AUSTRALIA: WordSet<8> = WordSet::new("nsw vic qld wa sa tas act nt");

/// States of the United States, and their capital's district.
static STATES: WordSet<51> = WordSet::new(
    "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd oh ok or pa ri sc sd tn tx \
     ut vt va wa wv wi wy dc",
);

/// Those that are words, too.
static SAID: WordSet<15> = WordSet::new("al co de hi id in la ma me oh ok or pa mo act");

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn towns_with_their_state_and_code_are_addresses() {
        check("send it to <L:milwaukee> wi 53203 please", &["Address milwaukee wi 53203"]);
        check("1 infinite loop, <L:cupertino>, ca 95014", &["Address 1 infinite loop, cupertino, ca 95014"]);
        check("portland or 97201", &["Address portland or 97201"]);
        check("to <A:11/90 smith st, darwin> nt 0800.", &["Address 11/90 smith st, darwin nt 0800"]);
        check("of 3 rectory <A:lane, kings lynn pe30 4tt>.", &["Address 3 rectory lane, kings lynn pe30 4tt"]);
        check("he paid me 10115 of them, in 20190", &[]);
        check("use <L:paris> or 12345 as code, reading ok 12345 bytes, orange or 12345 units", &["Location paris"]);
        check("we saw reading wa 98101 there", &[]);
        check("in <L:milwaukee> wi\n53203 of them, the wa 98101", &["Location milwaukee"]);
    }
}
