//! Chinese resident identity card numbers: region, date of birth, and a check character per ISO 7064 MOD 11-2.

use super::{date, iso7064};

pub(super) fn accepts(text: &str) -> bool {
    let characters = super::alphanumerics(text);
    let digits = super::digits(text);
    let part = |from, to| super::number(digits.get(from..to).unwrap_or_default());
    // GB 11643: the first two digits name a province (GB/T 2260).
    characters.len() == 18
        && matches!(part(0, 2), 11..=15 | 21..=23 | 31..=37 | 41..=46 | 50..=54 | 61..=65 | 71 | 81..=83 | 91)
        && (1800..2100).contains(&part(6, 10))
        && date::exists(part(6, 10), part(10, 12), part(12, 14))
        && iso7064::mod_11_2(&characters)
}

#[cfg(test)]
mod tests {
    /// GB 11643-1999 works 11010519491231002X and 440524188001010014 through.
    #[test]
    fn worked_example() {
        for text in ["11010519491231002X", "440524188001010014", "11010519491231002x"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in
            ["110105194912310021", "440524188001010041", "00010519491231002X", "11010519491331002X", "1101051949"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
