//! Every example policy, and every policy that the documentation shows, compiles without a word.

use privet::detect::RecognizerSet;
use privet::policy::{Source, check};
use std::fs;
use std::path::Path;

fn assert_good(name: &str, text: &str) {
    let diagnostics = check(&Source::new(name, text), &RecognizerSet::builtin(), &[]);
    assert!(diagnostics.list().is_empty(), "{diagnostics}");
}

#[test]
fn every_example_compiles() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policies");
    let mut count = 0;
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        assert_good(&path.display().to_string(), &fs::read_to_string(&path).unwrap());
        count += 1;
    }
    assert!(count >= 4, "only {count} examples were found");
}

#[test]
fn every_policy_in_the_documentation_compiles() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/policy.md");
    let text = fs::read_to_string(path).unwrap();
    let mut count = 0;
    for block in text.split("```yaml\n").skip(1) {
        let block = block.split("```").next().unwrap();
        // A part of a policy stands for a whole one.
        let whole =
            if block.starts_with("privet:") { block.to_owned() } else { format!("privet: v1\nproduct: a\n{block}") };
        assert_good("docs/policy.md", &whole);
        count += 1;
    }
    assert!(count >= 5, "only {count} policies were found");
}
