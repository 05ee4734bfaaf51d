# This file is for every architecture. To build the image for another one:
#   docker buildx build --platform linux/arm64 -t videostatus .
# The base images are pinned by digest; Dependabot updates them.
FROM rust:1-slim-bookworm@sha256:b5395fa1e42e25148de9b2fd8c8c3a8a341ccb17554ade0ad6bd9a47031f5101 AS build
WORKDIR /build

# The dependencies are built in a layer of their own, with empty crates in place of the
# real ones, so that the layer changes only with the manifests.
COPY Cargo.toml Cargo.lock ./
COPY sandbox/Cargo.toml sandbox/
COPY testing/Cargo.toml testing/
# The manifest names a test and a bench, so their files must exist, too.
RUN mkdir -p src sandbox/src testing/src tests/page benches \
    && echo 'fn main() {}' > src/main.rs \
    && touch src/lib.rs sandbox/src/lib.rs testing/src/lib.rs tests/page/main.rs benches/core.rs \
    && cargo build --release --locked

COPY . .
# The commit for `--version`, because the build has no .git.
ARG VIDEOSTATUS_COMMIT=
# Touching makes the files newer than the build of the empty ones, because COPY keeps old
# times. The data folder is created here because the final image has no shell.
RUN touch src/main.rs src/lib.rs sandbox/src/lib.rs \
    && cargo build --release --locked --bin videostatus \
    && install -d /out/data/tmp \
    && install target/release/videostatus /out/ \
    && install -m 644 "$(cc -print-file-name=libgcc_s.so.1)" /out/

# The program needs glibc and libgcc. The image "cc" has both, but also 8 MB of OpenSSL and
# C++ libraries that the program does not use.
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
# The owner is the user below, because a new volume takes its owner from this folder.
COPY --from=build --chown=65532:65532 /out/data /data

# Downloads wait in TMPDIR for their upload, up to about 500 MiB. It is on the volume, so
# that the root file system can be read-only and downloads use no memory.
ENV HTTP_ADDR=0.0.0.0:8080 \
    TMPDIR=/data/tmp
VOLUME /data
# The port of health, metrics and /api; `INTERACTIONS_ADDR` may add another one.
EXPOSE 8080
# The user is a number, so that Kubernetes can check that it is not root.
USER 65532:65532
# With this folder the default of DATABASE_URL is on the volume. The image sets no
# DATABASE_URL, because DATABASE_URL_FILE may not be set beside it.
WORKDIR /
STOPSIGNAL SIGTERM
# The start waits for Discord, so failures during the start period do not count.
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["/usr/local/bin/videostatus", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/videostatus"]
