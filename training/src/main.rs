//! Trains the tagger: `privet-training CORPORA [--out FILE] [--hold-out] …`.

#[path = "../../src/model/span.rs"]
mod span;
mod model {
    pub use crate::span::Span;
}
// The tagger's own source: training and decoding read texts with one code, and nothing else of privet is built.
#[allow(dead_code, unused_imports)]
#[path = "../../src/detect/tagger/mod.rs"]
mod tagger;

mod change;
mod crf;
mod encode;
mod fill;
mod insert;
mod locale;
mod measure;
mod nothing;
mod pack;
mod random;
mod text;
mod words;

use anyhow::{Context, Result};
use crf::{Example, Settings, Weights};
use random::Random;
use std::path::{Path, PathBuf};
use text::Labelled;

struct Arguments {
    corpora: PathBuf,
    out: PathBuf,
    hold_out: bool,
    without: Vec<String>,
    show: bool,
    set: Vec<(String, f32)>,
    measure: Option<PathBuf>,
    check: Vec<PathBuf>,
    speed: Option<PathBuf>,
    made: Option<usize>,
    copies: Option<usize>,
    epochs: usize,
}

/// What `--set` changes.
const SETTINGS: [&str; 23] = [
    "natural", "nothing", "inserted", "inserted_lower", "strange", "strange_named", "lower", "emphasis", "shouted", "replaced", "made", "rate", "decay", "seen", "hide_word", "hide_made_word", "hide_entry",
    "hide_made_entry", "drop", "balanced", "high", "bias_lower", "bias_upper",
];
/// The last of them.
const TEMPERATURE: &str = "temperature";

/// Corpora that are learnt from, in this order.
const CORPORA: [&str; 4] = ["wikigold", "gum", "sec_fix", "sec3_fix"];

impl Arguments {
    /// A setting that the command line changes, the last time it is given, else `usual`.
    fn number(&self, name: &str, usual: f32) -> f32 {
        debug_assert!(SETTINGS.contains(&name) || name == TEMPERATURE, "{name} is not listed");
        self.set.iter().rev().find(|(key, _)| key == name).map_or(usual, |(_, value)| *value)
    }
}

/// Reads `NAME=VALUE`.
fn setting(given: &str) -> Result<(String, f32)> {
    let (name, value) = given.split_once('=').with_context(|| format!("--set NAME=VALUE, not `{given}`"))?;
    let known = || SETTINGS.iter().copied().chain([TEMPERATURE]);
    anyhow::ensure!(known().any(|one| one == name), "--set knows no `{name}`, but {}", known().collect::<Vec<_>>().join(", "));
    let number = value.parse().ok().filter(|number: &f32| number.is_finite());
    Ok((name.to_owned(), number.with_context(|| format!("--set {name}=VALUE takes a number, not `{value}`"))?))
}

