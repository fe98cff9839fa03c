from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.models import Member
from core.forms import DateField
from precincts.enums import CaptaincyKind


class AssignForm(forms.Form):
    """Who takes a block or precinct, as what, from which day; `seen` are the captaincies the page showed."""

    member = forms.ModelChoiceField(
        Member.objects.none(), widget=forms.HiddenInput,
        error_messages={"required": _("Choose a person."), "invalid_choice": _("Choose one of your chapter's people.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("As"), choices=CaptaincyKind, widget=forms.RadioSelect)
    on = DateField(label=_("From"))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What the next captain should know"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Kept with the former captain's time. What is known of the neighbours stays by itself."),
    )  # fmt: skip

    def __init__(self, *args: Any, chapter_id: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.fields["member"]
        assert isinstance(member, forms.ModelChoiceField)
        member.queryset = Member.objects.filter(chapter_id=chapter_id).exclude(kind=MemberKind.FORMER)

    def clean_seen(self) -> frozenset[int] | None:
        """The captaincies that stood on the page; None when the wish came from no page."""
        if "seen" not in self.data:
            return None
        return frozenset(
            int(one) for one in self.cleaned_data["seen"].split(",") if one.isascii() and one.isdigit()
        )

    @property
    def wished(self) -> dict[str, Any]:
        """The wish as the roster's services take it."""
        wish = dict(self.cleaned_data)
        wish["backup"] = wish.pop("kind") == CaptaincyKind.BACKUP
        return wish


class EndForm(forms.Form):
    """The last day of an assignment, and what the captain leaves to know."""

    on = DateField(label=_("Last day"))
    note = forms.CharField(
        label=_("What the next captain should know"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    @staticmethod
    def starting(on: date) -> dict[str, Any]:
        """What the form shows first."""
        return {"on": on}
