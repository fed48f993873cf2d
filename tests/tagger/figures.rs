//! Recall, precision and coverage on labelled texts.

use privet::detect::{DetectScratch, EntityMask, FieldHint, People, RecognizerSet, TaggerUse, TextKind, Witness};
use privet::model::{Finding, Score};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

const TYPES: [&str; 4] = ["PERSON", "LOCATION", "STREET_ADDRESS", "ORGANIZATION"];

/// A text and what stands in it: character ranges and places in [`TYPES`].
#[derive(Debug, Clone)]
pub struct Labelled {
    pub text: String,
    pub spans: Vec<(usize, usize, usize)>,
}

pub fn read(path: &Path) -> Vec<Labelled> {
    let file = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    file.lines().map(|line| parse(line).unwrap_or_else(|| panic!("{}: {line}", path.display()))).collect()
}

fn parse(line: &str) -> Option<Labelled> {
    let value: serde_json::Value = serde_json::from_str(line).ok()?;
    let span = |span: &serde_json::Value| {
        let number = |at: usize| span[at].as_u64().and_then(|number| usize::try_from(number).ok());
        let of = match span[2].as_str()? {
            "PER" => "PERSON",
            "LOC" => "LOCATION",
            "ADR" => "STREET_ADDRESS",
            "ORG" => "ORGANIZATION",
            name => name,
        };
        Some((number(0)?, number(1)?, TYPES.iter().position(|known| *known == of)?))
    };
    let spans = value["spans"].as_array()?.iter().map(span).collect::<Option<_>>()?;
    Some(Labelled { text: value["text"].as_str()?.to_owned(), spans })
}

/// What was right, what should have been found, what was found.
#[derive(Debug, Default, Clone, Copy)]
pub struct Counts {
    pub right: usize,
    pub gold: usize,
    pub found: usize,
}

impl Counts {
    pub fn recall(self) -> f64 {
        self.right as f64 / self.gold.max(1) as f64
    }

    pub fn precision(self) -> f64 {
        self.right as f64 / self.found.max(1) as f64
    }

    /// The mean of precision and recall in which recall weighs `beta` times as much.
    pub fn f(self, beta: f64) -> f64 {
        let weighted = beta * beta * self.gold as f64 + self.found as f64;
        (1.0 + beta * beta) * self.right as f64 / weighted.max(1.0)
    }
}

#[derive(Debug, Default)]
pub struct Figures {
    /// Characters, with the types that are changed by default.
    pub cover: Counts,
    /// The same, with organizations.
    pub cover_all: Counts,
    /// Spans with both ends and the type right.
    pub exact: [Counts; 4],
    /// Spans of gold that a finding of the type touches, and findings that touch one.
    pub touched: [(usize, usize); 4],
}

/// Everything the scan finds of the four types, with known persons, as character ranges.
pub fn find(text: &str, tagger: TaggerUse) -> Vec<(usize, usize, usize)> {
    let set = RecognizerSet::builtin();
    let mut mask = EntityMask::new().with_tagger(tagger);
    for at in 0..set.entities().len() {
        mask.insert_from(privet::model::EntityIndex(at as u16), Score::from_thousandths(400));
    }
    let mut found: Vec<Finding> = Vec::new();
    set.scan(text, TextKind::Prose, &FieldHint::default(), &mask, &mut DetectScratch::default(), &mut found);
    let mut people = People::default();
    let person = set.entity_index("PERSON").unwrap();
    for finding in found.iter().filter(|finding| finding.entity == person) {
        people.add(finding.span.of(text), Witness::Text, &set);
    }
    let mut again = Vec::new();
    people.find(text, &FieldHint::default(), &mut again);
    again.retain(|new| !found.iter().any(|old| old.entity == person && old.span.overlaps(new.span)));
    found.extend(again);
    let place = |byte: usize| text[..byte].chars().count();
    let of = |finding: &Finding| {
        let name = set.entity(finding.entity).entity.as_str().to_owned();
        TYPES.iter().position(|known| *known == name)
    };
    found.iter().filter_map(|one| Some((place(one.span.start), place(one.span.end), of(one)?))).collect()
}

