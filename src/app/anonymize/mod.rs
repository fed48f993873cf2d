//! `privet anonymize`: files through the engine.

mod diff;
mod interrupt;
mod summary;
mod watch;

pub(super) use diff::shown;

use super::cli::{AnonymizeArguments, SummaryStyle, TaggerArgument};
use super::config::{self, ProductSettings, Settings};
use super::exit::{Exit, show, tell, unfinished};
use super::plan::{LoadError, Loader, StateDir, tell_of_roll_back};
use super::vaults;
use crate::batch::{Input, Output, Places, Summary, Work, run as work_through};
use crate::engine::{self, Trace};
use crate::format::{Kind, Limits};
use crate::model::{ToldPath, names_key_anew};
use crate::policy::Plan;
use crate::vault;
use std::io::{self, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use watch::{Bar, Terminal};

/// Takes the files through the plan, and tells what was done.
pub fn run(arguments: &AnonymizeArguments) -> Exit {
    match prepare(arguments) {
        Ok((work, places)) => go(arguments, work, places.as_ref()),
        Err(exit) => exit,
    }
}

/// Makes sure of everything before the first byte is read.
fn prepare(arguments: &AnonymizeArguments) -> Result<(Work, Option<Places>), Exit> {
    if arguments.diff && !io::stdout().is_terminal() {
        tell("--diff shows raw values, so it writes to a terminal only, and standard output is none");
        return Err(Exit::Usage);
    }
    let inputs = inputs(&arguments.files)?;
    let places = match &arguments.output {
        None => None,
        Some(directory) => Some(places(directory, &inputs)?),
    };
    let Loaded { plan, vault, noting } = plan(
        arguments.recognizers.as_deref(),
        arguments.policy.as_deref(),
        arguments.config.as_deref(),
        arguments.state_dir.as_deref(),
    )?;
    let (store, memory) = vaults::store(vault.as_ref(), &plan)?;
    noting.note(&plan, vault.as_ref(), memory)?;
    let plan = Arc::new(match TaggerArgument::settle(arguments.tagger.as_ref())? {
        Some(tagger) => plan.with_tagger(tagger),
        None => plan,
    });
    let trace = if arguments.diff { Trace::Changes } else { Trace::Off };
    let work = Work {
        plan,
        inputs,
        kind: arguments.format,
        settings: engine::Settings {
            limits: Limits { record_max: arguments.record_max, ..Limits::default() },
            trace,
            store,
            ..engine::Settings::default()
        },
        threads: arguments.threads.unwrap_or_else(threads),
    };
    Ok((work, places))
}

/// What decides, and where the configuration says that the vault is.
pub(super) struct Loaded {
    pub(super) plan: Plan,
    pub(super) vault: Option<vault::Config>,
    pub(super) noting: Noting,
}

/// Keeps which rings were seen, once they are used; of who has no policy, there are none.
pub(super) struct Noting(Option<Loader>);

impl Noting {
    /// Keeps which rings were seen, and tells of those of which nothing is kept.
    pub(super) fn note(self, plan: &Plan, vault: Option<&vault::Config>, memory: vault::Memory) -> Result<(), Exit> {
        let Self(Some(loader)) = self else { return Ok(()) };
        loader.note().map_err(told)?;
        tell_of_roll_back(std::slice::from_ref(plan), vault, memory, StateDir::Taken);
        Ok(())
    }
}

fn told(error: LoadError) -> Exit {
    show(&error);
    error.exit()
}

/// Loads what decides, and shows its warnings. Which rings were seen is not kept yet.
pub(super) fn plan(
    recognizers: Option<&Path>,
    policy: Option<&Path>,
    config: Option<&Path>,
    state_dir: Option<&Path>,
) -> Result<Loaded, Exit> {
    let settings = match config {
        None => None,
        Some(path) => {
            let (settings, warnings) = config::load_for_command(path).map_err(|error| {
                show(&error);
                error.exit()
            })?;
            show(&warnings);
            Some(settings)
        }
    };
    let Settings { recognizers: folder, rings, vault, tenant, products, .. } =
        settings.unwrap_or_default().remembering(state_dir);
    let loader = Loader::new(recognizers.or(folder.as_deref()), rings).map_err(told)?;
    let loader = loader.with_tenant(&tenant).with_state_dir(state_dir);
    let product = match (policy, products.as_slice()) {
        (Some(policy), _) => ProductSettings::new(policy.to_owned()),
        (None, []) => return Ok(Loaded { plan: loader.without_policy(), vault, noting: Noting(None) }),
        (None, [only]) => only.clone(),
        (None, _) => {
            let policies: Vec<String> = products.iter().map(|product| ToldPath(&product.policy).to_string()).collect();
            tell(format_args!(
                "the configuration has several products; say by --policy which one's policy decides: one of {}",
                policies.join(", ")
            ));
            return Err(Exit::Usage);
        }
    };
    let plan = loader.product(&product).map_err(told)?;
    if let (Some(directory), []) = (state_dir, plan.rings()) {
        tell(format_args!(
            "--state-dir {}: nothing is kept there, for this policy uses no key ring",
            ToldPath(directory)
        ));
    }
    if let Some(warnings) = plan.warnings() {
        show(warnings);
    }
    Ok(Loaded { plan, vault, noting: Noting(Some(loader)) })
}

fn go(arguments: &AnonymizeArguments, work: Work, places: Option<&Places>) -> Exit {
    let plan = Arc::clone(&work.plan);
    let mut watcher = Terminal::new(bar(arguments, &work.inputs));
    if let Some(places) = places {
        interrupt::clean_up(places);
    }
    let mut stdout = io::stdout().lock();
    let mut output = match places {
        Some(places) => Output::Files(places),
        None if arguments.diff => Output::Nowhere,
        None => Output::Stream(&mut stdout),
    };
    let start = Instant::now();
    let done = work_through(work, &mut output, &mut watcher);
    watcher.finish();
    match done {
        Ok(done) => {
            if !arguments.quiet {
                let took = start.elapsed();
                let text = match arguments.summary {
                    SummaryStyle::Text => summary::text(&done, &plan, took),
                    SummaryStyle::Json => summary::json(&done, &plan, took),
                };
                io::stderr().write_all(text.as_bytes()).ok();
            }
            exit_of(&done)
        }
        Err(error) => unfinished(&error),
    }
}

fn exit_of(done: &Summary) -> Exit {
    if done.files_failed > 0 {
        Exit::InputOutput
    } else if done.report.refused() > 0 || done.files_refused > 0 {
        Exit::Refused
    } else {
        Exit::Done
    }
}

/// Reads which inputs are meant.
pub(super) fn inputs(files: &[PathBuf]) -> Result<Vec<Input>, Exit> {
    let inputs: Vec<Input> = match files {
        [] => vec![Input::Standard],
        files => files
            .iter()
            .map(|path| if path == Path::new("-") { Input::Standard } else { Input::File(path.clone()) })
            .collect(),
    };
    if inputs.iter().filter(|input| **input == Input::Standard).count() > 1 {
        tell("standard input can be read only once");
        return Err(Exit::Usage);
    }
    if inputs.contains(&Input::Standard) && io::stdin().is_terminal() {
        tell("reading what you type; Ctrl-D ends it");
    }
    Ok(inputs)
}

/// Gives the folders of a path that are not there yet; those that are there are called so by others.
fn to_make(directory: &Path) -> &Path {
    let there = directory.ancestors().find(|folder| folder.as_os_str().is_empty() || folder.exists());
    there.and_then(|there| directory.strip_prefix(there).ok()).unwrap_or(directory)
}

fn places(directory: &Path, inputs: &[Input]) -> Result<Places, Exit> {
    if names_key_anew(to_make(directory)) {
        tell(
            "what --output names may be a key, and no folder is made that is called by one; where it is a folder's name, make it \
             before",
        );
        return Err(Exit::Usage);
    }
    let mut paths = Vec::new();
    for input in inputs {
        match input {
            Input::File(path) => paths.push(path.clone()),
            Input::Standard => {
                tell("standard input has no name to be written under in a folder; leave --output out");
                return Err(Exit::Usage);
            }
        }
    }
    Places::new(directory.to_owned(), &paths).map_err(|error| {
        tell(&error);
        match error {
            crate::batch::PlaceError::Directory { .. } => Exit::InputOutput,
            _ => Exit::Usage,
        }
    })
}

/// A bar is drawn where somebody looks and no output runs over the same terminal.
fn bar(arguments: &AnonymizeArguments, inputs: &[Input]) -> Bar {
    let in_the_way = arguments.diff || (arguments.output.is_none() && io::stdout().is_terminal());
    if arguments.quiet || in_the_way || !io::stderr().is_terminal() {
        return Bar::Hidden;
    }
    Bar::Drawn(inputs.iter().map(Input::size).sum())
}

/// As many threads as the system lets us run at once.
pub(super) fn threads() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// Reads a format's name.
pub fn kind(name: &str) -> Result<Kind, String> {
    Kind::by_name(name).ok_or_else(|| {
        let known: Vec<&str> = crate::format::KINDS.iter().map(|row| row.name).collect();
        format!("known are {}", known.join(", "))
    })
}
