//! The canonical form: what `hash` and `tokenize` work on, so that one value has one stand-in however it is spelled.
//!
//! NFKC, without default-ignorable characters, then what the value kind's own normaliser says. Fixed by golden files;
//! whatever moves one of them raises [`CANONICAL_VERSION`].

use std::borrow::Cow;

use super::Region;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

/// The version of the canonical form; it enters every derivation and token.
pub const CANONICAL_VERSION: u8 = 1;

/// Versions of the canonical form: the one that stand-ins are made in, and those before it that can still be read, since a token
/// says in which it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Versions {
    /// The one that is written.
    pub(super) own: u8,
    /// Those before it, the latest first.
    pub(super) former: &'static [u8],
}

impl Versions {
    /// Those of this privet: there was none before the first.
    pub(super) const NOW: Self = Self { own: CANONICAL_VERSION, former: &[] };

    /// Gives every version that can be read, the one that is written first.
    pub(super) fn readable(self) -> impl Iterator<Item = u8> {
        std::iter::once(self.own).chain(self.former.iter().copied())
    }
}

/// A value kind's own normaliser. It may be given anything and must be idempotent.
struct Normaliser {
    kind: &'static str,
    /// Does it, in a region if one is known.
    normalise: fn(&str, Option<Region>) -> Cow<'_, str>,
}

const NORMALISERS: &[Normaliser] = &[
    Normaliser { kind: "EMAIL_ADDRESS", normalise: lower_case },
    Normaliser { kind: "CREDIT_CARD", normalise: digits },
    Normaliser { kind: "PHONE_NUMBER", normalise: phone },
];

/// The value kinds whose canonical form is another than that of any text.
pub const OWN_FORMS: [&str; 3] = ["EMAIL_ADDRESS", "CREDIT_CARD", "PHONE_NUMBER"];

/// Longer chains than this do not occur; each round but the last changes something.
const ROUNDS_MAX: usize = 8;

/// Gives the canonical form of a text of that value kind, in no region; idempotent.
pub fn canonical<'a>(text: &'a str, kind: &str) -> Cow<'a, str> {
    canonical_in(text, kind, None)
}

/// Gives the canonical form of a text of that value kind in a region, whose telephone numbers get the form of E.164;
/// idempotent.
pub(super) fn canonical_in<'a>(text: &'a str, kind: &str, region: Option<Region>) -> Cow<'a, str> {
    let own = NORMALISERS.iter().find(|normaliser| normaliser.kind == kind);
    let once = |text: &'a str| own.map_or_else(|| plain(text), |own| then(plain(text), own, region));
    let mut form = once(text);
    if form.is_ascii() {
        return form;
    }
    // A step can make room for another: without an ignorable between them two characters may compose.
    for _ in 0..ROUNDS_MAX {
        let next = match own {
            Some(own) => then(plain(&form), own, region).into_owned(),
            None => plain(&form).into_owned(),
        };
        if next == *form {
            break;
        }
        form = Cow::Owned(next);
    }
    form
}

fn then<'a>(text: Cow<'a, str>, own: &Normaliser, region: Option<Region>) -> Cow<'a, str> {
    match text {
        Cow::Borrowed(text) => (own.normalise)(text, region),
        Cow::Owned(text) => match (own.normalise)(&text, region) {
            Cow::Borrowed(same) if same.len() == text.len() => Cow::Owned(text),
            changed => Cow::Owned(changed.into_owned()),
        },
    }
}

/// NFKC without default-ignorable characters.
fn plain(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes && !text.chars().any(is_default_ignorable) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|&c| !is_default_ignorable(c)).nfkc().collect())
}

/// Wholly in lower case. RFC 5321 lets the local part differ by case; given up, so that values join.
fn lower_case(text: &str, _: Option<Region>) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.to_lowercase())
}

/// The digits alone, where nothing but separators stands between them; else the text as it is, because whatever
/// has no digits would become one and the same.
fn digits(text: &str, _: Option<Region>) -> Cow<'_, str> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    if !text.contains(|c: char| c.is_ascii_digit()) || !text.chars().all(|c| c.is_ascii_digit() || is_separator(c)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(char::is_ascii_digit).collect())
}

/// The form of E.164 where the region parses it; else the digits with a leading `+` if there is one; else the text as it is.
fn phone(text: &str, region: Option<Region>) -> Cow<'_, str> {
    match region.and_then(|region| region.e164(text)) {
        Some(form) if form == text => return Cow::Borrowed(text),
        Some(form) => return Cow::Owned(form),
        None => {}
    }
    let bare = text.trim_start_matches(is_separator);
    let Some(international) = bare.strip_prefix('+') else { return digits(text, region) };
    match digits(international, region) {
        Cow::Borrowed(rest) if rest.is_empty() || !rest.bytes().all(|byte| byte.is_ascii_digit()) => {
            Cow::Borrowed(text)
        }
        rest if bare.len() == text.len() && rest.len() == international.len() => Cow::Borrowed(text),
        rest => Cow::Owned(format!("+{rest}")),
    }
}