fn arguments() -> Result<Arguments> {
    let mut arguments = Arguments { corpora: PathBuf::new(), out: PathBuf::from("model.bin"), hold_out: false, without: Vec::new(), show: false, set: Vec::new(), measure: None, check: Vec::new(), speed: None, made: None, copies: None, epochs: 3 };
    let mut given = std::env::args().skip(1);
    while let Some(argument) = given.next() {
        match argument.as_str() {
            "--out" => arguments.out = given.next().context("--out FILE")?.into(),
            "--hold-out" => arguments.hold_out = true,
            "--without" => {
                let name = given.next().context("--without CORPUS")?;
                anyhow::ensure!(CORPORA.contains(&name.as_str()), "--without {name}: there are {}", CORPORA.join(", "));
                arguments.without.push(name);
            }
            "--measure" => arguments.measure = Some(given.next().context("--measure MODEL")?.into()),
            "--check" => arguments.check.push(given.next().context("--check FILE")?.into()),
            "--speed" => arguments.speed = Some(given.next().context("--speed FILE")?.into()),
            "--made" => arguments.made = Some(given.next().and_then(|given| given.parse().ok()).context("--made N takes a number")?),
            "--copies" => arguments.copies = Some(given.next().and_then(|given| given.parse().ok()).context("--copies N takes a number")?),
            "--set" => arguments.set.push(setting(&given.next().context("--set NAME=VALUE")?)?),
            "--show" => arguments.show = true,
            "--epochs" => arguments.epochs = given.next().and_then(|given| given.parse().ok()).context("--epochs N takes a number")?,
            _ if argument.starts_with('-') => anyhow::bail!("unknown option {argument}"),
            _ if arguments.corpora.as_os_str().is_empty() => arguments.corpora = argument.into(),
            _ => anyhow::bail!("one folder of corpora is read, not also {argument}"),
        }
    }
    anyhow::ensure!(!arguments.corpora.as_os_str().is_empty(), "privet-training CORPORA [--out FILE] [--hold-out] [--without CORPUS] \
        [--measure MODEL] [--check FILE] [--speed FILE] [--made N] [--copies N] [--set NAME=VALUE] [--epochs N] [--show]");
    anyhow::ensure!(arguments.epochs > 0, "--epochs is at least 1");
    Ok(arguments)
}

/// Texts of one corpus to learn from, and those kept back to choose by.
fn natural(folder: &Path, name: &str, hold_out: bool, lexicon: tagger::lexicon::Lexicon<'_>) -> Result<(Vec<Labelled>, Vec<Labelled>)> {
    let mut texts = text::read(&folder.join(format!("{name}.jsonl")))?;
    texts.iter_mut().for_each(text::without_titles);
    texts.iter_mut().for_each(|text| text::without_peoples(text, lexicon));
    let (mut learn, mut held) = (Vec::new(), Vec::new());
    // Sentences of one document stand together: blocks are kept back, not single ones.
    for (at, text) in texts.into_iter().enumerate() {
        if hold_out && at / 40 % 4 == 3 { held.push(text) } else { learn.push(text) }
    }
    Ok((learn, held))
}

/// Gives how often texts in which nobody is named are learnt from.
fn counts(arguments: &Arguments) -> nothing::Counts {
    nothing::Counts {
        plain: arguments.number("nothing", 2.0) as usize,
        inserted: arguments.number("inserted", 1.0) as usize,
        inserted_lower: arguments.number("inserted_lower", 20.0) as u64,
        strange: arguments.number("strange", 1.0) as usize,
        strange_named: arguments.number("strange_named", 50.0) as u64,
    }
}

/// Texts made of templates.
const MADE: usize = 170_000;

/// How texts become examples.
struct School<'a> {
    lexicon: tagger::lexicon::Lexicon<'a>,
    examples: Vec<Example>,
}

impl School<'_> {
    fn take(&mut self, text: &Labelled, made: bool) {
        let mut sequences = Vec::new();
        encode::encode(text, self.lexicon, &mut sequences);
        self.examples.extend(sequences.into_iter().map(|sequence| Example { sequence, made }));
    }
}

