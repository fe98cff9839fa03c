from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.models import Chapter, Member
from core.forms import PastDateField
from precincts.models import LocalIssue
from precincts.models.issues import OPEN_STATES
from precincts.services.issues import FIELDS


class LeaderChoice(forms.HiddenInput):
    """Drawn by the page as a list to search; within the form itself nothing stands for it."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return SafeString("")


class IssueForm(forms.ModelForm):
    """One local issue: what it is, how far it has come, who leads."""

    class Meta:
        model = LocalIssue
        fields = list(FIELDS)
        field_classes = {"opened_on": PastDateField, "closed_on": PastDateField}
        # Who leads is chosen among people found by name, beside the other fields.
        widgets = {"note": forms.Textarea(attrs={"rows": 4}), "leader": LeaderChoice}
        help_texts = {
            "title": _("As a neighbour would say it: “The number 6 bus no longer stops here”."),
            "note": _("What was done, who was met, what comes next."),
            "closed_on": _("The day it was won or closed; empty while it is open."),
        }

    def __init__(self, *args: Any, chapter: Chapter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leader = self.fields["leader"]
        assert isinstance(leader, forms.ModelChoiceField)
        kept = Q(pk=self.instance.leader_id) if self.instance.leader_id else Q(pk__in=[])
        leader.queryset = Member.objects.filter(kept | ~Q(kind=MemberKind.FORMER), chapter=chapter)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        opened, closed, state = cleaned.get("opened_on"), cleaned.get("closed_on"), cleaned.get("state")
        if self.errors or state is None:
            return cleaned
        if state in OPEN_STATES and closed:
            self.add_error(
                "closed_on", _("An open issue has no last day: leave it empty, or choose another state.")
            )
        elif state not in OPEN_STATES and not closed:
            self.add_error("closed_on", _("Enter the day on which it was won or closed."))
        elif closed and opened and closed < opened:
            self.add_error("closed_on", _("The issue closes before it was opened."))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The precinct is not on the form; the database's word on names counts together with it.
        return super()._get_validation_exclusions() - {"precinct"}

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in FIELDS}
