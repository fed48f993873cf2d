//! Whether what operators write may stand where the policy's schema says what a field holds.

use super::{closed, scanned};
use crate::format::{Csv, Delimiter, FieldType, Json, Misfit, Presence, TypeFit, TypeName};
use crate::model::{Shape, Short, Step};
use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, FieldDoc, SchemaDoc, SchemaOf, TypedField};
use crate::policy::entities::Decision;
use crate::policy::paths::{Below, NodeId, Paths};
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use crate::policy::plan::{OperatorId, Plan, Treatment};
use crate::policy::source::Place;
use crate::transform::{OldShape, Reach, ValueKind};
use serde_json::Value;

/// Refuses a plan in which an operator may write what its field must not hold.
///
/// `places` tells where each operator stands in the policy. What is found inside of texts is not known yet, but where a field's
/// name alone says it: it is held against the schema when it is written.
pub(super) fn check(plan: &Plan, document: &Document, places: &[(OperatorId, Place)], diagnostics: &mut Diagnostics) {
    let Some(schema) = &document.schema else { return };
    let csv = Csv::new(b"", Delimiter::Comma);
    let fit: &dyn TypeFit = match (schema.of, &csv) {
        (SchemaOf::Csv, Ok(csv)) => csv,
        (SchemaOf::Json, _) | (_, Err(_)) => &Json,
    };
    check_inside(schema, document, diagnostics);
    scanned::check_named(schema, document, diagnostics);
    closed::check(schema, document, diagnostics);
    let mut paths = Paths::default();
    paths.bind(plan);
    let mut all = Vec::new();
    for field in &schema.fields {
        match instances(schema, document, field) {
            Some(places) => all.extend(places),
            None => {
                diagnostics
                    .error(
                        field.place,
                        format!("`{}` may stand in more than {PLACES_MAX} places", spelled(&field.steps)),
                    )
                    .help("nest fewer `additionalProperties`, or name fewer fields behind `**`");
            }
        }
    }
    scanned::check_unnamed(plan, document, &mut paths, &all, diagnostics);
    for (field, steps) in all {
        let Some((operator, entity)) = operator(plan, &mut paths, field, &steps) else { continue };
        let place = places.iter().find(|(id, _)| *id == operator).map_or(field.place, |(_, place)| *place);
        for value in kinds(&field.declared, schema.of, plan.operator(operator).reach()) {
            let (len_min, len_max) = (field.declared.len_min, field.declared.longest());
            let old = OldShape { value, len_min, len_max, entity };
            let mut shapes = plan.operator(operator).shapes(&old);
            if schema.of == SchemaOf::Csv && !field.declared.allows(TypeName::Text) {
                // A cell is a text to an operator, and what it reads as a number becomes one all the same.
                let numbers = plan.operator(operator).shapes(&OldShape { value: ValueKind::Number, ..old });
                if numbers.iter().all(|new| matches!(new, Shape::Multiple(_) | Shape::Between(..))) {
                    shapes = numbers;
                }
            }
            if of_every_row(plan, operator, schema.of) {
                let (name, at) = (plan.operator(operator).name(), spelled(&steps));
                diagnostics.warning(place, format!("`{name}` of the column `{at}` takes every row")).help(
                    "each row has all columns; an entity type under `defaults:` takes those alone in which it is found",
                );
            }
            warn_of_short(field, plan.operator(operator).name(), &shapes, (place, diagnostics));
            let own = shapes.iter().find_map(|new| Some((field, fit.misfit(&field.declared, new)?)));
            let below = || match schema.of {
                SchemaOf::Json => shapes.iter().find_map(|new| misfit_below(schema, field, new)),
                SchemaOf::Csv => None,
            };
            let Some((at, misfit)) = below().or(own) else { continue };
            let name = plan.operator(operator).name();
            let grows = || grows(plan, operator, fit, &at.declared, (&misfit, old));
            let remedy = misfit.remedy().filter(|_| !grows());
            let remedy = remedy.unwrap_or_else(|| match misfit {
                Misfit::TooLong { .. } => GROWS.to_owned(),
                _ => "change one of the two".to_owned(),
            });
            diagnostics
                .error(place, format!("`{name}` does not fit `{}`: it {misfit}", spelled(&at.steps)))
                .help(format!("the schema says so on line {}; {remedy}", at.place.line));
            break;
        }
    }
}

