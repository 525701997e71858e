#!/bin/sh
# Makes the cluster at the first start; the product's role owns its database and is no superuser.
set -eu
: "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD is not set}"
data=/var/lib/cadencia/15
bin=/usr/lib/postgresql/15/bin

if [ ! -s "$data/PG_VERSION" ]; then
    rm -rf "$data.new"
    "$bin/initdb" -D "$data.new" -U postgres -E UTF8 --locale=C.UTF-8 --auth-local=peer --auth-host=scram-sha-256 >/dev/null
    printf 'host all all all scram-sha-256\n' >> "$data.new/pg_hba.conf"
    "$bin/postgres" --single -D "$data.new" postgres >/dev/null <<SQL
CREATE ROLE cadencia LOGIN;
CREATE DATABASE cadencia OWNER cadencia;
SQL
    mv "$data.new" "$data"
fi

# The password of the environment is the one that counts, also after it was changed there.
quoted=$(printf %s "$POSTGRES_PASSWORD" | sed "s/'/''/g")
printf "ALTER ROLE cadencia PASSWORD '%s';\n" "$quoted" | "$bin/postgres" --single -D "$data" postgres >/dev/null

unset POSTGRES_PASSWORD
# A company is a schema of some forty tables: migrations of many lock more than the default holds.
exec "$bin/postgres" -D "$data" -h 0.0.0.0 -k /tmp \
    -c max_locks_per_transaction=512 -c max_connections="${POSTGRES_MAX_CONNECTIONS:-200}" \
    -c shared_buffers="${POSTGRES_SHARED_BUFFERS:-256MB}" -c jit=off
