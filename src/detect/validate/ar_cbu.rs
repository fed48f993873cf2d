//! CBU of Argentina: a check digit over bank and branch, another over the account.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(bank), Some(account), 22) = (digits.get(..8), digits.get(8..), digits.len()) else { return false };
    passes(bank) && passes(account) && account.iter().any(|digit| *digit != 0)
}

/// Banco Central de la República Argentina: weights 3, 1, 7, 9 from the right, modulus 10.
fn passes(digits: &[u32]) -> bool {
    let weights = [1, 3, 1, 7, 9].into_iter().chain([3, 1, 7, 9].into_iter().cycle());
    let sum: u32 = digits.iter().rev().zip(weights).map(|(digit, weight)| digit * weight).sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// The account of the examples of the BCRA's rules: 2850590-9 and 4009041813520-1.
    #[test]
    fn worked_example() {
        for text in ["2850590940090418135201", "28505909 40090418135201"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["2850590940090418135202", "2810590940090418135201", "285059094009041813520"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
