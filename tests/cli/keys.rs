//! `privet keys`.

use super::command::{privet, stderr, stdout};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_ring_is_two_private_files_and_its_keys_are_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let (ring, root) = (folder.path().join("customer.keyring.json"), folder.path().join("customer.root.json"));
    let arguments = ["keys", "new", "customer", "--ring", ring.to_str().unwrap()];
    let output = privet(&arguments);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!((mode(&ring), mode(&root)), (0o600, 0o600));
    let told = stdout(&output);
    assert!(told.contains("customer: {from: \"file:") && told.contains(root.to_str().unwrap()), "{told}");
    let root_text = std::fs::read_to_string(&root).unwrap();
    // Every long text of the root file: its secret is one of them.
    let secrets: Vec<&str> = root_text.split('"').filter(|text| text.len() >= 32).collect();
    assert!(!secrets.is_empty(), "the root holds its key as text");
    assert!(secrets.iter().all(|secret| !told.contains(secret)));
    let before = std::fs::read(&ring).unwrap();
    let again = privet(&arguments);
    assert_eq!(again.status.code(), Some(3));
    assert!(stderr(&again).contains("never written over"), "{}", stderr(&again));
    assert_eq!(std::fs::read(&ring).unwrap(), before);
}

#[test]
fn a_ring_name_that_is_none_is_a_usage_error_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let ring = folder.path().join("r.json");
    let output = privet(&["keys", "new", "Not A Name", "--ring", ring.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", stderr(&output));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A ring of its own, and what the command says of it.
struct Ring(tempfile::TempDir);

impl Ring {
    fn new() -> Self {
        let ring = Self(tempfile::tempdir().unwrap());
        assert_eq!(privet(&["keys", "new", "customer", "--ring", &ring.path("r.json")]).status.code(), Some(0));
        ring
    }

    fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    fn ask(&self, command: &str, more: &[&str]) -> (i32, String) {
        let ring = self.path("r.json");
        let mut arguments = vec!["keys", command, &ring];
        arguments.extend_from_slice(more);
        let output = privet(&arguments);
        (output.status.code().unwrap(), format!("{}{}", stdout(&output), stderr(&output)))
    }

    fn said(&self, command: &str, more: &[&str]) -> String {
        let (exit, said) = self.ask(command, more);
        assert_eq!(exit, 0, "{said}");
        said
    }

    fn refused(&self, command: &str, more: &[&str]) -> String {
        let (exit, said) = self.ask(command, more);
        assert_eq!(exit, 2, "{said}");
        said
    }

    fn primary(&self) -> String {
        let listed = self.said("list", &[]);
        listed.lines().find(|line| line.contains(", primary")).unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// Anonymizes one record by a policy that tokenizes its field.
    fn token(&self, value: &str) -> String {
        let policy = "privet: v1\nproduct: sales/orders\nfields: {id: {tokenize: {ring: customer}}}\n\
                      rings: {customer: {from: 'file:r.json'}}\n";
        std::fs::write(self.path("p.yaml"), policy).unwrap();
        let record = format!("{{\"id\":\"{value}\"}}\n");
        let output =
            super::command::privet_with(&["anonymize", "-q", "--policy", &self.path("p.yaml")], record.as_bytes());
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        stdout(&output).split('"').nth(3).unwrap().to_owned()
    }
}

#[test]
fn a_key_lives_through_rotation_disabling_and_destruction() {
    let ring = Ring::new();
    let old = ring.primary();
    let token = ring.token("Ada");
    let said = ring.said("rotate", &[]);
    let new = ring.primary();
    assert_ne!(old, new);
    assert!(said.contains(&format!("{new}  enabled, primary")) && said.contains(&format!("{old}  enabled,")), "{said}");
    let next = ring.token("Ada");
    assert_ne!(next, token, "new values are written under the new key");
    assert_eq!(ring.token(&token), token, "its own tokens of the old key stay");

    assert!(ring.refused("disable", &[&new]).contains("is primary"));
    assert!(ring.refused("destroy", &[&old]).contains("disable it first"));
    let said = ring.refused("disable", &[&old, "--eldest"]);
    assert!(said.contains(&format!("what goes with {old} is not known")) && said.contains("or --uncounted"), "{said}");
    let said = ring.refused("disable", &[&old, "--uncounted"]);
    assert!(said.contains("the eldest that is enabled") && said.contains("add --eldest"), "{said}");
    let said = ring.said("disable", &[&old, "--eldest", "--uncounted"]);
    assert!(said.contains("`privet keys enable` takes that back"), "{said}");
    assert!(said.contains(&format!("a vault knew people by {old} until now")), "it was the eldest: {said}");
    assert_ne!(ring.token(&token), token, "what a disabled key made is data");
    let said = ring.said("enable", &[&old]);
    assert!(said.contains(&format!("{old} is the eldest now")) && said.contains("forget them again"), "{said}");
    assert_eq!(ring.token(&token), token);
    ring.said("disable", &[&old, "--eldest", "--uncounted"]);
    let file = std::fs::read_to_string(ring.path("r.json")).unwrap();
    let sealed = file.split("\"sealed\": \"").nth(1).unwrap().split('"').next().unwrap();
    let said = ring.refused("destroy", &[&old]);
    assert!(said.contains(&format!("what goes with {old} is not known")), "nor is it when it is for good: {said}");
    let said = ring.said("destroy", &[&old, "--uncounted"]);
    assert!(said.contains("every older copy of this file") && said.contains("leave it to that"), "of epochs: {said}");
    let file = std::fs::read_to_string(ring.path("r.json")).unwrap();
    assert!(!file.contains(sealed) && file.contains(&old), "the material is gone, the id stays");
    assert!(ring.refused("enable", &[&old]).contains("is destroyed"));
    assert!(ring.refused("disable", &["00000000"]).contains("has no key 00000000"));
    assert!(ring.refused("disable", &["planted"]).contains("8 lower-case hex digits"));
    let said = ring.said("check", &["--min-version", "6"]);
    assert!(said.contains("version 6: in order") && said.contains("1 enabled, 0 disabled, 1 destroyed"), "{said}");
}

/// Nobody reads a root off a terminal or a build's log because it stood where its file should be named.
#[test]
fn a_key_that_is_pasted_into_a_policy_is_not_shown() {
    let (folder, key) = (tempfile::tempdir().unwrap(), "0a1b2c3d".repeat(8));
    let path = folder.path().join("p.yaml").to_str().unwrap().to_owned();
    for ring in [
        format!("{{from: \"file:r.json\", root: \"{key}\"}}"),
        format!("{{from: \"{key}\"}}"),
        format!("{{from: \"file:{key}\"}}"),
        format!("{{from: \"file:r.json\", root: \"env:{key}\"}}"),
        format!("{{from: \"file:r.json\", key: \"{key}\"}}"),
    ] {
        let policy = format!("privet: v1\nproduct: a/b\nrings: {{r: {ring}}}\nfields: {{v: {{hash: {{ring: r}}}}}}\n");
        std::fs::write(&path, policy).unwrap();
        for arguments in [&["check", &path][..], &["anonymize", "-q", "--policy", &path]] {
            let output = super::command::privet_with(arguments, b"{}");
            let said = format!("{}{}", stdout(&output), stderr(&output));
            assert_ne!(output.status.code(), Some(0), "{ring}: {said}");
            assert!(!said.contains(&key), "{arguments:?}: {said}");
        }
    }
}

#[test]
fn a_rotation_says_what_will_stop_joining() {
    let ring = Ring::new();
    let old = ring.primary();
    let policy = format!(
        "privet: v1\nproduct: sales/orders\ninput: {{kafka: priv.orders, format: json}}\noutput: {{kafka: pub.orders}}\n\
         dead_letter: {{kafka: priv.orders.dlq, encrypt: {{ring: customer}}}}\n\
         fields:\n  $key: {{tokenize: {{ring: customer, epoch: {old}}}}}\n  customer.email: {{tokenize: {{ring: customer}}}}\n  \
         customer.phone: {{hash: {{ring: customer, epoch: {old}}}}}\n  other: {{hash: {{ring: supplier}}}}\n\
         defaults: [{{entity: PERSON, op: {{fake: {{ring: customer}}}}}}]\n\
         rings: {{customer: {{from: 'file:r.json'}}, supplier: {{from: 'file:s.json'}}}}\n"
    );
    std::fs::write(ring.path("orders.yaml"), policy).unwrap();
    let dry = ring.said("rotate", &["--dry-run", &ring.path("orders.yaml")]);
    assert!(dry.ends_with("Nothing was changed.\n") && dry.contains("follows to the new key"), "{dry}");
    assert_eq!(ring.primary(), old);
    let said = ring.said("rotate", &[&ring.path("orders.yaml")]);
    let new = ring.primary();
    for line in [
        "product sales/orders, topic pub.orders:".to_owned(),
        format!("  $key: tokenize stays on {old}; where pub.orders is compacted, another key needs a new topic"),
        format!(
            "  customer.email: tokenize follows to {new}; new tokens stop joining those of {old}, which still open"
        ),
        format!("  customer.phone: hash stays on {old}, and goes on joining"),
        format!("  dead_letter: encrypt follows to {new}; what {old} encrypted still opens"),
        format!("  PERSON: fake follows to {new}; new values stop joining those of {old}"),
    ] {
        assert!(said.contains(&line), "{line}: {said}");
    }
    assert!(!said.contains("other:"), "another ring's fields are not its matter: {said}");
    std::fs::write(ring.path("bad.yaml"), "privet: v1\n").unwrap();
    ring.refused("rotate", &[&ring.path("bad.yaml")]);
    assert_eq!(ring.primary(), new, "nothing is rotated where a policy cannot be read");
}

#[test]
fn a_ring_that_is_not_the_newest_is_refused() {
    let ring = Ring::new();
    let first = std::fs::read(ring.path("r.json")).unwrap();
    let state = ring.path("state");
    std::fs::create_dir(&state).unwrap();
    assert!(ring.said("check", &[]).contains("Whether it is the newest is not known"));
    ring.said("rotate", &[]);
    assert!(!ring.said("check", &["--state-dir", &state]).contains("not known"));
    assert!(ring.refused("check", &["--min-version", "3"]).contains("at least 3 is asked for"));
    std::fs::write(ring.path("r.json"), &first).unwrap();
    let told = ring.refused("check", &["--state-dir", &state]);
    assert!(told.contains("at least 2 is asked for: ") && told.contains(" says that it was seen"), "{told}");
    let told = ring.refused("check", &["--state-dir", &ring.path("gone")]);
    assert!(told.contains("is no directory, and none is made"), "{told}");
    // Another second version, made from the same first one.
    ring.said("rotate", &[]);
    assert!(ring.refused("check", &["--state-dir", &state]).contains("another content"));
    // A primary key swapped by hand.
    let text = std::fs::read_to_string(ring.path("r.json")).unwrap();
    let ids: Vec<&str> = text.split("\"id\": \"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let swapped = text.replace(&format!("\"primary\": \"{}\"", ids[1]), &format!("\"primary\": \"{}\"", ids[0]));
    assert_ne!(swapped, text);
    std::fs::write(ring.path("r.json"), swapped).unwrap();
    for command in ["check", "list", "rotate"] {
        assert!(ring.refused(command, &[]).contains("it was altered, or the root is another's"), "{command}");
    }
}

#[test]
fn the_settings_keep_what_was_seen_of_a_ring() {
    let ring = Ring::new();
    let first = std::fs::read(ring.path("r.json")).unwrap();
    std::fs::create_dir(ring.path("state")).unwrap();
    ring.token("Ada");
    let settings = "rings: {customer: {from: 'file:r.json', state_dir: state}}\n";
    std::fs::write(ring.path("privet.yaml"), settings).unwrap();
    let run = || {
        let arguments = ["anonymize", "-q", "--policy", &ring.path("p.yaml"), "--config", &ring.path("privet.yaml")];
        super::command::privet_with(&arguments, b"{\"id\":\"Ada\"}\n")
    };
    ring.said("rotate", &[]);
    assert_eq!(run().status.code(), Some(0));
    std::fs::write(ring.path("r.json"), first).unwrap();
    let output = run();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("the ring has version 1, and at least 2 is asked for"), "{}", stderr(&output));
}

#[test]
fn every_command_that_opens_rings_keeps_what_was_seen_where_it_is_told() {
    let ring = Ring::new();
    let first = std::fs::read(ring.path("r.json")).unwrap();
    ring.token("Ada");
    let settings = "products: [{policy: p.yaml}]\nrings: {customer: {from: 'file:r.json'}}\naccess: {audit: 'file:a.jsonl', roles: \
                    [{callers: {user: nobody}, may: deanonymize, rings: [customer], kinds: ['*']}]}\n";
    std::fs::write(ring.path("privet.yaml"), settings).unwrap();
    std::fs::write(ring.path("plain.yaml"), "privet: v1\nproduct: a/plain\n").unwrap();
    ring.said("rotate", &[]);
    let second = std::fs::read(ring.path("r.json")).unwrap();
    let (policy, config, file) = (ring.path("p.yaml"), ring.path("privet.yaml"), ring.path("r.json"));
    let commands: [&[&str]; 4] = [
        &["anonymize", "-q", "-f", "ndjson", "--policy", &policy, "--config", &config],
        &["analyze", "-f", "ndjson", "--policy", &policy, "--config", &config],
        &["deanonymize", "--config", &config, "--reason", "a test"],
        &["dead-letter", "open", "--ring", &file],
    ];
    for (number, command) in commands.iter().enumerate() {
        let state = ring.path(&format!("state{number}"));
        let run = || {
            let arguments = [command, &["--state-dir", &*state][..]].concat();
            stderr(&super::command::privet_with(&arguments, b"{\"id\":\"Ada\"}\n")).to_owned()
        };
        assert!(run().contains("is no directory, and none is made"), "{command:?}: {}", run());
        std::fs::create_dir(&state).unwrap();
        let told = run();
        assert!(!told.contains("asked for"), "{command:?}: {told}");
        std::fs::write(&file, &first).unwrap();
        let told = run();
        assert!(
            told.contains("at least 2 is asked for") && told.contains("says that it was seen"),
            "{command:?}: {told}"
        );
        std::fs::write(&file, &second).unwrap();
    }
    // A check is that of what `run` would do, so that it needs a face.
    let served = ring.path("served.yaml");
    std::fs::write(&served, format!("{settings}http: {{}}\n")).unwrap();
    let check = privet(&["check", "-c", &served, "--state-dir", &ring.path("gone")]);
    assert!(stderr(&check).contains("is no directory, and none is made"), "{}", stderr(&check));
    let plain =
        ["anonymize", "-q", "-f", "ndjson", "--policy", &ring.path("plain.yaml"), "--state-dir", &ring.path("state0")];
    let output = super::command::privet_with(&plain, b"{}\n");
    assert!(output.status.success() && stderr(&output).contains("uses no key ring"), "{}", stderr(&output));
}

/// As the service does: what would notice an older ring at the next start is there, or it is said that nothing is.
#[test]
fn a_command_whose_rings_nothing_remembers_says_so_once() {
    let ring = Ring::new();
    let token = ring.token("Ada");
    let access = "access: {audit: 'file:a.jsonl', roles: [{callers: {user: nobody}, may: deanonymize, rings: [customer], kinds: \
                  ['*']}]}\n";
    let (policy, config, file) = (ring.path("p.yaml"), ring.path("privet.yaml"), ring.path("r.json"));
    let settings = |state: &str| {
        let text =
            format!("products: [{{policy: p.yaml}}]\nrings: {{customer: {{from: 'file:r.json'{state}}}}}\n{access}");
        std::fs::write(&config, text).unwrap();
    };
    let input = format!("{{\"id\":\"{token}\"}}\n");
    let run = |arguments: &[&str]| super::command::privet_with(arguments, input.as_bytes());
    let warning = "a roll-back of the key ring customer across restarts is not detected";
    let commands: [&[&str]; 6] = [
        &["anonymize", "-q", "-f", "ndjson", "--policy", &policy],
        &["anonymize", "-q", "-f", "ndjson", "--policy", &policy, "--config", &config],
        &["analyze", "-f", "ndjson", "--policy", &policy, "--config", &config],
        &["deanonymize", "--config", &config, "--reason", "a test"],
        &["dead-letter", "open", "--config", &config],
        &["dead-letter", "open", "--ring", &file],
    ];
    std::fs::create_dir(ring.path("state")).unwrap();
    for command in commands {
        settings("");
        let output = run(command);
        assert_eq!(stderr(&output).matches(warning).count(), 1, "{command:?}: {}", stderr(&output));
        assert!(!stdout(&output).contains("roll-back"), "{command:?}: {}", stdout(&output));
        assert!(stderr(&output).contains("or this command `--state-dir`"), "{command:?}: {}", stderr(&output));
        let remembered = run(&[command, &["--state-dir", &ring.path("state")]].concat());
        assert!(!stderr(&remembered).contains("roll-back"), "{command:?}: {}", stderr(&remembered));
        settings(", state_dir: state");
        if command.contains(&"--config") {
            assert!(!stderr(&run(command)).contains("roll-back"), "{command:?}");
        }
    }
    let least = std::fs::read_to_string(&policy).unwrap().replace("json'", "json', min_version: 1");
    std::fs::write(&policy, least).unwrap();
    let output = run(commands[0]);
    assert!(output.status.success() && !stderr(&output).contains("roll-back"), "{}", stderr(&output));
}

#[test]
fn what_is_wrong_with_a_ring_or_its_root_names_the_file_and_never_the_root() {
    use std::os::unix::fs::PermissionsExt;
    let ring = Ring::new();
    let root = std::fs::read_to_string(ring.path("r.root.json")).unwrap();
    let digits = root.split('"').find(|part| part.len() == 64).unwrap().to_owned();
    let put = |name: &str, text: &str| {
        std::fs::write(ring.path(name), text).unwrap();
        std::fs::set_permissions(ring.path(name), std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    let most = digits.get(..62).unwrap();
    for wrong in [most, "x", &format!("{digits}00")] {
        put("r.root.json", &root.replace(&digits, wrong));
        let said = ring.refused("list", &[]);
        assert!(said.contains("r.root.json") && said.contains("64 lower-case hex digits"), "{said}");
        assert!(!said.contains(most), "{said}");
    }
    put("r.root.json", &root);
    let said = ring.refused("list", &["--root", &digits]);
    assert!(!said.contains(&digits) && said.contains("a root itself"), "{said}");
    let said = ring.refused("list", &["--root", "foo:bar"]);
    assert!(said.contains("a root comes from"), "{said}");
    put("r.json", "{\n\"version\": x}");
    let said = ring.refused("check", &[]);
    assert!(said.contains("r.json: the ring is malformed at line 2"), "{said}");
}

/// A configuration beside a ring, with one product of this policy.
fn configured(ring: &Ring, policy: &str) -> String {
    let (config, file) = (ring.path("privet.yaml"), ring.path("orders.yaml"));
    std::fs::write(&file, format!("privet: v1\nproduct: sales/orders\n{policy}")).unwrap();
    let rings = "rings: {customer: {from: \"file:r.json\"}}\n";
    let http =
        "http: {listen: \"127.0.0.1:0\"}\naccess: {roles: [{callers: anyone, may: anonymize, rings: customer}]}\n";
    std::fs::write(&config, format!("{rings}{http}products: [{{policy: orders.yaml}}]\n")).unwrap();
    config
}

#[test]
fn a_key_that_a_policy_pins_is_not_taken_away() {
    let ring = Ring::new();
    let old = ring.primary();
    ring.said("rotate", &[]);
    let pinned = |key: &str| {
        format!(
            "fields:\n  customer.email: {{hash: {{ring: customer, epoch: {key}}}}}\n  phone: {{tokenize: {{ring: customer}}}}\n\
             defaults:\n  - {{entity: US_SSN, op: {{encrypt: {{ring: customer, epoch: {key}}}}}}}\n"
        )
    };
    let config = configured(&ring, &pinned(&old));
    let with = ["-c", &config, "--eldest"];
    let refused = ring.refused("disable", &[&[&*old], &with[..]].concat());
    for part in [
        &format!("{old} is pinned by"),
        "orders.yaml, product sales/orders",
        &format!("`epoch: {old}` of `customer.email` with `hash`, `US_SSN` with `encrypt`."),
        "--uncounted",
    ] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    assert!(!refused.contains("phone"), "that follows: {refused}");
    // Nor is it destroyed where it was disabled all the same, when the policy compiles no more.
    ring.said("disable", &[&old, "--eldest", "--uncounted"]);
    let refused = ring.refused("destroy", &[&old, "-c", &config]);
    assert!(refused.contains(&format!("{old} is pinned by")), "{refused}");
    ring.said("enable", &[&old]);
    // What pins another key does not need this one.
    configured(&ring, &pinned(&ring.primary()));
    ring.said("disable", &[&[&*old], &with[..]].concat());
}

#[test]
fn a_key_that_seals_dead_letters_is_not_taken_away() {
    let ring = Ring::new();
    let old = ring.primary();
    ring.said("rotate", &[]);
    let policy = |encrypt: &str| {
        format!(
            "input: {{kafka: in}}\noutput: {{kafka: out}}\ndead_letter: {{kafka: orders.dlq{encrypt}}}\n\
             fields: {{customer.email: {{hash: {{ring: customer}}}}}}\n"
        )
    };
    let config = configured(&ring, &policy(", encrypt: {ring: customer}"));
    let with = ["-c", &config, "--eldest"];
    let refused = ring.refused("disable", &[&[&*old], &with[..]].concat());
    for part in [
        "dead letters of sales/orders in the topic orders.dlq are sealed under the ring customer",
        &format!("when {old} was primary"),
        "--eldest --uncounted",
    ] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    configured(&ring, &policy(""));
    ring.said("disable", &[&[&*old], &with[..]].concat());
    // It is destroyed for good: asked again, of a configuration that may be another by now.
    configured(&ring, &policy(", encrypt: {ring: customer}"));
    let refused = ring.refused("destroy", &[&old, "-c", &config]);
    assert!(refused.contains("open no more without it") && refused.contains("give --uncounted"), "{refused}");
    ring.said("destroy", &[&old, "--uncounted"]);
}
