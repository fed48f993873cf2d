//! Where the server is, and how it is spoken to: the reference, TLS and time-outs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio_postgres::config::{Host, SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::super::{Config, OpenError};
use crate::model::Sensitive;

pub(super) const SPELLED: &str = "postgres://USER@HOST/DATABASE";

/// A server in the same network answers within milliseconds; one that does not is tried again.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// A peer that acknowledges nothing for so long is gone.
const SILENT_MAX: Duration = Duration::from_secs(10);
const KEEPALIVE: Duration = Duration::from_secs(30);

/// Reads the reference. The password stands apart from it; whoever is not on this machine is spoken to with TLS, unless
/// `sslmode=disable` says otherwise in so many words.
pub(super) fn read(rest: &str, password: Option<&Sensitive<String>>) -> Result<tokio_postgres::Config, OpenError> {
    let wrong = |what: &str| OpenError::Reference { spelled: SPELLED, what: what.to_owned() };
    let said = rest.split_once('?').map_or("", |(_, options)| options);
    let mode = said.split('&').find_map(|option| option.strip_prefix("sslmode="));
    let mut address: tokio_postgres::Config =
        format!("postgres:{rest}").parse().map_err(|_| wrong("this is no such address"))?;
    if address.get_password().is_some() {
        return Err(wrong("the password stands beside it, as `password: \"${file:PATH}\"`"));
    }
    if address.get_user().is_none() {
        return Err(wrong("the user is missing"));
    }
    if address.get_hosts().is_empty() && address.get_hostaddrs().is_empty() {
        return Err(wrong("the host is missing"));
    }
    // Where both are named, the address is where it connects to, and the host what a certificate is for.
    let by_address = address.get_hostaddrs().iter().all(std::net::IpAddr::is_loopback);
    let by_name = address.get_hosts().iter().all(is_here);
    match mode {
        None if by_address && by_name => address.ssl_mode(SslMode::Disable),
        None | Some("require") => address.ssl_mode(SslMode::Require),
        Some("disable") => address.ssl_mode(SslMode::Disable),
        Some(_) => return Err(wrong("`sslmode` is `require`, which verifies the certificate, or `disable`")),
    };
    if let Some(password) = password {
        address.password(password.expose());
    }
    address
        .application_name("privet")
        .connect_timeout(CONNECT_MAX)
        .tcp_user_timeout(SILENT_MAX)
        .keepalives_idle(KEEPALIVE);
    Ok(address)
}

/// Takes the password out of an address: `postgres://me:secret@host/db` becomes `postgres://me@host/db` and `secret`.
pub(in super::super) fn apart(from: &Sensitive<String>) -> (String, Option<Sensitive<String>>) {
    let whole = from.expose();
    let found = whole.split_once("://").and_then(|(scheme, rest)| {
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, hosts) = authority.rsplit_once('@')?;
        let (name, _) = user.split_once(':')?;
        let parsed: tokio_postgres::Config = whole.parse().ok()?;
        let password = String::from_utf8(parsed.get_password()?.to_vec()).ok()?;
        Some((format!("{scheme}://{name}@{hosts}{path}"), Sensitive::new(password)))
    });
    found.map_or_else(|| (whole.clone(), None), |(without, password)| (without, Some(password)))
}

/// Whether a host is this machine.
fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => crate::model::is_here(name),
    }
}

/// Makes the TLS side: a server shows a certificate for its name by one of the given authorities, or of the system's.
pub(super) fn tls(config: &Config, mode: SslMode) -> Result<MakeRustlsConnect, OpenError> {
    let mut roots = RootCertStore::empty();
    match (&config.ca, mode) {
        (Some(path), _) => add_file(&mut roots, path)?,
        (None, SslMode::Disable) => {}
        (None, _) => {
            let found = rustls_native_certs::load_native_certs();
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                let what = "this system has no certificates of authorities: name a file, as `ca: PATH`".into();
                return Err(OpenError::Reference { spelled: SPELLED, what });
            }
        }
    }
    let provider = Arc::new(ring::default_provider());
    let client = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| OpenError::Reference { spelled: SPELLED, what: "TLS cannot be used".into() })?;
    Ok(MakeRustlsConnect::new(client.with_root_certificates(roots).with_no_client_auth()))
}

