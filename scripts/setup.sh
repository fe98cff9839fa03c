#!/bin/sh
# Find a Python that is new enough and let it do the rest.
set -eu
cd "$(dirname "$0")/.."
for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        exec "$python" scripts/setup.py "$@"
    fi
done
found=$(python3 --version 2>&1) || found="no python3"
echo "Shoeleather needs Python 3.11 or newer, and found $found." >&2
echo "Install one, or name it: make PYTHON=/path/to/python3.12 run" >&2
exit 1
