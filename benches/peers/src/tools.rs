//! The tools, each with the 40 rules.

use std::hint::black_box;
use std::sync::Arc;

use dd_sds::{MatchAction, RegexRuleConfig, RootRuleConfig, Scanner, SecondaryValidator};
use privet::detect::{RecognizerSet, TaggerUse};
use privet::policy::{CompileContext, Plan, Source, compile};
use serde_json::{Value, json};
use vrl::compiler::state::RuntimeState;
use vrl::compiler::{Context, Program, TargetValue, TimeZone};
use vrl::value::Secrets;

/// One rule, as `rules.json` has it.
pub struct Rule(Value);

impl Rule {
    fn text(&self, key: &str) -> &str {
        self.0[key].as_str().unwrap()
    }

    /// The pattern with the edges of words where it asks for them.
    fn bounded(&self) -> String {
        let edge = |side| if self.text("edges").contains(side) { r"\b" } else { "" };
        format!("{}(?:{}){}", edge('l'), self.text("regex"), edge('r'))
    }

    fn words(&self) -> Vec<&str> {
        self.0["words"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
    }

    fn needs_word(&self) -> bool {
        self.0["needs_word"] == true
    }

    fn entity(&self) -> String {
        format!("RULE_{}", self.text("name").to_uppercase())
    }

    /// A recognizer file; JSON is YAML.
    fn file(&self) -> String {
        let entity = self.entity();
        let mut file = json!({
            "id": format!("rule_{}", self.text("name")),
            "entity": entity,
            "family": entity,
            "title": self.text("title"),
            "default": "off",
            "references": ["https://example.org/rules"],
            "patterns": [{"name": "form", "score": self.0["score"], "regex": self.text("regex")}],
            "examples": {
                "match": [{"text": self.text("match"), "finds": self.text("finds")}],
                "no_match": [{"text": self.text("no_match"), "because": self.text("because")}],
            },
        });
        if let Some(validator) = self.0["validator"].as_str() {
            file["validators"] = json!([validator]);
        }
        if !self.words().is_empty() {
            file["context"] = json!({"words": self.words()});
        }
        file.to_string()
    }
}

pub fn rules() -> Vec<Rule> {
    let rules: Vec<Value> = serde_json::from_str(include_str!("../rules.json")).unwrap();
    assert_eq!(rules.len(), 40);
    rules.into_iter().map(Rule).collect()
}

/// privet with the rules as a user's recognizer files, and nothing else on.
pub fn plan(rules: &[Rule]) -> Plan {
    let folder = std::env::temp_dir().join(format!("privet-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    for rule in rules {
        std::fs::write(folder.join(format!("{}.yaml", rule.text("name"))), rule.file()).unwrap();
    }
    let set = RecognizerSet::with_directory(&folder).unwrap_or_else(|errors| panic!("{errors:#?}"));
    std::fs::remove_dir_all(&folder).unwrap();
    let mut policy = "privet: v1\nproduct: bench/rules\ndetect:\n  \"*\": off\n".to_owned();
    for rule in rules {
        // What is digits alone scores too little to count by itself; here it counts as it does for the others.
        let threshold = if rule.needs_word() { "0.4" } else { "0.3" };
        policy += &format!("  {}: {{threshold: {threshold}}}\n", rule.entity());
    }
    let context = CompileContext { set: &set, rings: &|_| Ok(None), tenant: "" };
    compile(&Source::new("peers.yaml", &policy), &context).unwrap().with_tagger(TaggerUse::Off)
}

/// The rules for `dd-sensitive-data-scanner`, which redacts.
fn scanner_of(rules: &[Rule]) -> Scanner {
    let rules: Vec<_> = (rules.iter())
        .map(|rule| {
            let mut config = RegexRuleConfig::new(&rule.bounded());
            if rule.needs_word() {
                config = config.with_included_keywords(rule.words());
            }
            let validator: Option<SecondaryValidator> =
                rule.0["dd"].as_str().map(|name| serde_json::from_value(json!({"type": name})).unwrap());
            let config = config.with_validator(validator).build();
            RootRuleConfig::new(config).match_action(MatchAction::redact("[X]"))
        })
        .collect();
    Scanner::builder(&rules).build().unwrap_or_else(|error| panic!("{error:?}"))
}

pub fn scanner(rules: &[Rule]) -> impl FnMut(&[&[u8]]) + use<> {
    let scanner = scanner_of(rules);
    let mut out = Vec::new();
    move |lines| {
        for line in lines {
            out.clear();
            black_box(scan(&scanner, line, &mut out));
            black_box(&out);
        }
    }
}

/// Redacts one event, and gives how many matches there were.
fn scan(scanner: &Scanner, line: &[u8], out: &mut Vec<u8>) -> usize {
    let mut event: Value = serde_json::from_slice(line).unwrap();
    let matches = scanner.scan(&mut event).unwrap_or_else(|error| panic!("{error:?}")).len();
    serde_json::to_writer(out, &event).unwrap();
    matches
}

/// The rules as a program of `vrl`.
fn program(rules: &[Rule]) -> Program {
    let filters: Vec<String> = rules.iter().map(|rule| format!("r'{}'", rule.bounded().replace('\'', "\\'"))).collect();
    let source = format!(". = redact(., filters: [{}])", filters.join(", "));
    let functions = vrl::stdlib::all();
    vrl::compiler::compile(&source, &functions).unwrap_or_else(|errors| panic!("{errors:?}")).program
}

pub fn redact(rules: &[Rule]) -> impl FnMut(&[&[u8]]) + use<> {
    let program = program(rules);
    let mut out = Vec::new();
    move |lines| {
        for line in lines {
            out.clear();
            redact_one(&program, line, &mut out);
            black_box(&out);
        }
    }
}

fn redact_one(program: &Program, line: &[u8], out: &mut Vec<u8>) {
    let value = serde_json::from_slice(line).unwrap();
    let mut target =
        TargetValue { value, metadata: vrl::value::Value::Object(Default::default()), secrets: Secrets::default() };
    let (mut state, zone) = (RuntimeState::default(), TimeZone::default());
    program.resolve(&mut Context::new(&mut target, &mut state, &zone)).unwrap();
    serde_json::to_writer(out, &target.value).unwrap();
}

/// How many of the events each tool changes: all three look for the same.
pub fn changed(rules: &[Rule], lines: &[&[u8]]) -> [usize; 3] {
    let (scanner, program, plan) = (scanner_of(rules), program(rules), Arc::new(plan(rules)));
    let mut changed = [0; 3];
    let mut out = Vec::new();
    for line in lines {
        out.clear();
        changed[0] += usize::from(scan(&scanner, line, &mut out) > 0);
        out.clear();
        redact_one(&program, line, &mut out);
        changed[1] += usize::from(memchr::memmem::find(&out, b"[REDACTED]").is_some());
    }
    changed[2] = crate::rows::changed(&plan, lines);
    changed
}
