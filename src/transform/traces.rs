//! What is left of texts where an operator wrote, so that a text in which nothing was written can be told.

/// Letters of the shortest hash, in its closest encoding.
const CODED_MIN: usize = 22;

/// Tells whether a text holds so many letters and digits in one that they may be a hash or a token; a UUID is none.
pub(super) fn is_coded(text: &str) -> bool {
    let coded = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    text.split(|c| !coded(c)).any(|word| word.len() >= CODED_MIN && !is_uuid(word))
}

/// RFC 9562, section 4.
fn is_uuid(word: &str) -> bool {
    let lengths = word.split('-').map(str::len);
    word.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit()) && lengths.eq([8, 4, 4, 4, 12])
}

/// Tells whether a text has so many digits.
pub(super) fn has_digits(text: &str, least: usize) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= least
}

#[cfg(test)]
mod tests {
    use super::super::ParameterValue::{self, Integer, Json, Text};
    use super::super::tests::{RING_NAME, Sample, build, written};
    use super::*;

    #[test]
    fn hashes_are_told_from_ids() {
        for id in ["c-1", "4711", "550e8400-e29b-41d4-a716-446655440000", "customer 17, of the year 2024 and so on"] {
            assert!(!is_coded(id), "{id}");
        }
        for coded in
            ["c50c5012ab34cd56ef78c50c5012ab34", "id tok_abcdefghijklmnopqrstuvwxyz234567", "AbC-123_xyzAbC-123_xyzA"]
        {
            assert!(is_coded(coded), "{coded}");
        }
    }

    fn text(text: &str) -> ParameterValue {
        Text(text.to_owned())
    }

    /// The law: what an operator wrote into a text is never taken for a text that it did not touch.
    #[test]
    fn what_was_written_may_be_there() {
        let ring = ("ring", text(RING_NAME));
        let keyed = |more: &[(&'static str, ParameterValue)]| [std::slice::from_ref(&ring), more].concat();
        let (mail, card, day) = ("ada@mail.example.org", "4111111111111111", "2024-02-29");
        for (name, parameters, value, free) in [
            ("redact", vec![], mail, None),
            ("replace", vec![], mail, Some("c-17")),
            ("replace", vec![("value", text("X"))], mail, Some("c-17")),
            ("replace", vec![("value", text(""))], mail, None),
            ("replace", vec![("value", Json("null".to_owned()))], mail, None),
            ("replace", vec![("value", text("John Doe"))], "John", None),
            ("replace", vec![("value", Integer(12_345))], "2345", None),
            ("replace", vec![("value", Json(r#"{"a":"John"}"#.to_owned()))], "John", None),
            ("replace", vec![("template", text("{entity} of John"))], "John", None),
            ("replace", vec![], "VALUE", Some("c-17")),
            ("replace", vec![("value", Integer(1234))], "1234", Some("c-17")),
            ("replace", vec![("template", text("[{entity}]"))], mail, Some("c-17")),
            ("replace", vec![("template", text("{entity}"))], mail, None),
            ("mask", vec![("keep_last", Integer(3))], mail, Some("c-17")),
            ("mask", vec![("char", text("#"))], mail, Some("c-*17")),
            ("hash", keyed(&[("bits", Integer(128)), ("encoding", text("base64url"))]), mail, Some("c-17")),
            ("tokenize", keyed(&[]), mail, Some("c-17")),
            ("encrypt", keyed(&[]), mail, Some("c-17")),
            ("fpe", keyed(&[]), card, Some("c-17")),
            ("fpe", keyed(&[("alphabet", text("abcdefghijklmnopqrstuvwxyz@."))]), mail, Some("c-17")),
            ("fpe", keyed(&[("on_small_domain", text("redact"))]), "12", None),
            ("fpe", keyed(&[("on_small_domain", text("tokenize"))]), "12", Some("c-17")),
            ("date_shift", keyed(&[("subject_field", text("id"))]), day, Some("c-17")),
            ("generalize", vec![("date_part", text("year"))], day, Some("c-x")),
            ("generalize", vec![("buckets", ParameterValue::List(vec![Integer(10), Integer(20)]))], "5", Some("c-x")),
            ("fake", keyed(&[("list", text("first_name"))]), "Ada", None),
        ] {
            let operator = build(name, &parameters);
            let new = written(&*operator, Sample::span(value, "VALUE"));
            // What is the replacement already stays.
            let new = if new == "unchanged" { format!("text {value}") } else { new };
            let new = new.strip_prefix("text ").unwrap_or_else(|| panic!("{name}: {new}"));
            assert!(operator.may_be_in(&format!("Ada {new}, Esq.")), "{name} {parameters:?}: {new}");
            match free {
                Some(free) => assert!(!operator.may_be_in(free), "{name} {parameters:?}"),
                None => assert!(operator.may_be_in("c-17"), "{name} {parameters:?}: any text may"),
            }
        }
        for none in ["keep", "drop_field", "drop_record", "quarantine"] {
            assert!(!build(none, &[]).may_be_in("c-17"), "{none}");
        }
    }
}
