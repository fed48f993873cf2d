//! The batch face: files in, files out.
//!
//! A reader cuts each input into chunks of frames, the pool takes chunks through the engine, and the caller's thread
//! writes what comes back, in the order of the input. How much is under way is bounded, so memory does not grow with
//! the files; where an input was cut and how many threads there are changes no byte.
//!
//! A record that is refused is left out and named by its place, and the others go on; a file that cannot be read does
//! not stop the others; an output file appears only when its input was read to the end.

mod cut;
mod input;
mod packing;
mod place;
mod work;

pub use input::{Input, Pace};
pub use packing::Packing;
pub use place::{PlaceError, Places};
pub use work::{Analyzed, Changed, Refused, Row};

use crate::engine::{EngineError, Report, Settings, Trace};
use crate::format::Kind;
use crate::policy::Plan;
use crate::pool::{Layout, Pool};
use cut::Step;
use place::Pending;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use work::{Memory, Worked};

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Work {
    /// The plan that every record goes through.
    pub plan: Arc<Plan>,
    /// The inputs, in the order of the output.
    pub inputs: Vec<Input>,
    /// What the inputs hold, where somebody said so; else the names say it, else the bytes.
    pub kind: Option<Kind>,
    /// Limits, and whether changed fields are listed.
    pub settings: Settings,
    /// How many threads work.
    pub threads: NonZeroUsize,
}

/// Where the output goes.
pub enum Output<'a> {
    /// All of it to one writer, such as standard output.
    Stream(&'a mut dyn Write),
    /// Each input's to a file of its own.
    Files(&'a Places),
    /// Nowhere: only the changes are wanted.
    Nowhere,
}

/// Is told what happens, while it happens, in the order of the input.
pub trait Watcher {
    /// A record was refused.
    fn refused(&mut self, refused: &Refused);
    /// Fields of a record were changed; only where [`Trace::Changes`] asked for it.
    ///
    /// # Errors
    /// Where nobody can be told any more; the work stops.
    fn changed(&mut self, changed: &Changed) -> io::Result<()>;
    /// A record was looked through; only where [`Trace::Findings`] asked for it.
    ///
    /// # Errors
    /// Where nobody can be told any more; the work stops.
    fn analyzed(&mut self, analyzed: &Analyzed) -> io::Result<()>;
    /// An input could not be read or its output not written.
    fn failed(&mut self, input: &Input, error: &FileError);
    /// So many bytes of the inputs are read by now, packed as they are.
    fn progress(&mut self, read: u64);
}

/// Why an input was not taken to its end.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It could not be read.
    #[error("{0}")]
    Read(#[from] io::Error),
    /// Its output could not be written.
    #[error("its output: {0}")]
    Write(io::Error),
    /// Its header was refused, and without it the rows mean nothing.
    #[error("the header was refused, so no row of this file is passed on")]
    Header,
    /// The policy drops it for what is found in it.
    #[error(
        "the policy drops the header for what is found in the name of a column, so no row of this file is passed on; an entry \
         for that column under `fields:`, or another operator for what is found, keeps it"
    )]
    HeaderDropped,
    /// A chunk of it was lost to a flaw of ours.
    #[error("internal error; its output is not whole")]
    Internal,
}

