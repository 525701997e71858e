# The product's image: one for web, dial, worker, beat, calls, ami and migrate, which differ by command alone.
# Plain Debian as the base, so that it can be built where there is no image registry (docs/deployment.md).
#   docker build --target product -t cadencia .
#   docker build --target nginx -t cadencia-nginx .

FROM debian:bookworm-slim AS base
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends ca-certificates python3 tini \
    && apt-get clean && rm -rf /var/lib/apt/lists/* /usr/share/doc /usr/share/man /usr/share/locale \
    && groupadd --gid 10001 cadencia \
    && useradd --uid 10001 --gid 10001 --home-dir /srv/cadencia --shell /usr/sbin/nologin cadencia

FROM base AS packages
RUN apt-get update -q && apt-get install -y -q --no-install-recommends python3-venv && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY requirements/bootstrap.lock requirements/base.lock requirements/
RUN python3 -m venv /opt/tools \
    && /opt/tools/bin/pip install --quiet --require-hashes -r requirements/bootstrap.lock \
    && python3 -m venv --without-pip /opt/cadencia \
    && /opt/tools/bin/uv pip install --quiet --no-cache --require-hashes \
        --python /opt/cadencia/bin/python -r requirements/base.lock

FROM packages AS front
COPY requirements/node.lock requirements/
RUN /opt/tools/bin/uv pip install --quiet --no-cache --require-hashes \
    --python /opt/tools/bin/python -r requirements/node.lock
ENV PATH=/opt/tools/bin:$PATH
COPY web/package.json web/package-lock.json web/.npmrc web/
RUN cd web && npm ci --no-audit --no-fund --no-update-notifier --loglevel error
COPY web web
RUN cd web && npm run build --silent

FROM packages AS code
WORKDIR /srv/cadencia
COPY manage.py ./
COPY accounts accounts
COPY agents agents
COPY billing billing
COPY calls calls
COPY campaigns campaigns
COPY common common
COPY contacts contacts
COPY desk desk
COPY dialer dialer
COPY integrations integrations
COPY live live
COPY screens screens
COPY telephony telephony
COPY tenants tenants
COPY templates templates
COPY locale locale
COPY deploy/health.py deploy/health.py
COPY --from=front /build/web/dist web/dist
# No setting of these reaches the image's environment: they only let Django start here.
RUN for source in locale/*/LC_MESSAGES/*.po; do \
        /opt/cadencia/bin/pybabel --quiet compile -i "$source" -o "${source%.po}.mo" || exit 1; \
    done \
    && CADENCIA_SECRET_KEY=only-for-collectstatic-in-the-build-of-this-image-xxxxxxxx \
       DATABASE_URL=postgres://none@none/none REDIS_URL=redis://none/0 CADENCIA_STATIC_ROOT=/srv/static \
       /opt/cadencia/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && /opt/cadencia/bin/python -m compileall -q . || exit 1

FROM base AS product
WORKDIR /srv/cadencia
COPY --from=packages /opt/cadencia /opt/cadencia
COPY --from=code /srv/cadencia /srv/cadencia
COPY --from=code /srv/static /srv/static
ENV PATH=/opt/cadencia/bin:$PATH CADENCIA_STATIC_ROOT=/srv/static CADENCIA_DATA_DIR=/data \
    CADENCIA_RECORDINGS_DIR=/recordings CADENCIA_SOUNDS_DIR=/sounds
# Volumes that Docker makes take over the owner of the folder below them.
RUN install -d -o cadencia -g cadencia /data /recordings /sounds /switch
USER cadencia
ENTRYPOINT ["/usr/bin/tini", "--"]
# One process for each core, unless WEB_PROCESSES says otherwise (ADR 30).
CMD ["sh", "-c", "exec python -m dialer.web --host 0.0.0.0 --port 8000 --processes \"${WEB_PROCESSES:-0}\""]

FROM debian:bookworm-slim AS nginx
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends nginx-light openssl gettext-base curl \
    && apt-get clean \
    && rm -rf /var/lib/apt/lists/* /usr/share/doc /usr/share/man /usr/share/locale /etc/nginx/sites-enabled \
    && groupadd --gid 10001 cadencia \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin cadencia \
    && install -d -o cadencia -g cadencia -m 0700 /certs
COPY --from=code /srv/static /srv/static
COPY deploy/nginx/ /etc/cadencia/
# Nobody special: the ports inside are above 1024.
USER cadencia
EXPOSE 8080 8443
ENTRYPOINT ["/bin/sh", "/etc/cadencia/start.sh"]
