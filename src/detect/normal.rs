//! Text as the patterns read it: other digits, full-width forms and look-alike letters folded to ASCII, invisible
//! characters dropped.

use std::sync::LazyLock;

use super::bits::other_from;
use super::boundary::{PlaneBits, is_word};
use crate::model::SpanMap;

/// What becomes of one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Same,
    Dropped,
    As(char),
    /// A letter that looks like this one; only beside others that are meant so.
    Like(char),
}

/// Writes the folded text to `normal` and its way back to `map`; `false` where nothing folds and both are untouched.
///
/// Each character folds by itself, so that spans come back to whole characters; only a letter that looks like an ASCII
/// one folds by its word as well: where the word has ASCII letters or digits and no letter that looks like none of them
/// (`bоb` with a Cyrillic о folds, `боб` does not). Only characters beyond ASCII are looked at, and of their words each
/// once.
pub(super) fn fold(text: &str, normal: &mut String, map: &mut SpanMap) -> bool {
    let mut words = Words::default();
    let mut done = None;
    let mut at = 0;
    while let Some(place) = other_from(text.as_bytes(), at) {
        let Some(c) = text.get(place..).and_then(|rest| rest.chars().next()) else { break };
        at = place + c.len_utf8();
        let fold = words.fold(text, place, c);
        if fold == Fold::Same {
            continue;
        }
        let from = done.replace(at).unwrap_or_else(|| {
            normal.clear();
            map.restart(0);
            0
        });
        normal.push_str(text.get(from..place).unwrap_or_default());
        map.copied(place - from);
        match fold {
            Fold::Same => {}
            Fold::Dropped => map.unit(0, c.len_utf8()),
            Fold::As(plain) | Fold::Like(plain) => {
                normal.push(plain);
                map.unit(plain.len_utf8(), c.len_utf8());
            }
        }
    }
    let Some(from) = done else { return false };
    normal.push_str(text.get(from..).unwrap_or_default());
    map.copied(text.len() - from);
    true
}

/// The last word that was judged: its end, and whether its look-alikes fold.
#[derive(Debug, Default)]
struct Words(Option<(usize, Mixed)>);

/// Whether a word mixes ASCII with letters that look like it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mixed {
    Yes,
    No,
}

impl Words {
    /// Tells what becomes of the character at `at`; has to be asked from left to right.
    fn fold(&mut self, text: &str, at: usize, c: char) -> Fold {
        let fold = fold_one(c);
        let Fold::Like(_) = fold else { return fold };
        let mixed = match self.0 {
            Some((end, mixed)) if at < end => mixed,
            Some(_) | None => {
                let (_, mixed) = *self.0.insert(judge(text, word_start(text, at)));
                mixed
            }
        };
        if mixed == Mixed::Yes { fold } else { Fold::Same }
    }
}

/// Finds where the word begins that the character at `at` stands in.
fn word_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    let inside = before.chars().rev().take_while(|c| is_inside(*c, fold_one(*c)));
    at - inside.map(char::len_utf8).sum::<usize>()
}

/// Tells whether a character can stand in a word.
fn is_inside(c: char, fold: Fold) -> bool {
    match fold {
        Fold::Same => is_word(c),
        Fold::Dropped | Fold::Like(_) => true,
        Fold::As(plain) => plain.is_ascii_alphanumeric(),
    }
}

/// Judges the word that begins at `start`; gives its end.
fn judge(text: &str, start: usize) -> (usize, Mixed) {
    let (mut ascii, mut other) = (false, false);
    let mut end = text.len();
    for (at, c) in text.get(start..).unwrap_or_default().char_indices() {
        let fold = fold_one(c);
        if !is_inside(c, fold) {
            end = start + at;
            break;
        }
        ascii |= c.is_ascii_alphanumeric() || matches!(fold, Fold::As(_));
        other |= fold == Fold::Same && !c.is_ascii();
    }
    (end, if ascii && !other { Mixed::Yes } else { Mixed::No })
}

