from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.models import Member
from core.forms import CsvFileForm, PastDateField
from core.one_line import one_line


class MemberForm(forms.ModelForm):
    """What a chapter knows of one person."""

    language = forms.ChoiceField(
        label=_("Language"), required=False, choices=[("", _("as the chapter")), *settings.LANGUAGES]
    )

    class Meta:
        model = Member
        fields = [
            "first_name", "last_name", "email", "phone", "address", "language", "kind", "standing", "since",
            "note",
        ]  # fmt: skip
        field_classes = {"since": PastDateField}
        widgets = {"note": forms.Textarea(attrs={"rows": 3})}
        help_texts = {
            "kind": _("A former member keeps their history and loses all roles and access at once."),
            "since": _("The day the membership began, if you know it."),
        }

    def clean(self) -> dict[str, Any]:
        """Names and addresses stand in mail's headers and on labels: on one line, without invisible marks."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("first_name", "last_name", "phone", "address"):
            if name in cleaned:
                cleaned[name] = one_line(cleaned[name], len(cleaned[name]) + 1)
        if cleaned.get("first_name") == "":
            self.add_error("first_name", _("There is no letter in it."))
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PeopleFileForm(CsvFileForm):
    """The file of people."""

    help_text = _("At most 5 MB. The first line names the columns; a first name is the only thing needed.")
