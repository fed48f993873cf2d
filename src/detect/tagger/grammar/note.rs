//! Whom short notes and heads of minutes name: `FAO Okonjo`, `w/ Hettie`, `@Katherine`, `AOB – Tagliabue`, `Apologies from Shah`,
//! and names as tickets for flights have them: `MÜLLER/HANS MR`.

use super::super::Kind;
use super::super::decode::Named;
use super::super::gate::LOWER;
use super::super::label::Type;
use super::super::lexicon::{Entry, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::{is_glued, minutes, name_end, skip_titles, subject, token, tongue, widen};

/// Finds them, where nothing, a firm or a place was found.
pub(super) fn notes(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, here) in tokens.iter().enumerate() {
        let found = match here.class {
            Class::Punctuation if here.is(b'@') => mentioned(tokens, at),
            Class::Punctuation if here.is(b'/') => beside(tokens, at),
            Class::Upper if HEADS.has(here) => headed(tokens, at),
            Class::Capital | Class::Lower if here.place == Place::Line && HEADS.has(here) => headed(tokens, at),
            _ => None,
        };
        if let Some((first, end)) = found {
            // `FAO Okonjo`, of which all was taken for somebody: what goes further than the name stays
            for one in named.iter_mut().filter(|one| one.first == at && one.of != Type::Organization && one.end > end) {
                one.first = first;
            }
            named.retain(|one| one.first != at);
            subject::person(named, first, end);
        }
        if here.place == Place::Line && here.class == Class::Capital && LISTS.has(here) {
            listed(tokens, at, named);
        }
        if here.class == Class::Capital && is_measured(tokens, at) {
            subject::person(named, at, at + 1);
        }
        if matches!(here.class, Class::Capital | Class::Lower)
            && let Some((first, end)) = phoned(tokens, at)
        {
            // `Florence 555 0199` is a town where it was taken for one.
            let town = here.entry.has(flag::CITY)
                && named.iter().any(|one| one.of == Type::Location && one.first < end && one.end > first);
            if !town {
                // `Okonjo 555 0199` is no house.
                named.retain(|one| one.of != Type::Address || one.first != first || one.end <= end);
                subject::person(named, first, end);
            }
        }
    }
}

/// Takes in the unknown word between whom to call and what was found of the name: `call priyanka okonjo asap`.
pub(super) fn halves(tokens: &[Token], named: &mut [Named]) {
    /// Letters of such a word.
    const LETTERS_MIN: usize = 4;
    /// From where on a given name is one, in a language that is not known, in thousandths.
    const SURE: u16 = 800;
    let mut floor = 0;
    for one in named {
        let at = one.first.saturating_sub(1);
        let (given, found) = (token(tokens, at), token(tokens, one.first));
        let whom =
            at > floor && given.class == Class::Lower && given.entry == Entry::NONE && given.len() >= LETTERS_MIN;
        let is_apart = !is_glued(tokens, one.first);
        let fits = one.of == Type::Person && found.class == Class::Lower && is_apart;
        // `nguyen thi hoa`, of whom only `thi hoa` was seen
        let said = given.entry.has(flag::COMMON | flag::FUNCTION | flag::PARTICLE | flag::TITLE | flag::STREET);
        let family = given.class == Class::Lower && given.entry.has(flag::LAST) && !said && at >= floor;
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        let small = inside.iter().all(|word| word.class == Class::Lower) && !found.entry.has(flag::PARTICLE);
        let whole = one.first > 0 && family && small && inside.len() >= 2;
        if fits && (whole || (whom && ASKED.has(token(tokens, at - 1)))) {
            one.first = at;
        }
        // `tiago bragança`, of whom only the family was seen, as a town
        let named_before = given.entry.has(flag::FIRST) && given.class == Class::Lower && !said && at >= floor;
        if one.of == Type::Location && one.first > 0 && named_before && small && inside.len() == 1 && is_apart {
            (one.of, one.first) = (Type::Person, at);
        }
        // `beatrice langford`, of whom only the given name was seen
        let family = token(tokens, one.end);
        let is_given = |word: &Token| word.class == Class::Lower && word.entry.has(flag::FIRST);
        let alone = inside.len() <= 2 && inside.iter().all(is_given);
        let sure = found.line.casing == LOWER && one.probability >= SURE && at < one.first && BEFORE.has(given);
        let told = || tongue::is_english(tokens, one) || (sure && !is_verb_elsewhere(family));
        if fits && alone && family.place != Place::Line && is_family(family) && told() {
            one.end += 1;
        }
        floor = one.end;
    }
}

