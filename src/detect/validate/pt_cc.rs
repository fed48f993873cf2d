//! Portuguese citizen card numbers: the number and check digit of the citizen, a version of two characters, a check digit
//! over all by ISO/IEC 7812-1, annex B (Luhn), where letters count 10 to 35.

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let ([number @ .., _, _, last], 12) = (characters.as_slice(), characters.len()) else { return false };
    let sum: u32 = characters
        .iter()
        .enumerate()
        .map(|(at, byte)| match (at % 2, super::value(*byte)) {
            (0, value) if value > 4 => value * 2 - 9,
            (0, value) => value * 2,
            (_, value) => value,
        })
        .sum();
    number.iter().chain([last]).all(u8::is_ascii_digit) && sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    /// Agência para a Modernização Administrativa, "Validação de Número de Documento do Cartão de Cidadão": 00000000 0 ZZ4.
    #[test]
    fn worked_example() {
        for text in ["00000000 0 ZZ4", "000000000ZZ4", "00000000 0 zz4"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["00000000 0 ZZ3", "00000000A0ZZ4", "00000000 0 ZZ"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
