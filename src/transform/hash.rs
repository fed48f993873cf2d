//! A keyed digest takes the value's place.

use ring::hmac;

use super::echo::{WAYS, repeats_form};
use super::keyed::{AS, EPOCH, Enabled, Keyed, Kinds, RING, SCOPE, refuses};
use super::spelling::{Encoding, Spelling};
use super::traces;
use super::{
    Answer, BuildContext, BuildError, Distinct, Epoch, Form, Input, OldShape, Operator, OperatorError, OperatorRow,
    ParameterRow, Parameters, Reach, Required, Written,
};
use crate::keys::{KeyId, Purpose};
use crate::model::Shape;

pub(super) const ROW: OperatorRow = OperatorRow {
    name: "hash",
    summary: "puts HMAC-SHA-256 of the value under a ring's key in its place; nobody can turn it back",
    parameters: &[
        RING,
        SCOPE,
        AS,
        EPOCH,
        ParameterRow {
            name: "bits",
            form: Form::Integer,
            required: Required::No,
            summary: "128, 192 or 256 (default)",
        },
        ParameterRow {
            name: "encoding",
            form: Form::OneOf(&["hex", "base64url", "base32"]),
            required: Required::No,
            summary: "how the digest is spelled; default `hex`",
        },
        ParameterRow {
            name: "prefix",
            form: Form::Text,
            required: Required::No,
            summary: "what stands before the digest, such as `h_`; default nothing",
        },
    ],
    build: |parameters, context| Ok(Box::new(build(parameters, context)?)),
};

/// Puts a keyed digest in the value's place.
#[derive(Debug)]
struct Hash {
    kinds: Kinds<Enabled<hmac::Key>>,
    bytes: usize,
    spelling: Spelling,
}

fn build(parameters: &Parameters, context: &BuildContext<'_>) -> Result<Hash, BuildError> {
    let keyed = Keyed::read(parameters, context)?;
    let bytes = match parameters.count("bits", 0, 256)?.unwrap_or(256) {
        bits @ (128 | 192 | 256) => bits / 8,
        _ => return Err(BuildError::of("bits", "`bits` is 128, 192 or 256")),
    };
    let spelling = Spelling::read(parameters, "", &[Encoding::Hex, Encoding::Base64Url, Encoding::Base32])?;
    let kinds = Kinds::build(&keyed, |kind| {
        Enabled::build(&keyed, |key| {
            Ok(hmac::Key::new(hmac::HMAC_SHA256, keyed.derive(key, Purpose::Hash, kind)?.expose()))
        })
    })?;
    Ok(Hash { kinds, bytes, spelling })
}

impl Hash {
    /// Appends prefix and digest of a canonical form.
    ///
    /// The first way is HMAC of the form; each further way is HMAC of the digest before it. The first that does not
    /// repeat the form is taken.
    fn append(&self, key: &hmac::Key, form: &str, out: &mut String) {
        let start = out.len();
        let mut digest = hmac::sign(key, form.as_bytes());
        let first = digest;
        for _ in 0..WAYS {
            self.spell(&digest, out);
            if !repeats_form(out.get(start..).unwrap_or_default(), form) {
                return;
            }
            out.truncate(start);
            digest = hmac::sign(key, digest.as_ref());
        }
        self.spell(&first, out);
    }

    fn spell(&self, digest: &hmac::Tag, out: &mut String) {
        self.spelling.append(digest.as_ref().get(..self.bytes).unwrap_or_default(), out);
    }
}

