from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0013_quiet_weeks")]

    operations = [
        migrations.AddField(
            "ask", "whats", models.JSONField(default=dict, verbose_name="for what, by language")
        ),
    ]
