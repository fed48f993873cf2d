//! Keys that are taken out of rings by which people are known, or under which their keys are.

use super::forget::{Setup, disable, first_key, line};
use crate::cli::command::{privet, stderr, stdout};
use std::fs::read;

/// By the younger key nobody is known: only its rows count.
#[test]
fn a_younger_key_than_that_of_people_is_disabled_when_its_rows_were_written_anew() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let (ring, config) = (setup.name("customer.keyring.json"), setup.config());
    assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    let second = primary(&ring);
    let out = setup.anonymized(&line("c-1"));
    assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    let refused = disable(&ring, &second, &["-c", &config]);
    assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
    assert!(stderr(&refused).contains("1 rows of the vault are sealed under"), "{}", stderr(&refused));
    let done = privet(&["vault", "reindex", "--config", &config]);
    assert!(stdout(&done).starts_with("1 rows were written anew, 0 are left"), "{}{}", stdout(&done), stderr(&done));
    for done in [disable(&ring, &second, &["-c", &config]), privet(&["keys", "destroy", &ring, &second, "-c", &config])]
    {
        assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    }
    let mail = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["mail"].clone();
    assert_eq!(mail(&setup.back(&out).unwrap()), "canary-c-1@corp.example");
    assert_eq!(mail(&setup.anonymized(&line("c-1"))), mail(&out));
    let receipt = setup.receipts(&setup.forget("c-1\n")).remove(0);
    assert_eq!(receipt["erased_keys"], 1, "{receipt:?}");
}

/// An epoch ends by a seal, which moves people's keys before.
#[test]
fn keys_of_the_ring_of_epochs_are_left_to_the_seal() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let (ring, config) = (setup.name("epochs.keyring.json"), setup.config());
    let first = first_key(&ring);
    let out = setup.anonymized(&line("c-1"));
    assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    let before = read(&ring).unwrap();
    let refused = disable(&ring, &first, &["--eldest", "-c", &config]);
    assert_eq!((refused.status.code(), stdout(&refused)), (Some(2), ""));
    assert!(stderr(&refused).contains("leave its keys to `privet vault seal`"), "{}", stderr(&refused));
    assert_eq!(read(&ring).unwrap(), before);
    setup.receipts(&setup.seal());
    assert_eq!(setup.back(&out).unwrap(), line("c-1"));
}

/// The id of a ring's primary key.
fn primary(ring: &str) -> String {
    let listed = privet(&["keys", "list", ring]);
    let line = stdout(&listed).lines().find(|line| line.contains(", primary")).unwrap().to_owned();
    line.split_whitespace().next().unwrap().to_owned()
}
