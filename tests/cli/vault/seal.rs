//! A seal takes the root of the epochs' ring away with the epoch: a copy of the ring from before opens with nothing that is there.

use super::forget::{Setup, line};
use crate::cli::command::{command, privet, privet_with, stderr, stdout};
use crate::support::eventually;
use crate::support::process::{Privet, Signal};
use crate::support::transit::{Mood, Transit};
use std::fs::{copy, create_dir, read_to_string, remove_file, rename, set_permissions, write};
use std::os::unix::fs::PermissionsExt;
use std::process::Output;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(120);

const TOKEN: &str = "hvs.planted-token";

/// Brings the vault and the ring of the epochs back as they were, and tries what was written then.
fn from_backup(setup: &Setup, out: &str) -> Result<String, Option<i32>> {
    let names = ["vault.redb", "epochs.keyring.json"];
    for name in names {
        copy(setup.path(name), setup.path(&format!("live-{name}"))).unwrap();
        copy(setup.path(&format!("backup-{name}")), setup.path(name)).unwrap();
    }
    let back = setup.back(out);
    for name in names {
        copy(setup.path(&format!("live-{name}")), setup.path(name)).unwrap();
    }
    back
}

fn back_up(setup: &Setup) {
    for name in ["vault.redb", "epochs.keyring.json"] {
        copy(setup.path(name), setup.path(&format!("backup-{name}"))).unwrap();
    }
}

#[test]
fn a_backup_of_vault_and_ring_does_not_open_with_the_root_that_is_there() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let out = setup.anonymized(&line("c-1"));
    back_up(&setup);
    copy(setup.path("epochs.root.json"), setup.path("backup.root.json")).unwrap();
    setup.receipts(&setup.forget("c-1\n"));
    assert_eq!(from_backup(&setup, &out).unwrap(), line("c-1"), "before the seal it opens, as the receipt says");
    let receipt = setup.receipts(&setup.seal()).remove(0);
    let pending = receipt["pending"].to_string();
    assert!(pending.contains("epochs.root.json from before this") && pending.contains("not reached"), "{pending}");
    assert!(from_backup(&setup, &out).is_err());
    // What a receipt calls pending is so: with a copy of the root, too, all of it is back.
    copy(setup.path("epochs.root.json"), setup.path("live.root.json")).unwrap();
    copy(setup.path("backup.root.json"), setup.path("epochs.root.json")).unwrap();
    assert_eq!(from_backup(&setup, &out).unwrap(), line("c-1"));
    copy(setup.path("live.root.json"), setup.path("epochs.root.json")).unwrap();
    // Everything goes on.
    let two = setup.anonymized(&line("c-2"));
    setup.receipts(&setup.seal());
    assert_eq!(setup.back(&two).unwrap(), line("c-2"));
    let wrong = seal(&setup, &["--root-key", "transit/epochs-2"]);
    assert_eq!((wrong.status.code(), stdout(&wrong)), (Some(2), ""));
    assert!(stderr(&wrong).contains("a root that a provider wraps, and this one is not"), "{}", stderr(&wrong));
}

fn seal(setup: &Setup, more: &[&str]) -> Output {
    let (config, key) = (setup.config(), setup.name("receipts.pem"));
    privet(&[&["vault", "seal", "-c", &config, "--receipt-key", &key, "--wait", "0s"], more].concat())
}

/// Names the key that wraps the root already, in two ways.
fn refuses_the_key_that_it_has(setup: &Setup, transit: &Transit) {
    let ring = || read_to_string(setup.path("epochs.keyring.json")).unwrap();
    let before = ring();
    for spelled in ["transit/epochs-1", "epochs-1"] {
        let same = seal(setup, &["--root-key", spelled]);
        assert_eq!((same.status.code(), stdout(&same)), (Some(2), ""));
        assert!(stderr(&same).contains("wraps the root already"), "{}", stderr(&same));
        assert_eq!(ring(), before, "nothing is changed");
    }
    assert!(transit.asked().iter().all(|asked| !asked.path.contains("/keys/")), "and nothing destroyed");
}

