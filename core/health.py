"""What a proxy or a container asks: is the process alive, and can it do its work."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

_BROKER_SECONDS = 2


class NotReady(RuntimeError):
    """One of the things a request needs is missing."""


def check_database() -> None:
    """The app role gets an answer."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> None:
    """Every migration of this code has run.

    Raises:
        NotReady: some have not.
    """
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        raise NotReady(f"{len(waiting)} migrations have not run")


def check_broker() -> None:
    """The queue takes a connection."""
    from celery import current_app

    with current_app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=_BROKER_SECONDS)


_CHECKS: dict[str, Callable[[], None]] = {
    "database": check_database,
    "migrations": check_migrations,
    "broker": check_broker,
}


@require_safe
@never_cache
def livez(request: HttpRequest) -> JsonResponse:
    """This process answers; nothing else is looked at."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Whether the database, its migrations and the queue are there; 503 names what is not."""
    found: dict[str, str] = {}
    for name, check in _CHECKS.items():
        try:
            check()
        except Exception as error:  # noqa: BLE001  (whatever it is, the answer is "not ready")
            found[name] = str(error) if settings.DEBUG or isinstance(error, NotReady) else "unavailable"
        else:
            found[name] = "ok"
    ready = all(word == "ok" for word in found.values())
    return JsonResponse({"status": "ok" if ready else "not ready", **found}, status=200 if ready else 503)
