"""Produces a record with a header whose name is not UTF-8, which no client of the tests can spell.

    produce_header.py SERVERS TOPIC JSON HEADER_VALUE
"""

import sys

from kafka import KafkaProducer


class Raw(str):
    """A name that is encoded as bytes of its own."""

    def encode(self, *_):
        return b"\xffname"


def main():
    servers, topic, value, header = sys.argv[1:5]
    producer = KafkaProducer(bootstrap_servers=servers.split(","), acks="all")
    headers = [(Raw("name"), header.encode())]
    producer.send(topic, value.encode(), partition=0, headers=headers).get(timeout=30)
    producer.close()


if __name__ == "__main__":
    main()
