//! What stands beside a match and has a say in its score: words, the field's name, the countries asked about.

use super::context::{self, Near};
use super::mask::Home;
use super::scratch::Candidate;
use super::set::{Detail, RecognizerSet};
use super::vocabulary::Heard;
use super::{EntityMask, FieldHint};
use crate::model::{Context, Says, Score, Span, Validation};

/// The least that context raises a finding to.
const CONTEXT_FLOOR: Score = Score::from_thousandths(400);
/// Bytes between two items of a list.
pub(super) const LIST_GAP_MAX: usize = 12;
/// Candidates on either side that are looked at for what stands between a finding and its context.
const NEIGHBOURS_MAX: usize = 64;

impl RecognizerSet {
    /// Gives each candidate its context, and the score that follows; in the order of the text, each once.
    pub(super) fn raise(
        &self,
        text: &str,
        hint: &FieldHint,
        mask: &EntityMask,
        (heard, near): (&Heard, &mut Near),
        candidates: &mut [Candidate],
    ) {
        for one in candidates.iter_mut().filter(|one| mask.home(one.recognizer) == Home::Foreign) {
            // No finding until context speaks for it.
            one.score = Score::ZERO;
        }
        near.restart();
        for at in 0..candidates.len() {
            let Some(candidate) = candidates.get(at).copied() else { break };
            let Some(detail) = self.detail(candidate.recognizer) else { continue };
            let home = mask.home(candidate.recognizer);
            let strong = candidate.validation == Validation::Strong;
            if strong && home != Home::Foreign && !has_rival(candidates, at) {
                continue;
            }
            let told = if hint.calls(candidate.recognizer) {
                Context::FieldName
            } else if is_listed(text, candidates, at) {
                Context::Listed
            } else if !heard.calls(candidate.recognizer) {
                // No phrase of its own begins with a word of the text.
                Context::None
            } else {
                near.read(text, candidate.span);
                self.words_for(near, detail, candidates, at)
            };
            let told = match told {
                Context::None if home == Home::Only && candidate.validation != Validation::None => Context::Region,
                Context::None if hint.denies(candidate.recognizer) => Context::NotFieldName,
                Context::None if !detail.not.is_empty() => {
                    near.read(text, candidate.span);
                    self.words_against(near, detail, candidates, at)
                }
                told => told,
            };
            if let Some(candidate) = candidates.get_mut(at) {
                candidate.context = told;
                candidate.score = score(candidate, detail, home);
            }
        }
    }

    /// Finds the phrase that speaks for a candidate, first among those that no other type of the family knows.
    fn words_for(&self, words: &Near, detail: &Detail, candidates: &[Candidate], at: usize) -> Context {
        let mut of_family = Context::None;
        if words.is_empty() {
            return of_family;
        }
        let [heads, _] = &detail.heads;
        let phrases = (0_u16..).zip(heads).zip(detail.phrases.iter().zip(&detail.says));
        for ((place, _), (phrase, says)) in phrases.filter(|((_, head), _)| words.may_hold(**head)) {
            let counts = *says == Says::Type || of_family == Context::None;
            if counts && self.stands(phrase, words, detail, candidates, at) {
                match says {
                    Says::Type => return Context::Word(place, Says::Type),
                    Says::Family => of_family = Context::Word(place, Says::Family),
                }
            }
        }
        of_family
    }

    /// Finds the phrase that speaks against a candidate.
    fn words_against(&self, words: &Near, detail: &Detail, candidates: &[Candidate], at: usize) -> Context {
        let [_, heads] = &detail.heads;
        let mut phrases = (0_u16..).zip(heads).zip(&detail.not).filter(|((_, head), _)| words.may_hold(**head));
        let found = phrases.find(|(_, phrase)| self.stands(phrase, words, detail, candidates, at));
        found.map_or(Context::None, |((place, _), _)| Context::NotWord(place))
    }

