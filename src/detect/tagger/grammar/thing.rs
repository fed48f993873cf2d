//! What is written as a name and is a thing: programs, makers, offices, and firms that are called as people are.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::{class, flag};
use super::super::token::{Class, Place, Token};
use super::super::words::{WordMap, WordSet};
use super::initial::DOES;
use super::{address, software, token};

/// Takes away persons and places that are things, and tells firms that are called as people are from people.
pub(super) fn things(tokens: &[Token], named: &mut Vec<Named>) {
    named.retain_mut(|one| {
        if matches!(one.of, Type::Address | Type::Organization) {
            return true;
        }
        // `Our Flink job`
        one.first += usize::from(one.end > one.first + 1 && OURS.has(token(tokens, one.first)));
        let inside = tokens.get(one.first..one.end).unwrap_or_default();
        if one.of == Type::Person && is_firm(inside) {
            one.of = Type::Organization;
            return true;
        }
        let words = || inside.iter().filter(|word| word.class.is_word());
        // `Toyota` is a town as well.
        let made = words().any(|word| word.class.is_big() && is_thing(word))
            && words().all(|word| word.entry.has(flag::THING) || PROGRAMS.has(word));
        let listed = |word: &Token| PROGRAMS.has(word) || FOODS.has(word);
        let all = words().next().is_some() && (made || words().all(listed));
        let noun = one.of == Type::Person && (inside.iter().any(is_noun) || is_worker(tokens, one));
        let noun = noun || software::is_software(tokens, one);
        let nobody =
            is_room(tokens, one, inside) || is_said_of_home(tokens, one) || is_office(inside) || is_limit(tokens, one);
        let thing = is_ward(tokens, one, inside) || is_hall(one, inside) || is_done(tokens, one, inside);
        !(all || noun || nobody || thing || is_route(inside))
    });
}

/// A firm that everybody knows and that is called as people are: `Morgan Stanley`.
pub(super) fn is_firm(inside: &[Token]) -> bool {
    let [first, last] = inside else { return false };
    let big = first.class.is_big() && last.class.is_big();
    big && FIRMS.get(first.word) & FIRMS_END.get(last.word) != 0
}

/// The name of a thing that is nobody's, too.
fn is_thing(word: &Token) -> bool {
    let name = flag::FIRST | flag::LAST | flag::CITY | flag::REGION;
    (word.entry.has(flag::THING) && !word.entry.has(name)) || PROGRAMS.has(word)
}

/// A program, device or drug of the list.
pub(super) fn is_program(word: &Token) -> bool {
    PROGRAMS.has(word)
}

/// A German noun by its ending, which no name has: `Aufenthaltserlaubnis`, `Verlängerung`.
pub(super) fn is_noun(word: &Token) -> bool {
    const ENDINGS: [&[u8; 4]; 3] = [b"bnis", b"heit", b"keit"];
    /// Letters of such a noun.
    const LETTERS_MIN: usize = 9;
    let name = flag::FIRST | flag::LAST | flag::CITY | flag::REGION;
    let ung = word.tail & 0x00FF_FFFF == u32::from_be_bytes(*b"\0ung");
    word.class == Class::Capital
        && word.len() >= LETTERS_MIN
        && !word.entry.has(name)
        && (ung || ENDINGS.iter().any(|ending| u32::from_be_bytes(**ending) == word.tail))
}

/// A word of dictionaries in lower case behind an article, in a line that is not all in lower case: `Then the cooper made
/// a barrel`.
fn is_worker(tokens: &[Token], one: &Named) -> bool {
    static ARTICLES: WordSet<3> = WordSet::new("the a an");
    let (word, before) = (token(tokens, one.first), one.first.wrapping_sub(1));
    one.end == one.first + 1
        && word.class == Class::Lower
        && word.line.casing >= MIXED
        && word.entry.has(flag::COMMON)
        && ARTICLES.has(token(tokens, before))
}

