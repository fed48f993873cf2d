//! The key rings that a policy uses.

use crate::keys::{KeyError, KeyId, KeyRing, Rings, Sighting, source};
use crate::model::{Told, is_name};
use crate::policy::Place;
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, OperatorDoc, RingDoc};
use crate::policy::plan::{RingUse, RollBack};
use crate::policy::suggest::nearest;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Opens the ring that a policy asks for; none where nobody knows one of that name.
pub type OpenRing<'a> = dyn Fn(&RingRequest<'_>) -> Result<Option<Arc<KeyRing>>, KeyError> + 'a;

/// A ring that a policy asks for.
#[derive(Debug, Clone, Copy)]
pub struct RingRequest<'a> {
    /// The ring's name.
    pub name: &'a str,
    /// Where the policy says that it comes from, such as `file:/run/secrets/customer.keyring.json`.
    pub from: Option<&'a str>,
    /// Where the policy says that its root is.
    pub root: Option<&'a str>,
}

impl RingRequest<'_> {
    /// Opens the ring from where the policy says that it comes from; none where it does not say.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub fn open(&self) -> Result<Option<Arc<KeyRing>>, KeyError> {
        let Some(from) = self.from else { return Ok(None) };
        let ring = source(from, self.root)?.open()?;
        Ok(Some(Arc::new(ring)))
    }
}

/// The rings at hand, and why others are not.
#[derive(Debug)]
pub(super) struct OpenedRings {
    rings: Rings,
    /// Rings that were declared but cannot be used, which was said already.
    broken: BTreeSet<String>,
    /// The rings for which the policy says the least version.
    bounded: BTreeSet<String>,
    /// Every ring by its name, with who may use it.
    declared: BTreeMap<String, Option<Vec<String>>>,
    domain: String,
    real: Real,
}

/// Whether the rings hold real keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Real {
    Yes,
    No,
}

impl OpenedRings {
    /// Gives the rings.
    pub(super) const fn rings(&self) -> &Rings {
        &self.rings
    }

    /// Tells whether they are the policy's own, and no stand-ins.
    pub(super) fn opened(&self) -> bool {
        self.real == Real::Yes
    }

    /// Gives what the plan keeps of each.
    pub(super) fn uses(&self) -> Vec<RingUse> {
        let one = |ring: &Arc<KeyRing>| RingUse {
            name: ring.name().into(),
            version: ring.version(),
            sighting: Sighting::from(&**ring),
            ids: ring.ids().collect(),
            roll_back: if ring.is_remembered() || self.bounded.contains(ring.name()) {
                RollBack::Noticed
            } else {
                RollBack::Unnoticed
            },
        };
        self.rings.iter().map(one).collect()
    }

    /// Tells whether an operator can have its ring; notes why not, unless that was said already.
    pub(super) fn usable(&self, doc: &OperatorDoc, diagnostics: &mut Diagnostics) -> bool {
        doc.text("ring").is_none_or(|name| self.usable_ring(name, doc.place_of(Some("ring")), diagnostics))
    }

    /// Tells whether the ring of that name, named there, can be had; notes why not, unless that was said already.
    pub(super) fn usable_ring(&self, name: &str, place: Place, diagnostics: &mut Diagnostics) -> bool {
        if self.broken.contains(name) {
            return false;
        }
        if self.rings.get(name).is_none() {
            let known = self.declared.keys().map(String::as_str).filter(|known| is_name(known) && *known != name);
            let (what, example) = if is_name(name) { (format!(" `{name}`"), name) } else { (String::new(), "NAME") };
            let help = match nearest(name, known) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!(
                    "say where it comes from: `rings: {{{example}: {{from: \"file:…\"}}}}`; `privet keys new` makes one"
                ),
            };
            diagnostics.error(place, format!("unknown key ring{what}")).help(help);
            return false;
        }
        let domains = self.declared.get(name).and_then(Option::as_ref);
        if domains.is_some_and(|domains| !domains.contains(&self.domain)) {
            let domain = &self.domain;
            diagnostics
                .error(place, format!("the domain `{domain}` may not use this ring"))
                .help("its `domains:` say who may; a product's domain is what stands before the first `/` of its name");
            return false;
        }
        true
    }
}

/// Gives every operator of a policy that may use a ring.
fn operators(document: &Document) -> impl Iterator<Item = &OperatorDoc> {
    let fields = document.fields.iter().filter_map(|field| match &field.action {
        Action::Scan | Action::Text => None,
        Action::Apply(operator) => Some(operator),
    });
    fields.chain(document.defaults.iter().map(|default| &default.operator))
}

/// Gives the names of the rings that operators and dead letters use, each with where it is named first.
fn used(document: &Document) -> BTreeMap<&str, Place> {
    let letters = document.dead_letter_ring.iter().map(|ring| (ring.value.as_str(), ring.place));
    let named = operators(document).filter_map(|one| Some((one.text("ring")?, one.place_of(Some("ring")))));
    let mut used = BTreeMap::new();
    for (name, place) in named.chain(letters) {
        used.entry(name).or_insert(place);
    }
    used
}

/// Warns of rings that no operator uses, unless an operator could not be read, which may be the one that does.
fn warn_of_unused(document: &Document, diagnostics: &mut Diagnostics) {
    if diagnostics.has_errors() {
        return;
    }
    let used = used(document);
    for ring in document.rings.iter().filter(|ring| !used.contains_key(ring.name.as_str())) {
        diagnostics.warning(ring.place, format!("no operator uses the key ring `{}`", Told(&ring.name)));
    }
}

