//! What is said before an address' house and behind its town, and is no part of it: `J'habite 10 rue de la Paix`, `Entregar na
//! Rua Augusta 5`, `80331 München bitte klingeln`, `20121 Milano da maggio`.

use super::super::super::decode::Named;
use super::super::super::gate::LOWER;
use super::super::super::label::Type;
use super::super::super::lexicon::{class, flag};
use super::super::super::token::{Class, Place, Token};
use super::super::super::words::{WordMap, WordSet};
use super::super::token;
use super::{piece, unit};

/// Takes it off addresses.
pub(super) fn mend(tokens: &[Token], named: &mut [Named]) {
    for one in named.iter_mut().filter(|one| matches!(one.of, Type::Address | Type::Location)) {
        let Some(inside) = tokens.get(one.first..one.end) else { continue };
        if one.of == Type::Location {
            // `München im Hinterhof`
            let yard =
                inside.windows(2).position(|pair| matches!(pair, [into, place] if INTO.has(into) && PLACES.has(place)));
            one.end = yard.filter(|at| *at > 0).map_or(one.end, |at| one.first + at);
            continue;
        }
        let (first, end) = (head(inside), tail(inside));
        if first < end {
            one.end = one.first + end;
            one.first += first;
        }
    }
}

/// Takes away months and days that were taken for a place or somebody behind since or until when: `sedan i maj`, `seit Mai`.
pub(super) fn times(tokens: &[Token], named: &mut Vec<Named>) {
    let goes_on = |next: &Token| next.class == Class::Lower && !next.entry.has(flag::FUNCTION);
    named.retain(|one| {
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let Some((last, before)) = inside.split_last() else { return true };
        let (since, apart) = match before {
            [] => (one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at)), true),
            [since] => (since, false),
            _ => return true,
        };
        let lower = last.class == Class::Lower;
        let place = lower || one.of == Type::Location;
        let since_when = since.class == Class::Lower && WORDS.get(since.word) & SINCE != 0;
        let told = since_when || (place && TIMED.has(since)) || (lower && apart && since.entry.class == class::IN);
        // `bis Mai kommt`, who is somebody
        let acts = apart && !lower && one.of == Type::Person && goes_on(token(tokens, one.end));
        one.of == Type::Address || acts || !told || !is_time(last)
    });
}

/// Counts the tokens before the house or street that somebody says.
fn head(inside: &[Token]) -> usize {
    /// Small words between what is done and the street: `na`, `au`.
    const SMALL_MAX: usize = 3;
    let Some((first, rest)) = inside.split_first() else { return 0 };
    let elided = is_elided(first);
    let done = first.place != Place::Inside && first.class == Class::Capital && DONE.has(first);
    if !(elided || done) {
        return 0;
    }
    // What stands before the house in lower case is said, too.
    let small = |one: &&Token| {
        let street = piece::bits(one) & (piece::BEGINS | piece::LEADS | piece::SHORT) != 0;
        one.class == Class::Lower && !street && !unit::is_unit(one)
    };
    let small = rest.iter().take(SMALL_MAX).take_while(small).count();
    let behind = rest.get(small..).unwrap_or_default();
    let house = behind.first().is_some_and(|one| match one.class {
        Class::Digits | Class::Alphanumeric => true,
        _ => {
            let kinds = piece::BEGINS | piece::LEADS | piece::SHORT | piece::COMPOUND;
            let street = piece::bits(one) & kinds != 0;
            street || (done && one.class == Class::Capital && !one.entry.has(flag::FUNCTION | flag::PARTICLE))
        }
    });
    let numbered = behind.iter().any(|one| matches!(one.class, Class::Digits | Class::Alphanumeric | Class::Found));
    if house && numbered { 1 + small } else { 0 }
}

