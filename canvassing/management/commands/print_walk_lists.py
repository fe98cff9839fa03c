from __future__ import annotations

import json
import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canvassing.documents.walk_list import file_stem
from canvassing.models import WalkList
from canvassing.services.lists import JOB_KIND, print_params
from chapters.enums import PaperSize
from chapters.models import Chapter, Job
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_job_now
from core.actors import Actor
from core.errors import DomainError
from core.files import private_storage
from precincts.models import Precinct


class Command(BaseCommand):
    help = "Print the walk lists of one precinct, or of a whole chapter: a PDF for each block and one of all."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--chapter", required=True, metavar="SLUG")
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--precinct", metavar="CODE")
        where.add_argument("--all", action="store_true")
        parser.add_argument(
            "--out", required=True, type=Path, metavar="DIR", help="made when it is not there"
        )
        parser.add_argument(
            "--paper", choices=PaperSize.values, default="", help="the chapter's unless given"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()
        chapter = Chapter.objects.filter(slug=options["chapter"]).first()
        if chapter is None:
            raise CommandError(f"No chapter has the short name {options['chapter']}.")
        precinct = _get_precinct(chapter, options["precinct"]) if options["precinct"] else None
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{folder} cannot be made: {error.strerror}.") from error
        try:
            job = run_job_now(
                kind=JOB_KIND,
                chapter=chapter,
                params=print_params(precinct=precinct, paper_size=options["paper"]),
                by=Actor.system(chapter.pk, label="print_walk_lists"),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        files = _copy_files(job, folder)
        result = {
            name: job.result[name] for name in ("lists", "pages", "neighbours", "precincts_without_blocks")
        }
        result |= {"files": files, "seconds": round(time.monotonic() - began, 1)}
        self.stdout.write(json.dumps(result) if options["json"] else _say(result, folder))


def _get_precinct(chapter: Chapter, code: str) -> Precinct:
    found = list(Precinct.objects.filter(chapter=chapter, code=code).in_force(today_in(chapter))[:2])
    if not found:
        raise CommandError(f"The chapter has no precinct {code}.")
    if len(found) > 1:
        raise CommandError(f"Several counties of the chapter have a precinct {code}.")
    return found[0]


def _copy_files(job: Job, folder: Path) -> int:
    """The merged file and every single list into the folder; returns how many files these are."""
    storage = private_storage()
    lists = WalkList.objects.filter(job=job).select_related("precinct", "block").order_by("list_number")
    merged = job.files.filter(is_main=True)
    names = [
        *((file.path, file.filename) for file in merged),
        *((row.pdf_path, f"{file_stem(row)}.pdf") for row in lists),
    ]
    for path, name in names:
        with storage.open(path) as source, (folder / name).open("wb") as copy:
            shutil.copyfileobj(source, copy)
    return len(names)


def _say(result: dict[str, Any], folder: Path) -> str:
    said = (
        f"{result['lists']} lists with {result['neighbours']} neighbours on {result['pages']} pages: "
        f"{result['files']} files in {folder}, {result['seconds']} s"
    )
    uncut = result["precincts_without_blocks"]
    return f"{said}\nWithout blocks yet, so left out: {', '.join(uncut)}" if uncut else said
