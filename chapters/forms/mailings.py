from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter, Mailing
from core.recipients import list_recipients

LONGEST_TEXT = 20_000
_MARK = "|"


def list_group_choices(chapter: Chapter) -> list[tuple[str, Any]]:
    """Who can be written to: each group alone, or under its words its choices."""
    choices: list[tuple[str, Any]] = []
    for group in list_recipients():
        if group.list_choices is None:
            choices.append((f"{group.name}{_MARK}", group.says))
            continue
        found = group.list_choices(chapter)
        if found:
            values = [(f"{group.name}{_MARK}{value}", words) for value, words in found]
            choices.append((group.says, values))
    return choices


class MailingForm(forms.Form):
    """What a mail to many says, in each language, and who gets it."""

    group = forms.ChoiceField(label=_("Who gets it"))

    def __init__(self, *args: Any, chapter: Chapter, mailing: Mailing | None = None, **kwargs: Any) -> None:
        initial = kwargs.pop("initial", {})
        if mailing is not None:
            initial = {"group": f"{mailing.group}{_MARK}{mailing.group_value}"} | initial
        super().__init__(*args, initial=initial, **kwargs)
        group = self.fields["group"]
        assert isinstance(group, forms.ChoiceField)
        group.choices = list_group_choices(chapter)
        for code, name in settings.LANGUAGES:
            self.fields[f"subject_{code}"] = forms.CharField(
                label=_("Subject (%(language)s)") % {"language": name}, max_length=150, required=False,
                initial=mailing.subjects.get(code, "") if mailing else "",
            )  # fmt: skip
            self.fields[f"text_{code}"] = forms.CharField(
                label=_("Text (%(language)s)") % {"language": name}, max_length=LONGEST_TEXT, required=False,
                initial=mailing.texts.get(code, "") if mailing else "",
                widget=forms.Textarea(attrs={"rows": 10}),
                help_text=_("An empty line begins a new paragraph. “Hello” with the first name stands above it."),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for code, name in settings.LANGUAGES:
            subject, text = cleaned.get(f"subject_{code}", ""), cleaned.get(f"text_{code}", "")
            if bool(subject) != bool(text):
                missing = f"subject_{code}" if text else f"text_{code}"
                says = _("In %(language)s it needs both a subject and a text.") % {"language": name}
                self.add_error(missing, says)
        if not any(cleaned.get(f"text_{code}") for code, _name in settings.LANGUAGES) and not self.errors:
            self.add_error("subject_en", _("Write the mail in one language at least."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """What the services take."""
        group, _mark, value = self.cleaned_data["group"].partition(_MARK)
        codes = [code for code, _name in settings.LANGUAGES if self.cleaned_data[f"text_{code}"]]
        return {
            "subjects": {code: " ".join(self.cleaned_data[f"subject_{code}"].split()) for code in codes},
            "texts": {code: self.cleaned_data[f"text_{code}"].replace("\r\n", "\n") for code in codes},
            "group": group,
            "group_value": value,
        }
