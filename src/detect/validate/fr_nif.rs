//! French tax numbers of persons (numéro SPI): ten digits and their rest modulo 511.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(body), Some(check), 13) = (digits.get(..10), digits.get(10..), digits.len()) else { return false };
    let rest = body.iter().fold(0, |rest, digit| (rest * 10 + digit) % 511);
    matches!(body, [0..=3, ..]) && body.iter().any(|digit| *digit > 0) && super::number(check) == rest
}

#[cfg(test)]
mod tests {
    /// European Commission, TIN country sheet of France: 30 23 217 600 053.
    #[test]
    fn worked_example() {
        for text in ["30 23 217 600 053", "3023217600053"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["3023217600054", "9701987765432", "302321760005", "0000000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
