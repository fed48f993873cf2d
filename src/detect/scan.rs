//! One leaf's text into findings.

use std::cell::RefCell;
use std::sync::Arc;

use super::bits::{Glance, Shape};
use super::engine::{EngineRecognizer, Signs};
use super::lexicon::Lexicon;
use super::mask::Home;
use super::matcher::{Active, MatchScratch, Matcher, More, Sight, Wanted, set_bits};
use super::raise::{LIST_GAP_MAX, raised};
use super::scratch::{Bound, Candidate, WantedEngines};
use super::set::{Detail, Makers, RecognizerSet};
use super::shapes::{Known, Learned, Shapes};
use super::tag::Sure;
use super::vocabulary::{ENGINES_MAX, Heard};
use super::{DetectScratch, EntityMask, FieldHint, TextKind, date, normal, reading};
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
        let (kind, sure) = self.kind(text, kind, hint, mask);
        let mut normal = std::mem::take(&mut scratch.normal);
        let folded = normal::fold(text, &mut normal, &mut scratch.map);
        let read = if folded { normal.as_str() } else { text };
        self.scan_normal(read, (kind, sure), hint, mask, scratch);
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
        scratch.renew();
    }

    pub(super) fn detail(&self, recognizer: RecognizerIndex) -> Option<&Detail> {
        self.details.get(usize::from(recognizer.0))
    }

    /// Fills the scratch's candidates with all of a text that is ready to be read.
    fn scan_normal(
        &self,
        text: &str,
        (kind, sure): (TextKind, Sure),
        hint: &FieldHint,
        mask: &EntityMask,
        scratch: &mut DetectScratch,
    ) {
        let DetectScratch { bound, candidates, heard, near, tags, .. } = scratch;
        candidates.clear();
        if self.is_sole(text, mask, candidates) {
            heard.restart(self.details.len());
            self.raise(text, hint, mask, (heard, near), candidates);
            return;
        }
        let bound = self.bind(bound, mask);
        if !bound.seeks {
            heard.restart(self.details.len());
        } else if kind == TextKind::Number {
            let Bound { narrowed, matching, wanted, active, called, .. } = bound;
            if may_identify(text) {
                let matcher = self.matcher(narrowed.as_ref());
                heard.restart(self.details.len());
                self.call(matcher, hint, heard, called);
                matcher.activate(wanted, called, active);
                let found = |place: usize, span: Span| candidates.extend(self.candidate(matcher, place, span));
                matcher.search_whole(text, active, matching, found);
            }
        } else {
            self.scan_text(text, hint, bound, heard, candidates);
        }
        if !candidates.is_empty() {
            candidates.sort_unstable_by_key(|found| (found.span, found.recognizer, found.pattern));
            self.raise(text, hint, mask, (heard, near), candidates);
        }
        if kind == TextKind::Prose {
            self.tag((text, sure), mask, candidates, tags);
        }
    }

    /// Adds what patterns and engines find in a text: all of them, or those that its shape leaves.
    fn scan_text(
        &self,
        text: &str,
        hint: &FieldHint,
        bound: &mut Bound,
        heard: &mut Heard,
        candidates: &mut Vec<Candidate>,
    ) {
        let bytes = text.as_bytes();
        let glance = Glance::of(bytes);
        let known = glance.as_ref().and_then(|glance| Some((glance, bound.shapes.get(&glance.shape)?)));
        let signs = if let Some((glance, known)) = known {
            self.vocabulary.hear_short(bytes, glance, heard);
            self.search_shape(text, known, hint, (bound, heard), candidates);
            known.signs
        } else {
            if let Some(Glance { shape, .. }) = &glance {
                let Bound { narrowed, shapes, .. } = &mut *bound;
                shapes.note(shape, |row| learn(self.matcher(narrowed.as_ref()), shape, row));
            }
            self.search_words(text, hint, (bound, heard), candidates)
        };
        self.run_engines((text, signs), hint, (heard, &bound.engines), candidates);
    }

    /// Searches a short text, whose words were heard, with the patterns that its shape leaves.
    fn search_shape(
        &self,
        text: &str,
        known: Known,
        hint: &FieldHint,
        (bound, heard): (&mut Bound, &Heard),
        candidates: &mut Vec<Candidate>,
    ) {
        let Bound { narrowed, matching, wanted, active, uncalled, everything, called, shapes, narrow, .. } = bound;
        let matcher = self.matcher(narrowed.as_ref());
        let row = shapes.row(known);
        if row.is_empty() {
            return;
        }
        let Some(sights) = matcher.sights_of(text, known.starts) else { return };
        if !narrow.narrow(everything, row) {
            return;
        }
        let active = self.active(matcher, hint, heard, (wanted, called), (active, uncalled));
        if narrow.narrow(active, row) {
            let found = |place: usize, span: Span| candidates.extend(self.candidate(matcher, place, span));
            matcher.search_at(text, sights, narrow, matching, found);
        }
    }

    /// Hears the words of a text and searches it; tells what engines go by.
    fn search_words(
        &self,
        text: &str,
        hint: &FieldHint,
        (bound, heard): (&mut Bound, &mut Heard),
        candidates: &mut Vec<Candidate>,
    ) -> Signs {
        let reads_words = self.matcher(bound.narrowed.as_ref()).reads_words();
        if text.len() >= reading::PIECES_FROM && reads_words && reading::has_pieces(text) {
            return self.search_pieces(text, hint, (bound, heard), candidates);
        }
        let Bound { narrowed, matching, wanted, active, uncalled, called, lexicon, sights, .. } = bound;
        let matcher = self.matcher(narrowed.as_ref());
        let found = |place: usize, span: Span| candidates.extend(self.candidate(matcher, place, span));
        if text.len() <= reading::TEXT_MAX && reads_words {
            let signs = self.read_words(matcher, (text, Span::new(0, text.len())), lexicon, heard, sights);
            let active = self.active(matcher, hint, heard, (wanted, called), (active, uncalled));
            matcher.search_sights(text, sights, active, matching, found);
            return signs;
        }
        let signs = self.vocabulary.hear(text, heard);
        let active = self.active(matcher, hint, heard, (wanted, called), (active, uncalled));
        matcher.search(text, active, matching, found);
        signs
    }

    /// Hears the words of a long text and searches it, piece by piece, each with what the words of it and of the piece
    /// before call for: further away no word is context, and none behind a line's end. A list may go on from piece to
    /// piece; a pattern whose match may is called for everywhere.
    fn search_pieces(
        &self,
        text: &str,
        hint: &FieldHint,
        (bound, heard): (&mut Bound, &mut Heard),
        candidates: &mut Vec<Candidate>,
    ) -> Signs {
        let Bound { narrowed, matching, wanted, active, called, lexicon, sights, .. } = bound;
        let matcher = self.matcher(narrowed.as_ref());
        let [mut before, mut here] = [Heard::default(), Heard::default()];
        [&mut *heard, &mut before, &mut here].into_iter().for_each(|heard| heard.restart(self.details.len()));
        let candidates = RefCell::new(candidates);
        let (mut signs, mut start, mut seen) = (Signs::default(), 0, 0);
        let next = |sights: &mut Vec<Sight>, active: &mut Active| {
            let Some(piece) = reading::piece(text, start) else {
                self.call(matcher, hint, heard, called);
                matcher.activate(wanted, called, active);
                return More::No;
            };
            std::mem::swap(&mut before, &mut here);
            signs.join(self.read_words(matcher, (text, piece), lexicon, &mut here, sights));
            heard.add(&here);
            before.add(&here);
            self.call(matcher, hint, &before, called);
            called.iter_mut().zip(matcher.across_lines()).for_each(|(called, across)| *called |= across);
            let candidates = candidates.borrow();
            for one in candidates.get(seen..).unwrap_or_default() {
                if one.span.end + LIST_GAP_MAX >= piece.start {
                    call_one(matcher, usize::from(one.recognizer.0), called);
                }
            }
            matcher.activate(wanted, called, active);
            (start, seen) = (piece.end, candidates.len());
            More::Yes
        };
        let found = |place: usize, span: Span| candidates.borrow_mut().extend(self.candidate(matcher, place, span));
        matcher.search_pieces(text, (sights, active), matching, found, next);
        signs
    }

    /// Gives the patterns that count beside what was heard.
    fn active<'a>(
        &self,
        matcher: &Matcher,
        hint: &FieldHint,
        heard: &Heard,
        (wanted, called): (&Wanted, &mut Vec<u64>),
        (active, uncalled): (&'a mut Active, &'a Active),
    ) -> &'a Active {
        if heard.is_silent() && hint.context().is_none() {
            return uncalled;
        }
        self.call(matcher, hint, heard, called);
        matcher.activate(wanted, called, active);
        active
    }

    /// Tells whether a text is one thing as a whole and holds nothing else (a UUID, a moment): then that alone is found.
    /// Not beside recognizers of a user's own, which may know more of it.
    fn is_sole(&self, text: &str, mask: &EntityMask, candidates: &mut Vec<Candidate>) -> bool {
        if self.makers == Makers::Users || text.len() < date::TIMESTAMP_MIN.min(self.matcher.sole_min()) {
            return false;
        }
        let is_wanted =
            |one: &Candidate| self.detail(one.recognizer).is_some_and(|detail| mask.floor(detail.entity).is_some());
        if let Some((place, span)) = self.matcher.sole(text) {
            candidates.extend(self.candidate(&self.matcher, place, span).filter(is_wanted));
            return true;
        }
        let mut is_sole = false;
        for engine in &self.engines {
            let Some((place, score)) = engine.sole(text) else { continue };
            is_sole = true;
            let whole = Span::new(0, text.len());
            candidates.extend(Some(by_engine(engine, whole, place, score)).filter(is_wanted));
        }
        is_sole
    }

    /// Makes the scratch fit this set and mask.
    pub(super) fn bind<'s>(&self, bound: &'s mut Option<Bound>, mask: &EntityMask) -> &'s mut Bound {
        let narrowed = mask.narrowed(self);
        // What was learnt holds for one matcher.
        let same = |bound: &Bound| match (&bound.narrowed, narrowed) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        let fits = bound.as_ref().is_some_and(|bound| bound.identity == self.identity && same(bound));
        if !fits {
            *bound = None;
        }
        let bound = bound.get_or_insert_with(|| Bound {
            identity: self.identity,
            matching: MatchScratch::default(),
            mask: EntityMask::new(),
            narrowed: narrowed.cloned(),
            wanted: Wanted::default(),
            engines: WantedEngines::default(),
            seeks: false,
            active: Active::default(),
            uncalled: Active::default(),
            everything: Active::default(),
            called: Vec::new(),
            shapes: Shapes::default(),
            lexicon: Lexicon::default(),
            sights: Vec::new(),
            narrow: Active::default(),
        });
        if bound.mask != *mask {
            bound.mask.clone_from(mask);
            let matcher = self.matcher(narrowed);
            self.wanted(matcher, mask, &mut bound.wanted);
            matcher.activate(&bound.wanted, &[], &mut bound.uncalled);
            let all = vec![u64::MAX; matcher.patterns().len().div_ceil(64)];
            matcher.activate(&bound.wanted, &all, &mut bound.everything);
            self.wanted_engines(mask, &mut bound.engines);
            bound.seeks = !bound.wanted.is_empty() || !bound.engines.is_empty();
        }
        bound
    }

    /// Sorts the patterns of a matcher by what the mask wants of them.
    pub(super) fn wanted(&self, matcher: &Matcher, mask: &EntityMask, wanted: &mut Wanted) {
        let patterns = matcher.patterns();
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
    fn wanted_engines(&self, mask: &EntityMask, wanted: &mut WantedEngines) {
        *wanted = WantedEngines::default();
        for (place, engine) in self.engines.iter().enumerate() {
            let Some(detail) = self.detail(engine.recognizer) else { continue };
            let Some(floor) = mask.floor(detail.entity) else { continue };
            let counts_alone = engine.best() >= floor;
            if !counts_alone && (detail.phrases.is_empty() || raised(engine.best(), detail.boost) < floor) {
                continue;
            }
            if place >= ENGINES_MAX {
                wanted.more.push((place, !counts_alone));
                continue;
            }
            let bit = 1 << place;
            *if counts_alone { &mut wanted.alone } else { &mut wanted.beside_context } |= bit;
            for (engines, sign) in wanted.by_sign.iter_mut().zip(Signs::ALL) {
                *engines |= if engine.signs().have(sign) { bit } else { 0 };
            }
            wanted.by_word |= if engine.first_words().is_empty() { 0 } else { bit };
        }
    }

    /// Gathers the patterns that the field's name or a word of the text may be context for, as a row of bits.
    fn call(&self, matcher: &Matcher, hint: &FieldHint, heard: &Heard, called: &mut Vec<u64>) {
        called.clear();
        called.resize(matcher.patterns().len().div_ceil(64), 0);
        for (word, heard) in heard.recognizers().iter().enumerate() {
            let by_name = hint.context().and_then(|bits| bits.get(word)).copied().unwrap_or_default();
            let mut bits = heard | by_name;
            while bits != 0 {
                let recognizer = word * 64 + bits.trailing_zeros() as usize;
                bits &= bits - 1;
                call_one(matcher, recognizer, called);
            }
        }
    }

    fn candidate(&self, matcher: &Matcher, place: usize, span: Span) -> Option<Candidate> {
        let pattern = matcher.patterns().get(place)?;
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
    pub(super) fn run_engines(
        &self,
        (text, signs): (&str, Signs),
        hint: &FieldHint,
        (heard, wanted): (&Heard, &WantedEngines),
        candidates: &mut Vec<Candidate>,
    ) {
        let mut may = wanted.by_word & heard.engines();
        for (engines, _) in wanted.by_sign.iter().zip(Signs::ALL).filter(|(_, sign)| signs.have(*sign)) {
            may |= engines;
        }
        may &= wanted.alone | wanted.beside_context;
        let more = wanted.more.iter().copied();
        let bits = std::iter::successors(Some(may), |may| Some(may & may.wrapping_sub(1))).take_while(|may| *may != 0);
        let few = bits.map(|may| may.trailing_zeros() as usize);
        for (place, needs_context) in few.map(|place| (place, wanted.beside_context >> place & 1 == 1)).chain(more) {
            let Some(engine) = self.engines.get(place) else { continue };
            if needs_context && !hint.calls(engine.recognizer) && !heard.calls(engine.recognizer) {
                continue;
            }
            engine.search(text, heard.engine(place), |span, place, score| {
                candidates.push(by_engine(engine, span, place, score));
            });
        }
    }
}

/// Adds the patterns of a recognizer.
fn call_one(matcher: &Matcher, recognizer: usize, called: &mut [u64]) {
    matcher.places(recognizer).into_iter().for_each(|places| set_bits(called, places));
}

/// Works out what a text of a shape can hold: writes the row of the patterns, gives the rest.
fn learn(matcher: &Matcher, shape: &Shape, row: &mut Vec<u64>) -> Option<Learned> {
    let bytes = shape.bytes();
    let text = std::str::from_utf8(bytes.get(..usize::from(shape.len()))?).ok()?;
    let (starts, steps) = matcher.possible(text, row)?;
    Some(Learned { signs: Signs::of_shape(text.as_bytes()), starts, steps })
}

fn by_engine(engine: &EngineRecognizer, span: Span, place: u16, score: Score) -> Candidate {
    Candidate {
        span,
        recognizer: engine.recognizer,
        pattern: place,
        base: score,
        score,
        validation: if engine.validators.is_empty() { Validation::None } else { Validation::Weak },
        context: Context::None,
    }
}

/// Tells whether a JSON number is one that patterns are asked about, an unsigned integer of 7 to 19 digits: shorter ones
/// identify nobody, and random floats hold valid card numbers.
pub fn may_identify(number: &str) -> bool {
    (7..=19).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::load::{self, Maker, SourceFile};
    use super::*;

    /// Adds a recognizer of a user's own, and tells what is found in a text.
    fn found(more: &str, text: &str) -> Vec<String> {
        let text_of_file = format!(
            "{{id: own, entity: OWN, family: OWN, title: x, default: change, references: [x], patterns: [{more}],\n\
             context: {{words: [zq]}},\n\
             examples: {{match: [{{text: x, finds: x}}], no_match: [{{text: x, because: x}}]}}}}"
        );
        let own = SourceFile { maker: Maker::User, name: "own.yaml".to_owned(), text: text_of_file };
        let files: Vec<SourceFile> = load::builtin().into_iter().chain([own]).collect();
        let set = compile(&files).unwrap();
        let (mask, mut out) = (EntityMask::all(&set), Vec::new());
        set.scan(text, TextKind::Text, &FieldHint::default(), &mask, &mut DetectScratch::default(), &mut out);
        let counts = |one: &&Finding| one.score >= Score::from_thousandths(400);
        out.iter().filter(counts).map(|one| set.entity(one.entity).entity.to_string()).collect()
    }

    /// What is one thing as a whole to the built-in recognizers may be another to a user's.
    #[test]
    fn a_user_may_know_more_of_a_whole_text() {
        let own = "{name: a, score: 0.5, regex: '[0-9a-f]{8}-[0-9a-f-]{27}'}";
        let found = found(own, "6ba7b810-9dad-11d1-80b4-00c04fd430c8");
        assert!(found.contains(&"OWN".to_owned()), "{found:?}");
    }

    /// A word of two letters is heard where digits stand right behind it.
    #[test]
    fn short_words_are_heard_beside_digits() {
        let own = "{name: a, score: 0.2, boundary: digit, regex: '77\\d{7}'}";
        assert!(!found(own, "zx770012345").contains(&"OWN".to_owned()));
        assert!(found(own, "zq770012345").contains(&"OWN".to_owned()));
    }
}
