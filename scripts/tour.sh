#!/usr/bin/env bash
# A real Kafka on localhost:9092 with the topics of the README's tour and its customers in the private one, until Ctrl-C.
source "$(dirname "$0")/lib.sh"

topics=(priv.shop.customer.v1 pub.shop.customer.v1 priv.shop.customer.dlq.v1)

home=$(mktemp -d "${TMPDIR:-/tmp}/privet-tour-XXXXXX")
clean_up() {
  local status=$?
  "$root/scripts/kafka.sh" stop "$home"
  exit "$status"
}
trap clean_up EXIT
trap 'exit 0' INT TERM HUP

servers=$(PRIVET_KAFKA_PORT=${PRIVET_KAFKA_PORT:-9092} "$root/scripts/kafka.sh" start "$home" 1 $$)
made=()
for topic in "${topics[@]}"; do
  "$root/scripts/kafka.sh" tool "$home" org.apache.kafka.tools.TopicCommand --create --topic "$topic" --partitions 1 >&2 &
  made+=($!)
done
for one in "${made[@]}"; do wait "$one"; done
"$root/scripts/kafka.sh" tool "$home" org.apache.kafka.tools.ConsoleProducer --topic "${topics[0]}" \
  <"$root/examples/tour/customers.ndjson"
echo "Kafka answers at $servers with ${#topics[@]} topics; Ctrl-C ends it and removes it"
sleep infinity &
wait $!
