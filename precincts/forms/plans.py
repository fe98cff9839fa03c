from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.forms import PastDateField
from core.templatetags.formats import dated, number, percent
from precincts.enums import ElectionKind
from precincts.goals import LIKE_ELECTIONS, Turnout
from precincts.selectors.plans import KindFigures, PlanFigures
from precincts.words import say_elections

USUAL_KINDS = (ElectionKind.GENERAL, ElectionKind.PRIMARY, ElectionKind.MUNICIPAL)
"""Kinds that every plan may have a goal for; others are offered where one was held."""

MOST_PEOPLE = 100_000


class PlanForm(forms.Form):
    """A precinct's goals: a turnout for each kind of election, neighbours to register, and the first day."""

    def __init__(self, *args: Any, figures: PlanFigures, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kinds = [
            kind for kind in ElectionKind.values if kind in USUAL_KINDS or figures.get_kind(kind) is not None
        ]
        for kind in self.kinds:
            self.fields[f"turnout_{kind}"] = _turnout_field(kind, figures.get_kind(kind))
        self.fields["registration_goal"] = forms.IntegerField(
            label=_("Neighbours to register"),
            required=False,
            initial=figures.registration_goal,
            validators=[
                MinValueValidator(0, _("A number of people is not below 0.")),
                MaxValueValidator(MOST_PEOPLE, _("That is more than any precinct has.")),
            ],
            help_text=_("How many shall be new on the rolls; empty for no goal."),
        )
        self.fields["began_on"] = PastDateField(
            label=_("The plan begins"),
            initial=figures.began_on,
            help_text=_("Registrations and forms are counted from this day on."),
        )

    @property
    def turnout(self) -> dict[str, Decimal | None]:
        """The goals by kind of election; None where the field was left empty."""
        return {kind: self.cleaned_data[f"turnout_{kind}"] for kind in self.kinds}


def _turnout_field(kind: str, figures: KindFigures | None) -> forms.DecimalField:
    goal = suggested = None
    if figures is not None:
        goal, suggested = figures.goal, figures.suggested
        if not figures.is_settled:
            goal = suggested
    return forms.DecimalField(
        label=_("Turnout in %(elections)s, percent") % {"elections": say_elections(kind)},
        required=False,
        initial=goal,
        max_digits=7,
        decimal_places=1,
        validators=[
            MinValueValidator(0, _("A turnout goal is at least 0 percent.")),
            MaxValueValidator(
                100, _("A turnout goal is at most 100 percent: more than everybody cannot vote.")
            ),
        ],
        widget=forms.NumberInput(attrs={"min": 0, "max": 100, "step": "0.1", "inputmode": "decimal"}),
        help_text=say_suggestion(figures),
    )


def say_suggestion(figures: KindFigures | None) -> str:
    """ "Suggested 31.2 %, the mean of the last 2: 5 Mar 2024 30.4 % (612 of 2,013), ..." """
    if figures is None or figures.suggested is None:
        return gettext("No election of this kind is on record here, so nothing is suggested.")
    counted = figures.held[:LIKE_ELECTIONS]
    head = ngettext(
        "Suggested %(goal)s, as in the one on record:",
        "Suggested %(goal)s, the mean of the last %(count)d:",
        len(counted),
    ) % {"goal": percent(float(figures.suggested), 1), "count": len(counted)}
    return f"{head} {'; '.join(say_turnout(one) for one in counted)}"


def say_turnout(turnout: Turnout) -> str:
    """ "5 Mar 2024 30.4 % (612 of 2,013)" """
    return gettext("%(day)s %(share)s (%(voted)s of %(registered)s)") % {
        "day": dated(turnout.held_on),
        "share": percent(float(turnout.percent), 1),
        "voted": number(turnout.voted),
        "registered": number(turnout.registered),
    }
