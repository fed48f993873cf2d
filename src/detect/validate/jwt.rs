//! JSON Web Tokens: a base64url header that is a JSON object with an algorithm.

use data_encoding::BASE64URL_NOPAD;
use serde_json::Value;

pub(super) fn accepts(text: &str) -> bool {
    let Some((header, _)) = text.split_once('.') else { return false };
    let Ok(json) = BASE64URL_NOPAD.decode(header.as_bytes()) else { return false };
    // RFC 7515, section 4.1.1: every header has `alg`; RFC 7516, section 4.1.1: encrypted ones as well.
    matches!(serde_json::from_slice(&json), Ok(Value::Object(members)) if members.contains_key("alg"))
}

#[cfg(test)]
mod tests {
    /// The examples of RFC 7519, sections 3.1 and 6.1, shortened after the claims.
    #[test]
    fn examples_of_the_standard() {
        assert!(super::accepts("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UifQ.dBjftJeZ4CVP"));
        assert!(super::accepts("eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UifQ."));
        for text in ["eyJ0eXAiOiJKV1QifQ.eyJpc3MiOiJqb2UifQ.x", "eyJxxxx.eyJ.x", "a.b.c", "eyJ"] {
            assert!(!super::accepts(text), "{text}");
        }
    }
}
