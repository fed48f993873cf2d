//! Italian Codice Fiscale: form, birth date, and the check letter of the Decreto Ministeriale 23 dicembre 1976.

use super::date;

/// What a character counts in an odd place, by its value (digits 0 to 9, letters as the digits and on).
const ODD: [u32; 26] = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];
/// Letters that stand for the digits 0 to 9 where two persons would have the same code (omocodia).
const OMOCODIA: &[u8; 10] = b"LMNPQRSTUV";
/// The letters of the months.
const MONTHS: &[u8; 12] = b"ABCDEHLMPRST";

pub(super) fn accepts(text: &str) -> bool {
    let code = super::alphanumerics(text);
    let [n1, n2, n3, n4, n5, n6, y1, y2, month, d1, d2, place, p1, p2, p3, check] = *code.as_slice() else {
        return false;
    };
    let (Some(year), Some(day)) = (pair(y1, y2), pair(d1, d2)) else { return false };
    let Some(month) = MONTHS.iter().zip(1..).find(|(letter, _)| **letter == month).map(|(_, month)| month) else {
        return false;
    };
    // 40 is added to the day of women.
    let day = if day > 40 { day - 40 } else { day };
    let sum: u32 = code.iter().take(15).enumerate().map(|(at, byte)| weight(at, *byte)).sum();
    [n1, n2, n3, n4, n5, n6, place].iter().all(u8::is_ascii_uppercase)
        && [p1, p2, p3].iter().all(|byte| digit(*byte).is_some())
        && date::exists_in_some_century(year, month, day)
        && u32::from(check) == u32::from(b'A') + sum % 26
}

/// The number that two characters stand for.
fn pair(tens: u8, units: u8) -> Option<u32> {
    Some(digit(tens)? * 10 + digit(units)?)
}

/// The digit that a character stands for.
fn digit(byte: u8) -> Option<u32> {
    match byte {
        b'0'..=b'9' => Some(u32::from(byte - b'0')),
        _ => OMOCODIA.iter().position(|letter| *letter == byte).and_then(|at| u32::try_from(at).ok()),
    }
}

/// What a character counts in its place, from 0.
fn weight(at: usize, byte: u8) -> u32 {
    let value = match byte {
        b'0'..=b'9' => byte - b'0',
        _ => byte.saturating_sub(b'A'),
    };
    if at.is_multiple_of(2) { ODD.get(usize::from(value)).copied().unwrap_or_default() } else { value.into() }
}

#[cfg(test)]
mod tests {
    /// The specimen of the Agenzia delle Entrate: Rossi Mario, born 10 December 1985 in Arezzo province.
    #[test]
    fn worked_example() {
        assert!(super::accepts("RSSMRA85T10A562S"));
        assert!(super::accepts("rssmra85t10a562s"));
        // 2 in the last place replaced by N, check letter anew.
        assert!(super::accepts("RSSMRA85T10A56NH"));
        for text in ["RSSMRA85T10A562T", "RSSMRA85F10A562S", "RSSMRA85T00A562S", "RSSMRA85B30A562E", "RSSMRA85T10A562"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
