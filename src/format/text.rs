//! Text: a record is one leaf.

use super::splice::Splicer;
use super::{
    Edit, Fault, Format, FormatError, Leaf, LeafKind, Limits, NewValue, Node, NodeKind, ReadScratch, TypeFit, Visitor,
};
use crate::model::{Span, SpanMap};

/// A record that is one text: a line, or a document. Invalid UTF-8 is an error. A removal leaves nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Text;

impl Format for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn read(
        &self,
        record: &[u8],
        limits: &Limits,
        _scratch: &mut ReadScratch,
        visitor: &mut dyn Visitor,
    ) -> Result<(), FormatError> {
        limits.admit(record)?;
        let text =
            std::str::from_utf8(record).map_err(|error| FormatError::new(Fault::InvalidUtf8, error.valid_up_to()))?;
        let raw = Span::new(0, text.len());
        let leaf = Leaf { kind: LeafKind::Prose, text, raw, map: &SpanMap::offset(0) };
        visitor.leaf(leaf, Node { kind: NodeKind::Text, member: raw, value: raw });
        Ok(())
    }

    fn fit(&self) -> &dyn TypeFit {
        self
    }

    fn splice(&self, record: &[u8], edits: &[Edit<'_>], out: &mut Vec<u8>) -> Result<(), FormatError> {
        let mut splicer = Splicer::new(record, out);
        for edit in edits {
            match *edit {
                Edit::Text { at, text, .. } => {
                    splicer.skip(at)?;
                    splicer.put(text.as_bytes());
                }
                Edit::Value { at, value } => {
                    splicer.skip(at)?;
                    splicer.put(plain(value).as_bytes());
                }
                Edit::Remove { member } => splicer.skip(member)?,
            }
        }
        splicer.finish()
    }
}

/// Gives a value as a format writes it that knows only text.
pub(super) const fn plain<'a>(value: NewValue<'a>) -> &'a str {
    match value {
        NewValue::Null => "",
        NewValue::Text(text) | NewValue::Literal(text) | NewValue::Json(text) => text,
        NewValue::EmptyObject => "{}",
        NewValue::EmptyArray => "[]",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::laws::{Empties, choices, edited};
    use crate::format::recorder::Recorder;
    use proptest::prelude::*;

    #[test]
    fn a_record_is_one_leaf() {
        let recorder = Recorder::read(&Text, "é x".as_bytes()).unwrap();
        assert_eq!(recorder.listing(), "root Prose é x\n");
        let error = Recorder::read(&Text, b"ab\xff").unwrap_err();
        assert_eq!((error.code(), error.offset()), ("invalid_utf8", 2));
    }

    proptest! {
        #[test]
        fn the_laws_hold(record in "[a-zé \n]{0,20}", choices in choices()) {
            let edited = edited(&Text, record.as_bytes(), &choices, Empties::Text);
            if edited.removed.is_empty() {
                edited.holds(&Text);
            } else {
                prop_assert!(edited.out.is_empty());
            }
        }
    }
}
