# PostgreSQL and Redis as Debian has them: plain bases, built where there is no image registry.

FROM debian:bookworm-slim AS postgres
ARG DEBIAN_FRONTEND=noninteractive
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends postgresql-common \
    && echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf \
    && apt-get install -y -q --no-install-recommends postgresql-15 \
    && apt-get clean \
    # Compiling queries is worth its start for long reports only; its compiler is a third of the image.
    && rm -rf /usr/lib/postgresql/15/lib/bitcode /usr/lib/postgresql/15/lib/llvmjit* /usr/lib/*/libLLVM-* \
        /var/lib/apt/lists/* /usr/share/doc /usr/share/man /usr/share/locale /usr/share/postgresql/15/man \
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
    && apt-get clean && rm -rf /var/lib/apt/lists/* /usr/share/doc /usr/share/man /usr/share/locale \
    && install -d -o redis -g redis /var/lib/cadencia
COPY --chmod=0755 deploy/redis/start.sh /usr/local/bin/start
USER redis
VOLUME /var/lib/cadencia
ENTRYPOINT ["/usr/local/bin/start"]
