//! Texts inside texts: what may be one, how it is read, and how what is written into it is written.
//!
//! A text can be a JSON document, can hold percent-encoded characters, forms or HTML character references, or can be Base64
//! as a whole. None of it is certain: each is opened only where all of it reads as what it looks like, and else stays
//! the text it is. Whoever edits a text inside a text gets [`Patch`]es of the outer one, so that every byte of it
//! outside of them stays.

mod base64;
mod form;
mod html;
mod url;

pub use base64::Base64;

use super::json;
use super::{Edit, Format, FormatError, Text};
use crate::model::{Coding, Span, SpanMap};

/// A text that was taken out of another, and where it stands there.
#[derive(Debug, Clone, Default)]
pub struct Inner {
    /// The text.
    pub text: String,
    /// Where each part of it stands in the outer text.
    pub map: SpanMap,
}

/// One change of a text: what stands at `span` becomes `text`.
#[derive(Clone, PartialEq, Eq)]
pub struct Patch {
    /// What is replaced; empty where something is inserted.
    pub span: Span,
    /// What stands there then.
    pub text: String,
}

/// Says nothing of the text.
impl std::fmt::Debug for Patch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Patch").field("span", &self.span).finish_non_exhaustive()
    }
}

/// Tells at a glance whether a text may hold another: where it says no, nothing here opens it.
pub fn promises(text: &str) -> bool {
    // One look for all that is written with signs of its own.
    let sign = memchr::memchr3(b'%', b'&', b'+', text.as_bytes());
    (sign.is_some() && has_escapes(text)) || is_document(text) || base64::promises(text)
}

fn has_escapes(text: &str) -> bool {
    memchr::memchr2(b'%', b'&', text.as_bytes()).is_some() || form::promises(text)
}

/// Tells at a glance whether a text may be a JSON object or array.
pub fn is_document(text: &str) -> bool {
    let bytes = text.trim_ascii().as_bytes();
    matches!((bytes.first(), bytes.last()), (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']')))
}

/// A way in which characters of a text are written as others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escapes {
    /// HTML character references.
    Html,
    /// Percent-encoding.
    Url,
    /// Percent-encoding with plus signs for spaces, as forms and the queries of URLs have it.
    Form,
}

impl Escapes {
    /// Each one, in the order in which they are tried.
    const ALL: [Self; 3] = [Self::Html, Self::Form, Self::Url];

    /// The coding that a field path names.
    pub const fn coding(self) -> Coding {
        match self {
            Self::Html => Coding::Html,
            Self::Url | Self::Form => Coding::Url,
        }
    }

    fn undo(self, text: &str, inner: &mut Inner) -> bool {
        match self {
            Self::Html => html::undo(text, inner),
            Self::Url => url::undo(text, inner),
            Self::Form => form::undo(text, inner),
        }
    }
}

/// Undoes HTML character references or, where there are none, percent-encoding; says which. `inner` is worthless where
/// it gives none.
pub fn unescape(text: &str, inner: &mut Inner) -> Option<Escapes> {
    Escapes::ALL.into_iter().find(|escapes| {
        inner.text.clear();
        inner.map.restart(0);
        escapes.undo(text, inner)
    })
}

/// Undoes the escapes of a part of a text, as far as it reads as that.
pub fn unescape_part(escapes: Escapes, text: &str) -> String {
    let mut inner = Inner::default();
    let undone = match escapes {
        Escapes::Html | Escapes::Url => escapes.undo(text, &mut inner),
        Escapes::Form => form::undo_part(text, &mut inner),
    };
    if undone { inner.text } else { text.to_owned() }
}

/// Appends `text` as it has to stand where the escapes are undone again.
pub fn escape(escapes: Escapes, text: &str, out: &mut String) {
    match escapes {
        Escapes::Html => html::write(text, out),
        // A space as `%20` is one in a form, too, and in front of its query.
        Escapes::Url | Escapes::Form => url::write(text, out),
    }
}

/// Tells whether a text carries a signature over its own bytes, which an edit inside would break.
pub fn is_signed(text: &str) -> bool {
    const MARKS: [&str; 4] = ["<ds:Signature", "<Signature ", "\"signature\"", "-----BEGIN PGP SIGNED MESSAGE-----"];
    MARKS.iter().any(|mark| memchr::memmem::find(text.as_bytes(), mark.as_bytes()).is_some())
}

