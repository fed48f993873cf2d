//! Names in texts in which nobody is named: what stands around a name in languages that no corpus is of.

use crate::fill::Filler;
use crate::locale::Locale;
use crate::random::Random;
use crate::tagger::label::Type;
use crate::text::Labelled;

/// Languages whose names are those of other locales: all of a language (`nb`), or one (`en_NG`).
const KIN: [(&str, &str); 42] = [
    ("nn", "nb"), ("lv", "lt"), ("et", "lt"), ("gsw", "de"), ("lb", "de"), ("bs", "hr"), ("sl", "hr"), ("sr-Latn", "hr"), ("mk", "bg"),
    ("gl", "pt"), ("eu", "es"), ("ga", "en_IE"), ("af", "nl"), ("fy", "nl"), ("eo", "en"), ("hy", "ka"), ("ha", "en_NG"), ("yo", "en_NG"),
    ("ny", "sw"), ("ff", "fr_Africa"), ("ht", "fr_Africa"), ("mg", "fr_Africa"), ("kab", "fr_Africa"), ("br", "fr"), ("kw", "en_GB"),
    ("gd", "en_GB"), ("mi", "en_NZ"), ("tet", "pt"), ("ms", "id"), ("tl", "fil"), ("hsb", "pl"), ("dsb", "pl"), ("ast", "es"),
    ("uz", "az"), ("tk", "az"), ("tt", "kk"), ("ky", "kk"), ("be", "uk"), ("be-tarask", "uk"), ("so", "ar"), ("ia", "it"), ("io", "it"),
];

/// Gives the locales whose names a text of a language has: those of the language, else all in the Latin script.
pub fn locales<'a>(all: &'a [Locale], language: &str) -> Vec<&'a Locale> {
    // `zh-Hans` has the names of `zh_Latn`.
    let own = language.split_once('-').map_or(language, |(own, _)| own);
    let kin = KIN.iter().find(|(of, _)| *of == language).map_or(own, |(_, kin)| *kin);
    let own: Vec<_> = all.iter().filter(|locale| locale.id == kin || locale.id.split('_').next() == Some(kin)).collect();
    if own.is_empty() { all.iter().filter(|locale| !locale.is_foreign()).collect() } else { own }
}

/// Puts a name between two words of a text, before the first or behind the last.
pub fn name(text: &str, locales: &[&Locale], filler: &Filler<'_>, random: &mut Random) -> Labelled {
    let locale = *random.pick(locales);
    let (name, of) = match random.below(100) {
        0..=24 => (filler.first(locale, random), Type::Person),
        25..=39 => (filler.last(locale, random), Type::Person),
        40..=71 => (filler.person(locale, random), Type::Person),
        72..=91 => (filler.city(locale, random), Type::Location),
        92..=95 => (filler.country(locale, random), Type::Location),
        _ => (filler.house(locale, random), Type::Address),
    };
    let body = text.trim_end_matches(['.', '!', '?', ':', ')']);
    let gaps: Vec<usize> = body.match_indices(' ').map(|(at, _)| at).collect();
    let mut out = Labelled::default();
    match random.below(100) {
        0..=24 => {
            out.push(&name, Some(of));
            out.push(" ", None);
            let mut rest = text.chars();
            let first = rest.next().into_iter().flat_map(char::to_lowercase);
            out.push(&first.chain(rest).collect::<String>(), None);
        }
        25..=49 => {
            out.push(body, None);
            out.push(" ", None);
            out.push(&name, Some(of));
            out.push(&text[body.len()..], None);
        }
        _ => {
            let at = gaps.get(random.below(gaps.len())).copied().unwrap_or(body.len());
            out.push(&text[..at], None);
            out.push(" ", None);
            out.push(&name, Some(of));
            out.push(&text[at..], None);
        }
    }
    out
}
