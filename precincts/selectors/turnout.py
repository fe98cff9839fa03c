"""Who was registered and who voted, by block and precinct, as of election day: counted once, for every page.

The state of a past day is the present with the later records taken back (docs/adr/0004): a door is in the block
it has left since, a person behind the door, with the status and the registration date, that a later file changed.
What the records cannot know, docs/votes.md says.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Min

from chapters.models import Chapter
from precincts.enums import LISTED_STATUSES, VoterStatus
from precincts.models import BlockMove, Election

_REGISTERED = tuple(str(one) for one in LISTED_STATUSES if one != VoterStatus.UNREGISTERED)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the neighbours `registered` on a day, how many `voted`."""

    registered: int = 0
    voted: int = 0

    @property
    def percent(self) -> float | None:
        """The share that voted, 0 to 100; None of nobody."""
        return 100 * self.voted / self.registered if self.registered else None

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.registered + other.registered, self.voted + other.voted)


Places = dict[tuple[int | None, int | None], Tally]
"""Tallies by (precinct, block) as of election day; None for neighbours in no block, or in no precinct."""


def count_turnout(
    chapter: Chapter, elections: Sequence[Election], *, precinct_ids: Collection[int] | None = None
) -> dict[int, Places]:
    """The turnout of some elections, by the election's id, then by precinct and block. Three queries, however many.

    Where an election's official history is in, whoever it names has voted; before, whoever is on an imported list
    of returned ballots and was accepted. An election of neither has no votes.

    Args:
        precinct_ids: count these precincts alone; None counts the chapter.
    """
    found: dict[int, dict[tuple[int | None, int | None], Tally]] = {one.pk: {} for one in elections}
    if not elections or (precinct_ids is not None and not precinct_ids):
        return found
    first_cut = BlockMove.objects.filter(chapter=chapter).aggregate(first=Min("on"))["first"]
    statements, params = _statements(elections, is_scoped=precinct_ids is not None)
    params |= {
        "chapter": chapter.pk,
        "precincts": sorted(precinct_ids or ()),
        "since": min(election.held_on for election in elections),
        "statuses": list(_REGISTERED),
        "first_cut": first_cut,
        # Moves before the oldest election that had blocks, the first cut itself among them, take nothing back.
        "moved_since": min(
            (one.held_on for one in elections if first_cut and one.held_on >= first_cut), default=date.max
        ),
    }
    for place, block_id, block_precinct_id, door_precinct_id, registered, voted in _read(statements, params):
        election = elections[place]
        is_cut = first_cut is not None and first_cut <= election.held_on
        home = (block_precinct_id or door_precinct_id, block_id) if is_cut else (door_precinct_id, None)
        if precinct_ids is None or home[0] in precinct_ids:
            tallies = found[election.pk]
            tallies[home] = tallies.get(home, Tally()) + Tally(int(registered), int(voted))
    return {pk: {home: one for home, one in some.items() if one.registered} for pk, some in found.items()}


def _read(statements: Iterable[str], params: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, params)
            yield from cursor.fetchall()


def by_precinct(places: Places) -> dict[int | None, Tally]:
    """The same by precinct."""
    found: defaultdict[int | None, Tally] = defaultdict(Tally)
    for (precinct_id, _block_id), tally in places.items():
        found[precinct_id] += tally
    return dict(found)


def by_block(places: Places) -> dict[int, Tally]:
    """The same by block, for the neighbours in one."""
    found: defaultdict[int, Tally] = defaultdict(Tally)
    for (_precinct_id, block_id), tally in places.items():
        if block_id is not None:
            found[block_id] += tally
    return dict(found)


def total(tallies: Iterable[Tally]) -> Tally:
    """All of them together."""
    return sum(tallies, Tally())


