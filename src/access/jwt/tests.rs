use super::*;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use serde_json::json;

const NOW: Duration = Duration::from_secs(1_800_000_000);

fn verifier() -> Verifier {
    Verifier { issuer: "https://issuer".into(), audience: "privet".into() }
}

fn encode(value: &Value) -> String {
    BASE64URL_NOPAD.encode(value.to_string().as_bytes())
}

fn claims() -> Value {
    json!({"iss": "https://issuer", "aud": "privet", "sub": "ada", "exp": NOW.as_secs() + 60, "groups": ["fraud"]})
}

/// Two keys: `e` by Ed25519, `p` by ECDSA.
struct Signers {
    edwards: Ed25519KeyPair,
    curve: EcdsaKeyPair,
    keys: Keys,
    /// The raw public key of `e`, as somebody may use it for an HMAC.
    public: Vec<u8>,
}

impl Signers {
    fn new() -> Self {
        let random = SystemRandom::new();
        let edwards = Ed25519KeyPair::generate_pkcs8(&random).unwrap();
        let edwards = Ed25519KeyPair::from_pkcs8(edwards.as_ref()).unwrap();
        let curve = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let curve = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, curve.as_ref(), &random).unwrap();
        let public = edwards.public_key().as_ref().to_vec();
        let point = curve.public_key().as_ref();
        let set = json!({"keys": [
            {"kty": "oct", "kid": "h", "k": "c2VjcmV0", "alg": "HS256"},
            {"kty": "OKP", "crv": "Ed25519", "kid": "e", "alg": "EdDSA", "use": "sig", "x": BASE64URL_NOPAD.encode(&public)},
            {"kty": "EC", "crv": "P-256", "kid": "p", "x": BASE64URL_NOPAD.encode(&point[1..33]),
             "y": BASE64URL_NOPAD.encode(&point[33..])},
        ]});
        let keys = Keys::parse(set.to_string().as_bytes()).unwrap();
        assert_eq!(keys.len(), 2, "a key for HMAC is none");
        Self { edwards, curve, keys, public }
    }

    fn token(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encode(header), encode(claims));
        let signature = match header["alg"].as_str() {
            Some("ES256") => self.curve.sign(&SystemRandom::new(), message.as_bytes()).unwrap().as_ref().to_vec(),
            Some("HS256") => {
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, &self.public);
                ring::hmac::sign(&key, message.as_bytes()).as_ref().to_vec()
            }
            Some("none") => Vec::new(),
            _ => self.edwards.sign(message.as_bytes()).as_ref().to_vec(),
        };
        format!("{message}.{}", BASE64URL_NOPAD.encode(&signature))
    }

    fn verify(&self, header: &Value, claims: &Value) -> Result<Claims, TokenError> {
        verifier().verify(&self.token(header, claims), &self.keys, NOW)
    }
}

#[test]
fn a_token_of_the_issuer_for_us_counts() {
    let signers = Signers::new();
    for header in
        [json!({"alg": "EdDSA", "kid": "e", "typ": "JWT"}), json!({"alg": "ES256", "kid": "p", "typ": "at+jwt"})]
    {
        let claims = signers.verify(&header, &claims()).unwrap();
        assert_eq!((claims.subject.as_str(), &claims.all["groups"]), ("ada", &json!(["fraud"])));
    }
    let mut several = claims();
    several["aud"] = json!(["others", "privet"]);
    assert!(signers.verify(&json!({"alg": "EdDSA", "kid": "e"}), &several).is_ok());
    assert_eq!(Verifier::key_id(&signers.token(&json!({"alg": "EdDSA", "kid": "new"}), &claims())), Some("new".into()));
}

#[test]
fn the_algorithm_is_the_keys_own() {
    let signers = Signers::new();
    let verify = |header: Value| signers.verify(&header, &claims()).unwrap_err();
    assert_eq!(verify(json!({"alg": "none", "kid": "e"})), TokenError::Algorithm);
    assert_eq!(verify(json!({"alg": "None", "kid": "e"})), TokenError::Algorithm);
    assert_eq!(verify(json!({"alg": "HS256", "kid": "e"})), TokenError::Algorithm, "by the public key");
    assert_eq!(verify(json!({"alg": "HS256", "kid": "h"})), TokenError::Algorithm);
    assert_eq!(verify(json!({"alg": "ES256", "kid": "e"})), TokenError::UnknownKey);
    assert_eq!(verify(json!({"alg": "RS256", "kid": "e"})), TokenError::UnknownKey);
    assert_eq!(verify(json!({"alg": "EdDSA", "kid": "x"})), TokenError::UnknownKey);
    assert_eq!(verify(json!({"alg": "EdDSA"})), TokenError::UnknownKey, "several keys, and none is named");
    assert_eq!(verify(json!({"alg": "EdDSA", "kid": "p"})), TokenError::UnknownKey);
    assert_eq!(verify(json!({"alg": "EdDSA", "kid": "e", "crit": ["x"], "x": 1})), TokenError::Critical);
    assert_eq!(verify(json!({"alg": "EdDSA", "kid": "e", "typ": "logout+jwt"})), TokenError::Malformed);
}

