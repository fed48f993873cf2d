//! Which operators of a policy use a key ring, and whether they follow its primary key.

use crate::detect::RecognizerSet;
use crate::keys::KeyId;
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{self, Action, Document, OperatorDoc};
use crate::policy::pattern::RecordPart;
use crate::policy::source::Source;
use crate::policy::tree::read_tree;
use std::sync::Arc;

/// One operator that uses a ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// The ring.
    pub ring: String,
    /// The field's path, or the entity types, as the policy writes them.
    pub of: String,
    /// The operator.
    pub operator: &'static str,
    /// What a rotation does to what it writes.
    pub follows: Follows,
    /// Which part of the record.
    pub part: RecordPart,
}

/// Which key an operator writes with after a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Follows {
    /// The new primary key.
    Primary,
    /// The key that it pins.
    Pinned(KeyId),
    /// A vault answers, and what it answered once stays.
    Vault,
}

/// What a policy uses of key rings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUses {
    /// The data product.
    pub product: String,
    /// The topic that is written, where the policy names one.
    pub output: Option<Arc<str>>,
    /// Every operator that uses a ring, in the order of the policy.
    pub uses: Vec<KeyUse>,
    /// Every ring that the policy declares, be it used or not.
    pub rings: Vec<RingReference>,
}

/// Where a policy says that a ring is, as it writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RingReference {
    /// The ring.
    pub ring: String,
    /// Where it comes from; none where the settings say so.
    pub from: Option<String>,
    /// Where its root is, or who unwraps that, where it is not in the default place.
    pub root: Option<String>,
}

/// Tells which operators of a policy use key rings, without opening any.
///
/// # Errors
/// Everything that is wrong with the policy's text; what only a ring knows is not asked.
pub fn key_uses(source: &Source, set: &Arc<RecognizerSet>) -> Result<KeyUses, Diagnostics> {
    let mut diagnostics = Diagnostics::new(source);
    let document = read_tree(source, &mut diagnostics).and_then(|tree| document::read(&tree, set, &mut diagnostics));
    let (document, _) = diagnostics.finish(document)?;
    let uses = uses(&document);
    let rings = document.rings.iter().map(|ring| RingReference {
        ring: ring.name.clone(),
        from: ring.from.as_ref().map(|from| from.value.clone()),
        root: ring.root.as_ref().map(|root| root.value.clone()),
    });
    let rings = rings.collect();
    Ok(KeyUses {
        product: document.product.to_string(),
        output: document.routes.as_ref().map(|routes| Arc::clone(&routes.output)),
        uses,
        rings,
    })
}

fn uses(document: &Document) -> Vec<KeyUse> {
    let fields = document.fields.iter().filter_map(|field| match &field.action {
        Action::Scan | Action::Text => None,
        Action::Apply(operator) => one(operator, field.pattern.value.to_string(), field.pattern.value.part),
    });
    let defaults = document.defaults.iter().filter_map(|default| {
        let mut names: Vec<&str> = default.selectors.iter().map(|(selector, _)| selector.name()).collect();
        // A name that is both an entity type and a family stands for both.
        names.dedup();
        one(&default.operator, names.join(", "), RecordPart::Value)
    });
    let letters = document.dead_letter_ring.iter().map(|ring| KeyUse {
        ring: ring.value.clone(),
        of: "dead_letter".to_owned(),
        operator: "encrypt",
        follows: Follows::Primary,
        part: RecordPart::Value,
    });
    fields.chain(defaults).chain(letters).collect()
}

fn one(operator: &OperatorDoc, of: String, part: RecordPart) -> Option<KeyUse> {
    let ring = operator.text("ring")?.to_owned();
    let pinned = operator.text("epoch").and_then(|epoch| epoch.parse().ok());
    let follows = match operator.text("mode") {
        Some("vault") => Follows::Vault,
        _ => pinned.map_or(Follows::Primary, Follows::Pinned),
    };
    Some(KeyUse { ring, of, operator: operator.row.name, follows, part })
}
