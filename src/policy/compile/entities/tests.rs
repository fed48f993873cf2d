use super::super::tests::{check_policy, compiled, whole};
use super::*;
use crate::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind};
use crate::model::{Context, FieldPath, Finding, OwnedStep, RecognizerIndex, Score, Span, Validation};
use crate::policy::{Paths, Plan, PolicyHash};
use expect_test::{Expect, expect};
use std::fmt::Write as _;

/// Shows for some entity types from which score they count, what a finding gets, and what one in a record key gets.
fn table(plan: &Plan, names: &[&str]) -> String {
    let mut out = String::new();
    let shown = |decision| match decision {
        Decision::Apply(id) => plan.operator(id).name(),
        Decision::Left => "left",
        Decision::Ignored => "ignored",
    };
    for name in names {
        let index = plan.set().entity_index(name).unwrap();
        let one = &plan.entities[usize::from(index.0)];
        let (value, key) = (shown(one.decision), shown(one.key_decision));
        let wanted = if plan.mask().contains(index) { "" } else { ", not looked for" };
        let _ = writeln!(out, "{name} {}: {value}, in a key {key}{wanted}", one.threshold);
    }
    out
}

const SOME: [&str; 6] = ["EMAIL_ADDRESS", "PHONE_NUMBER", "US_SSN", "PL_PESEL", "URL", "UUID"];

fn check_table(body: &str, expected: Expect) {
    expected.assert_eq(&table(&compiled(&whole(body)).unwrap(), &SOME));
}

