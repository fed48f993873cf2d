//! Spanish NIF and NIE: the letter is the number modulo 23.

pub(super) fn accepts(text: &str) -> bool {
    const LETTERS: &[u8; 23] = b"TRWAGMYFPDXBNJZSQVHLCKE";
    let compact: Vec<u8> =
        text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_uppercase()).collect();
    let [first, middle @ .., letter] = compact.as_slice() else { return false };
    // Ministerio del Interior: X, Y and Z of a NIE stand for 0, 1 and 2.
    let leading = match first {
        b'X' => b'0',
        b'Y' => b'1',
        b'Z' => b'2',
        other => *other,
    };
    if compact.len() != 9 || !leading.is_ascii_digit() || !middle.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let number = middle.iter().fold(u32::from(leading - b'0'), |sum, digit| sum * 10 + u32::from(digit - b'0'));
    usize::try_from(number % 23).ok().and_then(|at| LETTERS.get(at)) == Some(letter)
}

#[cfg(test)]
mod tests {
    /// Ministerio del Interior, "Cálculo del dígito de control del NIF/NIE": 12345678 has Z.
    #[test]
    fn worked_example() {
        for text in ["12345678Z", "12.345.678-z", "X1234567L", "Y1234567X", "Z1234567R"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["12345678A", "1234567Z", "W1234567L", "123456789"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
