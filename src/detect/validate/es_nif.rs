//! Spanish NIF and NIE: the letter is the number modulo 23.

const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";

pub(super) fn accepts(text: &str) -> bool {
    passes(&super::alphanumerics(text))
}

pub(super) fn passes(characters: &[u8]) -> bool {
    let ([first, middle @ .., letter], 9) = (characters, characters.len()) else { return false };
    // Ministerio del Interior: X, Y and Z of a NIE stand for 0, 1 and 2. Real Decreto 1065/2007, artículo 20: K, L and M
    // stand before the number of who has no DNI, and count nothing.
    let leading = match first {
        b'X' | b'K' | b'L' | b'M' => 0,
        b'Y' => 1,
        b'Z' => 2,
        b'0'..=b'9' => super::value(*first),
        _ => return false,
    };
    let number = middle.iter().fold(leading, |sum, digit| sum * 10 + super::value(*digit));
    middle.iter().all(u8::is_ascii_digit)
        && usize::try_from(number % 23).ok().and_then(|at| LETTERS.get(at)) == Some(letter)
}

#[cfg(test)]
mod tests {
    /// Ministerio del Interior, "Cálculo del dígito de control del NIF/NIE": 12345678 has Z.
    #[test]
    fn worked_example() {
        for text in ["12345678Z", "12.345.678-z", "X1234567L", "Y1234567X", "Z1234567R", "K1234567L"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["12345678A", "1234567Z", "W1234567L", "123456789", "K1234567A"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