fn fold_one(c: char) -> Fold {
    if stays(c) { Fold::Same } else { fold_by_tables(c) }
}

/// Tells whether a character stays as it is wherever it stands, as all do of most languages in Latin letters.
fn stays(c: char) -> bool {
    static FOLDS: LazyLock<PlaneBits> = LazyLock::new(|| PlaneBits::of(|c| fold_by_tables(c) != Fold::Same));
    c.is_ascii() || !FOLDS.get(c).unwrap_or_else(|| fold_by_tables(c) != Fold::Same)
}

fn fold_by_tables(c: char) -> Fold {
    let code = u32::from(c);
    match code {
        0..=0x9F => Fold::Same,
        // Default ignorable code points (Unicode 16, DerivedCoreProperties.txt): soft hyphen, joiners, fillers,
        // direction marks, variation selectors, byte order mark, tags; and the frame of a keycap.
        0xAD
        | 0x34F
        | 0x61C
        | 0x115F..=0x1160
        | 0x17B4..=0x17B5
        | 0x180B..=0x180F
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0x20E3
        | 0x3164
        | 0xFE00..=0xFE0F
        | 0xFEFF
        | 0xFFA0
        | 0xFFF0..=0xFFF8
        | 0x1BCA0..=0x1BCA3
        | 0x1D173..=0x1D17A
        | 0xE0000..=0xE0FFF => Fold::Dropped,
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => Fold::As(' '),
        0x2D7 | 0x58A | 0x2010..=0x2015 | 0x2043 | 0x2212 | 0xFE58 | 0xFE63 => Fold::As('-'),
        0x2024 | 0xFE52 => Fold::As('.'),
        0x2044 | 0x2215 => Fold::As('/'),
        0x2236 | 0xFE55 => Fold::As(':'),
        0xFE59 => Fold::As('('),
        0xFE5A => Fold::As(')'),
        0xFE5F => Fold::As('#'),
        0xFE62 => Fold::As('+'),
        0xFE6B => Fold::As('@'),
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).map_or(Fold::Same, Fold::As),
        // Mathematical letters, thirteen styles of A to Z and a to z, and digits, five styles of ten.
        0x1D400..=0x1D6A3 => letter((code - 0x1D400) % 52),
        0x1D7CE..=0x1D7FF => digit((code - 0x1D7CE) % 10),
        0x24B6..=0x24E9 => letter(code - 0x24B6),
        _ => {
            let after = ZEROS.partition_point(|zero| *zero <= code);
            match after.checked_sub(1).and_then(|at| ZEROS.get(at)) {
                Some(zero) if code - zero < 10 => digit(code - zero),
                _ => like(c),
            }
        }
    }
}

/// The letter at a place of A to Z, a to z.
fn letter(place: u32) -> Fold {
    let offset = if place < 26 { u32::from(b'A') } else { u32::from(b'a') - 26 };
    char::from_u32(place + offset).map_or(Fold::Same, Fold::As)
}

/// Letters that no reader tells from an ASCII letter (Unicode Technical Standard 39, confusables.txt, version 16).
const fn like(c: char) -> Fold {
    let plain = match c {
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'С' | 'Ϲ' => 'C',
        'Е' | 'Ε' => 'E',
        'Н' | 'Η' => 'H',
        'І' | 'Ι' | 'Ӏ' => 'I',
        'Ј' | 'Ϳ' => 'J',
        'К' | 'Κ' | '\u{212A}' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'О' | 'Ο' | 'Օ' => 'O',
        'Р' | 'Ρ' => 'P',
        'Ԛ' => 'Q',
        'Ѕ' | 'Տ' => 'S',
        'Т' | 'Τ' => 'T',
        'Ԝ' => 'W',
        'Х' | 'Χ' => 'X',
        'Ү' | 'Υ' => 'Y',
        'Ζ' => 'Z',
        'а' | 'ɑ' => 'a',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' => 'e',
        'ɡ' => 'g',
        'һ' | 'հ' => 'h',
        'і' => 'i',
        'ј' | 'ϳ' => 'j',
        'ո' => 'n',
        'о' | 'ο' | 'օ' => 'o',
        'р' | 'ρ' => 'p',
        'ԛ' => 'q',
        'ѕ' => 's',
        'ս' => 'u',
        'ν' | 'ѵ' => 'v',
        'ԝ' => 'w',
        'х' => 'x',
        'у' | 'ү' => 'y',
        _ => return Fold::Same,
    };
    Fold::Like(plain)
}

