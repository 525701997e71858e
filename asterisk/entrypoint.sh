#!/bin/sh
# Starts Asterisk in its container: configuration from the environment, folders, sounds, and a clean environment, so
# that no secret of this one can be read through a function of the dialplan.
set -eu
umask 007
here=$(dirname "$0")

# The image says where; render.sh has the defaults of the rest.
: "${ASTERISK_ETC:?}" "${ASTERISK_RUN:?}" "${ASTERISK_LIB:?}" "${ASTERISK_SPOOL:?}" "${ASTERISK_LOG:?}"
: "${ASTERISK_RECORDINGS:?}" "${ASTERISK_SOUNDS:?}" "${ASTERISK_TRUNKS:?}"
case $(hostname) in
[!A-Za-z]*)
    # RFC 3261's toplabel: JsSIP drops every message with such an address in it, in silence.
    echo "entrypoint.sh: the host name $(hostname) must begin with a letter (docker run --hostname)" >&2
    exit 1
    ;;
esac
for found in /usr/lib/*/asterisk/modules /usr/lib/asterisk/modules; do
    [ -d "$found" ] && export ASTERISK_MODULES="${ASTERISK_MODULES:-$found}"
done
if [ -n "${ASTERISK_EXTERNAL_ADDRESS:-}" ] && [ -z "${ASTERISK_MEDIA_ADDRESS:-}" ]; then
    # Of this container's addresses the one that looks like its gateway's: sound leaves by it.
    gateway=$(awk '$2 == "00000000" { print $3; exit }' /proc/net/route)
    third=$(printf '%d' "0x$(printf '%s' "$gateway" | cut -c5-6)")
    network="$(printf '%d' "0x$(printf '%s' "$gateway" | cut -c7-8)").$third"
    ASTERISK_MEDIA_ADDRESS=$(hostname -I | tr ' ' '\n' | grep -m 1 "^$network\.") ||
        ASTERISK_MEDIA_ADDRESS=$(hostname -I | cut -d ' ' -f 1)
    export ASTERISK_MEDIA_ADDRESS
fi

mkdir -p "$ASTERISK_RUN" "$ASTERISK_LIB/keys" "$ASTERISK_SPOOL" "$ASTERISK_LOG/cel-custom" "$ASTERISK_LOG/cdr-custom" \
    "$ASTERISK_RECORDINGS" "$ASTERISK_SOUNDS/company" "$(dirname "$ASTERISK_TRUNKS")"
sh "$here/render.sh" "$ASTERISK_ETC"
rm -rf "$ASTERISK_SOUNDS/cadencia"
cp -r "$here/sounds" "$ASTERISK_SOUNDS/cadencia"

sh "$here/rotate.sh" "$ASTERISK_LOG" &
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 TZ="${TZ:-UTC}" \
    asterisk -f -C "$ASTERISK_ETC/asterisk.conf"