/// What would be right where no `maxLength` is.
const GROWS: &str = "what it writes is longer than any `maxLength` that values have; `hash`, `tokenize: {mode: vault}` or an \
                     `as:` of short values would fit";

/// Tells whether what an operator writes grows with the length that is allowed, so that no greater one would do.
fn grows(
    plan: &Plan,
    operator: OperatorId,
    fit: &dyn TypeFit,
    declared: &FieldType,
    (misfit, old): (&Misfit, OldShape<'_>),
) -> bool {
    let Misfit::TooLong { len, .. } = *misfit else { return false };
    let longer = FieldType { len_max: Some(len), ..declared.clone() };
    let shapes = plan.operator(operator).shapes(&OldShape { len_max: longer.longest(), ..old });
    shapes.iter().any(|new| matches!(fit.misfit(&longer, new), Some(Misfit::TooLong { .. })))
}

/// Tells whether an operator takes the whole record, and each record has the field.
fn of_every_row(plan: &Plan, operator: OperatorId, of: SchemaOf) -> bool {
    of == SchemaOf::Csv && matches!(plan.operator(operator).name(), "drop_record" | "quarantine")
}

/// Warns where the shortest values that a field may have leave so few that their records are refused. A least length of one says
/// no more than that there is a value.
fn warn_of_short(field: &TypedField, name: &str, shapes: &[Shape], (place, diagnostics): (Place, &mut Diagnostics)) {
    let len = field.declared.len_min;
    if len < 2 || field.declared.pattern.is_some() {
        return;
    }
    let secret = shapes.iter().find_map(|new| match new {
        Shape::Alike(alike) => alike.secret,
        _ => None,
    });
    let Some(secret) = secret.filter(|secret| secret.short == Short::Refused && !secret.is_enough(len)) else { return };
    let (at, left, min) = (spelled(&field.steps), secret.left(len), secret.values_min);
    diagnostics
        .warning(
            place,
            format!(
                "`{name}` of `{at}` refuses its shortest values: {len} characters leave {left} values, and fewer than {min} can \
                 be tried out"
            ),
        )
        .help("`on_small_domain: tokenize` or `redact` takes those; or raise `minLength`");
}

/// Refuses operators inside of texts whose length or form is bounded.
fn check_inside(schema: &SchemaDoc, document: &Document, diagnostics: &mut Diagnostics) {
    let bounded = |field: &&TypedField| {
        field.declared.len_max.is_some() || field.declared.pattern.is_some() || field.declared.one_of.is_some()
    };
    for field in schema.fields.iter().filter(bounded) {
        for FieldDoc { pattern, action } in &document.fields {
            let Action::Apply(operator) = action else { continue };
            let inside = pattern.value.steps.strip_prefix(&*field.steps).and_then(<[_]>::first);
            let spares = ["keep", "drop_record", "quarantine"].contains(&operator.row.name);
            if spares || pattern.value.part != RecordPart::Value || !matches!(inside, Some(PatternStep::Inside(_))) {
                continue;
            }
            let (name, at) = (operator.row.name, spelled(&field.steps));
            diagnostics
                .error(pattern.place, format!("`{name}` inside of `{at}` may not fit: its length or form is bounded"))
                .help(format!("the schema says so on line {}; change one of the two", field.place.line));
        }
    }
}

/// Gives what does not fit of the members and elements that stand in a field's place from now on.
fn misfit_below<'s>(schema: &'s SchemaDoc, field: &TypedField, new: &Shape) -> Option<(&'s TypedField, Misfit)> {
    let new: Value = match new {
        Shape::Json(text) => serde_json::from_str(text).ok()?,
        Shape::EmptyObject => Value::Object(serde_json::Map::new()),
        _ => return None,
    };
    schema.fields.iter().find_map(|below| {
        below.steps.strip_prefix(&*field.steps).filter(|steps| !steps.is_empty())?;
        Some((below, misfit_at(schema, &new, below.steps.split_at(field.steps.len()), &below.declared)?))
    })
}

