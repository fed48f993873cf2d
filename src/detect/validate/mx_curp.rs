//! Mexican CURP: letters of the name, date of birth, sex, state, and a check digit modulus 10.

use super::date;

/// Entities of birth: the 32 states, and NE for abroad.
const STATES: [&str; 33] = [
    "AS", "BC", "BS", "CC", "CH", "CL", "CM", "CS", "DF", "DG", "GR", "GT", "HG", "JC", "MC", "MN", "MS", "NE", "NL",
    "NT", "OC", "PL", "QR", "QT", "SL", "SP", "SR", "TC", "TL", "TS", "VZ", "YN", "ZS",
];

/// Beginnings that the registry replaces, because they are words.
#[rustfmt::skip]
const WORDS: [&str; 81] = [
    "BACA", "BAKA", "BUEI", "BUEY", "CACA", "CACO", "CAGA", "CAGO", "CAKA", "CAKO", "COGE", "COGI", "COJA", "COJE",
    "COJI", "COJO", "COLA", "CULO", "FALO", "FETO", "GETA", "GUEI", "GUEY", "JETA", "JOTO", "KACA", "KACO", "KAGA",
    "KAGO", "KAKA", "KAKO", "KOGE", "KOGI", "KOJA", "KOJE", "KOJI", "KOJO", "KOLA", "KULO", "LILO", "LOCA", "LOCO",
    "LOKA", "LOKO", "MAME", "MAMO", "MEAR", "MEAS", "MEON", "MIAR", "MION", "MOCO", "MOKO", "MULA", "MULO", "NACA",
    "NACO", "PEDA", "PEDO", "PENE", "PIPI", "PITO", "POPO", "PUTA", "PUTO", "QULO", "RATA", "ROBA", "ROBE", "ROBO",
    "RUIN", "SENO", "TETA", "VACA", "VAGA", "VAGO", "VAKA", "VUEI", "VUEY", "WUEI", "WUEY",
];

pub(super) fn accepts(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let values: Option<Vec<u32>> = upper.chars().map(value).collect();
    let (Some(values), Some(name), Some(state)) = (values, upper.get(..4), upper.get(11..13)) else { return false };
    let century = if values.get(16).is_some_and(|value| *value < 10) { 1900 } else { 2000 };
    let weights: Vec<u32> = (2..=18).rev().collect();
    values.len() == 18
        && !WORDS.contains(&name)
        && date::begins(values.get(4..).unwrap_or_default(), century)
        && matches!(upper.get(10..11), Some("H" | "M"))
        && STATES.contains(&state)
        && values.last() == Some(&((10 - super::weighted(&values, &weights) % 10) % 10))
}

/// The place of a character among the digits and the letters of the Spanish alphabet; Ñ, at 24, stands in no number.
fn value(c: char) -> Option<u32> {
    match c.to_digit(36)? {
        high @ 24.. => Some(high + 1),
        low => Some(low),
    }
}

#[cfg(test)]
mod tests {
    /// Instructivo normativo para la asignación de la CURP (DOF): the woman born on 20 August 1931 abroad.
    #[test]
    fn worked_example() {
        for text in ["BOXW310820HNERXN09", "boxw310820hnerxn09"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in
            ["BOXW310820HNERXN08", "BOXW311320HNERXN09", "BOXW310820XNERXN09", "BOXW310820HXXRXN09", "BOXW310820"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
