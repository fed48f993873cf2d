//! Memory that a scan reuses.

use std::sync::Arc;

use super::EntityMask;
use super::context::Near;
use super::engine::Signs;
use super::lexicon::Lexicon;
use super::matcher::{Active, MatchScratch, Matcher, Sight, Wanted};
use super::shapes::Shapes;
use super::vocabulary::Heard;
use crate::model::{Context, RecognizerIndex, Score, Span, SpanMap, Validation};

/// Memory that a scan reuses; one for each worker. Bounded, and bound to the last set it was used with.
#[derive(Debug, Default)]
pub struct DetectScratch {
    /// What is bound to one set.
    pub(super) bound: Option<Bound>,
    pub(super) normal: String,
    pub(super) map: SpanMap,
    pub(super) lower: String,
    pub(super) lower_map: SpanMap,
    pub(super) candidates: Vec<Candidate>,
    pub(super) heard: Heard,
    pub(super) near: Near,
    pub(super) tags: super::tag::TagMemory,
}

/// Memory of one arena that is kept for the next text, in bytes; what a larger one needed goes back.
const KEPT_MAX: usize = 1 << 20;

impl DetectScratch {
    /// Empties what was needed of one text. Keeps the memory, unless that is more than ordinary texts need.
    pub(super) fn renew(&mut self) {
        renew(&mut self.candidates);
        self.tags.renew();
        self.normal.clear();
        self.normal.shrink_to(KEPT_MAX);
        if let Some(bound) = &mut self.bound {
            renew(&mut bound.sights);
        }
    }
}

/// Empties an arena of a text.
pub(super) fn renew<T>(arena: &mut Vec<T>) {
    arena.clear();
    arena.shrink_to(KEPT_MAX / size_of::<T>().max(1));
}

/// Memory that is bound to one set.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) identity: [u8; 32],
    pub(super) matching: MatchScratch,
    pub(super) mask: EntityMask,
    /// The matcher that texts are searched with, where it is not the set's own.
    pub(super) narrowed: Option<Arc<Matcher>>,
    pub(super) wanted: Wanted,
    pub(super) engines: WantedEngines,
    /// Whether any pattern or engine is wanted: names and places are found by the tagger, which asks none of them.
    pub(super) seeks: bool,
    /// The patterns that something calls for, as a row of bits.
    pub(super) called: Vec<u64>,
    pub(super) active: Active,
    /// What is active where nothing is called for.
    pub(super) uncalled: Active,
    /// What is active where everything is.
    pub(super) everything: Active,
    pub(super) shapes: Shapes,
    pub(super) lexicon: Lexicon,
    /// Where something may begin in the text at hand.
    pub(super) sights: Vec<Sight>,
    /// What is active and possible in a text of the shape at hand.
    pub(super) narrow: Active,
}

/// The engines that are wanted, as bits by their places.
#[derive(Debug, Default)]
pub(super) struct WantedEngines {
    /// Those whose findings count alone.
    pub(super) alone: u64,
    /// Those whose findings count only beside context.
    pub(super) beside_context: u64,
    /// By sign: those that find nothing in a text without it.
    pub(super) by_sign: [u64; Signs::ALL.len()],
    /// Those that find nothing in a text without one of their first words.
    pub(super) by_word: u64,
    /// The places of those that have no bit, and whether their findings count only beside context.
    pub(super) more: Vec<(usize, bool)>,
}

impl WantedEngines {
    /// Tells whether none is wanted.
    pub(super) fn is_empty(&self) -> bool {
        self.alone | self.beside_context == 0 && self.more.is_empty()
    }
}

/// What a recognizer found, before context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Candidate {
    /// Where, in the text that was searched.
    pub(super) span: Span,
    pub(super) recognizer: RecognizerIndex,
    /// The pattern's place in the recognizer's file.
    pub(super) pattern: u16,
    pub(super) base: Score,
    pub(super) score: Score,
    pub(super) validation: Validation,
    pub(super) context: Context,
}