/// An office or a paper of one: no word of it is a name.
fn is_office(inside: &[Token]) -> bool {
    let name = |word: &Token| {
        word.entry.has(flag::FIRST | flag::LAST) && !word.entry.has(flag::COMMON | flag::FUNCTION) && !OFFICES.has(word)
    };
    inside.iter().any(|word| OFFICES.has(word)) && !inside.iter().any(name)
}

/// A part of a house, or one of those who work in it, as short notes have it: `Leak in Kitchen`, `cc Legal`; no `ask Garden`,
/// `Mr Sales`.
fn is_room(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [only] = inside else { return false };
    let back = |by: usize| one.first.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (before, next) = (back(1), token(tokens, one.end));
    let titled = before.entry.has(flag::TITLE) || (before.is(b'.') && back(2).entry.has(flag::TITLE));
    if only.class != Class::Capital || titled {
        return false;
    }
    // `Garden called`
    let placed = one.of == Type::Location && (!DOES.has(next) || next.entry.has(flag::FUNCTION));
    // `room w/ Balcony`
    let room = ROOMS.has(only) && (placed || AT.has(before) || before.is(b'/'));
    // `Kind regards, Payroll`
    let nobody = !only.entry.has(flag::FIRST | flag::LAST);
    room || (DESKS.has(only) && (nobody || placed || ASKED.has(before) || AT.has(before) || before.is(b':')))
}

/// A room by what it is for: `Main Hall`, `Conference Room`; no `Carnegie Hall`.
fn is_hall(one: &Named, inside: &[Token]) -> bool {
    let [first, .., last] = inside else { return false };
    let said = |word: &Token| word.entry.has(flag::COMMON) && !word.entry.has(flag::FIRST);
    one.of == Type::Location && HALLS.has(last) && said(first)
}

/// What is to be done (`Turn left`, `Pat dry`), and what is eaten (`a Margherita`, `Victoria sponge`).
fn is_done(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [only] = inside else { return false };
    let (before, next) =
        (one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at)), token(tokens, one.end));
    let begins = matches!(only.place, Place::Line | Place::Sentence);
    let done = begins
        && next.class == Class::Lower
        && ((TURN.has(only) && WAYS.has(next))
            || (PAT.has(only) && DRY.has(next))
            || (SKIP.has(only) && THE.has(next)));
    let served = DISHES.has(only) && (EATEN.has(next) || SERVED.has(before));
    done || served
}

/// Rooms of offices and houses.
static HALLS: WordSet<5> = WordSet::new("hall room lounge lobby office");
/// What recipes and ways tell to do, that people are called, and how.
static TURN: WordSet<1> = WordSet::new("turn");
static WAYS: WordSet<6> = WordSet::new("left right off on around back");
static PAT: WordSet<2> = WordSet::new("pat drew");
static DRY: WordSet<2> = WordSet::new("dry blood");
static SKIP: WordSet<1> = WordSet::new("skip");
static THE: WordSet<3> = WordSet::new("the this that");
/// Dishes that people are called as, what stands before them, and what is always eaten.
static DISHES: WordSet<5> = WordSet::new("margherita margarita margaritas margheritas victoria");
static SERVED: WordSet<6> = WordSet::new("a one two three large medium");
static EATEN: WordSet<4> = WordSet::new("pizza pizzas sponge cheesecake");

