//! `privet check`.

use super::command::{privet, stderr, stdout};
use std::path::Path;

fn write(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn everything_wrong_with_every_policy_is_told_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let good = write(folder.path(), "good.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: redact\n");
    let bad = write(folder.path(), "bad.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: maks\n  *.n: keep\n");
    let output = privet(&["check", &good]);
    assert_eq!((output.status.code(), stderr(&output)), (Some(0), ""));
    assert_eq!(stdout(&output), format!("{good}: in order\n"));
    let output = privet(&["check", &bad, &good]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(stdout(&output), format!("{good}: in order\n"));
    let told = stderr(&output);
    for part in ["bad.yaml:4:6: error", "did you mean `mask`?", "bad.yaml:5:3: error", "quote"] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(told.starts_with(&bad), "each begins with its place: {told}");
    assert_eq!(privet(&["check", "/no/such.yaml"]).status.code(), Some(3));
    assert_eq!(privet(&["check"]).status.code(), Some(2));
}

#[test]
fn a_policy_with_keys_is_checked_without_them_and_opened_with_a_configuration() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "privet: v1\nproduct: a/b\nfields:\n  m: {tokenize: {ring: customer}}\nrings:\n  customer: {from: \"file:c.json\"}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    let output = privet(&["check", &policy]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let data = write(folder.path(), "a.jsonl", "{\"m\":\"x-1\"}\n");
    let output = privet(&["anonymize", "--policy", &policy, &data]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    assert!(stderr(&output).contains("p.yaml:6:"), "{}", stderr(&output));
    // The ring stands beside the policy, whatever folder the command runs in.
    let ring = folder.path().join("c.json");
    let output = privet(&["keys", "new", "customer", "--ring", ring.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = privet(&["anonymize", "--quiet", "--policy", &policy, &data]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).starts_with("{\"m\":\"tok_"), "{}", stdout(&output));
    // A configuration says where the ring is instead.
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    for name in ["c.json", "c.root.json"] {
        std::fs::rename(folder.path().join(name), folder.path().join("keys").join(name)).unwrap();
    }
    let config = write(folder.path(), "privet.yaml", "rings: {customer: {from: \"file:keys/c.json\"}}\n");
    let again = privet(&["anonymize", "--quiet", "--policy", &policy, "--config", &config, &data]);
    assert_eq!((again.status.code(), again.stdout), (Some(0), output.stdout), "the same ring, the same token");
}

#[test]
fn a_configuration_is_checked_with_all_that_it_names() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(
        folder.path(),
        "privet.yaml",
        "kafka:\n  brokers: 127.0.0.1:1\n  common: {sasl.password: hunter2}\nlanes: none\n",
    );
    let output = privet(&["check", "--config", &config]);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""));
    for part in ["privet.yaml:3:27: error: this is a secret", "privet.yaml:4:8: error"] {
        assert!(stderr(&output).contains(part), "{part} in {}", stderr(&output));
    }
    assert!(!stderr(&output).contains("hunter2"));
}

#[test]
fn a_mistaken_configuration_hides_no_mistake_of_its_policies() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "privet: v1\nproduct: a/b\nfields:\n  m: maks\n  n: {hash: {ring: customer}}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    let text = "http: {}\nlanes: none\nproducts: [{policy: p.yaml}, {policy: gone.yaml}]\nrings: {customer: {from: 'vault:c'}}\n";
    let config = write(folder.path(), "privet.yaml", text);
    let output = privet(&["check", "-c", &config]);
    let told = stderr(&output);
    assert_eq!((output.status.code(), stdout(&output)), (Some(2), ""), "{told}");
    for part in ["privet.yaml:2:8: error", "privet.yaml:4:26: error", &format!("{policy}:4:6: error"), "/gone.yaml: "] {
        assert!(told.contains(part), "{part} in {told}");
    }
    assert!(!told.contains("p.yaml:5"), "the configuration names this ring: {told}");
}

