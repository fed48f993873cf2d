//! Laws of what backends keep of subjects.

use super::laws::{asked, each, request};
use super::subjects::{Erased, KeyRequest, Known, Rewrapped, SubjectIndex, WrappedKey};
use super::*;
use crate::keys::KeyId;

const FIRST: KeyId = KeyId([1; 4]);
const SECOND: KeyId = KeyId([2; 4]);

fn subject(number: u8) -> SubjectIndex {
    [number; 32]
}

/// A question of somebody's for a subject's key.
fn ask(number: u8, asker: u8, latest: Option<i64>) -> KeyRequest {
    let id = std::array::from_fn(|at| if at == 0 { number } else { asker });
    let (domain, wrapped) = ("customer".to_owned(), vec![number, asker, 9, 9]);
    KeyRequest { new: WrappedKey { id, subject: subject(number), domain, epoch: FIRST, wrapped }, latest }
}

fn known(key: &KeyRequest) -> Known {
    Known { key: Some(key.new.clone()), forgotten: None }
}

#[test]
fn a_subject_has_the_first_key_that_was_kept() {
    each(|vault, config| {
        let (one, two) = (ask(1, 1, None), ask(2, 1, Some(5)));
        let store = &vault.backend;
        assert_eq!(store.keys_of(&[one.clone(), two.clone()]).unwrap(), [known(&one), known(&two)], "{config:?}");
        let three = ask(3, 2, None);
        let again = store.keys_of(&[ask(1, 2, None), ask(2, 2, Some(1)), three.clone()]).unwrap();
        assert_eq!(again, [known(&one), known(&two), known(&three)]);
        let ids = [two.new.id, [0; 16], three.new.id];
        assert_eq!(store.find_keys(&ids).unwrap(), [Some(two.new), None, Some(three.new)]);
        assert_eq!(store.keys_of(&[]).unwrap(), []);
    });
}

#[test]
fn who_is_forgotten_leaves_nothing_and_does_not_come_back_by_a_replay() {
    each(|vault, config| {
        let store = &vault.backend;
        let (one, two) = (ask(1, 1, Some(100)), ask(2, 1, Some(100)));
        store.keys_of(&[one.clone(), two.clone()]).unwrap();
        let of = |number, subject_number| Request { subject: Some(subject(subject_number)), ..request(number, 1) };
        // The second row is of both, the third of the other one, the fourth of nobody.
        let (own, shared, other, free) = (of(1, 1), of(2, 1), of(3, 2), request(4, 1));
        store.get_or_create(&[&own, &shared, &other, &free].map(asked)).unwrap();
        store.get_or_create(&[asked(&of(2, 2))]).unwrap();
        assert_eq!(store.forget(&subject(1), "customer", 200).unwrap(), Erased { keys: 1, tokens: 2 }, "{config:?}");

        assert_eq!(store.find_keys(&[one.new.id, two.new.id]).unwrap(), [None, Some(two.new.clone())]);
        let rows = store.find(&[&own.token, &shared.token, &other.token, &free.token]).unwrap();
        assert_eq!(rows.iter().map(Option::is_some).collect::<Vec<_>>(), [false, false, true, true]);
        // Earlier records, and those of the very moment, are of somebody who is forgotten; later ones are not.
        let gone = Known { key: None, forgotten: Some(200) };
        assert_eq!(store.keys_of(&[ask(1, 3, Some(199))]).unwrap(), vec![gone.clone()]);
        assert_eq!(store.keys_of(&[ask(1, 3, Some(200))]).unwrap(), [gone]);
        let back = ask(1, 4, Some(201));
        let new = Known { key: Some(back.new.clone()), forgotten: Some(200) };
        assert_eq!(store.keys_of(std::slice::from_ref(&back)).unwrap(), vec![new.clone()]);
        assert_eq!(store.keys_of(&[ask(1, 5, Some(199))]).unwrap(), [new], "who asks decides by the time");
        // A value that went with somebody has another token from now on.
        let anew = Request { subject: Some(subject(2)), ..request(2, 7) };
        assert_eq!(store.get_or_create(&[asked(&anew)]).unwrap(), vec![anew.token]);

        assert_eq!(store.forget(&subject(1), "customer", 50).unwrap(), Erased { keys: 1, tokens: 0 });
        assert_eq!(store.forget(&subject(1), "customer", 50).unwrap(), Erased::default(), "twice does no harm");
        let gone = Known { key: None, forgotten: Some(200) };
        assert_eq!(store.keys_of(&[ask(1, 6, Some(150))]).unwrap(), [gone], "the later time stays");
        assert_eq!(store.forget(&subject(2), "customer", 1).unwrap(), Erased { keys: 1, tokens: 2 });
        assert!(store.find(&[&free.token]).unwrap()[0].is_some());
        // Who was never seen can be forgotten, too.
        assert_eq!(store.forget(&subject(9), "customer", 1).unwrap(), Erased::default());
        assert_eq!(store.keys_of(&[ask(9, 1, None)]).unwrap()[0].forgotten, Some(1));
    });
}

