//! No key and no value leaves the process but in answers: not by logs, metrics, errors, core dumps or `/proc`.

use super::back::{Asked, ask};
use super::setup::{PATIENCE, Setup};
use crate::cli::http::client::Client;
use crate::support::eventually;
use crate::support::process::{Privet, Signal};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::process::{Command, Stdio};

const ROLES: &str = "  roles:\n    - {callers: {subject: desk}, may: [anonymize, deanonymize], rings: [customer, staff], kinds: \"*\"}\n";

/// Everything that must not be seen: the rings' roots and sealed keys, and what derives from them in hexadecimal.
fn keys(setup: &Setup) -> Vec<String> {
    let mut all = Vec::new();
    for name in ["customer", "staff"] {
        let root: serde_json::Value = serde_json::from_str(&setup.text(&format!("{name}.root.json"))).unwrap();
        let ring: serde_json::Value = serde_json::from_str(&setup.text(&format!("{name}.keyring.json"))).unwrap();
        all.push(root["root"].as_str().unwrap().to_owned());
        all.push(ring["keys"][0]["sealed"].as_str().unwrap().to_owned());
        all.push(ring["mac"].as_str().unwrap().to_owned());
    }
    assert!(all.iter().all(|key| key.len() >= 32), "{}", all.len());
    all
}

#[test]
fn neither_keys_nor_values_are_told_by_anything() {
    let setup = Setup::new();
    let admin = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    setup.configure("{listen: \"127.0.0.1:0\"}", &format!("{}{ROLES}", setup.jwt()));
    let settings = setup
        .text("privet.yaml")
        .replace("admin: off", &format!("admin: {{listen: \"{admin}\"}}\nlog: {{filter: trace}}"));
    setup.write("privet.yaml", &settings);
    let mut running = setup.run();
    let token = setup.signer.token("desk");
    let authorization = format!("Bearer {token}");
    let headers = [("content-type", "application/json"), ("authorization", authorization.as_str())];
    let record = br#"{"id":"c-1","mail":"canary@corp.example","name":"Canary Bird","account":"9876543210","note":"x canary@corp.example"}"#;
    let out = running.http().request("POST", "/v1/anonymize", &headers, record);
    assert_eq!(out.status, 200);
    let back = Asked { subject: "desk", reason: Some("ticket"), media: "application/json", body: out.text() };
    assert!(ask(&setup, &running, &back).text().contains("canary@corp.example"));
    let refused = [&br#"{"mail":"canary@corp.example""#[..], br#"{"account":"canary"}"#];
    let mut seen: Vec<String> = refused
        .iter()
        .map(|body| {
            let answer = running.http().request("POST", "/v1/anonymize", &headers, body);
            assert_eq!(answer.status, 422, "{}", answer.text());
            answer.text().to_owned()
        })
        .collect();
    // A ring that was tampered with, at a reload and at a check.
    let good = setup.text("customer.keyring.json");
    let mut altered: serde_json::Value = serde_json::from_str(&good).unwrap();
    altered["version"] = serde_json::json!(altered["version"].as_u64().unwrap() + 1);
    setup.write("customer.keyring.json", &altered.to_string());
    running.privet.signal(Signal::HangUp);
    eventually("the reload is refused", PATIENCE, || running.privet.stderr().contains("reload refused").then_some(()));
    let check = Privet::run(Privet::command(["check", "-c", &setup.config()]), b"", PATIENCE);
    assert_eq!(check.status.code(), Some(2));
    setup.write("customer.keyring.json", &good);
    seen.push(check.stderr);
    let metrics = Client::connect(admin).get("/metrics").text().to_owned();
    assert!(metrics.contains("privet_opened_values_total{product=\"shop/orders\"} 4\n"), "{metrics}");
    seen.push(metrics);
    let proc = |name: &str| std::fs::read(format!("/proc/{}/{name}", running.privet.id())).unwrap_or_default();
    seen.extend(["environ", "cmdline"].map(|name| String::from_utf8_lossy(&proc(name)).into_owned()));
    running.privet.signal(Signal::Terminate);
    running.privet.wait(PATIENCE);
    seen.extend([running.privet.stderr(), running.privet.stdout(), setup.text("audit.jsonl")]);
    let mut secrets = keys(&setup);
    secrets.extend(["canary@", "Canary", "9876543210", token.as_str()].map(str::to_owned));
    for text in &seen {
        for secret in &secrets {
            assert!(!text.contains(secret.as_str()), "a secret of {} bytes in {text}", secret.len());
        }
    }
    assert!(
        seen.iter().any(|text| text.contains("TRACE") || text.contains("DEBUG")),
        "the log was asked for everything"
    );
}

#[test]
fn a_crash_leaves_no_core_even_where_the_shell_allows_one() {
    let setup = Setup::new();
    setup.configure("{listen: \"127.0.0.1:0\"}", &format!("{}{ROLES}", setup.jwt()));
    let line =
        format!("ulimit -c unlimited 2>/dev/null; exec {} run -c {}", env!("CARGO_BIN_EXE_privet"), setup.config());
    let mut shell = Command::new("sh");
    shell.args(["-c", &line]).current_dir(setup.folder.path());
    let mut privet = Privet::start_command(shell);
    privet.wait_for_stderr("/v1/anonymize", PATIENCE);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", privet.id())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().skip(4).take(2).collect::<Vec<_>>(), ["0", "0"], "{core}");
    assert!(Command::new("sh").args(["-c", &format!("kill -ABRT {}", privet.id())]).status().unwrap().success());
    let status = privet.wait(PATIENCE);
    assert_eq!((status.signal(), status.core_dumped()), (Some(6), false));
    let left = std::fs::read_dir(setup.folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.filter(|name| name.to_string_lossy().contains("core")).count(), 0);
}

/// Where the kernel says that a process may not be looked into, its files under `/proc` belong to root.
#[test]
fn other_processes_of_its_user_cannot_look_inside() {
    let me = std::fs::metadata("/proc/self").unwrap().uid();
    let folder = tempfile::tempdir().unwrap();
    let binary = folder.path().join("privet");
    std::fs::copy(env!("CARGO_BIN_EXE_privet"), &binary).unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut command = Command::new(&binary);
    if me == 0 {
        command.uid(65534).gid(65534);
    }
    // It waits for its input, so that it can be looked at.
    command.args(["anonymize", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let path = format!("/proc/{}/environ", child.id());
    eventually("it is closed to others", PATIENCE, || (std::fs::metadata(&path).unwrap().uid() == 0).then_some(()));
    child.kill().unwrap();
    child.wait().unwrap();
}
