//! Text into tokens: words, numbers, punctuation, line ends, and what patterns found, each with what features read.

use super::fold::is_mark;
use super::hash::{shape, spread};
use super::lexicon::{Entry, Lexicon};
use super::markup::{self, Tag};
use super::memo::{Letters, Memo, Word};
use super::reference::reference;
use super::writer::Writer;
use super::{Hold, Kind, Taken};

/// What a token looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// Beyond the ends of the text.
    None,
    /// `street`
    Lower,
    /// `Street`
    Capital,
    /// `STREET`
    Upper,
    /// `McDonald`, `iPhone`
    Mixed,
    /// `J`, `J.`, `U.S.`
    Initial,
    /// A word of a script that has no case.
    Caseless,
    /// `12`, `1,200`, `10:30`
    Digits,
    /// `12a`, `A4`, `user_1`
    Alphanumeric,
    /// `'s`, `'re`
    Clitic,
    /// `,`
    Punctuation,
    /// One or more line ends.
    Newline,
    /// What a pattern found, or an address or link that no pattern was asked for.
    Found,
}

impl Class {
    /// Tells whether a token is written as names are.
    pub(crate) const fn is_big(self) -> bool {
        matches!(self, Self::Capital | Self::Upper | Self::Mixed | Self::Initial)
    }

    /// Tells whether a token is a word.
    pub(crate) const fn is_word(self) -> bool {
        matches!(self, Self::Lower | Self::Capital | Self::Upper | Self::Mixed | Self::Initial | Self::Caseless)
    }
}

/// Where a token stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Place {
    /// First of its line.
    Line,
    /// First of a sentence inside a line.
    Sentence,
    /// Second of a line or sentence.
    Second,
    /// Anywhere else.
    Inside,
}

/// One token.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Token {
    /// First byte, in the text.
    pub(crate) start: usize,
    /// First byte after it.
    pub(crate) end: usize,
    /// The folded word, hashed; numbers by their length alone.
    pub(crate) word: u64,
    /// First three folded bytes.
    pub(crate) head: u32,
    /// Last four folded bytes.
    pub(crate) tail: u32,
    /// Kinds of characters, repetitions left out, hashed.
    pub(crate) shape: u32,
    /// What the lexicon says of the word.
    pub(crate) entry: Entry,
    pub(crate) class: Class,
    pub(crate) place: Place,
    /// What the line says of its tokens.
    pub(crate) line: Line,
    /// Whether a name can go over it.
    pub(crate) hold: Hold,
}

/// What a line says of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Line {
    /// The first word, where the line begins with a label (`Name:`), hashed; else 0.
    pub(crate) label: u32,
    /// The first word of the line above, hashed; 0 where there is none.
    pub(crate) above: u32,
    /// How its words are cased.
    pub(crate) casing: u8,
    /// Tokens: 0 for one, up to 4 for many.
    pub(crate) length: u8,
    pub(crate) tongue: Tongue,
}

/// Whether a line's words in lower case are of a language that the lexicon knows anything of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tongue {
    Familiar,
    /// Hardly a word is known: that one is unknown says nothing.
    Strange,
}

impl Token {
    /// What stands before and after every text.
    pub(crate) const BEYOND: Self = Self {
        start: 0,
        end: 0,
        word: 0x5851_F42D_4C95_7F2D,
        head: 0,
        tail: 0,
        shape: 0,
        entry: Entry::NONE,
        class: Class::None,
        place: Place::Inside,
        line: Line { label: 0, above: 0, casing: 0, length: 0, tongue: Tongue::Familiar },
        hold: Hold::Joins,
    };

    /// Tells whether the token ends at least two lines.
    pub(crate) fn is_blank_line(&self) -> bool {
        self.class == Class::Newline && self.head > 1
    }

    /// Tells how many bytes the token has.
    pub(crate) const fn len(&self) -> usize {
        self.end - self.start
    }

    /// Tells whether the token is digits alone, without marks between them.
    pub(crate) fn is_whole_number(&self) -> bool {
        /// The bit of a number's word that tells years.
        const YEAR: u64 = 1 << 4;
        let length = u64::try_from(self.len().min(8)).unwrap_or_default();
        self.class == Class::Digits
            && (self.word == spread(0x200 + length) || self.word == spread(0x200 + length + YEAR))
    }

    /// Tells whether a punctuation token is this character.
    pub(crate) fn is(&self, byte: u8) -> bool {
        self.class == Class::Punctuation && self.head == u32::from(byte)
    }
}

