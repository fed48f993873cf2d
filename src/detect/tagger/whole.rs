//! Values that are all of a known person's name: half of it is not left.

use super::lexicon::{Entry, Lexicon, class, flag};
use super::people::KnownWords;
use super::sure::is_everyday;
use super::token::{Class, Token, Tokenizer};
use super::words::WordSet;
use crate::model::Span;

/// Whom or what a field's name says that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// A person: `guest`, `mother`.
    Person,
    /// Nothing of persons.
    Other,
}

/// Whether more is written than a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    Something,
}

/// What stands behind a name that a parent has, too.
const YOUNGER: [&str; 8] = ["jr", "jr.", "jnr", "sr", "sr.", "snr", "ii", "iii"];

/// What else is written of somebody begins so: `(deceased)`, `- estate`, `#12`.
const BEHIND: [&str; 13] =
    [" (", " [", " #", " - ", " \u{2013} ", " \u{2014} ", "/", " /", " |", " <", " *", ";", ", "];

/// What stands between two of one value.
static AND: WordSet<5> = WordSet::new("and und et y en");

impl KnownWords {
    /// Gives what of a text is a person's name, where all of it is one, titles left out, of which the first word is known or a
    /// title, or any word where the field is called after somebody: `Zaphod Quux`, `Mr Semisi Tuilagi`, no `Beste Zaphod,`; or the given name behind a comma: `Quux, Zaphod`.
    /// What stands behind in brackets, behind a dash or a number is left: `Zaphod Quux (deceased)`.
    pub(crate) fn whole(&self, text: &str, called: Called, lexicon: Lexicon<'_>) -> Option<Span> {
        /// Bytes of a name and what is written behind it.
        const BYTES_MAX: usize = 256;
        self.all(text, Rest::Nothing, called, lexicon).or_else(|| {
            let text = text.get(..BYTES_MAX.min(text.len())).unwrap_or_default();
            let head = |end: usize| {
                let head = text.get(..end)?;
                self.all(head, Rest::Something, called, lexicon).filter(|span| self.is_plain(span.of(head), lexicon))
            };
            // `Johnson, Katherine (deceased)`: the comma parts the name itself.
            let (comma, others) = BEHIND.split_last()?;
            let marked = others.iter().filter_map(|mark| text.find(mark)).min();
            let number =
                || Some(text.trim_end_matches(|c: char| c.is_ascii_digit()).len()).filter(|end| *end < text.len());
            marked.and_then(head).or_else(|| text.find(comma).and_then(head)).or_else(|| number().and_then(head))
        })
    }

    /// Tells whether a name before something else is of two words, or of names alone: no `Anna Schmidt Hauptstraße, Berlin`.
    fn is_plain(&self, name: &str, lexicon: Lexicon<'_>) -> bool {
        let mut tokenizer = Tokenizer::new(name, lexicon, &[]);
        let words = std::iter::from_fn(|| tokenizer.next()).filter(|token| token.class.is_word());
        let mut strange =
            words.filter(|word| !self.knows(word.word) && !word.entry.has(flag::FIRST | flag::LAST | flag::PARTICLE));
        name.split(' ').count() <= 2 || strange.next().is_none()
    }

    /// The name, where nothing else is written.
    fn all(&self, text: &str, rest: Rest, called: Called, lexicon: Lexicon<'_>) -> Option<Span> {
        let start = text.len() - text.trim_start().len();
        let text = text.trim();
        let mark = |c: char| matches!(c, ' ' | ',' | '.' | '-' | '\'' | '\u{2019}' | '&');
        let plain = text.chars().all(|c| c.is_alphabetic() || mark(c));
        let ends = |text: &str| {
            let mut last = text.chars().rev();
            // `Ruta P.`
            last.next().is_some_and(|c| c.is_alphabetic() || (c == '.' && last.next().is_some_and(char::is_uppercase)))
        };
        // `Uwe Becker jr.`
        let last = text.rsplit(' ').next().unwrap_or_default();
        let younger = last != text && YOUNGER.iter().any(|word| last.eq_ignore_ascii_case(word));
        let own = if younger { text.get(..text.len() - last.len())?.trim_end_matches([' ', ',']) } else { text };
        if !plain || !ends(own) {
            return None;
        }
        let mut tokenizer = Tokenizer::new(own, lexicon, &[]);
        let mut first = tokenizer.next()?;
        let titled = first.entry.has(flag::TITLE) && first.class.is_big() && !self.knows(first.word);
        if titled {
            first = tokenizer.next()?;
            if first.is(b'.') {
                first = tokenizer.next()?;
            }
        }
        let given = || {
            let (_, given) = own.split_once(", ").filter(|(_, given)| !given.contains(','))?;
            let word = Tokenizer::new(given, lexicon, &[]).next()?;
            // `Server, Uwe`
            let family = called == Called::Person || first.entry.has(flag::LAST) || !first.entry.has(flag::COMMON);
            Some(family && word.entry.has(flag::FIRST) && self.knows(word.word))
        };
        let lower =
            called == Called::Person && first.class == Class::Lower && first.entry.has(flag::FIRST | flag::LAST);
        // `driver: Priyanka Venkataraman` of Venkataraman
        let family = called == Called::Person && first.class == Class::Capital;
        // `Priyanka Okonjo` of Okonjo
        let before = || rest == Rest::Nothing && called == Called::Other && self.is_before_family(own, &first, lexicon);
        let known = family
            || before()
            || ((first.class.is_big() || lower) && (titled || self.knows(first.word)))
            || given().unwrap_or(false);
        let name = own.get(first.start..)?;
        let alone = titled && first.end == own.len() && self.knows(first.word);
        (known && (alone || self.is_name(name, called, lexicon)))
            .then(|| Span::new(start + first.start, start + text.len()))
    }