/// A ward or hall with its letter or number, an age, a unit: `Bed 3 in Ward B`, `Age: 44`, `1000 Mbps`.
fn is_ward(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [only] = inside else { return false };
    let (before, next) =
        (one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at)), token(tokens, one.end));
    let short = |mark: &Token| mark.class == Class::Digits && mark.len() <= 3;
    let ward = WARDS.has(only) && (next.class == Class::Initial || short(next));
    // A pattern found `44` of `Age: 44`.
    let years = token(tokens, one.end + usize::from(next.is(b':')));
    // `Ward: 7B`, `Ward clerk`
    let labelled = next.is(b':') && matches!(years.class, Class::Digits | Class::Alphanumeric);
    let ward = ward || (WARDS.has(only) && (labelled || (next.class == Class::Lower && STAFF.has(next))));
    let age = AGE.has(only) && (short(years) || years.class == Class::Found);
    let unit = before.class == Class::Digits && address::is_measure(only);
    !before.entry.has(flag::TITLE | flag::FIRST) && (ward || age || unit)
}

/// Whose something is, which nobody is called.
static OURS: WordSet<3> = WordSet::new("our your their");
/// What has a letter or a number and is called as people are.
static WARDS: WordSet<5> = WordSet::new("ward bay hall gate pier");
static AGE: WordSet<1> = WordSet::new("age");
static STAFF: WordSet<5> = WordSet::new("clerk manager sister round staff");

/// What is said of who is at home or not: `zu Hause`, and in lower case `ej hemma`, `evde yok`. A name beside it stays
/// (`anna nowak nieobecna`), and what is said is taken off its ends.
fn is_said_of_home(tokens: &[Token], one: &mut Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    let behind = |at: usize, words: &WordSet<2>| at.checked_sub(1).is_some_and(|at| words.has(token(tokens, at)));
    let last = one.end - 1;
    let way = inside.iter().take(inside.len().saturating_sub(1)).all(|word| TO_HOME.has(word));
    if way && HOME.has(token(tokens, last)) && behind(last, &TO_HOME) {
        return true;
    }
    let said = |at: usize| is_absent(tokens, at);
    if !inside.iter().all(|word| word.class == Class::Lower) || !(one.first..one.end).any(said) {
        return false;
    }
    let everyday =
        |word: &Token| word.entry.has(flag::COMMON | flag::FUNCTION) && !word.entry.has(flag::FIRST | flag::LAST);
    let nobody = |at: usize| said(at) || CLIENTS.has(token(tokens, at)) || everyday(token(tokens, at));
    if (one.first..one.end).all(nobody) {
        return true;
    }
    // What nothing is known of stays as it is: `priyanka okonjo nieobecna`.
    let called = |at: usize| !said(at) && token(tokens, at).entry.has(flag::FIRST | flag::LAST);
    if !(one.first..one.end).any(called) {
        return false;
    }
    while said(one.first) {
        one.first += 1;
    }
    while said(one.end - 1) {
        one.end -= 1;
    }
    false
}

/// A word that says that somebody is not there or does not answer; one that somebody is called as (`ole`, `ma`, `pas`) only
/// beside the other word that it takes.
fn is_absent(tokens: &[Token], at: usize) -> bool {
    let before = at.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let (here, next) = (token(tokens, at), token(tokens, at + 1));
    ABSENT.has(here)
        || NOT.get(here.word) & NOT_THERE.get(next.word) != 0
        || NOT.get(before.word) & NOT_THERE.get(here.word) != 0
}

/// `Max Retries`, `Min Size`: a limit, not Max.
fn is_limit(tokens: &[Token], one: &Named) -> bool {
    let (limit, of) = (token(tokens, one.first), token(tokens, one.end));
    // `max. 5 items`
    let number = token(tokens, one.end + 1);
    let few = number.class == Class::Digits && number.len() <= 4;
    if one.end == one.first + 1 && LIMITS.has(limit) && limit.class == Class::Lower && of.is(b'.') && few {
        return true;
    }
    one.end == one.first + 1
        && LIMITS.has(limit)
        && of.class == Class::Capital
        && of.start == limit.end + 1
        && of.entry.has(flag::COMMON)
        // `Call Max Tuesday`
        && !matches!(of.entry.class, class::DAY | class::MONTH)
        && !of.entry.has(flag::FIRST | flag::LAST | flag::TITLE | flag::FUNCTION)
}

