//! Telephone numbers of every region, held against the examples that libphonenumber keeps for them.

use super::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TextKind};
use crate::model::{Finding, Score};

/// Region, number as it is written abroad, number as it is written at home.
fn examples() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    include_str!("validate/phone_examples.txt").lines().map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap();
        (next(), next(), next())
    })
}

fn scan(set: &RecognizerSet, text: &str, floor: u16) -> Vec<Finding> {
    let mut mask = EntityMask::new();
    mask.insert_from(set.entity_index("PHONE_NUMBER").unwrap(), Score::from_thousandths(floor));
    let mut found = Vec::new();
    set.scan(text, TextKind::Text, &FieldHint::default(), &mask, &mut DetectScratch::default(), &mut found);
    found
}

fn finds(set: &RecognizerSet, text: &str, floor: u16, number: &str) -> bool {
    scan(set, text, floor).iter().any(|one| one.span.of(text) == number)
}

#[test]
fn every_region_is_found_from_abroad() {
    let set = RecognizerSet::builtin();
    let missed: Vec<&str> = examples()
        .map(|(_, abroad, _)| abroad)
        .filter(|number| !finds(&set, &format!("my no {number}."), 400, number))
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
    let dialled = |number: &str| number.replacen('+', "00", 1);
    let missed: Vec<String> = examples()
        .map(|(_, abroad, _)| dialled(abroad))
        .filter(|number| !finds(&set, &format!("my no {number}."), 400, number))
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn every_region_is_found_at_home_where_a_word_says_so() {
    let set = RecognizerSet::builtin();
    let has_seven = |number: &&str| number.bytes().filter(u8::is_ascii_digit).count() > 6;
    let missed: Vec<&str> = examples()
        .map(|(_, _, home)| home)
        .filter(has_seven)
        .filter(|number| !finds(&set, &format!("phone: {number}"), 400, number))
        .collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn twelve_countries_have_recognizers_of_their_own() {
    let set = RecognizerSet::builtin();
    let mut seen = 0;
    let own = ["AU", "BR", "CA", "DE", "ES", "FR", "GB", "IN", "IT", "JP", "NL", "US"];
    for (region, _, home) in examples().filter(|(region, _, _)| own.contains(region)) {
        let id = format!("{}_phone_number", if region == "GB" { "uk".to_owned() } else { region.to_lowercase() });
        let place = set.recognizers().iter().position(|info| info.id == id).unwrap();
        let digits: String = home.chars().filter(char::is_ascii_digit).collect();
        for number in [home, &digits] {
            let found = scan(&set, number, 0);
            let own = found.iter().any(|one| usize::from(one.recognizer.0) == place && one.span.of(number) == number);
            assert!(own, "{id}: {number}");
            seen += 1;
        }
    }
    assert_eq!(seen, 48);
    let info = set.entity(set.entity_index("PHONE_NUMBER").unwrap());
    assert!(info.country.is_none() && info.title.contains("with a country code"), "{info:?}");
}

/// What is no telephone number, two thousand of each kind, in running text without a word that says what it is.
#[test]
fn other_numbers_are_not_found() {
    let set = RecognizerSet::builtin();
    let mut state = 7_u64;
    let mut below = |limit: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % limit
    };
    type Make<'a> = &'a dyn Fn(&mut dyn FnMut(u64) -> u64) -> String;
    let kinds: [(&str, Make<'_>); 9] = [
        ("epoch", &|n| format!("{}", 1_500_000_000 + n(300_000_000))),
        ("milliseconds", &|n| format!("{}", 1_500_000_000_000 + n(1 << 30) * 250)),
        ("order", &|n| format!("ORD-{:08}-{:04}", n(100_000_000), n(10_000))),
        ("EAN-13", &|n| format!("4{:012}", n(1 << 30) * 900)),
        ("price", &|n| format!("{}.{:03},{:02} €", 1 + n(999), n(1000), n(100))),
        ("date", &|n| format!("{}-{:02}-{:02}", 1950 + n(100), 1 + n(12), 1 + n(28))),
        ("time", &|n| format!("{:02}.{:02}.{} {:02}:{:02}", 1 + n(28), 1 + n(12), 1950 + n(100), n(24), n(60))),
        ("version", &|n| format!("{}.{}.{}.{}", n(40), n(100), n(10_000), n(200))),
        ("point", &|n| format!("{}.{:06}, {}.{:06}", n(90), n(1_000_000), n(180), n(1_000_000))),
    ];
    for (kind, make) in kinds {
        let texts = (0..2000).map(|_| make(&mut below));
        let found: Vec<String> =
            texts.filter(|text| !scan(&set, &format!("the {text} here"), 400).is_empty()).collect();
        assert!(found.len() <= 10, "{kind}: {} of 2000, {:?}", found.len(), &found[..5]);
    }
}
