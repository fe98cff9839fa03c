from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from chapters.enums import AskResult, MemberKind
from chapters.models import Member
from chapters.services.asks import COME_BACK
from core.actors import Actor
from core.forms import DateField
from precincts.enums import CaptaincyKind
from precincts.models import Block, BlockAsk, Precinct, Voter
from precincts.selectors.asks import list_askers, list_namesakes

USUAL_TIME = timedelta(days=7)
"""How long an ask may take when nobody says otherwise."""

COME_BACK_IN = timedelta(days=14)
"""When to come back to a maybe, unless somebody says otherwise."""

_WHO = re.compile(r"(\d{1,18}) (captain|backup) (voter|member):(\d{1,18})")
_OWN_CAPTAIN = "captain"


class AskForm(forms.Form):
    """Who is asked for which block (a button's value), by whom, by when."""

    asked_by = forms.ChoiceField(label=_("Who asks"))
    due_on = DateField(label=_("By when"), days_ahead=366)
    who = forms.CharField(widget=forms.HiddenInput, error_messages={"required": _("Choose somebody to ask.")})

    def __init__(self, *args: Any, precinct: Precinct, actor: Actor, on: date, **kwargs: Any) -> None:
        starting = {"asked_by": actor.member_id, "due_on": on + USUAL_TIME}
        super().__init__(*args, initial=starting, **kwargs)
        self._precinct, self._actor, self._on = precinct, actor, on
        self._askers = {str(member.pk): member for member in list_askers(precinct, on)}
        asked_by = self.fields["asked_by"]
        assert isinstance(asked_by, forms.ChoiceField)
        asked_by.choices = [
            *((pk, str(member)) for pk, member in self._askers.items()),
            (_OWN_CAPTAIN, _("the block's own captain")),
        ]

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self._on:
            raise ValidationError(_("Choose today or a later day."))
        return due_on

    def clean_who(self) -> dict[str, Any]:
        """The block, the kind, and the voter or member, all of this precinct and this chapter."""
        found = _WHO.fullmatch(self.cleaned_data["who"])
        if found is None:
            raise ValidationError(_("Choose somebody to ask."))
        block_id, kind, what, pk = found.groups()
        block = Block.objects.open().filter(precinct=self._precinct, pk=block_id).first()
        wish: dict[str, Any] = {"block": block, "kind": kind}
        if what == "voter":
            rows = Voter.objects.visible_to(self._actor).living_in(self._precinct.pk)
            wish["voter"] = rows.select_related("household").filter(pk=pk).first()
        else:
            people = Member.objects.filter(chapter_id=self._precinct.chapter_id).exclude(
                kind=MemberKind.FORMER
            )
            wish["member"] = people.filter(pk=pk).first()
        if block is None or wish.get(what) is None:
            raise ValidationError(_("This person or block is no longer there; choose somebody else."))
        return wish

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        wish = cleaned.get("who")
        if wish and cleaned.get("asked_by") == _OWN_CAPTAIN:
            captain = wish["block"].assignments.in_force(self._on).captains().select_related("member").first()
            if captain is None:
                self.add_error("asked_by", _("This block has no captain; choose somebody else to ask."))
            else:
                cleaned["asked_by"] = captain.member
        elif cleaned.get("asked_by") in self._askers:
            cleaned["asked_by"] = self._askers[cleaned["asked_by"]]
        return cleaned

    @property
    def wished(self) -> dict[str, Any]:
        """The ask as `services.asks.ask_for_block` takes it."""
        return {
            "asked_by": self.cleaned_data["asked_by"],
            "due_on": self.cleaned_data["due_on"],
            **self.cleaned_data["who"],
        }


class AnswerForm(forms.Form):
    """What somebody said who was asked to keep a block."""

    result = forms.ChoiceField(
        label=_("They said"),
        choices=[
            (one.value, one.label)
            for one in AskResult
            if one not in (AskResult.OPEN, AskResult.WITHDRAWN, AskResult.CLOSED)
        ],
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label=_("Yes, as"), choices=CaptaincyKind, widget=forms.RadioSelect)
    starts_on = DateField(label=_("Yes, from"), days_ahead=366)
    member = forms.ModelChoiceField(
        Member.objects.none(), label=_("One of your people already?"), required=False,
        empty_label=_("No, somebody new"),
        help_text=_("On a yes, a neighbour who is none of your people becomes a volunteer of the chapter."),
    )  # fmt: skip
    follow_up_on = DateField(label=_("Maybe or later: come back on"), required=False, days_ahead=366)
    note = forms.CharField(
        label=_("In their words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, row: BlockAsk, on: date, may_link: bool, **kwargs: Any) -> None:
        starting = {
            "kind": row.kind, "starts_on": max(on, row.ask.asked_on), "follow_up_on": on + COME_BACK_IN,
            "note": row.ask.note,
        }  # fmt: skip
        super().__init__(*args, initial=starting, **kwargs)
        self._row, self._on = row, on
        namesakes = list_namesakes(row) if may_link else Member.objects.none()
        member = self.fields["member"]
        assert isinstance(member, forms.ModelChoiceField)
        member.queryset = namesakes
        if not namesakes.exists():
            del self.fields["member"]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        follow_up_on = cleaned.get("follow_up_on")
        is_past = follow_up_on is None or follow_up_on <= self._on
        if cleaned.get("result") in COME_BACK and is_past and not self.errors.get("follow_up_on"):
            self.add_error("follow_up_on", _("Say a day after today."))
        starts_on = cleaned.get("starts_on")
        if (
            cleaned.get("result") == AskResult.YES
            and starts_on is not None
            and starts_on < self._row.ask.asked_on
        ):
            self.add_error("starts_on", _("They cannot have begun before they were asked."))
        return cleaned
