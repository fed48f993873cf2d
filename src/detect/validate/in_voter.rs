//! Numbers of India's electoral photo identity cards: three letters, six digits, and a Luhn digit over these.

use super::luhn;

pub(super) fn accepts(text: &str) -> bool {
    let letters = text.chars().filter(char::is_ascii_alphabetic).count();
    let digits = super::digits(text);
    letters == 3 && digits.len() == 7 && digits.iter().any(|digit| *digit != 0) && luhn::passes(&digits)
}

#[cfg(test)]
mod tests {
    /// 118625 has check digit 3: 1 + 2 + 3 + 8 + 2 + 1 = 17.
    #[test]
    fn worked_example() {
        for text in ["WKH1186253", "AAB1234566"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["WKH1186263", "WKH1182653", "WK11186253", "WKH118624", "WKH0000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
