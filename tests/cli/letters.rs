//! Dead letters, opened by who has their ring and knows whose they are.

use super::command::{command, stderr};
use privet::detect::RecognizerSet;
use privet::model::{TopicPlace, WholeRecord};
use privet::policy::{CompileContext, LetterValue, RingRequest, Source, compile};
use std::path::Path;
use std::process::Output;

const VALUE: &[u8] = br#"{"mail":"ada@corp.example"}"#;

/// Seals a record as the privet of that tenant does.
fn sealed(folder: &Path, tenant: &str) -> Vec<u8> {
    let text = format!(
        "privet: v1\nproduct: shop\ninput: {{kafka: in}}\noutput: {{kafka: out}}\n\
         dead_letter: {{kafka: dead, encrypt: {{ring: customer}}}}\n\
         rings: {{customer: {{from: \"file:{}\"}}}}\n",
        folder.join("customer.keyring.json").display()
    );
    let (set, open) = (RecognizerSet::builtin(), |request: &RingRequest<'_>| request.open());
    let context = CompileContext { set: &set, rings: &open, tenant };
    let plan = compile(&Source::new("orders.yaml", &text), &context).unwrap();
    let place = TopicPlace { topic: "in", partition: 0, offset: 7 };
    let record = WholeRecord { time: None, key: None, value: Some(VALUE), headers: Vec::new() };
    match plan.letter(place, &record, 1 << 20).unwrap().unwrap() {
        LetterValue::Sealed(value) => value,
        LetterValue::TooLarge => panic!("it fits"),
    }
}

#[test]
fn a_tenants_letters_open_for_that_tenant_alone() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| -> Output { command(arguments).current_dir(folder.path()).output().unwrap() };
    assert!(run(&["keys", "new", "customer"]).status.success());
    let rings = "rings: {customer: {from: 'file:customer.keyring.json'}}\n";
    std::fs::write(folder.path().join("privet.yaml"), format!("tenant: t-1\n{rings}")).unwrap();
    let ring = ["dead-letter", "open", "--value", "--ring", "customer.keyring.json"];
    for (tenant, options) in [("", &[][..]), ("t-1", &["--tenant", "t-1"]), ("t-2", &["--tenant", "t-2"])] {
        std::fs::write(folder.path().join("letter"), sealed(folder.path(), tenant)).unwrap();
        for (other, theirs) in [("", &[][..]), ("t-1", &["--tenant", "t-1"]), ("t-2", &["--tenant", "t-2"])] {
            let opened = run(&[&ring[..], theirs, &["letter"]].concat());
            let wanted = if tenant == other { (Some(0), VALUE) } else { (Some(4), &b""[..]) };
            assert_eq!((opened.status.code(), &*opened.stdout), wanted, "{tenant} {options:?} {}", stderr(&opened));
        }
        let configured = run(&["dead-letter", "open", "--value", "-c", "privet.yaml", "letter"]);
        assert_eq!(configured.status.success(), tenant == "t-1", "{}", stderr(&configured));
    }
    for (more, says) in [
        (&["--tenant", " t"][..], "a tenant's name"),
        (&["-c", "privet.yaml", "--tenant", "t-1"], "cannot be used with"),
    ] {
        let refused = run(&[&["dead-letter", "open"], more, &["letter"]].concat());
        assert_eq!(refused.status.code(), Some(2));
        assert!(stderr(&refused).contains(says), "{}", stderr(&refused));
    }
}
