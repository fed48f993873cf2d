use super::super::tests::{compiled, whole};
use crate::policy::diagnostic::Severity;

const SCHEMA: &str = "schema:
  json:
    type: object
    required: [payref, bare, free]
    properties:
      free: true
      payref: {type: string, maxLength: 19}
      box: {type: string, maxLength: 600}
      note: {type: string, maxLength: 64}
      visits: {type: integer, minimum: 0, maximum: 2147483647}
      count: {type: [integer, 'null']}
      phase: {enum: [open, other]}
      zcode: {type: string, pattern: '^[0-9]{3}-[0-9]{2}-[0-9]{4}$'}
      card: {type: string, pattern: '^4[0-9]{15}$'}
      since: {type: string, pattern: '^20[0-9]{2}-[0-9]{2}-[0-9]{2}$'}
      until: {type: string, pattern: '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-[0-9]{2}$'}
      digest: {type: string, pattern: '^[0-9a-f]{32}$'}
      tiny: {type: string, maxLength: 3}
      age: {type: integer, minimum: 0, maximum: 150}
      tok: {type: string, pattern: '^tok_[a-z2-7]{66}$'}
      word: {type: string, pattern: '^tok_[a-z2-7]+$'}
      ok: {type: boolean}
      line: {type: string, pattern: '^.*$'}
      year: {type: string, pattern: '^[0-9]{4}(-[0-9]{2}-[0-9]{2})?$'}
      years: {type: string, pattern: '^[0-9]{1,3}$'}
      net: {type: string, pattern: '^[0-9]{1,3}(\\.[0-9]{1,3}){3}$'}
      mail: {type: string, pattern: '^[^@ ]+@[^@ ]+\\.[a-z]{2,}$'}
      who: {type: string, pattern: '^[A-Z][a-z]+$'}
      six: {type: string, pattern: '^(4[0-9]{5}|5[1-5][0-9]{4})[0-9]{10}$'}
      ac: {type: string, pattern: '^AC-[0-9]{8}$'}
      first: {type: string, pattern: '^[a-f][0-9a-f]*$'}
      stars: {type: string, pattern: '^[0-9*]{12}[0-9]{4}$'}
      nine: {type: string, minLength: 9, maxLength: 11}
      day: {type: integer}
      box2: {type: object, required: [b], properties: {a: {type: integer}, b: {type: string}}}
      tags: {type: array, items: {type: string}}
      items: {type: array, items: {type: object, properties: {name: {type: string, minLength: 1}}}}
";

fn said(fields: &str) -> Vec<String> {
    match compiled(&whole(&format!("{SCHEMA}fields:\n{fields}"))) {
        Ok(_) => Vec::new(),
        Err(wrong) => {
            let errors = wrong.list().iter().filter(|one| one.severity == Severity::Error);
            errors.map(|one| one.message.clone()).collect()
        }
    }
}

