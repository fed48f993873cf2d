//! What the fuzz targets assert; `tests/corpus.rs` asserts it of every seed and every past crash.

use privet::detect::{DetectScratch, EntityMask, FieldHint, People, RecognizerSet, TaggerUse, TextKind, Witness};
use privet::engine::{Disposition, Outcomes, Record, Scratch, Settings, process};
use privet::format::{
    Csv, CsvHeader, Delimiter, Descend, Edit, Fault, Format, FormatError, FrameKind, Framed, Framer, Json, Kind, Leaf,
    LeafKind, Limits, NewValue, Node, ReadScratch, Text, Visitor,
};
use privet::model::{Finding, Origin, RecordTime, Score, Span, Step};
use privet::policy::Plan;
use std::cell::RefCell;

/// Reads a JSON record: accepted is what serde_json accepts, and what is written is JSON again.
///
/// # Panics
/// Where that is not so.
pub fn json_read(record: &[u8]) {
    // serde_json counts its 128 down to 0 and gives up there.
    let limits = Limits { nesting_max: 127, ..Limits::default() };
    let leaves = read(&Json, record, &limits);
    match serde_json::from_slice::<serde_json::Value>(record) {
        Ok(_) => assert!(leaves.is_ok(), "serde_json reads it"),
        // A number beyond f64 is JSON all the same.
        Err(error) if error.to_string().starts_with("number out of range") => {}
        Err(_) => assert!(leaves.is_err(), "serde_json does not read it"),
    }
    let Ok(leaves) = leaves else { return };
    for (edits, same) in edits(&leaves) {
        let out = spliced(&Json, record, &edits);
        assert!(!same || out == record, "no edit, no change");
        serde_json::from_slice::<serde::de::IgnoredAny>(&out).expect("the output is JSON");
    }
}

/// Reads a CSV input: its frames are the input, its rows come out as they were, and with edits they are rows again.
///
/// # Panics
/// Where that is not so.
pub fn csv_read(input: &[u8]) {
    let (record_max, chunk) = (1 << 12, 1 + input.len() / 3);
    let mut framer = Framer::new(Kind::Csv, record_max);
    let mut format = None;
    let (mut from, mut fed) = (0, 0);
    loop {
        let buffer = &input[..fed];
        let whole = match framer.next(buffer, from, fed == input.len()) {
            Framed::Incomplete => {
                assert!(fed < input.len(), "the end is the end");
                fed = input.len().min(fed + chunk);
                continue;
            }
            Framed::End => break,
            Framed::TooLarge { whole, .. } | Framed::Skipped { whole } => whole,
            Framed::Frame { body, whole, what, .. } => {
                let record = body.of_bytes(input);
                match what {
                    FrameKind::Blank => {}
                    FrameKind::Header => {
                        let delimiter = framer.delimiter().expect("known with the header");
                        header(record, delimiter);
                        format = Csv::new(record, delimiter).ok().map(|format| (format, delimiter));
                    }
                    FrameKind::Record => {
                        if let Some((format, delimiter)) = &format {
                            row(format, record, *delimiter);
                        }
                    }
                }
                whole
            }
        };
        assert_eq!(whole.start, from);
        from = whole.end;
    }
    assert_eq!(from, input.len(), "the frames are the input");
}

/// What the detector's target uses again and again.
struct Detecting {
    plan: Plan,
    mask: EntityMask,
    detect: DetectScratch,
    engine: Scratch,
}

thread_local! {
    static DETECTING: RefCell<Detecting> = RefCell::new({
        let set = RecognizerSet::builtin();
        let mask = EntityMask::all(&set);
        Detecting { plan: Plan::without_policy(set), mask, detect: DetectScratch::default(), engine: Scratch::new() }
    });
}

/// Scans a text, and takes it through the engine as a record and as a member of one, with all texts that stand inside
/// it: findings lie on its characters, memory used before changes nothing, and JSON comes out as JSON.
///
/// # Panics
/// Where that is not so.
pub fn detect(data: &[u8]) {
    let Some((&choice, rest)) = data.split_first() else { return };
    DETECTING.with(|detecting| {
        let mut detecting = detecting.borrow_mut();
        if let Ok(text) = std::str::from_utf8(rest) {
            scanned(&mut detecting, choice, text);
            let field = ["v", "phone", "note", "customer"][usize::from(choice & 3)];
            let record = serde_json::json!({ field: text, "n": [text.len()] }).to_string();
            let out = processed(&mut detecting, &Json, record.as_bytes());
            if let Some(out) = out {
                serde_json::from_slice::<serde::de::IgnoredAny>(&out).expect("the output is JSON");
            }
        }
        let json = processed(&mut detecting, &Json, rest);
        if let Some(out) = json {
            serde_json::from_slice::<serde::de::IgnoredAny>(&out).expect("the output is JSON");
        }
        let text = processed(&mut detecting, &Text, rest);
        assert_eq!(text.is_some(), std::str::from_utf8(rest).is_ok());
    });
}

