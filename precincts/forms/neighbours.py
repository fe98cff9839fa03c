from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from precincts.models import Household
from precincts.services.corrections import EARLIEST_BIRTH
from precincts.services.neighbours import find_at_door, say_known


class NeighbourForm(forms.Form):
    """Somebody at a door whom the file does not know."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(
        label=_("Last name"), required=False, max_length=80, help_text=_("As far as they tell you.")
    )
    birth_year = forms.IntegerField(
        label=_("Year of birth"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": "4"}),
        help_text=_("If they tell you; it helps to find them in the next file."),
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, household: Household, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.household = household

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and not EARLIEST_BIRTH <= year <= timezone.localdate().year:
            raise forms.ValidationError(
                _("Enter a year from %(first)d to this one."), params={"first": EARLIEST_BIRTH}
            )
        return year

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            known = find_at_door(
                self.household,
                first_name=cleaned["first_name"],
                last_name=cleaned["last_name"],
                birth_year=cleaned["birth_year"],
            )
            if known is not None:
                self.add_error("last_name", say_known(str(known)))
        return cleaned
