from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, get_args

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from chapters.commands import require_tables
from config.demo import DEMO_NAME, SIGN_INS
from config.demo.making import Lists, is_made, make_demo

HOUSEHOLDS = 3_400


class Command(BaseCommand):
    """The demo chapter: a made-up town carried through the public commands, with people for every role."""

    help = "Make the demo chapter from a made-up town; does nothing when it is there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, default=None, help="where its files go (default: var/demo)")
        parser.add_argument("--households", type=int, default=HOUSEHOLDS, help=f"default: {HOUSEHOLDS:,}")
        parser.add_argument(
            "--lists",
            choices=get_args(Lists),
            default="order",
            help="one precinct's walk lists: a job for the worker (default), PDF files at once, or none",
        )
        parser.add_argument("--json", action="store_true", help="print what was made as JSON")

    def handle(self, *, out: Path | None, households: int, lists: Lists, json: bool, **_: Any) -> None:
        started = time.monotonic()
        require_tables()
        if is_made():
            self._end({"made": False, "reason": "The demo is in this database already."}, as_json=json)
            return
        counts = make_demo(
            folder=out or Path(settings.VAR_DIR) / "demo",
            households=households,
            say=(lambda line: None) if json else self._say,
            lists=lists,
        )
        seconds = round(time.monotonic() - started, 1)
        self._end({"made": True, "chapters": counts, "seconds": seconds}, as_json=json)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def _end(self, result: dict[str, Any], *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(result))
            return
        if not result["made"]:
            self.stdout.write(result["reason"])
            return
        self.stdout.write(f"{DEMO_NAME} was made in {result['seconds']} seconds. Sign in as:")
        for who in SIGN_INS:
            self.stdout.write(f"  {who.email}  {who.password}  ({who.says})")
