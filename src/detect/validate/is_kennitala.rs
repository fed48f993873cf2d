//! Icelandic kennitala: a birth date (or a founding date, its day raised by 40), a weighted check digit, the century.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [d1, d2, m1, m2, y1, y2, _, _, check, century] = *digits.as_slice() else { return false };
    let (day, month, year) = (d1 * 10 + d2, m1 * 10 + m2, y1 * 10 + y2);
    let year = match century {
        8 => 1800 + year,
        9 => 1900 + year,
        0 => 2000 + year,
        _ => return false,
    };
    let day = if day > 40 { day - 40 } else { day };
    let rest = super::weighted(&digits, &[3, 2, 7, 6, 5, 4, 3, 2]) % 11;
    date::exists(year, month, day) && year <= date::BIRTH_YEAR_MAX && (11 - rest) % 11 == check
}

#[cfg(test)]
mod tests {
    /// Þjóðskrá, "Um kennitölur": 120160-33 has check digit 8 (born in 1960).
    #[test]
    fn worked_example() {
        for text in ["120160-3389", "120174-3399", "1201743399", "450401-3150"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["120160-3379", "121360-3389", "120160-3385", "120160-338"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
