"""Saved lists of neighbours: which there are, and who is on one, with what was so on its day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from core.actors import Actor
from precincts.affiliation import Affiliation
from precincts.enums import Heat
from precincts.models import Election, SavedList, SavedListVoter, Voter
from precincts.querysets import natural_order
from precincts.selectors.consistent import read_learned
from precincts.selectors.neighbours import affiliation_of, list_primaries


@dataclass(frozen=True, slots=True)
class KeptVote:
    """One election of a saved list; `voted` is None where the neighbour was not registered yet."""

    held_on: date
    name: str
    voted: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVoter:
    """One neighbour of a saved list: votes as they were saved, oldest first; name, door and party as of today."""

    pk: int
    voter: Voter
    voted: int
    possible: int
    heat: Heat
    marks: tuple[KeptVote, ...]
    affiliation: Affiliation


def list_saved_lists(actor: Actor) -> QuerySet[SavedList]:
    """The saved lists the actor may see, each with its precinct and who saved it; adds `code_order`. One query."""
    rows = SavedList.objects.visible_to(actor).select_related("precinct", "made_by")
    return rows.annotate(code_order=natural_order("precinct__code"))


def list_kept_voters(saved: SavedList, actor: Actor) -> QuerySet[SavedListVoter]:
    """Who is on a saved list and may still be seen by the actor: who is confidential, gone or another's is left out.

    Adds: `house_order`.
    """
    seen = Voter.objects.visible_to(actor).filter(chapter_id=saved.chapter_id).order_by()
    rows = SavedListVoter.objects.filter(saved_list=saved, voter__in=seen.values("pk"))
    rows = rows.select_related("voter__household__building", "voter__household__block")
    return rows.annotate(house_order=natural_order("voter__household__building__number"))


def read_kept_voters(rows: Sequence[SavedListVoter], saved: SavedList, *, on: date) -> list[KeptVoter]:
    """These rows with their elections and today's affiliation, in the same order. Two queries."""
    primaries = list_primaries(Election.objects.filter(chapter_id=saved.chapter_id), on)
    learned = read_learned([row.voter_id for row in rows], on)
    return [
        KeptVoter(
            pk=row.pk,
            voter=row.voter,
            voted=row.voted,
            possible=row.possible,
            heat=Heat(row.heat),
            marks=read_votes(saved, votes=row.votes, possible=row.possible),
            affiliation=affiliation_of(row.voter, primaries, learned[row.voter_id], saved.chapter),
        )
        for row in rows
    ]


def read_votes(saved: SavedList, *, votes: int, possible: int) -> tuple[KeptVote, ...]:
    """The list's elections as they counted for somebody, oldest first."""
    kept = [
        KeptVote(
            date.fromisoformat(election["held_on"]),
            election["name"],
            bool(votes >> place & 1) if place < possible else None,
        )
        for place, election in enumerate(saved.elections)
    ]
    return tuple(reversed(kept))
