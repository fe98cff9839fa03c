"""Settings of a production server. Every variable read here stands in .env.example."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.env import Env
from core.mail_services import SERVICES
from core.postgres.roles import APP_ROLE, DATABASE_NAME, OWNER_ROLE
from core.postgres.server import PORT as EMBEDDED_PORT
from core.postgres.server import EmbeddedServer

BASE_DIR = Path(__file__).resolve().parents[2]

ENV = Env.load(BASE_DIR / ".env")

VAR_DIR = ENV.folder("VAR_DIR", BASE_DIR / "var")

# --- Who we are ---------------------------------------------------------------------------------------

DEBUG = False
SECRET_KEY = ENV.text("SECRET_KEY", "not-set")  # core.checks refuses to start with this one
SECRET_KEY_FALLBACKS = ENV.words("SECRET_KEY_FALLBACKS")
SITE_URL = ENV.url("SITE_URL", "https://localhost")
_own_hosts = [urlsplit(SITE_URL).hostname or "localhost", "localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = ENV.words("ALLOWED_HOSTS", _own_hosts)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- What it is made of -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "coalitions",
    "canvassing",
    "endorsements",
    "precincts",
    "chapters",
    "core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "rules",
    "csp",
    "django_htmx",
    "template_partials",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "core.preferences.PreferencesMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "chapters.middleware.ScopeMiddleware",
    "chapters.middleware.SecondFactorMiddleware",
    "core.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "core.context_processors.frame",
            ],
        },
    },
]
FORM_RENDERER = "core.forms.PageRenderer"

# --- Database -----------------------------------------------------------------------------------------

# Two roles on one database: `default` is the app's and may only read and write rows, `owner` makes and
# changes tables. Without DATABASE_URL both are on the embedded server under var/postgres.
_named = ENV.database("DATABASE_URL")
_named_owner = ENV.database("DATABASE_OWNER_URL")
_embedded = EmbeddedServer(VAR_DIR / "postgres")
_engine = {
    "ENGINE": "core.postgres",
    "CONN_MAX_AGE": ENV.number("CONN_MAX_AGE", 60),  # without it a page costs five times as much
    "CONN_HEALTH_CHECKS": True,
}
_place = _named or {
    "NAME": DATABASE_NAME,
    "USER": APP_ROLE,
    "HOST": str(_embedded.socket_folder),
    "PORT": str(EMBEDDED_PORT),
    "EMBEDDED_DATA": _embedded.data,
}
_owner_place = (_named_owner or _place) if _named else {**_place, "USER": OWNER_ROLE}

DATABASES = {
    "default": {**_engine, **_place},
    "owner": {**_engine, **_owner_place, "CONN_MAX_AGE": 0},
}
APP_ROLE_MAY_TRUNCATE = False  # only test databases are emptied
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery and cache ---------------------------------------------------------------------------------

REDIS_URL = ENV.url("REDIS_URL", schemes=("redis", "rediss"))
QUEUE_DIR = VAR_DIR / "queue"

CELERY_BROKER_URL = REDIS_URL or "filesystem://"
if REDIS_URL:
    # A worker that dies keeps its message for this long; the sweeper does not wait for it.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"visibility_timeout": 3600}
else:
    CELERY_BROKER_TRANSPORT = "core.queue:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        # One folder for both ways, so that web and worker find each other's messages.
        "data_folder_in": str(QUEUE_DIR / "messages"),
        "data_folder_out": str(QUEUE_DIR / "messages"),
        "processed_folder": str(QUEUE_DIR / "taken"),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.1,
    }
    # Workers would tell each other of their health through files that nobody reads.
    CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True  # the Job row is the result
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = ENV.number("WORKERS", 2, lowest=1, highest=64)
# Printing grows a process; it is replaced after so many tasks or so many kilobytes.
CELERY_WORKER_MAX_TASKS_PER_CHILD = 50
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 500_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat" / "schedule")
CELERY_BEAT_SCHEDULE = {
    "sweep jobs": {"task": "chapters.sweep_jobs", "schedule": crontab(), "options": {"expires": 55}},
    "look at the schedule": {
        "task": "chapters.look_at_schedule",
        "schedule": crontab(),
        "options": {"expires": 55},
    },
    "send mail": {"task": "chapters.send_mail", "schedule": crontab(), "options": {"expires": 55}},
    "erase people": {"task": "chapters.erase_people", "schedule": crontab(minute=40)},
    "clean up": {"task": "chapters.clean_up", "schedule": crontab(hour=8, minute=20)},  # night in America
}

# A running job gives a sign of life each so many seconds; silent ones are looked at by the sweeper, which
# takes them back when their worker's connection is gone, or after the longer time whatever it says.
JOB_HEARTBEAT_SECONDS = 5
JOB_SILENT_AFTER_SECONDS = 20
JOB_DEAD_AFTER_SECONDS = 600
JOB_LOST_AFTER_SECONDS = 120  # a waiting job is queued again after this
JOB_ATTEMPTS = 3
# Days after which the clean-up deletes what finished work was given and has made, and uploads nobody used.
JOB_FILES_KEPT_DAYS = ENV.number("JOB_FILES_KEPT_DAYS", 30, lowest=1)
UPLOADS_KEPT_DAYS = ENV.number("UPLOADS_KEPT_DAYS", 7, lowest=1)
# Days after which the log of mail keeps that a mail was sent, but no longer what it said.
MAIL_WORDS_KEPT_DAYS = ENV.number("MAIL_WORDS_KEPT_DAYS", 365, lowest=1)

# A voter file from which a larger share of the listed voters is missing wants a confirmation.
IMPORT_GONE_PERCENT = ENV.number("IMPORT_GONE_PERCENT", 20, lowest=0, highest=100)

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache",
    }
}

# --- AUTH (the chapters app's: accounts, sign-in, second factor) -----------------------------------------

AUTH_USER_MODEL = "chapters.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

# An account comes with an invitation; nobody signs up. One address an account, and it is the user's name.
ACCOUNT_ADAPTER = "chapters.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1"]  # for sign-in too: without it there is no password field
ACCOUNT_FORMS = {"login": "chapters.forms.accounts.SignInForm"}
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_SESSION_REMEMBER = True
# Codes are typed: a link opens outside the app that was added to the home screen.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600

MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Shoeleather"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off

# The proxy in front tells whom it speaks for; attempts are counted by that address.
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.number("TRUSTED_PROXIES", 1)

# Organizers, committee chairs and whoever may take data out need a second factor before anything else.
REQUIRE_SECOND_FACTOR = ENV.flag("REQUIRE_SECOND_FACTOR", True)

# --- end of AUTH ------------------------------------------------------------------------------------------

# --- Words and clocks ---------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "core.formats"
TIME_ZONE = "UTC"  # people read times in their chapter's zone
USE_TZ = True

# --- Files --------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# Compressed as they are, or, like source maps, read by developers alone.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "jpg", "webp", "gz", "br", "woff", "woff2", "map")
STATIC_ROOT = ENV.folder("STATIC_DIR", VAR_DIR / "static")
_packages = BASE_DIR / "node_modules"
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *(
        (f"vendor/{name}", folder)
        for name, folder in {
            "bootstrap": _packages / "bootstrap" / "dist",
            "bootstrap-icons": _packages / "bootstrap-icons" / "font",
            "leaflet": _packages / "leaflet" / "dist",
            "source-sans-3": _packages / "@fontsource-variable" / "source-sans-3" / "files",
            "source-serif-4": _packages / "@fontsource-variable" / "source-serif-4" / "files",
        }.items()
    ),
]
STORAGES = {
    # Private: voter files, printed lists. Views check the right and send them; no address leads there.
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "media"},
    },
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": VAR_DIR / "media"},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR_DIR / "media"
FILE_UPLOAD_TEMP_DIR = None
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700

# --- Walls --------------------------------------------------------------------------------------------

SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]  # asked from inside, without the proxy
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = True
CSRF_FAILURE_VIEW = "core.views.errors.csrf_failure"
CSRF_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- Mail ---------------------------------------------------------------------------------------------

EMAIL_BACKEND = ENV.text("EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
EMAIL_HOST = ENV.text("EMAIL_HOST", "localhost")
EMAIL_PORT = ENV.number("EMAIL_PORT", 25, lowest=1, highest=65535)
EMAIL_HOST_USER = ENV.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = ENV.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = ENV.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
EMAIL_FILE_PATH = str(VAR_DIR / "mail")
DEFAULT_FROM_EMAIL = ENV.text("DEFAULT_FROM_EMAIL", "shoeleather@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# What all chapters together may send in a minute; each has a limit of its own besides. 0: no limit.
MAILS_PER_MINUTE = ENV.number("MAILS_PER_MINUTE", 600)

# The mail service that tells of bounces and complaints at /hooks/mail/, the user:password pairs it may use, and the
# key it signs with. Mail itself goes by SMTP, which all of them offer.
ANYMAIL_SERVICE = ENV.text("ANYMAIL_SERVICE")
ANYMAIL: dict[str, Any] = {"WEBHOOK_SECRET": ENV.words("ANYMAIL_WEBHOOK_SECRET")}
_signing_key = ENV.text("ANYMAIL_SIGNING_KEY")
if ANYMAIL_SERVICE in SERVICES and SERVICES[ANYMAIL_SERVICE].signing_key:
    ANYMAIL[SERVICES[ANYMAIL_SERVICE].signing_key] = _signing_key

# --- The HTTP API -------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
}

# --- Said aloud ---------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": ENV.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "fontTools": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
        "kombu.connection": {"level": "ERROR"},  # says that a queue of files has no host name
    },
}

# Where the server listens; `manage.py serve` reads it.
PORT = ENV.number("PORT", 8000, lowest=1, highest=65535)
SERVED_PORT_FILE = "port"  # in VAR_DIR while it does
