use super::super::tests::{check_policy, whole};
use crate::detect::RecognizerSet;
use crate::policy::{Source, check};
use expect_test::expect;

#[test]
fn rings_must_open_and_belong_to_the_domain() {
    check_policy(
        "fields:
  a: {hash: {ring: altered}}
  b: {hash: {ring: renamed}}
  c: {hash: {ring: customer}}
  d: {hash: {ring: absent}}
  e: {hash: {ring: nowhere}}
  f: {hash: {ring: altered}}
rings:
  altered: {from: 'file:/x'}
  customer: {domains: [support]}
  nowhere: {from: 'ftp:/x'}
  unused:
",
        expect![[r#"
            p.yaml:5:20: error: the key ring `renamed` cannot be used: it is the ring `other`
              = at: fields.b.hash.ring

            p.yaml:6:20: error: the domain `sales` may not use this ring
              = at: fields.c.hash.ring
              = help: its `domains:` say who may; a product's domain is what stands before the first `/` of its name

            p.yaml:7:20: error: unknown key ring `absent`
              = at: fields.d.hash.ring
              = help: say where it comes from: `rings: {absent: {from: "file:…"}}`; `privet keys new` makes one

            p.yaml:11:19: error: the key ring `altered` cannot be used: the ring does not fit its root: it was altered, or the root is another's
              = at: rings.altered.from

            p.yaml:13:19: error: the key ring `nowhere` cannot be used: a ring comes from `file:PATH`, `fd:N` or `env:NAME`
              = at: rings.nowhere.from

            p.yaml:14:3: warning: no operator uses the key ring `unused`
              = at: rings.unused
        "#]],
    );
    check_policy(
        "fields:\n  a: {hash: {ring: customer}}\nrings: {customer: {min_version: 9}}\n",
        expect![[r#"
            p.yaml:5:9: error: the key ring `customer` cannot be used: the ring has version 1, and at least 9 is asked for
              = at: rings.customer
        "#]],
    );
}

/// The operator that cannot be read may be the one that uses the ring.
#[test]
fn a_ring_is_unused_only_where_all_operators_are_read() {
    check_policy(
        "fields:\n  a: {hash: {ring: customer, lenght: 8}}\nrings: {customer: }\n",
        expect![[r#"
            p.yaml:4:30: error: `hash` has no such parameter
              = at: fields.a.hash.lenght
              = help: known are `ring`, `scope`, `as`, `epoch`, `bits`, `encoding`, `prefix`
        "#]],
    );
}

#[test]
fn a_check_without_keys_finds_the_rest() {
    let set = RecognizerSet::builtin();
    let shown = |body: &str| check(&Source::new("p.yaml", &whole(body)), &set, &[]).to_string();
    let good = "fields:\n  $key: {tokenize: {ring: altered, epoch: 00000001}}\nrings: {altered: {from: 'file:/x'}}\n";
    assert_eq!(shown(good), "");
    expect![[r#"
        p.yaml:4:41: error: a prefix is lower-case letters and digits with one `_` at the end, 32 at most
          = at: fields.a.tokenize.prefix

        p.yaml:5:36: error: `epoch` is `primary` or a key id of 8 lower-case hex digits
          = at: fields.b.hash.epoch
    "#]].assert_eq(&shown(
        "fields:\n  a: {tokenize: {ring: altered, prefix: X}}\n  b: {hash: {ring: altered, epoch: zz}}\nrings: {altered: }\n",
    ));
}

#[test]
fn a_check_without_keys_misses_no_ring() {
    let set = RecognizerSet::builtin();
    let body = "fields:\n  a: {tokenize: {ring: customer}}\n  b: {hash: {ring: custmer}}\n";
    let shown = |rings: &[String]| check(&Source::new("p.yaml", &whole(body)), &set, rings).to_string();
    expect![[r#"
        p.yaml:4:24: error: unknown key ring `customer`
          = at: fields.a.tokenize.ring
          = help: say where it comes from: `rings: {customer: {from: "file:…"}}`; `privet keys new` makes one

        p.yaml:5:20: error: unknown key ring `custmer`
          = at: fields.b.hash.ring
          = help: say where it comes from: `rings: {custmer: {from: "file:…"}}`; `privet keys new` makes one
    "#]]
    .assert_eq(&shown(&[]));
    // The settings of the process may name it; what they do not name is told all the same.
    let told = shown(&["customer".to_owned()]);
    assert!(!told.contains("p.yaml:4") && told.contains("p.yaml:5:20: error: unknown key ring"), "{told}");
}
