//! Laws of values that are kept for a time.

use super::laws::{asked, each, found, request};
use super::*;
use crate::model::RecordTime;
use crate::transform::Lifetime;

/// Something that a record of that time brings, kept for 1,000 milliseconds.
fn kept(number: u32, asker: u8, since: i64) -> Request {
    let life = Some(Lifetime { since: RecordTime(Some(since)), ttl: 1_000 });
    Request { life, ..request(number, asker) }
}

fn get(vault: &Vault, all: &[&Request]) -> Vec<Vec<u8>> {
    let all: Vec<Asked<'_>> = all.iter().map(|request| asked(request)).collect();
    vault.backend.get_or_create(&all).unwrap()
}

fn row(vault: &Vault, token: &[u8]) -> Option<(Until, bool)> {
    let kept = vault.find(&[token]).unwrap().remove(0)?;
    Some((kept.until, !kept.sealed.is_empty()))
}

#[test]
fn a_row_lasts_as_long_as_the_longest_that_was_asked() {
    each(|vault, config| {
        let (early, late, ever) = (kept(1, 1, 5_000), kept(1, 2, 7_000), request(1, 3));
        assert_eq!(get(&vault, &[&early]), std::slice::from_ref(&early.token));
        assert_eq!(row(&vault, &early.token), Some((Until(6_000), true)), "{config:?}");
        assert_eq!(get(&vault, &[&late]), std::slice::from_ref(&early.token));
        assert_eq!(row(&vault, &early.token), Some((Until(8_000), true)));
        assert_eq!(get(&vault, &[&early]), std::slice::from_ref(&early.token));
        assert_eq!(row(&vault, &early.token), Some((Until(8_000), true)), "less is not asked for");
        assert_eq!(vault.backend.expire(Until(7_999), 10).unwrap(), 0);
        assert_eq!(get(&vault, &[&ever]), std::slice::from_ref(&early.token));
        assert_eq!(row(&vault, &early.token), Some((Until::EVER, true)));
        assert_eq!(vault.backend.expire(Until(i64::MAX - 1), 10).unwrap(), 0);
        assert_eq!(vault.backend.expire(Until::EVER, 10).unwrap(), 0, "what is kept for ever is never over");
        assert_eq!(get(&vault, &[&late]), std::slice::from_ref(&early.token));
        assert_eq!(row(&vault, &early.token), Some((Until::EVER, true)));
    });
}

#[test]
fn what_is_over_leaves_its_token_and_no_value() {
    each(|vault, config| {
        let (one, two, three) = (kept(1, 1, 1_000), kept(2, 1, 2_000), request(3, 1));
        get(&vault, &[&one, &two, &three]);
        assert_eq!(vault.backend.expire(Until(2_000), 10).unwrap(), 1, "{config:?}");
        assert_eq!(vault.backend.expire(Until(2_000), 10).unwrap(), 0, "once");
        let rows = || [&one, &two, &three].map(|kept| row(&vault, &kept.token));
        assert_eq!(rows(), [Some((Until(2_000), false)), Some((Until(3_000), true)), Some((Until::EVER, true))]);
        // A replay gets what stood there; what is later gets another token, which is kept, and the old one says nothing.
        assert_eq!(get(&vault, &[&kept(1, 2, 1_000)]), std::slice::from_ref(&one.token));
        let (again, more) = (kept(1, 3, 1_001), kept(4, 3, 1_001));
        assert_eq!(get(&vault, &[&again, &more]), [again.token.clone(), more.token.clone()]);
        assert_eq!(get(&vault, &[&kept(1, 4, 900)]), std::slice::from_ref(&again.token));
        assert_eq!(row(&vault, &one.token), Some((Until(2_000), false)));
        assert_eq!(row(&vault, &again.token), Some((Until(2_001), true)));
        assert_eq!(vault.backend.expire(Until(9_000), 2).unwrap(), 2, "so many at most");
        assert_eq!(vault.backend.expire(Until(9_000), 2).unwrap(), 1);
        assert_eq!(row(&vault, &three.token), Some((Until::EVER, true)));
    });
}

