# PostgreSQL and Redis as Debian has them: plain bases, built where there is no image registry.

FROM debian:bookworm-slim AS postgres
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends postgresql-15 \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o postgres -g postgres /var/lib/cadencia
COPY --chmod=0755 deploy/postgres/start.sh /usr/local/bin/start
USER postgres
VOLUME /var/lib/cadencia
# "Fast": ends sessions and writes a checkpoint; SIGTERM would wait for clients to leave.
STOPSIGNAL SIGINT
ENTRYPOINT ["/usr/local/bin/start"]

FROM debian:bookworm-slim AS redis
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends redis-server \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -o redis -g redis /var/lib/cadencia
COPY --chmod=0755 deploy/redis/start.sh /usr/local/bin/start
USER redis
VOLUME /var/lib/cadencia
ENTRYPOINT ["/usr/local/bin/start"]
