from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0008_write_job_words_by_language")]

    operations = [
        # With defaults, so that the columns can come back.
        migrations.AlterField(
            "job", "message", models.CharField(max_length=300, default="", verbose_name="what it is doing")
        ),
        migrations.RemoveField("job", "message"),
        migrations.AlterField("job", "error", models.TextField(default="")),
        migrations.RemoveField("job", "error"),
        migrations.AlterField("job", "hint", models.TextField(default="", verbose_name="what to do")),
        migrations.RemoveField("job", "hint"),
        migrations.AlterField("jobfile", "label", models.CharField(max_length=200, default="")),
        migrations.RemoveField("jobfile", "label"),
    ]