    /// Tells whether a phrase stands among the words, with no finding of the same family in between.
    fn stands(&self, phrase: &[String], words: &Near, detail: &Detail, candidates: &[Candidate], at: usize) -> bool {
        let Some(span) = candidates.get(at).map(|candidate| candidate.span) else { return false };
        let around = at.saturating_sub(NEIGHBOURS_MAX)..at.saturating_add(NEIGHBOURS_MAX).min(candidates.len());
        let neighbours = candidates.get(around).unwrap_or_default();
        words.places(phrase).any(|place| {
            let gap = if place.end <= span.start {
                Span::new(place.end, span.start)
            } else {
                Span::new(span.end, place.start)
            };
            !neighbours.iter().any(|other| {
                gap.contains(other.span)
                    && other.score >= CONTEXT_FLOOR
                    && self
                        .detail(other.recognizer)
                        .is_some_and(|other| self.family(other.entity) == self.family(detail.entity))
            })
        })
    }
}

/// Gives the score that a candidate has by its context.
fn score(candidate: &Candidate, detail: &Detail, home: Home) -> Score {
    match (candidate.validation, candidate.context) {
        (_, context) if home == Home::Foreign && !context.is_for() => Score::ZERO,
        (Validation::Strong, _) => Score::ONE,
        (_, Context::None) => candidate.base,
        (_, Context::NotFieldName | Context::NotWord(_)) => candidate.base.lowered(detail.boost),
        (_, Context::FieldName | Context::Listed | Context::Word(..) | Context::Region) => {
            raised(candidate.base, detail.boost)
        }
    }
}

/// Gives a score that context speaks for.
pub(super) fn raised(score: Score, boost: Score) -> Score {
    score.raised(boost).max(CONTEXT_FLOOR)
}

/// Tells whether another recognizer claims the same span, so that context has to tell the two apart.
fn has_rival(candidates: &[Candidate], at: usize) -> bool {
    let Some(candidate) = candidates.get(at) else { return false };
    let is_rival = |other: &Candidate| other.span == candidate.span && other.recognizer != candidate.recognizer;
    // Candidates of one span stand together.
    let same = |other: &&Candidate| other.span == candidate.span;
    let (before, after) = (candidates.get(..at).unwrap_or_default(), candidates.get(at..).unwrap_or_default());
    before.iter().rev().take_while(same).any(is_rival) || after.iter().take_while(same).any(is_rival)
}

