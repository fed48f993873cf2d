//! SIGHUP to the real binary: policies and recognizers are read anew, and what is wrong leaves all as it was.

use super::client::Client;
use crate::support::eventually;
use crate::support::process::{Privet, Signal};
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);

const POLICY: &str = "\
privet: v1
product: shop
defaults:
  - {entity: EMAIL_ADDRESS, op: redact}
  - {entity: STAFF_NUMBER, op: {mask: {keep_last: 4}}}
";

/// A recognizer of staff numbers that begin so.
fn recognizer(prefix: &str) -> String {
    format!(
        "id: own_staff\nentity: STAFF_NUMBER\nfamily: EMPLOYEE_ID\ntitle: Staff number\ndefault: change\n\
         references: ['https://example.org/staff']\npatterns:\n  - name: plain\n    score: 0.8\n    boundary: word\n    \
         regex: '{prefix}\\d{{6}}'\nexamples:\n  match: [{{text: 'by {prefix}123456', finds: '{prefix}123456'}}]\n  \
         no_match: [{{text: '{prefix}12345', because: too short}}]\n"
    )
}

struct Running {
    privet: Privet,
    http: SocketAddr,
    admin: SocketAddr,
    folder: TempDir,
    /// How many reloads were asked for.
    asked: u64,
}

impl Running {
    fn start() -> Self {
        Self::start_with("", POLICY)
    }

    /// Starts with more in its settings, and with this policy; the folder holds a key ring `customer` and a folder
    /// `state`.
    fn start_with(more: &str, policy: &str) -> Self {
        Self::start_by(&[], more, policy)
    }

    /// The same, with arguments.
    fn start_by(arguments: &[&str], more: &str, policy: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut keys = Privet::command(["keys", "new", "customer"]);
        keys.current_dir(folder.path());
        assert!(Privet::run(keys, b"", PATIENCE).status.success());
        std::fs::create_dir(folder.path().join("state")).unwrap();
        let admin = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let settings = format!(
            "products: [{{policy: policy.yaml}}]\nrecognizers: own\nhttp: {{listen: \"127.0.0.1:0\"}}\n\
             admin: {{listen: \"{admin}\"}}\n{more}"
        );
        std::fs::create_dir(folder.path().join("own")).unwrap();
        write(folder.path(), "privet.yaml", &settings);
        write(folder.path(), "policy.yaml", &policy.replace("{mask: {keep_last: 4}}", "replace"));
        write(folder.path(), "own/staff.yaml", &recognizer("AB"));
        let mut command = Privet::command([&["run", "-c", "privet.yaml"], arguments].concat());
        command.current_dir(folder.path());
        let mut privet = Privet::start_command(command);
        privet.wait_for_stderr("POST http://", PATIENCE);
        let said = privet.stderr();
        let (_, rest) = said.split_once("POST http://").unwrap();
        let http = rest.split('/').next().unwrap().parse().unwrap();
        Self { privet, http, admin, folder, asked: 0 }
    }

    fn write(&self, name: &str, text: &str) {
        write(self.folder.path(), name, text);
    }

    /// Asks for a reload and waits until it is answered; gives what was logged since.
    fn reload(&mut self) -> String {
        let before = self.privet.stderr().len();
        self.asked += 1;
        self.privet.signal(Signal::HangUp);
        eventually("the reload is counted", PATIENCE, || {
            (self.count("applied") + self.count("refused") == self.asked).then_some(())
        });
        eventually("the reload is logged", PATIENCE, || {
            let said = self.privet.stderr().get(before..).unwrap().to_owned();
            (said.contains("reloaded") || said.contains("reload refused")).then_some(said)
        })
    }

    fn metrics(&self) -> String {
        Client::connect(self.admin).get("/metrics").text().to_owned()
    }

    fn count(&self, result: &str) -> u64 {
        let name = format!("privet_reloads_total{{result=\"{result}\"}} ");
        self.metrics().lines().find_map(|line| line.strip_prefix(&name)?.parse().ok()).unwrap()
    }

