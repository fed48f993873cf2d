//! How many bytes a second does the tagger read on one thread: prose, prose of one 10 MB value, and fields that are none;
//! and how many where all patterns of the default set run as well, on prose of which hardly a line comes again?
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::cast_possible_truncation
)]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use privet::detect::{DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind};
use privet::policy::Plan;

/// Prose as it is written in tickets, notes, mails, logs and books: three in four sentences name nobody.
const PROSE: &str = include_str!("prose.txt");
/// Words and names that are put into it.
const WORDS: &str = include_str!("../training/words/scowl.txt");
const LOCALES: [&str; 3] = [
    include_str!("../training/locales/west.txt"),
    include_str!("../training/locales/north_east.txt"),
    include_str!("../training/locales/asia_africa.txt"),
];
/// Bytes of prose that varies.
const VARIED: usize = 400 << 10;
const TYPES: [&str; 4] = ["PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION"];

/// Numbers from a fixed start.
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// The prose over and over, each time with other names for those in it, other digits, and one in six longer words another.
fn varied() -> Vec<String> {
    let words: Vec<&str> = WORDS.lines().filter(|line| line.starts_with(' ')).flat_map(str::split_whitespace).collect();
    let listed = |label: &str| -> Vec<&'static str> {
        let lines = LOCALES.iter().flat_map(|text| text.lines());
        lines.filter_map(|line| line.strip_prefix(label)).flat_map(|names| names.split(", ")).collect()
    };
    let names = [listed("first: "), listed("last: "), listed("city: ")].concat();
    let paragraphs: Vec<&str> = PROSE.lines().filter(|line| !line.is_empty()).collect();
    let (mut draw, mut out, mut bytes) = (Draw(1), Vec::new(), 0);
    while bytes < VARIED {
        let paragraph = paragraphs[out.len() % paragraphs.len()];
        let mut begins = true;
        let vary = |word: &str| {
            let letters = word.trim_end_matches(|c: char| !c.is_alphanumeric());
            let rest = &word[letters.len()..];
            let inside = !begins && letters.starts_with(char::is_uppercase) && letters.len() > 1;
            begins = rest.starts_with(['.', '!', '?', ':']);
            if inside {
                format!("{}{rest}", draw.pick(&names))
            } else if letters.len() >= 5 && letters.bytes().all(|b| b.is_ascii_lowercase()) && draw.below(6) == 0 {
                format!("{}{rest}", draw.pick(&words))
            } else {
                let digit = |c: char| if c.is_ascii_digit() { char::from(b'0' + draw.below(10) as u8) } else { c };
                word.chars().map(digit).collect()
            }
        };
        let text = paragraph.split(' ').map(vary).collect::<Vec<_>>().join(" ");
        bytes += text.len();
        out.push(text);
    }
    out
}

fn tagger(criterion: &mut Criterion) {
    let set = RecognizerSet::builtin();
    // What is looked for without a policy.
    let plan = Plan::without_policy(RecognizerSet::builtin());
    let all = plan.mask().clone();
    let mut mask = EntityMask::new();
    for name in TYPES {
        mask.insert(set.entity_index(name).unwrap());
    }
    let lines: Vec<&str> = PROSE.lines().filter(|line| !line.is_empty()).collect();
    let many: Vec<&str> = lines.iter().copied().cycle().take(20_000).collect();
    let long = PROSE.replace("\n\n", "\n").repeat((10 << 20) / PROSE.len() + 1);
    let fields: Vec<String> = (0..20_000)
        .map(|at| ["ORDER_PAID", "a3f1-9c", "Blue Steel Mug 12", "2024-05-06T10:11:12Z"][at % 4].repeat(1 + at % 2))
        .collect();
    let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
    let (varied, without) = (varied(), all.clone().with_tagger(TaggerUse::Off));
    let varied: Vec<&str> = varied.iter().map(String::as_str).collect();
    let mut group = criterion.benchmark_group("tagger");
    for (name, values, mask) in [
        ("prose", &many[..], &mask),
        ("one value of 10 MB", &[long.as_str()][..], &mask),
        ("fields", &fields[..], &mask),
        ("varied prose", &varied[..], &mask),
        ("varied prose, with all patterns", &varied[..], &all),
        ("varied prose, all patterns without the tagger", &varied[..], &without),
    ] {
        group.throughput(Throughput::Bytes(values.iter().map(|value| value.len() as u64).sum())).sample_size(10);
        group.bench_function(name, |bencher| {
            let (mut scratch, mut found) = (DetectScratch::default(), Vec::new());
            let hint = FieldHint::default();
            bencher.iter(|| {
                found.clear();
                for value in values {
                    set.scan(value, TextKind::Text, &hint, mask, &mut scratch, &mut found);
                }
                found.len()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, tagger);
criterion_main!(benches);