/// Names a key that the service lets nobody wrap with: that is told before anything is changed.
fn refuses_a_key_that_cannot_wrap(setup: &Setup, transit: &Transit) {
    transit.be(Mood::WrapsNothing);
    let ring = || read_to_string(setup.path("epochs.keyring.json")).unwrap();
    let before = ring();
    let unable = seal(setup, &["--root-key", "transit/epochs-2"]);
    assert!(unable.status.code() != Some(0) && stdout(&unable).is_empty(), "{}", stderr(&unable));
    assert!(stderr(&unable).contains("vault-transit answers with status 403"), "{}", stderr(&unable));
    assert_eq!(ring(), before);
    transit.be(Mood::Well);
}

#[test]
fn the_providers_key_of_before_is_destroyed() {
    let (setup, transit) = (Setup::new("from: \"redb:vault.redb\""), Transit::start(TOKEN, None));
    write(setup.path("token"), format!("{TOKEN}\n")).unwrap();
    set_permissions(setup.path("token"), std::fs::Permissions::from_mode(0o600)).unwrap();
    let provider = format!("vault-transit:address={},token_file={}", transit.address(), setup.name("token"));
    let wrapped = |name: &str, key: &str| {
        let ring = setup.name(&format!("{name}.keyring.json"));
        remove_file(&ring).unwrap();
        let made = privet(&["keys", "new", name, "--ring", &ring, "--root-provider", &provider, "--root-key", key]);
        assert_eq!(made.status.code(), Some(0), "{}", stderr(&made));
    };
    wrapped("epochs", "transit/epochs-1");
    let config = read_to_string(setup.config()).unwrap();
    let epochs = "epochs: {from: \"file:epochs.keyring.json\"";
    write(setup.config(), config.replace(epochs, &format!("{epochs}, root: \"{provider}\""))).unwrap();
    let out = setup.anonymized(&line("c-1"));
    back_up(&setup);
    setup.receipts(&setup.forget("c-1\n"));
    assert_eq!(from_backup(&setup, &out).unwrap(), line("c-1"));

    refuses_the_key_that_it_has(&setup, &transit);
    let days = seal(&setup, &["--root-key", "transit/epochs-2", "--pending-days", "6"]);
    assert!(days.status.code() == Some(2) && stderr(&days).contains("from 7 to 30"), "{}", stderr(&days));

    refuses_a_key_that_cannot_wrap(&setup, &transit);

    transit.asked();
    let receipt = setup.receipts(&seal(&setup, &["--root-key", "transit/epochs-2"])).remove(0);
    assert_eq!(
        (&receipt["destroyed_root_key"], &receipt["pending"]),
        (&"transit/epochs-1".into(), &serde_json::json!([]))
    );
    let asked: Vec<String> = transit.asked().iter().map(|asked| format!("{} {}", asked.method, asked.path)).collect();
    let ends = ["POST /v1/transit/keys/epochs-1/config", "DELETE /v1/transit/keys/epochs-1"];
    assert_eq!(asked[asked.len() - 2..], ends, "after all else: {asked:?}");
    assert!(from_backup(&setup, &out).is_err(), "no copy of the ring opens any more");
    let two = setup.anonymized(&line("c-2"));
    assert_eq!(setup.back(&two).unwrap(), line("c-2"), "with the new key everything goes on");

    // Who may not delete it is told, and so is whoever reads the receipt.
    transit.be(Mood::Keeps);
    let kept = seal(&setup, &["--root-key", "transit/epochs-3"]);
    assert!(
        stderr(&kept).contains("transit/epochs-2 is not destroyed: vault-transit answers with status 403"),
        "{}",
        stderr(&kept)
    );
    let receipt = setup.receipts(&kept).remove(0);
    assert!(!receipt.contains_key("destroyed_root_key"));
    assert!(
        receipt["pending"][0].as_str().unwrap().contains("transit/epochs-2 wraps their root, and is not destroyed")
    );
    transit.be(Mood::Well);
    assert_eq!(setup.back(&two).unwrap(), line("c-2"));

    // A key that wraps another ring, too, is not destroyed with this one.
    wrapped("customer", "transit/epochs-3");
    let config = read_to_string(setup.config()).unwrap();
    let customer = "customer: {from: \"file:customer.keyring.json\"";
    let policy = read_to_string(setup.path("policy.yaml")).unwrap();
    write(setup.config(), config.replacen(customer, &format!("{customer}, root: \"{provider}\""), 1)).unwrap();
    write(setup.path("policy.yaml"), policy.replace(customer, &format!("{customer}, root: \"{provider}\""))).unwrap();
    let shared = seal(&setup, &["--root-key", "transit/customer"]);
    assert_eq!((shared.status.code(), stdout(&shared)), (Some(2), ""));
    assert!(
        stderr(&shared).contains("the ring customer is wrapped by transit/epochs-3 as well"),
        "{}",
        stderr(&shared)
    );
    // Nor is it where the ring stands in a policy alone.
    let config = read_to_string(setup.config()).unwrap();
    let rings = format!("{customer}, root: \"{provider}\"}}");
    assert!(config.contains(&rings), "{config}");
    write(setup.config(), config.replace(&rings, "")).unwrap();
    let shared = seal(&setup, &["--root-key", "customer"]);
    assert_eq!((shared.status.code(), stdout(&shared)), (Some(2), ""));
    assert!(stderr(&shared).contains("the ring customer is wrapped by"), "{}", stderr(&shared));
    assert!(transit.asked().iter().all(|asked| asked.method != "DELETE" || !asked.path.ends_with("epochs-3")));
}

