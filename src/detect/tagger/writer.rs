//! A word letter by letter: what its token says of it.

use super::fold::fold;
use super::hash::{FNV_START, add_kind, fnv, spread};
use super::lexicon::{Entry, Lexicon};
use super::token::{Class, Token, plain};

/// Collects what a word's token says.
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) hash: u64,
    head: u32,
    pub(super) tail: u32,
    shape: u32,
    last: u8,
    pub(super) count: u32,
    bytes: u32,
    pub(super) upper: u32,
    lower: u32,
    digits: u32,
    caseless: u32,
    other: u32,
    first_upper: bool,
    pub(super) dotted: bool,
}

impl Writer {
    pub(super) const fn new() -> Self {
        Self {
            hash: FNV_START,
            head: 0,
            tail: 0,
            shape: 0,
            last: 0,
            count: 0,
            bytes: 0,
            upper: 0,
            lower: 0,
            digits: 0,
            caseless: 0,
            other: 0,
            first_upper: false,
            dotted: false,
        }
    }

    fn byte(&mut self, byte: u8) {
        self.hash = fnv(self.hash, byte);
        if self.bytes < 3 {
            self.head = self.head << 8 | u32::from(byte);
        }
        self.tail = self.tail << 8 | u32::from(byte);
        self.bytes += 1;
    }

    fn kind(&mut self, kind: u8) {
        if kind != self.last {
            self.shape = add_kind(self.shape, kind);
            self.last = kind;
        }
        self.count += 1;
    }

    /// Takes the letters in lower case that bytes begin with, and tells how many.
    pub(super) fn small(&mut self, bytes: &[u8]) -> usize {
        let (mut hash, mut tail, mut head, mut count) = (self.hash, self.tail, self.head, 0);
        for byte in bytes.iter().take_while(|byte| byte.is_ascii_lowercase()) {
            hash = fnv(hash, *byte);
            tail = tail << 8 | u32::from(*byte);
            head = if self.bytes + count < 3 { head << 8 | u32::from(*byte) } else { head };
            count += 1;
        }
        self.kind(b'x');
        (self.hash, self.tail, self.head) = (hash, tail, head);
        self.bytes += count;
        self.lower += count;
        self.count += count - 1;
        usize::try_from(count).unwrap_or(bytes.len())
    }

    pub(super) fn ascii(&mut self, byte: u8) {
        match byte {
            b'0'..=b'9' => {
                self.digits += 1;
                self.kind(b'd');
            }
            b'A'..=b'Z' => {
                self.first_upper |= self.count == 0;
                self.upper += 1;
                self.kind(b'X');
            }
            b'a'..=b'z' => {
                self.lower += 1;
                self.kind(b'x');
            }
            _ => {
                self.other += 1;
                self.kind(byte);
            }
        }
        self.byte(byte.to_ascii_lowercase());
    }

    pub(super) fn letter(&mut self, c: char) {
        if c.is_uppercase() {
            self.first_upper |= self.count == 0;
            self.upper += 1;
            self.kind(b'X');
        } else if c.is_lowercase() {
            self.lower += 1;
            self.kind(b'x');
        } else if c.is_numeric() {
            self.digits += 1;
            self.kind(b'd');
        } else if matches!(c, '\u{2B0}'..='\u{2FF}') {
            // `Kaʻiulani`: a sign between letters, which is one by Unicode's book and has no case.
            self.join(b'\'');
            return;
        } else {
            self.caseless += 1;
            self.kind(b'c');
        }
        fold(c, |byte| self.byte(byte));
    }

    /// Takes a mark inside the word.
    pub(super) fn join(&mut self, byte: u8) {
        self.dotted |= byte == b'.' && self.digits == 0;
        self.kind(byte);
        self.byte(byte);
    }

    pub(super) const fn letters(&self) -> bool {
        self.digits == 0 && self.other == 0 && self.count > 0
    }

    pub(super) const fn digits_only(&self) -> bool {
        self.upper + self.lower + self.caseless + self.other == 0
    }

    const fn class(&self) -> Class {
        let letters = self.upper + self.lower + self.caseless;
        if letters == 0 && self.digits > 0 {
            Class::Digits
        } else if self.digits > 0 || self.other > 0 {
            Class::Alphanumeric
        } else if self.caseless > 0 {
            Class::Caseless
        } else if self.upper == 0 {
            Class::Lower
        } else if self.lower == 0 && (self.upper == 1 || self.dotted) {
            Class::Initial
        } else if self.first_upper && self.upper == 1 {
            Class::Capital
        } else if self.lower == 0 {
            Class::Upper
        } else {
            Class::Mixed
        }
    }

    pub(super) fn token(&self, lexicon: Lexicon<'_>) -> Token {
        let class = self.class();
        let shape = self.shape;
        if class == Class::Digits {
            // A number is how long it is, and whether it may be a year.
            let year = self.count == 4 && self.digits == 4 && matches!(self.head >> 8, 0x3139 | 0x3230);
            let length = u64::from(self.count.min(8)) | u64::from(year) << 4 | u64::from(self.count > self.digits) << 5;
            let word = spread(0x200 + length);
            let shape = shape ^ u32::try_from(length << 8).unwrap_or_default();
            return Token { word, shape, ..plain(class) };
        }
        let word = spread(self.hash);
        let entry = if class == Class::Alphanumeric { Entry::NONE } else { lexicon.get(word) };
        Token { word, head: self.head, tail: self.tail, shape, entry, ..plain(class) }
    }
}