/// A word in lower case that is a family's name or of which nothing is known, and which does not end as verbs do.
fn is_family(word: &Token) -> bool {
    const ENDINGS: [&[u8; 2]; 3] = [b"ed", b"ng", b"ly"];
    let verb = ENDINGS.iter().any(|ending| u32::from(u16::from_be_bytes(**ending)) == word.tail & 0xFFFF);
    let other = flag::FIRST | flag::COMMON | flag::FUNCTION | flag::TITLE | flag::REGION;
    let last = word.entry.has(flag::LAST | flag::CITY) && !word.entry.has(other);
    word.class == Class::Lower && (minutes::is_unknown(word) || last) && !verb
}

/// A word that ends as verbs do in languages that have them last, or is too short to be told from them: `bitte katrin
/// zurückrufen`.
fn is_verb_elsewhere(word: &Token) -> bool {
    /// Letters of a family's name.
    const LETTERS_MIN: usize = 5;
    const ENDINGS: [&[u8; 2]; 6] = [b"en", b"et", b"gt", b"lt", b"rt", b"st"];
    let ending = ENDINGS.iter().any(|ending| u32::from(u16::from_be_bytes(**ending)) == word.tail & 0xFFFF);
    !word.entry.has(flag::LAST) && (ending || word.len() < LETTERS_MIN)
}

/// Finds who is called by what he is in the family (`grandma rose`, `grandpa joe`), and whom words of Polish and Catalan stand
/// before as titles do (`u pani Wandy`).
pub(super) fn kin(tokens: &[Token], named: &mut Vec<Named>) {
    let other = flag::FUNCTION | flag::ORGANISATION | flag::COMPANY | flag::TITLE;
    for (at, name) in tokens.iter().enumerate().skip(1) {
        let before = token(tokens, at - 1);
        let called = name.class == Class::Lower && name.entry.has(flag::FIRST) && !name.entry.has(flag::FUNCTION);
        let titled = name.class == Class::Capital && before.class == Class::Lower && !name.entry.has(other);
        let titled = titled
            && LADIES.has(before)
            && !named.iter().any(|one| one.of == Type::Person && one.end > at && one.first <= at);
        if titled || (called && KIN.has(before)) {
            // `joe we`
            named.retain(|one| one.of != Type::Organization || one.first != at);
            subject::person(named, at, at + 1);
        }
    }
}

/// Titles that are written small.
static LADIES: WordSet<7> = WordSet::new("pani pana panu panem senyora senyor senyoreta");

/// Who is called so and by the name.
static KIN: WordSet<7> = WordSet::new("grandma grandpa granny nana auntie aunty aunt");

/// Finds two words of which nothing is known but that one may be a name, beside everyday words alone, in a short note of English in
/// lower case: `dinner obafemi adesanya`, `anna okonjo refund`.
pub(super) fn strangers(tokens: &[Token], named: &mut Vec<Named>) {
    /// Tokens of such a note.
    const TOKENS_MAX: usize = 7;
    let is_name = |word: &Token| minutes::is_unknown(word) || minutes::is_known(word);
    let said = |word: &Token| word.entry.has(flag::COMMON | flag::FUNCTION);
    let words = || tokens.iter().filter(|word| word.class.is_word());
    // In other languages hardly a verb is known.
    let own = |word: &Token| word.entry.has(flag::FUNCTION) && !tongue::is_english_word(word);
    let fits = |word: &Token| {
        let strange = own(word) || tongue::is_strange_word(word);
        word.class == Class::Lower && (is_name(word) || said(word)) && !strange
    };
    if tokens.len() > TOKENS_MAX || !words().all(fits) {
        return;
    }
    if words().filter(|word| is_name(word)).count() == 2
        && words().any(said)
        && let Some(at) = tokens.windows(2).position(|pair| {
            pair.iter().all(|word| word.class == Class::Lower && is_name(word))
                && pair.iter().any(minutes::is_unknown)
                && !is_glued(pair, 1)
        })
    {
        // `yusuf demir 0532`, of which the number was taken in
        named.retain(|one| one.of != Type::Person || one.end <= at || one.first >= at + 2);
        subject::person(named, at, at + 2);
    }
}