/// `J'habite`, `L'adresse`: a word in lower case behind a letter that stands for a small one, and nobody's name.
fn is_elided(word: &Token) -> bool {
    let [_, letter, mark, next] = word.head.to_be_bytes();
    let letters = b"jldcsnm".contains(&letter) && mark == b'\'' && next.is_ascii_lowercase();
    letters && matches!(word.class, Class::Capital | Class::Lower) && !word.entry.has(flag::NAMING)
}

/// Finds the end of an address before what is said behind its town or code.
fn tail(inside: &[Token]) -> usize {
    let (mut numbered, mut parts) = (false, false);
    for (at, here) in inside.iter().enumerate() {
        match here.class {
            Class::Lower if numbered && parts && at >= 2 && is_said(inside, at) => return at,
            Class::Digits | Class::Alphanumeric | Class::Found => {
                numbered = true;
                parts |= here.len() >= 4 && at > 0;
            }
            Class::Newline => parts = true,
            _ => parts |= here.is(b','),
        }
    }
    inside.len()
}

/// Tells whether an address is over before a word in lower case: nothing behind it is a part of one.
fn is_said(inside: &[Token], at: usize) -> bool {
    let (here, before) = (token(inside, at), token(inside, at - 1));
    let rest = inside.get(at + 1..).unwrap_or_default();
    let town = |one: &Token| one.entry.has(flag::CITY | flag::REGION) && !one.entry.has(flag::FUNCTION);
    let behind = match before.class {
        Class::Digits => before.len() >= 4,
        Class::Alphanumeric | Class::Found => true,
        Class::Lower => here.line.casing == LOWER && town(before),
        // `Via Cavour 5, since May`
        Class::Punctuation => before.is(b',') && is_since(here),
        _ => before.class.is_big() && !before.entry.has(flag::STREET),
    };
    // What goes on behind it: a street, a code, a name.
    let goes_on = |one: &Token| {
        let name = one.class.is_big() && !is_time(one) && !PLACES.has(one);
        let code = matches!(one.class, Class::Digits | Class::Alphanumeric | Class::Found) && !is_year(one);
        name || code || one.class == Class::Newline || one.entry.class == class::UNIT
    };
    let part = unit::is_unit(here)
        || unit::rest(inside, 0, at).is_some()
        || KEPT.has(here)
        || rest.iter().any(|one| goes_on(one) || KEPT.has(one));
    if !behind || part {
        return false;
    }
    // `mayıstan beri`
    let ends = || rest.last().is_some_and(|one| WORDS.get(one.word) & LAST != 0);
    if is_since(here) || is_time(here) || ends() {
        return true;
    }
    if TIMED.has(here) {
        return rest.iter().take(3).any(|one| is_time(one) || is_year(one));
    }
    if INTO.has(here) {
        return rest.first().is_some_and(|one| PLACES.has(one));
    }
    let everyday = here.entry.has(flag::COMMON | flag::FUNCTION) && !here.entry.has(flag::PARTICLE);
    // `Frankfurt am Main`, `leeds west yorkshire`
    let small = |one: &Token| one.class == Class::Lower && !one.entry.has(flag::STREET);
    everyday
        && !here.entry.has(flag::STREET | flag::CITY | flag::REGION)
        && here.line.casing != LOWER
        && rest.iter().all(small)
}

/// Tells whether a word in lower case says since or until when, or asks for something.
pub(super) fn is_since(word: &Token) -> bool {
    word.class == Class::Lower && WORDS.get(word.word) & (SINCE | ASKS) != 0
}

/// A day, month or another word that says when.
fn is_time(word: &Token) -> bool {
    matches!(word.entry.class, class::MONTH | class::DAY) || (word.class.is_word() && WORDS.get(word.word) & WHEN != 0)
}

/// A year, or a day of a month.
fn is_year(word: &Token) -> bool {
    word.class == Class::Digits && (word.len() <= 2 || word.len() == 4)
}

const SINCE: u64 = 1;
const WHEN: u64 = 2;
const LAST: u64 = 4;
const ASKS: u64 = 8;

