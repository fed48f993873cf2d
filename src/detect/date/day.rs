//! Days, months and years in their orders.

use super::words::{self, Word};
use super::{Best, Form, Names, clock, has, number, skip};

/// Offers every date that begins with the number at `at`.
pub(super) fn numeric(best: &mut Best<'_>, at: usize) {
    let Some((first, end)) = number(best.text, at) else { return };
    match end - at {
        1 | 2 => {
            day_first(best, first, end);
            if best.names == Names::Possible {
                with_month_name(best, first, end);
            }
        }
        4 if first >= 1000 => year_first(best, first, end),
        8 => {
            let (year, month, day) = (first / 10_000, first / 100 % 100, first % 100);
            if is_day(year, month, day) && is_near(year) {
                best.offer(end, Form::CompactDate);
                clock::behind(best, end);
            }
        }
        _ => {}
    }
}

/// Offers every date that begins with the word at `at`.
pub(super) fn named(best: &mut Best<'_>, at: usize) {
    let text = best.text;
    match words::read(text, at) {
        Some((Word::Month(month), end)) => month_first(best, (month, Sure::Yes), end),
        Some((Word::Ambiguous(month), end)) => {
            // Both a month (`mar`) and a day of the week: the month is tried, then the day.
            month_first(best, (month, Sure::WithYear), end);
            weekday(best, end);
        }
        Some((Word::Weekday, end)) => {
            best.offer(end, Form::Weekday);
            weekday(best, end);
        }
        Some((Word::WeekdayBefore, end)) => weekday(best, end),
        None => {}
    }
}

/// Whether a word is a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sure {
    Yes,
    /// Only where a year follows.
    WithYear,
}

/// What stands behind a day of the week: `, 9 March 2024`, ` Mar  9 10:11:12 2024`.
fn weekday(best: &mut Best<'_>, end: usize) {
    let text = best.text;
    let mut at = skip(text, end, 2, &['.', ',']);
    at = skip(text, at, 1, &[' ']);
    if let Some(the) = words::one_of(text, at, &words::THE) {
        at = skip(text, the, 1, &[' ']);
    }
    if at == end {
        return;
    }
    // A time or a bare year behind a day of the week stays one of its own.
    let mut inner = Best { text, names: best.names, found: None };
    match words::read(text, at) {
        Some((Word::Month(month) | Word::Ambiguous(month), end)) => month_first(&mut inner, (month, Sure::Yes), end),
        _ => numeric(&mut inner, at),
    }
    if let Some((end, form)) = inner.found.filter(|(_, form)| !matches!(form, Form::Year | Form::CompactDate)) {
        best.offer(end, form);
    }
}

/// `2024-03-09`, `2024/3/9`, `2024. 03. 09.`, `2024-Mar-09`, `2024年3月9日`, `2024-03`, `2024`.
fn year_first(best: &mut Best<'_>, year: u32, end: usize) {
    let text = best.text;
    if is_near(year) {
        best.offer(end, Form::Year);
        if has(text, end, "s") {
            best.offer(end + 1, Form::Year);
        }
    }
    for separator in ["-", "/", ".", ". ", "年", "년 ", "년"] {
        if !has(text, end, separator) {
            continue;
        }
        let at = end + separator.len();
        let Some((month, end)) = number(text, at).filter(|(_, end)| end - at < 3) else { continue };
        let next = match separator {
            "年" => "月",
            "년 " | "년" => "월",
            same => same,
        };
        let is_numeric = next == separator;
        if is_numeric
            && separator.len() == 1
            && separator != "."
            && end - at == 2
            && (1..13).contains(&month)
            && is_near(year)
        {
            best.offer(end, Form::NumericMonth);
        }
        if !has(text, end, next) {
            continue;
        }
        let at = end + next.len();
        if !is_numeric && (1..13).contains(&month) {
            best.offer(at, Form::MonthAndYear);
        }
        let at = if next == "월" { skip(text, at, 1, &[' ']) } else { at };
        let Some((day, end)) = number(text, at).filter(|(_, end)| end - at < 3) else { continue };
        if !is_day(year, month, day) {
            continue;
        }
        let end = match next {
            "月" => end + if has(text, end, "日") { "日".len() } else { 0 },
            "월" => end + if has(text, end, "일") { "일".len() } else { 0 },
            _ => end,
        };
        best.offer(end, Form::Date);
        clock::behind(best, end);
    }
    // `2024-Mar-09`, `2024 March 9`.
    let at = skip(text, end, 1, &['-', ' ', '/']);
    if at > end
        && best.names == Names::Possible
        && let Some((Word::Month(month) | Word::Ambiguous(month), end)) = words::read(text, at)
    {
        let at = skip(text, end, 1, &['-', ' ', '/']);
        if let Some((day, end)) = number(text, at).filter(|(_, end)| end - at < 3)
            && is_day(year, month, day)
        {
            best.offer(end, Form::Date);
            clock::behind(best, end);
        }
    }
}

