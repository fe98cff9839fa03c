from django.db import migrations

from precincts.folding import list_words


def file_languages(apps, schema_editor):
    """Let the inventory find the languages that captains have learned of their neighbours."""
    alias = schema_editor.connection.alias
    skills = apps.get_model("precincts", "Skill")
    facts = apps.get_model("precincts", "Fact").objects.using(alias)
    facts = facts.filter(kind="language", is_retraction=False, skill=None)
    found = []
    for fact in facts.order_by("pk").iterator(chunk_size=2000):
        words = dict.fromkeys(list_words(fact.text or fact.value))
        if words:
            found.append(
                skills(
                    chapter_id=fact.chapter_id,
                    fact=fact,
                    kind="language",
                    value=fact.value,
                    text=fact.text[:200],
                    search_words="".join(f" {word}" for word in words),
                    noted_by_id=fact.recorded_by_id,
                    noted_at=fact.occurred_at,
                )
            )
    skills.objects.using(alias).bulk_create(found, batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [("precincts", "0014_skills_needs_and_hand_shakes")]

    operations = [migrations.RunPython(file_languages, migrations.RunPython.noop)]
