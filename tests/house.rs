//! The house: which module may name which, how long a file may be, and what may not stand in the tree.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Each module and the modules it may name. A new edge is a commit of its own, with a reason.
const FLOORS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("detect", &["model"]),
    ("format", &["model"]),
    ("keys", &["model"]),
    ("transform", &["model", "keys"]),
    ("vault", &["model", "keys", "transform"]),
    // What a field may hold is the format's to say.
    ("policy", &["model", "detect", "format", "keys", "transform"]),
    ("pool", &[]),
    // What was written before a rotation, the ids of keys tell.
    ("engine", &["model", "detect", "format", "keys", "transform", "policy"]),
    ("observe", &["model", "engine"]),
    // It reads its settings with the policy's tree.
    // `model` for what tells whether an address is this host, which is asked in one place.
    ("access", &["model", "policy"]),
    // The faces wire records of a format into the engine and read settings with the policy's tree.
    ("stream", &["model", "format", "policy", "engine", "pool", "observe"]),
    ("http", &["model", "detect", "format", "policy", "engine", "pool", "observe", "access"]),
    ("batch", &["model", "detect", "format", "policy", "engine", "pool", "observe"]),
    (
        "app",
        &[
            "model",
            "detect",
            "format",
            "keys",
            "transform",
            "vault",
            "policy",
            "engine",
            "pool",
            "observe",
            "access",
            "stream",
            "http",
            "batch",
        ],
    ),
];

/// The longest a source file may be, in lines.
const FILE_LINES_MAX: usize = 600;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The top-level module that a file under `src` belongs to; none for `lib.rs` and `main.rs`.
fn module_of(path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next()?.as_os_str().to_string_lossy().into_owned();
    (!first.ends_with(".rs")).then_some(first)
}

/// Every `crate::name` that a line of code names, in a path or inside the braces of `use crate::{…}`.
fn named(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let code: String = text
        .lines()
        .map(|line| if line.trim_start().starts_with("//") { "" } else { line })
        .collect::<Vec<_>>()
        .join("\n");
    for (at, _) in code.match_indices("crate::") {
        let rest = code.get(at + "crate::".len()..).unwrap_or_default();
        if let Some(inner) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut word = String::new();
            let mut top = true;
            for c in inner.chars() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    _ => {}
                }
                if c.is_alphanumeric() || c == '_' {
                    if top {
                        word.push(c);
                    }
                } else {
                    if depth == 1 && c == ',' || depth == 0 {
                        names.push(std::mem::take(&mut word));
                        top = true;
                    } else if !c.is_whitespace() {
                        top = false;
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
        } else {
            names.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[test]
fn a_module_names_only_what_is_below_it() {
    let floors: BTreeMap<&str, &[&str]> = FLOORS.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in sources(&root().join("src"), ".rs") {
        let Some(module) = module_of(&path) else { continue };
        let Some(below) = floors.get(module.as_str()) else {
            wrong.push(format!("{}: the module {module} has no row in the table", path.display()));
            continue;
        };
        for name in named(&std::fs::read_to_string(&path).unwrap()) {
            if floors.contains_key(name.as_str()) && name != module && !below.contains(&name.as_str()) {
                wrong.push(format!("{}: {module} names {name}, which is not below it", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_row_of_the_table_is_a_module() {
    for (module, _) in FLOORS {
        assert!(root().join("src").join(module).join("mod.rs").is_file(), "{module} has no mod.rs");
    }
}

#[test]
fn the_reader_of_names_sees_every_spelling() {
    assert_eq!(named("use crate::model::Span;"), ["model"]);
    assert_eq!(named("use crate::{model::{Span, Score}, detect, engine::Plan};"), ["model", "detect", "engine"]);
    assert_eq!(named("let x = crate::stream::run(); // crate::http"), ["stream", "http"]);
    assert_eq!(named("/// [`crate::stream`]"), Vec::<String>::new());
}

#[test]
fn a_file_is_one_idea() {
    let mut wrong = Vec::new();
    for path in sources(&root().join("src"), ".rs") {
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        if lines > FILE_LINES_MAX {
            wrong.push(format!("{} has {lines} lines, {FILE_LINES_MAX} at most", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is found is the same on every machine: nothing is reckoned with numbers that machines may round.
#[test]
fn the_tagger_reckons_with_whole_numbers() {
    let mut wrong = Vec::new();
    for path in sources(&root().join("src/detect/tagger"), ".rs") {
        let text = std::fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        if code.contains("f32") || code.contains("f64") {
            wrong.push(path.display().to_string());
        }
    }
    assert!(wrong.is_empty(), "floating-point numbers in {wrong:?}");
}

#[test]
fn unsafe_code_stands_in_one_small_module() {
    let with: Vec<_> = sources(&root().join("src"), ".rs")
        .into_iter()
        .filter(|path| std::fs::read_to_string(path).unwrap().contains("unsafe {"))
        .map(|path| path.strip_prefix(root()).unwrap().to_string_lossy().into_owned())
        .collect();
    assert!(with.len() <= 1, "unsafe code in {with:?}");
}
