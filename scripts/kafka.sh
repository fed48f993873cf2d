#!/usr/bin/env bash
# A real Apache Kafka (KRaft) on loopback, for tests. Its jars come from Maven Central, once, into the cache.
#
#   kafka.sh fetch                          jars into the cache
#   kafka.sh start DIR [BROKERS] [PID]      one broker or three on free ports; data, logs and process ids in DIR;
#                                           prints the bootstrap servers once all answer. With PID the brokers
#                                           are stopped and DIR is removed when that process is gone.
#                                           PRIVET_KAFKA_PORT names the port of a single broker.
#   kafka.sh tool DIR CLASS ARGUMENTS...    one of Kafka's own commands (org.apache.kafka.tools.…) against them
#   kafka.sh kill DIR N                     kill -9 broker N
#   kafka.sh restart DIR N                  start broker N again on its old port and data, and wait for it
#   kafka.sh stop DIR                       kill all brokers and remove DIR
source "$(dirname "$0")/lib.sh"

kafka_version=$(sed -n '/kafka_2.13/{n;s/.*<version>\(.*\)<.*/\1/p}' "$root/scripts/kafka/pom.xml")
libs=$cache/kafka-$kafka_version

fetch_jars() {
  [ -e "$libs/.complete" ] && return
  say "fetching Apache Kafka $kafka_version into $libs"
  local repository
  repository=$(mktemp -d)
  rm -rf "$libs"
  mvn -q -B --strict-checksums -f "$root/scripts/kafka/pom.xml" -Dmaven.repo.local="$repository" \
    dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$libs" >&2
  rm -rf "$repository"
  touch "$libs/.complete"
}

# Ports below the range from which the kernel takes those of outgoing connections, so that a broker
# that was killed finds its own again.
free_ports() { # count
  python3 - "$1" <<'P'
import random, socket, sys
held = []
while len(held) < int(sys.argv[1]):
    s = socket.socket()
    try:
        s.bind(("127.0.0.1", random.randrange(15000, 32000)))
        held.append(s)
    except OSError:
        s.close()
print(*(s.getsockname()[1] for s in held))
P
}

broker_properties() { # dir node brokers ports...
  local dir=$1 node=$2 brokers=$3 voters="" n replicas=1 in_sync=1 session=60000
  shift 3
  local ports=("$@")
  for n in $(seq "$brokers"); do voters+="${voters:+,}$n@127.0.0.1:${ports[brokers + n - 1]}"; done
  if [ "$brokers" -ge 3 ]; then
    replicas=3
    in_sync=2
    session=6000 # a killed broker is given up soon; one that is alone is only slow
  fi
  cat <<P
process.roles=broker,controller
node.id=$node
controller.quorum.voters=$voters
listeners=PLAINTEXT://127.0.0.1:${ports[node - 1]},CONTROLLER://127.0.0.1:${ports[brokers + node - 1]}
advertised.listeners=PLAINTEXT://127.0.0.1:${ports[node - 1]}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs=$dir/broker-$node
default.replication.factor=$replicas
min.insync.replicas=$in_sync
offsets.topic.replication.factor=$replicas
offsets.topic.num.partitions=3
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$in_sync
transaction.state.log.num.partitions=3
share.coordinator.state.topic.replication.factor=$replicas
share.coordinator.state.topic.min.isr=$in_sync
group.initial.rebalance.delay.ms=0
broker.heartbeat.interval.ms=500
broker.session.timeout.ms=$session
transaction.abort.timed.out.transaction.cleanup.interval.ms=1000
auto.create.topics.enable=false
P
  # Rights live in the metadata, which several controllers vote on before there are any: only a lone broker has them.
  [ "$brokers" -gt 1 ] || cat <<P
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
P
}

log_settings() {
  cat <<'P'
rootLogger.level=warn
rootLogger.appenderRef.out.ref=out
appender.out.type=Console
appender.out.name=out
appender.out.layout.type=PatternLayout
appender.out.layout.pattern=%d %p %c{1} %m%n
logger.server.name=kafka.server.KafkaRaftServer
logger.server.level=info
P
}

