#!/bin/sh
# Makes .env of .env.example with new secrets; leaves an .env that is there alone. Usage: deploy/new-env.sh [domain]
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
    echo ".env is there already; nothing was changed." >&2
    exit 0
fi
umask 077
secret() { od -An -tx1 -N32 /dev/urandom | tr -d ' \n'; }
while IFS= read -r line; do
    case "$line" in
        CADENCIA_SECRET_KEY=) echo "$line$(secret)" ;;
        POSTGRES_PASSWORD= | REDIS_PASSWORD= | AMI_SECRET= | ARI_SECRET= | PHONE_TURN_SECRET=) echo "$line$(secret)" ;;
        CADENCIA_PUBLIC_DOMAIN=*) echo "CADENCIA_PUBLIC_DOMAIN=${1:-${line#*=}}" ;;
        *) printf '%s\n' "$line" ;;
    esac
done < .env.example > .env.new
mv .env.new .env
echo "Made .env. Look through it, then: docker compose up -d"