def _statements(elections: Sequence[Election], *, is_scoped: bool) -> tuple[list[str], dict[str, Any]]:
    """Who lives where now, and what differs on the days of the elections; with the parameters of each election."""
    params: dict[str, Any] = {}
    for place, election in enumerate(elections):
        params |= {
            f"id_{place}": election.pk,
            f"day_{place}": election.held_on,
            f"mask_{place}": 1 << election.bit if election.bit is not None else 0,
        }
    places = range(len(elections))
    awaited = [place for place in places if elections[place].is_awaited]
    could = {place: f"(v.registered_on <= %(day_{place})s) IS NOT FALSE" for place in places}
    voted = {
        place: f"r{place}.voter_id IS NOT NULL" if place in awaited else f"v.history & %(mask_{place})s <> 0"
        for place in places
    }
    parts = {
        "elections": ", ".join(
            f"({place}, %(id_{place})s::bigint, %(day_{place})s::date)" for place in places
        ),
        "doors": _DOORS_OF_PRECINCTS if is_scoped else "",
        "people": _PEOPLE_OF_PRECINCTS if is_scoped else _PEOPLE_OF_CHAPTER,
        "doorless": "AND v.precinct_id = ANY(%(precincts)s)" if is_scoped else "",
        "later": _LATER_OF_PRECINCTS if is_scoped else "",
        "moves": "AND m.household_id IN (SELECT id FROM doors)" if is_scoped else "",
        "returned": " ".join(
            f"LEFT JOIN precincts_returned r{place} ON r{place}.voter_id = v.id AND r{place}.is_accepted"
            f" AND r{place}.election_id = %(id_{place})s"
            for place in awaited
        ),
        "counts": ", ".join(
            f"count(*) FILTER (WHERE {could[place]}) AS could_{place},"
            f" count(*) FILTER (WHERE {could[place]} AND {voted[place]}) AS did_{place}"
            for place in places
        ),
        "first_values": ", ".join(
            _FIRST_VALUE.format(name=name) for name in ("status", "registered_on", "precinct")
        ),
        "could_case": " ".join(f"WHEN {place} THEN could_{place}" for place in places),
        "did_case": " ".join(f"WHEN {place} THEN did_{place}" for place in places),
        "voted_case": " ".join(f"WHEN {place} THEN {voted[place]}" for place in places),
    }
    return [_NOW.format_map(parts), _THEN.format_map(parts)], params


# Apart from what has changed since, so that the database may use several processes for the many.
_NOW = """
WITH {doors} election (place, id, held_on) AS (VALUES {elections}),
counted AS (
    SELECT h.block_id, h.precinct_id, {counts}
    FROM {people}
    JOIN precincts_household h ON h.id = v.household_id
    {returned}
    WHERE v.state_voter_id IS NOT NULL AND v.is_listed
    GROUP BY h.block_id, h.precinct_id
    UNION ALL
    SELECT NULL, v.precinct_id, {counts}
    FROM precincts_voter v
    {returned}
    WHERE v.chapter_id = %(chapter)s AND v.household_id IS NULL AND v.state_voter_id IS NOT NULL AND v.is_listed
      {doorless}
    GROUP BY v.precinct_id)
SELECT e.place, c.block_id, b.precinct_id, c.precinct_id,
       CASE e.place {could_case} END, CASE e.place {did_case} END
FROM counted c CROSS JOIN election e LEFT JOIN precincts_block b ON b.id = c.block_id
"""

