//! What letters, mails and chats look like: greetings, closes and who signs below, headers, quotations.

mod signed;

use std::ops::Range;

use super::super::Kind;
use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::{WordMap, WordSet};
use super::{Ending, add, is_dotted, is_glued, is_name_like, name_end, skip_titles, token, widen};
use signed::{kissed, marked};

/// Finds who is greeted, who signs, who wrote; tells whether the segment ends with the close of a letter.
pub(super) fn mend(tokens: &[Token], named: &mut Vec<Named>, above: Ending) -> Ending {
    let (mut above, mut from) = (above, 0);
    let mut close = 0..0;
    while let Some(line) = next_line(tokens, from) {
        from = line.end + 1;
        if above == Ending::Close {
            let end = signature(tokens, &line);
            if end > line.start {
                // `Med vänliga` is nobody.
                named.retain(|one| one.of != Type::Person || one.first < close.start || one.end > close.end);
            }
            add(named, Type::Person, skip_titles(tokens, line.start), end);
        }
        let parts = [
            greeting(tokens, &line),
            parting(tokens, &line),
            kissed(tokens, &line),
            marked(tokens, &line, &close),
            quoted(tokens, &line),
        ];
        for (first, end) in parts {
            if first < end {
                replace(named, first..end);
            }
        }
        let (first, end) = speaker(tokens, &line);
        if first < end {
            widen(named, Type::Person, first, end);
        }
        // Between a close and who signs may stand an empty line.
        if !line.is_empty() {
            above = if closes(tokens, &line) { Ending::Close } else { Ending::Other };
            close = line;
        }
    }
    // `Rgds, Bob`
    named.retain(|one| {
        let word = token(tokens, one.first);
        let close = is_one(word, CLOSES) && !word.entry.has(flag::FIRST | flag::LAST);
        one.of != Type::Person || one.end != one.first + 1 || !close
    });
    mailboxes(tokens, named);
    listed(tokens, named);
    above
}

/// Tells whether a short text is a greeting, or ends with a close and who signs.
pub(super) fn shows(tokens: &[Token]) -> bool {
    let (mut above, mut from, mut last) = (Ending::Other, 0, 0..0);
    while let Some(line) = next_line(tokens, from) {
        from = line.end + 1;
        let signed = above == Ending::Close && signature(tokens, &line) > line.start;
        let parts = [
            greeting(tokens, &line),
            parting(tokens, &line),
            kissed(tokens, &line),
            marked(tokens, &line, &last),
            quoted(tokens, &line),
            speaker(tokens, &line),
        ];
        if signed || parts.iter().any(|(first, end)| first < end) {
            return true;
        }
        if !line.is_empty() {
            above = if closes(tokens, &line) { Ending::Close } else { Ending::Other };
            last = line;
        }
    }
    (0..tokens.len()).any(|at| mailbox(tokens, at).is_some())
}

/// Makes a person of a range where no person was found in it.
fn replace(named: &mut Vec<Named>, range: Range<usize>) {
    let inside = |one: &Named| one.first < range.end && one.end > range.start;
    // `Tag Herr Vogel` behind `Guten`
    for one in named.iter_mut().filter(|one| inside(one) && one.of == Type::Person) {
        one.first = one.first.max(range.start);
    }
    if named.iter().any(|one| inside(one) && one.of == Type::Person) {
        return;
    }
    named.retain(|one| !(inside(one) && one.first >= range.start && one.end <= range.end));
    add(named, Type::Person, range.start, range.end);
}

/// Gives the line that begins at a token, without its end; none behind the last.
fn next_line(tokens: &[Token], from: usize) -> Option<Range<usize>> {
    let rest = tokens.get(from..).filter(|rest| !rest.is_empty())?;
    let len = rest.iter().position(|token| token.class == Class::Newline).unwrap_or(rest.len());
    Some(from..from + len)
}

/// Tells whether a line is the close of a letter: `Best regards,`, `Mit freundlichen Grüßen`.
fn closes(tokens: &[Token], line: &Range<usize>) -> bool {
    /// Words of a close.
    const WORDS_MAX: usize = 5;
    let inside = tokens.get(line.clone()).unwrap_or_default();
    // Two hyphens part a signature from a mail, RFC 3676 section 4.3.
    if inside.len() > 2 * WORDS_MAX || matches!(inside, [mark] if mark.is(b'-')) {
        return matches!(inside, [mark] if mark.len() == 2);
    }
    let words = inside.iter().filter(|one| one.class.is_word()).count();
    let marks = inside.iter().rev().take_while(|one| one.class == Class::Punctuation).count();
    let plain = inside.iter().rev().skip(marks).all(|one| one.class.is_word() || one.is(b','));
    inside.first().is_some_and(|one| one.place == Place::Line)
        && (1..=WORDS_MAX).contains(&words)
        && plain
        && (inside.iter().any(is_close) || (words == 1 && inside.first().is_some_and(|one| THANKS.has(one))))
}

