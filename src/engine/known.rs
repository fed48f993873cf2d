//! Short texts of which it is known that nothing is found in them, by field: most values of a stream (types, states,
//! currencies, names of services) come again and again.
//!
//! What is found in such a text depends on plan, field, kind and text alone; all four are compared whole, so that a text
//! which is known to be clean is. A text with a label beside it is never asked for; one in which something may be nested is
//! not kept, since labels and persons count inside. The persons of a record are looked for in what is known, too. The
//! memory is one table of fixed size, in which a text takes the place of an older one.

use crate::detect::TextKind;
use crate::model::same;
use crate::policy::NodeId;
use std::fmt;

/// The longest text that is remembered, in bytes.
const TEXT_MAX: usize = 32;
/// Texts that are remembered: 176 kB for each worker, with their tags.
const TEXTS: usize = 4096;

/// The texts that are known to be clean.
#[derive(Debug, Default)]
pub(super) struct Known {
    generation: u64,
    texts: Vec<Kept>,
    /// A tag of each text that is remembered. They fit into the nearest cache: a text that was never seen, as every
    /// identifier is, does not wait for its place in the table.
    tags: Vec<u16>,
    /// The tag that was last seen for each place: a text is remembered when it comes a second time, so that what comes
    /// once displaces nothing.
    seen: Vec<u16>,
}

/// A text as findings depend on it.
#[derive(Clone, Copy)]
pub(super) struct Text<'a> {
    text: &'a str,
    node: u32,
    kind: u8,
    place: usize,
    tag: u16,
}

/// A text that is remembered.
#[derive(Clone, Copy)]
struct Kept {
    bytes: [u8; TEXT_MAX],
    node: u32,
    /// One more than the text's bytes; zero for no text.
    len: u8,
    kind: u8,
}

/// No text.
impl Default for Kept {
    fn default() -> Self {
        Self { bytes: [0; TEXT_MAX], node: 0, len: 0, kind: 0 }
    }
}

/// Shows no text: it is a record's own.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Kept").field("node", &self.node).field("kind", &self.kind).finish_non_exhaustive()
    }
}

/// Shows no text: it is a record's own.
impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Text").field("node", &self.node).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl<'a> Text<'a> {
    /// Makes the text of a field; none where it is too long, or the field is none that is kept apart from others.
    #[inline]
    pub(super) fn new(path: NodeId, kind: TextKind, text: &'a str) -> Option<Self> {
        if text.len() > TEXT_MAX {
            return None;
        }
        let (node, kind) = (u32::try_from(path.place()?).ok()?, kind as u8);
        let (place, tag) = place(node, text.as_bytes());
        Some(Self { text, node, kind, place, tag })
    }
}

/// The place of a text in the table, and its tag, which is never zero. Who chooses texts so that they share one only makes them be forgotten.
#[inline]
fn place(node: u32, text: &[u8]) -> (usize, u16) {
    /// The golden ratio's bits: a multiplication carries each bit upwards.
    const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
    let mix = |sum: u64, word: u64| (sum.rotate_left(23) ^ word).wrapping_mul(SPREAD);
    // Both ends, whole words of them: together they are all of the text.
    let (front, back) = if let (Some(front), Some(back)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        let halves = |bytes: &[u8; 16]| {
            let both = u128::from_le_bytes(*bytes);
            #[expect(clippy::cast_possible_truncation, reason = "its lower half, mixed with the upper one")]
            let low = both as u64;
            mix(low, u64::try_from(both >> 64).unwrap_or_default())
        };
        (halves(front), halves(back))
    } else if let (Some(front), Some(back)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
        (u64::from_le_bytes(*front), u64::from_le_bytes(*back))
    } else if let (Some(front), Some(back)) = (text.first_chunk::<4>(), text.last_chunk::<4>()) {
        (u64::from(u32::from_le_bytes(*front)), u64::from(u32::from_le_bytes(*back)))
    } else {
        (text.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)), 0)
    };
    let sum = mix(mix(u64::from(node) << 8 ^ text.len() as u64, front), back);
    let tag = u16::try_from(sum >> 24 & 0xffff).unwrap_or_default() | 1;
    (usize::try_from(sum >> 48).unwrap_or_default() % TEXTS, tag)
}

