//! CUIT and CUIL of Argentina: kind of holder, and a check digit modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let check = match 11 - super::weighted(&digits, &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11 {
        11 => 0,
        10 => 9,
        check => check,
    };
    // ARCA (before AFIP): 20 to 27 persons, 30 to 34 companies, 50 to 55 international purposes.
    digits.len() == 11
        && matches!(super::number(digits.get(..2).unwrap_or_default()), 20 | 23 | 24 | 27 | 30 | 33 | 34 | 50 | 51 | 55)
        && digits.last() == Some(&check)
}

#[cfg(test)]
mod tests {
    /// AFIP's own CUIT, and a person's.
    #[test]
    fn worked_example() {
        for text in ["33-69345023-9", "20-05536168-2", "20267565393"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["33-69345023-8", "33-63945023-9", "21-05536168-2", "20-0553616-2"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
