"""What every management command of one chapter does alike."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chapters.models import Chapter
from core.actors import Actor
from core.checks import SURROUNDINGS
from core.errors import DomainError
from core.health import NotReady, check_migrations
from core.tenancy import chapter_scope


def require_tables() -> None:
    """Refuse in one line where the tables were never made, or not all of them.

    Raises:
        CommandError: `migrate` has not run.
    """
    try:
        check_migrations()
    except NotReady as error:
        raise CommandError(f"The database is not ready ({error}). Type: python manage.py migrate") from error


class ChapterCommand(BaseCommand):
    """A command with `--chapter` and `--json` that gives one result, or refuses with one line."""

    # Without the checks of addresses, which load every page: a quarter of what a command needs of memory.
    requires_system_checks = (SURROUNDINGS,)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chapter", required=True, metavar="S", help="the chapter's short name")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        self.add_own_arguments(parser)

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        """Arguments beside the two that all have."""

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        """Do it, inside the chapter's scope; returns plain JSON.

        Raises:
            DomainError: it refuses; the words become the command's one line.
        """
        raise NotImplementedError

    def say(self, result: dict[str, Any]) -> str:
        """The result in words."""
        raise NotImplementedError

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        chapter = Chapter.objects.filter(slug=options["chapter"]).first()
        if chapter is None:
            raise CommandError(f"No chapter has the short name {options['chapter']}.")
        name = type(self).__module__.rpartition(".")[2]
        actor = Actor.system(chapter_id=chapter.pk, label=name)
        with chapter_scope(chapter, actor):
            try:
                result = self.work(chapter, actor, options)
            except DomainError as error:
                raise CommandError(" ".join(str(error).split())) from error
        self.stdout.write(json.dumps(result) if options["json"] else self.say(result))
