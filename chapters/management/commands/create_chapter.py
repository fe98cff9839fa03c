from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from chapters.commands import require_tables
from chapters.enums import ChapterKind
from chapters.models import Chapter
from chapters.services.chapters import found_chapter
from core.actors import Actor
from core.errors import DomainError
from core.http import chapter_url


class Command(BaseCommand):
    help = (
        "Found a chapter with its first organizer, who can sign in at once with a code sent by e-mail. "
        "With --kind region or national it founds what chapters can stand under."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--slug", required=True, metavar="S", help="short name in addresses: river-city")
        parser.add_argument("--state", default="", metavar="XX", help="two letters; a chapter needs it")
        parser.add_argument("--organizer", required=True, metavar="EMAIL")
        parser.add_argument("--organizer-name", default="", metavar="NAME")
        parser.add_argument("--kind", choices=ChapterKind.values, default=ChapterKind.CHAPTER.value)
        parser.add_argument("--parent", metavar="S", help="short name of the region or committee above")
        parser.add_argument("--time-zone", default="", metavar="ZONE", help="else the state's")
        parser.add_argument("--language", choices=[code for code, _ in settings.LANGUAGES], default="en")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        require_tables()
        if options["kind"] == ChapterKind.CHAPTER and not options["state"]:
            raise CommandError("A chapter needs --state XX.")
        try:
            validate_email(options["organizer"])
        except ValidationError as error:
            raise CommandError(f"“{options['organizer']}” is not an e-mail address.") from error
        try:
            chapter, member = found_chapter(
                name=options["name"],
                slug=options["slug"],
                state=options["state"],
                kind=options["kind"],
                parent=_find_parent(options["parent"]),
                time_zone=options["time_zone"],
                language=options["language"],
                organizer_email=options["organizer"],
                organizer_name=options["organizer_name"],
                by=Actor.system(label="create_chapter"),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        url = settings.SITE_URL + chapter_url("core:today", slug=chapter.slug)
        result = {"chapter": chapter.name, "slug": chapter.slug, "organizer": member.email, "url": url}
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self.stdout.write(f"{chapter.name} is at {url}; {member.email} signs in with a code by e-mail.")


def _find_parent(slug: str | None) -> Chapter | None:
    if slug is None:
        return None
    parent = Chapter.objects.filter(slug=slug).first()
    if parent is None:
        raise CommandError(f"No region or committee has the short name {slug}.")
    return parent
