//! Whether a value is free text: what people write to people, not an id, a code or a name of a thing.

use super::east;
use super::fold::fold;
use super::grammar;
use super::hash::{FNV_START, fnv, spread};
use super::lexicon::{Entry, Lexicon, flag};
use super::logged;
use super::markup;
use super::quoted::Lines;
use super::token::{Class, Token, Tokenizer};
use super::words::WordSet;
use crate::model::Span;

/// Words that free text has at least.
const WORDS_MIN: usize = 4;
/// First tokens of a value whose form may tell that it is free text.
const FORM_MAX: usize = 24;

/// Tells whether a text has at least four words of which one is an everyday word in lower case, or whether its form shows
/// what the tagger finds: an address, a greeting, a close and who signs, a labelled line.
///
/// Where nothing is in lower case, an everyday word in upper case does. What is part of a code, a path or an escape is
/// no word; what begins as programs name themselves (`curl/8.5.0`, RFC 9110 section 10.1.5) is no free text.
pub(crate) fn is_free_text(text: &str, lexicon: Lexicon<'_>) -> bool {
    let gaps = text.bytes().filter(|byte| matches!(byte, b' ' | b'\n' | b'\t')).take(WORDS_MIN - 1).count();
    if east::shows(text) || logged::shows(text, lexicon) {
        return true;
    }
    if gaps == 0 || names_a_program(text) {
        return false;
    }
    // `<p>Anna Berg</p>`
    if markup::between(text).any(|part| is_name_alone(part, lexicon)) {
        return true;
    }
    let formed = || may_show(text) || (gaps >= WORDS_MIN - 1 && may_tell_who(text, lexicon));
    (gaps >= WORDS_MIN - 1 && is_sentence(text, lexicon)) || (formed() && shows(text, lexicon))
}

/// Tells at a glance whether a text may be somebody's name and an address: a number stands in it, and it begins with a name, a
/// title or an initial.
fn may_tell_who(text: &str, lexicon: Lexicon<'_>) -> bool {
    /// First bytes that are looked at.
    const BYTES_MAX: usize = 128;
    let numbered = text.as_bytes().windows(2).take(BYTES_MAX).any(|pair| matches!(pair, [b' ', b'0'..=b'9']));
    let initial = || matches!(text.as_bytes(), [_, b' ' | b'.', ..]);
    let name = || lexicon.get(first_word(text)).has(flag::FIRST | flag::LAST | flag::TITLE);
    numbered && text.starts_with(char::is_uppercase) && (initial() || name())
}

/// Tells whether a text is what somebody wrote, of which its field's name says so: a word in lower case is enough, somebody
/// who is called or asked, or a name in a word or two. Things with their numbers (`Pizza Roma 12`) and what machines write
/// (`ORDER_CREATED`, `OK`, `Summer Rose`) are none.
pub(crate) fn is_note(text: &str, lexicon: Lexicon<'_>) -> bool {
    /// First tokens of a value that tell.
    const TOKENS_MAX: usize = 64;
    /// Words of a note that is hardly more than a name.
    const SHORT: usize = 3;
    /// Digits of a phone number.
    const PHONE_MIN: usize = 7;
    if names_a_program(text) {
        return false;
    }
    // `@Katherine`, `Katherine?`, `w/ Hettie`
    if text.contains(['@', '?', '/', ' ']) && shown(text, lexicon, grammar::notes) {
        return true;
    }
    if !text.trim().contains([' ', '\n', '\t']) {
        return false;
    }
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let (mut words, mut lower, mut numbers) = (0_usize, 0_usize, 0_usize);
    let (mut asks, mut named, mut begins, mut before) = (false, 0_usize, false, Token::BEYOND);
    let (mut after_name, mut paired) = (false, false);
    // `082 555 12 34` is one number, and as long as that it counts no things.
    let mut run = 0_usize;
    for token in std::iter::from_fn(|| tokenizer.next()).take(TOKENS_MAX) {
        let joins = run > 0 && token.class == Class::Punctuation && b"-./()+".iter().any(|mark| token.is(*mark));
        if matches!(token.class, Class::Digits | Class::Alphanumeric) {
            numbers += usize::from(run == 0);
            let whole = run < PHONE_MIN;
            run += token.len();
            numbers -= usize::from(whole && run >= PHONE_MIN && token.class == Class::Digits);
        } else if !joins {
            run = 0;
        }
        begins |= before.class == Class::None && token.class.is_word();
        let stands = if token.class.is_word() { stands(text, &token) } else { Stands::Inside };
        if stands != Stands::Inside {
            words += 1;
            lower += usize::from(stands == Stands::Alone && token.class == Class::Lower && token.len() >= 2);
            asks |= words == 2 && token.class.is_big() && (ASKS.has(&before) || DID.has(&before));
            // `Laura` and `Paris` are towns as well; what it is, the tagger says.
            let somebody =
                token.class.is_big() && is_somebody(Entry { flags: token.entry.flags & !flag::CITY, ..token.entry });
            named += usize::from(somebody);
            // What is sold begins with its maker: `Paul Smith 12 Stripe Socks`.
            paired |= somebody && after_name && words > 2;
            after_name = somebody;
        }
        before = token;
    }
    let written = lower > numbers || (begins && lower >= numbers.max(1));
    // `Attendees: Katherine Vance, Yusuf Demir`
    let listed = named >= 2 && text.contains([',', ';', '/', '&']);
    // `Interview Peter Hansen 14:00`
    let names = paired || (numbers == 0 && ((words <= SHORT && named > 0) || listed));
    words >= 2 && (written || asks || names || is_name_alone(text, lexicon))
}

