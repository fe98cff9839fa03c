"""One machine, http on localhost: what `make run` serves and what a developer works with."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from urllib.parse import urlsplit

from config.settings.base import *
from config.settings.base import ENV, PORT, SERVED_PORT_FILE, STORAGES, VAR_DIR


def _kept_secret_key() -> str:
    """A key of this checkout's own, made once."""
    file = VAR_DIR / "secret_key"
    try:
        return file.read_text()
    except FileNotFoundError:
        VAR_DIR.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process made it just now
        return file.read_text()
    key = secrets.token_urlsafe(50)
    with open(descriptor, "w") as made:
        made.write(key)
    return key


def _served_port() -> int:
    """Where `manage.py serve` listens, said by itself; a command in another terminal prints that address."""
    if not os.environ.get("PORT"):
        with suppress(FileNotFoundError, ValueError):
            return int((VAR_DIR / SERVED_PORT_FILE).read_text())
    return PORT


DEBUG = ENV.flag("DEBUG")
SECRET_KEY = ENV.text("SECRET_KEY") or _kept_secret_key()
SITE_URL = ENV.url("SITE_URL", f"http://localhost:{_served_port()}")
ALLOWED_HOSTS = ENV.words(
    "ALLOWED_HOSTS", [urlsplit(SITE_URL).hostname or "", "localhost", "127.0.0.1", "[::1]"]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = False
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
LANGUAGE_COOKIE_SECURE = False

# The demo signs in without a telephone at hand, and there is no proxy.
REQUIRE_SECOND_FACTOR = ENV.flag("REQUIRE_SECOND_FACTOR", False)
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.number("TRUSTED_PROXIES", 0)

# Served from static/ and node_modules/ as they are, without collecting them first.
STATIC_ROOT = None  # type: ignore[assignment]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
STORAGES = {
    **STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

# Mail is written to var/mail, one file a message.
EMAIL_BACKEND = ENV.text("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
