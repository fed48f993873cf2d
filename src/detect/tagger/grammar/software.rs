//! What is called as people and places are and is software, where the words beside it say so: `the Cassandra cluster`, `Jackson
//! 2.17`, `Model Bravo`.

use super::super::decode::Named;
use super::super::label::Type;
use super::super::lexicon::flag;
use super::super::token::{Class, Place, Token};
use super::super::words::WordSet;
use super::initial::DOES;
use super::{is_glued, subject, thing, token};

/// Tells whether a person or place is a program, a part of one, or a name of versions and columns.
pub(super) fn is_software(tokens: &[Token], one: &Named) -> bool {
    let inside = tokens.get(one.first..one.end).unwrap_or_default();
    is_called(tokens, one, inside)
        || is_part(tokens, one, inside)
        || is_versioned(tokens, one, inside)
        || is_column(tokens, one, inside)
        || is_maker(tokens, one, inside)
        || is_language(tokens, one, inside)
        || is_coded(tokens, one, inside)
}

/// Finds whose something is that people have, too, and who does not come, at the start of a line: `Felix login`, no `Ray job
/// failed`, `Anna no show`.
pub(super) fn owners(tokens: &[Token], named: &mut Vec<Named>) {
    let begins =
        |name: &Token| name.place == Place::Line && name.class == Class::Capital && name.entry.has(flag::FIRST);
    for (at, name) in tokens.iter().enumerate().filter(|(_, name)| begins(name)) {
        let given = !name.entry.has(flag::COMMON) || name.entry.has(flag::RATHER_NAME);
        let next = token(tokens, at + 1);
        let failed = JOBS.has(next) && FAILS.has(token(tokens, at + 2));
        let away = AWAY.has(next) || (NO.has(next) && SHOW.has(token(tokens, at + 2)));
        let owns = next.class == Class::Lower && ((PEOPLES.has(next) && !failed) || away);
        if given && owns {
            subject::person(named, at, at + 1);
        }
    }
}

/// What notes say of who does not come.
static AWAY: WordSet<12> =
    WordSet::new("cancelled canceled away absent absente ausente assente afwezig abwesend krank ziek noshow");
static NO: WordSet<1> = WordSet::new("no");
static SHOW: WordSet<2> = WordSet::new("show shows");

/// Words of markup and of programs in lower case: `img src`, `var x`; no `mr var`.
fn is_coded(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let titled = one.first.checked_sub(1).is_some_and(|at| token(tokens, at).entry.has(flag::TITLE));
    // `<div class="x">`, no `<anna> hi`
    let opens = one.first.checked_sub(1).is_some_and(|at| token(tokens, at).is(b'<')) && is_glued(tokens, one.first);
    let element = opens && token(tokens, one.end).class.is_word() && token(tokens, one.end + 1).is(b'=');
    let lower = |word: &Token| word.class == Class::Lower;
    if opens && is_closed(tokens, one, inside) {
        return true;
    }
    !titled && (inside.iter().all(|word| lower(word) && CODED.has(word)) || (element && inside.iter().all(lower)))
}

/// One word before what programs are: that nothing is known of, or that is a program's name beside a person's.
fn is_called(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [only] = inside else { return false };
    let (before, next) =
        (one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at)), token(tokens, one.end));
    let unknown = only.entry.flags & !flag::COMMON == 0 && only.class != Class::Lower;
    let noun = next.class == Class::Lower && NOUNS.has(next);
    // `Tomcat Catalina`, no `Grafana Ray called`
    let of_program = before.class.is_big() && thing::is_program(before) && !DOES.has(next);
    // `macOS Ventura`
    let system = before.class == Class::Mixed && before.entry.has(flag::THING) && !DOES.has(next);
    // `the Julia queries`, `Athena query`, no `Julia queries the bill`, `Jasmine login`
    let called = is_called_so(only) || unknown;
    let failed = JOBS.has(next) && FAILS.has(token(tokens, one.end + 1));
    let told = !called || ARTICLES.has(before) || failed || !(ACTS.has(next) || PEOPLES.has(next));
    let is = noun || (next.class == Class::Lower && TOOL_NOUNS.has(next));
    // `Airflow DAG`
    let letters = only.class == Class::Upper && only.len() <= 4 && of_program;
    let listed = of_program || system || (told && is) || is_listed(tokens, one);
    letters || (unknown && noun && told) || (TOOLS.has(only) && only.class.is_big() && listed)
}

