//! Labels beside values say what the values are, whichever of the two comes first.

use super::nested::policy as compiled;
use super::through::through;
use privet::engine::Scratch;
use privet::format::Json;

fn check(record: &str, expected: &str) {
    // The same memory for several records: nothing of one is known in the next.
    let mut scratch = Scratch::new();
    let records = [r#"{"name":"ssn","value":"a"}"#, record, r#"{"v":"a","value":"see 5"}"#, record];
    let out = through(&compiled(""), &Json, &records, &mut scratch);
    assert_eq!(out[1].as_deref(), Ok(expected.as_bytes()), "{record}");
    assert_eq!(out[2].as_deref(), Ok(records[2].as_bytes()), "{record}");
    assert_eq!(out[3], out[1]);
}

#[test]
fn a_label_names_the_value_beside_it() {
    check(r#"{"label":"Email","value":"kim at home"}"#, r#"{"label":"Email","value":"<EMAIL_ADDRESS>"}"#);
    check(r#"{"value":6705550187,"name":"phone"}"#, r#"{"value":"<PHONE_NUMBER>","name":"phone"}"#);
    check(
        r#"{"a":[{"type":"text","key":"Last name","value":["Kim",5,"-"]},{"key":"color","value":"red"}]}"#,
        r#"{"a":[{"type":"text","key":"Last name","value":["<PERSON>","<PERSON>","-"]},{"key":"color","value":"red"}]}"#,
    );
    check(
        r#"{"telecom":[{"system":"email","use":"home","value":"none yet"}],"identifier":{"value":"1","system":"http://hl7.org/fhir/sid/us-ssn"}}"#,
        r#"{"telecom":[{"system":"email","use":"home","value":"<EMAIL_ADDRESS>"}],"identifier":{"value":"<US_SSN>","system":"http://hl7.org/fhir/sid/us-ssn"}}"#,
    );
    // Only of its own object, and only what stands under the name of a value.
    let other = r#"{"name":"ssn","x":{"value":"a"},"valued":"b"}"#;
    check(other, other);
    let none =
        r#"{"name":"a very long text that is the name of nothing at all, nor was ever meant to be ssn","value":"b"}"#;
    check(none, none);
}

#[test]
fn the_names_around_belong_to_it() {
    check(
        r#"{"customer":{"fields":[{"field":"name","value":"Kim"}]},"product":{"fields":[{"field":"name","value":"Lamp"}]}}"#,
        r#"{"customer":{"fields":[{"field":"name","value":"<PERSON>"}]},"product":{"fields":[{"field":"name","value":"Lamp"}]}}"#,
    );
}

#[test]
fn in_texts_inside_texts_too() {
    check(
        r#"{"p":"{\"value\":\"a\",\"name\":\"ssn\"}","q":"{\"name\":\"ssn\",\"value\":\"b\"}","name":"x","value":"c"}"#,
        r#"{"p":"{\"value\":\"<US_SSN>\",\"name\":\"ssn\"}","q":"{\"name\":\"ssn\",\"value\":\"<US_SSN>\"}","name":"x","value":"c"}"#,
    );
}

/// RFC 7515, section 7.2: a signature is over the payload's bytes.
#[test]
fn a_payload_with_a_signature_beside_it_goes_as_a_whole() {
    let payload = "eyJzdWIiOiAiYm9iQGNvcnAuY29tIiwgImlhdCI6IDF9";
    for signature in [r#""signature":"eHg""#, r#""signatures":[{"protected":"e30","signature":"eHg"}]"#] {
        check(
            &format!(r#"{{"payload":"{payload}",{signature}}}"#),
            &format!(r#"{{"payload":"<EMAIL_ADDRESS>",{signature}}}"#),
        );
        check(
            &format!(r#"{{"a":{{{signature},"payload":"{payload}"}}}}"#),
            &format!(r#"{{"a":{{{signature},"payload":"<EMAIL_ADDRESS>"}}}}"#),
        );
    }
    // Without one, only what is found in it changes.
    check(
        &format!(r#"{{"payload":"{payload}","a":{{"signature":"eHg"}}}}"#),
        r#"{"payload":"eyJzdWIiOiAiPEVNQUlMX0FERFJFU1M+IiwgImlhdCI6IDF9","a":{"signature":"eHg"}}"#,
    );
}