/// Thanks that close a letter as all of a line: `Merci,`.
static THANKS: WordSet<13> =
    WordSet::new("merci danke gracias obrigado obrigada grazie bedankt tack tak takk dzieki diky kiitos");

fn is_close(token: &Token) -> bool {
    token.entry.class == class::BYE || is_one(token, CLOSES)
}

/// Finds the end of who signs on a line: names up to its end, a comma or a bracket; lower case where all are names.
fn signature(tokens: &[Token], line: &Range<usize>) -> usize {
    let first = skip_titles(tokens, line.start);
    let end = name_end(tokens, first);
    let after = token(tokens, end);
    let ends = end >= line.end || [b',', b'|', b'(', b'/', b'-'].iter().any(|mark| after.is(*mark));
    if end > first && ends {
        return end.min(line.end);
    }
    let inside = tokens.get(line.clone()).unwrap_or_default();
    let lower = |one: &Token| is_lower_name(one);
    if (1..=2).contains(&inside.len()) && inside.iter().all(lower) { line.end } else { line.start }
}

/// Finds who is greeted: `Dear Ms Okafor,`, `Hi Bob`, `Sehr geehrter Herr Maier`.
fn greeting(tokens: &[Token], line: &Range<usize>) -> (usize, usize) {
    /// Words of a greeting.
    const WORDS_MAX: usize = 3;
    const NONE: (usize, usize) = (0, 0);
    let inside = tokens.get(line.clone()).unwrap_or_default();
    let words = inside.iter().take(WORDS_MAX).take_while(|one| is_one(one, GREETS) || is_one(one, BESIDE)).count();
    if !inside.iter().take(words).any(|one| is_one(one, GREETS))
        || inside.first().is_none_or(|one| one.place != Place::Line)
    {
        return NONE;
    }
    let comma = usize::from(token(tokens, line.start + words).is(b','));
    let first = skip_titles(tokens, line.start + words + comma);
    let end = name_end(tokens, first);
    let here = token(tokens, first);
    let lower = is_lower_name(here);
    let end = if lower && end == first { end + 1 } else { end };
    let after = token(tokens, end);
    // `Selam Tesfaye`, `Cao Wei` may be a name where nothing says that it is a greeting: a mark, lines below.
    let hailed = tokens.get(line.start..line.start + words).unwrap_or_default().iter().any(is_hail);
    let called = comma == 1 || after.is(b',') || after.is(b'!') || line.end < tokens.len();
    if hailed && (!called || (words == 1 && token(tokens, line.start).entry.has(flag::FIRST | flag::LAST))) {
        return NONE;
    }
    let ends =
        end >= line.end || (after.class == Class::Punctuation && !after.is(b'\'') && !after.is(b'/')) || is_and(after);
    if ends && end > first { (first, end.min(line.end)) } else { NONE }
}

/// A given name in lower case, everyday word or not: beside a greeting or close it is a name.
fn is_lower_name(token: &Token) -> bool {
    token.class == Class::Lower && token.entry.has(flag::FIRST) && !token.entry.has(flag::FUNCTION | flag::TITLE)
}

fn is_and(token: &Token) -> bool {
    static ANDS: WordSet<5> = WordSet::new("and und et y en");
    token.is(b'&') || ANDS.has(token)
}

