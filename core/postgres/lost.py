"""Telling a lost connection from everything else that a database may say."""

from __future__ import annotations

import django.db
import psycopg2

_ERRORS = (
    django.db.OperationalError,
    django.db.InterfaceError,
    psycopg2.OperationalError,
    psycopg2.InterfaceError,
)
# Connection exceptions, and the server being stopped, crashed or not up yet (PostgreSQL, appendix A).
_CLASSES = ("08", "57P")


def is_connection_lost(error: BaseException) -> bool:
    """Whether the server went away under this error, or under one that led to it."""
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        if isinstance(found, _ERRORS) and _says_lost(found):
            return True
        seen.add(id(found))
        found = found.__cause__ or found.__context__
    return False


def _says_lost(error: BaseException) -> bool:
    """A server that is gone gives no code; one that answers says why it refuses."""
    own = error if isinstance(error, psycopg2.Error) else error.__cause__
    code = getattr(own, "pgcode", None)
    return code is None or code.startswith(_CLASSES)