fn scanned(detecting: &mut Detecting, choice: u8, text: &str) {
    let set = detecting.plan.set();
    let kind = [TextKind::Text, TextKind::Number, TextKind::Key][usize::from(choice % 3)];
    let hint = set.hint(&[["v", "ssn", "phone", "name"][usize::from(choice >> 2 & 3)]]);
    let (mut used, mut fresh) = (Vec::new(), Vec::new());
    set.scan(text, kind, &hint, &detecting.mask, &mut detecting.detect, &mut used);
    for finding in &used {
        assert!(!finding.span.is_empty() && text.get(finding.span.start..finding.span.end).is_some());
    }
    // A new scratch is dear: now and then.
    if choice >= 0xF0 {
        set.scan(text, kind, &hint, &detecting.mask, &mut DetectScratch::default(), &mut fresh);
        assert_eq!(used, fresh, "nothing is remembered");
    }
}

/// Tags a text as free text and as fields of notes and descriptions have it, at both sensitivities: what the tagger finds lies on characters, in order and apart, is
/// probable, and does not depend on what was read before.
///
/// # Panics
/// Where that is not so.
pub fn tagger(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    DETECTING.with(|detecting| {
        let mut detecting = detecting.borrow_mut();
        let fields = [&[][..], &["note"], &["description"]];
        let ways = fields.iter().zip([TextKind::Prose, TextKind::Text, TextKind::Text]);
        for ((names, kind), tagger) in ways.flat_map(|way| [(way, TaggerUse::Balanced), (way, TaggerUse::High)]) {
            let hint = detecting.plan.set().hint(names);
            let mask = detecting.mask.clone().with_tagger(tagger);
            let Detecting { plan, detect, .. } = &mut *detecting;
            let (mut first, mut second) = (Vec::new(), Vec::new());
            plan.set().scan(text, kind, &hint, &mask, detect, &mut first);
            plan.set().scan(text, kind, &hint, &mask, detect, &mut second);
            assert_eq!(first, second, "nothing is remembered");
            let mut end = 0;
            for finding in first.iter().filter(|one| matches!(one.pattern, Finding::BY_TAGGER | Finding::BY_FORM)) {
                assert!(text.get(finding.span.start..finding.span.end).is_some_and(|found| !found.trim().is_empty()));
                assert!(finding.span.start >= end, "what the tagger finds lies apart");
                assert!(finding.score >= Score::from_thousandths(400));
                end = finding.span.end;
            }
            known_persons(text, &first, plan.set());
        }
    });
}

/// Tells whether a word is one of the names', or what they are written as in one: with an `s` behind it, or a first letter before or
/// behind it (`ajohnson`).
fn is_of(names: &str, word: &str) -> bool {
    let joined: String = names.chars().filter(|c| c.is_alphabetic()).collect();
    let (first, last) = (word.get(1..).unwrap_or_default(), word.get(..word.len() - 1).unwrap_or_default());
    // `johnsonamy` of `amy johnson`
    let mut halves = (1..word.len()).filter_map(|at| word.split_at_checked(at));
    let mut turned = || halves.any(|(one, other)| names.contains(one) && names.contains(other));
    names.contains(word) || joined.contains(word) || names.contains(first) || names.contains(last) || turned()
}

/// Asserts that known persons are found where their words stand, apart from each other, and nowhere else.
fn known_persons(text: &str, found: &[Finding], set: &RecognizerSet) {
    let (mut people, mut names) = (People::default(), String::new());
    for name in found.iter().take(8).map(|one| one.span.of(text)) {
        people.add(name, Witness::Field, set);
        names.extend(name.to_lowercase().chars().chain([' ']));
    }
    let mut again = Vec::new();
    people.find(text, &FieldHint::default(), &mut again);
    assert!(again.is_empty() || !people.is_empty(), "nobody is known, nobody is found");
    let mut end = 0;
    for finding in &again {
        assert_eq!(finding.pattern, Finding::BY_KNOWN_PERSON);
        assert!(finding.span.start >= end && finding.span.start < finding.span.end, "known persons lie apart");
        end = finding.span.end;
        let word = text.get(finding.span.start..end).expect("letters are not cut");
        assert!(word.starts_with(char::is_alphanumeric), "a name begins with a letter");
        // What stands in none of the names is no part of one, letter by letter: folding leaves marks out and no letters.
        let ascii = word.split(|c: char| !c.is_ascii_alphabetic()).find(|part| part.len() == word.len());
        assert!(ascii.is_none_or(|part| !names.is_ascii() || is_of(&names, &part.to_lowercase())), "a word of a name");
    }
    // What is found is found again where it stands alone as it was written, if more than everyday words are in it.
    for finding in again.iter().take(4) {
        let mut alone = Vec::new();
        people.find(finding.span.of(text), &FieldHint::default(), &mut alone);
        assert!(alone.len() <= 1 || alone.iter().all(|one| one.span.len() < finding.span.len()));
    }
    people.clear();
    let mut none = Vec::new();
    people.find(text, &FieldHint::default(), &mut none);
    assert!(none.is_empty() && people.is_empty(), "who is forgotten is not found");
}

