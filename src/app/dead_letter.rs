//! `privet dead-letter open`: gives back the records that dead letters hold, to who has their ring.

use super::cli::{DeadLetterCommand, OpenLetterArguments};
use super::config::{self, Settings};
use super::exit::{Exit, show, tell};
use super::plan::{LoadError, Loader, StateDir, tell_of_roll_back, tell_unremembered};
use super::run::clients;
use crate::batch::Input;
use crate::keys::{self, KeyError, KeyRing, Seen, Sighting};
use crate::model::{Told, TopicPlace, WholeRecord};
use crate::stream::{self, ReadBack, read_back};
use crate::transform::{ClosedLetter, LetterError, OpenedLetter};
use crate::vault::Memory;
use data_encoding::BASE64;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::Arc;
use zeroize::Zeroizing;

/// No topic takes a longer record.
const LETTER_MAX: u64 = 1 << 30;

/// Does what was asked of dead letters.
pub fn run(command: &DeadLetterCommand) -> Exit {
    match command {
        DeadLetterCommand::Open(arguments) => open(arguments).unwrap_or_else(|exit| exit),
    }
}

/// What is done with each letter that opens.
struct Openings<'a> {
    rings: BTreeMap<String, Arc<KeyRing>>,
    tenant: String,
    arguments: &'a OpenLetterArguments,
    opened: u64,
    empty: u64,
    refused: u64,
}

fn open(arguments: &OpenLetterArguments) -> Result<Exit, Exit> {
    let settings = arguments.config.as_deref().map(settings).transpose()?;
    let settings = settings.map(|settings| Settings { state_dir: arguments.state_dir.clone(), ..settings });
    let (rings, source) = match (&arguments.product, &arguments.config, &settings) {
        (Some(product), Some(config), Some(settings)) => topic(product, config, settings)?,
        _ => (rings(arguments, settings.as_ref())?, None),
    };
    let tenant = settings.map_or_else(|| arguments.tenant.clone().unwrap_or_default(), |all| all.tenant);
    let mut openings = Openings { rings, tenant, arguments, opened: 0, empty: 0, refused: 0 };
    match source {
        Some((kafka, topic)) => {
            let take = |read: ReadBack<'_>| {
                let place = format!("{topic}/{}/{}", read.partition, read.offset);
                openings.one(&place, read.value.unwrap_or_default())
            };
            read_back(&kafka, &topic, take).map_err(failed)?;
        }
        None => openings.files()?,
    }
    if openings.empty > 0 {
        tell(format_args!("{} dead letters hold nothing of their records", openings.empty));
    }
    if arguments.value && openings.opened != 1 && openings.refused == 0 {
        tell(format_args!("--value writes the value of one dead letter, and there are {}", openings.opened));
        return Err(Exit::Usage);
    }
    Ok(if openings.refused > 0 { Exit::Refused } else { Exit::Done })
}

fn failed(error: impl std::fmt::Display) -> Exit {
    tell(error);
    Exit::InputOutput
}

/// What a product's dead letters are opened with, and where they are.
#[expect(clippy::type_complexity, reason = "said here alone")]
fn topic(
    product: &str,
    config: &Path,
    settings: &Settings,
) -> Result<(BTreeMap<String, Arc<KeyRing>>, Option<(stream::Kafka, String)>), Exit> {
    let told = |error: LoadError| {
        show(&error);
        error.exit()
    };
    let loader = Loader::of(settings).map_err(told)?;
    let mut names = Vec::new();
    for one in &settings.products {
        let plan = loader.product(one).map_err(told)?;
        if plan.product().as_str() != product {
            names.push(plan.product().to_string());
            continue;
        }
        let (Some(kafka), Some(routes)) = (&settings.kafka, plan.routes()) else {
            tell(format_args!("{product} has no topics, or the configuration no brokers"));
            return Err(Exit::Usage);
        };
        tell_of_roll_back(std::slice::from_ref(&plan), None, Memory::Ends, StateDir::Taken);
        return Ok((loader.opened(), Some((clients(kafka), routes.dead_letter.to_string()))));
    }
    tell(format_args!("{}: there is no product {}, but {}", config.display(), Told(product), names.join(", ")));
    Err(Exit::Usage)
}

fn settings(path: &Path) -> Result<Settings, Exit> {
    config::load_for_command(path).map(|(settings, _)| settings).map_err(|error| {
        show(&error);
        error.exit()
    })
}

