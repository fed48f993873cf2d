#!/usr/bin/env python3
"""Writes the golden files beside it: an independent second implementation of keys, hashes and tokens.

It follows docs/keys.md and docs/operators.md, not the Rust code. Needs `cryptography` (48 was used). Run it only when
the documents change; a golden file that moves breaks every token and hash that anybody has written.
"""

import base64
import hashlib
import hmac
import json
import pathlib
import random
import re
import unicodedata

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HERE = pathlib.Path(__file__).parent
TOKEN_VERSION = 0x11
CANONICAL_VERSION = 1
WAYS = 5


# --- derivation ---


def parts(*items):
    return b"".join(len(item).to_bytes(2, "big") + item for item in items)


def hkdf(secret, info, length):
    return HKDF(hashes.SHA256(), length, salt=b"", info=info).derive(secret)


def derive(key, purpose, tenant, ring, scope, kind, canonical_version=CANONICAL_VERSION):
    names = (name.encode() for name in (purpose, tenant, ring, scope, kind))
    info = parts(b"privet/1", *names, bytes([canonical_version]))
    return hkdf(key, info, {"siv": 64, "hash": 32}[purpose])


# --- ring ---


def canonical_json(value):
    """RFC 8785 for documents of strings and small integers with ASCII member names."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def ring_document(root, ring, version, primary, keys):
    seal = AESSIV(hkdf(root, parts(b"privet/1", b"ring-seal", ring.encode()), 64))
    mac = hkdf(root, parts(b"privet/1", b"ring-mac", ring.encode()), 32)
    document = {"version": version, "ring": ring, "primary": primary, "root": {"provider": "file"}, "keys": []}
    for key in keys:
        entry = {"id": key["id"], "status": key["status"], "created": key["created"]}
        if key["status"] != "destroyed":
            header = parts(ring.encode(), bytes.fromhex(key["id"]))
            entry["sealed"] = base64.b64encode(seal.encrypt(key["key"], [header])).decode()
        document["keys"].append(entry)
    tag = hmac.new(mac, canonical_json(document), hashlib.sha256).digest()
    document["mac"] = base64.b64encode(tag).decode()
    return document


# --- canonical form ---

IGNORABLE = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]  # fmt: skip
SEPARATORS = set("-.()/\u2010\u2012\u2013\u2014\u2015\u2212")
# White_Space of the Unicode Character Database, PropList.txt.
SPACES = set("\t\n\x0b\x0c\r \x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000") | {chr(c) for c in range(0x2000, 0x200B)}
DIGITS = set("0123456789")


def is_separator(char):
    return char in SEPARATORS or char in SPACES


def digits(text):
    if any(c in DIGITS for c in text) and all(c in DIGITS or is_separator(c) for c in text):
        return "".join(c for c in text if c in DIGITS)
    return text


def phone(text):
    start = 0
    while start < len(text) and is_separator(text[start]):
        start += 1
    if text[start : start + 1] != "+":
        return digits(text)
    rest = digits(text[start + 1 :])
    return "+" + rest if re.fullmatch("[0-9]+", rest) else text


NORMALISERS = {"EMAIL_ADDRESS": str.lower, "CREDIT_CARD": digits, "PHONE_NUMBER": phone}


def canonical(text, kind):
    own = NORMALISERS.get(kind, lambda text: text)
    while True:
        kept = "".join(c for c in text if not any(low <= ord(c) <= high for low, high in IGNORABLE))
        form = own(unicodedata.normalize("NFKC", kept))
        if form == text:
            return form
        text = form


# --- hash and tokenize ---


def encode(data, encoding):
    if encoding == "hex":
        return data.hex()
    if encoding == "base64url":
        return base64.urlsafe_b64encode(data).decode().rstrip("=")
    return base64.b32encode(data).decode().rstrip("=").lower()


def squashed(text):
    return re.sub("[^a-z0-9]", "", text.lower())


def repeats_form(replacement, form):
    return form.isascii() and len(squashed(form)) >= 4 and squashed(form) in squashed(replacement)


def first_that_repeats_nothing(ways, form):
    return next((way for way in ways if not repeats_form(way, form)), ways[0])


def hash_value(key, text, kind, bits=256, encoding="hex", prefix=""):
    form = canonical(text, kind)
    digest, ways = form.encode(), []
    for _ in range(WAYS):
        digest = hmac.new(key, digest, hashlib.sha256).digest()
        ways.append(prefix + encode(digest[: bits // 8], encoding))
    return first_that_repeats_nothing(ways, form), ways


def token(key, key_id, text, kind, encoding="base32", prefix="tok_"):
    form = canonical(text, kind)
    header = bytes([TOKEN_VERSION]) + bytes.fromhex(key_id) + hashlib.sha256(kind.encode()).digest()[:4]
    plain = form.encode() + b"\x80"
    plain += bytes(-len(plain) % 16)
    ways = []
    for way in range(WAYS):
        sealed = AESSIV(key).encrypt(plain + bytes(16 * way), [parts(header, b"")])
        ways.append(prefix + encode(header + sealed, encoding))
    return first_that_repeats_nothing(ways, form), ways


# --- the files ---

ROOT = bytes(range(0xE0, 0x100))
RING = "customer"
KEYS = [
    {"id": "0a0a0a0a", "status": "enabled", "created": "2026-11-01T00:00:00Z", "key": bytes(range(10, 42))},
    {"id": "0b0b0b0b", "status": "enabled", "created": "2025-11-01T00:00:00Z", "key": bytes(range(50, 82))},
    {"id": "0d0d0d0d", "status": "disabled", "created": "2024-11-01T00:00:00Z", "key": bytes(range(90, 122))},
    {"id": "0e0e0e0e", "status": "destroyed", "created": "2023-11-01T00:00:00Z"},
]
BY_ID = {key["id"]: key.get("key") for key in KEYS}
PRIMARY = "0a0a0a0a"

VALUES = [
    ("VALUE", "Ada Lovelace"),
    ("VALUE", "m"),
    ("VALUE", "female"),
    ("VALUE", "fifteen letters"),
    ("VALUE", "sixteen letters!"),
    ("VALUE", "3399.990000000000000000"),
    ("VALUE", "Ju\u0308rgen \ufb01\u200b"),
    ("VALUE", "\u200b"),
    ("VALUE", "x" * 100),
    ("PERSON", "Ada Lovelace"),
    ("EMAIL_ADDRESS", "Ada.Lovelace@Example.COM"),
    ("CREDIT_CARD", "4111 1111-1111 1111"),
    ("PHONE_NUMBER", "(+49) 30 901820"),
    ("US_SSN", "078-05-1120"),
]


def derivations():
    for key_id in ("0a0a0a0a", "0b0b0b0b"):
        for purpose in ("hash", "siv"):
            for tenant, scope, kind in (
                ("", "", "VALUE"),
                ("", "", "EMAIL_ADDRESS"),
                ("acme", "", "VALUE"),
                ("", "sales/orders", "VALUE"),
                ("acm", "e", "VALUE"),
            ):
                expected = derive(BY_ID[key_id], purpose, tenant, RING, scope, kind).hex()
                yield {"key": key_id, "purpose": purpose, "tenant": tenant, "scope": scope, "kind": kind, "derived": expected}


def written():
    hashing = [{}, {"bits": 128}, {"encoding": "base32", "prefix": "h_"}, {"encoding": "base64url", "bits": 192}]
    tokens = [{}, {"encoding": "base64url", "prefix": "cus_"}]
    keying = [{}, {"epoch": "0b0b0b0b"}, {"scope": "product"}]
    for operator, options in (("hash", hashing), ("tokenize", tokens)):
        for option in options:
            for keyed in keying:
                for kind, text in VALUES:
                    yield one(operator, option, keyed, kind, text)
    # Values that a first way would repeat, so that the further ways are fixed too.
    for operator, count in (("hash", 20), ("tokenize", 3)):
        yield from repeating(operator, count)


def one(operator, option, keyed, kind, text, want_ways=False):
    key_id = keyed.get("epoch", PRIMARY)
    scope = "sales/orders" if keyed.get("scope") == "product" else ""
    if operator == "hash":
        key = derive(BY_ID[key_id], "hash", "", RING, scope, kind)
        result, ways = hash_value(key, text, kind, **option)
    else:
        key = derive(BY_ID[key_id], "siv", "", RING, scope, kind)
        result, ways = token(key, key_id, text, kind, **option)
    vector = {"operator": operator, "parameters": {"ring": RING, "as": kind} | option | keyed, "text": text, "written": result}
    if operator == "tokenize":
        vector["canonical"] = canonical(text, kind)
    return (vector, ways.index(result)) if want_ways else vector


def repeating(operator, count):
    letters = "0123456789abcdef" if operator == "hash" else "abcdefghijklmnop"
    for number in range(16**4):
        text = "".join(letters[number >> shift & 15] for shift in (12, 8, 4, 0))
        vector, way = one(operator, {}, {}, "VALUE", text, want_ways=True)
        if way:
            yield vector
            count -= 1
            if not count:
                return


def canonical_values(kind, count=2000):
    """Values of all scripts, but only such characters as Unicode 14 knew: later ones are another version's."""
    draw = random.Random(f"canonical 1 {kind}")
    assigned = [chr(c) for c in range(0x20, 0x110000) if unicodedata.category(chr(c)) not in ("Cn", "Cs", "Co")]
    changing = [c for c in assigned if canonical(c, "VALUE") != c]
    near = {
        "VALUE": "abcdeXYZ éÉßΣσς",
        "EMAIL_ADDRESS": "abcXYZ.@_-ΣΟÉİ",
        "CREDIT_CARD": "0123456789 -.\u00a0\u2011\uff11",
        "PHONE_NUMBER": "0123456789 -./()+\u00a0\u2011\uff11\uff0b",
    }[kind]
    values = set()
    while len(values) < count:
        length = draw.randrange(1, 12)
        source = draw.choice([near, near, changing, assigned, "mixed"])
        if source == "mixed":
            text = "".join(draw.choice(draw.choice([near, changing, assigned, "\u0301\u0308\u200b\u200d"])) for _ in range(length))
        else:
            text = "".join(draw.choice(source) for _ in range(length))
        values.add(text)
    return sorted(values)


