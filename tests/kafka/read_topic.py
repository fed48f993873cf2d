r"""Reads a topic from its beginning to where it ends now, with a client that is not librdkafka.

    read_topic.py SERVERS TOPIC read_committed|read_uncommitted [--count | --open | --odd-names]

Prints one JSON line a record: partition, offset, timestamp in milliseconds, key and value in base64 (or null),
headers as a list of [name, base64 or null]. With --count, one line a partition: partition, records, end.
The end is what the isolation level may see: the last stable offset, or the high watermark. With --open, the same of
the records at or behind the last stable offset, which only a reader of uncommitted records sees: those of
transactions that are open, and what was written behind them. With --odd-names the names of headers may be any bytes;
those that are not UTF-8 are printed as \xff.
"""

import base64
import json
import sys
import time

from kafka import KafkaConsumer, TopicPartition
from kafka.record.default_records import DefaultRecordBatch

DEADLINE_SECONDS = 60


class Lenient(bytearray):
    """Bytes that decode into text whatever they are."""

    def __getitem__(self, at):
        return Lenient(super().__getitem__(at)) if isinstance(at, slice) else super().__getitem__(at)

    def decode(self, encoding="utf-8", errors="backslashreplace"):
        return bytes(self).decode(encoding, errors)


def read_any_header_name():
    """Kafka takes any bytes for a header's name; the client's reader stops at a name that is not UTF-8."""
    original = DefaultRecordBatch.__init__

    def init(self, buffer, **options):
        original(self, buffer, **options)
        self._buffer = Lenient(self._buffer)

    DefaultRecordBatch.__init__ = init


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


def consumer_of(servers, isolation):
    return KafkaConsumer(
        bootstrap_servers=servers.split(","),
        isolation_level=isolation,
        group_id=None,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=5000,
    )


def main():
    servers, topic, isolation = sys.argv[1:4]
    option = "".join(sys.argv[4:])
    counting = option in ("--count", "--open")
    if option == "--odd-names":
        read_any_header_name()
    consumer = consumer_of(servers, isolation)
    deadline = time.monotonic() + DEADLINE_SECONDS
    partitions = partitions_of(consumer, topic, deadline)
    consumer.assign(partitions)
    consumer.seek_to_beginning(*partitions)
    if option == "--open":
        for partition, stable in consumer_of(servers, "read_committed").end_offsets(partitions).items():
            consumer.seek(partition, stable)
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
