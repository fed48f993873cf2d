//! What free text is, what the tagger does to records, and that it is the same however a text is cut.

use super::figures::find;
use privet::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind};
use privet::engine::{Outcomes, Piece, Record, Scratch, Settings, process};
use privet::format::{Format, Json, Text};
use privet::model::{Origin, RecordTime};
use privet::policy::{CompileContext, Plan, Source, compile};
use std::time::Instant;

/// What becomes of a record.
pub fn anonymized(plan: &Plan, format: &dyn Format, record: &str) -> String {
    let origin = Origin::Request { request: 0, index: 0 };
    let record = Record {
        origin: &origin,
        time: RecordTime(None),
        format,
        value: Some(record.as_bytes()),
        key: None,
        headers: &[],
    };
    let mut out = Outcomes::default();
    process(plan, &[record], &Settings::default(), &mut Scratch::new(), &mut out).unwrap();
    match out.outcomes()[0].value {
        Piece::Same => String::from_utf8(record.value.unwrap().to_vec()).unwrap(),
        Piece::New(span) => String::from_utf8(out.bytes(span).to_vec()).unwrap(),
        Piece::Null | Piece::Removed => String::new(),
    }
}

pub fn check(format: &dyn Format, record: &str, expected: &str) {
    let plan = Plan::without_policy(RecognizerSet::builtin());
    assert_eq!(anonymized(&plan, format, record), expected, "{record}");
}

#[test]
fn names_places_and_addresses_in_free_text_are_changed() {
    check(
        &Json,
        r#"{"note":"Please call Katherine Johnson in Lisbon before noon."}"#,
        r#"{"note":"Please call <PERSON> in <LOCATION> before noon."}"#,
    );
    check(&Text, "please deliver it to 12 High Street, Leeds LS1 4DY.", "please deliver it to <STREET_ADDRESS>.");
}

