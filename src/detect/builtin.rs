//! The recognizer files and the tagger's model that were compiled into the binary.

use std::sync::OnceLock;

use super::tagger::Tagger;

/// File name (relative to `recognizers/`) and text of every built-in recognizer, in the order of their names.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/recognizers.rs"));

/// The tagger's model, as the training wrote it.
const MODEL: &[u8] = include_bytes!("tagger/model.bin");

/// Gives the tagger, read in place.
///
/// # Panics
/// Where the model is none, which a test rules out.
#[expect(clippy::panic, reason = "the model is a constant, and the tests read it")]
pub(super) fn tagger() -> &'static Tagger<'static> {
    static TAGGER: OnceLock<Tagger<'static>> = OnceLock::new();
    TAGGER.get_or_init(|| match Tagger::read(MODEL) {
        Some(tagger) => tagger,
        None => panic!("the built-in model cannot be read"),
    })
}
