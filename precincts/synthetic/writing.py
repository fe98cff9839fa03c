"""A whole made-up town written into a folder, with a count of everything in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from precincts.synthetic import files
from precincts.synthetic.people import STATUSES, Changes, People, make_later, make_people
from precincts.synthetic.town import ORIGIN, Town, make_town

VOTERS, HISTORY = "voters.txt", "history.txt"
LATER_VOTERS, LATER_HISTORY = "voters_later.txt", "history_later.txt"
ADDRESSES, PRECINCTS, STREETS, TRUTH = (
    "address_points.csv",
    "precincts.geojson",
    "streets.geojson",
    "truth.json",
)


def write_town(
    folder: Path,
    *,
    households: int,
    seed: int,
    precincts: int | None = None,
    name: str = "Marlow Ferry",
    origin: tuple[float, float] = ORIGIN,
    later: bool = False,
    before_2022: bool = False,
) -> dict[str, Any]:
    """Write voters, history, address points, precincts and streets; returns the counts, also kept as truth.json.

    `later` adds the voter file of some months later and the history with one election more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    town = make_town(households, seed, precincts=precincts, name=name, origin=origin)
    people = make_people(town, seed)
    files.write_voters(folder / VOTERS, town, people, before_2022=before_2022)
    votes = files.write_history(folder / HISTORY, town, people)
    points, left_out = files.write_addresses(folder / ADDRESSES, town)
    files.write_precincts(folder / PRECINCTS, town)
    files.write_streets(folder / STREETS, town)
    truth: dict[str, Any] = {
        "buildings": len(town.segment),
        "households": households,
        "address_points": points,
        "buildings_without_point": left_out,
        **count_people(town, people),
        "votes": votes,
    }
    if later:
        after, changes = make_later(town, people, seed)
        files.write_voters(folder / LATER_VOTERS, town, after, before_2022=before_2022)
        truth["later"] = {
            **count_people(town, after),
            "votes": files.write_history(folder / LATER_HISTORY, town, after),
            "changes": count_changes(changes),
        }
    (folder / TRUTH).write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")
    return truth


def count_people(town: Town, people: People) -> dict[str, Any]:
    """Voters in all, by precinct, by status, confidential; doors with voters; elections."""
    precinct = town.precinct[town.household_building[people.household]]
    counts = np.bincount(precinct, minlength=len(town.precinct_codes)).tolist()
    return {
        "voters": len(people),
        "voters_by_precinct": dict(zip(town.precinct_codes, counts, strict=True)),
        "by_status": dict(zip(STATUSES, np.bincount(people.status, minlength=5).tolist(), strict=True)),
        "confidential": int(people.confidential.sum()),
        "doors_with_voters": len(np.unique(people.household)),
        "elections": len(people.elections),
    }


def count_changes(changes: Changes) -> dict[str, int]:
    """How many were gone, moved, new and so on."""
    return {name: len(ids) for name, ids in vars(changes).items()}
