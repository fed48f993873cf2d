//! Days of the Gregorian calendar, as they stand in identifiers.

/// The last year of birth that an identifier may tell: what lies further ahead was made up.
pub(super) const BIRTH_YEAR_MAX: u32 = 2030;

/// Tells whether there is such a day.
pub(super) const fn exists(year: u32, month: u32, day: u32) -> bool {
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => return false,
    };
    1 <= day && day <= days
}

/// Tells whether there is such a day in some century: of the years that end in 00, one in four has a 29 February.
pub(super) const fn exists_in_some_century(year: u32, month: u32, day: u32) -> bool {
    exists(2000 + year % 100, month, day)
}

/// Tells whether digits begin with a day as `YYMMDD` of a century, given by its first year.
pub(super) fn begins(digits: &[u32], century: u32) -> bool {
    let part = |from, to| digits.get(from..to).map(super::number);
    match (part(0, 2), part(2, 4), part(4, 6)) {
        (Some(year), Some(month), Some(day)) => exists(century + year, month, day),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ISO 8601-1:2019, section 4.2.1: the lengths of months, and which years are leap years.
    #[test]
    fn the_calendar() {
        for (year, month, day) in [(1985, 4, 12), (2024, 2, 29), (2000, 2, 29), (1999, 12, 31), (2023, 6, 30)] {
            assert!(exists(year, month, day), "{year}-{month}-{day}");
        }
        for (year, month, day) in
            [(1900, 2, 29), (2023, 2, 29), (2023, 6, 31), (2023, 13, 1), (2023, 0, 1), (2023, 1, 0)]
        {
            assert!(!exists(year, month, day), "{year}-{month}-{day}");
        }
        assert!(exists_in_some_century(0, 2, 29) && exists_in_some_century(84, 2, 29));
        assert!(!exists_in_some_century(85, 2, 29));
    }
}
