//! `privet deanonymize`: for users of this host whose role says so.

use super::setup::Setup;
use crate::cli::command::{privet, privet_with, stderr, stdout};
use serde_json::json;
use std::process::Command;

fn me() -> String {
    let output = Command::new("id").arg("-u").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn setup(user: &str) -> Setup {
    let setup = Setup::new();
    let role = format!(
        "{{callers: {{user: \"{user}\"}}, may: deanonymize, rings: customer, kinds: [EMAIL_ADDRESS, ACCOUNT]}}"
    );
    setup.configure("{listen: \"127.0.0.1:0\"}", &format!("  roles: [{role}]\n"));
    setup
}

#[test]
fn a_user_with_a_role_gets_values_and_leaves_a_record() {
    let setup = setup(&me());
    let out = setup.anonymized("{\"mail\":\"ada@corp.example\",\"name\":\"Ada\",\"account\":\"1234567890\"}\n");
    let config = setup.config();
    let run = |more: &[&str], input: &str| {
        let arguments = [&["deanonymize", "-c", &config, "--reason", "ticket of bob@corp.com"], more].concat();
        privet_with(&arguments, input.as_bytes())
    };
    let output = run(&["--format", "ndjson"], &out);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let back: serde_json::Value = serde_json::from_str(stdout(&output)).unwrap();
    let after: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(back, json!({"mail": "ada@corp.example", "name": after["name"], "account": "1234567890"}));
    let output = run(&["--product", "shop/orders"], after["name"].as_str().unwrap());
    assert_eq!((output.status.code(), stdout(&output)), (Some(4), ""));
    assert!(stderr(&output).contains("nothing here can be turned back for you"), "{}", stderr(&output));
    let audit = setup.audit();
    assert_eq!((audit.len(), &audit[0]["reason"]), (2, &json!("ticket of <EMAIL_ADDRESS>")));
    assert_eq!(audit[0]["opened"], json!({"customer/ACCOUNT": 1, "customer/EMAIL_ADDRESS": 1}));
    assert!(audit[0]["requester"].as_str().unwrap().starts_with("user:"), "{audit:?}");
    assert_eq!(audit[1]["outcome"], "not_found");
    assert!(!setup.text("audit.jsonl").contains("ada@"));
}

#[test]
fn where_nobody_reads_records_back_the_limit_is_said_to_be_one_for_each_call() {
    let setup = setup(&me());
    let out = setup.anonymized("{\"mail\":\"ada@corp.example\"}\n");
    setup.write("privet.yaml", &setup.text("privet.yaml").replace("audit: file:audit.jsonl", "audit: stderr"));
    let config = setup.config();
    let output = privet_with(&["deanonymize", "-c", &config, "--reason", "a test", "-f", "ndjson"], out.as_bytes());
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains("ada@corp.example"));
    assert!(stderr(&output).contains("`opened_values` bounds this call alone"), "{}", stderr(&output));
    assert!(stderr(&output).contains("\"event\":\"deanonymize\""), "{}", stderr(&output));
}