/// Codes that hyphens join: `LOS-DXB-MNL`.
fn is_route(inside: &[Token]) -> bool {
    let code = |word: &Token| word.class == Class::Upper && word.len() == 3;
    inside.len() >= 3
        && inside.iter().enumerate().all(|(at, word)| if at % 2 == 0 { code(word) } else { word.is(b'-') })
        && inside.first().is_some_and(|word| word.line.casing >= MIXED)
}

/// Lines from here on have words in lower case and others.
const MIXED: u8 = 4;

/// Parts of a house.
static ROOMS: WordSet<31> = WordSet::new(
    "kitchen lobby bathroom basement garage hallway corridor entrance bedroom toilet toilets restroom elevator lift stairwell \
    staircase balcony attic cellar pantry foyer patio driveway laundry garden roof lounge terrace boardroom cafeteria canteen",
);

/// Offices by a word that nobody is called, or hardly anybody.
static DESKS: WordSet<21> = WordSet::new(
    "legal finance accounts accounting billing sales support procurement logistics compliance payroll security marketing \
    operations engineering facilities purchasing dispatch housekeeping maintenance reception",
);

/// What stands before rooms, and before whom offices are asked by.
static AT: WordSet<6> = WordSet::new("in at near inside outside behind");
static ASKED: WordSet<12> = WordSet::new("cc bcc ask email call contact phone fao attn from per via");

/// At home in German, and the way there.
static HOME: WordSet<1> = WordSet::new("hause");
static TO_HOME: WordSet<2> = WordSet::new("zu nach");

/// What short notes of other languages say of who is not there or does not answer, which nobody is called.
static ABSENT: WordSet<24> = WordSet::new(
    "ikke hjemme svarar svarer neni nejsou odbiera nieobecny nieobecna niedostepny nedostupny nincs otthon valaszol raspunde \
    acasa yok degil cevap kotona paikalla vastaa vastannut gehoor",
);

/// Words that say so in two, each with the bits of those that it takes.
static NOT: WordMap<32> = WordMap::new(&[
    ("ej inte ar", 1 << 0),
    ("nie", 1 << 1 | 1 << 2),
    ("ei", 1 << 3),
    ("pas", 1 << 4),
    ("evde", 1 << 5),
    ("neni nejsou", 1 << 2),
    ("niet", 1 << 6),
    ("nu", 1 << 7),
]);
static NOT_THERE: WordMap<32> = WordMap::new(&[
    ("hemma svarar", 1 << 0),
    ("ma odbiera", 1 << 1),
    ("doma", 1 << 2),
    ("ole vastaa paikalla kotona", 1 << 3),
    ("la", 1 << 4),
    ("yok degil", 1 << 5),
    ("thuis", 1 << 6),
    ("raspunde", 1 << 7),
]);

/// Of whom such notes say so, and by what.
static CLIENTS: WordSet<12> =
    WordSet::new("kunden kunde klienta klient klant asiakas musteri ugyfel zakaznik nikogo ingen puhelimeen");

static LIMITS: WordSet<2> = WordSet::new("max min");

