//! The walk over one JSON value: validates every byte of it, without recursion.

use super::token::{escape, number_end, plain_end, white_end};
use crate::format::leaf::{Decoded, Spelling};
use crate::format::{Again, Descend, Fault, FormatError, Leaf, LeafKind, Node, NodeKind, ReadScratch, Visitor};
use crate::model::{Span, Step};

/// A container that the walk is in.
#[derive(Debug, Clone, Copy)]
pub(in crate::format) struct Open {
    container: Container,
    /// The place of the element at hand.
    index: usize,
    /// The container's first byte.
    start: usize,
    /// The first byte of the member that holds the container.
    member: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Container {
    Object,
    Array,
}

impl Container {
    const fn close(self) -> u8 {
        match self {
            Self::Object => b'}',
            Self::Array => b']',
        }
    }

    const fn kind(self) -> NodeKind {
        match self {
            Self::Object => NodeKind::Object,
            Self::Array => NodeKind::Array,
        }
    }
}

/// Where the walk stands after a step.
enum Stand {
    /// Before a value.
    Value,
    /// Behind a value.
    Behind,
    /// Behind a member that was passed over.
    Passed,
    /// Behind the root.
    End,
}

/// Walks `record`; see [`Format::read`](crate::format::Format::read).
pub(super) fn walk<V: Visitor + ?Sized>(
    record: &[u8],
    nesting_max: usize,
    scratch: &mut ReadScratch,
    visitor: &mut V,
) -> Result<(), FormatError> {
    let text =
        std::str::from_utf8(record).map_err(|error| FormatError::new(Fault::InvalidUtf8, error.valid_up_to()))?;
    if text.starts_with('\u{feff}') {
        return Err(FormatError::new(Fault::ByteOrderMark, 0));
    }
    let ReadScratch { decoded, open, .. } = scratch;
    open.clear();
    let mut walker = Walker { text, bytes: record, at: 0, member: 0, whole: None, nesting_max, decoded, open, visitor };
    walker.at = white_end(record, 0);
    walker.member = walker.at;
    let mut stand = Stand::Value;
    loop {
        stand = match stand {
            Stand::Value => walker.value()?,
            Stand::Behind => walker.leave()?,
            Stand::Passed => walker.behind()?,
            Stand::End => return walker.end(),
        };
    }
}

struct Walker<'a, V: ?Sized> {
    text: &'a str,
    /// The bytes of `text`.
    bytes: &'a [u8],
    at: usize,
    /// The first byte of the member or element at hand.
    member: usize,
    /// How many containers were open where the value began that is only validated, if one is.
    whole: Option<usize>,
    nesting_max: usize,
    decoded: &'a mut Decoded,
    open: &'a mut Vec<Open>,
    visitor: &'a mut V,
}