/// Which rings and policies are wrong does not hang on whether the file names a face already.
#[test]
fn a_configuration_without_a_face_is_checked_as_one_that_has_one() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let done = |arguments: &[&str]| {
        let output = privet(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", stderr(&output));
    };
    done(&["keys", "new", "customer", "--ring", &at("c.json")]);
    let first = std::fs::read(at("c.json")).unwrap();
    done(&["keys", "rotate", &at("c.json")]);
    std::fs::create_dir(at("state")).unwrap();
    write(folder.path(), "p.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: {tokenize: {ring: customer}}\n");
    let person = "{tokenize: {ring: customer, mode: vault, subject_field: id}}";
    write(folder.path(), "q.yaml", &format!("privet: v1\nproduct: a/c\nfields:\n  m: {person}\n"));
    let ring = "rings: {customer: {from: 'file:c.json', state_dir: state}}\n";
    let faces = ["", "http: {listen: '127.0.0.1:0'}\naccess: {audit: 'file:a.jsonl', roles: []}\n"];
    let told = |product: &str, more: &str| {
        faces.map(|face| {
            let text = format!("products: [{{policy: {product}}}]\n{ring}{more}{face}");
            let output = privet(&["check", "-c", &write(folder.path(), "privet.yaml", &text)]);
            assert!(!stdout(&output).contains("privet.yaml: in order"), "{}", stdout(&output));
            (output.status.code(), stderr(&output).to_owned())
        })
    };
    let data = write(folder.path(), "a.jsonl", "{\"m\":\"x-1\"}\n");
    let config = write(folder.path(), "privet.yaml", &format!("products: [{{policy: p.yaml}}]\n{ring}"));
    done(&["anonymize", "-q", "-c", &config, &data]);
    std::fs::write(at("c.json"), first).unwrap();
    let both = told("p.yaml", "");
    assert!(both[0].1.contains("products need `kafka` or `http`"), "{}", both[0].1);
    for (code, said) in both {
        assert!(code == Some(2) && said.contains("at least 2 is asked for"), "{said}");
    }
    std::fs::remove_dir_all(at("state")).unwrap();
    std::fs::create_dir(at("state")).unwrap();
    for (code, said) in told("q.yaml", "vault: {from: 'redb:v.redb'}\n") {
        assert!(code == Some(2) && said.contains("`subject_field` needs keys that wrap those"), "{said}");
    }
}

