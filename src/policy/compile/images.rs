//! The images of a record: a field in `before` is the same field in `after`, and in a record without images.

use super::image_names::{IMAGES, UPDATE, UPDATED, is_beside, member, members, plain, row, spelled_like, undotted};
use super::sides::{End, Sided, Word, sided};
use crate::detect::RecognizerSet;
use crate::policy::document::{Action, Document, FieldDoc};
use crate::policy::pattern::{Pattern, PatternStep, RecordPart};
use std::collections::{BTreeMap, BTreeSet};

/// An old town is a part of one, and no image of it.
const TOWN: &str = "town";

/// What tells which operator a field gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// An entry that names this field.
    ItsEntry,
    /// Any entry.
    AnyEntry,
    /// An entry, or what the field's name says that it holds.
    EntryOrName,
}

/// The images of which a policy speaks.
///
/// Members of such names are images whatever they hold, and whatever a schema says of them: what is `ssn.new` in one event is
/// `ssn.old` in the next.
#[derive(Debug)]
pub(super) struct Images<'a> {
    set: &'a RecognizerSet,
    /// The fields of which the policies speak, as names are compared, each as it is spelled, in lower case.
    fields: BTreeMap<String, String>,
    /// Those of them whose names say of which image they are: what the names say without it, and the names.
    sided: BTreeSet<(String, String)>,
    /// As the policy spells them, each with its row.
    spoken: BTreeSet<(usize, String)>,
    /// The parts beside the value in which an entry takes members that it does not name.
    taken: BTreeSet<RecordPart>,
}

impl<'a> Images<'a> {
    /// Gives the images of which policies speak that write into one topic.
    pub(super) fn of(documents: &[&Document], set: &'a RecognizerSet) -> Self {
        let entries =
            documents.iter().flat_map(|document| &document.fields).flat_map(|field| &field.pattern.value.steps);
        let schemas = documents.iter().filter_map(|document| document.schema.as_ref());
        let declared = schemas.flat_map(|schema| schema.properties.iter().flatten());
        let names: Vec<&String> = entries
            .chain(declared)
            .filter_map(|step| match step {
                PatternStep::Key(name) => Some(name),
                _ => None,
            })
            .collect();
        let spoken = names.iter().filter_map(|name| Some((row(name)?, (*name).clone())));
        let fields = names.iter().map(|name| (plain(name), name.to_ascii_lowercase())).collect();
        let with_rest =
            |name: &&String| sided(name).into_iter().map(|of| (plain(&of.rest), plain(name))).collect::<Vec<_>>();
        let sided = names.iter().flat_map(with_rest).collect();
        let takes = |field: &&FieldDoc| {
            let pattern = &field.pattern.value;
            let is_many = matches!(pattern.steps.last(), Some(PatternStep::AnyKey | PatternStep::Deep));
            pattern.part != RecordPart::Value && (is_many || matches!(field.action, Action::Scan | Action::Text))
        };
        let all = documents.iter().flat_map(|document| &document.fields);
        let taken = all.filter(takes).map(|field| field.pattern.value.part).collect();
        Self { set, fields, sided, spoken: spoken.collect(), taken }
    }

    /// Gives the field whose image a name says that it is, and its names in the other image: where the policy speaks of another image
    /// of it, the rest of it is a field of which the policy speaks, too, or says by itself what it holds. Behind a word in front that
    /// must be all of the rest: the word may belong to the next one (`after_hours_phone`). A member that holds others is one by the
    /// word behind it alone (`customerOld.email`).
    fn side(&self, steps: &[PatternStep], at: usize) -> Option<(String, Vec<String>)> {
        let Some(PatternStep::Key(name)) = steps.get(at) else { return None };
        let holds_others = steps.iter().skip(at + 1).any(|step| matches!(step, PatternStep::Key(_)));
        sided(name).into_iter().find_map(|Sided { rest, partners, end, word }| {
            let bare = plain(&rest);
            let names_other = self.names_other(name, &bare);
            let is_kind = || match (end, word) {
                _ if names_other => true,
                (_, Word::Loose) => false,
                (End::Front, Word::Image) => self.set.is_kind(&rest),
                (End::Back, Word::Image) => holds_others || self.set.hint(&[&rest]).typed().is_some(),
            };
            // `phone_updated` says when, unless there is a `phone_original`.
            let counts = names_other || (end, word) != (End::Back, Word::Loose);
            let known = self.fields.get(&bare).filter(|_| counts).cloned();
            let field = known.or_else(|| (rest != TOWN && is_kind()).then(|| bare.clone()))?;
            Some((field, partners))
        })
    }

