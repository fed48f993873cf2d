//! Finnish personal identity codes: a birth date, a sign for the century, an individual number, a check character
//! modulo 31.

use super::date;

const CHECK: &[u8; 31] = b"0123456789ABCDEFHJKLMNPRSTUVWXY";

pub(super) fn accepts(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let (Some(born), Some(sign), Some(number), Some(check), 11) =
        (upper.get(..6), upper.as_bytes().get(6), upper.get(7..10), upper.as_bytes().get(10), upper.len())
    else {
        return false;
    };
    let century = match sign {
        b'+' => 1800,
        b'-' | b'U'..=b'Y' => 1900,
        b'A'..=b'F' => 2000,
        _ => return false,
    };
    let digits = super::digits(&format!("{born}{number}"));
    let [d1, d2, m1, m2, y1, y2, i1, i2, i3] = *digits.as_slice() else { return false };
    let rest = usize::try_from(super::number(&digits) % 31).unwrap_or_default();
    // 000 and 001 are not given.
    date::exists(century + y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2)
        && i1 * 100 + i2 * 10 + i3 >= 2
        && CHECK.get(rest) == Some(check)
}

#[cfg(test)]
mod tests {
    /// Digi- ja väestötietovirasto, "Henkilötunnus": 131052-308 has T.
    #[test]
    fn worked_example() {
        for text in ["131052-308T", "131052y308t", "131052A308T", "131052+308T"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["131052-308U", "131352-308T", "131052G308T", "131052-308", "131052-001P"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
