//! Cuts one input into chunks of frames and hands them to the pool.

use super::input::{Input, Opened, Pace};
use super::packing::Packing;
use super::work::{Chunk, Memory, Piece, Row, Shared, What, Worked};
use super::{FileError, Work};
use crate::engine::EngineError;
use crate::format::{Csv, CsvHeader, Delimiter, FrameKind, Framed, Framer, Kind, Text};
use crate::model::Span;
use crate::pool::{Pool, ticket};
use crossbeam_channel::{Receiver, Sender};
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// What a chunk holds at least, if there is as much: enough that handing it over costs nothing, and little enough
/// that all threads have work soon.
const CHUNK_BYTES: usize = 256 * 1024;
/// How much is read at once; a record that is still incomplete doubles it, so that reading stays linear.
const READ_BYTES: usize = 64 * 1024;

/// What the reader tells the writer, in the order of the output.
pub(super) enum Step {
    /// The next input begins: its place in the list.
    Begin(usize),
    /// A chunk of it is being worked on.
    Chunk(Receiver<Result<Worked, EngineError>>),
    /// It ends.
    End(Result<(), FileError>),
}

/// The writer has gone away: nobody wants the rest.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gone;

/// Reads every input and sends its chunks.
pub(super) fn read_all(work: &Arc<Work>, pool: &Pool<Memory>, read: &Arc<AtomicU64>, steps: &Sender<Step>) {
    for (place, input) in work.inputs.iter().enumerate() {
        if steps.send(Step::Begin(place)).is_err() {
            return;
        }
        let end = match input.open(read) {
            Ok(opened) => Cutter::new(work, pool, steps, input, opened).run(),
            Err(error) => Ok(Err(error.into())),
        };
        let Ok(end) = end else { return };
        if steps.send(Step::End(end)).is_err() {
            return;
        }
    }
}

/// Bytes of one input that are read and not yet handed over.
struct Cutter<'a> {
    work: &'a Arc<Work>,
    pool: &'a Pool<Memory>,
    steps: &'a Sender<Step>,
    file: Arc<str>,
    /// The file's name, its packing's ending taken off.
    name: Option<String>,
    opened: Opened,
    buffer: Vec<u8>,
    pieces: Vec<Piece>,
    /// Where the frames end that are in `pieces`.
    from: usize,
    ended: bool,
}

impl<'a> Cutter<'a> {
    fn new(
        work: &'a Arc<Work>,
        pool: &'a Pool<Memory>,
        steps: &'a Sender<Step>,
        input: &Input,
        opened: Opened,
    ) -> Self {
        let file = input.name();
        let name = match input {
            Input::Standard => None,
            Input::File(path) => bare_name(path),
        };
        let (buffer, pieces) = (Vec::new(), Vec::new());
        Self { work, pool, steps, file, name, opened, buffer, pieces, from: 0, ended: false }
    }

    fn run(mut self) -> Result<Result<(), FileError>, Gone> {
        let kind = match self.kind() {
            Ok(kind) => kind,
            Err(error) => return Ok(Err(error.into())),
        };
        let mut framer = Framer::new(kind, self.work.settings.limits.record_max);
        // Of CSV the header comes first, and brings the format of the rows.
        let mut format = Shared::Static(kind.format().unwrap_or(&Text));
        loop {
            match framer.next(&self.buffer, self.from, self.ended) {
                Framed::Frame { body, whole, line, what: FrameKind::Record } => {
                    self.take(whole, What::Record { row: Row::Record, body, line });
                }
                Framed::Frame { whole, what: FrameKind::Blank, .. } => self.take(whole, What::Copied),
                Framed::Frame { body, whole, line, what: FrameKind::Header } => {
                    self.hand_over(&format)?;
                    let given = framer.delimiter();
                    match self.header(body, whole, line, given)? {
                        Ok(rows) => format = Shared::Counted(Arc::new(rows)),
                        Err(error) => return Ok(Err(error)),
                    }
                }
                Framed::TooLarge { whole, line } => self.take(whole, What::TooLarge { line }),
                Framed::Skipped { whole } => self.take(whole, What::Skipped),
                Framed::Incomplete => {
                    if self.opened.pace == Pace::Live {
                        self.hand_over(&format)?;
                    }
                    if let Err(error) = self.fill() {
                        // What came before the fault is whole.
                        self.hand_over(&format)?;
                        return Ok(Err(error.into()));
                    }
                }
                Framed::End => {
                    self.hand_over(&format)?;
                    return Ok(Ok(()));
                }
            }
            if self.from >= CHUNK_BYTES {
                self.hand_over(&format)?;
            }
        }
    }

    fn take(&mut self, whole: Span, what: What) {
        self.from = whole.end;
        self.pieces.push(Piece { whole, what });
    }

    /// Takes the kind that somebody said, or reads it off the name, or off the first bytes.
    fn kind(&mut self) -> io::Result<Kind> {
        if let Some(kind) = self.work.kind {
            return Ok(kind);
        }
        let name = self.name.take().unwrap_or_default();
        match Kind::of_file_name(&name) {
            // Of a file named `.json` the first bytes say whether it has a value a line.
            None | Some(Kind::Json) => {}
            Some(kind) => return Ok(kind),
        }
        loop {
            let sniffed = match self.opened.pace {
                Pace::Stored => None,
                Pace::Live => sniff_live(&self.buffer),
            };
            match sniffed {
                Some(kind) => return Ok(kind),
                None if self.ended || self.buffer.len() >= READ_BYTES => return Ok(Kind::detect(&name, &self.buffer)),
                None => self.fill()?,
            }
        }
    }