/// Opens the rings that were given, or those of the configuration.
fn rings(arguments: &OpenLetterArguments, settings: Option<&Settings>) -> Result<BTreeMap<String, Arc<KeyRing>>, Exit> {
    let told = |error: KeyError| {
        tell(&error);
        if matches!(error, KeyError::Unreadable { .. } | KeyError::Provider { .. }) {
            Exit::InputOutput
        } else {
            Exit::Usage
        }
    };
    let mut references = Vec::new();
    if let Some(ring) = &arguments.ring {
        references.push((format!("file:{}", ring.display()), arguments.root.clone(), None));
    }
    let configured = settings.iter().flat_map(|settings| settings.rings.values());
    references.extend(configured.map(|ring| (ring.from.clone(), ring.root.clone(), ring.state_dir.clone())));
    let (mut opened, mut unremembered) = (BTreeMap::new(), Vec::new());
    for (from, root, state_dir) in &references {
        let ring = keys::source(from, root.as_deref()).and_then(|source| source.open()).map_err(told)?;
        match state_dir.clone().or_else(|| arguments.state_dir.clone()) {
            Some(directory) => Seen { directory }.note(&Sighting::from(&ring)).map_err(told)?,
            None => unremembered.push(ring.name().to_owned()),
        }
        opened.insert(ring.name().to_owned(), Arc::new(ring));
    }
    tell_unremembered(unremembered.iter().map(String::as_str), StateDir::Taken);
    Ok(opened)
}

impl Openings<'_> {
    fn files(&mut self) -> Result<(), Exit> {
        for input in super::anonymize::inputs(&self.arguments.files)? {
            let done = match &input {
                Input::Standard => self.lines("standard input", io::stdin().lock()),
                Input::File(path) => {
                    let name = path.display().to_string();
                    File::open(path).and_then(|file| self.lines(&name, BufReader::new(file)))
                }
            };
            done.map_err(failed)?;
        }
        Ok(())
    }

    /// Opens every letter of an input, one a line; blank lines are none.
    fn lines(&mut self, name: &str, mut input: impl BufRead) -> io::Result<()> {
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            if Read::by_ref(&mut input).take(LETTER_MAX).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            if !line.trim_ascii().is_empty() {
                self.one(&format!("{name}:{number}"), &line)?;
            }
        }
        Ok(())
    }

    /// Opens one letter, and writes its record.
    fn one(&mut self, place: &str, line: &[u8]) -> io::Result<()> {
        match self.letter(line).and_then(|letter| self.written(&letter)) {
            Ok(bytes) => {
                self.opened = self.opened.saturating_add(1);
                // Where there is a second one the mistake is told at the end, and nothing more is written.
                if self.arguments.value && self.opened > 1 { Ok(()) } else { write(&bytes) }
            }
            Err(LetterError::Empty) => {
                self.empty = self.empty.saturating_add(1);
                Ok(())
            }
            Err(error) => {
                tell(format_args!("{place}: {error}"));
                self.refused = self.refused.saturating_add(1);
                Ok(())
            }
        }
    }

    fn letter(&self, line: &[u8]) -> Result<(ClosedLetter, OpenedLetter), LetterError> {
        let letter = match payload(line) {
            None => ClosedLetter::read(line)?,
            Some(value) => ClosedLetter::read(value?.as_bytes())?,
        };
        let ring = self.rings.get(letter.ring()).ok_or_else(|| LetterError::OtherRing(letter.ring().to_owned()))?;
        let opened = letter.open(ring, &self.tenant)?;
        Ok((letter, opened))
    }

    /// What is written for a letter: its record as one line of JSON, or the value's bytes.
    fn written(&self, (letter, opened): &(ClosedLetter, OpenedLetter)) -> Result<Zeroizing<Vec<u8>>, LetterError> {
        let record = opened.record()?;
        if self.arguments.value {
            return Ok(Zeroizing::new(record.value.unwrap_or_default().to_vec()));
        }
        let line = serde_json::to_vec(&shown(letter, &record)).map_err(|_| LetterError::Malformed)?;
        let mut line = Zeroizing::new(line);
        line.push(b'\n');
        Ok(line)
    }
}

fn write(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes).and_then(|()| out.flush())
}

/// Gives the value out of a line that `kcat -J` wrote; none where the line is no such.
fn payload(line: &[u8]) -> Option<Result<String, LetterError>> {
    let Ok(Value::Object(mut message)) = serde_json::from_slice(line) else { return None };
    match message.remove("payload")? {
        Value::String(text) if !text.is_empty() => Some(Ok(text)),
        Value::String(_) | Value::Null => Some(Err(LetterError::Empty)),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => Some(Err(LetterError::Malformed)),
    }
}

/// A record as it is shown; what is no text stands as `{"base64": …}`.
#[derive(Serialize)]
struct Shown<'a> {
    topic: &'a str,
    partition: i32,
    offset: i64,
    timestamp: Option<i64>,
    key: Value,
    value: Value,
    headers: Vec<[Value; 2]>,
}

fn shown<'a>(letter: &'a ClosedLetter, record: &WholeRecord<'_>) -> Shown<'a> {
    let TopicPlace { topic, partition, offset } = letter.place();
    let headers = record.headers.iter().map(|(name, value)| [text(Some(name)), text(*value)]).collect();
    let (key, value) = (text(record.key), text(record.value));
    Shown { topic, partition, offset, timestamp: record.time, key, value, headers }
}

fn text(bytes: Option<&[u8]>) -> Value {
    match bytes.map(|bytes| (bytes, std::str::from_utf8(bytes))) {
        None => Value::Null,
        Some((_, Ok(text))) => json!(text),
        Some((bytes, Err(_))) => json!({ "base64": BASE64.encode(bytes) }),
    }
}
