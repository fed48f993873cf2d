#!/usr/bin/env bash
# Makes the tests' Python environment in the cache, once, and prints the path of its interpreter.
source "$(dirname "$0")/lib.sh"

requirements=$root/scripts/requirements.txt
venv=$cache/venv

make_venv() {
  cmp -s "$requirements" "$venv/.requirements" && return
  say "making the Python environment in $venv"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install -q --disable-pip-version-check -r "$requirements" >&2
  cp "$requirements" "$venv/.requirements"
}

locked venv make_venv
echo "$venv/bin/python"
