//! NHS numbers of England, Wales and the Isle of Man: a modulus 11 check digit.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // NHS Data Dictionary: weights 10 to 2; 11 less the remainder is the check digit, 11 stands for 0, 10 is never used.
    let sum = super::weighted(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2, 0]);
    let check = match 11 - sum % 11 {
        11 => 0,
        check => check,
    };
    digits.len() == 10 && check < 10 && digits.last() == Some(&check) && !super::is_one_digit(&digits)
}

#[cfg(test)]
mod tests {
    /// NHS Data Model and Dictionary, attribute NHS NUMBER: 943 476 5919 is worked through there.
    #[test]
    fn worked_example() {
        assert!(super::accepts("943 476 5919"));
        assert!(super::accepts("4010232137"));
        for text in ["943 476 5918", "9434765920", "943476591", "0000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