/// Tells whether a candidate goes on a list (`a, b and c`) of the same recognizer's findings that context speaks for.
fn is_listed(text: &str, candidates: &[Candidate], at: usize) -> bool {
    /// Words between two items of a list.
    const LINKS: [&str; 8] = ["and", "or", "und", "oder", "y", "o", "et", "ou"];
    let Some(candidate) = candidates.get(at) else { return false };
    let before = candidates.get(at.saturating_sub(NEIGHBOURS_MAX)..at).unwrap_or_default();
    before.iter().rev().any(|other| {
        let gap = Span::new(other.span.end, candidate.span.start);
        if other.recognizer != candidate.recognizer
            || !matches!(other.context, Context::Word(..) | Context::Listed)
            || other.span.end > candidate.span.start
            || gap.len() > LIST_GAP_MAX
        {
            return false;
        }
        let between = gap.of(text);
        let mut links = true;
        context::words(between, |word| links &= LINKS.contains(&word.of(between)));
        links
    })
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::load::{Maker, SourceFile};
    use super::super::{Country, DetectScratch, TextKind};
    use super::*;

    /// A set of recognizers of the family TAX_ID: one of Germany, one of Austria, one of no country.
    fn set() -> RecognizerSet {
        let file = |id: &str, country: &str, more: &str, context: &str| {
            let text = format!(
                "{{id: {id}, entity: {}, family: TAX_ID, title: x, {country} default: change, references: [x],\n\
                 patterns: [{{name: digits, score: 0.1, boundary: token, regex: '\\d{{9}}'}}], {more}\n\
                 context: {{{context}}},\n\
                 examples: {{match: [{{text: x, finds: x}}], no_match: [{{text: x, because: x}}]}}}}",
                id.to_uppercase()
            );
            SourceFile { maker: Maker::User, name: format!("{id}.yaml"), text }
        };
        compile(&[
            file(
                "de",
                "country: DE,",
                "validators: [luhn],",
                "words: {de: [steuernummer, steuer id], en: [tax id]}, not: [order]",
            ),
            file("at", "country: AT,", "", "words: [steuernummer, abgabenkonto]"),
            file("xx", "", "", "words: [anything], not: [serial number]"),
        ])
        .unwrap()
    }

    /// What is found in a text of that field, as `TYPE score`, and what spoke.
    fn found(text: &str, field: &str, regions: Option<&[&str]>) -> Vec<(String, Context)> {
        let set = set();
        let mut mask = EntityMask::all(&set);
        if let Some(regions) = regions {
            let regions: Vec<Country> = regions.iter().map(|code| Country::new(code).unwrap()).collect();
            mask.ask_about(&regions, &set);
        }
        let mut found = Vec::new();
        set.scan(text, TextKind::Text, &set.hint(&[field]), &mask, &mut DetectScratch::default(), &mut found);
        found.iter().map(|one| (format!("{} {}", set.entity(one.entity).entity, one.score), one.context)).collect()
    }

    fn check(text: &str, field: &str, regions: Option<&[&str]>, expected: &[(&str, Context)]) {
        let found = found(text, field, regions);
        let found: Vec<(&str, Context)> = found.iter().map(|(what, context)| (what.as_str(), *context)).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_speak_for_a_type_or_for_its_family() {
        let (own, family) = (Says::Type, Says::Family);
        check(
            "x 123456782",
            "",
            None,
            &[("DE 0.1", Context::None), ("AT 0.1", Context::None), ("XX 0.1", Context::None)],
        );
        check(
            "Steuernummer 123456782",
            "",
            None,
            &[("DE 0.45", Context::Word(0, family)), ("AT 0.45", Context::Word(0, family)), ("XX 0.1", Context::None)],
        );
        check(
            "Steuernummer (Steuer-ID) 123456782",
            "",
            None,
            &[("DE 0.45", Context::Word(1, own)), ("AT 0.45", Context::Word(0, family)), ("XX 0.1", Context::None)],
        );
        check(
            "123456782",
            "my_tax_id",
            None,
            &[("DE 0.45", Context::FieldName), ("AT 0.1", Context::None), ("XX 0.1", Context::None)],
        );
    }

    #[test]
    fn words_against_lower_what_nothing_speaks_for() {
        let none = Context::None;
        check("Order: 123456782", "", None, &[("DE 0", Context::NotWord(0)), ("AT 0.1", none), ("XX 0.1", none)]);
        check("x 123456782", "order", None, &[("DE 0", Context::NotFieldName), ("AT 0.1", none), ("XX 0.1", none)]);
        check("x 123456782", "serialNo", None, &[("DE 0.1", none), ("AT 0.1", none), ("XX 0", Context::NotFieldName)]);
        // What speaks for it counts more.
        let word = Context::Word(2, Says::Type);
        check("tax id of the order 123456782", "", None, &[("DE 0.45", word), ("AT 0.1", none), ("XX 0.1", none)]);
    }

    #[test]
    fn regions_leave_out_others_and_one_alone_speaks_for_its_own() {
        let none = Context::None;
        check("x 123456782", "", Some(&["DE", "AT"]), &[("DE 0.1", none), ("AT 0.1", none), ("XX 0.1", none)]);
        // Alone it speaks for what a validator accepts.
        check("x 123456782", "", Some(&["DE"]), &[("DE 0.45", Context::Region), ("XX 0.1", none)]);
        check("x 123456782", "", Some(&["AT"]), &[("AT 0.1", none), ("XX 0.1", none)]);
        check("x 123456782", "", Some(&["FR"]), &[("XX 0.1", none)]);
        let word = Context::Word(1, Says::Type);
        check("Abgabenkonto 123456782", "", Some(&["FR"]), &[("AT 0.45", word), ("XX 0.1", none)]);
        check("123456782", "abgabenkonto", Some(&["FR"]), &[("AT 0.45", Context::FieldName), ("XX 0.1", none)]);
        check("order 123456782", "", Some(&["DE"]), &[("DE 0.45", Context::Region), ("XX 0.1", none)]);
    }
}