/// Finds who signs on the line of a close: `Thanks, Ada`, and `LG Anna` as all of a line.
fn parting(tokens: &[Token], line: &Range<usize>) -> (usize, usize) {
    /// Words of a name.
    const WORDS_MAX: usize = 2;
    const NONE: (usize, usize) = (0, 0);
    let inside = tokens.get(line.clone()).unwrap_or_default();
    let stops = inside.iter().rev().take_while(|one| one.is(b'.') || one.is(b'!')).count();
    let last = line.end - stops;
    for words in 1..=WORDS_MAX.min(last - line.start) {
        let first = last - words;
        let name = token(tokens, first);
        let comma = first > line.start && token(tokens, first - 1).is(b',');
        let close = first.checked_sub(1 + usize::from(comma)).filter(|close| *close >= line.start);
        let closed = close.is_some_and(|close| is_close(token(tokens, close)) && (comma || close == line.start));
        // `MfG T. Weber`
        let short = words == WORDS_MAX && is_dotted(name) && token(tokens, last - 1).entry.has(flag::LAST);
        let known = short || (name.entry.has(flag::FIRST) && (comma || !name.entry.has(flag::COMMON)));
        if closed && known && name_end(tokens, first) == last {
            return (first, last);
        }
    }
    NONE
}

/// Finds who wrote what is quoted: `On Monday Bob Stone wrote:`, `Am 3.4. schrieb Bob Stone:`.
fn quoted(tokens: &[Token], line: &Range<usize>) -> (usize, usize) {
    const NONE: (usize, usize) = (0, 0);
    let inside = tokens.get(line.clone()).unwrap_or_default();
    if !inside.last().is_some_and(|one| one.is(b':')) {
        return NONE;
    }
    let Some(verb) = inside.iter().rposition(|one| one.class == Class::Lower && is_one(one, WROTE)) else {
        return NONE;
    };
    let verb = line.start + verb;
    let behind = name_end(tokens, verb + 1);
    if behind > verb + 1 {
        return (verb + 1, behind);
    }
    // `Le 3 mai, Ada Lovelace <ada@x.org> a écrit :`
    let skip = |one: &&Token| {
        one.class == Class::Found
            || one.is(b'<')
            || one.is(b'>')
            || one.is(b',')
            || (one.class == Class::Lower && one.len() <= 2)
    };
    let before = tokens.get(line.start..verb).unwrap_or_default();
    let end = verb - before.iter().rev().take(5).take_while(skip).count();
    name_before(tokens, line.start, end)
}

/// Finds the names that end before a token: as many as there are.
fn name_before(tokens: &[Token], from: usize, end: usize) -> (usize, usize) {
    /// Words of a name.
    const WORDS_MAX: usize = 4;
    let fits = |one: &&Token| {
        let particle = one.class == Class::Lower && one.entry.has(flag::PARTICLE);
        // `I wrote:`
        let nobody = one.class == Class::Initial && one.entry.has(flag::FUNCTION);
        (one.class == Class::Initial || is_name_like(one) || particle) && !nobody
    };
    let before = tokens.get(from..end).unwrap_or_default();
    let len = before.iter().rev().take(WORDS_MAX).take_while(fits).count();
    let first = end - len;
    let lead = tokens.get(first..end).unwrap_or_default().iter().take_while(|one| !one.class.is_big()).count();
    (first + lead, end)
}

/// Finds who speaks in a chat: `[10:32] anna.k: hi`, `12/03/24, 10:32 - Ada Lovelace: hi`.
fn speaker(tokens: &[Token], line: &Range<usize>) -> (usize, usize) {
    const NONE: (usize, usize) = (0, 0);
    /// Tokens of a time and of a name.
    const TIME_MAX: usize = 9;
    const NAME_MAX: usize = 4;
    let inside = tokens.get(line.clone()).unwrap_or_default();
    if inside.first().is_none_or(|one| one.place != Place::Line && !one.is(b'[')) {
        return NONE;
    }
    let is_time = |one: &&Token| match one.class {
        Class::Digits => true,
        Class::Found => one.head == Kind::Date as u32,
        Class::Punctuation => [b'[', b']', b',', b'/', b'.', b'-', b':'].iter().any(|mark| one.is(*mark)),
        Class::Upper | Class::Lower => one.len() == 2 && HALVES.has(one),
        _ => false,
    };
    let time = inside.iter().take(TIME_MAX).take_while(is_time).count();
    let dated = inside.iter().take(time).any(|one| one.class != Class::Punctuation);
    let ended = time.checked_sub(1).and_then(|at| inside.get(at)).is_some_and(|one| one.is(b']') || one.is(b'-'));
    let first = line.start + time;
    let name = tokens.get(first..line.end).unwrap_or_default();
    let Some(len) = name.iter().take(NAME_MAX + 1).position(|one| one.is(b':')).filter(|len| *len > 0) else {
        return NONE;
    };
    let known =
        token(tokens, first).entry.has(flag::FIRST) && !token(tokens, first).entry.has(flag::COMMON | flag::THING);
    let glued = (first + 1..first + len).all(|at| is_glued(tokens, at));
    let written =
        name_end(tokens, first) == first + len && token(tokens, first).class != Class::Upper && (known || len >= 2);
    let clock = inside.iter().take(time).any(|one| one.class == Class::Digits && !one.is_whole_number());
    let ends = ended || (clock && known && token(tokens, first).class == Class::Capital);
    if dated && ends && ((known && glued) || written) { (first, first + len) } else { NONE }
}

