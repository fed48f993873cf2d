//! A policy's document into a plan; everything that is wrong comes back at once.

mod between;
mod closed;
mod disclosure;
mod entities;
mod erasure;
mod image_names;
mod images;
mod meets;
mod reasons;
mod rings;
mod scanned;
mod sides;
mod types;
mod uses;
mod watched;

pub use between::conflicts;
pub use rings::{OpenRing, RingRequest};
pub use uses::{Follows, KeyUse, KeyUses, RingReference, key_uses};

use super::deny::Deny;
use super::diagnostic::Diagnostics;
use super::document::{self, Action, Document, FieldDoc, OperatorDoc, Placed, UnknownFields};
use super::entities::EntityUse;
use super::hash::Hasher;
use super::pattern::RecordPart;
use super::plan::{Declared, Fields, OperatorId, Operators, Plan, Treatment, mask};
use super::source::{Place, Source};
use super::tree::read_tree;
use crate::detect::RecognizerSet;
use crate::keys::Rings;
use crate::transform::{BuildContext, BuildError, Distinct, Epoch, LetterSealer, ParameterValue, Region};
use rings::OpenedRings;
use std::fmt;
use std::sync::Arc;

/// What a policy is compiled against.
pub struct CompileContext<'a> {
    /// The recognizers, whose entity types the policy may name.
    pub set: &'a Arc<RecognizerSet>,
    /// Who opens the key rings that the policy uses.
    pub rings: &'a OpenRing<'a>,
    /// The tenant, a setting of the process; empty by default. It enters every derived key.
    pub tenant: &'a str,
}

impl fmt::Debug for CompileContext<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompileContext").field("tenant", &self.tenant).finish_non_exhaustive()
    }
}

/// Compiles a policy; opens the key rings that its operators use.
///
/// # Errors
/// Everything that is wrong with the policy, warnings among it.
pub fn compile(source: &Source, context: &CompileContext<'_>) -> Result<Plan, Diagnostics> {
    let mut diagnostics = Diagnostics::new(source);
    let plan = read_tree(source, &mut diagnostics)
        .and_then(|tree| document::read(&tree, context.set, &mut diagnostics))
        .and_then(|document| {
            let rings = rings::open(&document, context.rings, &mut diagnostics);
            let plan = compile_document(&document, context.set, context.tenant, &rings, &mut diagnostics)?;
            Some(Plan { document: Some(document), ..plan })
        });
    let (mut plan, warnings) = diagnostics.finish(plan)?;
    plan.warnings = (!warnings.list().is_empty()).then_some(warnings);
    Ok(plan)
}

/// Checks a policy where its key rings are not at hand; gives everything that is wrong, warnings among it.
///
/// Finds all that [`compile`] finds, but what only a ring knows: whether it opens, and whether a pinned key is in it.
/// `elsewhere` are the rings that the settings of the process name; any other must stand under the policy's own `rings:`.
pub fn check(source: &Source, set: &Arc<RecognizerSet>, elsewhere: &[String]) -> Diagnostics {
    let mut diagnostics = Diagnostics::new(source);
    let document = read_tree(source, &mut diagnostics).and_then(|tree| document::read(&tree, set, &mut diagnostics));
    if let Some(document) = document {
        let rings = rings::stand_ins(&document, elsewhere, &mut diagnostics);
        let _ = compile_document(&document, set, "", &rings, &mut diagnostics);
    }
    diagnostics
}

/// What operators are built with.
struct Builder<'a> {
    set: &'a RecognizerSet,
    tenant: &'a str,
    product: &'a str,
    region: Option<Region>,
    rings: &'a OpenedRings,
    operators: Operators,
    /// Where each operator stands.
    places: Vec<(OperatorId, Place)>,
}

