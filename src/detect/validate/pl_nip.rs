//! Polish NIP: nine digits and a weighted check digit modulo 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let sum = super::weighted(&digits, &[6, 5, 7, 2, 3, 4, 5, 6, 7]);
    digits.len() == 10 && sum > 0 && digits.last() == Some(&(sum % 11))
}

#[cfg(test)]
mod tests {
    /// Ustawa o zasadach ewidencji i identyfikacji podatników; the number that the Ministry of Finance prints: 526-025-02-74.
    #[test]
    fn worked_example() {
        for text in ["526-025-02-74", "5260250274", "856-734-62-15"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["526-025-02-75", "526-025-02-7", "0000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