/// `9/3/2024`, `09.03.24`, `9. 3. 2024`, `3-9-2024`, `03/2024`.
fn day_first(best: &mut Best<'_>, first: u32, end: usize) {
    let text = best.text;
    for separator in ["/", ".", "-", ". "] {
        if !has(text, end, separator) {
            continue;
        }
        let at = end + separator.len();
        let Some((second, end)) = number(text, at) else { continue };
        match end - at {
            4 if separator.len() == 1 && (1..13).contains(&first) && is_near(second) => {
                best.offer(end, Form::NumericMonth);
            }
            1 | 2 if has(text, end, separator) => {
                let at = end + separator.len();
                let Some((year, end)) = number(text, at) else { continue };
                let form = match end - at {
                    4 if (1000..3000).contains(&year) => Form::Date,
                    2 if separator != ". " => Form::ShortDate,
                    _ => continue,
                };
                if is_day(year, second, first) || is_day(year, first, second) {
                    best.offer(end, form);
                    clock::behind(best, end);
                }
            }
            _ => {}
        }
    }
}

/// `9 March 2024`, `9th of March`, `09-Mar-24`, `9.–12. März 2024`, `9 de marzo de 2024`.
fn with_month_name(best: &mut Best<'_>, first: u32, end: usize) {
    let text = best.text;
    let (day, end) = range(text, first, ordinal(text, end), ordinal);
    let mut at = skip(text, end, 2, &[' ', '-', '/', '.']);
    if let Some(of) = words::one_of(text, at, &words::OF) {
        at = skip(text, of, 1, &[' ']);
    }
    let Some((word, end)) = words::read(text, at) else { return };
    let (month, sure) = match word {
        Word::Month(month) => (month, Sure::Yes),
        Word::Ambiguous(month) => (month, Sure::WithYear),
        Word::Weekday | Word::WeekdayBefore => return,
    };
    if !is_day(2000, month, day) {
        return;
    }
    let dotted = skip(text, end, 1, &['.']);
    if sure == Sure::Yes {
        best.offer(end, Form::DayAndMonth);
        best.offer(dotted, Form::DayAndMonth);
        clock::behind(best, dotted);
    }
    // The full stop may be the month's, or stand before the year.
    year_behind(best, end, (month, day));
    if dotted > end {
        year_behind(best, dotted, (month, day));
    }
}

/// The year behind a day and month, and the time behind that.
fn year_behind(best: &mut Best<'_>, end: usize, (month, day): (u32, u32)) {
    let text = best.text;
    let mut at = skip(text, end, 2, &[' ', ',', '-', '/', '.', ':']);
    if let Some(of) = words::one_of(text, at, &words::OF) {
        at = skip(text, of, 1, &[' ']);
    }
    if at == end {
        return;
    }
    let quoted = skip(text, at, 1, &['\'', '’', '‘']);
    let Some((year, end)) = number(text, quoted) else { return };
    match end - quoted {
        4 if quoted == at && year >= 1000 && is_day(year, month, day) => {
            best.offer(end, Form::Date);
            clock::behind(best, end);
        }
        2 => {
            best.offer(end, Form::ShortDate);
            clock::behind(best, end);
        }
        _ => {}
    }
}

