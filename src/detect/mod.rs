//! Recognizers: what personal data looks like, and where it stands in a text.
//!
//! A [`RecognizerSet`] is compiled once from recognizer files and shared. [`RecognizerSet::scan`] takes the decoded
//! text of one leaf with a [`FieldHint`] made from its field's name and returns every finding at or above what the
//! [`EntityMask`] asks for, unresolved. A finding is a function of text, hint, mask and set, and of nothing else.
//! Knows nothing of paths, policies, formats and operators.
//!
//! How a text is read:
//!
//! 1. A field whose name alone is proof ([`FieldHint::typed`]) is found whole; where types share the name, the value
//!    tells which it is, else it is their family's (`field_name`).
//! 2. Other digits, full-width forms and invisible characters fold to what patterns read (`normal`); findings are
//!    mapped back to the text as it came.
//! 3. One pass searches it (`matcher`): neighbours, validators (`validate`) and look-around decide, and a rejected match
//!    is tried shorter. Patterns that need context are kept only where the field's name or a word of the text calls for
//!    them. What patterns cannot do, code does (`engine`): e-mail addresses searched outwards from `@`, hosts outwards
//!    from a full stop, values behind their labels, dates in the words of seven languages, lists of words.
//! 4. Words near a finding raise its score (`context`).
//! 5. Free text is read by the tagger (`tagger`, `tag`), which finds names, places and addresses around what the
//!    patterns found.

mod bits;
mod boundary;
mod builtin;
mod compile;
mod context;
mod date;
mod document;
mod email;
mod engine;
mod examples;
mod field_name;
mod hint;
mod host;
mod info;
mod label;
mod late;
mod lexicon;
mod load;
mod mask;
mod matcher;
mod names;
mod normal;
#[cfg(feature = "onnx")]
mod onnx;
#[cfg_attr(not(test), allow(dead_code, reason = "only the build script writes what is read"))]
mod packed;
mod phrases;
mod raise;
mod reading;
mod scan;
mod scratch;
mod set;
mod shapes;
mod sibling;
mod stage;
pub(crate) mod steps;
mod strength;
mod tag;
mod tagger;
mod validate;
mod vocabulary;
mod warm;
mod writing;
mod yaml;

#[cfg(test)]
mod catalogue;
#[cfg(test)]
mod cost;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod naive_date;
#[cfg(test)]
mod naive_engines;
#[cfg(test)]
mod naive_score;
#[cfg(test)]
mod naive_whole;
#[cfg(test)]
mod phones;

pub use examples::Tested;
pub use hint::FieldHint;
pub use info::{Certain, Country, DefaultUse, EntityInfo, Level, PatternInfo, RecognizerInfo, Speed, TextKind, Word};
pub use load::LoadError;
pub use mask::{EntityMask, TaggerUse};
#[cfg(feature = "onnx")]
pub use onnx::{ModelError, use_model};
pub use phrases::{Phrases, TooManyPhrases};
pub use scan::may_identify;
pub use scratch::DetectScratch;
pub use set::RecognizerSet;
pub use sibling::Sibling;
#[doc(hidden)]
pub use stage::Stage;
pub use tag::People;
pub use tagger::Witness;