fn main() -> Result<()> {
    let arguments = arguments()?;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let locales = locale::read(&root.join("locales"))?;
    let mut words = words::Words::read(&arguments.corpora.join("gaz.tsv"), &root.join("words"))?;
    words.take_locales(&locales);
    let packed = pack::lexicon(&words.entries)?;
    let lexicon = tagger::lexicon::Lexicon { seed: packed.seed, entries: &packed.entries, cells: &packed.cells };
    if let Some(model) = &arguments.measure {
        let bytes = std::fs::read(model)?;
        let tagger = tagger::Tagger::read(&bytes).context("not a model")?;
        for name in ["wikigold", "gum", "sec_fix"] {
            let (_, kept) = natural(&arguments.corpora, name, true, lexicon)?;
            print!("{}", measure::table(&tagger, name, &kept));
            print!("{}", measure::calibration(&tagger, &kept, tagger::Sensitivity::Balanced));
            if arguments.show {
                print!("{}", measure::errors(&tagger, &kept));
            }
        }
        return check(&arguments, &tagger);
    }
    let filler = fill::Filler::new(root, &locales, &words)?;
    eprintln!("{} words, {} templates, {} locales", words.entries.len(), filler.templates(), locales.len());
    let mut random = Random::new(20_240_229);
    if let Some(count) = arguments.made {
        return made(&filler, count, &mut random);
    }
    if let Some(count) = arguments.copies {
        let texts = nothing::read(&root.join("nothing"))?;
        copies(&texts, count, counts(&arguments), &locales, &filler, &mut random);
        return Ok(());
    }
    let mut school = School { lexicon, examples: Vec::new() };
    let mut held = Vec::new();
    for name in CORPORA {
        let (mut texts, mut kept) = natural(&arguments.corpora, name, arguments.hold_out, lexicon)?;
        if arguments.without.iter().any(|other| other == name) {
            kept.append(&mut texts);
        }
        for text in &texts {
            for _ in 0..arguments.number("natural", 6.0) as usize {
                school.take(text, false);
            }
            for _ in 0..arguments.number("lower", 3.0) as usize {
                school.take(&change::lower(text), false);
            }
            school.take(&change::upper(text), false);
            for _ in 0..arguments.number("emphasis", 1.0) as usize {
                let emphasis = change::emphasis(text, &mut random);
                school.take(&change::shouted_names(&emphasis, arguments.number("shouted", 25.0) as u64, &mut random), false);
            }
            if !text.spans.is_empty() {
                for _ in 0..arguments.number("replaced", 2.0) as usize {
                    let other = filler.replaced(text, &mut random);
                    school.take(&other, true);
                }
                let other = filler.replaced(text, &mut random);
                let other = if random.percent(60) { change::lower(&other) } else { change::upper(&other) };
                school.take(&other, true);
            }
        }
        if !kept.is_empty() {
            held.push((name, kept));
        }
    }
    eprintln!("{} natural examples", school.examples.len());
    for text in nothing::read(&root.join("nothing"))? {
        text.copies(counts(&arguments), &locales, &filler, &mut random, |copy, text| school.take(text, copy != nothing::Copy::Plain));
    }
    eprintln!("{} with those where nothing is found", school.examples.len());
    for at in 0..arguments.number("made", MADE as f32) as usize {
        let text = change::made(filler.make(&mut random), &mut random);
        if at % 3500 == 0 && arguments.show {
            println!("{text:?}");
        }
        school.take(&text, true);
    }
    let mut examples = school.examples;
    eprintln!("{} examples, {} entries, {} cells", examples.len(), packed.entries.len(), packed.cells.len());
    let settings = Settings {
        epochs: arguments.epochs,
        rate: arguments.number("rate", 0.1),
        decay: arguments.number("decay", 2e-5),
        seen_min: arguments.number("seen", 3.0) as u8,
        hide_word: [arguments.number("hide_word", 100.0) as u64, arguments.number("hide_made_word", 350.0) as u64],
        hide_entry: [arguments.number("hide_entry", 80.0) as u64, arguments.number("hide_made_entry", 250.0) as u64],
        drop: arguments.number("drop", 140.0) as u64,
    };
    let mut weights = Weights::new(&examples, settings.seen_min);
    eprintln!("{} features", weights.rows.len());
    crf::train(&mut weights, &mut examples, &settings, &mut random);
    let before = weights.census(&examples);
    weights.prune();
    if arguments.show {
        eprintln!("{before}---\n{}", weights.census(&examples));
    }
    eprintln!("{} features kept", weights.rows.len());
    crf::train(&mut weights, &mut examples, &Settings { epochs: arguments.epochs.div_ceil(2).max(2), ..settings }, &mut random);
    let tuning = pack::Tuning {
        balanced: arguments.number("balanced", -0.75),
        high: arguments.number("high", -1.2),
        lower: arguments.number("bias_lower", 0.05),
        upper: arguments.number("bias_upper", 0.3),
        temperature: arguments.number("temperature", 2.0),
    };
    let bytes = pack::model(&weights, &packed, tuning);
    std::fs::write(&arguments.out, &bytes)?;
    eprintln!("{} bytes in {}", bytes.len(), arguments.out.display());
    let tagger = tagger::Tagger::read(&bytes).context("the model cannot be read back")?;
    let some: Vec<Labelled> = held.iter().take(2).flat_map(|(_, texts)| texts.clone()).collect();
    println!("{:?} {}", arguments.set, measure::line(&tagger, &some));
    for (name, texts) in &held {
        if texts.len() > 100 {
            println!("sweep {name}");
            print!("{}", measure::sweep(|bias| pack::model(&weights, &packed, pack::Tuning { balanced: bias, ..tuning }), texts));
        }
        print!("{}", measure::table(&tagger, name, texts));
        if arguments.show {
            print!("{}", measure::errors(&tagger, texts));
        }
    }
    check(&arguments, &tagger)
}

