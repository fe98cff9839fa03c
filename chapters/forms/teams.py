from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.enums import AskResult, CallResult
from chapters.models import LadderStep, Member, Team
from chapters.selectors.teams import list_joinable
from chapters.services.asks import COME_BACK, COME_BACK_IN, USUAL_TIME
from core.forms import DateField


class TeamForm(forms.Form):
    """What a team is called and for."""

    name = forms.CharField(label=_("Name"), max_length=80)
    purpose = forms.CharField(
        label=_("What it is for"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class JoinForm(forms.Form):
    """Whom to take into a team."""

    member = forms.ModelChoiceField(Member.objects.none(), label=_("Person"))
    is_leader = forms.BooleanField(label=_("Leads the team"), required=False)

    def __init__(self, *args: Any, team: Team, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member = self.fields["member"]
        assert isinstance(member, forms.ModelChoiceField)
        member.queryset = list_joinable(team, on)


_SAID = (AskResult.YES, AskResult.MAYBE, AskResult.LATER, AskResult.NO)


class CallForm(forms.Form):
    """What came of a call, and the next step agreed in the same breath."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    result = forms.ChoiceField(label=_("What came of it"), choices=CallResult, widget=forms.RadioSelect)
    call_back_on = DateField(label=_("Call back on"), required=False, days_ahead=366)
    call_back_time = forms.TimeField(
        label=_("At"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
    step = forms.ModelChoiceField(
        LadderStep.objects.none(), label=_("Next step"), required=False, empty_label=_("none today")
    )
    due_on = DateField(label=_("To be asked by"), required=False, days_ahead=366)
    answer = forms.ChoiceField(
        label=_("They said"), required=False, choices=[("", _("not asked yet")), *((one.value, one.label) for one in _SAID)],
    )  # fmt: skip
    follow_up_on = DateField(label=_("Maybe or later: come back on"), required=False, days_ahead=366)

    def __init__(
        self, *args: Any, member: Member, now: datetime, on: date, step_id: int | None, **kwargs: Any
    ) -> None:
        starting = {
            "client_id": uuid.uuid4(), "call_back_on": on + timedelta(days=1),
            "call_back_time": "18:00", "step": step_id, "due_on": on + USUAL_TIME,
            "follow_up_on": on + COME_BACK_IN,
        }  # fmt: skip
        super().__init__(*args, initial=starting, **kwargs)
        self._now, self._on = now, on
        step = self.fields["step"]
        assert isinstance(step, forms.ModelChoiceField)
        step.queryset = LadderStep.objects.filter(chapter=member.chapter_id, retired_on__isnull=True)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("result") == CallResult.CALL_BACK:
            self._clean_call_back(cleaned)
        if cleaned.get("answer") and cleaned.get("step") is None and not self.errors.get("step"):
            self.add_error("step", _("Say which step they answered to."))
        if cleaned.get("step") is not None:
            due_on, follow_up_on = cleaned.get("due_on"), cleaned.get("follow_up_on")
            if due_on is not None and due_on < self._on:
                self.add_error("due_on", _("Choose today or a later day."))
            if cleaned.get("answer") in COME_BACK and (follow_up_on is None or follow_up_on <= self._on):
                self.add_error("follow_up_on", _("Say a day after today."))
        return cleaned

    def _clean_call_back(self, cleaned: dict[str, Any]) -> None:
        day, time = cleaned.get("call_back_on"), cleaned.get("call_back_time")
        if day is None or time is None:
            self.add_error("call_back_on", _("Say when to call back."))
            return
        # The hour that is left out when clocks go forward counts as the one after.
        moment = datetime.combine(day, time, tzinfo=timezone.get_current_timezone())
        if moment <= self._now:
            self.add_error("call_back_on", _("Choose a time from now on."))
        cleaned["call_back_at"] = moment

    @property
    def wished(self) -> dict[str, Any]:
        """The call as `services.calls.note_call` takes it."""
        data = self.cleaned_data
        talked = data["result"] == CallResult.TALKED
        return {
            "client_id": data["client_id"],
            "result": data["result"],
            "note": data["note"],
            "call_back_at": data.get("call_back_at"),
            # Who was not reached was not asked.
            "step": data["step"] if talked else None,
            "due_on": data["due_on"],
            "answer": data["answer"] if talked else "",
            "follow_up_on": data["follow_up_on"],
        }