/// Finds names as tickets have them, however they were found in parts.
pub(super) fn tickets(tokens: &[Token], named: &mut Vec<Named>) {
    for (at, here) in tokens.iter().enumerate() {
        if here.is(b'/')
            && let Some((first, end)) = ticketed(tokens, at)
        {
            widen(named, Type::Person, first, end);
        }
    }
}

/// Tells whether a short text names somebody in such a way, or is a name and a question: `Katherine?`.
pub(super) fn shows(tokens: &[Token]) -> bool {
    if let [name, mark] = tokens
        && mark.is(b'?')
    {
        return name.class == Class::Capital && minutes::is_known(name);
    }
    let mut named = Vec::new();
    notes(tokens, &mut named);
    !named.is_empty()
}

/// Tells whether a short text is one whose form shows it in whatever field: a ticket's name, or for whose attention it is.
pub(super) fn shows_anywhere(tokens: &[Token]) -> bool {
    let named = |at: usize| ticketed(tokens, at).is_some();
    let head = token(tokens, 0);
    (FOR.has(head) && headed(tokens, 0).is_some())
        || (0..tokens.len()).any(|at| token(tokens, at).is(b'/') && named(at))
}

/// Tells whether a word of this hash may be such a head.
pub(super) fn may_be(word: u64) -> bool {
    FOR.has_word(word)
}

/// What is done to somebody, right before the name: `call`, `told`.
pub(super) fn is_asked(word: &Token) -> bool {
    ASKED.has(word)
}

/// A word that is a name where somebody is named: known as one, or unknown and as names are written.
fn is_whom(word: &Token) -> bool {
    word.class == Class::Capital && (minutes::is_known(word) || (minutes::is_unknown(word) && !minutes::is_role(word)))
}

/// The end of a name that begins at a token, with the words behind that go on with it.
fn whole(tokens: &[Token], first: usize) -> Option<(usize, usize)> {
    let given = token(tokens, first);
    let both = given.class == Class::Capital && given.entry.has(flag::FIRST);
    let next = token(tokens, first + 1);
    // `Grace Okonjo`, of which the first is a word by itself.
    let second = both && next.class == Class::Capital && next.place != Place::Line && is_whom(next);
    let end = name_end(tokens, first);
    ((is_whom(given) || second) && end > first).then_some((first, end))
}

/// `@Katherine`, no `@Override` and no `me@Katherine`.
fn mentioned(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let name = token(tokens, at + 1);
    let apart = !is_glued(tokens, at) && is_glued(tokens, at + 1) && !is_glued(tokens, at + 2);
    let ends = matches!(token(tokens, at + 2).class, Class::Punctuation | Class::Clitic);
    let free = !is_glued(tokens, at) && is_glued(tokens, at + 1) && ends;
    ((apart || free) && name.class == Class::Capital && minutes::is_known(name)).then_some((at + 1, at + 2))
}

/// `w/ Hettie`, `c/o Okonjo`.
fn beside(tokens: &[Token], stroke: usize) -> Option<(usize, usize)> {
    let before = token(tokens, stroke.checked_sub(1)?);
    let letter = |one: &Token, of: u8| one.len() == 1 && one.head == u32::from(of);
    if !is_glued(tokens, stroke) {
        return None;
    }
    let care = letter(before, b'c') && letter(token(tokens, stroke + 1), b'o') && is_glued(tokens, stroke + 1);
    let with = letter(before, b'w') && before.class == Class::Lower && !is_glued(tokens, stroke + 1);
    let first = skip_titles(tokens, stroke + 1 + usize::from(care));
    let name = token(tokens, first);
    // `w/ Bluetooth`; `c/o Rhinorrhoea`: a patient complains of it
    let known = minutes::is_known(name) || (care && before.place == Place::Line);
    ((care || with) && known).then(|| whole(tokens, first)).flatten()
}