fn compile_document(
    document: &Document,
    set: &Arc<RecognizerSet>,
    tenant: &str,
    rings: &OpenedRings,
    diagnostics: &mut Diagnostics,
) -> Option<Plan> {
    let mut builder = Builder {
        set,
        tenant,
        product: document.product.as_str(),
        region: region(document),
        rings,
        operators: Operators::default(),
        places: Vec::new(),
    };
    let entries: Vec<_> = document
        .fields
        .iter()
        .filter_map(|field| Some((field.pattern.value.clone(), treatment(field, &mut builder, diagnostics)?)))
        .collect();
    let (unknown, unknown_key) = unknown(document, &mut builder, diagnostics);
    let entities: Vec<EntityUse> = entities::compile(document, &mut builder, diagnostics);
    let letters = letters(document, &builder, diagnostics);
    watched::check(document, &builder.operators.watched, diagnostics);
    erasure::check(document, diagnostics);
    let mut fields = Fields::new(entries, unknown, unknown_key);
    fields.watched = builder.operators.watched;
    let deny = Deny::new(&document.detect, &mut fields.denied).unwrap_or_else(|error| {
        diagnostics.error(document.unknown.place, error.to_string());
        Deny::default()
    });
    let said = said(document);
    let plan = Plan {
        identity: Arc::new(()),
        set: Arc::clone(set),
        product: document.product.clone(),
        version: document.version.clone(),
        hash: said.clone().finish(document.tagger.unwrap_or_default()),
        said,
        routes: document.routes.clone(),
        operators: builder.operators.slots,
        letters,
        mask: mask(&entities, set, document.regions.as_deref())
            .narrow(set)
            .with_tagger(document.tagger.unwrap_or_default()),
        tagger: document.tagger,
        entities,
        fields,
        declared: document.schema.as_ref().map(Declared::of).unwrap_or_default(),
        deny,
        rings: rings.uses(),
        warnings: None,
        document: None,
        places: builder.places,
    };
    reasons::check(&plan, document, diagnostics);
    types::check(&plan, document, &plan.places, diagnostics);
    disclosure::check(&plan, document, &plan.places, diagnostics);
    Some(plan)
}

/// Makes what seals the records of dead letters, where the policy wants them sealed.
fn letters(document: &Document, builder: &Builder<'_>, diagnostics: &mut Diagnostics) -> Option<LetterSealer> {
    let Placed { value: name, place } = document.dead_letter_ring.as_ref()?;
    if !builder.rings.usable_ring(name, *place, diagnostics) {
        return None;
    }
    let ring = builder.rings.rings().get(name)?;
    LetterSealer::new(ring, builder.tenant).map_err(|error| diagnostics.error(*place, error.to_string()).place).ok()
}

/// Compiles what one field entry asks for.
fn treatment(field: &FieldDoc, builder: &mut Builder<'_>, diagnostics: &mut Diagnostics) -> Option<Treatment> {
    let operator = match &field.action {
        Action::Scan => return Some(Treatment::Scan),
        Action::Text => return Some(Treatment::Text),
        Action::Apply(operator) => operator,
    };
    // What it is in may say with it what it holds, as `card.number` does.
    let names: Vec<&str> = field.pattern.value.names().collect();
    let name =
        names.get(names.len().saturating_sub(2)..).filter(|names| !names.is_empty()).map(|names| names.join("."));
    // With `as:` it may say that itself.
    let kind = operator.text("as").and_then(|kind| builder.set.entity_index(kind));
    let kind = kind.map_or("VALUE", |kind| builder.set.entity(kind).family.as_str());
    let id = builder.build(operator, name.as_deref(), &[kind], diagnostics)?;
    if field.pattern.value.part == RecordPart::Key {
        check_key(operator, id, builder, diagnostics);
    }
    Some(if operator.row.name == "keep" { Treatment::Keep } else { Treatment::Apply(id) })
}

