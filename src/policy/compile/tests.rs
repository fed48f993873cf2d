use super::*;
use crate::keys::{KeyError, KeyRing};
use crate::policy::{Paths, StopAt};
use expect_test::{Expect, expect};
use std::fmt::Write as _;

/// Opens rings that need no file.
fn opener(request: &RingRequest<'_>) -> Result<Option<Arc<KeyRing>>, KeyError> {
    match request.name {
        "customer" => {
            let ids = ["9f3a01c2".parse().unwrap()];
            Ok(Some(Arc::new(KeyRing::stand_in("customer", &ids)?)))
        }
        "altered" => Err(KeyError::BadMac),
        "renamed" => Ok(Some(Arc::new(KeyRing::stand_in("other", &[])?))),
        _ => request.open(),
    }
}

pub(super) fn compiled(text: &str) -> Result<Plan, Diagnostics> {
    let set = RecognizerSet::builtin();
    compile(&Source::new("p.yaml", text), &CompileContext { set: &set, rings: &opener, tenant: "" })
}

/// Adds what every policy begins with.
pub(super) fn whole(body: &str) -> String {
    format!("privet: v1\nproduct: sales/orders\n{body}")
}

/// Compiles a policy, and shows what is wrong with it, or what its field entries became; then the warnings.
pub(super) fn check_policy(body: &str, expected: Expect) {
    let out = match compiled(&whole(body)) {
        Err(diagnostics) => diagnostics.to_string(),
        Ok(plan) => {
            let mut out = String::new();
            for entry in &plan.fields.entries {
                let _ = writeln!(out, "{}: {}", entry.pattern, shown(&plan, entry.treatment));
            }
            let unknown = [plan.fields.unknown, plan.fields.unknown_key];
            let _ = writeln!(out, "else: {}, key: {}", shown(&plan, unknown[0]), shown(&plan, unknown[1]));
            out + &plan.warnings().map(|warnings| format!("\n{warnings}")).unwrap_or_default()
        }
    };
    expected.assert_eq(&out);
}

fn shown(plan: &Plan, treatment: Treatment) -> String {
    match treatment {
        Treatment::Apply(id) => format!("{} as {}", plan.operator(id).name(), plan.kind_of(id, None)),
        Treatment::Scan | Treatment::Text | Treatment::Keep | Treatment::Refuse => format!("{treatment:?}"),
    }
}