/// Opens every ring that an operator uses, and notes those that cannot be.
pub(super) fn open(document: &Document, opener: &OpenRing<'_>, diagnostics: &mut Diagnostics) -> OpenedRings {
    warn_of_unused(document, diagnostics);
    let mut opened = Vec::new();
    let mut broken = BTreeSet::new();
    for (name, first_use) in used(document) {
        let doc = document.rings.iter().find(|ring| ring.name == name);
        match open_one(name, doc, opener) {
            Ok(ring) => {
                if let Some(caution) = ring.as_ref().and_then(|ring| ring.caution()) {
                    let place = doc.map_or(first_use, |doc| doc.place);
                    diagnostics.warning(place, format!("the key ring `{}`: {caution}", Told(name)));
                }
                opened.extend(ring);
            }
            Err(error) => {
                let place = doc.map_or(first_use, |doc| blamed(doc, &error));
                cannot_be_used(name, place, &error, diagnostics);
                broken.insert(name.to_owned());
            }
        }
    }
    finish(document, opened, broken, Real::Yes, diagnostics)
}

/// Gives the place of what an error is about: the ring's root where that is at fault, else where the ring comes from.
fn blamed(doc: &RingDoc, error: &KeyError) -> Place {
    match &doc.root {
        Some(root) if error.is_of_root(&root.value) => root.place,
        Some(_) | None => doc.from.as_ref().map_or(doc.place, |from| from.place),
    }
}

fn cannot_be_used(name: &str, place: Place, error: &KeyError, diagnostics: &mut Diagnostics) {
    diagnostics.error(place, format!("the key ring `{}` cannot be used: {error}", Told(name)));
}

fn open_one(name: &str, doc: Option<&RingDoc>, opener: &OpenRing<'_>) -> Result<Option<Arc<KeyRing>>, KeyError> {
    let from = doc.and_then(|doc| doc.from.as_ref()).map(|from| from.value.as_str());
    let request =
        RingRequest { name, from, root: doc.and_then(|doc| doc.root.as_ref()).map(|root| root.value.as_str()) };
    let Some(ring) = opener(&request)? else { return Ok(None) };
    if let Some(least) = doc.and_then(|doc| doc.min_version) {
        ring.at_least(least)?;
    }
    if ring.name() != name {
        return Err(KeyError::ForeignRing { found: ring.name().to_owned() });
    }
    Ok(Some(ring))
}

/// Makes rings with keys that are none, to check a policy with: those that the policy declares, or that are known
/// `elsewhere`.
pub(super) fn stand_ins(document: &Document, elsewhere: &[String], diagnostics: &mut Diagnostics) -> OpenedRings {
    warn_of_unused(document, diagnostics);
    let mut rings = Vec::new();
    let mut broken = BTreeSet::new();
    for ring in document.rings.iter().filter(|ring| !elsewhere.contains(&ring.name)) {
        let Some(from) = &ring.from else { continue };
        // Where a policy is only checked, whom its rings need may be out of reach.
        let away = |error: &KeyError| matches!(error, KeyError::Provider { .. } | KeyError::Unreadable { .. });
        if let Err(error) = source(&from.value, ring.root.as_ref().map(|root| root.value.as_str()))
            && !away(&error)
        {
            cannot_be_used(&ring.name, blamed(ring, &error), &error, diagnostics);
            broken.insert(ring.name.clone());
        }
    }
    let known =
        |name: &str| elsewhere.iter().any(|known| known == name) || document.rings.iter().any(|ring| ring.name == name);
    let names: Vec<&str> = used(document).into_keys().filter(|name| known(name) && !broken.contains(*name)).collect();
    for name in names {
        let of_ring = operators(document).filter(|operator| operator.text("ring") == Some(name));
        let ids: Vec<KeyId> = of_ring.filter_map(|operator| operator.text("epoch")?.parse().ok()).collect();
        match KeyRing::stand_in(name, &ids) {
            Ok(ring) => rings.push(Arc::new(ring)),
            Err(_) => _ = broken.insert(name.to_owned()),
        }
    }
    finish(document, rings, broken, Real::No, diagnostics)
}

fn finish(
    document: &Document,
    rings: Vec<Arc<KeyRing>>,
    mut broken: BTreeSet<String>,
    real: Real,
    diagnostics: &mut Diagnostics,
) -> OpenedRings {
    let names: Vec<String> = rings.iter().map(|ring| ring.name().to_owned()).collect();
    let rings = Rings::new(rings).unwrap_or_else(|error| {
        let place = document.rings.first().map_or(Place::START, |ring| ring.place);
        diagnostics.error(place, format!("the key rings cannot be used together: {error}"));
        broken.extend(names);
        Rings::default()
    });
    let declared = document.rings.iter().map(|ring| (ring.name.clone(), ring.domains.clone())).collect();
    let domain = document.product.as_str().split('/').next().unwrap_or_default().to_owned();
    let bounded =
        document.rings.iter().filter(|ring| ring.min_version.is_some()).map(|ring| ring.name.clone()).collect();
    OpenedRings { rings, broken, bounded, declared, domain, real }
}

#[cfg(test)]
mod tests;
