//! One leaf's text into findings.

use super::context::{self, Near};
use super::matcher::{MatchScratch, Wanted, has_bit, set_bit};
use super::scratch::{Bound, Candidate, Context};
use super::set::{Detail, RecognizerSet};
use super::{DetectScratch, EntityMask, FieldHint, TextKind, email, normal};
use crate::model::{Finding, RecognizerIndex, Score, Span, Validation};

/// The least that context raises a finding to.
const CONTEXT_FLOOR: Score = Score::from_thousandths(400);
/// Candidates on either side that are looked at for what stands between a finding and its context.
const NEIGHBOURS_MAX: usize = 64;

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
        let mut normal = std::mem::take(&mut scratch.normal);
        let folded = normal::fold(text, &mut normal, &mut scratch.map);
        let read = if folded { normal.as_str() } else { text };
        if kind == TextKind::Number && !is_plain_integer(text) {
            scratch.candidates.clear();
        } else {
            self.scan_normal(read, kind, hint, mask, scratch);
        }
        if kind != TextKind::Key {
            out.extend(self.by_field_name(text, read, hint, mask, &scratch.candidates));
        }
        scratch.normal = normal;
        for candidate in &scratch.candidates {
            let Some(detail) = self.detail(candidate.recognizer) else { continue };
            if mask.floor(detail.entity).is_none_or(|floor| candidate.score < floor) {
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
        let DetectScratch { bound, candidates, called, .. } = scratch;
        candidates.clear();
        let Bound { matching, wanted, .. } = self.bind(bound, mask);
        let found = |place: usize, span: Span| candidates.extend(self.candidate(place, span));
        let call = |row: &mut [u64]| self.call(text, kind, hint, called, row);
        match kind {
            TextKind::Number => self.matcher.search_whole(text, wanted, matching, call, found),
            TextKind::Text | TextKind::Key => self.matcher.search(text, wanted, matching, call, found),
        }
        if kind != TextKind::Number && memchr::memchr(b'@', text.as_bytes()).is_some() {
            self.emails(text, mask, candidates);
        }
        candidates.sort_unstable_by_key(|found| (found.span, found.recognizer, found.pattern));
        self.raise(text, hint, candidates);
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
            let alone = if detail.certain { Score::ONE } else { pattern.base };
            if alone >= floor {
                wanted.add_strong(place);
            } else {
                // Where context brings it below the floor, it may still tell the types that share a field's name apart.
                wanted.add_weak(place);
            }
        }
    }

    /// Sets the bits of the patterns that the field's name or a word of the text may be context for.
    fn call(&self, text: &str, kind: TextKind, hint: &FieldHint, called: &mut Vec<u64>, row: &mut [u64]) {
        called.clear();
        called.resize(self.recognizers.len().div_ceil(64), 0);
        if kind != TextKind::Number {
            for word in self.callers.search.find_overlapping_iter(text) {
                if let Some(recognizer) = self.callers.recognizers.get(word.pattern().as_usize()) {
                    set_bit(called, usize::from(recognizer.0));
                }
            }
        }
        for (place, pattern) in self.matcher.patterns().iter().enumerate() {
            if hint.calls(pattern.recognizer) || has_bit(called, usize::from(pattern.recognizer.0)) {
                set_bit(row, place);
            }
        }
    }

    fn candidate(&self, place: usize, span: Span) -> Option<Candidate> {
        let pattern = self.matcher.patterns().get(place)?;
        let detail = self.detail(pattern.recognizer)?;
        let (score, validation) = if pattern.validators.is_empty() {
            (pattern.base, Validation::None)
        } else if detail.certain {
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

    fn emails(&self, text: &str, mask: &EntityMask, candidates: &mut Vec<Candidate>) {
        for by in &self.emails {
            if self.detail(by.recognizer).is_none_or(|detail| !mask.contains(detail.entity)) {
                continue;
            }
            email::search(text, |span| {
                candidates.push(Candidate {
                    span,
                    recognizer: by.recognizer,
                    pattern: 0,
                    base: by.score,
                    score: by.score,
                    validation: Validation::None,
                    context: Context::None,
                });
            });
        }
    }

    /// Raises the candidates that the field's name or the words near them speak for, each once.
    fn raise(&self, text: &str, hint: &FieldHint, candidates: &mut [Candidate]) {
        let mut near: Option<(Span, Near)> = None;
        for at in 0..candidates.len() {
            let Some(candidate) = candidates.get(at).copied() else { break };
            let Some(detail) = self.detail(candidate.recognizer) else { continue };
            if candidate.score == Score::ONE || detail.phrases.is_empty() {
                continue;
            }
            let found = hint.calls(candidate.recognizer) || is_listed(text, candidates, at) || {
                if near.as_ref().is_none_or(|(span, _)| *span != candidate.span) {
                    near = Some((candidate.span, Near::read(text, candidate.span)));
                }
                let words = near.as_ref().map(|(_, words)| words);
                words.is_some_and(|words| self.speaks(words, detail, candidates, at))
            };
            if let Some(candidate) = candidates.get_mut(at).filter(|_| found) {
                candidate.context = Context::Found;
                candidate.score = raised(candidate.score, detail);
            }
        }
    }

    /// Tells whether a context phrase stands among the words, with no finding of the same family in between.
    fn speaks(&self, words: &Near, detail: &Detail, candidates: &[Candidate], at: usize) -> bool {
        let Some(span) = candidates.get(at).map(|candidate| candidate.span) else { return false };
        let family = |detail: &Detail| self.entities.get(usize::from(detail.entity.0)).map(|info| &info.family);
        let around = at.saturating_sub(NEIGHBOURS_MAX)..at.saturating_add(NEIGHBOURS_MAX).min(candidates.len());
        let neighbours = candidates.get(around).unwrap_or_default();
        detail.phrases.iter().flat_map(|phrase| words.places(phrase)).any(|place| {
            let gap = if place.end <= span.start {
                Span::new(place.end, span.start)
            } else {
                Span::new(span.end, place.start)
            };
            !neighbours.iter().any(|other| {
                gap.contains(other.span)
                    && other.score >= CONTEXT_FLOOR
                    && self.detail(other.recognizer).is_some_and(|other| family(other) == family(detail))
            })
        })
    }
}

fn raised(score: Score, detail: &Detail) -> Score {
    score.raised(detail.boost).max(CONTEXT_FLOOR)
}

/// Tells whether a candidate goes on a list (`a, b and c`) of the same recognizer's findings that context speaks for.
fn is_listed(text: &str, candidates: &[Candidate], at: usize) -> bool {
    /// Bytes between two items of a list.
    const GAP_MAX: usize = 12;
    /// Words between two items of a list.
    const LINKS: [&str; 8] = ["and", "or", "und", "oder", "y", "o", "et", "ou"];
    let Some(candidate) = candidates.get(at) else { return false };
    let before = candidates.get(at.saturating_sub(NEIGHBOURS_MAX)..at).unwrap_or_default();
    before.iter().rev().any(|other| {
        let gap = Span::new(other.span.end, candidate.span.start);
        if other.recognizer != candidate.recognizer
            || other.context != Context::Found
            || other.span.end > candidate.span.start
            || gap.len() > GAP_MAX
        {
            return false;
        }
        let between = gap.of(text);
        let mut links = true;
        context::words(between, |word| links &= LINKS.contains(&word.of(between)));
        links
    })
}

/// Tells whether a number's text is an unsigned integer of 7 to 19 digits: shorter ones identify nobody, and random
/// floats hold valid card numbers.
fn is_plain_integer(text: &str) -> bool {
    (7..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}
