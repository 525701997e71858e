#!/bin/sh
# Prints a Python of at least 3.11: the virtual environment's where it works, else the first on the PATH that runs.
here=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
for candidate in "$here/.venv/bin/python" python3 python3.14 python3.13 python3.12 python3.11 /usr/bin/python3 python; do
    if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then
        echo "$candidate"
        exit 0
    fi
done
echo "Cadência needs Python 3.11 or newer, and found none. On Debian 12 or newer: apt-get install python3 python3-venv" >&2
exit 1
