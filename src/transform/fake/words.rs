//! Word lists, each one file for a locale, compiled into the binary.

use super::Draws;

/// Locales with lists.
pub(super) const LOCALES: &[&str] = &["en", "de", "fr", "es", "it", "nl", "pt"];

/// One locale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Locale {
    name: &'static str,
    text: &'static str,
}

impl Locale {
    pub(super) fn named(name: &str) -> Option<Self> {
        let text = match name {
            "en" => include_str!("lists/en.txt"),
            "de" => include_str!("lists/de.txt"),
            "fr" => include_str!("lists/fr.txt"),
            "es" => include_str!("lists/es.txt"),
            "it" => include_str!("lists/it.txt"),
            "nl" => include_str!("lists/nl.txt"),
            "pt" => include_str!("lists/pt.txt"),
            _ => return None,
        };
        LOCALES.iter().find(|known| **known == name).map(|name| Self { name, text })
    }
}

/// The lists of one locale. `_` stands for a space inside a word.
#[derive(Debug)]
pub(super) struct Words {
    locale: Locale,
    first: Vec<&'static str>,
    last: Vec<&'static str>,
    city: Vec<&'static str>,
    street: Vec<&'static str>,
    company: Vec<&'static str>,
    suffix: Vec<&'static str>,
}

impl Words {
    pub(super) fn of(locale: Locale) -> Self {
        let list = |name: &str| {
            let line = locale.text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            line.unwrap_or_default().split(' ').collect()
        };
        Self {
            locale,
            first: list("first"),
            last: list("last"),
            city: list("city"),
            street: list("street"),
            company: list("company"),
            suffix: list("suffix"),
        }
    }

    /// Tells how many characters the stand-ins of a list have, as [`Words::append`] spells them: the fewest and the most.
    pub(super) fn lengths(&self, list: &str) -> (usize, usize) {
        let any = |words: &[&'static str], spell: fn(&str) -> String| {
            let all = || words.iter().map(|word| spell(&word.replace('_', " ")).chars().count());
            (all().min().unwrap_or(0), all().max().unwrap_or(0))
        };
        let own = |words: &[&'static str]| any(words, str::to_owned);
        let parts = match list {
            "first_name" => vec![own(&self.first)],
            "last_name" => vec![own(&self.last)],
            "city" => vec![own(&self.city)],
            "company" => vec![own(&self.company), (1, 1), own(&self.suffix)],
            // A number from 1 to 190, and what stands between.
            "street" => match self.locale.name {
                "es" | "it" | "pt" => vec![own(&self.street), (2, 2), (1, 3)],
                _ => vec![own(&self.street), (1, 1), (1, 3)],
            },
            "email" | "username" => {
                let domain = if list == "email" { "@example.com".len() } else { 0 };
                let number = ".10".len() + domain;
                vec![any(&self.first, plain), any(&self.last, plain), (number, number)]
            }
            _ => vec![own(&self.first), (1, 1), own(&self.last)],
        };
        parts.into_iter().fold((0, 0), |(least, most), (fewest, longest)| (least + fewest, most + longest))
    }

    /// Gives the regular expression of all that a list gives, as [`Words::append`] spells it.
    pub(super) fn spelled(&self, list: &str) -> String {
        let any = |words: &[&'static str], spell: fn(&str) -> String| {
            let all: Vec<String> = words.iter().map(|word| regex::escape(&spell(&word.replace('_', " ")))).collect();
            format!("(?:{})", all.join("|"))
        };
        let own = |words: &[&'static str]| any(words, str::to_owned);
        let number = "(?:[1-9][0-9]?|1[0-8][0-9]|190)";
        match list {
            "first_name" => own(&self.first),
            "last_name" => own(&self.last),
            "city" => own(&self.city),
            "company" => format!("{} {}", own(&self.company), own(&self.suffix)),
            "street" => match self.locale.name {
                "en" | "fr" => format!("{number} {}", own(&self.street)),
                "es" | "it" | "pt" => format!("{}, {number}", own(&self.street)),
                _ => format!("{} {number}", own(&self.street)),
            },
            "email" | "username" => {
                let domain = if list == "email" { r"@example\.(?:com|org|net)" } else { "" };
                format!(r"{}\.{}[1-9][0-9]{domain}", any(&self.first, plain), any(&self.last, plain))
            }
            _ => format!("{} {}", own(&self.first), own(&self.last)),
        }
    }

    /// Appends what a list gives for these draws.
    pub(super) fn append(&self, list: &str, draws: &mut Draws<'_>, out: &mut String) {
        let mut word = |words: &[&'static str]| draws.one(words).map_or(String::new(), |word| word.replace('_', " "));
        match list {
            "first_name" => out.push_str(&word(&self.first)),
            "last_name" => out.push_str(&word(&self.last)),
            "city" => out.push_str(&word(&self.city)),
            "company" => out.push_str(&format!("{} {}", word(&self.company), word(&self.suffix))),
            "street" => {
                let street = word(&self.street);
                let number = draws.number(190) + 1;
                out.push_str(&match self.locale.name {
                    "en" | "fr" => format!("{number} {street}"),
                    "es" | "it" | "pt" => format!("{street}, {number}"),
                    _ => format!("{street} {number}"),
                });
            }
            "email" | "username" => {
                let (first, last) = (plain(&word(&self.first)), plain(&word(&self.last)));
                let number = draws.number(90) + 10;
                // Domains that RFC 2606 keeps free: nobody is written to.
                let domains = ["@example.com", "@example.org", "@example.net"];
                let domain = if list == "email" { draws.one(&domains).copied().unwrap_or_default() } else { "" };
                out.push_str(&format!("{first}.{last}{number}{domain}"));
            }
            _ => out.push_str(&format!("{} {}", word(&self.first), word(&self.last))),
        }
    }
}

/// Writes a name as addresses have it: lower-case letters without marks.
fn plain(name: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let spelled: String = name.to_lowercase().replace('ß', "ss");
    spelled.nfd().filter(char::is_ascii_lowercase).collect()
}
