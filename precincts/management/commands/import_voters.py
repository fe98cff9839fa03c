from __future__ import annotations

from typing import Any

from chapters.models import Chapter
from core.actors import Actor
from precincts.management.importing import ImportCommand
from precincts.selectors.imports import list_left_out

_COUNTS = ("rows", "voters", "households", "new", "changed", "moved", "gone", "returned", "unchanged")


class Command(ImportCommand):
    """What it answers is explained in docs/commands.md."""

    help = "Import a voter file, again and again: nothing is doubled, nothing deleted."
    kind = "precincts.import_voters"
    has_layout = True
    has_terms = True

    def work(self, chapter: Chapter, actor: Actor, options: dict[str, Any]) -> dict[str, Any]:
        record = self.run_import(chapter, actor, options)
        counts = record.counts
        return {
            **{name: counts[name] for name in _COUNTS},
            "turned_18": counts["turned_18"],
            "changed_columns": counts["changed_columns"],
            "rejected": list_left_out(record, warnings=False),
            "warnings": list_left_out(record, warnings=True),
            "notices": record.notices,
            "layout": counts["layout"],
            "seconds": counts["seconds"],
        }

    def say(self, result: dict[str, Any]) -> str:
        found = f"{result['voters']:,} voters in {result['households']:,} households"
        lines = [
            f"{result['rows']:,} rows: {found} ({result['layout']}), {result['seconds']} s",
            ", ".join(f"{result[name]:,} {name}" for name in _COUNTS[3:]),
            *result["notices"],
        ]
        for title, name in (("left out", "rejected"), ("taken in with a doubt", "warnings")):
            if result[name]:
                lines.append(f"{len(result[name]):,} rows {title}:")
                lines += [f"  line {row['line']}: {row['reason']}" for row in result[name][:50]]
        return "\n".join(lines)
