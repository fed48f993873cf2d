//! NRIC and FIN of Singapore: seven digits between a century letter and a check letter.

pub(super) fn accepts(text: &str) -> bool {
    let compact = text.to_ascii_uppercase();
    let digits = super::digits(&compact);
    let (Some(first), Some(last), 7) = (compact.chars().next(), compact.chars().last(), digits.len()) else {
        return false;
    };
    // Immigration & Checkpoints Authority: T and G (from 2000) add 4, M (from 2022) adds 3.
    let (offset, letters) = match first {
        'S' => (0, "JZIHGFEDCBA"),
        'T' => (4, "JZIHGFEDCBA"),
        'F' => (0, "XWUTRQPNMLK"),
        'G' => (4, "XWUTRQPNMLK"),
        'M' => (3, "XWUTRQPNJLK"),
        _ => return false,
    };
    let rest = (super::weighted(&digits, &[2, 7, 6, 5, 4, 3, 2]) + offset) % 11;
    usize::try_from(rest).ok().and_then(|at| letters.chars().nth(at)) == Some(last)
}

#[cfg(test)]
mod tests {
    /// The method as it is taught: 1234567 gives 106, rest 7, so that S1234567 has D.
    #[test]
    fn worked_example() {
        for text in ["S1234567D", "T1234567J", "F1234567N", "G1234567X", "M1234567K", "s1234567d"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["S1234567E", "T1234567D", "A1234567D", "S123456D", "S1324567D"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
