"""The two database roles: the owner makes and changes tables, the app reads and writes their rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

OWNER_ALIAS = "owner"
APP_ALIAS = "default"
OWNER_ROLE = "shoeleather_owner"
APP_ROLE = "shoeleather_app"
DATABASE_NAME = "shoeleather"

_READ_WRITE = ("SELECT", "INSERT", "UPDATE", "DELETE")
_APPEND_ONLY = ("SELECT", "INSERT")

# MAINTAIN lets the app role ANALYZE what it has just loaded; PostgreSQL knows it since 17.
_MAINTAIN_SINCE = 170000

_append_only_tables: set[str] = set()


def register_append_only(*tables: str) -> None:
    """Let the app role only read and add to these tables; to be called from an AppConfig's `ready`."""
    _append_only_tables.update(tables)


def append_only_tables() -> frozenset[str]:
    """The tables no app code can change or delete a row of."""
    return frozenset(_append_only_tables)


def grant_after_migrate(sender: object, *, using: str, **_: Any) -> None:
    """The `post_migrate` receiver: what the owner has just made, the app may use."""
    if using != OWNER_ALIAS:
        return
    owner = connections[OWNER_ALIAS]
    app = connections[APP_ALIAS].settings_dict
    if app["USER"] != owner.settings_dict["USER"]:
        grant_to_app(owner, app_role=app["USER"], truncate=settings.APP_ROLE_MAY_TRUNCATE)


def grant_to_app(owner: BaseDatabaseWrapper, *, app_role: str, truncate: bool = False) -> None:
    """Give the app role its rights on every table and sequence of the public schema, and no others.

    `owner` is a connection of the role that owns the tables. `truncate` is for test databases, whose
    tables are emptied between tests.
    """
    with owner.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall()]
        kept = [name for name in tables if name in _append_only_tables]
        changed = [name for name in tables if name not in _append_only_tables]
        rights = [*_READ_WRITE]
        if owner.pg_version >= _MAINTAIN_SINCE:  # type: ignore[attr-defined]
            rights.append("MAINTAIN")
        role = owner.ops.quote_name(app_role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {role}")
        for names, granted in ((changed, rights), (kept, list(_APPEND_ONLY))):
            if names:
                on = _quoted(owner, names)
                cursor.execute(f"REVOKE ALL ON {on} FROM {role}")
                extra = ["TRUNCATE"] if truncate else []
                cursor.execute(f"GRANT {', '.join([*granted, *extra])} ON {on} TO {role}")
        cursor.execute(f"GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {role}")


def _quoted(connection: BaseDatabaseWrapper, names: Iterable[str]) -> str:
    return ", ".join(connection.ops.quote_name(name) for name in names)
