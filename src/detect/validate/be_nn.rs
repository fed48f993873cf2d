//! Belgian national register numbers, and the BIS numbers of those who are not in the register: a birth date, a serial
//! number, and 97 less the rest of the number modulo 97.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let (Some(body), Some(check), 11) = (digits.get(..9), digits.get(9..), digits.len()) else { return false };
    let [y1, y2, m1, m2, d1, d2, ..] = *digits.as_slice() else { return false };
    let (year, month, day) = (y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2);
    let (body, check) = (super::number(body), super::number(check));
    let passes = |body: u32| 97 - body % 97 == check;
    // Since 2000 a 2 stands before the number where the check is calculated.
    let in_this_century = 2000 + year <= date::BIRTH_YEAR_MAX && passes(2_000_000_000 + body);
    // BIS: 20 is added to the month, or 40 where the sex is known. A month or day that is not known is 0.
    body > 0 && (passes(body) || in_this_century) && month < 60 && month % 20 <= 12 && day <= 31
}

#[cfg(test)]
mod tests {
    /// Rijksregister, IT 000: 85.07.30-033 has 28, and 17.07.30-033 (born in 2017) has 84. Kruispuntbank van de Sociale
    /// Zekerheid: the BIS number 98.47.28-997 has 65.
    #[test]
    fn worked_example() {
        for text in ["85.07.30-033.28", "85073003328", "17.07.30-033.84", "98.47.28-997.65", "01 49 07 001 85"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["85.07.30-033.29", "85.17.30-033.28", "85.07.30-033.2", "00000000097"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