    /// Tells whether the policy speaks of another image of what a name says without its side.
    fn names_other(&self, name: &str, bare: &str) -> bool {
        let own = plain(name);
        self.sided.iter().any(|(rest, known)| rest == bare && *known != own)
    }

    /// Gives the names that make a field the same one, wherever in the record it stands; none where there are none that do, since
    /// the path is that of the whole record or of any of its fields.
    pub(super) fn identity(&self, pattern: &Pattern) -> Option<Vec<String>> {
        let steps = undotted(&pattern.steps);
        let outside = |(at, step): (usize, &PatternStep)| match step {
            PatternStep::Key(name) if self.image(step).is_none() => {
                Some(self.side(&steps, at).map_or_else(|| name.to_ascii_lowercase(), |(field, _)| field))
            }
            _ => None,
        };
        let names: Vec<String> = steps.iter().enumerate().filter_map(outside).collect();
        let is_one = pattern.steps.iter().all(|step| !matches!(step, PatternStep::AnyKey | PatternStep::Deep));
        // What an image holds may be the field itself.
        let is_image = is_one && pattern.steps.iter().any(|step| self.image(step).is_some());
        (is_image || !names.is_empty()).then_some(names)
    }

    /// Gives the same field in the partners of its image and in a record without images; or in the images that are spoken of; in
    /// the value, where it is one of the record key or a header, and the other way; and what tells there.
    ///
    /// Where a policy names nothing in `before` or `after`, no record is expected to have them. What is changed by default counts
    /// in the partners of an image alone.
    pub(super) fn elsewhere(&self, pattern: &Pattern) -> Vec<(Pattern, Told)> {
        if pattern.part != RecordPart::Value {
            return self.in_value(pattern);
        }
        let all = undotted(&pattern.steps);
        let found = all.iter().enumerate().find_map(|(at, step)| Some((at, self.image(step)?)));
        let above = all.iter().take(found.as_ref().map_or(0, |(at, _)| *at));
        let below = all.iter().skip(found.as_ref().map_or(0, |(at, _)| at + members(&all, *at)));
        let with = |image: Option<String>| {
            let image = image.into_iter().flat_map(member).map(PatternStep::Key);
            let steps = above.clone().cloned().chain(image).chain(below.clone().cloned()).collect();
            Pattern { part: pattern.part, steps }
        };
        let mut places: Vec<(Pattern, Told)> = match found {
            Some((_, (row, own))) => {
                let partners = self.partners(row, own).into_iter().map(|name| (with(Some(name)), Told::EntryOrName));
                partners.chain([(with(None), Told::ItsEntry)]).collect()
            }
            None => self.all().into_iter().map(|name| (with(Some(name)), Told::AnyEntry)).collect(),
        };
        places.extend(self.beside_value(with(None).steps).map(|pattern| (pattern, Told::EntryOrName)));
        places.extend(self.other_side(pattern).into_iter().map(|pattern| (pattern, Told::EntryOrName)));
        places
    }