/// Programs, devices, drugs and words of their trades that the lexicon does not know.
static PROGRAMS: WordSet<758> = WordSet::new(
    "accumulo acetaminophen activemq adyen aerospike airbrake airflow akamai akka alertmanager algolia amlodipine \
     amoxicillin angular ansible anyconnect apache apis apixaban appimage appium appwrite arangodb archlinux argo \
     argocd arquillian artifactory ascii async atorvastatin authelia authentik avro awx azkaban backend backlog \
     backoff backoffs backport backtrace bacula bash bazel beanstalk beanstalkd beegfs bentoml bigbluebutton bigquery \
     bisoprolol bitbucket bizum boolean bootstrap boringssl bradycardia braintree bugfix bugsnag buildah buildkite \
     bullseye bundler caffe capex capnproto capybara cargo cbor celery centos ceph chainer changelog changeset \
     chaosmesh checkmk chgrp chmod chocolatey chown chromium chronograf ciprofloxacin circleci cisco citalopram clang \
     clickhouse clio clojure clopidogrel cloudflare cloudformation cloudfront cloudinary cloudtrail cloudwatch cmake \
     cockroachdb codec codeception codeine coffeescript cognito collabora collectd conda configmap containerd \
     contentful couchbase couchdb crontab crossplane crowdstrike cucumber cygwin cypress cython daemonset dagster \
     dapr dask databricks datadog dataset datasets dbcp dbt debezium deps devops devspace dgraph diazepam diclofenac \
     directus django dnf docusaurus dokku doxycycline dpkg dramatiq dropbox dropwizard druid dynamodb dynatrace \
     dyspnea dyspnoea easybuild ebean ebit ebitda eclipselink ehcache elasticsearch eleventy emqx emscripten endpoint \
     endpoints enum envoy erlang esbuild eslint esxi etcd evernote faiss fargate fastapi fastify fastly fdisk \
     fentanyl figma filebeat firebase flarum flask flatbuffers flatpak fluentbit fluentd fluoxetine fluxcd flysystem \
     flyway fortigate fortinet foundationdb freebsd freshdesk frontend fsck fullstory furosemide gabapentin gcc \
     gearman geforce gemfire gentoo git gitea gitlab glassfish glibc gluster gnu gogs golang gpl gradle grafana \
     graphql graylog grpc gson guava guice guix gunicorn gvisor gwt hanami haproxy hasura hazelcast hbase helidon \
     helpdesk heparin heroku hexo hibernate hikaricp hivemq homebrew honeybadger hornetq hostname hotfix hotjar \
     hotwire htmx huawei hubspot hudi hypercorn hypertension hyperv hypotension icinga ideapad ifconfig illumos imgix \
     infinispan influxdb ingress instana insulin iptables ironpython isilon istio jammy javadoc javalin jedis jgroups \
     jinja jitsi jmeter jooq journalctl jquery juniper junit jupyter jwt jython kanban kaniko kapacitor karaf katello \
     keda kedro keptn keras kerberos ketamine keycloak kiali kibana kickstart kinesis klarna knative knex koin kotlin \
     ktor kube kubectl kubeflow kubeless kubelet kustomize langchain laravel ldap lenovo lerna levothyroxine lgpl \
     librenms libressl libvirt lightstep lighttpd linkerd linter liquibase lisinopril livewire llvm localhost lodash \
     logback logitech logstash lombok looker lua lucene mailchimp mailgun manticore mapstruct mariadb marketo \
     matplotlib mattermost maven meilisearch memcached meraki merchantability messagebird metabase metaflow \
     metasploit metformin metricbeat micronaut middleware mikro mikrotik milvus mingw minikube minio minitest mithril \
     mixpanel mkdir mkdocs mkfs mlflow mockito modin monorepo morphine mosquitto motorola mpsc msgpack msrv msvc \
     mulesoft multipass multiplier munin musl mutex mxnet mybatis nagios namespace namespaces nanomsg naproxen nats \
     navbar nessus nestjs netapp netbsd netgear netlify netskope netstat netty newrelic nextcloud nextjs nexus nginx \
     nhif nifi nightwatch nitrofurantoin nmap nodejs nodepool nohup nokia nokogiri nomad noninfringement notion npm \
     npx nslookup nsq nssf numba numpy nutanix nutch nuxt nvidia oauth observium ocaml oidc okteto ollama omeprazole \
     oneplus onlyoffice onnx oozie openapi openbsd openebs openfaas openliberty opensearch openshift openssl \
     openstack opensuse openvpn opex opsgenie owncloud packetbeat pacman pagerduty pandas pardot parquet parser \
     passwd pax payara peertube pentaho pentium phabricator phpstan phpunit pinecone pipenv pixelfed planetscale \
     playwright pleroma plivo pnpm pocketbase podman polars portworx posix postman powershell pr preact prednisolone \
     pregabalin premake preseed prettier primefaces println prismic prometheus propofol protobuf proxmox prs pulumi \
     putty pydantic pydio pyplot pypy pytest pytorch qdrant qemu qnap qpid qualys quarkus querier querydsl questdb \
     qwik rabbitmq radeon ramipril rancher raspberry ratpack raygun razorpay rclone readme redash redhat redisson \
     redox redshift redux refactor remix resque restic retries revolut rfc rfcs riak rivaroxaban rmdir roadmap \
     robolectric rocketchat rollbar rollup rspec rsync rubocop runc rundeck runtime rustc rustfmt rustls ryzen \
     sagemaker salbutamol saltstack saml samsung samza sbt scala scipy scons scrum scylla seafile seaweedfs selenium \
     sendgrid sensu sentry sequelize serde sertraline servicedesk servicemix sidecar sidekiq simvastatin sinon \
     skaffold skopeo slackware smarty smokeping snowflake snyk solr sonarqube sophos spack sparkjava sparkpost \
     spinnaker splunk sqoop standup statefulset statsd stderr stdlib stdout storyblok strapi streamsets stripe struct \
     stylelint sudo supabase superset svelte sveltekit swagger symfony syncope syncthing synology sysctl systemctl \
     tableau tachycardia tailwind talend tazocin tcpdump tecton tekton telegraf teleport telepresence tensorflow \
     terracotta terraform testcafe testng theano thinkcentre thinkpad thunderbird thymeleaf tidb tiguan tikv \
     timescale timestamp timestamps tokenizer tokio tomcat torchserve traceback traceroute traefik tramadol trino \
     triton trivy troponin tsung turborepo twilio typeorm typesense ubiquiti uclibc umount uris urls urql useradd \
     usermod uvicorn vaadin vaex vagrant valgrind valkey vcenter vcpkg veeam vegeta venmo vercel vernemq vertx vicryl \
     victoriametrics virtualbox vite vitess vitest vmware vonage vsphere vue vuepress vuetify warfarin wasm waypoint \
     weaviate webassembly webdriver webhook webkit weblogic webpack webrick websphere werf wildfly winget wireguard \
     wiremock wireshark woocommerce wrk xargs xcode xen xenial xeon xiaomi yaris yarn yodlee yugabyte zabbix zapier \
     zelle zendesk zeromq zlib zookeeper zscaler zsh zulip zypper",
);

