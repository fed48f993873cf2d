//! The words everything else is said in: spans, findings, scores, paths, origins.
//!
//! Plain data without behaviour of its own; names nothing above it. No clock, socket, file or global.

mod coding;
mod entity;
mod finding;
mod here;
pub mod numbering_plan;
mod origin;
mod pasted;
mod path;
mod private;
pub mod resolve;
mod same;
mod score;
mod sensitive;
mod shape;
mod span;
mod span_map;
mod told;
mod whole;

pub use coding::Coding;
pub use entity::{EntityType, Family, InvalidName};
pub use finding::{Context, EntityIndex, Evidence, Finding, RecognizerIndex, Says, Validation};
pub use here::is_here;
pub use origin::{Origin, RecordTime};
pub use pasted::{is_key, is_whole_key, names_key, names_key_anew, without_keys};
pub use path::{FieldPath, OwnedStep, Step};
pub use private::{TOO_OPEN, is_private};
pub use same::same;
pub use score::{InvalidScore, Score};
pub use sensitive::Sensitive;
pub use shape::{Alike, Form, Rewritten, Secret, Shape, Short, Spelled};
pub use span::Span;
pub use span_map::SpanMap;
pub use told::{Told, ToldPath, is_name, without_text};
pub use whole::{TopicPlace, WholeRecord};