/// What somebody is called as, and not a program or maker alone.
fn is_called_so(word: &Token) -> bool {
    word.entry.has(flag::FIRST) || (word.entry.has(flag::LAST) && !word.entry.has(flag::THING))
}

/// `Okta and Keycloak`: another program stands beside it in a list, which somebody's name may do as well (`Felix, Grafana is
/// slow`, `We met Travis and Grafana was slow`) but where something is used.
fn is_listed(tokens: &[Token], one: &Named) -> bool {
    let name = token(tokens, one.first);
    let used = one.first.checked_sub(1).is_some_and(|at| USED.has(token(tokens, at)));
    let begins = matches!(name.place, Place::Line | Place::Sentence);
    if (is_called_so(name) && !used) || begins {
        return false;
    }
    let joins = |mark: &Token| mark.is(b',') || mark.is(b'/') || (mark.class == Class::Lower && AND.has(mark));
    let behind = joins(token(tokens, one.end)) && thing::is_program(token(tokens, one.end + 1));
    let before = |by: usize| one.first.checked_sub(by).map_or(&Token::BEYOND, |at| token(tokens, at));
    behind || (joins(before(1)) && thing::is_program(before(2)))
}

/// A program and its parts: `Apollo Gateway`, `Argo Rollouts`, `Flink Job Manager`, `Grafana Tempo`.
fn is_part(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [first, rest @ ..] = inside else { return false };
    // `Ruby Agent called`
    if first.entry.has(flag::FIRST) && DOES.has(token(tokens, one.end)) {
        return false;
    }
    let program = |word: &Token| thing::is_program(word) || TOOLS.has(word);
    // `Jasmine Job`
    if first.entry.has(flag::FIRST) && rest.iter().all(|word| word.entry.has(flag::LAST)) {
        return false;
    }
    let parts = rest.iter().any(|word| PARTS.has(word) || NOUNS.has(word) || thing::is_program(word));
    let fits = |word: &Token| program(word) || PARTS.has(word) || NOUNS.has(word) || word.entry.has(flag::THING);
    first.class.is_big()
        && program(first)
        && (parts || (thing::is_program(first) && !rest.is_empty()))
        && rest.iter().all(fits)
}

/// A program before its version: `Jackson 2.17`, `Jackson from 2.15 to 2.17`; where the line is about programs, words may
/// stand behind: `We run Jackson 2.17 in production`.
fn is_versioned(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    static FROM: WordSet<2> = WordSet::new("from version");
    let [only] = inside else { return false };
    let at = one.end + usize::from(FROM.has(token(tokens, one.end)));
    let (version, behind) = (token(tokens, at), token(tokens, at + 1));
    let is_version = version.class == Class::Digits && !version.is_whole_number();
    // `Julia 2.5 years old`, `Hugo 1.80 m tall`
    let measures = behind.len() <= 2 || MEASURES.has(behind);
    let said = || !measures && is_of_software(tokens, one.first);
    let ends = !behind.class.is_word() || TO.has(behind) || said();
    TOOLS.has(only) && only.class.is_big() && is_version && ends
}

/// Tells whether words near a name in its line say what is done with programs.
fn is_of_software(tokens: &[Token], at: usize) -> bool {
    /// Tokens on each side that are asked.
    const AROUND: usize = 10;
    let line = |word: &&Token| word.class != Class::Newline;
    let before = tokens.get(at.saturating_sub(AROUND)..at).unwrap_or_default().iter().rev().take_while(line);
    let behind = tokens.get(at + 1..).unwrap_or_default().iter().take(AROUND).take_while(line);
    before.chain(behind).any(|word| SOFTWARE.has(word) || thing::is_program(word))
}

/// What is done with programs and their versions, and what they are in.
static SOFTWARE: WordSet<61> = WordSet::new(
    "upgrade upgrades upgraded upgrading bump bumps bumped migrate migrated migrating migration \
     downgrade downgraded install installs installed release releases released version versions vulnerable vulnerability cve \
     patch patched deploy deployed deployment production staging runtime library libraries framework dependency dependencies \
     parser changelog classpath module modules jar jvm api sdk compiler cluster docker kernel plugin plugins serializer bundled bug crate crates cargo rustc toolchain msrv",
);

