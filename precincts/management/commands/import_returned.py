from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from chapters.models import Chapter
from core.actors import Actor
from precincts.enums import ElectionKind
from precincts.management.importing import ImportCommand
from precincts.models import Election
from precincts.selectors.imports import list_left_out
from precincts.voterfile.elections import label_key, read_election, usual_kind


class Command(ImportCommand):
    help = "Import a list of ballots returned so far, or of people who have voted: strikes neighbours off."
    kind = "precincts.import_returned"
    has_layout = True
    has_terms = True

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        super().add_own_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--election", metavar="LABEL", help="its name or label, as “11/03/2026 GENERAL”")
        which.add_argument("--date", metavar="DATE", help="its day, YYYY-MM-DD")
        parser.add_argument(
            "--kind", choices=ElectionKind.values, help="with --date; else as is usual on that day"
        )

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        held_on, kind = _election(chapter, options)
        record = self.run_import(chapter, actor, options, held_on=held_on.isoformat(), election_kind=kind)
        names = (
            "rows", "matched", "new", "changed", "unchanged", "not_accepted", "struck", "newly_struck", "waiting", "unknown",
            "election", "held_on", "layout", "seconds",
        )  # fmt: skip
        return {
            **{name: record.counts[name] for name in names},
            "rejected": list_left_out(record, warnings=False),
            "warnings": list_left_out(record, warnings=True),
            "notices": record.notices,
        }

    def say(self, result: dict[str, Any]) -> str:
        return (
            f"{result['election']}: {result['newly_struck']:,} neighbours newly struck off, {result['new']:,} new in a list, {result['changed']:,} changed,"
            f" {result['unchanged']:,} as before, {result['unknown']:,} numbers of nobody here;"
            f" {result['struck']:,} have voted. {result['seconds']} s"
        )


def _election(chapter: Chapter, options: dict[str, Any]) -> tuple[date, str]:
    """The day and kind of the election that is asked for.

    Raises:
        CommandError: the label says neither, or the day is none.
    """
    if options["date"]:
        try:
            held_on = date.fromisoformat(options["date"])
        except ValueError as error:
            raise CommandError(f"--date {options['date']} is no date; write 2026-11-03.") from error
        return held_on, options["kind"] or usual_kind(held_on)
    key = label_key(options["election"])
    for election in Election.objects.filter(chapter=chapter).order_by("-held_on"):
        if key in {label_key(label) for label in (election.name, *election.labels)}:
            return election.held_on, election.kind
    read = read_election(options["election"])
    if read is None:
        raise CommandError(
            f"Nobody knows the election “{options['election']}”. Give its day with --date, as 2026-11-03."
        )
    return read.held_on, read.kind
