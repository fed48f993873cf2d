#!/usr/bin/env bash
# A real PostgreSQL on loopback, for tests.
#
#   postgres.sh start DIR [PID]     initializes a cluster in DIR and starts it on a free port; with PID it is stopped
#                                   and DIR is removed when that process is gone
#   postgres.sh database DIR NAME   makes an empty database and prints its address, without the password `test`
#   postgres.sh sql DIR NAME SQL    runs SQL as the superuser and prints what it gives
#   postgres.sh halt DIR            ends it at once, as a crash would
#   postgres.sh restart DIR         starts it again on its old port and data
#   postgres.sh stop DIR            ends it and removes DIR
#
# `initdb` refuses root: then the server is the user `postgres`, or else `nobody`.
source "$(dirname "$0")/lib.sh"

find_postgres() {
  local candidate
  for candidate in $(pg_config --bindir 2>/dev/null || true) $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) /usr/local/bin; do
    if [ -x "$candidate/initdb" ]; then
      echo "$candidate"
      return
    fi
  done
}

as_server() { # command...
  if [ "$(id -u)" != 0 ]; then
    "$@"
  else
    setpriv --reuid "$server_user" --regid "$(id -g "$server_user")" --clear-groups env -i PATH="$PATH" LC_ALL=C "$@"
  fi
}

free_port() {
  python3 - <<'P'
import random, socket
while True:
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", random.randrange(15000, 32000)))
        except OSError:
            continue
        print(s.getsockname()[1])
        break
P
}

# An authority, and a certificate of it for `localhost`.
certificates() { # dir
  (
    cd "$1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=authority \
      -keyout authority.key -out ca.pem
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost \
      -keyout data/server.key -out server.csr
    printf 'subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n' >server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey authority.key -CAcreateserial -days 30 -extfile server.ext \
      -out data/server.crt
    chmod 600 data/server.key
  ) >"$1/openssl.out" 2>&1 || { cat "$1/openssl.out" >&2; return 1; }
}

# The server keeps none of our streams, so that whoever waits for their end need not wait for it.
launch() { # dir
  (
    exec </dev/null >>"$1/start.out" 2>&1
    as_server "$bin/pg_ctl" start -w -t 60 -s -D "$1/data" -l "$1/server.log"
  ) || {
    tail -n 20 "$1/server.log" >&2
    return 1
  }
}

start_once() { # dir
  local dir=$1
  mkdir -p "$dir"
  chmod 755 "$dir"
  echo test >"$dir/password"
  [ "$(id -u)" != 0 ] || chown "$server_user" "$dir" "$dir/password"
  as_server "$bin/initdb" -D "$dir/data" -U postgres --auth-local=trust --auth-host=scram-sha-256 \
    --pwfile="$dir/password" --encoding=UTF8 --locale=C --no-sync >"$dir/initdb.out" 2>&1 || { cat "$dir/initdb.out" >&2; return 1; }
  certificates "$dir" || return 1
  free_port >"$dir/port"
  cat >>"$dir/data/postgresql.conf" <<P
listen_addresses = '127.0.0.1'
port = $(cat "$dir/port")
unix_socket_directories = '$dir'
ssl = on
max_connections = 100
P
  [ "$(id -u)" != 0 ] || chown -R "$server_user" "$dir"
  launch "$dir"
}

watch_over() { # dir pid
  (
    exec </dev/null >/dev/null 2>&1
    exec setsid "$0" stop-after "$1" "$2"
  ) &
}

start() { # dir [pid]
  local attempt
  for attempt in 1 2 3; do
    if start_once "$1"; then
      [ -z "${2:-}" ] || watch_over "$1" "$2"
      return
    fi
    stop "$1"
    say "PostgreSQL did not start (attempt $attempt of 3)"
  done
  return 1
}

sql() { # dir database sql
  as_server "$bin/psql" -X -q -t -A -v ON_ERROR_STOP=1 -h "$1" -p "$(cat "$1/port")" -U postgres -d "$2" -c "$3"
}

stop() { # dir
  [ -e "$1/password" ] || return 0 # not ours
  as_server "$bin/pg_ctl" stop -s -m immediate -D "$1/data" >/dev/null 2>&1 || true
  rm -rf "$1"
}

bin=$(find_postgres)
[ -n "$bin" ] || fail "PostgreSQL is missing: run \`make setup\`"
server_user=$(id -un postgres 2>/dev/null || echo nobody)
case "${1:-}" in
  start) start "$2" "${3:-}" ;;
  database)
    sql "$2" postgres "CREATE DATABASE \"$3\"" >&2
    echo "postgres://postgres@127.0.0.1:$(cat "$2/port")/$3"
    ;;
  sql) sql "$2" "$3" "$4" ;;
  halt) as_server "$bin/pg_ctl" stop -s -m immediate -D "$2/data" ;;
  restart) launch "$2" ;;
  stop) stop "$2" ;;
  stop-after)
    while [ -d "$2" ] && kill -0 "$3" 2>/dev/null; do sleep 1; done
    stop "$2"
    ;;
  *)
    sed -n '2,12p' "$0"
    exit 2
    ;;
esac
