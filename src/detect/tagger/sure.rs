//! How sure a known person's word is: by itself, by how it is written, by what stands beside it.

use super::lexicon::{Entry, Lexicon, class, flag};
use super::token::{Class, Place, Token, Tokenizer};
use super::unspaced;
use super::words::WordSet;

/// Characters that a word needs to count by itself.
const LETTERS_MIN: usize = 3;
/// Characters of a name that counts only as it is written: `Ed`, `Li`.
const SHORT: usize = 2;
/// A text that is searched, and what is asked of it once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look<'a> {
    pub(super) text: &'a str,
    /// Bytes without the blanks around.
    pub(super) written: usize,
    /// It has letters in lower case.
    pub(super) mixed: bool,
}

impl Look<'_> {
    /// Tells whether a word is part of something that is no name: an identifier, a path (`cisco-core-1`).
    pub(super) fn is_in_code(&self, token: &Token) -> bool {
        let joins = |mark: Option<u8>, beyond: Option<u8>| {
            mark.is_some_and(|mark| b"-_./:@=+#\\".contains(&mark))
                && beyond.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte >= 0x80)
        };
        let bytes = self.text.as_bytes();
        let byte = |at: Option<usize>| at.and_then(|at| bytes.get(at)).copied();
        let before = joins(byte(token.start.checked_sub(1)), byte(token.start.checked_sub(2)));
        let behind = joins(byte(Some(token.end)), byte(Some(token.end + 1)));
        (before || behind) && token.class == Class::Lower
    }

    /// Tells whether a number or an amount stands behind a word and its colon, or a number behind one that it counts: `Price:
    /// 20 EUR` and `Page 4` are nobody's, `Rose: hi` may be.
    pub(super) fn is_label(&self, token: &Token) -> bool {
        let next = self.text.get(token.end..).unwrap_or_default();
        if next.strip_prefix(' ').is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()))
            && COUNTED.has(token)
        {
            return true;
        }
        if (token.entry.class == class::MONTH || MAY.has(token)) && self.is_beside_number(token) {
            return true;
        }
        let behind = self.text.get(token.end..).and_then(|rest| rest.strip_prefix(':')).unwrap_or_default();
        behind.trim_start_matches(' ').starts_with(|c: char| c.is_ascii_digit() || "$€£¥+-".contains(c))
    }

    /// Tells whether a word at the start of a sentence asks or orders, as `Will you`, `May I`, `Will Ada come` do, and `Will is away`
    /// does not.
    fn asks(&self, token: &Token) -> bool {
        let rest = self.text.get(token.end..).unwrap_or_default();
        let next = rest.strip_prefix(' ').unwrap_or_default();
        let word = next.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        word.starts_with(char::is_uppercase) || ASKED.split(' ').any(|asked| asked == word)
    }

    /// `12 April`, `5. Mai`, `Jan 5`.
    fn is_beside_number(&self, token: &Token) -> bool {
        let digits = |text: &str, number: &str| {
            let rest = text.get(number.len()..).unwrap_or_default().trim_start_matches([',', '.']);
            // `April 555 0199` has more of them
            !rest.trim_start().starts_with(|c: char| c.is_ascii_digit()) && is_day_or_year(number)
        };
        let before = self.text.get(..token.start).and_then(|text| text.strip_suffix(' ')).unwrap_or_default();
        let before = before.strip_suffix('.').unwrap_or(before);
        let day = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        let behind = self.text.get(token.end..).and_then(|text| text.strip_prefix(' ')).unwrap_or_default();
        let next = behind.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
        (day.len() <= 2 && is_day_or_year(day)) || digits(behind, next)
    }
}

/// A month that the lexicon has as a small word.
static MAY: WordSet<1> = WordSet::new("may");

/// Tells whether digits are a day of a month or a year of ours.
fn is_day_or_year(digits: &str) -> bool {
    digits.parse::<u16>().is_ok_and(|number| matches!(number, 1..=31 | 1900..=2099))
}

/// What is counted, and families are called.
static COUNTED: WordSet<8> = WordSet::new("page hall ward bay lane block case chase");

/// Tells whether a name is this word alone, with a capital: a field that says so is right, whatever else the word may be.
pub(super) fn is_all(name: &str, token: &Token) -> bool {
    let letters = name.get(token.start..token.end).unwrap_or_default().chars().count();
    let whole = name.trim().len() == token.len() && token.class == Class::Capital;
    whole && letters >= SHORT && !token.entry.has(flag::COMPANY | flag::ORGANISATION)
}

