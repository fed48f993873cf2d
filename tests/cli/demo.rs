//! `privet demo`, and `make demo`.

use super::command::{privet, stderr, stdout};
use std::path::Path;
use std::process::Command;

#[test]
fn the_demo_runs_to_its_end_and_its_ledger_balances() {
    let output = privet(&["demo"]);
    let told = stdout(&output);
    assert_eq!(output.status.code(), Some(0), "{told}{}", stderr(&output));
    // Written to a pipe it is plain text.
    assert!(!told.contains('\u{1b}'), "{told}");
    let row = |topic: &str| -> Vec<usize> {
        let line = told.lines().rfind(|line| line.trim_start().starts_with(topic)).unwrap_or_default();
        line.split_whitespace().skip(1).map_while(|word| word.parse().ok()).collect()
    };
    for topic in ["customer", "order", "ticket"] {
        let [sent, shared, dead, miscounted, left] = row(topic)[..] else { panic!("no line for {topic}: {told}") };
        assert!(sent >= 3000 && dead > 0, "{topic}: {told}");
        assert_eq!((shared + dead, miscounted, left), (sent, 0, 0), "{topic}: {told}");
    }
    for product in ["shop/customer-shared", "shop/order-shared", "shop/ticket-shared"] {
        let rate = told.lines().find(|line| line.contains(product) && line.contains("records/s")).unwrap_or_default();
        let numbers: Vec<f64> = rate.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        assert!(numbers.len() == 3 && numbers.iter().all(|number| *number > 0.0), "{product}: {rate:?} in {told}");
    }
    // What proves more on a real broker is named, and is there.
    assert!(told.contains("`make bench`") && told.contains("cargo test --test kafka exactly_once"), "{told}");
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/kafka/exactly_once.rs").exists());
}

#[test]
fn make_demo_is_this_demo() {
    let asked = |more: &[&str]| -> Vec<String> {
        let mut make = Command::new("make");
        // This test may itself run under make.
        for name in ["MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PROFILE"] {
            make.env_remove(name);
        }
        make.args(["--dry-run", "--no-print-directory", "demo"]).args(more).current_dir(env!("CARGO_MANIFEST_DIR"));
        let output = make.output().unwrap();
        assert!(output.status.success(), "{}", stderr(&output));
        stdout(&output).lines().map(str::to_owned).collect()
    };
    let wanted = |profile: &str| {
        [String::from("scripts/setup.sh build"), format!("cargo run --locked --profile {profile} -- demo")]
    };
    assert_eq!(asked(&[]), wanted("release"));
    assert_eq!(asked(&["PROFILE=dev"]), wanted("dev"));
}
