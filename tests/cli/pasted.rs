//! Keys that were pasted where something else belongs: whatever it is and however they are spelled, nobody is told them.

use super::command::{command, stderr, stdout};
use data_encoding::{BASE32_NOPAD, BASE64, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use std::path::Path;
use std::process::Output;

/// Key material in the spellings in which it comes.
fn spelled() -> Vec<String> {
    let key: Vec<u8> = (0..32_u8).map(|at| at.wrapping_mul(89).wrapping_add(171)).collect();
    let hex = HEXLOWER.encode(&key);
    let pairs: Vec<&str> = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap()).collect();
    let base64 = BASE64.encode(&key);
    vec![
        pairs.join(":"),
        pairs.join(" "),
        HEXUPPER.encode(&key),
        hex.get(..40).unwrap().to_owned(),
        format!("/{}", base64.get(1..).unwrap()),
        base64,
        BASE64URL_NOPAD.encode(&key),
        BASE32_NOPAD.encode(&key).to_lowercase(),
        hex,
    ]
}

fn assert_silent(text: &str, what: &[&str], output: &Output) {
    let said = format!("{}{}", stdout(output), stderr(output));
    assert!(!output.status.success(), "{what:?}: {said}");
    for window in text.as_bytes().windows(8) {
        let window = std::str::from_utf8(window).unwrap();
        assert!(!said.contains(window), "{window} of {what:?} is told:\n{said}");
    }
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    command(arguments).current_dir(folder).output().unwrap()
}

#[test]
fn a_key_in_the_place_of_an_argument_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let ring = "customer.keyring.json";
    assert!(run(folder.path(), &["keys", "new", "customer"]).status.success());
    std::fs::write(folder.path().join("privet.yaml"), "vault: {from: 'redb:v', epochs: {from: 'file:e'}}\n").unwrap();
    for key in spelled() {
        let file = format!("file:{key}");
        for arguments in [
            &["keys", "list", &*key][..],
            &["keys", "check", &key],
            &["keys", "disable", &key, "01234567"],
            &["keys", "disable", ring, &key],
            &["keys", "enable", ring, &key],
            &["keys", "destroy", ring, &key],
            &["keys", "list", ring, &key],
            &["keys", "list", ring, "--root", &key],
            &["keys", "check", ring, "--root", &file],
            &["keys", "check", ring, "--min-version", &key],
            &["keys", "rotate", &key],
            &["keys", "rotate", ring, &key, "--dry-run"],
            &["keys", "new", &key],
            &["keys", "new", "other", "--root", &key],
            &["keys", "new", "other", "--ring", &key],
            &["keys", &key],
            &[&key],
            &["check", &key],
            &["check", "-c", &key],
            &["anonymize", "-p", &key, "-c", &key],
            &["dead-letter", "open", "--ring", &key],
            &["dead-letter", "open", "--ring", ring, "--root", &file],
            &["forget", "-c", "privet.yaml", "--ring", "customer", "--receipt-key", &key],
            &["receipt", "verify", "--key", &key, ring],
            &["receipt", "verify", "--key", "00", &key],
            &["receipt", "key", &key],
            &["analyze", &key],
            &["analyze", "--recognizers", &key],
            &["analyze", "--entities", &key],
            &["anonymize", "--recognizers", &key],
            &["recognizers", "show", &key],
            &["recognizers", "test", &key],
        ] {
            assert_silent(&key, arguments, &run(folder.path(), arguments));
        }
        for with in [format!("{key}.json"), format!("{key}.keyring.json"), format!("{key}/y"), format!("{key}/y.json")]
        {
            for arguments in [
                &["keys", "new", "other", "--ring", &*with][..],
                &["keys", "new", "other", "--root", &with],
                &["keys", "list", &with],
                &["keys", "check", ring, "--root", &with],
                &["receipt", "key", &with],
                &["receipt", "verify", "--key", &HEXLOWER.encode(&[7; 32]), &with],
                &["analyze", &with],
                &["analyze", "--entities", &with],
                &["analyze", "--recognizers", &with],
                &["check", &with],
                &["dead-letter", "open", "--ring", &with],
                &["dead-letter", "open", "--ring", ring, &with],
            ] {
                assert_silent(&key, arguments, &run(folder.path(), arguments));
            }
        }
    }
    // Nor is a file made that is called so.
    let mut made: Vec<String> =
        std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    made.sort();
    assert_eq!(made, ["customer.keyring.json", "customer.root.json", "privet.yaml"]);
}

