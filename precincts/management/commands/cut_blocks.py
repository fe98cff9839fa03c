from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_job_now
from core.actors import Actor
from core.errors import DomainError
from precincts.models import Precinct


class Command(BaseCommand):
    help = "Cut one precinct, or all of a chapter, into blocks of equal voters. Buildings are never split."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chapter", required=True, metavar="SLUG")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--precinct", metavar="CODE")
        where.add_argument("--all", action="store_true")
        wish = parser.add_mutually_exclusive_group(required=True)
        wish.add_argument("--voters-per-block", type=int, metavar="N")
        wish.add_argument("--blocks", type=int, metavar="N")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.perf_counter()
        chapter = Chapter.objects.filter(slug=options["chapter"]).first()
        if chapter is None:
            raise CommandError(f"No chapter has the short name {options['chapter']}.")
        params = {
            "precinct_ids": _precinct_ids(chapter, options["precinct"]),
            "voters_per_block": options["voters_per_block"],
            "blocks": options["blocks"],
        }
        try:
            job = run_job_now(
                kind="precincts.cut_blocks",
                chapter=chapter,
                params=params,
                by=Actor.system(chapter.pk, label="cut_blocks"),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        result = {**job.result, "seconds": round(time.perf_counter() - started, 2)}
        if options["json"]:
            self.stdout.write(json.dumps(result))
        else:
            self._say(result)

    def _say(self, result: dict[str, Any]) -> None:
        for one in result["precincts"]:
            sizes = one["sizes"]
            between = f"{min(sizes)} to {max(sizes)} voters" if sizes else "no listed voters"
            aside = f", {one['list_only']} voters list-only" if one["list_only"] else ""
            self.stdout.write(
                f"{one['code']}: {one['voters']} voters in {one['blocks']} blocks, {between}{aside}"
            )
        self.stdout.write(f"{len(result['precincts'])} precincts in {result['seconds']} s")


def _precinct_ids(chapter: Chapter, code: str | None) -> list[int]:
    """The precinct of that code; none for all."""
    if code is None:
        return []
    named = Precinct.objects.filter(chapter=chapter, code=code).in_force(today_in(chapter))
    ids = list(named.values_list("pk", flat=True))
    if not ids:
        raise CommandError(f"The chapter has no precinct {code}.")
    return ids
