//! Signatures of requests to AWS, version 4.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use data_encoding::HEXLOWER;
use jiff::Timestamp;
use ring::{digest, hmac};
use zeroize::Zeroizing;

use super::aws_credentials::Credentials;

/// A POST to `/` of a service, before it is signed.
pub(super) struct Request<'a> {
    pub(super) service: &'a str,
    pub(super) region: &'a str,
    /// Names in lower case, and values without spaces at their ends; `host` among them.
    pub(super) headers: Vec<(&'a str, &'a str)>,
    pub(super) body: &'a [u8],
}

/// What is put beside a request's headers.
pub(super) struct Signed {
    pub(super) date: String,
    pub(super) authorization: String,
}

/// Signs a request as of a time.
pub(super) fn sign(request: &Request<'_>, credentials: &Credentials, now: Timestamp) -> Signed {
    let date = now.strftime("%Y%m%dT%H%M%SZ").to_string();
    let day = now.strftime("%Y%m%d").to_string();
    let mut headers = request.headers.clone();
    headers.push(("x-amz-date", &date));
    if let Some(token) = &credentials.token {
        headers.push(("x-amz-security-token", token.expose()));
    }
    headers.sort_unstable();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let mut canonical = Zeroizing::new(String::from("POST\n/\n\n"));
    for (name, value) in &headers {
        canonical.push_str(&format!("{name}:{value}\n"));
    }
    canonical.push_str(&format!("\n{names}\n{}", hash(request.body)));
    let scope = format!("{day}/{}/{}/aws4_request", request.region, request.service);
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hash(canonical.as_bytes()));
    let secret = Zeroizing::new(format!("AWS4{}", credentials.secret.expose()));
    let key = [day.as_str(), request.region, request.service, "aws4_request"]
        .iter()
        .fold(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()), |key, part| {
            hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref())
        });
    let signature = HEXLOWER.encode(hmac::sign(&key, text.as_bytes()).as_ref());
    let id = &credentials.id;
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={names}, Signature={signature}");
    Signed { date, authorization }
}

fn hash(bytes: &[u8]) -> String {
    HEXLOWER.encode(digest::digest(&digest::SHA256, bytes).as_ref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Sensitive;

    fn signed(token: Option<&str>) -> String {
        let credentials = Credentials {
            id: "AKIDEXAMPLE".to_owned(),
            secret: Sensitive::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".to_owned()),
            token: token.map(|token| Sensitive::new(token.to_owned())),
        };
        let headers = vec![("host", "example.amazonaws.com")];
        let request = Request { service: "service", region: "us-east-1", headers, body: b"" };
        sign(&request, &credentials, "2015-08-30T12:36:00Z".parse().unwrap()).authorization
    }

    /// The case `post-vanilla` of AWS's published test suite for signature version 4.
    #[test]
    fn the_published_case_is_signed_as_published() {
        assert_eq!(
            signed(None),
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, \
             SignedHeaders=host;x-amz-date, \
             Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        );
    }

    #[test]
    fn a_session_token_is_signed_too() {
        let authorization = signed(Some("token"));
        assert!(authorization.contains("SignedHeaders=host;x-amz-date;x-amz-security-token,"), "{authorization}");
        assert!(!authorization.contains("5da7c1a2"));
    }
}