/// Reads tokens one after another.
pub(crate) struct Tokenizer<'a> {
    text: &'a str,
    lexicon: Lexicon<'a>,
    known: &'a [Taken],
    memo: Option<&'a mut Memo>,
    at: usize,
    before: Before,
}

/// What stood before the token that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Before {
    LineStart,
    SentenceEnd,
    First,
    /// A word after which a full stop ends no sentence.
    Abbreviation,
    Other,
}

impl<'a> Tokenizer<'a> {
    /// Reads `text`; `known` are findings that are one token each, disjoint and in order.
    pub(crate) const fn new(text: &'a str, lexicon: Lexicon<'a>, known: &'a [Taken]) -> Self {
        Self { text, lexicon, known, memo: None, at: 0, before: Before::LineStart }
    }

    /// Lets it remember words, which pays for texts of more than a few.
    pub(crate) fn remembering(self, memo: &'a mut Memo) -> Self {
        Self { memo: Some(memo), ..self }
    }

    /// Gives the next token.
    pub(crate) fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            if let Some((known, rest)) = self.known.split_first() {
                if known.span.end <= self.at {
                    self.known = rest;
                    continue;
                }
                if known.span.start <= self.at {
                    self.known = rest;
                    let end = known.span.end;
                    return Some(self.take(end, Token { hold: known.hold, ..found(known.kind) }));
                }
            }
            match byte {
                b' ' | b'\t' | b'\r' | 0x0B | 0x0C => self.at += 1,
                b'\n' => return Some(self.newline()),
                b'a'..=b'z' | b'A'..=b'Z' => {
                    let plain = self.plain_word();
                    return Some(plain.unwrap_or_else(|| self.word()));
                }
                b'0'..=b'9' => return Some(self.word()),
                b'\'' => return Some(self.apostrophe(1)),
                b'<' if let Some((len, tag)) = self.text.get(self.at..self.limit()).and_then(markup::tag) => {
                    match tag {
                        Tag::Line => return Some(self.line_end(self.at + len)),
                        Tag::Inline => {
                            return Some(self.take(self.at + len, Token { hold: Hold::Parts, ..found(Kind::Machine) }));
                        }
                    }
                }
                0..=0x7F => return Some(self.punctuation(*byte)),
                0x80.. => {
                    let c = self.char_at(self.at)?;
                    if c.is_whitespace() || is_mark(c) {
                        self.at += c.len_utf8();
                    } else if c.is_alphanumeric() {
                        return Some(self.word());
                    } else if c == '\u{2019}' {
                        return Some(self.apostrophe(c.len_utf8()));
                    } else {
                        let end = self.at + c.len_utf8();
                        return Some(self.take(end, mark(plain_mark(c))));
                    }
                }
            }
        }
        None
    }

    fn char_at(&self, at: usize) -> Option<char> {
        self.text.get(at..).and_then(|rest| rest.chars().next())
    }

    fn byte(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(b' ')
    }

    /// Where the text may be read to: the next finding begins there.
    fn limit(&self) -> usize {
        self.known.first().map_or(self.text.len(), |known| known.span.start)
    }

    /// Finishes a token that goes up to `end`.
    fn take(&mut self, end: usize, token: Token) -> Token {
        let place = match self.before {
            Before::LineStart => Place::Line,
            Before::SentenceEnd => Place::Sentence,
            Before::First => Place::Second,
            Before::Abbreviation | Before::Other => Place::Inside,
        };
        let stop = token.class == Class::Punctuation && matches!(token.head, 0x21 | 0x2E | 0x3F);
        let quote = token.class == Class::Punctuation && matches!(token.head, 0x22 | 0x27 | 0x28 | 0x2A | 0x2D);
        self.before = match (self.before, token.class) {
            (_, Class::Newline) => Before::LineStart,
            (Before::Abbreviation, Class::Punctuation) if stop => Before::Other,
            (_, Class::Punctuation) if stop => Before::SentenceEnd,
            (before @ (Before::LineStart | Before::SentenceEnd), Class::Punctuation) if quote => before,
            (_, Class::Initial) => Before::Abbreviation,
            (_, _) if token.entry.is_abbreviation() => Before::Abbreviation,
            (Before::LineStart | Before::SentenceEnd, _) => Before::First,
            (_, _) => Before::Other,
        };
        let start = self.at;
        self.at = end.max(start + 1);
        Token { start, end: self.at, place, ..token }
    }

    fn newline(&mut self) -> Token {
        let limit = self.limit();
        let rest = self.text.as_bytes().get(self.at..limit).unwrap_or_default();
        let mut lines = 0_u32;
        let mut len = 0;
        for (at, byte) in rest.iter().enumerate() {
            match byte {
                b'\n' => {
                    lines = (lines + 1).min(2);
                    len = at + 1;
                }
                b' ' | b'\t' | b'\r' => {}
                _ => break,
            }
        }
        self.line_end_of(self.at + len, lines)
    }

    /// A tag that ends a line, with the line's own end behind it.
    fn line_end(&mut self, end: usize) -> Token {
        self.line_end_of(end, 1)
    }

    fn line_end_of(&mut self, end: usize, lines: u32) -> Token {
        let token = Token { head: lines, word: spread(u64::from(lines) + 0x100), shape: 1, ..plain(Class::Newline) };
        self.take(end, token)
    }

    fn punctuation(&mut self, byte: u8) -> Token {
        let limit = self.limit();
        if byte == b'&'
            && let Some((end, byte)) = self.text.get(self.at..limit).and_then(reference)
        {
            return self.take(self.at + end, mark(byte));
        }
        let rest = self.text.as_bytes().get(self.at..limit).unwrap_or_default();
        let run = rest.iter().take_while(|other| **other == byte).count().max(1);
        self.take(self.at + run, mark(byte))
    }

    /// Reads `'s` and the like as one token, any other apostrophe as a mark.
    fn apostrophe(&mut self, len: usize) -> Token {
        let rest = self.text.as_bytes().get(self.at + len..self.limit()).unwrap_or_default();
        let letters = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let ends = rest.get(letters).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte < 0x80);
        let glued = self.at > 0 && self.byte(self.at - 1) > b' ';
        if !(1..=2).contains(&letters) || !ends || !glued {
            return self.take(self.at + len, mark(b'\''));
        }
        let mut writer = Writer::new();
        rest.iter().take(letters).for_each(|byte| writer.ascii(*byte));
        let token = Token { word: spread(writer.hash ^ 0x27), tail: writer.tail, ..plain(Class::Clitic) };
        self.take(self.at + len + letters, token)
    }

    /// Reads what most words are, letters of ASCII in lower case, perhaps but for the first, before a space or the mark of a
    /// sentence; none where it is anything else, which [`Self::word`] reads.
    fn plain_word(&mut self) -> Option<Token> {
        let limit = self.limit();
        let rest = self.text.as_bytes().get(self.at..limit)?;
        let small = rest.first()?.is_ascii_lowercase();
        let (letters, len) = match Letters::begin(rest) {
            Some((letters, len)) => (Some(letters), len),
            None => (None, 1 + rest.iter().skip(1).take_while(|byte| byte.is_ascii_lowercase()).count()),
        };
        let ends = match rest.get(len..) {
            Some([]) => limit == self.text.len(),
            Some([b'.']) => len > 1 && limit == self.text.len(),
            Some([b'.', next, ..]) => len > 1 && matches!(next, b' ' | b'\n'),
            Some([next, ..]) => matches!(next, b' ' | b'\n' | b',' | b';' | b'!' | b'?' | b')' | b'"'),
            None => false,
        };
        if !ends || (!small && len == 1) {
            return None;
        }
        let word = match (letters, &mut self.memo) {
            (Some(letters), Some(memo)) => memo.get(letters, self.lexicon),
            _ => Word::read(rest.iter().take(len).map(u8::to_ascii_lowercase), self.lexicon),
        };
        let Word { hash, head, tail, entry, .. } = word;
        let (class, shape) = if small { (Class::Lower, SMALL) } else { (Class::Capital, NAME) };
        Some(self.take(self.at + len, Token { word: hash, head, tail, shape, entry, ..plain(class) }))
    }

    /// Reads a word or number; a word with an `@` or `://` behind it goes on to the end of the address.
    fn word(&mut self) -> Token {
        let limit = self.limit();
        let mut writer = Writer::new();
        let mut at = self.at;
        while at < limit {
            let byte = self.byte(at);
            if byte.is_ascii_lowercase() {
                // Most of a text.
                at += writer.small(self.text.as_bytes().get(at..limit).unwrap_or_default());
            } else if byte.is_ascii_alphanumeric() || byte == b'_' {
                writer.ascii(byte);
                at += 1;
            } else if byte < 0x80 {
                let (here, next) = (self.byte(at.saturating_sub(1)), self.byte(at + 1));
                let joins = at + 1 < limit
                    && match byte {
                        b'\'' => writer.letters() && self.is_name_apostrophe(at, 1),
                        b'.' => self.is_dotted(at) || (here.is_ascii_digit() && next.is_ascii_digit()),
                        b',' | b':' => writer.digits_only() && here.is_ascii_digit() && next.is_ascii_digit(),
                        _ => false,
                    };
                if joins {
                    writer.join(byte);
                    at += 1;
                } else if byte == b'.' && writer.count == 1 && writer.upper == 1 || byte == b'.' && writer.dotted {
                    writer.join(byte);
                    at += 1;
                    break;
                } else {
                    break;
                }
            } else {
                let Some(c) = self.char_at(at) else { break };
                if c == '\u{2019}' && writer.letters() && self.is_name_apostrophe(at, 3) {
                    writer.join(b'\'');
                } else if c.is_alphanumeric() {
                    writer.letter(c);
                } else if !is_mark(c) {
                    break;
                }
                at += c.len_utf8();
            }
        }
        if let Some(end) = self.address_end(at, limit) {
            return self.take(end, found(Kind::Machine));
        }
        let token = writer.token(self.lexicon);
        self.take(at, token)
    }

    /// Tells whether an apostrophe stands inside a name (`O'Brien`), not before an ending (`Ada's`).
    fn is_name_apostrophe(&self, at: usize, len: usize) -> bool {
        let letter = |at: usize| self.byte(at).is_ascii_alphabetic() || self.byte(at) >= 0x80;
        letter(at + len) && letter(at + len + 1) && (letter(at + len + 2) || at <= self.at + 1)
    }

    /// Tells whether a full stop at `at` goes on a row of single letters (`U.S.`).
    fn is_dotted(&self, at: usize) -> bool {
        let single =
            |at: usize| self.byte(at).is_ascii_alphabetic() && (at == 0 || !self.byte(at - 1).is_ascii_alphanumeric());
        single(at.saturating_sub(1))
            && self.byte(at + 1).is_ascii_alphabetic()
            && self.byte(at + 2) == b'.'
            && self.byte(at - 1).is_ascii_uppercase() == self.byte(at + 1).is_ascii_uppercase()
    }

    /// Finds the end of an e-mail address or link that a word at `..at` begins.
    fn address_end(&self, at: usize, limit: usize) -> Option<usize> {
        let rest = self.text.as_bytes().get(at..limit)?;
        let begins = match rest {
            [b'@', next, ..] => next.is_ascii_alphanumeric(),
            [b':', b'/', b'/', next, ..] => *next > b' ',
            [b'.', next, ..] if next.is_ascii_alphanumeric() => {
                // `ada.lovelace@example.org`, `www.example.org`
                let chunk = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"._-+@".contains(byte));
                let www = self.text.get(self.at..at).is_some_and(|word| word.eq_ignore_ascii_case("www"));
                www || chunk.take(ADDRESS_MAX).any(|byte| *byte == b'@')
            }
            _ => false,
        };
        if !begins {
            return None;
        }
        let len =
            rest.iter().take_while(|byte| **byte > b' ' && **byte < 0x80 && !b"<>\"'(),;|[]{}".contains(byte)).count();
        let body = rest.get(..len)?;
        let closing = body.iter().rev().take_while(|byte| b".:!?".contains(byte)).count();
        Some(at + len - closing)
    }
}