/// Finds whose mailbox is given: `Ada Lovelace <ada@example.org>`, `"Lovelace, Ada" <ada@example.org>`.
fn mailboxes(tokens: &[Token], named: &mut Vec<Named>) {
    let opens = |(_, one): &(usize, &Token)| one.is(b'<') || one.is(b'(');
    for (at, _) in tokens.iter().enumerate().filter(opens) {
        if let Some((first, end)) = mailbox(tokens, at) {
            let turned = turned(tokens, first, end);
            if turned < first {
                widen(named, Type::Person, turned, end);
            } else {
                replace(named, first..end);
            }
        }
    }
}

/// Takes the other half of a name in whose family stands first in a list or form: `Albright, Sarah: 3 nights`, `Employee:
/// Castle, Anna`.
fn listed(tokens: &[Token], named: &mut Vec<Named>) {
    let mut at = 0;
    while let Some(one) = named.get(at).copied() {
        at += 1;
        if one.of != Type::Person || one.end != one.first + 1 {
            continue;
        }
        let comma = |mark: usize| token(tokens, mark).is(b',');
        let (family, given) = match one.first.checked_sub(2).filter(|_| comma(one.first - 1)) {
            Some(family) => (family, one.first),
            None if comma(one.end) => (one.first, one.end + 1),
            None => continue,
        };
        let (last, first) = (token(tokens, family), token(tokens, given));
        let before = family.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
        let counted = before.is(b'.') && family >= 2 && token(tokens, family - 2).class == Class::Digits;
        let opens = last.place == Place::Line || counted || before.is(b':');
        let next = token(tokens, given + 1);
        let ends = next.is(b':') || next.is(b'-') || matches!(next.class, Class::Newline | Class::None);
        let same = last.class == first.class && last.class.is_big() && last.class != Class::Initial;
        // `Anna, Tom` are two.
        let rather = last.entry.has(flag::LAST) || last.entry.flags == 0;
        let two = last.entry.has(flag::FIRST) && !last.entry.has(flag::COMMON) && before.is(b':');
        let town = last.entry.has(flag::CITY | flag::REGION) && !last.entry.has(flag::LAST) && !before.is(b':');
        let other = flag::COMPANY | flag::ORGANISATION | flag::FUNCTION | flag::TITLE;
        let plain = !last.entry.has(other) && !is_close(last) && (rather || last.entry.has(flag::CITY));
        if opens && ends && same && plain && !two && !town && first.entry.has(flag::FIRST) {
            widen(named, Type::Person, family, given + 1);
        }
    }
}

/// Finds where a family's name before a comma begins, as address books write it: `From: Figueroa, Javier <info@corp.com>`.
fn turned(tokens: &[Token], first: usize, end: usize) -> usize {
    /// Words of a family's name, with its particles and hyphens.
    const FAMILY_MAX: usize = 4;
    let given = token(tokens, first);
    let comma = first.checked_sub(1).filter(|at| token(tokens, *at).is(b','));
    let Some(comma) = comma.filter(|_| end - first <= 2 && given.entry.has(flag::FIRST)) else { return first };
    let named = |one: &&Token| {
        let small = one.class.is_word() && one.entry.has(flag::PARTICLE);
        ((is_name_like(one) && one.class != Class::Initial) || small || one.is(b'-')) && !one.is(b'&')
    };
    let len = tokens.get(..comma).unwrap_or_default().iter().rev().take(FAMILY_MAX).take_while(named).count();
    let start = comma - len;
    let before = start.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let opens = token(tokens, start).place == Place::Line
        || before.class == Class::Newline
        || [b':', b';', b'>', b',', b'"'].iter().any(|mark| before.is(*mark));
    // `To: Anna, Tom <tom@example.org>`: two of them
    let family = token(tokens, start);
    let rather = family.entry.has(flag::LAST) || !family.entry.has(flag::FIRST);
    if len > 0 && opens && rather { start } else { first }
}