    /// What becomes of a text, and the policy that governed.
    fn anonymize(&self, text: &str) -> (String, String) {
        let answer = Client::connect(self.http).post("/v1/anonymize", "text/plain", text.as_bytes());
        assert_eq!(answer.status, 200, "{answer:?}");
        (answer.text().to_owned(), answer.header("privet-policy").unwrap().to_owned())
    }
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

#[test]
fn recognizers_and_policies_are_exchanged_together_and_what_is_bad_leaves_what_runs() {
    let mut running = Running::start();
    let text = "staff AB123456 and CD123456 wrote to kim@example.org";
    let (before, policy) = running.anonymize(text);
    assert_eq!(before, "staff <STAFF_NUMBER> and CD123456 wrote to ");

    running.write("own/staff.yaml", &recognizer("CD"));
    let said = running.reload();
    assert!(said.contains("reloaded"), "{said}");
    let (after, same) = running.anonymize(text);
    assert_eq!((after.as_str(), same), ("staff AB123456 and <STAFF_NUMBER> wrote to ", policy.clone()));

    // Of two files the good one is not used either, nor is the policy.
    running.write("own/staff.yaml", &recognizer("AB"));
    running.write("own/bad.yaml", &recognizer("EF").replace("own_staff", "own_bad").replace("regex: '", "regex: '("));
    running.write("policy.yaml", POLICY);
    let said = running.reload();
    assert_eq!(said.matches("bad.yaml").count(), 1, "{said}");
    let fault = said.lines().find(|line| line.contains("bad.yaml")).unwrap();
    assert!(fault.contains("line=11") && fault.contains("reason="), "{fault}");
    assert_eq!(running.anonymize(text), (after.clone(), policy.clone()));

    // One that loads, but whose example does not hold.
    let untrue = recognizer("EF").replace("own_staff", "own_bad").replace("'EF12345'", "'EF123457'");
    running.write("own/bad.yaml", &untrue);
    let said = running.reload();
    let fault = said.lines().find(|line| line.contains("bad.yaml")).unwrap();
    assert!(fault.contains("line=14") && fault.contains("the example does not hold"), "{fault}");
    assert_eq!(running.anonymize(text), (after.clone(), policy.clone()));

    // A good set, and a policy that is not.
    std::fs::remove_file(running.folder.path().join("own/bad.yaml")).unwrap();
    running.write("policy.yaml", &POLICY.replace("redact", "redcat"));
    let said = running.reload();
    let fault = said.lines().find(|line| line.contains("policy.yaml")).unwrap();
    assert!(fault.contains("line=4") && fault.contains("redcat"), "{fault}");
    assert_eq!(running.anonymize(text), (after, policy.clone()));

    running.write("policy.yaml", POLICY);
    running.reload();
    let (all_new, new_policy) = running.anonymize(text);
    assert_eq!(all_new, "staff ****3456 and CD123456 wrote to ");
    assert_ne!(new_policy, policy);
    assert_eq!((running.count("applied"), running.count("refused")), (2, 3));
    let metrics = running.metrics();
    assert!(metrics.contains(&new_policy) && !metrics.contains(&policy));
    assert!(metrics.contains("entity=\"STAFF_NUMBER\""), "{metrics}");
    assert!(!running.privet.stderr().contains("kim@"), "no value in the log");
}

#[test]
fn what_a_reload_cannot_change_is_refused_and_said() {
    let mut running = Running::start();
    for (file, text, says) in [
        ("policy.yaml", POLICY.replace("product: shop", "product: other"), "called otherwise"),
        (
            "policy.yaml",
            POLICY.replace("defaults:", "input: {kafka: a}\noutput: {kafka: b}\ndead_letter: {kafka: c}\ndefaults:"),
            "other topics",
        ),
        ("privet.yaml", "products: [{policy: policy.yaml}]\nrecognizers: own\nhttp: {}\n".to_owned(), "start it again"),
        ("privet.yaml", "products: [\n".to_owned(), "privet.yaml"),
    ] {
        let path = running.folder.path().join(file);
        let before = std::fs::read_to_string(&path).unwrap();
        running.write(file, &text);
        let said = running.reload();
        assert!(said.contains(says), "{says:?} in {said}");
        running.write(file, &before);
    }
    // An address is given up by nobody: it serves on.
    assert_eq!(running.anonymize("by AB123456").0, "by <STAFF_NUMBER>");
    running.reload();
    assert_eq!((running.count("applied"), running.count("refused")), (1, 4));
    running.privet.signal(Signal::Terminate);
    assert_eq!(running.privet.wait(PATIENCE).code(), Some(0), "{}", running.privet.stderr());
}

/// A ring that was read beside a policy that is wrong is not used, so nothing may remember it either.
#[test]
fn a_ring_is_exchanged_with_the_rest_or_not_at_all_and_only_then_remembered() {
    let rings = "rings: {customer: {from: 'file:customer.keyring.json', state_dir: state}}\n\
                 access: {roles: [{callers: anyone, may: anonymize, rings: [customer]}]}\n";
    let keyed = POLICY.replace("op: redact", "op: {tokenize: {ring: customer}}");
    let mut running = Running::start_with(rings, &keyed);
    let ring = running.folder.path().join("customer.keyring.json");
    let token = |running: &Running| running.anonymize("to kim@example.org").0;
    let seen =
        |running: &Running| std::fs::read_to_string(running.folder.path().join("state/customer.seen.json")).unwrap();
    let first = token(&running);
    assert!(seen(&running).contains("\"version\":1"), "{}", seen(&running));
    let old = std::fs::read(&ring).unwrap();

    let mut keys = Privet::command(["keys", "rotate", "customer.keyring.json"]);
    keys.current_dir(running.folder.path());
    assert!(Privet::run(keys, b"", PATIENCE).status.success());
    let rotated = std::fs::read(&ring).unwrap();
    running.write("policy.yaml", &keyed.replace("{mask: {keep_last: 4}}", "maks"));
    let said = running.reload();
    assert!(said.contains("reload refused") && said.contains("maks"), "{said}");
    assert!(seen(&running).contains("\"version\":1"), "what is refused is not remembered: {}", seen(&running));
    assert_eq!(token(&running), first);

    // So the old ring may still be put back; then the new one is used, and after that the old one is refused.
    std::fs::write(&ring, &old).unwrap();
    running.write("policy.yaml", &keyed);
    assert!(running.reload().contains("reloaded"));
    assert_eq!(token(&running), first);
    std::fs::write(&ring, &rotated).unwrap();
    assert!(running.reload().contains("reloaded"));
    let second = token(&running);
    assert_ne!(second, first);
    std::fs::write(&ring, &old).unwrap();
    let said = running.reload();
    assert!(said.contains("reload refused") && said.contains("at least 2 is asked for"), "{said}");
    std::fs::write(&ring, &rotated[..rotated.len() / 2]).unwrap();
    assert!(running.reload().contains("the ring is malformed"));
    assert_eq!(token(&running), second, "a bad ring leaves the good one running");
    assert_eq!((running.count("applied"), running.count("refused")), (2, 3));
}

/// How the tagger is used was said on the command line, and holds for policies that are read anew and do not say it.
#[test]
fn the_command_line_says_how_the_tagger_is_used_after_a_reload_too() {
    let text = "Met Siobhan Okafor in the lobby";
    let policy = |tagger: &str| format!("{POLICY}  - {{entity: PERSON, op: replace}}\n{tagger}");
    for (arguments, hidden) in [(&["--tagger", "off"][..], false), (&[], true)] {
        let mut running = Running::start_by(arguments, "", &policy(""));
        let is_hidden = |running: &Running| !running.anonymize(text).0.contains("Siobhan");
        assert_eq!(is_hidden(&running), hidden);
        running.write("policy.yaml", &policy("").replace("replace}", "redact}"));
        running.reload();
        assert_eq!(is_hidden(&running), hidden, "after a reload");
        running.write("policy.yaml", &policy("tagger: high\n"));
        running.reload();
        assert!(is_hidden(&running), "the policy says otherwise");
    }
}