impl Known {
    /// Forgets everything where the path cache has begun anew: for another plan, or since it was full.
    pub(super) fn bind(&mut self, generation: u64) {
        if self.generation != generation || self.texts.is_empty() {
            self.generation = generation;
            self.texts.clear();
            self.texts.resize(TEXTS, Kept::default());
            for tags in [&mut self.tags, &mut self.seen] {
                tags.clear();
                tags.resize(TEXTS, 0);
            }
        }
    }

    /// Tells whether a text is known to be clean.
    #[inline]
    pub(super) fn is_clean(&self, text: Text<'_>) -> bool {
        if self.tags.get(text.place) != Some(&text.tag) {
            return false;
        }
        let Some(kept) = self.texts.get(text.place) else { return false };
        let len = text.text.len();
        usize::from(kept.len) == len + 1
            && (kept.node, kept.kind) == (text.node, text.kind)
            && kept.bytes.get(..len).is_some_and(|bytes| same(bytes, text.text.as_bytes()))
    }

    /// Notes that nothing was found in a text; it is remembered from the second time on.
    pub(super) fn insert(&mut self, text: Text<'_>) {
        let places = (self.texts.get_mut(text.place), self.tags.get_mut(text.place), self.seen.get_mut(text.place));
        let (Some(kept), Some(tag), Some(seen)) = places else { return };
        if std::mem::replace(seen, text.tag) != text.tag {
            return;
        }
        let Ok(len) = u8::try_from(text.text.len()) else { return };
        if let Some(bytes) = kept.bytes.get_mut(..text.text.len()) {
            bytes.copy_from_slice(text.text.as_bytes());
            (kept.node, kept.kind, kept.len) = (text.node, text.kind, len + 1);
            *tag = text.tag;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::RecognizerSet;
    use crate::model::Step;
    use crate::policy::{Paths, Plan};

    #[test]
    fn a_text_is_known_by_all_that_findings_depend_on() {
        let plan = Plan::without_policy(RecognizerSet::builtin());
        let mut paths = Paths::default();
        paths.bind(&plan);
        let root = paths.root();
        let [one, other] = ["one", "other"].map(|name| paths.enter(&plan, root, Step::Key(name)));
        let text = |path, kind, text| Text::new(path, kind, text).unwrap();
        let mut known = Known::default();
        known.bind(paths.generation());
        known.insert(text(one, TextKind::Text, "pickup"));
        assert!(!known.is_clean(text(one, TextKind::Text, "pickup")), "what comes once displaces nothing");
        known.insert(text(one, TextKind::Text, "pickup"));
        assert!(known.is_clean(text(one, TextKind::Text, "pickup")));
        for unknown in [
            text(other, TextKind::Text, "pickup"),
            text(one, TextKind::Prose, "pickup"),
            text(one, TextKind::Text, "pickuq"),
            text(one, TextKind::Text, "pickup\0"),
            text(one, TextKind::Text, ""),
        ] {
            assert!(!known.is_clean(unknown));
        }
        let shown = format!("{known:?} {:?}", text(one, TextKind::Text, "pickup"));
        let bytes = format!("{:?}", "pick".as_bytes());
        assert!(!shown.contains("pick") && !shown.contains(bytes.trim_matches(['[', ']'])));
        known.bind(paths.generation() + 1);
        assert!(!known.is_clean(text(one, TextKind::Text, "pickup")));
        assert!(Text::new(one, TextKind::Text, &"x".repeat(TEXT_MAX + 1)).is_none());
        assert!(Text::new(one, TextKind::Text, &"x".repeat(TEXT_MAX)).is_some());
    }
}
