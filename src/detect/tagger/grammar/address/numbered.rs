//! Papers, articles and sizes with their numbers, which look like a street and its house: `Die Rechnung Nr. 4711`, `Abs. 1 BGB`,
//! `Jacke, schwarz, Gr. 42`.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::WordSet;
use super::super::token;
use super::piece;

/// Takes away addresses whose last number stands behind such a sign, where no street, town or code of the post is.
pub(super) fn papers(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain(|one| {
        // `Rechnung Nr. 4711`, no `Hinterdorf Nr. 12`
        let paper = || (one.first.saturating_sub(2)..one.end).any(|at| PAPERS.has(token(tokens, at)));
        let signed = |at: usize| {
            let back = |by: usize| at.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
            let sign = if back(1).is(b'.') { back(2) } else { back(1) };
            token(tokens, at).class == Class::Digits && (SIGNS.has(sign) || (NUMBER.has(sign) && paper()))
        };
        let street = (one.first..one.end).any(|at| is_of_street(tokens, at));
        one.of != Type::Address || street || !(one.first..one.end).any(signed)
    });
}

/// Takes for persons whom a list numbers, where no street is: `1. Thomas, b. 1786`.
pub(super) fn items(tokens: &[Token], named: &mut [Named]) {
    for one in named.iter_mut().filter(|one| one.of == Type::Address) {
        let Some([number, stop, rest @ ..]) = tokens.get(one.first..one.end) else { continue };
        let item = number.place == Place::Line && number.is_whole_number() && number.len() <= 2 && stop.is(b'.');
        let called = |word: &Token| word.class == Class::Capital && word.entry.has(flag::FIRST | flag::LAST);
        let street = |word: &Token| piece::bits(word) & OF_STREET & !piece::TOWN != 0;
        if item && !rest.is_empty() && rest.iter().all(called) && !rest.iter().any(street) {
            (one.of, one.first) = (Type::Person, one.first + 2);
        }
    }
}

/// A word or number of addresses alone.
pub(super) fn is_of_street(tokens: &[Token], at: usize) -> bool {
    let word = token(tokens, at);
    match word.class {
        // `10115 Berlin`, `TX 78701`, no `JIRA-12345: the`
        Class::Digits => {
            word.len() >= 5 && (at > 0 && token(tokens, at - 1).class.is_big() || token(tokens, at + 1).class.is_big())
        }
        Class::Found => true,
        _ => {
            let town = word.entry.has(flag::CITY | flag::REGION) && !word.entry.has(flag::COMMON | flag::FUNCTION);
            piece::bits(word) & OF_STREET != 0 || (town && word.class.is_big())
        }
    }
}

const OF_STREET: u64 = piece::STREET | piece::COMPOUND | piece::BEGINS | piece::LEADS | piece::ENDS | piece::TOWN;

static NUMBER: WordSet<2> = WordSet::new("nr no");
/// What has a number and is no house.
static PAPERS: WordSet<23> = WordSet::new(
    "rechnung auftrag bestellung ticket vorgang vertrag angebot lieferung lieferschein paket sendung mahnung gutschrift police anfrage \
     fall antrag beleg bescheid faktura factuur facture fattura",
);

/// What stands before the numbers of papers, articles of laws, sizes and places of a list.
static SIGNS: WordSet<12> = WordSet::new("abs art gr groesse grosse pos kap ziff fig abb anlage stk");

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn whom_a_list_numbers_is_somebody() {
        check("issue:\n<A:1. Thomas>, b. 1786\n<A:2. Ada Byron>", &["Person Thomas", "Person Ada Byron"]);
        check("issue:\n<A:1. Lindenweg> is old", &["Address 1. Lindenweg"]);
    }

    #[test]
    fn papers_and_sizes_are_no_addresses() {
        check("<A:Die Rechnung Nr. 4711> vom Montag, nach § <A:823 Abs. 1 BGB>", &[]);
        check("JIRA-<A:12345: the Datenschutzgrundverordnung, art. 15>", &[]);
        check("<A:Jacke mit Kapuze, schwarz, Gr. 42>", &[]);
        check("<A:Hinterdorf Nr. 12, Kleinqwertz>", &["Address Hinterdorf Nr. 12, Kleinqwertz"]);
        check(
            "<A:Lindenweg Nr. 5> is old. We like <A:Nr. 5, 10115 Berlin>",
            &["Address Lindenweg Nr. 5", "Address Nr. 5, 10115 Berlin"],
        );
    }
}
