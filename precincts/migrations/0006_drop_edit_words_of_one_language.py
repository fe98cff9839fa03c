from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("precincts", "0005_write_edit_words_by_language")]

    operations = [
        # With a default, so that the column can come back.
        migrations.AlterField(
            "blockedit", "summary", models.CharField(max_length=200, default="", verbose_name="in words")
        ),
        migrations.RemoveField("blockedit", "summary"),
    ]