/// Prints made texts as they are learnt from, a JSON object a line: the text, what it was before it was changed, and its spans
/// in bytes.
fn made(filler: &fill::Filler<'_>, count: usize, random: &mut Random) -> Result<()> {
    use std::io::Write as _;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for _ in 0..count {
        let before = filler.make(random);
        let text = change::made(before.clone(), random);
        writeln!(out, "{}", serde_json::json!({ "text": text.text, "before": before.text, "spans": spans(&text) }))?;
    }
    Ok(out.flush()?)
}

/// Prints the copies of some texts in which nobody is named, of every language, a JSON object a line: the language, the text, why
/// there is a copy, the copy and its spans in bytes.
fn copies(texts: &[nothing::Nothing], count: usize, counts: nothing::Counts, locales: &[locale::Locale], filler: &fill::Filler<'_>, random: &mut Random) {
    for text in texts.iter().step_by((texts.len() / count.max(1)).max(1)) {
        text.copies(counts, locales, filler, random, |copy, own| {
            let copy = format!("{copy:?}");
            println!("{}", serde_json::json!({ "language": text.language, "before": text.text, "copy": copy, "text": own.text, "spans": spans(own) }));
        });
    }
}

fn spans(text: &Labelled) -> Vec<(usize, usize, String)> {
    text.spans.iter().map(|(start, end, of)| (*start, *end, format!("{of:?}"))).collect()
}

/// Prints how fast a file of plain text is read, best of ten.
fn speed(tagger: &tagger::Tagger<'_>, file: &Path) -> Result<()> {
    let text = std::fs::read_to_string(file)?.repeat(200);
    let mut scratch = tagger::TagScratch::default();
    let mut best = f64::INFINITY;
    let mut count = 0_usize;
    for _ in 0..10 {
        let start = std::time::Instant::now();
        count = 0;
        tagger.tag(&text, &[], tagger::Sensitivity::Balanced, &mut scratch, |_| count += 1);
        best = best.min(start.elapsed().as_secs_f64());
    }
    println!("{:.1} MB/s, {count} found in {} bytes", text.len() as f64 / best / 1e6, text.len());
    Ok(())
}

/// Measures the files that were asked for.
fn check(arguments: &Arguments, tagger: &tagger::Tagger<'_>) -> Result<()> {
    if let Some(file) = &arguments.speed {
        speed(tagger, file)?;
    }
    for file in &arguments.check {
        let texts = text::read(file)?;
        print!("{}", measure::table(tagger, &file.file_stem().unwrap_or_default().to_string_lossy(), &texts));
        if arguments.show {
            print!("{}", measure::errors(tagger, &texts));
            print!("{}", measure::causes(tagger, &texts));
        }
    }
    Ok(())
}
