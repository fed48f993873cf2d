//! Who is named beside what somebody is, has or is asked: `our nanny June`, `Patel's house`, `contact Patel regarding it`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::token::{Class, Token};
use super::super::words::WordSet;
use super::{add, is_glued, name_end, thing, token, widen};

/// Finds who stands beside a role, who owns something, whom somebody asks, and whose child somebody is.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>) {
    named.iter_mut().for_each(|one| whole(tokens, one));
    for (at, here) in tokens.iter().enumerate() {
        match here.class {
            Class::Clitic => owner(tokens, named, at),
            Class::Punctuation if here.is(b'/') => child(tokens, named, at),
            Class::Capital => {
                let before = at.checked_sub(1).map_or(&Token::BEYOND, |before| token(tokens, before));
                let comma = usize::from(before.is(b','));
                let role = at.checked_sub(1 + comma);
                if role.is_some_and(|role| is_role(tokens, role, at, comma == 1)) || is_asked(tokens, at) {
                    // `Nachbarn Tschirner`, of which all was taken for a place
                    let both = |one: &&mut Named| Some(one.first) == role && one.end == at + 1 && NEXT_DOOR.has(before);
                    named.iter_mut().filter(both).for_each(|one| one.first = at);
                    person(named, at, at + 1);
                }
            }
            _ => {}
        }
    }
}

/// Takes for a person what was taken for a firm behind a role, or with it: `my son Max Frost`, `Die Patientin Goldberg`.
fn whole(tokens: &[Token], one: &mut Named) {
    if one.of != Type::Organization {
        return;
    }
    let role = token(tokens, one.first);
    let name = |word: &Token| {
        let firm = flag::COMPANY | flag::ORGANISATION | flag::FUNCTION | flag::TITLE;
        word.class == Class::Capital && !word.entry.has(firm)
    };
    // `Familie Hoffmann`
    if one.end - one.first >= 2 && role.class == Class::Capital && (ABROAD.has(role) || FAMILY.has(role)) {
        let rest = tokens.get(one.first + 1..one.end).unwrap_or_default();
        if rest.iter().all(name)
            && rest.iter().all(|word| word.entry.has(flag::FIRST | flag::LAST) || word.entry.flags == 0)
        {
            (one.of, one.first) = (Type::Person, one.first + 1);
        }
        return;
    }
    let before = |by: usize| one.first.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (role, whose) = (before(1), before(2));
    let english = (KIN.has(role) || ROLES.has(role)) && (OWN.has(whose) || THE.has(whose));
    let abroad = ABROAD.has(role) && DER.has(whose);
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let fits = match inside {
        [only] => abroad && only.entry.has(flag::LAST),
        [given, family] => given.entry.has(flag::FIRST) && family.entry.has(flag::LAST),
        _ => false,
    };
    if role.class.is_word() && (english || abroad) && fits && inside.iter().all(name) {
        one.of = Type::Person;
    }
}

static FAMILY: WordSet<5> = WordSet::new("familie famille famiglia familia familien");

/// Makes a person of a word where nothing, or no person, was found.
fn person(named: &mut Vec<Named>, first: usize, end: usize) {
    let place = named.partition_point(|one| one.end <= first);
    match named.get_mut(place) {
        Some(one) if one.first < end => {
            if one.first >= first && matches!(one.of, Type::Organization | Type::Location) && one.end <= end + 1 {
                (one.of, one.first, one.end) = (Type::Person, first, end);
            }
        }
        _ => add(named, Type::Person, first, end),
    }
}

/// A name with a capital that is no people, firm, region, month or title; makers of things are called after families.
fn is_plain(word: &Token) -> bool {
    let other = flag::COMPANY | flag::ORGANISATION | flag::NATION | flag::REGION | flag::TITLE;
    word.class == Class::Capital
        && word.entry.has(flag::FIRST | flag::LAST)
        && !word.entry.has(other | flag::FUNCTION | flag::STREET)
        && !matches!(word.entry.class, class::MONTH | class::DAY)
}

