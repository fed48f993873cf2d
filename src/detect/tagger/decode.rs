//! The best row of labels for a row of tokens, and what it names.

use super::Sensitivity;
use super::feature::{FEATURES, Window};
use super::gate::Gate;
use super::label::{LANES, OUTSIDE, Part, Type, closes, may_follow, part_of, type_of};
use super::model::{IMPOSSIBLE, Model};
use super::probability::probability;
use super::token::Token;

/// Memory of decoding.
#[derive(Debug, Default)]
pub(super) struct DecodeScratch {
    emissions: Vec<[i16; LANES]>,
    back: Vec<[u8; LANES]>,
    labels: Vec<usize>,
}

#[cfg(test)]
impl DecodeScratch {
    /// Elements of memory that are held.
    pub(super) fn held(&self) -> usize {
        self.emissions.capacity().max(self.back.capacity()).max(self.labels.capacity())
    }
}

/// A row of tokens that was labelled as one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// First token, and first token after.
    pub(crate) first: usize,
    pub(crate) end: usize,
    pub(crate) of: Type,
    /// Thousandths.
    pub(crate) probability: u16,
    /// What the probability is of.
    pub(crate) by: By,
}

/// What found a name, and so what its score says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// The model: it is the model's probability. Rules may have moved its ends, or told its type.
    Model,
    /// A rule of form alone, where the model found nothing or less: it is how sure rules are.
    Form,
}

/// Labels a segment's tokens and appends what they name to `out`, in order.
///
/// Runs of tokens that can name nothing are passed over; what stands between is decoded by itself.
pub(super) fn decode(
    model: &Model<'_>,
    tokens: &[Token],
    gate: &Gate,
    sensitivity: Sensitivity,
    scratch: &mut DecodeScratch,
    out: &mut Vec<Named>,
) {
    let mut ids = [0; FEATURES];
    let mut at = 0;
    while at < tokens.len() {
        if !gate.is_open(at) {
            at += 1;
            continue;
        }
        let first = at;
        scratch.emissions.clear();
        let mut window = Window::at(tokens, at);
        while at < tokens.len() && gate.is_open(at) {
            window.features(&mut ids);
            window.slide(tokens.get(at + 3));
            let outside = tokens.get(at).map_or(0, |token| model.outside(sensitivity, token.line));
            scratch.emissions.push(model.emission(&ids, outside));
            at += 1;
        }
        label(model, scratch);
        name(model, first, scratch, out);
    }
}

/// Finds the best labels for the emissions, with nothing open before and after.
///
/// Scores carry the label they came from in their lowest four bits, so that one comparison chooses both.
fn label(model: &Model<'_>, scratch: &mut DecodeScratch) {
    let DecodeScratch { emissions, back, labels } = scratch;
    back.clear();
    let mut best = [IMPOSSIBLE; LANES];
    best[OUTSIDE] = 0;
    for emission in emissions.iter() {
        let mut next = [i32::MIN; LANES];
        for (score, steps) in best.iter().zip(&model.steps) {
            let score = score << 4;
            for (slot, step) in next.iter_mut().zip(steps) {
                *slot = (*slot).max(score + step);
            }
        }
        let mut came = [0; LANES];
        for (((slot, came), score), own) in next.iter().zip(&mut came).zip(&mut best).zip(emission) {
            let [low, ..] = (slot & 0xF).to_le_bytes();
            *came = low;
            *score = (slot >> 4).max(IMPOSSIBLE) + i32::from(*own);
        }
        back.push(came);
    }
    let last = best.iter().zip(0..LANES).filter(|(_, label)| closes(*label));
    let end = |(score, label): &(&i32, usize)| {
        let after = model.transitions.get(*label).map_or(IMPOSSIBLE, |row| row[OUTSIDE]);
        (**score + after, *label)
    };
    let mut at = last.max_by_key(end).map_or(OUTSIDE, |(_, label)| label);
    labels.clear();
    for came in back.iter().rev() {
        labels.push(at);
        at = came.get(at).copied().map_or(OUTSIDE, usize::from);
    }
    labels.reverse();
}

/// Appends what the labels name.
fn name(model: &Model<'_>, offset: usize, scratch: &DecodeScratch, out: &mut Vec<Named>) {
    let DecodeScratch { emissions, labels, .. } = scratch;
    let mut begun = 0;
    for (at, label) in labels.iter().copied().enumerate() {
        let before = at.checked_sub(1).and_then(|before| labels.get(before)).copied().unwrap_or(OUTSIDE);
        if closes(before) {
            begun = at;
        }
        if part_of(label) == Part::Outside || !closes(label) {
            continue;
        }
        let margin = margin(model, emissions, labels, begun..at + 1);
        out.push(Named {
            first: offset + begun,
            end: offset + at + 1,
            of: type_of(label),
            probability: probability(margin, model.temperature),
            by: By::Model,
        });
    }
}

/// Tells by how much the labels of a range score more than nothing at all there.
fn margin(model: &Model<'_>, emissions: &[[i16; LANES]], labels: &[usize], range: std::ops::Range<usize>) -> i32 {
    let label = |at: Option<usize>| at.and_then(|at| labels.get(at)).copied().unwrap_or(OUTSIDE);
    let step = |from: usize, to: usize| {
        debug_assert!(may_follow(from, to), "the path keeps to what may follow");
        model.transitions.get(from).and_then(|row| row.get(to)).copied().unwrap_or_default()
    };
    let mut margin = 0;
    let before = label(range.start.checked_sub(1));
    let (mut from, mut from_none) = (before, before);
    for at in range.clone() {
        let to = label(Some(at));
        let emission = emissions.get(at).copied().unwrap_or_default();
        margin += step(from, to) - step(from_none, OUTSIDE);
        margin += emission.get(to).copied().map_or(0, i32::from) - i32::from(emission[OUTSIDE]);
        (from, from_none) = (to, OUTSIDE);
    }
    let after = label(Some(range.end));
    margin + step(from, after)
        - step(OUTSIDE, if closes(after) || part_of(after) == Part::First { after } else { OUTSIDE })
}
