from django.db import migrations

# The app role cannot change a fact; when two people are merged, this much of it: who learned it.
MAKE = """
CREATE FUNCTION precincts_move_facts(fact_ids bigint[], from_id bigint, to_id bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved bigint;
BEGIN
    UPDATE precincts_fact fact SET member_id = to_id
    FROM chapters_member kept
    WHERE fact.id = ANY (fact_ids) AND fact.member_id = from_id
        AND kept.id = to_id AND kept.chapter_id = fact.chapter_id;
    GET DIAGNOSTICS moved = ROW_COUNT;
    RETURN moved;
END
$$;
"""
TAKE = "DROP FUNCTION precincts_move_facts(bigint[], bigint, bigint);"


class Migration(migrations.Migration):
    dependencies = [("precincts", "0021_count_area_figures")]

    operations = [migrations.RunSQL(MAKE, TAKE)]