static WORDS: WordMap<512> = WordMap::new(&[
    // Since and until when, and what is asked for: never a part of a town's name.
    (
        "since until till before after seit ab bis depuis jusqu avant desde hasta antes ate sinds vanaf sedan siden od \
         fran fore innan efter entro fino dopo",
        SINCE,
    ),
    ("please bitte merci svp graag prosze prosim kiitos tack takk ring ringa", ASKS),
    // When, beside the days and months that the lexicon knows.
    (
        "mai may mei maj maja mayo maio maggio juni juin giugno junio junho juillet luglio julio julho aout agosto \
         august augusti gennaio enero janeiro janvier januari styczen stycznia lutego marca kwietnia czerwca lipca \
         sierpnia wrzesnia pazdziernika listopada grudnia kvetna cervna cervence srpna zari rijna ledna unora brezna \
         dubna prosince majus junius julius szeptember oktober hetfo kedd sofort heute morgen demain domani manana \
         amanha morgon idag lundi mardi mercredi jeudi vendredi samedi dimanche lunedi martedi mercoledi giovedi \
         venerdi sabato domenica lunes martes miercoles jueves viernes sabado domingo segunda terca quarta quinta \
         sexta maandag dinsdag woensdag donderdag vrijdag zaterdag zondag mandag tirsdag onsdag torsdag fredag \
         lordag sondag",
        WHEN,
    ),
    // What stands behind a time that something goes on since.
    ("beri itibaren kadar ota alkaen asti", LAST),
]);

/// What stands before a time, and in names, too.
static TIMED: WordSet<9> = WordSet::new("from da dal dalla do du vom zum fra");

/// What stands before where the bell or the parcel is, and before rivers.
static INTO: WordSet<5> = WordSet::new("im am in auf beim");
static PLACES: WordSet<12> =
    WordSet::new("hinterhof innenhof hof keller garten treppenhaus hausflur laden carport schuppen eingang empfang");

/// What goes on with an address in lower case.
static KEPT: WordSet<27> = WordSet::new(
    "piano etage etaj vaning sal patro pietro stock stock. pavimento north south east west upper lower floor level \
     cedex near behind opposite next between rear flat via",
);

/// What somebody does at an address, or with what goes there, as sentences and notes begin.
static DONE: WordSet<70> = WordSet::new(
    "moro moramos mora vivo vivimos vive abito abita abitiamo livraison livrer livrez livrons habite habitons \
     abholung abholen lieferung liefern zustellung zustellen anlieferung rechnungsanschrift lieferanschrift entregar \
     entrega enviar envio recoger recogida bezorgen bezorging bezorg afleveren ophalen levering leveren consegnare \
     consegna spedire spedizione ritiro ritirare leverans leverera levere hamta dostawa dostarczyc odbior doruceni \
     dorucit bydlim bydlime mieszkam mieszkamy woon wonen wohne wohnen bor lakom asun stanujem zivim locuiesc \
     deliver delivery ship collect",
);

#[cfg(test)]
mod tests {
    use super::super::super::rig::check;

