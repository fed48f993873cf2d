//! Deny lists: texts that are personal data because the policy says so.

use super::document::{DetectDoc, Selector};
use super::pattern::Pattern;
use crate::detect::{DetectScratch, Phrases, TextKind, TooManyPhrases};
use crate::model::{EntityIndex, Finding, Span};

/// A field path to which deny lists are bound; a place in [`super::plan::Fields::denied`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DenyId(pub(super) u16);

/// All deny lists of a policy.
#[derive(Debug, Default)]
pub(super) struct Deny {
    /// None where there are no lists.
    phrases: Option<Phrases>,
    /// By place of the phrase.
    denied: Vec<Denied>,
}

/// What a listed text is, and where.
#[derive(Debug)]
struct Denied {
    entity: EntityIndex,
    /// The fields at or below which it is looked for; none where everywhere.
    fields: Option<Vec<DenyId>>,
}

/// Where a text stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot<'a> {
    /// In a value, at or below these paths.
    Value(&'a [DenyId]),
    /// In a name, which is of no field.
    Name,
}

impl Deny {
    /// Compiles the lists; appends the paths they name to `fields`, each once.
    ///
    /// # Errors
    /// Where they are too many to be searched together.
    pub(super) fn new(documents: &[DetectDoc], fields: &mut Vec<Pattern>) -> Result<Self, TooManyPhrases> {
        let mut denied = Vec::new();
        let mut texts = Vec::new();
        for (doc, item) in documents.iter().flat_map(|doc| doc.deny.iter().map(move |item| (doc, item))) {
            let entity = doc.selectors.iter().find_map(|selector| match selector {
                Selector::Entity(index, _) => Some(*index),
                Selector::Family(_) | Selector::All => None,
            });
            let Some(entity) = entity else { continue };
            let bound =
                item.fields.as_ref().map(|patterns| patterns.iter().filter_map(|one| place(fields, one)).collect());
            denied.push(Denied { entity, fields: bound });
            texts.push(item.text.as_str());
        }
        let phrases = if texts.is_empty() { None } else { Some(Phrases::new(texts)?) };
        Ok(Self { phrases, denied })
    }

    /// Tells whether there are no lists.
    pub(super) const fn is_empty(&self) -> bool {
        self.phrases.is_none()
    }

    /// Appends what the lists find in a text. A number is found as a whole only.
    pub(super) fn find(
        &self,
        text: &str,
        kind: TextKind,
        spot: Spot<'_>,
        scratch: &mut DetectScratch,
        out: &mut Vec<Finding>,
    ) {
        let Some(phrases) = &self.phrases else { return };
        phrases.search(text, scratch, |place, span| {
            let Some(denied) = self.denied.get(place) else { return };
            let here = match (&denied.fields, spot) {
                (None, _) => true,
                (Some(fields), Spot::Value(at)) => fields.iter().any(|field| at.contains(field)),
                (Some(_), Spot::Name) => false,
            };
            if here && (kind != TextKind::Number || span == Span::new(0, text.len())) {
                out.push(Finding::by_policy(denied.entity, span));
            }
        });
    }
}

fn place(fields: &mut Vec<Pattern>, wanted: &Pattern) -> Option<DenyId> {
    let at = fields.iter().position(|known| known == wanted).unwrap_or_else(|| {
        fields.push(wanted.clone());
        fields.len() - 1
    });
    u16::try_from(at).ok().map(DenyId)
}