    /// Gives a field whose name says of which image it is in the other one.
    fn other_side(&self, pattern: &Pattern) -> Vec<Pattern> {
        let found = pattern.steps.iter().enumerate().find_map(|(at, step)| match step {
            PatternStep::Key(_) if self.image(step).is_none() => Some((at, self.side(&pattern.steps, at)?.1)),
            _ => None,
        });
        let with = |at: usize, partner: String| {
            let own = pattern.steps.iter().enumerate();
            let steps = own.map(|(own, step)| if own == at { PatternStep::Key(partner.clone()) } else { step.clone() });
            Pattern { part: pattern.part, steps: steps.collect() }
        };
        let all = found.into_iter().flat_map(|(at, partners)| partners.into_iter().map(move |partner| (at, partner)));
        all.map(|(at, partner)| with(at, partner)).collect()
    }

    /// Gives a field of the record key or a header as a field of the value, without images and in those that are spoken of.
    fn in_value(&self, pattern: &Pattern) -> Vec<(Pattern, Told)> {
        if pattern.steps.is_empty() {
            return Vec::new();
        }
        let images = self.all().into_iter().map(|image| vec![PatternStep::Key(image)]);
        let places = [Vec::new()].into_iter().chain(images).map(|above| {
            let steps = above.into_iter().chain(pattern.steps.iter().cloned()).collect();
            (Pattern { part: RecordPart::Value, steps }, Told::EntryOrName)
        });
        places.collect()
    }

    /// Gives a field of the value, without its image, where an entry takes it in the record key or, as they have one name, in the
    /// headers, though it does not name it. A key that gets an operator whole is a value of its own.
    fn beside_value(&self, steps: Vec<PatternStep>) -> impl Iterator<Item = Pattern> {
        let fits = |part: &RecordPart| match part {
            RecordPart::Key => !steps.is_empty(),
            RecordPart::Headers => matches!(steps[..], [PatternStep::Key(_)]),
            RecordPart::Value => false,
        };
        let parts: Vec<RecordPart> = self.taken.iter().copied().filter(fits).collect();
        parts.into_iter().map(move |part| Pattern { part, steps: steps.clone() })
    }

