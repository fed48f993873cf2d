//! `privet check`.

use super::command::{privet, stderr, stdout};
use std::path::Path;

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn everything_wrong_with_every_policy_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let good = write(folder.path(), "good.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: redact\n");
    let bad = write(folder.path(), "bad.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: maks\n  *.n: keep\n");
    let output = privet(&["check", &good]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    assert_eq!(stdout(&output), format!("{good}: in order\n"));
    let output = privet(&["check", &bad, &good]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), format!("{good}: in order\n"));
    let told = stderr(&output);
    for part in ["bad.yaml:4:6: error", "did you mean `mask`?", "bad.yaml:5:3: error", "quote"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(told.starts_with(&bad), "each begins with its place: {told}");
    assert_eq!(privet(&["check", "/no/such.yaml"]).status.code(), Some(3));
    assert_eq!(privet(&["check"]).status.code(), Some(2));
}

#[test]
fn a_policy_with_keys_is_checked_without_them_and_opened_with_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "privet: v1\nproduct: a/b\nfields:\n  m: {tokenize: {ring: customer}}\nrings:\n  customer: {from: \"file:c.json\"}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    let output = privet(&["check", &policy]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let data = write(folder.path(), "a.jsonl", "{\"m\":\"x-1\"}\n");
    let output = privet(&["anonymize", "--policy", &policy, &data]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    assert!(stderr(&output).contains("p.yaml:6:"), "{}", stderr(&output));
    // The ring stands beside the policy, whatever folder the command runs in.
    let ring = folder.path().join("c.json");
    let output = privet(&["keys", "new", "customer", "--ring", ring.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = privet(&["anonymize", "--quiet", "--policy", &policy, &data]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("{\"m\":\"tok_"), "{}", stdout(&output));
    // A configuration says where the ring is instead.
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    for name in ["c.json", "c.root.json"] {
        std::fs::rename(folder.path().join(name), folder.path().join("keys").join(name)).unwrap();
    }
    let config = write(folder.path(), "privet.yaml", "rings: {customer: {from: \"file:keys/c.json\"}}\n");
    let again = privet(&["anonymize", "--quiet", "--policy", &policy, "--config", &config, &data]);
    assert_eq!((again.status.code(), again.stdout), (Some(0), output.stdout), "the same ring, the same token");
}

#[test]
fn a_configuration_is_checked_with_all_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(
        folder.path(),
        "privet.yaml",
        "kafka:\n  brokers: 127.0.0.1:1\n  common: {sasl.password: hunter2}\nlanes: none\n",
    );
    let output = privet(&["check", "--config", &config]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    for part in ["privet.yaml:3:27: error: this is a secret", "privet.yaml:4:8: error"] {
        assert!(stderr(&output).contains(part), "{part} in {}", stderr(&output));
    }
    assert!(!stderr(&output).contains("hunter2"));
}

#[test]
fn the_tours_mistakes_are_all_told() {
    let mistaken = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tour/mistaken.yaml");
    let output = privet(&["check", mistaken]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    for (place, help) in [
        ("mistaken.yaml:7:10: error: unknown operator \"redct\"", "did you mean `redact`?"),
        ("mistaken.yaml:8:18: error: `mask` has no parameter \"keep_lst\"", "did you mean `keep_last`?"),
        ("mistaken.yaml:9:28: error: unknown key ring \"customer\"", "`privet keys new` makes one"),
        ("mistaken.yaml:11:3: error: unknown entity type or family \"EMAIL_ADRESS\"", "did you mean `EMAIL_ADDRESS`?"),
    ] {
        assert!(told.contains(place) && told.contains(help), "{place} in {told}");
    }
    assert_eq!(told.matches(": error:").count(), 4, "{told}");
}

#[test]
fn a_ring_that_only_the_configuration_names_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "privet: v1\nproduct: a/b\nfields:\n  m: {tokenize: {ring: customer}}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    let output = privet(&["check", &policy]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("p.yaml:4:24: error: unknown key ring"), "{}", stderr(&output));
    let config = write(folder.path(), "privet.yaml", "rings: {customer: {from: \"file:keys/c.json\"}}\n");
    let output = privet(&["check", "-c", &config, &policy]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}
