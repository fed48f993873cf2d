//! Hong Kong identity card numbers: one or two letters, six digits, and a check character, modulus 11.

pub(super) fn accepts(text: &str) -> bool {
    let values: Vec<u32> = super::alphanumerics(text).into_iter().map(super::value).collect();
    let Some((last, body)) = values.split_last() else { return false };
    // Immigration Department: a missing first letter counts 36; A stands for 10.
    let body: Vec<u32> = match body.len() {
        7 => [36].into_iter().chain(body.iter().copied()).collect(),
        _ => body.to_vec(),
    };
    let Some((letters, digits)) = body.split_at_checked(2) else { return false };
    body.len() == 8
        && letters.iter().all(|value| *value >= 10)
        && digits.iter().all(|value| *value < 10)
        && *last <= 10
        && (super::weighted(&body, &[9, 8, 7, 6, 5, 4, 3, 2]) + last).is_multiple_of(11)
}

#[cfg(test)]
mod tests {
    /// 36 × 9 + 10 × 8 + 1 × 7 + 2 × 6 + 3 × 5 + 4 × 4 + 5 × 3 + 6 × 2 = 481, 3 short of 11 × 44.
    #[test]
    fn worked_example() {
        for text in ["A123456(3)", "C123456(9)", "AB987654(3)", "a1234563"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["A123456(4)", "A132456(3)", "1123456(3)", "A12345(3)", "A123456(B)"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