#[test]
fn what_fits_is_compiled() {
    for fits in [
        "payref: {mask: {keep_last: 4}}",
        "day: {generalize: {date_part: year}}",
        "box2: {replace: {value: {a: 1, b: x}}}",
        "tags: {replace: {value: [x]}}",
        "tags: redact",
        "payref: {fpe: {ring: customer, as: CREDIT_CARD, keep_first: 6, checksum: luhn}}",
        "box: {tokenize: {ring: customer, as: EMAIL_ADDRESS}}",
        "note: {hash: {ring: customer}}",
        "note: {tokenize: {ring: customer, mode: vault}}",
        "visits: {fpe: {ring: customer, width: 9}}",
        "visits: {redact: {to: zero}}",
        "visits: {replace: {value: 0}}",
        "visits: {fpe: {ring: customer, width: 9, on_small_domain: redact}}",
        "count: redact",
        "count: {replace: {value: null}}",
        "phase: {replace: {value: other}}",
        "zcode: {fpe: {ring: customer}}",
        "card: {fpe: {ring: customer, keep_first: 1}}",
        "until: {date_shift: {ring: customer, subject_field: id}}",
        "digest: {hash: {ring: customer, bits: 128}}",
        "ok: {replace: {value: false}}",
        "items: {replace: {value: []}}",
        "'items[*].name': mask",
        "box: drop_field",
        "tiny: {generalize: {buckets: [0, 1000]}}",
        "tiny: {generalize: {width: 99}}",
        "payref: {date_shift: {ring: customer, subject_field: id}}",
        "payref: {date_shift: {ring: customer, subject_field: id, formats: ['%d %B %Y']}}",
        "nine: {date_shift: {ring: customer, subject_field: id, formats: ['%Y-%m-%d', '%d.%m.%Y']}}",
        "age: {generalize: {buckets: [0, 18, 65]}}",
        "age: {generalize: {age_top: 90}}",
        "word: {tokenize: {ring: customer}}",
        "word: {encrypt: {ring: customer, prefix: tok_}}",
        "'**.unknown': {hash: {ring: customer}}",
        "year: {generalize: {date_part: year}}",
        "years: {generalize: {width: 10}}",
        "years: {generalize: {age_top: 90}}",
        "net: {generalize: {ip_prefix: 24}}",
        "mail: {fake: {ring: customer, list: email}}",
        "who: {fake: {ring: customer, values: [Ada, Grace]}}",
        "six: {fpe: {ring: customer, as: BADGE, keep_first: 6}}",
        "stars: {mask: {keep_last: 4}}",
        "nine: {mask: {keep_last: 4}}",
    ] {
        assert_eq!(said(&format!("  {fits}\n")), Vec::<String>::new(), "{fits}");
    }
}

#[test]
fn what_cannot_fit_is_refused_when_it_is_compiled() {
    for (entry, expected) in [
        ("year: {generalize: {date_part: month}}", "what `pattern` does not accept"),
        ("years: {generalize: {buckets: [1000]}}", "what `pattern` does not accept"),
        ("net: {fake: {ring: customer, list: email}}", "what `pattern` does not accept"),
        ("who: {fake: {ring: customer, list: name}}", "what `pattern` does not accept"),
        ("six: {fpe: {ring: customer, as: BADGE, keep_first: 1}}", "what `pattern` does not accept"),
        ("ac: {fpe: {ring: customer, as: BADGE}}", "takes no value that `pattern` accepts"),
        ("first: {hash: {ring: customer}}", "what `pattern` does not accept"),
        ("stars: {mask: {keep_last: 2}}", "what `pattern` does not accept"),
        ("nine: {mask: {fixed_length: 8}}", "may write 8 characters, and `minLength` is 9"),
        ("payref: {hash: {ring: customer}}", "may write 64 characters, and `maxLength` is 19"),
        ("day: {generalize: {date_part: quarter}}", "writes `string`"),
        ("day: {generalize: {date_part: month}}", "writes `string`"),
        ("tiny: {generalize: {buckets: [1000]}}", "may write 4 characters, and `maxLength` is 3"),
        ("tiny: {generalize: {width: 10}}", "may write 4 characters, and `maxLength` is 3"),
        ("tiny: {generalize: {width: 1000}}", "may write 5 characters, and `maxLength` is 3"),
        ("age: {generalize: {buckets: [-1, 18]}}", "beyond `minimum` or `maximum`"),
        ("age: {generalize: {age_top: 200}}", "beyond `minimum` or `maximum`"),
        ("tok: {tokenize: {ring: customer}}", "what `pattern` does not accept"),
        ("tok: {encrypt: {ring: customer, prefix: tok_}}", "what `pattern` does not accept"),
        ("box2: {replace: {value: {a: b, b: x}}}", "does not fit `box2.a`: it writes `string`"),
        ("box2: {replace: {value: {a: 1}}}", "does not fit `box2.b`: it removes it, and it is `required`"),
        ("box2: {redact: {to: empty}}", "does not fit `box2.b`: it removes it, and it is `required`"),
        ("tags: {replace: {value: [1]}}", "does not fit `tags[*]`: it writes"),
        ("payref: drop_field", "removes it, and it is `required`"),
        ("bare: drop_field", "removes it, and it is `required`"),
        ("free: drop_field", "removes it, and it is `required`"),
        ("payref: {fpe: {ring: customer, on_small_domain: tokenize}}", "characters, and `maxLength` is 19"),
        ("box: {tokenize: {ring: customer}}", "characters, and `maxLength` is 600"),
        ("note: {encrypt: {ring: customer}}", "characters, and `maxLength` is 64"),
        ("note: {encrypt: {ring: customer, subject_field: id}}", "characters, and `maxLength` is 64"),
        ("visits: {encrypt: {ring: customer, subject_field: id}}", "writes `string`"),
        ("visits: {hash: {ring: customer}}", "writes `string`, which the type does not allow"),
        ("visits: mask", "writes `string`"),
        ("visits: redact", "writes `null`"),
        ("visits: {replace: {value: null}}", "writes `null`"),
        ("visits: {replace: {value: -1}}", "beyond `minimum` or `maximum`"),
        ("visits: {replace: {value: 1.5}}", "writes `number`"),
        ("visits: {fpe: {ring: customer}}", "beyond `minimum` or `maximum`"),
        ("count: {tokenize: {ring: customer}}", "writes `string`"),
        ("phase: {hash: {ring: customer}}", "not listed under `enum`"),
        ("phase: {replace: {value: shut}}", "not listed under `enum`"),
        ("card: {fpe: {ring: customer}}", "what `pattern` does not accept"),
        ("since: {date_shift: {ring: customer, subject_field: id}}", "what `pattern` does not accept"),
        ("zcode: {tokenize: {ring: customer}}", "what `pattern` does not accept"),
        ("digest: {hash: {ring: customer}}", "what `pattern` does not accept"),
        ("ok: {hash: {ring: customer}}", "takes no value of this type"),
        ("ok: redact", "writes `null`"),
        ("'items[*].name': redact", "may write 0 characters, and `minLength` is 1"),
        ("items: {replace: {value: {a: 1}}}", "writes `object`"),
        ("'**.note': {tokenize: {ring: customer}}", "characters, and `maxLength` is 64"),
    ] {
        let said = said(&format!("  {entry}\n"));
        assert!(said.len() == 1 && said[0].contains(expected), "{entry}: {said:?}");
    }
}