    /// Gives the row of a step that is an image, and how it is spelled.
    fn image<'s>(&self, step: &'s PatternStep) -> Option<(usize, &'s str)> {
        let PatternStep::Key(name) = step else { return None };
        let row = row(name)?;
        (!is_beside(name) || self.names(row).any(|other| plain(other) != plain(name))).then_some((row, name))
    }

    /// Gives how the policy spells the images of a row.
    fn names(&self, row: usize) -> impl Iterator<Item = &str> {
        self.spoken.iter().filter(move |(known, _)| *known == row).map(|(_, name)| name.as_str())
    }

    /// Gives the other images of a row: as the policy spells them, and spelled like this one.
    fn partners(&self, row: usize, own: &str) -> BTreeSet<String> {
        let is_other = |name: &str| ![own, UPDATE].map(plain).contains(&plain(name));
        let spoken = self.names(row).filter(|name| is_other(name)).map(str::to_owned);
        let others = IMAGES.get(row).into_iter().flat_map(|names| names.iter());
        let others = others.filter(|name| is_other(name) && (!is_beside(name) || *name == UPDATED));
        spoken.chain(others.flat_map(|name| spelled_like(own, name))).collect()
    }

    /// Gives the images of which the policy speaks, with their partners.
    fn all(&self) -> BTreeSet<String> {
        let counts = |(row, name): &&(usize, String)| {
            self.image(&PatternStep::Key(name.clone())).is_some_and(|(own, _)| own == *row)
        };
        let spoken = self.spoken.iter().filter(counts);
        spoken.flat_map(|(row, name)| self.partners(*row, name).into_iter().chain([name.clone()])).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::image_names::is_beside;
    use super::super::tests::{compiled, whole};

    const MASK: &str = "{mask: {keep_last: 8}}";
    const HASH: &str = "{hash: {ring: customer}}";

    fn said(fields: &str, default: Option<&str>) -> Vec<String> {
        let default = default.map(|op| format!("defaults:\n  - {{entity: EMAIL_ADDRESS, op: {op}}}\n"));
        match compiled(&whole(&format!("fields:\n{fields}{}", default.unwrap_or_default()))) {
            Ok(_) => Vec::new(),
            Err(wrong) => wrong.list().iter().map(|one| one.message.clone()).collect(),
        }
    }

    fn check(fields: &str, default: Option<&str>, expected: &str) {
        let said = said(fields, default);
        assert!(said.len() == 1 && said[0].contains(expected), "{fields}: {said:?}");
    }

    #[test]
    fn a_field_that_no_entry_names_is_masked_by_default() {
        let expected = "`after.email` is masked, and `before.email`, the same field, gets `hash`";
        check(&format!("  before.email: {HASH}\n"), Some(MASK), expected);
        check(&format!("  row.new.email: {HASH}\n"), Some(MASK), "`row.old.email` is masked, and `row.new.email`");
        let wrong = said(&format!("  '**.after.email': {HASH}\n"), Some(MASK));
        assert!(wrong.iter().any(|message| message.contains("`**.before.email` is masked")), "{wrong:?}");
    }

    /// What is `new` in one event is `old` in the next.
    #[test]
    fn members_of_such_names_are_images_whatever_they_hold() {
        let four = "{mask: {keep_last: 4}}";
        for (one, other) in [
            ("before", "after"),
            ("'before[*]'", "'after[*]'"),
            ("'before[0]'", "'after[1]'"),
            ("row.after", "row.before"),
            ("'*.before'", "'*.after'"),
            ("'**.old'", "'**.new'"),
            ("ssn.old", "ssn.new"),
            ("old", "new"),
            ("old", "current"),
            ("email", "email.previous"),
            ("'readings.old[*]'", "'readings.new[*]'"),
        ] {
            let tokens = |mode: &str| format!("{{tokenize: {{ring: customer, mode: {mode}}}}}");
            let (vault, deterministic) = (tokens("vault"), tokens("deterministic"));
            for (left, right, expected) in [
                (four, HASH, "is masked, and"),
                (HASH, four, "is masked, and"),
                (&*vault, &*deterministic, "of a vault, and"),
            ] {
                let wrong = said(&format!("  {one}: {left}\n  {other}: {right}\n"), None);
                assert!(wrong.iter().any(|message| message.contains(expected)), "{one}, {other}: {wrong:?}");
            }
            let same = format!("  {one}: {HASH}\n  {other}: {HASH}\n");
            assert!(said(&same, None).is_empty(), "{same}: {:?}", said(&same, None));
        }
    }

    #[test]
    fn images_are_known_in_every_spelling() {
        let four = "{mask: {keep_last: 4}}";
        for (one, other) in [
            ("BEFORE", "AFTER"),
            ("Before", "After"),
            ("before", "AFTER"),
            ("OldImage", "NewImage"),
            ("dynamodb.OldImage", "dynamodb.NewImage"),
            ("old_image", "new-image"),
            ("old_record", "record"),
            ("old", "data"),
            ("fullDocument", "fullDocumentBeforeChange"),
            ("full_document", "full_document_before_change"),
            ("beforeImage", "afterImage"),
            ("oldValue", "newValue"),
            ("old_values", "new_values"),
            ("original", "updated"),
            ("pre-image", "post-image"),
            ("original", "modified"),
            ("before_row", "after_row"),
            ("beforeRecord", "afterRecord"),
            ("before_values", "after_values"),
            ("oldData", "newData"),
            ("previousValue", "currentValue"),
            ("prev", "curr"),
            ("prev", "current"),
            ("deleted", "inserted"),
        ] {
            // Two entries.
            let fields = format!("  {one}.ssn: {four}\n  {other}.ssn: {HASH}\n");
            let wrong = said(&fields, None);
            assert!(wrong.iter().any(|message| message.contains("conflicting disclosure")), "{fields}: {wrong:?}");
            // A partner that any record may have counts where it is spoken of.
            if [one, other].iter().any(|name| is_beside(name)) {
                continue;
            }
            // One entry, and what is changed by default in the other, in either direction.
            for (here, there) in [(one, other), (other, one)] {
                if [one, other] == ["before", "AFTER"] || [one, other] == ["old_image", "new-image"] {
                    continue;
                }
                let wrong = said(&format!("  {here}.email: {HASH}\n"), Some(MASK));
                let expected = format!("`{there}.email` is masked, and `{here}.email`");
                assert!(wrong.iter().any(|message| message.contains(&expected)), "{here}: {wrong:?}");
            }
        }
        // Members that any record may have are images beside a partner alone.
        for fields in [
            "  data.ssn: HASH\n  ssn: MASK\n",
            "  record.ssn: HASH\n  ssn: MASK\n",
            "  original.price: HASH\n  price: MASK\n",
        ] {
            let fields = fields.replace("HASH", HASH).replace("MASK", four);
            assert!(said(&fields, Some(MASK)).is_empty(), "{fields}: {:?}", said(&fields, Some(MASK)));
        }
        check(&format!("  data.ssn: {HASH}\n  ssn: {four}\n  old: redact\n"), None, "`ssn` is masked, and `data.ssn`");
    }

    /// What it holds nobody can say, so it may hold what is changed by default.
    #[test]
    fn what_is_scanned_in_the_other_image_may_get_any_default() {
        let four = "{mask: {keep_last: 4}}";
        for (fields, default) in [
            (format!("  before.mail: {four}\n"), HASH),
            (format!("  before.mail: {four}\n  after.mail: scan\n"), HASH),
            (format!("  before.mail: {HASH}\n"), MASK),
            (format!("  'after.*': {four}\n"), HASH),
            (format!("  OldImage.mail.S: {four}\n"), HASH),
            (format!("  '**.before.mail': {four}\n"), HASH),
        ] {
            let wrong = said(&fields, Some(default));
            assert!(wrong.iter().any(|message| message.contains("the same field, is scanned")), "{fields}: {wrong:?}");
        }
        for (fields, default) in [
            (format!("  before.mail: {four}\n  after.mail: {four}\n"), HASH),
            (format!("  before.mail: {four}\n  after.mail: redact\n"), HASH),
            (format!("  before.mail: {four}\n"), "redact"),
            ("  before.mail: mask\n".to_owned(), HASH),
            (format!("  mail: {four}\n  before.id: redact\n"), HASH),
        ] {
            assert!(said(&fields, Some(default)).is_empty(), "{fields}: {:?}", said(&fields, Some(default)));
        }
    }

    #[test]
    fn no_schema_makes_them_anything_else() {
        let both = |one: &str, other: &str| format!("{{{one}: {{}}, {other}: {{}}}}");
        for (one, other) in [("before", "after"), ("old", "new"), ("previous", "current")] {
            for schema in [
                both(one, other),
                both(one, other).replace("{}", "{type: string}"),
                both(one, other).replace("{}", "{additionalProperties: {type: string}}"),
                format!("{{{one}: {{type: string}}}}"),
            ] {
                let fields = format!("fields:\n  {one}: {HASH}\n  {other}: {{mask: {{keep_last: 4}}}}\n");
                let policy = whole(&format!("schema: {{json: {{properties: {schema}}}}}\n{fields}"));
                let wrong = compiled(&policy).unwrap_err().to_string();
                assert!(wrong.contains("conflicting disclosure"), "{schema}: {wrong}");
            }
        }
    }

    #[test]
    fn a_field_that_is_scanned_is_hashed_by_default() {
        let fields = format!("  email: {MASK}\n  before.email: scan\n");
        check(&fields, Some(HASH), "`email` is masked, and `before.email`, the same field, gets `hash`");
    }

    #[test]
    fn an_entry_for_any_depth_takes_the_other_image() {
        let fields =
            format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"**.ssn\": {HASH}\n  after.note: redact\n");
        let expected = "`customer.ssn` is masked, and `after.customer.ssn`, the same field, gets `hash`";
        check(&fields, None, expected);
        // What warns of an operator says nothing of this.
        let store = "  id: {tokenize: {ring: customer, mode: vault, subject_field: uid}}\n";
        let wrong = said(&format!("{fields}{store}"), None);
        assert!(wrong.iter().any(|message| message.contains(expected)), "{wrong:?}");
    }

    #[test]
    fn names_that_tell_their_image_are_images_of_the_field() {
        let four = "{mask: {keep_last: 4}}";
        for (one, other) in [
            ("old_ssn", "new_ssn"),
            ("oldSsn", "newSsn"),
            ("ssn_before", "ssn_after"),
            ("ssn_before", "ssn"),
            ("customer.ssn", "customer.newSsn"),
            ("old_ssn", "newSSN"),
            ("previous_email", "current_email"),
            // Of no known kind: the policy names it.
            ("badge", "old_badge"),
            ("homePhone", "PreviousHomePhone"),
            // The policy names both sides.
            ("old_home_phone", "new_home_phone"),
            ("oldHomePhone", "newHomePhone"),
            ("former_home_phone", "current_home_phone"),
            ("after_hours_phone", "before_hours_phone"),
            // Of no known kind: both say which image they are.
            ("old_ref", "new_ref"),
            ("ref_before", "ref_after"),
            ("old_customer.ssn", "new_customer.ssn"),
            ("customerOld.email", "customerNew.email"),
            ("customerOld.email", "customer.email"),
            ("rows[*].partyBefore.code", "rows[*].partyAfter.code"),
            ("SSNBefore", "SSNAfter"),
            ("IBANAfter", "iban"),
            ("prior_ref", "current_ref"),
            ("prior_ref", "ref"),
            ("original_email", "updated_email"),
            ("latestPhone", "previousPhone"),
            ("ref_original", "ref_modified"),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                let fields = format!("  {one}: {four}\n  {other}: {HASH}\n");
                let wrong = said(&fields, None);
                assert!(wrong.iter().any(|message| message.contains("the same field")), "{fields}: {wrong:?}");
            }
        }
    }

    #[test]
    fn a_word_of_a_name_tells_an_image_where_it_can_mean_nothing_else() {
        let four = "{mask: {keep_last: 4}}";
        // What is changed by default in the partner.
        for (here, there) in [
            ("old_email", "new_email"),
            ("email_after", "email_before"),
            ("user.newEmail", "user.oldEmail"),
            ("customerOld.email", "customerNew.email"),
            ("EMAILBefore", "EMAILAfter"),
        ] {
            check(&format!("  {here}: {HASH}\n"), Some(MASK), &format!("`{there}`"));
        }
        // In every image that the policy's own may have beside it.
        for (named, there) in [
            (["current_email", "previous_email", "former_email", "latest_email"].as_slice(), "prior_email"),
            (&["current_email", "previous_email", "prior_email", "latest_email"], "former_email"),
            (&["prior_email", "current_email", "previous_email", "former_email"], "latest_email"),
            (&["original_email", "updated_email"], "modified_email"),
            (&["email_modified", "email_updated"], "email_original"),
        ] {
            let fields: String = named.iter().map(|name| format!("  {name}: {HASH}\n")).collect();
            let wrong = said(&fields, Some(MASK));
            let expected = format!("`{there}` is masked, and `");
            assert!(wrong.iter().any(|message| message.contains(&expected)), "{there}: {wrong:?}");
            let all = format!("{fields}  {there}: {HASH}\n");
            assert!(said(&all, Some(MASK)).is_empty(), "{all}: {:?}", said(&all, Some(MASK)));
        }
        // Of a word that says as much of other things, there must be another image.
        for name in ["latest_email", "original_email", "email_updated"] {
            assert_eq!(said(&format!("  {name}: {HASH}\n"), Some(MASK)), [""; 0], "{name}");
        }
        // A word in front may belong to the next one, where no entry speaks of the other image.
        for (name, alone, entity) in [
            ("after_hours_phone", "phone", "PHONE_NUMBER"),
            ("new_zealand_phone", "phone", "PHONE_NUMBER"),
            ("newZealandPhone", "phone", "PHONE_NUMBER"),
            ("new_york_address", "address", "STREET_ADDRESS"),
            ("old_trafford_address", "address", "STREET_ADDRESS"),
            ("after_sales_email", "email", "EMAIL_ADDRESS"),
        ] {
            let with = |name: &str| {
                said(&format!("  {name}: {four}\ndefaults:\n  - {{entity: {entity}, op: {HASH}}}\n"), None)
            };
            assert_eq!(with(name), [""; 0], "{name}");
            let wrong = with(&format!("old_{alone}"));
            assert!(wrong[0].contains(&format!("`new_{alone}`, the same field, gets `hash`")), "{wrong:?}");
        }
        for fields in [
            "  old_town: MASK\n  new_town: HASH\n",
            "  newsletter: MASK\n  letter: HASH\n",
            "  old_town: MASK\n  ssn: HASH\n",
            "  customer.old_badge: MASK\n  supplier.badge: HASH\n",
            "  old_badge: HASH\n  badge: HASH\n",
            "  latest_news: HASH\n  news_feed: MASK\n",
            "  original_language: HASH\n  latest_news: MASK\n",
            "  phone_updated: HASH\n  phone: MASK\n",
            "  old_customer.ref: MASK\n  new_supplier.ref: HASH\n",
            "  customer.old_ref: MASK\n  supplier.new_ref: HASH\n",
        ] {
            let fields = fields.replace("HASH", HASH).replace("MASK", four);
            assert!(said(&fields, None).is_empty(), "{fields}: {:?}", said(&fields, None));
        }
    }

    #[test]
    fn what_an_update_wrote_is_an_image_of_the_document() {
        let four = "{mask: {keep_last: 4}}";
        let written = "updateDescription.updatedFields";
        for (one, other) in [
            (format!("{written}.ssn"), "fullDocument.ssn"),
            (format!("{written}.ssn"), "fullDocumentBeforeChange.ssn"),
            (format!("{written}.ssn"), "ssn"),
            (format!("'{written}.*'"), "fullDocument.ssn"),
            // A path in one name.
            (format!(r#"'{written}["customer.ssn"]'"#), "fullDocument.customer.ssn"),
            (format!(r#"'{written}["customer.ssn"]'"#), "customer.ssn"),
            (format!(r#"'{written}["people.0.ssn"]'"#), "'fullDocument.people[*].ssn'"),
            ("update_description.updated_fields.ssn".to_owned(), "full_document.ssn"),
        ] {
            for (mask, hash) in [(four, HASH), (HASH, four)] {
                let fields = format!("  {one}: {mask}\n  {other}: {hash}\n");
                let wrong = said(&fields, None);
                assert!(wrong.iter().any(|message| message.contains("the same field")), "{fields}: {wrong:?}");
            }
        }
        for fields in [
            format!("  updatedFields.ssn: {HASH}\n  ssn: {four}\n"),
            format!("  {written}.ssn: {HASH}\n  fullDocument.ssn: {HASH}\n  ssn: {HASH}\n"),
        ] {
            assert!(said(&fields, None).is_empty(), "{fields}: {:?}", said(&fields, None));
        }
    }

    #[test]
    fn what_is_no_image_of_a_field_may_be_hashed() {
        for (fields, default) in [
            (format!("  email: {MASK}\n"), Some(HASH)),
            (format!("  before.email: {HASH}\n  after.email: {HASH}\n"), Some(MASK)),
            (format!("  account.current: redact\n  email: {HASH}\n"), Some(MASK)),
            (format!("  before.email: {MASK}\n  after.email: {MASK}\n"), Some(HASH)),
            (format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"**.ssn\": {HASH}\n"), None),
            (format!("  before.email: redact\n  after.email: {HASH}\n  email: redact\n"), Some("redact")),
            (format!("  customer.ssn: {{mask: {{keep_last: 4}}}}\n  \"supplier.**.ssn\": {HASH}\n"), None),
        ] {
            assert!(said(&fields, default).is_empty(), "{fields}: {:?}", said(&fields, default));
        }
    }
}
