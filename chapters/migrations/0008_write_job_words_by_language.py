from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("chapters", "0007_job_words_by_language")]

    operations = [
        migrations.RunSQL(
            "UPDATE chapters_job SET messages = jsonb_build_object('en', message),"
            " errors = jsonb_build_object('en', error), hints = jsonb_build_object('en', hint)",
            "UPDATE chapters_job SET message = coalesce(messages->>'en', ''),"
            " error = coalesce(errors->>'en', ''), hint = coalesce(hints->>'en', '')",
        ),
        migrations.RunSQL(
            "UPDATE chapters_jobfile SET labels = jsonb_build_object('en', label)",
            "UPDATE chapters_jobfile SET label = coalesce(labels->>'en', '')",
        ),
    ]
