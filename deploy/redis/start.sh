#!/bin/sh
# Every write on disk before it is acknowledged: the marks of what was dialed must survive (docs/runbook.md).
set -eu
: "${REDIS_PASSWORD:?REDIS_PASSWORD is not set}"
exec redis-server - <<CONF
bind 0.0.0.0
port 6379
dir /var/lib/cadencia
appendonly yes
appendfsync always
save ""
maxmemory-policy noeviction
requirepass $REDIS_PASSWORD
CONF
