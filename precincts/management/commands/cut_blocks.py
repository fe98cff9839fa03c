from __future__ import annotations

import time
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from chapters.commands import ChapterCommand
from chapters.models import Chapter
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_job_now
from core.actors import Actor
from precincts.selectors.precincts import get_precinct_by_code


class Command(ChapterCommand):
    help = "Cut one precinct, or all of a chapter, into blocks of equal voters. Buildings are never split."

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--precinct", metavar="CODE")
        where.add_argument("--all", action="store_true")
        parser.add_argument(
            "--on",
            metavar="DATE",
            help="since when the blocks count, YYYY-MM-DD: for blocks that were kept on paper before; else today",
        )
        wish = parser.add_mutually_exclusive_group(required=True)
        wish.add_argument("--voters-per-block", type=int, metavar="N")
        wish.add_argument("--blocks", type=int, metavar="N")

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        code = options["precinct"]
        params = {
            "precinct_ids": [get_precinct_by_code(chapter, code, today_in(chapter)).pk] if code else [],
            "voters_per_block": options["voters_per_block"],
            "blocks": options["blocks"],
            "on": _read_day(options["on"]),
        }
        job = run_job_now(kind="precincts.cut_blocks", chapter=chapter, params=params, by=actor)
        return {**job.result, "seconds": round(time.perf_counter() - started, 2)}

    def say(self, result: dict[str, Any]) -> str:
        lines = [_say_one(one) for one in result["precincts"]]
        return "\n".join([*lines, f"{len(lines)} precincts in {result['seconds']} s"])


def _read_day(value: str | None) -> str | None:
    if not value:
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise CommandError(f"--on {value} is no date; write 2026-11-22.") from error


def _say_one(one: dict[str, Any]) -> str:
    sizes = one["sizes"]
    between = f"{min(sizes)} to {max(sizes)} voters" if sizes else "no listed voters"
    aside = f", {one['list_only']} voters list-only" if one["list_only"] else ""
    return f"{one['code']}: {one['voters']} voters in {one['blocks']} blocks, {between}{aside}"
