//! Codes of faults with their letters and numbers, which look like a street and its house: `Fehlercode E18, Kundendienst`.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Token};
use super::super::super::words::WordSet;
use super::super::token;
use super::join::is_separator;
use super::piece;

/// Takes codes of faults off the front of addresses, and away where no street, town or code of the post follows.
pub(super) fn codes(tokens: &[Token], named: &mut Vec<Named>) {
    /// Words among which a fault is looked for: `Gefrierschrank Fehlercode F5`.
    const WORDS_MAX: usize = 3;
    named.retain_mut(|one| {
        let mut begins = one.first..one.end.min(one.first + WORDS_MAX);
        let Some(fault) = begins.find(|at| is_fault(tokens, *at)).filter(|_| one.of == Type::Address) else {
            return true;
        };
        let rest = tokens.get(fault + 2..one.end).unwrap_or_default();
        let marks = rest.iter().take_while(|mark| is_separator(mark)).count();
        let of_street = piece::STREET | piece::COMPOUND | piece::BEGINS | piece::LEADS | piece::ENDS | piece::TOWN;
        let tells = |word: &Token| match word.class {
            Class::Digits => word.len() >= 4,
            Class::Found => true,
            _ => piece::bits(word) & of_street != 0 || (word.entry.has(flag::CITY | flag::REGION) && !is_said(word)),
        };
        one.first = fault + 2 + marks;
        rest.iter().any(tells) && one.first < one.end
    });
}

/// A word that says so, and a code behind it: `Störungscode F07`, `error E15`.
fn is_fault(tokens: &[Token], at: usize) -> bool {
    let (word, code) = (token(tokens, at), token(tokens, at + 1));
    // `Rue Panne 12` is a street: of faults letters tell.
    FAULTS.has(word) && code.class == Class::Alphanumeric && code.len() <= 6
}

/// An everyday word that is a town's name, too.
fn is_said(word: &Token) -> bool {
    word.entry.has(flag::COMMON | flag::FUNCTION) && !word.entry.has(flag::STREET)
}

/// Faults, in languages of those who report them.
static FAULTS: WordSet<29> = WordSet::new(
    "error fehler erreur errore erro fout fejl feil fel blad hata chyba hiba vika storung defekt panne alarm fehlercode \
     fehlernummer fehlermeldung storungscode storcode errorcode foutcode fejlkode feilkode felkod vikakoodi",
);
