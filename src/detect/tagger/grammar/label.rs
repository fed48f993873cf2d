//! Labelled lines of forms: `Name: Ada Lovelace`, `Zip: 02115`, `Ort: Berlin`, several in a line or each on its own.

use std::ops::Range;

use super::super::Kind;
use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{Entry, class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::{WordMap, WordSet};
use super::address::code_end;
use super::{is_glued, name_end, note, skip_titles, token, widen};

/// What a label says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// A person; `Name` and `From` need a word that is known as a name.
    Person(Need),
    Place,
    Address,
    Code,
    /// A thing with a name: no person.
    Thing,
}

/// What a value must show beside being written as a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Nothing,
    KnownName,
    /// A word that is known as a name, or two that nothing is known of.
    KnownNameOrTwo,
}

/// A label and its value.
#[derive(Debug)]
struct Labelled {
    says: Says,
    label: Range<usize>,
    value: Range<usize>,
}

/// Finds the values of labels; what was taken for a name in a label is none.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    // `Age: 44`
    named.retain(|one| {
        let label = one.of == Type::Person && one.end == one.first + 1 && token(tokens, one.end).is(b':');
        // `Peter: 082 555 0101`
        let counted = token(tokens, one.end + 1).class == Class::Digits && !note::is_phone(tokens, one.end + 1);
        let word = token(tokens, one.first).entry;
        // `Miss Ford: 4 points`
        let before = one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
        let titled = before.class == Class::Capital && before.entry.has(flag::TITLE);
        !(label && !titled && word.has(flag::COMMON) && (counted || !word.has(flag::FIRST)))
    });
    said(tokens, named);
    let form = is_form(tokens);
    for colon in colons(tokens) {
        let Some(one) = labelled(tokens, colon) else { continue };
        named.retain(|found| !(found.first >= one.label.start && found.end <= one.value.start));
        // `45 Wyndham St, Postal` before ` code: N1H 4C9`
        for found in named.iter_mut().filter(|found| found.first < one.label.start && found.end <= one.value.start) {
            found.end = found.end.min(one.label.start);
        }
        if one.says == Says::Thing {
            let persons = |found: &Named| found.of == Type::Person && one.value.contains(&found.first);
            named.retain(|found| !persons(found));
        }
        if let Some((of, mut span)) = finding(tokens, &one, form) {
            // `Ship to address: Ada Lovelace, 12 High Street`
            let before = named.iter().find(|found| found.of == Type::Person && found.first == span.start);
            if let Some(person) = before.filter(|found| of == Type::Address && token(tokens, found.end).is(b',')) {
                span.start = person.end + 1;
            }
            widen(named, of, span.start, span.end);
        }
    }
}

/// Finds codes of the post that a sentence names: `my postcode is SW1A 2AA`, `die Postleitzahl ist 10115`.
fn said(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, pair) in tokens.windows(2).enumerate().skip(1) {
        let [verb, code] = pair else { continue };
        // Few words have a number or capitals behind them.
        let coded =
            matches!(code.class, Class::Digits | Class::Alphanumeric | Class::Found | Class::Upper | Class::Initial);
        if !coded || verb.class != Class::Lower || verb.len() > 3 || !BEING.has(verb) {
            continue;
        }
        let bits =
            |back: usize| at.checked_sub(back).and_then(|at| tokens.get(at)).map_or(0, |one| WORDS.get(one.word));
        let (last, before) = (bits(1), bits(2));
        // `zip code`, `code postal`
        let both = (last & CODE != 0 && before & (POSTAL | CODES) != 0) || (last & POSTAL != 0 && before & CODE != 0);
        let code = both || (last & CODES != 0 && last & UNCLEAR == 0);
        let value = at + 1;
        // `my zip code is 90210 and`
        let five = token(tokens, value);
        let plain = five.is_whole_number() && matches!(five.len(), 4..=6) && {
            let next = token(tokens, value + 1);
            next.class == Class::Lower && next.entry.has(flag::FUNCTION)
        };
        let end = if plain { Some(value + 1) } else { code_end(tokens, value) };
        if let Some(end) = end.filter(|_| code) {
            let len = tokens.get(value..end).unwrap_or_default().iter().map(Token::len).sum::<usize>();
            // The code of a card has four digits.
            let clear = before & UNCLEAR == 0 || len >= 5;
            if clear {
                widen(named, Type::Address, value, end);
            }
        }
    }
}

