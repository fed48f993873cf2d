//! Birth numbers of the Czech and the Slovak Republic: a birth date and, for those born since 1954, divisible by 11.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let digits = super::digits(text);
    let [y1, y2, m1, m2, d1, d2, ref serial @ ..] = *digits.as_slice() else { return false };
    let (year, month, day) = (y1 * 10 + y2, m1 * 10 + m2, d1 * 10 + d2);
    let year = match serial.len() {
        // Nine digits were given until the end of 1953, and have no check digit.
        3 if year < 54 => 1900 + year,
        3 if year >= 80 => 1800 + year,
        4 if year < 54 => 2000 + year,
        4 => 1900 + year,
        _ => return false,
    };
    // 50 is added to the month of women, and 20 where the serial numbers of a day are used up.
    let month = match month {
        71.. => month - 70,
        51..=62 => month - 50,
        21..=32 => month - 20,
        _ => month,
    };
    date::exists(year, month, day)
        && match *serial {
            [a, b, c, check] => {
                let rest = digits.iter().take(6).chain(&[a, b, c]).fold(0, |rest, digit| (rest * 10 + digit) % 11);
                // Until 1985 a rest of 10 could have the check digit 0.
                check == rest || (check == 0 && rest == 10)
            }
            _ => true,
        }
}

#[cfg(test)]
mod tests {
    /// Zákon č. 133/2000 Sb., § 13; Ministerstvo vnitra: 780123/3540 is divisible by 11. Born before 1954: no check digit.
    #[test]
    fn worked_example() {
        for text in ["780123/3540", "710319/2745", "7103192745", "736028/5163", "401209/123"] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["780123/3541", "781323/3540", "780132/3542", "661209/123", "78012335"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
