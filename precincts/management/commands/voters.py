from __future__ import annotations

import re
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from chapters.commands import ChapterCommand
from chapters.models import Chapter
from chapters.selectors.actors import today_in
from core.actors import Actor
from precincts.enums import ElectionKind
from precincts.selectors.consistency import count_voted
from precincts.selectors.precincts import get_precinct_by_code


class Command(ChapterCommand):
    help = "Count the listed voters who voted in at least k of the last n elections of a kind on record."

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--voted", required=True, metavar="K/N")
        parser.add_argument("--kind", required=True, choices=ElectionKind.values)
        parser.add_argument("--precinct", metavar="CODE")

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        found = re.fullmatch(r"(\d+)/(\d+)", options["voted"])
        wanted, of = (int(found[1]), int(found[2])) if found else (0, 0)
        if not 0 < wanted <= of:
            raise CommandError(f"--voted {options['voted']} is not k/n with k from 1 to n, such as 3/4.")
        precincts = None
        if options["precinct"]:
            precincts = [get_precinct_by_code(chapter, options["precinct"], today_in(chapter)).pk]
        count = count_voted(
            chapter=chapter,
            at_least=wanted,
            of_last=of,
            kind=options["kind"],
            until=today_in(chapter),
            precincts=precincts,
        )
        return {"count": count}

    def say(self, result: dict[str, Any]) -> str:
        return f"{result['count']:,} listed voters"
