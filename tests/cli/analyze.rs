//! `privet analyze`: what is found, line by line, and how it ends.

use super::command::{privet, privet_with, stderr, stdout};
use serde_json::{Value, json};

fn lines(arguments: &[&str], input: &str) -> Vec<Value> {
    let output = privet_with(&[&["analyze"], arguments].concat(), input.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Entity types of all findings of a line.
fn types(line: &Value) -> Vec<&str> {
    line["findings"].as_array().unwrap().iter().map(|one| one["entity_type"].as_str().unwrap()).collect()
}

#[test]
fn a_line_for_each_record_also_where_nothing_is_found() {
    let output = privet_with(&["analyze"], b"{\"note\":\"mail bob@corp.com\"}\n\n{\"note\":\"nothing\"}\n");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(
        stdout(&output),
        "{\"record\":1,\"findings\":[{\"path\":\"note\",\"entity_type\":\"EMAIL_ADDRESS\",\"start\":5,\"end\":17,\
         \"score\":1.0,\"recognizer\":\"email_address\"}]}\n{\"record\":2,\"findings\":[]}\n"
    );
    assert!(!stderr(&output).contains("bob@corp.com"));
}

#[test]
fn offsets_count_characters_bytes_or_code_units() {
    let input = "{\"m\":\"é😀 bob@corp.com\"}\n";
    for (offsets, start) in [("chars", 3), ("bytes", 7), ("utf16", 4)] {
        let found = &lines(&["--offsets", offsets], input)[0]["findings"][0];
        assert_eq!((&found["start"], &found["end"]), (&json!(start), &json!(start + 12)), "{offsets}");
    }
}

#[test]
fn entities_and_thresholds_narrow_and_widen() {
    let input = "see https://x.example.org/?u=bob@corp.com ssn 536-90-4399 at 10.0.0.1, order 536904399\n";
    assert_eq!(types(&lines(&[], input)[0]), ["URL", "EMAIL_ADDRESS", "US_SSN", "IP_ADDRESS"]);
    assert_eq!(types(&lines(&["--entities", "IP_ADDRESS,EMAIL_ADDRESS"], input)[0]), ["EMAIL_ADDRESS", "IP_ADDRESS"]);
    assert_eq!(types(&lines(&["--entities", "NATIONAL_ID"], input)[0]), ["US_SSN"]);
    // At 0 what weak patterns find is there, too: nine digits can be many things.
    let weak = &lines(&["--entities", "US_SSN", "--threshold", "0"], input)[0];
    assert_eq!(types(weak), ["US_SSN", "US_SSN"]);
    assert!(weak["findings"][1]["score"].as_f64().unwrap() < 0.4);
    assert!(types(&lines(&["--threshold", "0.9"], input)[0]).contains(&"EMAIL_ADDRESS"));
    assert!(!types(&lines(&["--threshold", "0.9"], input)[0]).contains(&"US_SSN"));
    let output = privet_with(&["analyze", "--entities", "US_SNN"], b"x\n");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("did you mean US_SSN"), "{}", stderr(&output));
}

#[test]
fn reasons_are_told_without_a_word_of_the_record() {
    let lines = lines(&["--explain"], "{\"ssn\":\"000-00-1234\",\"note\":\"Social Security 536-90-4399\"}\n");
    let findings = lines[0]["findings"].as_array().unwrap();
    let by_path = |path: &str| findings.iter().find(|one| one["path"] == path).unwrap();
    let typed = &by_path("ssn")["explain"];
    assert_eq!((&typed["validation"], &typed["context"]), (&json!("failed"), &json!("typed by the field's name")));
    let note = &by_path("note")["explain"];
    assert_eq!(note["pattern"], "dashed");
    assert_eq!(note["base_score"], 0.5);
    assert_eq!(note["validators"], json!(["us_ssn"]));
    assert_eq!(note["validation"], "passed");
    assert_eq!((&note["context"], &note["word"]), (&json!("a word speaks for it"), &json!("social security")));
    assert_eq!(note["family"], "NATIONAL_ID");
}

/// A probability of the model is told from how sure a rule of form is, and both from a name that is known already.
#[test]
fn what_found_a_name_is_told() {
    let record = "{\"lastName\":\"Vakatawa\",\"note\":\"Please tell Siobhan Gallagher about it. Dan is late again.\",\
        \"by\":\"vakatawa\"}\n";
    let line = lines(&["--explain"], record).remove(0);
    let told: Vec<(&str, &str)> = line["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["entity_type"].as_str().unwrap(), one["explain"]["context"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("PERSON", "typed by the field's name"),
            ("PERSON", "found by the tagger; the score is its probability"),
            ("PERSON", "found by the tagger, by its form; the score is the rule's"),
            ("PERSON", "a person of this name stands elsewhere in the record"),
        ]
    );
    let score = |at: usize| line["findings"][at]["score"].as_f64().unwrap();
    assert!(score(1) > 0.8 && (score(2) - 0.8).abs() < 1e-9, "{line}");
}

#[test]
fn the_command_line_says_how_the_tagger_is_used() {
    let record = "{\"note\":\"Please tell Siobhan Gallagher about it, as soon as you can.\"}\n";
    assert_eq!(types(&lines(&["--tagger", "off"], record)[0]), Vec::<&str>::new());
    for arguments in [&[][..], &["--tagger", "balanced"], &["--tagger", "high"]] {
        assert_eq!(types(&lines(arguments, record)[0]), ["PERSON"], "{arguments:?}");
    }
}