#[test]
fn what_is_over_is_found_by_no_index_and_who_is_forgotten_neither() {
    each(|vault, config| {
        let others = |number: u8| vec![(crate::keys::KeyId([2; 4]), [number; 32])];
        let subject = Some([8; 32]);
        let old = Request { others: others(201), ..kept(1, 1, 1_000) };
        let theirs = Request { others: others(202), subject, ..kept(2, 1, 9_000) };
        get(&vault, &[&old, &theirs]);
        assert_eq!(vault.backend.expire(Until(2_000), 10).unwrap(), 1, "{config:?}");
        let by = |number: u8, asker: u8| Request { index: [number; 32], ..kept(9, asker, 9_000) };
        let new = by(201, 3);
        assert_eq!(get(&vault, &[&new]), std::slice::from_ref(&new.token), "its value is gone");
        assert_eq!(row(&vault, &old.token), Some((Until(2_000), false)));
        assert_eq!(get(&vault, &[&by(202, 4)]), std::slice::from_ref(&theirs.token));
        assert_eq!(vault.backend.forget(&[8; 32], "customer", 1).unwrap().tokens, 1);
        let new = by(202, 5);
        assert_eq!(get(&vault, &[&new]), std::slice::from_ref(&new.token));
    });
}

/// A rotation may lie between the first time and the second.
#[test]
fn what_is_kept_again_is_found_by_every_index_that_it_is_kept_with() {
    each(|vault, config| {
        let old = kept(1, 1, 1_000);
        get(&vault, &[&old]);
        assert_eq!(vault.backend.expire(Until(2_000), 10).unwrap(), 1, "{config:?}");
        let again = Request { others: vec![(crate::keys::KeyId([2; 4]), [211; 32])], ..kept(1, 1, 9_000) };
        assert_eq!(get(&vault, &[&again]), std::slice::from_ref(&old.token));
        assert_eq!(row(&vault, &old.token), Some((Until(10_000), true)));
        let younger = Request { index: [211; 32], index_key: crate::keys::KeyId([2; 4]), ..kept(9, 2, 9_000) };
        assert_eq!(get(&vault, &[&younger]), std::slice::from_ref(&old.token));
        assert_eq!(vault.backend.expire(Until(20_000), 10).unwrap(), 1);
        let new = Request { index: [211; 32], index_key: crate::keys::KeyId([2; 4]), ..kept(9, 3, 30_000) };
        assert_eq!(get(&vault, &[&new]), std::slice::from_ref(&new.token), "it goes with the value");
    });
}

#[test]
fn who_is_forgotten_takes_what_is_over_along() {
    each(|vault, config| {
        let subject = Some([9; 32]);
        let (old, new) = (Request { subject, ..kept(1, 1, 1_000) }, Request { subject, ..kept(1, 2, 9_000) });
        get(&vault, &[&old]);
        assert_eq!(vault.backend.expire(Until(2_000), 10).unwrap(), 1, "{config:?}");
        assert_eq!(get(&vault, &[&new]), std::slice::from_ref(&new.token));
        let other = Request { subject: None, ..kept(2, 2, 9_000) };
        get(&vault, &[&other]);
        assert_eq!(vault.backend.forget(&[9; 32], "customer", 1).unwrap().tokens, 2);
        assert_eq!([&old, &new].map(|kept| row(&vault, &kept.token)), [None, None]);
        let anew = kept(1, 5, 9_000);
        assert_eq!(get(&vault, &[&anew, &other]), [anew.token.clone(), other.token.clone()]);
    });
}

#[test]
fn a_vault_gives_no_value_whose_time_is_over() {
    each(|vault, config| {
        let now = Until::now().0;
        let ttl = 3_600_000;
        let of =
            |number, since| Request { life: Some(Lifetime { since: RecordTime(since), ttl }), ..request(number, 1) };
        let (over, there, timeless) = (of(1, Some(now - ttl)), of(2, Some(now - ttl + 600_000)), of(3, None));
        let all = [over.clone(), there.clone(), timeless.clone()];
        let tokens = found(vault.resolve(&all).unwrap());
        let tokens: Vec<&[u8]> = tokens.iter().map(Vec::as_slice).chain([&b"none"[..]]).collect();
        let held = [Held::Expired, Held::Sealed(there.sealed), Held::Sealed(timeless.sealed.clone()), Held::Nothing];
        assert_eq!(vault.kept(&tokens).unwrap(), held, "{config:?}: though nobody took it away yet");
        assert_eq!(vault.expire().unwrap(), 1);
        assert_eq!(vault.kept(&tokens).unwrap(), held);
        let end = row(&vault, &timeless.token).unwrap().0.0;
        assert!((now + ttl..now + ttl + 600_000).contains(&end), "a record without a time is of now");
        // The cache answers only for as long as it asked: this one is later.
        assert_eq!(found(vault.resolve(&[of(1, Some(now))]).unwrap()), [over.token], "of the same asker");
        assert_eq!(found(vault.resolve(&[Request { token: vec![5; 29], ..of(2, Some(now)) }]).unwrap()), [there.token]);
        assert!(row(&vault, tokens[1]).unwrap().0.0 >= now + ttl);
    });
}
