//! Hungarian personal identifiers: sex and century, a birth date, a serial number, a weighted check digit.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [kind, y1, y2, m1, m2, d1, d2, _, _, _, check] = *digits.as_slice() else { return false };
    let (year, month, day) = (y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2);
    // 3 and 4 stood for the 1800s before they stood for the 2000s; 5 to 8 were given to foreigners.
    let year = match kind {
        1 | 2 | 5 | 6 => 1900 + year,
        3 | 4 if 2000 + year <= date::BIRTH_YEAR_MAX => 2000 + year,
        3 | 4 | 7 | 8 => 1800 + year,
        _ => return false,
    };
    // Born until the end of 1996 the weights rise, afterwards they fall.
    let weights = if year < 1997 { [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] } else { [10, 9, 8, 7, 6, 5, 4, 3, 2, 1] };
    date::exists(year, month, day) && super::weighted(&digits, &weights) % 11 == check
}

#[cfg(test)]
mod tests {
    /// 1996. évi XX. törvény, melléklet: the digits times their places, modulo 11. 1·1 + 8·2 + 1·5 + 1·7 + 1·10 = 39 leaves 6.
    #[test]
    fn worked_example() {
        assert!(super::accepts("1-800101-0016"));
        // Born in 2001 the weights fall: 3·10 + 1·8 + 1·6 + 1·4 + 1·1 = 49 leaves 5.
        assert!(super::accepts("3-010101-0015"));
        for text in ["1-800101-0015", "1-801301-0018", "9-800101-0016", "1-800101-001"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
