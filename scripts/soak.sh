#!/usr/bin/env bash
# Slow checks that `make test` leaves out: the features `onnx`, `aws-kms`, `azure-key-vault` and `google-kms` are built and
# tested, fifty writers are killed, the Dockerfile is linted and built, the image is run as its user, and the Kubernetes
# example is checked against the API's schemas. No container engine is needed: buildah works in a chroot, on base images
# that debootstrap makes, with the Rust toolchain of this machine. Needs root.

source "$(dirname "$0")/lib.sh"
cd "$root"

[ "$(id -u)" = 0 ] || fail "make soak needs root: it makes file systems"
suite=bookworm
mirror=${PRIVET_DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$cache/soak
storage=(--storage-driver vfs --root "$work/storage" --runroot "$work/run")
mkdir -p "$work"

packages() {
  local missing=() name
  for name in buildah debootstrap; do command -v "$name" >/dev/null || missing+=("$name"); done
  [ ${#missing[@]} -eq 0 ] || {
    apt-get update -q >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}" >&2
  }
}

tools() {
  local requirements=$root/scripts/soak-requirements.txt
  cmp -s "$requirements" "$work/venv/.requirements" && return
  rm -rf "$work/venv"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install -q --disable-pip-version-check -r "$requirements" >&2
  cp "$requirements" "$work/venv/.requirements"
}

bud() { buildah "${storage[@]}" "$@"; }

# A base image from Debian's packages, made once and kept.
base_image() { # name packages
  bud inspect --type image "localhost/$1" >/dev/null 2>&1 && return
  local tree=$work/tree-$1 container
  rm -rf "$tree"
  debootstrap --variant=minbase ${2:+--include="$2"} "$suite" "$tree" "$mirror" >"$work/debootstrap-$1.log"
  container=$(bud from scratch)
  bud add -q "$container" "$tree" / >/dev/null
  bud config --env PATH=/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
  bud commit -q --rm "$container" "localhost/$1" >/dev/null
  rm -rf "$tree"
}

image() {
  base_image privet-base ca-certificates
  bud bud --isolation chroot --pull-never --layers=false --format docker -t localhost/privet \
    --build-arg BUILD_IMAGE=localhost/privet-base --build-arg RUN_IMAGE=localhost/privet-base \
    --volume "$(rustc --print sysroot):/rust:ro" --volume /etc/ssl/certs:/etc/ssl/certs:ro .
}

in_image() { # container command...
  local container=$1
  shift
  bud run --isolation chroot "$container" -- "$@"
}

try_image() {
  local container said
  container=$(bud from --pull-never localhost/privet)
  # shellcheck disable=SC2064
  trap "bud rm $container >/dev/null" EXIT
  bud inspect --type image localhost/privet | grep -q '"healthcheck"' ||
    fail "the image has no health check"
  said=$(in_image "$container" id -u)
  [ "$said" = 65532 ] || fail "the image runs as user $said"
  said=$(in_image "$container" ldd /usr/local/bin/privet | grep -Ev 'linux-vdso|ld-linux|/lib(c|m|gcc_s)\.so' || true)
  [ -z "$said" ] || fail "the binary needs what a distroless image lacks: $said"
  in_image "$container" /usr/local/bin/privet --version
  if in_image "$container" /usr/local/bin/privet healthcheck 2>/dev/null; then
    fail "the health check of an image that runs nothing succeeded"
  fi
  said=$(in_image "$container" sh -c "echo 'mail bob@corp.com' | /usr/local/bin/privet anonymize --quiet")
  [ "$said" = "mail <EMAIL_ADDRESS>" ] || fail "the image's privet says: $said"
}

say "a tagger's model of one's own"
cargo test --locked --features onnx --test onnx
cargo test --locked --features onnx --lib onnx
say "refusals that cannot be told apart"
PRIVET_ANSWERS=1000 cargo test --locked --test cli every_refusal_is_the_same -- --nocapture
say "fifty writers of a vault in PostgreSQL are killed"
PRIVET_TEST_KILLS=50 cargo test --locked --test cli vault::postgres::no_token_is_lost
say "tools"
packages
tools
say "roots of key rings wrapped by the services of clouds"
clouds=aws-kms,azure-key-vault,google-kms
cargo tree --locked --edges normal --features "$clouds" --prefix none | grep -q '^aws-lc-sys ' &&
  fail "aws-lc-sys is among the dependencies"
PRIVET_TEST_MOTO=$work/venv/bin/moto_server cargo test --locked --features "$clouds" --test cloud
cargo test --locked --features "$clouds" --lib keys::
say "the Dockerfile"
"$work/venv/bin/hadolint" Dockerfile
say "the Kubernetes example"
"$work/venv/bin/kubernetes-validate" --strict deploy/kubernetes/*.yaml
say "the image"
image
try_image
say "all well"
