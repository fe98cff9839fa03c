from django.db import migrations

# The log and other records cannot be changed by the app role. While somebody's erasure is asked for and not done,
# what names them there can, and nothing else: each occurrence becomes the pseudonym of that person.
MAKE = r"""
CREATE FUNCTION chapters_erase_words(erasure_id bigint, in_table text, in_columns text[], pattern text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    erasure chapters_erasure;
    word text;
    sets text;
    finds text;
    changed bigint;
BEGIN
    SELECT * INTO STRICT erasure FROM chapters_erasure
    WHERE id = erasure_id AND done_at IS NULL AND withdrawn_at IS NULL;
    word := '#' || erasure.member_id;
    SELECT
        string_agg(
            CASE
                WHEN column_info.data_type = 'jsonb'
                    THEN format('%1$I = regexp_replace(%1$I::text, $1, $2, ''gi'')::jsonb', column_info.column_name)
                WHEN column_info.character_maximum_length IS NOT NULL
                    THEN format('%1$I = left(regexp_replace(%1$I, $1, $2, ''gi''), %2$s)', column_info.column_name,
                                column_info.character_maximum_length)
                ELSE format('%1$I = regexp_replace(%1$I, $1, $2, ''gi'')', column_info.column_name)
            END, ', '),
        string_agg(format('%I::text ~* $1', column_info.column_name), ' OR ')
    INTO STRICT sets, finds
    FROM information_schema.columns column_info
    WHERE column_info.table_schema = 'public' AND column_info.table_name = in_table
        AND column_info.column_name = ANY (in_columns);
    EXECUTE format('UPDATE %I SET %s WHERE chapter_id = $3 AND (%s)', in_table, sets, finds)
        USING pattern, word, erasure.chapter_id;
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;

CREATE FUNCTION chapters_erase_log_of(erasure_id bigint, row_ids text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    erasure chapters_erasure;
    account bigint;
    changed bigint;
BEGIN
    SELECT * INTO STRICT erasure FROM chapters_erasure
    WHERE id = erasure_id AND done_at IS NULL AND withdrawn_at IS NULL;
    SELECT user_id INTO account FROM chapters_member WHERE id = erasure.member_id;
    UPDATE chapters_auditevent SET actor_label = '#' || erasure.member_id
    WHERE chapter_id = erasure.chapter_id AND actor_user_id = account;
    UPDATE chapters_auditevent SET detail = '{}'
    WHERE chapter_id = erasure.chapter_id AND row_kind = 'chapters.member' AND row_id = ANY (row_ids)
        AND detail <> '{}';
    GET DIAGNOSTICS changed = ROW_COUNT;
    RETURN changed;
END
$$;
"""
TAKE = """
DROP FUNCTION chapters_erase_log_of(bigint, text[]);
DROP FUNCTION chapters_erase_words(bigint, text, text[], text);
"""


class Migration(migrations.Migration):
    dependencies = [("chapters", "0020_merges_and_erasures")]

    operations = [migrations.RunSQL(MAKE, TAKE)]