/// Somebody and a telephone's number, and no more, in a line or one of a list: `Hettie 555 0199`, `Anna: 082 555 0101, Peter: …`.
fn phoned(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let name = token(tokens, at);
    let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let begins = name.place == Place::Line || before.is(b',') || before.is(b';');
    let first = name.entry.has(flag::FIRST);
    let town = name.entry.has(flag::CITY) && !first;
    // `Okonjo 555 0199`
    let unknown = name.place == Place::Line && name.class == Class::Capital && is_unknown(name);
    if !begins || !(minutes::is_known(name) || unknown) || town || PHONES.has(name) {
        return None;
    }
    // `siobhan 555 0199`, `anna okonjo 555 0199`
    let small = name.class == Class::Lower && first && !name.entry.has(flag::COMMON);
    let family = token(tokens, at + 1);
    let two = family.class == Class::Lower && (minutes::is_known(family) || minutes::is_unknown(family));
    let called = if small { (at, at + 1 + usize::from(two)) } else { whole(tokens, at)? };
    let mark = token(tokens, called.1);
    let number = called.1 + usize::from(mark.is(b':') || mark.is(b'-') || mark.is(b','));
    // `Mobiel: 0612345678`: an unknown word before a colon is a label.
    let label = unknown && !minutes::is_known(name) && number > called.1;
    (!label && is_phone(tokens, number)).then_some(called)
}

/// Somebody of an age or height, at the start of a line: `Julia 2.5 years old`, `Hugo 1.80 m tall`.
fn is_measured(tokens: &[Token], at: usize) -> bool {
    let (name, number) = (token(tokens, at), token(tokens, at + 1));
    let behind = tokens.get(at + 2..).unwrap_or_default().iter().take(3);
    name.place == Place::Line
        && name.entry.has(flag::FIRST)
        && minutes::is_known(name)
        && number.class == Class::Digits
        && behind.take_while(|one| one.class.is_word()).any(|one| MEASURED.has(one))
}

/// A word that nothing is known of, and that does not end as what is called or numbered does: `Hotline`, `Kundennummer`.
fn is_unknown(word: &Token) -> bool {
    const ENDINGS: [&[u8; 4]; 23] = [
        b"line", b"mmer", b"lefo", b"efon", b"foon", b"fono", b"fone", b"mero", b"mber", b"rufe", b"nruf", b"enst",
        b"trum", b"rale", b"tale", b"netz", b"tion", b"cion", b"zion", b"desk", b"rvis", b"vice", b"nter",
    ];
    minutes::is_unknown(word)
        && !minutes::is_role(word)
        && !ENDINGS.iter().any(|ending| word.tail == u32::from_be_bytes(**ending))
}

/// Tells whether a telephone's number begins at a token and ends its part of the line: a pattern found it, or digits in two
/// groups or more.
pub(super) fn is_phone(tokens: &[Token], at: usize) -> bool {
    /// Digits of such a number.
    const DIGITS: std::ops::RangeInclusive<usize> = 7..=15;
    /// Tokens of it.
    const TOKENS_MAX: usize = 12;
    let rest = tokens.get(at..).unwrap_or_default();
    let ends = |next: &Token| {
        matches!(next.class, Class::None | Class::Newline) || [b',', b';', b'.', b')'].iter().any(|mark| next.is(*mark))
    };
    if let Some(found) = rest.first().filter(|first| first.class == Class::Found) {
        return found.head == Kind::Phone as u32 && ends(token(rest, 1));
    }
    let joins = |one: &Token| [b'+', b'-', b'(', b')', b'/', b'.'].iter().any(|mark| one.is(*mark));
    let len = rest.iter().take(TOKENS_MAX).take_while(|one| one.is_whole_number() || joins(one)).count();
    let own = rest.get(..len).unwrap_or_default();
    let groups = own.iter().filter(|one| one.class == Class::Digits).count();
    let digits: usize = own.iter().filter(|one| one.class == Class::Digits).map(Token::len).sum();
    groups >= 2 && DIGITS.contains(&digits) && (ends(token(rest, len)) || own.last().is_some_and(ends))
}