/// A label that stands before names and days, too.
static BIRTH: WordSet<1> = WordSet::new("born");

/// Labels whose value is a number alone.
static HOUSES: WordSet<3> = WordSet::new("hausnummer hausnr huisnummer");

/// Verbs between a label and its value.
static BEING: WordSet<7> = WordSet::new("is ist est es e er ar");

/// Tells whether a short text has a labelled value.
pub(super) fn shows(tokens: &[Token]) -> bool {
    let form = is_form(tokens);
    let mut codes = Vec::new();
    said(tokens, &mut codes);
    !codes.is_empty()
        || colons(tokens).any(|colon| labelled(tokens, colon).is_some_and(|one| finding(tokens, &one, form).is_some()))
}

fn colons(tokens: &[Token]) -> impl Iterator<Item = usize> {
    tokens.iter().enumerate().filter(|(_, token)| token.is(b':')).map(|(at, _)| at)
}

/// How much of an address a text's labels name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// One label at most.
    Line,
    /// Several: letters alone are a state there.
    Address,
}

fn is_form(tokens: &[Token]) -> Form {
    let of_address = |one: &Labelled| matches!(one.says, Says::Place | Says::Address | Says::Code);
    let count = colons(tokens).filter_map(|colon| labelled(tokens, colon)).filter(of_address).take(2).count();
    if count >= 2 { Form::Address } else { Form::Line }
}

/// Reads the label before a colon, and where its value ends.
fn labelled(tokens: &[Token], colon: usize) -> Option<Labelled> {
    /// Words of a label.
    const WORDS_MAX: usize = 4;
    // `Hausnr.: 5`
    let stop = usize::from(colon >= 2 && token(tokens, colon - 1).is(b'.') && is_glued(tokens, colon - 1));
    let (value, colon) = (colon + 1, colon - stop);
    let before = tokens.get(..colon)?;
    let is_word = |one: &Token| one.class.is_word() || one.class == Class::Digits || one.is(b'/');
    let len = before.iter().rev().take(WORDS_MAX + 1).take_while(|one| is_word(one)).count();
    let first = colon - len;
    let begins = first == 0 || {
        let mark = token(tokens, first - 1);
        mark.class == Class::Newline || is_bound(mark) || mark.is(b'.') || mark.is(b'-') || mark.is(b'*')
    };
    let words = tokens.get(first..colon)?;
    let says = says(words).filter(|_| begins && (1..=WORDS_MAX).contains(&len))?;
    let rest = tokens.get(value..)?;
    let ends = |(at, one): (usize, &Token)| {
        let sentence = at > 0 && one.place == Place::Sentence;
        one.class == Class::Newline || sentence || one.is(b';') || one.is(b'|') || one.is(b':')
    };
    let len = rest.iter().enumerate().position(|(at, one)| ends((at, one))).unwrap_or(rest.len());
    let mut end = value + len;
    // `City: Boston, State: MA`: the next label is no part of the value.
    if token(tokens, end).is(b':') {
        let inside = tokens.get(value..end)?;
        end = value + inside.iter().rposition(is_bound)?;
    }
    Some(Labelled { says, label: first..colon, value: value..end })
}

/// A mark that parts labelled values on a line.
fn is_bound(token: &Token) -> bool {
    token.is(b',') || token.is(b';') || token.is(b'|') || token.is(b'(') || token.is(b'[')
}

