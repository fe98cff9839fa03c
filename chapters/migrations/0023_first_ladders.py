from __future__ import annotations

from django.db import migrations

from chapters.first_ladder import FIRST_LADDER
from core.words import in_all_languages


def found_ladders(apps, schema_editor):
    """Chapters founded before there was a ladder begin with the one that new ones begin with."""
    alias = schema_editor.connection.alias
    steps = apps.get_model("chapters", "LadderStep").objects.using(alias)
    for chapter in apps.get_model("chapters", "Chapter").objects.using(alias).filter(kind="chapter"):
        if steps.filter(chapter=chapter).exists():
            continue
        made = {}
        for place, step in enumerate(FIRST_LADDER, start=1):
            made[step.key] = steps.create(
                chapter=chapter,
                size=step.size,
                position=place * 10,
                titles=in_all_languages(step.title),
                texts=in_all_languages(step.text),
                follows=made.get(step.after),
                done_rule=step.done_rule,
                done_value=step.done_value,
            )


class Migration(migrations.Migration):
    dependencies = [("chapters", "0022_meetings")]

    operations = [migrations.RunPython(found_ladders, migrations.RunPython.noop)]
