"""Commands on a database whose tables were never made."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from core import health

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "command",
    [
        ["demo", "--json"],
        ["create_chapter", "River City", "--slug", "river-city", "--state", "NC", "--organizer", "a@example.org"],
        ["print_walk_lists", "--chapter", "river-city", "--all", "--out", "lists"],
        ["voters", "--chapter", "river-city", "--voted", "3/4", "--kind", "primary"],
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_a_command_before_migrate_says_in_one_line_what_to_type(command, monkeypatch):
    monkeypatch.setattr(health.MigrationExecutor, "migration_plan", lambda *_: [("chapters", "0001_initial")])
    with pytest.raises(CommandError) as refused:
        call_command(*command)
    assert str(refused.value) == (
        "The database is not ready (1 migrations have not run). Type: python manage.py migrate"
    )
