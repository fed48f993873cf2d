//! Russian INN: one check digit in ten for an organisation, two in twelve for a person.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    // Federal Tax Service, order MM-7-6/435: weights, modulus 11, then 10.
    let check = |weights: &[u32]| Some(super::weighted(&digits, weights) % 11 % 10);
    let passes = match digits.len() {
        10 => digits.get(9).copied() == check(&[2, 4, 10, 3, 5, 9, 4, 6, 8]),
        12 => {
            digits.get(10).copied() == check(&[7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
                && digits.get(11).copied() == check(&[3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8])
        }
        _ => false,
    };
    passes && digits.iter().any(|digit| *digit != 0)
}

#[cfg(test)]
mod tests {
    /// The Federal Tax Service's own INN, 7707329152, and one of a person.
    #[test]
    fn worked_example() {
        for text in ["7707329152", "500100732259", "123456789047"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["7707329153", "7707392152", "500100732295", "0000000000", "77073291520"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
