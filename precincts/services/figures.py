"""The figures of precincts and blocks, counted anew when what they count has changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from precincts.enums import FactSource
from precincts.models import AreaFigures, Household, Precinct, Voter

_AT_DOORS = """
    INSERT INTO precincts_areafigures (chapter_id, precinct_id, block_id, voters, doors, unplaced)
    SELECT %(chapter)s, door.precinct_id, k.id, sum(door.voters), count(*),
           count(*) FILTER (WHERE b.lon IS NULL)
    FROM (SELECT h.precinct_id, h.block_id, h.building_id, count(*) AS voters
          FROM precincts_household h
          JOIN precincts_voter v ON v.household_id = h.id AND v.is_listed
          WHERE h.chapter_id = %(chapter)s AND h.precinct_id IS NOT NULL
            AND (%(precincts)s::bigint[] IS NULL OR h.precinct_id = ANY(%(precincts)s))
          GROUP BY h.id) door
    JOIN precincts_building b ON b.id = door.building_id
    -- A door that left the precinct of its block counts in no block: a block has one row.
    LEFT JOIN precincts_block k ON k.id = door.block_id AND k.precinct_id = door.precinct_id
    GROUP BY door.precinct_id, k.id
"""

_WITHOUT_DOOR = """
    INSERT INTO precincts_areafigures (chapter_id, precinct_id, voters, doors, unplaced)
    SELECT %(chapter)s, v.precinct_id, count(*), 0, 0
    FROM precincts_voter v
    WHERE v.household_id IS NULL AND v.is_listed AND v.precinct_id IS NOT NULL
      AND v.chapter_id = %(chapter)s AND (%(precincts)s::bigint[] IS NULL OR v.precinct_id = ANY(%(precincts)s))
    GROUP BY v.precinct_id
    ON CONFLICT (precinct_id) WHERE block_id IS NULL
    DO UPDATE SET voters = precincts_areafigures.voters + EXCLUDED.voters
"""

_NEWS = """
    UPDATE precincts_areafigures a SET last_news = news.last
    FROM (SELECT h.precinct_id, h.block_id, max(f.occurred_at) AS last
          FROM precincts_fact f
          JOIN precincts_voter v ON v.id = f.voter_id
          JOIN precincts_household h ON h.id = v.household_id
          WHERE f.chapter_id = %(chapter)s AND f.source <> %(file)s
            AND h.chapter_id = %(chapter)s AND (%(precincts)s::bigint[] IS NULL OR h.precinct_id = ANY(%(precincts)s))
          GROUP BY h.precinct_id, h.block_id) news
    WHERE a.precinct_id = news.precinct_id AND a.block_id IS NOT DISTINCT FROM news.block_id
"""


@transaction.atomic(savepoint=False)
def recount(*, chapter_id: int, precinct_ids: Collection[int] | None = None) -> None:
    """Count the neighbours and doors of some precincts and their blocks anew; of the chapter's without any named.

    Whoever counts a precinct has it alone until the end of the transaction: the last one has seen everything.
    """
    asked: dict[str, Any] = {
        "chapter": chapter_id,
        "precincts": None if precinct_ids is None else sorted(precinct_ids),
        "file": FactSource.IMPORT.value,
    }
    named = Q() if precinct_ids is None else Q(pk__in=precinct_ids)
    precincts = Precinct.objects.filter(named, chapter_id=chapter_id).order_by("pk")
    list(precincts.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    of_precincts = Q() if precinct_ids is None else Q(precinct__in=precinct_ids)
    AreaFigures.objects.filter(of_precincts, chapter_id=chapter_id).delete()
    with connection.cursor() as cursor, _planned_for(cursor, everything=precinct_ids is None):
        for statement in (_AT_DOORS, _WITHOUT_DOOR, _NEWS):
            cursor.execute(statement, asked)


def recount_at(household: Household | None) -> None:
    """Count the precinct of a door anew; nothing without a door, or a door without a precinct."""
    if household is not None and household.precinct_id is not None:
        recount(chapter_id=household.chapter_id, precinct_ids=[household.precinct_id])


@contextmanager
def _planned_for(cursor: CursorWrapper, *, everything: bool) -> Iterator[None]:
    """Inside an import the planner knows nothing yet of a million new rows and would look each of them up."""
    if everything:
        cursor.execute("SET LOCAL enable_nestloop = off")
    yield
    if everything:
        cursor.execute("SET LOCAL enable_nestloop = on")


def note_news(*, voter: Voter, at: datetime) -> None:
    """Remember when something was last learned of a neighbour's block, which shows its captain at work."""
    AreaFigures.objects.filter(
        Q(last_news__lt=at) | Q(last_news__isnull=True), block__households=voter.household_id
    ).update(last_news=at)