/// Tells whether a word of a name can stand for the person.
pub(super) fn can_stand_alone(text: &str, token: &Token) -> bool {
    let entry = token.entry;
    let word = text.get(token.start..token.end).unwrap_or_default();
    let letters_min = match (token.class, word.chars().next()) {
        (Class::Caseless, Some(first)) => unspaced::letters_min(first),
        _ => LETTERS_MIN,
    };
    let letters = word.chars().count();
    let short = letters == SHORT && token.class == Class::Capital && entry.has(flag::FIRST | flag::LAST);
    token.class.is_word()
        && token.class != Class::Initial
        && (letters >= letters_min || short)
        && !entry.has(flag::TITLE | flag::PARTICLE | flag::COMPANY)
        && !is_degree(token)
        && (!is_everyday(entry) || entry.has(flag::FIRST | flag::LAST))
}

/// What stands behind a name for what somebody learnt.
static DEGREES: WordSet<14> = WordSet::new("phd mba msc bsc llb llm dds dvm cpa cfa mbbs frcs dphil edd");

fn is_degree(token: &Token) -> bool {
    matches!(token.class, Class::Upper | Class::Mixed) && DEGREES.has(token)
}

/// Tells whether a word can end a family that begins with particles, be it an everyday word or a short one: `de Boer`, `van As`.
pub(super) fn can_end(text: &str, token: &Token) -> bool {
    let letters = text.get(token.start..token.end).unwrap_or_default().chars().count();
    let other = token.entry.has(flag::TITLE | flag::PARTICLE);
    token.class.is_word() && token.class != Class::Initial && letters >= SHORT && !other
}

/// Gives where the family of a name begins that is an everyday word or a title and is known by what stands before it: `Ray Pope`,
/// `Joe Judge`, no `Support Team`. A text has to show a given name, a field any word that can stand alone; where it has nothing but
/// a title that is a family, too (`King`), it speaks of that.
pub(super) fn is_family(name: &str, field: bool, lexicon: Lexicon<'_>) -> Option<usize> {
    /// Words of such a name.
    const WORDS_MAX: usize = 3;
    let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
    let (mut words, mut given, mut last) = (0, false, None);
    let mut first = None;
    while let Some(token) = tokenizer.next() {
        if token.is(b'-') || token.is(b'.') {
            // `Mary-Ann` is one.
            words -= usize::from(token.is(b'-') && words > 0);
            continue;
        }
        if token.is(b',') && words == 1 {
            // `Pope, Ray`
            first = last;
            continue;
        }
        if let Some(before) = last.replace(token) {
            given |= first.is_none() && is_given(name, &before, field);
        }
        words += 1;
        if !token.class.is_big() || token.entry.has(flag::COMPANY | flag::ORGANISATION) {
            return None;
        }
    }
    given |= first.is_some() && last.is_some_and(|last| is_given(name, &last, field));
    let last = first.or(last);
    let last = last.filter(|last| {
        last.class != Class::Initial && !is_degree(last) && !last.entry.has(flag::FUNCTION | flag::PARTICLE)
    })?;
    let letters = name.get(last.start..last.end).unwrap_or_default().chars().count();
    // `Ada Lovelace Esq`
    let plain = words == 2 || !last.entry.has(flag::TITLE);
    let alone = words == 1 && last.entry.has(flag::TITLE) && last.entry.has(flag::LAST);
    let behind = given && plain && words <= WORDS_MAX;
    ((alone || behind) && letters >= LETTERS_MIN).then_some(last.start)
}

/// Tells whether a word shows that the one beside it is a family's.
fn is_given(name: &str, token: &Token, field: bool) -> bool {
    can_stand_alone(name, token) && (field || token.entry.has(flag::FIRST))
}

/// Given names that dictionaries have, and hardly anybody means otherwise: in lower case they are people, too. Everyday
/// words that are names besides (`mark`, `rose`, `will`, `hope`) are not here.
static NAMES: WordSet<59> = WordSet::new(
    "ada aline ali ana ann anna anne anni ashton bella ben billie bob brad celesta celeste clement dan davit \
     eda edda ella eva eve fran frances gabi hanno heinz irma iris ivy jane jean juan karl ken kira klaus \
     landon lena linda madden mae marie maya mia mimi nina otto pia pieter rob sami sarah sibyl wen weston \
     zak",
);

/// Those of them that somebody does, too.
static VERBS: WordSet<5> = WordSet::new("bob brad ken madden rob");

