//! The shapes of short texts that come again, and what a text of each can hold.
//!
//! Most short texts of a stream are of few shapes (`AAA-0000-0000000`), and what a shape rules out it rules out for all of
//! them: patterns (`matcher::possible`) and engines (`Signs`). Words are none of its business: what they call for is heard
//! in every text. Nothing depends on a mask, a field or an earlier text, so a text finds the same whether its shape is
//! known or not.
//!
//! Bounded: a table of fixed size, in which a shape takes the place of an older one. What a shape rules out is worked out
//! when it is seen a second time, for no more steps than [`CREDIT`] for each byte that was read, so that a stream of ever
//! new shapes, or of shapes that drive each other out, costs no more for it.

use rustc_hash::FxHashMap;

use super::bits::Shape;
use super::engine::Signs;
use super::matcher::Starts;

/// Shapes that are known: 160 kB for each worker.
const SHAPES: usize = 4096;
/// Shapes that share a place: two that come again and again do not drive each other out.
const WAYS: usize = 2;
/// Shapes that were seen once: few, so that one of many that hardly come again is forgotten soon.
const SEEN: usize = 1 << 11;
/// Rows of patterns that are told apart; a shape with a further one is not kept.
const ROWS_MAX: usize = 2048;
/// Steps that may be taken for each byte of texts whose shape is not known.
const CREDIT: i64 = 1;
/// Steps that may be taken at the beginning, and saved up.
const CREDIT_MAX: i64 = 4 << 20;

/// The shapes that one worker knows, of one set.
#[derive(Debug)]
pub(super) struct Shapes {
    known: Vec<[Known; WAYS]>,
    /// A part of the hash of the last shape at each place.
    seen: Vec<u16>,
    /// Rows of patterns, and the place of each.
    rows: Vec<Vec<u64>>,
    places: FxHashMap<Vec<u64>, u16>,
    /// Steps that may be taken; below zero where too many were.
    credit: i64,
}

/// What a text of a shape can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Known {
    shape: Shape,
    pub(super) signs: Signs,
    row: u16,
    pub(super) starts: Starts,
}

/// What was worked out of a shape, beside the row of the patterns.
#[derive(Debug)]
pub(super) struct Learned {
    pub(super) signs: Signs,
    pub(super) starts: Starts,
    pub(super) steps: usize,
}

impl Default for Shapes {
    fn default() -> Self {
        Self { known: Vec::new(), seen: Vec::new(), rows: Vec::new(), places: FxHashMap::default(), credit: CREDIT_MAX }
    }
}

impl Shapes {
    /// Gives what is known of a shape.
    #[inline]
    pub(super) fn get(&self, shape: &Shape) -> Option<Known> {
        let known = self.known.get(place(shape.hash(), SHAPES / WAYS))?;
        known.iter().find(|known| known.shape == *shape).copied()
    }

    /// Gives the patterns that can find something in a text of a shape, as a row of bits; empty where there is none.
    pub(super) fn row(&self, known: Known) -> &[u64] {
        self.rows.get(usize::from(known.row)).map_or(&[], Vec::as_slice)
    }

    /// Notes a shape that is not known; where it was seen before, `learn` writes the row of the patterns and gives the
    /// rest.
    pub(super) fn note(&mut self, shape: &Shape, learn: impl FnOnce(&mut Vec<u64>) -> Option<Learned>) {
        self.credit = (self.credit + CREDIT * i64::from(shape.len())).min(CREDIT_MAX);
        if self.known.is_empty() {
            self.known.resize(SHAPES / WAYS, <[Known; WAYS]>::default());
            self.seen.resize(SEEN, 0);
        }
        let hash = shape.hash();
        let tag = u16::try_from(hash & 0xffff).unwrap_or_default() | 1;
        let Some(seen) = self.seen.get_mut(place(hash, SEEN)) else { return };
        if std::mem::replace(seen, tag) != tag || self.credit < 0 {
            return;
        }
        let mut row = Vec::new();
        let Some(Learned { signs, starts, steps }) = learn(&mut row) else { return };
        super::steps::add(steps);
        self.credit -= i64::try_from(steps).unwrap_or(i64::MAX / 2);
        if row.iter().all(|word| *word == 0) {
            row.clear();
        }
        let row = match self.places.get(&row) {
            Some(known) => *known,
            None if self.rows.len() < ROWS_MAX => {
                let Ok(at) = u16::try_from(self.rows.len()) else { return };
                self.places.insert(row.clone(), at);
                self.rows.push(row);
                at
            }
            None => return,
        };
        if let Some(known) = self.known.get_mut(place(hash, SHAPES / WAYS)) {
            // The oldest makes room.
            known.rotate_right(1);
            known[0] = Known { shape: *shape, signs, row, starts };
        }
    }
}