#[test]
fn formats_of_dates_fit_the_length_that_a_field_may_have() {
    for (field, formats, expected) in [
        ("tiny", "", "may write 8 characters, and `maxLength` is 3"),
        ("nine", ", formats: ['%d %B %Y']", "may write 17 characters, and `maxLength` is 11"),
        ("nine", ", formats: ['%Y-%m-%d', '%Y-%m-%dT%H:%M']", "may write 16 characters, and `maxLength` is 11"),
        ("nine", ", formats: ['%d.%m.%y']", "may write 8 characters, and `minLength` is 9"),
        ("nine", ", formats: ['%-d.%-m.%Y']", "may write 8 characters, and `minLength` is 9"),
    ] {
        let said = said(&format!("  {field}: {{date_shift: {{ring: customer, subject_field: id{formats}}}}}\n"));
        assert!(said.len() == 1 && said[0].contains(expected), "{field} {formats}: {said:?}");
    }
}

#[test]
fn what_length_would_be_right_is_said() {
    let entry = "  nine: {date_shift: {ring: customer, subject_field: id, formats: ['%Y-%m-%dT%H:%M']}}\n";
    let wrong = compiled(&whole(&format!("{SCHEMA}fields:\n{entry}"))).unwrap_err().to_string();
    assert!(wrong.contains("; `maxLength` of 16 or more, or what writes less, would fit"), "{wrong}");
}

