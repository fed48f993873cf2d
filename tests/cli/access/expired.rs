//! Values that a vault keeps for a time: afterwards whoever may turn them back is told so, and nobody else.

use super::back::{Asked, ask};
use super::setup::{PATIENCE, Setup};
use crate::support::eventually;
use serde_json::{Value, json};

const POLICY: &str = "\
privet: v1
product: shop/orders
rings: {customer: {from: \"file:customer.keyring.json\"}, staff: {from: \"file:staff.keyring.json\"}}
fields:
  brief: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, prefix: brf_, ttl: 1s}}
  name: {tokenize: {ring: customer, as: PERSON, prefix: per_}}
  clerk: {tokenize: {ring: staff, as: PERSON, prefix: stf_}}
  long: {tokenize: {ring: customer, mode: vault, as: EMAIL_ADDRESS, scope: product, prefix: lng_, ttl: 90d}}
";

const ROLES: &str = "  roles:\n\
    \x20   - {callers: {subject: shop}, may: anonymize, rings: [customer, staff]}\n\
    \x20   - {callers: {subject: desk}, may: deanonymize, rings: customer, kinds: [EMAIL_ADDRESS]}\n\
    \x20   - {callers: {subject: registry}, may: deanonymize, rings: customer, kinds: [PERSON]}\n\
    \x20   - {callers: {subject: office}, may: deanonymize, rings: staff, kinds: \"*\"}\n";

#[test]
fn what_is_over_is_gone_for_those_who_may_and_unknown_to_all_others() {
    let setup = Setup::new();
    setup.write("policy.yaml", POLICY);
    setup.configure("{listen: \"127.0.0.1:0\"}", &format!("{}{ROLES}", setup.jwt()));
    let running = setup.run();
    let bearer = format!("Bearer {}", setup.signer.token("shop"));
    let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
    let record = r#"{"brief":"ada@corp.example","long":"ada@corp.example"}"#;
    let answer = running.http().request("POST", "/v1/anonymize", &headers, record.as_bytes());
    assert_eq!(answer.status, 200, "{}", answer.text());
    let out: Value = serde_json::from_str(answer.text()).unwrap();
    let (brief, long) = (out["brief"].as_str().unwrap(), out["long"].as_str().unwrap());
    let of = |subject, body: &str| {
        ask(&setup, &running, &Asked { subject, reason: Some("ticket 1"), media: "text/plain", body })
    };
    eventually("the time of the value is over", PATIENCE, || (of("desk", brief).status == 410).then_some(()));
    let gone = of("desk", brief);
    assert_eq!((gone.status, gone.problem().as_str()), (410, "expired"));
    assert!(!gone.text().contains("ada") && !gone.text().contains(brief), "{}", gone.text());
    // To everybody else it is what any text is.
    let mut forged = brief.to_owned();
    forged.replace_range(10..11, if brief.as_bytes()[10] == b'a' { "b" } else { "a" });
    let nothing = of("desk", &forged);
    assert_eq!(nothing.status, 404);
    for other in ["registry", "office"] {
        let answer = of(other, brief);
        assert_eq!((answer.status, answer.text()), (404, nothing.text()), "{other}");
    }
    // What lasts longer still comes back, beside what does not.
    let both = of("desk", &format!("{brief}\n{long}\n"));
    assert_eq!((both.status, both.text()), (200, format!("{brief}\nada@corp.example\n").as_str()));
    assert_eq!((both.header("privet-opened"), both.header("privet-expired")), (Some("1"), Some("1")));
    let outcomes: Vec<Value> = setup.audit().iter().map(|one| one["outcome"].clone()).collect();
    assert!(outcomes.contains(&json!("expired")), "{outcomes:?}");
    assert_eq!(outcomes.last(), Some(&json!("opened")));
}
