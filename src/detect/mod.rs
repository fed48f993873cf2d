//! Recognizers: what personal data looks like, and where it stands in a text.
//!
//! A [`RecognizerSet`] is compiled once from recognizer files and shared. [`RecognizerSet::scan`] takes the decoded
//! text of one leaf with a [`FieldHint`] made from its field's name and returns every finding at or above what the
//! [`EntityMask`] asks for, unresolved. A finding is a function of text, hint, mask and set, and of nothing else.
//! Knows nothing of paths, policies, formats and operators.

mod hint;
mod info;
mod mask;
mod scratch;
mod set;

pub use hint::FieldHint;
pub use info::{BY_FIELD_NAME, Country, DefaultUse, EntityInfo, PatternInfo, RecognizerInfo, TextKind};
pub use mask::EntityMask;
pub use scratch::DetectScratch;
pub use set::{LoadError, RecognizerSet};
