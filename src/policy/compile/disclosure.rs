//! One field shown in two ways in one output tells more than either way.
//!
//! The last four digits of a number beside its hash leave so few numbers that whoever may use the key can try them; and
//! they undo a token for everybody, once one of them is known. So a field that is masked with something left to see
//! must not be hashed, tokenized or encrypted in its form elsewhere in the record: in the record key, in a header, in
//! `before` where `after` is masked, or in another element of a list.
//!
//! A policy may name a field in one image of the record alone. What it gets in the others follows from entries with `*` and
//! `**`, from entries above it, and from what is changed by default; one field shown in two ways is refused there, too.

use super::images::{Images, Told};
use crate::model::Step;
use crate::policy::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::policy::document::{Action, Document, FieldDoc, OperatorDoc};
use crate::policy::entities::{Decision, indexes};
use crate::policy::paths::{Named, NodeId, Paths};
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use crate::policy::plan::{OperatorId, Plan, Treatment};
use crate::policy::source::Place;
use crate::transform::ParameterValue;

/// Operators that give equal values equal stand-ins.
const JOINING: [&str; 3] = ["hash", "tokenize", "fpe"];

/// A name that no entry of a policy has.
const UNNAMED: &str = "\u{0}";

/// A field, or some, and the operator that it gets.
pub(super) type Shown<'a> = (&'a Pattern, &'a OperatorDoc);

/// Refuses a policy in which a field is masked in one place of the record and hashed in another, or that gives it tokens of both
/// modes; `places` tells where each operator stands.
pub(super) fn check(plan: &Plan, document: &Document, places: &[(OperatorId, Place)], diagnostics: &mut Diagnostics) {
    let images = Images::of(&[document], plan.set());
    let mut reading = Reading::new(plan, document, places);
    let shown = reading.shown(&images);
    for (at, (one, name)) in shown.iter().enumerate().filter(|(_, (_, name))| name.is_some()) {
        for (other, _) in shown.iter().skip(at + 1).filter(|(_, other)| other == name) {
            judge(*one, *other, diagnostics);
        }
    }
    for ((here, own), _) in shown {
        for (there, told) in images.elsewhere(here) {
            match reading.operator(&there, told) {
                Some(other) => judge((here, own), (&there, other), diagnostics),
                None if told == Told::EntryOrName && here.part == there.part && reading.is_scanned(&there) => {
                    judge_found((here, own), &there, document, diagnostics);
                }
                None => {}
            }
        }
    }
}

/// Refuses what two places tell of one field together.
fn judge(one: Shown<'_>, other: Shown<'_>, diagnostics: &mut Diagnostics) {
    // One line is told once.
    let places = [one.1, other.1].map(|doc| [doc.place, doc.place_of(Some("mode"))]);
    let mut errors = diagnostics.list().iter().filter(|told| told.severity == Severity::Error);
    if errors.any(|told| places.as_flattened().contains(&told.place)) {
        return;
    }
    let Some((clash, (weaker, _), (joined, doc))) = clash(one, other) else { return };
    let (place, what) = match clash {
        Clash::Masked => {
            let name = doc.row.name;
            (doc.place, format!("`{weaker}` is masked, and `{joined}`, the same field, gets `{name}`"))
        }
        Clash::Modes => (
            doc.place_of(Some("mode")),
            format!("`{weaker}` gets tokens of a vault, and `{joined}`, the same field, deterministic ones"),
        ),
    };
    diagnostics.error(place, format!("conflicting disclosure: {what}")).help(clash.help());
}

/// Why two places tell too much together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Clash {
    /// One is masked with something left to see, and the other gets a stand-in that is equal for equal values.
    Masked,
    /// A deterministic token can be turned back by who has the key, and found by who tries values; beside it one of a vault
    /// protects nothing, and cannot be forgotten.
    Modes,
}

impl Clash {
    /// Says what to do.
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::Masked => {
                "what the mask shows leaves few values to try; give both the same operator, or mask all of it"
            }
            Self::Modes => "who has the key opens the latter without the vault; give both one `mode`",
        }
    }
}

