from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("precincts", "0004_edit_words_by_language")]

    operations = [
        migrations.RunSQL(
            "UPDATE precincts_blockedit SET summaries = jsonb_build_object('en', summary)",
            "UPDATE precincts_blockedit SET summary = coalesce(summaries->>'en', '')",
        ),
    ]
