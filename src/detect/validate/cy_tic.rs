//! Cypriot tax identification codes: eight digits and a letter modulo 26.

/// What a digit in an odd place counts.
const ODD: [u32; 10] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21];

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let [body @ .., letter] = characters.as_slice() else { return false };
    let sum: u32 = body
        .iter()
        .enumerate()
        .map(|(at, byte)| match (at % 2, super::value(*byte)) {
            (0, value) => usize::try_from(value).ok().and_then(|at| ODD.get(at)).copied().unwrap_or_default(),
            (_, value) => value,
        })
        .sum();
    // 12 at the beginning is never issued.
    body.len() == 8
        && body.iter().all(u8::is_ascii_digit)
        && !body.starts_with(b"12")
        && u32::from(*letter) == u32::from(b'A') + sum % 26
}

#[cfg(test)]
mod tests {
    /// European Commission, VAT number algorithms: 00532445 has O.
    #[test]
    fn worked_example() {
        for text in ["00532445O", "10259033p"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["00532445P", "0532445O", "005324450", "12259033P"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
