//! Where a piece of decoded text stands in the bytes it was decoded from.

use super::Span;

/// One run of the decoded (inner) text and the outer bytes it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    inner: usize,
    outer: usize,
    unit: Unit,
}

/// How the bytes of a run correspond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// Byte for byte, until the next run.
    Copied,
    /// One indivisible unit of these lengths, such as an escape and its character.
    Whole { inner: usize, outer: usize },
}

/// Maps spans of an inner text to spans of the outer one: unescaped to raw, normalised to unescaped, nested to holder.
///
/// Monotone. A span grows to whole units: one that touches a part of an escape covers all of it.
/// Built front to back by [`SpanMap::copied`] and [`SpanMap::unit`]; reusable through [`SpanMap::restart`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpanMap {
    runs: Vec<Run>,
    base: usize,
    inner_end: usize,
    outer_end: usize,
}

impl SpanMap {
    /// Makes the map of a text that stands byte for byte at `base` in the outer one.
    pub const fn offset(base: usize) -> Self {
        Self { runs: Vec::new(), base, inner_end: 0, outer_end: base }
    }

    /// Empties the map for a text that begins at `base` in the outer one; keeps its memory.
    pub fn restart(&mut self, base: usize) {
        self.runs.clear();
        self.base = base;
        self.inner_end = 0;
        self.outer_end = base;
    }

    /// Appends `len` bytes that are the same in both.
    pub fn copied(&mut self, len: usize) {
        if len == 0 {
            return;
        }
        if !matches!(self.runs.last(), Some(Run { unit: Unit::Copied, .. })) {
            self.runs.push(Run { inner: self.inner_end, outer: self.outer_end, unit: Unit::Copied });
        }
        self.inner_end += len;
        self.outer_end += len;
    }

    /// Appends one indivisible unit: `outer` bytes that stand for `inner` bytes (0 for what was dropped).
    pub fn unit(&mut self, inner: usize, outer: usize) {
        self.runs.push(Run { inner: self.inner_end, outer: self.outer_end, unit: Unit::Whole { inner, outer } });
        self.inner_end += inner;
        self.outer_end += outer;
    }

    /// Tells whether every byte stands for itself at a fixed distance.
    pub fn is_plain(&self) -> bool {
        self.runs.iter().all(|run| run.unit == Unit::Copied)
    }

    /// Maps a span of the inner text to the outer bytes it came from.
    pub fn to_outer(&self, span: Span) -> Span {
        if self.is_plain() {
            return span.shifted(self.base);
        }
        if span.is_empty() {
            let at = self.start_of(span.start);
            return Span::new(at, at);
        }
        Span::new(self.start_of(span.start), self.end_of(span.end))
    }

    /// Maps through this map and then through `outer`: the composition of both.
    pub fn to_outer_through(&self, span: Span, outer: &Self) -> Span {
        outer.to_outer(self.to_outer(span))
    }

    /// Maps a span of the outer bytes back, where it is made of whole units, as [`SpanMap::to_outer`] gives it.
    pub fn to_inner(&self, span: Span) -> Span {
        Span::new(self.inner_of(span.start), self.inner_of(span.end))
    }

    /// Inner place of the unit that begins at the outer byte `at`.
    fn inner_of(&self, at: usize) -> usize {
        if self.is_plain() {
            return at.saturating_sub(self.base);
        }
        if at >= self.outer_end {
            return self.inner_end;
        }
        let after = self.runs.partition_point(|run| run.outer <= at);
        let Some(run) = after.checked_sub(1).and_then(|last| self.runs.get(last)) else { return 0 };
        match run.unit {
            Unit::Copied => run.inner + (at - run.outer),
            Unit::Whole { .. } => run.inner,
        }
    }

    /// Outer start of the unit that holds the inner byte `at`.
    fn start_of(&self, at: usize) -> usize {
        if at >= self.inner_end {
            return self.outer_end;
        }
        // The last run that begins at or before `at` and is not empty inside.
        let after = self.runs.partition_point(|run| run.inner <= at);
        let Some(run) = after.checked_sub(1).and_then(|last| self.runs.get(last)) else {
            return self.base;
        };
        match run.unit {
            Unit::Copied => run.outer + (at - run.inner),
            Unit::Whole { .. } => run.outer,
        }
    }

    /// Outer end of the unit that holds the last inner byte before `end`.
    fn end_of(&self, end: usize) -> usize {
        let last = end.saturating_sub(1);
        let after = self.runs.partition_point(|run| run.inner <= last);
        let Some(run) = after.checked_sub(1).and_then(|index| self.runs.get(index)) else {
            return self.base;
        };
        match run.unit {
            Unit::Copied => (run.outer + (end - run.inner)).min(self.outer_end),
            Unit::Whole { outer, .. } => run.outer + outer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_shifted() {
        assert_eq!(SpanMap::offset(7).to_outer(Span::new(1, 3)), Span::new(8, 10));
    }

    #[test]
    fn a_span_grows_to_whole_escapes() {
        // raw `a\u00e9b`, decoded `aéb`, raw beginning at 10
        let mut map = SpanMap::default();
        map.restart(10);
        map.copied(1);
        map.unit(2, 6);
        map.copied(1);
        assert_eq!(map.to_outer(Span::new(0, 1)), Span::new(10, 11));
        assert_eq!(map.to_outer(Span::new(1, 3)), Span::new(11, 17));
        assert_eq!(map.to_outer(Span::new(2, 3)), Span::new(11, 17));
        assert_eq!(map.to_outer(Span::new(0, 4)), Span::new(10, 18));
        assert_eq!(map.to_outer(Span::new(3, 4)), Span::new(17, 18));
    }

    #[test]
    fn what_is_mapped_to_the_outer_text_is_mapped_back() {
        let mut map = SpanMap::default();
        map.restart(10);
        map.copied(2);
        map.unit(2, 6);
        map.unit(0, 1);
        map.copied(3);
        for span in
            [(0, 1), (0, 2), (2, 4), (1, 4), (4, 7), (0, 7), (7, 7), (2, 2)].map(|(start, end)| Span::new(start, end))
        {
            assert_eq!(map.to_inner(map.to_outer(span)), span);
        }
        assert_eq!(SpanMap::offset(7).to_inner(Span::new(8, 10)), Span::new(1, 3));
    }

    #[test]
    fn what_was_dropped_inside_a_span_is_covered_and_beside_it_is_not() {
        // outer `-1-2-`, hyphens dropped, inner `12`
        let mut map = SpanMap::default();
        map.restart(0);
        map.unit(0, 1);
        map.copied(1);
        map.unit(0, 1);
        map.copied(1);
        map.unit(0, 1);
        assert_eq!(map.to_outer(Span::new(0, 2)), Span::new(1, 4));
        assert_eq!(map.to_outer(Span::new(0, 1)), Span::new(1, 2));
        assert_eq!(map.to_outer(Span::new(1, 2)), Span::new(3, 4));
    }
}
