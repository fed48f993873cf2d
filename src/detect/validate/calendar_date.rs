//! Dates and times that can be: months to 12, days to the month's length, hours to 23.

use super::date;

pub(super) fn accepts(text: &str) -> bool {
    let numbers: Vec<u32> =
        text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).map(number).collect();
    let named = text.chars().filter(|c| c.is_alphabetic()).count() >= 3;
    match numbers.as_slice() {
        [] => false,
        // A time of day.
        [hour, minute, ..] if is_time(text) => *hour < 24 && *minute < 60,
        // `12 March 1985`, `March 12, 1985`, `March 1985`: the day, if any, comes before the year.
        [first, rest @ ..] if named => rest.is_empty() || (1..=31).contains(first) || *first > 999,
        [year, month, day, ..] if *year > 999 => date::exists(*year, *month, *day),
        [one, two, year, ..] => date::exists(*year, *one, *two) || date::exists(*year, *two, *one),
        [year, month] => *year > 999 && (1..=12).contains(month),
        [_] => false,
    }
}

fn number(digits: &str) -> u32 {
    digits.parse().unwrap_or(u32::MAX)
}

/// Tells whether the first separator is a colon.
fn is_time(text: &str) -> bool {
    text.bytes().find(|byte| !byte.is_ascii_digit()) == Some(b':')
}

#[cfg(test)]
mod tests {
    /// ISO 8601-1, section 4.3: the Gregorian calendar; its own example 1985-04-12.
    #[test]
    fn the_calendar() {
        for text in [
            "1985-04-12",
            "1985-04-12T23:20:30Z",
            "12.04.1985",
            "04/12/1985",
            "31/12/85",
            "2024-02-29",
            "23:20",
            "12 April 1985",
            "April 12, 1985",
            "März 1985",
        ] {
            assert!(super::accepts(text), "{text}");
        }
        for text in ["1985-13-12", "1985-02-30", "2023-02-29", "32/12/85", "25:20", "45 April 1985", "1985"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
