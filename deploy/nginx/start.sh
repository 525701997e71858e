#!/bin/sh
# Renders the configuration from the environment; makes a certificate of its own where none was put into /certs.
# With --render-only it writes $NGINX_CONF and does nothing else.
set -eu
umask 077
here=$(dirname "$0")
rendered=${NGINX_CONF:-/tmp/nginx.conf}
: "${CADENCIA_PUBLIC_DOMAIN:?CADENCIA_PUBLIC_DOMAIN is not set}"
: "${SIP_NODES:=}"

if [ "${1:-}" != --render-only ] && [ ! -s /certs/fullchain.pem ]; then
    echo "No certificate in /certs: making one that browsers will warn of. Put fullchain.pem and privkey.pem there."
    openssl req -x509 -newkey rsa:2048 -nodes -days 825 -subj "/CN=$CADENCIA_PUBLIC_DOMAIN" \
        -addext "subjectAltName=DNS:$CADENCIA_PUBLIC_DOMAIN,DNS:*.$CADENCIA_PUBLIC_DOMAIN" \
        -keyout /certs/privkey.pem -out /certs/fullchain.pem 2>/dev/null
fi

# "ast1=asterisk:8088 ast2=…" → one location each
SIP_LOCATIONS=""
for entry in $SIP_NODES; do
    node=${entry%%=*}
    address=${entry#*=}
    case "$node$address" in *[!a-z0-9.:_-]*) echo "SIP_NODES: '$entry' is not <node>=<host>:<port>" >&2; exit 1 ;; esac
    SIP_LOCATIONS="$SIP_LOCATIONS
        location = /sip/$node/ {
            limit_req zone=phones burst=500 nodelay;
            set \$switch $address;
            proxy_pass http://\$switch/ws;
            proxy_http_version 1.1;
            proxy_set_header Host \$host;
            proxy_set_header Upgrade \$http_upgrade;
            proxy_set_header Connection \"upgrade\";
            proxy_read_timeout 1h;
            proxy_send_timeout 1h;
        }"
done
case "${HTTPS_PORT:-443}" in 443) HTTPS_SUFFIX="" ;; *) HTTPS_SUFFIX=":$HTTPS_PORT" ;; esac
export SIP_LOCATIONS HTTPS_SUFFIX
export NAME_SERVER="${NAME_SERVER:-127.0.0.11}" UPLOAD_LIMIT="${UPLOAD_LIMIT:-2g}" WEB_ADDRESS="${WEB_ADDRESS:-web:8000}"
envsubst '${SIP_LOCATIONS} ${HTTPS_SUFFIX} ${NAME_SERVER} ${UPLOAD_LIMIT} ${WEB_ADDRESS}' \
    < "$here/nginx.conf.template" > "$rendered"
[ "${1:-}" != --render-only ] || exit 0
nginx -t -q -c "$rendered"
exec nginx -c "$rendered" -g 'daemon off;'
