"""A chapter of a million voters with two thousand blocks and their captains, made by a few statements."""

from __future__ import annotations

from typing import Any

PRECINCT_DOORS, DOORS_IN_BLOCK, VOTERS_AT_DOOR = 1_000, 75, 2
CUT_PRECINCTS = 154
"""So many precincts are cut, into thirteen blocks of 150 voters each."""

_STATEMENTS = (
    """
    INSERT INTO precincts_election (chapter_id, held_on, kind, name, labels, bit)
    SELECT c.id, date '2014-05-06' + n * 365, CASE WHEN n % 2 = 0 THEN 'primary' ELSE 'general' END, n::text,
           ARRAY[n::text], n
    FROM chapters_chapter c, generate_series(0, 11) n
    """,
    """
    INSERT INTO precincts_precinct (chapter_id, county, code, name, valid_from)
    SELECT c.id, 'BENCH', n::text, '', date '2024-01-01'
    FROM chapters_chapter c, generate_series(1, {precincts}) n
    """,
    """
    INSERT INTO precincts_building (chapter_id, address_key, locality, number, street, street_key, city, state,
        postcode, lon, lat)
    SELECT c.id, n || ' ELM ST', 'BENCH', n::text, 'ELM ST', 'ELM ST', 'BENCH', 'NC', '27000',
           -79.0 + n % 1000 * 0.0001, 35.0 + n / 1000 * 0.0005
    FROM chapters_chapter c, generate_series(1, {doors}) n
    """,
    """
    INSERT INTO precincts_block (chapter_id, precinct_id, number, name, opened_on)
    SELECT p.chapter_id, p.id, n, '', date '2024-01-01'
    FROM precincts_precinct p, generate_series(1, {blocks}) n WHERE p.code::int <= {cut}
    """,
    """
    INSERT INTO precincts_household (chapter_id, building_id, unit, unit_key, precinct_id, block_id, walk_position,
        placed_by_street)
    SELECT b.chapter_id, b.id, '', '', p.id, k.id, (b.number::int - 1) % 75 + 1, false
    FROM precincts_building b
    JOIN precincts_precinct p ON p.code::int = (b.number::int - 1) / 1000 + 1
    LEFT JOIN precincts_block k ON k.precinct_id = p.id AND k.number = (b.number::int - 1) % 1000 / 75 + 1
    """,
    """
    INSERT INTO precincts_blockedit (chapter_id, precinct_id, kind, summaries, made_at, params, report)
    SELECT p.chapter_id, p.id, 'cut', '{{}}', now(), '{{}}', '{{}}' FROM precincts_precinct p
    """,
    """
    INSERT INTO precincts_blockmove (chapter_id, edit_id, household_id, to_block_id, "on")
    SELECT h.chapter_id, e.id, h.id, h.block_id, date '2024-01-01'
    FROM precincts_household h JOIN precincts_blockedit e ON e.precinct_id = h.precinct_id
    WHERE h.block_id IS NOT NULL
    """,
    """
    INSERT INTO precincts_voter (chapter_id, state, state_voter_id, county, last_name, first_name, middle_name,
        suffix, gender, party, status, is_confidential, phone, language, history, history_detail, added_at,
        household_id, precinct_id, birth_year, registered_on)
    SELECT h.chapter_id, 'NC', 'AA' || h.id || '-' || n, 'BENCH', 'NAME' || h.id % 5000, 'FIRST' || n, '', '', 'U',
           CASE h.id % 3 WHEN 0 THEN 'DEM' WHEN 1 THEN 'REP' ELSE 'UNA' END, 'active', false, '', '',
           (h.id * 2654435761 % 4096)::bigint, '', now(), h.id, h.precinct_id, 1950 + h.id % 50, date '2010-01-01'
    FROM precincts_household h, generate_series(1, 2) n
    """,
    """
    INSERT INTO chapters_member (chapter_id, first_name, last_name, email, phone, address, language, kind, standing,
        time_zone, note, created_at)
    SELECT c.id, 'Member', n::text, '', '', '', '', 'member', 'good', '', '', now()
    FROM chapters_chapter c, generate_series(1, {members}) n
    """,
    """
    INSERT INTO precincts_blockassignment (chapter_id, member_id, kind, starts_on, handover_note, block_id)
    SELECT b.chapter_id, m.id, 'captain', date '2024-02-01', '', b.id
    FROM precincts_block b JOIN chapters_member m ON m.last_name = (b.id % {members} + 1)::text AND m.first_name = 'Member'
    WHERE b.id % 4 > 0
    """,
    """
    INSERT INTO precincts_fact (chapter_id, voter_id, kind, value, text, source, occurred_at, recorded_at,
        is_retraction)
    SELECT v.chapter_id, v.id, 'contact', 'talked', '', 'captain', now() - (v.id % 200) * interval '1 day', now(), false
    FROM precincts_voter v JOIN precincts_household h ON h.id = v.household_id
    WHERE h.block_id % 4 > 0 AND v.id % 8 = 0
    """,
)


def fill_chapter(cursor: Any, *, voters: int) -> int:
    """Fill the only chapter; returns how many blocks it has."""
    doors = voters // VOTERS_AT_DOOR
    precincts = doors // PRECINCT_DOORS
    blocks = PRECINCT_DOORS // DOORS_IN_BLOCK
    cut = min(CUT_PRECINCTS, precincts)
    for statement in _STATEMENTS:
        cursor.execute(
            statement.format(precincts=precincts, doors=doors, blocks=blocks, cut=cut, members=1500)
        )
    cursor.execute("VACUUM ANALYZE")
    return cut * blocks
