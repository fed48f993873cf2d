//! One leaf's text into findings.

use super::mask::Home;
use super::matcher::{Active, MatchScratch, Matcher, Wanted, set_bit};
use super::raise::raised;
use super::scratch::{Bound, Candidate, WantedEngine};
use super::set::{Detail, RecognizerSet};
use super::vocabulary::Heard;
use super::{DetectScratch, EntityMask, FieldHint, TextKind, normal};
use crate::model::{Context, Finding, RecognizerIndex, Score, Span, Validation};

impl RecognizerSet {
    /// Appends all findings of one leaf to `out`: not resolved, scored after validation and context, only what `mask`
    /// wants, a finding by the field's name first, the others by place.
    ///
    /// Linear in the text. Spans are of `text` as it came and lie on character boundaries.
    pub fn scan(
        &self,
        text: &str,
        kind: TextKind,
        hint: &FieldHint,
        mask: &EntityMask,
        scratch: &mut DetectScratch,
        out: &mut Vec<Finding>,
    ) {
        if text.is_empty() || mask.is_empty() {
            return;
        }
        let kind = self.kind(text, kind, hint, mask);
        let mut normal = std::mem::take(&mut scratch.normal);
        let folded = normal::fold(text, &mut normal, &mut scratch.map);
        let read = if folded { normal.as_str() } else { text };
        self.scan_normal(read, kind, hint, mask, scratch);
        if kind != TextKind::Key {
            out.extend(self.by_field_name(text, read, hint, mask, &scratch.candidates));
        }
        scratch.normal = normal;
        for candidate in &scratch.candidates {
            let Some(detail) = self.detail(candidate.recognizer) else { continue };
            let abroad = mask.home(candidate.recognizer) == Home::Foreign && !candidate.context.is_for();
            if abroad || mask.floor(detail.entity).is_none_or(|floor| candidate.score < floor) {
                continue;
            }
            out.push(Finding {
                span: if folded { scratch.map.to_outer(candidate.span) } else { candidate.span },
                entity: detail.entity,
                recognizer: candidate.recognizer,
                pattern: candidate.pattern,
                score: candidate.score,
                base: candidate.base,
                validation: candidate.validation,
                context: candidate.context,
            });
        }
    }

    pub(super) fn detail(&self, recognizer: RecognizerIndex) -> Option<&Detail> {
        self.details.get(usize::from(recognizer.0))
    }

    /// Fills the scratch's candidates with all of a text that is ready to be read.
    fn scan_normal(
        &self,
        text: &str,
        kind: TextKind,
        hint: &FieldHint,
        mask: &EntityMask,
        scratch: &mut DetectScratch,
    ) {
        let DetectScratch { bound, candidates, heard, near, tags, .. } = scratch;
        candidates.clear();
        let Bound { matching, wanted, engines, active, called, .. } = self.bind(bound, mask);
        let found = |place: usize, span: Span| candidates.extend(self.candidate(place, span));
        if kind == TextKind::Number {
            if is_plain_integer(text) {
                heard.restart(self.details.len());
                self.call(hint, heard, called);
                Matcher::activate(wanted, called, active);
                self.matcher.search_whole(text, active, matching, found);
            }
        } else {
            self.vocabulary.hear(text, heard);
            self.call(hint, heard, called);
            Matcher::activate(wanted, called, active);
            self.matcher.search(text, active, matching, found);
            self.run_engines(text, hint, (heard, engines), candidates);
        }
        if !candidates.is_empty() {
            candidates.sort_unstable_by_key(|found| (found.span, found.recognizer, found.pattern));
            self.raise(text, hint, mask, near, candidates);
        }
        if kind == TextKind::Prose {
            self.tag(text, mask, candidates, tags);
        }
    }