/// What people put between groups of digits.
pub(super) fn is_separator(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '.' | '(' | ')' | '/' | '\u{2010}' | '\u{2012}'..='\u{2015}' | '\u{2212}')
}

/// Default_Ignorable_Code_Point of the Unicode Character Database, `DerivedCoreProperties.txt`, version 17.0.
const fn is_default_ignorable(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
        | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KINDS: [&str; 4] = ["VALUE", "EMAIL_ADDRESS", "CREDIT_CARD", "PHONE_NUMBER"];

    #[test]
    fn each_kind_has_its_form() {
        for (kind, text, form) in [
            ("VALUE", "Jürgen  Müller ", "Jürgen  Müller "),
            ("VALUE", "Ju\u{308}rgen", "Jürgen"),
            ("VALUE", "A\u{200b}d\u{ad}a", "Ada"),
            ("VALUE", "ﬁ Ⅳ ４２", "fi IV 42"),
            ("VALUE", "e\u{200d}\u{301}", "é"),
            ("VALUE", "\u{feff}", ""),
            ("EMAIL_ADDRESS", "Ada@Example.COM", "ada@example.com"),
            ("EMAIL_ADDRESS", "ＡＤＡ@example.com", "ada@example.com"),
            ("EMAIL_ADDRESS", "ΟΔΟΣ@example.com", "οδος@example.com"),
            ("CREDIT_CARD", "4111 1111-1111.1111", "4111111111111111"),
            ("CREDIT_CARD", "4111\u{a0}1111\u{2013}1111\u{2011}1111", "4111111111111111"),
            ("CREDIT_CARD", "unknown", "unknown"),
            ("CREDIT_CARD", " - ", " - "),
            ("CREDIT_CARD", "card 4111", "card 4111"),
            ("CREDIT_CARD", "٤١١١", "٤١١١"),
            ("PHONE_NUMBER", "+49 (30) 901820", "+4930901820"),
            ("PHONE_NUMBER", "(+49) 30/901820", "+4930901820"),
            ("PHONE_NUMBER", "\u{ff0b}49 30", "+4930"),
            ("PHONE_NUMBER", "030 901820", "030901820"),
            ("PHONE_NUMBER", "+4930901820", "+4930901820"),
            ("PHONE_NUMBER", "+", "+"),
            ("PHONE_NUMBER", "+ext", "+ext"),
            ("PHONE_NUMBER", "++49", "++49"),
            ("PHONE_NUMBER", "30 ext. 5", "30 ext. 5"),
        ] {
            assert_eq!(canonical(text, kind), form, "{kind} {text:?}");
        }
    }

    #[test]
    fn what_is_canonical_is_borrowed() {
        for (kind, text) in [("VALUE", "Ada Ö"), ("EMAIL_ADDRESS", "a@b.de"), ("PHONE_NUMBER", "+4930")] {
            assert!(matches!(canonical(text, kind), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn every_character_has_a_stable_form() {
        let mut buffer = [0; 4];
        for c in '\0'..=char::MAX {
            for kind in KINDS {
                let once = canonical(c.encode_utf8(&mut buffer), kind).into_owned();
                assert_eq!(canonical(&once, kind), once, "{c:?} as {kind}");
                assert!(!once.contains(is_default_ignorable), "{c:?} as {kind}");
            }
        }
    }

    /// Computed by an independent implementation, `tests/golden/vectors.py`. When an update of Unicode or of a
    /// normaliser moves one, [`CANONICAL_VERSION`] rises.
    #[test]
    fn forms_are_the_golden_ones() {
        let files = [
            include_str!("../../tests/golden/canonical-value.json"),
            include_str!("../../tests/golden/canonical-email-address.json"),
            include_str!("../../tests/golden/canonical-credit-card.json"),
            include_str!("../../tests/golden/canonical-phone-number.json"),
        ];
        for (kind, file) in KINDS.into_iter().zip(files) {
            let golden: Vec<(String, String)> = serde_json::from_str(file).unwrap();
            assert_eq!(golden.len(), 2000);
            for (text, form) in golden {
                assert_eq!(canonical(&text, kind), form, "{text:?} as {kind}");
            }
        }
    }

    proptest! {
        #[test]
        fn canonical_is_idempotent(text in "\\PC{0,12}|[\u{1100}-\u{11ff}\u{300}-\u{36f}\u{200b}-\u{200f}aAΣ]{0,12}|[+0-9 ()./-]{0,16}") {
            for kind in KINDS {
                let once = canonical(&text, kind).into_owned();
                prop_assert_eq!(canonical(&once, kind), once.as_str(), "{}", kind);
            }
        }
    }
}
