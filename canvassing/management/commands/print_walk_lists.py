from __future__ import annotations

import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from canvassing.documents.walk_list import file_stem
from canvassing.models import WalkList
from canvassing.services.lists import JOB_KIND, print_params
from chapters.commands import ChapterCommand
from chapters.enums import PaperSize
from chapters.models import Chapter, Job
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_job_now
from core.actors import Actor
from core.files import private_storage
from precincts.selectors.precincts import get_precinct_by_code


class Command(ChapterCommand):
    help = "Print the walk lists of one precinct, or of a whole chapter: a PDF for each block and one of all."

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        where = parser.add_mutually_exclusive_group(required=True)
        where.add_argument("--precinct", metavar="CODE")
        where.add_argument("--all", action="store_true")
        parser.add_argument(
            "--out", required=True, type=Path, metavar="DIR", help="made when it is not there"
        )
        parser.add_argument(
            "--paper", choices=PaperSize.values, default="", help="the chapter's unless given"
        )

        parser.add_argument(
            "--not-voted",
            action="store_true",
            help="leave out whoever has voted in the election that is being voted in",
        )

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        began = time.monotonic()
        folder: Path = options["out"]
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CommandError(f"{folder} cannot be made: {error.strerror}.") from error
        code = options["precinct"]
        precinct = get_precinct_by_code(chapter, code, today_in(chapter)) if code else None
        params = print_params(
            precinct=precinct, paper_size=options["paper"], leaves_voted=options["not_voted"]
        )
        job = run_job_now(kind=JOB_KIND, chapter=chapter, params=params, by=actor)
        counted = ("lists", "pages", "neighbours", "precincts_without_blocks")
        return {
            **{name: job.result[name] for name in counted},
            "files": _copy_files(job, folder),
            "folder": str(folder),
            "seconds": round(time.monotonic() - began, 1),
        }

    def say(self, result: dict[str, Any]) -> str:
        said = (
            f"{result['lists']} lists with {result['neighbours']} neighbours on {result['pages']} pages: "
            f"{result['files']} files in {result['folder']}, {result['seconds']} s"
        )
        uncut = result["precincts_without_blocks"]
        return f"{said}\nWithout blocks yet, so left out: {', '.join(uncut)}" if uncut else said


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