#[test]
fn a_column_is_checked_by_what_its_cells_spell() {
    let schema = "schema: {csv: {properties: {age: {type: integer}, name: {type: string}}}}\nfields:\n";
    assert!(
        compiled(&whole(&format!("{schema}  name: {{redact: {{to: null}}}}\n  age: {{replace: {{value: 0}}}}\n")))
            .is_ok()
    );
    for wrong in ["redact", "mask", "{hash: {ring: customer}}"] {
        assert!(compiled(&whole(&format!("{schema}  age: {wrong}\n"))).is_err(), "{wrong}");
    }
    let badges = schema.replace("age", "badge");
    let bounded = badges.replace("{type: integer}", "{type: integer, maximum: 2000000000}");
    let fpe = |schema: &str, more: &str| {
        compiled(&whole(&format!("{schema}  badge: {{fpe: {{ring: customer, as: ID{more}}}}}\n")))
    };
    assert!(fpe(&badges, ", keep_first: 1").is_ok() && fpe(&bounded, ", keep_first: 1").is_err());
    let wrong = fpe(&badges, "").unwrap_err().to_string();
    assert!(wrong.contains("may write digits that begin with a zero") && wrong.contains("`type: string`"), "{wrong}");
    assert!(fpe(&badges.replace("integer", "string"), "").is_ok());
}

#[test]
fn a_name_that_says_what_is_found_is_checked_too() {
    let schema = "schema: {json: {properties: {ssn: {type: integer}}}}\n";
    let wrong = compiled(&whole(schema)).unwrap_err();
    assert!(wrong.to_string().contains("`replace` does not fit `ssn`: it writes `string`"), "{wrong}");
}

#[test]
fn members_of_any_name_have_a_type() {
    let schema = "schema:\n  json:\n    properties:\n      scores:\n        properties: {free: {type: string}}\n        \
                  additionalProperties: {type: integer, maximum: 100}\n      \
                  deep: {additionalProperties: {additionalProperties: {type: string, maxLength: 4}}}\nfields:\n";
    let said = |entries: &str| match compiled(&whole(&format!("{schema}{entries}"))) {
        Ok(_) => String::new(),
        Err(wrong) => wrong.to_string(),
    };
    for (entry, at) in [
        ("  scores.math: {replace: {value: none}}\n", "scores.*"),
        ("  scores.*: {hash: {ring: customer}}\n", "scores.*"),
        ("  '**.art': {replace: {value: none}}\n", "scores.*"),
        ("  scores: {replace: {value: {art: 101}}}\n", "scores.*"),
        ("  deep.a.b: {hash: {ring: customer}}\n", "deep.*.*"),
        ("  deep.a.*: {replace: {value: longer}}\n", "deep.*.*"),
    ] {
        let said = said(entry);
        assert!(said.contains(&format!("does not fit `{at}`")), "{entry}: {said}");
    }
    for entry in [
        "  scores.free: {replace: {value: none}}\n",
        "  scores.math: {replace: {value: 7}}\n",
        "  scores: {replace: {value: {art: 100, free: none}}}\n",
        "  deep.a: {replace: {value: {b: four}}}\n",
    ] {
        assert_eq!(said(entry), "", "{entry}");
    }
    let wrong = compiled(&whole("schema: {json: {additionalProperties: 3}}\n")).unwrap_err().to_string();
    assert!(wrong.contains("this must be `true` or `false`"), "{wrong}");
}

#[test]
fn true_lets_everything_be_there() {
    let schema = "schema: {json: {additionalProperties: false, properties: {a: true, b: {items: true}}}}\nfields:\n";
    assert!(compiled(&whole(&format!("{schema}  a: mask\n"))).is_ok());
    assert!(compiled(&whole(&format!("{schema}  c: mask\n"))).is_err());
}

#[test]
fn a_schema_is_never_read_as_if_it_said_less() {
    for (schema, expected) in [
        ("{json: {properties: {a: {$ref: '#/b'}}}}", "`$ref` is not supported yet"),
        ("{json: {properties: {a: {maxLenght: 3}}}}", "unknown key"),
        ("{json: {patternProperties: {'^x': {type: string}}}}", "`patternProperties` is not supported yet"),
        ("{json: {properties: {a: false}}}", "`false` lets no value be here"),
        ("{json: {items: false}}", "`false` lets no value be here"),
        ("{json: {properties: {a: {type: text}}}}", "unknown word"),
        ("{json: {properties: {a: {pattern: '(?=x)'}}}}", "no regular expression that can be checked"),
        ("{avro: {}}", "`avro` is not supported yet"),
        ("{}", "that of one format"),
    ] {
        let wrong = compiled(&whole(&format!("schema: {schema}\n"))).unwrap_err();
        assert!(wrong.to_string().contains(expected), "{schema}: {wrong}");
    }
}

