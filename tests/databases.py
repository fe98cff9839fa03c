"""Test databases: migrated once into a template, then copied for each process that tests."""

from __future__ import annotations

import hashlib
import inspect
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.migrations.loader import MigrationLoader

# What `migrate` has filled; it is the same in every test.
FILLED_BY_MIGRATE = ("django_migrations", "django_content_type", "auth_permission")

# PostgreSQL's number for the lock under which templates are made, copied and dropped.
LOCK = 0x5348_4F45


def stamp_of_migrations() -> str:
    """Twelve hex digits that are others as soon as a migration, or what one takes from our modules, changes."""
    digest = hashlib.sha256()
    for key, migration in sorted(MigrationLoader(None).disk_migrations.items()):
        for file in _files_of(sys.modules[type(migration).__module__]):
            digest.update(f"{key} {file.name} ".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _files_of(migration: object) -> list[Path]:
    """The migration's file, and those of the project's functions and classes that it imports."""
    homes = {getattr(value, "__module__", None) for value in vars(migration).values()}
    imported = {Path(inspect.getfile(sys.modules[home])) for home in homes if _is_ours(home)}
    return [Path(inspect.getfile(migration)), *sorted(imported)]


def _is_ours(module: object) -> bool:
    found = sys.modules.get(module) if isinstance(module, str) else None
    return Path(getattr(found, "__file__", None) or "/").is_relative_to(settings.BASE_DIR)


def create_test_database(owner: BaseDatabaseWrapper, *, keep: bool, from_nothing: bool) -> None:
    """Make the test database of the owner's settings, and let the connection point to it.

    `keep` takes the one of the last run, if there is one, and runs what it lacks. `from_nothing` runs every
    migration in the new database instead of copying the template.
    """
    if from_nothing or (keep and _exists(owner, owner.settings_dict["TEST"]["NAME"])):
        _create(owner, owner.settings_dict["TEST"]["NAME"], keep=keep and not from_nothing)
        return
    with _template(owner) as template:
        # Migrating the copy runs no migration; it makes content types and rights as they are today.
        _create(owner, owner.settings_dict["TEST"]["NAME"], template=template)


@contextmanager
def _template(owner: BaseDatabaseWrapper) -> Iterator[str]:
    """The template's name; made when there is none of this stamp. Nobody drops it while the body runs."""
    prefix = f"template_{owner.settings_dict['NAME']}_"
    name = prefix + stamp_of_migrations()
    with owner.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        cursor.execute("SELECT datname FROM pg_database WHERE pg_get_userbyid(datdba) = current_user")
        found = {row[0] for row in cursor.fetchall()}
        for other in found - {name}:  # of migrations that have changed since, or never finished
            if re.fullmatch(re.escape(prefix) + "[0-9a-f]{12}(_begun)?", other):
                cursor.execute(f"DROP DATABASE {owner.ops.quote_name(other)}")
        if name not in found:
            _make_template(owner, cursor, name)
        yield name


def _make_template(owner: BaseDatabaseWrapper, cursor: CursorWrapper, name: str) -> None:
    begun, outside = f"{name}_begun", owner.settings_dict["NAME"]
    _create(owner, begun)
    owner.close()
    owner.settings_dict["NAME"] = settings.DATABASES[owner.alias]["NAME"] = outside
    cursor.execute(f"ALTER DATABASE {owner.ops.quote_name(begun)} RENAME TO {owner.ops.quote_name(name)}")


def _create(
    owner: BaseDatabaseWrapper, name: str, *, keep: bool = False, template: str | None = None
) -> None:
    test = owner.settings_dict["TEST"]
    before = dict(test)
    test.update(NAME=name, TEMPLATE=template)
    try:
        owner.creation.create_test_db(verbosity=0, autoclobber=True, keepdb=keep, serialize=False)
    finally:
        test.clear()
        test.update(before)


class Emptier:
    """Takes all rows away after a test that committed some, on a connection of its own, which the test cannot use."""

    def __init__(self, owner: BaseDatabaseWrapper) -> None:
        self.connection = owner.copy()
        self.connection.set_autocommit(False)

    def empty_tables(self) -> None:
        """Delete every row but those of `migrate`: a fraction of the time that truncating every table takes.

        As truncating does, it waits for whoever still works on a table, a server's thread for instance.
        """
        try:
            with self.connection.cursor() as cursor:
                self._delete_rows(cursor)
            self.connection.commit()
        finally:
            self.connection.rollback()

    def _delete_rows(self, cursor: CursorWrapper) -> None:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL(%s) ORDER BY 1",
            [list(FILLED_BY_MIGRATE)],
        )
        tables = [self.connection.ops.quote_name(name) for (name,) in cursor.fetchall()]
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
        looks = [f"SELECT {number} WHERE EXISTS (SELECT FROM {table})" for number, table in enumerate(tables)]
        cursor.execute(" UNION ALL ".join(looks))
        for (number,) in cursor.fetchall():
            cursor.execute(f"DELETE FROM {tables[number]}")


def _exists(owner: BaseDatabaseWrapper, name: str) -> bool:
    with owner.creation._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return cursor.fetchone() is not None
