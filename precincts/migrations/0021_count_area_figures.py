"""Count the figures of the precincts and blocks there are, as `services.figures` counts them."""

from __future__ import annotations

from django.db import migrations

COUNT = """
    INSERT INTO precincts_areafigures (chapter_id, precinct_id, block_id, voters, doors, unplaced)
    SELECT door.chapter_id, door.precinct_id, k.id, sum(door.voters), count(*),
           count(*) FILTER (WHERE b.lon IS NULL)
    FROM (SELECT h.chapter_id, h.precinct_id, h.block_id, h.building_id, count(*) AS voters
          FROM precincts_household h
          JOIN precincts_voter v ON v.household_id = h.id AND v.is_listed
          WHERE h.precinct_id IS NOT NULL
          GROUP BY h.id) door
    JOIN precincts_building b ON b.id = door.building_id
    LEFT JOIN precincts_block k ON k.id = door.block_id AND k.precinct_id = door.precinct_id
    GROUP BY door.chapter_id, door.precinct_id, k.id;

    INSERT INTO precincts_areafigures (chapter_id, precinct_id, voters, doors, unplaced)
    SELECT v.chapter_id, v.precinct_id, count(*), 0, 0
    FROM precincts_voter v
    WHERE v.household_id IS NULL AND v.is_listed AND v.precinct_id IS NOT NULL
    GROUP BY v.chapter_id, v.precinct_id
    ON CONFLICT (precinct_id) WHERE block_id IS NULL
    DO UPDATE SET voters = precincts_areafigures.voters + EXCLUDED.voters;

    UPDATE precincts_areafigures a SET last_news = news.last
    FROM (SELECT h.precinct_id, h.block_id, max(f.occurred_at) AS last
          FROM precincts_fact f
          JOIN precincts_voter v ON v.id = f.voter_id
          JOIN precincts_household h ON h.id = v.household_id
          WHERE f.source <> 'import'
          GROUP BY h.precinct_id, h.block_id) news
    WHERE a.precinct_id = news.precinct_id AND a.block_id IS NOT DISTINCT FROM news.block_id;
"""


class Migration(migrations.Migration):
    dependencies = [("precincts", "0020_area_figures")]
    operations = [migrations.RunSQL(COUNT, migrations.RunSQL.noop)]