/// Tells whether a word of a text is known as a given name, and is no everyday word and no town that hardly anybody is called
/// as (`brak`), or whether every word of it is known as a name.
pub(crate) fn has_name(text: &str, lexicon: Lexicon<'_>) -> bool {
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let (mut any, mut all) = (false, true);
    for word in std::iter::from_fn(|| tokenizer.next()).filter(|token| token.class.is_word()) {
        let entry = word.entry;
        let said = entry.has(flag::FUNCTION) || (entry.has(flag::COMMON) && !entry.has(flag::RATHER_NAME));
        any |= entry.has(flag::FIRST) && !said && (entry.has(flag::LAST) || !entry.has(flag::CITY));
        all &= entry.has(flag::FIRST | flag::LAST);
    }
    any || all
}

/// Where the words of a text stand, and those of them that are no everyday words: read once for all parts of it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Everyday {
    /// The first word and the last one.
    words: Option<(Span, Span)>,
    /// The same of those that are no everyday words.
    others: Option<(Span, Span)>,
}

impl Everyday {
    /// Reads a text.
    pub(crate) fn of(text: &str, lexicon: Lexicon<'_>) -> Self {
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        let mut read = Self::default();
        for word in std::iter::from_fn(|| tokenizer.next()).filter(|token| token.class.is_word()) {
            let here = Span::new(word.start, word.end);
            let note = |ends: &mut Option<(Span, Span)>| *ends = Some((ends.map_or(here, |(first, _)| first), here));
            note(&mut read.words);
            if !word.entry.has(flag::COMMON | flag::FUNCTION) {
                note(&mut read.others);
            }
        }
        read
    }

    /// Tells whether everyday words stand around a part of the text, and nothing but such words.
    pub(crate) fn surround(&self, part: Span) -> bool {
        let is_outside = |(first, last): (Span, Span)| first.end <= part.start || last.start >= part.end;
        self.words.is_some_and(is_outside) && !self.others.is_some_and(is_outside)
    }
}

/// Tells whether a word is known as a name, and as nothing else.
const fn is_somebody(entry: Entry) -> bool {
    const OTHER: u16 = flag::CITY
        | flag::REGION
        | flag::COMPANY
        | flag::ORGANISATION
        | flag::THING
        | flag::STREET
        | flag::NATION
        | flag::TITLE
        | flag::FUNCTION;
    let word = entry.has(flag::COMMON) && !entry.has(flag::RATHER_NAME);
    entry.has(flag::FIRST | flag::LAST) && !entry.has(OTHER) && !word
}

/// A given name and a family's, of which one is no everyday word: no `Summer Rose`.
fn is_name_alone(text: &str, lexicon: Lexicon<'_>) -> bool {
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let rare = |token: Token| token.class.is_word() && !token.entry.has(flag::COMMON | flag::THING | flag::COMPANY);
    is_name(text, lexicon) && std::iter::from_fn(|| tokenizer.next()).any(rare)
}

/// What a note begins with before whom it is about.
static ASKS: WordSet<29> = WordSet::new(
    "ask call tell email mail contact phone see meet met thank ping text remind invite per from for attn re cc via \
     anruf ruckruf termin bitte rappel rappeler llamar",
);