/// `MÜLLER/HANS MR`
fn ticketed(tokens: &[Token], stroke: usize) -> Option<(usize, usize)> {
    /// Letters of the shortest family name.
    const LETTERS_MIN: usize = 2;
    let first = stroke.checked_sub(1)?;
    let name = |at: usize| {
        let one = token(tokens, at);
        let word =
            one.entry.has(flag::COMMON | flag::FUNCTION | flag::THING) && !one.entry.has(flag::FIRST | flag::LAST);
        one.class == Class::Upper && one.len() >= LETTERS_MIN && !word
    };
    let glued = is_glued(tokens, stroke) && is_glued(tokens, stroke + 1);
    // Two given names and no more.
    let last = stroke + 1 + usize::from(name(stroke + 2) && !TICKET_TITLES.has(token(tokens, stroke + 2)));
    let title = token(tokens, last + 1);
    // `HDMI/VGA MR 200`
    let counted = matches!(token(tokens, last + 2).class, Class::Digits | Class::Alphanumeric);
    let titled = title.class == Class::Upper && TICKET_TITLES.has(title) && !counted;
    (glued && name(first) && name(stroke + 1) && titled).then_some((first, last + 1))
}

/// `FAO Okonjo`, `Attn.: Katherine Johnson`, `RIP Gordon`, `AOB – Okonjo`, `Pt Halvorsen seen`.
fn headed(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let head = token(tokens, at);
    let upper = head.class == Class::Upper;
    let stop = usize::from(token(tokens, at + 1).is(b'.') && is_glued(tokens, at + 1));
    let mark = token(tokens, at + 1 + stop);
    // `–` is as long as that.
    let dash = mark.class == Class::Punctuation && mark.end - mark.start == 3;
    let parted = mark.is(b':') || mark.is(b'-') || dash;
    let first = skip_titles(tokens, at + 1 + stop + usize::from(parted));
    let (name, called) = (token(tokens, first), whole(tokens, first)?);
    let next = token(tokens, called.1);
    if AOB.has(head) {
        // `AOB: Parking.`
        let says =
            next.is(b':') || next.class == Class::Lower || (minutes::is_known(name) && !is_glued(tokens, called.1));
        let alone = matches!(next.class, Class::None | Class::Newline);
        return (parted && upper && (says || alone)).then_some(called);
    }
    if REST.has(head) {
        return (upper && !parted).then_some(called);
    }
    Some(called)
}

/// Those who are listed behind `Apologies from`, `Present:`.
fn listed(tokens: &[Token], at: usize, named: &mut Vec<Named>) {
    /// Names of a list.
    const NAMES_MAX: usize = 40;
    let way = token(tokens, at + 1);
    let mut first = at + 2;
    if !(FROM.has(way) || way.is(b':')) {
        return;
    }
    for _ in 0..NAMES_MAX {
        first = skip_titles(tokens, first);
        let Some((_, end)) = whole(tokens, first) else { return };
        let next = token(tokens, end);
        let goes_on = next.is(b',') || next.is(b';') || next.is(b'&') || (next.class == Class::Lower && AND.has(next));
        let ends = matches!(next.class, Class::None | Class::Newline) || next.is(b'.') || next.is(b'(');
        if !goes_on && !ends {
            return;
        }
        subject::person(named, first, end);
        if ends {
            return;
        }
        first = end + 1 + usize::from(AND.has(token(tokens, end + 1)));
    }
}

/// What is done to somebody, right before the name.
static ASKED: WordSet<11> = WordSet::new("call ask tell email phone text remind called asked told emailed");

/// What stands before whom something is said of, in other languages than English: no verb comes behind the name.
static BEFORE: WordSet<31> = WordSet::new(
    "mit von fur bei bitte fra till upp med til hos met voor van naar door pour avec chez de con para por per da di com \
     ao a an par",
);

/// What telephones are called.
static PHONES: WordSet<17> = WordSet::new(
    "tel fax mob mobil mobiel mobile cell handy telefon telefono telefone telephone phone gsm whatsapp home office",
);

