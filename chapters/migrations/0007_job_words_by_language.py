from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0006_job_file_removed")]

    operations = [
        migrations.AddField(
            "job", "messages", models.JSONField(default=dict, verbose_name="what it is doing, by language")
        ),
        migrations.AddField(
            "job", "errors", models.JSONField(default=dict, verbose_name="why it failed, by language")
        ),
        migrations.AddField(
            "job", "hints", models.JSONField(default=dict, verbose_name="what to do, by language")
        ),
        migrations.AddField(
            "jobfile", "labels", models.JSONField(default=dict, verbose_name="label, by language")
        ),
    ]
