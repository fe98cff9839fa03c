from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("chapters", "0002_words_by_language")]

    operations = [
        migrations.RunSQL(
            "UPDATE chapters_job SET titles = jsonb_build_object('en', title)",
            "UPDATE chapters_job SET title = coalesce(titles->>'en', '')",
        ),
        migrations.RunSQL(
            "UPDATE chapters_auditevent SET summaries = jsonb_build_object('en', summary)",
            "UPDATE chapters_auditevent SET summary = coalesce(summaries->>'en', '')",
        ),
    ]
