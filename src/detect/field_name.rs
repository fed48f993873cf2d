//! Values of a field whose name alone is proof of what they are.

use super::mask::Home;
use super::scratch::Candidate;
use super::{EntityMask, FieldHint, RecognizerSet};
use crate::model::{Context, EntityIndex, Finding, RecognizerIndex, Score, Span, Validation};

impl RecognizerSet {
    /// Finds the whole text where the field's name is proof and the text is no placeholder, whatever a check digit says.
    ///
    /// Where recognizers of several types share the name, the one type whose pattern and validators take the whole
    /// value is found, else their family. `read` is the text as patterns read it, `candidates` what they found there.
    pub(super) fn by_field_name(
        &self,
        text: &str,
        read: &str,
        hint: &FieldHint,
        mask: &EntityMask,
        candidates: &[Candidate],
    ) -> Option<Finding> {
        let typed = hint.proof()?;
        if is_placeholder(text) {
            return None;
        }
        let whole = trimmed(read);
        let vouching = |recognizer: RecognizerIndex| {
            candidates.iter().find(|one| one.recognizer == recognizer && one.span == whole)
        };
        let (entity, recognizer) =
            self.typed_by(typed.entity, self.owners(hint), mask, |recognizer| vouching(recognizer).is_some())?;
        let of_family = self.detail(recognizer).is_none_or(|detail| detail.entity != entity);
        let validation = match (vouching(recognizer), self.recognizers.get(usize::from(recognizer.0))) {
            (_, _) if of_family => Validation::None,
            (Some(candidate), _) => candidate.validation,
            (None, Some(info)) if !info.validators.is_empty() => Validation::Failed,
            (None, _) => Validation::None,
        };
        Some(Finding {
            span: Span::new(0, text.len()),
            entity,
            recognizer,
            pattern: Finding::BY_FIELD_NAME,
            score: Score::ONE,
            base: Score::ONE,
            validation,
            context: Context::FieldName,
        })
    }

    /// Decides which of the types that share a field's name a value is of: the one that takes the whole value, else the
    /// one whose country is asked about, else their family. `matches` tells whether a recognizer's patterns and
    /// validators take the whole value. None where none of them is wanted.
    fn typed_by(
        &self,
        typed: EntityIndex,
        owners: &[RecognizerIndex],
        mask: &EntityMask,
        matches: impl Fn(RecognizerIndex) -> bool,
    ) -> Option<(EntityIndex, RecognizerIndex)> {
        let owners = owners.iter().copied();
        let wanted = || {
            let with_entity = owners.clone().filter_map(|owner| Some((self.detail(owner)?.entity, owner)));
            with_entity.filter(|(entity, _)| mask.contains(*entity))
        };
        let matching = || wanted().filter(|(_, owner)| matches(*owner));
        let asked = |(_, owner): &(EntityIndex, RecognizerIndex)| mask.home(*owner) != Home::Foreign;
        let any_matches = matching().next().is_some();
        let left = || wanted().filter(|(_, owner)| !any_matches || matches(*owner));
        if let Some(only) =
            only_type(matching()).or_else(|| mask.asks().then(|| only_type(left().filter(asked))).flatten())
        {
            return Some(only);
        }
        let (entity, first) = left().next().or_else(|| Some((typed, owners.clone().next()?)))?;
        // Where the family is not wanted but types of it are, it is one of those.
        if mask.contains(typed) { Some((typed, first)) } else { wanted().next().map(|_| (entity, first)) }
    }
}

/// The first where all are of one type.
fn only_type(mut of: impl Iterator<Item = (EntityIndex, RecognizerIndex)>) -> Option<(EntityIndex, RecognizerIndex)> {
    let first = of.next()?;
    of.all(|(entity, _)| entity == first.0).then_some(first)
}

/// The text without white space at its ends.
fn trimmed(text: &str) -> Span {
    let start = text.len() - text.trim_start().len();
    Span::new(start, start + text.trim().len())
}

