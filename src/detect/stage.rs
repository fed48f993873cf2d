//! Stages of a scan by themselves, for the benches: they show where its time goes.

use super::validate;
use super::{DetectScratch, EntityMask, FieldHint, RecognizerSet};

/// A stage of a scan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Words are heard.
    Words,
    /// Patterns are searched, those that count without context; what is found is validated.
    Patterns,
    /// Words are heard and engines run.
    Engines,
}

impl RecognizerSet {
    /// Takes a text through one stage, and gives how much it found. Only the benches want to know.
    #[doc(hidden)]
    pub fn stage(&self, stage: Stage, text: &str, mask: &EntityMask, scratch: &mut DetectScratch) -> usize {
        let DetectScratch { bound, candidates, heard, .. } = scratch;
        let bound = self.bind(bound, mask);
        candidates.clear();
        match stage {
            Stage::Words => {
                self.vocabulary.hear(text, heard);
                usize::from(!heard.is_silent())
            }
            Stage::Patterns => {
                let mut found = 0;
                self.matcher(bound.narrowed.as_ref())
                    .search(text, &bound.uncalled, &mut bound.matching, |_, _| found += 1);
                found
            }
            Stage::Engines => {
                let signs = self.vocabulary.hear(text, heard);
                self.run_engines((text, signs), &FieldHint::default(), (heard, &bound.engines), candidates);
                candidates.len()
            }
        }
    }

    /// Gives what checks values by the name of a validator. Only the benches want to know.
    #[doc(hidden)]
    pub fn validator(name: &str) -> Option<fn(&str) -> bool> {
        validate::by_name(name).map(|validator| validator.accepts)
    }
}
