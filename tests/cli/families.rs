//! Families of entity types: names they share, and what stays the same when one more type joins.

use super::command::{privet_with, stderr, stdout};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// A recognizer of the family NATIONAL_ID that has the form, the context word and the field name of `us_ssn`.
const TWIN: &str = "\
id: xx_number
entity: XX_NUMBER
family: NATIONAL_ID
title: Number that looks like another
default: change
references: [https://example.org/number]
patterns:
  - {name: dashed, score: 0.5, boundary: digit, regex: '\\d{3}-\\d{2}-\\d{4}'}
validators: [us_ssn]
context: {words: [ssn]}
field_names: [ssn]
examples:
  match: [{text: 'ssn 536-90-4399', finds: 536-90-4399}]
  no_match: [{text: 536-90-439, because: a digit is missing}]
";

const RECORD: &[u8] = br#"{"ssn":"536-90-4399","note":"has 536-90-4399","raw":"x 536-90-4399 pesel 02070803628"}"#;

fn run(arguments: &[&str]) -> String {
    let output = privet_with(&[&["anonymize", "--quiet", "--format", "ndjson"], arguments].concat(), RECORD);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output).to_owned()
}

#[test]
fn what_several_types_claim_alike_is_of_their_family() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("xx_number.yaml"), TWIN).unwrap();
    let alone = run(&[]);
    assert_eq!(alone, r#"{"ssn":"<US_SSN>","note":"has <US_SSN>","raw":"x <US_SSN> pesel <PL_PESEL>"}"#);
    let together = run(&["--recognizers", folder.path().to_str().unwrap()]);
    assert_eq!(
        together,
        r#"{"ssn":"<NATIONAL_ID>","note":"has <NATIONAL_ID>","raw":"x <NATIONAL_ID> pesel <PL_PESEL>"}"#
    );
}

#[test]
fn a_new_recognizer_changes_no_token() {
    let folder = tempfile::tempdir().unwrap();
    let recognizers = folder.path().join("recognizers");
    std::fs::create_dir(&recognizers).unwrap();
    std::fs::write(recognizers.join("xx_number.yaml"), TWIN).unwrap();
    for name in ["customer.keyring.json", "customer.root.json"] {
        let to = folder.path().join(name);
        std::fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name), &to).unwrap();
        std::fs::set_permissions(&to, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let ring = folder.path().join("customer.keyring.json");
    let policy = folder.path().join("policy.yaml");
    for operator in ["tokenize: {ring: customer}", "hash: {ring: customer}"] {
        let text = format!(
            "privet: v1\nproduct: sales/orders\nrings:\n  customer: {{from: \"file:{}\"}}\n\
             defaults:\n  - {{entity: \"*\", op: {{{operator}}}}}\n",
            ring.display()
        );
        std::fs::write(&policy, text).unwrap();
        let arguments = ["--policy", policy.to_str().unwrap()];
        let alone = run(&arguments);
        assert!(!alone.contains("4399") && !alone.contains("02070803628"), "{alone}");
        let together = run(&[&arguments[..], &["--recognizers", recognizers.to_str().unwrap()]].concat());
        assert_eq!(alone, together, "{operator}");
    }
}

#[test]
fn an_operator_for_each_type_is_kept_where_they_agree_and_is_the_familys_where_not() {
    let folder = tempfile::tempdir().unwrap();
    let recognizers = folder.path().join("recognizers");
    std::fs::create_dir(&recognizers).unwrap();
    std::fs::write(recognizers.join("xx_number.yaml"), TWIN).unwrap();
    let policy = folder.path().join("policy.yaml");
    let with = |lines: &str| {
        std::fs::write(&policy, format!("privet: v1\nproduct: sales/orders\n{lines}")).unwrap();
        run(&["--policy", policy.to_str().unwrap(), "--recognizers", recognizers.to_str().unwrap()])
    };
    let both = with("defaults:\n  - {entity: [US_SSN, XX_NUMBER], op: redact}\n");
    assert!(both.starts_with(r#"{"ssn":"","note":"has ""#), "{both}");
    let family =
        with("defaults:\n  - {entity: US_SSN, op: redact}\n  - {entity: NATIONAL_ID, op: {replace: {value: XXX}}}\n");
    assert!(family.starts_with(r#"{"ssn":"XXX","note":"has XXX""#), "{family}");
    // Only one of them is looked for: there is nothing to tell apart.
    let one = with("detect:\n  NATIONAL_ID: off\n  US_SSN: on\n");
    assert!(one.starts_with(r#"{"ssn":"<US_SSN>","note":"has <US_SSN>""#), "{one}");
    // One is kept by the policy: the other decides.
    let kept = with("defaults:\n  - {entity: US_SSN, op: {keep: {reason: public}}}\n");
    assert!(kept.starts_with(r#"{"ssn":"<NATIONAL_ID>","note":"has <XX_NUMBER>""#), "{kept}");
}