#[test]
fn an_address_is_one_in_any_usual_order() {
    for address in [
        "Leeds LS1 4DY, 12 High Street",
        "12 High Street, Flat 3, Leeds, West Yorkshire LS1 4DY, United Kingdom",
        "Flat 3, 12 High Street\\nLeeds LS1 4DY\\nUK",
        "221B Baker Street, London NW1 6XE",
        "350 Fifth Avenue, Suite 3300, New York, NY 10118, USA",
        "Hauptstraße 5, 10115 Berlin, Germany",
        "Germany, 10115 Berlin, Hauptstraße 5",
        "P.O. Box 1234, Springfield, IL 62701",
        "Rua das Flores 45, 3.º andar, 4050-265 Porto, Portugal",
    ] {
        let record = format!(r#"{{"note":"please deliver it to {address}"}}"#);
        check(&Json, &record, r#"{"note":"please deliver it to <STREET_ADDRESS>"}"#);
    }
}

#[test]
fn what_stands_beside_a_name_is_no_part_of_it() {
    check(&Text, "Ann Smith, b. 5 March 1984, Leeds", "<PERSON>, b. <DATE_OF_BIRTH>, <LOCATION>");
    check(&Text, "I told O'Brien. o'brien's wife called.", "I told <PERSON>. <PERSON>'s wife called.");
    check(
        &Text,
        "They met Ludwig van Beethoven, María de la Cruz and Dr. Mohammed bin Salman.",
        "They met <PERSON>, <PERSON> and Dr. <PERSON>.",
    );
    check(&Text, "She lives in Qwertzheim.\nBest,\nAda", "She lives in <LOCATION>.\nBest,\n<PERSON>");
}

#[test]
fn organizations_are_left() {
    let record = r#"{"note":"I have worked for Silverbank Technologies Ltd since March."}"#;
    check(&Json, record, record);
}

#[test]
fn what_is_no_free_text_is_not_read() {
    for value in ["KATHERINE_JOHNSON", "Lisbon", "Harley Davidson Road King", "a1b2-Paris-77", "en-GB", "Summer Rose"] {
        let record = format!(r#"{{"value":"{value}"}}"#);
        check(&Json, &record, &record);
    }
}

#[test]
fn a_person_is_known_in_the_rest_of_the_record() {
    check(
        &Json,
        r#"{"note":"I spoke with Ada Lovelace on the phone.","by":"lovelace","tags":["ADA","adapter"]}"#,
        r#"{"note":"I spoke with <PERSON> on the phone.","by":"<PERSON>","tags":["<PERSON>","adapter"]}"#,
    );
    // Also before the leaf in which the person was found.
    check(
        &Json,
        r#"{"by":"lovelace","note":"I spoke with Ada Lovelace on the phone."}"#,
        r#"{"by":"<PERSON>","note":"I spoke with <PERSON> on the phone."}"#,
    );
}

#[test]
fn half_of_a_known_name_is_not_left_beside_something_else() {
    for (value, expected) in [
        ("Katherine Johnson (deceased)", "<PERSON> (deceased)"),
        ("Katherine Drommd [VIP]", "<PERSON> [VIP]"),
        ("Katherine Johnson - estate", "<PERSON> - estate"),
        ("Katherine Drommd #12", "<PERSON> #12"),
        ("Katherine Johnson, room 12", "<PERSON>, room 12"),
        ("Invoice Katherine Johnson", "Invoice <PERSON>"),
        ("Katherine Premium (room)", "<PERSON> Premium (room)"),
    ] {
        let record = |title: &str, note: &str| format!(r#"{{"title":"{title}","note":"{note}"}}"#);
        let note = "please call Katherine about it today";
        check(&Json, &record(value, note), &record(expected, "please call <PERSON> about it today"));
    }
    let record =
        r#"{"title":"Amy Johnson","note":"please ask Amy about it today","user":"ajohnson","by":"amyjohnson"}"#;
    let expected =
        r#"{"title":"<PERSON>","note":"please ask <PERSON> about it today","user":"<PERSON>","by":"<PERSON>"}"#;
    check(&Json, record, expected);
}

#[test]
fn what_else_is_found_stays_found_where_a_person_is_looked_for_again() {
    check(
        &Json,
        r#"{"a":"{\"by\":\"lovelace\"}","b":"{\"x\":1}","note":"I spoke with Ada Lovelace on the phone.","mail":"ada@corp.com","tags":["x","lovelace","y","bob@corp.com"]}"#,
        r#"{"a":"{\"by\":\"<PERSON>\"}","b":"{\"x\":1}","note":"I spoke with <PERSON> on the phone.","mail":"<EMAIL_ADDRESS>","tags":["x","<PERSON>","y","<EMAIL_ADDRESS>"]}"#,
    );
    // More texts than are remembered.
    let many = r#""bob@corp.com","x","#.repeat(9_000);
    let out = many.replace("bob@corp.com", "<EMAIL_ADDRESS>");
    check(
        &Json,
        &format!(r#"{{"t":[{many}"lovelace"],"note":"I spoke with Ada Lovelace on the phone."}}"#),
        &format!(r#"{{"t":[{out}"<PERSON>"],"note":"I spoke with <PERSON> on the phone."}}"#),
    );
}

#[test]
fn everyday_words_of_a_name_stay_what_they_are() {
    check(
        &Json,
        r#"{"note":"Please ask Mark Rose to call me back.","todo":"mark the rose","owner":"Rose"}"#,
        r#"{"note":"Please ask <PERSON> to call me back.","todo":"mark the rose","owner":"<PERSON>"}"#,
    );
}

#[test]
fn the_tagger_can_be_switched_off_and_up() {
    let plan = |tagger| Plan::without_policy(RecognizerSet::builtin()).with_tagger(tagger);
    let record = r#"{"note":"Please call Katherine Johnson in Lisbon before noon."}"#;
    assert_eq!(anonymized(&plan(TaggerUse::Off), &Json, record), record);
    let texts = ["we met qorvin at the grand delmar", "Velmora said the tarn was closed", "ask brindle or talk to osk"];
    let count = |tagger| texts.iter().map(|text| find(text, tagger).len()).sum::<usize>();
    assert!(count(TaggerUse::High) >= count(TaggerUse::Balanced));
    assert_eq!(count(TaggerUse::Off), 0);
}

#[test]
fn what_patterns_found_is_never_split() {
    let text = "Write to ada.lovelace@example.org or call +44 20 7946 0958 and ask for Ada.";
    let set = RecognizerSet::builtin();
    let mut found = Vec::new();
    let mask = EntityMask::all(&set);
    set.scan(text, TextKind::Text, &FieldHint::default(), &mask, &mut DetectScratch::default(), &mut found);
    let tagged = |name: &str| found.iter().filter(|one| set.entity(one.entity).entity.as_str() == name).count();
    assert_eq!(tagged("PERSON"), 1, "{found:?}");
    for (at, one) in found.iter().enumerate() {
        let name = set.entity(one.entity).entity.as_str();
        if ["PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION"].contains(&name) {
            for other in found.iter().skip(at + 1) {
                let cut =
                    one.span.overlaps(other.span) && !one.span.contains(other.span) && !other.span.contains(one.span);
                assert!(!cut, "{one:?} cuts {other:?}");
            }
        }
    }
}

#[test]
fn a_finding_does_not_depend_on_what_stands_paragraphs_away() {
    let one = "Please call Katherine Johnson in Lisbon before noon.";
    let alone = find(one, TaggerUse::Balanced);
    let many = format!("{}\n\n{one}", "Nothing to see here, move along please.\n\n".repeat(50));
    let shift = many.chars().count() - one.chars().count();
    let shifted: Vec<_> = alone.iter().map(|(start, end, of)| (start + shift, end + shift, *of)).collect();
    assert_eq!(find(&many, TaggerUse::Balanced), shifted);
}

#[test]
fn the_cost_of_a_byte_does_not_grow_with_the_text() {
    let sentence =
        "Katherine Johnson moved from Lisbon to 12 High Street, Leeds, and told Mr. Brown that it rains a lot. ";
    let small = "please take katherine okafor in lisbon before noon and maria lopez as it rains; ";
    let set = RecognizerSet::builtin();
    let mask = EntityMask::all(&set);
    let mut scratch = DetectScratch::default();
    let mut time = |text: &str, (kind, field): (TextKind, &[&str])| {
        let hint = set.hint(field);
        let best = (0..3).map(|_| {
            let start = Instant::now();
            let mut found = Vec::new();
            set.scan(text, kind, &hint, &mask, &mut scratch, &mut found);
            start.elapsed().as_secs_f64() / text.len() as f64
        });
        best.fold(f64::INFINITY, f64::min)
    };
    // What a busy machine may add, a threefold once, is not what is tested: quadratic would be a hundred times as much.
    let prose = (TextKind::Prose, &[][..]);
    let (short, long) = (time(&sentence.repeat(200), prose), time(&sentence.repeat(20_000), prose));
    assert!(long < short * 10.0, "{short} s a byte, then {long}");
    let blanks = " ".repeat(100_000);
    let unknown = "please call okonjo about the boiler; she met adeyemi there and told oyelaran of it; ";
    for text in [small, sentence, unknown, "katherine okafor ", "tell okonjo adesanya "] {
        for field in [&["note"], &["description"]] {
            let (one, all) = (text.repeat(100), format!("{blanks}{}", text.repeat(10_000)));
            let (short, long) = (time(&one, (TextKind::Text, field)), time(&all, (TextKind::Text, field)));
            assert!(long < short * 10.0, "{field:?}: {short} s a byte, then {long}");
        }
    }
}

#[test]
fn no_address_goes_over_an_identifier() {
    let source = Source::new(
        "policy",
        "privet: v1\nproduct: a\ndefaults: [{entity: STREET_ADDRESS, op: {mask: {keep_last: 20}}}]\ntagger: high\n",
    );
    let set = RecognizerSet::builtin();
    let rings = |_: &privet::policy::RingRequest<'_>| panic!("no key is needed");
    let plan = compile(&source, &CompileContext { set: &set, rings: &rings, tenant: "" });
    let plan = plan.unwrap_or_else(|diagnostics| panic!("{diagnostics}"));
    for text in [
        "SSN is 536-90-4399, EIN 12-3456789, ITIN 912-70-1234",
        "my card 4111111111111111 exp 12/27 cvv 123",
        "deliver it to 12 High Street, SSN 536-90-4399, Leeds LS1 4DY, ITIN 912-70-1234",
    ] {
        for format in [&Json as &dyn Format, &Text] {
            let record = if format.name() == "json" { format!("{{\"note\":\"{text}\"}}") } else { text.to_owned() };
            let out = anonymized(&plan, format, &record);
            for value in ["4399", "1234", "1111"] {
                assert!(!out.contains(value), "{out}");
            }
        }
    }
    check(&Text, "SSN is 536-90-4399, ITIN 912-70-1234", "SSN is <US_SSN>, ITIN <US_ITIN>");
}
