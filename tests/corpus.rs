//! Replays on stable what the fuzz targets began with and everything they ever crashed on.

#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a panic is how a test fails"
)]

#[path = "../fuzz/src/lib.rs"]
mod targets;

use std::path::Path;

/// Calls `target` with every seed and every past crash of this name.
fn replay(name: &str, target: fn(&[u8])) {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let mut count = 0;
    for folder in ["corpus", "crashes"] {
        let Ok(files) = std::fs::read_dir(fuzz.join(folder).join(name)) else { continue };
        for file in files {
            let path = file.unwrap().path();
            eprintln!("{}", path.display());
            target(&std::fs::read(path).unwrap());
            count += 1;
        }
    }
    assert!(count >= 10, "{name} has its seeds");
}

#[test]
fn json_is_read_and_written() {
    replay("json_read", targets::json_read);
}

#[test]
fn csv_is_read_and_written() {
    replay("csv_read", targets::csv_read);
}
