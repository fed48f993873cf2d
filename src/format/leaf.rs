//! What a format offers while it walks a record.

use super::csv::RowReader;
use super::json::Open;
use crate::model::{Span, SpanMap, Step};
use std::fmt;

/// What the walk of a record calls.
///
/// For the member `"a": 1` the calls are `enter(Key("a"), Some(key))`, `leaf(..)`, `leave()`. A container answers
/// `enter` with the calls for its own members before `leave`. The root has no `enter`: a scalar root is a `leaf`, a
/// container root begins with its first member.
pub trait Visitor {
    /// Enters a member, with its key as a leaf, or an element; says whether to go into its value.
    fn enter(&mut self, step: Step<'_>, key: Option<Leaf<'_>>) -> Descend;

    /// Meets the member that came at this point of an earlier record, where `spelled`, all that stands behind a key's
    /// opening quote, begins with its name and the closing quote. Gives the name's length in bytes, and how it goes on;
    /// where it gives none, the key is read and entered.
    fn enter_again(&mut self, spelled: &[u8]) -> Option<(usize, Again)> {
        let _ = spelled;
        None
    }

    /// Tells whether the member that was met last with [`Again::Ahead`] needs nothing where this is its value, a text or
    /// a number without an escape; then it is passed over: there is no `enter`, `leaf` or `leave`.
    fn passes(&mut self, kind: LeafKind, text: &str) -> bool {
        let _ = (kind, text);
        false
    }

    /// Enters the member that was met last with [`Again::Ahead`], and is not passed over.
    fn enter_ahead(&mut self) -> Descend {
        Descend::Into
    }

    /// Meets a scalar: the value just entered, whatever `enter` answered, or the root.
    fn leaf(&mut self, leaf: Leaf<'_>, node: Node);

    /// Meets the end of an object, array or header cell that `enter` answered with [`Descend::Whole`]: validated, not
    /// visited.
    fn whole(&mut self, node: Node);

    /// Leaves what was entered last.
    fn leave(&mut self);
}

/// How a member goes on that came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// It is entered.
    Entered(Descend),
    /// It may be passed over, by its value; else it is entered then.
    Ahead,
}

/// What the walk does with a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Descend {
    /// Offers its leaves.
    Into,
    /// Validates it and reports it as one; a scalar is a leaf all the same, since what happens to it depends on its text.
    Whole,
}

/// One scalar, or one key, that may carry text.
#[derive(Clone, Copy)]
pub struct Leaf<'a> {
    /// What it is.
    pub kind: LeafKind,
    /// The decoded text; of a number its literal.
    pub text: &'a str,
    /// The whole leaf in the bytes of the record, quotes included; what a text edit names.
    pub raw: Span,
    /// Where the text stands in the bytes of the record.
    pub map: &'a SpanMap,
}

impl fmt::Debug for Leaf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Leaf").field("kind", &self.kind).field("len", &self.text.len()).finish_non_exhaustive()
    }
}

/// What kind of scalar a leaf is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LeafKind {
    /// A string, a cell.
    Text,
    /// A record that is one text.
    Prose,
    /// A number; its text is the literal as it stands.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// The name of a member or of a column.
    Key,
}

/// A value's kind and place in the bytes of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// From the key's first byte, or the element's, to the value's end; what a removal names.
    pub member: Span,
    /// The value, quotes included.
    pub value: Span,
}

/// What kind of value a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NodeKind {
    /// A string, a cell, a text.
    Text,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// `null`.
    Null,
    /// An object.
    Object,
    /// An array.
    Array,
}

/// Memory that reading needs again for every record; one for each thread.
#[derive(Default)]
pub struct ReadScratch {
    /// The leaf at hand, where it had to be decoded.
    pub(super) decoded: Decoded,
    /// What cuts rows into cells.
    pub(super) rows: RowReader,
    /// The containers that the walk is in.
    pub(super) open: Vec<Open>,
}

/// A text that is not spelled in the record as it reads.
#[derive(Default)]
pub(super) struct Decoded {
    /// The text.
    pub(super) text: String,
    /// Where it stands in the record.
    pub(super) map: SpanMap,
}

/// How a leaf is spelled in its record.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spelling {
    /// As it reads, there.
    AsIs(Span),
    /// Otherwise; it stands decoded in the scratch.
    Decoded,
}

impl Decoded {
    /// Calls `then` with a leaf's text and the map to its bytes in `record`.
    #[inline]
    pub(super) fn read<R>(&self, record: &str, spelling: Spelling, then: impl FnOnce(&str, &SpanMap) -> R) -> R {
        match spelling {
            Spelling::AsIs(span) => then(span.of(record), &SpanMap::offset(span.start)),
            Spelling::Decoded => then(&self.text, &self.map),
        }
    }
}

impl fmt::Debug for ReadScratch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadScratch").finish_non_exhaustive()
    }
}