/// Makes the changes of a JSON text that its edits come to; see [`Format::splice`].
///
/// # Errors
/// Where the edits do not fit.
pub fn patch_document(document: &str, edits: &[Edit<'_>]) -> Result<Vec<Patch>, FormatError> {
    json::patches(document.as_bytes(), edits)
}

/// Writes a Base64 text anew whose text, `inner`, has these edits.
///
/// # Errors
/// Where the edits do not fit.
pub fn rewrite_base64(base64: Base64, inner: &str, edits: &[Edit<'_>]) -> Result<String, FormatError> {
    let mut out = Vec::with_capacity(inner.len());
    Text.splice(inner.as_bytes(), edits, &mut out)?;
    Ok(base64.encode(&out))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: Option<(Escapes, &str)>) {
        let mut inner = Inner::default();
        let found = unescape(text, &mut inner);
        assert_eq!(found.map(|escapes| (escapes, inner.text.as_str())), expected, "{text}");
        assert!(found.is_none() || promises(text), "{text}");
    }

    #[test]
    fn escapes_are_undone() {
        check("bob%40corp.com", Some((Escapes::Url, "bob@corp.com")));
        check("m%C3%BCller%2", Some((Escapes::Url, "müller%2")));
        check("100% of %zz and %C3 and %00", None);
        check("a%20b%C3", Some((Escapes::Url, "a b%C3")));
        check("bob&#64;corp&#x2e;com", Some((Escapes::Html, "bob@corp.com")));
        check("m&uuml;ller &amp; co%20", Some((Escapes::Html, "müller & co%20")));
        check("a=1&b=2&copy", None);
        check("a=1+2", Some((Escapes::Form, "a=1 2")));
        check("a=1+2&amp;b=%2B", Some((Escapes::Html, "a=1+2&b=%2B")));
        check("&nosuch; &#0; &#xD800; &;", None);
    }

    #[test]
    fn spans_come_back_to_whole_escapes() {
        let mut inner = Inner::default();
        let text = "to b%C3%B6b%40x.de!";
        assert_eq!(unescape(text, &mut inner), Some(Escapes::Url));
        let at = inner.text.find("böb@x.de").unwrap();
        assert_eq!(inner.map.to_outer(Span::new(at, at + 9)).of(text), "b%C3%B6b%40x.de");
        let text = "x &lt;b&ouml;b&gt;";
        assert_eq!(unescape(text, &mut inner), Some(Escapes::Html));
        assert_eq!(inner.text, "x <böb>");
        assert_eq!(inner.map.to_outer(Span::new(3, 7)).of(text), "b&ouml;b");
    }

    #[test]
    fn a_document_is_known_at_a_glance() {
        for text in ["{}", " [1] ", "{\"a\": 1}\n", "{x}"] {
            assert!(is_document(text) && promises(text), "{text}");
        }
        for text in ["", "{", "{]", "[a", "x {}", "\"{}\"", "plain words", "12"] {
            assert!(!is_document(text) && !promises(text), "{text}");
        }
    }

    #[test]
    fn a_document_is_patched_only_where_it_changes() {
        let document = r#"{ "a" : "x \u00e9 bob", "n": 17, "b" : [1, 2] }"#;
        let edits = [
            Edit::Text { leaf: Span::new(8, 22), at: Span::new(18, 21), text: "\"" },
            Edit::Value { at: Span::new(29, 31), value: super::super::NewValue::Text("n") },
            Edit::Remove { member: Span::new(40, 41) },
        ];
        let patches = patch_document(document, &edits).unwrap();
        let mut patched = document.to_owned();
        for patch in patches.iter().rev() {
            patched.replace_range(patch.span.start..patch.span.end, &patch.text);
        }
        let mut spliced = Vec::new();
        super::super::Json.splice(document.as_bytes(), &edits, &mut spliced).unwrap();
        assert_eq!(patched.as_bytes(), spliced);
        let spans: Vec<Span> = patches.iter().map(|patch| patch.span).collect();
        assert_eq!(spans, [Span::new(18, 21), Span::new(29, 31), Span::new(40, 43)]);
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(text in "\\PC{0,12}|[%&<>\"'a;#4]{0,12}") {
            for escapes in Escapes::ALL {
                let mut out = String::new();
                escape(escapes, &text, &mut out);
                prop_assert_eq!(unescape_part(escapes, &out), &*text);
            }
        }

        #[test]
        fn maps_are_whole_and_monotone(text in "(%[0-9A-F]{2}|&[a-z]{2,4};|&#[0-9]{2,3};|[a-zé%&;=+ ])*") {
            let mut inner = Inner::default();
            if unescape(&text, &mut inner).is_some() {
                let mut last = 0;
                for (at, c) in inner.text.char_indices() {
                    let outer = inner.map.to_outer(Span::new(at, at + c.len_utf8()));
                    prop_assert!(outer.start >= last && outer.end > outer.start, "{} {}", text, at);
                    prop_assert!(text.is_char_boundary(outer.start) && text.is_char_boundary(outer.end));
                    last = outer.start;
                }
                prop_assert_eq!(inner.map.to_outer(Span::new(0, inner.text.len())), Span::new(0, text.len()));
            }
        }
    }
}
