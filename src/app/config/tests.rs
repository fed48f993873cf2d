use super::*;
use expect_test::{Expect, expect};

fn read_text(text: &str) -> Result<(Settings, Diagnostics), ConfigError> {
    read(&Source::new("privet.yaml", text), Path::new("/etc/privet"), Purpose::Serving)
}

fn check_wrong(text: &str, expected: Expect) {
    expected.assert_eq(&read_text(text).map(|_| ()).unwrap_err().to_string());
}

#[test]
fn everything_has_a_default_but_what_must_be_said() {
    let (settings, warnings) = read_text("kafka: {brokers: 'a:1'}\nproducts: [{policy: orders.yaml}]\n").unwrap();
    assert!(warnings.list().is_empty());
    assert_eq!(settings.kafka.unwrap().brokers, Brokers("a:1".to_owned()));
    let product = &settings.products[0];
    assert_eq!(product.policy, Path::new("/etc/privet/orders.yaml"));
    assert_eq!(
        (product.delivery, product.start, product.on_gap),
        (Delivery::ExactlyOnce, Start::Earliest, OnGap::Stop)
    );
    assert_eq!(settings.memory_max, Settings::MEMORY_MAX);
    assert!(settings.http.is_none() && settings.rings.is_empty() && settings.instance.is_none());
    let (empty, _) = read_text("http: {}\n").unwrap();
    assert!(empty.http.is_some() && empty.kafka.is_none());
}

#[test]
fn everything_can_be_said() {
    let (settings, _) = read_text(
        "kafka:\n  brokers: [a:1, b:2]\n  call_max: 5s\n  common: {security.protocol: SASL_SSL, sasl.password: '${env:PATH}'}\n  \
         consumer: {fetch.min.bytes: 1}\n  producer: {compression.type: zstd}\nproducts:\n  - policy: /p/x.yaml\n    \
         group: g\n    delivery: at_least_once\n    start: 2026-11-01T00:00:00Z\n    on_gap: continue\ninstance: 3\n\
         lanes: 5\nmemory_max: 64MiB\ndrain_max: 7s\nrecognizers: own\nrings:\n  customer: {from: 'file:c.json', root: 'file:/r/c.root.json',\
         \x20state_dir: s}\n\
         log: {style: json, filter: warn}\n",
    )
    .unwrap();
    let kafka = settings.kafka.unwrap();
    assert_eq!(kafka.brokers, Brokers("a:1,b:2".to_owned()));
    assert_eq!((kafka.call_max, settings.drain_max), (Duration::from_secs(5), Duration::from_secs(7)));
    assert_eq!(kafka.common.0["sasl.password"].expose(), &std::env::var("PATH").unwrap());
    assert!(!format!("{:?}", kafka.common).contains("/bin"), "a secret has no Debug");
    let product = &settings.products[0];
    assert_eq!((product.policy.as_path(), product.group.as_deref()), (Path::new("/p/x.yaml"), Some("g")));
    assert_eq!(product.start, Start::At(1_793_491_200_000));
    assert_eq!((settings.instance, settings.lanes.get(), settings.memory_max), (Some(3), 5, 64 << 20));
    let ring = RingSettings {
        from: "file:/etc/privet/c.json".to_owned(),
        root: Some("file:/r/c.root.json".to_owned()),
        state_dir: Some("/etc/privet/s".into()),
    };
    assert_eq!(settings.rings["customer"], ring);
    assert_eq!(settings.recognizers.as_deref(), Some(Path::new("/etc/privet/own")));
    assert_eq!(settings.log.style, log::Style::Json);
}

#[test]
fn the_ring_of_epochs_is_remembered_where_that_is_said() {
    let epochs = |more: &str| {
        let text = format!("http: {{}}\nvault: {{from: 'memory:', epochs: {{from: 'file:e.json'{more}}}}}\n");
        let vault = read_text(&text).unwrap().0.vault.unwrap();
        (vault.epochs.unwrap(), vault.epochs_state_dir)
    };
    let ring = ("file:/etc/privet/e.json".to_owned(), None);
    assert_eq!(epochs(""), (ring.clone(), None));
    assert_eq!(epochs(", state_dir: s"), (ring, Some("/etc/privet/s".into())));
}

