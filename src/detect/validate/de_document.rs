//! German passports and identity cards: nine characters, in the machine readable zone followed by a check digit.

use super::icao9303;

/// Characters of a number; vowels and letters that look like digits are left out.
const CHARACTERS: &[u8] = b"0123456789CFGHJKLMNPRTVWXYZ";

/// Passports begin with one of C, F, G, H, J and K.
pub(super) fn accepts_passport(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    matches!(characters.first(), Some(b'C' | b'F' | b'G' | b'H' | b'J' | b'K')) && is_number(&characters)
}

/// Identity cards begin with one of L to Z; those until 2010 have ten digits, the last one a check digit, and a D.
pub(super) fn accepts_id_card(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    match characters.as_slice() {
        [old @ .., b'D'] if old.len() == 10 && old.iter().all(u8::is_ascii_digit) => icao9303::passes(old),
        [b'L'..=b'Z', ..] => is_number(&characters),
        _ => false,
    }
}

/// A word of consonants is no number: three digits at least.
fn is_number(characters: &[u8]) -> bool {
    let number = characters.get(..9).unwrap_or_default();
    number.len() == 9
        && number.iter().all(|byte| CHARACTERS.contains(byte))
        && number.iter().filter(|byte| byte.is_ascii_digit()).count() >= 3
        && (characters.len() == 9 || (characters.len() == 10 && icao9303::passes(characters)))
}

#[cfg(test)]
mod tests {
    /// Bundesministerium des Innern, specimens: passport C01X00T47 with check digit 8, identity card T22000129 with 3;
    /// the old card 1220001297 D.
    #[test]
    fn worked_examples() {
        for text in ["C01X00T47", "C01X00T478", "c01x00t478"] {
            assert!(super::accepts_passport(text), "{text}");
        }
        for text in ["C01X00T477", "L01X00T47", "C01X00A47", "CFGHJKLMN", "C01X00T4"] {
            assert!(!super::accepts_passport(text), "{text}");
        }
        for text in ["T22000129", "T220001293", "L01X00T471", "1220001297D"] {
            assert!(super::accepts_id_card(text), "{text}");
        }
        for text in ["T220001294", "C01X00T47", "1220001298D", "LMNPRTVWX"] {
            assert!(!super::accepts_id_card(text), "{text}");
        }
    }
}
