//! The settings of both listeners, read from `admin:` and `http:` of the configuration file.

use super::tls;
use crate::policy::{Content, Diagnostics, Map, Place, Value};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

/// Where a listener listens and what a connection may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listen {
    /// The address.
    pub address: SocketAddr,
    /// How long a client may take to send the head of a request, or leave a connection unused.
    pub header_timeout: Duration,
    /// How long a client may leave an answer unread.
    pub write_timeout: Duration,
    /// How many connections may be open; further ones wait in the system's own queue.
    pub connections_max: usize,
    /// How long requests may take to finish when the process ends.
    pub drain_max: Duration,
}

impl Listen {
    /// A head is one packet from any client that means well; this is a hundred round trips of a bad line.
    pub const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
    /// As for heads, and a slow reader with a large answer makes progress in it.
    pub const WRITE_TIMEOUT: Duration = Duration::from_secs(10);
    /// Far below the 20 s of the whole process's drain, so that the stream face has the rest.
    pub const DRAIN_MAX: Duration = Duration::from_secs(10);

    /// Listens at an address with the limits above.
    pub const fn at(address: SocketAddr, connections_max: usize) -> Self {
        Self {
            address,
            header_timeout: Self::HEADER_TIMEOUT,
            write_timeout: Self::WRITE_TIMEOUT,
            connections_max,
            drain_max: Self::DRAIN_MAX,
        }
    }
}

/// The listener for probes and scrapers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admin {
    /// None.
    Off,
    /// It listens here.
    On(Listen),
}

impl Admin {
    /// The port that Prometheus's list of exporters gives to OpenTelemetry's.
    pub const PORT: u16 = 9464;
    /// A few probes and scrapers.
    pub const CONNECTIONS_MAX: usize = 64;
    const KEYS: &[&str] = &["listen"];

    /// Reads `admin:`, a map or the word `off`.
    pub fn read(value: &Value, diagnostics: &mut Diagnostics) -> Option<Self> {
        if let Content::Scalar(_) = value.content {
            return value.one_of(&[("off", Self::Off)], diagnostics);
        }
        let map = value.map_of(Self::KEYS, diagnostics)?;
        let address = match map.get("listen") {
            Some(value) => address(value, diagnostics)?,
            None => Self::address(),
        };
        Some(Self::On(Listen::at(address, Self::CONNECTIONS_MAX)))
    }

    const fn address() -> SocketAddr {
        SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), Self::PORT)
    }
}

impl Default for Admin {
    /// On every address: probes and scrapers come from outside the pod, and no record ever passes here.
    fn default() -> Self {
        Self::On(Listen::at(Self::address(), Self::CONNECTIONS_MAX))
    }
}

/// Whether the face may listen where other hosts reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Only on loopback.
    Loopback,
    /// Anywhere, and whoever listens on the line reads the records.
    PlainText,
}

/// The settings of the face.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Where it listens.
    pub listen: Listen,
    /// How TLS is spoken; none where the line is plain.
    pub tls: Option<tls::Config>,
    /// How many bytes a request's body may have.
    pub body_max: usize,
    /// How long one request may take, from its head to its answer.
    pub request_timeout: Duration,
    /// How many requests may be under way; further ones are answered `503`.
    pub requests_max: usize,
}

impl Config {
    /// The port where one looks for a service.
    pub const PORT: u16 = 8080;
    /// Half a record limit: what is larger is a file, or a topic.
    pub const BODY_MAX: usize = 8 * 1024 * 1024;
    /// Longer than the engine needs for a full body, by far.
    pub const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
    /// With full bodies, their answers and the engine's copies about 1.5 GiB; with usual ones a few MiB.
    pub const REQUESTS_MAX: usize = 64;
    /// Kept-alive connections of a few hundred callers, at about 20 KiB each.
    pub const CONNECTIONS_MAX: usize = 1024;
    const KEYS: &[&str] = &[
        "listen",
        "beyond_loopback",
        "tls",
        "body_max",
        "header_timeout",
        "write_timeout",
        "request_timeout",
        "connections_max",
        "requests_max",
    ];

    /// Reads `http:`; paths are taken from `base`.
    pub fn read(value: &Value, base: &Path, diagnostics: &mut Diagnostics) -> Option<Self> {
        let map = value.map_of(Self::KEYS, diagnostics)?;
        let mut config = Self::default();
        let mut reach = Reach::Loopback;
        set(map, "tls", &mut config.tls, diagnostics, |value, diagnostics| {
            tls::Config::read(value, base, diagnostics).map(Some)
        });
        set(map, "beyond_loopback", &mut reach, diagnostics, |value, diagnostics| {
            value.one_of(&[("refuse", Reach::Loopback), ("in_plain_text", Reach::PlainText)], diagnostics)
        });
        set(map, "listen", &mut config.listen.address, diagnostics, address);
        set(map, "body_max", &mut config.body_max, diagnostics, size);
        set(map, "header_timeout", &mut config.listen.header_timeout, diagnostics, some_time);
        set(map, "write_timeout", &mut config.listen.write_timeout, diagnostics, some_time);
        set(map, "request_timeout", &mut config.request_timeout, diagnostics, some_time);
        set(map, "connections_max", &mut config.listen.connections_max, diagnostics, count);
        set(map, "requests_max", &mut config.requests_max, diagnostics, count);
        let plain = map.get("tls").is_none();
        if plain && reach == Reach::Loopback && !config.listen.address.ip().is_loopback() {
            let place: Place = map.get("listen").map_or(value.place, |value| value.place);
            diagnostics.error(place, "other hosts can reach this address, and records would pass in plain text").help(
                "add `tls: {certificate: FILE.pem, key: FILE.pem}`, listen on 127.0.0.1, or say `beyond_loopback: \
                     in_plain_text` if something in front encrypts",
            );
        }
        Some(config)
    }
}