    /// Tells whether a text is a given name, or a short word of which nothing is known, and a known family's name.
    fn is_before_family(&self, text: &str, first: &Token, lexicon: Lexicon<'_>) -> bool {
        /// Bytes of such a word: longer ones are joined of others (`Projektakte`).
        const UNKNOWN_MAX: usize = 9;
        let Some(family) = text.get(first.end..).and_then(|rest| rest.strip_prefix(' ')) else { return false };
        let Some(last) = Tokenizer::new(family, lexicon, &[]).next() else { return false };
        let given = first.entry.has(flag::FIRST) && !is_everyday(first.entry);
        let unknown = first.entry == Entry::NONE && first.len() <= UNKNOWN_MAX;
        let single = last.end == family.len() && last.class == first.class;
        // `Szia Anna`: what stands before a given name is none.
        let unknown = unknown && !last.entry.has(flag::FIRST);
        single && first.class == Class::Capital && (given || unknown) && self.knows(last.word)
    }

    /// Tells whether all of a text is written as a person's name is: two to five words, each with a capital or of a
    /// script without, one of them known; all in lower case where each is a name and nothing else.
    pub(crate) fn is_name(&self, text: &str, called: Called, lexicon: Lexicon<'_>) -> bool {
        /// Words of the longest name.
        const NAME_MAX: usize = 5;
        let mut tokenizer = Tokenizer::new(text, lexicon, &[]);
        let (mut words, mut known, mut everyday) = (0, false, 0);
        // `jackson-databind`
        let small = text.chars().all(|c| c == ' ' || c.is_lowercase());
        while let Some(token) = tokenizer.next() {
            let entry = token.entry;
            let other = flag::COMPANY | flag::ORGANISATION | flag::THING | flag::STREET;
            let name = entry.has(flag::FIRST | flag::LAST);
            let is_known = self.knows(token.word);
            // `Uwe Castle` as somebody's mother, no `Uwe Deluxe Suite` as a guest
            let room = entry.class == class::UNIT || entry.has(flag::COMPANY | flag::ORGANISATION | flag::FUNCTION);
            let word = !name && (is_everyday(entry) || entry.has(other));
            everyday += usize::from(word && !is_known);
            let sure = called == Called::Person && !room && everyday <= 1;
            let named = !word || sure;
            let lower = called == Called::Person
                && small
                && token.class == Class::Lower
                && name
                && (is_known || !is_everyday(entry));
            let written = ((token.class.is_big() || token.class == Class::Caseless) && named) || lower;
            let particle = token.class.is_word() && entry.has(flag::PARTICLE);
            // `Uwe & Anna Becker`
            let and = words > 0 && AND.has(&token);
            let mark = [b'-', b'.', b',', b'\'', b'&'].iter().any(|mark| token.is(*mark));
            if !(written || particle || mark || and) {
                return false;
            }
            words += usize::from(token.class.is_word());
            known |= is_known;
        }
        known && (2..=NAME_MAX).contains(&words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::tagger::builtin;
    use crate::detect::tagger::people::Witness;

    #[test]
    fn a_value_is_a_name_where_a_part_of_it_is_known() {
        let lexicon = builtin().lexicon();
        let mut words = KnownWords::default();
        words.add("Quenneville", Witness::Field, lexicon);
        for name in
            ["Ivy Quenneville", "Quenneville, Ivy", "IVY QUENNEVILLE", "Ivy J. van Quenneville", "Ivy-Rose Quenneville"]
        {
            assert!(words.is_name(name, Called::Other, lexicon), "{name}");
        }
        for other in [
            "Quenneville",
            "Ivy Smith",
            "Quenneville Ltd",
            "Quenneville called",
            "Quenneville 12",
            "Quenneville Hospital",
        ] {
            assert!(!words.is_name(other, Called::Other, lexicon), "{other}");
        }
    }

    #[test]
    fn half_of_a_name_is_not_left() {
        let lexicon = builtin().lexicon();
        let mut words = KnownWords::default();
        words.add("Zaphod", Witness::Text, lexicon);
        for name in ["Zaphod Quux", " Zaphod Quux-Bell", "Zaphod, Ada", "Zaphod P.", "Mr Semisi Zaphod"] {
            assert!(words.whole(name, Called::Other, lexicon).is_some(), "{name}");
        }
        let (text, whole) = ("Mr. Semisi Zaphod", words.whole("Mr. Semisi Zaphod", Called::Other, lexicon));
        assert_eq!(whole.map(|span| span.of(text)), Some("Semisi Zaphod"));
        for name in ["Priyanka Zaphod", "Anna Zaphod"] {
            assert!(words.whole(name, Called::Other, lexicon).is_some(), "{name}");
        }
        for other in ["Invoice Zaphod", "Projektakte Zaphod", "anna Zaphod", "Villa Zaphod"] {
            assert!(words.whole(other, Called::Other, lexicon).is_none(), "{other}");
        }
        for other in ["Beste Zaphod,", "Dear Zaphod", "Zaphod", "Zaphod called", "Zaphod.", "Zaphod Ltd", "zaphod quux"]
        {
            assert!(words.whole(other, Called::Other, lexicon).is_none(), "{other}");
        }
    }

    #[test]
    fn a_name_is_whole_before_what_else_is_written() {
        let lexicon = builtin().lexicon();
        let mut words = KnownWords::default();
        words.add("Zaphod", Witness::Text, lexicon);
        for behind in [
            " (deceased)",
            " [VIP]",
            " - estate",
            " \u{2013} Nachlass",
            " #12",
            " 2024",
            ", chambre 12",
            "/invoice",
            "; vip",
            " | en",
        ] {
            let text = format!("Zaphod Quux{behind}");
            let whole = words.whole(&text, Called::Other, lexicon);
            assert_eq!(whole.map(|span| span.of(&text)), Some("Zaphod Quux"), "{text}");
        }
        for other in [
            "Zaphod (deceased)",
            "Zaphod called (again)",
            "File (Zaphod Quux)",
            "Zaphod 12 Quux",
            "Zaphod Quux Hauptweg 5",
            "Quorvin Zaphod, bitte",
            "Szia Zaphod 5",
        ] {
            assert!(words.whole(other, Called::Other, lexicon).is_none(), "{other}");
        }
    }

    #[test]
    fn no_part_of_a_name_is_left_however_it_is_written() {
        let lexicon = builtin().lexicon();
        let mut words = KnownWords::default();
        words.add("Uwe", Witness::Text, lexicon);
        let names = ["Becker, Uwe", "BECKER, UWE", "Uwe Becker jr.", "Uwe Becker, Jr", "Uwe & Anna Becker"];
        for name in names.iter().chain(&["Uwe und Anna Becker", "UWE BECKER"]) {
            let whole = words.whole(name, Called::Other, lexicon);
            assert_eq!(whole, Some(Span::new(0, name.len())), "{name}");
        }
        for other in [
            "uwe server",
            "uwe becker",
            "Server, Uwe",
            "uwe-becker",
            "Uwe Castle",
            "Uwe & Co",
            "jr.",
            "Uwe, Anna, Otto, Max, Eva, Ida",
        ] {
            assert!(words.whole(other, Called::Other, lexicon).is_none(), "{other}");
        }
        for other in ["Uwe Deluxe Suite", "Uwe Suite", "Uwe Late Checkout"] {
            assert!(words.whole(other, Called::Person, lexicon).is_none(), "{other}");
        }
        for name in ["Uwe Castle", "uwe becker"] {
            assert!(words.whole(name, Called::Person, lexicon).is_some(), "{name}");
        }
        assert!(words.whole("Uwe Ltd", Called::Person, lexicon).is_none());
    }
}
