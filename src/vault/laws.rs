//! Laws of vaults, for every backend, PostgreSQL on a real server: one value, one token, for whoever asks and whenever.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Barrier};

use super::*;
use crate::keys::KeyId;

fn config(name: &str, folder: &Path) -> Config {
    let from = match name {
        "memory" => "memory:".to_owned(),
        "redb" => format!("redb:{}", folder.join("vault.redb").display()),
        "postgres" => server::database(),
        other => panic!("the backend {other} is not held to the laws"),
    };
    Config { password: Some(Sensitive::new("test".into())), ..Config::of(from) }
}

pub(super) fn each(law: impl Fn(Vault, &Config)) {
    for row in BACKENDS {
        let folder = tempfile::tempdir().unwrap();
        let config = config(row.name, folder.path());
        law(Vault::open(&config).unwrap(), &config);
    }
}

pub(super) fn request(number: u32, asker: u8) -> Request {
    let mut index = [7; 32];
    index[..4].copy_from_slice(&number.to_be_bytes());
    let mut token = vec![asker; 25];
    token.extend_from_slice(&number.to_be_bytes());
    Request {
        domain: "customer".into(),
        index,
        index_key: KeyId([1; 4]),
        sealed: [b"sealed ", token.as_slice()].concat(),
        token,
        others: Vec::new(),
        subject: None,
        person: None,
        life: None,
    }
}

/// The question of something that is kept until then.
pub(super) fn asked(request: &Request) -> Asked<'_> {
    Asked { request, until: Until::of(request, Until(0)) }
}

pub(super) fn found(answers: Vec<Answer>) -> Vec<Vec<u8>> {
    let token = |answer| match answer {
        Answer::Found(token) => token,
        Answer::Missing => panic!("nothing was answered"),
    };
    answers.into_iter().map(token).collect()
}

#[test]
fn what_is_kept_first_stands_for_ever() {
    each(|vault, config| {
        let first = [request(3, 1), request(1, 1), request(3, 2), request(2, 1)];
        let tokens = found(vault.resolve(&first).unwrap());
        let own = |number| request(number, 1).token;
        assert_eq!(tokens, [own(3), own(1), own(3), own(2)], "{config:?}: in order, the first of equal ones");
        let second = [request(4, 2), request(2, 2), request(3, 2)];
        let uncached = found(Vault::resolve(&vault, &second).unwrap());
        assert_eq!(uncached, [request(4, 2).token, own(2), own(3)]);
        assert_eq!(vault.resolve(&[]).unwrap(), []);
    });
}

#[test]
fn a_backend_itself_keeps_the_first() {
    each(|vault, _| {
        let (a, b) = (request(1, 1), request(2, 1));
        vault.backend.get_or_create(&[asked(&a), asked(&b)]).unwrap();
        let (other, new) = (request(2, 2), request(3, 2));
        let tokens = vault.backend.get_or_create(&[asked(&other), asked(&new)]).unwrap();
        assert_eq!(tokens, [b.token, new.token]);
    });
}

#[test]
fn a_row_is_found_by_every_index_that_it_was_made_with() {
    each(|vault, config| {
        let second = |number: u8| [number; 32];
        let of =
            |number, asker, other| Request { others: vec![(KeyId([2; 4]), second(other))], ..request(number, asker) };
        let (one, two) = (of(1, 1, 101), of(2, 1, 102));
        let tokens = |all: &[&Request]| {
            let all: Vec<Asked<'_>> = all.iter().map(|request| asked(request)).collect();
            vault.backend.get_or_create(&all).unwrap()
        };
        assert_eq!(tokens(&[&one, &two]), [one.token.clone(), two.token.clone()], "{config:?}");
        // The eldest key was disabled: the second is the eldest now, and asks by what was another index.
        let by_second =
            |number, asker| Request { index: second(number), index_key: KeyId([2; 4]), ..request(9, asker) };
        assert_eq!(tokens(&[&by_second(101, 2), &by_second(102, 2)]), [one.token.clone(), two.token.clone()]);
        // Who still asks by the first gets the same, and a row that is there gets no index more.
        assert_eq!(tokens(&[&of(1, 3, 103)]), std::slice::from_ref(&one.token));
        let new = by_second(103, 4);
        assert_eq!(tokens(&[&new]), std::slice::from_ref(&new.token));
        // An index that leads to another row stays.
        let three = of(3, 5, 101);
        assert_eq!(tokens(&[&three]), std::slice::from_ref(&three.token));
        assert_eq!(tokens(&[&by_second(101, 6)]), std::slice::from_ref(&one.token));
    });
}