    /// Reads on behind what is there.
    fn fill(&mut self) -> io::Result<()> {
        let start = self.buffer.len();
        let open = start.saturating_sub(self.from);
        self.buffer.resize(start.saturating_add(open.max(READ_BYTES)), 0);
        let free = self.buffer.get_mut(start..).unwrap_or_default();
        let count = loop {
            match self.opened.reader.read(free) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        self.buffer.truncate(start.saturating_add(*count.as_ref().unwrap_or(&0)));
        self.ended |= count? == 0;
        Ok(())
    }

    /// Hands the header over by itself and waits for it: without it the rows mean nothing.
    fn header(
        &mut self,
        body: Span,
        whole: Span,
        line: u64,
        delimiter: Option<Delimiter>,
    ) -> Result<Result<Csv, FileError>, Gone> {
        let text = body.of_bytes(&self.buffer).to_vec();
        let delimiter = delimiter.unwrap_or_else(|| Delimiter::sniff(&text));
        self.take(whole, What::Record { row: Row::Header, body, line });
        let (verdict, wait) = ticket();
        self.submit(Shared::Counted(Arc::new(CsvHeader::new(delimiter))), move |worked| {
            let became = match worked.as_ref().map(|worked| &worked.report) {
                Ok(report) if report.forwarded == 1 => Ok(()),
                Ok(report) if report.dropped == 1 => Err(FileError::HeaderDropped),
                Ok(_) | Err(_) => Err(FileError::Header),
            };
            verdict.send(became).ok();
        })?;
        let became = wait.recv().unwrap_or(Err(FileError::Header));
        Ok(became.and_then(|()| Csv::new(&text, delimiter).map_err(|_| FileError::Header)))
    }

    /// Hands over the frames that are complete, if there are any.
    fn hand_over(&mut self, format: &Shared) -> Result<(), Gone> {
        if self.pieces.is_empty() { Ok(()) } else { self.submit(format.clone(), |_| ()) }
    }

    fn submit(
        &mut self,
        format: Shared,
        seen: impl FnOnce(&Result<Worked, EngineError>) + Send + 'static,
    ) -> Result<(), Gone> {
        let rest = self.buffer.split_off(self.from);
        let bytes = std::mem::replace(&mut self.buffer, rest);
        let pieces = std::mem::take(&mut self.pieces);
        self.from = 0;
        let chunk = Chunk { file: Arc::clone(&self.file), format, bytes, pieces };
        let work = Arc::clone(self.work);
        let (answer, wait) = ticket();
        // The place in the order first: the queue of steps bounds how much is under way.
        self.steps.send(Step::Chunk(wait)).map_err(|_| Gone)?;
        self.pool.submit(move |memory| {
            let worked = chunk.work(&work.plan, &work.settings, memory);
            seen(&worked);
            answer.send(worked).ok();
        });
        Ok(())
    }
}

/// Gives a file's name, its packing's ending taken off.
fn bare_name(path: &Path) -> Option<String> {
    let bare = match Packing::of_name(path) {
        Packing::Plain => path.to_owned(),
        Packing::Gzip | Packing::Zstd => path.with_extension(""),
    };
    Some(bare.file_name()?.to_string_lossy().into_owned())
}

/// Reads the kind off the first lines that somebody sends, as soon as they say it; none if more lines are needed.
///
/// Whole lines alone count, however they arrive. One line is enough for text and for a JSON value a line: nobody waits
/// for the second line of a log. What may be the header of a table, or the first line of a JSON value of many lines,
/// needs the second.
fn sniff_live(buffer: &[u8]) -> Option<Kind> {
    let first = lines(buffer, 1)?;
    match Kind::sniff(&[first, first].concat()) {
        kind @ (Kind::Ndjson | Kind::Text) => Some(kind),
        Kind::Json | Kind::Csv | Kind::Tsv | Kind::Document => Some(Kind::sniff(lines(buffer, 2)?)),
    }
}

/// Gives the bytes up to the end of the line that is the `count`th which is not blank.
fn lines(buffer: &[u8], count: usize) -> Option<&[u8]> {
    let mut seen = 0_usize;
    let mut end = 0_usize;
    for line in buffer.split_inclusive(|byte| *byte == b'\n') {
        end = end.saturating_add(line.len());
        if !line.ends_with(b"\n") {
            return None;
        }
        seen = seen.saturating_add(usize::from(!line.trim_ascii().is_empty()));
        if seen == count {
            return buffer.get(..end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_sends_is_told_by_whole_lines_as_soon_as_they_say_it() {
        for (sent, kind) in [
            ("", None),
            ("mail bob@co", None),
            ("mail bob@corp.com\n", Some(Kind::Text)),
            ("\n\nmail\n", Some(Kind::Text)),
            ("{\"a\":1}\n", Some(Kind::Ndjson)),
            ("{\n", None),
            ("{\n  \"a\": 1\n", Some(Kind::Json)),
            ("id,mail\n", None),
            ("id,mail\n1,bob", None),
            ("id,mail\n1,bob@corp.com\n", Some(Kind::Csv)),
            ("id,mail\nand so on\n", Some(Kind::Text)),
        ] {
            assert_eq!(sniff_live(sent.as_bytes()), kind, "{sent:?}");
        }
    }
}
