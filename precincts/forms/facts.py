from __future__ import annotations

from typing import Any, TypedDict
from uuid import UUID, uuid5

from django import forms
from django.utils.translation import gettext_lazy as _

from precincts.enums import FactKind
from precincts.words import WORDED_KINDS, list_quick_facts


class Learned(TypedDict):
    """What was learned, as `services.facts.record_fact` takes it."""

    kind: str
    value: str
    text: str
    client_id: UUID | None


class FactForm(forms.Form):
    """One press (`quick`: kind and value), or a kind with words."""

    client_id = forms.UUIDField(required=False, widget=forms.HiddenInput)
    quick = forms.ChoiceField(required=False)
    kind = forms.ChoiceField(label=_("About"), choices=list(WORDED_KINDS.items()), required=False)
    text = forms.CharField(
        label=_("What did you learn?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        quick = self.fields["quick"]
        assert isinstance(quick, forms.ChoiceField)
        quick.choices = list_quick_facts()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("quick") and not cleaned.get("text") and not self.errors:
            self.add_error("text", _("Write a few words first."))
        return cleaned

    @property
    def learned(self) -> Learned:
        """The press, or the words."""
        quick = self.cleaned_data["quick"]
        if quick:
            kind, _separator, value = quick.partition(":")
            return Learned(kind=kind, value=value, text="", client_id=self._name(quick))
        kind = self.cleaned_data["kind"] or FactKind.NOTE
        text = self.cleaned_data["text"]
        return Learned(kind=kind, value="", text=text, client_id=self._name(f"{kind}:{text}"))

    def _name(self, said: str) -> UUID | None:
        """One form's answers have names of their own: pressed twice the same, pressed otherwise another."""
        form_id = self.cleaned_data["client_id"]
        return uuid5(form_id, said) if form_id else None
