//! A policy that promises erasure says where it cannot keep the promise.
//!
//! A `subject_field` of `encrypt`, or of `tokenize` in `mode: vault`, promises that a person can be forgotten: the key goes,
//! and all that it sealed. What stands under a key that all share stays: a hash or a deterministic token still joins, and
//! whoever has the ring can turn it back or try values.

use crate::policy::diagnostic::Diagnostics;
use crate::policy::document::{Action, Document, OperatorDoc};

/// Warns of operators under a shared key, where others of the policy have subjects.
pub(super) fn check(document: &Document, diagnostics: &mut Diagnostics) {
    let fields = document.fields.iter().filter_map(|field| match &field.action {
        Action::Scan | Action::Text => None,
        Action::Apply(operator) => Some(operator),
    });
    let all: Vec<&OperatorDoc> = fields.chain(document.defaults.iter().map(|default| &default.operator)).collect();
    if !all.iter().any(|doc| promises(doc)) {
        return;
    }
    for doc in all.iter().filter(|doc| is_shared(doc)) {
        let name = doc.row.name;
        diagnostics
            .warning(
                doc.place,
                format!("this policy lets people be forgotten, and `{name}` here uses a key that all share"),
            )
            .help("what it writes outlives them; `tokenize` with `mode: vault` and a `subject_field` goes with them");
    }
}

fn promises(doc: &OperatorDoc) -> bool {
    doc.parameters.0.contains_key("subject_field") && matches!(doc.row.name, "encrypt" | "tokenize")
}

/// Whether what it writes stays joinable, or can be opened, whoever is forgotten.
fn is_shared(doc: &OperatorDoc) -> bool {
    match doc.row.name {
        "hash" | "fpe" => true,
        // A row of a vault that is nobody's is sealed under the ring's key alone, and goes with nobody.
        "tokenize" | "encrypt" => !promises(doc),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{compiled, whole};

    fn warned(fields: &str) -> Vec<String> {
        let plan = compiled(&whole(&format!("fields:\n{fields}"))).unwrap();
        let warnings = plan.warnings().map(|warnings| warnings.list().iter().map(|one| one.message.clone()).collect());
        warnings.unwrap_or_default()
    }

    #[test]
    fn what_stays_when_people_are_forgotten_is_said() {
        let promise = "  note: {encrypt: {ring: customer, subject_field: id}}\n";
        for (other, name) in [
            ("mail: {tokenize: {ring: customer}}", "tokenize"),
            ("mail: {tokenize: {ring: customer, mode: vault}}", "tokenize"),
            ("mail: {hash: {ring: customer}}", "hash"),
            ("card: {fpe: {ring: customer}}", "fpe"),
            ("memo: {encrypt: {ring: customer}}", "encrypt"),
        ] {
            let warned = warned(&format!("{promise}  {other}\n"));
            assert!(
                warned.len() == 1 && warned[0].contains(&format!("`{name}` here uses a key")),
                "{other}: {warned:?}"
            );
        }
        for fine in [
            format!("{promise}  mail: {{tokenize: {{ring: customer, mode: vault, subject_field: id}}}}\n"),
            format!("{promise}  mail: {{mask: {{keep_last: 2}}}}\n"),
            "  mail: {hash: {ring: customer}}\n".to_owned(),
            "  born: {date_shift: {ring: customer, subject_field: id}}\n  mail: {hash: {ring: customer}}\n".to_owned(),
        ] {
            assert_eq!(warned(&fine), Vec::<String>::new(), "{fine}");
        }
    }
}
