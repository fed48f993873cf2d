//! Laws of operators, for every row of the table.

use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use super::tests::{RING_NAME, Sample, build, outcome, parameters, rings, with_context};
use super::*;

/// Ways to set up every operator; a new row without one fails `every_row_is_held_to_the_laws`.
fn setups() -> Vec<Box<dyn Operator>> {
    let text = |value: &str| ParameterValue::Text(value.into());
    let ring = || ("ring", text(RING_NAME));
    let int = ParameterValue::Integer;
    vec![
        build("keep", &[]),
        build("redact", &[]),
        build("redact", &[("to", text("null"))]),
        build("redact", &[("to", text("zero"))]),
        build("replace", &[]),
        build("replace", &[("template", text("{entity}:{entity} 1234"))]),
        build("replace", &[("value", text("anonymous"))]),
        build("replace", &[("value", int(12_345))]),
        build("replace", &[("value", ParameterValue::Bool(false))]),
        build("replace", &[("value", ParameterValue::Json(r#"{"a":[1.50,null]}"#.into()))]),
        build("replace", &[("value", ParameterValue::Json("null".into()))]),
        build("replace", &[("value", ParameterValue::Json("1.50".into()))]),
        build("mask", &[]),
        build("mask", &[("keep_first", int(1)), ("keep_last", int(2)), ("min_masked", int(1))]),
        build("mask", &[("keep_last", int(2)), ("ignore", text("- .@")), ("char", text("x"))]),
        build(
            "mask",
            &[("keep_first", int(2)), ("keep_last", int(2)), ("fixed_length", int(9)), ("ignore", text("-"))],
        ),
        build("hash", &[ring()]),
        build("hash", &[ring(), ("bits", int(128)), ("encoding", text("base64url")), ("as", text("CREDIT_CARD"))]),
        build("hash", &[ring(), ("encoding", text("base32")), ("prefix", text("hash_")), ("scope", text("product"))]),
        build("tokenize", &[ring()]),
        build("tokenize", &[ring(), ("encoding", text("base64url")), ("as", text("EMAIL_ADDRESS"))]),
        build("tokenize", &[ring(), ("as", text("PHONE_NUMBER")), ("epoch", text("0b0b0b0b"))]),
        build("tokenize", &[ring(), ("mode", text("vault"))]),
        build("tokenize", &[ring(), ("mode", text("vault")), ("encoding", text("base64url")), ("prefix", text("v_"))]),
        build("fpe", &[ring()]),
        build(
            "fpe",
            &[ring(), ("on_small_domain", text("tokenize")), ("keep_last", int(4)), ("checksum", text("luhn"))],
        ),
        build("fpe", &[ring(), ("alphabet", text("lower")), ("on_small_domain", text("redact"))]),
        build("encrypt", &[ring()]),
        build("encrypt", &[ring(), ("encoding", text("base64url")), ("as", text("PERSON"))]),
        build("date_shift", &[ring(), ("subject_field", text("id"))]),
        build("fake", &[ring(), ("list", text("name"))]),
        build("fake", &[ring(), ("list", text("email")), ("locale", text("de"))]),
        build("generalize", &[("width", int(10))]),
        build("generalize", &[("buckets", ParameterValue::List(vec![int(-5), int(0), int(18)]))]),
        build("generalize", &[("age_top", int(90))]),
        build("generalize", &[("date_part", text("quarter"))]),
        build("generalize", &[("zip3", ParameterValue::Bool(true))]),
        build("generalize", &[("ip_prefix", int(16))]),
        build("drop_field", &[]),
        build("drop_record", &[]),
        build("quarantine", &[]),
    ]
}

/// Texts of many kinds, and pieces of what operators themselves write.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,24}",
        "[a-z2-7]{1,5}",
        "[0-9a-f]{4}",
        "[0-9 +()-]{1,20}",
        "[a-zA-Z.]{1,8}@[a-zA-Z]{1,8}\\.(com|de)",
        "[\u{600}\u{300}\u{200d}\u{1f468}\u{1f1e9}\n\r\u{1100}\u{1161}a*x-]{0,8}",
        "(<VALUE>|VALUE|ANSWER|anonymous|false|true|12345|tok_|hash_|\\*\\*\\*\\*|null){1,2}",
        "(19|20)[0-9]{2}(-?[01][0-9](-?[0-3][0-9](T10:00Z)?)?|-Q[1-4])",
        "[0-3][0-9]\\.[01][0-9]\\.19[0-9]{2}",
        "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}|[0-9a-f]{0,4}:[0-9a-f]{1,4}::[0-9a-f]{0,4}",
        "(aged )?[0-9]{1,3}( years old)?|[0-9]{5}(-[0-9]{4})?",
        "(VALU|ALUE|anon|nonymous|1234|2345|fals|alse|PERSON:PE|hash|ash_)",
    ]
}

fn samples() -> impl Strategy<Value = (String, ValueKind, Part)> {
    let number = (any::<i64>(), 0..3_usize).prop_map(|(number, form)| match form {
        0 => number.to_string(),
        1 => (number % 100_000).to_string(),
        _ => format!("{}.{:03}0", number % 1000, number.unsigned_abs() % 1000),
    });
    prop_oneof![
        6 => texts().prop_map(|text| (text, ValueKind::Text, Part::Whole)),
        3 => texts().prop_map(|text| (text, ValueKind::Text, Part::Span)),
        1 => texts().prop_map(|text| (text, ValueKind::Key, Part::Whole)),
        2 => number.prop_map(|text| (text, ValueKind::Number, Part::Whole)),
        1 => any::<bool>().prop_map(|truth| (truth.to_string(), ValueKind::Bool, Part::Whole)),
        1 => Just(("null".to_owned(), ValueKind::Null, Part::Whole)),
    ]
}

fn sample<'a>(drawn: &'a (String, ValueKind, Part), entity: &'a str) -> Sample<'a> {
    Sample { text: &drawn.0, entity, kind: entity, value: drawn.1, part: drawn.2 }
}

/// Gives the value that stands in the record after writing, or nothing where none stands there.
fn after(drawn: &(String, ValueKind, Part), written: Written, out: &str) -> Option<(String, ValueKind, Part)> {
    let (text, value, part) = drawn;
    let of = |value| Some((out.to_owned(), value, *part));
    match written {
        Written::Unchanged => Some((text.clone(), *value, *part)),
        Written::Text if *value == ValueKind::Key => of(ValueKind::Key),
        Written::Text => of(ValueKind::Text),
        Written::Literal if matches!(out, "true" | "false") => of(ValueKind::Bool),
        Written::Literal => of(ValueKind::Number),
        Written::Json if out.starts_with('[') => of(ValueKind::Array),
        Written::Json => of(ValueKind::Object),
        Written::Null => Some(("null".to_owned(), ValueKind::Null, *part)),
        Written::EmptyObject => of(ValueKind::Object),
        Written::EmptyArray => of(ValueKind::Array),
        Written::DropField | Written::DropRecord | Written::Quarantine => None,
    }
}

fn holds(operator: &dyn Operator, drawn: &(String, ValueKind, Part), entity: &str) -> TestCaseResult {
    let name = operator.name();
    let (result, out) = outcome(operator, sample(drawn, entity));
    if name != "encrypt" {
        prop_assert_eq!(&outcome(operator, sample(drawn, entity)), &(result, out.clone()), "writing is pure");
    }
    let text_only = drawn.2 == Part::Span || drawn.1 == ValueKind::Key;
    if text_only {
        prop_assert!(
            !matches!(
                result,
                Ok(Written::Literal | Written::Json | Written::Null | Written::EmptyObject | Written::EmptyArray)
            ),
            "{name}: only text can stand there"
        );
    }
    let nothing = drawn.1 == ValueKind::Null || (drawn.0.is_empty() && drawn.1 != ValueKind::Number);
    if nothing && !name.starts_with("drop_") && name != "quarantine" {
        prop_assert_eq!(result, Ok(Written::Unchanged), "{}: null and \"\" stay", name);
    }
    if drawn.1 == ValueKind::Bool
        && matches!(name, "mask" | "hash" | "tokenize" | "fpe" | "encrypt" | "fake" | "date_shift" | "generalize")
    {
        prop_assert_eq!(result, Err(OperatorError::UnsupportedValue));
    }
    if matches!(name, "redact" | "replace" | "hash" | "tokenize" | "fake") {
        let long = drawn.0.chars().count() >= ECHO_MIN;
        prop_assert!(!(long && out.contains(&drawn.0)), "{name} wrote {out:?}, which repeats the text");
    }
    if result.is_err() {
        return Ok(());
    }
    if matches!(name, "mask" | "redact" | "replace" | "generalize" | "tokenize" | "encrypt")
        && let Ok(written) = result
        && let Some(once) = after(drawn, written, &out)
    {
        let (result, out) = outcome(operator, sample(&once, entity));
        let twice = result.ok().and_then(|written| after(&once, written, &out));
        prop_assert_eq!(twice, Some(once), "{} is idempotent", name);
    }
    Ok(())
}

#[test]
fn every_row_is_held_to_the_laws() {
    let setups = setups();
    for row in OPERATORS {
        assert!(setups.iter().any(|operator| operator.name() == row.name), "{} has no setup", row.name);
    }
}

#[test]
fn record_keys_stay_different_where_it_is_said() {
    for operator in setups() {
        let redacts = operator.name() == "fpe" && operator.distinct() == Distinct::Lost;
        let stored = operator.needs_store();
        assert_eq!(operator.distinct() == Distinct::Stored, stored, "{}", operator.name());
        let expected = matches!(operator.name(), "keep" | "hash" | "tokenize" | "fpe") && !redacts && !stored;
        assert_eq!(operator.distinct() == Distinct::Kept, expected, "{}", operator.name());
        let keyed = matches!(operator.name(), "hash" | "tokenize" | "fpe" | "encrypt" | "fake" | "date_shift");
        assert_eq!(operator.epoch() != Epoch::Keyless, keyed, "{}", operator.name());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn laws_hold(all in prop::collection::vec(samples(), 1..8), entity in "VALUE|PERSON|EMAIL_ADDRESS") {
        for operator in setups() {
            for drawn in &all {
                holds(&*operator, drawn, &entity)?;
            }
        }
    }

    #[test]
    fn tokens_turn_back(text in texts(), kind in "VALUE|EMAIL_ADDRESS|CREDIT_CARD|PHONE_NUMBER") {
        let all = [("ring", ParameterValue::Text(RING_NAME.into())), ("as", ParameterValue::Text(kind.clone()))];
        let operator = with_context(&rings(), |context| Tokenize::build(&parameters(&all), context)).unwrap();
        if let (Ok(Written::Text), token) = outcome(&operator, Sample::text(&text)) {
            let form = canonical(&text, &kind);
            let back = operator.detokenize(&token, None).map(|plain| plain.expose().clone());
            prop_assert_eq!(back.as_deref(), Some(&*form));
            prop_assert!(token.len() <= token_len_max("tok_".len(), Encoding::Base32, form.len()));
            let mut spans = Vec::new();
            operator.made(&format!("({token})"), None, &mut spans);
            prop_assert_eq!(spans, [Span::new(1, 1 + token.len())]);
            if let (Ok(Written::Text), again) = outcome(&operator, Sample::text(&form)) {
                prop_assert_eq!(again, token, "the canonical form has the same token");
            }
        }
    }
}
