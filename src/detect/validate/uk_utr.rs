//! Unique Taxpayer References of the United Kingdom: the first digit checks the others, modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let Some((check, body)) = digits.split_first() else { return false };
    // HMRC: weights 6, 7, 8, 9, 10, 5, 4, 3, 2; 11 less the remainder, 9 less where that is above 9.
    let rest = super::weighted(body, &[6, 7, 8, 9, 10, 5, 4, 3, 2]) % 11;
    let expected = match 11 - rest {
        high @ 10.. => high - 9,
        low => low,
    };
    digits.len() == 10 && *check == expected
}

#[cfg(test)]
mod tests {
    /// HMRC, validation of the UTR: 955839661 has check digit 1.
    #[test]
    fn worked_example() {
        for text in ["1955839661", "19558 39661", "1955839661K"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["2955839661", "1958539661", "195583966", "0955839661"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
