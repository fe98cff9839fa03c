"""Walk lists made up without a database: so many doors and voters on a few streets, and the list over them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

from canvassing.models import WalkList
from chapters.models import Chapter
from precincts.affiliation import Affiliation
from precincts.enums import Heat, VoterStatus
from precincts.models import Block, Election, Precinct
from precincts.selectors.neighbours import Door, KnownFact, Mark, Neighbour

FIRST = [
    "Rosa",
    "Edmund",
    "Joy",
    "Hal",
    "Mina",
    "Kenji",
    "Aya",
    "Inés",
    "Paulo",
    "Cleo",
    "Tobias",
    "Ngozi",
    "Siobhán",
    "Łukasz",
    "Beatriz",
    "Omar",
]
LAST = [
    "Lima",
    "Ncube",
    "Brandt",
    "Sato",
    "Duarte",
    "Marsh",
    "Keane",
    "Okafor",
    "O’Neill",
    "Kowalski",
    "Vásquez",
    "Haddad",
    "Park",
    "Stone",
]
STREETS = ("Lantern Street", "Orchard Avenue", "Mill Lane")
NOTES = ("wants a sign", "needs a ride", "prefers Spanish", "dog in the yard", "votes by mail")
ELECTIONS = [
    Election(pk=number, held_on=date(year, 3, 5), kind="primary", name=f"{year} primary", bit=number)
    for number, year in enumerate((2018, 2020, 2022, 2024), start=1)
]


def make_doors(doors: int = 60, voters: int = 150, *, seed: int = 1) -> list[Door]:
    """Doors in the order of a walk, about two in three a house of their own, with `voters` people behind them."""
    dice = random.Random(seed)
    sizes = [voters // doors] * doors
    for place in dice.sample(range(doors), voters % doors):
        sizes[place] += 1
    made: list[Door] = []
    person = 0
    for index, size in enumerate(sizes):
        row, place = divmod(index, max(1, doors // len(STREETS)))
        street = min(row, len(STREETS) - 1)
        side = -1 if place % 2 else 1
        shares = index % 3 == 2
        before = made[-1] if shares else None
        neighbours = tuple(_neighbour(dice, person + number) for number in range(size))
        person += size
        made.append(
            Door(
                household_id=index + 1,
                building_id=before.building_id if before else index + 1,
                number=before.number if before else str(30 + 2 * place + (side < 0)),
                street=before.street if before else STREETS[street],
                unit=f"Apt {index % 7 + 1}" if shares else "",
                city="River City",
                lon=before.lon if before else -78.64 + place * 0.00016 + dice.random() * 3e-5,
                lat=before.lat if before else 35.78 + street * 0.0009 + side * 0.00012,
                walk_position=index,
                placed_by_street=False,
                neighbours=neighbours,
            )
        )
    return made


def _neighbour(dice: random.Random, number: int) -> Neighbour:
    marks = tuple(
        Mark(election.pk, election.held_on, election.name, dice.random() < 0.6) for election in ELECTIONS
    )
    voted = sum(1 for mark in marks if mark.voted)
    facts = ()
    if dice.random() < 0.3:
        facts = (KnownFact(number, "note", "", dice.choice(NOTES), "captain", "Alice", date(2026, 5, 3)),)
    return Neighbour(
        voter_id=number + 1,
        first_name=dice.choice(FIRST),
        last_name=dice.choice(LAST),
        suffix="",
        age=dice.randint(18, 95),
        gender=dice.choice("FM"),
        status=VoterStatus.ACTIVE,
        phone="",
        language="",
        affiliation=Affiliation(dice.choice(("DEM", "REP", "GRE")), "registered"),
        marks=marks,
        voted=voted,
        counted=len(marks),
        heat=Heat.HOT if voted >= 3 else Heat.WARM if voted else Heat.COLD,
        at_door_since=None,
        facts=facts,
        changes=(),
        suppression="",
    )


def make_list(
    doors: list[Door], *, number: int = 4127, language: str = "en", paper: str = "letter"
) -> WalkList:
    """A list over these doors that is in no database."""
    chapter = Chapter(pk=1, name="River City", slug="river-city", language=language, paper_size=paper)
    precinct = Precinct(pk=1, chapter=chapter, code="3-2")
    return WalkList(
        pk=number,
        chapter=chapter,
        list_number=number,
        precinct=precinct,
        block=Block(pk=1, chapter=chapter, precinct=precinct, number=7),
        door_count=len(doors),
        voter_count=sum(len(door.neighbours) for door in doors),
        walk_metres=1840,
        walk_minutes=112,
        captain="Tobias Keane",
        paper_size=paper,
        file_terms=[
            {
                "source": "County board of elections",
                "obtained_on": "2026-05-03",
                "permitted_use": "Political and research purposes only; no commercial use.",
            }
        ],
        made_at=datetime(2026, 9, 14, 15, 0, tzinfo=UTC),
    )