java_in() { # dir arguments...
  local dir=$1
  shift
  "$java" -Xms128m -Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dkafka.logs.dir="$dir/logs" \
    -Dlog4j2.configurationFile="$dir/log4j2.properties" -cp "$libs/*" "$@"
}

# A broker gets a process group of its own: Ctrl-C in a terminal must not end it before the tests.
launch() { # dir node
  : >"$1/broker-$2.out"
  (
    trap '' HUP
    exec </dev/null >>"$1/broker-$2.out" 2>&1 9>&-
    exec setsid "$java" -Xms256m -Xmx512m -XX:+UseSerialGC -Dkafka.logs.dir="$1/logs" \
      -Dlog4j2.configurationFile="$1/log4j2.properties" -cp "$libs/*" kafka.Kafka "$1/broker-$2.properties"
  ) &
  echo $! >"$1/broker-$2.pid"
}

wait_until_up() { # dir node
  local deadline=$((SECONDS + 90))
  while [ $SECONDS -lt $deadline ]; do
    grep -q 'Kafka Server started' "$1/broker-$2.out" && return
    kill -0 "$(cat "$1/broker-$2.pid")" 2>/dev/null || break
    sleep 0.1
  done
  tail -n 20 "$1/broker-$2.out" >&2
  return 1
}

start_once() { # dir brokers
  local dir=$1 brokers=$2 node servers="" ports
  read -ra ports < <(free_ports $((2 * brokers)))
  [ "$brokers" -gt 1 ] || ports[0]=${PRIVET_KAFKA_PORT:-${ports[0]}}
  log_settings >"$dir/log4j2.properties"
  for node in $(seq "$brokers"); do
    broker_properties "$dir" "$node" "$brokers" "${ports[@]}" >"$dir/broker-$node.properties"
    java_in "$dir" kafka.tools.StorageTool format -t "cHJpdmV0LXRlc3QtMDAwMQ" \
      -c "$dir/broker-$node.properties" >"$dir/format-$node.out" 2>&1 || { cat "$dir/format-$node.out" >&2; return 1; }
    launch "$dir" "$node"
  done
  for node in $(seq "$brokers"); do
    wait_until_up "$dir" "$node" || return 1
    servers+="${servers:+,}127.0.0.1:${ports[node - 1]}"
  done
  echo "$servers" >"$dir/servers"
}

# Somebody else may take a port between the look and the start: then others are tried.
start() { # dir brokers [pid]
  local dir=$1 attempt
  for attempt in 1 2 3; do
    mkdir -p "$dir"
    if start_once "$dir" "$2"; then
      [ -z "${3:-}" ] || watch_over "$dir" "$3"
      cat "$dir/servers"
      return
    fi
    stop "$dir"
    say "Kafka did not start (attempt $attempt of 3)"
  done
  return 1
}

watch_over() { # dir pid
  setsid "$0" stop-after "$1" "$2" </dev/null >/dev/null 2>&1 9>&- &
}

stop() { # dir
  local pid
  [ -e "$1/log4j2.properties" ] || return 0 # not ours
  for pid in "$1"/broker-*.pid; do
    [ -e "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null || true
  done
  rm -rf "$1" || { sleep 1; rm -rf "$1"; } # a dying broker may still write
}

java=$(find_java)
[ -n "$java" ] || fail "Java 17 or newer is missing: run \`make setup\`"
case "${1:-}" in
  fetch) locked kafka fetch_jars ;;
  start)
    locked kafka fetch_jars
    start "$2" "${3:-1}" "${4:-}"
    ;;
  tool)
    dir=$2
    class=$3
    shift 3
    java_in "$dir" "$class" --bootstrap-server "$(cat "$dir/servers")" "$@"
    ;;
  kill)
    kill -9 "$(cat "$2/broker-$3.pid")"
    rm "$2/broker-$3.pid"
    ;;
  restart)
    launch "$2" "$3"
    wait_until_up "$2" "$3"
    ;;
  stop) stop "$2" ;;
  stop-after)
    while [ -d "$2" ] && kill -0 "$3" 2>/dev/null; do sleep 1; done
    stop "$2"
    ;;
  *)
    sed -n '2,13p' "$0"
    exit 2
    ;;
esac
