"""System checks: settings and surroundings that would hurt later, each with an id and what to do."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connections
from django.http.request import validate_host

from core.mail_services import SERVICES
from core.postgres.roles import APP_ALIAS, OWNER_ALIAS

SURROUNDINGS = "surroundings"
"""The tag of the checks of settings and machine; they load no page, so that commands can afford them."""

NO_SECRET_KEY = "not-set"
_POSTGRES_VERSION = 180000

# Library, as WeasyPrint loads it on Linux and macOS -> the Debian package that brings it.
_TEXT_LIBRARIES = {
    ("libpango-1.0.so.0", "libpango-1.0.dylib"): "libpango-1.0-0",
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib"): "libpangoft2-1.0-0",
}
_SUBSET_LIBRARY = ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib")
_INSTALL_LINE = (
    "Type: brew install pango"
    if sys.platform == "darwin"
    else "Type: sudo apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
)


@register(SURROUNDINGS)
def check_environment(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Variables that could not be read as what they should be."""
    hint = "Correct it in the environment or in .env; .env.example says what each variable takes."
    return [Error(problem.message, hint=hint, id="shoeleather.E001") for problem in settings.ENV.problems]


@register(SURROUNDINGS)
def check_secret_key(app_configs: Any, **_: Any) -> list[CheckMessage]:
    if settings.SECRET_KEY != NO_SECRET_KEY:
        return []
    hint = "Set it to fifty random characters: python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
    return [Error("SECRET_KEY is not set.", hint=hint, id="shoeleather.E002")]


@register(SURROUNDINGS)
def check_site_url(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The address printed on lists and in mail must be one that this server answers to."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    if validate_host(f"[{host}]" if ":" in host else host, settings.ALLOWED_HOSTS):
        return []
    message = f"SITE_URL names the host {host}, which ALLOWED_HOSTS does not."
    return [Error(message, hint="Add it to ALLOWED_HOSTS.", id="shoeleather.E003")]


@register(SURROUNDINGS)
def check_var_folder(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """The folder for data can be written to, or made."""
    folder = Path(settings.VAR_DIR)
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return []
    message = f"The folder for data, {folder}, cannot be written to."
    return [Error(message, hint="Change its owner, or set VAR_DIR.", id="shoeleather.E004")]


@register(SURROUNDINGS)
def check_text_libraries(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Without Pango nothing prints; without HarfBuzz's subsetter printing takes three times as long."""
    missing = [package for names, package in _TEXT_LIBRARIES.items() if not _loads(names)]
    if missing:
        message = f"Walk lists cannot be printed: {' and '.join(missing)} missing."
        return [Error(message, hint=_INSTALL_LINE, id="shoeleather.E005")]
    if not _loads(_SUBSET_LIBRARY):
        message = "Printing takes three times as long as it should: libharfbuzz-subset0 is missing."
        return [Warning(message, hint=_INSTALL_LINE, id="shoeleather.W006")]
    return []


@register(SURROUNDINGS)
def check_mail_service(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """News of bounces is taken from a service that is known, proves who it is, and is looked for."""
    service = settings.ANYMAIL_SERVICE
    if not service:
        return []
    if service not in SERVICES:
        message = f"ANYMAIL_SERVICE names {service}, whose news of bounces nobody here understands."
        return [Error(message, hint=f"Known are: {', '.join(sorted(SERVICES))}.", id="shoeleather.E012")]
    pairs = settings.ANYMAIL["WEBHOOK_SECRET"]
    if not pairs or not all(":" in pair for pair in pairs):
        message = "ANYMAIL_WEBHOOK_SECRET is not set to user:password, so news of bounces is not taken."
        return [Error(message, hint="Set it here and in the service's settings.", id="shoeleather.E013")]
    if SERVICES[service].signing_key and not settings.ANYMAIL.get(SERVICES[service].signing_key):
        message = f"{service} signs its news of bounces, and ANYMAIL_SIGNING_KEY is not set."
        return [Error(message, hint="Copy the key from the service's settings.", id="shoeleather.E014")]
    return []


@register(SURROUNDINGS)
def check_queue(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """Files are a queue for one machine; servers with several want Redis."""
    if settings.REDIS_URL or not settings.SECURE_SSL_REDIRECT:
        return []
    message = "REDIS_URL is not set: web and worker must run on one machine and share the folder for data."
    return [Warning(message, id="shoeleather.W007")]


@register(Tags.database)
def check_database(app_configs: Any, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """The server keeps no time of a row, and the app's role is a plain one."""
    if not databases or APP_ALIAS not in databases:
        return []
    with connections[APP_ALIAS].cursor() as cursor:
        cursor.execute(
            "SELECT current_setting('track_commit_timestamp'), current_setting('server_version_num')::int,"
            " rolsuper OR rolbypassrls, current_user FROM pg_roles WHERE rolname = current_user"
        )
        tracks, version, is_strong, app_role = cursor.fetchone()
    owner_role = connections[OWNER_ALIAS].settings_dict["USER"] or app_role
    return [
        *_check_commit_timestamp(tracks),
        *_check_version(version),
        *_check_roles(app_role, owner_role, is_strong),
    ]


def _check_commit_timestamp(tracks: str) -> Iterable[CheckMessage]:
    if tracks == "on":
        yield Error(
            "PostgreSQL keeps the time of every commit: ballots could be put in the order they were cast.",
            hint="Set track_commit_timestamp = off in postgresql.conf and restart PostgreSQL.",
            id="shoeleather.E008",
        )


def _check_version(version: int) -> Iterable[CheckMessage]:
    if version < _POSTGRES_VERSION:
        yield Warning(
            f"PostgreSQL {version // 10000} is older than what this was built and tested on.",
            hint="Use PostgreSQL 18.",
            id="shoeleather.W009",
        )


def _check_roles(app_role: str, owner_role: str, is_strong: bool) -> Iterable[CheckMessage]:
    hint = "Make two roles as docker-compose.yml does, and set DATABASE_URL and DATABASE_OWNER_URL."
    if is_strong:
        message = f"The app's database role {app_role} is a superuser or bypasses row-level security."
        yield Warning(message, hint=hint, id="shoeleather.W010")
    if app_role == owner_role:
        message = f"The app's database role {app_role} also owns the tables, and so can change their rules."
        yield Warning(message, hint=hint, id="shoeleather.W011")


def _loads(names: Sequence[str]) -> bool:
    for name in names:
        try:
            ctypes.CDLL(name)
        except OSError:
            continue
        return True
    return False
