//! Values behind their labels (`password=…`, `"pwd": "…"`), searched outwards from each `=` and `:`.

use memchr::memchr2_iter;
use rustc_hash::FxHashMap;

use super::matcher::{has_bit, set_bit};
use super::steps;
use crate::model::Span;

/// A label, and the place of the list it is of.
#[derive(Debug)]
struct Label {
    /// In lower case.
    text: String,
    place: u16,
    start: Start,
}

/// What may stand before a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Start {
    /// No letter, digit or underscore.
    Alone,
    /// Anything (`DB_PASSWORD`, `userPassword`): the label has an asterisk before it in the file.
    Anywhere,
}

/// Lists of labels.
#[derive(Debug)]
pub(super) struct Labels {
    /// By their last letter, in the order of the file.
    by_last: FxHashMap<char, Vec<Label>>,
    /// The last two bytes of labels in lower case, as bits; any byte before a label of one letter.
    tails: Box<[u64; 1 << 10]>,
}

impl Labels {
    pub(super) fn new(lists: &[Vec<String>]) -> Self {
        let mut labels = Self { by_last: FxHashMap::default(), tails: Box::new([0; 1 << 10]) };
        for (place, word) in (0_u16..).zip(lists).flat_map(|(place, list)| list.iter().map(move |word| (place, word))) {
            let (word, start) =
                word.strip_prefix('*').map_or((word.as_str(), Start::Alone), |word| (word, Start::Anywhere));
            let text = word.to_lowercase();
            if let Some(last) = text.chars().next_back() {
                match text.as_bytes() {
                    [.., near, last] => set_bit(labels.tails.as_mut_slice(), tail(*near, *last)),
                    [last] => (0..=u8::MAX).for_each(|near| set_bit(labels.tails.as_mut_slice(), tail(near, *last))),
                    [] => {}
                }
                labels.by_last.entry(last).or_default().push(Label { text, place, start });
            }
        }
        labels
    }

    /// Calls `found` with each value and the place of its label's list. Linear: a label is bounded, and
    /// the search goes on behind a value.
    pub(super) fn search(&self, text: &str, mut found: impl FnMut(Span, u16)) {
        let mut resume = 0;
        for at in memchr2_iter(b'=', b':', text.as_bytes()) {
            if at < resume {
                continue;
            }
            // `://` and `=/` have no value behind them, whatever stands before.
            if matches!(text.as_bytes().get(at + 1), None | Some(b'/' | b'~')) {
                continue;
            }
            steps::add(self.by_last.len());
            if let Some(place) = self.label_before(text, at)
                && let Some(value) = value_behind(text, at + 1)
            {
                steps::add(value.len());
                resume = value.end;
                found(value, place);
            }
        }
    }

    /// Finds the list of the label that ends before the separator, a quote and a space between them left out.
    fn label_before(&self, text: &str, separator: usize) -> Option<u16> {
        let before = text.get(..separator)?;
        let before = before.strip_suffix(' ').unwrap_or(before);
        let before = before.strip_suffix(['"', '\'', '`', ']']).unwrap_or(before);
        let before = before.strip_suffix(['\\', '"', '\'']).unwrap_or(before);
        if let [.., near, last] = before.as_bytes()
            && near.is_ascii()
            && last.is_ascii()
            && !has_bit(self.tails.as_slice(), tail(near.to_ascii_lowercase(), last.to_ascii_lowercase()))
        {
            return None;
        }
        let last = before.chars().next_back().filter(|c| c.is_alphanumeric())?;
        let last = last.to_lowercase().next()?;
        let ends = |label: &&Label| {
            let Some(start) = before.len().checked_sub(label.text.len()) else { return false };
            before.get(start..).is_some_and(|tail| is_same(tail, &label.text))
                && (label.start == Start::Anywhere
                    || !before.get(..start).unwrap_or_default().ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        };
        self.by_last.get(&last)?.iter().find(ends).map(|label| label.place)
    }
}

/// Tells whether a value may stand behind its label in an ASCII text of this shape.
pub(super) fn may_stand_in(shape: &[u8]) -> bool {
    let ends_label = |byte: u8| byte.is_ascii_alphanumeric() || b" \"'`]\\".contains(&byte);
    let is_separated = |three: &[u8]| match three {
        [before, b':' | b'=', after] => ends_label(*before) && !matches!(after, b'/' | b'~'),
        _ => false,
    };
    shape.windows(3).any(is_separated)
}

/// The place of two bytes in [`Labels::tails`].
const fn tail(near: u8, last: u8) -> usize {
    (near as usize) << 8 | last as usize
}

/// Tells whether a text is the label, whatever the case.
fn is_same(text: &str, label: &str) -> bool {
    text.eq_ignore_ascii_case(label) || (!label.is_ascii() && text.to_lowercase() == label)
}

/// Finds the value behind the separator: in quotes, else up to white space or what separates values.
fn value_behind(text: &str, at: usize) -> Option<Span> {
    let rest = text.get(at..)?;
    // `=>` and `:=` are separators, `==` and `://` are not.
    let arrow = rest
        .strip_prefix(['>', '='])
        .filter(|_| !text.get(..at).unwrap_or_default().ends_with('=') || rest.starts_with('>'));
    let rest = arrow.unwrap_or(rest);
    if rest.starts_with(['=', '/', '~']) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']);
    let escaped = rest.strip_prefix('\\').filter(|rest| rest.starts_with('"')).unwrap_or(rest);
    let quote = escaped.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'));
    let (value, len) = match quote {
        Some(quote) => {
            let inner = escaped.get(1..)?;
            (inner, inner.find(|c| c == quote || c == '\n' || (c == '\\' && escaped.len() < rest.len()))?)
        }
        None => {
            let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | ',' | ';' | '&');
            let len = rest.find(ends).unwrap_or(rest.len());
            (rest, rest.get(..len)?.trim_end_matches([')', ']', '}', '.', '\\']).len())
        }
    };
    let start = text.len() - value.len();
    (len > 0).then_some(Span::new(start, start + len))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(&str, u16)]) {
        let lists =
            [vec!["*password".to_owned(), "пароль".to_owned(), "mot de passe".to_owned()], vec!["login".to_owned()]];
        let mut found = Vec::new();
        Labels::new(&lists).search(text, |span, place| found.push((span.of(text), place)));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn values_are_found_behind_labels() {
        check("password=hunter2&x=1", &[("hunter2", 0)]);
        check("DB_PASSWORD: s3cr3t!", &[("s3cr3t!", 0)]);
        check(r#"{"userPassword": "a b c", "login":"kim"}"#, &[("a b c", 0), ("kim", 1)]);
        check(r#"{\"password\": \"a b\"}"#, &[("a b", 0)]);
        check("password => 'x y', login := kim", &[("x y", 0), ("kim", 1)]);
        check("Пароль: тайна", &[("тайна", 0)]);
        check("Mot de passe : secret.", &[("secret", 0)]);
        check("(login=kim)", &[("kim", 1)]);
    }

    #[test]
    fn what_has_no_label_or_no_value() {
        for text in [
            "last_login=2024",
            "relogin: x",
            "password == x",
            "password",
            "password:",
            "password:\n",
            "login://x",
            "10:15",
            "a=b",
            "password: \"never closed",
        ] {
            check(text, &[]);
        }
    }

    #[test]
    fn long_values_are_found_whole() {
        let long = "a".repeat(10_000);
        check(&format!("password={long} x"), &[(&long, 0)]);
    }
}
