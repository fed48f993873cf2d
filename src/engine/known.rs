//! Short texts of which it is known that nothing is found in them, by field: most values of a stream (types, states,
//! currencies, names of services) come again and again.
//!
//! What is found in such a text depends on plan, field, kind and text alone; all four are compared whole, so that a text
//! which is known to be clean is. A text with a label beside it is never asked for; one in which something may be nested is
//! not kept, since labels and persons count inside. The persons of a record are looked for in what is known, too. The
//! memory is one table of fixed size, in which a text takes the place of an older one.

use crate::detect::TextKind;
use crate::policy::NodeId;

/// The longest text that is remembered, in bytes.
const TEXT_MAX: usize = 32;
/// Texts that are remembered: 160 kB for each worker.
const TEXTS: usize = 4096;

/// The texts that are known to be clean.
#[derive(Debug, Default)]
pub(super) struct Known {
    generation: u64,
    texts: Vec<Text>,
}

/// A text as findings depend on it: what stands behind its end is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Text {
    bytes: [u64; TEXT_MAX / 8],
    node: u32,
    /// One more than the text's bytes; zero for no text.
    len: u8,
    kind: u8,
}

impl Text {
    /// Makes the text of a field; none where it is too long, or the field is none that is kept apart from others.
    #[inline]
    pub(super) fn new(path: NodeId, kind: TextKind, text: &str) -> Option<Self> {
        let node = u32::try_from(path.place()?).ok()?;
        let len = u8::try_from(text.len()).ok().filter(|len| usize::from(*len) <= TEXT_MAX)? + 1;
        let mut padded = [0; TEXT_MAX];
        padded.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        let mut bytes = [0; TEXT_MAX / 8];
        for (word, eight) in bytes.iter_mut().zip(padded.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*eight);
        }
        Some(Self { bytes, node, len, kind: kind as u8 })
    }

    /// Its place in the table. Who chooses texts so that they share one only makes them be forgotten.
    fn place(&self) -> usize {
        /// The golden ratio's bits: a multiplication carries each bit upwards.
        const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
        let mix = |sum: u64, word: u64| (sum.rotate_left(23) ^ word).wrapping_mul(SPREAD);
        let sum = self.bytes.iter().fold(u64::from(self.node), |sum, word| mix(sum, *word));
        usize::try_from(mix(sum, u64::from(self.len)) >> 48).unwrap_or_default() % TEXTS
    }
}

impl Known {
    /// Forgets everything where the path cache has begun anew: for another plan, or since it was full.
    pub(super) fn bind(&mut self, generation: u64) {
        if self.generation != generation || self.texts.is_empty() {
            self.generation = generation;
            self.texts.clear();
            self.texts.resize(TEXTS, Text::default());
        }
    }

    /// Tells whether a text is known to be clean.
    #[inline]
    pub(super) fn is_clean(&self, text: &Text) -> bool {
        self.texts.get(text.place()) == Some(text)
    }

    /// Notes that nothing was found in a text.
    pub(super) fn insert(&mut self, text: Text) {
        if let Some(place) = self.texts.get_mut(text.place()) {
            *place = text;
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
        assert!(known.is_clean(&text(one, TextKind::Text, "pickup")));
        for unknown in [
            text(other, TextKind::Text, "pickup"),
            text(one, TextKind::Prose, "pickup"),
            text(one, TextKind::Text, "pickuq"),
            text(one, TextKind::Text, "pickup\0"),
            text(one, TextKind::Text, ""),
        ] {
            assert!(!known.is_clean(&unknown));
        }
        known.bind(paths.generation() + 1);
        assert!(!known.is_clean(&text(one, TextKind::Text, "pickup")));
        assert_eq!(Text::new(one, TextKind::Text, &"x".repeat(TEXT_MAX + 1)), None);
        assert!(Text::new(one, TextKind::Text, &"x".repeat(TEXT_MAX)).is_some());
    }
}
