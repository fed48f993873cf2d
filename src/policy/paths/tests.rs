use super::cover::protection;
use super::*;
use crate::detect::RecognizerSet;
use crate::model::{Coding, OwnedStep};
use crate::policy::pattern::{Pattern, Precision};
use crate::policy::plan::OperatorId;
use proptest::prelude::*;

const DROP: Treatment = Treatment::Apply(OperatorId(7));
const MASK: Treatment = Treatment::Apply(OperatorId(8));

fn plan(entries: &[(&str, Treatment)], unknown: Treatment) -> Plan {
    let mut plan = Plan::without_policy(RecognizerSet::builtin());
    let entries = entries.iter().map(|(path, treatment)| (Pattern::read(path).unwrap(), *treatment));
    plan.fields = Fields::new(entries, unknown, Treatment::Refuse);
    plan
}

fn steps(path: &str) -> Vec<OwnedStep> {
    let part = |step: &PatternStep| match step {
        PatternStep::Key(name) => OwnedStep::Key(name.clone()),
        PatternStep::Index(index) => OwnedStep::Index(*index),
        PatternStep::Inside(coding) => OwnedStep::Inside(*coding),
        PatternStep::AnyKey | PatternStep::AnyIndex | PatternStep::Deep => panic!("a record has no wild cards"),
    };
    Pattern::read(path).unwrap().steps.iter().map(part).collect()
}

fn borrowed(step: &OwnedStep) -> Step<'_> {
    match step {
        OwnedStep::Key(name) => Step::Key(name),
        OwnedStep::Index(index) => Step::Index(*index),
        OwnedStep::Inside(coding) => Step::Inside(*coding),
    }
}

fn node(paths: &mut Paths, plan: &Plan, path: &[OwnedStep]) -> PathNode {
    let at = path.iter().fold(paths.root(), |at, step| paths.enter(plan, at, borrowed(step)));
    paths.node(at).clone()
}

/// Checks what each path gets.
fn check(entries: &[(&str, Treatment)], expected: &[(&str, Treatment, Below)]) {
    let plan = plan(entries, Treatment::Scan);
    let mut paths = Paths::default();
    paths.bind(&plan);
    for (path, treatment, below) in expected {
        let node = node(&mut paths, &plan, &steps(path));
        assert_eq!((node.treatment, node.below), (*treatment, *below), "{path}");
    }
}

#[test]
fn an_entry_covers_what_is_below_until_a_more_precise_one_speaks() {
    check(
        &[("a", Treatment::Keep), ("a.b.c", MASK), ("a.*", DROP), ("x.y", DROP), ("x[2]", MASK)],
        &[
            ("a", Treatment::Keep, Below::Named),
            ("a.b", DROP, Below::Named),
            ("a.b.c", MASK, Below::Nothing),
            ("a.b.c.d", MASK, Below::Nothing),
            ("a.b.d", DROP, Below::Nothing),
            ("a[0]", Treatment::Keep, Below::Nothing),
            ("x", Treatment::Scan, Below::Named),
            ("x.y.z", DROP, Below::Nothing),
            ("x[1]", Treatment::Scan, Below::Nothing),
            ("x[2]", MASK, Below::Nothing),
        ],
    );
}

#[test]
fn a_vaguer_entry_below_decides_only_where_it_protects_more() {
    check(
        &[("a", Treatment::Keep), ("m", DROP), ("**.email", MASK), ("**.id", Treatment::Keep)],
        &[
            ("a.email", MASK, Below::Named),
            ("a.b", Treatment::Keep, Below::Named),
            ("m", DROP, Below::Nothing),
            ("m.id", DROP, Below::Nothing),
            ("m.email", DROP, Below::Nothing),
            ("o.id", Treatment::Keep, Below::Named),
            ("o.p[3].email.x", MASK, Below::Named),
        ],
    );
}

