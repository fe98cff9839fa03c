from __future__ import annotations

import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models
from django.db.models import F, Q


def _states(words: str) -> django.contrib.postgres.fields.ArrayField:
    two_letters = django.core.validators.RegexValidator("^[A-Z]{2}$", "Two capital letters.")
    return django.contrib.postgres.fields.ArrayField(
        base_field=models.CharField(max_length=2, validators=[two_letters]),
        blank=True,
        default=list,
        size=None,
        verbose_name=words,
    )


class Migration(migrations.Migration):
    dependencies = [("chapters", "0010_job_once_unless_stopped")]

    operations = [
        migrations.AddField(
            model_name="chapter",
            name="party_states",
            field=_states("states where people register by party"),
        ),
        migrations.AddField(
            model_name="chapter",
            name="ballot_states",
            field=_states("states where the primary ballot tells the party"),
        ),
        migrations.AddField(
            model_name="chapter",
            name="door_states",
            field=_states("states where only the door tells the party"),
        ),
        migrations.AddConstraint(
            model_name="chapter",
            constraint=models.CheckConstraint(
                condition=~Q(party_states__overlap=F("ballot_states"))
                & ~Q(party_states__overlap=F("door_states"))
                & ~Q(ballot_states__overlap=F("door_states")),
                name="chapter_one_regime_a_state",
                violation_error_message="A state has one way in which affiliation is known.",
            ),
        ),
    ]
