"""Reads a topic from its beginning to where it ends now, with a client that is not librdkafka.

    read_topic.py SERVERS TOPIC read_committed|read_uncommitted [--count]

Prints one JSON line a record: partition, offset, timestamp in milliseconds, key and value in base64 (or null),
headers as a list of [name, base64 or null]. With --count, one line a partition: partition, records, end.
The end is what the isolation level may see: the last stable offset, or the high watermark.
"""

import base64
import json
import sys
import time

from kafka import KafkaConsumer, TopicPartition

DEADLINE_SECONDS = 60


def encoded(data):
    return None if data is None else base64.b64encode(data).decode("ascii")


def as_line(record):
    return {
        "partition": record.partition,
        "offset": record.offset,
        "timestamp": record.timestamp,
        "key": encoded(record.key),
        "value": encoded(record.value),
        "headers": [[name, encoded(value)] for name, value in record.headers],
    }


def partitions_of(consumer, topic, deadline):
    while True:
        found = consumer.partitions_for_topic(topic)
        if found:
            return [TopicPartition(topic, number) for number in sorted(found)]
        if time.monotonic() > deadline:
            sys.exit(f"topic {topic} was not found in {DEADLINE_SECONDS} s")
        time.sleep(0.1)


def records_to_the_end(consumer, ends, deadline):
    while True:
        for batch in consumer.poll(timeout_ms=200).values():
            # What arrives beyond the end as it was at the start belongs to the next reading.
            yield from (r for r in batch if r.offset < ends[TopicPartition(r.topic, r.partition)])
        behind = {p.partition: (consumer.position(p), end) for p, end in ends.items() if consumer.position(p) < end}
        if not behind:
            return
        if time.monotonic() > deadline:
            sys.exit(f"not at the end after {DEADLINE_SECONDS} s; partition: (position, end) {behind}")


def main():
    servers, topic, isolation = sys.argv[1:4]
    counting = sys.argv[4:] == ["--count"]
    consumer = KafkaConsumer(
        bootstrap_servers=servers.split(","),
        isolation_level=isolation,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=5000,
    )
    deadline = time.monotonic() + DEADLINE_SECONDS
    partitions = partitions_of(consumer, topic, deadline)
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    ends = consumer.end_offsets(partitions)
    counts = {p.partition: 0 for p in partitions}
    for record in records_to_the_end(consumer, ends, deadline):
        counts[record.partition] += 1
        if not counting:
            print(json.dumps(as_line(record)))
    if counting:
        for p in partitions:
            print(json.dumps({"partition": p.partition, "records": counts[p.partition], "end": ends[p]}))
    consumer.close()


if __name__ == "__main__":
    main()