/// A process that does not know yet that somebody was forgotten has their old key.
#[test]
fn nothing_new_is_kept_under_a_key_that_is_gone() {
    each(|vault, config| {
        let store = &vault.backend;
        let one = ask(1, 1, Some(100));
        store.keys_of(std::slice::from_ref(&one)).unwrap();
        let of = |number, key: &KeyRequest| {
            let (subject, person) = (Some(key.new.subject), Some(key.new.id));
            Request { subject, person, ..request(number, 1) }
        };
        let kept = of(1, &one);
        assert_eq!(store.get_or_create(&[asked(&kept)]).unwrap(), std::slice::from_ref(&kept.token), "{config:?}");
        store.forget(&subject(1), "customer", 200).unwrap();
        let (stale, free) = (of(1, &one), request(2, 1));
        assert_eq!(store.get_or_create(&[asked(&stale), asked(&free)]), Err(StoreError::Unavailable));
        assert_eq!(store.find(&[&stale.token]).unwrap(), [None]);
        let back = ask(1, 2, Some(300));
        store.keys_of(std::slice::from_ref(&back)).unwrap();
        assert_eq!(store.get_or_create(&[asked(&stale)]), Err(StoreError::Unavailable), "another key is not this one");
        let new = of(1, &back);
        assert_eq!(store.get_or_create(&[asked(&new), asked(&free)]).unwrap(), [new.token.clone(), free.token.clone()]);
        // What is there already is given, whoever asks.
        assert_eq!(store.get_or_create(&[asked(&free)]).unwrap(), std::slice::from_ref(&free.token));
    });
}

#[test]
fn keys_move_to_another_epoch_and_forgotten_ones_do_not_return() {
    each(|vault, config| {
        let store = &vault.backend;
        let asks: Vec<KeyRequest> = (1..=5).map(|number| ask(number, 1, None)).collect();
        store.keys_of(&asks).unwrap();
        let beside = |epoch, max| store.keys_beside(epoch, None, max).unwrap().keys;
        assert_eq!(beside(FIRST, 10), [], "{config:?}");
        let moved = |key: WrappedKey| Rewrapped {
            from: key.epoch,
            key: WrappedKey { epoch: SECOND, wrapped: [&key.wrapped[..], b" again"].concat(), ..key },
        };
        let some: Vec<Rewrapped> = beside(SECOND, 3).into_iter().map(moved).collect();
        assert_eq!(some.len(), 3);
        assert_eq!(store.rewrap(&some).unwrap(), 3);
        // Who read them before and comes late leaves them as they are.
        let late =
            |one: &Rewrapped| Rewrapped { key: WrappedKey { epoch: KeyId([3; 4]), ..one.key.clone() }, ..one.clone() };
        assert_eq!(store.rewrap(&some.iter().map(late).collect::<Vec<_>>()).unwrap(), 0, "{config:?}");
        let rest: Vec<Rewrapped> = beside(SECOND, 10).into_iter().map(moved).collect();
        assert_eq!(rest.len(), 2);
        // Forgotten after it was read, and once more under a new key: neither is what was read.
        store.forget(&rest[0].key.subject, "customer", 1).unwrap();
        let back = KeyRequest { new: WrappedKey { id: [77; 16], ..rest[0].key.clone() }, latest: Some(2) };
        store.keys_of(std::slice::from_ref(&back)).unwrap();
        assert_eq!(store.rewrap(&rest).unwrap(), 1);
        let ids: Vec<_> = asks.iter().map(|ask| ask.new.id).collect();
        let found: Vec<WrappedKey> = store.find_keys(&ids).unwrap().into_iter().flatten().collect();
        assert_eq!(found.len(), 4);
        assert!(found.iter().all(|key| key.epoch == SECOND && key.wrapped.ends_with(b" again")));
    });
}

