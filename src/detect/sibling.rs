//! Members that say what stands beside them: `{"label": "Email", "value": …}`.

use super::names;

/// What a member of an object can be to its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sibling {
    /// Nothing.
    #[default]
    None,
    /// Its text may be the name of what the object holds.
    Label,
    /// It may be what the object holds.
    Value,
    /// It may be what a signature beside it is of: the payload of a JWS (RFC 7515, section 7.2).
    Payload,
    /// It is a signature, or several.
    Signature,
}

/// Names of labels, their words joined; the first that tells anything decides.
const LABELS: [&str; 16] = [
    "label",
    "field",
    "fieldname",
    "attribute",
    "attributename",
    "property",
    // `properties`, without what is taken for the `s` of a plural.
    "propertie",
    "propertyname",
    "key",
    "k",
    "name",
    "question",
    "type",
    "kind",
    // Of a ContactPoint or an Identifier of HL7 FHIR.
    "system",
    "code",
];
/// Names of values.
const VALUES: [&str; 9] =
    ["value", "values", "val", "v", "answer", "answers", "stringvalue", "fieldvalue", "attributevalue"];

impl Sibling {
    /// Reads the name of a member.
    pub fn of(name: &str) -> Self {
        let joined = joined(name);
        if VALUES.contains(&joined.as_str()) {
            Self::Value
        } else if LABELS.contains(&joined.as_str()) {
            Self::Label
        } else if joined == "payload" {
            Self::Payload
        } else if joined == "signature" {
            Self::Signature
        } else {
            Self::None
        }
    }
}

fn joined(name: &str) -> String {
    let mut words = Vec::new();
    names::split(name, &mut words);
    words.concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_labels_and_values() {
        for name in ["label", "Name", "fieldName", "field_name", "@type", "KEY", "k"] {
            assert_eq!(Sibling::of(name), Sibling::Label, "{name}");
        }
        for name in ["value", "Value", "string_value", "answers", "v"] {
            assert_eq!(Sibling::of(name), Sibling::Value, "{name}");
        }
        assert_eq!([Sibling::of("payload"), Sibling::of("signatures")], [Sibling::Payload, Sibling::Signature]);
        for name in ["", "firstName", "valueDate", "email", "valued"] {
            assert_eq!(Sibling::of(name), Sibling::None, "{name}");
        }
    }
}
