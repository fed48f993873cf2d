#!/usr/bin/env bash
# Measures, and writes what it measured into docs/benchmarks.md, between the marks of each part.
#
#   bench.sh                 engine, stages, operators and tagger; then Kafka
#   bench.sh PART...         only these: engine, stages, operators, tagger, kafka, peers
#
# Prose beside the tables is written by hand: read it again where a figure has moved.
source "$(dirname "$0")/lib.sh"
cd "$root"

page=docs/benchmarks.md

# Puts what stands on standard input between the marks of a part.
put() { # part
  local part=$1 table
  table=$(mktemp)
  cat >"$table"
  # A head and the line below it are no table yet.
  [ "$part" = machine ] || [ "$(grep -c '^|' "$table")" -gt 2 ] || fail "the bench of $part has measured nothing"
  grep -q "^<!-- $part -->\$" "$page" || fail "$page has no mark <!-- $part -->"
  awk -v part="$part" -v table="$table" '
    $0 == "<!-- " part " -->" { print; print ""; while ((getline line < table) > 0) print line; print ""; inside = 1; next }
    $0 == "<!-- end -->" { inside = 0 }
    !inside { print }
  ' "$page" >"$table.page"
  mv "$table.page" "$page"
  rm "$table"
}

# What criterion prints, as a table: the median of each row. What has changed since the last time is left out.
criterion_table() {
  awk '
    function take() { sub(/ +time:.*/, "", $0); sub(/ +$/, "", $0); sub(/^[^\/]*\//, "", $0); name = $0; changes = 0 }
    /^ +change:/ { changes = 1; next }
    /^[a-z]+\// { take(); next }
    /^ +thrpt:/ && !changes { sub(/.*\[/, ""); split($0, part, " "); printf "| %s | %s %s |\n", name, part[3], part[4] }
  '
}

bench() { # bench...
  cargo bench --locked --bench "$@"
}

# Values a second, and on what; bench operators prints the processor with those flags that ciphers use.
operators_table() {
  local said
  said=$(bench operators)
  printf '| operator | values a second |\n|---|---|\n'
  criterion_table <<<"$said" | sed 's#Gelem/s#billion#; s#Melem/s#million#; s#Kelem/s#thousand#; s# elem/s##'
  sed -n 's/^processor: \(.*\); /\nProcessor: \1, with /p' <<<"$said"
}

machine() {
  local processor memory librdkafka
  librdkafka=$(sed -n '/^name = "rdkafka-sys"$/{n;s/.*+\([0-9.]*\)".*/\1/p}' Cargo.lock)
  processor=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)
  memory=$(awk '/MemTotal/ { printf "%d", $2 / 1048576 + 0.5 }' /proc/meminfo)
  printf 'Machine: %s, %s virtual cores, %s GB of memory, Linux %s, %s, librdkafka %s, release profile.\n' \
    "$processor" "$(nproc)" "$memory" "$(uname -r | cut -d. -f1-2)" "$(rustc --version | cut -d' ' -f1-2)" "$librdkafka"
}

measure() { # part
  say "$1"
  case $1 in
    engine) bench ratios | grep '^|' | put engine ;;
    stages) { printf '| stage | bytes a second |\n|---|---|\n'; bench stages | criterion_table; } | put stages ;;
    operators) operators_table | put operators ;;
    tagger) { printf '| text | bytes a second |\n|---|---|\n'; bench tagger | criterion_table; } | put tagger ;;
    kafka) bench kafka | grep -E '^(\||$)' | put kafka ;;
    peers)
      (cd benches/peers && CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}/peers cargo run --release) |
        grep -E '^(\||$)' | put peers
      ;;
    *) fail "unknown part $1; known are engine, stages, operators, tagger, kafka, peers" ;;
  esac
  machine | put machine
}

[ $# -gt 0 ] || set -- engine stages operators tagger kafka
for part in "$@"; do measure "$part"; done
