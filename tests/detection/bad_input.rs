//! Bad input: nothing but a refusal or a result comes of it, in time and memory that its length bounds.

use super::through::through;
use privet::detect::{DetectScratch, FieldHint, RecognizerSet, TextKind};
use privet::engine::Scratch;
use privet::format::{Format, Json, Text};
use privet::policy::Plan;

/// Bytes of one string: more than an hour's reading, little for a machine.
const LONG: usize = 1 << 20;
/// Bytes of the longest string: more than a record may have.
const HUGE: usize = 100 << 20;

#[test]
fn long_strings_of_one_kind_are_read_to_their_end() {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let mut scratch = Scratch::new();
    for piece in ["7", "-", ".", " ", ":", "@", "%", "&", "a", "{", "[", "\u{200b}", "é", "漢", "１", "%20", "а1"] {
        let text = piece.repeat(LONG / piece.len());
        let record = serde_json::to_string(&text).unwrap();
        for (format, record) in [(&Json as &dyn Format, &record), (&Text, &text)] {
            let out = through(&plan, format, &[record], &mut scratch).remove(0).unwrap();
            assert_eq!(out, record.as_bytes(), "{piece}");
        }
    }
    let mails = "a@b.de ".repeat(LONG / 7);
    let out = through(&plan, &Text, &[&mails], &mut scratch).remove(0).unwrap();
    assert_eq!(out.len(), mails.len() / 7 * "<EMAIL_ADDRESS> ".len());
}

#[test]
fn a_hundred_megabytes_in_one_string_are_refused_or_read() {
    let set = RecognizerSet::builtin();
    let plan = Plan::without_policy(RecognizerSet::builtin());
    for piece in ["7", "word "] {
        let text = piece.repeat(HUGE / piece.len());
        let refused = through(&plan, &Text, &[&text], &mut Scratch::new()).remove(0).unwrap_err();
        assert!(refused.starts_with("record_too_large"), "{refused}");
        let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
        set.scan(&text, TextKind::Text, &FieldHint::default(), plan.mask(), &mut scratch, &mut found);
        assert_eq!(found, []);
    }
}

#[test]
fn what_is_no_text_is_refused_and_what_is_nothing_stays() {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let one = |format: &dyn Format, record: &[u8]| through(&plan, format, &[record], &mut Scratch::new()).remove(0);
    for record in [&b"\xff"[..], b"bob@corp.com\xc3", b"\"\xed\xa0\x80\""] {
        assert!(one(&Text, record).unwrap_err().starts_with("invalid_utf8"));
        assert!(one(&Json, record).unwrap_err().starts_with("invalid_utf8"));
    }
    for record in [&b""[..], b" ", b"\n", b"\0", "\u{feff}".as_bytes(), "\u{200b}\u{ad}".as_bytes()] {
        assert_eq!(one(&Text, record).as_deref(), Ok(record));
    }
    assert_eq!(one(&Json, b"\"\"").as_deref(), Ok(&b"\"\""[..]));
}