impl Default for Config {
    fn default() -> Self {
        let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), Self::PORT);
        Self {
            listen: Listen::at(address, Self::CONNECTIONS_MAX),
            tls: None,
            body_max: Self::BODY_MAX,
            request_timeout: Self::REQUEST_TIMEOUT,
            requests_max: Self::REQUESTS_MAX,
        }
    }
}

/// Puts what stands at a key, if it can be read, in the place of the default.
fn set<T>(
    map: &Map,
    key: &str,
    slot: &mut T,
    diagnostics: &mut Diagnostics,
    read: impl FnOnce(&Value, &mut Diagnostics) -> Option<T>,
) {
    if let Some(value) = map.get(key).and_then(|value| read(value, diagnostics)) {
        *slot = value;
    }
}

fn address(value: &Value, diagnostics: &mut Diagnostics) -> Option<SocketAddr> {
    let read = value.text(diagnostics)?.parse().ok();
    if read.is_none() {
        diagnostics
            .error(value.place, "this must be an address and a port")
            .help("such as `127.0.0.1:8080`, `0.0.0.0:9464` or `\"[::1]:8080\"`");
    }
    read
}

fn size(value: &Value, diagnostics: &mut Diagnostics) -> Option<usize> {
    let read = value.size(diagnostics)?;
    let bytes = usize::try_from(read).ok().filter(|bytes| (1..=1 << 30).contains(bytes));
    if bytes.is_none() {
        diagnostics.error(value.place, "this must be from `1B` to `1GiB`");
    }
    bytes
}

fn some_time(value: &Value, diagnostics: &mut Diagnostics) -> Option<Duration> {
    let read = value.duration(diagnostics)?;
    if read.is_zero() || read > Duration::from_secs(3600) {
        diagnostics.error(value.place, "this must be from `1ms` to `1h`");
        return None;
    }
    Some(read)
}

fn count(value: &Value, diagnostics: &mut Diagnostics) -> Option<usize> {
    value.integer(1..=100_000, diagnostics).and_then(|count| usize::try_from(count).ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Source, read_tree};

    fn read<T>(text: &str, read: impl Fn(&Value, &mut Diagnostics) -> Option<T>) -> Result<T, String> {
        let source = Source::new("privet.yaml", text);
        let mut diagnostics = Diagnostics::new(&source);
        let tree = read_tree(&source, &mut diagnostics).unwrap();
        let value = read(&tree, &mut diagnostics);
        diagnostics.finish(value).map(|(value, _)| value).map_err(|diagnostics| diagnostics.to_string())
    }

    fn face(value: &Value, diagnostics: &mut Diagnostics) -> Option<Config> {
        Config::read(value, Path::new("/etc/privet"), diagnostics)
    }

    #[test]
    fn every_setting_of_the_face_is_read() {
        let text = "listen: 0.0.0.0:81\nbeyond_loopback: in_plain_text\nbody_max: 1MiB\n\
                    tls: {certificate: c.pem, key: /k.pem, client_ca: ca.pem, client_crl: l.pem, client_certificates: optional}\n\
                    header_timeout: 2s\nwrite_timeout: 3s\nrequest_timeout: 4s\nconnections_max: 5\nrequests_max: 6\n";
        assert_eq!(Config::KEYS.iter().filter(|key| !text.contains(&format!("{key}:"))).count(), 0);
        let config = read(text, face).unwrap();
        let listen = Listen {
            header_timeout: Duration::from_secs(2),
            write_timeout: Duration::from_secs(3),
            ..Listen::at("0.0.0.0:81".parse().unwrap(), 5)
        };
        let tls = Some(tls::Config {
            certificate: "/etc/privet/c.pem".into(),
            key: "/k.pem".into(),
            client_ca: Some("/etc/privet/ca.pem".into()),
            client_crl: Some("/etc/privet/l.pem".into()),
            clients: tls::Clients::Optional,
        });
        let request_timeout = Duration::from_secs(4);
        assert_eq!(config, Config { listen, tls, body_max: 1 << 20, request_timeout, requests_max: 6 });
    }

    #[test]
    fn the_face_stays_on_loopback_unless_told() {
        assert!(Config::default().listen.address.ip().is_loopback());
        let refusal = read("listen: 0.0.0.0:8080", face).unwrap_err();
        assert!(refusal.contains("beyond_loopback: in_plain_text"), "{refusal}");
        assert!(read("listen: \"[::1]:8080\"", face).is_ok());
        assert!(read("listen: 0.0.0.0:8443\ntls: {certificate: c.pem, key: k.pem}", face).is_ok());
        let refusal = read("tls: {certificate: c.pem, key: k.pem, client_certificates: required}", face).unwrap_err();
        assert!(refusal.contains("client_ca: FILE.pem"), "{refusal}");
        assert!(read("tls: {certificate: c.pem}", face).unwrap_err().contains("`key`"));
    }

    #[test]
    fn every_mistake_is_told() {
        let wrong = "listen: localhost\nbody_max: 9\nrequests_max: 0\nbeyond_lopback: refuse\nheader_timeout: 0s\n";
        let told = read(wrong, face).unwrap_err();
        for place in [":1:", ":2:", ":3:", ":4:", ":5:"] {
            assert!(told.contains(&format!("privet.yaml{place}")), "{place} in {told}");
        }
        assert!(told.contains("beyond_loopback"), "{told}");
    }

    #[test]
    fn admin_is_off_or_listens_anywhere() {
        assert_eq!(read("off", Admin::read), Ok(Admin::Off));
        assert_eq!(read("listen: 0.0.0.0:9464", Admin::read), Ok(Admin::default()));
        assert!(read("on", Admin::read).is_err());
    }
}
