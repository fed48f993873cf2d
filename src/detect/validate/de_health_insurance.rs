//! German health insurance numbers: a letter, eight digits, a check digit by a variant of Luhn.

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let ([letter, body @ .., check], 10) = (characters.as_slice(), characters.len()) else { return false };
    if !letter.is_ascii_uppercase() || !body.iter().chain([check]).all(u8::is_ascii_digit) {
        return false;
    }
    // The letter counts as its place in the alphabet, with two digits.
    let place = u32::from(letter - b'A') + 1;
    let digits = [place / 10, place % 10].into_iter().chain(body.iter().map(|byte| super::value(*byte)));
    let products = digits.zip([1, 2].into_iter().cycle()).map(|(digit, weight)| digit * weight);
    products.map(|product| product / 10 + product % 10).sum::<u32>() % 10 == super::value(*check)
}

#[cfg(test)]
mod tests {
    /// § 290 SGB V, Anlage 1 (GKV-Spitzenverband): A00050001 has check digit 5.
    #[test]
    fn worked_example() {
        for text in ["A000500015", "a000500015", "A123456780"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["A000500014", "0000500015", "A00050001"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