/// Checks that an operator keeps different record keys different, today and after a rotation.
fn check_key(doc: &OperatorDoc, id: OperatorId, builder: &Builder<'_>, diagnostics: &mut Diagnostics) {
    let Some(slot) = builder.operators.slots.get(usize::from(id.0)) else { return };
    if builder.operators.fits_key(id) {
        return;
    }
    let name = doc.row.name;
    match slot.operator.distinct() {
        Distinct::Stored => {
            diagnostics
                .error(doc.place_of(Some("mode")), format!("`{name}` on a record key must not depend on a vault"))
                .help(
                    "a lost vault would give every record another key; use `mode: deterministic` with a pinned `epoch`",
                );
            return;
        }
        Distinct::Lost => {
            let help = match name {
                "fpe" => {
                    "compaction would delete records; with `error` or `tokenize` in the place of `redact` they stay different"
                }
                _ => "compaction would then delete records; `keep`, `scan`, `hash`, `tokenize` and `fpe` do not",
            };
            diagnostics
                .error(doc.place, format!("`{name}` on a record key would make different keys equal"))
                .help(help);
            return;
        }
        Distinct::Anew => {
            diagnostics
                .error(doc.place, format!("`{name}` on a record key would give one key another form each time"))
                .help(
                    "compaction would keep every record, and a tombstone delete none; `hash`, deterministic `tokenize` and `fpe` \
                     give one key one form",
                );
            return;
        }
        Distinct::Gone => {
            diagnostics
                .error(doc.place, format!("`{name}` on a record key takes every record that has it"))
                .help("name a field of the value, whose records alone it takes, or an entity type under `defaults:`");
            return;
        }
        Distinct::Kept => {}
    }
    if !matches!(slot.operator.epoch(), Epoch::Primary(_)) {
        diagnostics
            .error(
                doc.place_of(Some("context_field")),
                format!("the context of `{name}` on a record key must not stand in the value"),
            )
            .help("a tombstone has no value and must get the same key; `$key…` and `$headers.NAME` are there");
        return;
    }
    diagnostics.error(doc.place_of(Some("epoch")), format!("`{name}` on a record key must pin its key")).help(format!(
        "rotation would move every record key; add `epoch: …`, the id of a key of the ring, to `{name}`"
    ));
}

/// Compiles what happens to fields that nobody named, and to a record key that nobody named.
fn unknown(document: &Document, builder: &mut Builder<'_>, diagnostics: &mut Diagnostics) -> (Treatment, Treatment) {
    let word = document.unknown;
    let treatment = match word.value {
        UnknownFields::Scan => return (Treatment::Scan, Treatment::Scan),
        UnknownFields::Redact | UnknownFields::DropField => {
            Treatment::Apply(builder.operators.built_in(word.value.name()))
        }
        UnknownFields::Quarantine => Treatment::Refuse,
    };
    let on_key = |field: &FieldDoc| field.pattern.value.part == RecordPart::Key;
    if document.routes.is_some() && !document.fields.iter().any(on_key) {
        diagnostics
            .error(
                word.place,
                format!("with `unknown_fields: {}` record keys need an entry of their own", word.value.name()),
            )
            .help("add `$key: scan`, `$key: keep`, or `tokenize` with a pinned `epoch` under `fields:`");
    }
    (treatment, Treatment::Refuse)
}

/// Gives the region whose telephone numbers are meant where none is told: the only one that the policy names.
fn region(document: &Document) -> Option<Region> {
    match document.regions.as_deref()? {
        [only] => Region::of(only.as_str()),
        _ => None,
    }
}