/// Tells whether two places tell too much of one field together; the one that is masked, or has the vault's tokens, first.
pub(super) fn clash<'a>(one: Shown<'a>, other: Shown<'a>) -> Option<(Clash, Shown<'a>, Shown<'a>)> {
    [(one, other), (other, one)].into_iter().find_map(|(first, second)| {
        if leaves_something(first.1) && JOINING.contains(&second.1.row.name) {
            return Some((Clash::Masked, first, second));
        }
        let modes = (mode(first.1), mode(second.1)) == (Some("vault"), Some("deterministic"));
        modes.then_some((Clash::Modes, first, second))
    })
}

/// Refuses what a place tells of a field beside what is changed by default, where the same field elsewhere is scanned: which
/// default it gets is known when a record is there.
fn judge_found((here, own): Shown<'_>, there: &Pattern, document: &Document, diagnostics: &mut Diagnostics) {
    let is_told = |one: &Diagnostic| one.severity == Severity::Error && one.place == own.place;
    let found = clashing_default(own, document);
    let Some(default) = found.filter(|_| !diagnostics.list().iter().any(is_told)) else { return };
    let (own_name, name) = (own.row.name, default.row.name);
    diagnostics
        .error(
            own.place,
            format!(
                "conflicting disclosure: `{here}` gets `{own_name}`, and `{there}`, the same field, is scanned: what is found there \
                 may get `{name}` by default"
            ),
        )
        .help(format!("name `{there}` under `fields:`, with the same operator"));
}

/// Gives an operator that findings get by default and that tells too much beside that of the same field.
pub(super) fn clashing_default<'d>(own: &OperatorDoc, document: &'d Document) -> Option<&'d OperatorDoc> {
    let joins = |doc: &OperatorDoc| JOINING.contains(&doc.row.name);
    let clashes =
        |default: &&OperatorDoc| leaves_something(own) && joins(default) || leaves_something(default) && joins(own);
    document.defaults.iter().map(|default| &default.operator).find(clashes)
}

/// Tells whether a mask shows some of the value.
fn leaves_something(doc: &OperatorDoc) -> bool {
    let kept = |name: &str| matches!(doc.parameters.0.get(name), Some(ParameterValue::Integer(count)) if *count > 0);
    doc.row.name == "mask" && (kept("keep_first") || kept("keep_last"))
}

/// Gives the mode of `tokenize`; none of other operators.
fn mode(doc: &OperatorDoc) -> Option<&str> {
    (doc.row.name == "tokenize").then(|| doc.text("mode").unwrap_or("deterministic"))
}

/// What a policy says of fields, in whatever way.
pub(super) struct Reading<'a> {
    plan: &'a Plan,
    document: &'a Document,
    places: &'a [(OperatorId, Place)],
    paths: Paths,
}

impl<'a> Reading<'a> {
    pub(super) fn new(plan: &'a Plan, document: &'a Document, places: &'a [(OperatorId, Place)]) -> Self {
        let mut paths = Paths::default();
        paths.bind(plan);
        Self { plan, document, places, paths }
    }

    /// Gives all fields that entries name and that get an operator, each with the names that make it the same one elsewhere.
    pub(super) fn shown(&mut self, images: &Images<'_>) -> Vec<(Shown<'a>, Option<Vec<String>>)> {
        let mut shown = Vec::new();
        for FieldDoc { pattern, action } in &self.document.fields {
            let by_entry = match action {
                Action::Apply(operator) => Some(operator),
                Action::Scan | Action::Text => None,
            };
            if let Some(operator) = by_entry.or_else(|| self.operator(&pattern.value, Told::EntryOrName)) {
                shown.push(((&pattern.value, operator), images.identity(&pattern.value)));
            }
        }
        shown
    }

