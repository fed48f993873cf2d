//! Names of months and days in seven languages, and the words around them.
//!
//! English, German, French, Spanish, Italian, Portuguese and Dutch, as Unicode CLDR has them: wide and abbreviated.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::detect::steps;

/// A word of a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A month, from 1.
    Month(u32),
    /// A month whose name is another word as well, in lower case: it counts with a year or a capital letter.
    Ambiguous(u32),
    /// A day of the week that is no other word.
    Weekday,
    /// A day of the week, shortened or another word as well: it counts before a date.
    WeekdayBefore,
}

/// The longest word of the tables, in bytes.
const LONGEST: usize = 14;

/// Every name, in lower case, and what it is when it is written in lower case.
static NAMES: LazyLock<FxHashMap<&'static str, Word>> = LazyLock::new(|| {
    let mut names = FxHashMap::default();
    let days = [(WEEKDAYS_BEFORE, Word::WeekdayBefore), (WEEKDAYS, Word::Weekday)];
    names.extend(days.into_iter().flat_map(|(list, word)| list.split(' ').map(move |name| (name, word))));
    let months =
        (1..).zip(MONTHS).flat_map(|(month, list)| list.split(' ').map(move |name| (name, Word::Month(month))));
    names.extend(months);
    for name in AMBIGUOUS.split(' ') {
        if let Some(Word::Month(month)) = names.get(name).copied() {
            names.insert(name, Word::Ambiguous(month));
        }
    }
    names
});

/// Gives every name, in lower case.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    NAMES.keys().copied()
}

/// Gives every name in lower case, its month (none of a day of the week), and whether it is no other word.
#[cfg(test)]
pub(in crate::detect) fn table() -> Vec<(&'static str, Option<u32>, bool)> {
    let row = |(name, word): (&&'static str, &Word)| match word {
        Word::Month(month) => (*name, Some(*month), true),
        Word::Ambiguous(month) => (*name, Some(*month), false),
        Word::Weekday => (*name, None, true),
        Word::WeekdayBefore => (*name, None, false),
    };
    let mut table: Vec<_> = NAMES.iter().map(row).collect();
    table.sort_unstable();
    table
}

/// Reads the word that begins at `at`: what it is, and where it ends.
pub(super) fn read(text: &str, at: usize) -> Option<(Word, usize)> {
    let rest = text.get(at..)?;
    if !rest.starts_with(begins) {
        return None;
    }
    // No further than a name may be long: letters run on for megabytes where somebody wants to be looked at for long.
    let ends = |&(at, c): &(usize, char)| !c.is_alphabetic() || at > LONGEST;
    let len = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
    steps::add(len);
    let written = rest.get(..len).filter(|word| word.len() <= LONGEST)?;
    let word = match NAMES.get(written) {
        Some(word) => *word,
        // With a capital it is no other word.
        None if written.starts_with(char::is_uppercase) => match NAMES.get(written.to_lowercase().as_str())? {
            Word::Ambiguous(month) => Word::Month(*month),
            word => *word,
        },
        None => return None,
    };
    let end = at + len;
    let is_day = matches!(word, Word::Weekday | Word::WeekdayBefore);
    // What is a day only before a date, or a number, is no other word with this behind it.
    let whole = one_of(text, end, &["-feira"]).filter(|_| is_day);
    Some(whole.map_or((word, end), |end| (Word::Weekday, end)))
}

/// Tells whether a word of the tables can begin so.
fn begins(c: char) -> bool {
    matches!(c.to_ascii_lowercase(), 'a'..='g' | 'i'..='o' | 'q'..='t' | 'v'..='w' | 'z')
}

/// What names begin with, three letters deep, as bits; a name of two has a letter of its own behind them, none.
static BEGINNINGS: LazyLock<Box<[u64]>> = LazyLock::new(|| {
    let mut bits = vec![0; BEGINNINGS_MAX.div_ceil(64)].into_boxed_slice();
    for place in names().filter_map(|name| beginning(name.as_bytes())) {
        if let Some(word) = bits.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }
    bits
});

/// Beginnings that are told apart.
const BEGINNINGS_MAX: usize = 27 * 27 * 27;

/// Numbers the first three letters of a word; none where one of them is not ASCII.
fn beginning(text: &[u8]) -> Option<usize> {
    let letter = |at: usize| match text.get(at) {
        Some(byte) if !byte.is_ascii() => None,
        Some(byte) if byte.is_ascii_alphabetic() => Some(usize::from(byte & 0x1f)),
        Some(_) | None => Some(0),
    };
    Some((letter(0)? * 27 + letter(1)?) * 27 + letter(2)?)
}

/// Tells at a glance whether a name can stand where an ASCII letter begins a word.
#[inline]
pub(super) fn may_begin(text: &[u8]) -> bool {
    beginning(text).is_none_or(|place| BEGINNINGS.get(place / 64).is_some_and(|bits| bits >> (place % 64) & 1 == 1))
}

