from __future__ import annotations

from typing import Any

from chapters.models import Chapter
from core.actors import Actor
from precincts.management.importing import ImportCommand
from precincts.selectors.imports import list_left_out

_COUNTS = ("points", "buildings", "buildings_new", "households_placed", "households_unplaced", "seconds")


class Command(ImportCommand):
    help = "Import address points: coordinates for the doors, matched on the normalised address."
    kind = "precincts.import_addresses"
    has_terms = True

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        record = self.run_import(chapter, actor, options)
        return {
            **{name: record.counts[name] for name in _COUNTS},
            "rejected": list_left_out(record, warnings=False),
            "warnings": list_left_out(record, warnings=True),
        }

    def say(self, result: dict[str, Any]) -> str:
        return (
            f"{result['points']:,} points are {result['buildings']:,} buildings ({result['buildings_new']:,} new); "
            f"{result['households_placed']:,} households placed, {result['households_unplaced']:,} not; "
            f"{len(result['rejected']):,} points left out; {result['seconds']} s"
        )