/// What was done to whom a note is about, as it begins: `CALLED PRIYANKA SHAH`.
static DID: WordSet<14> =
    WordSet::new("called rang phoned spoke texted emailed mailed visited met saw asked told reminded informed");

/// Small and frequent words of languages of which the lexicon has others.
static EVERYDAY: WordSet<110> = WordSet::new(
    "tak byc przy moze jej bylo panu ktory ktora takze bardzo dzis jutro wczoraj wiec gdy tego bude pri nebo mam \
     jste zitra vcera pre bol zajtra kao koji kod gospodin gospoda nije ovo hanim yarin fel kell holnap tegnap aki \
     ezt azt ovat jalkeen huomenna eilen tanaan skall idag imorgon igar hvis deg dupa prin domnul doamna astazi \
     maine ieri к из бы была ее при еще сегодня пожалуйста про є вже ще її си че като има това τη μου τι κυριοσ \
     κυρια αυριο σημερα χθεσ παρακαλω apie nav oleh tolong besok vao kuwa kama sasa tambe nje qe nuk það við \
     zadzwonic zadzwonil zadzwonila prosil prosila oddzwonic",
);

/// Tells whether all of a text is written as a person's name, of which the first word is known as a given name and the last
/// as a family's or as nothing else: `Maria Lopez`, no `Summer Sale`.
pub(crate) fn is_name(text: &str, lexicon: Lexicon<'_>) -> bool {
    /// Words of a name, and its bytes.
    const WORDS_MAX: usize = 4;
    const BYTES_MAX: usize = 64;
    let gaps = text.bytes().filter(|byte| *byte == b' ').take(WORDS_MAX).count();
    if !(1..WORDS_MAX).contains(&gaps) || text.len() > BYTES_MAX {
        return false;
    }
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let (mut first, mut last) = (None, None);
    let other = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::STREET | flag::NATION;
    while let Some(token) = tokenizer.next() {
        let entry = token.entry;
        let small = token.class.is_word() && entry.has(flag::PARTICLE | flag::TITLE);
        let hyphen = token.is(b'-') || token.is(b'.');
        let named = entry.has(flag::FIRST | flag::LAST);
        let written = token.class.is_big() && (named || !entry.has(flag::COMMON | flag::FUNCTION | other));
        if !(small || hyphen || written) {
            return false;
        }
        if written && !(small && first.is_none()) {
            first = first.or(Some(entry));
            last = Some(entry);
        }
    }
    let (Some(first), Some(last)) = (first, last) else { return false };
    let plain = last.has(flag::LAST) || !last.has(flag::COMMON | flag::CITY | flag::REGION | other);
    // `Ray Pope`, of whom both are words as well
    first.has(flag::FIRST) && plain && (!first.has(flag::COMMON) || last.has(flag::LAST))
}

