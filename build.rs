//! Lists the recognizer files, each as its text and as the tree that was read from it, so that they are compiled into
//! the binary.

#[allow(dead_code, reason = "the library reads what is written here")]
#[path = "src/detect/packed.rs"]
mod packed;
#[path = "src/detect/yaml.rs"]
mod yaml;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("recognizers");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    for source in ["build.rs", "src/detect/packed.rs", "src/detect/yaml.rs"] {
        println!("cargo:rerun-if-changed={source}");
    }
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut code = String::from("&[\n");
    for (place, file) in files.iter().enumerate() {
        let name = file.strip_prefix(&root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let (text, tree) = (file.display().to_string(), out.join(format!("{place}.tree")));
        fs::write(&tree, packed_tree(&fs::read_to_string(file)?))?;
        let tree = tree.display().to_string();
        let _ =
            writeln!(code, "File {{ name: {name:?}, text: include_str!({text:?}), tree: include_bytes!({tree:?}) }},");
    }
    code.push_str("]\n");
    fs::write(out.join("recognizers.rs"), code)
}

/// Gives a document's tree; nothing for what is no YAML, which is told where it is read.
fn packed_tree(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Ok(node) = yaml::parse(text) {
        packed::write(&node, &mut bytes);
    }
    bytes
}

/// Collects the YAML files of a directory and of those inside it; a change in any of them builds anew.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", directory.display());
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