#[test]
fn a_token_leads_to_what_was_sealed_with_it() {
    each(|vault, _| {
        let (kept, lost) = (request(1, 1), request(1, 2));
        vault.resolve(&[kept.clone(), lost.clone()]).unwrap();
        let rows = vault.find(&[&lost.token, &kept.token, b""]).unwrap();
        let row = Kept { domain: "customer".into(), sealed: kept.sealed, until: Until::EVER };
        assert_eq!(rows, [None, Some(row), None]);
    });
}

#[test]
fn all_who_ask_at_once_get_the_same() {
    each(|vault, config| {
        let vault = Arc::new(vault);
        let start = Arc::new(Barrier::new(4));
        let asker = |asker: u8| {
            let (vault, start) = (Arc::clone(&vault), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                let mut all = BTreeMap::new();
                for batch in 0..20 {
                    // Some forwards, some backwards.
                    let mut numbers: Vec<u32> = (batch * 50..batch * 50 + 100).collect();
                    if asker.is_multiple_of(2) {
                        numbers.reverse();
                    }
                    let asked: Vec<Request> = numbers.iter().map(|&number| request(number, asker)).collect();
                    all.extend(numbers.into_iter().zip(found(vault.resolve(&asked).unwrap())));
                }
                all
            })
        };
        let askers: Vec<_> = (0..4).map(asker).collect();
        let maps: Vec<BTreeMap<u32, Vec<u8>>> = askers.into_iter().map(|asker| asker.join().unwrap()).collect();
        assert!(maps.windows(2).all(|pair| pair[0] == pair[1]), "{config:?}");
        let mut tokens: Vec<&Vec<u8>> = maps[0].values().collect();
        tokens.sort_unstable();
        tokens.dedup();
        assert_eq!(tokens.len(), 1_050, "no token stands for two");
    });
}

#[test]
fn what_is_durable_is_there_when_it_is_opened_again() {
    each(|vault, config| {
        let row = request(1, 1);
        vault.resolve(std::slice::from_ref(&row)).unwrap();
        drop(vault);
        if config.from == "memory:" {
            return;
        }
        let vault = Vault::open(config).unwrap();
        assert_eq!(found(vault.resolve(&[request(1, 2)]).unwrap()), std::slice::from_ref(&row.token));
        assert_eq!(vault.find(&[&row.token]).unwrap()[0].as_ref().unwrap().sealed, row.sealed);
    });
}

#[test]
fn a_token_that_is_taken_is_not_given_to_another() {
    each(|vault, config| {
        if config.from == "memory:" {
            return;
        }
        let first = request(1, 1);
        let second = Request { token: first.token.clone(), ..request(2, 1) };
        vault.resolve(std::slice::from_ref(&first)).unwrap();
        assert_eq!(vault.resolve(&[second]), Err(StoreError::Refused));
        assert_eq!(vault.find(&[&first.token]).unwrap()[0].as_ref().unwrap().sealed, first.sealed);
    });
}

#[test]
fn a_reference_to_nothing_says_what_there_is() {
    for from in ["", "vault.redb", "sqlite:x"] {
        let error = Vault::open(&Config::of(from)).unwrap_err();
        assert!(error.to_string().contains("memory:"), "{error}");
    }
    assert!(matches!(Vault::open(&Config::of("memory:x")), Err(OpenError::Reference { .. })));
}

/// The real server, started when it is first needed and stopped when this process is gone.
mod server {
    use std::process::Command;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    fn script(arguments: &[&str]) -> String {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/postgres.sh");
        let output = Command::new(path).args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
    }

    fn home() -> &'static str {
        static HOME: OnceLock<String> = OnceLock::new();
        HOME.get_or_init(|| match std::env::var("PRIVET_TEST_POSTGRES") {
            Ok(home) if !home.is_empty() => home,
            Ok(_) | Err(_) => {
                let process = std::process::id().to_string();
                let home = std::env::temp_dir().join(format!("privet-laws-{process}")).display().to_string();
                script(&["start", &home, &process]);
                home
            }
        })
    }

    /// Makes an empty database; gives its address.
    pub(super) fn database() -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("laws-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        script(&["database", home(), &name])
    }
}
