//! Text as the patterns read it: other digits and full-width forms folded to ASCII, invisible characters dropped.

use crate::model::SpanMap;

/// What becomes of one character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fold {
    Same,
    Dropped,
    As(char),
}

/// Writes the folded text to `normal` and its way back to `map`; `false` where nothing folds and both are untouched.
pub(super) fn fold(text: &str, normal: &mut String, map: &mut SpanMap) -> bool {
    if text.is_ascii() || text.chars().all(|c| fold_one(c) == Fold::Same) {
        return false;
    }
    normal.clear();
    map.restart(0);
    for c in text.chars() {
        match fold_one(c) {
            Fold::Same => {
                normal.push(c);
                map.copied(c.len_utf8());
            }
            Fold::Dropped => map.unit(0, c.len_utf8()),
            Fold::As(plain) => {
                normal.push(plain);
                map.unit(plain.len_utf8(), c.len_utf8());
            }
        }
    }
    true
}

fn fold_one(c: char) -> Fold {
    let code = u32::from(c);
    match code {
        0..=0x9F => Fold::Same,
        // Soft hyphen, joiners, direction marks, variation selectors, byte order mark: default ignorable code points.
        0xAD
        | 0x34F
        | 0x61C
        | 0x180B..=0x180E
        | 0x200B..=0x200F
        | 0x202A..=0x202E
        | 0x2060..=0x206F
        | 0xFE00..=0xFE0F
        | 0xFEFF => Fold::Dropped,
        0xA0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => Fold::As(' '),
        0x2010..=0x2015 | 0x2212 | 0xFE58 | 0xFE63 => Fold::As('-'),
        0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).map_or(Fold::Same, Fold::As),
        // Mathematical digits, five styles of ten.
        0x1D7CE..=0x1D7FF => digit((code - 0x1D7CE) % 10),
        _ => {
            let after = ZEROS.partition_point(|zero| *zero <= code);
            match after.checked_sub(1).and_then(|at| ZEROS.get(at)) {
                Some(zero) if code - zero < 10 => digit(code - zero),
                _ => Fold::Same,
            }
        }
    }
}

fn digit(value: u32) -> Fold {
    char::from_digit(value, 10).map_or(Fold::Same, Fold::As)
}

/// The zeros of the decimal digits outside ASCII (Unicode 16, general category Nd, decimal value 0), in order.
const ZEROS: [u32; 38] = [
    0x0660, 0x06F0, 0x07C0, 0x0966, 0x09E6, 0x0A66, 0x0AE6, 0x0B66, 0x0BE6, 0x0C66, 0x0CE6, 0x0D66, 0x0DE6, 0x0E50,
    0x0ED0, 0x0F20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50, 0x1BB0, 0x1C40, 0x1C50,
    0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0, 0x104A0, 0x11066, 0x1E950,
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