/// Tells whether a word names whom the role before it, or before its comma, is: `the tenant Patel`, `my doctor, Khan,`.
fn is_role(tokens: &[Token], role: usize, at: usize, comma: bool) -> bool {
    let (role_word, name, next) = (token(tokens, role), token(tokens, at), token(tokens, at + 1));
    if next.class.is_big() || next.is(b'-') || next.is(b'&') {
        return false;
    }
    let whose = role.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let kin = role_word.class == Class::Lower && KIN.has(role_word);
    if kin && !comma && OWN.has(whose) {
        return name.entry.has(flag::FIRST) || is_plain(name);
    }
    let rather = !name.entry.has(flag::COMMON) || name.entry.has(flag::RATHER_NAME);
    let named = is_plain(name) && (!name.entry.has(flag::CITY) || rather);
    let closed = !comma || next.is(b',');
    // `our client Vakatawa signed`: one of whom nothing is known does what people do.
    let unknown = name.entry.flags == 0 && next.class == Class::Lower && !next.is(b'-');
    let english =
        role_word.class == Class::Lower && (kin || ROLES.has(role_word)) && (OWN.has(whose) || THE.has(whose));
    let human = english && (kin || !MACHINES.has(role_word) || OWN.has(whose));
    let abroad = !comma && ABROAD.has(role_word) && DER.has(whose);
    // `beim Nachbarn Tschirner`, no `beim Patienten Blutentnahme`
    let ends = matches!(next.class, Class::None | Class::Newline | Class::Punctuation);
    let new = ends && name.entry.flags == 0 && !thing::is_noun(name);
    let beside = !comma && NEXT_DOOR.has(role_word) && BEIM.has(whose) && (named || new);
    closed
        && ((human && (named || (unknown && !comma))) || (english && named) || (abroad && (named || unknown)) || beside)
}

/// Tells whether somebody is asked for something or spoken with: `contact Patel regarding`, `mit Reddy gesprochen`.
fn is_asked(tokens: &[Token], at: usize) -> bool {
    let (name, next) = (token(tokens, at), token(tokens, at + 1));
    if next.class != Class::Lower || !is_plain(name) || name.entry.has(flag::CITY) {
        return false;
    }
    let verb = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let plain = !name.entry.has(flag::COMMON) || name.entry.has(flag::RATHER_NAME);
    verb.class == Class::Lower
        && plain
        && ((ASKS.has(verb) && ABOUT.has(next)) || (verb.len() == 3 && MIT.has(verb) && SPOKEN.has(next)))
}

/// Finds who owns what only people have: `Patel's house`.
fn owner(tokens: &[Token], named: &mut Vec<Named>, clitic: usize) {
    let Some(at) = clitic.checked_sub(1) else { return };
    let (name, ending, next) = (token(tokens, at), token(tokens, clitic), token(tokens, clitic + 1));
    if ending.tail != u32::from(b's')
        || !is_glued(tokens, clitic)
        || !matches!(name.class, Class::Capital | Class::Mixed)
    {
        return;
    }
    let before = at.checked_sub(1).map_or(&Token::BEYOND, |before| token(tokens, before));
    // `my new house` is one as well.
    let owned = if next.entry.has(flag::COMMON) && !OWNED.has(next) { token(tokens, clitic + 2) } else { next };
    let has = next.class == Class::Lower && owned.class == Class::Lower && OWNED.has(owned);
    let known = is_plain(name) && (!name.entry.has(flag::COMMON) || name.entry.has(flag::RATHER_NAME) || has);
    let place = named.partition_point(|one| one.end <= at);
    let firm =
        named.get(place).is_some_and(|one| one.of == Type::Organization && one.first == at && one.end <= clitic + 1);
    let unknown = name.entry.flags == 0 && has;
    // A word with a capital because a sentence begins there is not known for a name (`Today's mail`).
    if (has && (known || unknown) && !before.class.is_big()) || (firm && known && !name.entry.has(flag::CITY)) {
        person(named, at, clitic);
    }
}