/// Tells from the bytes whether a text can show anything by its form: at a glance, most values cannot.
fn may_show(text: &str) -> bool {
    /// First bytes that are looked at.
    const BYTES_MAX: usize = 128;
    /// Bytes of a short close and who signs below.
    const SIGNED_MAX: usize = 64;
    /// Capitals of `MÜLLER/HANS MR`.
    const TICKET_MIN: usize = 6;
    /// Letters of the shortest address.
    const LETTERS_MIN: usize = 3;
    let bytes = text.as_bytes();
    let (mut letters, mut capitals, mut digits) = (0_usize, 0_usize, 0_usize);
    let (mut parts, mut bracket, mut lines, mut stroke) = (false, false, false, false);
    // Digits in a row: three and more may be of a code of the post before a town.
    let mut run = 0_usize;
    let mut colon = None;
    for (at, byte) in bytes.iter().enumerate().take(BYTES_MAX) {
        // `4DY` ends a code of the post, too.
        let ends = at.checked_sub(3).and_then(|from| bytes.get(from..at));
        let coded = || matches!(ends, Some([b'0'..=b'9', b'A'..=b'Z', b'A'..=b'Z']));
        parts |= *byte == b' ' && (run >= 3 || coded());
        run = if byte.is_ascii_digit() { run + 1 } else { 0 };
        match byte {
            b'a'..=b'z' | 0x80..=0xBF => letters += 1,
            // The first byte of a letter beyond ASCII, which may be a capital.
            0xC0.. => (letters, capitals) = (letters + 1, capitals + 1),
            b'A'..=b'Z' => (letters, capitals) = (letters + 1, capitals + 1),
            b'0'..=b'9' => digits += 1,
            b',' | b';' | b'|' => parts = true,
            b'\n' => (parts, lines) = (true, true),
            b'<' => bracket = true,
            b'/' => stroke = true,
            b':' if colon.is_none() => colon = Some(at),
            _ => {}
        }
    }
    // `2AA` ends a code of the post.
    let ends_in_number = bytes.iter().rev().take(3).any(u8::is_ascii_digit);
    // `L-1234 Luxembourg` begins with the letters of its country.
    let begins_with_number = match bytes {
        [b'A'..=b'Z', b'-', digit, ..] | [b'A'..=b'Z', b'A'..=b'Z', b'-', digit, ..] => digit.is_ascii_digit(),
        [digit, ..] => digit.is_ascii_digit(),
        [] => false,
    };
    let first = first_word(text);
    // `[10:32] anna: hi`
    let spoken = bytes.first() == Some(&b'[') && digits > 0 && letters > 0;
    // `PO Box 12345 00100 Nairobi`
    let boxed =
        [b"po ".as_slice(), b"p.o"].iter().any(|sign| bytes.get(..3).is_some_and(|own| own.eq_ignore_ascii_case(sign)));
    // `12b high st`
    let cased = capitals > 0 || begins_with_number;
    let numbered =
        digits > 0 && letters >= LETTERS_MIN && cased && (parts || ends_in_number || begins_with_number || boxed);
    numbered
        || spoken
        || (capitals >= TICKET_MIN && stroke)
        || (lines && bytes.len() <= SIGNED_MAX)
        || bracket
        || bytes.get(..3).is_some_and(|sign| sign.eq_ignore_ascii_case(b"c/o") || sign == b"B.P")
        || grammar::may_begin_letter(first)
        || grammar::may_introduce(first)
        // `Two Way Street, London`
        || (parts && capitals >= 3 && grammar::may_be_house(first))
        || colon.is_some_and(|at| {
            let label = text.get(..at).unwrap_or_default();
            at + 1 == bytes.len()
                || label.len() <= 32
                    && label.split([' ', '/', '\n']).any(|word| grammar::may_be_label(first_word(word)))
        })
}

/// Gives the hash of a text's first word, as its token has it.
fn first_word(text: &str) -> u64 {
    let mut hash = FNV_START;
    for c in text.chars().take_while(|c| c.is_alphanumeric()) {
        fold(c, |byte| hash = fnv(hash, byte));
    }
    spread(hash)
}

/// Tells whether the form of a text's first tokens shows something.
fn shows(text: &str, lexicon: Lexicon<'_>) -> bool {
    shown(text, lexicon, grammar::shows)
}

/// Asks a rule about a text's first tokens.
fn shown(text: &str, lexicon: Lexicon<'_>, rule: impl Fn(&[Token]) -> bool) -> bool {
    let mut tokens = [Token::BEYOND; FORM_MAX];
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let (mut count, mut lines) = (0, Lines::default());
    let read = std::iter::from_fn(|| tokenizer.next()).take(2 * FORM_MAX).filter_map(|token| lines.read(token));
    for (slot, token) in tokens.iter_mut().zip(read) {
        *slot = token;
        count += 1;
    }
    rule(tokens.get(..count).unwrap_or_default())
}