pub fn measure(texts: &[Labelled], tagger: TaggerUse) -> Figures {
    let mut figures = Figures::default();
    for text in texts {
        let found = find(&text.text, tagger);
        for of in 0..TYPES.len() {
            let gold: Vec<_> = text.spans.iter().filter(|span| span.2 == of).collect();
            let own: Vec<_> = found.iter().filter(|span| span.2 == of).collect();
            let counts = &mut figures.exact[of];
            counts.gold += gold.len();
            counts.found += own.len();
            counts.right += gold.iter().filter(|span| own.contains(span)).count();
            let touches = |a: &(usize, usize, usize), b: &(usize, usize, usize)| a.0 < b.1 && b.0 < a.1;
            figures.touched[of].0 += gold.iter().filter(|span| own.iter().any(|other| touches(span, other))).count();
            figures.touched[of].1 += own.iter().filter(|span| gold.iter().any(|other| touches(span, other))).count();
        }
        for (counts, types) in [(&mut figures.cover, 0..3), (&mut figures.cover_all, 0..4)] {
            let mut bits = vec![0_u8; text.text.chars().count()];
            for (bit, spans) in [(1, &text.spans), (2, &found)] {
                for (start, end, _) in spans.iter().filter(|span| types.contains(&span.2)) {
                    bits[*start..*end].iter_mut().for_each(|byte| *byte |= bit);
                }
            }
            counts.gold += bits.iter().filter(|bits| **bits & 1 != 0).count();
            counts.found += bits.iter().filter(|bits| **bits & 2 != 0).count();
            counts.right += bits.iter().filter(|bits| **bits == 3).count();
        }
    }
    figures
}

/// Rewrites texts in another case; offsets are kept by leaving characters alone whose other case is longer.
pub fn cased(texts: &[Labelled], upper: bool) -> Vec<Labelled> {
    let one = |c: char| {
        let mut other = if upper { c.to_uppercase().collect::<Vec<_>>() } else { c.to_lowercase().collect() };
        if other.len() == 1 { other.remove(0) } else { c }
    };
    texts.iter().map(|text| Labelled { text: text.text.chars().map(one).collect(), ..text.clone() }).collect()
}

/// Writes the tables of one file.
pub fn tables(name: &str, texts: &[Labelled]) -> String {
    let mut out = String::new();
    let spans: usize = texts.iter().map(|text| text.spans.len()).sum();
    writeln!(out, "### {name}\n\n{} texts, {spans} labelled spans.\n", texts.len()).unwrap();
    writeln!(
        out,
        "| texts | tagger | covered, as shipped | right of it | with organizations | right of it | PERSON F1 |"
    )
    .unwrap();
    writeln!(out, "|---|---|---|---|---|---|---|").unwrap();
    let rows = [
        ("as they are", texts.to_vec(), TaggerUse::Balanced),
        ("as they are", texts.to_vec(), TaggerUse::High),
        ("all lower", cased(texts, false), TaggerUse::Balanced),
        ("all upper", cased(texts, true), TaggerUse::Balanced),
    ];
    for (case, texts, tagger) in rows {
        let figures = measure(&texts, tagger);
        let (cover, all) = (figures.cover, figures.cover_all);
        writeln!(
            out,
            "| {case} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |",
            tagger.name(),
            cover.recall(),
            cover.precision(),
            all.recall(),
            all.precision(),
            figures.exact[0].f(1.0),
        )
        .unwrap();
    }
    let figures = measure(texts, TaggerUse::Balanced);
    writeln!(out, "\n| entity type | spans | recall | precision | F1 | F2 | touched | touching |").unwrap();
    writeln!(out, "|---|---|---|---|---|---|---|---|").unwrap();
    for (of, name) in TYPES.iter().enumerate() {
        let counts = figures.exact[of];
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        writeln!(
            out,
            "| {name} | {} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} | {:.3} |",
            counts.gold,
            counts.recall(),
            counts.precision(),
            counts.f(1.0),
            counts.f(2.0),
            share(figures.touched[of].0, counts.gold),
            share(figures.touched[of].1, counts.found),
        )
        .unwrap();
    }
    out.push('\n');
    out
}

/// Labelled texts of the project: of fresh eyes, and by language.
fn own() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["tests/tagger", "training/measured"] {
        let entries = std::fs::read_dir(root.join(folder)).unwrap();
        let mut here: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        here.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
        here.sort();
        files.extend(here);
    }
    files
}

fn title(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

#[test]
fn figures() {
    let Ok(files) = std::env::var("PRIVET_MEASURE") else { return };
    for file in files.split(':') {
        let path = Path::new(file);
        println!("{}", tables(&title(path), &read(path)));
    }
}

/// Texts of the fresh file whose errors were read, and of which some became templates: those behind them are unseen.
const READ: usize = 208;

#[test]
fn the_figures_in_docs_are_what_is_found() {
    let mut text = String::from(include_str!("figures_head.md"));
    for path in own() {
        let (name, texts) = (title(&path), read(&path));
        if name == "fresh" {
            let (seen, unseen) = texts.split_at(READ);
            text.push_str(&tables("fresh, second half: never read", unseen));
            text.push_str(&tables("fresh, first half: read, and in part learnt from", seen));
        } else if name == "second" {
            text.push_str(&tables("second set: never read", &texts));
        } else if name == "languages" {
            text.push_str(&tables("42 languages: read, and in part learnt from", &texts));
        } else {
            text.push_str(&tables(&name, &texts));
        }
    }
    expect_test::expect_file!["../../docs/tagger-figures.md"].assert_eq(&text);
}