#[test]
fn a_literal_secret_is_refused_and_not_shown() {
    let wrong = read_text("kafka:\n  brokers: a:1\n  common:\n    sasl.password: hunter2\n").unwrap_err().to_string();
    assert!(wrong.contains("privet.yaml:4:20: error: this is a secret"), "{wrong}");
    assert!(!wrong.contains("hunter2"), "{wrong}");
    // Neither where it stands in a property that takes another value.
    let wrong = read_text("kafka: {brokers: a, common: {sasl.password: 'x${env:PATH}'}}").unwrap_err().to_string();
    assert!(wrong.contains("this is a secret"), "{wrong}");
}

#[test]
fn what_follows_from_another_setting_is_refused_under_each_of_its_names() {
    for (name, value) in
        [("message.timeout.ms", "1000"), ("delivery.timeout.ms", "1000"), ("partition.assignment.strategy", "range")]
    {
        let refused = check_property(name, value, Path::new("."));
        assert!(matches!(refused, Err(PropertyError::Ours(_))), "{name}: {refused:?}");
    }
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    check_wrong(
        "kafka:\n  brokers: []\n  producer: {acks: 1, no.such.property: 1, linger.ms: soon}\n  consumer: {enable.auto.commit: true}\n\
         products:\n  - {policy: a.yaml, start: yesterday}\n  - {delivery: twice}\nlanes: 0\nmemory_max: 1MiB\ndrain_max: 0s\n\
         rings: {customer: {from: vault}}\nbrokers: a:1\n",
        expect![[r#"
            privet.yaml:2:12: error: at least one broker is needed
              = at: kafka.brokers

            privet.yaml:3:14: error: privet sets this property itself: exactly once rests on it
              = at: kafka.producer.acks

            privet.yaml:3:23: error: librdkafka knows no such property
              = at: kafka.producer.no.such.property

            privet.yaml:3:55: error: librdkafka does not take this value
              = at: kafka.producer.linger.ms

            privet.yaml:4:14: error: privet sets this property itself: offsets are committed with the records' transaction
              = at: kafka.consumer.enable.auto.commit

            privet.yaml:6:29: error: this must be `earliest`, `latest` or a time
              = at: products[0].start
              = help: a time is written as 2026-11-01T00:00:00Z

            privet.yaml:7:5: error: `policy` is missing here
              = at: products[1]

            privet.yaml:7:16: error: unknown word
              = at: products[1].delivery
              = help: known are `exactly_once`, `at_least_once`

            privet.yaml:8:8: error: this must be from 1 to 1024
              = at: lanes

            privet.yaml:9:13: error: this must be at least 32MiB
              = at: memory_max

            privet.yaml:10:12: error: this must be from `1s` to `1h`
              = at: drain_max

            privet.yaml:11:26: error: a ring comes from `file:PATH`, `fd:N` or `env:NAME`
              = at: rings.customer.from

            privet.yaml:12:1: error: unknown key
              = at: brokers
              = help: known are `kafka`, `products`, `instance`, `lanes`, `memory_max`, `drain_max`, `recognizers`, `rings`, `tenant`, `vault`, `admin`, `http`, `access`, `log`
        "#]],
    );
    check_wrong(
        "products: [{policy: a.yaml}]\n",
        expect![[r#"
            privet.yaml:1:1: error: products need `kafka` or `http`, and this file has neither
              = at: products
              = help: add `kafka: {brokers: "HOST:PORT"}` or `http: {listen: "HOST:PORT"}`; `privet deanonymize`, `privet forget` and `privet vault seal` need neither
        "#]],
    );
}

#[test]
fn a_reference_that_leads_nowhere_is_told_by_its_name() {
    let wrong = read_text("kafka: {brokers: a, common: {sasl.password: '${env:PRIVET_NO_SUCH}'}}").unwrap_err();
    assert!(wrong.to_string().contains("the environment variable PRIVET_NO_SUCH is not set"), "{wrong}");
}

/// Every entry of a configuration, one a line.
const ENTRIES: &str = "\
kafka:
  brokers: a:1
  call_max: 5s
  common:
    security.protocol: SASL_SSL
    sasl.password: '${env:PATH}'
  consumer:
    fetch.min.bytes: 1
products:
  - policy: orders.yaml
    group: g
    delivery: at_least_once
    start: earliest
    on_gap: stop
instance: 3
lanes: 5
memory_max: 64MiB
drain_max: 7s
recognizers: own
tenant: t
rings:
  customer:
    from: 'file:c.json'
    root: 'file:c.root.json'
    state_dir: s
vault:
  from: redb:v.redb
  password: '${file:p}'
  ca: ca.pem
  forgotten_within: 5s
  epochs:
    from: 'file:e.json'
    root: 'file:e.root.json'
admin:
  listen: 127.0.0.1:1
http:
  listen: 127.0.0.1:2
  body_max: 1MiB
  tls:
    certificate: c.pem
    key: k.pem
access:
  jwt:
    jwks: file:k.json
    issuer: i
    audience: a
  audit: stderr
  limits:
    new_values: 1
  roles:
    - callers: anyone
      may: anonymize
      rings: [customer]
log:
  style: json
  filter: warn
";

/// The configuration with a text in the place of one entry's value or name, in every way in which YAML spells that.
fn pasted(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let lines: Vec<&str> = ENTRIES.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let lead = line.len() - line.trim_start_matches([' ', '-']).len();
        let (lead, entry) = line.split_at(lead);
        let (key, value) = entry.split_once(':').unwrap();
        let deeper = " ".repeat(lead.len() + 4);
        let mut ways = vec![
            format!("{lead}{key}: {text}"),
            format!("{lead}{key}: \"{text}\""),
            format!("{lead}\"{key}\": '{text}'"),
            format!("{lead}{key} : {text}"),
            format!("{lead}{key}:\n{deeper}{text}"),
            format!("{lead}{key}: >-\n{deeper}{text}"),
            format!("{lead}{key}: [\"{text}\"]"),
            format!("{lead}{key}: {{\"{text}\": {{from: 'file:x.json'}}}}"),
            format!("{lead}\"{text}\":{value}"),
            format!("{lead}{text}"),
            format!("{lead}{key}: \"{text}\" \"{text}\""),
        ];
        ways.extend(["file:", "env:", "fd:", "redb:", "vault-transit:", "${file:", "postgres://u:"].map(|scheme| {
            let end = match scheme {
                "${file:" => "}",
                "postgres://u:" => "@h/d",
                _ => "",
            };
            format!("{lead}{key}: \"{scheme}{text}{end}\"")
        }));
        all.extend(ways.into_iter().map(|way| {
            let mut lines = lines.clone();
            lines[at] = &way;
            lines.join("\n")
        }));
    }
    all
}

#[test]
fn no_text_of_a_configuration_is_told() {
    let key: Vec<u8> = (0..32).map(|at| u8::wrapping_mul(at, 37) ^ 0x5b).collect();
    let hex = data_encoding::HEXLOWER.encode(&key);
    let base64 = data_encoding::BASE64.encode(&key);
    let colons: Vec<&str> = hex.as_bytes().chunks(2).map(|two| std::str::from_utf8(two).unwrap()).collect();
    let list = key.iter().map(u8::to_string).collect::<Vec<_>>().join(" ");
    for text in [
        &*hex,
        hex.get(32..).unwrap(),
        &hex.to_uppercase(),
        &base64,
        &format!("/{}", base64.get(1..).unwrap()),
        format!("a{hex}").get(..64).unwrap(),
        &colons.join(":"),
        &colons.join(" "),
        &list,
        &data_encoding::BASE32_NOPAD.encode(&key),
        "correct-Horse-9battery-staple!",
        "hunter2hunter2",
    ] {
        let windows: Vec<&str> = (0..text.len() - 8).map(|at| text.get(at..at + 8).unwrap()).collect();
        let mut wrong = 0;
        for configuration in pasted(text) {
            let Err(error) = read_text(&configuration) else { continue };
            wrong += 1;
            let said = format!("{error} {error:?}");
            for window in &windows {
                assert!(!said.contains(window), "{window} of {configuration}\n{said}");
            }
        }
        assert!(wrong > 500, "{wrong} of {}", pasted(text).len());
    }
}
