//! A policy compiled: immutable, shared, swapped whole.

mod declared;
mod fields;
mod operators;

pub(super) use declared::Declared;
pub use declared::DeclaredId;
pub(super) use fields::Fields;
pub(super) use operators::{OperatorSlot, Operators};

use super::deny::{Deny, Spot};
use super::diagnostic::Diagnostics;
use super::document::Document;
use super::entities::{Decision, EntityUse, THRESHOLD, indexes};
use super::hash::Hasher;
use super::paths::PathNode;
use super::pattern::RecordPart;
use super::routes::{ProductId, Routes};
use super::source::Place;
use crate::detect::{
    Country, DefaultUse, DetectScratch, EntityMask, FieldHint, RecognizerSet, TaggerUse, TextKind, may_identify,
};
use crate::format::{Misfit, TypeFit};
use crate::keys::{KeyId, Sighting};
use crate::model::{EntityIndex, FieldPath, Finding, OwnedStep, Score, Shape, TopicPlace, WholeRecord};
use crate::transform::{Epoch, LetterSealer, Need, Operator, SealedLetter};
use std::fmt;
use std::sync::Arc;

/// An operator's place in its plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OperatorId(pub(super) u16);

/// What happens to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Treatment {
    /// What is found inside is treated as its entity type says.
    Scan,
    /// The same; its texts are free text, whatever they look like.
    Text,
    /// It is copied; nothing is looked for in it, nor in the names of members below.
    Keep,
    /// The operator takes each scalar at or below, or the value as one; its [`crate::transform::Reach`] says which.
    Apply(OperatorId),
    /// The record is refused: nobody named the field, and the policy says `unknown_fields: quarantine`.
    Refuse,
}

impl Treatment {
    /// Tells whether what is found inside is treated as its entity type says.
    pub const fn is_scanned(self) -> bool {
        matches!(self, Self::Scan | Self::Text)
    }
}

/// SHA-256 over what a policy says, in a normal form: comments, order and spelling do not change it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PolicyHash(pub(super) [u8; 32]);

impl PolicyHash {
    /// Gives the bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// As its `Display`.
impl fmt::Debug for PolicyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Written as 64 hex digits.
impl fmt::Display for PolicyHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&data_encoding::HEXLOWER.encode(&self.0))
    }
}

/// A policy compiled against a recognizer set, operators and key rings.
///
/// Holds keys in its operators; its `Debug` shows product and hash alone.
pub struct Plan {
    /// Told apart by address: what was cached for one plan is not used for another.
    pub(super) identity: Arc<()>,
    pub(super) set: Arc<RecognizerSet>,
    pub(super) product: ProductId,
    pub(super) version: Option<Arc<str>>,
    pub(super) hash: PolicyHash,
    /// What the hash is of, but for the tagger.
    pub(super) said: Hasher,
    pub(super) routes: Option<Routes>,
    pub(super) operators: Vec<OperatorSlot>,
    /// What seals the records of dead letters; without it they hold nothing of their records.
    pub(super) letters: Option<LetterSealer>,
    /// By [`EntityIndex`].
    pub(super) entities: Vec<EntityUse>,
    pub(super) mask: EntityMask,
    /// How the policy says that the tagger is used, if it does.
    pub(super) tagger: Option<TaggerUse>,
    pub(super) fields: Fields,
    /// What the policy's schema says that fields hold.
    pub(super) declared: Declared,
    pub(super) deny: Deny,
    pub(super) rings: Vec<RingUse>,
    pub(super) warnings: Option<Diagnostics>,
    /// What it was compiled from, for what only several policies together tell.
    pub(super) document: Option<Document>,
    /// Where each operator stands in it.
    pub(super) places: Vec<(OperatorId, Place)>,
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan").field("product", &self.product).field("hash", &self.hash).finish_non_exhaustive()
    }
}

/// A field whose text operators want to know; a place in [`Fields::watched`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WatchId(pub(super) u16);

/// What a dead letter may hold of its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LetterValue {
    /// The record, sealed.
    Sealed(Vec<u8>),
    /// Nothing: it would be longer than is allowed.
    TooLarge,
}

/// The cryptographic library refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cryptographic library refused")]
pub struct Refused;