#[test]
fn it_is_off_unless_configured_and_for_those_alone_who_are_named() {
    let setup = setup("4000000001");
    let out = setup.anonymized("{\"mail\":\"ada@corp.example\"}\n");
    let config = setup.config();
    let arguments = ["deanonymize", "-c", &config, "--reason", "x", "--format", "ndjson"];
    let output = privet_with(&arguments, out.as_bytes());
    assert_eq!((output.status.code(), stdout(&output)), (Some(4), ""), "{}", stderr(&output));
    setup.write("privet.yaml", "products: [{policy: policy.yaml}]\nhttp: {}\n");
    let output = privet_with(&arguments, out.as_bytes());
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    assert!(stderr(&output).contains("deanonymize is off"), "{}", stderr(&output));
    let output = privet(&["deanonymize", "-c", &config]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--reason"), "{}", stderr(&output));
}

#[test]
fn so_many_values_an_hour_by_the_command_too() {
    let setup = setup(&me());
    let limited = setup.text("privet.yaml").replace("access:\n", "access:\n  limits: {opened_values: 3}\n");
    setup.write("privet.yaml", &limited);
    let out = setup.anonymized("{\"mail\":\"ada@corp.example\"}\n");
    let config = setup.config();
    let open = |count: usize| {
        let arguments = ["deanonymize", "-c", &config, "--reason", "x", "--format", "ndjson"];
        let output = privet_with(&arguments, out.repeat(count).as_bytes());
        let (code, said) = (output.status.code(), stdout(&output).matches("ada@").count());
        assert!(code == Some(0) || said == 0, "{code:?}: {}", stdout(&output));
        let (_, left) = stderr(&output).split_once("(`opened_values`), ").unzip();
        (code, said, left.and_then(|left| left.split(' ').next()?.parse::<u64>().ok()))
    };
    assert_eq!(open(1), (Some(0), 1, None));
    assert_eq!(open(3), (Some(4), 0, Some(1)), "three more would be four");
    // That was a call as well.
    assert_eq!(open(1), (Some(0), 1, None));
    assert_eq!(open(1), (Some(4), 0, Some(0)));
    let audit = setup.audit();
    let outcomes: Vec<&str> = audit.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
    assert_eq!(outcomes, ["opened", "too_many_values", "opened", "too_many_values"]);
    // An hour later, and for others.
    let old = setup.text("audit.jsonl").replace("\"time\":\"20", "\"time\":\"19");
    setup.write("audit.jsonl", &old);
    assert_eq!(open(3), (Some(0), 3, None));
}

/// For files alone there is nothing to serve, and nothing that serves need be named.
#[test]
fn a_command_needs_no_face_and_a_service_does() {
    let setup = setup(&me());
    let out = setup.anonymized("{\"mail\":\"ada@corp.example\"}\n");
    setup.write("privet.yaml", &setup.text("privet.yaml").replace("http: {listen: \"127.0.0.1:0\"}\n", ""));
    let config = setup.config();
    let output = privet_with(&["deanonymize", "-c", &config, "--reason", "x", "--format", "ndjson"], out.as_bytes());
    assert_eq!(
        (output.status.code(), stdout(&output)),
        (Some(0), "{\"mail\":\"ada@corp.example\"}\n"),
        "{}",
        stderr(&output)
    );
    assert!(stderr(&output).contains("a vault in memory is for trials"), "{}", stderr(&output));
    for serving in [&["run", "-c", &config][..], &["check", "-c", &config]] {
        let output = privet(serving);
        assert_eq!(output.status.code(), Some(2), "{serving:?}");
        assert!(stderr(&output).contains("`privet vault seal` need neither"), "{serving:?}: {}", stderr(&output));
    }
}

#[test]
fn a_user_whom_the_host_does_not_know_is_warned_of() {
    let setup = setup("nosuchuser");
    let output = privet(&["check", "-c", &setup.config()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stderr(&output).contains("the user `nosuchuser`, whom this host does not know"), "{}", stderr(&output));
    let output = privet(&["check", "-c", &super::command::setup(&me()).config()]);
    assert!(!stderr(&output).contains("does not know"), "{}", stderr(&output));
}

#[test]
fn what_cannot_be_recorded_is_not_done() {
    let setup = setup(&me());
    let out = setup.anonymized("{\"mail\":\"ada@corp.example\"}\n");
    std::fs::create_dir(setup.path("audit.jsonl")).unwrap();
    let config = setup.config();
    let output = privet_with(&["deanonymize", "-c", &config, "--reason", "x", "--format", "ndjson"], out.as_bytes());
    assert_eq!((output.status.code(), stdout(&output)), (Some(3), ""));
    assert!(stderr(&output).contains("audit"), "{}", stderr(&output));
}