    #[test]
    fn an_address_ends_before_what_is_said_behind_it() {
        check("<A:Hauptstraße 5, 80331 München im Hinterhof>.", &["Address Hauptstraße 5, 80331 München"]);
        check("<A:Goethestr. 5, 24105 Kiel bitte klingeln>", &["Address Goethestr. 5, 24105 Kiel"]);
        check("<A:Hauptstraße 5, 10115 Berlin ab Montag>", &["Address Hauptstraße 5, 10115 Berlin"]);
        check("At <A:12 High Street, Leeds LS1 4DY since May>", &["Address 12 High Street, Leeds LS1 4DY"]);
        check("Via <A:Via Roma 5, 00184 Roma da maggio>", &["Address Via Roma 5, 00184 Roma"]);
        check("Bor <A:Storgatan 5, 111 22 Stockholm sedan i maj>", &["Address Storgatan 5, 111 22 Stockholm"]);
        check("Au <A:10 rue Foch, 75002 Paris depuis lundi>", &["Address 10 rue Foch, 75002 Paris"]);
        check("<A:Calle Mayor 5, 28013 Madrid desde enero>", &["Address Calle Mayor 5, 28013 Madrid"]);
        check("<A:ul. Długa 7, 00-590 Warszawa proszę dzwonić>", &["Address ul. Długa 7, 00-590 Warszawa"]);
        check("<A:Lale Sokak 8, 06420 Ankara mayıstan beri>", &["Address Lale Sokak 8, 06420 Ankara"]);
        check("<A:hauptstr. 5, 10115 berlin bitte klingeln>", &["Address hauptstr. 5, 10115 berlin"]);
        check("at <A:12 High Street, Stoke on Trent until Friday>", &["Address 12 High Street, Stoke on Trent"]);
    }

    #[test]
    fn what_belongs_to_an_address_stays() {
        for address in [
            "Hauptstr. 5, 60311 Frankfurt am Main",
            "Hauptstr. 5, 79098 Freiburg im Breisgau",
            "Markt 5, 2400 Alphen aan den Rijn",
            "Rua Augusta 123, 1100-053 Vila Nova de Gaia",
            "Rue du Bac 12, 75007 Paris cedex",
            "Via Roma 5, 00184 Roma secondo piano",
            "450 Oak Ave, Austin TX 78701 apartment 4",
            "12 High Street, Leeds uk",
            "12 High Street, Leeds, west yorkshire",
            "hauptstr. 5, 79098 freiburg im breisgau",
            "Plaza del 2 de Mayo 5, 28004 Madrid",
            "D'Artagnan 10 rue Foch, 75002 Paris",
        ] {
            check(&format!("<A:{address}>"), &[&format!("Address {address}")]);
        }
    }

    #[test]
    fn an_address_begins_behind_what_is_said_before_it() {
        check("<A:J'habite 10 rue Foch, 75002 Paris>", &["Address 10 rue Foch, 75002 Paris"]);
        check("<A:L’adresse est 10 rue Foch, 75002 Paris>", &["Address 10 rue Foch, 75002 Paris"]);
        check("<A:j'habite 10 rue foch, 75002 paris>", &["Address 10 rue foch, 75002 paris"]);
        check("<A:Moro na Rua Augusta 5, 1100-053 Lisboa>", &["Address Rua Augusta 5, 1100-053 Lisboa"]);
        check("<A:Bezorgen op Keizersgracht 12, 1015 CN Amsterdam>", &["Address Keizersgracht 12, 1015 CN Amsterdam"]);
        // Who it is for is no less hidden.
        check("<A:Abholung Müller, Hauptstraße 5, 10115 Berlin>", &["Address Müller, Hauptstraße 5, 10115 Berlin"]);
        check("<A:Livraison 10 rue Foch, 75002 Paris>", &["Address 10 rue Foch, 75002 Paris"]);
    }

    #[test]
    fn times_are_no_places() {
        check("Vi bor i <L:Lund> sedan i <L:maj>", &["Location Lund"]);
        check("Ich bin <L:ab Mai> in <L:Bonn>, seit <P:Mai>", &["Location Bonn"]);
        check("Fra <L:mandag>; bis <P:August> kommt", &["Person August"]);
        check("maybe from <P:Marco>", &["Person Marco"]);
        check("could you ring <P:Julio>?", &["Person Julio"]);
        check("Ring <P:Maja> i morgon, merci <P:Julio>.", &["Person Maja", "Person Julio"]);
        check("please <P:May>.", &["Person May"]);
        check("Ask <P:May> from <L:Bonn>", &["Person May", "Location Bonn"]);
        check("Nach <L:München im Hinterhof>", &["Location München"]);
    }
}