/// Gives what becomes of a record; none where it is refused, for which a flaw of ours is no reason.
fn processed(detecting: &mut Detecting, format: &dyn Format, record: &[u8]) -> Option<Vec<u8>> {
    let origin = Origin::Request { request: 1, index: 0 };
    let batch =
        [Record { origin: &origin, time: RecordTime(None), format, value: Some(record), key: None, headers: &[] }];
    let mut out = Outcomes::default();
    process(&detecting.plan, &batch, &Settings::default(), &mut detecting.engine, &mut out)
        .expect("no store is needed");
    let outcome = out.outcomes().first()?;
    if let Disposition::DeadLetter(error) = &outcome.disposition {
        assert_ne!(error.code(), "internal_error");
        return None;
    }
    out.piece(outcome.value, Some(record)).map(<[u8]>::to_vec)
}

fn header(record: &[u8], delimiter: Delimiter) {
    let format = CsvHeader::new(delimiter);
    if read(&format, record, &Limits::default()).is_ok() {
        assert_eq!(spliced(&format, record, &[]), record);
    }
}

/// Asserts that a row with edits is read again with as many cells as are left.
fn row(format: &Csv, record: &[u8], delimiter: Delimiter) {
    let Ok(leaves) = read(format, record, &Limits::default()) else { return };
    for (edits, same) in edits(&leaves) {
        let out = spliced(format, record, &edits);
        assert!(!same || out == record, "no edit, no change");
        let removed = edits.iter().filter(|edit| matches!(edit, Edit::Remove { .. })).count();
        let left = leaves.len() - removed;
        if left == 0 {
            assert!(out.is_empty());
            continue;
        }
        let names = vec!["c"; left].join(&char::from(delimiter.byte()).to_string());
        let format = Csv::new(names.as_bytes(), delimiter).expect("the header is a row");
        let again = read(&format, &out, &Limits::default()).expect("the output is a row");
        assert_eq!(again.len(), left);
    }
}

fn spliced(format: &dyn Format, record: &[u8], edits: &[Edit<'_>]) -> Vec<u8> {
    let mut out = Vec::new();
    format.splice(record, edits, &mut out).expect("the edits fit");
    out
}

/// One leaf: its extent, where its text stands, and its node, which a key does not have.
struct Seen {
    raw: Span,
    inside: Span,
    node: Option<Node>,
}

/// Makes sets of edits: none, all texts, all values, every other member removed, all members removed.
fn edits(leaves: &[Seen]) -> Vec<(Vec<Edit<'static>>, bool)> {
    let texts = |seen: &Seen| Edit::Text { leaf: seen.raw, at: seen.inside, text: "<\",;\t|\n\\>" };
    let values = leaves.iter().filter_map(|seen| seen.node);
    let value = |node: Node| Edit::Value { at: node.value, value: NewValue::Text("\"\u{1}\n") };
    let remove = |node: Node| Edit::Remove { member: node.member };
    vec![
        (Vec::new(), true),
        (leaves.iter().map(texts).collect(), leaves.is_empty()),
        (values.clone().map(value).collect(), values.clone().count() == 0),
        (values.clone().step_by(2).map(remove).collect(), values.clone().count() == 0),
        (values.clone().map(remove).collect(), values.count() == 0),
    ]
}

fn read(format: &dyn Format, record: &[u8], limits: &Limits) -> Result<Vec<Seen>, FormatError> {
    let mut collector = Collector { leaves: Vec::new(), depth: 0 };
    format.read(record, limits, &mut ReadScratch::default(), &mut collector)?;
    assert_eq!(collector.depth, 0, "every enter has its leave");
    for seen in &collector.leaves {
        assert!(seen.raw.contains(seen.inside) && seen.raw.end <= record.len());
    }
    let untold = Fault::ALL.iter().any(|fault| fault.code().is_empty());
    assert!(!untold);
    Ok(collector.leaves)
}

struct Collector {
    leaves: Vec<Seen>,
    depth: usize,
}

impl Collector {
    fn see(&mut self, leaf: Leaf<'_>, node: Option<Node>) {
        let inside = leaf.map.to_outer(Span::new(0, leaf.text.len()));
        self.leaves.push(Seen { raw: leaf.raw, inside, node });
    }
}

impl Visitor for Collector {
    fn enter(&mut self, _: Step<'_>, key: Option<Leaf<'_>>) -> Descend {
        self.depth += 1;
        if let Some(key) = key {
            assert_eq!(key.kind, LeafKind::Key);
            self.see(key, None);
        }
        Descend::Into
    }

    fn leaf(&mut self, leaf: Leaf<'_>, node: Node) {
        self.see(leaf, Some(node));
    }

    fn whole(&mut self, _: Node) {}

    fn leave(&mut self) {
        self.depth = self.depth.checked_sub(1).expect("a leave has its enter");
    }
}
