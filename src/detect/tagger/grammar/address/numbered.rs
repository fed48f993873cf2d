//! Papers, articles and sizes with their numbers, which look like a street and its house: `Die Rechnung Nr. 4711`, `Abs. 1 BGB`,
//! `Jacke, schwarz, Gr. 42`.

use super::super::super::decode::Named;
use super::super::super::label::Type;
use super::super::super::lexicon::flag;
use super::super::super::token::{Class, Token};
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

/// A word or number of addresses alone.
pub(super) fn is_of_street(tokens: &[Token], at: usize) -> bool {
    let word = token(tokens, at);
    let of_street = piece::STREET | piece::COMPOUND | piece::BEGINS | piece::LEADS | piece::ENDS | piece::TOWN;
    match word.class {
        // `10115 Berlin`, `TX 78701`, no `JIRA-12345: the`
        Class::Digits => {
            word.len() >= 5 && (at > 0 && token(tokens, at - 1).class.is_big() || token(tokens, at + 1).class.is_big())
        }
        Class::Found => true,
        _ => {
            let town = word.entry.has(flag::CITY | flag::REGION) && !word.entry.has(flag::COMMON | flag::FUNCTION);
            piece::bits(word) & of_street != 0 || (town && word.class.is_big())
        }
    }
}

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
