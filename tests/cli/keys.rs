//! `privet keys`.

use super::command::{privet, stderr, stdout};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_ring_is_two_private_files_and_its_keys_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (ring, root) = (folder.path().join("customer.keyring.json"), folder.path().join("customer.root.json"));
    let arguments = ["keys", "new", "customer", "--ring", ring.to_str().unwrap()];
    let output = privet(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!((mode(&ring), mode(&root)), (0o600, 0o600));
    let told = stdout(&output);
    assert!(told.contains("customer: {from: \"file:") && told.contains(root.to_str().unwrap()), "{told}");
    let root_text = std::fs::read_to_string(&root).unwrap();
    // Every long text of the root file: its secret is one of them.
    let secrets: Vec<&str> = root_text.split('"').filter(|text| text.len() >= 32).collect();
    assert!(!secrets.is_empty(), "the root holds its key as text");
    assert!(secrets.iter().all(|secret| !told.contains(secret)));
    let before = std::fs::read(&ring).unwrap();
    let again = privet(&arguments);
    assert_eq!(again.status.code(), Some(3));
    assert!(stderr(&again).contains("never written over"), "{}", stderr(&again));
    assert_eq!(std::fs::read(&ring).unwrap(), before);
}

#[test]
fn a_ring_name_that_is_none_is_a_usage_error_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ring = folder.path().join("r.json");
    let output = privet(&["keys", "new", "Not A Name", "--ring", ring.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
