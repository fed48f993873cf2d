//! One field shown in two ways in one topic, by two products that write into it.
//!
//! Who reads the topic has what both tell of a person, so that the rule of one policy ([`super::disclosure`]) holds for both
//! policies together.

use super::disclosure::{Clash, Reading, Shown, clash, clashing_default};
use super::images::{Images, Told};
use super::meets::meets;
use crate::policy::document::{Action, Document};
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use crate::policy::plan::Plan;

/// Gives what products tell of one field in two ways in one topic that both write into, in sentences, each pair of products once.
pub fn conflicts<'p>(plans: impl IntoIterator<Item = &'p Plan>) -> Vec<String> {
    let plans: Vec<&Plan> = plans.into_iter().collect();
    let pairs =
        plans.iter().enumerate().flat_map(|(at, one)| plans.iter().skip(at + 1).map(move |other| (*one, *other)));
    pairs.filter_map(|(one, other)| conflict(one, other)).collect()
}

fn conflict(one: &Plan, other: &Plan) -> Option<String> {
    let output = |plan: &Plan| plan.routes().map(|routes| routes.output.clone());
    let topic = output(one).filter(|topic| output(other).as_ref() == Some(topic))?;
    let (own, theirs) = (one.document.as_ref()?, other.document.as_ref()?);
    let images = Images::of(&[own, theirs], one.set());
    let (first, second) = ((one, own), (other, theirs));
    let by_fields = apart(first, second, &images).or_else(|| apart(second, first, &images));
    let found =
        by_fields.or_else(|| apart_where_they_meet(first, second)).or_else(|| apart_by_default(first, second))?;
    Some(format!("conflicting disclosure in the topic {topic}: {found}"))
}

/// Holds what one product tells of the fields that its policy names against what the other tells of them.
fn apart((one, own): (&Plan, &Document), (other, theirs): (&Plan, &Document), images: &Images<'_>) -> Option<String> {
    let mut here = Reading::new(one, own, &one.places);
    let mut there = Reading::new(other, theirs, &other.places);
    let entries = there.shown(images);
    for (shown, name) in here.shown(images) {
        let named = entries.iter().filter(|(_, other)| name.is_some() && *other == name).map(|(other, _)| *other);
        let same = "the same field";
        if let Some(found) = named.into_iter().find_map(|other_shown| told((one, shown), (other, other_shown), same)) {
            return Some(found);
        }
        let places = [(shown.0.clone(), Told::EntryOrName)].into_iter().chain(images.elsewhere(shown.0));
        for (pattern, by) in places {
            let found = match there.operator(&pattern, by) {
                Some(operator) => told((one, shown), (other, (&pattern, operator)), same),
                // What is found in a record key gets no mask.
                None if by == Told::EntryOrName && pattern.part != RecordPart::Key && there.scans(&pattern) => {
                    told_of_found((one, shown), (other, &pattern, theirs))
                }
                None => None,
            };
            if found.is_some() {
                return found;
            }
        }
    }
    None
}

/// Holds what both tell of fields that their entries take by different paths: `**.email` of one, `customer` of the other.
fn apart_where_they_meet((one, own): (&Plan, &Document), (other, theirs): (&Plan, &Document)) -> Option<String> {
    let mut here = Reading::new(one, own, &one.places);
    let mut there = Reading::new(other, theirs, &other.places);
    let entries = applied(theirs);
    for shown in applied(own) {
        for beside in entries.iter().filter(|beside| clash(shown, **beside).is_some()) {
            let Some(places) = meets(shown.0, beside.0, [own, theirs], one.set()) else {
                return Some(unsettled((one, shown), (other, *beside)));
            };
            for place in places {
                let by_entries = (here.operator(&place, Told::AnyEntry), there.operator(&place, Told::AnyEntry));
                let (Some(first), Some(second)) = by_entries else { continue };
                let found = told((one, (&place, first)), (other, (&place, second)), "the same field");
                if found.is_some() {
                    return found;
                }
            }
        }
    }
    None
}

