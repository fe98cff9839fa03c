from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import GIVEN_ANSWERS, MemberKind
from chapters.models import Member
from chapters.models.meetings import MOST_GUESTS
from core.actors import Actor
from precincts.enums import Heat
from precincts.models import Block, Precinct
from precincts.querysets import natural_order


class _PrecinctField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}".strip()


class MeetingPrecinctForm(forms.Form):
    """Whose meeting it is."""

    precinct = _PrecinctField(
        Precinct.objects.none(), label=_("Precinct"), empty_label=_("Choose a precinct")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["precinct"]
        assert isinstance(field, forms.ModelChoiceField)
        rows = Precinct.objects.visible_to(actor).filter(valid_until__isnull=True)
        field.queryset = rows.order_by("county", natural_order("code"))


class InviteVotersForm(forms.Form):
    """How consistent a neighbour is who is invited."""

    heats = forms.MultipleChoiceField(
        label=_("Who is invited"), choices=Heat, widget=forms.CheckboxSelectMultiple, initial=[Heat.HOT],
        help_text=_("By the chapter's own rule. Who is not to be contacted is left out."),
    )  # fmt: skip


_ANSWERS = [(one.value, one.label) for one in GIVEN_ANSWERS]


class PaperAnswerForm(forms.Form):
    """Whether a neighbour comes, and how many they bring along."""

    answer = forms.ChoiceField(
        label=_("Do you come?"), choices=_ANSWERS, widget=forms.RadioSelect,
        error_messages={"required": _("Choose yes, maybe or no.")},
    )  # fmt: skip
    bringing = forms.IntegerField(
        label=_("How many people do you bring along?"), min_value=0, max_value=MOST_GUESTS, required=False,
        initial=0,
    )  # fmt: skip

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {"answer": self.cleaned_data["answer"], "bringing": self.cleaned_data["bringing"] or 0}


class GiveBlockForm(forms.Form):
    """A block to somebody who is at the meeting."""

    block = forms.ModelChoiceField(Block.objects.none())
    member = forms.ModelChoiceField(
        Member.objects.none(), error_messages={"required": _("Choose somebody who is here.")}
    )
    seen = forms.CharField(required=False, max_length=2000)

    def __init__(self, *args: Any, blocks: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        block, member = self.fields["block"], self.fields["member"]
        assert isinstance(block, forms.ModelChoiceField)
        assert isinstance(member, forms.ModelChoiceField)
        block.queryset = blocks
        member.queryset = people.exclude(kind=MemberKind.FORMER)

    def clean_seen(self) -> list[int]:
        return [int(part) for part in self.cleaned_data["seen"].split(",") if part.isdecimal()]
