//! Portuguese NIF: eight digits and a weighted check digit modulo 11.

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let rest = super::weighted(&digits, &[9, 8, 7, 6, 5, 4, 3, 2]) % 11;
    digits.len() == 9 && !digits.starts_with(&[0]) && digits.last() == Some(&((11 - rest) % 11 % 10))
}

#[cfg(test)]
mod tests {
    /// Autoridade Tributária, Decreto-Lei 14/2013; the number of the tax authority itself: 600084779.
    #[test]
    fn worked_example() {
        for text in ["600084779", "501964843", "501 964 843", "123456789"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["600084778", "60008477", "000000000"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