/// What a number with a point counts.
static MEASURES: WordSet<26> = WordSet::new(
    "year years month months week weeks day days hour hours min minutes mile miles metre metres meter meters feet inch \
     inches stars points percent million jahre",
);

/// Tells whether an element is called so that ends in the same text: `<Order>Maria Lopez</Order>`, no `<Anna> hi`.
fn is_closed(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let ([only], true) = (inside, token(tokens, one.end).is(b'>')) else { return false };
    let behind = tokens.get(one.end..).unwrap_or_default();
    let ends = |row: &[Token]| matches!(row, [open, stroke, name, ..] if open.is(b'<') && stroke.is(b'/') && name.word == only.word);
    behind.windows(3).any(ends)
}

/// A maker that is called as a town is, before what it makes: `Palo Alto firewall`.
fn is_maker(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [first, last] = inside else { return false };
    let next = token(tokens, one.end);
    PALO.has(first) && ALTO.has(last) && FIREWALLS.has(next)
}

/// A language that hardly anybody is called as, where the line is about programs: `stable Rust releases`, `written in Rust`.
fn is_language(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let [only] = inside else { return false };
    let before = one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let next = token(tokens, one.end);
    let told = || WRITTEN.has(before) || STABLE.has(before) || RELEASES.has(next) || is_of_software(tokens, one.first);
    RUST.has(only) && only.class == Class::Capital && told()
}

static RUST: WordSet<1> = WordSet::new("rust");
/// What stands before and behind it.
static WRITTEN: WordSet<2> = WordSet::new("in via");
static STABLE: WordSet<7> = WordSet::new("stable nightly safe unsafe pure idiomatic async");
static RELEASES: WordSet<13> = WordSet::new(
    "code crate crates compiler release releases edition version versions toolchain implementation std project",
);

/// Columns, models and branches with what they are called: `Column Region`, `Model Bravo`.
fn is_column(tokens: &[Token], one: &Named, inside: &[Token]) -> bool {
    let before = one.first.checked_sub(1).map_or(&Token::BEYOND, |at| token(tokens, at));
    let heads = |word: &Token| word.class == Class::Capital && HEADS.has(word);
    let word = |word: &Token| word.entry.has(flag::COMMON) && !word.entry.has(flag::FIRST);
    match inside {
        [only] => heads(before) && (word(only) || LETTERS.has(only)) && one.of != Type::Address,
        [first, rest @ ..] => heads(first) && rest.iter().all(word),
        [] => false,
    }
}

/// Behind a version, the one after it.
static TO: WordSet<1> = WordSet::new("to");
static AND: WordSet<4> = WordSet::new("and or und oder");
static PALO: WordSet<1> = WordSet::new("palo");
static ALTO: WordSet<1> = WordSet::new("alto");
static FIREWALLS: WordSet<4> = WordSet::new("firewall firewalls networks vpn");
/// What is said before programs that are used.
static USED: WordSet<5> = WordSet::new("use uses using used via");

/// What stands before programs and not before people.
static ARTICLES: WordSet<8> = WordSet::new("the a an our your this that each");

/// Words of these that are also what people do, or have with them.
static ACTS: WordSet<8> = WordSet::new("builds caches indexes modules nodes queries snapshots traces");

/// What people have, are or look for, too: `Travis login is locked`, `Hugo job interview`, `Jasmine tenant in 4B`.
static PEOPLES: WordSet<18> = WordSet::new(
    "login logins sso job jobs pool pools tenant tenants dealer dealership engine engines broker brokers coordinator executor \
    server",
);
/// Those that fail by themselves, and what they do then: `Ray job failed`.
static JOBS: WordSet<2> = WordSet::new("job jobs");
static FAILS: WordSet<6> = WordSet::new("failed fails crashed crashes hangs restarted");