/// Says what is wrong with an operator on a field that is declared so.
fn of_one(declared: &str, operator: &str) -> String {
    let policy = format!("schema: {{json: {{properties: {{x1: {declared}}}}}}}\nfields:\n  x1: {operator}\n");
    match compiled(&whole(&policy)) {
        Ok(_) => String::new(),
        Err(wrong) => wrong.to_string(),
    }
}

fn check_one(rows: &[(&str, &str, &str)]) {
    for (declared, operator, expected) in rows {
        let said = of_one(declared, operator);
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{operator} on {declared}: {said}");
    }
}

#[test]
fn coarser_values_are_as_long_as_they_are_written() {
    let (zip, month, quarter, year) = (
        "{generalize: {zip3: true}}",
        "{generalize: {date_part: month}}",
        "{generalize: {date_part: quarter}}",
        "{generalize: {date_part: year}}",
    );
    check_one(&[
        ("{type: string, minLength: 3, maxLength: 10}", zip, ""),
        ("{type: string, minLength: 5, maxLength: 10}", zip, "may write 3 characters, and `minLength` is 5"),
        ("{type: string, maxLength: 2}", zip, "may write 3 characters, and `maxLength` is 2"),
        ("{type: string, minLength: 7, maxLength: 10}", month, ""),
        ("{type: string, minLength: 4, maxLength: 7}", month, ""),
        ("{type: string, maxLength: 6}", month, ""),
        ("{type: string, minLength: 8, maxLength: 10}", month, "may write 7 characters, and `minLength` is 8"),
        ("{type: string, maxLength: 3}", month, "may write 7 characters, and `maxLength` is 3"),
        ("{type: string, minLength: 7}", quarter, ""),
        ("{type: string, minLength: 4, maxLength: 10}", year, ""),
        ("{type: string, minLength: 5, maxLength: 10}", year, "may write 4 characters, and `minLength` is 5"),
        ("{type: string, minLength: 2, maxLength: 4}", "{generalize: {buckets: [10, 20]}}", ""),
        (
            "{type: string, minLength: 2}",
            "{generalize: {buckets: [5, 20]}}",
            "may write 1 characters, and `minLength` is 2",
        ),
        ("{type: string, maxLength: 3}", "{generalize: {buckets: [-1000, -99, 0]}}", ""),
        (
            "{type: string, maxLength: 3}",
            "{generalize: {buckets: [-500, 0]}}",
            "may write 4 characters, and `maxLength` is 3",
        ),
        ("{type: string, pattern: '^[0-9]{1,3}$'}", "{generalize: {buckets: [0, 1000]}}", ""),
        ("{enum: ['0', '7', '18', '65']}", "{generalize: {buckets: [0, 18, 65]}}", ""),
        ("{enum: ['0', '7', '180']}", "{generalize: {buckets: [0, 18, 65]}}", "not listed under `enum`"),
        ("{type: string, minLength: 2, maxLength: 3}", "{generalize: {age_top: 90}}", ""),
        ("{type: string, maxLength: 1}", "{generalize: {age_top: 90}}", ""),
        ("{type: string, minLength: 3}", "{generalize: {age_top: 90}}", "may write 2 characters, and `minLength` is 3"),
        (
            "{type: string, maxLength: 12}",
            "{generalize: {ip_prefix: 24}}",
            "may write 17 characters, and `maxLength` is 12",
        ),
        ("{type: string, maxLength: 45}", "{generalize: {ip_prefix: 24}}", ""),
        ("{type: string, maxLength: 24}", "{generalize: {ip_prefix: 24}}", ""),
        ("{type: string, maxLength: 9}", "{generalize: {ip_prefix: 24}}", ""),
        ("{type: string, minLength: 2, maxLength: 45}", "{generalize: {ip_prefix: 24}}", ""),
        (
            "{type: string, minLength: 7}",
            "{generalize: {ip_prefix: 24}}",
            "may write 2 characters, and `minLength` is 7",
        ),
        ("{type: string, minLength: 7, pattern: '^[0-9.]+$'}", "{generalize: {ip_prefix: 24}}", ""),
        ("{type: string, minLength: 1}", "{generalize: {width: 10}}", ""),
        ("{type: string, minLength: 2}", "{generalize: {width: 10}}", "may write 1 characters, and `minLength` is 2"),
        ("{type: integer, minimum: 1000, maximum: 99991231}", year, ""),
        ("{type: integer, minimum: 10000101, maximum: 99991231}", year, "beyond `minimum` or `maximum`"),
    ]);
}

