//! The Kubernetes example: its settings and its policy are ones that privet takes.

use std::collections::BTreeMap;
use std::fs;

use super::command::{privet, stderr};
use crate::support::in_repository;
use privet::app::config;

/// The files of the ConfigMap, by name: block scalars that are indented by four.
fn files() -> BTreeMap<String, String> {
    let text = fs::read_to_string(in_repository("deploy/kubernetes/privet.yaml")).unwrap();
    let (_, data) = text.split_once("\ndata:\n").expect("the example has a ConfigMap");
    let (data, _) = data.split_once("\n---\n").expect("something follows the ConfigMap");
    let mut files = BTreeMap::<String, String>::new();
    let mut name = String::new();
    for line in data.lines() {
        if let Some(found) = line.strip_prefix("  ").and_then(|l| l.strip_suffix(": |")) {
            name = found.to_owned();
        } else {
            let file = files.entry(name.clone()).or_default();
            file.push_str(line.strip_prefix("    ").unwrap_or(line));
            file.push('\n');
        }
    }
    files
}

#[test]
fn the_example_s_settings_are_read_without_a_warning() {
    let files = files();
    assert_eq!(files.keys().collect::<Vec<_>>(), ["orders-shared.yaml", "privet.yaml"]);
    let home = tempfile::tempdir().unwrap();
    for (name, text) in &files {
        fs::write(home.path().join(name), text).unwrap();
    }
    // The secrets are mounted there in the pod; here they stand beside the settings.
    fs::write(home.path().join("password"), "made up").unwrap();
    let settings = home.path().join("privet.yaml");
    let here = files["privet.yaml"].replace("/run/secrets/kafka", home.path().to_str().unwrap());
    fs::write(&settings, here).unwrap();

    let (read, warnings) = config::load(&settings).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(warnings.to_string(), "");
    assert_eq!(read.products.len(), 1);
    let policy = &read.products[0].policy;
    assert!(policy.exists(), "the policy that the settings name is in the ConfigMap");
    let checked = privet(&["check", policy.to_str().unwrap()]);
    assert_eq!((checked.status.code(), stderr(&checked)), (Some(0), ""));
    assert!(read.rings.contains_key("customer"));
}
