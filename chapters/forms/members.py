from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.models import Member
from core.forms import CsvFileForm, PastDateField


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

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class PeopleFileForm(CsvFileForm):
    """The file of people."""

    help_text = _("At most 5 MB. The first line names the columns; “First name” is the only one needed.")
