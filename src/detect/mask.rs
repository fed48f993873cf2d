//! Which entity types are worth looking for.

use std::sync::Arc;

use super::matcher::{Matcher, Wanted};
use super::{Country, RecognizerSet};
use crate::model::{EntityIndex, RecognizerIndex, Score};

/// A set of entity types, each with the score from which a finding is wanted, and the countries that are asked about.
///
/// What cannot reach that score is not searched for; a finding below it is not returned. Clones share their memory, so
/// that they are compared at a glance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EntityMask(Arc<Wants>);

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Wants {
    /// By entity type: the lowest score wanted; none where the type is not wanted at all.
    floors: Vec<Option<Score>>,
    /// By recognizer; none where every country is asked about.
    homes: Option<Vec<Home>>,
    tagger: TaggerUse,
    /// The patterns that are wanted, where they were put together.
    narrowed: Option<Narrowed>,
}

/// A matcher of the patterns that a mask wants, and no others.
#[derive(Debug, Clone)]
pub(super) struct Narrowed {
    /// The set that they are of.
    identity: [u8; 32],
    matcher: Arc<Matcher>,
}

/// Two are the same where they are one.
impl PartialEq for Narrowed {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.matcher, &other.matcher)
    }
}

impl Eq for Narrowed {}

/// Whether free text is read by the tagger, and how readily it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum TaggerUse {
    /// Nothing is found by it.
    Off,
    /// It finds what is likely.
    #[default]
    Balanced,
    /// It finds more, and more that is none.
    High,
}

impl TaggerUse {
    /// Names and values, as policies and the command line write them.
    pub const NAMED: [(&str, Self); 3] = [("off", Self::Off), ("balanced", Self::Balanced), ("high", Self::High)];

    /// Gives the value of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Gives the name.
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, value)| *value == self).map_or("", |(name, _)| *name)
    }
}

/// What a recognizer's country is to those that are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// It is one of them, or it has none.
    Among,
    /// It is the only one.
    Only,
    /// It is another: a finding needs a context word of its own.
    Foreign,
}

impl EntityMask {
    /// Makes a mask that wants nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Makes a mask that wants every finding of every entity type of the set, however low its score.
    pub fn all(set: &RecognizerSet) -> Self {
        let floors = vec![Some(Score::ZERO); set.entities().len()];
        Self(Arc::new(Wants { floors, ..Wants::default() }))
    }

    /// Wants the tagger used so.
    #[must_use]
    pub fn with_tagger(mut self, tagger: TaggerUse) -> Self {
        Arc::make_mut(&mut self.0).tagger = tagger;
        self
    }

    /// Tells how the tagger is used.
    pub fn tagger(&self) -> TaggerUse {
        self.0.tagger
    }

    /// Puts those patterns of the set together that are wanted, where they are few: what is not wanted costs nothing then.
    ///
    /// For masks that are used for long. What is found is the same. Forgotten where the mask changes.
    #[must_use]
    pub fn narrow(mut self, set: &RecognizerSet) -> Self {
        let mut wanted = Wanted::default();
        set.wanted(set.matcher(None), &self, &mut wanted);
        let narrowed = wanted
            .is_few()
            .then(|| Narrowed { identity: *set.identity(), matcher: Arc::new(set.matcher(None).narrowed(&wanted)) });
        Arc::make_mut(&mut self.0).narrowed = narrowed;
        self
    }

    /// Gives the matcher of the patterns of a set that are wanted, where they were put together.
    pub(super) fn narrowed(&self, set: &RecognizerSet) -> Option<&Arc<Matcher>> {
        let narrowed = self.0.narrowed.as_ref().filter(|narrowed| narrowed.identity == *set.identity());
        narrowed.map(|narrowed| &narrowed.matcher)
    }

    /// Wants every finding of the entity type, however low its score.
    pub fn insert(&mut self, entity: EntityIndex) {
        self.insert_from(entity, Score::ZERO);
    }