/// Tells whether a text has four words and an everyday one, or is prose by its form: it begins with a capital and half of its
/// words are in lower case, or it ends as sentences do or is of another script than Latin and one is.
fn is_sentence(text: &str, lexicon: Lexicon<'_>) -> bool {
    /// Words in lower case of prose in whatever language.
    const SMALL_MIN: usize = 2;
    let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
    let (mut words, mut everyday, mut lower, mut shouted) = (0_usize, false, false, false);
    let (mut small, mut numbers, mut other_script) = (0_usize, 0_usize, false);
    while let Some(token) = tokenizer.next() {
        numbers += usize::from(matches!(token.class, Class::Digits | Class::Alphanumeric));
        let stands = if token.class.is_word() { stands(text, &token) } else { Stands::Inside };
        if stands == Stands::Inside {
            continue;
        }
        words += 1;
        let alone = stands == Stands::Alone;
        let common = alone && (token.entry.has(flag::COMMON | flag::FUNCTION) || EVERYDAY.has(&token));
        let plain = matches!(token.class, Class::Lower | Class::Caseless) && !token.entry.has(flag::THING);
        small += usize::from(alone && plain && token.len() >= 2);
        // Latin letters are compared as those of ASCII.
        other_script |= token.tail & 0x80 != 0;
        lower |= token.class != Class::Upper && token.class != Class::Initial;
        everyday |= common && token.class == Class::Lower;
        shouted |= common && token.class == Class::Upper;
        if words >= WORDS_MIN && everyday {
            return true;
        }
    }
    let text = text.trim();
    let ends = text.ends_with(['.', '!', '?', '\u{2026}', '\u{3002}', '\u{964}']);
    let framed = ends || text.starts_with(char::is_uppercase);
    // `Позвоните Ивану Петрову утром`
    let least = if ends || other_script { 1 } else { SMALL_MIN.max(words.div_ceil(2)) };
    let prose = framed && small >= least && small > numbers;
    words >= WORDS_MIN && (prose || (shouted && !lower))
}

/// What a word stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    /// Between spaces and the marks of sentences.
    Alone,
    /// Beside a hyphen.
    Joined,
    /// In something that is no word: a code, a path, an escape.
    Inside,
}

fn stands(text: &str, token: &Token) -> Stands {
    let bytes = text.as_bytes();
    let before = token.start.checked_sub(1).and_then(|at| bytes.get(at)).copied().unwrap_or(b' ');
    let after = bytes.get(token.end).copied().unwrap_or(b' ');
    let begins = matches!(before, b' ' | b'\n' | b'\r' | b'\t' | b'(' | b'"' | b'\'' | 0x80..);
    let ends =
        matches!(after, b' ' | b'\n' | b'\r' | b'\t' | b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b'\'' | 0x80..);
    match (begins || before == b'-', ends || matches!(after, b'-' | b'"')) {
        (true, true) if begins && ends => Stands::Alone,
        (true, true) => Stands::Joined,
        _ => Stands::Inside,
    }
}