# First every door is put back into its block of the day, then every person behind their door. What was written since
# is taken back in the order of the rows' numbers, which is the order it was written in.
_THEN = """
WITH {doors} election (place, id, held_on) AS (VALUES {elections}),
-- Doors moved since: in which block they were on the day of an election.
was_in AS MATERIALIZED (
    SELECT m.household_id, m.from_block_id AS block_id, f.place
    FROM (SELECT e.place, min(m.id) AS id
          FROM precincts_blockmove m JOIN election e ON m."on" > e.held_on AND e.held_on >= %(first_cut)s::date
          WHERE m.chapter_id = %(chapter)s AND m."on" > %(moved_since)s {moves}
          GROUP BY m.household_id, e.place) f
    JOIN precincts_blockmove m ON m.id = f.id),
at_moved_doors AS (
    SELECT m.household_id AS door, {counts}
    FROM (SELECT DISTINCT household_id FROM was_in) m
    JOIN precincts_voter v ON v.household_id = m.household_id
    {returned}
    WHERE v.state_voter_id IS NOT NULL AND v.is_listed
    GROUP BY m.household_id),
-- People whose door, status or registration a file changed since: what each change found, and when the one before was.
later AS (
    SELECT c.voter_id, c.id, c.kind, c.before, c."on",
           CASE c.kind WHEN 'new' THEN lead(c.from_household_id) OVER w ELSE c.from_household_id END AS door_id,
           c.kind <> 'new' OR lead(c.id) OVER w IS NOT NULL AS has_door,
           lead(c.id) OVER w IS NULL AS is_last,
           max(c."on") OVER (PARTITION BY c.voter_id ORDER BY c.id
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before_on
    FROM precincts_voterchange c
    WHERE c.chapter_id = %(chapter)s AND c."on" > %(since)s {later}
      AND (c.kind <> 'changed' OR c.from_household_id IS DISTINCT FROM c.to_household_id
           OR c.before ?| '{{status,registered_on,precinct}}')
    WINDOW w AS (PARTITION BY c.voter_id ORDER BY c.id)),
-- The change that says how somebody was on the day of an election: the first one after it.
was AS (
    SELECT e.place, e.held_on, l.*, {first_values}
    FROM later l JOIN election e ON e.held_on < l."on" AND (l.before_on IS NULL OR l.before_on <= e.held_on)),
people AS (
    SELECT w.place, v.household_id AS door_now, v.precinct_id AS precinct_now,
           v.is_listed AND (v.registered_on <= w.held_on) IS NOT FALSE AS counts_now,
           CASE WHEN w.has_door THEN w.door_id ELSE v.household_id END AS door,
           COALESCE((w.old_precinct->>'precinct')::bigint, v.precinct_id) AS precinct_id,
           w.kind <> 'returned' AND NOT v.is_confidential
               AND COALESCE(w.old_status->>'status', v.status) = ANY(%(statuses)s)
               AND (CASE WHEN w.old_registered_on IS NULL THEN v.registered_on
                         ELSE (w.old_registered_on->>'registered_on')::date END <= w.held_on) IS NOT FALSE AS counts,
           CASE w.place {voted_case} END AS has_voted
    FROM was w
    JOIN precincts_voter v ON v.id = w.voter_id
    {returned}
    WHERE v.state_voter_id IS NOT NULL),
differing AS (
    SELECT p.place, COALESCE(CASE WHEN i.place IS NULL THEN h.block_id ELSE i.block_id END, 0) AS block_id,
           COALESCE(h.precinct_id, s.precinct_id) AS precinct_id, sum(s.sign) AS registered,
           sum(s.sign) FILTER (WHERE p.has_voted) AS voted
    FROM people p
    CROSS JOIN LATERAL (VALUES (-1, p.counts_now, p.door_now, p.precinct_now), (1, p.counts, p.door, p.precinct_id))
        s (sign, counts, door, precinct_id)
    LEFT JOIN precincts_household h ON h.id = s.door
    LEFT JOIN was_in i ON i.household_id = s.door AND i.place = p.place
    WHERE s.counts AND (p.counts_now, p.door_now, p.precinct_now) IS DISTINCT FROM (p.counts, p.door, p.precinct_id)
    GROUP BY p.place, 2, 3
    UNION ALL
    SELECT i.place, COALESCE(s.block_id, 0), h.precinct_id,
           s.sign * CASE i.place {could_case} END, s.sign * CASE i.place {did_case} END
    FROM at_moved_doors a
    JOIN was_in i ON i.household_id = a.door
    JOIN precincts_household h ON h.id = a.door
    CROSS JOIN LATERAL (VALUES (-1, h.block_id), (1, i.block_id)) s (sign, block_id))
SELECT d.place, b.id, b.precinct_id, d.precinct_id, sum(d.registered), COALESCE(sum(d.voted), 0)
FROM differing d LEFT JOIN precincts_block b ON b.id = d.block_id
GROUP BY d.place, b.id, b.precinct_id, d.precinct_id
"""

_FIRST_VALUE = """
    CASE WHEN l.before ? '{name}' THEN l.before WHEN l.is_last THEN NULL ELSE (
        SELECT n.before FROM precincts_voterchange n
        WHERE n.voter_id = l.voter_id AND n.id > l.id AND n.before ? '{name}' ORDER BY n.id LIMIT 1) END AS old_{name}"""

_PEOPLE_OF_CHAPTER = "(SELECT * FROM precincts_voter WHERE chapter_id = %(chapter)s) v"

_DOORS_OF_PRECINCTS = """
doors AS MATERIALIZED (
    SELECT id FROM precincts_household WHERE precinct_id = ANY(%(precincts)s)
    UNION
    SELECT m.household_id FROM precincts_blockmove m JOIN precincts_block b ON b.id = m.from_block_id
    WHERE b.precinct_id = ANY(%(precincts)s) AND m."on" > %(moved_since)s),
"""

_PEOPLE_OF_PRECINCTS = "(SELECT * FROM precincts_voter WHERE household_id IN (SELECT id FROM doors)) v"

_LATER_OF_PRECINCTS = """
    AND c.voter_id IN (
        SELECT p.id FROM precincts_voter p WHERE p.household_id IN (SELECT id FROM doors)
        UNION ALL
        SELECT p.id FROM precincts_voter p
        WHERE p.household_id IS NULL AND p.precinct_id = ANY(%(precincts)s)
        UNION ALL
        SELECT o.voter_id FROM precincts_voterchange o
        WHERE o.from_household_id IN (SELECT id FROM doors) AND o."on" > %(since)s)
"""
