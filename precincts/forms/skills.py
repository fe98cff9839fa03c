from __future__ import annotations

from typing import Any, TypedDict

from django import forms
from django.utils.translation import gettext_lazy as _

from precincts.enums import FactKind, SkillKind
from precincts.folding import fold
from precincts.words import list_quick_facts

_QUICK = (f"{FactKind.SKILL}:", f"{FactKind.LANGUAGE}:")


class Told(TypedDict):
    """What was told, as `services.skills.add_skill` takes it."""

    kind: str
    value: str
    text: str


class SkillForm(forms.Form):
    """One press (`quick`: kind and value), or a kind with words."""

    quick = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(label=_("About"), choices=SkillKind, required=False)
    text = forms.CharField(label=_("In words"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quick = self.fields["quick"]
        assert isinstance(quick, forms.ChoiceField)
        quick.choices = [choice for choice in list_quick_facts() if choice[0].startswith(_QUICK)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("quick") and not fold(cleaned.get("text", "")):
            self.add_error("text", _("Write a few words first, or press one of the buttons."))
        return cleaned

    @property
    def told(self) -> Told:
        """The press, or the words."""
        kind, _separator, value = self.cleaned_data["quick"].partition(":")
        if kind:
            return Told(kind=kind, value=value, text="")
        return Told(
            kind=self.cleaned_data["kind"] or SkillKind.SKILL, value="", text=self.cleaned_data["text"]
        )
