//! How made texts are changed before they are learnt from: other case, slips, no marks, each as often as it should be, and the
//! names where they were.

use serde_json::Value;
use std::process::Command;

/// A made text, what it was, and what it names.
struct Made {
    text: String,
    before: String,
    names: Vec<String>,
}

/// Makes texts with a small gazetteer.
fn made(count: usize) -> Vec<Made> {
    let folder = std::env::temp_dir().join(format!("privet-training-made-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("it is made");
    let gazetteer = "anders\t1\nbrenner\t2\ntolva\t4\nparcel\t64\nkettle\t64\nticket\t64\nwindow\t64\n";
    std::fs::write(folder.join("gaz.tsv"), gazetteer).expect("it is written");
    let (corpora, count) = (folder.to_string_lossy().into_owned(), count.to_string());
    let out = Command::new(env!("CARGO_BIN_EXE_privet-training")).args([&corpora, "--made", &count]).output().expect("it runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let _ = std::fs::remove_dir_all(&folder);
    String::from_utf8(out.stdout).expect("it is text").lines().map(read).collect()
}

fn read(line: &str) -> Made {
    let value: Value = serde_json::from_str(line).expect("it is JSON");
    let text = value["text"].as_str().expect("a text").to_owned();
    let place = |span: &Value, at: usize| span[at].as_u64().expect("a place") as usize;
    let names = value["spans"].as_array().expect("spans").iter().map(|span| text[place(span, 0)..place(span, 1)].to_owned()).collect();
    Made { before: value["before"].as_str().expect("a text").to_owned(), names, text }
}

fn has_lower(text: &str) -> bool {
    text.chars().any(char::is_lowercase)
}

fn has_upper(text: &str) -> bool {
    text.chars().any(char::is_uppercase)
}

/// The letters and digits of a text in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn marks(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, ',' | '.' | '!' | '?' | ';' | ':')).count()
}

#[test]
fn texts_are_changed_as_people_write_and_names_stay_where_they_were() {
    let all = made(4_000);
    assert_eq!(all.len(), 4_000);
    let share = |of: &dyn Fn(&Made) -> bool| all.iter().filter(|made| of(made)).count() * 1_000 / all.len();
    let told: Vec<(&str, usize, std::ops::RangeInclusive<usize>)> = vec![
        ("as they were made", share(&|one| one.text == one.before), 300..=600),
        ("all in lower case", share(&|one| has_upper(&one.before) && !has_upper(&one.text)), 90..=140),
        ("all in capitals", share(&|one| has_lower(&one.before) && !has_lower(&one.text)), 50..=100),
        // Letters that were swapped, doubled, dropped or put in.
        ("with slips", share(&|one| one.before.is_ascii() && letters(&one.text) != letters(&one.before)), 35..=90),
        // The same, and accents that were left out.
        ("with other letters", share(&|one| letters(&one.text) != letters(&one.before)), 80..=200),
        (
            "without marks",
            share(&|one| letters(&one.text) == letters(&one.before) && marks(&one.text) < marks(&one.before)),
            40..=100,
        ),
        ("on one line", share(&|one| one.before.contains('\n') && !one.text.contains('\n')), 10..=50),
    ];
    for (what, share, expected) in told {
        assert!(expected.contains(&share), "{share} of 1,000 texts are {what}");
    }
    for one in all.iter().filter(|one| letters(&one.text) == letters(&one.before)) {
        for name in &one.names {
            assert!(!name.is_empty() && name.trim() == name, "{name:?} in {:?}", one.text);
            assert!(letters(&one.before).contains(&letters(name)), "{name:?} in {:?}", one.before);
        }
    }
    let named = all.iter().filter(|one| !one.names.is_empty()).count();
    assert!(named * 2 > all.len(), "{named} texts name somebody or some place");
}

/// The same every time: one seed, and nothing that depends on where it runs.
#[test]
fn the_same_texts_are_made_every_time() {
    let (first, again) = (made(300), made(300));
    assert!(first.iter().zip(&again).all(|(one, other)| one.text == other.text && one.names == other.names));
    let distinct: std::collections::BTreeSet<_> = first.iter().map(|one| &one.text).collect();
    assert!(distinct.len() > 290, "{} texts", distinct.len());
}
