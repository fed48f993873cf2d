//! French NIR: sex, year and month of birth, place of birth, a serial number, and a key: 97 less the rest modulo 97.

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let (Some(body), Some(key)) = (characters.get(..13), characters.get(13..)) else { return false };
    // Corsica: 2A counts as 19 and 2B as 18.
    let corsica = match body.get(5..7) {
        Some(b"2A") => Some([1, 9]),
        Some(b"2B") => Some([1, 8]),
        _ => None,
    };
    let mut digits: Vec<u32> = body.iter().map(|byte| super::value(*byte)).collect();
    if let (Some(place), Some(found)) = (digits.get_mut(5..7), corsica) {
        place.copy_from_slice(&found);
    }
    if digits.iter().any(|digit| *digit > 9) || !key.iter().all(u8::is_ascii_digit) {
        return false;
    }
    let rest = digits.iter().fold(0, |rest, digit| (rest * 10 + digit) % 97);
    let key: Vec<u32> = key.iter().map(|byte| super::value(*byte)).collect();
    is_issued(&digits) && (key.is_empty() || (key.len() == 2 && super::number(&key) == 97 - rest))
}

/// Tells whether sex and month are ones that are given.
fn is_issued(digits: &[u32]) -> bool {
    let [sex, _, _, m1, m2, ..] = *digits else { return false };
    // INSEE: 3, 4, 7 and 8 are provisional; months from 20 on stand for dates that are not known.
    matches!(sex, 1..=4 | 7 | 8) && matches!(m1 * 10 + m2, 1..=12 | 20..=42 | 50..=99)
}

#[cfg(test)]
mod tests {
    /// INSEE, "Numéro de sécurité sociale / NIR"; the specimen of the Carte Vitale: 2 69 05 49 588 157 80.
    #[test]
    fn worked_example() {
        for text in ["2 69 05 49 588 157 80", "269054958815780", "2 95 10 99 126 111 93", "253072B07300470"] {
            assert!(super::accepts(text), "{text}");
        }
        assert!(super::accepts("2 69 05 49 588 157"));
        for text in ["2 69 05 49 588 157 81", "5 69 05 49 588 157 80", "2 69 13 49 588 157", "253072C07300470", "26905"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
