from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0004_drop_words_of_one_language")]

    operations = [
        migrations.AddField(
            "job",
            "once",
            models.CharField(
                blank=True, default="", max_length=64, verbose_name="what is the same work while it is open"
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "job",
            models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("queued", "running")), models.Q(("once", ""), _negated=True)
                ),
                fields=("once",),
                name="job_open_once",
            ),
        ),
    ]
