//! Identifiers against an independent judge, python-stdnum: what it accepts is found by who asks for it, what it refuses
//! is not.

use privet::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TextKind};
use privet::model::{Finding, Score};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Entity types that the judge knows too.
const SHARED_MIN: usize = 70;
/// Numbers, and near-misses, of each.
const NUMBERS: usize = 200;
/// Wrong ones that a failure shows.
const EXAMPLES_MAX: usize = 8;

/// The numbers that the judge drew for one entity type.
#[derive(serde::Deserialize)]
struct Group {
    entity: String,
    module: String,
    valid: Vec<String>,
    near: Vec<String>,
}

fn output(command: &Path, argument: Option<PathBuf>) -> Vec<u8> {
    let output = Command::new(command).args(argument).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn groups() -> Vec<Group> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = String::from_utf8(output(&root.join("scripts/python.sh"), None)).unwrap();
    let drawn = output(Path::new(python.trim_end()), Some(root.join("tests/detection/oracle.py")));
    serde_json::from_slice(&drawn).unwrap()
}

#[test]
fn what_another_library_accepts_is_found_and_what_it_refuses_is_not() {
    let set = RecognizerSet::builtin();
    let groups = groups();
    let mut scratch = DetectScratch::default();
    let mut wrong = String::new();
    let mut shared: BTreeSet<&str> = BTreeSet::new();
    for group in &groups {
        let Some(entity) = set.entity_index(&group.entity) else { continue };
        shared.insert(group.entity.as_str());
        let mut mask = EntityMask::new();
        mask.insert_from(entity, Score::from_thousandths(0));
        let mut findings = |text: &str| {
            let mut found: Vec<Finding> = Vec::new();
            set.scan(text, TextKind::Text, &FieldHint::default(), &mask, &mut scratch, &mut found);
            found
        };
        let whole = |text: &str, one: &Finding| one.span.of(text) == text;
        let missed = group.valid.iter().filter(|text| !findings(text).iter().any(|one| whole(text, one)));
        let missed: Vec<&String> = missed.collect();
        let taken: Vec<&String> = group.near.iter().filter(|text| !findings(text).is_empty()).collect();
        for (what, texts) in [("missed", missed), ("taken though wrong", taken)] {
            if !texts.is_empty() {
                let shown = &texts[..texts.len().min(EXAMPLES_MAX)];
                let _ = writeln!(wrong, "{} ({}): {} {what}: {shown:?}", group.entity, group.module, texts.len());
            }
        }
        assert!(group.valid.len() == NUMBERS && group.near.len() > NUMBERS / 2, "{}", group.entity);
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(shared.len() >= SHARED_MIN, "{} entity types are shared", shared.len());
}
