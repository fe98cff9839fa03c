from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from precincts.enums import VALUED_CORRECTIONS, CorrectionKind
from precincts.services.corrections import is_birth_year


class CorrectionForm(forms.Form):
    """What the file has wrong of a neighbour."""

    what = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[
            (CorrectionKind.NAME, _("The name is spelled wrong")),
            (CorrectionKind.UNIT, _("They live in another unit of the building")),
            (CorrectionKind.BIRTH_YEAR, _("The year of birth is wrong")),
            (CorrectionKind.DECEASED, _("They have died")),
            (CorrectionKind.MOVED, _("They have moved away")),
        ],
        widget=forms.RadioSelect,
    )
    says = forms.CharField(
        label=_("What is right?"),
        required=False,
        max_length=120,
        help_text=_("The right name, unit or year; nothing for somebody who has died or moved."),
    )
    note = forms.CharField(
        label=_("How do you know?"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        what, says = cleaned.get("what"), cleaned.get("says", "")
        if what in VALUED_CORRECTIONS and not says and not self.errors:
            self.add_error("says", _("Say what is right."))
        elif what == CorrectionKind.BIRTH_YEAR and says and not is_birth_year(says, timezone.now()):
            self.add_error("says", _("Write the year with four digits, as 1972."))
        return cleaned


class DecisionForm(forms.Form):
    """An organizer's answer to a correction."""

    decision = forms.ChoiceField(
        choices=[("approve", _("Approve")), ("reject", _("Reject")), ("revoke", _("Take the approval back"))]
    )
    answer = forms.CharField(
        label=_("Answer to whoever asked"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed unless you approve: they should hear why."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") in ("reject", "revoke") and not cleaned.get("answer"):
            self.add_error("answer", _("Say in a few words why."))
        return cleaned
