from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from core.forms import CsvFileForm, DateField, PastDateField
from precincts.models import CommitteeSeat, Precinct
from precincts.querysets import natural_order
from precincts.services.seats import FIELDS


class _PrecinctField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}".strip()


class SeatForm(forms.ModelForm):
    """One seat: where, how it is filled, until when, by whom."""

    precinct = _PrecinctField(
        Precinct.objects.none(), label=_("Precinct"), empty_label=_("Choose a precinct")
    )

    place = forms.IntegerField(
        label=_("Seat number"),
        min_value=1,
        max_value=99,
        help_text=_("1, unless the precinct has several seats of this title."),
    )

    class Meta:
        model = CommitteeSeat
        fields = ["precinct", *FIELDS]
        field_classes = {
            "term_starts_on": DateField,
            "term_ends_on": DateField,
            "filing_opens_on": DateField,
            "filing_closes_on": DateField,
            "since": PastDateField,
        }
        help_texts = {
            "title": _("As your party calls it: committee member, precinct chair, delegate …"),
            "holder_name": _(
                "First and last name; empty while the seat is vacant. One of your people with this name is linked."
            ),
            "since": _("The day the holder took the seat, or the seat fell vacant."),
            "signatures_needed": _("Empty when none are asked for."),
        }

    def __init__(self, *args: Any, chapter: Chapter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        precinct = self.fields["precinct"]
        assert isinstance(precinct, forms.ModelChoiceField)
        known = Precinct.objects.filter(chapter=chapter, valid_until__isnull=True)
        precinct.queryset = known.order_by("county", natural_order("code"))
        if self.instance.pk:
            del self.fields["precinct"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for first, last, says in (
            ("term_starts_on", "term_ends_on", _("The term ends before it begins.")),
            ("filing_opens_on", "filing_closes_on", _("Filing closes before it opens.")),
        ):
            if cleaned.get(first) and cleaned.get(last) and cleaned[last] < cleaned[first]:
                self.add_error(last, says)
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}


class RulesForm(forms.Form):
    """What the chapter keeps in mind of the party's rules."""

    text = forms.CharField(
        label=_("Rules"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text=_(
            "Who may run, when and where to file, how vacancies are filled, where the rules are printed."
        ),
    )


class SeatFileForm(CsvFileForm):
    """The file of seats."""

    help_text = _("At most 5 MB. The first line names the columns; “Precinct” and “Seat” are needed.")