impl Operator for Hash {
    fn name(&self) -> &'static str {
        ROW.name
    }

    fn reach(&self) -> Reach {
        Reach::Leaves
    }

    fn distinct(&self) -> Distinct {
        Distinct::Kept
    }

    fn epoch(&self) -> Epoch {
        self.kinds.epoch()
    }

    fn guessable(&self) -> Option<&str> {
        Some(self.kinds.ring())
    }

    fn other_keys(&self) -> &[KeyId] {
        self.kinds.others()
    }

    fn shapes(&self, value: &OldShape<'_>) -> Vec<Shape> {
        if let Some(refused) = refuses(value) {
            return vec![refused];
        }
        vec![self.spelling.shape(self.bytes)]
    }

    fn may_be_in(&self, text: &str) -> bool {
        traces::is_coded(text)
    }

    fn write(&self, input: &Input<'_>, _: Option<&Answer>, out: &mut String) -> Result<Written, OperatorError> {
        self.kinds.write(input, out, |_, keys, form, out| {
            self.append(keys.of(input.under), form, out);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{RING_NAME, Sample, build, refused, written};
    use super::super::{ParameterValue, ValueKind};
    use super::*;

    fn text(value: &str) -> ParameterValue {
        ParameterValue::Text(value.into())
    }

    fn hash(more: &[(&str, ParameterValue)]) -> Box<dyn Operator> {
        let mut parameters = vec![("ring", text(RING_NAME))];
        parameters.extend_from_slice(more);
        build("hash", &parameters)
    }

    /// RFC 4231, all test cases; of the fifth the first 128 bits are published.
    #[test]
    fn hmac_gives_the_published_vectors() {
        let long = [0xaa; 131];
        let sequence: Vec<u8> = (1..=25).collect();
        let cases: [(&[u8], &[u8], &str); 7] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (&sequence, &[0xcd; 50], "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"),
            (&[0x0c; 20], b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
            (
                &long,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &long,
                b"This is a test using a larger than block-size key and a larger than block-size data. The key needs \
                  to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, expected) in cases {
            let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), message);
            let hex = data_encoding::HEXLOWER.encode(tag.as_ref());
            assert_eq!(hex.get(..expected.len()), Some(expected));
        }
    }

    #[test]
    fn spelling_and_length_are_as_told() {
        for (more, len) in [
            (vec![], 64),
            (vec![("bits", ParameterValue::Integer(128))], 32),
            (vec![("encoding", text("base32"))], 52),
            (vec![("encoding", text("base64url")), ("bits", ParameterValue::Integer(192))], 32),
            (vec![("prefix", text("h_"))], 66),
        ] {
            let result = written(&*hash(&more), Sample::text("Ada"));
            assert_eq!(result.len(), "text ".len() + len, "{result}");
        }
    }

    #[test]
    fn spellings_of_one_value_give_one_hash() {
        let email = hash(&[("as", text("EMAIL_ADDRESS"))]);
        assert_eq!(written(&*email, Sample::text("Ada@B.de")), written(&*email, Sample::text("ada@b.de")));
        let plain = hash(&[]);
        assert_ne!(written(&*plain, Sample::text("Ada@B.de")), written(&*plain, Sample::text("ada@b.de")));
        let number = written(&*plain, Sample::of("4111", ValueKind::Number));
        assert_eq!(number, written(&*plain, Sample::text("4111")), "numbers are their literal text");
    }

    #[test]
    fn scope_kind_and_epoch_keep_hashes_apart() {
        let all = [
            hash(&[]),
            hash(&[("scope", text("product"))]),
            hash(&[("as", text("EMAIL_ADDRESS"))]),
            hash(&[("epoch", text("0b0b0b0b"))]),
        ];
        let results: std::collections::BTreeSet<String> =
            all.iter().map(|operator| written(&**operator, Sample::text("ada"))).collect();
        assert_eq!(results.len(), all.len());
    }

    #[test]
    fn what_cannot_be_hashed_is_refused() {
        let operator = hash(&[]);
        assert_eq!(written(&*operator, Sample::of("true", ValueKind::Bool)), "unsupported_value");
        let mut unknown = Sample::text("Ada");
        unknown.kind = "SOMETHING_ELSE";
        assert_eq!(written(&*operator, unknown), "unknown_kind");
        let fits = "x".repeat(64 * 1024);
        assert!(written(&*operator, Sample::text(&fits)).starts_with("text "));
        assert_eq!(written(&*operator, Sample::text(&(fits + "x"))), "value_too_long");
        let grows = "\u{fdfa}".repeat(20_000);
        assert_eq!(written(&*operator, Sample::text(&grows)), "value_too_long");
        let prefixed = hash(&[("prefix", text("customer_"))]);
        assert_eq!(written(&*prefixed, Sample::text("customer")), "replacement_repeats_value");
    }

    #[test]
    fn mistakes_are_refused() {
        let ring = ("ring", text(RING_NAME));
        for (parameter, parameters) in [
            ("ring", vec![]),
            ("ring", vec![("ring", text("planted"))]),
            ("bits", vec![ring.clone(), ("bits", ParameterValue::Integer(64))]),
            ("encoding", vec![ring.clone(), ("encoding", text("base58"))]),
            ("prefix", vec![ring.clone(), ("prefix", text("H_"))]),
            ("prefix", vec![ring.clone(), ("prefix", text("h"))]),
            ("as", vec![ring.clone(), ("as", text("email"))]),
            ("scope", vec![ring.clone(), ("scope", text("mine"))]),
            ("epoch", vec![ring.clone(), ("epoch", text("newest"))]),
            ("epoch", vec![ring.clone(), ("epoch", text("00000000"))]),
            ("epoch", vec![ring, ("epoch", text("0d0d0d0d"))]),
        ] {
            let error = refused("hash", &parameters);
            assert_eq!(error.parameter, Some(parameter), "{error}");
        }
    }
}
