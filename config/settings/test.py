"""The local settings, for tests: a database of their own, mail kept in memory."""

from __future__ import annotations

from pathlib import Path

from config.settings.local import *
from config.settings.local import BASE_DIR, DATABASES, ENV, STORAGES, VAR_DIR

TEST_DATA_DIR = ENV.folder("TEST_DATA_DIR", Path(BASE_DIR).parent / "shared" / "data")

# Several people can test one checkout at once, each with a suffix of their own.
_suffix = ENV.text("TEST_DATABASE_SUFFIX")
for _database in DATABASES.values():
    _database["TEST"] = {"NAME": "_".join(["test", str(_database["NAME"]), *filter(None, [_suffix])])}
    # A test's rows need not survive a power cut.
    _database["OPTIONS"] = {"options": "-c synchronous_commit=off"}
APP_ROLE_MAY_TRUNCATE = True

SITE_URL = "http://localhost:8000"
SECRET_KEY = "only-for-tests"
TESTING = True  # an unknown icon fails the test
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WHITENOISE_AUTOREFRESH = True

# Nothing leaves a test's process unless the test starts a worker itself.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT = "memory"
CELERY_BROKER_TRANSPORT_OPTIONS = {}

STORAGES = {
    **STORAGES,
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "test-media"},
    },
}
