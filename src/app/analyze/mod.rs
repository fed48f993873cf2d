//! `privet analyze`: what is in files, without changing them.

mod json;
mod places;
mod pretty;

use super::anonymize::{Loaded, inputs, plan, threads};
use super::cli::{AnalyzeArguments, TaggerArgument};
use super::exit::{Exit, show, tell, unfinished};
use super::plan::Loader;
use crate::batch::{Analyzed, FileError, Input, Output, Refused, Row, Summary, Watcher, Work, run as work_through};
use crate::detect::DetectScratch;
use crate::engine::{Settings, Trace};
use crate::format::Limits;
use crate::policy::{Plan, Search, THRESHOLD};
use crate::vault::Memory;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

/// Looks through the files and tells what was found.
pub fn run(arguments: &AnalyzeArguments) -> Exit {
    match prepare(arguments) {
        Ok(work) => go(arguments, work),
        Err(exit) => exit,
    }
}

fn prepare(arguments: &AnalyzeArguments) -> Result<Work, Exit> {
    if arguments.pretty && !io::stdout().is_terminal() {
        tell("--pretty shows raw values, so it writes to a terminal only, and standard output is none");
        return Err(Exit::Usage);
    }
    let inputs = inputs(&arguments.files)?;
    let plan = match &arguments.policy {
        Some(policy) => {
            let (recognizers, config) = (arguments.recognizers.as_deref(), arguments.config.as_deref());
            let state_dir = arguments.state_dir.as_deref();
            let Loaded { plan, vault, noting } = plan(recognizers, Some(policy), config, state_dir)?;
            noting.note(&plan, vault.as_ref(), Memory::Ends)?;
            plan
        }
        None => search(arguments)?,
    };
    let plan = match TaggerArgument::settle(arguments.tagger.as_ref())? {
        Some(tagger) => plan.with_tagger(tagger),
        None => plan,
    };
    Ok(Work {
        plan: Arc::new(plan),
        inputs,
        kind: arguments.format,
        settings: Settings {
            limits: Limits { record_max: arguments.record_max, ..Limits::default() },
            trace: Trace::Findings,
            ..Settings::default()
        },
        threads: arguments.threads.unwrap_or_else(threads),
    })
}

fn search(arguments: &AnalyzeArguments) -> Result<Plan, Exit> {
    let loader = Loader::new(arguments.recognizers.as_deref(), BTreeMap::new()).map_err(|error| {
        show(&error);
        error.exit()
    })?;
    let search = Search { names: arguments.entities.clone(), threshold: arguments.threshold.unwrap_or(THRESHOLD) };
    Plan::searching(Arc::clone(loader.set()), &search).map_err(|error| {
        tell(format_args!("{error}; `privet recognizers list` lists them"));
        Exit::Usage
    })
}

fn go(arguments: &AnalyzeArguments, work: Work) -> Exit {
    let plan = Arc::clone(&work.plan);
    let mut teller = Teller {
        plan: &plan,
        arguments,
        named: work.inputs.iter().any(|input| *input != Input::Standard),
        scratch: DetectScratch::default(),
        file: None,
        record: 0,
        findings: 0,
    };
    let done = work_through(work, &mut Output::Nowhere, &mut teller);
    match done {
        Ok(done) => exit_of(&done, teller.findings, arguments),
        Err(error) => unfinished(&error),
    }
}

/// What could not be read hides what is in it, so it counts more than what was found.
fn exit_of(done: &Summary, findings: u64, arguments: &AnalyzeArguments) -> Exit {
    if done.files_failed > 0 {
        Exit::InputOutput
    } else if done.report.refused() > 0 || done.files_refused > 0 {
        Exit::Refused
    } else if arguments.fail_on_findings && findings > 0 {
        Exit::Found
    } else {
        Exit::Done
    }
}

/// Writes one line for each record.
struct Teller<'a> {
    plan: &'a Plan,
    arguments: &'a AnalyzeArguments,
    /// Whether files are named, so that lines name them.
    named: bool,
    scratch: DetectScratch,
    file: Option<Arc<str>>,
    /// The number of the record in its file, from 1.
    record: u64,
    findings: u64,
}

impl Watcher for Teller<'_> {
    fn refused(&mut self, refused: &Refused) {
        tell(format_args!("{}: refused: {}", refused.origin, refused.error));
    }

    fn changed(&mut self, _: &crate::batch::Changed) -> io::Result<()> {
        Ok(())
    }

    fn analyzed(&mut self, analyzed: &Analyzed) -> io::Result<()> {
        if let crate::model::Origin::File { file, .. } = &analyzed.origin
            && self.file.as_ref() != Some(file)
        {
            self.file = Some(Arc::clone(file));
            self.record = 0;
        }
        if analyzed.row == Row::Record {
            self.record = self.record.saturating_add(1);
        }
        let found: usize = analyzed.found.iter().flatten().map(|text| text.found.len()).sum();
        if analyzed.row == Row::Header && found == 0 {
            return Ok(());
        }
        self.findings = self.findings.saturating_add(found as u64);
        let line = if self.arguments.pretty {
            pretty::record(self.plan, analyzed, &mut self.scratch)
        } else {
            let asked = json::Asked {
                offsets: self.arguments.offsets,
                explain: self.arguments.explain,
                file: self.file.as_deref().filter(|_| self.named),
                // The header stands before the first record.
                record: if analyzed.row == Row::Header { 0 } else { self.record },
            };
            json::record(self.plan, analyzed, &asked, &mut self.scratch)
        };
        if self.arguments.pretty {
            // Takes the colours out where `NO_COLOR` is set or the terminal has none.
            return anstream::stdout().write_all(line.as_bytes());
        }
        io::stdout().write_all(line.as_bytes())
    }

    fn failed(&mut self, input: &Input, error: &FileError) {
        tell(format_args!("{}: {error}", input.name()));
    }

    fn progress(&mut self, _: u64) {}
}
