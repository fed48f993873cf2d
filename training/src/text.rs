//! Labelled texts, and how they are read from files.

use crate::tagger::label::Type;
use crate::tagger::lexicon::{Lexicon, flag};
use crate::tagger::token::Tokenizer;
use crate::tagger::{Hold, Kind, Taken};
use anyhow::{Context, Result};
use std::path::Path;

/// A text and what stands in it.
#[derive(Debug, Clone, Default)]
pub struct Labelled {
    pub text: String,
    /// Byte ranges, in order, disjoint.
    pub spans: Vec<(usize, usize, Type)>,
    /// What patterns would find.
    pub known: Vec<(usize, usize, Kind)>,
}

impl Labelled {
    pub fn push(&mut self, text: &str, of: Option<Type>) {
        let start = self.text.len();
        self.text.push_str(text);
        if let Some(of) = of {
            self.spans.push((start, self.text.len(), of));
        }
    }

    pub fn push_known(&mut self, text: &str, kind: Kind) {
        let start = self.text.len();
        self.text.push_str(text);
        self.known.push((start, self.text.len(), kind));
    }

    /// Appends another text.
    pub fn join(&mut self, between: &str, other: &Self) {
        self.text.push_str(between);
        let by = self.text.len();
        self.text.push_str(&other.text);
        self.spans.extend(other.spans.iter().map(|(a, b, of)| (a + by, b + by, *of)));
        self.known.extend(other.known.iter().map(|(a, b, kind)| (a + by, b + by, *kind)));
    }

    /// Rewrites the text character by character; spans go with their characters. `write` is given the character's
    /// place and appends what it becomes.
    pub fn rewrite(&self, mut write: impl FnMut(usize, char, &mut String)) -> Self {
        let mut out = String::with_capacity(self.text.len());
        let mut places = vec![0; self.text.len() + 1];
        for (at, c) in self.text.char_indices() {
            places[at] = out.len();
            write(at, c, &mut out);
        }
        places[self.text.len()] = out.len();
        Self {
            spans: self.spans.iter().map(|(a, b, of)| (places[*a], places[*b], *of)).filter(|(a, b, _)| a < b).collect(),
            known: self.known.iter().map(|(a, b, kind)| (places[*a], places[*b], *kind)).filter(|(a, b, _)| a < b).collect(),
            text: out,
        }
    }

    pub fn known(&self) -> Vec<Taken> {
        self.known.iter().map(|(a, b, kind)| Taken { span: crate::model::Span::new(*a, *b), kind: *kind, hold: Hold::Joins }).collect()
    }
}

/// Reads a file of labelled texts, offsets in code points.
///
/// # Errors
/// With file and line, and never with the text: it may be somebody's own.
pub fn read(path: &Path) -> Result<Vec<Labelled>> {
    let file = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    file.lines().zip(1..).map(|(line, at)| parse(line).with_context(|| format!("{}:{at}", path.display()))).collect()
}

fn parse(line: &str) -> Result<Labelled> {
    let value: serde_json::Value = serde_json::from_str(line).map_err(|error| anyhow::anyhow!("no JSON at column {}", error.column()))?;
    let text = value["text"].as_str().context("no text")?.to_owned();
    let mut places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
    places.push(text.len());
    let mut spans = Vec::new();
    for span in value["spans"].as_array().context("no spans")? {
        let place = |at: usize| span[at].as_u64().and_then(|at| places.get(at as usize)).copied();
        let (Some(start), Some(end), Some(of)) = (place(0), place(1), span[2].as_str()) else {
            anyhow::bail!("a span is [start, end, type] inside the text")
        };
        let of = match of {
            "PER" | "PERSON" => Type::Person,
            "LOC" | "LOCATION" => Type::Location,
            "ORG" | "ORGANIZATION" => Type::Organization,
            "ADR" | "STREET_ADDRESS" => Type::Address,
            _ => anyhow::bail!("a type is PER, LOC, ORG or ADR"),
        };
        spans.push((start, end, of));
    }
    spans.sort_unstable_by_key(|span| (span.0, span.1));
    // What patterns find, where a file says it.
    let mut known = Vec::new();
    for span in value["known"].as_array().into_iter().flatten() {
        let place = |at: usize| span[at].as_u64().and_then(|at| places.get(at as usize)).copied();
        let (Some(start), Some(end), Some(kind)) = (place(0), place(1), span[2].as_str()) else {
            anyhow::bail!("a known span is [start, end, kind] inside the text")
        };
        let kind = match kind {
            "machine" => Kind::Machine,
            "date" => Kind::Date,
            "phone" => Kind::Phone,
            _ => Kind::Code,
        };
        known.push((start, end, kind));
    }
    Ok(Labelled { text, spans, known })
}

/// Takes titles out of persons (`Dr. Watson` is `Watson`) and possessive endings out of everything: corpora differ.
pub fn without_titles(labelled: &mut Labelled) {
    const TITLES: [&str; 43] = [
        "vice", "speaker", "chair", "chairman", "chairwoman", "representative", "rep", "sen", "gov", "congressman", "congresswoman",
        "ambassador",
        "mr", "mrs", "ms", "miss", "dr", "prof", "professor", "sir", "madam", "rev", "judge", "president", "senator",
        "justice", "chief", "captain", "general", "lord", "lady", "king", "queen", "gen", "solicitor", "secretary", "mayor",
        "honor", "sheriff", "governor", "emeritus", "prime", "minister",
    ];
    for (start, end, of) in &mut labelled.spans {
        if *of == Type::Person {
            let inside = &labelled.text[*start..*end];
            if inside.chars().all(|c| !c.is_uppercase()) || TITLES.contains(&inside.to_lowercase().as_str()) {
                // An office or a group of people is no name.
                *end = *start;
            }
            if let Some(name) = labelled.text[*start..*end].strip_suffix(" of") {
                *end = *start + name.len();
            }
            while let Some((word, _)) = labelled.text[*start..*end].split_once(' ') {
                if !TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str()) {
                    break;
                }
                *start += word.len() + 1;
            }
        }
        if *of != Type::Organization {
            let inside = &labelled.text[*start..*end];
            for ending in ["'s", "\u{2019}s"] {
                if inside.len() > ending.len() && inside.ends_with(ending) {
                    *end -= ending.len();
                }
            }
        }
    }
    labelled.spans.retain(|(start, end, _)| start < end);
}

/// Takes out of persons what names nobody: peoples, beliefs and offices (`the Americans`, `Counsel`), which some corpora
/// count as persons.
pub fn without_peoples(labelled: &mut Labelled, lexicon: Lexicon<'_>) {
    let Labelled { text, spans, .. } = labelled;
    spans.retain(|(start, end, of)| {
        if *of != Type::Person {
            return true;
        }
        let mut tokenizer = Tokenizer::new(&text[*start..*end], lexicon, &[]);
        let mut names = false;
        while let Some(token) = tokenizer.next() {
            let entry = token.entry;
            let nobody = entry.has(flag::NATION | flag::TITLE | flag::FUNCTION | flag::COMMON) && !entry.has(flag::FIRST | flag::LAST);
            names |= token.class.is_word() && !nobody && !(entry.has(flag::NATION) && !entry.has(flag::FIRST));
        }
        names
    });
}
