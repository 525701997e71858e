#!/bin/sh
# Healthy: booted, and answering on its own socket.
exec timeout 4 asterisk -C "$ASTERISK_ETC/asterisk.conf" -rx 'core show uptime seconds' >/dev/null