/// What is written in markup and in programs, and that nobody is called.
static CODED: WordSet<48> = WordSet::new(
    "img src href td tr th tbody thead ul css html var const func nullptr svg png jpg jpeg gif pdf xml json yaml stdout stderr \
     stdin utf ascii regex args argv kwargs params init enum struct impl elif async await bool uint malloc printf println \
     foreach endif",
);

/// What programs are, behind their names.
static NOUNS: WordSet<63> = WordSet::new(
    "build builds cluster clusters plugin plugins library daemon broker brokers container containers pod pods sdk api \
     cli cache backend frontend framework module modules repo cronjob pipeline pipelines middleware compiler runtime \
     node nodes shard shards replica replicas queue schema query queries migration migrations failover deployment \
     deployments exporter ingester compactor coordinator executor serializer deserializer parser connector endpoint \
     endpoints namespace webhook webhooks snapshot snapshots index indexes",
);

/// What programs that people are called as are, too.
static TOOL_NOUNS: WordSet<28> = WordSet::new(
    "server servers worker workers dashboard dashboards trace traces metric metrics pool pools job jobs dag dags firewall \
    kernel kernels sso login logins tenant tenants engine engines dealer dealership",
);

/// Parts of programs that are written with a capital, too.
static PARTS: WordSet<38> = WordSet::new(
    "dag dags gateway rollouts rollout querier operator server manager controller cluster connect streams registry \
    sentinel agent dashboard job jobs studio client router pi beat exporter enterprise community pods cloud database \
    serverless core federation workflows events cd cni csi",
);

/// What schemas, models and code have, with a name behind.
static HEADS: WordSet<13> =
    WordSet::new("column field schema model branch release version sprint milestone epic enum tag build");

/// Names of letters that versions and models are called by.
static LETTERS: WordSet<17> = WordSet::new(
    "alpha bravo charlie delta echo foxtrot golf hotel oscar romeo sierra tango victor zulu beta gamma omega",
);

/// Programs that people, towns or things are called, too.
static TOOLS: WordSet<197> = WordSet::new(
    "cuda flink kindle okta skoda suzuki ray alpine amplitude annoy apollo arista arrow artemis artillery astro athena \
    atlas aurelia aurora backbone bamboo bastion beam bedrock behave bionic blitz bookkeeper bookshelf bookworm boundary \
    buster caddy caffeine calcite camel capistrano cassandra catalina chai checkpoint chef chromatic cilium concourse \
    consul cortex curator deis delta detox dex dragonfly drizzle drone dynamo elastic elixir ember espresso falco felix \
    firecracker flannel flume flux focal fuse gatling gatsby geode gerrit gravitational groovy guacamole guava haskell \
    helm hermes heron hikari hive hudson hugo hydra iceberg ignite inferno influx intercom ivy jackson jaeger jasmine \
    jekyll jenkins jessie jest jetty julia jupiter kamal karate karma kettle knockout koa kong kudu lambda lettuce lit \
    litmus llama locust loki longhorn luigi mamba marshmallow mimir mistral mocha mongo mongoose nessie nightmare nose \
    objection orleans packer pekko pendo plaid poetry polaris polymer postmark prefect presto prisma pulsar puma puppet \
    puppeteer pure quasar quay rabbit ranger redwood relay robot rocky rook ruby salt scala seldon sinatra solace spark \
    sphinx spock squid starlette stencil storybook struts tapestry tempo tenable thanos thrift tilt travis tyk undertow \
    unicorn unity varnish vault velero vespa waterline wheezy wicket zipkin ventura monterey sonoma sequoia mojave \
    yosemite mavericks jammy",
);

#[cfg(test)]
mod tests {
    use super::super::rig::check;

    #[test]
    fn versions_of_systems_have_names() {
        check("on macOS <L:Ventura> the icon is gone; <P:Felix CNI> on nodes", &[]);
        check("in <L:Ventura> and on macOS <P:Ada> is", &["Location Ventura", "Person Ada"]);
    }

    #[test]
    fn a_language_is_nobody_where_programs_are_spoken_of() {
        check("written in <L:Rust>, needs stable <P:Rust>; a <P:Rust> compiler", &[]);
        check("the cluster runs <P:Rust> now", &[]);
        check("Frau <P:Rust> called; ask <P:Mathias Rust> in time", &["Person Rust", "Person Mathias Rust"]);
    }
}
