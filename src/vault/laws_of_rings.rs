//! Laws of what vaults keep of key rings, for every backend: the highest version stays, whoever saw it and when.

use std::sync::{Arc, Barrier};

use proptest::prelude::*;

use super::laws::each;
use super::*;
use crate::keys::KeyError;

fn ring(name: &str, version: u64, content: u8) -> Sighting {
    Sighting::of(name.to_owned(), version, [content; 32])
}

fn kept(vault: &Vault, name: &str) -> Vec<Sighting> {
    vault.backend.rings(&[name]).unwrap().unwrap()
}

#[test]
fn an_older_ring_or_another_of_its_version_is_refused() {
    each(|vault, config| {
        let memory = if config.from == "memory:" { Memory::Ends } else { Memory::Lasts };
        let (first, second) = (ring("customer", 1, 1), ring("customer", 2, 2));
        for seen in [&first, &first, &second, &second] {
            assert_eq!(vault.believe([seen]).unwrap(), memory, "{config:?}");
        }
        let older = vault.believe([&first]);
        assert!(
            matches!(&older, Err(SeenError::Ring { ring, error: KeyError::RolledBack { found: 1, least: 2, .. } }) if ring == "customer"),
            "{config:?}: {older:?}"
        );
        let swapped = vault.believe([&ring("customer", 2, 3)]);
        assert!(matches!(swapped, Err(SeenError::Ring { error: KeyError::Forked { version: 2 }, .. })), "{swapped:?}");
        // Who only looks leaves none.
        assert_eq!(vault.judge([&ring("customer", 3, 3)]).unwrap(), memory);
        assert!(vault.judge([&first]).is_err());
        // What is refused leaves no trace, of what was asked beside it either.
        assert!(vault.believe([&ring("employee", 7, 1), &first]).is_err());
        assert_eq!((kept(&vault, "customer"), kept(&vault, "employee")), (vec![second.clone()], vec![]), "{config:?}");
        // Nor do two of one name pass together, in whatever order.
        for two in [[&second, &first], [&first, &second]] {
            let beside = two.map(|ring| Sighting::of("payroll".to_owned(), ring.version(), *ring.content()));
            assert!(vault.believe(&beside).is_err() && kept(&vault, "payroll").is_empty(), "{config:?}: {two:?}");
            assert!(vault.judge(&beside).is_err(), "{config:?}: {two:?}");
        }
        assert!(vault.believe([&ring("payroll", 1, 1), &ring("payroll", 1, 2)]).is_err());
        assert_eq!(vault.believe([&second, &ring("employee", 1, 1), &second]).unwrap(), memory);
        if memory == Memory::Lasts {
            drop(vault);
            let again = Vault::open(config).unwrap();
            assert!(again.believe([&first]).is_err() && again.believe([&second]).is_ok(), "{config:?}");
        }
    });
}

#[test]
fn of_all_who_see_rings_at_once_the_highest_version_stays() {
    each(|vault, config| {
        let vault = Arc::new(vault);
        let start = Arc::new(Barrier::new(4));
        let seer = |seer: u64| {
            let (vault, start) = (Arc::clone(&vault), Arc::clone(&start));
            std::thread::spawn(move || {
                start.wait();
                for round in 0..20 {
                    let version = 1 + (round * 7 + seer * 5) % 40;
                    let seen = [ring("a", version, 1), ring("b", 41 - version, 1)];
                    for (seen, now) in seen.iter().zip(vault.backend.see(&seen).unwrap().unwrap()) {
                        assert!(now.version() >= seen.version(), "{seen:?}: {now:?}");
                    }
                }
                (0..20).map(|round| 1 + (round * 7 + seer * 5) % 40).collect::<Vec<u64>>()
            })
        };
        let seers: Vec<_> = (0..4).map(seer).collect();
        let versions: Vec<u64> = seers.into_iter().flat_map(|seer| seer.join().unwrap()).collect();
        let (highest, lowest) = (versions.iter().max().unwrap(), versions.iter().min().unwrap());
        let found = (kept(&vault, "a"), kept(&vault, "b"));
        assert_eq!(found, (vec![ring("a", *highest, 1)], vec![ring("b", 41 - lowest, 1)]), "{config:?}");
    });
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    /// A ring is believed if and only if none that was believed before it is newer, or another of its version.
    #[test]
    fn what_is_believed_follows_from_what_was(seen in proptest::collection::vec((1_u64..6, 0_u8..2), 1..20)) {
        each(|vault, config| {
            let mut newest: Option<(u64, u8)> = None;
            for &(version, content) in &seen {
                let is_believed = newest.is_none_or(|(high, of)| version > high || (version, content) == (high, of));
                assert_eq!(vault.believe([&ring("customer", version, content)]).is_ok(), is_believed, "{config:?}: {seen:?}");
                if is_believed {
                    newest = Some((version, content));
                }
            }
        });
    }
}
