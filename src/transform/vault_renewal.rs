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
