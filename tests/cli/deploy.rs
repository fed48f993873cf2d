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

/// Cargo builds nothing where a file is missing that `Cargo.toml` names, even of a target that is not asked for.
#[test]
fn the_image_is_given_every_target_that_the_manifest_names() {
    let manifest = fs::read_to_string(in_repository("Cargo.toml")).unwrap();
    let given = fs::read_to_string(in_repository(".dockerignore")).unwrap();
    let given: Vec<&str> = given.lines().filter_map(|line| line.strip_prefix('!')).collect();
    let mut targets = 0;
    for (folder, table) in [("tests", "[[test]]"), ("benches", "[[bench]]"), ("examples", "[[example]]")] {
        for rest in manifest.split(table).skip(1) {
            let (_, name) = rest.split_once("name = \"").unwrap();
            let file = format!("{folder}/{}.rs", name.split('"').next().unwrap());
            assert!(in_repository(&file).exists(), "{file}");
            assert!(given.contains(&folder) || given.contains(&&*file), ".dockerignore holds back {file}");
            targets += 1;
        }
    }
    assert!(targets > 2, "{targets} targets");
}