/// A hash's place in a table of so many.
#[inline]
fn place(hash: u64, slots: usize) -> usize {
    usize::try_from(hash >> 40).unwrap_or_default() % slots
}

#[cfg(test)]
mod tests {
    use super::super::bits::Glance;
    use super::super::{DetectScratch, EntityMask, RecognizerSet, TaggerUse, TextKind};
    use super::*;
    use crate::model::Finding;

    /// A text of the same shape: every digit and every letter is another one.
    fn other(text: &str) -> String {
        let next = |c: char| match c {
            '9' => '0',
            'z' => 'a',
            'Z' => 'A',
            c if c.is_ascii_alphanumeric() => char::from_u32(u32::from(c) + 1).unwrap(),
            c => c,
        };
        text.chars().map(next).collect()
    }

    /// Whether the shape of a text is known or not, and from which text, the same is found; for every example.
    #[test]
    fn a_known_shape_changes_nothing() {
        let set = RecognizerSet::builtin();
        let mask = EntityMask::all(&set).with_tagger(TaggerUse::Off);
        let scan = |text: &str, field: &str, scratch: &mut DetectScratch| -> Vec<Finding> {
            let mut found = Vec::new();
            set.scan(text, TextKind::Text, &set.hint(&[field]), &mask, scratch, &mut found);
            found
        };
        let mut learned = DetectScratch::default();
        let mut known = 0;
        for info in set.recognizers() {
            let finds = info.finds.iter().map(|(text, field, _)| (text, field));
            for (text, field) in finds.chain(info.finds_nothing.iter().map(|(text, field)| (text, field))) {
                let parts = text.split_inclusive([' ', '\n', ':']).map(str::trim);
                for text in std::iter::once(text.as_str()).chain(parts) {
                    (0..2).for_each(|_| drop(scan(&other(text), field, &mut learned)));
                    let expected = scan(text, field, &mut DetectScratch::default());
                    assert_eq!(scan(text, field, &mut learned), expected, "{text}");
                    let shapes = learned.bound.as_ref().map(|bound| &bound.shapes);
                    let glance = Glance::of(text.as_bytes());
                    known +=
                        usize::from(glance.zip(shapes).is_some_and(|(it, shapes)| shapes.get(&it.shape).is_some()));
                }
            }
        }
        assert!(known > 1000, "{known}");
    }

    #[test]
    fn two_shapes_share_a_place_and_the_oldest_makes_room() {
        let shape = |number: u32| {
            let text: String = (0..16).map(|bit| if number >> bit & 1 == 1 { 'x' } else { '7' }).collect();
            Glance::of(text.as_bytes()).unwrap().shape
        };
        let at = |shape: &Shape| place(shape.hash(), SHAPES / WAYS);
        let first = shape(0);
        let [second, third] =
            (1..1 << 16).map(shape).filter(|it| at(it) == at(&first)).take(2).collect::<Vec<_>>().try_into().unwrap();
        let mut shapes = Shapes::default();
        let mut kept = |new: &Shape| {
            let learn =
                |_: &mut Vec<u64>| Some(Learned { signs: Signs::default(), starts: Starts::default(), steps: 1 });
            (0..2).for_each(|_| shapes.note(new, learn));
            [first, second, third].map(|it| shapes.get(&it).is_some())
        };
        assert_eq!(kept(&first), [true, false, false]);
        assert_eq!(kept(&second), [true, true, false]);
        assert_eq!(kept(&third), [false, true, true]);
    }

    #[test]
    fn a_shape_is_learned_when_it_comes_again_and_forgotten_for_another() {
        let shape = |text: &str| Glance::of(text.as_bytes()).unwrap().shape;
        let mut shapes = Shapes::default();
        let learn = |row: &mut Vec<u64>| {
            row.push(6);
            Some(Learned { signs: Signs::default(), starts: Starts::default(), steps: 10 })
        };
        assert_eq!(shapes.get(&shape("ab-1")), None);
        shapes.note(&shape("ab-1"), learn);
        assert_eq!(shapes.get(&shape("ab-1")), None);
        shapes.note(&shape("cd-2"), learn);
        let known = shapes.get(&shape("ef-3")).unwrap();
        assert_eq!(shapes.row(known), [6]);
        assert_eq!(shapes.get(&shape("ef-")), None);
        // A thousand shapes that come twice each stay within the table and the credit.
        for count in 0..40_000_u32 {
            let bits: String = (0..16).map(|bit| if ((count / 2) >> bit) & 1 == 1 { 'x' } else { '7' }).collect();
            shapes.note(&shape(&bits), |row| learn(row).map(|learned| Learned { steps: 1 << 20, ..learned }));
        }
        assert!(shapes.known.len() * WAYS == SHAPES && shapes.rows.len() == 1 && shapes.credit < CREDIT_MAX / 4);
    }
}