#[test]
fn without_a_policy_the_default_set_is_replaced() {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    expect![[r#"
        EMAIL_ADDRESS 0.4: replace, in a key refuse
        PHONE_NUMBER 0.4: replace, in a key refuse
        US_SSN 0.4: replace, in a key refuse
        PL_PESEL 0.4: replace, in a key refuse
        URL 0.4: left, in a key left
        UUID 0.4: left, in a key left
    "#]]
    .assert_eq(&table(&plan, &SOME));
    assert_eq!(plan.routes(), None);
}

#[test]
fn without_a_line_on_entities_a_policy_replaces_the_default_set_too() {
    check_table(
        "",
        expect![[r#"
        EMAIL_ADDRESS 0.4: replace, in a key refuse
        PHONE_NUMBER 0.4: replace, in a key refuse
        US_SSN 0.4: replace, in a key refuse
        PL_PESEL 0.4: replace, in a key refuse
        URL 0.4: left, in a key left
        UUID 0.4: left, in a key left
    "#]],
    );
}

#[test]
fn the_most_specific_line_decides() {
    check_table(
        "defaults:
  - {entity: '*', op: redact}
  - {entity: NATIONAL_ID, op: {mask: {keep_last: 4}}}
  - {entity: [US_SSN, URL], op: {tokenize: {ring: customer, epoch: 9f3a01c2}}}
  - {entity: PHONE_NUMBER, op: {keep: {reason: public}}}
detect: {'*': 0.6, NATIONAL_ID: 0.5, US_SSN: 0.7}
",
        expect![[r#"
            EMAIL_ADDRESS 0.6: redact, in a key refuse
            PHONE_NUMBER 0.6: left, in a key left
            US_SSN 0.7: tokenize, in a key tokenize
            PL_PESEL 0.5: mask, in a key refuse
            URL 0.6: tokenize, in a key tokenize
            UUID 0.6: left, in a key left
        "#]],
    );
}

#[test]
fn types_are_switched_on_and_off_by_name() {
    check_table(
        "detect: {URL: on, UUID: 0.8, EMAIL_ADDRESS: off}\n",
        expect![[r#"
        EMAIL_ADDRESS 0.4: ignored, in a key ignored, not looked for
        PHONE_NUMBER 0.4: replace, in a key refuse
        US_SSN 0.4: replace, in a key refuse
        PL_PESEL 0.4: replace, in a key refuse
        URL 0.4: replace, in a key refuse
        UUID 0.8: replace, in a key refuse
    "#]],
    );
    check_table(
        "detect: {'*': off, US_SSN: on, NATIONAL_ID: 0.3}\n",
        expect![[r#"
            EMAIL_ADDRESS 0.4: ignored, in a key ignored, not looked for
            PHONE_NUMBER 0.4: ignored, in a key ignored, not looked for
            US_SSN 0.3: replace, in a key refuse
            PL_PESEL 0.3: replace, in a key refuse
            URL 0.4: ignored, in a key ignored, not looked for
            UUID 0.4: ignored, in a key ignored, not looked for
        "#]],
    );
    check_table(
        "detect: {'*': off}\ndefaults: [{entity: URL, op: redact}]\n",
        expect![[r#"
        EMAIL_ADDRESS 0.4: ignored, in a key ignored, not looked for
        PHONE_NUMBER 0.4: ignored, in a key ignored, not looked for
        US_SSN 0.4: ignored, in a key ignored, not looked for
        PL_PESEL 0.4: ignored, in a key ignored, not looked for
        URL 0.4: redact, in a key refuse
        UUID 0.4: ignored, in a key ignored, not looked for
    "#]],
    );
    check_policy(
        "detect: {US_SSN: off}\ndefaults:\n  - {entity: US_SSN, op: redact}\n",
        expect![[r#"
            else: Scan, key: Scan

            p.yaml:5:14: warning: `US_SSN` is switched off under `detect:`, so it is never found
              = at: defaults[0].entity
              = help: take out one of the two lines
        "#]],
    );
}

#[test]
fn a_token_of_a_key_that_rotates_does_not_enter_a_record_key() {
    check_table(
        "defaults:\n  - {entity: '*', op: {tokenize: {ring: customer}}}\n",
        expect![[r#"
        EMAIL_ADDRESS 0.4: tokenize, in a key refuse
        PHONE_NUMBER 0.4: tokenize, in a key refuse
        US_SSN 0.4: tokenize, in a key refuse
        PL_PESEL 0.4: tokenize, in a key refuse
        URL 0.4: left, in a key left
        UUID 0.4: left, in a key left
    "#]],
    );
}

#[test]
fn mistakes_are_named() {
    check_policy(
        "detect:
  EMAIL_ADRESS: 0.4
  '*': on
  US_SSN: 1.5
  URL: {threshold: 0, alow: []}
  PHONE_NUMBER: {allow: [{regex: '(a'}, {regx: b}, [x]]}
  CRYPTO:
defaults:
  - {entity: [US_SSN, IBAN], op: redact}
  - {entity: US_SSN, op: scan}
  - {op: redact}
  - {entity: MAC_ADDRESS}
  - {entity: '*', op: {hash: {ring: absent}}, if: x}
regions: [UK, de, US]
",
        expect![[r#"
            p.yaml:4:3: error: unknown entity type or family "EMAIL_ADRESS"
              = at: detect.EMAIL_ADRESS
              = help: did you mean `EMAIL_ADDRESS`?

            p.yaml:5:8: error: not everything can be switched on at once: it would change every date and link
              = at: detect.*
              = help: name the entity types or families

            p.yaml:6:11: error: a score is a number from 0 to 1 with at most three decimals
              = at: detect.US_SSN
              = help: as in `0.4`; or `on` or `off`

            p.yaml:7:20: error: a threshold of 0 would take every number for personal data
              = at: detect.URL.threshold

            p.yaml:7:23: error: unknown key "alow"
              = at: detect.URL.alow
              = help: did you mean `allow`?

            p.yaml:8:34: error: this is no regular expression, or one that grows too large
              = at: detect.PHONE_NUMBER.allow[0].regex
              = help: the pattern must match the whole finding; look-around and back-references are not known

            p.yaml:8:41: error: `regex` is missing here
              = at: detect.PHONE_NUMBER.allow[1]

            p.yaml:8:42: error: unknown key "regx"
              = at: detect.PHONE_NUMBER.allow[1].regx
              = help: did you mean `regex`?

            p.yaml:8:52: error: this must be text, and is a list
              = at: detect.PHONE_NUMBER.allow[2]

            p.yaml:9:3: error: this must be text, and is nothing
              = at: detect.CRYPTO

            p.yaml:11:23: error: unknown entity type or family "IBAN"
              = at: defaults[0].entity[1]
              = help: did you mean `IBAN_CODE`?

            p.yaml:12:14: error: `US_SSN` has an operator already, on line 11
              = at: defaults[1].entity

            p.yaml:12:26: error: `scan` is for fields; a finding needs an operator
              = at: defaults[1].op

            p.yaml:13:5: error: `entity` is missing here
              = at: defaults[2]

            p.yaml:14:5: error: `op` is missing here
              = at: defaults[3]

            p.yaml:15:37: error: unknown key ring `absent`
              = at: defaults[4].op.hash.ring
              = help: say where it comes from: `rings: {absent: {from: "file:…"}}`; `privet keys new` makes one

            p.yaml:15:47: error: unknown key
              = at: defaults[4].if
              = help: known are `entity`, `op`

            p.yaml:16:11: warning: no recognizer belongs to the region UK
              = at: regions[0]

            p.yaml:16:15: error: a region is a country's two-letter code in upper case, as in `DE`
              = at: regions[1]
        "#]],
    );
}

/// Scans a text and decides every finding in it.
fn decided(body: &str, text: &str) -> Vec<String> {
    let plan = compiled(&whole(body)).unwrap();
    let mut paths = Paths::default();
    paths.bind(&plan);
    let mut findings = Vec::new();
    let mask = EntityMask::all(plan.set());
    plan.set().scan(text, TextKind::Text, &FieldHint::default(), &mask, &mut DetectScratch::default(), &mut findings);
    let node = paths.node(paths.root());
    let mut out: Vec<String> = findings
        .iter()
        .filter(|finding| plan.decide(node, finding, text) != Decision::Ignored)
        .map(|finding| format!("{} {}", plan.set().entity(finding.entity).entity, finding.span.of(text)))
        .collect();
    out.sort();
    out.dedup();
    out
}

#[test]
fn allowed_texts_are_no_findings() {
    let text = "write to noreply@acme.com, bob@acme.com or ann@corp.example";
    let policy = r"detect: {EMAIL_ADDRESS: {allow: [noreply@acme.com, {regex: '[a-z]+@corp\.example'}]}}";
    assert_eq!(decided(policy, text), ["EMAIL_ADDRESS bob@acme.com"]);
    let everywhere = "detect: {'*': {allow: [bob@acme.com, oreply@acme.com]}}";
    assert_eq!(decided(everywhere, text), ["EMAIL_ADDRESS ann@corp.example", "EMAIL_ADDRESS noreply@acme.com"]);
    assert_eq!(decided("detect: {EMAIL_ADDRESS: off}", text), [""; 0]);
}

fn finding(plan: &Plan, entity: &str, score: u16, base: u16) -> Finding {
    Finding {
        span: Span::new(0, 3),
        entity: plan.set().entity_index(entity).unwrap(),
        recognizer: RecognizerIndex(0),
        pattern: 0,
        score: Score::from_thousandths(score),
        base: Score::from_thousandths(base),
        validation: Validation::None,
        context: Context::None,
    }
}

#[test]
fn outside_the_regions_a_type_needs_its_context() {
    let found = |regions: &str, text: &str| {
        let plan = compiled(&whole(regions)).unwrap();
        let mut found = Vec::new();
        let (hint, mut scratch) = (FieldHint::default(), DetectScratch::default());
        plan.set().scan(text, TextKind::Text, &hint, plan.mask(), &mut scratch, &mut found);
        let name = |one: &Finding| plan.set().entity(one.entity).entity.to_string();
        found.iter().map(name).collect::<Vec<_>>()
    };
    let ssn = "has 536-90-4399 there";
    assert_eq!(found("", ssn), ["US_SSN"]);
    assert_eq!(found("regions: [US, DE]\n", ssn), ["US_SSN"]);
    assert_eq!(found("regions: [DE]\n", ssn), [""; 0]);
    assert_eq!(found("regions: [DE]\n", "the ssn 536-90-4399 there"), ["US_SSN"]);
    // One country alone speaks for its own numbers.
    let pesel = "has 02070803628 there";
    assert_eq!(found("regions: [PL]\n", pesel), ["PL_PESEL"]);
    assert_eq!(found("regions: [PL, DE]\n", pesel), [""; 0]);
    assert_eq!(found("regions: [PL]\n", "bob@corp.com"), ["EMAIL_ADDRESS"]);
    // A type that many countries have is looked for by the rules of the one.
    let phone = "has 030 23125-000 there";
    assert_eq!(found("regions: [DE]\n", phone), ["PHONE_NUMBER"]);
    assert_eq!(found("regions: [US]\n", phone), [""; 0]);
    assert_eq!(found("regions: [DE, US]\n", phone), [""; 0]);
}

#[test]
fn a_finding_in_a_record_key_is_refused_where_keys_could_meet() {
    let plan = compiled(&whole("")).unwrap();
    let mut paths = Paths::default();
    paths.bind(&plan);
    let found = finding(&plan, "EMAIL_ADDRESS", 900, 900);
    let Decision::Apply(id) = plan.decide(paths.node(paths.key()), &found, "abc") else { panic!("it is refused") };
    assert_eq!(plan.operator(id).name(), "refuse");
    let Decision::Apply(id) = plan.decide(paths.node(paths.root()), &found, "abc") else { panic!("it is replaced") };
    assert_eq!((plan.operator(id).name(), plan.kind_of(id, Some(found.entity))), ("replace", "EMAIL_ADDRESS"));
}

#[test]
fn the_value_kind_is_the_family_or_what_the_policy_says() {
    let plan = compiled(&whole(
        "fields: {a: {hash: {ring: customer, as: CUSTOMER_ID}}}
defaults:
  - {entity: NATIONAL_ID, op: {hash: {ring: customer}}}
  - {entity: TAX_ID, op: {hash: {ring: customer, as: PERSON_ID}}}
",
    ))
    .unwrap();
    let kind = |name: &str| {
        let index = plan.set().entity_index(name).unwrap();
        let Decision::Apply(id) = plan.entities[usize::from(index.0)].decision else { panic!("{name} is changed") };
        plan.kind_of(id, Some(index)).to_owned()
    };
    assert_eq!([kind("US_SSN"), kind("PL_PESEL"), kind("BR_CPF")], ["NATIONAL_ID", "NATIONAL_ID", "PERSON_ID"]);
}

#[test]
fn the_hash_knows_lines_on_entities() {
    let hash = |body: &str| -> PolicyHash { *compiled(&whole(body)).unwrap().hash() };
    let base = hash("detect: {US_SSN: 0.5, URL: on}\ndefaults: [{entity: [US_SSN, URL], op: redact}]\n");
    let same = "detect: {URL: on, US_SSN: 0.500}\ndefaults:\n  - {entity: URL, op: redact}\n  - {entity: US_SSN, op: redact}\n";
    assert_eq!(base, hash(same));
    for other in [
        "detect: {US_SSN: 0.6, URL: on}\ndefaults: [{entity: [US_SSN, URL], op: redact}]\n",
        "detect: {US_SSN: 0.5, URL: off}\ndefaults: [{entity: [US_SSN, URL], op: redact}]\n",
        "detect: {US_SSN: 0.5, URL: on}\ndefaults: [{entity: [US_SSN, URL], op: replace}]\n",
        "detect: {US_SSN: {threshold: 0.5, allow: [x]}, URL: on}\ndefaults: [{entity: [US_SSN, URL], op: redact}]\n",
    ] {
        assert_ne!(base, hash(other), "{other}");
    }
}

#[test]
fn the_hash_knows_how_the_tagger_is_used_whoever_says_it() {
    let plan = |body: &str| compiled(&whole(body)).unwrap();
    let (silent, high) = (plan(""), plan("tagger: high\n"));
    let (said, hash) = (*high.hash(), *silent.hash());
    assert_ne!(said, hash);
    assert_eq!(hash, *plan("tagger: balanced\n").hash());
    assert_eq!(hash, *plan("").with_tagger(TaggerUse::Balanced).hash());
    assert_eq!(said, *silent.with_tagger(TaggerUse::High).hash());
    assert_eq!(said, *high.with_tagger(TaggerUse::Off).hash(), "the policy says it");
    let without = |tagger| *Plan::without_policy(RecognizerSet::builtin()).with_tagger(tagger).hash();
    assert_ne!(without(TaggerUse::Balanced), without(TaggerUse::Off));
}

#[test]
fn a_path_shows_no_name_that_could_be_data() {
    let plan = compiled(&whole("fields: {'users.*.bob@corp.com': redact, 'Weird Name 12345': keep}\n")).unwrap();
    let show = |names: &[&str]| {
        let mut steps: Vec<OwnedStep> = names.iter().map(|name| OwnedStep::Key((*name).to_owned())).collect();
        steps.insert(1, OwnedStep::Index(2));
        plan.show(&FieldPath(steps), &mut DetectScratch::default())
    };
    assert_eq!(show(&["users", "customerId"]), "users[2].customerId");
    assert_eq!(show(&["ann@corp.com", "age"]), "?[2].age");
    assert_eq!(show(&["Ada Lovelace", "4111111111111111", "a1234"]), "?[2].?.?");
    assert_eq!(show(&["Weird Name 12345"]), r#"["Weird Name 12345"][2]"#);
}

#[test]
fn a_deny_list_names_a_type_and_texts_that_are_not_everywhere() {
    check_policy(
        "detect:
  PERSON: {deny: [Kim, x, '--', {text: Aurora, fields: ['a..b']}, {fields: note}]}
  '*': {deny: [Kim]}
",
        expect![[r#"
            p.yaml:4:24: error: a denied text has two letters or digits, and at most 256 bytes
              = at: detect.PERSON.deny[1]
              = help: it is looked for as whole words, in any case; for patterns write a recognizer file

            p.yaml:4:27: error: a denied text has two letters or digits, and at most 256 bytes
              = at: detect.PERSON.deny[2]
              = help: it is looked for as whole words, in any case; for patterns write a recognizer file

            p.yaml:4:57: error: this is no field path: a name is missing
              = at: detect.PERSON.deny[3].fields[0]
              = help: an empty name is written `[""]`

            p.yaml:4:67: error: `text` is missing here
              = at: detect.PERSON.deny[4]

            p.yaml:5:15: error: a deny list needs an entity type: what it finds is of that type
              = at: detect.*.deny
              = help: as in `PERSON: {deny: [Kim Larsen]}`
        "#]],
    );
    let hash = |body: &str| *compiled(&whole(body)).unwrap().hash();
    let one = hash("detect: {PERSON: {deny: [Kim, {text: Ann, fields: [a, b]}]}}");
    assert_eq!(one, hash("detect: {PERSON: {deny: [{text: Ann, fields: [b, a]}, Kim]}}"));
    assert_ne!(one, hash("detect: {PERSON: {deny: [Kim, {text: Ann, fields: [a]}]}}"));
    assert_ne!(one, hash("detect: {PERSON: {deny: [Kim]}}"));
}