/// What `keys new` writes as the file of a root, where a file's name belongs.
#[test]
fn a_root_pasted_as_a_document_is_not_told_and_names_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let ring = "customer.keyring.json";
    assert!(run(folder.path(), &["keys", "new", "customer"]).status.success());
    let text = std::fs::read_to_string(folder.path().join("customer.root.json")).unwrap();
    let root = text.split('"').find(|part| part.len() == 64).unwrap();
    for document in [text.clone(), text.trim_end().to_owned(), format!("file:{text}"), text.replace([' ', '\n'], "")] {
        for arguments in [
            &["keys", "new", "other", "--root", &*document][..],
            &["keys", "new", "other", "--ring", &document],
            &["keys", "new", &document],
            &["keys", "list", &document],
            &["keys", "check", ring, "--root", &document],
            &["receipt", "key", &document],
            &["check", &document],
            &["check", "-c", &document],
            &["analyze", &document],
            &["anonymize", "-p", &document],
            &["dead-letter", "open", "--ring", &document],
        ] {
            assert_silent(root, arguments, &run(folder.path(), arguments));
        }
    }
    let mut made: Vec<String> =
        std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap()).collect();
    made.sort();
    assert_eq!(made, [ring, "customer.root.json"]);
}

#[test]
fn a_whole_key_is_no_tenant_and_an_id_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let check = |tenant: &str| {
        let text = format!("tenant: \"{tenant}\"\nadmin: {{listen: \"127.0.0.1:0\"}}\n");
        std::fs::write(folder.path().join("tenant.yaml"), text).unwrap();
        run(folder.path(), &["check", "-c", "tenant.yaml"])
    };
    let looks = "this looks like a key";
    let whole = |key: &String| [43, 44, 64].contains(&key.chars().filter(|c| !matches!(c, ':' | ' ')).count());
    let keys: Vec<String> = spelled().into_iter().filter(whole).collect();
    assert!(keys.len() >= 6, "{}", keys.len());
    for key in keys {
        let output = check(&key);
        assert_silent(&key, &["tenant"], &output);
        assert!(stderr(&output).contains(looks), "{}", stderr(&output));
    }
    for id in ["9b2f4c1de8a74f60b1c35d7e90ab12cd", "9b2f4c1d-e8a7-4f60-b1c3-5d7e90ab12cd", "acme"] {
        let output = check(id);
        assert!(!stderr(&output).contains(looks), "{id}: {}", stderr(&output));
    }
    let root = folder.path().join("9b2f4c1de8a74f60b1c35d7e90ab12cd");
    std::fs::create_dir(&root).unwrap();
    let root = root.join("root");
    let made = run(folder.path(), &["keys", "new", "customer", "--root", root.to_str().unwrap()]);
    assert!(made.status.success() && root.exists(), "{}", stderr(&made));
}