/// Brings ring and root of the epochs to where a service reads them, each at once.
fn bring(setup: &Setup) {
    for name in ["epochs.root.json", "epochs.keyring.json"] {
        copy(setup.path(name), setup.path("copies/new")).unwrap();
        rename(setup.path("copies/new"), setup.path(&format!("copies/{name}"))).unwrap();
    }
}

/// A service that reads another copy of the ring wraps everybody's keys under that one's epoch: were the old epoch destroyed in
/// this one, nobody who was never forgotten could be opened any more.
#[test]
fn nothing_is_destroyed_while_a_service_reads_another_copy_of_the_ring() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let out = setup.anonymized(&line("c-1"));
    create_dir(setup.path("copies")).unwrap();
    bring(&setup);
    let config = read_to_string(setup.config()).unwrap();
    write(setup.path("service.yaml"), config.replace("file:epochs.", "file:copies/epochs.")).unwrap();
    let mut service = Privet::start(["run", "--config", &setup.name("service.yaml")]);
    service.wait_for_stderr("/v1/anonymize", PATIENCE);
    let refused = setup.seal();
    assert_eq!((refused.status.code(), stdout(&refused)), (Some(3), ""), "{}", stderr(&refused));
    assert!(stderr(&refused).contains("reads another copy of the ring of epochs"), "{}", stderr(&refused));
    let ring = || read_to_string(setup.path("epochs.keyring.json")).unwrap();
    assert!(!ring().contains("destroyed") && !ring().contains("disabled"));
    assert_eq!(setup.back(&out).unwrap(), line("c-1"), "it opens as before");

    // Its copy gets there while the command waits.
    let sealed = std::thread::scope(|scope| {
        let sealing = scope.spawn(|| {
            let (config, key) = (setup.config(), setup.name("receipts.pem"));
            privet(&["vault", "seal", "-c", &config, "--receipt-key", &key, "--wait", "6s"])
        });
        while !sealing.is_finished() {
            bring(&setup);
            std::thread::sleep(Duration::from_millis(300));
        }
        sealing.join().unwrap()
    });
    // Once to the epoch of before, too, where the service got that one first.
    assert!(setup.receipts(&sealed)[0]["moved_keys"].as_u64().unwrap() >= 1);
    bring(&setup);
    assert_eq!(setup.back(&out).unwrap(), line("c-1"), "and under the new epoch");
    service.signal(Signal::Terminate);
    assert_eq!(service.wait(PATIENCE).code(), Some(0), "{}", service.stderr());
    assert_eq!(setup.back(&out).unwrap(), line("c-1"));
}