fn misfit_at(
    schema: &SchemaDoc,
    value: &Value,
    (above, steps): (&[PatternStep], &[PatternStep]),
    declared: &FieldType,
) -> Option<Misfit> {
    let whole = [above, steps].concat();
    let deeper = |value: &Value| {
        let on = whole.split_at_checked(above.len().saturating_add(1))?;
        misfit_at(schema, value, on, declared)
    };
    match (steps, value) {
        ([], Value::Null) => Json.misfit(declared, &Shape::Null),
        ([], Value::String(text)) => Json.misfit(declared, &Shape::Exactly(text.clone())),
        ([], Value::Bool(_) | Value::Number(_)) => Json.misfit(declared, &Shape::Literal(value.to_string())),
        ([], Value::Array(_) | Value::Object(_)) => Json.misfit(declared, &Shape::Json(value.to_string())),
        ([PatternStep::AnyKey, ..], Value::Object(members)) => {
            members.iter().filter(|(name, _)| !is_declared(schema, above, name)).find_map(|(_, member)| deeper(member))
        }
        ([PatternStep::Key(name), rest @ ..], Value::Object(members)) => match members.get(name) {
            Some(member) => deeper(member),
            None if rest.is_empty() && declared.presence == Presence::Required => Some(Misfit::Required),
            None => None,
        },
        ([PatternStep::AnyIndex, ..], Value::Array(elements)) => elements.iter().find_map(deeper),
        _ => None,
    }
}

/// Tells whether the schema says of a member by its name what it may be.
fn is_declared(schema: &SchemaDoc, above: &[PatternStep], name: &str) -> bool {
    let is_it = |step: &PatternStep| matches!(step, PatternStep::Key(known) if known == name);
    schema.fields.iter().any(|field| matches!(field.steps.strip_prefix(above), Some([step, ..]) if is_it(step)))
}

/// Places of one field that are told apart.
const PLACES_MAX: usize = 10_000;
/// A name that no entry of a policy has.
const UNNAMED: &str = "\u{0}";

/// Gives the places of a field as the policy's entries tell them apart: where the schema speaks of members of any name, each
/// name that an entry has there and the schema has not, and one that no entry has. None where they are too many.
fn instances<'s>(
    schema: &SchemaDoc,
    document: &Document,
    field: &'s TypedField,
) -> Option<Vec<(&'s TypedField, Vec<PatternStep>)>> {
    let mut all = vec![Vec::new()];
    for (at, step) in field.steps.iter().enumerate() {
        let above = field.steps.get(..at).unwrap_or_default();
        let on = all.iter().flat_map(|steps| steps_on(schema, document, (above, steps), step));
        all = on.take(PLACES_MAX + 1).collect();
        if all.len() > PLACES_MAX {
            return None;
        }
    }
    Some(all.into_iter().map(|steps| (field, steps)).collect())
}

/// Goes one step on from a place.
fn steps_on(
    schema: &SchemaDoc,
    document: &Document,
    (above, steps): (&[PatternStep], &[PatternStep]),
    step: &PatternStep,
) -> Vec<Vec<PatternStep>> {
    let on = |step: PatternStep| steps.iter().cloned().chain([step]).collect::<Vec<_>>();
    if *step != PatternStep::AnyKey {
        return vec![on(step.clone())];
    }
    let fits = |(pattern, step): (&PatternStep, &PatternStep)| match (pattern, step) {
        (PatternStep::Key(one), PatternStep::Key(other)) => one == other,
        (PatternStep::Key(_), _) => false,
        (PatternStep::Index(_) | PatternStep::AnyIndex, other) => *other == PatternStep::AnyIndex,
        (PatternStep::AnyKey, other) => matches!(other, PatternStep::Key(_)),
        (PatternStep::Deep | PatternStep::Inside(_), _) => true,
    };
    let mut names = vec![UNNAMED];
    for entry in &document.fields {
        let pattern = &entry.pattern.value.steps;
        let deep = pattern.iter().position(|step| *step == PatternStep::Deep).filter(|deep| *deep <= steps.len());
        match (deep, pattern.get(steps.len())) {
            // Behind any number of steps each name may stand here.
            (Some(_), _) => names.extend(entry.pattern.value.names()),
            (None, Some(PatternStep::Key(name))) if pattern.iter().zip(steps).all(fits) => names.push(name),
            (None, _) => {}
        }
    }
    names.sort_unstable();
    names.dedup();
    let names = names.into_iter().filter(|name| !is_declared(schema, above, name));
    names.map(|name| on(PatternStep::Key(name.to_owned()))).collect()
}

