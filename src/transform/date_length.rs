//! How long dates are as a format spells them, which is known before there are any.

use jiff::civil::{Date, DateTime};

use super::date_shift::spelled;

/// How many characters dates of a format have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Length {
    /// The fewest.
    pub(super) least: usize,
    /// The most.
    pub(super) most: usize,
    /// By how many two days of one time of day may differ: `May` from `September`, `Monday` from `Wednesday`.
    pub(super) growth: usize,
}

impl Length {
    /// Measures a format by days of years of four digits, whose last two are a short number and a long one: of each month the
    /// first nine, which have one digit, and nine that have two, so that each weekday is there both ways; each at a time of day
    /// that is short and at one that is long.
    pub(super) fn of(format: &str) -> Self {
        let days = |year: i16, first: i8| {
            (1..=12).flat_map(move |month| (first..first + 9).filter_map(move |day| Date::new(year, month, day).ok()))
        };
        let count = |moment: DateTime| spelled(format, moment).map(|text| text.chars().count());
        let short = || days(2005, 1).chain(days(2024, 10)).filter_map(|date| count(date.at(1, 2, 3, 0)));
        let long = || days(2005, 1).chain(days(2024, 10)).filter_map(|date| count(date.at(22, 43, 56, 123_456_789)));
        let least = short().min().unwrap_or(0);
        Self {
            least,
            most: long().max().unwrap_or(usize::MAX),
            growth: short().max().unwrap_or(usize::MAX).saturating_sub(least),
        }
    }

    /// Gives how many characters another day may have that stands for one of at most so many; where none has so few, how many
    /// any has.
    pub(super) fn longest(&self, len: usize) -> usize {
        if self.least > len { self.most } else { self.most.min(len.saturating_add(self.growth)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_flags_grow_like_names() {
        for (format, expected) in [
            ("%Y-%m-%d", 0),
            ("%d %B %Y", 6),
            ("%d %^B %Y", 6),
            ("%A, %-d %#B %Y", 10),
            ("%10B", 6),
            ("100%% %-d", 1),
            ("%Y-%-j", 2),
            ("%d.%m.%Y %-I:%M", 0),
            ("%%B", 0),
        ] {
            assert_eq!(Length::of(format).growth, expected, "{format}");
        }
    }

    #[test]
    fn a_format_is_as_long_as_its_dates_are() {
        for (format, least, most) in [
            ("%Y-%m-%d", 10, 10),
            ("%d %B %Y", 11, 17),
            ("%A, %-d %B %Y", 18, 28),
            ("%-d.%-m.%y", 6, 8),
            ("%d.%m.%Y %-I:%M", 15, 16),
            ("%d年%m月%Y", 10, 10),
        ] {
            let length = Length::of(format);
            assert_eq!((length.least, length.most), (least, most), "{format}");
        }
        let named = Length::of("%d %B %Y");
        assert_eq!([10, 11, 99].map(|len| named.longest(len)), [17, 17, 17]);
        assert_eq!([14, 15, 99].map(|len| Length::of("%d.%m.%Y %H:%M").longest(len)), [16, 16, 16]);
    }
}
