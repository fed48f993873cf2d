//! How many values a second does each operator with a key write on one core, canonical form and spelling included?
#![allow(missing_docs, unsafe_code, clippy::unwrap_used, clippy::print_stdout)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use privet::keys::Rings;
use privet::model::{Origin, RecordTime};
use privet::transform::{
    BuildContext, Input, Operator, ParameterValue, Parameters, Part, ValueKind, Written, operator,
};
use std::hint::black_box;
use std::sync::Arc;

/// Values that are written in turn, so that no two calls in a row see the same.
const VALUES: usize = 1000;

fn build(name: &str, parameters: &[(&str, ParameterValue)]) -> Box<dyn Operator> {
    let ring = include_bytes!("../tests/golden/customer.keyring.json");
    let ring = privet::keys::open(ring, include_bytes!("../tests/golden/customer.root.json")).unwrap();
    let rings = Rings::new([Arc::new(ring)]).unwrap();
    let ring = ("ring".to_owned(), ParameterValue::Text("customer".to_owned()));
    let given = parameters.iter().map(|(name, value)| ((*name).to_owned(), value.clone()));
    let parameters = Parameters(given.chain([ring]).collect());
    let context =
        BuildContext { rings: &rings, tenant: "", product: "bench", region: None, field: None, kinds: &["VALUE"] };
    (operator(name).unwrap().build)(&parameters, &context).unwrap()
}

/// Card numbers of 16 digits with a good check digit.
fn cards() -> Vec<String> {
    let card = |number: usize| {
        let body = format!("4{:014}", number * 7_919_317 % 100_000_000_000_000);
        let doubled = body.bytes().rev().enumerate().map(|(place, digit)| {
            let digit = usize::from(digit - b'0');
            if place % 2 == 0 { digit * 2 / 10 + digit * 2 % 10 } else { digit }
        });
        format!("{body}{}", (10 - doubled.sum::<usize>() % 10) % 10)
    };
    (0..VALUES).map(card).collect()
}

/// Texts of 24 ASCII characters, such as identifiers are.
fn identifiers() -> Vec<String> {
    (0..VALUES).map(|number| format!("cus-{:020}", number * 7_919_317)).collect()
}

/// E-mail addresses of 24 characters, with capital letters for the canonical form to lower.
fn addresses() -> Vec<String> {
    (0..VALUES).map(|number| format!("Ada.{number:08}@Example.com")).collect()
}

fn write_all(operator: &dyn Operator, values: &[String], out: &mut String) {
    let origin = Origin::Request { request: 0, index: 0 };
    for text in values {
        let input = Input {
            text,
            entity: "VALUE",
            kind: "VALUE",
            value: ValueKind::Text,
            part: Part::Whole,
            subject: None,
            person: None,
            context: None,
            under: None,
            place: None,
            origin: &origin,
            time: RecordTime(None),
        };
        out.clear();
        let written = operator.write(black_box(&input), None, out);
        assert!(matches!(written, Ok(Written::Text)));
        black_box(&out);
    }
}

fn operators(criterion: &mut Criterion) {
    println!("processor: {}", processor());
    let text = |value: &str| ParameterValue::Text(value.to_owned());
    let kind = |kind: &str| ("as", text(kind));
    let luhn = ("checksum", text("luhn"));
    let rows = [
        ("hash, 24 bytes", build("hash", &[]), identifiers()),
        ("hash, e-mail addresses", build("hash", &[kind("EMAIL_ADDRESS")]), addresses()),
        ("tokenize, 24 bytes", build("tokenize", &[]), identifiers()),
        ("fpe, 16 digits", build("fpe", &[]), cards()),
        (
            "fpe, 16 digits, first 6 kept, check digit computed",
            build("fpe", &[("keep_first", ParameterValue::Integer(6)), luhn.clone()]),
            cards(),
        ),
        (
            "fpe, 16 digits, last 4 kept, cycle-walking to the check digit",
            build("fpe", &[("keep_last", ParameterValue::Integer(4)), luhn]),
            cards(),
        ),
        ("encrypt, 24 bytes", build("encrypt", &[]), identifiers()),
        ("fake, names", build("fake", &[("list", text("name"))]), identifiers()),
    ];
    let mut group = criterion.benchmark_group("operators");
    group.throughput(Throughput::Elements(VALUES as u64)).sample_size(20);
    let mut out = String::new();
    for (name, operator, values) in &rows {
        group.bench_function(*name, |bencher| bencher.iter(|| write_all(&**operator, values, &mut out)));
    }
    group.finish();
}

/// Names the processor, and those of its flags that cipher and digest use.
fn processor() -> String {
    const USED: [&str; 9] = ["aes", "vaes", "pclmulqdq", "vpclmulqdq", "sha_ni", "ssse3", "avx", "avx2", "avx512f"];
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line =
        |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.split_once(':')).map(|(_, value)| value);
    let flags: Vec<&str> = line("flags").unwrap_or_default().split(' ').filter(|flag| USED.contains(flag)).collect();
    format!("{}; {}", line("model name").unwrap_or(" unknown").trim(), flags.join(" "))
}

criterion_group!(benches, operators);
criterion_main!(benches);
