//! Names that say of which image of a record they are: `old_ssn` and `new_ssn`, `ssn_before` and `ssnAfter`.

use std::ops::Range;

/// Words for one and the other image.
const SIDES: [(&str, &str); 5] =
    [("old", "new"), ("before", "after"), ("previous", "current"), ("prev", "curr"), ("former", "current")];

/// Words that say as much of other things, in front: `latest_news`, `original_language`, `phone_updated`; each with one for the
/// other image.
const LOOSE: [(&str, &str); 5] = [
    ("prior", "current"),
    ("prior", "latest"),
    ("previous", "latest"),
    ("original", "updated"),
    ("original", "modified"),
];

/// A name that begins or ends with such a word.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sided {
    /// The other words, in lower case, with `_` between two.
    pub(super) rest: String,
    /// The same name in the other image, by each word that it may have there.
    pub(super) partners: Vec<String>,
    /// Where the word stands.
    pub(super) end: End,
    /// What the word says.
    pub(super) word: Word,
}

/// What a word at an end of a name says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// Which image it is.
    Image,
    /// The same, where there is another to be told apart from.
    Loose,
}

/// An end of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// `old_ssn`; such a word may belong to the next one as well: `after_hours_phone`, `new_zealand_phone`.
    Front,
    /// `ssn_old`.
    Back,
}

/// Reads a name in both ways in which it may be one of them, the word in front first.
pub(super) fn sided(name: &str) -> Vec<Sided> {
    let words = words(name);
    if words.len() < 2 {
        return Vec::new();
    }
    let at_ends = [(words.first(), End::Front), (words.last(), End::Back)];
    at_ends
        .into_iter()
        .filter_map(|(own, end)| {
            let own = own?;
            let word = name.get(own.clone())?;
            let (others, says) = others(&word.to_lowercase())?;
            let rest: Vec<String> = words
                .iter()
                .filter(|range| *range != own)
                .filter_map(|range| name.get(range.clone()))
                .map(str::to_lowercase)
                .collect();
            let (before, behind) = (name.get(..own.start)?, name.get(own.end..)?);
            let partner = |other: &str| format!("{before}{}{behind}", spelled_like(word, other));
            let partners = others.into_iter().map(partner).collect();
            Some(Sided { rest: rest.join("_"), partners, end, word: says })
        })
        .collect()
}

/// Gives the words for the other image, and what this one says; none where it says nothing of an image. The law: each of them has
/// this one among its own.
fn others(word: &str) -> Option<(Vec<&'static str>, Word)> {
    let of = |pairs: &[(&'static str, &'static str)]| -> Vec<&'static str> {
        let other = |(one, other): &(&'static str, &'static str)| match word {
            word if word == *one => Some(*other),
            word if word == *other => Some(*one),
            _ => None,
        };
        pairs.iter().filter_map(other).collect()
    };
    let (image, loose) = (of(&SIDES), of(&LOOSE));
    let says = match (image.is_empty(), loose.is_empty()) {
        (true, true) => return None,
        (true, false) => Word::Loose,
        (false, _) => Word::Image,
    };
    Some((image.into_iter().chain(loose).collect(), says))
}

/// Gives the words of a name: between separators, from a capital behind a small letter on, and from the last capital of several
/// where small letters follow (`SSNBefore`, not `IDs`).
fn words(name: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    let mut last: Option<char> = None;
    for (at, c) in name.char_indices() {
        let end = at + c.len_utf8();
        let is_before_small =
            || name.get(end..).is_some_and(|rest| rest.chars().take_while(|next| next.is_lowercase()).count() > 1);
        let begins = |last: char| c.is_uppercase() && (last.is_lowercase() || last.is_uppercase() && is_before_small());
        let goes_on = last.is_some_and(|last| last.is_alphanumeric() && !begins(last));
        if c.is_alphanumeric() {
            match words.last_mut().filter(|_| goes_on) {
                Some(word) => word.end = end,
                None => words.push(at..end),
            }
        }
        last = Some(c);
    }
    words
}

/// Spells a word in the case of another.
fn spelled_like(own: &str, word: &str) -> String {
    let mut chars = word.chars();
    let is_upper = |c: char| c.is_uppercase();
    if own.chars().all(is_upper) {
        word.to_uppercase()
    } else if own.starts_with(is_upper) {
        chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect()
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_its_image_at_its_ends() {
        for (name, rest, partner, end) in [
            ("old_ssn", "ssn", "new_ssn", End::Front),
            ("newSsn", "ssn", "oldSsn", End::Front),
            ("OLD_SSN", "ssn", "NEW_SSN", End::Front),
            ("ssn-before", "ssn", "ssn-after", End::Back),
            ("ssnAfter", "ssn", "ssnBefore", End::Back),
            ("curr.mail", "mail", "prev.mail", End::Front),
            ("SSNBefore", "ssn", "SSNAfter", End::Back),
            ("IBANAfter", "iban", "IBANBefore", End::Back),
            ("newHTTPAddress", "http_address", "oldHTTPAddress", End::Front),
            ("customerOld", "customer", "customerNew", End::Back),
        ] {
            let partners = vec![partner.to_owned()];
            let expected = Sided { rest: rest.to_owned(), partners, end, word: Word::Image };
            assert_eq!(sided(name), [expected], "{name}");
        }
        let (image, loose) = (Word::Image, Word::Loose);
        for (name, rest, partners, end, word) in [
            ("prior_ref", "ref", &["current_ref", "latest_ref"][..], End::Front, loose),
            ("originalEmail", "email", &["updatedEmail", "modifiedEmail"], End::Front, loose),
            ("EMAIL_UPDATED", "email", &["EMAIL_ORIGINAL"], End::Back, loose),
            ("latestIDs", "ids", &["priorIDs", "previousIDs"], End::Front, loose),
            ("PreviousHomePhone", "home_phone", &["CurrentHomePhone", "LatestHomePhone"], End::Front, image),
            ("current_mail", "mail", &["previous_mail", "former_mail", "prior_mail"], End::Front, image),
        ] {
            let partners = partners.iter().map(|name| (*name).to_owned()).collect();
            let expected = Sided { rest: rest.to_owned(), partners, end, word };
            assert_eq!(sided(name), [expected], "{name}");
        }
        for none in ["old", "new", "newsletter", "oldsmobile", "renewal_date", "ssn", "gold_card", "", "_", "before"] {
            assert_eq!(sided(none), [], "{none}");
        }
        assert_eq!(sided("new_mail_old").len(), 2);
    }
    /// What one image says of the other, the other says of it: else what is changed by default in one would be seen beside the
    /// other, or not, by which of them an entry names.
    #[test]
    fn partners_are_partners_both_ways() {
        let all = SIDES.iter().chain(&LOOSE).flat_map(|(one, other)| [(*one, *other), (*other, *one)]);
        for (one, other) in all {
            for spell in [|word: &str| format!("{word}_mail"), |word: &str| format!("mail_{word}")] {
                let (own, partner) = (spell(one), spell(other));
                let of = |name: &str| sided(name).into_iter().flat_map(|sided| sided.partners).collect::<Vec<_>>();
                assert!(of(&own).contains(&partner) && of(&partner).contains(&own), "{own}, {partner}");
                for other in of(&own) {
                    assert!(of(&other).contains(&own), "{own}, {other}");
                }
            }
        }
    }
}
