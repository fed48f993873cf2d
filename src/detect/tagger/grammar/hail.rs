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
        let named = one.of == Type::Address || inside.is_empty() || !inside.iter().all(is_nobody);
        named && !is_wish(tokens, one) && !is_group(tokens, one) && !is_neighbour(inside)
    });
}

/// A feast behind what is wished at the start of a sentence: `Buon Natale`, `Feliz Año Nuevo`, `Happy Easter`; no `Felice Natale`,
/// who is somebody, and no `so happy that Noël came`.
fn is_wish(tokens: &[Token], one: &Named) -> bool {
    /// Tokens that are looked at before it.
    const BEFORE: usize = 8;
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let begins =
        |word: &Token| word.class.is_big() && matches!(word.place, Place::Line | Place::Sentence) && WISHES.has(word);
    if one.of == Type::Address || !inside.iter().all(|word| FEASTS.has(word) || begins(word)) {
        return false;
    }
    let before = tokens.get(one.first.saturating_sub(BEFORE)..one.end).unwrap_or_default();
    let goes_on = |word: &&Token| FEASTS.has(word) || JOINS.has(word) || begins(word);
    before.iter().rev().take_while(goes_on).any(begins)
}

/// Many who are addressed at the start of a line: `Liebe Eltern`, `Drodzy Klienci`.
fn is_group(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let before = one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let begins = |word: &Token| word.place == Place::Line && DEARS.has(word);
    let dear = begins(token(tokens, one.first)) || begins(before);
    let all = inside.iter().all(|word| DEARS.has(word) || GROUPS.has(word));
    let several = || inside.iter().chain([token(tokens, one.end)]).any(|word| GROUPS.has(word));
    dear && all && several()
}

/// Neighbours and porters in lower case, by no name: `bij de buren`, `al portero`; no `concierge tagliabue`.
fn is_neighbour(inside: &[Token]) -> bool {
    let said = |word: &Token| {
        word.entry.has(flag::FUNCTION | flag::COMMON) && !word.entry.has(flag::FIRST | flag::LAST) || word.len() <= 2
    };
    let low = |word: &Token| word.class == Class::Lower && (NEIGHBOURS.has(word) || said(word));
    inside.iter().any(|word| NEIGHBOURS.has(word)) && inside.iter().all(low)
}

/// What wishes begin with, in some twenty languages.
static WISHES: WordSet<27> = WordSet::new(
    "happy merry frohe frohes frohliche schone joyeux joyeuses bonne feliz felices buon buona bon god gledelig glaedelig glad vesele sretan \
     wesolych craciun la selamat prettige eid mutlu",
);
/// What is wished for, and how it should be.
static FEASTS: WordSet<62> = WordSet::new(
    "natale noel nadal bozic vanoce vianoce jul natal navidad ano nuevo novo nova nytt nyt ar annee nouvelle anno nuovo tahun baru hari \
     raya idul fitri paques pasqua pascua pascuas pask paske easter christmas year new kerst kerstdagen nieuwjaar swiat nowego roku novy rok \
     godina fericit ani mubarak bayramlar yillar noche prospero felice felic stastny sretna szczesliwego gott multi bones any nou",
);
/// What stands between two of them.
static JOINS: WordSet<12> = WordSet::new("e y i a en et och og und dan si and");
/// How many are addressed.
static DEARS: WordSet<22> = WordSet::new(
    "liebe lieber basta kara kjaere kaere beste geachte chers cheres cari care caros caras queridos queridas estimados kedves tisztelt drodzy \
     szanowny degerli",
);
/// Who is many.
static GROUPS: WordSet<40> = WordSet::new(
    "eltern nachbarn kollegen kolleginnen kunden mieter freunde kund kunder foraldrar grannar kolleger foreldre naboer ouders buren \
     collega klanten parents voisins collegues clients genitori vicini colleghi clienti pais vizinhos colegas clientes padres vecinos \
     kollegak szulok vasarlonk vasarloink klienci kliencie rodzice musterimiz",
);
/// Who lives next door, and who keeps the door.
static NEIGHBOURS: WordSet<26> = WordSet::new(
    "buren buurman buurvrouw nachbar nachbarn nachbarin voisin voisine voisins concierge gardien vecino vecina vecinos portero porteria \
     vicino vicini portineria portinaio vizinho vizinha porteiro portaria sasiada grannen",
);

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

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn who_and_what_is_wished_is_nobody() {
        check("Buon <L:Natale> e felice <L:anno nuovo>", &[]);
        check("Selamat <L:Natal> dan Tahun <L:Baru> untuk semua", &[]);
        check("<P:Joyeux Noël>. Feliz <L:Año Nuevo>", &[]);
        check(
            "<P:Natale> called, <P:Noël Dubois> did not; in <L:Natal>",
            &["Person Natale", "Person Noël Dubois", "Location Natal"],
        );
    }

    #[test]
    fn many_who_are_addressed_are_nobody() {
        check("<P:Drodzy Klienci>, sklep", &[]);
        check("<L:Bästa> kund, tack", &[]);
        check("Kedves <P:Vásárlónk>, köszönjük", &[]);
        check("Liebe <P:Katherine>, die <P:Eltern>", &["Person Katherine", "Person Eltern"]);
    }

    #[test]
    fn neighbours_and_porters_are_nobody() {
        check("pakket bij <P:de buren>, entregado <P:al portero>, lasciare in <L:portineria>", &[]);
        check("bij <P:anna buren> en <P:Portero>", &["Person anna buren", "Person Portero"]);
        check("<P:concierge tagliabue> called", &["Person tagliabue"]);
    }
}