#[test]
fn a_column_of_numbers_is_checked_by_what_becomes_of_a_cell() {
    let year = "{generalize: {date_part: year}}";
    let shift = "{date_shift: {ring: customer, subject_field: id}}";
    for (more, operator, fits) in [
        ("", year, true),
        (", minimum: 19000101", year, false),
        ("", shift, true),
        (", minimum: 10000101, maximum: 99991231", shift, true),
        (", maximum: 20991231", shift, false),
        ("", "{redact: {to: zero}}", false),
        ("", "{replace: {value: 0}}", true),
        ("", "{replace: {value: '007'}}", false),
        ("", "{generalize: {buckets: [0, 18]}}", true),
        (", maximum: 17", "{generalize: {buckets: [0, 18]}}", false),
        ("", "{generalize: {width: 10}}", true),
        ("", "{generalize: {age_top: 90}}", true),
    ] {
        let schema = format!("schema: {{csv: {{properties: {{x1: {{type: integer{more}}}}}}}}}\n");
        let said = compiled(&whole(&format!("{schema}fields: {{x1: {operator}}}\n")));
        assert_eq!(said.is_ok(), fits, "{operator} on {more}: {:?}", said.err().map(|wrong| wrong.to_string()));
    }
}

#[test]
fn what_a_schema_leaves_to_encrypt_is_counted() {
    let ring = |more: &str| format!("{{fpe: {{ring: customer, as: ID{more}}}}}");
    let few = |values: &str| format!("leaves {values} values");
    for (declared, more, expected) in [
        ("{type: string, maxLength: 5}", "", few("100000")),
        ("{type: string, minLength: 5, maxLength: 5}", ", on_small_domain: redact", few("100000")),
        ("{type: string, maxLength: 6}", "", String::new()),
        ("{type: string, maxLength: 6}", ", keep_first: 1", few("100000")),
        ("{type: string, maxLength: 10}", ", keep_first: 2, keep_last: 2, checksum: luhn", few("100000")),
        ("{type: string, maxLength: 4}", ", alphabet: lower", few("456976")),
        ("{type: string, maxLength: 5}", ", alphabet: lower", String::new()),
        ("{type: string, pattern: '^[0-9]{5}$'}", "", few("100000")),
        ("{type: string, pattern: '^[0-9]{2}-[0-9]{3}$'}", "", few("100000")),
        ("{type: string, pattern: '^[0-9]{3}-[0-9]{3}$'}", "", String::new()),
        ("{type: string, pattern: '^[0-9]{1,5}$'}", "", few("100000")),
        ("{type: string, pattern: '^[0-9]+$'}", "", String::new()),
        ("{type: string, pattern: '^[0-9]+$', maxLength: 4}", "", few("10000")),
        ("{type: string, pattern: '^[0-9 -]+$', maxLength: 7}", "", String::new()),
        ("{type: string, pattern: '^([0-9]-)+[0-9]$', maxLength: 9}", "", few("100000")),
        ("{type: string, pattern: '[0-9]{3}'}", "", String::new()),
        ("{type: integer, maximum: 99999}", ", keep_first: 1", few("10000")),
        ("{type: integer, maximum: 9999999}", ", keep_first: 1", String::new()),
    ] {
        let said = of_one(declared, &ring(more));
        assert!(said.contains(&expected) && said.is_empty() == expected.is_empty(), "{declared} {more}: {said}");
    }
    let warned = |declared: &str, more: &str| {
        let policy = format!("schema: {{json: {{properties: {{x1: {declared}}}}}}}\nfields:\n  x1: {}\n", ring(more));
        compiled(&whole(&policy)).unwrap().warnings().map(ToString::to_string).unwrap_or_default()
    };
    let short = warned("{type: string, minLength: 4, maxLength: 12}", "");
    assert!(short.contains("4 characters") && short.contains("10000 values"), "{short}");
    assert_eq!(warned("{type: string, minLength: 4}", ", on_small_domain: tokenize"), "");
    assert_eq!(warned("{type: string, minLength: 6, maxLength: 12}", ""), "");
    assert_eq!(warned("{type: string, minLength: 1, maxLength: 12}", ""), "");
}