/// Tells what a label says; none where one of its words is of no such label (`IP address`, `Product name`).
fn says(words: &[Token]) -> Option<Says> {
    let bits = |one: &Token| WORDS.get(one.word);
    let any = |of: u64| words.iter().any(|one| one.class.is_word() && bits(one) & of != 0);
    let known = |one: &Token| one.class == Class::Digits || one.is(b'/') || bits(one) & !(THING | UNCLEAR) != 0;
    if !words.iter().all(known) {
        let thing = words.len() >= 2 && any(THING) && words.last().is_some_and(|one| bits(one) & WEAK != 0);
        return thing.then_some(Says::Thing);
    }
    if any(CODES) || (any(POSTAL) && any(CODE)) {
        Some(Says::Code)
    } else if any(ADDRESS) {
        Some(Says::Address)
    } else if any(PLACE) {
        Some(Says::Place)
    } else if any(PERSON) {
        Some(Says::Person(Need::Nothing))
    } else if any(OFFICE) {
        Some(Says::Person(Need::KnownNameOrTwo))
    } else {
        any(WEAK).then_some(Says::Person(Need::KnownName))
    }
}

/// Tells whether a word of this hash may stand in a label that says something.
pub(super) fn may_be(word: u64) -> bool {
    WORDS.get(word) & !(WITH | THING | UNCLEAR) != 0
}

/// Finds what a labelled value names.
fn finding(tokens: &[Token], one: &Labelled, form: Form) -> Option<(Type, Range<usize>)> {
    match one.says {
        Says::Person(need) => person(tokens, &one.value, need).map(|span| (Type::Person, span)),
        Says::Place => {
            // `Born: Ada Byron` tells a name.
            let birth = BIRTH.has(token(tokens, one.label.start));
            let town =
                |one: &Token| one.entry.has(flag::CITY | flag::REGION) && !one.entry.has(flag::FIRST | flag::LAST);
            let towns = |span: &Range<usize>| tokens.get(span.clone()).is_some_and(|words| words.iter().all(town));
            let place = place(tokens, &one.value, form).filter(|span| !birth || towns(span));
            place.map(|span| (Type::Location, span))
        }
        Says::Address => address(tokens, &one.label, &one.value).map(|span| (Type::Address, span)),
        Says::Thing => None,
        Says::Code => {
            let end = code_end(tokens, one.value.start).filter(|end| is_code(tokens, one, *end))?;
            // `PLZ/Ort: 79098 Freiburg`
            let town = place(tokens, &(end..one.value.end), form);
            let ends = end >= one.value.end || is_bound(token(tokens, end)) || town.is_some();
            ends.then(|| (Type::Address, one.value.start..town.map_or(end, |town| town.end)))
        }
    }
}

/// Labels that are other words, too (`Cap`, `PSC`), stand before five digits or more.
fn is_code(tokens: &[Token], one: &Labelled, end: usize) -> bool {
    let other =
        tokens.get(one.label.clone()).unwrap_or_default().iter().any(|word| WORDS.get(word.word) & UNCLEAR != 0);
    let value = tokens.get(one.value.start..end).unwrap_or_default();
    !other || value.iter().map(Token::len).sum::<usize>() >= 5
}

