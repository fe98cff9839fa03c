from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.models import Member
from core.forms import DateField
from precincts.models import BlockAssignment


class AwayForm(forms.Form):
    """From when to when a captain is away, and which backup stands in."""

    starts_on = DateField(label=_("First day away"), days_ahead=400)
    ends_on = DateField(label=_("Last day away"), days_ahead=800)
    stand_in = forms.ModelChoiceField(
        Member.objects.none(), label=_("Who stands in"), empty_label=None, widget=forms.RadioSelect,
        error_messages={"required": _("Choose who stands in.")},
    )  # fmt: skip
    note = forms.CharField(
        label=_("What the stand-in should know"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, *args: Any, assignment: BlockAssignment, on: date, **kwargs: Any) -> None:
        backups = BlockAssignment.objects.backups().filter(block=assignment.block_id).exclude(ends_on__lt=on)
        people = Member.objects.filter(pk__in=backups.values("member"))
        only = list(people.values_list("pk", flat=True)[:2])
        starting = {"starts_on": on, "stand_in": only[0] if len(only) == 1 else None}
        super().__init__(*args, initial=starting, **kwargs)
        self._on = on
        stand_in = self.fields["stand_in"]
        assert isinstance(stand_in, forms.ModelChoiceField)
        stand_in.queryset = people

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", _("The last day lies before the first."))
        elif last and last < self._on:
            self.add_error("ends_on", _("Choose today or a later day."))
        return cleaned
