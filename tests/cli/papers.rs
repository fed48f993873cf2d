//! What the command says of itself, and the health check.

use super::command::{privet, stderr, stdout};
use std::io::{Read, Write};
use std::net::TcpListener;

#[test]
fn version_names_the_kafka_client_inside_and_its_features() {
    let output = privet(&["--version"]);
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert_eq!(lines[0], concat!("privet ", env!("CARGO_PKG_VERSION")));
    assert!(lines[1].starts_with("librdkafka 2."), "{lines:?}");
    for feature in ["ssl", "zstd", "gzip"] {
        assert!(lines[2].contains(feature), "{feature} in {lines:?}");
    }
}

#[test]
fn usage_errors_exit_2_and_help_exits_0() {
    for arguments in [&[][..], &["--no-such-option"], &["no-such-command"]] {
        let output = privet(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty() && stderr(&output).contains("Usage: privet"), "{arguments:?}");
    }
    let output = privet(&["--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).contains("Exit codes: 0 done"));
}

#[test]
fn completions_and_the_manual_page_know_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let output = privet(&["--completions", shell]);
        assert_eq!(output.status.code(), Some(0));
        assert!(stdout(&output).contains("healthcheck"), "{shell}");
    }
    let output = privet(&["man"]);
    assert!(stdout(&output).contains("privet keys new"), "commands of commands have their part, too");
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).starts_with(".ie") || stdout(&output).starts_with(".TH"), "{}", stdout(&output));
    assert!(stdout(&output).contains("healthcheck"));
}

#[test]
fn healthcheck_asks_the_admin_listener() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answers = ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 503 Service Unavailable\r\n\r\n", "nonsense"];
    let server = std::thread::spawn(move || {
        answers.map(|answer| {
            let (mut stream, _) = listener.accept().unwrap();
            let mut question = [0; 512];
            let count = stream.read(&mut question).unwrap();
            stream.write_all(answer.as_bytes()).unwrap();
            String::from_utf8_lossy(&question[..count]).lines().next().unwrap().to_owned()
        })
    });
    let exits = [&["--live"][..], &[], &[]].map(|more| {
        let arguments = [&["healthcheck", "--admin", &address], more].concat();
        privet(&arguments).status.code()
    });
    assert_eq!(exits, [Some(0), Some(1), Some(1)]);
    assert_eq!(server.join().unwrap(), ["GET /livez HTTP/1.1", "GET /readyz HTTP/1.1", "GET /readyz HTTP/1.1"]);
    let gone = privet(&["healthcheck", "--admin", &address]);
    assert_eq!(gone.status.code(), Some(1), "nobody listens any more: {}", stderr(&gone));
}

#[test]
fn recognizers_are_listed_and_shown() {
    let output = privet(&["recognizers", "list"]);
    assert_eq!(output.status.code(), Some(0));
    let lines: Vec<&str> = stdout(&output).lines().collect();
    assert!(lines.is_sorted() && lines.len() >= 12, "{lines:?}");
    let words = |name: &str| -> Vec<&str> {
        let line = lines.iter().find(|line| line.split_whitespace().next() == Some(name)).unwrap();
        line.split_whitespace().take(3).collect()
    };
    assert_eq!(words("EMAIL_ADDRESS"), ["EMAIL_ADDRESS", "change", "-"]);
    assert_eq!(words("DATE_TIME"), ["DATE_TIME", "report", "-"]);
    assert_eq!(words("US_SSN"), ["US_SSN", "change", "US"]);
    let output = privet(&["recognizers", "show", "IBAN_CODE"]);
    assert_eq!(output.status.code(), Some(0));
    for part in ["IBAN_CODE: ", "  family   ", "  pattern    ", "  validator  ", "  source     https://"] {
        assert!(stdout(&output).contains(part), "{part} in {}", stdout(&output));
    }
    let by_id = privet(&["recognizers", "show", "iban_code"]);
    assert_eq!(stdout(&by_id), stdout(&output));
    for part in ["  context    ", "  fields     iban", "  finds      ", "  nothing    in "] {
        assert!(stdout(&output).contains(part), "{part} in {}", stdout(&output));
    }
    let family = privet(&["recognizers", "show", "NATIONAL_ID"]);
    assert!(stdout(&family).contains(" US_SSN") && stdout(&family).contains("  types    "), "{}", stdout(&family));
    let output = privet(&["recognizers", "show", "IBAN_COD"]);
    assert_eq!(
        (output.status.code(), stderr(&output)),
        (Some(2), "privet: no entity type or recognizer has this name; did you mean IBAN_CODE?\n")
    );
}

#[test]
fn examples_of_recognizers_are_run() {
    let output = privet(&["recognizers", "test"]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(stdout(&output).contains(" recognizers hold, alone and among all"), "{}", stdout(&output));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("crew.yaml");
    let text = "{id: crew, entity: CREW_ID, family: CREW_ID, title: Crew, default: change, references: [x],\n\
                patterns: [{name: form, score: 0.5, regex: 'CR-[0-9]{5}'}], examples: {\n\
                match: [{text: by CR-12345, finds: CR-12345}],\n no_match: [{text: CR-99999, because: no}]}}\n";
    std::fs::write(&file, text).unwrap();
    let output = privet(&["recognizers", "test", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("crew.yaml:4: the example does not hold"), "{}", stderr(&output));
}
