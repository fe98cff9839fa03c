from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.forms import DateField, PastDateField
from core.templatetags.formats import number
from precincts.enums import ElectionKind, ImportDoubt, ImportKind, VoterStatus
from precincts.models import SavedMapping
from precincts.services.imports.elections import ASKED_BEFORE
from precincts.voterfile.elections import LATEST_AFTER
from precincts.voterfile.faults import FileFault
from precincts.voterfile.layouts.base import HISTORY_FIELDS, REQUIRED_VOTER_FIELDS, column_key
from precincts.voterfile.mapping import FIELDS_OF, layout_from_mapping
from precincts.voterfile.values import CONFIDENTIAL, STATUS_WORDS, STATUSES

LARGEST_UPLOAD = 2**30
_MOST_LABELS = 200

FIELD_WORDS = {
    "voter_id": _("Voter number given by the state"),
    "last_name": _("Last name"),
    "first_name": _("First name"),
    "middle_name": _("Middle name"),
    "suffix": _("Name suffix (Jr, III)"),
    "address_line": _("Address in one line"),
    "number": _("House number"),
    "street": _("Street"),
    "unit": _("Apartment or unit"),
    "city": _("City"),
    "state": _("State"),
    "postcode": _("Postcode"),
    "precinct": _("Precinct code"),
    "precinct_name": _("Precinct name"),
    "county": _("County"),
    "status": _("Status of the registration"),
    "registered_on": _("Registration date"),
    "birth_date": _("Date of birth"),
    "birth_year": _("Year of birth"),
    "age": _("Age"),
    "gender": _("Gender"),
    "party": _("Party"),
    "phone": _("Phone"),
    "language": _("Language"),
    "confidential": _("Confidential or exempt (Y = never shown)"),
    "election": _("Election"),
    "kind": _("Kind of election"),
    "method": _("How they voted"),
    "ballot": _("Ballot pulled"),
    "returned_on": _("Day the ballot came back"),
    "ballot_status": _("Status of the ballot"),
}
STATUS_MEANINGS = {
    **{status: VoterStatus(status).label for status in STATUS_WORDS},
    CONFIDENTIAL: _("confidential or exempt: never shown"),
}
JOINED_FIELDS = frozenset({"address_line", "number", "street", "unit", "phone"})