/// Food, feasts and work of schools that nobody is called, which the lexicon does not know.
static FOODS: WordSet<41> = WordSet::new(
    "arborio baklava bolognese bouillabaisse cabernet camembert carbonara carnaroli chardonnay coursework emmentaler \
     erwtensoep ferragosto garnacha gazpacho gnocchi gorgonzola guacamole hummus kimchi konfiture manchego mascarpone \
     mozzarella paella panettone paprikash parmigiano pecorino pierogi prosecco ratatouille risotto sashimi sauvignon \
     stamppot tempranillo teriyaki tiramisu tzatziki mamma",
);

/// Words of offices and their papers in French, Italian, Dutch and German.
static OFFICES: WordSet<44> = WordSet::new(
    "abteilung accueil administratie administration afdeling amministrazione aufsichtsrat belastingdienst bestuur \
    boekhouding codice comite commission comptabilite conseil contabilita departement dienst directie direzione \
    fachbereich facturation fattura fatturazione fiscale flur garderobe gemeente geschaftsleitung humaines iva \
    juridique klantenservice mairie partita personeelszaken prefecture raad reparto ressources reunion \
    secretariat ufficio vorstand",
);

/// Firms that are called as people are and are met much more often than these: the first word of each, and the last.
static FIRMS: WordMap<128> = WordMap::new(&[
    ("morgan", 1 << 0),
    ("goldman", 1 << 1),
    ("merrill", 1 << 2),
    ("wells", 1 << 3),
    ("eli", 1 << 4),
    ("harley", 1 << 5),
    ("ralph", 1 << 6),
    ("tommy", 1 << 7),
    ("hugo", 1 << 8),
    ("louis", 1 << 9),
    ("aston", 1 << 10),
    ("rolls", 1 << 11),
    ("alfa", 1 << 12),
    ("mercedes", 1 << 13),
    ("john", 1 << 14),
    ("levi", 1 << 15),
    ("estee", 1 << 16),
    ("baker", 1 << 17),
    ("clifford", 1 << 18),
    ("booz", 1 << 19),
    ("marsh", 1 << 20),
    ("thomson", 1 << 21),
    ("fannie", 1 << 22),
    ("freddie", 1 << 23),
    ("sallie", 1 << 24),
    ("jp", 1 << 25),
    ("marks", 1 << 26),
    ("standard", 1 << 27),
    ("credit", 1 << 28),
    ("ernst", 1 << 29),
]);
static FIRMS_END: WordMap<128> = WordMap::new(&[
    ("stanley", 1 << 0),
    ("sachs", 1 << 1),
    ("lynch", 1 << 2),
    ("fargo", 1 << 3),
    ("lilly", 1 << 4),
    ("davidson", 1 << 5),
    ("lauren", 1 << 6),
    ("hilfiger", 1 << 7),
    ("boss", 1 << 8),
    ("vuitton", 1 << 9),
    ("martin", 1 << 10),
    ("royce", 1 << 11),
    ("romeo", 1 << 12),
    ("benz", 1 << 13),
    ("deere", 1 << 14),
    ("strauss", 1 << 15),
    ("lauder", 1 << 16),
    ("mckenzie", 1 << 17),
    ("chance", 1 << 18),
    ("allen", 1 << 19),
    ("mclennan", 1 << 20),
    ("reuters", 1 << 21),
    ("mae", 1 << 22),
    ("mac", 1 << 23),
    ("mae", 1 << 24),
    ("morgan", 1 << 25),
    ("spencer", 1 << 26),
    ("chartered", 1 << 27),
    ("suisse", 1 << 28),
    ("young", 1 << 29),
]);

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    use super::*;

    /// Who is called as a program is not taken for one by the word alone: such words stand among those that need a word of
    /// programs beside them ([`software`]).
    #[test]
    fn no_program_of_the_list_is_called_as_people_are() {
        let lexicon = crate::detect::tagger::builtin().lexicon();
        let called = PROGRAMS.words().iter().filter(|word| lexicon.get(**word).has(flag::FIRST | flag::LAST)).count();
        assert_eq!(called, 0, "words of the list are names as well");
    }

    #[test]
    fn wards_and_units_are_nobody() {
        check("<P:Ward>: 7B", &[]);
        check("Bed 3 in <P:Ward> B, <P:Age>: 44, up at 1000 <P:Mbps>, <P:Our Flink> job", &[]);
        check(
            "Mr <P:Ward> 5 times; Ada <P:Hall> 3; <P:Ward> called; <P:Our Katherine> left",
            &["Person Ward", "Person Hall", "Person Ward", "Person Katherine"],
        );
    }

    #[test]
    fn halls_ways_and_dishes_are_nobody() {
        check("in the <L:Main Hall>, the <L:Conference Room> and <L:Carnegie Hall>", &["Location Carnegie Hall"]);
        check(
            "<P:Turn> left. <P:Pat> dry. A large <P:Margherita> pizza, two <P:Margaritas> and <L:Victoria> sponge",
            &[],
        );
        check(
            "<P:Pat> left. Lunch with <P:Margherita>, the <P:Anna> pizza",
            &["Person Pat", "Person Margherita", "Person Anna"],
        );
    }
}
