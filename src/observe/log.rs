//! What is written to standard error, and how.
//!
//! One line an event: text for people, JSON for machines. An event that repeats is held back: of one place in the code at
//! most [`EVENTS_MAX`] are written in [`WINDOW`], and then one line says how many were left out.

use std::collections::HashMap;
use std::fmt;
use std::io::IsTerminal as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tracing::callsite::Identifier;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::format::{Format, FormatEvent, FormatFields, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, Layer};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How many events of one place in the code are written in one [`WINDOW`]: enough to see a pattern, too few to fill a
/// disk.
pub const EVENTS_MAX: u32 = 10;

/// How long an event that repeats is held back.
pub const WINDOW: Duration = Duration::from_secs(10);

/// What is written unless told otherwise; librdkafka's own reports of a lost broker are warnings of its own.
pub const DEFAULT_FILTER: &str = "info";

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Style {
    /// A line of text; coloured on a terminal unless `NO_COLOR` is set.
    #[default]
    Text,
    /// A JSON object a line.
    Json,
}

/// The settings of logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// How events are written.
    pub style: Style,
    /// Which events are written: `warn`, or `info,privet::stream=debug`.
    pub filter: String,
}

impl Default for Config {
    fn default() -> Self {
        Self { style: Style::Text, filter: DEFAULT_FILTER.to_owned() }
    }
}

/// Logs that could not be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// The filter is not one.
    #[error("a log filter is a level, or a list such as info,privet::stream=debug")]
    Filter,
    /// Logs were set up before.
    #[error("logs are set up already")]
    Twice,
}

/// Sends every event of this process to standard error from now on.
///
/// # Errors
/// Where the filter is not one, or logs were set up before.
pub fn init(config: &Config) -> Result<(), SetupError> {
    let mut filter = EnvFilter::try_new(&config.filter).map_err(|_| SetupError::Filter)?;
    // It repeats what a server said; what went wrong is told in words of our own.
    if let Ok(quiet) = "deadpool=off".parse() {
        filter = filter.add_directive(quiet);
    }
    let registry = tracing_subscriber::registry().with(filter);
    let stderr = std::io::stderr;
    let done = match config.style {
        Style::Text => {
            let colour = stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
            let event = Limited::new(Format::default(), Style::Text);
            registry.with(Layer::new().with_writer(stderr).with_ansi(colour).event_format(event)).try_init()
        }
        Style::Json => {
            let event = Limited::new(Format::default().json().flatten_event(true), Style::Json);
            registry.with(Layer::new().with_writer(stderr).fmt_fields(JsonFields::new()).event_format(event)).try_init()
        }
    };
    done.map_err(|_| SetupError::Twice)
}

/// Writes events by another format, but not too many of the same.
struct Limited<F> {
    format: F,
    style: Style,
    seen: Mutex<HashMap<Identifier, Seen>>,
}

#[derive(Debug, Clone, Copy)]
struct Seen {
    since: Instant,
    written: u32,
    left_out: u64,
}

/// What becomes of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Written,
    WrittenAfter { left_out: u64 },
    LeftOut,
}

impl Seen {
    fn new(now: Instant) -> Self {
        Self { since: now, written: 0, left_out: 0 }
    }

    fn next(&mut self, now: Instant) -> Fate {
        let mut left_out = 0;
        if now.saturating_duration_since(self.since) >= WINDOW {
            left_out = self.left_out;
            *self = Self::new(now);
        }
        if self.written >= EVENTS_MAX {
            self.left_out += 1;
            return Fate::LeftOut;
        }
        self.written += 1;
        if left_out > 0 { Fate::WrittenAfter { left_out } } else { Fate::Written }
    }
}

impl<F> Limited<F> {
    fn new(format: F, style: Style) -> Self {
        Self { format, style, seen: Mutex::default() }
    }

    fn fate(&self, metadata: &Metadata<'_>, now: Instant) -> Fate {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.entry(metadata.callsite()).or_insert_with(|| Seen::new(now)).next(now)
    }
}

impl<S, N, F> FormatEvent<S, N> for Limited<F>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    F: FormatEvent<S, N>,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        match self.fate(event.metadata(), Instant::now()) {
            Fate::LeftOut => return Ok(()),
            Fate::Written => {}
            Fate::WrittenAfter { left_out } => {
                let target = event.metadata().target();
                match self.style {
                    Style::Text => writeln!(writer, "{left_out} more of the next event were left out")?,
                    Style::Json => writeln!(
                        writer,
                        r#"{{"level":"WARN","target":"{target}","message":"events left out","count":{left_out}}}"#
                    )?,
                }
            }
        }
        self.format.format_event(context, writer, event)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use tracing_subscriber::fmt::MakeWriter;

    #[derive(Clone, Default)]
    struct Memory(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Memory {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    impl<'a> MakeWriter<'a> for Memory {
        type Writer = Self;

        fn make_writer(&'a self) -> Self {
            self.clone()
        }
    }

    #[test]
    fn what_repeats_is_held_back_and_counted() {
        let start = Instant::now();
        let mut seen = Seen::new(start);
        for _ in 0..EVENTS_MAX {
            assert_eq!(seen.next(start), Fate::Written);
        }
        for _ in 0..7 {
            assert_eq!(seen.next(start + WINDOW / 2), Fate::LeftOut);
        }
        assert_eq!(seen.next(start + WINDOW), Fate::WrittenAfter { left_out: 7 });
        assert_eq!(seen.next(start + WINDOW), Fate::Written);
    }

    #[test]
    fn each_place_in_the_code_is_counted_by_itself() {
        let memory = Memory::default();
        let event = Limited::new(Format::default().json().flatten_event(true), Style::Json);
        let layer = Layer::new().with_writer(memory.clone()).fmt_fields(JsonFields::new()).event_format(event);
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            for number in 0..50 {
                tracing::warn!(number, "noisy");
            }
            tracing::warn!("rare");
        });
        let text = String::from_utf8(memory.0.lock().unwrap().clone()).unwrap();
        let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), EVENTS_MAX as usize + 1);
        assert_eq!(lines.last().unwrap()["message"], "rare");
    }
}
