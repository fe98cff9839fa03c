from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chapters", "0003_write_words_by_language")]

    operations = [
        # With a default, so that the columns can come back.
        migrations.AlterField("job", "title", models.CharField(max_length=200, default="")),
        migrations.RemoveField("job", "title"),
        migrations.AlterField(
            "auditevent", "summary", models.CharField(max_length=300, default="", verbose_name="in words")
        ),
        migrations.RemoveField("auditevent", "summary"),
    ]
