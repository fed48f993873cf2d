//! Deny lists: a policy's own words are found wherever it says, and nothing allows them away.

use super::nested::policy as compiled;
use super::through::through;
use privet::engine::Scratch;
use privet::format::Json;

fn check(policy: &str, record: &str, expected: &str) {
    let out = through(&compiled(policy), &Json, &[record], &mut Scratch::new()).remove(0);
    let out = out.map(|bytes| String::from_utf8(bytes).unwrap());
    assert_eq!(out.as_deref(), Ok(expected), "{policy}");
}

#[test]
fn listed_words_are_found_everywhere_and_whole() {
    let policy = "detect: {PERSON: off, VIN: {deny: [Kim Larsen, '4711']}}\n";
    check(
        policy,
        r#"{"a":"by KIM\n larsen, larsen","b":["kim larsens"],"c":4711,"d":47110,"e":"x\u200b4711 4711","kim larsen":1}"#,
        r#"{"a":"by <VIN>, larsen","b":["kim larsens"],"c":"<VIN>","d":47110,"e":"x\u200b4711 <VIN>","<VIN>":1}"#,
    );
    // In texts inside texts, too, and beside what recognizers find.
    check(
        policy,
        r#"{"p":"{\"q\":\"kim larsen\"}","u":"q%3Dkim%20larsen bob@corp.com"}"#,
        r#"{"p":"{\"q\":\"<VIN>\"}","u":"q%3D%3CVIN%3E <EMAIL_ADDRESS>"}"#,
    );
}

#[test]
fn fields_bound_where_a_text_is_looked_for() {
    let policy = "detect: {VIN: {deny: [{text: Aurora, fields: [note, '**.by']}]}}\n";
    check(
        policy,
        r#"{"note":"Aurora","notes":"Aurora","a":{"by":{"x":["Aurora"]}},"by":"aurora","Aurora":"Aurora"}"#,
        r#"{"note":"<VIN>","notes":"Aurora","a":{"by":{"x":["<VIN>"]}},"by":"<VIN>","Aurora":"Aurora"}"#,
    );
    // What a field entry keeps stays; one that is scanned below it is read.
    check(
        &format!("{policy}fields: {{note: keep, note.in: scan}}\n"),
        r#"{"note":{"x":"Aurora","in":"Aurora"}}"#,
        r#"{"note":{"x":"Aurora","in":"<VIN>"}}"#,
    );
}

#[test]
fn a_listed_text_is_of_its_type_whatever_else_it_could_be() {
    let policy = "detect: {'*': {allow: [bob@corp.com]}, US_PASSPORT: {deny: [bob@corp.com, ann@corp.com]}}\n";
    check(policy, r#"{"a":"bob@corp.com","b":"ann@corp.com!"}"#, r#"{"a":"<US_PASSPORT>","b":"<US_PASSPORT>!"}"#);
    let kept = "detect: {VIN: {deny: [Aurora]}}\ndefaults: [{entity: VIN, op: keep}]\n";
    check(kept, r#"{"a":"Aurora bob@corp.com"}"#, r#"{"a":"Aurora <EMAIL_ADDRESS>"}"#);
    let family = "detect: {NATIONAL_ID: {deny: [AB-77]}}\n";
    check(family, r#"{"a":"my ab-77"}"#, r#"{"a":"my <NATIONAL_ID>"}"#);
}
