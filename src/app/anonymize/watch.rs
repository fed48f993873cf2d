//! What a person sees while files are worked on: refused records, failed files, changes, a progress bar.

use super::diff;
use crate::app::exit::tell;
use crate::batch::{Analyzed, Changed, FileError, Input, Refused, Watcher};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, Write};
use std::time::Duration;

/// How many refused records are listed by place; more say that the format is wrong, and the summary counts all.
const LISTED_MAX: u64 = 1_000;

/// Tells a person on standard error.
pub struct Terminal {
    bar: ProgressBar,
    listed: u64,
}

/// Whether a progress bar is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bar {
    /// It is, over so many bytes if that is known.
    Drawn(Option<u64>),
    /// It is not: nobody looks, or it would stand in the output.
    Hidden,
}

impl Terminal {
    /// Begins with nothing told.
    pub fn new(bar: Bar) -> Self {
        let bar = match bar {
            Bar::Hidden => ProgressBar::hidden(),
            Bar::Drawn(total) => {
                let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
                let template = match total {
                    Some(_) => "{bar:30} {percent:>3} %  {bytes} of {total_bytes}  {bytes_per_sec}  {eta} left",
                    None => "{spinner} {bytes}  {bytes_per_sec}",
                };
                bar.set_style(ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()));
                bar.enable_steady_tick(Duration::from_millis(200));
                bar
            }
        };
        Self { bar, listed: 0 }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
        if let Some(more) = self.listed.checked_sub(LISTED_MAX).filter(|more| *more > 0) {
            tell(format_args!("{more} more records refused"));
        }
    }
}

impl Watcher for Terminal {
    fn refused(&mut self, refused: &Refused) {
        self.listed = self.listed.saturating_add(1);
        if self.listed <= LISTED_MAX {
            self.bar.suspend(|| tell(format_args!("{}: refused: {}", refused.origin, refused.error)));
        }
    }

    fn changed(&mut self, changed: &Changed) -> io::Result<()> {
        // Takes the colours out where `NO_COLOR` is set or the terminal has none.
        let mut out = anstream::stdout();
        out.write_all(diff::render(changed).as_bytes())
    }

    fn analyzed(&mut self, _: &Analyzed) -> io::Result<()> {
        Ok(())
    }

    fn failed(&mut self, input: &Input, error: &FileError) {
        self.bar.suspend(|| tell(format_args!("{}: {error}", input.name())));
    }

    fn progress(&mut self, read: u64) {
        self.bar.set_position(read);
    }
}
