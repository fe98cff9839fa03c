from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canvassing.models import WalkingGroup
from canvassing.services.walking import LARGEST, SMALLEST
from chapters.models import Member


class GroupSizeForm(forms.Form):
    """How many walk together."""

    size = forms.IntegerField(
        label=_("People in a group"), min_value=SMALLEST, max_value=LARGEST, initial=4,
        help_text=_("Groups are a little smaller where the numbers do not come out even."),
    )  # fmt: skip


class WalkingGroupForm(forms.Form):
    """Who leads a group and where it meets."""

    leader = forms.ModelChoiceField(Member.objects.none(), label=_("Leader"), empty_label=None)
    corner = forms.CharField(label=_("Where the group meets"), max_length=200)

    def __init__(self, *args: Any, group: WalkingGroup, **kwargs: Any) -> None:
        initial = {"leader": group.leader_id, "corner": group.corner}
        super().__init__(*args, initial=initial, prefix=f"group-{group.pk}", **kwargs)
        leader = self.fields["leader"]
        assert isinstance(leader, forms.ModelChoiceField)
        leader.queryset = Member.objects.filter(pk__in=[row.member_id for row in group.walkers.all()])
        leader.choices = [(row.member_id, str(row.member)) for row in group.walkers.all()]

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {"leader": self.cleaned_data["leader"], "corner": self.cleaned_data["corner"]}
