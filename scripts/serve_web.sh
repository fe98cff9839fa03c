#!/bin/sh
# The web process of a server: refuses to start on a wrong setting, then serves behind the proxy.
set -eu
python manage.py check --deploy --database default --fail-level ERROR
exec gunicorn config.wsgi:application --bind "0.0.0.0:${PORT:-8000}" --worker-class gthread \
    --workers "${WEB_CONCURRENCY:-2}" --threads 4 --timeout 120 --max-requests 2000 --max-requests-jitter 200