#[test]
fn a_check_tells_whether_the_http_face_would_start() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("c.json");
    assert_eq!(privet(&["keys", "new", "customer", "--ring", keys.to_str().unwrap()]).status.code(), Some(0));
    write(folder.path(), "p.yaml", "privet: v1\nproduct: a/b\nfields:\n  m: {hash: {ring: customer}}\n");
    let text = |http: &str| {
        format!("http: {http}\nproducts: [{{policy: p.yaml}}]\nrings: {{customer: {{from: 'file:c.json'}}}}\n")
    };
    let config = write(folder.path(), "privet.yaml", &text("{}"));
    let output = privet(&["check", "-c", &config]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    // The lines to add are shown, and help.
    let told = stderr(&output);
    let (_, lines) = told.split_once("  access:\n").expect(told);
    let lines: Vec<&str> = lines.lines().take_while(|line| line.starts_with("    ")).collect();
    let access = format!("access:\n{}\n", lines.join("\n"));
    let config = write(folder.path(), "privet.yaml", &(text("{}") + &access));
    let output = privet(&["check", "-c", &config]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let end = format!("a/b: may be served over HTTP\n{config}: in order\n");
    assert!(stdout(&output).ends_with(&end), "{}", stdout(&output));
    // What a role names that nothing uses is told with its place.
    let roles = "access:\n  roles:\n    - {callers: anyone, may: anonymize, rings: [costumer]}\n";
    let config = write(folder.path(), "privet.yaml", &(text("{}") + roles));
    let output = privet(&["check", "-c", &config]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    assert!(stderr(&output).contains("privet.yaml:6:49: a role names the key ring `costumer`"), "{}", stderr(&output));
    assert!(!stdout(&output).contains("privet.yaml: in order"), "{}", stdout(&output));
    // All of it at once, each with its own place.
    let roles = "access:\n  roles:\n    - callers: {user: ops}\n      may: deanonymize\n      rings: [customer, costumer]\n      kinds: ['*']\n\
                 \x20   - callers: {user: ops}\n      may: deanonymize\n      rings:\n        - customer\n      kinds: [PERSON,\n        AGE]\n";
    let config = write(folder.path(), "privet.yaml", &(text("{}") + roles));
    let output = privet(&["check", "-c", &config]);
    assert_eq!(output.status.code(), Some(2), "{}", stdout(&output));
    for part in [
        "privet.yaml:8:25: a role names the key ring `costumer`",
        "privet.yaml:14:15: a role names the value kind `PERSON`",
        "privet.yaml:15:9: a role names the value kind `AGE`",
    ] {
        assert!(stderr(&output).contains(part), "{part}: {}", stderr(&output));
    }
}

#[test]
fn a_ring_of_an_unknown_provider_is_told_without_opening_it() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "privet: v1\nproduct: a/b\nfields:\n  m: {tokenize: {ring: customer}}\nrings:\n  customer: {from: \"vault:c\"}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    let output = privet(&["check", &policy]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    assert!(told.contains("p.yaml:6:20: error: the key ring `customer` cannot be used"), "{told}");
    assert_eq!(told.matches(": error:").count(), 1, "{told}");
}

#[test]
fn one_topic_in_three_places_is_told_once_for_each() {
    let folder = tempfile::tempdir().unwrap();
    let topics = "input: {kafka: t}\noutput: {kafka: t}\ndead_letter: {kafka: t}\n";
    let policy = write(folder.path(), "p.yaml", &format!("privet: v1\nproduct: a/b\n{topics}"));
    let output = privet(&["check", &policy]);
    assert_eq!(stderr(&output).matches("this topic stands here twice").count(), 2, "{}", stderr(&output));
    // Nor in a trial, whatever the policy says.
    let output = privet(&["run", "--brokers", "localhost:1", "--policy", &policy, "--from", "t", "--to", "t"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--from and --to name one topic"), "{}", stderr(&output));
}

#[test]
fn the_tours_mistakes_are_all_told() {
    let mistaken = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/tour/mistaken.yaml");
    let output = privet(&["check", mistaken]);
    assert_eq!(output.status.code(), Some(2));
    let told = stderr(&output);
    for (place, help) in [
        ("mistaken.yaml:7:10: error: unknown operator \"redct\"", "did you mean `redact`?"),
        ("mistaken.yaml:8:18: error: `mask` has no such parameter \"keep_lst\"", "did you mean `keep_last`?"),
        ("mistaken.yaml:9:28: error: unknown key ring `customer`", "`privet keys new` makes one"),
        ("mistaken.yaml:11:3: error: unknown entity type or family \"EMAIL_ADRESS\"", "did you mean `EMAIL_ADDRESS`?"),
    ] {
        assert!(told.contains(place) && told.contains(help), "{place} in {told}");
    }
    assert_eq!(told.matches(": error:").count(), 4, "{told}");
}

#[test]
fn a_ring_that_only_the_configuration_names_is_known() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "privet: v1\nproduct: a/b\nfields:\n  m: {tokenize: {ring: customer}}\n";
    let policy = write(folder.path(), "p.yaml", policy);
    let output = privet(&["check", &policy]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("p.yaml:4:24: error: unknown key ring"), "{}", stderr(&output));
    let config = write(folder.path(), "privet.yaml", "rings: {customer: {from: \"file:keys/c.json\"}}\n");
    let output = privet(&["check", "-c", &config, &policy]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// A sound recognizer file.
const CREW: &str = "{id: crew, entity: CREW_ID, family: CREW_ID, title: Crew, default: change, references: [x],\n\
                    patterns: [{name: form, score: 0.5, regex: 'CR-[0-9]{5}'}],\n\
                    examples: {match: [{text: by CR-12345, finds: CR-12345}], no_match: [{text: CR-1, because: short}]}}\n";

#[test]
fn recognizers_of_the_configuration_are_known_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("own")).unwrap();
    let file = write(&folder.path().join("own"), "crew.yaml", CREW);
    let policy = write(folder.path(), "p.yaml", "privet: v1\nproduct: a/b\ndetect: {CREW_ID: {deny: [CR-X]}}\n");
    let config = write(folder.path(), "privet.yaml", "http: {}\nproducts: [{policy: p.yaml}]\nrecognizers: own\n");
    let output = privet(&["check", "-c", &config]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let data = write(folder.path(), "data.txt", "by CR-12345 and cr-x\n");
    let output = privet(&["anonymize", "--quiet", "--policy", &policy, "--config", &config, &data]);
    assert_eq!(
        (output.status.code(), stdout(&output)),
        (Some(0), "by <CREW_ID> and <CREW_ID>\n"),
        "{}",
        stderr(&output)
    );
    // What is wrong with a file is told with its place, and nothing runs.
    write(&folder.path().join("own"), "crew.yaml", &CREW.replace("{5}", "{5}|"));
    for command in [&["check", "-c", &config][..], &["run", "-c", &config], &["anonymize", "--config", &config, &data]]
    {
        let output = privet(command);
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let told = format!("{file}:2: regex: can match nothing at all");
        assert!(stderr(&output).contains(&told), "{command:?}: {}", stderr(&output));
    }
}

#[test]
fn properties_that_no_client_takes_are_told_before_any_broker_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let topics = "input: {kafka: a}\noutput: {kafka: b}\ndead_letter: {kafka: c}\n";
    let policy = write(folder.path(), "p.yaml", &format!("privet: v1\nproduct: a/b\n{topics}"));
    for (properties, told) in [
        (&["security.protocol=ssl", "ssl.ca.location=/no/such/file"][..], "ssl.ca.location failed"),
        (&["max.in.flight=9"], "max.in.flight"),
    ] {
        let mut arguments = vec!["run", "--brokers", "127.0.0.1:1", "--policy", &policy];
        properties.iter().for_each(|property| arguments.extend(["-X", property]));
        let output = privet(&arguments);
        assert_eq!(output.status.code(), Some(2), "{properties:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(told), "{told} in {}", stderr(&output));
        assert!(!stderr(&output).contains("/no/such"), "{}", stderr(&output));
    }
}

#[test]
fn what_one_product_writes_unknown_and_another_takes_again_is_warned_of() {
    let folder = tempfile::tempdir().unwrap();
    let ring = folder.path().join("c.json");
    assert_eq!(privet(&["keys", "new", "customer", "--ring", ring.to_str().unwrap()]).status.code(), Some(0));
    let policy = |name: &str, input: &str, output: &str, operator: &str| {
        let text = format!(
            "privet: v1\nproduct: test/{name}\ninput: {{kafka: {input}}}\noutput: {{kafka: {output}}}\n\
             dead_letter: {{kafka: {output}.dead}}\nfields: {{m: {operator}}}\n"
        );
        write(folder.path(), &format!("{name}.yaml"), &text);
    };
    let told = |products: &str| {
        let text = format!(
            "http: {{}}\nproducts: [{products}]\nrings: {{customer: {{from: 'file:c.json'}}}}\n\
             access: {{roles: [{{callers: anyone, may: anonymize, rings: [customer]}}]}}\n"
        );
        let config = write(folder.path(), "privet.yaml", &text);
        stderr(&privet(&["check", "-c", &config])).to_owned()
    };
    let (hash, fpe) = ("{hash: {ring: customer}}", "{fpe: {ring: customer}}");
    policy("first", "priv.a", "pub.a", hash);
    policy("second", "pub.a", "pub.b", fpe);
    policy("third", "pub.b", "pub.c", "{tokenize: {ring: customer}}");
    policy("apart", "priv.d", "pub.d", fpe);
    let all = told("{policy: first.yaml}, {policy: second.yaml}, {policy: third.yaml}, {policy: apart.yaml}");
    let warning = "warning: test/second reads pub.a, which test/first writes: what hash wrote cannot be recognised, and a \
                   field that fpe takes again joins with neither";
    assert!(all.contains(warning), "{all}");
    assert_eq!(all.matches("cannot be recognised").count(), 1, "{all}");
    assert!(!told("{policy: first.yaml}, {policy: third.yaml}, {policy: apart.yaml}").contains("cannot be recognised"));
}

#[test]
fn a_policy_that_is_not_there_is_told_with_the_line_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    let config = write(folder.path(), "privet.yaml", "http: {}\nproducts:\n  - {policy: x12345y67890.d/p.yaml}\n");
    for arguments in [&["check", "-c", &config][..], &["run", "-c", &config], &["anonymize", "-c", &config]] {
        let output = privet(arguments);
        assert_eq!(output.status.code(), Some(3), "{arguments:?}");
        let told = stderr(&output);
        assert!(told.contains("privet.yaml:3:14: ") && told.contains("p.yaml: No such file"), "{arguments:?}: {told}");
    }
}

#[test]
fn a_wrong_root_is_told_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let ring = folder.path().join("c.json");
    assert_eq!(privet(&["keys", "new", "customer", "--ring", ring.to_str().unwrap()]).status.code(), Some(0));
    let fields = "privet: v1\nproduct: a/b\nfields:\n  m: {hash: {ring: customer}}\nrings:\n  customer:\n    from: \"file:c.json\"\n";
    for root in ["file:none.json", "file:p.yaml", "what"] {
        let policy = write(folder.path(), "p.yaml", &format!("{fields}    root: \"{root}\"\n"));
        let output = privet(&["anonymize", "-p", &policy]);
        assert!(
            stderr(&output).contains("p.yaml:8:11: error: the key ring `customer` cannot be used"),
            "{}",
            stderr(&output)
        );
    }
    let output = privet(&["anonymize", "-p", &write(folder.path(), "p.yaml", &fields.replace("c.json", "d.json"))]);
    assert!(stderr(&output).contains("p.yaml:7:11: error: the key ring"), "{}", stderr(&output));
}

/// Two policies, each in order by itself: who reads the topic has what both tell.
#[test]
fn one_field_shown_in_two_ways_in_one_topic_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let ring = folder.path().join("c.json");
    assert_eq!(privet(&["keys", "new", "customer", "--ring", ring.to_str().unwrap()]).status.code(), Some(0));
    for (name, operator) in [("masks", "{mask: {keep_last: 4}}"), ("joins", "{hash: {ring: customer}}")] {
        for (file, output) in [(name.to_owned(), "pub.orders"), (format!("{name}-apart"), name)] {
            let text = format!(
                "privet: v1\nproduct: sales/{name}\ninput: {{kafka: {name}.in}}\noutput: {{kafka: {output}}}\n\
                 dead_letter: {{kafka: dead}}\nfields: {{ssn: {operator}}}\n"
            );
            write(folder.path(), &format!("{file}.yaml"), &text);
        }
    }
    let config = |one: &str, other: &str| {
        let text = format!(
            "http: {{listen: '127.0.0.1:0'}}\nadmin: off\nproducts: [{{policy: {one}.yaml}}, {{policy: {other}.yaml}}]\n\
             rings: {{customer: {{from: 'file:c.json'}}}}\n\
             access: {{roles: [{{callers: anyone, may: anonymize, rings: [customer]}}]}}\n"
        );
        write(folder.path(), "privet.yaml", &text)
    };
    let expected = "conflicting disclosure in the topic pub.orders: sales/masks masks `ssn`, and sales/joins gives `ssn`, the same \
                    field, `hash`";
    for (one, other) in [("masks", "joins"), ("joins", "masks")] {
        let config = config(one, other);
        for command in ["check", "run"] {
            let output = privet(&[command, "-c", &config]);
            assert_eq!(output.status.code(), Some(2), "{command}: {}", stderr(&output));
            assert_eq!(stderr(&output).matches(expected).count(), 1, "{command}: {}", stderr(&output));
        }
    }
    let output = privet(&["check", "-c", &config("masks-apart", "joins-apart")]);
    assert!(output.status.success() && !stderr(&output).contains("conflicting"), "{}", stderr(&output));
}