#[test]
fn fields_become_treatments_in_the_order_of_their_precision() {
    check_policy(
        "fields:
  '**.email': {tokenize: {ring: customer, as: EMAIL_ADDRESS, prefix: cus_}}
  $key: {tokenize: {ring: customer, epoch: 9f3a01c2}}
  order_id: keep
  customer.*: redact
  card.number: {mask: {keep_last: 4}}
  card.exp: {replace: {value: 0}}
  note: scan
  $headers.x-user: drop_field
  meta: {keep: {reason: no person in it}}
rings:
  customer: {domains: [sales, support]}
",
        expect![[r#"
            card.number: mask as VALUE
            card.exp: replace as VALUE
            order_id: Keep
            note: Scan
            $headers.x-user: drop_field as VALUE
            meta: Keep
            $key: tokenize as VALUE
            customer.*: redact as VALUE
            **.email: tokenize as EMAIL_ADDRESS
            else: Scan, key: Scan
        "#]],
    );
}

#[test]
#[expect(clippy::too_many_lines, reason = "one policy with every mistake, and what is said of each")]
fn all_errors_come_at_once() {
    check_policy(
        "fields:
  *.email: maks
  a: {mask: {keep_lats: 4, char: [x]}}
  b: {tokenize: {ring: custmer}}
  c..d: keep
  e: {hash: {}}
  e: redact
  f: {replace: <gone>}
  g: {mask: {keep_last: four}}
  h: {redact: {to: nul}}
  i: {replace: {value: 1.50}}
  j: [keep]
  k:
  l: {keep: {}, redact: {}}
  m: {scan: {}}
  n: encrypt
  o: {drop_field: {now: true}}
detcet: {}
unknown_fields: keep
rings: {customer: {from: nowhere, domain: [x]}}
",
        expect![[r#"
            p.yaml:4:3: error: a key that begins with `*` is YAML's alias
              = at: fields.*.email
              = help: quote it: "*.email"

            p.yaml:4:12: error: unknown operator "maks"
              = at: fields.*.email
              = help: did you mean `mask`?

            p.yaml:5:14: error: `mask` has no such parameter "keep_lats"
              = at: fields.a.mask.keep_lats
              = help: did you mean `keep_last`?

            p.yaml:5:34: error: this must be text, and is a list
              = at: fields.a.mask.char

            p.yaml:6:24: error: unknown key ring `custmer`
              = at: fields.b.tokenize.ring
              = help: did you mean `customer`?

            p.yaml:7:5: error: this is no field path: a name is missing
              = help: an empty name is written `[""]`

            p.yaml:8:7: error: `hash` needs `ring`
              = at: fields.e.hash
              = help: the key ring, as in `{hash: {ring: …}}`

            p.yaml:9:3: error: this key stands here twice; the first is on line 8

            p.yaml:10:16: error: the parameters of `replace` are a map, and this is text
              = at: fields.f.replace
              = help: as in `{replace: {value: …}}`

            p.yaml:11:25: error: this must be a whole number
              = at: fields.g.mask.keep_last

            p.yaml:12:20: error: unknown word "nul"
              = at: fields.h.redact.to
              = help: did you mean `null`?

            p.yaml:14:6: error: an operator belongs here, and this is a list
              = at: fields.j
              = help: as in `redact` or `{mask: {keep_last: 4}}`

            p.yaml:15:3: error: an operator belongs here, and this is nothing
              = at: fields.k
              = help: as in `redact` or `{mask: {keep_last: 4}}`

            p.yaml:16:6: error: one operator belongs here, and there are 2
              = at: fields.l
              = help: as in `{mask: {keep_last: 4}}`

            p.yaml:17:7: error: `scan` takes no parameters
              = at: fields.m.scan

            p.yaml:18:6: error: `encrypt` needs `ring`
              = at: fields.n
              = help: the key ring, as in `{encrypt: {ring: …}}`

            p.yaml:19:20: error: `drop_field` takes no parameters
              = at: fields.o.drop_field.now

            p.yaml:20:1: error: unknown key "detcet"
              = at: detcet
              = help: did you mean `detect`?

            p.yaml:21:17: error: fields that nobody named are never kept unseen
              = at: unknown_fields
              = help: `scan` leaves what holds no personal data; a field to be kept is named under `fields:`

            p.yaml:22:35: error: unknown key "domain"
              = at: rings.customer.domain
              = help: did you mean `domains`?
        "#]],
    );
}

#[test]
fn one_field_has_one_entry_however_it_is_spelled() {
    check_policy(
        "fields:\n  a.b: keep\n  'a[\"b\"]': redact\n",
        expect![[r#"
            p.yaml:5:3: error: this field has an entry already, on line 4
              = at: fields.a["b"]
        "#]],
    );
}

#[test]
fn what_a_policy_must_say() {
    let check = |text: &str, expected: Expect| expected.assert_eq(&compiled(text).unwrap_err().to_string());
    check(
        "",
        expect![[r#"
            p.yaml:1:1: error: this must be a map, and is nothing
        "#]],
    );
    check(
        "fields: {}\n",
        expect![[r#"
            p.yaml:1:1: error: `privet: v1` is missing here
              = help: it says that this is a policy of this shape

            p.yaml:1:1: error: `product` is missing here
        "#]],
    );
    check(
        "privet: v2\nproduct: Sales Orders\nversion: 'a b'\n",
        expect![[r#"
            p.yaml:1:9: error: this shape of policies is not known
              = at: privet
              = help: write `privet: v1`

            p.yaml:2:10: error: a product's name is lower-case letters, digits, `-`, `_`, `.` and `/`, beginning with a letter, 200 at most
              = at: product

            p.yaml:3:10: error: a version is 1 to 64 visible ASCII characters
              = at: version
        "#]],
    );
}

#[test]
fn what_later_versions_know_is_refused_not_ignored() {
    check_policy(
        "extends: [org/acme]\ntests:\n  - {in: {a: 1}}\nlimits: []\n",
        expect![[r#"
            p.yaml:3:1: error: `extends` is not supported yet in this version
              = at: extends
              = help: take it out: a policy is never read as if it said less

            p.yaml:4:1: error: `tests` is not supported yet in this version
              = at: tests
              = help: take it out: a policy is never read as if it said less

            p.yaml:6:1: error: `limits` is not supported yet in this version
              = at: limits
              = help: take it out: a policy is never read as if it said less
        "#]],
    );
    check_policy(
        "input: {kafka: a, contract: x.yaml}\noutput: {kafka: b}\ndead_letter: {kafka: c}\n",
        expect![[r#"
            p.yaml:3:19: error: `contract` is not supported yet in this version
              = at: input.contract
              = help: take it out: a policy is never read as if it said less
        "#]],
    );
}

#[test]
fn topics_come_together() {
    let plan = compiled(&whole(
        "input: {kafka: priv.a, format: text}\noutput: {kafka: pub.a}\ndead_letter: {kafka: priv.a.dlq, stop_at: 0.25}\n",
    ));
    let plan = plan.unwrap();
    let routes = plan.routes().unwrap();
    assert_eq!((&*routes.input, &*routes.output, &*routes.dead_letter), ("priv.a", "pub.a", "priv.a.dlq"));
    assert_eq!(routes.stop_at, StopAt::Share("0.25".parse().unwrap()));
    check_policy(
        "input: {kafka: a}\n",
        expect![[r#"
            p.yaml:3:1: error: `output` is missing beside `input`: where do the records go?
              = at: input
              = help: as in `output: {kafka: …}`; a policy for files alone names no topic

            p.yaml:3:1: error: `dead_letter` is missing beside `input`: where do the records go that cannot be decoded or transformed?
              = at: input
              = help: as in `dead_letter: {kafka: …}`; a policy for files alone names no topic
        "#]],
    );
    check_policy(
        "input: {kafka: a, fromat: json}\noutput: {kafka: a}\ndead_letter: {kafka: 'a b', stop_at: half}\n",
        expect![[r#"
            p.yaml:3:19: error: unknown key "fromat"
              = at: input.fromat
              = help: did you mean `format`?

            p.yaml:5:22: error: a topic's name is letters, digits, `.`, `_` and `-`, 249 at most
              = at: dead_letter.kafka

            p.yaml:5:38: error: `stop_at` is a share of the last 1,000 records above 0 and up to 1, or `off`
              = at: dead_letter.stop_at
              = help: as in `0.5`: stop when more than half of them went to the dead-letter topic
        "#]],
    );
    check_policy(
        "input: {kafka: a, format: avro}\noutput:\ndead_letter: {}\n",
        expect![[r#"
            p.yaml:3:27: error: unknown word
              = at: input.format
              = help: known are `json`, `text`

            p.yaml:4:1: error: this must be a map, and is nothing
              = at: output

            p.yaml:5:1: error: `kafka` is missing here
              = at: dead_letter
        "#]],
    );
}

#[test]
fn a_record_key_says_why_it_takes_no_other_operator() {
    check_policy(
        "fields:\n  $key: {encrypt: {ring: customer}}\n  $key.a: quarantine\n  $key.b: drop_record\n  $key.c: drop_field\n  \
         $key.d: {fpe: {ring: customer, on_small_domain: redact, epoch: 9f3a01c2}}\n",
        expect![[r#"
            p.yaml:4:10: error: `encrypt` on a record key would give one key another form each time
              = at: fields.$key.encrypt
              = help: compaction would keep every record, and a tombstone delete none; `hash`, deterministic `tokenize` and `fpe` give one key one form

            p.yaml:5:11: error: `quarantine` on a record key takes every record that has it
              = at: fields.$key.a
              = help: name a field of the value, whose records alone it takes, or an entity type under `defaults:`

            p.yaml:6:11: error: `drop_record` on a record key takes every record that has it
              = at: fields.$key.b
              = help: name a field of the value, whose records alone it takes, or an entity type under `defaults:`

            p.yaml:7:11: error: `drop_field` on a record key would make different keys equal
              = at: fields.$key.c
              = help: compaction would then delete records; `keep`, `scan`, `hash`, `tokenize` and `fpe` do not

            p.yaml:8:12: error: `fpe` on a record key would make different keys equal
              = at: fields.$key.d.fpe
              = help: compaction would delete records; with `error` or `tokenize` in the place of `redact` they stay different
        "#]],
    );
}

#[test]
fn what_help_says_by_itself_is_shown_whatever_stands_in_the_policy() {
    check_policy(
        "fields:\n  a: {mask: {width: 6}}\n  b: {date_shift: {ring: customer, subject_field: id, formats: [\"%d/%m/%Y %z\"]}}\n",
        expect![[r#"
            p.yaml:4:14: error: `mask` has no such parameter
              = at: fields.a.mask.width
              = help: `width` is of `generalize` and `fpe`; known are `char`, `keep_first`, `keep_last`, `min_masked`, `ignore`, `fixed_length`

            p.yaml:5:64: error: a format spells year, month and day, in strftime's way, and no zone
              = at: fields.b.date_shift.formats
              = help: as in `formats: ["%d/%m/%Y"]`
        "#]],
    );
}

#[test]
fn a_record_key_takes_only_what_keeps_keys_apart() {
    check_policy(
        "fields:\n  $key: redact\n  $key.a: {tokenize: {ring: customer}}\n  $key.b: {hash: {ring: customer, epoch: primary}}\n",
        expect![[r#"
            p.yaml:4:9: error: `redact` on a record key would make different keys equal
              = at: fields.$key
              = help: compaction would then delete records; `keep`, `scan`, `hash`, `tokenize` and `fpe` do not

            p.yaml:5:12: error: `tokenize` on a record key must pin its key
              = at: fields.$key.a.tokenize
              = help: rotation would move every record key; add `epoch: …`, the id of a key of the ring, to `tokenize`

            p.yaml:6:42: error: `hash` on a record key must pin its key
              = at: fields.$key.b.hash.epoch
              = help: rotation would move every record key; add `epoch: …`, the id of a key of the ring, to `hash`
        "#]],
    );
    check_policy(
        "fields:\n  $key: {hash: {ring: customer, epoch: 9f3a01c2}}\n",
        expect![[r#"
        $key: hash as VALUE
        else: Scan, key: Scan
    "#]],
    );
    check_policy(
        "fields:\n  $key: {hash: {ring: customer, epoch: 00000001}}\n",
        expect![[r#"
            p.yaml:4:40: error: the ring has no key 00000001
              = at: fields.$key.hash.epoch
        "#]],
    );
}

#[test]
fn fields_that_nobody_named() {
    let routes = "input: {kafka: a}\noutput: {kafka: b}\ndead_letter: {kafka: c}\n";
    check_policy(
        &format!("{routes}unknown_fields: redact\n"),
        expect![[r#"
            p.yaml:6:17: error: with `unknown_fields: redact` record keys need an entry of their own
              = at: unknown_fields
              = help: add `$key: scan`, `$key: keep`, or `tokenize` with a pinned `epoch` under `fields:`
        "#]],
    );
    check_policy(
        &format!("{routes}unknown_fields: redact\nfields: {{$key: scan}}\n"),
        expect![[r#"
        $key: Scan
        else: redact as VALUE, key: Refuse
    "#]],
    );
    check_policy(
        "unknown_fields: drop_field\n",
        expect![[r#"
        else: drop_field as VALUE, key: Refuse
    "#]],
    );
    check_policy(
        "unknown_fields: quarantine\n",
        expect![[r#"
        else: Refuse, key: Refuse
    "#]],
    );
    check_policy(
        "unknown_fields: sacn\n",
        expect![[r#"
            p.yaml:3:17: error: unknown word "sacn"
              = at: unknown_fields
              = help: did you mean `scan`?
        "#]],
    );
    check_policy(
        "fields: {'**': keep, $headers.*: keep}\n",
        expect![[r#"
            $headers.*: Keep
            **: Keep
            else: Scan, key: Scan

            p.yaml:3:10: warning: every field that no other line names leaves as it is, unscanned
              = at: fields.**
              = help: `unknown_fields: scan` looks into them
        "#]],
    );
}

#[test]
fn the_hash_is_of_what_a_policy_says() {
    let hash = |body: &str| *compiled(&whole(body)).unwrap().hash();
    let base = hash("fields:\n  a.b: {mask: {keep_last: 4, char: x}}\n  c: keep\n");
    assert_eq!(
        base,
        hash("# a comment\nfields: {\"c\": 'keep', 'a[\"b\"]': {mask: {char: x, keep_last: 4}}}\nversion: v2\n")
    );
    for other in [
        "fields:\n  a.b: {mask: {keep_last: 5, char: x}}\n  c: keep\n",
        "fields:\n  a.b: {mask: {keep_last: 4, char: x}}\n",
        "fields:\n  a.b: {mask: {keep_last: 4, char: x}}\n  c: scan\n",
        "fields:\n  a.b: {mask: {keep_last: 4, char: x}}\n  c: keep\nunknown_fields: redact\n",
        "fields:\n  a.b: {mask: {keep_last: 4, char: x}}\n  c: keep\nregions: [DE]\n",
    ] {
        assert_ne!(base, hash(other), "{other}");
    }
    assert_ne!(hash("fields: {a: {replace: {value: 1}}}\n"), hash("fields: {a: {replace: {value: '1'}}}\n"));
    assert_eq!(base.to_string().len(), 64);
    assert_ne!(base, *Plan::without_policy(RecognizerSet::builtin()).hash());
}

#[test]
fn plans_tell_what_they_use() {
    let plan = compiled(&whole("version: 2026-11-01\nfields: {a: {hash: {ring: customer}}}\n")).unwrap();
    assert_eq!((plan.product().as_str(), plan.version()), ("sales/orders", Some("2026-11-01")));
    assert!(plan.uses_keys());
    assert_eq!((&*plan.rings()[0].name, plan.rings()[0].version), ("customer", 1));
    assert_eq!(format!("{plan:?}"), format!("Plan {{ product: {:?}, hash: {}, .. }}", plan.product(), plan.hash()));
    let plan = compiled(&whole("fields: {a: redact}\n")).unwrap();
    assert!(!plan.uses_keys() && plan.routes().is_none() && plan.warnings().is_none());
    let mut paths = Paths::default();
    paths.bind(&plan);
    assert_eq!(paths.node(paths.key()).treatment, Treatment::Scan);
}

#[test]
fn a_subject_is_one_field_that_is_read() {
    check_policy(
        "fields:
  a: {date_shift: {ring: customer, subject_field: '**.id'}}
  b: {date_shift: {ring: customer, subject_field: 'x['}}
  c: {date_shift: {ring: customer, subject_field: customer.id}}
  customer: drop_field
",
        expect![[r#"
            p.yaml:4:51: error: this may be more than one field, and a value has one subject
              = at: fields.a.date_shift.subject_field
              = help: name every step, as in `customer.id`; `$key` and `$headers.NAME` work too

            p.yaml:5:51: error: this is no field path: `[` is followed by a number, `*` or a quoted name
              = at: fields.b.date_shift.subject_field
              = help: as in `a[2]`, `a[*]` or `a["x.y"]`

            p.yaml:7:3: error: the field `customer.id`, which another field needs, stands in here, and must be read
              = at: fields.customer
              = help: name the fields beside it instead
        "#]],
    );
}

/// `as:` names the key's kind; what is found is no more secret for it.
#[test]
fn few_values_are_refused_by_what_a_default_is_for() {
    let said = |entity: &str, parameters: &str| {
        let default = format!("{{entity: {entity}, op: {{fpe: {{ring: customer, as: X{parameters}}}}}}}");
        compiled(&whole(&format!("defaults:\n  - {default}\n"))).map(drop).map_err(|wrong| wrong.to_string())
    };
    let few = [
        ("DATE_OF_BIRTH", "", "DATE_OF_BIRTH"),
        ("US_SSN", ", keep_last: 4", "NATIONAL_ID"),
        ("POSTAL_CODE", "", "POSTAL_CODE"),
    ];
    for (entity, parameters, kind) in few {
        let wrong = said(entity, parameters).unwrap_err();
        assert!(wrong.contains(&format!("`fpe` of {kind} leaves")), "{wrong}");
    }
    assert_eq!(said("US_SSN", ""), Ok(()));
}

/// Six digits of a Danish number are a day of birth.
#[test]
fn few_values_are_refused_by_the_family_of_what_a_field_is() {
    let said = |operator: &str| {
        let field = format!("fields: {{member: {{fpe: {{ring: customer, {operator}}}}}}}\n");
        compiled(&whole(&field)).map(drop).map_err(|wrong| wrong.to_string())
    };
    for kind in ["DK_CPR", "SE_PERSONNUMMER", "NATIONAL_ID"] {
        let wrong = said(&format!("as: {kind}, keep_last: 4")).unwrap_err();
        assert!(wrong.contains("`fpe` of NATIONAL_ID leaves 10000 values"), "{wrong}");
        assert_eq!(said(&format!("as: {kind}")), Ok(()));
    }
    assert_eq!(said("as: MEMBER, keep_last: 4"), Ok(()));
}
