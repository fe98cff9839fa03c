from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import AskResult
from chapters.models import Ask, LadderStep, Member
from chapters.selectors.asks import list_askers, list_askers_for
from chapters.services.asks import COME_BACK, COME_BACK_IN, USUAL_TIME
from core.forms import DateField

_SAID = (AskResult.YES, AskResult.MAYBE, AskResult.LATER, AskResult.NO)


class AnswerForm(forms.Form):
    """What somebody said, and when to come back."""

    result = forms.ChoiceField(
        label=_("They said"), choices=[(one.value, one.label) for one in _SAID], widget=forms.RadioSelect
    )
    follow_up_on = DateField(label=_("Maybe or later: come back on"), required=False, days_ahead=366)
    note = forms.CharField(
        label=_("In their words"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, ask: Ask, on: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"follow_up_on": on + COME_BACK_IN, "note": ask.note}, **kwargs)
        self._on = on

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        follow_up_on = cleaned.get("follow_up_on")
        is_past = follow_up_on is None or follow_up_on <= self._on
        if cleaned.get("result") in COME_BACK and is_past and not self.errors.get("follow_up_on"):
            self.add_error("follow_up_on", _("Say a day after today."))
        return cleaned


class AskMemberForm(forms.Form):
    """For which step somebody is asked, by whom, by when."""

    step = forms.ModelChoiceField(LadderStep.objects.none(), label=_("For what"), empty_label=None)
    asked_by = forms.ModelChoiceField(Member.objects.none(), label=_("Who asks"), empty_label=None)
    due_on = DateField(label=_("By when"), days_ahead=366)

    def __init__(
        self, *args: Any, member: Member, on: date, asker_id: int | None, step_id: int | None,
        only_asker: bool = False, **kwargs: Any,
    ) -> None:  # fmt: skip
        starting = {"step": step_id, "asked_by": asker_id, "due_on": on + USUAL_TIME}
        super().__init__(*args, initial=starting, **kwargs)
        self._on = on
        step, asked_by = self.fields["step"], self.fields["asked_by"]
        assert isinstance(step, forms.ModelChoiceField)
        assert isinstance(asked_by, forms.ModelChoiceField)
        step.queryset = LadderStep.objects.filter(chapter=member.chapter_id, retired_on__isnull=True)
        people = list_askers(member.chapter_id).exclude(pk=member.pk)
        # A leader sees nobody but their own people, and sends nobody else.
        asked_by.queryset = people.filter(pk=asker_id) if only_asker else people

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self._on:
            raise forms.ValidationError(_("Choose today or a later day."))
        return due_on


class HandOnForm(forms.Form):
    """Who makes an ask from now on, and by when."""

    asked_by = forms.ModelChoiceField(Member.objects.none(), label=_("Who asks from now on"))
    due_on = DateField(label=_("By when"), days_ahead=366)

    def __init__(self, *args: Any, ask: Ask, on: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"due_on": max(ask.next_on or on, on + USUAL_TIME)}, **kwargs)
        self._on = on
        asked_by = self.fields["asked_by"]
        assert isinstance(asked_by, forms.ModelChoiceField)
        asked_by.queryset = list_askers_for(ask, on)

    def clean_due_on(self) -> date:
        due_on: date = self.cleaned_data["due_on"]
        if due_on < self._on:
            raise forms.ValidationError(_("Choose today or a later day."))
        return due_on
