#!/usr/bin/env bash
# Installs what the build and the tests need beyond the Rust toolchain, on Debian and Ubuntu.
#
#   setup.sh          everything `make test` needs
#   setup.sh build    only what `cargo build` needs
#
# Asks apt where it may (root, or sudo without a password); else names what to install and stops.
source "$(dirname "$0")/lib.sh"

missing=()
need() { # package command...
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
has() { command -v "$1"; }
has_header() { echo "#include <$1>" | cc -E -; }
has_java() { [ -n "$(find_java)" ]; }

has_postgres() { pg_config --bindir 2>/dev/null | xargs -I% test -x %/initdb || ls /usr/lib/postgresql/*/bin/initdb; }

# The oldest packaged Java that Kafka 4 runs on; Ubuntu's default may be older, Debian's newer.
java_package() {
  local package
  for package in openjdk-17-jre-headless openjdk-21-jre-headless openjdk-25-jre-headless; do
    if apt-cache show "$package" >/dev/null 2>&1; then
      echo "$package"
      return
    fi
  done
  echo default-jre-headless
}

look() {
  missing=()
  need gcc has gcc
  need g++ has g++
  need libc6-dev has_header stdlib.h
  need make has make
  need pkg-config has pkg-config
  need libssl-dev pkg-config --exists libssl
  need zlib1g-dev has_header zlib.h
  [ "${1:-all}" = build ] && return
  need curl has curl
  need openssl has openssl
  need java has_java
  need maven has mvn
  need python3 has python3
  need python3-venv python3 -c 'import venv, ensurepip'
  need valgrind has valgrind
  need postgresql has_postgres
  need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
}

install() { # packages...
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  say "installing $*"
  "${as_root[@]}" apt-get update -q >&2
  local packages=() package
  for package in "$@"; do
    [ "$package" = java ] && package=$(java_package)
    packages+=("$package")
  done
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -q -y --no-install-recommends "${packages[@]}" >&2
}

command -v cargo >/dev/null || fail "cargo is missing: install Rust 1.90 or newer with rustup (https://rustup.rs)"
if [ "${1:-all}" = all ] && ! { cargo fmt --version && cargo clippy --version; } >/dev/null 2>&1; then
  command -v rustup >/dev/null || fail "rustfmt or clippy is missing from the Rust toolchain"
  rustup component add rustfmt clippy
fi
look "${1:-all}"
if [ ${#missing[@]} -gt 0 ]; then
  wanted=${missing[*]/#java/openjdk-17-jre-headless}
  if ! command -v apt-get >/dev/null; then
    fail "this system has no apt; install what Debian calls: $wanted"
  elif [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
    fail "packages are missing and apt may not be asked without a password; run: sudo apt-get install -y $wanted"
  fi
  install "${missing[@]}"
  look "${1:-all}"
  [ ${#missing[@]} -eq 0 ] || fail "still missing after the installation: ${missing[*]}"
fi