/// Bytes of an address that are looked at before its `@`.
const ADDRESS_MAX: usize = 64;

/// The shapes of `street` and `Street`.
const SMALL: u32 = shape(b"x");
const NAME: u32 = shape(b"Xx");

/// A token of which nothing is known but its class.
pub(super) const fn plain(class: Class) -> Token {
    Token { class, ..Token::BEYOND }
}

/// A punctuation mark.
const fn mark(byte: u8) -> Token {
    let head = byte as u32;
    Token { word: spread(0x300 + byte as u64), head, shape: head + 0x100, ..plain(Class::Punctuation) }
}

/// What a pattern found.
const fn found(kind: Kind) -> Token {
    let kind = kind as u32;
    Token { word: spread(0x400 + kind as u64), head: kind, shape: kind + 0x200, ..plain(Class::Found) }
}

/// The ASCII mark that another mark is read as.
const fn plain_mark(c: char) -> u8 {
    match c {
        '\u{2018}' | '\u{201A}' | '\u{2039}' | '\u{203A}' | '\u{60}' | '\u{B4}' => b'\'',
        '\u{201C}'..='\u{201F}' | '\u{AB}' | '\u{BB}' | '\u{300C}' | '\u{300D}' => b'"',
        '\u{2010}'..='\u{2015}' | '\u{2212}' => b'-',
        '\u{3001}' | '\u{60C}' | '\u{FF0C}' => b',',
        '\u{3002}' | '\u{964}' => b'.',
        '\u{2022}' | '\u{B7}' | '\u{25AA}' | '\u{25CF}' => b'*',
        _ => 0x7F,
    }
}