/// Says that two entries may meet in more places than are compared.
fn unsettled((one, own): (&Plan, Shown<'_>), (other, theirs): (&Plan, Shown<'_>)) -> String {
    format!(
        "{} gives `{}` `{}`, and {} gives `{}` `{}`: they may be the same field in more ways than are compared\nhelp: name the fields \
         with fewer `**`",
        one.product(),
        own.0,
        own.1.row.name,
        other.product(),
        theirs.0,
        theirs.1.row.name
    )
}

/// Gives the entries that name an operator.
fn applied(document: &Document) -> Vec<Shown<'_>> {
    let fields = document.fields.iter();
    let shown = fields.filter_map(|field| match &field.action {
        Action::Apply(operator) => Some((&field.pattern.value, operator)),
        Action::Scan | Action::Text => None,
    });
    shown.collect()
}

/// Holds what both change by default against each other.
fn apart_by_default((one, own): (&Plan, &Document), (other, theirs): (&Plan, &Document)) -> Option<String> {
    let there = Reading::new(other, theirs, &other.places).defaults();
    Reading::new(one, own, &one.places).defaults().into_iter().find_map(|(entity, operator)| {
        let (_, beside) = there.iter().find(|(known, _)| *known == entity)?;
        let found = Pattern { part: RecordPart::Value, steps: vec![PatternStep::Key(entity.to_owned())] };
        told((one, (&found, operator)), (other, (&found, beside)), "the same entity type")
    })
}

/// Says what one product tells of a field beside what another changes by default, where that one scans the field.
fn told_of_found(
    (one, (here, own)): (&Plan, Shown<'_>),
    (other, there, theirs): (&Plan, &Pattern, &Document),
) -> Option<String> {
    let default = clashing_default(own, theirs)?;
    let (one, other, own, name) = (one.product(), other.product(), own.row.name, default.row.name);
    Some(format!(
        "{one} gives `{here}` `{own}`, and {other} scans `{there}`, the same field: what is found there may get `{name}` by \
         default\nhelp: give both the same operator under `fields:`"
    ))
}

/// Says what two products tell of one field or entity type, where that is too much together.
fn told<'a>((one, own): (&Plan, Shown<'a>), (other, theirs): (&Plan, Shown<'a>), same: &str) -> Option<String> {
    let (clash, first, second) = clash(own, theirs)?;
    let is_own = |shown: Shown<'a>| std::ptr::eq(shown.1, own.1);
    let (weaker, stronger) = if is_own(first) { (one, other) } else { (other, one) };
    let (weaker, stronger) = (weaker.product(), stronger.product());
    let ((masked, _), (joined, doc)) = (first, second);
    let what = match clash {
        Clash::Masked => {
            format!("{weaker} masks `{masked}`, and {stronger} gives `{joined}`, {same}, `{}`", doc.row.name)
        }
        Clash::Modes => format!(
            "{weaker} gives `{masked}` tokens of a vault, and {stronger} gives `{joined}`, {same}, deterministic ones"
        ),
    };
    Some(format!("{what}\nhelp: {}", clash.help()))
}

#[cfg(test)]
mod tests {
    use super::super::tests::compiled;
    use super::conflicts;

    const MASK: &str = "{mask: {keep_last: 4}}";
    const HASH: &str = "{hash: {ring: customer, epoch: 9f3a01c2}}";

    fn said(policies: &[(&str, &str, String)]) -> Vec<String> {
        let plan = |(product, output, body): &(&str, &str, String)| {
            let routes = format!("input: {{kafka: in}}\noutput: {{kafka: {output}}}\ndead_letter: {{kafka: dead}}\n");
            compiled(&format!("privet: v1\nproduct: {product}\n{routes}{body}"))
                .unwrap_or_else(|wrong| panic!("{wrong}"))
        };
        let plans: Vec<_> = policies.iter().map(plan).collect();
        conflicts(&plans)
    }