/// What is said of somebody's age and height.
static MEASURED: WordSet<4> = WordSet::new("old tall yo y/o");

/// For whose attention something is.
static FOR: WordSet<2> = WordSet::new("fao attn");
static REST: WordSet<1> = WordSet::new("rip");
static AOB: WordSet<2> = WordSet::new("aob aocb");
static HEADS: WordSet<6> = WordSet::new("fao attn rip aob aocb pt");

/// What lists of names in minutes begin with.
static LISTS: WordSet<21> = WordSet::new(
    "apologies regrets attendees absent present anwesend entschuldigt teilnehmer aanwezig afwezig absents presentes \
     asistentes ausentes presenti assenti obecni nieobecni narvarande franvarande tilstede",
);
static FROM: WordSet<1> = WordSet::new("from");
static AND: WordSet<2> = WordSet::new("and und");

/// Titles behind names on tickets.
static TICKET_TITLES: WordSet<8> = WordSet::new("mr mrs ms miss mstr dr chd inf");

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn who_stands_before_a_telephones_number_is_somebody() {
        check("<A:Okonjo 555 0199>", &["Person Okonjo"]);
        check("anna okonjo 082 555 0101", &["Person anna okonjo"]);
        check("anna nowak: 082 555 0101", &["Person anna nowak"]);
        check("Mobiel: 082 555 0101, Hettie: 082 555 0102", &["Person Hettie"]);
        check("Kundenhotline 0800 123 4567\nBestellnummer 555 0199\nFestnetz 030 555 0199", &[]);
    }

    #[test]
    fn two_strangers_in_a_short_note_of_english_are_somebody() {
        check("dinner obafemi adesanya", &["Person obafemi adesanya"]);
        check("voor het laatst gepubliceerd op", &[]);
    }

    #[test]
    fn who_is_listed_as_present_is_somebody_in_other_languages() {
        check("Anwesend: Katrin Uhlig, Xqwelia", &["Person Katrin Uhlig", "Person Xqwelia"]);
        check("Presents: Xqwelia, Drommdo. Anwesend: alle", &[]);
    }

    #[test]
    fn who_is_of_an_age_or_height_is_somebody() {
        check("Julia 2.5 years old, seen today", &["Person Julia"]);
        check("Hugo 1.80 m tall, no allergies", &["Person Hugo"]);
        check("Julia 2.5 is out. Hugo 1.80 m of rope", &[]);
    }

    #[test]
    fn a_name_in_lower_case_goes_on_with_the_family() {
        check("the will names <P:beatrice> langford as sole heir", &["Person beatrice langford"]);
        check("we told <P:beatrice> that she is late", &["Person beatrice"]);
        check(
            "we told <P:beatrice> yesterday; she and <P:beatrice> refactored it",
            &["Person beatrice", "Person beatrice"],
        );
        check("bitte <P:beatrice> langfordi anrufen", &["Person beatrice langfordi"]);
        check("mormor <P:beatrice> langfordi anrufen wenn sie heute bei uns ist", &["Person beatrice"]);
        check("bitte <P:beatrice> zurückbringen wenn sie heute bei uns anruft", &["Person beatrice"]);
        check("Bitte <P:beatrice> langfordi anrufen", &["Person beatrice"]);
        check("ligar para tiago <L:bragança> amanhã", &["Person tiago bragança"]);
        check("ligar para tiago-<L:bragança>, está em <L:bragança>", &["Location bragança", "Location bragança"]);
        check("bitte <p:beatrice> langfordi anrufen wenn sie heute bei uns anruft", &["Person beatrice"]);
    }

    #[test]
    fn who_is_called_by_what_he_is_in_the_family_is_somebody() {
        check(
            "tell grandma rose and <O:grandpa joe> we are late, and grandma too",
            &["Person rose", "Organization grandpa joe"],
        );
        check("tell grandpa <O:joe we>'ll be late", &["Person joe"]);
        check("niech zostawi u pani Wandy; sopar amb la senyora Puigdevall", &["Person Wandy", "Person Puigdevall"]);
    }
}