/// Who is known by another field is not shown where a member is called so, nor in the paths below it.
#[test]
fn no_path_shows_a_known_person() {
    let record = "{\"firstName\":\"Katherine\",\"byName\":{\"Katherine\":{\"mail\":\"bob@corp.com\"}}}\n";
    let line = lines(&[], record).remove(0);
    let paths: Vec<&str> =
        line["findings"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["firstName", "byName.?", "byName.?.mail"], "{line}");
}

#[test]
fn files_are_named_tables_read_and_the_header_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let table = folder.path().join("a.csv");
    std::fs::write(&table, "id,mail\n1,bob@corp.com\n2,x\n").unwrap();
    let text = folder.path().join("b.log");
    std::fs::write(&text, "mail bob@corp.com\n").unwrap();
    let output = privet(&["analyze", table.to_str().unwrap(), text.to_str().unwrap()]);
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let short: Vec<(&str, u64, usize)> = lines
        .iter()
        .map(|line| {
            let file = line["file"].as_str().unwrap().rsplit('/').next().unwrap();
            (file, line["record"].as_u64().unwrap(), types(line).len())
        })
        .collect();
    assert_eq!(short, [("a.csv", 1, 1), ("a.csv", 2, 0), ("b.log", 1, 1)]);
    assert_eq!(lines[0]["findings"][0]["path"], "mail");
}

#[test]
fn findings_fail_only_on_request_and_what_cannot_be_read_counts_more() {
    let run = |arguments: &[&str], input: &[u8]| privet_with(&[&["analyze"], arguments].concat(), input).status.code();
    assert_eq!(run(&["--fail-on-findings"], b"mail bob@corp.com\n"), Some(1));
    assert_eq!(run(&["--fail-on-findings"], b"nothing\n"), Some(0));
    assert_eq!(run(&[], b"mail bob@corp.com\n"), Some(0));
    let broken = b"{\"m\":\"bob@corp.com\"}\n{\"m\":\n{\"m\":1}\n";
    let output = privet_with(&["analyze", "--fail-on-findings", "--format", "ndjson"], broken);
    assert_eq!(output.status.code(), Some(4));
    let lines: Vec<Value> = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[1]["error"].is_string() && lines[2]["record"] == 3, "{lines:?}");
}

/// What is shown at a lower threshold, or by its name, is not changed for that.
#[test]
fn reasons_tell_what_anonymize_would_do_at_its_own_threshold() {
    let input = "seen 536904399 in the hall on the third of May, then with ssn 536-90-4399 at https://example.org/a\n";
    let fates = |arguments: &[&str]| {
        let line = lines(&[&["--explain"], arguments].concat(), input).remove(0);
        let findings = line["findings"].as_array().unwrap().clone();
        let told = |one: &Value| {
            format!("{} {}", one["entity_type"].as_str().unwrap(), one["explain"]["without_a_policy"].as_str().unwrap())
        };
        findings.iter().map(told).collect::<Vec<_>>()
    };
    assert_eq!(fates(&["--threshold", "0", "--entities", "US_SSN"]), ["US_SSN left", "US_SSN changed"]);
    assert_eq!(fates(&["--entities", "URL"]), ["URL left"]);
    let anonymized = privet_with(&["anonymize"], input.as_bytes());
    assert_eq!(
        stdout(&anonymized),
        "seen 536904399 in the hall on the third of May, then with ssn <US_SSN> at https://example.org/a\n"
    );
}

#[test]
fn a_policy_says_what_is_looked_for_and_its_operators_are_not_run() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("policy.yaml");
    std::fs::write(&policy, "privet: v1\nproduct: a/b\ndetect:\n  EMAIL_ADDRESS: {allow: [ann@corp.com]}\n").unwrap();
    let input = "to ann@corp.com and bob@corp.com\n";
    assert_eq!(types(&lines(&["--policy", policy.to_str().unwrap()], input)[0]).len(), 1);
}

#[test]
fn a_name_that_is_data_is_not_shown() {
    let line = &lines(&[], "{\"users\":{\"bob@corp.com\":{\"m\":\"ann@corp.com\"}}}\n")[0];
    let shown = line.to_string();
    assert!(!shown.contains("corp.com"), "{shown}");
    assert_eq!(line["findings"][0]["in"], "name");
}

#[test]
fn raw_values_are_shown_on_a_terminal_only() {
    let output = privet_with(&["analyze", "--pretty"], b"mail bob@corp.com\n");
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    assert!(stderr(&output).contains("raw values") && !stderr(&output).contains("bob@corp.com"));
}

/// A file that claims what it does not do is not run: not with one command, and not with another.
#[test]
fn recognizers_whose_examples_do_not_hold_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crew.yaml");
    let text = "id: crew\nentity: CREW_ID\nfamily: CREW_ID\ntitle: Number of a crew member\ndefault: change\n\
        references: [https://example.org/crew]\npatterns:\n  - {name: form, score: 0.5, regex: 'CR-\\d{5}'}\nexamples:\n  \
        match: [{text: 'by CR-12345', finds: CR-12345}]\n  no_match: [{text: CR-NO, because: it has no digits}]\n";
    for command in ["analyze", "anonymize"] {
        let run = || privet_with(&[command, "--recognizers", folder.path().to_str().unwrap()], b"CR-54321\n");
        std::fs::write(&file, text).unwrap();
        assert_eq!(run().status.code(), Some(0), "{}", stderr(&run()));
        std::fs::write(&file, text.replace("CR-NO", "CR-12340")).unwrap();
        let refused = run();
        assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
        assert!(stderr(&refused).contains("crew.yaml:11: the example does not hold"), "{}", stderr(&refused));
    }
}