    /// Wants the entity type's findings from this score up, or from the lower score it was wanted from already.
    pub fn insert_from(&mut self, entity: EntityIndex, floor: Score) {
        let at = usize::from(entity.0);
        let Wants { floors, narrowed, .. } = Arc::make_mut(&mut self.0);
        *narrowed = None;
        if floors.len() <= at {
            floors.resize(at + 1, None);
        }
        if let Some(slot) = floors.get_mut(at) {
            *slot = Some(slot.map_or(floor, |old| old.min(floor)));
        }
    }

    /// Asks about these countries only: recognizers of others find where context speaks for them, and where it is one
    /// country, what its validators accept needs no other context.
    pub fn ask_about(&mut self, regions: &[Country], set: &RecognizerSet) {
        let home = |country: Option<Country>| match (country, regions) {
            (None, _) => Home::Among,
            (Some(country), [only]) if country == *only => Home::Only,
            (Some(country), _) if regions.contains(&country) => Home::Among,
            (Some(_), _) => Home::Foreign,
        };
        let wants = Arc::make_mut(&mut self.0);
        wants.homes = Some(set.recognizers().iter().map(|info| home(info.country)).collect());
        wants.narrowed = None;
    }

    /// Tells whether only some countries are asked about.
    pub(super) fn asks(&self) -> bool {
        self.0.homes.is_some()
    }

    /// Tells what the recognizer's country is to those that are asked about.
    pub(super) fn home(&self, recognizer: RecognizerIndex) -> Home {
        self.0.homes.as_ref().and_then(|homes| homes.get(usize::from(recognizer.0))).copied().unwrap_or(Home::Among)
    }

    /// Tells whether the entity type is wanted.
    pub fn contains(&self, entity: EntityIndex) -> bool {
        self.floor(entity).is_some()
    }

    /// Gives the score from which the entity type is wanted.
    pub fn floor(&self, entity: EntityIndex) -> Option<Score> {
        self.0.floors.get(usize::from(entity.0)).copied().flatten()
    }