#[test]
fn key_and_headers_are_apart_from_the_value() {
    let plan = plan(&[("$key", Treatment::Keep), ("$headers.x-user", DROP), ("**.name", MASK)], Treatment::Scan);
    let mut paths = Paths::default();
    paths.bind(&plan);
    assert_eq!(paths.node(paths.key()).treatment, Treatment::Keep);
    assert_eq!(paths.node(paths.key()).part, RecordPart::Key);
    for (name, treatment) in [("x-user", DROP), ("name", Treatment::Scan), ("other", Treatment::Scan)] {
        let at = paths.header(&plan, name);
        assert_eq!(paths.node(at).treatment, treatment, "{name}");
        assert_eq!(paths.node(at).part, RecordPart::Headers);
    }
    assert_eq!(node(&mut paths, &plan, &steps(r#"["$key"]"#)).treatment, Treatment::Scan);
}

#[test]
fn a_key_nobody_named_is_refused_where_the_policy_says_so() {
    let plan = plan(&[("a", Treatment::Keep)], DROP);
    let mut paths = Paths::default();
    paths.bind(&plan);
    assert_eq!(paths.node(paths.key()).treatment, Treatment::Refuse);
    assert_eq!(node(&mut paths, &plan, &steps("b")).treatment, DROP);
    assert_eq!(paths.node(paths.root()).below, Below::Named);
}

#[test]
fn nodes_belong_to_one_plan_and_are_bounded() {
    let (first, second) = (plan(&[("a", DROP)], Treatment::Scan), plan(&[("a", MASK)], Treatment::Scan));
    let mut paths = Paths::default();
    assert_eq!(paths.node(paths.root()).treatment, Treatment::Refuse, "what is not bound lets nothing pass");
    for (plan, treatment) in [(&first, DROP), (&second, MASK), (&first, DROP)] {
        let before = paths.generation();
        paths.bind(plan);
        assert_ne!(paths.generation(), before);
        assert_eq!(node(&mut paths, plan, &steps("a")).treatment, treatment);
    }
    let before = paths.generation();
    for number in 0..KEPT_MAX + 10 {
        let _ = paths.enter(&first, paths.root(), Step::Key(&number.to_string()));
    }
    assert_eq!(node(&mut paths, &first, &steps("a")).treatment, DROP);
    assert_eq!(paths.generation(), before);
    paths.bind(&first);
    assert_ne!(paths.generation(), before);
    assert!(paths.slots.len() < 10);
}

#[test]
fn known_paths_make_no_node() {
    let plan = plan(&[("a[*].b", DROP), ("a[3]", MASK)], Treatment::Scan);
    let mut paths = Paths::default();
    paths.bind(&plan);
    let walk = |paths: &mut Paths| {
        for index in [0, 1, 3, 2, 7] {
            let element = [OwnedStep::Key("a".into()), OwnedStep::Index(index), OwnedStep::Key("b".into())];
            let _ = node(paths, &plan, &element);
        }
        paths.slots.len()
    };
    let once = walk(&mut paths);
    // Three roots; `a`, any element, the element 3, and `b` below each.
    assert_eq!((once, walk(&mut paths)), (8, 8));
}

/// The rules as they stand in the documentation, by trying every pattern on every prefix of the path.
fn naive(entries: &[(Pattern, Treatment)], unknown: Treatment, path: &[OwnedStep]) -> (Treatment, Named) {
    let mut cover: Option<&(Pattern, Treatment)> = None;
    for end in 0..=path.len() {
        let mut best: Option<&(Pattern, Treatment)> = None;
        for entry in entries.iter().filter(|(pattern, _)| matches(&pattern.steps, &path[..end])) {
            if best.is_none_or(|best| entry.0.rank() > best.0.rank()) {
                best = Some(entry);
            }
        }
        if let Some(best) = best {
            let precise = |entry: &(Pattern, Treatment)| entry.0.precision();
            let stays =
                cover.is_some_and(|above| precise(best) < precise(above) && protection(best.1) <= protection(above.1));
            if !stays {
                cover = Some(best);
            }
        }
    }
    let spelled = |(pattern, _): &(Pattern, Treatment)| {
        (1..=pattern.steps.len())
            .filter(|end| matches!(pattern.steps[end - 1], PatternStep::Key(_) | PatternStep::Inside(_)))
            .any(|end| matches(&pattern.steps[..end], path))
    };
    let named = if path.is_empty() || entries.iter().any(spelled) { Named::Yes } else { Named::No };
    (cover.map_or(unknown, |entry| entry.1), named)
}

fn matches(pattern: &[PatternStep], path: &[OwnedStep]) -> bool {
    let Some((first, rest)) = pattern.split_first() else { return path.is_empty() };
    if *first == PatternStep::Deep {
        return (0..=path.len()).any(|skipped| matches(rest, &path[skipped..]));
    }
    let Some((step, below)) = path.split_first() else { return false };
    let fits = match (first, step) {
        (PatternStep::Key(name), OwnedStep::Key(key)) => name == key,
        (PatternStep::Index(place), OwnedStep::Index(index)) => place == index,
        (PatternStep::AnyKey, OwnedStep::Key(_)) | (PatternStep::AnyIndex, OwnedStep::Index(_)) => true,
        (PatternStep::Inside(wanted), OwnedStep::Inside(coding)) => wanted == coding,
        (_, _) => false,
    };
    fits && matches(rest, below)
}

fn pattern_step() -> impl Strategy<Value = PatternStep> {
    prop_oneof![
        4 => "[ab]".prop_map(PatternStep::Key),
        1 => (0usize..3).prop_map(PatternStep::Index),
        1 => Just(PatternStep::AnyKey),
        1 => Just(PatternStep::AnyIndex),
        1 => Just(PatternStep::Deep),
        1 => Just(PatternStep::Inside(Coding::Json)),
    ]
}

fn record_step() -> impl Strategy<Value = OwnedStep> {
    prop_oneof![
        6 => "[abc]".prop_map(OwnedStep::Key),
        2 => (0usize..4).prop_map(OwnedStep::Index),
        1 => prop::sample::select(&[Coding::Json, Coding::Url][..]).prop_map(OwnedStep::Inside),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]
    #[test]
    fn the_automaton_agrees_with_trying_every_pattern(
        entries in prop::collection::vec((prop::collection::vec(pattern_step(), 1..5), 0u16..4), 0..6),
        records in prop::collection::vec(prop::collection::vec(record_step(), 0..6), 1..12),
    ) {
        let treatments = [Treatment::Keep, Treatment::Scan, DROP, MASK];
        let entries: Vec<_> = entries
            .into_iter()
            .map(|(steps, treatment)| (Pattern { part: RecordPart::Value, steps }, treatments[usize::from(treatment)]))
            .collect();
        let mut plan = plan(&[], Treatment::Scan);
        plan.fields = Fields::new(entries.clone(), Treatment::Scan, Treatment::Scan);
        let mut paths = Paths::default();
        paths.bind(&plan);
        for path in records.iter().chain(&records) {
            let mut whole = None;
            for end in 0..=path.len() {
                let got = node(&mut paths, &plan, &path[..end]);
                prop_assert_eq!((got.treatment, got.named), naive(&entries, Treatment::Scan, &path[..end]), "{:?}", path);
                if let Some(above) = whole {
                    prop_assert_eq!(got.treatment, above, "nothing is named below, yet something is");
                }
                if got.below == Below::Nothing {
                    whole = whole.or(Some(got.treatment));
                }
            }
        }
    }

    #[test]
    fn ranks_of_patterns_are_total(one in prop::collection::vec(pattern_step(), 0..5), other in prop::collection::vec(pattern_step(), 0..5)) {
        let (one, other) = (Pattern { part: RecordPart::Value, steps: one }, Pattern { part: RecordPart::Value, steps: other });
        prop_assert_eq!(one.rank().cmp(&other.rank()), other.rank().cmp(&one.rank()).reverse());
        prop_assert!(one.rank().0 <= Precision::Exact);
    }
}
