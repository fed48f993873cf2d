//! Peruvian DNI: eight digits, and a ninth character, digit or letter, that checks them.

pub(super) fn accepts(text: &str) -> bool {
    let compact: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let (Some(body), Some(last)) = (compact.get(..8), compact.get(8..)) else { return false };
    let digits = super::digits(body);
    if digits.len() != 8 || super::is_one_digit(&digits) {
        return false;
    }
    // RENIEC: weights 3, 2, 7, 6, 5, 4, 3, 2; cards of before and after 1998 have different alphabets.
    let rest = usize::try_from(super::weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11).unwrap_or_default();
    let fits = |alphabet: &str| alphabet.get(rest..=rest).is_some_and(|check| check.eq_ignore_ascii_case(last));
    last.is_empty() || fits("65432110987") || fits("KJIHGFEDCBA")
}

#[cfg(test)]
mod tests {
    /// 10117410 gives 70, rest 4: the check digit is 2, the letter G.
    #[test]
    fn worked_example() {
        for text in ["10117410-2", "10117410", "10117410G"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["10117410-3", "1011741", "1011741023", "00000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