#[test]
fn what_was_not_signed_counts_for_nothing() {
    let signers = Signers::new();
    let header = json!({"alg": "EdDSA", "kid": "e"});
    let token = signers.token(&header, &claims());
    let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
    let verify = |token: &str| verifier().verify(token, &signers.keys, NOW).unwrap_err();
    let mut other = claims();
    other["sub"] = json!("eve");
    parts[1] = encode(&other);
    assert_eq!(verify(&parts.join(".")), TokenError::Signature);
    assert_eq!(verify(&Signers::new().token(&header, &claims())), TokenError::Signature, "another's key of one id");
    for malformed in ["", ".", "..", "a.b", "e30.e30.", "!.e30.e30", &format!("{token}="), &"a".repeat(TOKEN_MAX + 1)] {
        assert_eq!(verify(malformed), TokenError::Malformed, "{malformed}");
    }
    let message = format!("{}.{}", encode(&header), BASE64URL_NOPAD.encode(b"[]"));
    let signature = BASE64URL_NOPAD.encode(signers.edwards.sign(message.as_bytes()).as_ref());
    assert_eq!(verify(&format!("{message}.{signature}")), TokenError::Malformed, "claims are an object");
}

#[test]
fn claims_are_ours_and_of_now() {
    let signers = Signers::new();
    let now = NOW.as_secs();
    for (name, value, error) in [
        ("iss", json!("https://other"), TokenError::Issuer),
        ("iss", json!(null), TokenError::Issuer),
        ("aud", json!("others"), TokenError::Audience),
        ("aud", json!([]), TokenError::Audience),
        ("aud", json!(null), TokenError::Audience),
        ("exp", json!(now - 31), TokenError::Expired),
        ("exp", json!("never"), TokenError::Malformed),
        ("nbf", json!(now + 31), TokenError::NotYet),
        ("iat", json!(now + 31), TokenError::NotYet),
        ("sub", json!(""), TokenError::Subject),
        ("sub", json!("a\nb"), TokenError::Subject),
        ("sub", json!(7), TokenError::Subject),
    ] {
        let mut claims = claims();
        claims[name] = value.clone();
        assert_eq!(signers.verify(&json!({"alg": "EdDSA", "kid": "e"}), &claims), Err(error), "{name} {value}");
    }
    for (name, error) in [("exp", TokenError::NoEnd), ("sub", TokenError::Subject), ("iss", TokenError::Issuer)] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert_eq!(signers.verify(&json!({"alg": "EdDSA", "kid": "e"}), &claims), Err(error), "without {name}");
    }
    let mut late = claims();
    late["exp"] = json!(now - 29);
    assert!(signers.verify(&json!({"alg": "EdDSA", "kid": "e"}), &late).is_ok(), "clocks differ");
}

/// The example of RFC 7515, appendix A.2: RS256, with the key of its JWK.
#[test]
fn the_example_of_the_standard_is_checked() {
    let n = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
    let message = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let signature = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let keys = Keys::parse(json!({"keys": [{"kty": "RSA", "n": n, "e": "AQAB"}]}).to_string().as_bytes()).unwrap();
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    assert_eq!(keys.check(None, Algorithm::Rs256, message.as_bytes(), &signature), Some(true));
    assert_eq!(keys.check(None, Algorithm::Ps256, message.as_bytes(), &signature), None, "a key has one algorithm");
    assert_eq!(keys.check(None, Algorithm::Rs256, b"other", &signature), Some(false));
    let pss = json!({"keys": [{"kty": "RSA", "n": n, "e": "AQAB", "alg": "PS256"}]});
    let keys = Keys::parse(pss.to_string().as_bytes()).unwrap();
    assert_eq!(keys.check(None, Algorithm::Ps256, message.as_bytes(), &signature), Some(false));
}

#[test]
fn a_set_without_a_key_of_use_is_refused() {
    use super::super::KeysError;
    let parse = |text: &str| Keys::parse(text.as_bytes()).unwrap_err();
    assert_eq!(parse("[]"), KeysError::Malformed);
    assert_eq!(parse("{\"keys\": []}"), KeysError::NoKey);
    assert_eq!(parse("{\"keys\": [{\"kty\": \"oct\", \"k\": \"c2VjcmV0\"}]}"), KeysError::NoKey);
    let short = BASE64URL_NOPAD.encode(&[0xff; 128]);
    assert_eq!(parse(&json!({"keys": [{"kty": "RSA", "n": short, "e": "AQAB"}]}).to_string()), KeysError::NoKey);
    let x = BASE64URL_NOPAD.encode(&[7; 32]);
    let edwards = json!({"kty": "OKP", "crv": "Ed25519", "kid": "a", "x": x});
    let twice = json!({"keys": [edwards, edwards]});
    assert_eq!(parse(&twice.to_string()), KeysError::Twice);
    for (name, value) in [("use", json!("enc")), ("alg", json!("ES256")), ("key_ops", json!(["sign"]))] {
        let mut one = edwards.clone();
        one[name] = value;
        assert_eq!(parse(&json!({"keys": [one]}).to_string()), KeysError::NoKey, "{name}");
    }
}

proptest::proptest! {
    /// Strangers send this.
    #[test]
    fn rubbish_counts_for_nothing(text in ".{0,200}", parts in proptest::collection::vec("[A-Za-z0-9_-]{0,40}", 0..5)) {
        let keys = Keys::default();
        for token in [text, parts.join(".")] {
            assert!(verifier().verify(&token, &keys, NOW).is_err());
            let _ = Verifier::key_id(&token);
        }
    }
}
