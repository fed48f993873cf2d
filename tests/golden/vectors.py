#!/usr/bin/env python3
"""Writes the golden files beside it: an independent second implementation of keys and of what operators write.

It follows docs/keys.md and docs/operators.md, not the Rust code. Needs `cryptography` (48 was used) and `phonenumbers`. Run it only when
the documents change; a golden file that moves breaks every token and hash that anybody has written.
"""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import random
import re
import unicodedata

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
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
    return hkdf(key, info, 64 if purpose in ("siv", "wrap") else 32)


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


def token(key, key_id, text, kind, encoding="base32", prefix="tok_", context=""):
    form = canonical(text, kind)
    header = bytes([TOKEN_VERSION]) + bytes.fromhex(key_id) + hashlib.sha256(kind.encode()).digest()[:4]
    plain = form.encode() + b"\x80"
    plain += bytes(-len(plain) % 16)
    ways = []
    for way in range(WAYS):
        sealed = AESSIV(key).encrypt(plain + bytes(16 * way), [parts(header, canonical(context, "VALUE").encode())])
        ways.append(prefix + encode(header + sealed, encoding))
    return first_that_repeats_nothing(ways, form), ways


# --- encrypt ---


def ciphertext(key, key_id, text, kind, run, nonce, encoding="base32", prefix="enc_"):
    header = bytes([0x20]) + bytes.fromhex(key_id) + hashlib.sha256(kind.encode()).digest()[:4]
    plain = text.encode() + b"\x80"
    plain += bytes(-len(plain) % 16)
    message_key = hkdf(key, parts(b"privet/1", b"message", run), 32)
    sealed = AESGCM(message_key).encrypt(nonce, plain, parts(header, RING.encode(), kind.encode(), b""))
    return prefix + encode(header + run + nonce + sealed, encoding)


# --- fpe: NIST SP 800-38G, algorithm 7, step by step ---

ALPHABETS = {
    "digits": "0123456789",
    "lower": "abcdefghijklmnopqrstuvwxyz",
    "upper_alphanumeric": "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
}
FPE_SEPARATORS = " -./()+"