/// A name up to the end of the value or a mark in it; `Lovelace, Ada` too.
fn person(tokens: &[Token], value: &Range<usize>, need: Need) -> Option<Range<usize>> {
    let first = skip_titles(tokens, value.start);
    let mut end = name_end(tokens, first);
    let inside = tokens.get(first..value.end)?;
    let lower = |one: &Token| {
        one.class == Class::Lower && one.entry.has(flag::FIRST | flag::LAST) && !one.entry.has(flag::COMMON)
    };
    if end == first && (1..=3).contains(&inside.len()) && inside.iter().all(lower) {
        end = value.end;
    }
    let after = token(tokens, end);
    let turned = after.is(b',') && end - first <= 2 && end < value.end;
    if turned && name_end(tokens, end + 1) == value.end && value.end > end + 1 {
        end = value.end;
    }
    let names = tokens.get(first..end)?;
    let known = |one: &Token| {
        one.entry.has(flag::FIRST | flag::LAST)
            && !one.entry.has(flag::REGION)
            && (names.len() >= 2 || !one.entry.has(flag::COMMON | flag::CITY) || one.entry.has(flag::FIRST))
    };
    let unknown = |one: &Token| one.class == Class::Capital && one.entry == Entry::NONE;
    let whole = need == Need::KnownNameOrTwo && names.len() == 2 && names.iter().all(unknown);
    let shown = need == Need::Nothing || whole || names.iter().any(known);
    let stops =
        end >= value.end || is_bound(after) || after.is(b'<') || after.is(b'-') || after.is(b'.') || after.is(b'/');
    (end > first && stops && shown && end <= value.end.max(first)).then_some(first..end)
}

/// A town or country up to the end of the value; a state in letters where the form has more of an address.
fn place(tokens: &[Token], value: &Range<usize>, form: Form) -> Option<Range<usize>> {
    /// Words of its name.
    const WORDS_MAX: usize = 5;
    let inside = tokens.get(value.clone())?;
    let len = inside.iter().position(is_bound).unwrap_or(inside.len());
    let names = inside.get(..len)?;
    let known = |one: &Token| one.entry.has(flag::CITY | flag::REGION);
    let joins =
        |one: &Token| one.is(b'-') || one.is(b'.') || one.is(b'\'') || one.entry.has(flag::PARTICLE | flag::FUNCTION);
    let fits = |one: &Token| match one.class {
        Class::Capital | Class::Mixed | Class::Caseless => {
            known(one) || !one.entry.has(flag::COMMON | flag::THING) || names.iter().any(known)
        }
        Class::Upper => known(one) || (form == Form::Address && one.len() <= 3),
        Class::Lower => known(one) && !one.entry.has(flag::COMMON) || joins(one),
        _ => joins(one),
    };
    let named = names.iter().any(|one| one.class.is_word() && (one.class != Class::Lower || known(one)));
    (named && (1..=WORDS_MAX).contains(&len) && names.iter().all(fits)).then_some(value.start..value.start + len)
}

/// All of a value that is written as an address: numbers and names, no sentence.
fn address(tokens: &[Token], label: &Range<usize>, value: &Range<usize>) -> Option<Range<usize>> {
    let label = tokens.get(label.clone())?;
    let inside = tokens.get(value.clone())?;
    let sentence = |one: &Token| {
        one.class == Class::Lower
            && one.entry.has(flag::COMMON | flag::FUNCTION)
            && !one.entry.has(flag::STREET | flag::PARTICLE | flag::CITY)
            && one.entry.class != class::UNIT
            && one.len() > 3
    };
    let numbered = inside.iter().any(|one| matches!(one.class, Class::Digits | Class::Alphanumeric) && one.len() <= 6);
    let street = inside.iter().any(|one| one.entry.has(flag::STREET));
    let big = inside.iter().filter(|one| one.class.is_big()).count();
    let machine = inside.iter().any(|one| one.class == Class::Found && one.head == Kind::Machine as u32);
    let written = !inside.iter().any(sentence) && ((numbered && big >= 1) || (street && big >= 2));
    let lower = inside.first().is_some_and(|one| one.class == Class::Digits) && street;
    let stop = usize::from(inside.last().is_some_and(|one| one.is(b'.')));
    let house = inside.len() == 1 && numbered && label.iter().any(|one| HOUSES.has(one));
    let several = inside.len() >= 2 && !machine && (written || lower);
    (several || house).then_some(value.start..value.end - stop)
}

