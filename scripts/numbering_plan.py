#!/usr/bin/env python3
"""Writes src/model/numbering_plan.txt: which national numbers each country calling code and country has.

Beside it, for canonical forms: src/transform/dialling.txt, how each region dials: its calling code, what is dialled
before a national number, and what before an international one. And for the tests: phone_examples.txt, a land line and a mobile number of each region, as they are written abroad
and at home.

Read from the metadata of PyPI `phonenumbers` (libphonenumber's, Apache-2.0, which collects the national numbering plans
of ITU-T E.164 and the regulators): `pip install phonenumbers==9.0.43 && scripts/numbering_plan.py`.

A line is a calling code (or a country), then runs of the first two (or three) digits of the national number, each with
the lengths that numbers beginning so may have, as a hexadecimal mask: bit 9 for nine digits.
"""

import re
import re._parser as parser
import re._constants as op
from pathlib import Path

import phonenumbers
from phonenumbers import PhoneMetadata

KINDS = ["fixed_line", "mobile", "toll_free", "premium_rate", "shared_cost", "personal_number", "voip", "pager", "uan",
         "voicemail"]
COUNTRIES = "AU BR CA DE ES FR GB IN IT JP NL US".split()
LENGTH_MAX = 15  # ITU-T E.164, section 6


class Automaton:
    """A nondeterministic automaton over digits, built from a regular expression."""

    def __init__(self, pattern):
        self.free, self.steps = [], []
        self.start = self.state()
        self.end = self.all_of(parser.parse(pattern), self.start)

    def state(self):
        self.free.append([])
        self.steps.append([])
        return len(self.free) - 1

    def all_of(self, tree, at):
        for kind, argument in tree:
            at = self.one(kind, argument, at)
        return at

    def step(self, at, digits):
        after = self.state()
        self.steps[at].append((digits, after))
        return after

    def one(self, kind, argument, at):
        if kind is op.LITERAL:
            return self.step(at, {chr(argument)})
        if kind is op.IN:
            digits = set()
            for part, value in argument:
                if part is op.LITERAL:
                    digits.add(chr(value))
                elif part is op.RANGE:
                    digits |= {chr(code) for code in range(value[0], value[1] + 1)}
                else:
                    digits |= set("0123456789")
            return self.step(at, digits)
        if kind is op.SUBPATTERN:
            return self.all_of(argument[3], at)
        if kind is op.BRANCH:
            after = self.state()
            for branch in argument[1]:
                self.free[self.all_of(branch, at)].append(after)
            return after
        if kind is op.MAX_REPEAT:
            least, most, tree = argument
            for _ in range(least):
                at = self.all_of(tree, at)
            ends = [at]
            for _ in range(min(most, LENGTH_MAX + 2) - least):
                at = self.all_of(tree, at)
                ends.append(at)
            after = self.state()
            for end in ends:
                self.free[end].append(after)
            return after
        raise ValueError(kind)

    def closed(self, states):
        seen, todo = set(states), list(states)
        while todo:
            for after in self.free[todo.pop()]:
                if after not in seen:
                    seen.add(after)
                    todo.append(after)
        return frozenset(seen)

    def after(self, states, digit):
        return self.closed({to for at in states for digits, to in self.steps[at] if digit is None or digit in digits})


def plan(metadata, width):
    """The lengths, as a mask, that numbers with each beginning of that width may have."""
    masks = {}
    for kind in KINDS:
        description = getattr(metadata, kind)
        if description is None or not description.national_number_pattern:
            continue
        lengths = {length for length in description.possible_length if length > 0}
        lengths = lengths or set(metadata.general_desc.possible_length)
        automaton = Automaton(description.national_number_pattern)

        def walk(states, begun):
            if len(begun) < width:
                for digit in "0123456789":
                    after = automaton.after(states, digit)
                    if after:
                        walk(after, begun + digit)
                return
            length = width
            while states and length <= LENGTH_MAX:
                if automaton.end in states and length in lengths:
                    masks[begun] = masks.get(begun, 0) | 1 << length
                states = automaton.after(states, None)
                length += 1

        walk(automaton.closed({automaton.start}), "")
    return masks


def runs(masks, width):
    found = []
    for number in range(10 ** width):
        mask = masks.get(str(number).zfill(width), 0)
        if mask and found and found[-1][1] == number - 1 and found[-1][2] == mask:
            found[-1][1] = number
        elif mask:
            found.append([number, number, mask])
    return " ".join(f"{first:0{width}}-{last:0{width}}:{mask:x}" for first, last, mask in found)


def examples():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.MOBILE):
            number = phonenumbers.example_number_for_type(region, kind)
            if number is not None:
                forms = [phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.NATIONAL]
                yield "\t".join([region, *(phonenumbers.format_number(number, form) for form in forms)])


def dialling():
    """A region's letters, calling code, trunk prefixes and prefixes to numbers abroad, with commas between."""
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        data = PhoneMetadata.metadata_for_region(region)
        trunk = trunks(data)
        pattern = re.compile((data.international_prefix or "(?!)").replace("~", ""))
        abroad = [digits for width in range(1, 6) for digits in all_digits(width) if pattern.fullmatch(digits)]
        yield "\t".join([region, str(data.country_code), ",".join(trunk), ",".join(abroad)])


def trunks(data):
    """Digits alone, the longest first: what rewrites a number, or chooses a carrier, is no plain prefix."""
    pattern, own = (data.national_prefix_for_parsing or "").replace("~", ""), data.national_prefix or ""
    is_plain = pattern and "(" not in pattern.replace("(?:", "")
    found = [digits for width in (3, 2, 1) for digits in all_digits(width) if is_plain and re.fullmatch(pattern, digits)]
    if own.isdigit() and own not in found:
        found.append(own)
    return found if len(found) <= 12 else [own]


def all_digits(width):
    return (str(number).zfill(width) for number in range(10**width))


def main():
    codes = {}
    countries = {}
    metadata = [(region, PhoneMetadata.metadata_for_region(region)) for region in phonenumbers.SUPPORTED_REGIONS]
    metadata += [("", PhoneMetadata.metadata_for_nongeo_region(code))
                 for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS]
    for region, data in metadata:
        masks = codes.setdefault(data.country_code, {})
        for begun, mask in plan(data, 2).items():
            masks[begun] = masks.get(begun, 0) | mask
        if region in COUNTRIES:
            countries[region] = plan(data, 3)
    lines = [f"{code} {runs(masks, 2)}" for code, masks in sorted(codes.items())]
    lines += [f"{country} {runs(masks, 3)}" for country, masks in sorted(countries.items())]
    sources = Path(__file__).resolve().parent.parent / "src"
    written = [
        ("model/numbering_plan.txt", lines),
        ("detect/validate/phone_examples.txt", examples()),
        ("transform/dialling.txt", dialling()),
    ]
    for name, text in written:
        (sources / name).write_text("".join(f"{line}\n" for line in text), encoding="utf-8")


main()