def ff1(key, radix, tweak, x):
    def aes(block):
        return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)

    def num(digits):
        number = 0
        for digit in digits:
            number = number * radix + digit
        return number

    def digits_of(number, length):
        digits = []
        for _ in range(length):
            number, digit = divmod(number, radix)
            digits.insert(0, digit)
        return digits

    n = len(x)
    u, v = n // 2, n - n // 2
    a, b = x[:u], x[u:]
    half = ((radix**v - 1).bit_length() + 7) // 8
    d = 4 * -(-half // 4) + 4
    p = bytes([1, 2, 1]) + radix.to_bytes(3, "big") + bytes([10, u % 256]) + n.to_bytes(4, "big")
    p += len(tweak).to_bytes(4, "big")
    for i in range(10):
        q = tweak + bytes((-len(tweak) - half - 1) % 16) + bytes([i]) + num(b).to_bytes(half, "big")
        r = bytes(16)
        for at in range(0, len(p + q), 16):
            r = aes(bytes(one ^ other for one, other in zip(r, (p + q)[at : at + 16])))
        s = r
        for j in range(1, -(-d // 16)):
            s += aes(bytes(one ^ other for one, other in zip(r, j.to_bytes(16, "big"))))
        m = u if i % 2 == 0 else v
        c = digits_of((num(a) + int.from_bytes(s[:d], "big")) % radix**m, m)
        a, b = b, c
    return a + b


def luhn_sum(digits):
    doubled = (digit * 2 - 9 * (digit > 4) if place % 2 else digit for place, digit in enumerate(reversed(digits)))
    return sum(doubled) % 10


def fpe(key, text, number=False, alphabet="digits", keep_first=0, keep_last=0, checksum="none", width=15, context=""):
    letters = ALPHABETS.get(alphabet, alphabet)
    if number:
        text = text.rjust(width, "0")
    x = [letters.index(c) for c in text if c in letters]
    assert all(c in letters or c in FPE_SEPARATORS for c in text)
    luhn = checksum == "luhn"
    assert not luhn or luhn_sum(x) == 0
    follows = luhn and not keep_last
    end = len(x) - keep_last - follows
    assert len(letters) ** (len(x) - keep_first - keep_last - luhn) >= 10**6
    kept = ["".join(letters[digit] for digit in part) for part in (x[:keep_first], x[len(x) - keep_last :])]
    tweak = parts(canonical(context, "VALUE").encode(), kept[0].encode(), kept[1].encode(), len(x).to_bytes(4, "big"))
    while True:
        x[keep_first:end] = ff1(key, len(letters), tweak, x[keep_first:end])
        if follows:
            x[-1] = -luhn_sum(x[:-1] + [0]) % 10
        if not luhn or luhn_sum(x) == 0:
            break
    turned = iter(x)
    out = "".join(letters[next(turned)] if c in letters else c for c in text)
    return (out.lstrip("0") or "0") if number else out


# --- fake and date_shift ---

LISTS = HERE.parent.parent / "src" / "transform" / "fake" / "lists"
FITTING = {
    "PERSON": "name",
    "LOCATION": "city",
    "STREET_ADDRESS": "street",
    "ORGANIZATION": "company",
    "EMAIL_ADDRESS": "email",
    "USERNAME": "username",
}


def words(locale, name):
    lines_of = dict(line.split(": ", 1) for line in (LISTS / f"{locale}.txt").read_text().splitlines())
    return [word.replace("_", " ") for word in lines_of[name].split(" ")]


def stand_in(digest, locale, kind, name=None, values=None):
    numbers = iter(int.from_bytes(digest[at : at + 8], "big") for at in range(0, 32, 8))

    def word(name):
        return one_of(words(locale, name))

    def one_of(items):
        return items[next(numbers) % len(items)]

    def plain(name):
        spelled = unicodedata.normalize("NFD", name.lower().replace("\u00df", "ss"))
        return "".join(c for c in spelled if "a" <= c <= "z")

    if values:
        return one_of(values)
    name = name or FITTING[kind]
    if name in ("first_name", "last_name"):
        return word(name[:-5])
    if name == "city":
        return word("city")
    if name == "company":
        return f"{word('company')} {word('suffix')}"
    if name == "street":
        street, number = word("street"), next(numbers) % 190 + 1
        if locale in ("en", "fr"):
            return f"{number} {street}"
        return f"{street}, {number}" if locale in ("es", "it", "pt") else f"{street} {number}"
    if name in ("email", "username"):
        first, last, number = plain(word("first")), plain(word("last")), next(numbers) % 90 + 10
        domain = one_of(["@example.com", "@example.org", "@example.net"]) if name == "email" else ""
        return f"{first}.{last}{number}{domain}"
    return f"{word('first')} {word('last')}"


def fake(key, text, kind, locale="en", list=None, values=None):
    form = canonical(text, kind)
    digest = form.encode()
    for _ in range(WAYS):
        digest = hmac.new(key, digest, hashlib.sha256).digest()
        out = stand_in(digest, locale, kind, list, values)
        if form.lower() not in out.lower():
            return out
    raise ValueError("every stand-in repeats the value")


def date_shift(key, text, kind, subject, min_days=-182, max_days=182, formats=("%Y-%m-%d",), **_):
    digest = hmac.new(key, canonical(subject, kind).encode(), hashlib.sha256).digest()
    distances = [days for days in range(min_days, max_days + 1) if days]
    distance = distances[int.from_bytes(digest[:8], "big") % len(distances)]
    date, time = text[:10], text[10:]
    moved = datetime.datetime.strptime(date, formats[0]) + datetime.timedelta(distance)
    return moved.strftime(formats[0]) + time


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
# The enabled key that was made first.
ELDEST = "0b0b0b0b"

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
        for purpose in (
            "hash", "siv", "fpe", "encrypt", "fake", "date-shift", "index", "vault", "dead-letter", "subject", "wrap",
        ):
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


def shaped():
    """What `fpe`, `fake` and `date_shift` write."""
    keying = [{}, {"epoch": "0b0b0b0b"}, {"scope": "product"}]
    letters = "01234567890123456789abcdefghijklmnopqrstuvwxyz"
    fpe_cases = [
        ("CREDIT_CARD", {"keep_first": 6, "checksum": "luhn"}, ["4111 1111-1111 1111", "378282246310005"]),
        ("CREDIT_CARD", {"keep_last": 4, "checksum": "luhn"}, ["4111111111111111", "6304000000000000000"]),
        ("US_SSN", {}, ["078-05-1120", "219099999"]),
        ("PHONE_NUMBER", {}, ["+49 (30) 901820"]),
        ("VALUE", {"keep_first": 2, "keep_last": 3}, ["+1.555.0100.199"]),
        ("VALUE", {}, ["1234567", "0" * 57, "9" * 256]),
        ("VALUE", {"alphabet": "lower", "keep_last": 1}, ["ada-lovelace", "z" * 40]),
        ("VALUE", {"alphabet": "upper_alphanumeric"}, ["C01X 0006H 5K2", "A1B2C3"]),
        ("VALUE", {"alphabet": letters[20:30] + "\u00e4\u00f6\u00fc"}, ["abc\u00e4defg\u00f6hij"]),
    ]
    for keyed in keying:
        for kind, option, texts in fpe_cases:
            for text in texts:
                yield one_shaped("fpe", option, keyed, kind, text)
        for option, texts in (({}, ["0", "42", "999999999999999"]), ({"width": 18}, ["7", "123456789012345678"])):
            for text in texts:
                yield one_shaped("fpe", option, keyed, "VALUE", text, number=True)
    for locale in ("en", "de", "fr", "es", "it", "nl", "pt"):
        for name in ("name", "first_name", "last_name", "city", "street", "company", "email", "username"):
            for text in ("Ada Lovelace", "078-05-1120"):
                yield one_shaped("fake", {"locale": locale, "list": name}, {}, "VALUE", text)
    for keyed in keying:
        for kind in FITTING:
            for text in ("Ada.Lovelace@Example.COM", "Ju\u0308rgen \ufb01\u200b"):
                yield one_shaped("fake", {}, keyed, kind, text)
        # Some of these are drawn first for themselves, so that the further ways are fixed too.
        for text in ("anna", "ben", "Carl", "dora"):
            yield one_shaped("fake", {"values": ["Anna", "Ben", "Carl", "Dora"]}, keyed, "VALUE", text)
    for keyed in keying:
        for kind, subject in (("VALUE", "c-1"), ("CUSTOMER_ID", "C-1"), ("EMAIL_ADDRESS", "Ada@Example.com")):
            for option in ({}, {"min_days": 1, "max_days": 30}, {"min_days": -30000, "max_days": -1}):
                for text in ("1987-04-12", "2024-02-29T23:59:60.5+02:00"):
                    yield one_shaped("date_shift", option, keyed, kind, text, subject=subject)
            yield one_shaped("date_shift", {"formats": ["%d/%m/%Y"]}, keyed, kind, "31/12/1999", subject=subject)


def one_shaped(operator, option, keyed, kind, text, number=False, subject="c-1"):
    scope = "sales/orders" if keyed.get("scope") == "product" else ""
    key = derive(BY_ID[keyed.get("epoch", PRIMARY)], operator.replace("_", "-"), "", RING, scope, kind)
    if operator == "fpe":
        result = fpe(key, text, number, **option)
    elif operator == "fake":
        result = fake(key, text, kind, **option)
    else:
        result = date_shift(key, text, kind, subject, **option)
    own = {"subject_field": "id"} if operator == "date_shift" else {}
    parameters = {"ring": RING, "as": kind} | own | option | keyed
    return {
        "operator": operator,
        "parameters": parameters,
        "value": "number" if number else "text",
        "subject": subject,
        "text": text,
        "written": result,
    }


def encrypted():
    """Ciphertexts as some process may have written them: run and nonce are counted here, not drawn."""
    run, nonce = bytes(range(16)), bytes(range(200, 212))
    for option in ({}, {"encoding": "base64url", "prefix": "sec_"}):
        for keyed in ({}, {"epoch": "0b0b0b0b"}, {"scope": "product"}):
            for kind, text in VALUES:
                key_id = keyed.get("epoch", PRIMARY)
                scope = "sales/orders" if keyed.get("scope") == "product" else ""
                key = derive(BY_ID[key_id], "encrypt", "", RING, scope, kind)
                parameters = {"ring": RING, "as": kind} | option | keyed
                written = ciphertext(key, key_id, text, kind, run, nonce, **option)
                yield {"operator": "encrypt", "parameters": parameters, "text": text, "written": written}


CONTEXTS = ("acme", "Acme", "4711", "caf\u00e9 \ufb01\u200b", "x" * 1000)


def in_context():
    """What `tokenize` and `fpe` write where the policy names a context field."""
    cases = [
        ("tokenize", "VALUE", {}, "Ada Lovelace"),
        ("tokenize", "EMAIL_ADDRESS", {"encoding": "base64url", "prefix": "cus_"}, "Ada.Lovelace@Example.COM"),
        ("fpe", "CREDIT_CARD", {"keep_first": 6, "checksum": "luhn"}, "4111 1111-1111 1111"),
        ("fpe", "CREDIT_CARD", {"keep_last": 4, "checksum": "luhn"}, "4111111111111111"),
        ("fpe", "US_SSN", {}, "078-05-1120"),
    ]
    for keyed in ({}, {"epoch": "0b0b0b0b"}, {"scope": "product"}):
        for operator, kind, option, text in cases:
            for context in CONTEXTS:
                key_id = keyed.get("epoch", PRIMARY)
                scope = "sales/orders" if keyed.get("scope") == "product" else ""
                key = derive(BY_ID[key_id], "siv" if operator == "tokenize" else "fpe", "", RING, scope, kind)
                vector = {
                    "operator": operator,
                    "parameters": {"ring": RING, "as": kind, "context_field": "tenant.id"} | option | keyed,
                    "context": context,
                    "text": text,
                }
                if operator == "tokenize":
                    vector["canonical"] = canonical(text, kind)
                    vector["written"] = token(key, key_id, text, kind, **option, context=context)[0]
                else:
                    vector["written"] = fpe(key, text, **option, context=context)
                yield vector


def vault(contexts=("",)):
    """What a vault is asked: indexes, tokens and sealed values, with random bytes, run and nonce counted."""
    for context in contexts:
        for vector in vault_in(canonical(context, "VALUE").encode()):
            yield vector | ({"context": context} if context else {})


def vault_in(context):
    run, nonce, drawn = bytes(range(16)), bytes(range(200, 212)), bytes(range(16))
    for scope in ("shared", "product"):
        product = "sales/orders" if scope == "product" else ""
        for kind, text in VALUES:
            tag = hashlib.sha256(kind.encode()).digest()[:4]
            head = bytes([3 << 4 | CANONICAL_VERSION]) + bytes.fromhex(ELDEST) + tag
            key = derive(BY_ID[ELDEST], "index", "", RING, product, kind)
            form = canonical(text, kind)
            index = hmac.digest(key, parts(b"index", context) + form.encode(), "sha256")
            made = head + drawn + hmac.digest(key, parts(b"check", head, *([context] if context else [])) + drawn, "sha256")[:4]
            sealed_head = bytes([4 << 4 | CANONICAL_VERSION]) + bytes.fromhex(PRIMARY) + tag
            message = hkdf(derive(BY_ID[PRIMARY], "vault", "", RING, product, kind), parts(b"privet/1", b"message", run), 32)
            covered = parts(sealed_head, RING.encode(), kind.encode()) + made
            # In older rows the form stands alone.
            older, now = (
                sealed_head + run + nonce + AESGCM(message).encrypt(nonce, plain + bytes(-len(plain) % 16), covered)
                for plain in (form.encode() + b"\x80", b"\xff" + parts(context, b"") + form.encode() + b"\x80")
            )
            yield {
                "scope": scope,
                "kind": kind,
                "text": text,
                "form": form,
                "index": index.hex(),
                "token": made.hex(),
                "sealed": now.hex(),
                "older": older.hex(),
            }


def vault_places():
    """What a vault is asked of values of which each place has a token of its own."""
    where = b"value 10 24 customer.mail"
    origins = [
        parts(b"kafka", b"priv.orders", (3).to_bytes(4, "big"), (41).to_bytes(8, "big"), where),
        parts(b"file", b"orders.ndjson", (7).to_bytes(8, "big"), where),
    ]
    for origin, place in zip(("kafka", "file"), origins):
        for kind, text in VALUES:
            key, form = derive(BY_ID[ELDEST], "index", "", RING, "", kind), canonical(text, kind)
            index = hmac.digest(key, parts(b"place", b"", place) + form.encode(), "sha256")
            drawn = hmac.digest(key, parts(b"token", b"\0", b"", place) + form.encode(), "sha256")[:16]
            yield {"origin": origin, "kind": kind, "text": text, "index": index.hex(), "drawn": drawn.hex()}


def vault_of_somebody():
    """What a vault is asked of values that are somebody's: equal ones, and those of one place."""
    where = b"value 10 24 customer.mail"
    places = {
        "": None,
        "kafka": parts(b"kafka", b"priv.orders", (3).to_bytes(4, "big"), (41).to_bytes(8, "big"), where),
        "file": parts(b"file", b"orders.ndjson", (7).to_bytes(8, "big"), where),
    }
    for origin, place in places.items():
        for kind, text in VALUES:
            key, form = derive(BY_ID[ELDEST], "index", "", RING, "", kind), canonical(text, kind).encode()
            if place is None:
                index, drawn = hmac.digest(key, parts(b"somebody", b"index", b"") + form, "sha256"), b""
            else:
                index = hmac.digest(key, parts(b"somebody", b"place", b"", place) + form, "sha256")
                drawn = hmac.digest(key, parts(b"somebody", b"token", b"\0", b"", place) + form, "sha256")[:16]
            yield {"origin": origin, "kind": kind, "text": text, "index": index.hex(), "drawn": drawn.hex()}


def dead_letters():
    """Values of dead letters as some process may have written them: run and nonce are counted here, not drawn."""
    run, nonce = bytes(range(16)), bytes(range(200, 212))

    def optional(text):
        return b"\x00" if text is None else b"\x01" + behind_length(text)

    def behind_length(text):
        return len(text.encode()).to_bytes(4, "big") + text.encode()

    for key_id in (PRIMARY, "0b0b0b0b"):
        for partition, offset, time, key, value, headers in (
            (0, 0, None, None, None, []),
            (3, 12, 1_700_000_000_000, "", "{\"name\": \"Ada Lovelace\"", [["user", "Ada"], ["user", None], ["", ""]]),
            (2**31 - 1, 2**63 - 1, -1, "c-1", "\u00fc" * 40, [["trace", "1"]]),
        ):
            head = bytes([5 << 4]) + bytes.fromhex(key_id) + hashlib.sha256(b"DEAD_LETTER").digest()[:4]
            message = hkdf(derive(BY_ID[key_id], "dead-letter", "", RING, "", "DEAD_LETTER"), parts(b"privet/1", b"message", run), 32)
            place = parts(b"priv.orders", partition.to_bytes(4, "big"), offset.to_bytes(8, "big"))
            plain = b"\x01" + (b"\x00" if time is None else b"\x01" + time.to_bytes(8, "big", signed=True))
            plain += optional(key) + optional(value) + len(headers).to_bytes(4, "big")
            plain += b"".join(behind_length(name) + optional(text) for name, text in headers) + b"\x80"
            plain += bytes(-len(plain) % 16)
            sealed = head + run + nonce + AESGCM(message).encrypt(nonce, plain, parts(head, RING.encode()) + place)
            where = {"topic": "priv.orders", "partition": partition, "offset": offset}
            letter = {"privet": "dead-letter/1"} | where | {"ring": RING, "sealed": base64.b64encode(sealed).decode()}
            record = {"time": time, "key": key, "value": value, "headers": headers}
            yield where | record | {"letter": json.dumps(letter, separators=(",", ":"))}


def subjects():
    """Values sealed under a subject's own key besides the ring's: what a vault keeps, and what `encrypt` writes."""
    run, nonce, own_id, own = bytes(range(16)), bytes(range(200, 212)), bytes(range(100, 116)), bytes(range(32))

    def sealed(version, purpose, kind, text, more):
        head = bytes([version]) + bytes.fromhex(PRIMARY) + hashlib.sha256(kind.encode()).digest()[:4]
        derived = derive(BY_ID[PRIMARY], purpose, "", RING, "", kind)
        mixed = HKDF(hashes.SHA256(), 32, salt=own, info=parts(b"privet/1", b"subject-key")).derive(derived)
        message = hkdf(mixed, parts(b"privet/1", b"message", run), 32)
        plain = text.encode() + b"\x80"
        plain += bytes(-len(plain) % 16)
        covered = parts(head, RING.encode(), kind.encode(), own_id) + more
        return head, head + own_id + run + nonce + AESGCM(message).encrypt(nonce, plain, covered)

    for kind, text in VALUES:
        form = canonical(text, kind)
        name = hmac.digest(derive(BY_ID[ELDEST], "subject", "", RING, "", kind), form.encode(), "sha256")
        head, body = sealed(7 << 4, "encrypt", kind, text, b"")
        marking = derive(BY_ID[PRIMARY], "index", "", RING, "", kind)
        mark = hmac.digest(marking, parts(b"ciphertext", head) + body, "sha256")[:8]
        yield {
            "kind": kind,
            "text": text,
            "form": form,
            "name": name.hex(),
            "key_id": own_id.hex(),
            "key": own.hex(),
            "row": sealed(6 << 4 | CANONICAL_VERSION, "vault", kind, form, b"token")[1].hex(),
            "ciphertext": (body + mark).hex(),
        }


def check_ff1():
    """NIST's samples for FF1 with AES-256, 7 to 9: what this file computes is FF1."""
    key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3cef4359d8d580aa4f7f036d6f04fc6a94")
    letters = ALPHABETS["upper_alphanumeric"].lower()
    for radix, tweak, plain, expected in (
        (10, "", "0123456789", "6657667009"),
        (10, "39383736353433323130", "0123456789", "1001623463"),
        (36, "3737373770717273373737", "0123456789abcdefghi", "xs8a0azh2avyalyzuwd"),
    ):
        out = ff1(key, radix, bytes.fromhex(tweak), [letters.index(c) for c in plain])
        assert "".join(letters[digit] for digit in out) == expected


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


def numbers_of_regions(count=2000):
    """Telephone numbers as regions dial them, read by libphonenumber's Python twin: `phonenumbers` 9.0.43.

    Argentina's mobile numbers are not among them: what is dialled there is rewritten, and stays its digits here.
    """
    import phonenumbers

    from phonenumbers import PhoneMetadata, PhoneNumberFormat, PhoneNumberType

    draw = random.Random("telephone numbers of regions 1")
    regions = sorted(phonenumbers.SUPPORTED_REGIONS - {"AR"})
    prefixes = {}
    for region in regions:
        data = PhoneMetadata.metadata_for_region(region)
        pattern = re.compile((data.international_prefix or "(?!)").replace("~", ""))
        every = (str(n).zfill(width) for width in range(1, 6) for n in range(10**width))
        prefixes[region] = next((digits for digits in every if pattern.fullmatch(digits)), None)
    found = {}
    for region in regions:
        for kind in (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is None:
                continue
            home = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
            other = draw.choice(regions)
            written = [(region, home), (region, re.sub("[^0-9]", "", home)), (region, home.replace(" ", "-"))]
            written += [(region, abroad), (other, abroad.replace(" ", "."))]
            written += [(at, prefixes[at] + " " + abroad[1:]) for at in (region, other) if prefixes[at]]
            for at, text in written:
                try:
                    read = phonenumbers.parse(text, at)
                except phonenumbers.NumberParseException:
                    continue
                if phonenumbers.is_valid_number(read):
                    found[at, text] = phonenumbers.format_number(read, PhoneNumberFormat.E164)
    nothing = ["110", "unknown", "+", "+999 123 456", "12", "00", "(0)", "ext. 5", "1 2", "+49 1", "\u0663\u0660"]
    for text in nothing:
        for region in ("DE", "US", "IT", "GB"):
            found[region, text] = canonical(text, "PHONE_NUMBER")
    drawn = draw.sample(sorted(found.items()), count)
    return sorted([region, text, form] for (region, text), form in drawn)


def lines(items):
    return "[\n" + ",\n".join(json.dumps(item, ensure_ascii=True) for item in items) + "\n]\n"


def main():
    # A ring has its keys in the order in which they were made.
    ring = ring_document(ROOT, RING, 7, PRIMARY, KEYS[::-1])
    (HERE / "customer.keyring.json").write_text(json.dumps(ring, indent=2) + "\n")
    root = {"version": 1, "ring": RING, "root": ROOT.hex()}
    (HERE / "customer.root.json").write_text(json.dumps(root) + "\n")
    new = ring_document(ROOT, RING, 1, PRIMARY, KEYS[:1])
    (HERE / "new.keyring.json").write_text(json.dumps(new, indent=2) + "\n")
    (HERE / "derivations.json").write_text(lines(derivations()))
    (HERE / "written.json").write_text(lines(written()))
    check_ff1()
    (HERE / "shaped.json").write_text(lines(shaped()))
    (HERE / "encrypted.json").write_text(lines(encrypted()))
    (HERE / "vault.json").write_text(lines(vault()))
    (HERE / "subjects.json").write_text(lines(subjects()))
    (HERE / "context.json").write_text(lines(in_context()))
    (HERE / "vault-context.json").write_text(lines(vault(CONTEXTS)))
    (HERE / "vault-place.json").write_text(lines(vault_places()))
    (HERE / "vault-somebody.json").write_text(lines(vault_of_somebody()))
    (HERE / "dead_letters.json").write_text(lines(dead_letters()))
    # Made under keys that may not be used any more: such a token is data.
    unused = [
        token(derive(secret, "siv", "", RING, "", "VALUE"), key_id, "Ada Lovelace", "VALUE")[0]
        for key_id, secret in (("0d0d0d0d", BY_ID["0d0d0d0d"]), ("0f0f0f0f", bytes(32)))
    ]
    (HERE / "unused.json").write_text(lines(unused))
    (HERE / "canonical-phone-number-of-region.json").write_text(lines(numbers_of_regions()))
    for kind in ("VALUE", "EMAIL_ADDRESS", "CREDIT_CARD", "PHONE_NUMBER"):
        forms = [[text, canonical(text, kind)] for text in canonical_values(kind)]
        (HERE / f"canonical-{kind.lower().replace('_', '-')}.json").write_text(lines(forms))


if __name__ == "__main__":
    main()
