from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0015_write_ask_words_by_language")]

    operations = [
        # With a default, so that the column can come back.
        migrations.AlterField(
            "ask", "what", models.CharField(max_length=200, default="", verbose_name="for what")
        ),
        migrations.RemoveField("ask", "what"),
    ]
