from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import Weekday


class TimeInput(forms.TimeInput):
    """The browser's own field for a time of day."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class AvailabilityForm(forms.Form):
    """Days of the week, and from when until when."""

    weekdays = forms.TypedMultipleChoiceField(
        label=_("Days"), choices=Weekday, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    starts = forms.TimeField(label=_("From"), widget=TimeInput())
    ends = forms.TimeField(label=_("Until"), widget=TimeInput())
    note = forms.CharField(
        label=_("Note"), required=False, max_length=200, help_text=_("For instance: only every other week.")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", _("The time ends before it begins."))
        return cleaned