class UploadForm(forms.Form):
    """A file, and what is on record about it."""

    kind = forms.ChoiceField(label=_("What is in the file"), choices=ImportKind, widget=forms.RadioSelect)
    file = forms.FileField(
        label=_("File"),
        help_text=_("Text, CSV, gzip or zip, up to 1 GB. Florida: all county files in one zip."),
    )
    source = forms.CharField(
        label=_("Who gave it"),
        max_length=200,
        help_text=_("For example: State Board of Elections, by request."),
    )
    obtained_on = PastDateField(label=_("Obtained on"))
    permitted_use = forms.CharField(
        label=_("What it may be used for"),
        max_length=300,
        help_text=_("It is printed on every list that is made from the file."),
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_UPLOAD:
            raise forms.ValidationError(_("The file is larger than 1 GB. Pack it as a zip."))
        return file


class MappingForm(forms.Form):
    """Which column of a file holds what; one control for each thing we know of a voter or a vote."""

    name = forms.CharField(
        label=_("Name of the source"),
        max_length=120,
        help_text=_("The next file of this source needs no questions."),
    )

    def __init__(
        self, *args: Any, kind: str, columns: Sequence[tuple[str, str]], has_header: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.has_header = kind, has_header
        self.names = FIELDS_OF.get(kind, HISTORY_FIELDS)
        for name in self.names:
            self.fields[name] = _column_field(name, columns)
        for name in REQUIRED_VOTER_FIELDS if kind == ImportKind.VOTERS else ("voter_id",):
            self.fields[name].required = True
        if kind == ImportKind.HISTORY:
            self.fields["marked"] = forms.MultipleChoiceField(
                label=_("Columns that are elections"),
                choices=columns,
                required=False,
                help_text=_("For files with one column an election: any mark in it means that they voted."),
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            try:
                layout_from_mapping(self.mapping(), kind=self.kind)
            except FileFault as fault:
                missing = [part.strip() for part in str(fault.details.get("what", "")).split(",")]
                for name in missing:
                    self.add_error(name if name in self.fields else None, _("Choose the column."))
        return cleaned

    def mapping(self) -> dict[str, Any]:
        """The mapping as `precincts.voterfile.mapping` reads it."""
        chosen = {name: self.cleaned_data.get(name) for name in self.names}
        columns = {name: self._columns(value) for name, value in chosen.items() if value}
        mapping: dict[str, Any] = {
            "name": self.cleaned_data.get("name", ""),
            "kind": self.kind,
            "header": self.has_header,
            "columns": columns,
        }
        if self.cleaned_data.get("marked"):
            marked = self._columns(self.cleaned_data["marked"])
            mapping["history"] = [{"column": column, "reads": "mark"} for column in marked]
        return mapping

    def _columns(self, value: str | list[str]) -> list[str | int]:
        names = value if isinstance(value, list) else [value]
        return [name if self.has_header else int(name) for name in names]


def _column_field(name: str, columns: Sequence[tuple[str, str]]) -> forms.Field:
    if name in JOINED_FIELDS:
        return forms.MultipleChoiceField(
            label=FIELD_WORDS[name],
            choices=columns,
            required=False,
            help_text=_("Several columns are joined in the order of the file."),
        )
    return forms.ChoiceField(
        label=FIELD_WORDS[name], choices=[("", _("not in this file")), *columns], required=False
    )


def start_values(mapping: dict[str, Any], header: Sequence[str]) -> dict[str, Any]:
    """The form's first values out of a mapping, for the columns this file has."""
    by_key = {column_key(name): name for name in header}
    values: dict[str, Any] = {"name": mapping.get("name", "")}
    for name, given in dict(mapping.get("columns", {})).items():
        wanted = given if isinstance(given, list | tuple) else [given]
        found = [by_key[column_key(str(column))] for column in wanted if column_key(str(column)) in by_key]
        if found:
            values[name] = found if name in JOINED_FIELDS else found[0]
    marked = [entry.get("column") for entry in mapping.get("history", ()) if isinstance(entry, dict)]
    values["marked"] = [
        by_key[column_key(str(column))] for column in marked if column_key(str(column)) in by_key
    ]
    return values


class StatusForm(forms.Form):
    """What each value of the status column means; one control for each value."""

    def __init__(
        self, *args: Any, counts: Mapping[str, int], known: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.values = sorted(counts, key=lambda value: (-counts[value], value))
        for place, value in enumerate(self.values):
            count = counts[value]
            words = {"value": value or _("(blank)"), "count": number(count)}
            self.fields[f"status_{place}"] = forms.ChoiceField(
                label=ngettext("“%(value)s”: %(count)s row", "“%(value)s”: %(count)s rows", count) % words,
                choices=[("", _("Choose what it means")), *STATUS_MEANINGS.items()],
                initial=known.get(value) or STATUSES.get(value, ""),
            )

    def statuses(self) -> dict[str, str]:
        """The meanings as a mapping keeps them."""
        return {value: self.cleaned_data[f"status_{place}"] for place, value in enumerate(self.values)}


class ElectionsForm(forms.Form):
    """Which elections the labels nobody knows stand for: a day and a kind, or neither to leave the votes out."""

    def __init__(
        self, *args: Any, labels: Mapping[str, int], known: Mapping[str, Mapping[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        by_votes = sorted(labels.items(), key=lambda item: (-item[1], item[0]))
        self.labels = dict(by_votes[:_MOST_LABELS])
        for place, label in enumerate(self.labels):
            said = known.get(label, {})
            self.fields[f"day_{place}"] = DateField(
                label=_("Election day"),
                required=False,
                days_ahead=LATEST_AFTER.days,
                initial=date.fromisoformat(said["date"]) if said else None,
            )
            self.fields[f"kind_{place}"] = forms.ChoiceField(
                label=_("Kind of election"),
                required=False,
                choices=[("", _("not known")), *ElectionKind.choices],
                initial=said.get("kind", ""),
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """For each label its votes and its two controls."""
        return [
            {"label": label, "votes": votes, "day": self[f"day_{place}"], "kind": self[f"kind_{place}"]}
            for place, (label, votes) in enumerate(self.labels.items())
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for place in range(len(self.labels)):
            day, kind = f"day_{place}", f"kind_{place}"
            if cleaned.get(day) and not cleaned.get(kind):
                self.add_error(kind, _("Choose the kind, too."))
            if cleaned.get(kind) and not cleaned.get(day) and day not in self.errors:
                self.add_error(day, _("Enter the day, too."))
        return cleaned

    def elections(self) -> dict[str, dict[str, str]]:
        """What is said of the labels, as a mapping says it."""
        return {
            label: {"date": day.isoformat(), "kind": self.cleaned_data[f"kind_{place}"]}
            for place, label in enumerate(self.labels)
            if (day := self.cleaned_data[f"day_{place}"])
        }


class ChooseMappingForm(forms.Form):
    """A saved mapping to read the file by."""

    mapping: forms.ModelChoiceField[SavedMapping] = forms.ModelChoiceField(
        None, label=_("Saved mapping"), empty_label=_("Choose a source")
    )

    def __init__(self, *args: Any, mappings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mapping"].queryset = mappings  # type: ignore[attr-defined]


class StartForm(forms.Form):
    """What still has to be said before the import begins: the keys of boundaries, and every doubt."""

    key = forms.ChoiceField(label=_("Property that holds the precinct's code"))
    county_key = forms.ChoiceField(
        label=_("Property that holds the county"),
        required=False,
        help_text=_("Needed where two counties use the same precinct codes."),
    )

    held_on = DateField(
        label=_("Election day"),
        days_ahead=ASKED_BEFORE.days,
        help_text=_("Of the election that is being voted in."),
    )
    election_kind = forms.ChoiceField(label=_("Kind of election"), choices=ElectionKind)

    def __init__(
        self,
        *args: Any,
        keys: Sequence[tuple[str, str]] = (),
        doubts: Mapping[str, str],
        asks_election: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not asks_election:
            del self.fields["held_on"], self.fields["election_kind"]
        if keys:
            self.fields["key"].choices = list(keys)  # type: ignore[attr-defined]
            self.fields["county_key"].choices = [("", _("not in this file")), *keys]  # type: ignore[attr-defined]
        else:
            del self.fields["key"], self.fields["county_key"]
        self.doubts = list(doubts)
        for doubt, words in doubts.items():
            self.fields[f"accept_{doubt}"] = forms.BooleanField(
                label=f"{words} {_CONFIRMATIONS[doubt]}",
                error_messages={"required": _("Confirm this, or choose another file.")},
            )

    @property
    def said(self) -> dict[str, Any]:
        """What was said, as `incoming.begin_import` takes it."""
        keys: dict[str, Any] = {
            name: self.cleaned_data[name]
            for name in ("key", "county_key", "held_on", "election_kind")
            if name in self.cleaned_data
        }
        return {"accepted": self.doubts} | keys


_CONFIRMATIONS: dict[str, Any] = {
    ImportDoubt.OTHER_STATE: _("This is the right file."),
    ImportDoubt.OLDER_FILE: _("Import it all the same."),
    ImportDoubt.MANY_GONE: _("The file is whole: mark them gone."),
    ImportDoubt.FAR_AWAY: _("This is the right file."),
    ImportDoubt.MOST_VOTED: _("They have voted: strike them off."),
    ImportDoubt.UNKNOWN_LABELS: _("Leave those votes out and import the rest."),
}
