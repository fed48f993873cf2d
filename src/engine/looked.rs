//! What was found in each text of a record: where its persons are looked for once more, the record is read again, and
//! nothing else is searched for twice.

use super::scratch::Part;
use crate::detect::TextKind;
use crate::model::{Finding, Span, same};
use crate::policy::NodeId;
use std::fmt;
use std::ops::Range;

/// Texts of one record that are remembered; what comes after is searched again.
const LOOKS_MAX: usize = 1 << 14;
/// How far ahead a text is looked for among the remembered ones: what is nested may be passed over once and not twice.
const AHEAD_MAX: usize = 16;

/// What the first reading of a record found, text by text.
#[derive(Default)]
pub(super) struct Looked {
    looks: Vec<Look>,
    /// The texts of those that stand inside others, one after another.
    texts: String,
    findings: Vec<Finding>,
    /// The look that should come next, where the record is read again.
    next: Option<usize>,
}

/// A text as findings depend on it: field, kind and text. The record's own leaves are told apart by where they stand, so
/// that nothing has to be kept of them; what stands inside a text is compared whole.
#[derive(Clone, Copy)]
pub(super) struct Looking<'a> {
    pub(super) path: NodeId,
    pub(super) kind: TextKind,
    /// Where the leaf begins, if it is the record's own.
    pub(super) at: Option<(Part, usize)>,
    pub(super) text: &'a str,
}

#[derive(Debug)]
struct Look {
    path: NodeId,
    kind: TextKind,
    at: Option<(Part, usize)>,
    /// In [`Looked::texts`] where it has no place of its own; else only as long as the text.
    text: Span,
    found: Range<usize>,
}

/// Shows no text: it is a record's own.
impl fmt::Debug for Looked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Looked").field("looks", &self.looks.len()).field("next", &self.next).finish_non_exhaustive()
    }
}

impl Look {
    fn is(&self, what: &Looking<'_>, texts: &str) -> bool {
        (self.path, self.kind, self.at) == (what.path, what.kind, what.at)
            && self.text.len() == what.text.len()
            && (self.at.is_some() || same(self.text.of(texts).as_bytes(), what.text.as_bytes()))
    }
}

impl Looked {
    /// Forgets everything: another record is read.
    pub(super) fn restart(&mut self) {
        self.looks.clear();
        self.texts.clear();
        self.findings.clear();
        self.next = None;
    }

    /// The same record is read again.
    pub(super) const fn repeat(&mut self) {
        self.next = Some(0);
    }

    /// Tells whether the record is read again.
    pub(super) const fn repeats(&self) -> bool {
        self.next.is_some()
    }

    /// Gives what was found in this text when the record was read before; none where that is not known.
    pub(super) fn again(&mut self, what: Looking<'_>) -> Option<&[Finding]> {
        let next = self.next?;
        let mut ahead = self.looks.get(next..)?.iter().take(AHEAD_MAX);
        let place = next + ahead.position(|look| look.is(&what, &self.texts))?;
        self.next = Some(place + 1);
        self.findings.get(self.looks.get(place)?.found.clone())
    }

    /// Passes over a text that is not asked for again, where it is the one that should come next: what a label says of
    /// it was not yet known when the record was read before.
    pub(super) fn pass(&mut self, what: Looking<'_>) {
        let Some(next) = self.next else { return };
        if self.looks.get(next).is_some_and(|look| look.is(&what, &self.texts)) {
            self.next = Some(next + 1);
        }
    }

    /// Keeps what was found in a text.
    pub(super) fn note(&mut self, what: Looking<'_>, found: &[Finding]) {
        if self.next.is_some() || self.looks.len() >= LOOKS_MAX {
            return;
        }
        let start = self.findings.len();
        self.findings.extend_from_slice(found);
        let text = if what.at.is_some() {
            Span::new(0, what.text.len())
        } else {
            let start = self.texts.len();
            self.texts.push_str(what.text);
            Span::new(start, self.texts.len())
        };
        let Looking { path, kind, at, text: _ } = what;
        self.looks.push(Look { path, kind, at, text, found: start..self.findings.len() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::Paths;

    fn check(at: impl Fn(usize) -> Option<(Part, usize)>) {
        let (mut looked, path) = (Looked::default(), Paths::default().root());
        let texts: Vec<String> = (0..40).map(|number| format!("text {number}")).collect();
        let looking = |number: usize| Looking { path, kind: TextKind::Text, at: at(number), text: &texts[number] };
        (0..40).for_each(|number| looked.note(looking(number), &[]));
        looked.repeat();
        let labelled = AHEAD_MAX + 4;
        (0..labelled).for_each(|number| looked.pass(looking(number)));
        for number in labelled..40 {
            assert!(looked.again(looking(number)).is_some(), "{number}");
        }
        looked.repeat();
        assert!(looked.again(looking(AHEAD_MAX)).is_none());
        assert!(looked.again(looking(3)).is_some());
        assert!(looked.again(looking(3)).is_none());
        assert!(!format!("{looked:?}").contains("text 3"));
    }

    #[test]
    fn texts_that_a_label_speaks_of_do_not_hide_what_comes_behind_them() {
        check(|number| Some((Part::Value, number * 10)));
        check(|_| None);
    }
}