def lines(items):
    return "[\n" + ",\n".join(json.dumps(item, ensure_ascii=True) for item in items) + "\n]\n"


def main():
    ring = ring_document(ROOT, RING, 7, PRIMARY, KEYS)
    (HERE / "customer.keyring.json").write_text(json.dumps(ring, indent=2) + "\n")
    root = {"version": 1, "ring": RING, "root": ROOT.hex()}
    (HERE / "customer.root.json").write_text(json.dumps(root) + "\n")
    new = ring_document(ROOT, RING, 1, PRIMARY, KEYS[:1])
    (HERE / "new.keyring.json").write_text(json.dumps(new, indent=2) + "\n")
    (HERE / "derivations.json").write_text(lines(derivations()))
    (HERE / "written.json").write_text(lines(written()))
    # Made under keys that may not be used any more: such a token is data.
    unused = [
        token(derive(secret, "siv", "", RING, "", "VALUE"), key_id, "Ada Lovelace", "VALUE")[0]
        for key_id, secret in (("0d0d0d0d", BY_ID["0d0d0d0d"]), ("0f0f0f0f", bytes(32)))
    ]
    (HERE / "unused.json").write_text(lines(unused))
    for kind in ("VALUE", "EMAIL_ADDRESS", "CREDIT_CARD", "PHONE_NUMBER"):
        forms = [[text, canonical(text, kind)] for text in canonical_values(kind)]
        (HERE / f"canonical-{kind.lower().replace('_', '-')}.json").write_text(lines(forms))


if __name__ == "__main__":
    main()
