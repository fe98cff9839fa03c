from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from chapters.member_csv import COLUMNS, FULL_NAME
from chapters.models import Member

_SHOWN = 60
_MOST = 100


def list_choices() -> list[tuple[str, Any]]:
    """What a column may mean."""
    fields = {field.name: field for field in Member._meta.concrete_fields}  # noqa: SLF001 (public by Django's word)
    words = {name: fields[name].verbose_name for name in COLUMNS if name != FULL_NAME}
    named = [(name, str(said)[:1].upper() + str(said)[1:]) for name, said in words.items()]
    return [("", _("leave out")), (FULL_NAME, _("First and last name in one")), *named]


class ColumnsForm(forms.Form):
    """For each column of a file what it means; the first cells stand beside it."""

    def __init__(
        self,
        *args: Any,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        meant: Sequence[str],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = list_choices()
        for place, title in enumerate(header[:_MOST]):
            cells = [row[place].strip() for row in rows if place < len(row) and row[place].strip()]
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=Truncator(title).chars(_SHOWN) or _("Column %(number)d") % {"number": place + 1},
                choices=choices,
                required=False,
                initial=meant[place],
                help_text=Truncator(", ".join(cells)).chars(_SHOWN),
            )
        self._width = len(header)

    @property
    def said(self) -> list[str]:
        """The field for each column, "" for those left out."""
        return [self.cleaned_data.get(f"column_{place}", "") for place in range(self._width)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        times = Counter(name for name in self.said if name)
        twice = [name for name, count in times.items() if count > 1]
        if twice:
            raise ValidationError(_("Two columns cannot mean the same: choose one of them."))
        if not {"first_name", FULL_NAME} & set(times):
            raise ValidationError(_("Say which column holds the first name, or the whole name."))
        return cleaned
