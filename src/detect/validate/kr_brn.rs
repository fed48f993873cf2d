//! Korean business registration numbers: weights 1, 3, 7 and, for the ninth digit, 5 with its carry.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let ninth = digits.get(8).copied().unwrap_or_default() * 5;
    let sum = super::weighted(&digits, &[1, 3, 7, 1, 3, 7, 1, 3, 5]) + ninth / 10;
    // National Tax Service: tax offices begin at 101, kinds of business at 01.
    digits.len() == 10
        && super::number(digits.get(..3).unwrap_or_default()) >= 101
        && super::number(digits.get(3..5).unwrap_or_default()) >= 1
        && digits.last() == Some(&((10 - sum % 10) % 10))
}

#[cfg(test)]
mod tests {
    /// Numbers that the Financial Supervisory Service publishes of listed companies.
    #[test]
    fn worked_example() {
        for text in ["116-82-00276", "124-81-00998", "1208800767"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["116-82-00277", "117-82-00276", "000-82-00276", "124-00-00998", "12481009"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
