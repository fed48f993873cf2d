//! The recognizer files and the tagger's model that were compiled into the binary.

use std::sync::OnceLock;

use super::packed;
use super::tagger::Tagger;
use super::yaml::Node;

/// A built-in recognizer file.
pub(super) struct File {
    /// Its path in `recognizers/`.
    pub(super) name: &'static str,
    pub(super) text: &'static str,
    /// What is read from the text, packed by the build script.
    pub(super) tree: &'static [u8],
}

/// Every built-in recognizer file, in the order of their names.
pub(super) static FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/recognizers.rs"));

/// Gives what is read from a built-in file; none where this is another's text.
pub(super) fn tree(name: &str, text: &str) -> Option<Node> {
    let at = FILES.binary_search_by_key(&name, |file| file.name).ok()?;
    let file = FILES.get(at).filter(|file| file.text == text)?;
    packed::read(file.tree)
}

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
