# syntax=docker/dockerfile:1

# Two images, each with the same static binary:
#
#   docker build --target static -t podline .      nothing but podline; it runs as nobody in particular
#   docker build --target shell  -t podline:ci .   with a shell, for CI systems that run their jobs inside it
#
# A release takes the binaries that it has built already: --build-context build=DIR puts DIR, with one binary a
# platform as linux/amd64/podline, in the place of the first stage.

FROM rust:1.95-alpine AS build
ARG TARGETPLATFORM
RUN apk add --no-cache make musl-dev
WORKDIR /podline
COPY . .
# Pages of memory have up to 64 KiB on arm64; the allocator must know that when it is built.
RUN if [ "$TARGETPLATFORM" = linux/arm64 ]; then export JEMALLOC_SYS_WITH_LG_PAGE=16; fi && \
    cargo build --release --locked && install -D target/release/podline "/$TARGETPLATFORM/podline"

FROM scratch AS static
ARG TARGETPLATFORM
COPY --from=build --chmod=755 /${TARGETPLATFORM}/podline /usr/local/bin/podline
# Any number will do: podline reads what it is given, and needs no account.
USER 65532:65532
WORKDIR /work
ENTRYPOINT ["/usr/local/bin/podline"]

FROM alpine:3.22 AS shell
ARG TARGETPLATFORM
COPY --from=build --chmod=755 /${TARGETPLATFORM}/podline /usr/local/bin/podline
# The user stays root, as the containers of GitHub and GitLab expect of jobs that write into their checkout. No entry
# point either: these systems start a shell.
WORKDIR /work
CMD ["podline", "--help"]
