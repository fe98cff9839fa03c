from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from chapters.models import Chapter
from core.actors import Actor
from precincts.management.importing import ImportCommand
from precincts.selectors.imports import list_left_out


class Command(ImportCommand):
    help = "Import precinct polygons from GeoJSON, matched by a property that holds the precinct's code."
    kind = "precincts.import_boundaries"
    has_terms = True

    def add_own_arguments(self, parser: ArgumentParser) -> None:
        super().add_own_arguments(parser)
        parser.add_argument("--key", required=True, metavar="PROPERTY", help="holds the precinct's code")
        parser.add_argument("--county-key", default="", metavar="PROPERTY", help="holds the county, if any")

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        record = self.run_import(
            chapter, actor, options, key=options["key"], county_key=options["county_key"]
        )
        return {
            **record.counts,
            "rejected": list_left_out(record, warnings=False),
            "warnings": list_left_out(record, warnings=True),
        }

    def say(self, result: dict[str, Any]) -> str:
        return (
            f"{result['features']} polygons: {result['matched']} precincts drawn; "
            f"not in the chapter: {', '.join(result['unmatched']) or 'none'}; "
            f"without a polygon: {', '.join(result['without']) or 'none'}"
        )