/// `March 9, 2024`, `March 9th`, `Mar  9 10:11:12 2024`, `March 2024`, `Mar-24`, `marzo de 2024`.
fn month_first(best: &mut Best<'_>, (month, sure): (u32, Sure), end: usize) {
    let text = best.text;
    let dotted = skip(text, end, 1, &['.', ',']);
    let mut at = skip(text, dotted, 2, &[' ', '-', '/']);
    if let Some(of) = words::one_of(text, at, &words::OF).or_else(|| words::one_of(text, at, &["the"])) {
        at = skip(text, of, 1, &[' ']);
    }
    let quoted = skip(text, at, 1, &['\'', '’']);
    let Some((value, after)) = number(text, quoted).filter(|_| at > end) else { return };
    match after - quoted {
        1 | 2 if quoted == at && is_day(2000, month, value) => {
            // A full stop behind the number ends a sentence here.
            let (day, after) = range(text, value, suffix(text, after), suffix);
            if !is_day(2000, month, day) {
                return;
            }
            if sure == Sure::Yes {
                best.offer(after, Form::DayAndMonth);
                clock::behind(best, after);
            }
            year_behind(best, after, (month, day));
            // The C library's order has the year last.
            if let Some((end, Form::Moment)) = best.found {
                let at = skip(text, end, 1, &[' ']);
                let year = number(text, at).filter(|(year, end)| end - at == 4 && is_near(*year));
                year.into_iter().for_each(|(_, end)| best.offer(end, Form::Moment));
            }
            if has(text, dotted, "-") && after - quoted == 2 {
                best.offer(after, Form::MonthAndYear);
            }
        }
        2 if quoted > at || has(text, dotted, "-") => best.offer(after, Form::MonthAndYear),
        4 if quoted == at && is_near(value) => best.offer(after, Form::MonthAndYear),
        _ => {}
    }
}

/// Reads the ending of an ordinal number before its month: `9th`, `1er`, `9.`, `1º`.
fn ordinal(text: &str, at: usize) -> usize {
    let end = suffix(text, at);
    if end > at { end } else { skip(text, at, 1, &['.']) }
}

/// Reads the ending of an ordinal number, but a full stop.
fn suffix(text: &str, at: usize) -> usize {
    words::one_of(text, at, &["st", "nd", "rd", "th", "er", "ste", "de", "e", "ª", "º", "°"]).unwrap_or(at)
}

/// Reads the second day of a range (`9-12`, `9 to 12`) with its ending; gives the last day and where it ends.
fn range(text: &str, day: u32, end: usize, ending: fn(&str, usize) -> usize) -> (u32, usize) {
    let at = skip(text, end, 1, &[' ']);
    let dash = skip(text, at, 1, &['-', '–', '—', '/', '&']);
    let Some(at) = (dash > at).then_some(dash).or_else(|| words::one_of(text, at, &words::TO)) else {
        return (day, end);
    };
    let at = skip(text, at, 1, &[' ']);
    match number(text, at) {
        // What a colon and a number follow is a time: `March 9 - 10:15`.
        Some((_, to)) if has(text, to, ":") && number(text, to + 1).is_some() => (day, end),
        Some((last, to)) if to - at < 3 && day > 0 && last > day && last < 32 => (last, ending(text, to)),
        _ => (day, end),
    }
}

/// Tells whether the year is one that people write alone.
const fn is_near(year: u32) -> bool {
    year >= 1900 && year < 2100
}

/// Tells whether the day exists; a year below 100 is of any century.
pub(super) const fn is_day(year: u32, month: u32, day: u32) -> bool {
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => return false,
    };
    day > 0 && day <= days && (year < 100 || (year >= 1000 && year < 3000))
}
