#!/usr/bin/env bash
# The whole gate: setting up, formatting, lints, documentation, dependencies and every test, on one real Kafka and
# one real PostgreSQL.
#
# The last thing written is the summary of the test runner itself. The minutes of each part stand before it and,
# with those of the tests, in target/minutes.txt.
source "$(dirname "$0")/lib.sh"
cd "$root"

# One profile and one set of features throughout: nothing is compiled twice, and warnings are errors by the
# lints' own settings, not by RUSTFLAGS, which would compile every dependency anew.
export CARGO_TERM_COLOR=${CARGO_TERM_COLOR:-auto}
minutes=target/minutes.txt
kafka_home=""
postgres_home=""

clean_up() {
  local status=$?
  [ -z "$kafka_home" ] || scripts/kafka.sh stop "$kafka_home"
  [ -z "$postgres_home" ] || scripts/postgres.sh stop "$postgres_home"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

part() { # name command...
  local name=$1 started=$EPOCHREALTIME
  shift
  say "$name"
  "$@"
  local took=$((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}))
  printf '%6d.%d min  %s\n' $((took / 60000000)) $((took / 6000000 % 10)) "$name" >>"$minutes"
}

start_kafka() {
  kafka_home=$(mktemp -d "${TMPDIR:-/tmp}/privet-kafka-XXXXXX")
  PRIVET_TEST_KAFKA=$(scripts/kafka.sh start "$kafka_home" 1 $$)
  export PRIVET_TEST_KAFKA
  echo "Kafka answers at $PRIVET_TEST_KAFKA" >&2
}

start_postgres() {
  postgres_home=$(mktemp -d "${TMPDIR:-/tmp}/privet-postgres-XXXXXX")
  scripts/postgres.sh start "$postgres_home" $$
  export PRIVET_TEST_POSTGRES=$postgres_home
}

# A module's page is for who reads the code: it may point at what is private.
documentation() { RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --locked --no-deps; }
tests() { cargo test --locked --no-fail-fast "$@"; }

mkdir -p target
: >"$minutes"
part "system packages" scripts/setup.sh
part "Python environment" scripts/python.sh
part "Kafka's jars" scripts/kafka.sh fetch
part "formatting" cargo fmt --all -- --check
part "dependencies" "$(scripts/python.sh)" scripts/dependencies.py
part "lints" cargo clippy --locked --all-targets -- -D warnings
# The tagger's training is a crate of its own that reads the tagger's source.
part "training" cargo test --locked --manifest-path training/Cargo.toml
part "documentation" documentation
part "compiling the tests" tests --no-run
part "starting Kafka" start_kafka
part "starting PostgreSQL" start_postgres
cat "$minutes" >&2
part "tests" tests