    /// Makes the scratch fit this set and mask.
    fn bind<'s>(&self, bound: &'s mut Option<Bound>, mask: &EntityMask) -> &'s mut Bound {
        let fits = bound.as_ref().is_some_and(|bound| bound.identity == self.identity);
        if !fits {
            *bound = None;
        }
        let bound = bound.get_or_insert_with(|| Bound {
            identity: self.identity,
            matching: MatchScratch::default(),
            mask: EntityMask::new(),
            wanted: Wanted::default(),
            engines: Vec::new(),
            active: Active::default(),
            called: Vec::new(),
        });
        if bound.mask != *mask {
            bound.mask.clone_from(mask);
            self.wanted(mask, &mut bound.wanted);
            self.wanted_engines(mask, &mut bound.engines);
        }
        bound
    }

    /// Sorts the patterns by what the mask wants of them.
    fn wanted(&self, mask: &EntityMask, wanted: &mut Wanted) {
        let patterns = self.matcher.patterns();
        wanted.restart(patterns.len());
        for (place, pattern) in patterns.iter().enumerate() {
            let Some(detail) = self.detail(pattern.recognizer) else { continue };
            let Some(floor) = mask.floor(detail.entity) else { continue };
            let home = mask.home(pattern.recognizer);
            let alone = match home {
                _ if detail.is_certain(pattern.place) => Score::ONE,
                Home::Only if !pattern.validators.is_empty() => raised(pattern.base, detail.boost),
                Home::Only | Home::Among | Home::Foreign => pattern.base,
            };
            if alone >= floor && home != Home::Foreign {
                wanted.add_strong(place);
            } else {
                // Where context brings it below the floor, it may still tell the types that share a field's name apart.
                wanted.add_weak(place);
            }
        }
    }

    /// Lists the engines that the mask wants something of.
    fn wanted_engines(&self, mask: &EntityMask, wanted: &mut Vec<WantedEngine>) {
        wanted.clear();
        for (place, engine) in self.engines.iter().enumerate() {
            let Some(detail) = self.detail(engine.recognizer) else { continue };
            let Some(floor) = mask.floor(detail.entity) else { continue };
            if engine.best() >= floor {
                wanted.push(WantedEngine { place, needs_context: false });
            } else if !detail.phrases.is_empty() && raised(engine.best(), detail.boost) >= floor {
                wanted.push(WantedEngine { place, needs_context: true });
            }
        }
    }

    /// Gathers the patterns that the field's name or a word of the text may be context for, as a row of bits.
    fn call(&self, hint: &FieldHint, heard: &Heard, called: &mut Vec<u64>) {
        called.clear();
        called.resize(self.matcher.patterns().len().div_ceil(64), 0);
        for (word, heard) in heard.recognizers().iter().enumerate() {
            let by_name = hint.context().and_then(|bits| bits.get(word)).copied().unwrap_or_default();
            let mut bits = heard | by_name;
            while bits != 0 {
                let recognizer = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let patterns = self.details.get(recognizer).map(|detail| detail.patterns.clone());
                patterns.into_iter().flatten().for_each(|place| set_bit(called, place));
            }
        }
    }

    fn candidate(&self, place: usize, span: Span) -> Option<Candidate> {
        let pattern = self.matcher.patterns().get(place)?;
        let detail = self.detail(pattern.recognizer)?;
        let (score, validation) = if pattern.validators.is_empty() {
            (pattern.base, Validation::None)
        } else if detail.is_certain(pattern.place) {
            (Score::ONE, Validation::Strong)
        } else {
            (pattern.base, Validation::Weak)
        };
        Some(Candidate {
            span,
            recognizer: pattern.recognizer,
            pattern: pattern.place,
            base: pattern.base,
            score,
            validation,
            context: Context::None,
        })
    }

    /// Lets the engines find that are wanted: those that reach what is wanted alone, the others where context calls.
    fn run_engines(
        &self,
        text: &str,
        hint: &FieldHint,
        (heard, wanted): (&Heard, &[WantedEngine]),
        candidates: &mut Vec<Candidate>,
    ) {
        for one in wanted {
            let Some(engine) = self.engines.get(one.place) else { continue };
            let is_called = !one.needs_context || hint.calls(engine.recognizer) || heard.calls(engine.recognizer);
            let heard = heard.engine(one.place);
            if !is_called || !engine.glance(text, heard) {
                continue;
            }
            engine.search(text, heard, |span, place, score| {
                candidates.push(Candidate {
                    span,
                    recognizer: engine.recognizer,
                    pattern: place,
                    base: score,
                    score,
                    validation: if engine.validators.is_empty() { Validation::None } else { Validation::Weak },
                    context: Context::None,
                });
            });
        }
    }
}

/// Tells whether a number's text is an unsigned integer of 7 to 19 digits: shorter ones identify nobody, and random
/// floats hold valid card numbers.
fn is_plain_integer(text: &str) -> bool {
    (7..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
