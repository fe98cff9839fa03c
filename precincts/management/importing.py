"""What the commands that take a file in do alike."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from chapters.commands import ChapterCommand
from chapters.models import Chapter
from chapters.services.job_runs import run_job_now
from core.actors import Actor
from precincts.enums import ImportDoubt
from precincts.models import VoterImport
from precincts.services.imports.refusals import NeedsConfirmation
from precincts.voterfile.layouts import KEYS


class ImportCommand(ChapterCommand):
    """A command over FILE; the work is a job of this process, so that its row and report are the usual ones."""

    kind: str
    has_layout = False
    has_terms = False

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="text, CSV, gzip or zip")
        parser.add_argument(
            "--yes",
            action="store_true",
            help="take the file although it looks like the wrong one (another state, older than the last one,"
            " many people missing, points far away, elections nobody knows)",
        )
        if self.has_layout:
            parser.add_argument("--layout", default="auto", metavar="|".join(("auto", *KEYS, "MAPPING.json")))
        if self.has_terms:
            parser.add_argument("--source", default="", metavar="T", help="who gave the file")
            parser.add_argument("--obtained", default="", metavar="DATE", help="YYYY-MM-DD; else today")
            parser.add_argument(
                "--permitted-use", default="", metavar="T", help="what the file may be used for"
            )

    def run_import(
        self, chapter: Chapter, actor: Actor, options: dict[str, Any], **params: Any
    ) -> VoterImport:
        """Do the job and give its record.

        Raises:
            DomainError: the file is refused.
            CommandError: an argument is wrong.
        """
        path = Path(options["file"])
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            job = run_job_now(
                kind=self.kind,
                chapter=chapter,
                params={
                    "path": str(path.resolve()),
                    "filename": path.name,
                    **_layout(options.get("layout", "auto")),
                    "source": options.get("source", ""),
                    "obtained_on": _day(options.get("obtained", "")),
                    "permitted_use": options.get("permitted_use", ""),
                    "accepted": ImportDoubt.values if options.get("yes") else [],
                    **params,
                },
                by=actor,
            )
        except NeedsConfirmation as stopped:
            raise CommandError(f"{stopped.message} To take it all the same, give --yes.") from stopped
        return VoterImport.objects.get(pk=job.result["import_id"])


def _layout(value: str) -> dict[str, Any]:
    if value in ("auto", *KEYS):
        return {"layout": value}
    path = Path(value)
    if not path.is_file():
        raise CommandError(
            f"--layout is auto, {', '.join(KEYS)} or a mapping file; there is no file {value}."
        )
    try:
        return {"layout": "mapping", "mapping": json.loads(path.read_text(encoding="utf-8-sig"))}
    except ValueError as error:
        raise CommandError(f"{path.name} is no JSON: {error}") from error


def _day(value: str) -> str | None:
    if not value:
        return None
    try:  # whether the day can be is for the import to say, which knows the chapter's time zone
        return date.fromisoformat(value).isoformat()
    except ValueError as error:
        raise CommandError(f"--obtained {value} is no date; write 2026-11-22.") from error
