//! What a policy says of the tagger: fields that are free text, how readily it finds, and types that it does not ask for.

use super::behaviour::anonymized;
use privet::detect::{RecognizerSet, TaggerUse};
use privet::format::Json;
use privet::policy::{CompileContext, Plan, RingRequest, Source, compile};

const PERSON: &str = "{entity: PERSON, op: {replace: {value: <PERSON>}}}";
const LOCATION: &str = "{entity: LOCATION, op: {replace: {value: <LOCATION>}}}";

/// Compiles a policy of this content.
fn plan(rest: &str) -> Plan {
    let source = Source::new("policy", &format!("privet: v1\nproduct: a\n{rest}\n"));
    let set = RecognizerSet::builtin();
    let rings = |_: &RingRequest<'_>| panic!("no key is needed");
    compile(&source, &CompileContext { set: &set, rings: &rings, tenant: "" })
        .unwrap_or_else(|diagnostics| panic!("{diagnostics}"))
}

#[test]
fn a_field_that_is_text_is_read_whatever_its_values_look_like() {
    let record = r#"{"a":"Met Okafor","b":"Met Okafor"}"#;
    let text = plan(&format!("fields: {{a: text}}\ndefaults: [{PERSON}]"));
    let out = anonymized(&text, &Json, r#"{"a":"Met Siobhan Okafor","c":"Order 12"}"#);
    assert_eq!(out, r#"{"a":"Met <PERSON>","c":"Order 12"}"#);
    let scanned = plan(&format!("fields: {{a: scan}}\ndefaults: [{PERSON}]"));
    for (plan, record) in [(&scanned, r#"{"a":"Met Siobhan Okafor"}"#), (&scanned, record)] {
        assert_eq!(anonymized(plan, &Json, record), record, "two or three words are no free text by themselves");
    }
}

/// What the field's name says of descriptions, a policy that calls them text does not mean.
#[test]
fn a_description_that_is_text_is_read_as_text() {
    let text = plan(&format!("fields: {{description: text}}\ndefaults: [{PERSON}]"));
    for (note, expected) in [
        ("Met katherine okafor. Fine.", "Met <PERSON>. Fine."),
        ("Kind regards,\\nada", "Kind regards,\\n<PERSON>"),
        ("Mail from anna: late", "Mail from <PERSON>: late"),
    ] {
        let record = format!("{{\"description\":\"{note}\"}}");
        assert_eq!(anonymized(&text, &Json, &record), record.replace(note, expected));
    }
}

/// A sentence in which `balanced` finds nobody.
const ONLY_AT_HIGH: &str = "the keys are with robin now";

#[test]
fn a_policy_says_how_readily_is_found() {
    let record = format!("{{\"note\":\"{ONLY_AT_HIGH}\"}}");
    let found = record.replace("robin", "<PERSON>");
    for (tagger, expected) in [("off", &record), ("balanced", &record), ("high", &found)] {
        let plan = plan(&format!("defaults: [{PERSON}]\ntagger: {tagger}"));
        assert_eq!(&anonymized(&plan, &Json, &record), expected, "{tagger}");
    }
    // It says so for every face: what the command line would say does not count.
    let silent = plan(&format!("defaults: [{PERSON}]")).with_tagger(TaggerUse::High);
    assert_eq!(anonymized(&silent, &Json, &record), found);
}

/// Names are looked for again only where the plan has a use for persons.
#[test]
fn a_plan_without_persons_looks_for_nobody_again() {
    let record = r#"{"note":"I spoke with Ada Lovelace in Lisbon today.","by":"lovelace"}"#;
    let with = plan(&format!("defaults: [{PERSON}, {LOCATION}]"));
    assert_eq!(
        anonymized(&with, &Json, record),
        r#"{"note":"I spoke with <PERSON> in <LOCATION> today.","by":"<PERSON>"}"#
    );
    let without = plan(&format!("detect: {{PERSON: off}}\ndefaults: [{LOCATION}]"));
    assert_eq!(
        anonymized(&without, &Json, record),
        r#"{"note":"I spoke with Ada Lovelace in <LOCATION> today.","by":"lovelace"}"#
    );
}
