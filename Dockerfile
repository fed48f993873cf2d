# The image of the sidecar: built on slim Debian, run on one that has a C library and nothing else.
#
#   docker build -t privet .
#   docker run -v ./privet.yaml:/etc/privet/privet.yaml:ro privet
#
# Another registry, or other bases with the same C library: --build-arg BUILD_IMAGE=… --build-arg RUN_IMAGE=…
ARG BUILD_IMAGE=docker.io/library/rust:1.95-slim-bookworm
ARG RUN_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM ${BUILD_IMAGE} AS build
# What librdkafka needs goes into the binary, for the run stage has neither OpenSSL nor zlib. OpenSSL's archives stand
# in a directory of their own: in the system's, the build would find the shared libraries first.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ libc6-dev libssl-dev make pkg-config \
 && rm -rf /var/lib/apt/lists/* \
 && mkdir /openssl \
 && cp "/usr/lib/$(gcc -print-multiarch)/libssl.a" "/usr/lib/$(gcc -print-multiarch)/libcrypto.a" /openssl/
ENV OPENSSL_STATIC=1 OPENSSL_LIB_DIR=/openssl OPENSSL_INCLUDE_DIR=/usr/include LIBZ_SYS_STATIC=1 CARGO_HOME=/cargo
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/cargo --mount=type=cache,target=/src/target \
    cargo build --release --locked --bin privet \
 && strip --strip-debug -o /privet target/release/privet

# hadolint ignore=DL3006
FROM ${RUN_IMAGE}
COPY --from=build /privet /usr/local/bin/privet
# What the makers of the tagger's data ask to stand beside a copy.
COPY LICENSE NOTICE /usr/share/doc/privet/
# By number, so that Kubernetes can tell that it is not root.
USER 65532:65532
# Asks the admin listener, on its default port 9464, whether it is ready.
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["/usr/local/bin/privet", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/privet"]
CMD ["run", "-c", "/etc/privet/privet.yaml"]