    /// Gives the operator that a field gets: by an entry, or by what its name says that it holds. Where the path
    /// ends in `*` or `**`, it is that of a field that no entry names.
    pub(super) fn operator(&mut self, pattern: &Pattern, told: Told) -> Option<&'a OperatorDoc> {
        let names = |field: &FieldDoc| field.pattern.value == *pattern;
        if told == Told::ItsEntry && !self.document.fields.iter().any(names) {
            return None;
        }
        // Where it is no one field, an entry of that very path says what all of them get; else one that no entry names does.
        let is_many = |step: &PatternStep| matches!(step, PatternStep::AnyKey | PatternStep::Deep);
        if pattern.steps.iter().any(is_many)
            && let Some(entry) = self.entry(pattern)
        {
            return Some(entry);
        }
        let at = self.walk(pattern);
        let here = self.paths.node(at);
        let id = match here.treatment {
            Treatment::Apply(id) => id,
            Treatment::Scan | Treatment::Text if told == Told::EntryOrName => {
                match self.plan.treat(here, here.hint.typed()?) {
                    Decision::Apply(id) => id,
                    Decision::Left | Decision::Ignored => return None,
                }
            }
            Treatment::Scan | Treatment::Text | Treatment::Keep | Treatment::Refuse => return None,
        };
        self.written(id)
    }

    /// Gives what the policy changes by default, by entity type.
    pub(super) fn defaults(&self) -> Vec<(&'a str, &'a OperatorDoc)> {
        let set = self.plan.set();
        let here = self.paths.node(self.paths.root());
        let by_entity = |index| match self.plan.treat(here, index) {
            Decision::Apply(id) => Some((set.entity(index).entity.as_str(), self.written(id)?)),
            Decision::Left | Decision::Ignored => None,
        };
        indexes(set).filter_map(by_entity).collect()
    }

    /// Gives the operator as the policy writes it.
    fn written(&self, id: OperatorId) -> Option<&'a OperatorDoc> {
        let mut places = self.places.iter().filter(|(known, _)| *known == id).map(|(_, place)| *place);
        places.find_map(|place| self.standing_at(place))
    }

    /// Goes where a field stands; where the path is none of one field, to one of those that no entry names.
    fn walk(&mut self, pattern: &Pattern) -> NodeId {
        let (mut at, steps) = match (pattern.part, pattern.steps.as_slice()) {
            (RecordPart::Value, steps) => (self.paths.root(), steps),
            (RecordPart::Key, steps) => (self.paths.key(), steps),
            (RecordPart::Headers, [PatternStep::Key(name), steps @ ..]) => (self.paths.header(self.plan, name), steps),
            (RecordPart::Headers, steps) => (self.paths.header(self.plan, UNNAMED), steps.get(1..).unwrap_or_default()),
        };
        for step in steps {
            at = match step {
                PatternStep::Key(name) => self.paths.enter(self.plan, at, Step::Key(name)),
                PatternStep::Index(index) => self.paths.enter(self.plan, at, Step::Index(*index)),
                PatternStep::AnyIndex => self.paths.enter(self.plan, at, Step::Index(0)),
                PatternStep::Inside(coding) => self.paths.enter(self.plan, at, Step::Inside(*coding)),
                PatternStep::AnyKey | PatternStep::Deep => self.paths.enter(self.plan, at, Step::Key(UNNAMED)),
            };
        }
        at
    }

    /// Tells whether a field of the value is scanned, and its name does not say what it holds.
    fn is_scanned(&mut self, pattern: &Pattern) -> bool {
        let at = self.walk(pattern);
        let here = self.paths.node(at);
        matches!(here.treatment, Treatment::Scan | Treatment::Text) && here.hint.typed().is_none()
    }

    /// Tells whether the policy speaks of a field that is scanned, and its name does not say what it holds.
    pub(super) fn scans(&mut self, pattern: &Pattern) -> bool {
        let is_element = |step: &PatternStep| matches!(step, PatternStep::Index(_) | PatternStep::AnyIndex);
        let named = pattern.steps.iter().rposition(|step| !is_element(step)).map_or(0, |last| last + 1);
        let list = Pattern { part: pattern.part, steps: pattern.steps.iter().take(named).cloned().collect() };
        let at = self.walk(&list);
        let is_spelled = self.paths.node(at).named == Named::Yes;
        let has_entry = || self.document.fields.iter().any(|field| field.pattern.value == *pattern);
        (is_spelled || has_entry()) && self.is_scanned(pattern)
    }

    /// Gives the operator of the entry of a path.
    fn entry(&self, pattern: &Pattern) -> Option<&'a OperatorDoc> {
        self.document.fields.iter().find(|field| field.pattern.value == *pattern).and_then(|field| {
            match &field.action {
                Action::Apply(operator) => Some(operator),
                Action::Scan | Action::Text => None,
            }
        })
    }

    /// Gives the operator that stands at a place of the policy.
    fn standing_at(&self, place: Place) -> Option<&'a OperatorDoc> {
        let fields = self.document.fields.iter().filter_map(|field| match &field.action {
            Action::Scan | Action::Text => None,
            Action::Apply(operator) => Some(operator),
        });
        let defaults = self.document.defaults.iter().map(|default| &default.operator);
        fields.chain(defaults).find(|operator| operator.place == place)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{compiled, whole};

    fn said(fields: &str) -> Vec<String> {
        match compiled(&whole(&format!("fields:\n{fields}"))) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.list().iter().map(|one| one.message.clone()).collect(),
        }
    }

    #[test]
    fn mask_and_hash_of_one_field_are_refused() {
        for other in [
            "$key.customer.ssn: {hash: {ring: customer, epoch: 9f3a01c2}}",
            "before.customer.ssn: {tokenize: {ring: customer}}",
            "Customer.SSN: {hash: {ring: customer}}",
            "customer.ssn[*]: {fpe: {ring: customer}}",
        ] {
            let said = said(&format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  {other}\n"));
            assert!(said.len() == 1 && said[0].contains("conflicting disclosure"), "{other}: {said:?}");
        }
    }

    #[test]
    fn a_mask_that_a_fields_name_brings_counts() {
        let policy = |mask: &str| {
            format!(
                "fields:\n  email: scan\n  before.email: {{hash: {{ring: customer}}}}\ndefaults:\n  \
                 - {{entity: EMAIL_ADDRESS, op: {mask}}}\n"
            )
        };
        let wrong = compiled(&whole(&policy("{mask: {keep_last: 8}}"))).unwrap_err().to_string();
        assert!(wrong.contains("`email` is masked, and `before.email`, the same field, gets `hash`"), "{wrong}");
        assert!(compiled(&whole(&policy("mask"))).is_ok());
    }

    /// What a default gives to a field that no entry names, and an entry that names none, count in the record key and in headers.
    #[test]
    fn record_key_headers_and_value_are_held_against_each_other() {
        let email = |op: &str| format!("defaults:\n  - {{entity: EMAIL_ADDRESS, op: {op}}}\n");
        let (mask, hash) = ("{mask: {keep_last: 6}}", "{hash: {ring: customer, epoch: 9f3a01c2}}");
        let four = "{mask: {keep_last: 4}}";
        for (fields, default, masked, joined) in [
            (format!("  $key.email: {hash}\n"), email(mask), "email", "$key.email"),
            (format!("  $headers.email: {hash}\n"), email(mask), "email", "$headers.email"),
            (
                format!("  $key.email: {hash}\n  email: redact\n  after.id: redact\n"),
                email(mask),
                "after.email",
                "$key.email",
            ),
            (format!("  email: {mask}\n  $key: scan\n"), email(hash), "email", "$key.email"),
            // One line is told once, and images come first.
            (format!("  after.email: {mask}\n  $key: scan\n"), email(hash), "after.email", "before.email"),
            (format!("  ssn: {four}\n  '$key.*': {hash}\n"), String::new(), "ssn", "$key.ssn"),
            (
                format!("  customer.ssn: {four}\n  '$key.**': {hash}\n"),
                String::new(),
                "customer.ssn",
                "$key.customer.ssn",
            ),
            (format!("  ssn: {four}\n  '$headers.*': {hash}\n"), String::new(), "ssn", "$headers.ssn"),
        ] {
            let wrong = said(&format!("{fields}{default}"));
            let expected = format!("`{masked}` is masked, and `{joined}`, the same field, gets `hash`");
            assert!(wrong.iter().any(|message| message.contains(&expected)), "{fields}: {wrong:?}");
        }
        for (fields, default) in [
            (format!("  $key.email: {hash}\n"), email("mask")),
            (format!("  $key.email: {hash}\n  email: redact\n"), email(mask)),
            (format!("  $key: {hash}\n  ssn: {four}\n"), String::new()),
            (format!("  $key: scan\n  note: {four}\n"), email(hash)),
            (format!("  '$headers.*': {hash}\n  customer.ssn: {four}\n"), String::new()),
            (format!("  $key.customer_id: {hash}\n"), email(mask)),
        ] {
            assert!(
                said(&format!("{fields}{default}")).is_empty(),
                "{fields}: {:?}",
                said(&format!("{fields}{default}"))
            );
        }
    }

    #[test]
    fn tokens_of_both_modes_of_one_field_are_refused() {
        let fields = |mode: &str| {
            format!(
                "  before.ssn: {{tokenize: {{ring: customer, mode: vault}}}}\n  after.ssn: {{tokenize: {{ring: customer, mode: {mode}}}}}\n"
            )
        };
        let said = said(&fields("deterministic"));
        assert!(
            said.len() == 1 && said[0].contains("`before.ssn` gets tokens of a vault, and `after.ssn`"),
            "{said:?}"
        );
        assert!(super::tests::said(&fields("vault")).is_empty());
    }

    #[test]
    fn what_stands_in_one_image_is_told_with_what_the_other_gets() {
        let entries = "  row.old: {hash: {ring: customer}}\n  row.new.email: {mask: {keep_last: 4}}\n";
        assert_eq!(said(entries).len(), 1, "{:?}", said(entries));
    }

    #[test]
    fn entries_for_all_members_are_followed_into_the_other_image() {
        for (one, other) in
            [("after.*", "before.*"), ("after.**", "before.**"), ("after.*", "before"), ("row.new.*", "row.old.**")]
        {
            let fields =
                format!("  \"{one}\": {{mask: {{keep_last: 4}}}}\n  \"{other}\": {{hash: {{ring: customer}}}}\n");
            let said = said(&fields);
            assert!(said.len() == 1 && said[0].contains(&format!("`{one}` is masked, and `")), "{fields}: {said:?}");
        }
        let address = "  \"after.*\": {mask: {keep_last: 4}}\n  before.address.*: {hash: {ring: customer}}\n";
        assert!(
            said(address)[0].contains("`after.address.*` is masked, and `before.address.*`"),
            "{:?}",
            said(address)
        );
        for (one, other) in [("after.*", "after.**"), ("after.*", "row.before.*")] {
            let fields =
                format!("  \"{one}\": {{mask: {{keep_last: 4}}}}\n  \"{other}\": {{hash: {{ring: customer}}}}\n");
            assert!(said(&fields).is_empty(), "{fields}: {:?}", said(&fields));
        }
    }

    #[test]
    fn an_image_that_is_hashed_whole_has_the_field_in_it() {
        let with = |other: &str| said(&format!("  after.email: {{mask: {{keep_last: 4}}}}\n{other}"));
        for other in ["  before: {hash: {ring: customer}}\n", "  before.*: {hash: {ring: customer}}\n"] {
            let said = with(other);
            assert!(said.len() == 1 && said[0].contains("`after.email` is masked, and `before"), "{other}: {said:?}");
        }
        for other in [
            "  before: {hash: {ring: customer}}\n  before.email: redact\n",
            "  after.*: {hash: {ring: customer}}\n",
            "  before.address: {hash: {ring: customer}}\n",
            "  before: redact\n",
        ] {
            assert!(with(other).is_empty(), "{other}: {:?}", with(other));
        }
    }

    #[test]
    fn what_tells_nothing_more_is_allowed() {
        for (mask, other) in [
            ("mask", "$key.customer.ssn: {hash: {ring: customer, epoch: 9f3a01c2}}"),
            ("{mask: {keep_last: 4}}", "supplier.ssn: {hash: {ring: customer}}"),
            ("{mask: {keep_last: 4}}", "before.customer.ssn: {mask: {keep_last: 4}}"),
            ("{mask: {keep_last: 4}}", "before.customer.ssn: {encrypt: {ring: customer}}"),
            ("{mask: {keep_last: 4}}", "before.customer.ssn: redact"),
        ] {
            let said = said(&format!("  customer.ssn: {mask}\n  {other}\n"));
            assert!(said.is_empty(), "{other}: {said:?}");
        }
    }
}
