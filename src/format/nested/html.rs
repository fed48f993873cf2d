//! HTML character references: WHATWG HTML, section 13.5; only those that end with a semicolon.

use super::Inner;

/// Bytes of the longest reference, `&CounterClockwiseContourIntegral;`.
const REFERENCE_MAX: usize = 33;

/// Writes `text` with its character references undone to `inner`; `false` where there are none.
pub(super) fn undo(text: &str, inner: &mut Inner) -> bool {
    if memchr::memchr(b'&', text.as_bytes()).is_none() {
        return false;
    }
    let mut undone = false;
    let mut done = 0;
    while let Some(at) = text.get(done..).and_then(|rest| rest.find('&')).map(|by| done + by) {
        copy(text, done, at, inner);
        let end = reference_end(text.as_bytes(), at);
        let reference = end.and_then(|end| text.get(at..end)).unwrap_or_default();
        let character = html_escape::decode_html_entities(reference);
        if reference.is_empty() || character == reference || character.chars().any(is_unreadable) {
            copy(text, at, at + 1, inner);
            done = at + 1;
        } else {
            inner.text.push_str(&character);
            inner.map.unit(character.len(), reference.len());
            undone = true;
            done = at + reference.len();
        }
    }
    copy(text, done, text.len(), inner);
    undone
}

fn is_unreadable(c: char) -> bool {
    c.is_control() && !matches!(c, '\t' | '\n' | '\r')
}

fn copy(text: &str, from: usize, to: usize, inner: &mut Inner) {
    inner.text.push_str(text.get(from..to).unwrap_or_default());
    inner.map.copied(to - from);
}

/// Finds where the reference ends whose `&` stands at `at`.
fn reference_end(bytes: &[u8], at: usize) -> Option<usize> {
    let near = bytes.get(at + 1..bytes.len().min(at + REFERENCE_MAX))?;
    let len = near.iter().position(|byte| !byte.is_ascii_alphanumeric() && *byte != b'#')?;
    (near.get(len) == Some(&b';') && len > 0).then_some(at + 1 + len + 1)
}

/// Appends `text` as it stands in HTML, in attributes too.
pub(super) fn write(text: &str, out: &mut String) {
    html_escape::encode_quoted_attribute_to_string(text, out);
}
