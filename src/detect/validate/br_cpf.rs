//! Brazilian CPF: two check digits modulo 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    digits.len() == 11
        && !super::is_one_digit(&digits)
        && digits.get(9) == Some(&check(&digits, &[10, 9, 8, 7, 6, 5, 4, 3, 2]))
        && digits.get(10) == Some(&check(&digits, &[11, 10, 9, 8, 7, 6, 5, 4, 3, 2]))
}

/// 11 less the remainder; 0 where the remainder is below 2.
fn check(digits: &[u32], weights: &[u32]) -> u32 {
    match super::weighted(digits, weights) % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

#[cfg(test)]
mod tests {
    /// The worked example of the Receita Federal's method that is taught everywhere: 111.444.777 has 35.
    #[test]
    fn worked_example() {
        assert!(super::accepts("111.444.777-35"));
        assert!(super::accepts("52998224725"));
        for text in ["111.444.777-36", "111.444.777-45", "111.111.111-11", "1114447773"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
