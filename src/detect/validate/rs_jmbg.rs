//! Unique master citizen numbers of Serbia and of what was Yugoslavia: date of birth, region, modulus 11.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let part = |from, to| super::number(digits.get(from..to).unwrap_or_default());
    // Zakon o jedinstvenom matičnom broju građana: the year has three digits, 8 and 9 of the last millennium.
    let year = match part(4, 7) {
        old @ 800.. => 1000 + old,
        new => 2000 + new,
    };
    let sum = super::weighted(&digits, &[7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]);
    digits.len() == 13 && date::exists(year, part(2, 4), part(0, 2)) && digits.last() == Some(&((11 - sum % 11) % 11))
}

#[cfg(test)]
mod tests {
    /// The second man born in Belgrade on 1 January 1980: 010198071002 gives 104, rest 5.
    #[test]
    fn worked_example() {
        for text in ["0101980710026", "0101006500006"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["0101980710025", "3202980710026", "0113980710026", "010198071002"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
