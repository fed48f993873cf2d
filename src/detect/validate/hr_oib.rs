//! Croatian OIB: ten digits and a check digit per ISO 7064 MOD 11,10.

use super::iso7064;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    digits.len() == 11 && iso7064::mod_11_10(&digits)
}

#[cfg(test)]
mod tests {
    /// Porezna uprava, specimen of the confirmation of an OIB: 69435151530.
    #[test]
    fn worked_example() {
        for text in ["69435151530", "33392005961"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["69435151531", "6943515153"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