/// Labels of persons.
const PERSON: u64 = 1;
/// Labels of persons and other things.
const WEAK: u64 = 2;
/// Labels of places.
const PLACE: u64 = 4;
/// Labels of addresses.
const ADDRESS: u64 = 8;
/// Labels of postal codes.
const CODES: u64 = 16;
/// Words of such labels that need `code` beside them.
const POSTAL: u64 = 32;
/// Codes.
const CODE: u64 = 64;
/// Words beside them in a label.
const WITH: u64 = 128;
/// What has a name and is no person.
const THING: u64 = 256;
/// Labels of codes that are other words, too.
const UNCLEAR: u64 = 512;
/// Labels of who holds an office.
const OFFICE: u64 = 1024;

/// What words say in a label.
static WORDS: WordMap<2048> = WordMap::new(&[
    (
        "patient attn attention surname forename firstname lastname fullname prenom prenoms apellido \
         apellidos nombres cognome sobrenome apelido vorname nachname familienname geburtsname voornaam \
         achternaam imie nazwisko jmeno prijmeni fornamn efternamn fornavn etternavn soyad soyadi paciente \
         paziente insured caller employee applicant tenant landlord passenger guest beneficiary claimant \
         policyholder cardholder addressee recipient consignee empfanger empfangerin absender mitarbeiter \
         versicherter patientin kundin ansprechpartner destinataire expediteur locataire destinatario \
         remitente titular mittente intestatario remetente ontvanger afzender huurder doctor physician nurse \
         manager supervisor interviewer interviewee witness driver student teacher signed nom pupil captain mother \
         father guardian spouse",
        PERSON,
    ),
    ("chair secretary treasurer proposer seconder", OFFICE),
    (
        "name nombre nome naam namn navn nimi customer client contact from to cc bcc sender kunde klant \
         cliente kontakt contacto von an de a da para van aan user agent author owner by",
        WEAK,
    ),
    (
        "city town village state province county country region ort wohnort stadt geburtsort land bundesland \
         staat ville pays commune lieu naissance ciudad pais provincia poblacion localidad estado municipio \
         citta paese comune residenza cidade bairro stad plaats woonplaats geboorteplaats gemeente miasto \
         miejscowosc kraj mesto zeme by postort poststed kaupunki birthplace born hometown suburb locality \
         pob residence residencia domicile naturalidade nato nata nacido nacida nascido nascida geboren \
         wohnhaft urodzenia zamieszkania narozeni bydliste fodelseort bostadsort hemort fodested bopael \
         bosted syntymapaikka kotipaikka szuletesi lakhely dogum nasterii rodenja naixement nascimento рождения \
         жительства народження проживання γεννησησ sunnikoht",
        PLACE,
    ),
    (
        "address addresse adresse anschrift strasse hausnummer hausnr huisnummer street rue voie calle direccion domicilio \
         indirizzo via endereco morada rua logradouro straat adres straatnaam ulica adresa gata gatuadress \
         osoite lieferadresse rechnungsadresse wohnadresse lieferanschrift postanschrift adressen cim adresi",
        ADDRESS,
    ),
    (
        "zip zipcode postcode plz postleitzahl cp cap cep eircode pincode psc postnummer postnr postinumero \
         iranyitoszam",
        CODES,
    ),
    ("postal post pocztowy postale pin", POSTAL),
    ("code codigo codice kod cod", CODE),
    (
        "line code codigo codice kod cod first last full family given middle legal preferred maiden of the s \
         no number nr birth home work billing shipping delivery mailing postal residential permanent current \
         street house apt lives du et y de della del di da und or and your my complete complet completo \
         nascita nacimiento nascimento livraison facturation entrega famille pila emergency next kin parent \
         guardian spouse mother father primary secondary account holder insured contact person place in en em miejsce \
         misto hely yeri locul mjesto lloc место місце τοποσ",
        WITH,
    ),
    (
        "host file product server project app application service domain table column field class module \
         package branch repository cluster node job queue topic event model device brand store item company \
         shop",
        THING,
    ),
    ("cap psc cp pin", UNCLEAR),
]);
