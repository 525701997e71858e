#!/bin/sh
# Writes Asterisk's configuration: render.sh FOLDER. Used by the container's entrypoint and by tools/asterisk alike.
#
# In etc/, @NAME@ stands for the variable ASTERISK_NAME, and a line that begins with ?NAME? is there only when that is
# set. Every setting is here with its default; a secret has none.
set -eu

target=${1:?usage: render.sh FOLDER}
source=$(dirname "$0")/etc
umask 027

fail() {
    echo "render.sh: $*" >&2
    exit 1
}

setting() { # NAME DEFAULT
    eval "value=\${ASTERISK_$1-}"
    [ -n "$value" ] || value=$2
    eval "ASTERISK_$1=\$value"
    export "ASTERISK_$1"
}

# Where things are, as Asterisk itself sees them.
setting ETC /etc/asterisk
setting LIB /var/lib/asterisk
setting SPOOL /var/spool/asterisk
setting LOG /var/log/asterisk
setting RUN /run/asterisk
setting DATA /usr/share/asterisk
setting MODULES /usr/lib/asterisk/modules
setting RECORDINGS "$ASTERISK_SPOOL/recordings"
setting SOUNDS "$ASTERISK_LIB/sounds"
setting TRUNKS "$ASTERISK_LIB/trunks/pjsip_trunks.conf"
# The product's way in: on the inner address only.
setting AMI_BIND 127.0.0.1
setting AMI_PORT 5038
setting AMI_PERMIT 127.0.0.1/32
setting AMI_SECRET ""
setting HTTP_BIND 127.0.0.1
setting HTTP_PORT 8088
setting ARI_SECRET ""
# TLS without a proxy in front; both files, or none.
setting TLS_CERTIFICATE ""
setting TLS_KEY ""
setting TLS_BIND 0.0.0.0:8089
# Carriers.
setting SIP_BIND 0.0.0.0
setting SIP_PORT 5060
setting SIP_TLS_PORT 5061
# Whom a carrier's certificate must come from; without it there is no TLS to carriers.
setting CA_FILE ""
# Behind NAT: the address that the world sees, the one that this machine has, and what is not behind it.
setting EXTERNAL_ADDRESS ""
setting MEDIA_ADDRESS ""
setting LOCAL_NETS 10.0.0.0/8,172.16.0.0/12,192.168.0.0/16
# Sound: two ports a leg. STUN and TURN for browsers at home.
setting RTP_START 10000
setting RTP_END 19999
setting STUN ""
setting TURN ""
setting TURN_USER ""
setting TURN_SECRET ""
# How many campaigns of all companies may have a queue at once.
setting QUEUES 1000

for name in AMI_SECRET ARI_SECRET; do
    eval "value=\$ASTERISK_$name"
    [ "${#value}" -ge 16 ] || fail "ASTERISK_$name must be set, to 16 characters or more"
done
case $ASTERISK_QUEUES in
'' | *[!0-9]* | ?????*) fail "ASTERISK_QUEUES=$ASTERISK_QUEUES must be a number up to 9999" ;;
esac
[ -z "$ASTERISK_EXTERNAL_ADDRESS" ] || [ -n "$ASTERISK_MEDIA_ADDRESS" ] ||
    fail "ASTERISK_EXTERNAL_ADDRESS needs ASTERISK_MEDIA_ADDRESS, this machine's own"

render() { # FILE
    awk -v root="${ASTERISK_ROOT-}" '
        function value(name,    key) {
            key = "ASTERISK_" name
            if (!(key in ENVIRON)) { print "render.sh: nobody sets " key > "/dev/stderr"; exit 1 }
            # A semicolon begins a comment, a line break a setting of its own.
            if (ENVIRON[key] ~ /[;\n\r\\]/) { print "render.sh: unusable character in " key > "/dev/stderr"; exit 1 }
            return ENVIRON[key]
        }
        {
            while (match($0, /^\?[A-Z_]+\? /)) {
                if (value(substr($0, 2, RLENGTH - 3)) == "") next
                $0 = substr($0, RLENGTH + 1)
            }
        }
        /^load = / {
            module = root value("MODULES") "/" $3
            # Negative: it can not be read, so it is not there. Without a shell: a path is nothing but a path.
            if ((getline ignored < module) < 0) next
            close(module)
        }
        {
            done = ""; rest = $0
            while (match(rest, /@[A-Z][A-Z_]*@/)) {
                done = done substr(rest, 1, RSTART - 1) value(substr(rest, RSTART + 1, RLENGTH - 2))
                rest = substr(rest, RSTART + RLENGTH)
            }
            print done rest
        }' "$source/$1"
}

mkdir -p "$target"
for path in "$source"/*.conf; do
    name=$(basename "$path")
    render "$name" >"$target/$name.new" || fail "$name could not be written"
    [ "$name" != queues.conf ] ||
        awk -v count="$ASTERISK_QUEUES" 'BEGIN { for (i = 1; i <= count; i++) printf "[q%04d](pool)\n", i }' \
            >>"$target/$name.new"
    mv "$target/$name.new" "$target/$name"
done