    fn fields(name: &str, operator: &str) -> String {
        format!("fields:\n  {name}: {operator}\n")
    }

    #[test]
    fn two_products_that_write_into_one_topic_are_held_against_each_other() {
        for (one, other) in [
            ("ssn", "ssn"),
            ("customer.ssn", "customer.ssn"),
            ("before.ssn", "after.ssn"),
            ("ssn", "before.ssn"),
            ("old_ssn", "ssn"),
            ("$key.ssn", "ssn"),
            ("'*.ssn'", "customer.ssn"),
            ("'**.ssn'", "customer.ssn"),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                // A record key is never masked.
                if one.starts_with("$key") {
                    continue;
                }
                let policies = [("a/masks", "out", fields(one, MASK)), ("b/joins", "out", fields(other, HASH))];
                let wrong = said(&policies);
                assert_eq!(wrong.len(), 1, "{one}, {other}: {wrong:?}");
                assert!(
                    wrong[0].contains("conflicting disclosure in the topic out: a/masks masks `")
                        && wrong[0].contains("b/joins gives `"),
                    "{one}, {other}: {wrong:?}"
                );
                let apart = [("a/masks", "out", fields(one, MASK)), ("b/joins", "elsewhere", fields(other, HASH))];
                assert_eq!(said(&apart), [""; 0], "{one}, {other}");
            }
        }
    }

    #[test]
    fn entries_are_held_against_each_other_where_they_meet() {
        for (one, other) in [
            ("'**.email'", "customer"),
            ("'**.email'", "'customer.*'"),
            ("'**.email'", "'customers[*]'"),
            ("'**.email'", "passenger"),
            ("'**.email'", "parties"),
            ("'*.email'", "customer"),
            ("'orders.**.email'", "'**.customer'"),
            ("'**.email'", "'**.person.*'"),
            ("'*.email'", "'customer.*'"),
        ] {
            for (one, other) in [(MASK, HASH), (HASH, MASK)].map(|ops| ((one, ops.0), (other, ops.1))) {
                let policies = [("a/one", "out", fields(one.0, one.1)), ("b/two", "out", fields(other.0, other.1))];
                let wrong = said(&policies);
                let expected = |message: &String| message.contains("email`, the same field, `hash`");
                assert!(wrong.len() == 1 && wrong.iter().all(expected), "{one:?}, {other:?}: {wrong:?}");
            }
        }
        let many = "'**.a.**.a.**.a.**.a.**.a.**.a.**.a.**.email'";
        let policies =
            [("a/one", "out", fields(many, MASK)), ("b/two", "out", fields(&many.replace(".a.", ".b."), HASH))];
        let wrong = said(&policies);
        assert!(wrong.len() == 1 && wrong[0].contains("in more ways than are compared"), "{wrong:?}");
        // What a policy names below a field stands there.
        let below = [
            ("a/one", "out", fields("'**.mail'", MASK)),
            ("b/two", "out", format!("{}  order.lines.id: redact\n", fields("order.lines", HASH))),
        ];
        let wrong = said(&below);
        assert!(wrong.len() == 1 && wrong[0].contains("a/one masks `order.lines.mail`"), "{wrong:?}");
        for (one, other) in [
            ("'**.email'", "order_id"),
            ("'**.email'", "'**.id'"),
            ("'**.email'", "customer.id"),
            ("'*.email'", "order.customer"),
            ("'**.email'", "customer: redact\n  supplier.id"),
            ("'supplier.**.email'", "customer"),
        ] {
            let policies = [("a/one", "out", fields(one, MASK)), ("b/two", "out", fields(other, HASH))];
            assert_eq!(said(&policies), [""; 0], "{one}, {other}");
        }
    }

    #[test]
    fn what_a_fields_name_brings_counts() {
        let defaults = "defaults: [{entity: EMAIL_ADDRESS, op: {mask: {keep_last: 8}}}]\n".to_owned();
        let wrong = said(&[("a/masks", "out", defaults), ("b/joins", "out", fields("email", HASH))]);
        assert!(wrong[0].contains("a/masks masks `email`, and b/joins gives `email`"), "{wrong:?}");
    }

    #[test]
    fn what_both_change_by_default_counts() {
        let default = |op: &str| format!("defaults: [{{entity: EMAIL_ADDRESS, op: {op}}}]\n");
        let (mask, hash) = (default(MASK), default(HASH));
        for policies in [
            [("a/masks", "out", mask.clone()), ("b/joins", "out", hash.clone())],
            [("b/joins", "out", hash.clone()), ("a/masks", "out", mask)],
        ] {
            let wrong = said(&policies);
            let expected =
                "a/masks masks `EMAIL_ADDRESS`, and b/joins gives `EMAIL_ADDRESS`, the same entity type, `hash`";
            assert!(wrong.len() == 1 && wrong[0].contains(expected), "{wrong:?}");
        }
        for other in [default("mask"), hash.clone(), hash.replace("EMAIL_ADDRESS", "URL").replace(HASH, MASK)] {
            assert_eq!(said(&[("a/one", "out", other), ("b/joins", "out", hash.clone())]), [""; 0]);
        }
    }

    /// What it holds nobody can say, so it may hold what is changed by default.
    #[test]
    fn what_the_other_product_scans_may_get_any_default() {
        let default = |op: &str| format!("defaults: [{{entity: EMAIL_ADDRESS, op: {op}}}]\n");
        for (name, own, other) in [
            ("contact", MASK, "contact: text"),
            ("contact", MASK, "contact: scan"),
            ("contact", HASH, "contact: scan"),
            ("before.contact", MASK, "after.contact: scan"),
            ("person.contact", MASK, "'**.contact': scan"),
            ("'contact[*]'", MASK, "contact: scan"),
            ("'contact.*'", MASK, "'contact.*': scan"),
        ] {
            let op = if own == MASK { HASH } else { MASK };
            let policies = [
                ("a/one", "out", fields(name, own)),
                ("b/two", "out", format!("fields: {{{other}}}\n{}", default(op))),
            ];
            let wrong = said(&policies);
            assert!(wrong.len() == 1 && wrong[0].contains("and b/two scans `"), "{name}, {other}: {wrong:?}");
        }
        for (other, op) in [("note: scan", HASH), ("contact: scan", "mask"), ("contact: redact", HASH)] {
            let policies = [
                ("a/one", "out", fields("contact", MASK)),
                ("b/two", "out", format!("fields: {{{other}}}\n{}", default(op))),
            ];
            assert_eq!(said(&policies), [""; 0], "{other}, {op}");
        }
    }

    #[test]
    fn tokens_of_both_modes_are_held_apart() {
        let tokens = |mode: &str| fields("ssn", &format!("{{tokenize: {{ring: customer, mode: {mode}}}}}"));
        let wrong = said(&[("a/one", "out", tokens("deterministic")), ("b/two", "out", tokens("vault"))]);
        assert!(wrong[0].contains("b/two gives `ssn` tokens of a vault, and a/one gives `ssn`"), "{wrong:?}");
    }

    #[test]
    fn each_pair_is_told_once_and_what_is_in_order_is_not() {
        let all = [
            ("a/one", "out", fields("ssn", MASK)),
            ("b/two", "out", fields("ssn", HASH)),
            ("c/three", "out", fields("ssn", HASH)),
            ("d/four", "out", fields("ssn", "mask")),
            ("e/five", "out", fields("name", HASH)),
        ];
        assert_eq!(said(&all).len(), 2, "{:?}", said(&all));
        assert_eq!(said(&all[1..]), [""; 0]);
    }
}
