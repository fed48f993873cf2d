//! What may stand behind a date.

/// Tells whether what follows a date is a time of day with what belongs to one, or nothing.
pub(super) fn may_follow_date(text: &str) -> bool {
    let Some(time) = text.strip_prefix(['T', 't', ' ']) else { return text.is_empty() };
    time.starts_with(|c: char| c.is_ascii_digit())
        && time.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | '+' | '-' | 'Z' | 'z' | ' '))
}