/// No other receipt will say what was destroyed.
#[test]
fn what_was_destroyed_is_told_whatever_fails_behind_it() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let config = read_to_string(setup.config()).unwrap();
    let epochs = "epochs: {from: \"file:epochs.keyring.json\"";
    write(setup.config(), config.replace(epochs, &format!("{epochs}, state_dir: state"))).unwrap();
    create_dir(setup.path("state")).unwrap();
    let out = setup.anonymized(&line("c-1"));
    let sealed = std::thread::scope(|scope| {
        let sealing = scope.spawn(|| {
            let (config, key) = (setup.config(), setup.name("receipts.pem"));
            privet(&["vault", "seal", "-c", &config, "--receipt-key", &key, "--wait", "4s"])
        });
        // The ring changes first, then what was seen of it: from there on nothing is noted before the keys are moved.
        let seen = || read_to_string(setup.path("state").join("epochs.seen.json")).unwrap();
        let before = seen();
        eventually("the next epoch, seen", PATIENCE, || (seen() != before).then_some(()));
        std::fs::remove_dir_all(setup.path("state")).unwrap();
        write(setup.path("state"), "no directory").unwrap();
        sealing.join().unwrap()
    });
    assert_eq!(sealed.status.code(), Some(3), "{}", stderr(&sealed));
    let receipt: serde_json::Value = serde_json::from_str(stdout(&sealed)).unwrap();
    assert_eq!(receipt["destroyed_epochs"].as_array().unwrap().len(), 1, "{receipt}");
    remove_file(setup.path("state")).unwrap();
    create_dir(setup.path("state")).unwrap();
    assert_eq!(setup.back(&out).unwrap(), line("c-1"));
}

/// The second of two old epochs cannot be destroyed: of the first, this receipt alone will ever speak.
#[test]
fn a_seal_that_fails_half_way_tells_what_it_did_and_another_finishes() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let ring = setup.name("epochs.keyring.json");
    let keys = |status: &str| -> Vec<String> {
        let listed = privet(&["keys", "list", &ring]);
        let is_so =
            |line: &&str| line.split_whitespace().nth(1).is_some_and(|word| word.trim_end_matches(',') == status);
        let id = |line: &str| line.split_whitespace().next().unwrap().to_owned();
        stdout(&listed).lines().skip(1).filter(is_so).map(id).collect()
    };
    let out = setup.anonymized(&line("c-1"));
    assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    let [first, second] = keys("enabled").try_into().unwrap();
    let root = std::fs::read(setup.path("epochs.root.json")).unwrap();
    let sealed = std::thread::scope(|scope| {
        let sealing = scope.spawn(|| {
            let (config, key) = (setup.config(), setup.name("receipts.pem"));
            privet(&["vault", "seal", "-c", &config, "--receipt-key", &key, "--wait", "4s"])
        });
        eventually("the next epoch", PATIENCE, || (keys("enabled").len() == 3).then_some(()));
        // Nobody's key is under it, and it is not as the command left it.
        let disabled = privet(&["keys", "disable", &ring, &second, "--uncounted"]);
        assert_eq!(disabled.status.code(), Some(0), "{}", stderr(&disabled));
        sealing.join().unwrap()
    });
    assert_eq!(sealed.status.code(), Some(3), "{}", stderr(&sealed));
    assert!(stderr(&sealed).contains(&format!("key {second} is disabled already")), "{}", stderr(&sealed));
    let receipt: serde_json::Value = serde_json::from_str(stdout(&sealed)).unwrap();
    assert_eq!(receipt["destroyed_epochs"], serde_json::json!([first]), "{receipt}");
    let pending = receipt["pending"].to_string();
    assert!(pending.contains(&format!("the epoch {second} of")) && pending.contains("seal again"), "{pending}");
    assert_eq!((keys("destroyed"), keys("disabled")), (vec![first.clone()], vec![second.clone()]));
    assert_eq!(std::fs::read(setup.path("epochs.root.json")).unwrap(), root, "the root waits for the rest");
    assert_eq!(setup.back(&out).unwrap(), line("c-1"));

    let third = keys("enabled");
    let receipt = setup.receipts(&setup.seal()).remove(0);
    assert_eq!(receipt["destroyed_epochs"], serde_json::json!([second, third[0]]), "{receipt:?}");
    assert!(!receipt["pending"].to_string().contains("seal again"), "{receipt:?}");
    assert_ne!(std::fs::read(setup.path("epochs.root.json")).unwrap(), root);
    assert_eq!(setup.back(&out).unwrap(), line("c-1"));
}