/// A key ring that the plan uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingUse {
    /// The ring's name.
    pub name: Arc<str>,
    /// The version that was opened.
    pub version: u64,
    /// What was opened, to tell an older ring by.
    pub sighting: Sighting,
    /// The id of every key that it ever had, to tell another ring of its name by.
    pub ids: Vec<KeyId>,
    /// Whether an older ring would be noticed when the process starts again.
    pub roll_back: RollBack,
}

/// Whether it is noticed across restarts that a ring was rolled back, whatever a vault notices besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollBack {
    /// Its settings have a `state_dir`, or the policy a `min_version`.
    Noticed,
    /// Neither is there.
    Unnoticed,
}

/// Operators whose work is known neither by a prefix nor by a check.
const UNKNOWN_AGAIN: [&str; 4] = ["date_shift", "fake", "fpe", "hash"];
/// The product that a plan without a policy serves.
const NO_PRODUCT: &str = "none";
/// The value kind where neither an entity type nor `as:` gives one.
const VALUE_KIND: &str = "VALUE";

impl Plan {
    /// Makes the plan for who has no policy: everything is scanned, and what is changed by default is replaced by
    /// `<ENTITY>`.
    pub fn without_policy(set: Arc<RecognizerSet>) -> Self {
        let mut operators = Operators::default();
        let replace = operators.built_in("replace");
        Self::scanning(set, operators, replace)
    }

    /// Makes the plan for who brings an operator of their own: everything is scanned, and what is changed by default
    /// gets that operator.
    pub fn with_operator(set: Arc<RecognizerSet>, operator: Box<dyn Operator>) -> Self {
        let mut operators = Operators::default();
        let own = operators.add(operator, None);
        Self::scanning(set, operators, own)
    }

    #[expect(clippy::expect_used, reason = "the constant is a product's name")]
    pub(super) fn scanning(set: Arc<RecognizerSet>, mut operators: Operators, change: OperatorId) -> Self {
        let entities: Vec<EntityUse> = indexes(&set)
            .map(|index| {
                let decision = match set.entity(index).default {
                    DefaultUse::Change => Decision::Apply(change),
                    DefaultUse::Report => Decision::Left,
                    DefaultUse::Off => Decision::Ignored,
                };
                EntityUse { decision, key_decision: operators.on_key(decision), ..EntityUse::OFF }
            })
            .collect();
        Self {
            identity: Arc::new(()),
            mask: mask(&entities, &set, None),
            tagger: None,
            entities,
            product: ProductId::new(NO_PRODUCT).expect("the constant is a product's name"),
            version: None,
            hash: Hasher::new().finish(TaggerUse::default()),
            said: Hasher::new(),
            routes: None,
            operators: operators.slots,
            letters: None,
            fields: Fields::new([], Treatment::Scan, Treatment::Scan),
            declared: Declared::default(),
            deny: Deny::default(),
            rings: Vec::new(),
            warnings: None,
            document: None,
            places: Vec::new(),
            set,
        }
    }

    /// Gives the recognizers it was compiled against.
    pub const fn set(&self) -> &Arc<RecognizerSet> {
        &self.set
    }

    /// Gives the data product it governs.
    pub const fn product(&self) -> &ProductId {
        &self.product
    }

    /// Gives the version that the policy claims for itself.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// Gives the hash of what the policy says, and of how the tagger is used where the command line says that.
    pub const fn hash(&self) -> &PolicyHash {
        &self.hash
    }

    /// Gives the topics, where the policy names them.
    pub const fn routes(&self) -> Option<&Routes> {
        self.routes.as_ref()
    }

    /// Gives what somebody should look at, although the policy compiles.
    pub const fn warnings(&self) -> Option<&Diagnostics> {
        self.warnings.as_ref()
    }

    /// Gives an operator.
    ///
    /// # Panics
    /// Where the id is of another plan.
    #[expect(clippy::indexing_slicing, reason = "an id is only made by the plan itself")]
    pub fn operator(&self, id: OperatorId) -> &dyn Operator {
        &*self.operators[usize::from(id.0)].operator
    }

    /// Gives all operators.
    pub fn operators(&self) -> impl Iterator<Item = &dyn Operator> {
        self.operators.iter().map(|slot| &*slot.operator)
    }

    /// Gives the names of those of its operators whose work cannot be recognised, so that twice is twice, each once.
    pub fn writes_unknown(&self) -> Vec<&'static str> {
        let all = self.operators().map(Operator::name);
        let mut names: Vec<&str> = all.filter(|name| UNKNOWN_AGAIN.contains(name)).collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Tells what its operators ask of a store, so that there must be one; nothing where they ask none.
    pub fn need(&self) -> Option<Need> {
        self.operators().filter_map(Need::of).max()
    }

