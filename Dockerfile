# Nothing here names an architecture: build it for another one with
#   docker buildx build --platform linux/arm64 -t videostatus .
# The base images are pinned by digest; Dependabot raises them.
FROM rust:1-slim-bookworm@sha256:b5395fa1e42e25148de9b2fd8c8c3a8a341ccb17554ade0ad6bd9a47031f5101 AS build
WORKDIR /build

# The dependencies are a layer of their own, which changes with the manifests
# only: they are built with empty crates in the place of ours.
COPY Cargo.toml Cargo.lock ./
COPY sandbox/Cargo.toml sandbox/
COPY testing/Cargo.toml testing/
# The manifest names a test and a bench, so those have to be there, too.
RUN mkdir -p src sandbox/src testing/src tests/page benches \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs sandbox/src/lib.rs testing/src/lib.rs tests/page/main.rs benches/core.rs \
    && cargo build --release --locked

COPY . .
# The image's own commit for `--version`: there is no .git in the build.
ARG VIDEOSTATUS_COMMIT=
# The touched files are newer than the empty ones' build, whatever times the copy
# kept. The data folder is made here because the final image has no shell.
RUN touch src/main.rs src/lib.rs sandbox/src/lib.rs \
    && cargo build --release --locked --bin videostatus \
    && install -d /out/data/tmp \
    && install target/release/videostatus /out/ \
    && install -m 644 "$(cc -print-file-name=libgcc_s.so.1)" /out/

# The program needs glibc and libgcc. The image "cc" has both, and 8 MB of OpenSSL
# and C++ that nothing here uses.
FROM gcr.io/distroless/base-nossl-debian12:nonroot@sha256:be40c00dfabd86576d92666e87e406714d5618342de1a0c213ad232de255172e
ARG VERSION=dev
ARG REVISION=unknown
LABEL org.opencontainers.image.title="videostatus" \
      org.opencontainers.image.description="A self-hosted Discord bot that follows AI video tasks and shows the video when it is done" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"

COPY --from=build /out/libgcc_s.so.1 /usr/lib/
COPY --from=build /out/videostatus /usr/local/bin/
# Owned by the user below: a new volume takes its owner from here.
COPY --from=build --chown=65532:65532 /out/data /data

# Downloads wait in TMPDIR for their upload: on the volume, so that the root file
# system can be read-only and no memory is used up. At most about 200 MiB.
ENV HTTP_ADDR=0.0.0.0:8080 \
    TMPDIR=/data/tmp
VOLUME /data
# Health and metrics; `INTERACTIONS_ADDR` may add another one.
EXPOSE 8080
# A number, so that Kubernetes can check that it is not root.
USER 65532:65532
# So that the default of DATABASE_URL is on the volume. The image sets no DATABASE_URL:
# DATABASE_URL_FILE would stand beside it, and only one of the two is taken.
WORKDIR /
STOPSIGNAL SIGTERM
# Start-up waits for Discord; until the first success a failure does not count.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/videostatus", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/videostatus"]