/// Tells whether a text begins with a program and its version.
fn names_a_program(text: &str) -> bool {
    let first = text.split([' ', '\n', '\t']).next().unwrap_or_default();
    first.split_once('/').is_some_and(|(name, version)| {
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
            && version.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: bool) {
        assert_eq!(is_free_text(text, crate::detect::tagger::builtin().lexicon()), expected, "{text}");
    }

    #[test]
    fn what_people_write_is_free_text() {
        check("Please call Katherine Johnson", true);
        check("call Anna-Lena Weiss-Müller please", true);
        check("\"we'll see\", she said, and left", true);
        check("PLEASE CALL ME BACK TODAY", true);
        check("er wohnt in Hamburg", true);
    }

    /// Fields of all names: `shipTo`, `recipient`, `comment`.
    #[test]
    fn a_name_and_an_address_alone_are_free_text() {
        for text in [
            "Sarah Pargeter 12 High Street Leeds",
            "Tom Becker 27 Willow Crescent Kettering",
            "Mrs Okonkwo 14 Mill Lane Bath",
            "J Smith 4 Station Road Crewe CW1 2AB",
            "Grace Obi 14b Marlborough Avenue Hull HU5 3JR",
            "Anna Schmidt Hauptstra\u{df}e 5 Berlin",
            "Maria Rossi Via Garibaldi 12 Milano",
            "東京都千代田区丸の内1-9-1",
            "Linda Wu 350 Fifth Avenue Apt 4B New York NY 10118",
        ] {
            check(text, true);
        }
        for text in [
            "Tommy Hilfiger 5 Pocket Street Jeans",
            "Paul Smith 12 Stripe Road Socks",
            "Elizabeth Arden 5th Avenue 100ml",
            "Jordan 11 Retro Court Purple",
            "Victor 5 Drive Unit",
            "Samsung Galaxy S21 128GB Phantom Gray",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn what_shows_by_its_form_is_free_text() {
        for text in [
            "Best,\nAda",
            "Mit freundlichen Gr\u{fc}\u{df}en\nJ\u{f6}rg Maier",
            "Dear Ms Okafor,",
            "Hi Bob",
            "Ch\u{e8}re Ad\u{e8}le,",
            "12 Station Road, Woking, GU22 7AA",
            "5 Elm St",
            "Hauptstra\u{df}e 5",
            "C/ Mayor 5",
            "Boston, MA 02115",
            "PO Box 77",
            "Name: Ada Lovelace",
            "PLZ: 10115",
            "my postcode is SW1A 2AA",
            "Mr Ndlovu called",
            "Dr. Ndlovu",
            "Mrs Achieng Otieno",
            "mother: Mele Fifita",
            "born in Gori",
            "lives in Apia",
            "c/o Mele Fifita",
            "B.P. 1180 Dakar",
            "Unit 3 Mr Singh",
            "Plot 14, Kampala Road",
            "Two Way Street, London",
            "Ada Lovelace <ada@example.org>",
            "[10:32] anna: hi",
            "12b high st",
            "12b high st, leeds",
            "Ranelagh, Dublin 6",
            "Apt 4, Dublin 6W",
            "RR 3 Site 12 Box 7",
            "PO Box 12345 00100 Nairobi",
            "г. Москва, ул. Ленина, дом 5",
            "MR CROOK",
            "mr. banda",
            "Mr A Khan",
        ] {
            check(text, true);
        }
        for text in [
            "Hello World",
            "Dear Customer,",
            "Best,\nCustomer Support",
            "Highway 61",
            "Unit 3 Mr",
            "Room 12 Master Key",
            "Order ID 12345",
            "iPhone 15 Pro, 256 GB",
            "Status: OK",
            "Mr. Speaker",
            "Dr. no",
            "born in 1984",
            "Version: 2.4.1",
            "[10:32:01] ERROR: timeout",
            "Sales <sales@example.org>",
            "10 mile drive",
            "2 way radio",
            "Version 12 Main Branch",
            "mr review",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn prose_is_known_by_its_form_in_any_language() {
        for text in [
            "Klient Kowalski dzwonił wieczorem do biura",
            "Ayşe Yılmaz sabah saat beşte gelecek",
            "Matti Virtanen soittaa iltapäivällä takaisin",
            "Позвоните Ивану Петрову утром",
            "Ελάτε στον Γιώργο αύριο",
            "pani anna przyszła wczoraj",
            "Kowalski Jan prosi Nowaka.",
        ] {
            check(text, true);
        }
        for text in ["Nike Air Zoom pegasus", "Volkswagen Golf 8 gti tdi 4motion 150", "kubectl nginx redis postgres"] {
            check(text, false);
        }
    }

    #[test]
    fn a_word_or_two_are_what_somebody_wrote_where_the_field_says_so() {
        let lexicon = crate::detect::tagger::builtin().lexicon();
        for note in [
            "ask Katherine Johnson",
            "Katherine Johnson",
            "call Okonjo",
            "Call Okonjo",
            "spoke w/ Tagliabue",
            "Rückruf Müller",
            "vu avec Dupont",
            "oddzwonić do Kowalskiej",
            "ASK KATHERINE",
            "call Anna 5pm",
            "Attendees: Katherine Vance, Yusuf Demir, Priya",
        ] {
            assert!(is_note(note, lexicon), "{note}");
        }
        for other in [
            "OK",
            "ORDER_CREATED",
            "a1b2-Paris-77",
            "Pizza Roma 12",
            "Philips Hue E27 9W, 2 pcs",
            "eth0: link up, 1000 Mbps",
            "Summer Rose",
            "Payment Failed",
            "curl/8.5.0 on Linux",
            "Katherine",
            "",
        ] {
            assert!(!is_note(other, lexicon), "{other}");
        }
    }

    #[test]
    fn names_are_told_by_their_words() {
        let lexicon = crate::detect::tagger::builtin().lexicon();
        for name in [
            "Ray Pope",
            "Otto Young",
            "Maria Lopez",
            "Sven Olofsson",
            "Jean-Luc Moreau",
            "Dr. Ada Lovelace",
            "Ludwig van Beethoven",
        ] {
            assert!(is_name(name, lexicon), "{name}");
        }
        for other in
            ["Summer Sale", "Maria", "Open Ticket", "Support Team", "Maria Lopez Ltd", "Rose Garden", "maria l", ""]
        {
            assert!(!is_name(other, lexicon), "{other}");
        }
    }

    #[test]
    fn what_machines_write_is_none() {
        check("Please call back", false);
        check("Harley Davidson Road King", false);
        check("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15", false);
        check("é%20%20{\\\"a\\\": [1.0]}&#233;%zz and", false);
        check("a-b-c-d e-f-g-h i/the/j in=1", false);
    }
}
