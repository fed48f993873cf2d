//! Irish PPS numbers: seven digits, a check letter modulo 23, and since 2013 a second letter.

const LETTERS: &[u8; 23] = b"WABCDEFGHIJKLMNOPQRSTUV";

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let (Some(body), Some(letter), after) = (characters.get(..7), characters.get(7), characters.get(8)) else {
        return false;
    };
    // A W, T or X in the last place belongs to older numbers and is not part of the check.
    let second = match (characters.len(), after) {
        (8, None) | (9, Some(b'W' | b'T' | b'X')) => 0,
        (9, Some(second @ b'A'..=b'I')) => super::value(*second) - 9,
        _ => return false,
    };
    passes(body, *letter, second)
}

/// Tells whether a letter is the check letter of seven digits and a second letter, which counts its place nine times.
pub(super) fn passes(body: &[u8], letter: u8, second: u32) -> bool {
    let digits: Vec<u32> = body.iter().map(|byte| super::value(*byte)).collect();
    let rest = (super::weighted(&digits, &[8, 7, 6, 5, 4, 3, 2]) + second * 9) % 23;
    body.iter().all(u8::is_ascii_digit) && usize::try_from(rest).ok().and_then(|at| LETTERS.get(at)) == Some(&letter)
}

#[cfg(test)]
mod tests {
    /// Department of Social Protection: 1234567 has T; with the second letter A, 1234567 has F.
    #[test]
    fn worked_example() {
        for text in ["1234567T", "1234567fa", "1234567TW", "6433435F"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["1234567A", "1234567TA", "1234567", "123456TT"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