    /// Tells whether any operator asks a store.
    pub fn needs_store(&self) -> bool {
        self.need().is_some()
    }

    /// Gives the value kind that an operator is told: what `as:` names, else the entity's family, else `VALUE`.
    pub fn kind_of(&self, id: OperatorId, entity: Option<EntityIndex>) -> &str {
        let declared = self.operators.get(usize::from(id.0)).and_then(|slot| slot.kind.as_deref());
        match (declared, entity) {
            (Some(kind), _) => kind,
            (None, Some(entity)) => self.set.entity(entity).family.as_str(),
            (None, None) => VALUE_KIND,
        }
    }

    /// Gives the field that tells an operator whose value it is.
    pub fn subject_of(&self, id: OperatorId) -> Option<WatchId> {
        self.operators.get(usize::from(id.0)).and_then(|slot| slot.subject)
    }

    /// Gives the field in whose context an operator writes.
    pub fn context_of(&self, id: OperatorId) -> Option<WatchId> {
        self.operators.get(usize::from(id.0)).and_then(|slot| slot.context)
    }

    /// Gives all operators, each with the field in whose context it writes.
    pub fn contexts(&self) -> impl Iterator<Item = (&dyn Operator, Option<WatchId>)> {
        self.operators.iter().map(|slot| (&*slot.operator, slot.context))
    }

    /// Tells whether an operator uses a key, so that who may anonymize could re-identify by trying values.
    pub fn uses_keys(&self) -> bool {
        self.operators().any(|operator| operator.epoch() != Epoch::Keyless)
    }

    /// Tells whether dead letters hold their records, sealed.
    pub const fn seals_letters(&self) -> bool {
        self.letters.is_some()
    }

    /// Gives the ring under which dead letters are sealed, where they hold their records.
    pub fn letter_ring(&self) -> Option<&str> {
        self.letters.as_ref().map(LetterSealer::ring)
    }

    /// Makes the value of a record's dead letter, of at most `max` bytes; none where the policy wants it left out.
    ///
    /// # Errors
    /// Where the cryptographic library refuses.
    pub fn letter(
        &self,
        place: TopicPlace<'_>,
        record: &WholeRecord<'_>,
        max: usize,
    ) -> Option<Result<LetterValue, Refused>> {
        let sealed = self.letters.as_ref()?.seal(place, record, max);
        Some(match sealed {
            Ok(SealedLetter::Value(value)) => Ok(LetterValue::Sealed(value)),
            Ok(SealedLetter::TooLarge) => Ok(LetterValue::TooLarge),
            Err(_) => Err(Refused),
        })
    }

    /// Gives the rings that it uses, with the versions that were opened.
    pub fn rings(&self) -> &[RingUse] {
        &self.rings
    }

    /// Gives the plan with the tagger used so, unless its policy says how; its hash is that of a policy with that line.
    #[must_use]
    pub fn with_tagger(mut self, tagger: TaggerUse) -> Self {
        if self.tagger.is_none() {
            self.mask = self.mask.with_tagger(tagger);
            self.hash = self.said.clone().finish(tagger);
        }
        self
    }

    /// Gives the entity types worth looking for, each from the score that counts.
    pub const fn mask(&self) -> &EntityMask {
        &self.mask
    }

    /// Gives the score from which findings of an entity type count.
    pub fn threshold(&self, entity: EntityIndex) -> Score {
        self.entities.get(usize::from(entity.0)).map_or(THRESHOLD, |one| one.threshold)
    }

    /// Appends what recognizers and the policy's own lists find in a value of a field; `hint` is the field's own, or
    /// what a label beside the value says.
    pub fn scan(
        &self,
        (node, hint): (&PathNode, &FieldHint),
        text: &str,
        kind: TextKind,
        scratch: &mut DetectScratch,
        out: &mut Vec<Finding>,
    ) {
        self.set.scan(text, kind, hint, &self.mask, scratch, out);
        self.deny.find(text, kind, Spot::Value(&node.denied), scratch, out);
    }

    /// Tells at a glance that [`Plan::scan`] finds nothing in a number: it is none that could be an identifier, its field's
    /// name is proof of nothing, and the policy has no lists of its own.
    pub fn spares_number(&self, number: &str, hint: &FieldHint) -> bool {
        hint.typed().is_none() && !may_identify(number) && self.deny.is_empty()
    }

