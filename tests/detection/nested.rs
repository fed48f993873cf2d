//! Texts inside texts: what is found in hiding goes, all around it stays, and every text still reads as what it was.

use super::through::through;
use privet::detect::{RecognizerSet, TaggerUse};
use privet::engine::Scratch;
use privet::format::{Csv, Delimiter, Format, Json, Text};
use privet::policy::{CompileContext, Plan, Source, compile};
use proptest::prelude::*;
use serde_json::json;
use std::fmt::Write as _;
use std::sync::LazyLock;

static PLAN: LazyLock<Plan> = LazyLock::new(|| Plan::without_policy(RecognizerSet::builtin()));

/// Without the tagger, to which any letters may be a name.
static PATTERNS: LazyLock<Plan> =
    LazyLock::new(|| Plan::without_policy(RecognizerSet::builtin()).with_tagger(TaggerUse::Off));

/// Compiles a policy that needs no keys.
pub fn policy(body: &str) -> Plan {
    let source = Source::new("policy", &format!("privet: v1\nproduct: a\n{body}"));
    let set = RecognizerSet::builtin();
    let rings = |_: &privet::policy::RingRequest<'_>| panic!("no key is needed");
    let context = CompileContext { set: &set, rings: &rings, tenant: "" };
    compile(&source, &context).unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

fn one(plan: &Plan, format: &dyn Format, record: &str) -> Result<String, String> {
    let out = through(plan, format, &[record], &mut Scratch::new()).remove(0);
    out.map(|bytes| String::from_utf8(bytes).unwrap())
}

fn check(plan: &Plan, record: &str, expected: &str) {
    assert_eq!(one(plan, &Json, record).as_deref(), Ok(expected), "{record}");
}

#[test]
fn json_in_a_string_is_read_and_written_where_it_changes() {
    check(
        &PLAN,
        r#"{"payload" : "{ \"customer\": {\"email\" : \"bob@corp.com\", \"x\": \"\\u00e9\"},\t\"n\":[1.50, 2]}" }"#
            .replace('\t', "\\t")
            .as_str(),
        &r#"{"payload" : "{ \"customer\": {\"email\" : \"<EMAIL_ADDRESS>\", \"x\": \"\\u00e9\"},\t\"n\":[1.50, 2]}" }"#
            .replace('\t', "\\t"),
    );
    // A number becomes a text, a name changes, an element of an array.
    check(&PLAN, r#"{"p": "{\"cardNumber\":4111111111111111}"}"#, r#"{"p": "{\"cardNumber\":\"<CREDIT_CARD>\"}"}"#);
    check(&PLAN, r#"{"p": "{\"bob@corp.com\":1}"}"#, r#"{"p": "{\"<EMAIL_ADDRESS>\":1}"}"#);
    check(&PLAN, r#"["[\"bob@corp.com\",17]"]"#, r#"["[\"<EMAIL_ADDRESS>\",17]"]"#);
    // Nothing is found: nothing changes.
    let clean = r#"{"p": "{\"a\": \"\\u0041\", \"b\": [1e5 , true]}"}"#;
    check(&PLAN, clean, clean);
}

/// A field whose name says a type that is only reported hides nothing that stands inside.
#[test]
fn what_is_only_reported_is_opened() {
    for record in [
        r#"{"requestUrl":"https://shop.example/?email=bob%40corp.com"}"#,
        r#"{"avatar":{"url":"https://shop.example/bob%40corp.com"}}"#,
        r#"{"companyName":"please ask Bob Smith at the front desk"}"#,
    ] {
        let out = one(&PLAN, &Json, record).unwrap();
        assert!(!out.to_lowercase().contains("bob"), "{out}");
    }
}

/// What is known to hold nothing is read again where more is known: a person of the record, a label inside.
#[test]
fn what_was_clean_is_opened_again() {
    check(
        &PATTERNS,
        r#"{"first_name":"Katherine","note":"S2F0aGVyaW5lIGNhbGxlZA=="}"#,
        r#"{"first_name":"<PERSON>","note":"PFBFUlNPTj4gY2FsbGVk"}"#,
    );
    // {"val":"Bo","key":"dob"}
    let labelled = r#"{"x":"eyJ2YWwiOiJCbyIsImtleSI6ImRvYiJ9"}"#;
    assert_ne!(one(&PLAN, &Json, labelled).as_deref(), Ok(labelled));
}

#[test]
fn json_is_read_three_deep_and_found_deeper() {
    let mut text = json!({"note": "write to bob@corp.com today"}).to_string();
    let mut expected = json!({"note": "write to <EMAIL_ADDRESS> today"}).to_string();
    for depth in 0..7 {
        let out = one(&PLAN, &Json, &text).unwrap();
        assert_eq!(out, expected, "{depth}");
        assert!(!out.contains("bob"));
        text = json!({ "p": text, "n": depth }).to_string();
        expected = json!({ "p": expected, "n": depth }).to_string();
    }
}

#[test]
fn escapes_are_undone_and_what_is_written_is_escaped() {
    for (text, expected) in [
        ("to bob%40corp.com%20today", "to %3CEMAIL_ADDRESS%3E%20today"),
        ("a=1&to=bob%40corp.com&n=%C3%A9", "a=1&to=%3CEMAIL_ADDRESS%3E&n=%C3%A9"),
        ("%2B49%2030%2023125%20000", "%3CPHONE_NUMBER%3E"),
        ("bob%2540corp.com", "%253CEMAIL_ADDRESS%253E"),
        ("<p>bob&#64;corp&period;com &amp; co</p>", "<p>&lt;EMAIL_ADDRESS&gt; &amp; co</p>"),
        ("b&ouml;b&commat;corp.com", "&lt;EMAIL_ADDRESS&gt;"),
        ("q=bob%40corp.com&amp;r=1", "q=%3CEMAIL_ADDRESS%3E&amp;r=1"),
        // What is not escaped at all is replaced as it is, beside escapes too.
        ("bob@corp.com is 100%25 sure", "<EMAIL_ADDRESS> is 100%25 sure"),
        ("100% bob@corp.com & co", "100% <EMAIL_ADDRESS> & co"),
    ] {
        check(&PLAN, &json!({ "v": text }).to_string(), &json!({ "v": expected }).to_string());
    }
}

#[test]
fn a_plus_sign_of_a_form_is_a_space() {
    for (text, expected) in [
        ("a=1&phone=%2B49+30+1234567&card=4111+1111+1111+1111", "a=1&phone=%3CPHONE_NUMBER%3E&card=%3CCREDIT_CARD%3E"),
        ("id=7&ssn=536+90+4399&q=a+b%20c", "id=7&ssn=%3CUS_SSN%3E&q=a+b%20c"),
        ("GET /a+b?tel=%2b49+30+1234567&n=x+y HTTP/1.1", "GET /a+b?tel=%3CPHONE_NUMBER%3E&n=x+y HTTP/1.1"),
        ("q=x+y&amp;card=4111+1111+1111+1111&amp;r=1", "q=x+y&amp;card=%3CCREDIT_CARD%3E&amp;r=1"),
        // Who writes them leaves a plus sign as it is here.
        ("tel=+49+30+1234567&r=1", "tel=%3CPHONE_NUMBER%3E&r=1"),
        ("to=bob+news%40corp.com&r=1+2", "to=%3CEMAIL_ADDRESS%3E&r=1+2"),
    ] {
        check(&PATTERNS, &json!({ "v": text }).to_string(), &json!({ "v": expected }).to_string());
    }
    for clean in ["1+2", "sum=1+2", "1+2=3", "total=400+1200+17&tax=3+4", "q=late+parcel&sort=a+b", "x=4+1;y=1+1"] {
        let record = json!({ "v": clean }).to_string();
        check(&PATTERNS, &record, &record);
    }
}

#[test]
fn base64_of_a_text_is_opened_and_written_in_its_alphabet() {
    use data_encoding::{BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD};
    for text in ["write to bob@corp.com??", "write to bob@corp.com >>?", "{\"email\": \"bob@corp.com\", \"x\": \"ÿÿ\"}"]
    {
        let changed = text.replace("bob@corp.com", "<EMAIL_ADDRESS>");
        for encoding in [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD] {
            let (from, to) = (encoding.encode(text.as_bytes()), encoding.encode(changed.as_bytes()));
            let out = one(&PLAN, &Json, &json!({ "v": from }).to_string()).unwrap();
            let out = serde_json::from_str::<serde_json::Value>(&out).unwrap()["v"].as_str().unwrap().to_owned();
            // Where a text fits two alphabets, either is right.
            let read = [BASE64, BASE64_NOPAD, BASE64URL, BASE64URL_NOPAD].map(|one| one.decode(out.as_bytes()).ok());
            assert!(out == to || read.contains(&Some(changed.clone().into_bytes())), "{from} {out} {to}");
        }
    }
    let clean = BASE64.encode(b"nothing to be found in here");
    check(&PLAN, &json!({ "v": clean }).to_string(), &json!({ "v": clean }).to_string());
}

#[test]
fn what_is_signed_is_never_changed_inside() {
    let signed = data_encoding::BASE64.encode(b"<Assertion><Name>bob@corp.com</Name><ds:Signature/></Assertion>");
    check(&PLAN, &json!({ "v": signed }).to_string(), r#"{"v":"<EMAIL_ADDRESS>"}"#);
    let part = |text: &str| data_encoding::BASE64URL_NOPAD.encode(text.as_bytes());
    let jwt = format!("{}.{}.{}", part(r#"{"alg":"HS256"}"#), part(r#"{"email":"bob@corp.com"}"#), part("signature"));
    let record = json!({ "v": jwt }).to_string();
    check(&PLAN, &record, r#"{"v":"<JWT>"}"#);
    check(&policy("detect: {JWT: off}\n"), &record, &record);
}

#[test]
fn what_only_looks_like_a_document_is_a_text() {
    check(&PLAN, r#"{"v": "{bob@corp.com}"}"#, r#"{"v": "{<EMAIL_ADDRESS>}"}"#);
    check(&PLAN, r#"{"v": "[bob@corp.com, \"x]"}"#, r#"{"v": "[<EMAIL_ADDRESS>, \"x]"}"#);
    check(
        &PLAN,
        r#"{"v": "{\"a\": \"bob@corp.com\", \"b\": 01}"}"#,
        r#"{"v": "{\"a\": \"<EMAIL_ADDRESS>\", \"b\": 01}"}"#,
    );
}

#[test]
fn names_that_become_equal_inside_refuse_the_record() {
    let record = json!({"p": r#"{"ada@corp.com": 1, "bob@corp.com": 2}"#}).to_string();
    assert!(one(&PLAN, &Json, &record).unwrap_err().starts_with("key_collision"));
    let twice = json!({"p": r#"{"a": 1, "a": 2}"#}).to_string();
    check(&PLAN, &twice, &twice);
}

#[test]
fn every_format_opens_what_its_leaves_hold() {
    let text = r#"{"email": "bob@corp.com", "n": 1}"#;
    assert_eq!(one(&PLAN, &Text, text).as_deref(), Ok(r#"{"email": "<EMAIL_ADDRESS>", "n": 1}"#));
    let csv = Csv::new(b"id;payload", Delimiter::Semicolon).unwrap();
    assert_eq!(
        one(&PLAN, &csv, "1;\"{\"\"email\"\": \"\"bob@corp.com\"\"}\"").as_deref(),
        Ok("1;\"{\"\"email\"\": \"\"<EMAIL_ADDRESS>\"\"}\"")
    );
}

#[test]
fn a_policy_names_what_is_inside() {
    let payload = json!({"customer": {"label": "Bob", "id": "c17"}, "total": 12.5}).to_string();
    let record = json!({"payload": payload, "x": 1}).to_string();
    let with = |body: &str| {
        let out = one(&policy(body), &Json, &record).unwrap();
        serde_json::from_str::<serde_json::Value>(&out).unwrap()["payload"].as_str().unwrap().to_owned()
    };
    let entry = |entry: &str| with(&format!("fields:\n{entry}"));
    assert_eq!(entry("  payload~json.customer.id: redact\n"), payload.replace("\"c17\"", "\"\""));
    assert_eq!(entry("  payload~json.customer: drop_field\n"), r#"{"total":12.5}"#);
    assert_eq!(entry("  payload~json.total: drop_field\n"), payload.replace(",\"total\":12.5", ""));
    assert_eq!(entry("  '**.id': redact\n"), payload.replace("\"c17\"", "\"\""));
    // What is kept is opened where something in it gets more; what gets an operator, only where the way is spelled.
    assert_eq!(entry("  payload: keep\n"), payload);
    assert_eq!(entry("  payload: keep\n  '**.id': redact\n"), payload.replace("\"c17\"", "\"\""));
    assert_eq!(entry("  payload: redact\n"), "");
    assert_eq!(entry("  payload: redact\n  '**.id': keep\n"), "");
    let kept = entry("  payload: redact\n  payload~json.customer.id: keep\n");
    assert!(kept.contains("\"c17\"") && !kept.contains("Bob"), "{kept}");
    assert_eq!(entry("  payload~json: redact\n"), "");
}

#[test]
fn a_policy_names_every_coding() {
    let plan = policy(
        "fields:\n  q~url: redact\n  h~html: keep\n  b~base64~json.name: redact\n  \"u~url~json.name\": redact\n",
    );
    let document = r#"{"name":"Bob","n":1}"#;
    let mut encoded = String::new();
    document.bytes().for_each(|byte| write!(encoded, "%{byte:02X}").unwrap());
    let record = json!({
        "q": "a%20b", "h": "bob&#64;corp.com", "u": encoded, "b": data_encoding::BASE64.encode(document.as_bytes()),
    });
    let out: serde_json::Value = serde_json::from_str(&one(&plan, &Json, &record.to_string()).unwrap()).unwrap();
    assert_eq!(out["q"], "");
    assert_eq!(out["h"], "bob&#64;corp.com");
    assert_eq!(out["b"], data_encoding::BASE64.encode(br#"{"name":"","n":1}"#));
    assert_eq!(out["u"], encoded.replace("%42%6F%62", ""));
}

#[test]
fn unknown_fields_are_looked_for_inside_too() {
    let plan = policy("unknown_fields: quarantine\nfields:\n  payload~json.a: keep\n");
    check(&plan, r#"{"payload": "{\"a\": 1}"}"#, r#"{"payload": "{\"a\": 1}"}"#);
    for record in [r#"{"payload": "{\"a\": 1, \"b\": 2}"}"#, r#"{"payload": "no document"}"#] {
        assert!(one(&plan, &Json, record).unwrap_err().starts_with("unknown_field"), "{record}");
    }
}

#[test]
fn a_name_inside_types_its_value() {
    check(
        &PLAN,
        r#"{"payload": "{\"card_number\": \"12\", \"n\": \"12\"}"}"#,
        r#"{"payload": "{\"card_number\": \"<CREDIT_CARD>\", \"n\": \"12\"}"}"#,
    );
    // A field that its own name types is one value, whatever stands in it.
    check(&PLAN, r#"{"password": "{\"a\": 1}"}"#, r#"{"password": "<PASSWORD>"}"#);
}

/// How a text is put into another.
#[derive(Debug, Clone, Copy)]
enum Wrap {
    Json,
    Url,
    Html,
}

impl Wrap {
    fn around(self, text: &str) -> String {
        match self {
            Self::Json => json!({"n": 1, "text": text, "z": [true, null]}).to_string(),
            Self::Url => self.plain(text),
            Self::Html => self.plain(text),
        }
    }

    /// What becomes of a text without anything around it.
    fn plain(self, text: &str) -> String {
        let mut out = String::new();
        for c in text.chars() {
            let _ = match self {
                Self::Json => write!(out, "{}", serde_json::to_string(&c.to_string()).unwrap().trim_matches('"')),
                Self::Url if c.is_ascii_alphanumeric() => write!(out, "{c}"),
                Self::Url => c.to_string().bytes().try_for_each(|byte| write!(out, "%{byte:02x}")),
                Self::Html if c.is_alphanumeric() => write!(out, "{c}"),
                Self::Html => write!(out, "&#x{:X};", u32::from(c)),
            };
        }
        out
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn all_around_what_is_found_stays_at_every_depth(
        before in "[a-zé漢 \"\\\\]{0,12}",
        value in prop::sample::select(&["ada@mail.example.org", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "+44 20 7946 0958"][..]),
        after in "[a-zé漢 \"\\\\]{0,12}",
        wraps in prop::collection::vec(prop::sample::select(&[Wrap::Json, Wrap::Url, Wrap::Html][..]), 0..4),
    ) {
        let mut text = format!("{before} {value} | {after}");
        let mut found = value.to_owned();
        for wrap in &wraps {
            text = wrap.around(&text);
            found = wrap.plain(&found);
        }
        let record = Wrap::Json.around(&text);
        let found = Wrap::Json.plain(&found);
        let (head, tail) = record.split_once(&found).unwrap();
        let out = one(&PATTERNS, &Json, &record).unwrap();
        prop_assert!(out.starts_with(head) && out.ends_with(tail), "{record}\n{out}");
        // What stands there now reads as a type's name, through the same codings.
        let name = &out[head.len()..out.len() - tail.len()];
        let mut read = serde_json::from_str::<String>(&format!("\"{name}\"")).unwrap();
        for wrap in wraps.iter().rev() {
            read = match wrap {
                Wrap::Json => serde_json::from_str::<String>(&format!("\"{read}\"")).unwrap(),
                Wrap::Html => html_escape::decode_html_entities(&read).into_owned(),
                Wrap::Url => read
                    .split('%')
                    .enumerate()
                    .map(|(at, part)| match at {
                        0 => part.to_owned(),
                        _ => format!("{}{}", char::from(u8::from_str_radix(&part[..2], 16).unwrap()), &part[2..]),
                    })
                    .collect(),
            };
        }
        prop_assert!(read.starts_with('<') && read.ends_with('>') && read[1..].find('<').is_none(), "{read}");
        // The record parses, and so does every document in it.
        let whole: serde_json::Value = serde_json::from_str(&out).unwrap();
        if let Some(Wrap::Json) = wraps.last() {
            serde_json::from_str::<serde_json::Value>(whole["text"].as_str().unwrap()).unwrap();
        }
    }

    #[test]
    fn no_finding_no_change_whatever_is_inside(
        parts in prop::collection::vec(prop_oneof![
            Just("%20"), Just("%C3%A9"), Just("%zz"), Just("&amp;"), Just("&#233;"), Just("& "), Just("late"), Just("{\"a\": [1.0]}"),
            Just("[]"), Just("\\u00e9"), Just("\\n"), Just("bGF0ZSBwYXJjZWwgYW5kIG1vcmU="), Just(" "), Just("é"),
        ], 0..8),
    ) {
        let text = parts.concat();
        for record in [json!({ "v": text }).to_string(), json!({ "v": json!({ "w": text }).to_string() }).to_string()] {
            prop_assert_eq!(one(&PATTERNS, &Json, &record), Ok(record.clone()));
        }
    }
}
