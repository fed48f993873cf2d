//! What names of fields say, on names of public interfaces that were labelled before the words were chosen.

use expect_test::expect_file;
use privet::detect::RecognizerSet;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Path and label, in the order of the file.
fn labelled() -> Vec<(&'static str, &'static str)> {
    let rows = include_str!("field_names.tsv").lines().filter(|line| !line.starts_with('#'));
    rows.map(|row| row.split_once('\t').unwrap_or_else(|| panic!("{row}"))).collect()
}

/// What the set takes the values of a field for, by its name alone.
fn typed(set: &RecognizerSet, path: &str) -> String {
    let names: Vec<&str> = path.split('.').map(|step| step.split('[').next().unwrap()).collect();
    let found = set.hint(&names).typed();
    found.map_or_else(|| "NONE".to_owned(), |entity| set.entity(entity).entity.as_str().to_owned())
}

/// The types that are labelled.
const TYPES: [&str; 6] = ["PERSON", "STREET_ADDRESS", "LOCATION", "PHONE_NUMBER", "DATE_OF_BIRTH", "EMAIL_ADDRESS"];

/// How often a type was found, was right, and was to be found.
#[derive(Default, Clone, Copy)]
struct Count {
    found: usize,
    right: usize,
    wanted: usize,
}

impl Count {
    fn add(self, other: Self) -> Self {
        Self { found: self.found + other.found, right: self.right + other.right, wanted: self.wanted + other.wanted }
    }

    fn precision(self) -> usize {
        (self.right * 100).checked_div(self.found).unwrap_or(100)
    }

    fn recall(self) -> usize {
        (self.right * 100).checked_div(self.wanted).unwrap_or(100)
    }
}

#[test]
fn field_names_say_what_stands_in_the_field() {
    let set = RecognizerSet::builtin();
    // Every other row was there to choose words by; the others tell how good they are.
    let mut halves: [BTreeMap<&str, Count>; 2] = Default::default();
    let mut wrong = [String::new(), String::new()];
    for (row, (path, label)) in labelled().into_iter().enumerate() {
        assert!(label == "NONE" || TYPES.contains(&label), "{path} {label}");
        let found = typed(&set, path);
        if found != label {
            let _ = writeln!(wrong[row % 2], "{path}: {label}, found {found}");
        }
        for name in TYPES {
            let (is, was) = (found == name, label == name);
            let count = halves[row % 2].entry(name).or_default();
            *count = count.add(Count { found: is.into(), right: (is && was).into(), wanted: was.into() });
        }
    }
    if std::env::var_os("SHOW_FIELD_NAMES").is_some() {
        println!("chosen by:\n{}\nmeasured on:\n{}", wrong[0], wrong[1]);
    }
    let mut text = String::from(include_str!("names.md"));
    let mut sums = [Count::default(); 2];
    for name in TYPES {
        let [chosen, measured] = [0, 1].map(|half| halves[half].get(name).copied().unwrap_or_default());
        sums = [sums[0].add(chosen), sums[1].add(measured)];
        let _ = writeln!(
            text,
            "| `{name}` | {} | {} % | {} % | {} | {} % | {} % |",
            chosen.wanted,
            chosen.precision(),
            chosen.recall(),
            measured.wanted,
            measured.precision(),
            measured.recall()
        );
    }
    let [chosen, measured] = sums;
    let _ = writeln!(
        text,
        "| all | {} | {} % | {} % | {} | {} % | {} % |",
        chosen.wanted,
        chosen.precision(),
        chosen.recall(),
        measured.wanted,
        measured.precision(),
        measured.recall()
    );
    assert!(measured.precision() >= 90 && measured.recall() >= 80, "{text}");
    // UPDATE_EXPECT=1 writes the file anew.
    expect_file!["../../docs/field-names.md"].assert_eq(&text);
}

#[test]
fn a_name_says_it_on_the_first_record_or_not_at_all() {
    let set = RecognizerSet::builtin();
    for (path, expected) in [
        ("customer.name", "PERSON"),
        ("customerName", "PERSON"),
        ("customers[3].display_name", "PERSON"),
        ("kunde.name", "PERSON"),
        ("nombre_cliente", "PERSON"),
        ("product.owner.name", "PERSON"),
        ("name", "NONE"),
        ("product.name", "NONE"),
        ("customer.product.name", "NONE"),
        ("hostname", "NONE"),
        ("customer.hostname", "NONE"),
        ("customer.nameId", "NONE"),
        ("shipping_address.line1", "STREET_ADDRESS"),
        ("ip_address", "IP_ADDRESS"),
        ("contract_address", "NONE"),
        ("customer.city", "LOCATION"),
        ("store.city", "NONE"),
    ] {
        assert_eq!(typed(&set, path), expected, "{path}");
    }
    let person = set.recognizers().iter().position(|info| info.id == "person").unwrap();
    let person = privet::model::RecognizerIndex(u16::try_from(person).unwrap());
    assert!(set.hint(&["product", "name"]).denies(person) && set.hint(&["hostname"]).denies(person));
    assert!(!set.hint(&["name"]).denies(person) && !set.hint(&["note"]).denies(person));
}