#[test]
fn stand_ins_are_as_long_as_those_of_their_list() {
    check_one(&[
        ("{type: string, maxLength: 20}", "{fake: {ring: customer, list: first_name}}", ""),
        ("{type: string, maxLength: 3}", "{fake: {ring: customer, list: first_name}}", "and `maxLength` is 3"),
        ("{type: string, maxLength: 30}", "{fake: {ring: customer, list: username}}", ""),
        ("{type: string, minLength: 14}", "{fake: {ring: customer, list: email}}", ""),
        ("{type: string, minLength: 3}", "{fake: {ring: customer, list: first_name, locale: en}}", ""),
    ]);
}

#[test]
fn moved_dates_are_as_long_as_their_formats_make_them() {
    let formats =
        |format: &str| format!("{{date_shift: {{ring: customer, subject_field: id, formats: ['{format}']}}}}");
    for (declared, format, expected) in [
        ("{type: string, minLength: 12}", "%d %B %Y", "may write 11 characters, and `minLength` is 12"),
        ("{type: string, minLength: 11, maxLength: 17}", "%d %B %Y", ""),
        ("{type: string, pattern: '^[0-9]{2} [A-Z][a-z]{2,8} [0-9]{4}$'}", "%d %B %Y", ""),
        ("{type: string, pattern: '^[0-9]{2} [A-Z][a-z]{2,3} [0-9]{4}$'}", "%d %B %Y", "`pattern`"),
        ("{type: string, maxLength: 7}", "%Y-%-j", "may write 8 characters, and `maxLength` is 7"),
    ] {
        let said = of_one(declared, &formats(format));
        assert!(said.contains(expected) && said.is_empty() == expected.is_empty(), "{declared} {format}: {said}");
    }
}

#[test]
fn a_constant_is_called_one() {
    check_one(&[
        ("{const: open}", "{replace: {value: shut}}", "what is not the `const`"),
        ("{enum: [open]}", "{replace: {value: shut}}", "what is not listed under `enum`"),
    ]);
}

#[test]
fn what_is_no_text_is_listed_too() {
    check_one(&[
        ("{enum: [x, y]}", "{replace: {value: [q]}}", "what is not listed under `enum`"),
        ("{const: x}", "{replace: {value: {a: b}}}", "what is not the `const`"),
        ("{enum: [x]}", "{redact: {to: null}}", "what is not listed under `enum`"),
        ("{enum: [x, null]}", "{redact: {to: null}}", ""),
        ("{type: [string, 'null'], enum: [x]}", "{redact: {to: null}}", "what is not listed under `enum`"),
        ("{type: [array, string], enum: ['']}", "redact", "what is not listed under `enum`"),
    ]);
}

#[test]
fn no_length_is_named_that_would_not_do() {
    for operator in ["{encrypt: {ring: customer}}", "{tokenize: {ring: customer}}"] {
        let said = of_one("{type: string, maxLength: 100}", operator);
        assert!(said.contains("longer than any `maxLength`") && !said.contains("or more"), "{said}");
    }
    let said = of_one("{type: string, maxLength: 10}", "{hash: {ring: customer}}");
    assert!(said.contains("`maxLength` of 64 or more"), "{said}");
}