/// Words that sentences begin with much more often than people are called so.
static STARTERS: WordSet<101> = WordSet::new(
    "will may so do an in on at up no to for and but with he she it we they you as if or by my his her this that \
    is are was who what when where why how not be der die das im am es er sie wir und mit von ist le la les de \
    il el los un una o os a en et je tu elle al don per con da di del que si se te va vi ha van het ik een ben \
    mia can has had our your its of all any from",
);

/// Those of them that people are called, and that begin questions.
static MODALS: WordSet<2> = WordSet::new("will may");

/// Whom or what such a question is about, and what is ordered.
const ASKED: &str = "you he she it they we the this that there these those my your his her our their a an any all some someone \
                     anyone anybody everyone everything nobody not no be have need contain cause require include";

/// Words of two letters that hold sentences together: in lower case they are no names, not even two of them.
static TINY: WordSet<44> = WordSet::new(
    "do an to so no in on at up us we he me my be by go if is it of or as am hi ok de la \
     le du da im zu es er en et un al se si te ya os",
);

/// An everyday word; not one that is met as a name much more often, as `smith` is.
pub(super) const fn is_everyday(entry: Entry) -> bool {
    entry.has(flag::FUNCTION) || (entry.has(flag::COMMON) && !entry.has(flag::RATHER_NAME))
}

/// What a word of a name may be besides.
const OTHER: u16 = flag::THING | flag::CITY | flag::REGION | flag::COMPANY | flag::ORGANISATION | flag::NATION;

/// Tells whether one of the words of a name is rather something else: an everyday word, a thing, a place, a firm.
pub(crate) fn is_a_word(name: &str, lexicon: Lexicon<'_>) -> bool {
    let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
    std::iter::from_fn(|| tokenizer.next()).any(|token| is_everyday(token.entry) || token.entry.has(OTHER))
}

/// Tells whether one of the words of a name may be something else, too, if it is met as a name more often: `Lily`.
pub(crate) fn may_be_a_word(name: &str, lexicon: Lexicon<'_>) -> bool {
    let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
    std::iter::from_fn(|| tokenizer.next()).any(|token| token.entry.has(OTHER | flag::COMMON | flag::FUNCTION))
}

/// An everyday word in lower case.
pub(super) fn is_said(token: &Token) -> bool {
    token.class == Class::Lower && is_everyday(token.entry) && !NAMES.has(token)
}

/// An everyday word in lower case that somebody does: `he drew a map`, `they rob banks`.
fn is_done(look: Look<'_>, token: &Token) -> bool {
    const WHO: [&str; 6] = ["he ", "she ", "they ", "we ", "I ", "i "];
    let says = |before: &str, who: &str| {
        before.strip_suffix(who).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric() || c == '-'))
    };
    token.class == Class::Lower
        && token.entry.has(flag::COMMON)
        // `can we mia meet`: nobody mias.
        && (!NAMES.has(token) || VERBS.has(token))
        && look.text.get(..token.start).is_some_and(|before| WHO.iter().any(|who| says(before, who)))
}

/// A name of two letters: `li` and `LI` are other things.
fn is_short(look: Look<'_>, token: &Token) -> bool {
    let word = look.text.get(token.start..token.end).unwrap_or_default();
    token.class != Class::Caseless && word.chars().nth(SHORT).is_none()
}

/// Tells whether a known word vouches for the one beside it, and that for it: `jo li`.
pub(super) fn vouches(look: Look<'_>, token: &Token) -> bool {
    !is_short(look, token) || token.class == Class::Capital || !TINY.has(token)
}

/// Tells whether a known word counts by itself where it stands.
pub(super) fn is_sure(look: Look<'_>, token: &Token) -> bool {
    if (is_short(look, token) && token.class != Class::Capital) || is_done(look, token) {
        return false;
    }
    if !is_everyday(token.entry) || NAMES.has(token) {
        return true;
    }
    let begins = matches!(token.place, Place::Line | Place::Sentence);
    let is_all = look.written == token.end - token.start;
    // All in capitals says something only where other words are not, or nothing else is written.
    let capital = match token.class {
        Class::Capital | Class::Mixed => true,
        Class::Upper => look.mixed || (is_all && token.entry.has(flag::FIRST | flag::LAST)),
        _ => false,
    };
    let starts = begins && token.entry.has(flag::FUNCTION) && STARTERS.has(token);
    capital && (!starts || (MODALS.has(token) && !look.asks(token)))
}
