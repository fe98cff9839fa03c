from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0005_job_once")]

    operations = [
        migrations.AddField(
            "jobfile",
            "removed_at",
            models.DateTimeField(blank=True, null=True, verbose_name="when its bytes were deleted"),
        ),
    ]
