"""Writes one record with headers whose names may be any bytes, which clients in Rust and C take as text.

    write_record.py SERVERS TOPIC PARTITION VALUE [NAME VALUE]...

Names and values of headers are written in hexadecimal.
"""

import sys

from kafka import KafkaProducer


class AnyBytes(str):
    """A text that encodes itself into the bytes that its hexadecimal digits spell."""

    def encode(self, encoding="utf-8", errors="strict"):
        return bytes.fromhex(self)


def main():
    servers, topic, partition, value, *headers = sys.argv[1:]
    names, values = headers[::2], headers[1::2]
    producer = KafkaProducer(bootstrap_servers=servers.split(","))
    sent = producer.send(
        topic,
        partition=int(partition),
        value=value.encode("utf-8"),
        headers=[(AnyBytes(name), bytes.fromhex(text)) for name, text in zip(names, values, strict=True)],
    )
    sent.get(timeout=60)
    producer.close()


if __name__ == "__main__":
    main()
