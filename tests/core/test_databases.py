"""Test databases: when their template is made anew, and what a test leaves to the next one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from chapters.models import AuditEvent, Chapter
from chapters.services import audit
from core.actors import Actor
from core.postgres.roles import OWNER_ALIAS
from tests.databases import Emptier, stamp_of_migrations
from tests.factories import make_chapter

MIGRATION = """
from django.db import migrations
from migrations_of_a_test._words import fill

class Migration(migrations.Migration):
    operations = [migrations.RunPython(fill)]
"""


@pytest.fixture
def migrations(tmp_path, monkeypatch, settings) -> Path:
    """The folder of one app's migrations, which the stamp reads; with one migration that imports a function."""
    folder = tmp_path / "migrations_of_a_test"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "_words.py").write_text("def fill(apps, schema_editor): pass\n")
    (folder / "0001_initial.py").write_text(MIGRATION)
    monkeypatch.syspath_prepend(tmp_path)
    settings.BASE_DIR = tmp_path
    settings.MIGRATION_MODULES = {"core": folder.name}
    yield folder
    forget(folder)


def forget(folder: Path) -> None:
    for name in [name for name in sys.modules if name.startswith(folder.name)]:
        del sys.modules[name]


@pytest.mark.parametrize("file", ["0001_initial.py", "_words.py"])
def test_the_stamp_is_another_one_when_a_migration_or_what_it_imports_changes(migrations, file):
    first = stamp_of_migrations()
    forget(migrations)
    assert stamp_of_migrations() == first

    with (migrations / file).open("a") as changed:
        changed.write("\nCOUNT = 2\n")
    forget(migrations)
    assert stamp_of_migrations() != first


def test_the_stamp_is_another_one_when_there_is_one_migration_more(migrations):
    first = stamp_of_migrations()
    (migrations / "0002_more.py").write_text(
        "from django.db import migrations\n"
        "class Migration(migrations.Migration):\n"
        "    dependencies = [('core', '0001_initial')]\n"
    )
    forget(migrations)
    assert stamp_of_migrations() != first


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_no_row_of_a_test_is_left_and_every_row_of_migrate_is():
    filled = [
        ContentType.objects.count(),
        Permission.objects.count(),
        MigrationRecorder.Migration.objects.count(),
    ]
    chapter = make_chapter("river-city")
    audit.record(by=Actor.system(chapter.pk), verb="tests.written", summary="A row for good.", row=chapter)

    emptier = Emptier(connections[OWNER_ALIAS])
    emptier.empty_tables()
    emptier.connection.close()

    assert not Chapter.objects.exists()
    assert not AuditEvent.objects.exists()
    assert [
        ContentType.objects.count(), Permission.objects.count(), MigrationRecorder.Migration.objects.count(),
    ] == filled  # fmt: skip
    assert all(filled)
