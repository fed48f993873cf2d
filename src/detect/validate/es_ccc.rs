//! Spanish customer account codes: bank and branch, two weighted check digits modulo 11, the account.

/// What the ten digits of either half count; two zeros stand before bank and branch.
const WEIGHTS: [u32; 10] = [1, 2, 4, 8, 5, 10, 9, 7, 3, 6];

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(bank), Some(checks), Some(account), 20) =
        (digits.get(..8), digits.get(8..10), digits.get(10..), digits.len())
    else {
        return false;
    };
    let check = |digits: &[u32], weights: &[u32]| match super::weighted(digits, weights) % 11 {
        0 => 0,
        1 => 1,
        rest => 11 - rest,
    };
    digits.iter().any(|digit| *digit > 0)
        && checks == [check(bank, WEIGHTS.get(2..).unwrap_or_default()), check(account, &WEIGHTS)]
}

#[cfg(test)]
mod tests {
    /// SWIFT IBAN registry, Spain: 2100 0418 has 4 and 0200051332 has 5.
    #[test]
    fn worked_example() {
        for text in ["2100 0418 45 0200051332", "21000418450200051332", "2100-0813-61-0123456789"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in
            ["2100 0418 44 0200051332", "2100 0418 45 0200051333", "2100041845020005133", "00000000000000000000"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
