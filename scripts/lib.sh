# Shared by the scripts beside it; sourced, never run.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${PRIVET_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/privet}

say() { printf '\n== %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# The first Java that can run a Kafka 4 broker (17 or newer); nothing when there is none.
find_java() {
  local candidate version
  for candidate in ${JAVA_HOME:+"$JAVA_HOME/bin/java"} "$(command -v java || true)" /usr/lib/jvm/*/bin/java; do
    [ -x "$candidate" ] || continue
    version=$("$candidate" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    if [ "${version:-0}" -ge 17 ]; then
      echo "$candidate"
      return 0
    fi
  done
}

# Runs a command while holding a lock in the cache, so that two runs at once fetch once.
locked() { # name command...
  local name=$1
  shift
  mkdir -p "$cache"
  (
    flock 9
    "$@"
  ) 9>"$cache/.lock-$name"
}