/// The epochs are gone by then, and their root is read from a file that cannot be replaced: it has no name any more.
#[test]
fn a_root_that_cannot_be_replaced_is_told_with_the_receipt_and_another_seal_finishes() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let out = setup.anonymized(&line("c-1"));
    let config = read_to_string(setup.config()).unwrap();
    let epochs = "epochs: {from: \"file:epochs.keyring.json\"";
    write(setup.config(), config.replace(epochs, &format!("{epochs}, root: \"file:/dev/stdin\""))).unwrap();
    let nameless = {
        let (root, aside) = (setup.path("epochs.root.json"), setup.path("aside.root.json"));
        copy(&root, &aside).unwrap();
        let open = std::fs::File::open(&aside).unwrap();
        remove_file(&aside).unwrap();
        open
    };
    let (file, key) = (setup.config(), setup.name("receipts.pem"));
    let mut sealing = command(&["vault", "seal", "-c", &file, "--receipt-key", &key, "--wait", "0s"]);
    let sealed = sealing.stdin(nameless).output().unwrap();
    assert_eq!(sealed.status.code(), Some(3), "{}", stderr(&sealed));
    assert!(stderr(&sealed).contains("is not known to be replaced"), "{}", stderr(&sealed));
    let receipt: serde_json::Value = serde_json::from_str(stdout(&sealed)).unwrap();
    assert_eq!(receipt["destroyed_epochs"].as_array().unwrap().len(), 1, "{receipt}");
    assert!(receipt["pending"][0].as_str().unwrap().contains("together with its root"), "{receipt}");

    write(setup.config(), config).unwrap();
    assert_eq!(setup.back(&out).unwrap(), line("c-1"), "the root is the one of before");
    let root = std::fs::read(setup.path("epochs.root.json")).unwrap();
    let receipt = setup.receipts(&setup.seal()).remove(0);
    assert!(receipt["pending"].to_string().contains("epochs.root.json from before this"), "{receipt:?}");
    assert_ne!(std::fs::read(setup.path("epochs.root.json")).unwrap(), root);
    assert_eq!(setup.back(&out).unwrap(), line("c-1"));
}

/// An old copy of the ring would bring a destroyed epoch back: it is refused where the newest one was seen.
#[test]
fn an_older_ring_of_epochs_is_refused_where_state_is_kept() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    create_dir(setup.path("state")).unwrap();
    let (policy, config, state) = (setup.name("policy.yaml"), setup.config(), setup.name("state"));
    let anonymize = || {
        let arguments = ["anonymize", "-q", "-f", "ndjson", "--policy", &policy, "-c", &config, "--state-dir", &state];
        privet_with(&arguments, line("c-1").as_bytes())
    };
    assert_eq!(anonymize().status.code(), Some(0));
    let ring = setup.path("epochs.keyring.json");
    let old = std::fs::read(&ring).unwrap();
    assert_eq!(privet(&["keys", "rotate", ring.to_str().unwrap()]).status.code(), Some(0));
    assert_eq!(anonymize().status.code(), Some(0));
    write(&ring, old).unwrap();
    let refused = anonymize();
    assert!(refused.status.code() != Some(0) && stdout(&refused).is_empty(), "{}", stderr(&refused));
    let warned = "a roll-back of the ring of epochs across restarts is not detected";
    for (more, warns) in [(&[][..], true), (&["--state-dir", &state], false)] {
        let mut service = Privet::start([&["run", "--config", &config], more].concat());
        eventually("a word of it", PATIENCE, || {
            let said = service.stderr();
            (said.contains("/v1/anonymize") || said.contains("seen")).then_some(())
        });
        assert_eq!(service.stderr().contains(warned), warns, "{}", service.stderr());
        service.signal(Signal::Terminate);
        service.wait(PATIENCE);
    }
}

