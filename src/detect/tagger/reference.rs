//! Character references of HTML, as they stand in texts that were taken off a page.

/// Reads a character reference of HTML (`&quot;`, `&#39;`) that a text begins with, as the mark that it stands for.
pub(super) fn reference(text: &str) -> Option<(usize, u8)> {
    /// Bytes of the longest name that is read.
    const NAME_MAX: usize = 8;
    let inner = text.get(1..)?;
    let end = inner.bytes().take(NAME_MAX + 1).position(|byte| byte == b';').filter(|end| *end >= 2)?;
    let name = inner.get(..end)?;
    let digits = name.strip_prefix('#').unwrap_or(name);
    if !digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return None;
    }
    let byte = match name {
        "lt" => b'<',
        "gt" => b'>',
        "amp" => b'&',
        "quot" | "ldquo" | "rdquo" | "laquo" | "raquo" | "#34" => b'"',
        "apos" | "lsquo" | "rsquo" | "#39" | "#x27" => b'\'',
        "ndash" | "mdash" | "shy" | "minus" => b'-',
        "bull" | "middot" => b'*',
        _ => 0x7F,
    };
    Some((end + 2, byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_the_marks_that_they_stand_for() {
        for (text, expected) in [
            ("&quot;Ada&quot;", Some((6, b'"'))),
            ("&#39;s", Some((5, b'\''))),
            ("&nbsp;spaces", Some((6, 0x7F))),
            ("& Sons; Ltd", None),
            ("&", None),
            ("&;", None),
            ("&é;", None),
            ("&verylongname;", None),
        ] {
            assert_eq!(reference(text), expected, "{text}");
        }
    }
}