    /// Appends what recognizers and the policy's own lists find in a member's name.
    pub fn scan_name(&self, name: &str, scratch: &mut DetectScratch, out: &mut Vec<Finding>) {
        self.set.scan(name, TextKind::Key, &FieldHint::default(), &self.mask, scratch, out);
        self.deny.find(name, TextKind::Key, Spot::Name, scratch, out);
    }

    /// Decides what a finding gets; `text` is that of the whole leaf in which it was found.
    ///
    /// In a record key an operator that could make two keys equal is never the answer: one that refuses is.
    pub fn decide(&self, node: &PathNode, finding: &Finding, text: &str) -> Decision {
        let Some(one) = self.entities.get(usize::from(finding.entity.0)) else {
            debug_assert!(false, "a finding of another set");
            return Decision::Ignored;
        };
        if !finding.is_by_policy() && !one.counts(finding, text) {
            return Decision::Ignored;
        }
        self.treat(node, finding.entity)
    }

    /// Tells what findings of an entity type get that count; [`Plan::decide`] without the finding.
    pub fn treat(&self, node: &PathNode, entity: EntityIndex) -> Decision {
        let Some(one) = self.entities.get(usize::from(entity.0)) else { return Decision::Ignored };
        match node.part {
            RecordPart::Key => one.key_decision,
            RecordPart::Value | RecordPart::Headers => one.decision,
        }
    }

    /// Tells whether the policy says in a schema what fields hold.
    pub const fn is_typed(&self) -> bool {
        self.declared.is_there()
    }

    /// Gives why `new` may not stand in a field, as the policy's schema has it, in a format that has this idea of types; none
    /// where it may.
    pub fn misfit(&self, node: &PathNode, new: &Shape, fit: &dyn TypeFit) -> Option<Misfit> {
        self.declared.misfit(node.declared?, new, fit)
    }

    /// Tells whether the policy's schema spells a name out, so that it may be shown.
    pub fn declares(&self, name: &str) -> bool {
        self.declared.names(name)
    }

    /// Tells whether the policy spells a name out in some field path, so that it may be shown.
    pub fn names(&self, name: &str) -> bool {
        self.fields.entries.iter().flat_map(|entry| entry.pattern.names()).any(|known| known == name)
    }

    /// Writes a path for reports and errors: a name is shown only where the policy spells it out, or where it looks
    /// like a name a programmer gives and detection finds nothing in it; else it is `?`.
    pub fn show(&self, path: &FieldPath, scratch: &mut DetectScratch) -> String {
        let mut findings = Vec::new();
        let all = EntityMask::all(&self.set);
        let steps = path.0.iter().map(|step| match step {
            OwnedStep::Index(_) | OwnedStep::Inside(_) => step.clone(),
            OwnedStep::Key(name) => {
                findings.clear();
                let plain = looks_programmed(name);
                if plain && !self.names(name) {
                    self.set.scan(name, TextKind::Key, &FieldHint::default(), &all, scratch, &mut findings);
                    self.deny.find(name, TextKind::Key, Spot::Name, scratch, &mut findings);
                }
                let shown = self.names(name) || (plain && findings.is_empty());
                OwnedStep::Key(if shown { name.clone() } else { "?".to_owned() })
            }
        });
        FieldPath(steps.collect()).to_string()
    }
}

/// Gives the entity types that a plan's table has a use for, each from the lowest score that counts, and the countries
/// that are asked about.
pub(super) fn mask(entities: &[EntityUse], set: &RecognizerSet, regions: Option<&[Country]>) -> EntityMask {
    let mut mask = EntityMask::new();
    for (at, one) in entities.iter().enumerate() {
        let Ok(at) = u16::try_from(at) else { continue };
        match one.decision {
            Decision::Ignored => {}
            Decision::Apply(_) | Decision::Left => mask.insert_from(EntityIndex(at), one.threshold),
        }
    }
    if let Some(regions) = regions {
        mask.ask_about(regions, set);
    }
    mask
}

/// Tells whether a member's name looks like one a programmer gives, not like data.
fn looks_programmed(name: &str) -> bool {
    name.len() <= 40
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '$')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$'))
        && name.bytes().filter(u8::is_ascii_digit).count() <= 3
}
