//! Permanent Account Numbers of India: the fourth letter says who holds it; 0000 is never issued.

pub(super) fn accepts(text: &str) -> bool {
    is_pan(&super::alphanumerics(text))
}

/// Tells whether ten upper-case characters are a number.
pub(super) fn is_pan(text: &[u8]) -> bool {
    let (Some(letters), Some(digits), Some(last), 10) = (text.get(..5), text.get(5..9), text.last(), text.len()) else {
        return false;
    };
    // Income Tax Department: association, body of individuals, company, firm, government, undivided family,
    // juridical person, local authority, person, trust; K is a trust of Krish.
    letters.iter().all(u8::is_ascii_uppercase)
        && letters.get(3).is_some_and(|kind| b"ABCFGHJKLPT".contains(kind))
        && digits.iter().all(u8::is_ascii_digit)
        && digits != b"0000"
        && last.is_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    /// Income Tax Department, "Know your PAN": AFZPK7190K explains the parts.
    #[test]
    fn worked_example() {
        for text in ["AFZPK7190K", "ACUPA7085R", "abcpe1234f"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["AFZXK7190K", "AFZPK0000K", "AFZPK719K", "AFZP17190K"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
