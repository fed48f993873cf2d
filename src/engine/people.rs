//! Persons who were found in a record, looked for in the rest of it: `firstName: Katherine`, then a note that says
//! "Katherine called". Where anybody was found, the record is read once more.

use super::scratch::Work;
use crate::detect::{FieldHint, People, Witness};
use crate::model::{EntityIndex, Finding, Score, Span};
use crate::policy::{Decision, Paths, Plan};
use crate::transform::ValueKind;

/// Gives the entity type of persons where the plan has a use for it.
fn wanted(plan: &Plan) -> Option<EntityIndex> {
    plan.set().person().filter(|person| plan.mask().contains(*person))
}

/// Learns the names of all persons that were found and count, and of those whose whole field an operator takes, in the
/// targets from `targets` on.
pub(super) fn learn(plan: &Plan, paths: &Paths, work: &Work, targets: usize, people: &mut People) {
    let Some(person) = wanted(plan) else { return };
    // A name's part that fills a field, and the next one: `firstName: Amy`, `lastName: Johnson`.
    let mut part = None;
    for leaf in work.leaves.iter().filter(|leaf| leaf.seat.value != ValueKind::Key) {
        let text = leaf.text.of(&work.texts);
        let node = paths.node(leaf.seat.path);
        for finding in work.findings.get(leaf.findings.clone()).unwrap_or_default() {
            let counts = finding.entity == person && plan.decide(node, finding, text) != Decision::Ignored;
            if counts && !is_doubtful(finding, text, &node.hint) {
                let by_field = finding.pattern == Finding::BY_FIELD_NAME;
                let witness = if by_field { Witness::Field } else { Witness::Text };
                let name = finding.span.of(text);
                people.add(name, witness, plan.set());
                if by_field
                    && name == text
                    && !name.contains(char::is_whitespace)
                    && let Some(before) = part.replace(name)
                {
                    people.add_together(before, name);
                }
            }
        }
    }
    for target in work.targets.get(targets..).unwrap_or_default() {
        let Some(leaf) = work.leaf(target) else { continue };
        if paths.node(leaf.seat.path).hint.typed() == Some(person) && leaf.seat.value == ValueKind::Text {
            people.add(target.text.of(&work.texts), Witness::Field, plan.set());
        }
    }
}

/// Tells whether a single name is all that a text of a word or two goes by, the tagger is not sure, and the word is something
/// else as well: it may be a thing (`Lily bulbs`) of which the rest of the record speaks, too.
fn is_doubtful(finding: &Finding, text: &str, hint: &FieldHint) -> bool {
    /// Words of such a text.
    const WORDS_MAX: usize = 3;
    /// From here on it is sure.
    const SURE: Score = Score::from_thousandths(900);
    let words = |text: &str| text.split_whitespace().take(WORDS_MAX + 1).count();
    finding.pattern == Finding::BY_TAGGER
        && finding.score < SURE
        && words(finding.span.of(text)) == 1
        && words(text) <= WORDS_MAX
        && People::doubts(finding.span.of(text), hint)
}

/// Learns the rest of the names of which a part was known: `name: Ivy Quenneville`, where a note told of Ivy, and in the first
/// of the `reads` `customer: Ivy Quenneville`: fields that are called no name know nobody by each other, or a list of guests
/// would be read as often as families are akin. Tells whether there was anything to learn.
pub(super) fn learn_more(plan: &Plan, paths: &Paths, work: &Work, reads: usize, people: &mut People) -> bool {
    let mut new = false;
    let mut wholes = Vec::new();
    for leaf in work.leaves.iter().filter(|leaf| leaf.seat.value == ValueKind::Text) {
        let text = leaf.text.of(&work.texts);
        let hint = &paths.node(leaf.seat.path).hint;
        if people.is_named(text, hint) {
            new |= people.add(text, Witness::Field, plan.set());
        } else if reads == 1 {
            wholes.extend(people.whole(text, hint).map(|span| span.of(text)));
        }
    }
    wholes.into_iter().for_each(|name| new |= people.add(name, Witness::Text, plan.set()));
    new
}

/// Appends findings of known persons in a member's name, but where a person was found there from `before` on already.
pub(super) fn recall_in_name(people: &People, name: &str, before: usize, findings: &mut Vec<Finding>) {
    add(before, findings, |findings| people.find_in_name(name, findings));
}

/// Appends findings of known persons' words in a text, but where a person was found there from `before` on already.
pub(super) fn recall(people: &People, text: &str, hint: &FieldHint, before: usize, findings: &mut Vec<Finding>) {
    add(before, findings, |findings| people.find(text, hint, findings));
}

/// Appends what is found of known persons, but where a person was found from `before` on already.
fn add(before: usize, findings: &mut Vec<Finding>, find: impl FnOnce(&mut Vec<Finding>)) {
    let found = findings.len();
    find(findings);
    let mut new = findings.split_off(found);
    let Some(person) = new.first().map(|one| one.entity) else { return };
    let old = findings.get(before..).unwrap_or_default();
    let mut covered: Vec<Span> = old.iter().filter(|old| old.entity == person).map(|old| old.span).collect();
    covered.sort_unstable();
    let mut reach = 0;
    for span in &mut covered {
        // How far those reach that begin no later.
        reach = reach.max(span.end);
        span.end = reach;
    }
    new.retain(|one| {
        let begun = covered.partition_point(|span| span.start <= one.span.start);
        begun.checked_sub(1).and_then(|last| covered.get(last)).is_none_or(|span| span.end < one.span.end)
    });
    findings.append(&mut new);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::detect::RecognizerSet;
    use crate::model::{Context, RecognizerIndex, Validation};

    fn check(text: &str, name: &str, pattern: u16, thousandths: u16, expected: bool) {
        check_in(&["value"], text, name, (pattern, thousandths), expected);
    }

    fn check_in(field: &[&str], text: &str, name: &str, (pattern, thousandths): (u16, u16), expected: bool) {
        let start = text.find(name).unwrap();
        let score = Score::from_thousandths(thousandths);
        let finding = Finding {
            span: Span::new(start, start + name.len()),
            entity: EntityIndex(0),
            recognizer: RecognizerIndex(0),
            pattern,
            score,
            base: score,
            validation: Validation::None,
            context: Context::None,
        };
        let hint = RecognizerSet::builtin().hint(field);
        assert_eq!(is_doubtful(&finding, text, &hint), expected, "{text}");
    }

    #[test]
    fn an_unsure_name_in_a_word_or_two_makes_nobody_known_where_it_is_a_word() {
        check("Lily bulbs", "Lily", Finding::BY_TAGGER, 899, true);
        check("Lily bulbs", "Lily", Finding::BY_TAGGER, 900, false);
        check("Lily bulbs", "Lily", Finding::BY_FORM, 800, false);
        check("Lily bulbs", "Lily", Finding::BY_FIELD_NAME, 700, false);
        check("ask Lily Marsh", "Lily Marsh", Finding::BY_TAGGER, 700, false);
        check("please ask Lily again", "Lily", Finding::BY_TAGGER, 700, false);
        check("ask Okonjo", "Okonjo", Finding::BY_TAGGER, 700, false);
        check("R\u{fc}ckruf M\u{fc}ller", "M\u{fc}ller", Finding::BY_TAGGER, 700, false);
        check_in(&["description"], "Okonjo chair", "Okonjo", (Finding::BY_TAGGER, 700), true);
    }
}
