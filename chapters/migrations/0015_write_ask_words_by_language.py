from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("chapters", "0014_ask_words_by_language")]

    operations = [
        migrations.RunSQL(
            "UPDATE chapters_ask SET whats = jsonb_build_object('en', what)",
            "UPDATE chapters_ask SET what = coalesce(whats->>'en', '')",
        ),
    ]
