from __future__ import annotations

from django.core.management.base import CommandParser
from django.core.management.commands import migrate

from core.postgres.roles import OWNER_ALIAS


class Command(migrate.Command):
    """Django's own, as the role that owns the tables."""

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.set_defaults(database=OWNER_ALIAS)