#[rustfmt::skip]
const MONTHS: [&str; 12] = [
    "january jan januar jänner janvier janv enero ene gennaio gen janeiro januari",
    "february feb februar feber février fevrier févr fevr fév febrero febbraio febbr fevereiro fev februari",
    "march mar märz maerz mrz mär mars marzo março marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maggio mag maio mei",
    "june jun juni juin junio giugno giu junho",
    "july jul juli juillet juil julio luglio lug julho",
    "august aug août aout agosto ago agustus augustus",
    "september sep sept septembre septiembre setiembre settembre sett set setembro",
    "october oct oktober okt octobre octubre ottobre ott outubro out",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre déc diciembre dic dicembre dezembro",
];

/// Names of months that are other words in lower case.
const AMBIGUOUS: &str = "may march mar mars marco gen set out ago ene mei mag dic abr jun jan dec lug ott fev nov oct okt \
     sep apr jul aug feb mai";

const WEEKDAYS: &str = "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag \
     freitag samstag sonnabend sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles \
     miercoles jueves viernes sábado domingo lunedì lunedi martedì martedi mercoledì mercoledi giovedì giovedi venerdì \
     venerdi sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag zondag";

const WEEKDAYS_BEFORE: &str = "mon tue tues wed thu thur thurs fri sat sun mo di mi do fr sa so mo die mit don fre sam \
     son lun mar mer jeu ven dim mié mie jue vie sáb sab dom gio segunda terça terca quarta quinta sexta sábado seg ter \
     qua qui sex ma wo vr za zo";

/// Finds the end of one of the words at `at`, where it is a whole word; its case does not matter.
pub(super) fn one_of(text: &str, at: usize, words: &[&str]) -> Option<usize> {
    let rest = text.get(at..)?;
    words.iter().find_map(|word| {
        let found = rest.get(..word.len())?;
        let is_whole =
            word.ends_with(['\'', '’']) || !rest.get(word.len()..)?.starts_with(|c: char| c.is_alphanumeric());
        (found.eq_ignore_ascii_case(word) && is_whole).then_some(at + word.len())
    })
}

/// Words between a day and its month, or a month and its year; longer ones before those that they begin with.
pub(super) const OF: [&str; 12] = ["of the", "of", "de", "di", "del", "do", "den", "d'", "d’", "van", "in", "im"];
/// Words between a day of the week and the date.
pub(super) const THE: [&str; 11] = ["the", "den", "dem", "der", "le", "el", "il", "de", "dia", "día", "am"];
/// Words between the two ends of a range.
pub(super) const TO: [&str; 17] =
    ["to", "and", "or", "bis", "und", "au", "à", "et", "al", "a", "y", "e", "ao", "tot", "en", "t/m", "through"];
/// Words between a date and a time.
pub(super) const AT: [&str; 11] = ["at", "um", "à", "a las", "a la", "alle ore", "alle", "ore", "às", "om", "gegen"];
/// Names of time zones.
pub(in crate::detect) const ZONES: [&str; 28] = [
    "UTC", "GMT", "CET", "CEST", "MEZ", "MESZ", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "BST", "IST",
    "JST", "KST", "MSK", "AEST", "AEDT", "ACST", "AWST", "WET", "WEST", "EET", "EEST", "HST",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read() {
        for (text, word) in [
            ("March", Word::Month(3)),
            ("märz", Word::Month(3)),
            ("MÄRZ", Word::Month(3)),
            ("février", Word::Month(2)),
            ("septiembre", Word::Month(9)),
            ("outubro", Word::Month(10)),
            ("maart", Word::Month(3)),
            ("may", Word::Ambiguous(5)),
            ("May", Word::Month(5)),
            ("Monday", Word::Weekday),
            ("giovedì", Word::Weekday),
            ("segunda-feira", Word::Weekday),
            ("Mo", Word::WeekdayBefore),
        ] {
            assert_eq!(read(text, 0), Some((word, text.len())), "{text}");
        }
        for text in ["Marching", "x", "", "7", "Augustinians", "é"] {
            assert_eq!(read(text, 0), None, "{text}");
        }
        for name in names() {
            assert!(
                [name.to_owned(), name.to_uppercase() + ","].iter().all(|name| may_begin(name.as_bytes())),
                "{name}"
            );
        }
        assert!(!may_begin(b"the") && !may_begin(b"moon") && !may_begin(b"m-") && may_begin(b"mo-"));
        assert_eq!(one_of("of March", 0, &OF), Some(2));
        assert_eq!(one_of("office", 0, &OF), None);
        assert_eq!(one_of("d'avril", 0, &OF), Some(2));
    }

    #[test]
    fn no_word_is_longer_than_is_read() {
        let all = MONTHS.iter().copied().chain([WEEKDAYS, WEEKDAYS_BEFORE]).flat_map(|names| names.split(' '));
        assert!(all.filter(|name| !name.is_empty()).all(|name| name.len() <= LONGEST && name.starts_with(begins)));
    }
}