/// Tells whether a text stands for no value at all.
fn is_placeholder(text: &str) -> bool {
    const PLACEHOLDERS: [&str; 17] = [
        "unset",
        "n/a",
        "na",
        "none",
        "null",
        "nil",
        "unknown",
        "undefined",
        "empty",
        "not set",
        "not available",
        "not applicable",
        "missing",
        "true",
        "false",
        "yes",
        "no",
    ];
    let bare = text.trim();
    !bare.chars().any(char::is_alphanumeric) || PLACEHOLDERS.iter().any(|word| bare.eq_ignore_ascii_case(word))
}

#[cfg(test)]
mod tests {
    use super::super::compile::compile;
    use super::super::load::{Maker, SourceFile};
    use super::super::{DetectScratch, TextKind};
    use super::*;

    /// A recognizer of the family PASSPORT that knows the field name `passport`.
    fn file(id: &str, validators: &str, regex: &str) -> SourceFile {
        let text = format!(
            "{{id: {id}, entity: {}, family: PASSPORT, title: x, default: change, references: [x],\n\
             patterns: [{{name: form, score: 0.1, regex: '{regex}'}}], validators: [{validators}],\n\
             field_names: [passport],\n\
             examples: {{match: [{{text: x, finds: x}}], no_match: [{{text: x, because: x}}]}}}}",
            id.to_uppercase()
        );
        SourceFile { maker: Maker::User, name: format!("{id}.yaml"), text }
    }

    fn set() -> RecognizerSet {
        compile(&[file("aa", "", "[A-Z]\\d{8}"), file("bb", "", "[A-Z]{2}\\d{7}"), file("cc", "luhn", "[A-F]\\d{8}")])
            .unwrap()
    }

    fn check(set: &RecognizerSet, mask: &EntityMask, text: &str, expected: Option<(&str, Validation)>) {
        let mut found = Vec::new();
        let hint = set.hint(&["passport"]);
        set.scan(text, TextKind::Text, &hint, mask, &mut DetectScratch::default(), &mut found);
        let by_name = found.iter().find(|one| one.pattern == Finding::BY_FIELD_NAME);
        let by_name = by_name.map(|one| (set.entity(one.entity).entity.as_str(), one.validation));
        assert_eq!(by_name, expected, "{text}");
    }

    #[test]
    fn a_shared_name_is_of_the_type_whose_pattern_takes_the_value_or_of_the_family() {
        let set = set();
        let all = EntityMask::all(&set);
        check(&set, &all, "AB1234567", Some(("BB", Validation::None)));
        check(&set, &all, " Z12345678 ", Some(("AA", Validation::None)));
        // Its check digit is wrong for one of the two that have the form.
        check(&set, &all, "A12345678", Some(("AA", Validation::None)));
        check(&set, &all, "A12345674", Some(("PASSPORT", Validation::None)));
        check(&set, &all, "what else", Some(("PASSPORT", Validation::None)));
        check(&set, &all, "see AB1234567", Some(("PASSPORT", Validation::None)));
        check(&set, &all, "n/a", None);
    }

    #[test]
    fn types_that_nobody_wants_do_not_share() {
        let set = set();
        let entity = |name: &str| set.entity_index(name).unwrap();
        let mut mask = EntityMask::new();
        mask.insert_from(entity("CC"), Score::ONE);
        check(&set, &mask, "AB1234567", Some(("CC", Validation::Failed)));
        check(&set, &mask, "A12345674", Some(("CC", Validation::Weak)));
        mask.insert(entity("AA"));
        check(&set, &mask, "A12345678", Some(("AA", Validation::None)));
        mask.insert(entity("PASSPORT"));
        check(&set, &mask, "AB1234567", Some(("PASSPORT", Validation::None)));
        let mut family = EntityMask::new();
        family.insert(entity("PASSPORT"));
        check(&set, &family, "AB1234567", Some(("PASSPORT", Validation::None)));
        check(&set, &EntityMask::new(), "AB1234567", None);
    }
}
