//! Tables of texts as people write them: addresses of many countries, letters and forms, and what is none of it.
//!
//! Every text is a value of a JSON record that no policy speaks of, as most values are, and whose field says nothing; what
//! names nobody, and `notes.txt`, also stand in fields that are called after what people write. What begins with `~` is known to
//! come out wrong, and fails here once it does not, so that the tables stay true.

use super::behaviour::anonymized;
use privet::detect::RecognizerSet;
use privet::format::Json;
use privet::policy::Plan;
use std::collections::BTreeSet;
use std::fmt::Write as _;

const ADDRESSES: &str = include_str!("addresses.txt");
const FORMS: &str = include_str!("forms.txt");
const NOTHING: &str = include_str!("nothing.txt");
const NOTES: &str = include_str!("notes.txt");

/// A line of a table: whether it is known to come out wrong, and its text.
fn rows(table: &str) -> impl Iterator<Item = (bool, String)> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| (line.starts_with('~'), line.trim_start_matches('~').replace("\\n", "\n")))
}

/// What becomes of a text as a value of a record.
fn value(plan: &Plan, field: &str, text: &str) -> String {
    let record = serde_json::json!({ field: text }).to_string();
    let out: serde_json::Value = serde_json::from_str(&anonymized(plan, &Json, &record)).unwrap();
    out[field].as_str().unwrap().to_owned()
}

/// A text of a table whose findings are written `{P|…}`, and what becomes of it.
fn marked(row: &str) -> (String, String) {
    let (mut text, mut expected) = (String::new(), String::new());
    for (at, part) in row.split(['{', '}']).enumerate() {
        let Some((of, name)) = part.split_once('|').filter(|_| at % 2 == 1) else {
            text.push_str(part);
            expected.push_str(part);
            continue;
        };
        text.push_str(name);
        expected.push_str(match of {
            "P" => "<PERSON>",
            "L" => "<LOCATION>",
            "M" => "<EMAIL_ADDRESS>",
            _ => "<STREET_ADDRESS>",
        });
    }
    (text, expected)
}

/// Fails where a text comes out otherwise than its line says.
fn judge(wrong: &mut String, known: bool, text: &str, out: &str, expected: &str) {
    if (out == expected) == known {
        let what = if known { "is right now" } else { "is wrong" };
        writeln!(wrong, "{what}: {text:?}\n  became {out:?}").unwrap();
    }
}

/// The words of a text, each as often as it stands there.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect()
}

#[test]
fn addresses_of_many_countries_leave_as_one_finding() {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let (mut wrong, mut countries, mut count) = (String::new(), BTreeSet::new(), 0);
    for (known, row) in rows(ADDRESSES) {
        let (country, marked) = row.split_once('\t').unwrap();
        countries.insert(country.to_owned());
        count += 1;
        let text: String = marked.chars().filter(|c| !"[]{}".contains(*c)).collect();
        let (mut expected, mut outside, mut parts) = (String::new(), String::new(), Vec::new());
        for (at, part) in marked.split(['[', ']', '{', '}']).enumerate() {
            if at % 2 == 0 {
                expected.push_str(part);
                outside.push_str(part);
            } else {
                expected.push('\u{1}');
                parts.extend(words(part));
            }
        }
        let out = value(&plan, "value", &text);
        // What type each part is found as matters less than that it is one finding.
        let mut types = out.clone();
        for name in ["STREET_ADDRESS", "LOCATION", "PERSON"] {
            types = types.replace(&format!("<{name}>"), "\u{1}");
        }
        judge(&mut wrong, known, &text, &types, &expected);
        let left = words(&types);
        let outside = words(&outside);
        let leaks = parts.iter().any(|word| left.contains(word) && !outside.contains(word));
        if leaks && !known {
            writeln!(wrong, "part of it is left: {text:?}").unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 150 && countries.len() >= 25, "{count} addresses of {} countries", countries.len());
}

#[test]
fn who_writes_and_what_forms_say_is_found() {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let mut wrong = String::new();
    for (known, row) in rows(FORMS) {
        let (text, expected) = marked(&row);
        let out = value(&plan, "value", &text);
        judge(&mut wrong, known, &text, &out, &expected);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn a_word_or_two_are_read_in_fields_of_notes() {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let (mut wrong, mut field) = (String::new(), "note".to_owned());
    for (known, row) in rows(NOTES) {
        if let Some(name) = row.strip_suffix(':') {
            name.clone_into(&mut field);
            continue;
        }
        let (text, expected) = marked(&row);
        let out = value(&plan, &field, &text);
        judge(&mut wrong, known, &text, &out, &expected);
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_names_nobody_stays() {
    // In a note alone it is read, and changed.
    const NOTED: [&str; 1] = ["Hello Kitty Plush"];
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let mut wrong = String::new();
    for (known, text) in rows(NOTHING) {
        let out = value(&plan, "value", &text);
        judge(&mut wrong, known, &text, &out, &text);
        let noted = value(&plan, "note", &text);
        judge(&mut wrong, known || NOTED.contains(&text.as_str()), &text, &noted, &text);
    }
    assert!(wrong.is_empty(), "{wrong}");
}
