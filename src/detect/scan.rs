//! One leaf's text into findings.

use super::mask::Home;
use super::matcher::{Calls, Glance, MatchScratch, Wanted, has_bit, set_bit};
use super::raise::raised;
use super::scratch::{Bound, Candidate};
use super::set::{Detail, RecognizerSet};
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
        let glance = if kind == TextKind::Number { Glance::Any } else { self.matcher.glance(text) };
        let nothing = match (kind, glance) {
            (TextKind::Number, _) => !is_plain_integer(text),
            (TextKind::Text | TextKind::Key, Glance::Nothing) => !self.engines_may_find(text, hint, mask),
            (TextKind::Prose, _) | (TextKind::Text | TextKind::Key, Glance::Ascii(_) | Glance::Any) => false,
        };
        if nothing {
            // Most fields are done here.
            scratch.candidates.clear();
            if kind != TextKind::Key && hint.proof().is_some() {
                let mut normal = std::mem::take(&mut scratch.normal);
                let folded = normal::fold(text, &mut normal, &mut scratch.map);
                let read = if folded { normal.as_str() } else { text };
                out.extend(self.by_field_name(text, read, hint, mask, &[]));
                scratch.normal = normal;
            }
            return;
        }
        let mut normal = std::mem::take(&mut scratch.normal);
        let folded = normal::fold(text, &mut normal, &mut scratch.map);
        let read = if folded { normal.as_str() } else { text };
        self.scan_normal((read, glance), kind, hint, mask, scratch);
        if kind != TextKind::Key {
            out.extend(self.by_field_name(text, read, hint, mask, &scratch.candidates));
        }
        scratch.normal = normal;
        for candidate in &scratch.candidates {
            let Some(detail) = self.detail(candidate.recognizer) else { continue };
            let abroad = mask.home(detail.entity) == Home::Foreign && !candidate.context.is_for();
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
        (text, glance): (&str, Glance),
        kind: TextKind,
        hint: &FieldHint,
        mask: &EntityMask,
        scratch: &mut DetectScratch,
    ) {
        let DetectScratch { bound, candidates, called, near, tags, .. } = scratch;
        candidates.clear();
        let Bound { matching, wanted, .. } = self.bind(bound, mask);
        let found = |place: usize, span: Span| candidates.extend(self.candidate(place, span));
        let calls = Calling { set: self, text, kind, hint, called };
        match kind {
            TextKind::Number => self.matcher.search_whole(text, wanted, matching, calls, found),
            TextKind::Text | TextKind::Prose | TextKind::Key if glance.is_nothing() => {}
            TextKind::Text | TextKind::Prose | TextKind::Key => {
                self.matcher.search((text, glance), wanted, matching, calls, found);
            }
        }
        if kind != TextKind::Number {
            self.run_engines(text, hint, mask, called, candidates);
        }
        candidates.sort_unstable_by_key(|found| (found.span, found.recognizer, found.pattern));
        self.raise(text, hint, mask, near, candidates);
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
        });
        if bound.mask != *mask {
            bound.mask.clone_from(mask);
            self.wanted(mask, &mut bound.wanted);
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
            let home = mask.home(detail.entity);
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

    /// Sets the bits of the patterns that the field's name or a word of the text may be context for.
    fn call(&self, text: &str, kind: TextKind, hint: &FieldHint, called: &mut Vec<u64>, row: &mut [u64]) {
        self.listen(if kind == TextKind::Number { "" } else { text }, called);
        for (word, called) in called.iter().enumerate() {
            let by_name = hint.context().and_then(|bits| bits.get(word)).copied().unwrap_or_default();
            let mut bits = called | by_name;
            while bits != 0 {
                let recognizer = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                let patterns = self.details.get(recognizer).map(|detail| detail.patterns.clone());
                patterns.into_iter().flatten().for_each(|place| set_bit(row, place));
            }
        }
    }

    /// Notes which recognizers a word of the text may be context for.
    fn listen(&self, text: &str, called: &mut Vec<u64>) {
        called.clear();
        called.resize(self.recognizers.len().div_ceil(64), 0);
        if self.callers.have_letters && text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_alphabetic()) {
            return;
        }
        for word in self.callers.search.find_overlapping_iter(text) {
            if let Some(recognizer) = self.callers.recognizers.get(word.pattern().as_usize()) {
                set_bit(called, usize::from(recognizer.0));
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

    /// Tells at a glance whether an engine that is wanted may find something; the matcher's glance knows of e-mail
    /// addresses.
    fn engines_may_find(&self, text: &str, hint: &FieldHint, mask: &EntityMask) -> bool {
        self.engines.iter().any(|engine| {
            let Some(detail) = self.detail(engine.recognizer) else { return false };
            let Some(floor) = mask.floor(detail.entity) else { return false };
            // What needs context needs a word, if not the field's name.
            let is_called = engine.best() >= floor
                || hint.calls(engine.recognizer)
                || text.bytes().any(|byte| byte.is_ascii_alphabetic());
            is_called && engine.glance(text, floor)
        })
    }

    /// Lets the engines find that are wanted: those that reach what is wanted alone, the others where context calls.
    fn run_engines(
        &self,
        text: &str,
        hint: &FieldHint,
        mask: &EntityMask,
        called: &mut Vec<u64>,
        candidates: &mut Vec<Candidate>,
    ) {
        let mut asked = false;
        for engine in &self.engines {
            let Some(detail) = self.detail(engine.recognizer) else { continue };
            let Some(floor) = mask.floor(detail.entity) else { continue };
            if engine.best() < floor {
                if detail.phrases.is_empty() || raised(engine.best(), detail.boost) < floor {
                    continue;
                }
                if !std::mem::replace(&mut asked, true) {
                    self.listen(text, called);
                }
                if !hint.calls(engine.recognizer) && !has_bit(called, usize::from(engine.recognizer.0)) {
                    continue;
                }
            }
            engine.search(text, |span, place, score| {
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

/// What calls for weak patterns in one text.
struct Calling<'a> {
    set: &'a RecognizerSet,
    text: &'a str,
    kind: TextKind,
    hint: &'a FieldHint,
    /// Bits by recognizer.
    called: &'a mut Vec<u64>,
}

impl Calls for Calling<'_> {
    fn possible(&self) -> bool {
        self.kind != TextKind::Number || self.hint.context().is_some()
    }

    fn fill(&mut self, row: &mut [u64]) {
        self.set.call(self.text, self.kind, self.hint, self.called, row);
    }
}

/// Tells whether a number's text is an unsigned integer of 7 to 19 digits: shorter ones identify nobody, and random
/// floats hold valid card numbers.
fn is_plain_integer(text: &str) -> bool {
    (7..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
