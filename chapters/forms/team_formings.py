from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.enums import FormingAnswer
from chapters.forms.mailings import list_group_choices
from chapters.models import Chapter, FormingSlot
from chapters.services.team_formings import Slot
from core.forms import DateField

PLACES = 4
"""So many first calls can be offered at once."""


class FormingForm(forms.Form):
    """The team to be, and the first calls or meetings that are offered."""

    name = forms.CharField(label=_("Name of the team"), max_length=80)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._now = now
        for place in range(1, PLACES + 1):
            words = {"number": place}
            self.fields[f"on_{place}"] = DateField(
                label=_("Offer %(number)d: day") % words, required=place == 1, days_ahead=180
            )
            self.fields[f"at_{place}"] = forms.TimeField(
                label=_("Offer %(number)d: time") % words, required=place == 1,
                widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            )  # fmt: skip
            self.fields[f"where_{place}"] = forms.CharField(
                label=_("Offer %(number)d: where, or how to dial in") % words,
                max_length=200,
                required=place == 1,
            )
            self.fields[f"room_{place}"] = forms.IntegerField(
                label=_("Offer %(number)d: room for") % words, min_value=1, max_value=999, required=False
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.slots: list[Slot] = []
        for place in range(1, PLACES + 1):
            day, time, where = (cleaned.get(f"{part}_{place}") for part in ("on", "at", "where"))
            if not (day or time or where):
                continue
            if not (day and time and where):
                self.add_error(
                    f"on_{place}", _("Say the day, the time and the place, or leave all three empty.")
                )
                continue
            starts_at = datetime.combine(day, time, tzinfo=timezone.get_current_timezone())
            if starts_at <= self._now:
                self.add_error(f"on_{place}", _("Choose a time ahead."))
                continue
            self.slots.append(Slot(where, starts_at, cleaned.get(f"room_{place}")))
        return cleaned


class InviteForm(forms.Form):
    """Who is invited to form a team."""

    group = forms.ChoiceField(label=_("Whom to invite"))

    def __init__(self, *args: Any, chapter: Chapter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)
        group.choices = list_group_choices(chapter)

    @property
    def wished(self) -> tuple[str, str]:
        """The group's name and the chosen value."""
        name, _mark, value = self.cleaned_data["group"].partition("|")
        return name, value


class ChooseForm(forms.Form):
    """Which of the first calls suits, or that none does."""

    choice = forms.ChoiceField(label=_("Which one suits you?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, slots: list[FormingSlot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._slots = {str(slot.pk): slot for slot in slots}
        choice = self.fields["choice"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [
            *((pk, slot.says) for pk, slot in self._slots.items()),  # type: ignore[attr-defined]
            (FormingAnswer.NO_TIME.value, _("I would like to, but none of these suits")),
            (FormingAnswer.NO.value, _("No, thank you")),
        ]

    def clean_choice(self) -> str:
        choice: str = self.cleaned_data["choice"]
        if not choice:
            raise ValidationError(_("Choose one."))
        return choice

    @property
    def wished(self) -> dict[str, Any]:
        """The answer as `services.team_formings.answer_forming` takes it."""
        slot = self._slots.get(self.cleaned_data["choice"])
        if slot is not None:
            return {"answer": FormingAnswer.SLOT, "slot": slot}
        return {"answer": FormingAnswer(self.cleaned_data["choice"]), "slot": None}