fn digit(value: u32) -> Fold {
    char::from_digit(value, 10).map_or(Fold::Same, Fold::As)
}

/// The zeros of the decimal digits outside ASCII (Unicode 16, general category Nd, decimal value 0), in order.
const ZEROS: [u32; 69] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x10D30, 0x10D40, 0x11066, 0x110F0, 0x11136,
    0x111D0, 0x112F0, 0x11450, 0x114D0, 0x11650, 0x116C0, 0x116D0, 0x116DA, 0x11730, 0x118E0, 0x11950, 0x11BF0,
    0x11C50, 0x11D50, 0x11DA0, 0x11F50, 0x16130, 0x16A60, 0x16AC0, 0x16B50, 0x16D70, 0x1CCF0, 0x1E140, 0x1E2F0,
    0x1E4F0, 0x1E5F1, 0x1E950, 0x1FBF0,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Span;

    fn check(text: &str, expected: Option<&str>) {
        let (mut normal, mut map) = (String::new(), SpanMap::default());
        let folded = fold(text, &mut normal, &mut map);
        assert_eq!(folded.then_some(normal.as_str()), expected, "{text}");
    }

    #[test]
    fn other_digits_and_invisible_characters_fold() {
        check("plain", None);
        check("zażółć", None);
        check("４１１１", Some("4111"));
        check("٠١٢", Some("012"));
        check("१२", Some("12"));
        check("𝟘𝟙", Some("01"));
        check("4\u{200b}1\u{ad}1", Some("411"));
        check("+49\u{a0}30\u{2011}1", Some("+49 30-1"));
        check("ｂｏｂ＠ｅ．ｄｅ", Some("bob@e.de"));
        check("𝐛𝓸𝕓﹫𝚎.ⓓⓔ", Some("bob@e.de"));
        check("4\u{fe0f}\u{20e3}1\u{e0020}", Some("41"));
        check("1921․168․0․1", Some("1921.168.0.1"));
        // A footnote's mark is no digit of the number before it.
        check("4111¹ ②", None);
    }

    #[test]
    fn letters_fold_that_look_like_their_neighbours() {
        check("DЕ89 АТ61", Some("DE89 AT61"));
        check("bоb@соrр.соm", Some("bob@corp.com"));
        check("А123ВС77", Some("A123BC77"));
        check("Α1 Ρ\u{200b}2", Some("A1 P2"));
        // Words of their own script stay, beside ASCII words too, and letters that look like none.
        check("телефон сос x", None);
        check("мир7 хор7", Some("мир7 xop7"));
        check("а-b а.b", None);
        check("Ж1", None);
    }

    #[test]
    fn a_long_word_is_judged_once() {
        let text = "а".repeat(200_000);
        check(&text, None);
        let (mut normal, mut map) = (String::new(), SpanMap::default());
        assert!(fold(&format!("{text}1"), &mut normal, &mut map));
        assert_eq!(normal.len(), 200_001);
    }

    #[test]
    fn spans_come_back_to_whole_characters() {
        let (mut normal, mut map) = (String::new(), SpanMap::default());
        let text = "é 4\u{200b}１";
        assert!(fold(text, &mut normal, &mut map));
        assert_eq!(normal, "é 41");
        assert_eq!(map.to_outer(Span::new(3, 5)).of(text), "4\u{200b}１");
    }

    #[test]
    fn zeros_are_in_order() {
        assert!(ZEROS.is_sorted());
    }
}
