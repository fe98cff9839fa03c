from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("precincts", "0003_voter_fingerprint")]

    operations = [
        migrations.AddField(
            "blockedit", "summaries", models.JSONField(default=dict, verbose_name="in words, by language")
        ),
    ]