    /// Tells whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        self.0.floors.iter().all(Option::is_none)
    }
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::load::{self, Maker, SourceFile};
    use super::super::reading::PIECES_FROM;
    use super::super::{DetectScratch, TextKind};
    use super::*;
    use crate::model::Finding;

    /// Masks that want few of a set's entity types: every ninth, and e-mail addresses, for which there is no pattern.
    fn few(set: &RecognizerSet) -> Vec<EntityMask> {
        let indexes = || (0_u16..).map(EntityIndex).take(set.entities().len());
        let mut masks = Vec::new();
        for (first, floor) in (0..9).zip([0, 300, 400, 0, 600, 0, 400, 850, 0]) {
            let mut mask = EntityMask::new();
            indexes().skip(first).step_by(9).for_each(|at| mask.insert_from(at, Score::from_thousandths(floor)));
            masks.push(mask);
        }
        let mut abroad = masks.first().cloned().unwrap_or_default();
        abroad.ask_about(&[Country::new("DE").unwrap()], set);
        let mut mails = EntityMask::new();
        mails.insert(set.entity_index("EMAIL_ADDRESS").unwrap());
        masks.extend([abroad, mails]);
        masks.into_iter().map(|mask| mask.with_tagger(TaggerUse::Off)).collect()
    }

    /// A set with one recognizer more, whose matches may begin inside words, so that texts are read byte by byte.
    fn with_a_pattern_inside_words() -> Arc<RecognizerSet> {
        let text = "{id: own, entity: OWN, family: OWN, title: x, default: change, references: [x],\n\
                    patterns: [{name: a, score: 0.6, boundary: digit, regex: '[QXZ]\\d\\d'}],\n\
                    examples: {match: [{text: x, finds: x}], no_match: [{text: x, because: x}]}}";
        let own = SourceFile { maker: Maker::User, name: "own.yaml".to_owned(), text: text.to_owned() };
        let files: Vec<SourceFile> = load::builtin().into_iter().chain([own]).collect();
        Arc::new(compile(&files).unwrap())
    }

    /// What is found does not depend on whether the patterns that are wanted were put together, for the examples of all
    /// recognizers, each by itself and many as the lines of one text.
    #[test]
    fn putting_the_wanted_patterns_together_changes_nothing() {
        let inside = with_a_pattern_inside_words();
        assert!(!inside.matcher(None).reads_words());
        for set in [RecognizerSet::builtin(), inside] {
            let scan = |text: &str, field: &str, mask: &EntityMask, scratch: &mut DetectScratch| -> Vec<Finding> {
                let mut found = Vec::new();
                set.scan(text, TextKind::Text, &set.hint(&[field]), mask, scratch, &mut found);
                found
            };
            let examples: Vec<(&str, &str)> = set
                .recognizers()
                .iter()
                .flat_map(|info| {
                    let finds = info.finds.iter().map(|(text, field, _)| (text.as_str(), field.as_str()));
                    finds.chain(info.finds_nothing.iter().map(|(text, field)| (text.as_str(), field.as_str())))
                })
                .collect();
            let told = |(text, field): &(&str, &str)| {
                (format!("As told on the phone: {text}, and no more"), (*field).to_owned())
            };
            let lines = |some: &[(&str, &str)]| {
                let texts: Vec<&str> = some.iter().map(|(text, _)| *text).collect();
                (texts.join("\n"), String::new())
            };
            let pages: Vec<(String, String)> = examples.chunks(200).map(lines).collect();
            assert!(pages.iter().any(|(text, _)| text.len() >= PIECES_FROM));
            let texts: Vec<(String, String)> = examples.iter().map(told).chain(pages).collect();
            let mut seen = 0;
            for mask in few(&set) {
                let narrowed = mask.clone().narrow(&set);
                assert!(
                    narrowed.narrowed(&set).is_some_and(|it| 2 * it.patterns().len() <= set.matcher.patterns().len())
                );
                assert_ne!(narrowed, mask);
                let [mut own, mut other, mut both] = [(); 3].map(|()| DetectScratch::default());
                for (text, field) in &texts {
                    let expected = scan(text, field, &mask, &mut own);
                    assert_eq!(scan(text, field, &narrowed, &mut other), expected, "{text}");
                    seen += expected.len();
                }
                // What was learnt with one is not used with the other.
                for (text, field) in examples.iter().step_by(4) {
                    let expected = scan(text, field, &mask, &mut both);
                    assert_eq!(scan(text, field, &narrowed, &mut both), expected, "{text}");
                }
            }
            assert!(seen > 1000, "{seen}");
        }
    }

    #[test]
    fn what_was_put_together_is_forgotten_where_the_mask_changes() {
        let set = RecognizerSet::builtin();
        let mask = few(&set).swap_remove(0);
        let narrowed = |change: &dyn Fn(&mut EntityMask)| {
            let mut mask = mask.clone().narrow(&set);
            change(&mut mask);
            mask.narrowed(&set).is_some()
        };
        assert!(narrowed(&|_| {}));
        assert!(!narrowed(&|mask| mask.insert(EntityIndex(1))));
        assert!(!narrowed(&|mask| mask.ask_about(&[], &set)));
        // Where most are wanted, nothing is gained.
        assert!(EntityMask::all(&set).narrow(&set).narrowed(&set).is_none());
    }

    #[test]
    fn keeps_the_lowest_floor() {
        let mut mask = EntityMask::new();
        assert!(mask.is_empty() && !mask.contains(EntityIndex(3)));
        mask.insert_from(EntityIndex(3), Score::from_thousandths(400));
        mask.insert_from(EntityIndex(3), Score::from_thousandths(600));
        assert_eq!(mask.floor(EntityIndex(3)), Some(Score::from_thousandths(400)));
        mask.insert(EntityIndex(3));
        assert_eq!(mask.floor(EntityIndex(3)), Some(Score::ZERO));
        assert!(!mask.contains(EntityIndex(2)) && !mask.contains(EntityIndex(4)) && !mask.is_empty());
    }
}
