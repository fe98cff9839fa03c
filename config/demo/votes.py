"""An election that the demo town is voting in: a list of the ballots returned so far, as the county would give it."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from pathlib import Path

from chapters.models import Chapter
from precincts.models import Voter

CUT_ON = date(2022, 2, 1)
"""Since when the town's blocks count: elections from then on are counted block by block."""

LIST = "returned.csv"
KIND = "special"
AHEAD, BEGAN = timedelta(days=12), timedelta(days=11)
"""How long until the election, and since when ballots come back."""

_HEADER = ("county_desc", "ncid", "ballot_req_type", "ballot_rtn_dt", "ballot_rtn_status")
_UNKNOWN = ("ZZ900001", "ZZ900002", "ZZ900003")


def write_returned(chapter: Chapter, folder: Path, *, on: date) -> Path:
    """Write the list of ballots that had come back by a day; whoever votes more often votes earlier, too."""
    dice = random.Random(20261205)  # noqa: S311  (the same demo each time)
    rows = []
    voters = Voter.objects.filter(chapter=chapter, state_voter_id__isnull=False).listed()
    for ncid, history in voters.order_by("state_voter_id").values_list("state_voter_id", "history"):
        chance = 0.02 + 0.025 * int(history).bit_count()
        day = on - timedelta(days=dice.randrange(BEGAN.days))
        way = dice.choice(("MAIL", "ONE-STOP", "ONE-STOP"))
        status = "PENDING CURE" if way == "MAIL" and dice.random() < 0.08 else "ACCEPTED"
        if dice.random() < chance:
            rows.append(("MARLOW", ncid, way, f"{day:%m/%d/%Y}", status))
    rows += [("ELSEWHERE", ncid, "MAIL", f"{on:%m/%d/%Y}", "ACCEPTED") for ncid in _UNKNOWN]
    path = folder / LIST
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_HEADER)
        writer.writerows(rows)
    return path
