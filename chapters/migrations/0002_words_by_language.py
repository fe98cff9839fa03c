from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0001_initial")]

    operations = [
        migrations.AddField(
            "job", "titles", models.JSONField(default=dict, verbose_name="title, by language")
        ),
        migrations.AddField(
            "auditevent", "summaries", models.JSONField(default=dict, verbose_name="in words, by language")
        ),
    ]
