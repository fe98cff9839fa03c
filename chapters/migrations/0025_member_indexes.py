from django.db import migrations, models

MARKS = "!\"#$%&''()*+,-./:;<=>?@[\\]^_`{|}~"
WORDS = f"""
CREATE INDEX member_by_words ON chapters_member USING gin (
    to_tsvector('simple'::regconfig, translate(first_name || ' ' || last_name || ' ' || email,
                                               '{MARKS}', '{" " * 32}'))
);
CREATE INDEX member_by_digits ON chapters_member (
    chapter_id, "right"(regexp_replace(phone, '\\D', '', 'g'), 10)
);
"""
TAKE = "DROP INDEX member_by_words; DROP INDEX member_by_digits;"


class Migration(migrations.Migration):
    dependencies = [("chapters", "0024_message_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="member",
            index=models.Index(
                fields=["chapter", "last_name", "first_name", "id"],
                include=["kind", "standing", "user", "since"],
                name="member_in_order",
            ),
        ),
        migrations.RunSQL(WORDS, TAKE),
    ]
