#!/usr/bin/env bash
# Slow checks that `make test` leaves out.
#
#   soak.sh           all of them
#   soak.sh PART...   only these, in this order: features refusals kills clouds weights fuzz flow dockerfile kubernetes image
#
# What a machine cannot do is skipped with a line that says why, and named again at the end. The image needs no container
# engine: buildah works in a chroot, on base images that debootstrap makes, with the Rust toolchain of this machine.
source "$(dirname "$0")/lib.sh"
cd "$root"

suite=bookworm
mirror=${PRIVET_DEBIAN_MIRROR:-http://deb.debian.org/debian}
work=$cache/soak
storage=(--storage-driver vfs --root "$work/storage" --runroot "$work/run")
features=onnx,aws-kms,azure-key-vault,google-kms
skipped=()
mkdir -p "$work"

skip() { # part reason
  say "skipped: $1: $2"
  skipped+=("$1: $2")
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
  said=$(bud inspect --type image localhost/privet)
  [[ $said == *'"Healthcheck": {'* ]] || fail "the image has no health check"
  said=$(in_image "$container" id -u)
  [ "$said" = 65532 ] || fail "the image runs as user $said"
  said=$(in_image "$container" ldd /usr/local/bin/privet | grep -Ev 'linux-vdso|ld-linux|/lib(c|m|gcc_s)\.so' || true)
  [ -z "$said" ] || fail "the binary needs what a distroless image lacks: $said"
  in_image "$container" test -s /usr/share/doc/privet/NOTICE || fail "the image has no NOTICE"
  in_image "$container" /usr/local/bin/privet --version
  if in_image "$container" /usr/local/bin/privet healthcheck 2>/dev/null; then
    fail "the health check of an image that runs nothing succeeded"
  fi
  said=$(in_image "$container" sh -c "echo 'mail bob@corp.com' | /usr/local/bin/privet anonymize --quiet")
  [ "$said" = "mail <EMAIL_ADDRESS>" ] || fail "the image's privet says: $said"
}

# Every feature compiles by itself; with all of them the lints hold, and what they bring is tested.
features() {
  local one tree
  # Not through a pipe: a search that ends early would break it, and look like one that found nothing.
  tree=$(cargo tree --locked --edges normal --features "$features" --prefix none)
  case $'\n'$tree in *$'\n'aws-lc-sys\ *) fail "aws-lc-sys is among the dependencies" ;; esac
  for one in ${features//,/ }; do cargo check --locked --lib --features "$one"; done
  cargo clippy --locked --all-targets --features "$features" -- -D warnings
  cargo test --locked --features "$features" --test onnx
  cargo test --locked --features "$features" --lib -- onnx:: keys::
}

# Roots of key rings wrapped by the services of clouds.
clouds() {
  tools
  PRIVET_TEST_MOTO=$work/venv/bin/moto_server cargo test --locked --features "$features" --test cloud
}

refusals() {
  PRIVET_ANSWERS=1000 cargo test --locked --test cli every_refusal_is_the_same -- --nocapture
}

# Fifty processes that write to a vault are killed, on each of the stores that last.
kills() { PRIVET_TEST_KILLS=50 cargo test --locked --test cli no_token_is_lost_or_doubled_by_kill_9; }

# Training makes the committed weights byte for byte. Its texts are not part of the repository.
weights() {
  if [ -z "${PRIVET_CORPORA:-}" ]; then
    skip weights "PRIVET_CORPORA names no folder of corpora"
    return
  fi
  cargo run --release --locked --manifest-path training/Cargo.toml -- "$PRIVET_CORPORA" --out "$work/model.bin"
  cmp "$work/model.bin" src/detect/tagger/model.bin || fail "training makes other weights than are committed"
}

# Records that flow for minutes while instances are killed, and what an instance holds then.
flow() {
  scripts/kafka.sh fetch
  PRIVET_TEST_RECORDS=100000 cargo test --locked --test kafka -- --test-threads 1 --nocapture exactly_once:: steady::
}

# On the stable compiler seeds are changed and replayed; where cargo-fuzz is, it seeks by coverage as well.
fuzz() {
  local target
  PRIVET_FUZZ_RUNS=${PRIVET_FUZZ_RUNS:-200000} cargo test --locked --test corpus
  # Asked of rustup, for cargo would fetch a compiler that is not there.
  if ! command -v cargo-fuzz >/dev/null || ! rustup toolchain list 2>/dev/null | grep '^nightly' >/dev/null; then
    skip fuzz "by coverage, for there is no cargo-fuzz with a nightly compiler; seeds were changed and replayed"
    return
  fi
  for target in json_read csv_read detect tagger; do
    cargo +nightly fuzz run "$target" -- -max_total_time=300 -timeout=10
  done
}

dockerfile() {
  tools
  "$work/venv/bin/hadolint" Dockerfile
}

# Against the schemas of the API: no cluster runs it.
kubernetes() {
  tools
  "$work/venv/bin/kubernetes-validate" --strict deploy/kubernetes/*.yaml
}

# Says why this machine cannot build the image, or nothing.
no_image() {
  local missing=() name
  if [ "$(id -u)" != 0 ]; then
    echo "it needs root, to make file systems"
    return
  fi
  unshare --mount true 2>/dev/null || { echo "this machine lets nobody mount or chroot"; return; }
  for name in buildah debootstrap; do command -v "$name" >/dev/null || missing+=("$name"); done
  if [ ${#missing[@]} -gt 0 ]; then
    { apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"; } >&2 ||
      { echo "apt installs no ${missing[*]}"; return; }
  fi
  curl -fsS -o /dev/null --max-time 30 "$mirror/dists/$suite/InRelease" 2>/dev/null ||
    echo "$mirror does not answer (PRIVET_DEBIAN_MIRROR names another)"
}

build_and_try_image() {
  local reason
  reason=$(no_image)
  if [ -n "$reason" ]; then
    skip image "$reason"
    return
  fi
  image
  # In a shell of its own, whose end removes the container.
  (try_image)
}

check() { # part
  say "$1"
  case $1 in
    features | refusals | kills | clouds | weights | fuzz | flow | dockerfile | kubernetes) "$1" ;;
    image) build_and_try_image ;;
    *) fail "unknown part $1; known are features, refusals, kills, clouds, weights, fuzz, flow, dockerfile, kubernetes, image" ;;
  esac
}

[ $# -gt 0 ] || set -- features refusals kills clouds weights fuzz flow dockerfile kubernetes image
for part in "$@"; do check "$part"; done
say "all well"
for line in ${skipped[@]+"${skipped[@]}"}; do echo "but skipped: $line" >&2; done
