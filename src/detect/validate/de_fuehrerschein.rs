//! German driving licence numbers: the office (state A to P, district, branch), a running number, a check character
//! modulo 11, the number of the copy.

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let ([state, tens, units, _, ..], 11) = (characters.as_slice(), characters.len()) else { return false };
    if !matches!(state, b'A'..=b'P') || !tens.is_ascii_digit() || !units.is_ascii_digit() {
        // Licences from before 1999 have numbers of the office's own; most begin with the letters of the district.
        return matches!(characters.as_slice(), [a, b, number @ .., _]
            if a.is_ascii_uppercase() && b.is_ascii_uppercase() && number.iter().all(u8::is_ascii_digit));
    }
    let sum: u32 = characters.iter().zip((1..=9).rev()).map(|(byte, weight)| super::value(*byte) * weight).sum();
    match characters.get(9) {
        Some(b'X') => sum % 11 == 10,
        Some(check) => check.is_ascii_digit() && sum % 11 == super::value(*check),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    /// Kraftfahrt-Bundesamt, the specimen of the licence: B072RRE2I has check digit 5, and 5 is the copy:
    /// 11·9 + 0·8 + 7·7 + 2·6 + 27·5 + 27·4 + 14·3 + 2·2 + 18·1 = 467, the rest modulo 11 is 5.
    #[test]
    fn worked_example() {
        for text in ["B072RRE2I55", "b072rre2i55", "BO12345678A"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["B072RRE2I65", "B072RRE2I5", "Q072RRE2I55", "12345678901"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
