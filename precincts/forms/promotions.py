from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import MemberKind
from chapters.models import Member
from core.forms import DateField, PastDateField
from precincts.models import Precinct, PrecinctAssignment
from precincts.selectors.lineage import (
    list_block_captains,
    list_free_precincts,
    list_trainers,
    list_untrained,
)


class _PrecinctField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.code} {obj.name}".strip()


class PromoteForm(forms.Form):
    """Who takes over the precinct, where its captain goes, and who trained the new one."""

    member = forms.ModelChoiceField(
        Member.objects.none(), label=_("Who takes over"), widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": _("Choose one of the precinct's block captains.")},
    )  # fmt: skip
    former_to = _PrecinctField(
        Precinct.objects.none(), label=_("Where the present captain goes"), empty_label=_("Choose a precinct"),
        error_messages={"required": _("Choose the precinct they lead next.")},
    )  # fmt: skip
    trainer = forms.ModelChoiceField(
        Member.objects.none(), label=_("Who trained the new captain"), required=False, empty_label=_("Nobody on record"),
        help_text=_("Kept for good: it is how your organization remembers who brought whom up."),
    )  # fmt: skip
    on = DateField(label=_("From"), days_ahead=366)
    note = forms.CharField(
        label=_("What the new captain should know"), required=False, max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(
        self, *args: Any, precinct: Precinct, leader: PrecinctAssignment | None, on: date, **kwargs: Any
    ) -> None:
        starting = {"on": on, "trainer": leader.member_id if leader is not None else None}
        super().__init__(*args, initial=starting, **kwargs)
        captains = [row.member_id for row in list_block_captains(precinct, on)]
        people = Member.objects.filter(pk__in=captains)
        if leader is not None:
            people = people.exclude(pk=leader.member_id)
        self._choose("member", people)
        self._choose("trainer", list_trainers(precinct.chapter_id, on))
        if leader is None:
            del self.fields["former_to"]
        else:
            free = [one.pk for one in list_free_precincts(precinct, on)]
            self._choose(
                "former_to", Precinct.objects.filter(pk__in=free).with_code_order().order_by("code_order")
            )

    def _choose(self, name: str, rows: Any) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("trainer") is not None and cleaned.get("trainer") == cleaned.get("member"):
            self.add_error("trainer", _("Nobody trains themselves."))
        return cleaned


class TrainingForm(forms.Form):
    """One trained another, some day."""

    trainer = forms.ModelChoiceField(
        Member.objects.none(), label=_("Who trained"), empty_label=_("Choose a person")
    )
    trained = forms.ModelChoiceField(
        Member.objects.none(), label=_("Whom"), empty_label=_("Choose a person"),
        help_text=_("Captains of whom no trainer is on record yet."),
    )  # fmt: skip
    on = PastDateField(label=_("When"))

    def __init__(self, *args: Any, chapter_id: int, on: date, **kwargs: Any) -> None:
        super().__init__(*args, initial={"on": on}, **kwargs)
        people = Member.objects.filter(chapter_id=chapter_id).exclude(kind=MemberKind.FORMER)
        for name, rows in (
            ("trainer", list_trainers(chapter_id, on)), ("trained", list_untrained(people, chapter_id, on))
        ):  # fmt: skip
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("trainer") is not None and cleaned.get("trainer") == cleaned.get("trained"):
            self.add_error("trained", _("Nobody trains themselves."))
        return cleaned