impl Builder<'_> {
    /// Builds an operator for the value kinds that it may meet; none where that fails, which is noted.
    fn build(
        &mut self,
        doc: &OperatorDoc,
        field: Option<&str>,
        kinds: &[&str],
        diagnostics: &mut Diagnostics,
    ) -> Option<OperatorId> {
        if doc.row.parameter("ring").is_some() && !self.rings.usable(doc, diagnostics) {
            return None;
        }
        let rings: &Rings = self.rings.rings();
        let context =
            BuildContext { rings, tenant: self.tenant, product: self.product, region: self.region, field, kinds };
        match (doc.row.build)(&doc.parameters, &context) {
            Ok(operator) => {
                let subject =
                    operator.subject_field().map(|field| watched::field("subject_field", field, doc, diagnostics));
                let context =
                    operator.context_field().map(|field| watched::field("context_field", field, doc, diagnostics));
                if matches!(subject, Some(None)) || matches!(context, Some(None)) {
                    return None;
                }
                let id = self.operators.add(operator, doc.text("as").map(Into::into));
                self.operators.watch(id, subject.flatten(), context.flatten());
                self.places.push((id, doc.place));
                Some(id)
            }
            Err(BuildError { parameter, message, help }) => {
                let noted = diagnostics.error(doc.place_of(parameter), message);
                if let Some(help) = help.filter(|_| self.rings.opened()) {
                    noted.help(help);
                }
                None
            }
        }
    }
}

/// Collects what the policy says, for its hash. Not in it: comments, order, spelling, `version:`, from where a ring
/// comes, and how the tagger is used, of which the command line may speak, too.
///
/// Nor is the recognizer set in it: the hash names the policy, and who must know what could be found names the binary.
fn said(document: &Document) -> Hasher {
    let mut hasher = Hasher::new();
    hasher.list("product", [document.product.as_str()]);
    if let Some(routes) = &document.routes {
        let more = format!("{:?} {:?}", routes.format, routes.stop_at);
        hasher.list("routes", [&*routes.input, &*routes.output, &*routes.dead_letter, more.as_str()]);
    }
    if let Some(ring) = &document.dead_letter_ring {
        hasher.list("dead_letter", [ring.value.as_str()]);
    }
    hasher.list("unknown_fields", [document.unknown.value.name()]);
    let mut fields: Vec<[String; 2]> = document
        .fields
        .iter()
        .map(|field| {
            let action = match &field.action {
                Action::Scan => "scan".to_owned(),
                Action::Text => "text".to_owned(),
                Action::Apply(operator) => spelled(operator),
            };
            [field.pattern.value.to_string(), action]
        })
        .collect();
    fields.sort();
    hasher.list("fields", fields.iter().flatten().map(String::as_str));
    entities::hash(document, &mut hasher);
    let mut rings: Vec<String> = document
        .rings
        .iter()
        .map(|ring| format!("{:?} {:?} {:?}", ring.name, ring.domains, ring.min_version))
        .collect();
    rings.sort();
    hasher.list("rings", rings.iter().map(String::as_str));
    if let Some(schema) = &document.schema {
        let mut fields: Vec<String> = schema
            .fields
            .iter()
            .map(|field| format!("{} {:?}", types::spelled(&field.steps), field.declared))
            .collect();
        fields.sort();
        hasher.list(
            "schema",
            std::iter::once(format!("{:?}", schema.of)).chain(fields).collect::<Vec<_>>().iter().map(String::as_str),
        );
    }
    hasher
}

/// Spells an operator and its parameters in one way.
fn spelled(doc: &OperatorDoc) -> String {
    let mut out = doc.row.name.to_owned();
    for (name, value) in &doc.parameters.0 {
        out.push_str(&format!(" {name}={}", spelled_value(value)));
    }
    out
}

fn spelled_value(value: &ParameterValue) -> String {
    match value {
        ParameterValue::Text(text) => format!("text {} {text}", text.len()),
        ParameterValue::Integer(number) => format!("integer {number}"),
        ParameterValue::Bool(truth) => format!("bool {truth}"),
        ParameterValue::Json(text) => format!("json {} {text}", text.len()),
        ParameterValue::List(all) => {
            let all: Vec<String> = all.iter().map(spelled_value).collect();
            format!("list {} {}", all.len(), all.join(" "))
        }
    }
}

#[cfg(test)]
mod tests;