/// Gives the operator that takes a place of a field, and the entity type that it is told; none where it is part of what is
/// taken as one.
fn operator<'p>(
    plan: &'p Plan,
    paths: &mut Paths,
    field: &TypedField,
    steps: &[PatternStep],
) -> Option<(OperatorId, &'p str)> {
    let mut at = paths.root();
    for (walked, step) in steps.iter().enumerate() {
        at = enter(plan, paths, at, step);
        let here = paths.node(at);
        if let Treatment::Apply(id) = here.treatment
            && here.below == Below::Nothing
            && plan.operator(id).reach() == Reach::Whole
            && walked + 1 < steps.len()
        {
            return None;
        }
    }
    let here = paths.node(at);
    let container = |name: &TypeName| matches!(name, TypeName::Object | TypeName::Array);
    let leaves = field.declared.types.is_empty() || !field.declared.types.iter().all(container);
    match here.treatment {
        Treatment::Apply(id)
            if leaves || (here.below == Below::Nothing && plan.operator(id).reach() == Reach::Whole) =>
        {
            Some((id, "VALUE"))
        }
        Treatment::Scan | Treatment::Text => {
            let entity = here.hint.typed()?;
            match plan.treat(here, entity) {
                Decision::Apply(id) => Some((id, plan.set().entity(entity).entity.as_str())),
                Decision::Left | Decision::Ignored => None,
            }
        }
        Treatment::Apply(_) | Treatment::Keep | Treatment::Refuse => None,
    }
}

/// Takes a step of a schema.
pub(super) fn enter(plan: &Plan, paths: &mut Paths, at: NodeId, step: &PatternStep) -> NodeId {
    match step {
        PatternStep::Key(name) => paths.enter(plan, at, Step::Key(name)),
        _ => paths.enter(plan, at, Step::Index(0)),
    }
}

/// Gives what an operator is told that such values are; null stays null.
fn kinds(declared: &FieldType, of: SchemaOf, reach: Reach) -> Vec<ValueKind> {
    if of == SchemaOf::Csv {
        return vec![ValueKind::Text];
    }
    let kind = |name: &TypeName| match name {
        TypeName::Text => Some(ValueKind::Text),
        TypeName::Whole | TypeName::Number => Some(ValueKind::Number),
        TypeName::Bool => Some(ValueKind::Bool),
        TypeName::Object => Some(ValueKind::Object),
        TypeName::Array => Some(ValueKind::Array),
        TypeName::Null => None,
    };
    // Of a field without a type, its other keywords speak: they are those of texts or objects, or there are none.
    match (declared.types.is_empty(), declared.members.is_empty() || reach != Reach::Whole) {
        (false, _) => declared.types.iter().filter_map(kind).collect(),
        (true, true) => vec![ValueKind::Text],
        (true, false) => vec![ValueKind::Text, ValueKind::Object],
    }
}

/// Spells a field's path as policies do; the record itself is `the value`.
pub(super) fn spelled(steps: &[PatternStep]) -> String {
    if steps.is_empty() {
        return "the value".to_owned();
    }
    Pattern { part: RecordPart::Value, steps: steps.to_vec() }.to_string()
}

#[cfg(test)]
mod tests;