impl<V: Visitor + ?Sized> Walker<'_, V> {
    /// Reads the value that begins here; of a container only what comes before its first value.
    fn value(&mut self) -> Result<Stand, FormatError> {
        let start = self.at;
        match self.bytes.get(start) {
            Some(b'"') => {
                let spelling = self.string()?;
                self.scalar(LeafKind::Text, NodeKind::Text, start, spelling);
            }
            Some(b'{') => return self.container(Container::Object),
            Some(b'[') => return self.container(Container::Array),
            Some(b'-' | b'0'..=b'9') => {
                self.at = number_end(self.bytes, start)?;
                self.scalar(LeafKind::Number, NodeKind::Number, start, Spelling::AsIs(Span::new(start, self.at)));
            }
            Some(b't') => self.word("true", LeafKind::Bool, NodeKind::Bool)?,
            Some(b'f') => self.word("false", LeafKind::Bool, NodeKind::Bool)?,
            Some(b'n') => self.word("null", LeafKind::Null, NodeKind::Null)?,
            _ => return Err(self.unexpected()),
        }
        Ok(Stand::Behind)
    }

    /// Leaves what was entered, and goes on behind it.
    fn leave(&mut self) -> Result<Stand, FormatError> {
        if self.whole.is_none() && !self.open.is_empty() {
            self.visitor.leave();
        }
        self.behind()
    }

    /// Goes on behind a value: to the next one, or behind the container.
    fn behind(&mut self) -> Result<Stand, FormatError> {
        let Some(open) = self.open.last_mut() else { return Ok(Stand::End) };
        self.at = white_end(self.bytes, self.at);
        match self.bytes.get(self.at) {
            Some(b',') => {
                open.index += 1;
                let open = *open;
                self.at = white_end(self.bytes, self.at + 1);
                self.enter(open)
            }
            Some(&byte) if byte == open.container.close() => Ok(self.close()),
            _ => Err(self.unexpected()),
        }
    }

    /// Makes sure that nothing follows the root.
    fn end(&mut self) -> Result<(), FormatError> {
        self.at = white_end(self.bytes, self.at);
        if self.at < self.bytes.len() {
            return Err(FormatError::new(Fault::TrailingGarbage, self.at));
        }
        Ok(())
    }

    /// Opens the container that begins here and enters its first member or element, if it has one.
    fn container(&mut self, container: Container) -> Result<Stand, FormatError> {
        if self.open.len() >= self.nesting_max {
            return Err(FormatError::new(Fault::NestingTooDeep, self.at));
        }
        let open = Open { container, index: 0, start: self.at, member: self.member };
        self.open.push(open);
        self.at = white_end(self.bytes, self.at + 1);
        if self.bytes.get(self.at) == Some(&container.close()) {
            return Ok(self.close());
        }
        self.enter(open)
    }

    /// Closes the innermost container, whose closing byte stands here.
    fn close(&mut self) -> Stand {
        self.at += 1;
        if let Some(open) = self.open.pop() {
            self.member = open.member;
            if self.whole == Some(self.open.len()) {
                self.whole = None;
                let value = Span::new(open.start, self.at);
                self.visitor.whole(Node {
                    kind: open.container.kind(),
                    member: Span::new(open.member, self.at),
                    value,
                });
            }
        }
        Stand::Behind
    }

    /// Enters the member or element that begins here, and stands before its value afterwards; or passes over the member.
    fn enter(&mut self, open: Open) -> Result<Stand, FormatError> {
        self.member = self.at;
        let descend = match open.container {
            Container::Array if self.whole.is_some() => Descend::Into,
            Container::Array => self.visitor.enter(Step::Index(open.index), None),
            Container::Object => {
                if self.bytes.get(self.at) != Some(&b'"') {
                    return Err(self.unexpected());
                }
                match self.key_again()? {
                    Some(Again::Entered(descend)) => descend,
                    Some(Again::Ahead) if self.passes()? => return Ok(Stand::Passed),
                    Some(Again::Ahead) => self.visitor.enter_ahead(),
                    None => self.key()?,
                }
            }
        };
        if descend == Descend::Whole {
            self.whole = Some(self.open.len());
        }
        Ok(Stand::Value)
    }

    /// Reads a key that came at this point before, and its colon; none where it is another one.
    #[inline]
    fn key_again(&mut self) -> Result<Option<Again>, FormatError> {
        if self.whole.is_some() {
            return Ok(None);
        }
        let spelled = self.bytes.get(self.at + 1..).unwrap_or_default();
        let Some((len, again)) = self.visitor.enter_again(spelled) else { return Ok(None) };
        self.at += len + 2;
        self.colon()?;
        Ok(Some(again))
    }

    /// Passes over the value that begins here, a text or a number, where the visitor needs nothing of it.
    #[inline]
    fn passes(&mut self) -> Result<bool, FormatError> {
        let start = self.at;
        let (kind, text, end) = match self.bytes.get(start) {
            Some(b'"') => {
                let stop = plain_end(self.bytes, start + 1);
                if self.bytes.get(stop) != Some(&b'"') {
                    return Ok(false);
                }
                (LeafKind::Text, Span::new(start + 1, stop), stop + 1)
            }
            Some(b'-' | b'0'..=b'9') => {
                let end = number_end(self.bytes, start)?;
                (LeafKind::Number, Span::new(start, end), end)
            }
            _ => return Ok(false),
        };
        let passes = self.visitor.passes(kind, text.of(self.text));
        if passes {
            self.at = end;
        }
        Ok(passes)
    }

    /// Reads a key and its colon.
    fn key(&mut self) -> Result<Descend, FormatError> {
        let spelling = self.string()?;
        let mut descend = Descend::Into;
        if self.whole.is_none() {
            let raw = Span::new(self.member, self.at);
            descend = self.decoded.read(self.text, spelling, |text, map| {
                self.visitor.enter(Step::Key(text), Some(Leaf { kind: LeafKind::Key, text, raw, map }))
            });
        }
        self.colon()?;
        Ok(descend)
    }

    /// Goes on behind the colon of a key.
    fn colon(&mut self) -> Result<(), FormatError> {
        self.at = white_end(self.bytes, self.at);
        if self.bytes.get(self.at) != Some(&b':') {
            return Err(self.unexpected());
        }
        self.at = white_end(self.bytes, self.at + 1);
        Ok(())
    }

    /// Offers the scalar from `start` to here.
    fn scalar(&mut self, kind: LeafKind, node: NodeKind, start: usize, spelling: Spelling) {
        let raw = Span::new(start, self.at);
        let node = Node { kind: node, member: Span::new(self.member, self.at), value: raw };
        if self.whole.is_some_and(|depth| depth < self.open.len()) {
            return;
        }
        // A scalar that is wanted as one is a leaf like any other: what happens to it depends on its text.
        self.whole = None;
        self.decoded.read(self.text, spelling, |text, map| {
            self.visitor.leaf(Leaf { kind, text, raw, map }, node);
        });
    }

    /// Reads `true`, `false` or `null`.
    fn word(&mut self, word: &str, kind: LeafKind, node: NodeKind) -> Result<(), FormatError> {
        let start = self.at;
        for wanted in word.bytes() {
            if self.bytes.get(self.at) != Some(&wanted) {
                return Err(self.unexpected());
            }
            self.at += 1;
        }
        self.scalar(kind, node, start, Spelling::AsIs(Span::new(start, self.at)));
        Ok(())
    }

    /// Reads the string whose opening quote stands here.
    fn string(&mut self) -> Result<Spelling, FormatError> {
        let start = self.at + 1;
        let mut stop = plain_end(self.bytes, start);
        if self.bytes.get(stop) == Some(&b'"') {
            self.at = stop + 1;
            return Ok(Spelling::AsIs(Span::new(start, stop)));
        }
        self.decoded.text.clear();
        self.decoded.map.restart(start);
        let mut from = start;
        loop {
            let piece = Span::new(from, stop);
            self.decoded.text.push_str(piece.of(self.text));
            self.decoded.map.copied(piece.len());
            match self.bytes.get(stop) {
                Some(b'"') => break,
                Some(b'\\') => {
                    let (character, len) = escape(self.bytes, stop)?;
                    self.decoded.text.push(character);
                    self.decoded.map.unit(character.len_utf8(), len);
                    from = stop + len;
                    stop = plain_end(self.bytes, from);
                }
                Some(_) => return Err(FormatError::new(Fault::ControlCharacter, stop)),
                None => return Err(FormatError::new(Fault::UnexpectedEnd, stop)),
            }
        }
        self.at = stop + 1;
        Ok(Spelling::Decoded)
    }

    /// Says that what stands here cannot stand here.
    fn unexpected(&self) -> FormatError {
        let fault = if self.at < self.bytes.len() { Fault::InvalidJson } else { Fault::UnexpectedEnd };
        FormatError::new(fault, self.at)
    }
}
