//! AWS KMS: `Encrypt` and `Decrypt`, the ring's name in the encryption context; `DescribeKey` and `ScheduleKeyDeletion` for
//! keys that are to go.
//!
//! Source: <https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html>.

use data_encoding::BASE64;
use jiff::Timestamp;
use serde::Deserialize;
use zeroize::Zeroizing;

use super::http::{Client, Question};
use super::options::Options;
use super::{
    KeyEnd, KeyError, KeyIdentity, PendingDays, Provider, ProviderFault, ProviderRow, WrappedRoot, Wrapper,
    aws_credentials, check_key_name, fault, root_of, sigv4,
};
use crate::model::Sensitive;

pub(super) const ROW: ProviderRow = ProviderRow {
    name: Provider::AwsKms.name(),
    summary: "AWS KMS, a symmetric key",
    options: &["region", "endpoint", "credentials_file", "ca_file"],
    make: |options| Ok(Box::new(AwsKms::make(options)?)),
};

const MEDIA: &str = "application/x-amz-json-1.1";

/// AWS KMS in a region.
#[derive(Debug)]
struct AwsKms {
    client: Client,
    endpoint: String,
    host: String,
    region: String,
    options: Options,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Encrypted {
    ciphertext_blob: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Decrypted {
    plaintext: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    key_metadata: Metadata,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata {
    key_id: String,
}

/// The time is in seconds since 1970, with or without a fraction.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Scheduled {
    deletion_date: serde_json::Number,
}

/// Where the services of a region are: China's are a partition of their own.
pub(super) fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

impl AwsKms {
    fn make(options: &Options) -> Result<Self, KeyError> {
        let wrong = || fault(Provider::AwsKms, ProviderFault::NoAddress);
        let region = options.or_environment("region", &["AWS_REGION", "AWS_DEFAULT_REGION"]).ok_or_else(wrong)?;
        if !region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return Err(wrong());
        }
        let given = options.or_environment("endpoint", &["AWS_ENDPOINT_URL_KMS", "AWS_ENDPOINT_URL"]);
        let endpoint = given.unwrap_or_else(|| format!("https://kms.{region}.{}", domain(&region)));
        let client = Client::new(Provider::AwsKms, &endpoint, options.get("ca_file").map(std::path::Path::new))?;
        let endpoint = endpoint.trim_end_matches('/').to_owned();
        let host = endpoint.split_once("://").ok_or_else(wrong)?.1.to_owned();
        Ok(Self { client, endpoint, host, region, options: options.clone() })
    }

    /// Gives the id of the key that an alias, an ARN or an id leads to.
    fn key_id(&self, key: &str) -> Result<String, KeyError> {
        check_key_name(Provider::AwsKms, key)?;
        let Described { key_metadata: Metadata { key_id } } =
            self.ask("DescribeKey", &serde_json::json!({ "KeyId": key }).to_string())?;
        Ok(key_id)
    }

    fn ask<T: for<'de> Deserialize<'de>>(&self, target: &str, body: &str) -> Result<T, KeyError> {
        let credentials = aws_credentials::find(&self.options, &self.region)?;
        let target = format!("TrentService.{target}");
        let headers = vec![("content-type", MEDIA), ("host", self.host.as_str()), ("x-amz-target", target.as_str())];
        let request = sigv4::Request { service: "kms", region: &self.region, headers, body: body.as_bytes() };
        let signed = sigv4::sign(&request, &credentials, Timestamp::now());
        let mut headers = request.headers;
        // The client names the host itself.
        headers.retain(|(name, _)| *name != "host");
        headers.extend([("x-amz-date", signed.date.as_str()), ("authorization", signed.authorization.as_str())]);
        headers.extend(credentials.token.iter().map(|token| ("x-amz-security-token", token.expose().as_str())));
        let url = format!("{}/", self.endpoint);
        self.client.ask(&Question { url: &url, headers: &headers, body: Some(body.as_bytes()) })
    }
}

impl Wrapper for AwsKms {
    fn provider(&self) -> Provider {
        Provider::AwsKms
    }

    fn wrap_root(&self, key: &str, ring: &str, root: &[u8; 32]) -> Result<WrappedRoot, KeyError> {
        check_key_name(Provider::AwsKms, key)?;
        let plain = Zeroizing::new(BASE64.encode(root));
        // Neither has a character that JSON escapes.
        let body = Zeroizing::new(format!(
            "{{\"KeyId\":\"{key}\",\"EncryptionContext\":{{\"privet-ring\":\"{ring}\"}},\"Plaintext\":\"{}\"}}",
            plain.as_str()
        ));
        let Encrypted { ciphertext_blob } = self.ask("Encrypt", &body)?;
        Ok(WrappedRoot { key: key.to_owned(), ciphertext: ciphertext_blob })
    }

    fn unwrap_root(&self, key: &str, ring: &str, ciphertext: &str) -> Result<Sensitive<[u8; 32]>, KeyError> {
        check_key_name(Provider::AwsKms, key)?;
        let context = serde_json::json!({ "privet-ring": ring });
        let body = serde_json::json!({ "KeyId": key, "EncryptionContext": context, "CiphertextBlob": ciphertext });
        let Decrypted { plaintext } = self.ask("Decrypt", &body.to_string())?;
        root_of(Provider::AwsKms, &Zeroizing::new(plaintext), &BASE64)
    }

    /// The replicas of a multi-Region key share its id.
    fn identify(&self, key: &str) -> Result<KeyIdentity, KeyError> {
        self.key_id(key).map(KeyIdentity)
    }

    /// An alias may lead elsewhere by then, so the key itself is named.
    fn destroy_key(&self, key: &str, days: PendingDays) -> Result<KeyEnd, KeyError> {
        let key_id = self.key_id(key)?;
        let body = serde_json::json!({ "KeyId": key_id, "PendingWindowInDays": days.days() });
        let Scheduled { deletion_date } = self.ask("ScheduleKeyDeletion", &body.to_string())?;
        let wrong = || fault(Provider::AwsKms, ProviderFault::Malformed);
        let seconds = deletion_date.as_i64().or_else(|| deletion_date.to_string().split('.').next()?.parse().ok());
        let at = Timestamp::from_second(seconds.ok_or_else(wrong)?).map_err(|_| wrong())?;
        Ok(KeyEnd::Pending(at))
    }
}