#[test]
fn a_key_in_a_configuration_or_policy_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    assert!(run(folder.path(), &["keys", "new", "customer"]).status.success());
    let policy = "privet: v1\nproduct: shop\nfields: {mail: {tokenize: {ring: customer, as: EMAIL_ADDRESS}}}\n";
    for key in spelled() {
        for rings in [
            format!("rings: {{customer: {{from: \"{key}\"}}}}\n"),
            format!("rings: {{customer: \"{key}\"}}\n"),
            format!("rings:\n  customer:\n    from: \"file:customer.keyring.json\"\n    root:\n      {key}\n"),
            format!("rings:\n  customer:\n    from: \"file:customer.keyring.json\"\n    \"root\" : '{key}'\n"),
            format!("rings:\n  customer:\n    from: \"file:customer.keyring.json\"\n    root: \"file:{key}\"\n"),
            format!("rings:\n  customer:\n    from: \"env:{key}\"\n    root: \"file:x\"\n"),
            format!("rings:\n  \"{key}\":\n    from: \"file:{key}\"\n"),
            format!("rings: \"{key}\"\n"),
            format!("rings: {{customer: {{from: \"file:{key}.json\"}}}}\n"),
            format!("rings: {{customer: {{from: \"file:{key}/y.json\"}}}}\n"),
        ] {
            write("policy.yaml", &format!("{policy}{rings}"));
            let arguments = ["anonymize", "-p", "policy.yaml"];
            assert_silent(&key, &[&rings], &run(folder.path(), &arguments));
            write("policy.yaml", policy);
            write("privet.yaml", &format!("http: {{}}\nproducts: [{{policy: policy.yaml}}]\n{rings}"));
            for arguments in
                [&["check", "-c", "privet.yaml"][..], &["anonymize", "-c", "privet.yaml", "-p", "policy.yaml"]]
            {
                assert_silent(&key, &[&rings], &run(folder.path(), arguments));
            }
        }
        for settings in [
            format!("recognizers: \"{key}\"\n"),
            format!("recognizers: \"{key}.d\"\n"),
            format!("vault: {{from: \"redb:{key}/v\"}}\n"),
            format!("vault: {{from: \"postgres:{key}\"}}\n"),
            format!("instance: \"{key}\"\n"),
            format!("log: {{filter: \"{key}\"}}\n"),
            format!("access: {{audit: \"{key}/audit\"}}\n"),
            format!("access: {{jwt: {{jwks: \"file:{key}.json\", issuer: a, audience: b}}}}\n"),
        ] {
            write("privet.yaml", &format!("products: [{{policy: policy.yaml}}]\nhttp: {{}}\n{settings}"));
            assert_silent(&key, &[&settings], &run(folder.path(), &["check", "-c", "privet.yaml"]));
        }
        write("policy.yaml", &policy.replace("ring: customer", &format!("ring: \"{key}\"")));
        assert_silent(&key, &["ring:"], &run(folder.path(), &["check", "policy.yaml"]));
    }
}

#[test]
fn no_folder_is_made_that_is_called_by_a_key() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("note.txt"), "Call me\n").unwrap();
    let names = || {
        let all = std::fs::read_dir(folder.path()).unwrap().map(|one| one.unwrap().file_name().into_string().unwrap());
        let mut all: Vec<String> = all.collect();
        all.sort();
        all
    };
    for key in spelled() {
        for output in [key.clone(), format!("{key}/out"), format!("out/{key}"), format!("{key}.d")] {
            let arguments = ["anonymize", "note.txt", "-o", &output];
            let done = run(folder.path(), &arguments);
            assert_silent(&key, &arguments, &done);
            assert!(stderr(&done).contains("what --output names may be a key"), "{}", stderr(&done));
        }
    }
    assert_eq!(names(), ["note.txt"]);
    // One that is there is called so by others.
    let id = HEXLOWER.encode(&[0xab; 32]);
    std::fs::create_dir(folder.path().join(&id)).unwrap();
    for output in [id.clone(), format!("{id}/out"), "out".to_owned()] {
        let done = run(folder.path(), &["anonymize", "note.txt", "-o", &output]);
        assert!(done.status.success(), "{}", stderr(&done));
        assert!(folder.path().join(&output).join("note.txt").exists());
    }
}

#[test]
fn a_key_in_the_name_of_a_product_is_not_told() {
    let folder = tempfile::tempdir().unwrap();
    let whole = |key: &String| [43, 44, 64].contains(&key.chars().filter(|c| !matches!(c, ':' | ' ')).count());
    for key in spelled().into_iter().filter(whole) {
        for product in [format!("a/{key}"), format!("a.{key}"), format!("a/{key}/b")] {
            let policy = format!("privet: v1\nproduct: \"{product}\"\nfields: {{mail: redact}}\n");
            std::fs::write(folder.path().join("policy.yaml"), policy).unwrap();
            std::fs::write(folder.path().join("privet.yaml"), "products: [{policy: policy.yaml}]\nhttp: {}\n").unwrap();
            for arguments in
                [&["check", "policy.yaml"][..], &["check", "-c", "privet.yaml"], &["anonymize", "-p", "policy.yaml"]]
            {
                assert_silent(&key, arguments, &run(folder.path(), arguments));
            }
        }
    }
}
