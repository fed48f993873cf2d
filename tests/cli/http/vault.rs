//! A policy that needs a vault, while the vault does not answer.

use super::*;
use privet::access::{self, Grant, Member, Role, Roles};
use privet::http::Guard;
use privet::policy::{CompileContext, RingRequest, Source, Standing, compile};
use privet::transform::{Answer, Request, Store, StoreError};
use privet::vault::{self, Vault};
use std::sync::atomic::{AtomicBool, Ordering};

const POLICY: &str = "privet: v1\nproduct: orders\nfields: {mail: {tokenize: {ring: customer, mode: vault}}}\n";

/// A vault in memory behind a switch.
#[derive(Debug)]
struct Switched {
    vault: Vault,
    away: AtomicBool,
}

impl Store for Switched {
    fn resolve(&self, requests: &[Request]) -> Result<Vec<Answer>, StoreError> {
        if self.away.load(Ordering::SeqCst) { Err(StoreError::Unavailable) } else { self.vault.resolve(requests) }
    }
}

fn plan() -> Plan {
    let ring = |_: &RingRequest<'_>| {
        let file = |name: &str| std::fs::read(format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        privet::keys::open(&file("customer.keyring.json"), &file("customer.root.json")).map(|ring| Some(Arc::new(ring)))
    };
    let set = RecognizerSet::builtin();
    compile(&Source::new("orders.yaml", POLICY), &CompileContext { set: &set, rings: &ring, tenant: "" }).unwrap()
}

#[test]
fn nothing_is_answered_while_the_vault_is_away_and_all_is_when_it_is_back() {
    let memory = vault::Config::of("memory:");
    let store = Arc::new(Switched { vault: Vault::open(&memory).unwrap(), away: AtomicBool::new(false) });
    let products = vec![Product { name: "orders".into(), plan: Arc::new(plan()).into() }, product("plain")];
    let mut face = face(config(), products);
    let role = Role {
        members: vec![Member::Anyone],
        grants: vec![Grant::Anonymize],
        rings: vec!["customer".into()],
        kinds: None,
        at: Standing::default(),
        places: Vec::new(),
    };
    let access = access::Config { roles: Roles(vec![role]), ..access::Config::default() };
    let guard = Guard::new(&access, "").unwrap();
    face.access = Some((access, guard));
    face.settings = Settings { store: store.clone(), ..Settings::default() };
    let metrics = Metrics::new();
    let readiness = Readiness::new(&metrics);
    let listeners = Listeners::start(Admin::Off, Some(face), &metrics, &readiness).unwrap();
    let mut http = Client::connect(listeners.http_address().unwrap());
    let (orders, plain) = ("/v1/anonymize?product=orders", "/v1/anonymize?product=plain");
    let body = br#"{"mail":"ada@corp.example"}"#;
    let before = http.post(orders, "application/json", body);
    assert_eq!(before.status, 200, "{}", before.text());
    assert!(before.text().starts_with(r#"{"mail":"tok_"#), "{}", before.text());
    let before = before.text().to_owned();

    store.away.store(true, Ordering::SeqCst);
    let away = http.post(orders, "application/json", body);
    assert_eq!(away.status, 503);
    assert!(away.text().contains("store_unavailable") && !away.text().contains("ada"), "{}", away.text());
    assert_eq!(http.post(plain, "application/json", b"{}").status, 200, "what needs no vault goes on");
    assert_eq!(http.post(orders, "application/json", br#"{"note":1}"#).status, 200, "and so does what asks nothing");

    store.away.store(false, Ordering::SeqCst);
    assert_eq!(http.post(orders, "application/json", body).text(), before);
}