/// Who cannot take an option is not told to give it.
#[test]
fn commands_that_go_by_the_configuration_alone_speak_of_no_option() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    let (config, key) = (setup.config(), setup.name("receipts.pem"));
    let seal = ["vault", "seal", "-c", &config, "--receipt-key", &key, "--wait", "1s"];
    for command in [&["vault", "reindex", "-c", &config, "--dry-run"][..], &seal] {
        let output = privet(command);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(0), "{command:?}: {said}");
        assert!(said.contains("a roll-back of the ring of epochs across restarts is not detected"), "{said}");
        assert!(said.contains("give `epochs` a `state_dir`") && !said.contains("key ring customer"), "{said}");
        assert!(!said.contains("--state-dir"), "{command:?}: {said}");
    }
}

/// A service that cannot note the next epoch reaches its store well.
#[test]
fn a_service_whose_epochs_cannot_be_noted_is_not_said_to_have_lost_its_store() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    create_dir(setup.path("state")).unwrap();
    let config = read_to_string(setup.config()).unwrap();
    let epochs = "epochs: {from: \"file:epochs.keyring.json\"";
    write(setup.path("service.yaml"), config.replace(epochs, &format!("{epochs}, state_dir: state"))).unwrap();
    let mut service = Privet::start(["run", "--config", &setup.name("service.yaml")]);
    service.wait_for_stderr("/v1/anonymize", PATIENCE);
    std::fs::remove_dir_all(setup.path("state")).unwrap();
    let sealed = setup.seal();
    let said = stderr(&sealed);
    assert_eq!((sealed.status.code(), stdout(&sealed)), (Some(75), ""), "{said}");
    assert!(said.contains("the ring of epochs or its `state_dir` cannot be used; its log says which"), "{said}");
    assert!(!said.contains("the store cannot be reached"), "{said}");
    assert!(service.stderr().contains("the ring of epochs cannot be used"), "{}", service.stderr());
    service.signal(Signal::Terminate);
    service.wait(PATIENCE);
}

/// A full disk, or here a folder in which nobody makes a file.
#[test]
fn a_state_dir_that_takes_nothing_is_told_of_before_an_epoch_begins() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    setup.anonymized(&line("c-1"));
    let config = read_to_string(setup.config()).unwrap();
    let epochs = "epochs: {from: \"file:epochs.keyring.json\"";
    write(setup.config(), config.replace(epochs, &format!("{epochs}, state_dir: /proc/self"))).unwrap();
    let ring = read_to_string(setup.path("epochs.keyring.json")).unwrap();
    let sealed = setup.seal();
    let said = stderr(&sealed);
    assert!(!sealed.status.success() && stdout(&sealed).is_empty(), "{said}");
    assert!(said.contains("cannot write /proc/self"), "{said}");
    assert_eq!(read_to_string(setup.path("epochs.keyring.json")).unwrap(), ring);
}

/// No policy uses the ring of the epochs.
#[test]
fn a_disabled_epoch_is_spoken_of_as_one() {
    let setup = Setup::new("from: \"redb:vault.redb\"");
    let ring = setup.name("epochs.keyring.json");
    let key = |at: usize| {
        let listed = privet(&["keys", "list", &ring]);
        stdout(&listed).lines().nth(at).unwrap().split_whitespace().next().unwrap().to_owned()
    };
    for _ in 0..2 {
        assert_eq!(privet(&["keys", "rotate", &ring]).status.code(), Some(0));
    }
    let (old, middle) = (key(1), key(2));
    for (key, more) in [(&middle, &[][..]), (&old, &["--eldest"])] {
        let disabled = privet(&[&["keys", "disable", &ring, key, "--uncounted"], more].concat());
        let said = stdout(&disabled);
        assert_eq!(disabled.status.code(), Some(0), "{}", stderr(&disabled));
        assert!(said.contains(&format!("Of a ring that policies use: what {key} made is data")), "{said}");
        assert!(
            said.contains(&format!("epochs, which no policy uses: people's keys that {key} wraps do not open")),
            "{said}"
        );
    }
}
