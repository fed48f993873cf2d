//! `privet demo`.

use super::command::{privet, stderr, stdout};

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
}