/// The name before a mailbox in angle or round brackets.
fn mailbox(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    /// Tokens of a name in quotes.
    const QUOTED_MAX: usize = 6;
    let (open, mail) = (token(tokens, at), token(tokens, at + 1));
    let machine = mail.class == Class::Found && mail.head == Kind::Machine as u32;
    if !machine || !(open.is(b'<') || open.is(b'(')) {
        return None;
    }
    let end = at - usize::from(at > 0 && token(tokens, at - 1).is(b'"'));
    // `"Lovelace, Ada"`
    let quoted =
        tokens.get(..end)?.iter().rev().take(QUOTED_MAX).take_while(|one| is_name_like(one) || one.is(b',')).count();
    let first = if end < at && quoted > 0 { end - quoted } else { name_before(tokens, 0, end).0 };
    let names = tokens.get(first..end)?;
    let alone = |one: &Token| names.len() == 1 && one.entry.has(flag::COMMON);
    let known = names.iter().any(|one| one.entry.has(flag::FIRST | flag::LAST) && !alone(one));
    // `Darya K <dk@example.org>`
    let short = matches!(names, [name, .., letter] if letter.class == Class::Initial && !name.entry.has(flag::COMMON));
    (!names.is_empty() && (known || short)).then_some((first, end))
}

static HALVES: WordSet<2> = WordSet::new("am pm");

/// Words that greet somebody by name.
const GREETS: u64 = 1;
/// Words beside them.
const BESIDE: u64 = 2;
/// Closes of letters beside those that the lexicon knows.
const CLOSES: u64 = 4;
/// Verbs of who is quoted.
const WROTE: u64 = 8;
/// Words that a close begins with, or the line above what is quoted.
const OPENS: u64 = 16;
/// Greetings of languages that the model never learnt.
const HAILS: u64 = 32;

/// What words do in letters.
static WORDS: WordMap<512> = WordMap::new(&[
    (
        "morgen abend dia hi hello hey dear hiya howdy hallo liebe lieber moin servus geehrte geehrter bonjour bonsoir salut \
         cher chere hola estimado estimada querido querida ciao caro cara gentile egregio egregia ola oi \
         prezado prezada hoi beste geachte hej kaere hei morning afternoon evening tag dias tardes \
         goedemorgen buongiorno buonasera",
        GREETS,
    ),
    (
        "zdravo zivjo bok cao cau ahoj nazdar dobry dobar czesc witaj witajcie szia sziasztok udvozlom merhaba selam iyi xin halo \
         habari jambo sawubona dumela sveiki sveikas labas labdien tere terve tervehdys pershendetje kamusta kumusta shalom \
         salam namaste namaskar aloha buna salve yassas kalimera kalispera privet zdravstvuyte zdraveite selamat",
        GREETS | HAILS,
    ),
    ("chao", BESIDE),
    ("sehr good guten buenos buenas again there my bom boa muy goede dag morgen abend", BESIDE),
    (
        "groet saludo salutations abraco abracos beijos besos halsningar vanliga terveisin pozdrowienia \
         powazaniem hilsner kramar baci saluto faithfully truly hugs cya greetings grussen rgds rgrds bjs bjos \
         bises mfg",
        CLOSES,
    ),
    ("wrote writes schrieb schreef escribio scrisse escreveu ecrit scritto skrev napisal", WROTE),
    (
        "regards cheers thanks sincerely thx best yours respectfully warmly cordially love kind warm many \
         viele grusse gruss mit mfg lg vg cordialement bisous amicalement bien saludos atentamente \
         cordialmente abrazo abrazos un saluti cordiali distinti cumprimentos atenciosamente groeten groetjes \
         met vriendelijke mvg hilsen venlig med pozdrawiam z s on am le el il op em den merci danke gracias \
         obrigado obrigada grazie bedankt tack tak takk dzieki diky kiitos ta",
        OPENS,
    ),
]);

/// Tells whether a word greets in a language that the model never learnt.
pub(super) fn is_hail(token: &Token) -> bool {
    is_one(token, HAILS)
}

fn is_one(token: &Token, of: u64) -> bool {
    token.class.is_word() && WORDS.get(token.word) & of != 0
}

/// Tells whether a letter may begin with a word of this hash.
pub(super) fn may_begin(word: u64) -> bool {
    WORDS.get(word) & (GREETS | BESIDE | CLOSES | OPENS) != 0
}
