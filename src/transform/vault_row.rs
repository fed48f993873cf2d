//! What a row of a vault holds, sealed: the canonical form, and by what the row is found besides it.

use zeroize::Zeroizing;

use crate::keys::parts;

/// How a text begins that says by what its row is found: no UTF-8 does, so none of the rows from before it that hold the form
/// alone.
const FOUND_BY: u8 = 0xff;

/// What was sealed.
pub(super) struct Row {
    /// By what the row is found; none where it was made before that was kept.
    pub(super) found_by: Option<FoundBy>,
    pub(super) form: Zeroizing<Vec<u8>>,
}

/// By what a row is found beside its form.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct FoundBy {
    /// The context, empty where there is none.
    pub(super) context: Vec<u8>,
    /// The place, where each has a token of its own.
    pub(super) place: Option<Vec<u8>>,
}

impl FoundBy {
    pub(super) fn new(context: &str, place: Option<&[u8]>) -> Self {
        Self { context: context.into(), place: place.map(Into::into) }
    }

    /// Gives what is sealed for a form: the parts context and place, empty where there is none, behind a byte that no form
    /// begins with, and the form.
    pub(super) fn with(&self, form: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let parts = parts(&[&self.context, self.place.as_deref().unwrap_or_default()]).ok()?;
        let mut plain = Zeroizing::new(Vec::with_capacity(1 + parts.len() + form.len()));
        plain.push(FOUND_BY);
        plain.extend_from_slice(&parts);
        plain.extend_from_slice(form);
        Some(plain)
    }
}

impl Row {
    /// Reads what was sealed.
    pub(super) fn read(plain: Zeroizing<Vec<u8>>) -> Option<Self> {
        let Some(rest) = plain.strip_prefix(&[FOUND_BY]) else { return Some(Self { found_by: None, form: plain }) };
        let (context, rest) = part(rest)?;
        let (place, form) = part(rest)?;
        let place = (!place.is_empty()).then(|| place.to_vec());
        let found_by = Some(FoundBy { context: context.to_vec(), place });
        Some(Self { found_by, form: Zeroizing::new(form.to_vec()) })
    }
}

/// Takes a part off, which stands behind its length in two bytes.
fn part(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<2>()?;
    rest.split_at_checked(u16::from_be_bytes(*length).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_says_by_what_its_row_is_found() {
        for (context, place) in [("", None), ("tenant-1", None), ("", Some(&b"kafka"[..])), ("a", Some(b"file"))] {
            let found_by = FoundBy::new(context, place);
            for form in ["ada@example.com", "", "\u{fc}"] {
                let row = Row::read(found_by.with(form.as_bytes()).unwrap()).unwrap();
                assert!(row.found_by.as_ref() == Some(&found_by) && row.form.as_slice() == form.as_bytes(), "{form:?}");
            }
        }
        let alone = Row::read(Zeroizing::new(b"ada@example.com".to_vec())).unwrap();
        assert!(alone.found_by.is_none() && alone.form.as_slice() == b"ada@example.com");
        for cut in [&[0xff][..], &[0xff, 0], &[0xff, 0, 1], &[0xff, 0, 0, 0], &[0xff, 0, 0, 0, 2, 7]] {
            assert!(Row::read(Zeroizing::new(cut.to_vec())).is_none());
        }
    }

    /// By hand: two empty parts, and the form.
    #[test]
    fn its_bytes_are_these() {
        assert_eq!(FoundBy::new("", None).with(b"Ada").unwrap().as_slice(), b"\xff\0\0\0\0Ada");
        assert_eq!(FoundBy::new("t", Some(b"xy")).with(b"Ada").unwrap().as_slice(), b"\xff\0\x01t\0\x02xyAda");
    }
}
