//! TLS, certificates of clients, and their exchange while the process runs.

use super::setup::{Authority, PATIENCE, Setup, secure};
use crate::cli::command::{privet, stderr};
use crate::cli::http::client::Client;
use crate::support::eventually;
use crate::support::process::Signal;

const PATH: &str = "/v1/anonymize";
const TLS: &str = "{listen: \"127.0.0.1:0\", tls: {certificate: server.pem, key: server.key, client_ca: clients.pem}}";
const ROLES: &str = "  roles:\n    - {callers: [{certificate: \"spiffe://corp.example/shop\"}, {certificate: desk.corp.example}], \
                     may: anonymize, rings: [customer, staff]}\n";

fn setup() -> (Setup, Authority, Authority) {
    let (setup, servers, clients) = (Setup::new(), Authority::new(), Authority::new());
    setup.write_pair(&servers.issue(&["localhost"]));
    setup.write("clients.pem", &clients.pem);
    setup.configure(TLS, ROLES);
    (setup, servers, clients)
}

/// Sends a record; none where the connection ends without an answer.
fn answered(mut client: Client) -> Option<u16> {
    let head = crate::cli::http::client::head("POST", PATH, &[("content-type", "application/json")], 2);
    client.try_write(&[&head[..], b"{}"].concat()).ok()?;
    Some(client.answer().ok()?.status)
}

