//! Mistakes of the command line, told without what could be a key: one may have been pasted as an argument.

use crate::model::is_name;
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// A shorter argument is no key, and an id that was mistyped should be seen.
const SHORT_MAX: usize = 12;

/// Takes what was typed out of an error, where it is neither short nor plainly a name.
pub(super) fn without_text(mut error: Error) -> Error {
    let mut typed = vec![ContextKind::InvalidValue, ContextKind::InvalidSubcommand];
    // Else it is an argument that is known, as the help spells it.
    if error.kind() == ErrorKind::UnknownArgument {
        typed.push(ContextKind::InvalidArg);
    }
    for kind in typed {
        let hides = |text: &str| text.chars().count() > SHORT_MAX && !is_name(text.trim_start_matches('-'));
        if matches!(error.get(kind), Some(ContextValue::String(text)) if hides(text)) {
            error.insert(kind, ContextValue::String("(not shown)".to_owned()));
            // What is suggested may repeat it, as in `-- TEXT`.
            error.remove(ContextKind::Suggested);
        }
    }
    error
}
