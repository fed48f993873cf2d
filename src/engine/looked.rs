//! What was found in each text of a record: where its persons are looked for once more, the record is read again, and
//! nothing else is searched for twice.

use crate::detect::TextKind;
use crate::model::Finding;
use crate::policy::NodeId;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::ops::Range;

/// Texts of one record that are remembered; what comes after is searched again.
const LOOKS_MAX: usize = 1 << 14;
/// How far ahead a text is looked for among the remembered ones: what is nested may be passed over once and not twice.
const AHEAD_MAX: usize = 16;

/// What the first reading of a record found, text by text.
#[derive(Debug, Default)]
pub(super) struct Looked {
    /// Keys of the hash, which no record can know: two of its texts cannot be made to look alike.
    keys: RandomState,
    looks: Vec<Look>,
    findings: Vec<Finding>,
    /// The look that should come next, where the record is read again.
    next: Option<usize>,
}

/// A text as findings depend on it: field, kind, length and hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Looking(NodeId, TextKind, usize, u64);

#[derive(Debug)]
struct Look {
    what: Looking,
    found: Range<usize>,
}

impl Looked {
    /// Forgets everything: another record is read.
    pub(super) fn restart(&mut self) {
        self.looks.clear();
        self.findings.clear();
        self.next = None;
    }

    /// Tells a text from all others.
    pub(super) fn looking(&self, path: NodeId, kind: TextKind, text: &str) -> Looking {
        let mut hasher = self.keys.build_hasher();
        hasher.write(text.as_bytes());
        Looking(path, kind, text.len(), hasher.finish())
    }

    /// The same record is read again.
    pub(super) fn repeat(&mut self) {
        self.next = Some(0);
    }

    /// Gives what was found in this text when the record was read before; none where that is not known.
    pub(super) fn again(&mut self, what: Looking) -> Option<&[Finding]> {
        let next = self.next?;
        let ahead = self.looks.get(next..)?.iter().take(AHEAD_MAX);
        let place = next + ahead.take_while(|look| look.what != what).count();
        let look = self.looks.get(place).filter(|look| look.what == what)?;
        self.next = Some(place + 1);
        self.findings.get(look.found.clone())
    }

    /// Passes over a text that is not asked for again, where it is the one that should come next: what a label says of
    /// it was not yet known when the record was read before.
    pub(super) fn pass(&mut self, path: NodeId, kind: TextKind, text: &str) {
        let Some(next) = self.next else { return };
        let what = self.looking(path, kind, text);
        if self.looks.get(next).is_some_and(|look| look.what == what) {
            self.next = Some(next + 1);
        }
    }

    /// Keeps what was found in a text.
    pub(super) fn note(&mut self, what: Looking, found: &[Finding]) {
        if self.next.is_none() && self.looks.len() < LOOKS_MAX {
            let start = self.findings.len();
            self.findings.extend_from_slice(found);
            self.looks.push(Look { what, found: start..self.findings.len() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Paths;

    #[test]
    fn texts_that_a_label_speaks_of_do_not_hide_what_comes_behind_them() {
        let (mut looked, root) = (Looked::default(), Paths::default().root());
        let texts: Vec<String> = (0..40).map(|number| format!("text {number}")).collect();
        for text in &texts {
            let what = looked.looking(root, TextKind::Text, text);
            looked.note(what, &[]);
        }
        looked.repeat();
        let (labelled, others) = texts.split_at(AHEAD_MAX + 4);
        labelled.iter().for_each(|text| looked.pass(root, TextKind::Text, text));
        for text in others {
            let what = looked.looking(root, TextKind::Text, text);
            assert!(looked.again(what).is_some(), "{text}");
        }
    }
}