#[test]
fn a_client_is_known_by_its_certificate() {
    let (setup, servers, clients) = setup();
    let running = setup.run();
    assert!(running.privet.stderr().contains("POST https://"));
    for (names, status) in [
        (&["spiffe://corp.example/shop"][..], 200),
        (&["other.corp.example", "desk.corp.example"], 200),
        (&["spiffe://corp.example/shop/2"], 403),
        (&["corp.example"], 403),
    ] {
        let own = clients.issue(names);
        let answer =
            secure(running.address, &servers, Some(&own)).post(PATH, "application/json", br#"{"mail":"a@b.example"}"#);
        assert_eq!(answer.status, status, "{names:?}: {}", answer.text());
        assert_eq!(answer.text().contains("cus_"), status == 200);
    }
    assert_eq!(answered(secure(running.address, &servers, None)), None, "no certificate, no answer");
    let foreign = Authority::new().issue(&["spiffe://corp.example/shop"]);
    assert_eq!(answered(secure(running.address, &servers, Some(&foreign))), None, "nor with one of another issuer");
    let of_servers = servers.issue(&["spiffe://corp.example/shop"]);
    assert_eq!(answered(secure(running.address, &servers, Some(&of_servers))), None);
    let mut plain = running.http();
    plain.write(b"POST /v1/anonymize HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n");
    assert!(plain.answer().is_err(), "nothing else is spoken here");
}

#[test]
fn certificates_are_exchanged_at_a_hangup_and_bad_ones_leave_what_runs() {
    let (setup, servers, clients) = setup();
    let own = clients.issue(&["desk.corp.example"]);
    let running = setup.run();
    let newer = Authority::new();
    let works = |authority: &Authority| answered(secure(running.address, authority, Some(&own))) == Some(200);
    assert!(works(&servers));
    // A certificate with another's key.
    setup.write("server.pem", &newer.issue(&["localhost"]).certificate);
    running.privet.signal(Signal::HangUp);
    let refused = || running.privet.stderr().contains("reload refused").then_some(());
    eventually("the reload is refused", PATIENCE, refused);
    assert!(running.privet.stderr().contains("do not fit together"), "{}", running.privet.stderr());
    assert!(works(&servers));
    setup.write_pair(&newer.issue(&["localhost"]));
    running.privet.signal(Signal::HangUp);
    eventually("the new certificate is shown", PATIENCE, || works(&newer).then_some(()));
    assert!(!works(&servers));
}

#[test]
fn a_certificate_that_was_taken_back_proves_nobody() {
    let (setup, servers, clients) = setup();
    setup.write("revoked.pem", &clients.revoke(&[7]));
    setup.configure(&TLS.replace("client_ca: clients.pem", "client_ca: clients.pem, client_crl: revoked.pem"), ROLES);
    let running = setup.run();
    let (good, bad) = (clients.issue_as(8, &["desk.corp.example"]), clients.issue_as(7, &["desk.corp.example"]));
    let status = |own| answered(secure(running.address, &servers, Some(own)));
    assert_eq!((status(&good), status(&bad)), (Some(200), None));
    setup.write("revoked.pem", &clients.revoke(&[7, 8]));
    running.privet.signal(Signal::HangUp);
    eventually("the new list counts", PATIENCE, || status(&good).is_none().then_some(()));
}

#[test]
fn what_is_wrong_is_told_by_check() {
    let (setup, servers, _) = setup();
    let check = || {
        let output = privet(&["check", "-c", &setup.config()]);
        (output.status.code(), stderr(&output).to_owned())
    };
    assert_eq!(check().0, Some(0), "{}", check().1);
    let good = (setup.text("server.pem"), setup.text("server.key"), setup.text("clients.pem"));
    for (name, text, told) in [
        ("server.pem", "", "no certificate stands here"),
        ("server.pem", servers.pem.as_str(), "do not fit together"),
        ("server.key", "-----BEGIN RUBBISH-----\nAAAA\n-----END RUBBISH-----\n", "no private key stands here"),
        ("clients.pem", good.1.as_str(), "no certificate stands here"),
    ] {
        setup.write(name, text);
        let (exit, said) = check();
        assert!(exit == Some(2) && said.contains(told) && said.contains(name), "{name} {told}: {exit:?} {said}");
        setup.write("server.pem", &good.0);
        setup.write("server.key", &good.1);
        setup.write("clients.pem", &good.2);
    }
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(setup.path("server.key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(check().1.contains("mode 0644"), "{}", check().1);
    setup.write("server.key", &good.1);
    std::fs::remove_file(setup.path("server.pem")).unwrap();
    assert!(check().1.contains("server.pem"), "{}", check().1);
}

#[test]
fn beyond_loopback_keys_need_tls_and_known_callers() {
    let (setup, ..) = setup();
    let check = |http: &str, roles: &str| {
        setup.configure(http, roles);
        let output = privet(&["check", "-c", &setup.config()]);
        (output.status.code(), stderr(&output).to_owned())
    };
    let plain = "{listen: \"0.0.0.0:0\", beyond_loopback: in_plain_text}";
    let (exit, said) = check(plain, ROLES);
    assert!(exit == Some(2) && said.contains("plain text") && said.contains("tls:"), "{said}");
    let anyone = "  roles:\n    - {callers: anyone, may: anonymize, rings: customer}\n";
    let tls = "{listen: \"0.0.0.0:0\", tls: {certificate: server.pem, key: server.key}}";
    let (exit, said) = check(tls, anyone);
    assert!(exit == Some(2) && said.contains("grants `anyone`"), "{said}");
    assert_eq!(check(&tls.replace("key: server.key", "key: server.key, client_ca: clients.pem"), anyone).0, Some(0));
    assert_eq!(check("{listen: \"127.0.0.1:0\"}", anyone).0, Some(0));
    // Nobody would ever have such a role.
    for http in
        ["{listen: \"127.0.0.1:0\"}", "{listen: \"127.0.0.1:0\", tls: {certificate: server.pem, key: server.key}}"]
    {
        let (exit, said) = check(http, ROLES);
        assert!(exit == Some(2) && said.contains("clients are asked for none") && said.contains("client_ca"), "{said}");
    }
    let (exit, said) = check("{}", &anyone.replace("customer", "custmer"));
    assert!(exit == Some(2) && said.contains("`custmer`") && said.contains("one of customer, staff"), "{said}");
    let opens = "  roles:\n    - {callers: {user: root}, may: deanonymize, rings: staff, kinds: EMAIL_ADDRESS}\n";
    let (exit, said) = check("{}", opens);
    assert!(exit == Some(2) && said.contains("`EMAIL_ADDRESS`") && said.contains("one of PERSON"), "{said}");
}
