//! Rows of a vault, written anew under the ring's primary key.

use super::tokenize_vault::TokenizeVault;
use super::vault_keys::KindKeys;
use super::{NewRow, Renewal, SealedUnder, StoredRow, SubjectKey};

impl Renewal for TokenizeVault {
    fn stale(&self) -> Vec<SealedUnder> {
        let mut all: Vec<SealedUnder> = all_keys(self).flat_map(|(_, keys)| keys.stale()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn needs_key(&self, row: &StoredRow) -> Option<[u8; 16]> {
        all_keys(self).flat_map(|(_, keys)| &keys.subject_openers).find_map(|opener| opener.id(&row.sealed))
    }

    fn renew(&self, row: &StoredRow, person: Option<&SubjectKey>) -> Option<NewRow> {
        all_keys(self)
            .find_map(|(kind, keys)| keys.renewed(row, person, |form| self.kinds.form(form, kind).into_owned().into()))
    }
}

/// Gives the keys of every kind, and its name.
fn all_keys(operator: &TokenizeVault) -> impl Iterator<Item = (&str, &KindKeys)> {
    operator.kinds.permitted(&|_| true)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::tests::{Sample, parameters, with_context};
    use super::super::{
        Answer, Input, Operator, OperatorError, ParameterValue, Reversal, StandIn, SubjectAnswer, ValueKind, Written,
    };
    use super::*;
    use crate::keys::file::{FileSource, create};
    use crate::keys::{Change, KeyId, KeySource, Rings};
    use crate::model::{Origin, Sensitive};

    const NOW: jiff::Timestamp = jiff::Timestamp::UNIX_EPOCH;

    /// A ring in files, which is rotated.
    struct Ring {
        files: FileSource,
        first: KeyId,
        _folder: tempfile::TempDir,
    }

    impl Ring {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let (ring, root) = (folder.path().join("c.json"), folder.path().join("c.root.json"));
            let first = create("customer", &ring, &root, NOW).unwrap();
            Self { files: FileSource::parse(ring, None).unwrap(), first, _folder: folder }
        }

        fn operator(&self, more: &[(&str, ParameterValue)]) -> TokenizeVault {
            let rings = Rings::new([Arc::new(self.files.open().unwrap())]).unwrap();
            let text = |value: &str| ParameterValue::Text(value.into());
            let all = [&[("ring", text("customer")), ("mode", text("vault"))], more].concat();
            with_context(&rings, |context| TokenizeVault::build(&parameters(&all), context)).unwrap()
        }

        fn rotate(&self) {
            self.files.change(Change::Rotate, NOW).unwrap();
        }
    }

    fn input(origin: &Origin) -> Input<'_> {
        Input { place: Some("value 1 2 mail"), ..Sample::text("Ada").input(origin) }
    }

    /// What a store keeps of what an operator asked.
    fn stored(operator: &TokenizeVault, person: Option<&SubjectAnswer>) -> StoredRow {
        let origin = Origin::File { file: "a.ndjson".into(), line: 1 };
        let asked = operator.needs(&Input { person, ..input(&origin) }).unwrap();
        StoredRow { token: asked.token, sealed: asked.sealed, index: asked.index, index_key: asked.index_key }
    }

    #[test]
    fn a_row_is_found_and_opens_without_the_key_that_made_it() {
        let text = |value: &str| ParameterValue::Text(value.into());
        let person = SubjectKey { id: [1; 16], key: Arc::new(Sensitive::new([2; 32])) };
        let somebody = SubjectAnswer::Key(person.clone());
        for (more, person) in [
            (vec![], None),
            (vec![("scope", text("product"))], None),
            (vec![("context_field", text("tenant.id"))], None),
            (vec![("convergent", ParameterValue::Bool(false))], None),
            (vec![("subject_field", text("id"))], Some(&person)),
            (vec![("subject_field", text("id")), ("context_field", text("tenant.id"))], Some(&person)),
        ] {
            let answer = person.map(|_| &somebody);
            let ring = Ring::new();
            let first = ring.operator(&more);
            let row = stored(&first, answer);
            assert_eq!((first.stale(), Renewal::needs_key(&first, &row)), (vec![], person.map(|person| person.id)));
            ring.rotate();
            let second = ring.operator(&more);
            assert!(second.stale().iter().any(|how| how.sealed(&row.sealed) && how.key() == ring.first), "{more:?}");
            let foreign = ring.operator(&[("as", text("PERSON"))]);
            assert_eq!(foreign.renew(&row, person), None, "another operator's");
            let new = second.renew(&row, person).unwrap();
            assert!(!second.stale().iter().any(|how| how.sealed(&new.sealed)), "once is enough");
            ring.files.change(Change::Disable(ring.first), NOW).unwrap();
            let third = ring.operator(&more);
            let asked = stored(&third, answer);
            assert!(new.indexes.contains(&(asked.index_key, asked.index)), "{more:?}: it is found");
            let origin = Origin::File { file: "a.ndjson".into(), line: 1 };
            let (mut out, found) = (String::new(), Answer::Found(row.token.clone()));
            let written = third.write(&Input { person: answer, ..input(&origin) }, Some(&found), &mut out);
            assert_eq!(written, Ok(Written::Text), "{more:?}: its token is given");
            let opened = |operator: &TokenizeVault, context, kept: &[u8]| {
                let stand_in = StandIn {
                    text: &out,
                    kind: "VALUE",
                    value: ValueKind::Text,
                    subject: None,
                    context,
                    kept: Some(kept),
                    person,
                };
                Reversal::open(operator, &stand_in, &|_| true).map(|opened| opened.value.expose().clone())
            };
            let own = Some(super::super::tests::CONTEXT);
            assert_eq!(opened(&third, own, &new.sealed).as_deref(), Some("Ada"), "{more:?}");
            assert_eq!(opened(&third, own, &row.sealed), None, "what was not written anew is lost");
            if more.iter().any(|(name, _)| *name == "context_field") {
                assert_eq!(opened(&third, Some("t-2"), &new.sealed), None, "in another context it does not open");
            }
        }
    }

    /// Rows of before what they are found by was sealed with them: by their index it is known that they have no context.
    #[test]
    fn a_row_that_does_not_say_by_what_it_is_found_is_known_by_its_index() -> Result<(), OperatorError> {
        let ring = Ring::new();
        let context = [("context_field", ParameterValue::Text("tenant.id".into()))];
        for (more, known) in [(&[][..], true), (&context, false)] {
            let first = ring.operator(more);
            let row = stored(&first, None);
            let (_, keys) = first.kinds.of("VALUE").unwrap();
            let sealed = keys.sealer.seal(b"Ada", &row.token).map_err(|_| OperatorError::Refused)?;
            let row = StoredRow { sealed, ..row };
            ring.rotate();
            let second = ring.operator(more);
            let new = second.renew(&row, None);
            assert_eq!(new.is_some(), known, "{more:?}");
            if let Some(new) = new {
                assert!(new.indexes.iter().any(|(_, index)| *index == row.index));
                assert_eq!(second.open(&row.token, &new.sealed).unwrap().expose(), "Ada");
            }
        }
        Ok(())
    }
}
