# One program with the web pages inside, as `make release` builds it.
#
#   docker build --tag studyhall .

FROM node:22-bookworm-slim AS web
WORKDIR /studyhall
COPY schema.graphql ./
COPY web web
WORKDIR /studyhall/web
RUN npm ci --no-audit --no-fund && npm run build

FROM rust:1.95-slim-bookworm AS program
# aws-lc and SQLite are compiled from C.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends cmake g++ make pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /studyhall
COPY . .
COPY --from=web /studyhall/web/dist web/dist
RUN cargo build --release --locked --features embed-web,otlp,s3

FROM debian:bookworm-slim
# Certificates of mail servers, PostgreSQL and S3.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates curl \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --user-group --no-create-home studyhall \
 && install --directory --owner=studyhall --group=studyhall --mode=0700 /var/lib/studyhall
COPY --from=program /studyhall/target/release/studyhall /usr/local/bin/studyhall
COPY --from=program /studyhall/LICENSE /studyhall/web/dist/licenses.md /usr/share/doc/studyhall/
USER 10001
ENV STUDYHALL_LISTEN=0.0.0.0:8000 STUDYHALL_DATA_DIR=/var/lib/studyhall
VOLUME /var/lib/studyhall
EXPOSE 8000
# By /healthz: a node that has lost its database becomes ready again without a restart.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["curl", "--fail", "--silent", "http://127.0.0.1:8000/healthz"]
ENTRYPOINT ["studyhall"]
CMD ["serve"]
