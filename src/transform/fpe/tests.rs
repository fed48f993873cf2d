use proptest::prelude::*;

use super::super::ParameterValue::{self, Integer};
use super::super::tests::{RING_NAME, Sample, outcome, parameters, rings, with_context, written};
use super::*;

fn text(value: &str) -> ParameterValue {
    ParameterValue::Text(value.into())
}

fn built(more: &[(&str, ParameterValue)]) -> Result<Fpe, BuildError> {
    let mut all = vec![("ring", text(RING_NAME))];
    all.extend_from_slice(more);
    with_context(&rings(), |context| Fpe::build(&parameters(&all), context))
}

fn fpe(more: &[(&str, ParameterValue)]) -> Fpe {
    built(more).unwrap()
}

fn round_trip(operator: &Fpe, value: &str, kind: ValueKind) -> String {
    let (result, out) = outcome(operator, Sample::of(value, kind));
    assert!(matches!(result, Ok(Written::Text | Written::Literal)), "{result:?}");
    let back = operator.decrypt(&out, "VALUE", kind, Some(super::super::tests::CONTEXT)).unwrap();
    assert_eq!(back.expose(), value);
    out
}

#[test]
fn a_card_stays_a_card() {
    let first = fpe(&[("as", text("CREDIT_CARD")), ("keep_first", Integer(6)), ("checksum", text("luhn"))]);
    let out = round_trip(&first, "4111 1111-1111 1111", ValueKind::Text);
    assert!(out.starts_with("4111 11"), "{out}");
    assert_eq!((out.len(), out.get(9..10)), (19, Some("-")));
    let last = fpe(&[("as", text("CREDIT_CARD")), ("keep_last", Integer(4)), ("checksum", text("luhn"))]);
    let out = round_trip(&last, "4111111111111111", ValueKind::Text);
    assert!(out.ends_with("1111") && !out.starts_with("41111111"), "{out}");
    for out in [out, round_trip(&first, "4111111111111111", ValueKind::Text)] {
        let digits: Vec<u16> = out.chars().map(|c| u16::try_from(c.to_digit(10).unwrap()).unwrap()).collect();
        assert_eq!(luhn(&digits), Some(0), "{out}");
    }
    assert_eq!(written(&last, Sample::text("4111111111111112")), "bad_checksum");
    assert_eq!(written(&last, Sample::text("4111")), "small_domain");
}

#[test]
fn numbers_stay_numbers_and_fit() {
    let operator = fpe(&[("width", Integer(9))]);
    for number in ["0", "7", "999999999", "123456"] {
        let out = round_trip(&operator, number, ValueKind::Number);
        assert!(out.len() <= 9 && (out == "0" || !out.starts_with('0')), "{out}");
    }
    for (number, code) in [("1234567890", "value_too_long"), ("-1", "outside_alphabet"), ("1.5", "outside_alphabet")] {
        assert_eq!(written(&operator, Sample::of(number, ValueKind::Number)), code);
    }
}

/// Where digits are kept, too: what separates groups in a text is a sign or a fraction in a number.
#[test]
fn a_number_has_no_separators_and_no_letters() {
    let kept = fpe(&[("keep_first", Integer(2))]);
    round_trip(&kept, "1234567890", ValueKind::Number);
    for number in ["-1234567890", "12345678.90", "+1234567890", "1234567890e2"] {
        assert_eq!(written(&kept, Sample::of(number, ValueKind::Number)), "outside_alphabet", "{number}");
    }
    let number = OldShape { value: ValueKind::Number, len_min: 0, len_max: None, entity: "VALUE" };
    for first in [0, 2] {
        let letters = fpe(&[("alphabet", text("hex")), ("keep_first", Integer(first))]);
        assert_eq!(written(&letters, Sample::of("1234567890", ValueKind::Number)), "unsupported_value");
        assert_eq!(letters.shapes(&number), [Shape::Refused]);
    }
    assert!(matches!(kept.shapes(&number)[..], [Shape::SameDigits(Some(_))]));
}

#[test]
fn strangers_are_errors_and_never_copied() {
    let operator = fpe(&[]);
    for value in ["12345678x", "1234567٣", "ä1234567"] {
        assert_eq!(written(&operator, Sample::text(value)), "outside_alphabet", "{value}");
    }
    let letters = fpe(&[("alphabet", text("upper_alphanumeric"))]);
    let out = round_trip(&letters, "AB-12 345C", ValueKind::Text);
    assert_eq!(out.get(2..3), Some("-"));
    assert_eq!(written(&letters, Sample::text("ab-12 345c")), "outside_alphabet");
}

