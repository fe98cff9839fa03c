from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from precincts.enums import Heat
from precincts.models import Precinct, SavedList
from precincts.selectors.consistent import MOST_ELECTIONS
from precincts.words import say_elections

NUMBERS = range(1, MOST_ELECTIONS + 1)
_AT_LEAST = {number: format_lazy(_("at least {number}"), number=number) for number in NUMBERS}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: at least `at_least` of the last `asked` elections of a kind; `heat` may be ""."""

    kind: str
    asked: int
    at_least: int
    heat: str

    @property
    def kept(self) -> dict[str, str]:
        """The rule as parts of the address, without the heat."""
        parts = {"kind": self.kind, "n": str(self.asked), "k": str(self.at_least) if self.at_least else ""}
        return {key: value for key, value in parts.items() if value}


class RuleForm(forms.Form):
    """The rule in one sentence; what the address leaves out is as the chapter's settings say."""

    k = forms.TypedChoiceField(
        label=_("Voted in"), coerce=int, required=False,
        choices=[("", _("any number")), *((number, _AT_LEAST[number]) for number in NUMBERS)],
    )  # fmt: skip
    n = forms.TypedChoiceField(
        label=_("of the last"), coerce=int, choices=[(number, number) for number in NUMBERS]
    )
    kind = forms.ChoiceField(label=_("elections"))

    def __init__(self, data: Mapping[str, Any] | None, *, chapter: Chapter, kinds: Sequence[str]) -> None:
        usual: dict[str, Any] = {
            "n": str(chapter.consistency_elections), "kind": chapter.consistency_kind, "k": ""
        }  # fmt: skip
        allowed = {"n": {str(one) for one in NUMBERS}, "k": {str(one) for one in NUMBERS}, "kind": set(kinds)}
        said = {name: str((data or {}).get(name, "")) for name in usual}
        super().__init__({name: said[name] if said[name] in allowed[name] else usual[name] for name in usual})
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)
        kind.choices = [(one, say_elections(one)) for one in kinds]
        self._heat = str((data or {}).get("heat", ""))

    @property
    def asked(self) -> Asked:
        """What is asked for; unknown values of the address have been left out."""
        self.full_clean()
        values = self.cleaned_data
        heat = self._heat if self._heat in Heat.values else ""
        return Asked(values["kind"], values["n"], min(values["k"] or 0, values["n"]), heat)


class SaveListForm(forms.Form):
    """A saved list's name."""

    name = forms.CharField(
        label=_("Name"), max_length=120,
        help_text=_("So that others know what it is for. Who is on the list stays as it is today."),
    )  # fmt: skip

    def __init__(self, *args: Any, precinct: Precinct, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._precinct = precinct

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if SavedList.objects.filter(precinct=self._precinct, name=name).exists():
            raise forms.ValidationError(_("This precinct has a saved list of that name."))
        return name
