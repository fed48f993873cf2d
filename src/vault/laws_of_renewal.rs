//! Laws of rows that are written anew after a rotation, for every backend, PostgreSQL on a real server.

use super::laws::{asked, each, found, request};
use super::*;
use crate::keys::KeyId;
use crate::transform::{NewRow, Renewal, StoredRow};

const OLD: SealedUnder = SealedUnder([4, 1, 1, 1, 1]);
const NEW: SealedUnder = SealedUnder([4, 2, 2, 2, 2]);

/// Seals by saying under what, and finds by the token.
struct Second;

fn second(token: &[u8]) -> [u8; 32] {
    let mut index = [9; 32];
    index.iter_mut().zip(token).for_each(|(to, from)| *to = from ^ 0x55);
    index
}

impl Renewal for Second {
    fn stale(&self) -> Vec<SealedUnder> {
        vec![OLD]
    }

    fn needs_key(&self, _: &StoredRow) -> Option<[u8; 16]> {
        None
    }

    fn renew(&self, row: &StoredRow, _: Option<&SubjectKey>) -> Option<NewRow> {
        // Every tenth row is another operator's.
        let rest = row.sealed.strip_prefix(&OLD.0)?;
        let number = u32::from_be_bytes(*row.index.first_chunk()?);
        (number % 10 != 3).then_some(())?;
        assert_eq!((row.index_key, &row.index[4..]), (KeyId([1; 4]), &[7; 28][..]));
        Some(NewRow { sealed: [&NEW.0, rest].concat(), indexes: vec![(KeyId([2; 4]), second(&row.token))] })
    }
}

fn old(number: u32) -> Request {
    let request = request(number, 1);
    Request { sealed: [&OLD.0[..], &request.token].concat(), ..request }
}

fn by_second(number: u32) -> Request {
    let own = request(number, 1).token;
    Request { index: second(&own), index_key: KeyId([2; 4]), ..request(number, 2) }
}

#[test]
fn rows_are_written_anew_once_and_keep_their_tokens() {
    each(|vault, config| {
        let all: Vec<Request> = (0..1_205).map(old).collect();
        let tokens = found(vault.resolve(&all).unwrap());
        let sealed_under = |how| vault.sealed_under(&[how]).unwrap();
        assert_eq!((sealed_under(OLD), sealed_under(NEW)), (1_205, 0), "{config:?}");
        let mut told = Vec::new();
        let done = vault.reindex(&[&Second], |so_far| told.push(so_far)).unwrap();
        assert_eq!(done, Reindexed { renewed: 1_084, left: 121 });
        assert_eq!((sealed_under(OLD), sealed_under(NEW)), (121, 1_084));
        // In batches, after each of which it may end.
        assert!(told.len() >= 2 && told.iter().all(|so_far| so_far.renewed < 1_205), "{told:?}");
        assert_eq!(vault.reindex(&[&Second], |_| ()).unwrap(), Reindexed { renewed: 0, left: 121 });
        for number in (0..1_205).filter(|number| number % 10 != 3) {
            let answer = vault.backend.get_or_create(&[asked(&by_second(number))]).unwrap();
            assert_eq!(answer[0], tokens[usize::try_from(number).unwrap()], "{number}");
        }
        let kept = vault.find(&[&tokens[0], &tokens[3]]).unwrap();
        assert!(kept[0].as_ref().unwrap().sealed.starts_with(&NEW.0));
        assert_eq!(kept[1].as_ref().unwrap().sealed, all[3].sealed);
        assert_eq!(found(vault.resolve(&all).unwrap()), tokens, "who asks by the first index still finds them");
    });
}

#[test]
fn what_changed_since_it_was_read_stays() {
    each(|vault, config| {
        let (one, two) = (old(1), old(2));
        vault.resolve(&[one.clone(), two.clone()]).unwrap();
        let Stale { rows, .. } = vault.backend.stale(&[OLD], None, 10).unwrap();
        assert_eq!(rows.len(), 2, "{config:?}");
        let new = |row: &StoredRow| Renewed { row: row.clone(), new: Second.renew(row, None).unwrap() };
        let all: Vec<Renewed> = rows.iter().map(new).collect();
        let another = |one: &Renewed| {
            let mut one = one.clone();
            one.new.sealed.push(1);
            one.new.indexes[0].1[31] ^= 1;
            one
        };
        // Two are at it.
        assert_eq!(vault.backend.renew(&all).unwrap(), 2);
        let others: Vec<Renewed> = all.iter().map(another).collect();
        assert_eq!(vault.backend.renew(&others).unwrap(), 0);
        let kept = vault.find(&[&all[0].row.token]).unwrap();
        assert_eq!(kept[0].as_ref().unwrap().sealed, all[0].new.sealed);
        // By what was not written, nothing is found.
        let mine = Request { index: others[0].new.indexes[0].1, ..request(9, 3) };
        assert_eq!(vault.backend.get_or_create(&[asked(&mine)]).unwrap(), std::slice::from_ref(&mine.token));
        // A row that is not there gets no index that would lead to nothing.
        let (token, index) = (vec![8; 29], [8; 32]);
        let gone = StoredRow { token, ..all[0].row.clone() };
        let new = NewRow { indexes: vec![(KeyId([2; 4]), index)], ..all[0].new.clone() };
        assert_eq!(vault.backend.renew(&[Renewed { row: gone, new }]).unwrap(), 0);
        let mine = Request { index, ..request(10, 3) };
        assert_eq!(vault.backend.get_or_create(&[asked(&mine)]).unwrap(), std::slice::from_ref(&mine.token));
    });
}

/// What a row of somebody's gets is gone with it, or its index would stand in the way of whoever comes after.
#[test]
fn an_index_that_was_added_goes_with_its_row() {
    each(|vault, config| {
        let subject = [6; 32];
        let theirs = Request { subject: Some(subject), ..old(1) };
        vault.resolve(std::slice::from_ref(&theirs)).unwrap();
        assert_eq!(vault.reindex(&[&Second], |_| ()).unwrap().renewed, 1, "{config:?}");
        assert_eq!(vault.forget(&subject, "customer", 0).unwrap().tokens, 1);
        let next = by_second(1);
        assert_eq!(vault.backend.get_or_create(&[asked(&next)]).unwrap(), std::slice::from_ref(&next.token));
    });
}

/// An index that leads to another value's row stays: one value has one token, for whoever asks by it.
#[test]
fn an_index_that_is_taken_stays() {
    each(|vault, config| {
        let (one, taken) = (old(1), by_second(1));
        vault.backend.get_or_create(&[asked(&taken)]).unwrap();
        vault.backend.get_or_create(&[asked(&one)]).unwrap();
        assert_eq!(vault.reindex(&[&Second], |_| ()).unwrap(), Reindexed { renewed: 1, left: 0 }, "{config:?}");
        assert_eq!(vault.backend.get_or_create(&[asked(&by_second(1))]).unwrap(), std::slice::from_ref(&taken.token));
        assert_eq!(vault.backend.get_or_create(&[asked(&one)]).unwrap(), std::slice::from_ref(&one.token));
    });
}