#[test]
fn what_falls_back_is_told_how() {
    let tokens =
        fpe(&[("on_small_domain", text("tokenize")), ("on_bad_checksum", text("redact")), ("checksum", text("luhn"))]);
    assert!(written(&tokens, Sample::text("123")).starts_with("text tok_"));
    assert_eq!(written(&tokens, Sample::text("4111111111111112")), "text ");
    assert_eq!(tokens.distinct(), Distinct::Lost);
    assert_eq!(fpe(&[("on_small_domain", text("tokenize"))]).distinct(), Distinct::Kept);
}

#[test]
fn arithmetic_is_done_when_it_is_built() {
    let six_and_four = [
        ("as", text("CREDIT_CARD")),
        ("keep_first", Integer(6)),
        ("keep_last", Integer(4)),
        ("checksum", text("luhn")),
    ];
    let error = built(&six_and_four).unwrap_err();
    assert_eq!(
        error.message,
        "`fpe` of CREDIT_CARD leaves 100 values: 3 of 13 characters are encrypted, and one follows from the others; \
         fewer than 1000000 can be tried out"
    );
    for kind in ["POSTAL_CODE", "CVV", "PIN", "DATE_OF_BIRTH", "DATE_TIME"] {
        assert!(built(&[("as", text(kind))]).unwrap_err().message.contains(kind));
    }
    assert!(built(&[("as", text("CREDIT_CARD")), ("keep_first", Integer(6)), ("checksum", text("luhn"))]).is_ok());
    assert!(built(&[("as", text("US_SSN"))]).is_ok());
}

#[test]
fn mistakes_are_refused() {
    for (name, value) in [
        ("alphabet", text("")),
        ("alphabet", text("a")),
        ("alphabet", text("abca")),
        ("ignore", text("1")),
        ("ignore", text("x")),
        ("keep_first", Integer(-1)),
        ("width", Integer(19)),
        ("width", Integer(3)),
        ("on_small_domain", text("keep")),
    ] {
        let error = built(&[(name, value)]).unwrap_err();
        assert_eq!(error.parameter, Some(name));
        assert!(error.help.is_some(), "{name}: {error}");
    }
    for kept in [("keep_first", Integer(2)), ("keep_last", Integer(4)), ("checksum", text("luhn"))] {
        let error = built(&[("width", Integer(9)), kept]).unwrap_err();
        assert_eq!(error.parameter, Some("width"), "{error}");
    }
    let error = built(&[("alphabet", text("lower")), ("checksum", text("luhn"))]).unwrap_err();
    assert_eq!((error.parameter, error.help.is_some()), (Some("checksum"), true));
}

#[test]
fn scope_kind_and_epoch_keep_values_apart() {
    let one = |more: &[(&str, ParameterValue)]| outcome(&fpe(more), Sample::text("123456789")).1;
    let all = [
        one(&[]),
        one(&[("scope", text("product"))]),
        one(&[("as", text("US_SSN"))]),
        one(&[("epoch", text("0b0b0b0b"))]),
    ];
    for (at, first) in all.iter().enumerate() {
        assert!(!all[at + 1..].contains(first), "{all:?}");
    }
    assert!(!format!("{:?}", fpe(&[])).contains("cipher"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn what_is_encrypted_turns_back(value in "[0-9]{1,3}[- ][0-9]{7,12}", letters in "[a-z]{6,40}", number in 0..10_u64.pow(15)) {
        round_trip(&fpe(&[]), &value, ValueKind::Text);
        round_trip(&fpe(&[("alphabet", text("lower"))]), &letters, ValueKind::Text);
        round_trip(&fpe(&[]), &number.to_string(), ValueKind::Number);
    }

    #[test]
    fn a_check_digit_is_walked_to(digits in prop::collection::vec(0..10_u16, 15)) {
        let mut digits = digits;
        digits.push(0);
        let rest = luhn(&digits).unwrap();
        *digits.last_mut().unwrap() = (10 - rest) % 10;
        let card: String = digits.iter().map(|d| char::from_digit((*d).into(), 10).unwrap()).collect();
        for keep in ["keep_first", "keep_last"] {
            let operator = fpe(&[("checksum", text("luhn")), (keep, Integer(4))]);
            let out = round_trip(&operator, &card, ValueKind::Text);
            let digits: Vec<u16> = out.chars().map(|c| u16::try_from(c.to_digit(10).unwrap()).unwrap()).collect();
            prop_assert_eq!(luhn(&digits), Some(0));
        }
    }
}