/// Finds whose child somebody is said to be, as names are written in Malaysia and Singapore: `Arumugam s/o Muthusamy`.
fn child(tokens: &[Token], named: &mut Vec<Named>, stroke: usize) {
    /// Words of a name.
    const WORDS_MAX: usize = 3;
    let Some(first) = stroke.checked_sub(1) else { return };
    let letter = |at: usize| {
        let one = token(tokens, at);
        if one.len() == 1 && matches!(one.class, Class::Lower | Class::Initial) { one.head } else { 0 }
    };
    let pair = (letter(first), letter(stroke + 1));
    let signs = [(b's', b'o'), (b'd', b'o'), (b'w', b'o'), (b'a', b'l'), (b'a', b'p')];
    let is_sign = signs.iter().any(|(one, other)| pair == (u32::from(*one), u32::from(*other)));
    if !is_sign || !is_glued(tokens, stroke) || !is_glued(tokens, stroke + 1) {
        return;
    }
    let before = tokens.get(..first).unwrap_or_default().iter().rev().take(WORDS_MAX);
    let words = before.take_while(|one| one.class.is_big() && !one.entry.has(flag::TITLE)).count();
    let end = name_end(tokens, stroke + 2);
    if words > 0 && end > stroke + 2 {
        named.retain(|one| one.of == Type::Person || one.first < first - words || one.end > end);
        widen(named, Type::Person, first - words, end);
    }
}

/// Whose somebody is.
static OWN: WordSet<6> = WordSet::new("my our his her their your");
static THE: WordSet<6> = WordSet::new("the a this that said same");

/// Who is named behind whose he or she is.
static KIN: WordSet<48> = WordSet::new(
    "brother sister mother father mum mom dad wife husband son daughter aunt uncle cousin nephew niece friend \
    neighbour neighbor nanny boss colleague girlfriend boyfriend partner fiance fiancee grandma grandpa \
    grandmother grandfather teacher tutor landlord landlady flatmate roommate carer babysitter twin stepson \
    stepdaughter stepfather stepmother godson goddaughter housemate coworker",
);

/// What people are.
static ROLES: WordSet<30> = WordSet::new(
    "tenant witness client student doctor patient guest customer nurse lawyer attorney solicitor barrister \
    employee contractor plumber electrician applicant claimant defendant plaintiff passenger resident caretaker \
    cleaner coach pupil driver agent user",
);

/// What programs are as well.
static MACHINES: WordSet<7> = WordSet::new("client driver agent user guest customer contractor");

/// Roles in other languages, and what stands before them.
static ABROAD: WordSet<37> = WordSet::new(
    "mieter mieterin patient patientin kunde kundin zeuge zeugin lehrer lehrerin schuler schulerin kollege \
    kollegin nachbar nachbarin gast klager klagerin beklagte arzt arztin mandant mandantin huurder patiente \
    getuige klant locataire temoin inquilino inquilina paciente testigo paziente cliente client",
);
static DER: WordSet<24> = WordSet::new(
    "der die den dem des ein eine einen einem einer mein meine unser unsere de het een le la el il lo o a",
);

static NEXT_DOOR: WordSet<2> = WordSet::new("nachbarn nachbarin");
static BEIM: WordSet<5> = WordSet::new("beim vom zum zur bei");

/// What people are asked or told, and what about.
static ASKS: WordSet<11> = WordSet::new("contact ask call tell phone email ring notify inform remind to");
static ABOUT: WordSet<11> = WordSet::new("regarding about to for if whether that when why concerning by");
static MIT: WordSet<4> = WordSet::new("mit met con com");
static SPOKEN: WordSet<7> = WordSet::new("gesprochen telefoniert gesproken getelefoneerd hablado parlato falado");

/// What people have, and firms do not.
static OWNED: WordSet<56> = WordSet::new(
    "house flat cottage place room desk home wife husband mother father mum mom dad son daughter brother sister \
    parents kids children passport birthday funeral wedding phone laptop appointment signature handwriting \
    luggage suitcase coat jacket garden kitchen bedroom bathroom apartment office mother-in-law boyfriend \
    girlfriend partner neighbour neighbor dog cat car bike shift leave doctor dentist teacher landlord",
);
