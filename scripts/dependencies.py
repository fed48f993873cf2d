#!/usr/bin/env python3
"""Checks every dependency of this platform against deny.toml: its licence, its source, and that it is not banned.

cargo-deny reads the same file and knows more; this needs no ten minutes to build it.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

try:
    import tomllib
except ModuleNotFoundError:  # Python 3.10
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent


def metadata():
    version = subprocess.run(["rustc", "-vV"], check=True, capture_output=True, text=True).stdout
    host = re.search(r"^host: (.+)$", version, re.MULTILINE).group(1)
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", host]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout)


def licence_allowed(expression, allowed):
    """Whether an SPDX expression can be met with the allowed licences alone; `/` is an old way to write OR."""
    tokens = re.findall(r"[()]|[^()\s]+", expression.replace("/", " OR "))

    def any_of():
        met = all_of()
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            met = all_of() or met
        return met

    def all_of():
        met = one()
        while tokens and tokens[0] == "AND":
            tokens.pop(0)
            met = one() and met
        return met

    def one():
        name = tokens.pop(0)
        if name == "(":
            met = any_of()
            tokens.pop(0)
            return met
        if tokens and tokens[0] == "WITH":
            name += f" WITH {tokens[1]}"
            del tokens[:2]
        return name in allowed

    return any_of() and not tokens


def complaints(packages, deny):
    allowed = set(deny["licenses"]["allow"])
    banned = {entry["crate"] for entry in deny["bans"]["deny"]}
    registries = {f"registry+{url}" for url in deny["sources"]["allow-registry"]}
    for package in packages:
        name = f"{package['name']} {package['version']}"
        if not package["license"] or not licence_allowed(package["license"], allowed):
            yield f"{name}: licence {package['license']!r} is not among those allowed"
        if package["name"] in banned:
            yield f"{name}: banned; `cargo tree -i {package['name']}` shows what brings it"
        if package["source"] not in registries | {None}:
            yield f"{name}: comes from {package['source']}"


def main():
    deny = tomllib.loads((ROOT / "deny.toml").read_text())
    graph = metadata()
    used = {node["id"] for node in graph["resolve"]["nodes"]}
    packages = [p for p in graph["packages"] if p["id"] in used]
    found = sorted(complaints(packages, deny))
    print(*found, sep="\n", end="\n" if found else "")
    print(f"{len(packages)} packages, {len(found)} complaints")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