fn add_file(roots: &mut RootCertStore, path: &Path) -> Result<(), OpenError> {
    let cannot = |what: &str| OpenError::File { path: path.to_owned(), what: what.to_owned() };
    let bytes = std::fs::read(path).map_err(|error| cannot(&error.to_string()))?;
    for certificate in CertificateDer::pem_slice_iter(&bytes) {
        let certificate = certificate.map_err(|_| cannot("this is no file of certificates (PEM)"))?;
        roots.add(certificate).map_err(|_| cannot("a certificate in it cannot be used"))?;
    }
    if roots.is_empty() {
        return Err(cannot("there is no certificate in it (PEM)"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password() -> Sensitive<String> {
        Sensitive::new("s3cret".into())
    }

    fn mode(rest: &str) -> SslMode {
        read(rest, Some(&password())).unwrap().get_ssl_mode()
    }

    #[test]
    fn who_is_not_here_is_spoken_to_with_tls() {
        for here in ["//me@localhost/db", "//me@127.0.0.1:5433/db", "//me@[::1]/db", "//me@%2Fvar%2Frun/db"] {
            assert_eq!(mode(here), SslMode::Disable, "{here}");
        }
        assert_eq!(mode("//me@db.example/db"), SslMode::Require);
        assert_eq!(mode("//me@localhost,db.example/db"), SslMode::Require);
        for elsewhere in [
            "//me@localhost/db?hostaddr=10.0.0.5",
            "//me@/db?hostaddr=10.0.0.5",
            "//me@db.example/db?hostaddr=127.0.0.1",
        ] {
            assert_eq!(mode(elsewhere), SslMode::Require, "{elsewhere}");
        }
        assert_eq!(mode("//me@localhost/db?hostaddr=127.0.0.1"), SslMode::Disable);
        assert_eq!(mode("//me@localhost/db?sslmode=require"), SslMode::Require);
        assert_eq!(mode("//me@db.example/db?sslmode=disable"), SslMode::Disable);
        let said = format!("{:?}", read("//me@db.example/db", Some(&password())).unwrap());
        assert!(!said.contains("s3cret"), "{said}");
    }

    #[test]
    fn a_reference_that_says_too_much_or_too_little_is_refused() {
        for (rest, wrong) in [
            ("//me:s3cret@db.example/db", "the password stands beside it"),
            ("//me@db.example/db?password=s3cret", "the password stands beside it"),
            ("//me@db.example/db?sslmode=prefer", "`require`"),
            ("//db.example/db", "the user is missing"),
            ("//me@/db", "the host is missing"),
            ("//me@host:port/db", "this is no such address"),
            ("", "this is no such address"),
        ] {
            let error = read(rest, Some(&password())).unwrap_err().to_string();
            assert!(error.contains(wrong) && !error.contains("s3cret"), "{rest}: {error}");
        }
    }

    #[test]
    fn a_password_is_taken_out_as_it_is_meant() {
        let taken = |from: &str| {
            let (rest, password) = apart(&Sensitive::new(from.into()));
            (rest, password.map(|password| password.expose().clone()))
        };
        let with = |rest: &str, password: &str| (rest.to_owned(), Some(password.to_owned()));
        assert_eq!(
            taken("postgres://me:s%40%2F@host:5/db?sslmode=require"),
            with("postgres://me@host:5/db?sslmode=require", "s@/")
        );
        assert_eq!(taken("postgres://me:x@a,b/db"), with("postgres://me@a,b/db", "x"));
        for without in ["postgres://me@host/db", "redb:x", "postgres://host", ""] {
            assert_eq!(taken(without), (without.to_owned(), None));
        }
    }
}