/// Why all of the work stopped.
#[derive(Debug, thiserror::Error)]
pub enum BatchError {
    /// The system gives no thread.
    #[error("no thread: {0}")]
    Thread(io::Error),
    /// The output stream takes no more.
    #[error("{0}")]
    Output(io::Error),
    /// The reader ended before the inputs did: a flaw of ours.
    #[error("internal error; the output is not whole")]
    Reader,
    /// The engine cannot go on.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl BatchError {
    /// Tells whether the reader of the output has simply gone away.
    pub fn is_closed_pipe(&self) -> bool {
        matches!(self, Self::Output(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }
}

/// What was done.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// Counts of the engine.
    pub report: Report,
    /// Inputs taken to their end.
    pub files_done: u64,
    /// Inputs that could not be read, or their output not written.
    pub files_failed: u64,
    /// Inputs whose header was refused.
    pub files_refused: u64,
}

/// Takes all inputs through the plan.
///
/// # Errors
/// Where the output stream takes no more, or the engine cannot go on. What happens to single records and files is
/// told to `watcher` and counted.
pub fn run(work: Work, output: &mut Output<'_>, watcher: &mut dyn Watcher) -> Result<Summary, BatchError> {
    let work = Arc::new(work);
    let layout = Layout { threads: work.threads, waiting_max: work.threads.get() };
    let pool = Pool::new(layout, Memory::default).map_err(BatchError::Thread)?;
    let read = Arc::new(AtomicU64::new(0));
    // One chunk for each thread in work, one ready for it, and the one that is being written.
    let (sender, steps) = crossbeam_channel::bounded(work.threads.get().saturating_mul(2));
    let (reader_work, reader_read) = (Arc::clone(&work), Arc::clone(&read));
    // Nobody waits for this thread: it may hang in a read from a pipe when the work is over.
    std::thread::Builder::new()
        .name("reader".to_owned())
        .spawn(move || cut::read_all(&reader_work, &pool, &reader_read, &sender))
        .map_err(BatchError::Thread)?;
    let mut writer = Writer { work: &work, output, watcher, summary: Summary::default(), at: None };
    for step in steps {
        writer.step(step)?;
        writer.watcher.progress(read.load(Ordering::Relaxed));
    }
    let Writer { summary, .. } = writer;
    let ended = summary.files_done.saturating_add(summary.files_failed).saturating_add(summary.files_refused);
    if usize::try_from(ended) == Ok(work.inputs.len()) { Ok(summary) } else { Err(BatchError::Reader) }
}

/// Puts the answers where they belong.
struct Writer<'a, 'o> {
    work: &'a Work,
    output: &'a mut Output<'o>,
    watcher: &'a mut dyn Watcher,
    summary: Summary,
    at: Option<Current<'a>>,
}

/// The input whose output is being written.
struct Current<'a> {
    input: &'a Input,
    file: Option<Pending>,
    /// The first thing that went wrong with it.
    error: Option<FileError>,
}

impl Writer<'_, '_> {
    fn step(&mut self, step: Step) -> Result<(), BatchError> {
        match step {
            Step::Begin(place) => {
                self.begin(place);
                Ok(())
            }
            Step::Chunk(answer) => match answer.recv() {
                Ok(worked) => self.write(&worked?),
                Err(_) => {
                    self.fail(FileError::Internal);
                    Ok(())
                }
            },
            Step::End(end) => {
                if let Err(error) = end {
                    self.fail(error);
                }
                self.end();
                Ok(())
            }
        }
    }

    fn begin(&mut self, place: usize) {
        let Some(input) = self.work.inputs.get(place) else { return };
        let mut current = Current { input, file: None, error: None };
        if let (Output::Files(places), Input::File(path)) = (&self.output, input) {
            match places.begin(path) {
                Ok(file) => current.file = Some(file),
                Err(error) => current.error = Some(FileError::Write(error)),
            }
        }
        self.at = Some(current);
    }

    fn write(&mut self, worked: &Worked) -> Result<(), BatchError> {
        self.summary.report.merge(&worked.report);
        for refused in &worked.refused {
            self.watcher.refused(refused);
        }
        if self.work.settings.trace == Trace::Changes {
            for changed in &worked.changed {
                self.watcher.changed(changed).map_err(BatchError::Output)?;
            }
        }
        for analyzed in &worked.analyzed {
            self.watcher.analyzed(analyzed).map_err(BatchError::Output)?;
        }
        match &mut self.output {
            Output::Stream(stream) => {
                stream.write_all(&worked.out).and_then(|()| stream.flush()).map_err(BatchError::Output)?;
            }
            Output::Files(_) => {
                let file = self.at.as_mut().and_then(|current| current.file.as_mut());
                if let Some(Err(error)) = file.map(|file| file.write_all(&worked.out)) {
                    self.fail(FileError::Write(error));
                }
            }
            Output::Nowhere => {}
        }
        Ok(())
    }

    /// Notes what went wrong with the current input; its output file is given up.
    fn fail(&mut self, error: FileError) {
        if let Some(current) = &mut self.at {
            current.file = None;
            current.error.get_or_insert(error);
        }
    }

    fn end(&mut self) {
        let Some(Current { input, file, error }) = self.at.take() else { return };
        let error = error.or_else(|| file.and_then(|file| file.complete().err().map(FileError::Write)));
        let count = match &error {
            None => &mut self.summary.files_done,
            Some(FileError::Header | FileError::HeaderDropped) => &mut self.summary.files_refused,
            Some(FileError::Read(_) | FileError::Write(_) | FileError::Internal) => &mut self.summary.files_failed,
        };
        *count = count.saturating_add(1);
        if let Some(error) = &error {
            self.watcher.failed(input, error);
        }
    }
}
