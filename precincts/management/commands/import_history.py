from __future__ import annotations

from typing import Any

from chapters.models import Chapter
from core.actors import Actor
from precincts.management.importing import ImportCommand
from precincts.selectors.imports import list_left_out


class Command(ImportCommand):
    help = "Import a vote history: one row a vote, or one column an election."
    kind = "precincts.import_history"
    has_layout = True
    has_terms = True

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        record = self.run_import(chapter, actor, options)
        counts = record.counts
        return {
            **{
                name: counts[name] for name in ("rows", "matched", "unmatched", "elections", "unknown_labels")
            },
            "rejected": list_left_out(record, warnings=False),
            "seconds": counts["seconds"],
        }

    def say(self, result: dict[str, Any]) -> str:
        lines = [
            f"{result['rows']:,} votes: {result['matched']:,} matched, {result['unmatched']:,} not, {result['seconds']} s"
        ]
        for election in result["elections"]:
            says = f"{election['date']} {election['kind']}" if election["known"] else "unknown election"
            lines.append(f"  {election['label']}: {election['votes']:,} votes, {says}")
        return "\n".join(lines)