/// As where the key's epoch is destroyed: who it was gets another one, and nothing says that they were forgotten.
#[test]
fn a_key_that_is_dropped_goes_with_its_rows_alone() {
    each(|vault, config| {
        let store = &vault.backend;
        let (one, two) = (ask(1, 1, None), ask(2, 1, None));
        store.keys_of(&[one.clone(), two.clone()]).unwrap();
        let of = |number, subject_number| Request { subject: Some(subject(subject_number)), ..request(number, 1) };
        let (own, shared, other) = (of(1, 1), of(2, 1), of(3, 2));
        store.get_or_create(&[&own, &shared, &other].map(asked)).unwrap();
        store.get_or_create(&[asked(&of(2, 2))]).unwrap();
        let (of_another, own_key) = ((subject(1), two.new.id), (subject(1), one.new.id));
        assert_eq!(store.drop_keys(&[of_another]).unwrap(), 0);
        assert_eq!(
            store.find_keys(&[one.new.id]).unwrap(),
            [Some(one.new.clone())],
            "{config:?}: another key is meant"
        );
        assert_eq!(store.drop_keys(&[of_another, own_key]).unwrap(), 1);
        assert_eq!(store.find_keys(&[one.new.id, two.new.id]).unwrap(), [None, Some(two.new)]);
        let rows = store.find(&[&own.token, &shared.token, &other.token]).unwrap();
        assert_eq!(rows.iter().map(Option::is_some).collect::<Vec<_>>(), [false, false, true]);
        let back = ask(1, 2, Some(1));
        assert_eq!(store.keys_of(std::slice::from_ref(&back)).unwrap(), [known(&back)]);
        assert_eq!(store.drop_keys(&[own_key, (subject(9), one.new.id)]).unwrap(), 0);
        assert_eq!(store.find_keys(&[back.new.id]).unwrap(), [Some(back.new)], "twice does no harm");
    });
}

/// In steps of so many subjects, whatever is found among them: else each step would walk past all that came before.
#[test]
fn keys_of_another_epoch_are_found_in_steps() {
    each(|vault, config| {
        let store = &vault.backend;
        let asks: Vec<KeyRequest> = (1..=7).map(|number| ask(number, 1, None)).collect();
        store.keys_of(&asks).unwrap();
        let moved = |at: usize| {
            let key = asks[at].new.clone();
            Rewrapped { from: FIRST, key: WrappedKey { epoch: SECOND, ..key } }
        };
        store.rewrap(&[0, 1, 2, 5].map(moved)).unwrap();
        let step = |behind: Option<u8>| {
            let beside = store.keys_beside(SECOND, behind.map(subject).as_ref(), 2).unwrap();
            (beside.keys.iter().map(|key| key.subject[0]).collect::<Vec<_>>(), beside.last.map(|last| last[0]))
        };
        assert_eq!(step(None), (vec![], Some(2)), "{config:?}");
        assert_eq!(step(Some(2)), (vec![4], Some(4)));
        assert_eq!(step(Some(4)), (vec![5], Some(6)));
        assert_eq!(step(Some(6)), (vec![7], Some(7)));
        assert_eq!(step(Some(7)), (vec![], None));
    });
}

#[test]
fn subjects_are_still_known_when_it_is_opened_again() {
    each(|vault, config| {
        let one = ask(1, 1, Some(1));
        vault.backend.keys_of(std::slice::from_ref(&one)).unwrap();
        vault.backend.forget(&subject(2), "customer", 10).unwrap();
        drop(vault);
        if config.from == "memory:" {
            return;
        }
        let vault = Vault::open(config).unwrap();
        assert_eq!(vault.backend.keys_of(&[ask(1, 2, Some(1))]).unwrap(), [known(&one)]);
        assert_eq!(vault.backend.keys_of(&[ask(2, 2, Some(1))]).unwrap()[0].forgotten, Some(10));
    });
}
