//! What a request says before its body: which media type, which product.

use super::problem::Problem;
use axum::http::{HeaderMap, StatusCode, Uri, header};

/// What a body is, and so what the answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// One JSON value, one record.
    Json,
    /// A JSON value a line, each a record.
    Ndjson,
    /// A document.
    Text,
}

impl Media {
    /// Every media type that is taken, by name.
    pub(super) const ALL: [(&'static str, Self); 3] =
        [("application/json", Self::Json), ("application/x-ndjson", Self::Ndjson), ("text/plain", Self::Text)];

    /// Gives what the answer says it is.
    pub(super) const fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Ndjson => "application/x-ndjson",
            Self::Text => "text/plain; charset=utf-8",
        }
    }

    /// Reads what the body is said to be; never guesses.
    pub(super) fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let refused = |code, detail: &str| Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, code, detail);
        let unknown = || {
            let detail = "the body must be application/json, application/x-ndjson or text/plain, and say so";
            refused("unsupported_media_type", detail)
        };
        if headers.get_all(header::CONTENT_ENCODING).iter().any(|encoding| encoding != "identity") {
            return Err(refused("unsupported_encoding", "the body must not be compressed"));
        }
        let mut said = headers.get_all(header::CONTENT_TYPE).iter();
        let (Some(said), None) = (said.next(), said.next()) else { return Err(unknown()) };
        let mut parts = said.to_str().map_err(|_| unknown())?.split(';').map(str::trim);
        let essence = parts.next().unwrap_or_default();
        let (_, media) =
            Self::ALL.into_iter().find(|(name, _)| essence.eq_ignore_ascii_case(name)).ok_or_else(unknown)?;
        for parameter in parts {
            let Some((name, value)) = parameter.split_once('=') else { continue };
            if name.eq_ignore_ascii_case("charset") && !value.trim_matches('"').eq_ignore_ascii_case("utf-8") {
                return Err(refused("unsupported_charset", "the body must be UTF-8"));
            }
        }
        Ok(media)
    }
}

/// The header that may name the product.
pub(super) const PRODUCT_HEADER: &str = "privet-product";

/// Reads which product is asked for: `?product=NAME`, or the header; none where neither stands there.
///
/// A parameter that is not known is refused: a mistyped one would otherwise choose another policy in silence.
pub(super) fn product(uri: &Uri, headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let refused = |code, detail: &str| Err(Problem::new(StatusCode::BAD_REQUEST, code, detail));
    let mut named: Vec<String> = Vec::new();
    for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=') {
            Some(("product", name)) => match decoded(name) {
                Some(name) => named.push(name),
                None => return refused("invalid_query", "the product's name is not UTF-8 text, percent-encoded"),
            },
            Some(_) | None => return refused("unknown_parameter", "the only parameter is `product`"),
        }
    }
    for name in headers.get_all(PRODUCT_HEADER) {
        match std::str::from_utf8(name.as_bytes()) {
            Ok(name) => named.push(name.to_owned()),
            Err(_) => return refused("invalid_header", "the header privet-product is not UTF-8"),
        }
    }
    let first = named.first().cloned();
    if named.iter().any(|name| Some(name) != first.as_ref()) {
        return refused("two_products", "the request names two products");
    }
    Ok(first)
}

/// Takes percent-encoding (RFC 3986, section 2.1) and the `+` of forms away.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => hex(rest.next()?)? << 4 | hex(rest.next()?)?,
            b'+' => b' ',
            byte => byte,
        });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn media(lines: &[(&'static str, &'static str)]) -> Result<Media, &'static str> {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_static(value));
        }
        Media::of(&headers).map_err(|problem| problem.code)
    }

    #[test]
    fn the_media_type_is_read_and_never_guessed() {
        assert_eq!(media(&[("content-type", "application/json")]), Ok(Media::Json));
        assert_eq!(media(&[("content-type", "Application/X-NDJSON")]), Ok(Media::Ndjson));
        assert_eq!(media(&[("content-type", "text/plain;charset=\"UTF-8\"")]), Ok(Media::Text));
        assert_eq!(media(&[]), Err("unsupported_media_type"));
        assert_eq!(media(&[("content-type", "application/xml")]), Err("unsupported_media_type"));
        assert_eq!(media(&[("content-type", "application/json, text/plain")]), Err("unsupported_media_type"));
        let twice = [("content-type", "application/json"), ("content-type", "text/plain")];
        assert_eq!(media(&twice), Err("unsupported_media_type"));
        assert_eq!(media(&[("content-type", "text/plain; charset=utf-16")]), Err("unsupported_charset"));
        let packed = [("content-type", "text/plain"), ("content-encoding", "gzip")];
        assert_eq!(media(&packed), Err("unsupported_encoding"));
    }

    fn asked(uri: &'static str, header: Option<&'static str>) -> Result<Option<String>, &'static str> {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.append(PRODUCT_HEADER, HeaderValue::from_static(header));
        }
        product(&Uri::from_static(uri), &headers).map_err(|problem| problem.code)
    }

    #[test]
    fn the_product_is_named_once_or_not_at_all() {
        let orders = || Ok(Some("orders".to_owned()));
        assert_eq!(asked("/v1/anonymize", None), Ok(None));
        assert_eq!(asked("/v1/anonymize?product=orders", None), orders());
        assert_eq!(asked("/v1/anonymize?product=%6frders", Some("orders")), orders());
        assert_eq!(asked("/v1/anonymize", Some("orders")), orders());
        assert_eq!(asked("/v1/anonymize?product=orders", Some("tickets")), Err("two_products"));
        assert_eq!(asked("/v1/anonymize?produkt=orders", None), Err("unknown_parameter"));
        assert_eq!(asked("/v1/anonymize?product=%ff", None), Err("invalid_query"));
        assert_eq!(asked("/v1/anonymize?product=%2", None), Err("invalid_query"));
    }
}
