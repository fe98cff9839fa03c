from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0009_drop_job_words_of_one_language")]

    operations = [
        migrations.RemoveConstraint("job", "job_open_once"),
        migrations.AddConstraint(
            "job",
            models.UniqueConstraint(
                condition=models.Q(
                    ("cancel_asked", False),
                    ("state__in", ("queued", "running")),
                    models.Q(("once", ""), _negated=True),
                ),
                fields=("once",),
                name="job_open_once",
            ),
        ),
    ]
