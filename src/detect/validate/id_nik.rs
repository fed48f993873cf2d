//! Indonesian population numbers: province, and a date of birth with 40 added to a woman's day.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let part = |from, to| super::number(digits.get(from..to).unwrap_or_default());
    // Ministry of Home Affairs, codes of provinces (2022); a child keeps the number of where it was registered first.
    digits.len() == 16
        && matches!(part(0, 2), 11..=19 | 21 | 31..=36 | 51..=53 | 61..=65 | 71..=76 | 81 | 82 | 91..=96)
        && date::exists(2000 + part(10, 12), part(8, 10), part(6, 8) % 40)
}

#[cfg(test)]
mod tests {
    /// Direktorat Jenderal Kependudukan dan Pencatatan Sipil: Central Jakarta, 17 August 1945.
    #[test]
    fn provinces_and_dates() {
        for text in ["3171011708450001", "3171015708450001", "31.71.01.170845.0001"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["9971011708450001", "2071011708450001", "3171013213450001", "3171011713450001", "317101170845000"]
        {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
