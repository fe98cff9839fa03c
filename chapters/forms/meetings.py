from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from chapters.enums import GIVEN_ANSWERS, MeetingKind, MemberKind
from chapters.forms.settings import list_zones
from chapters.local_times import NoSuchTime, find_moment
from chapters.models import Attendance, Chapter, Meeting, Member
from chapters.models.meetings import MOST_GUESTS
from core.forms import DateField
from core.recipients import list_recipients
from core.templatetags.formats import clock


class TimeInput(forms.TimeInput):
    """The browser's own field for a time of day."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs=attrs, format="%H:%M")


def people_of(chapter: Chapter) -> Any:
    """Everybody of a chapter who has not left, by name."""
    people = Member.objects.filter(chapter=chapter).exclude(kind=MemberKind.FORMER)
    return people.order_by("last_name", "first_name", "pk")


class MeetingForm(forms.Form):
    """What, where and when; the times are those of the clock at the place."""

    kind = forms.ChoiceField(label=_("Kind"), choices=MeetingKind)
    title = forms.CharField(label=_("Title"), max_length=120, help_text=_("As it stands in the invitation."))
    place = forms.CharField(
        label=_("Place"), max_length=200, help_text=_("Name and address, so that a stranger finds it.")
    )
    day = DateField(label=_("Day"))
    starts = forms.TimeField(label=_("Begins"), widget=TimeInput)
    ends = forms.TimeField(
        label=_("Ends"), widget=TimeInput, help_text=_("An end before the beginning is on the next day.")
    )
    later_hour = forms.BooleanField(
        label=_("In the night clocks go back: the second time they show this hour"), required=False
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), choices=list_zones)
    host = forms.ModelChoiceField(
        Member.objects.none(), label=_("Host"), required=False, empty_label=_("Nobody yet"),
        help_text=_("May invite, sign people in and see who comes."),
    )  # fmt: skip
    capacity = forms.IntegerField(
        label=_("Places"), required=False, min_value=1, max_value=100_000,
        help_text=_("Empty when there is room for everybody. Who says yes to a full meeting waits for a place."),
    )  # fmt: skip
    text = forms.CharField(
        label=_("What it is about"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Stands in the invitation."),
    )  # fmt: skip

    def __init__(self, *args: Any, chapter: Chapter, meeting: Meeting | None = None, **kwargs: Any) -> None:
        initial = _initial_of(meeting) if meeting else {"time_zone": chapter.time_zone}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        host = self.fields["host"]
        assert isinstance(host, forms.ModelChoiceField)
        host.queryset = people_of(chapter)
        if not self._asks_for_later(meeting):
            del self.fields["later_hour"]

    def _asks_for_later(self, meeting: Meeting | None) -> bool:
        """The question is asked only where it makes a difference."""
        try:
            day = datetime.strptime(self.data.get("day", ""), "%Y-%m-%d").date()
            clocks = [time.fromisoformat(self.data.get(name, "")) for name in ("starts", "ends")]
            zone = self.data.get("time_zone", "")
            return any(find_moment(datetime.combine(day, one), zone).is_twice for one in clocks)
        except (ValueError, TypeError, KeyError, OSError, OverflowError):
            return bool(meeting and not self.is_bound and _is_twice(meeting))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        day, zone = cleaned.get("day"), cleaned.get("time_zone")
        starts, ends = cleaned.get("starts"), cleaned.get("ends")
        if day is None or not zone or starts is None or ends is None:
            return cleaned
        last = day + timedelta(days=1) if ends <= starts else day
        cleaned["starts_at"] = self._moment("starts", datetime.combine(day, starts), zone)
        cleaned["ends_at"] = self._moment("ends", datetime.combine(last, ends), zone)
        return cleaned

    def _moment(self, name: str, local: datetime, zone: str) -> datetime | None:
        try:
            return find_moment(local, zone, later=bool(self.cleaned_data.get("later_hour"))).at
        except NoSuchTime as error:
            says = _("This time does not exist: that night the clocks go from %(before)s to %(after)s.")
            self.add_error(name, says % {"before": clock(error.before), "after": clock(error.after)})
        except OverflowError:
            self.add_error(name, _("This day is too far away."))
        return None

    def values(self) -> dict[str, Any]:
        """What the services take."""
        names = ("kind", "title", "place", "time_zone", "host", "capacity", "text", "starts_at", "ends_at")
        values = {name: self.cleaned_data[name] for name in names}
        return values | {"text": values["text"].replace("\r\n", "\n").strip()}


def _initial_of(meeting: Meeting) -> dict[str, Any]:
    zone = meeting.zone
    starts, ends = meeting.starts_at.astimezone(zone), meeting.ends_at.astimezone(zone)
    return {
        "kind": meeting.kind, "title": meeting.title, "place": meeting.place, "day": starts.date(),
        "starts": starts.time(), "ends": ends.time(), "later_hour": bool(starts.fold),
        "time_zone": meeting.time_zone, "host": meeting.host_id, "capacity": meeting.capacity,
        "text": meeting.text,
    }  # fmt: skip


def _is_twice(meeting: Meeting) -> bool:
    return any(
        find_moment(moment.astimezone(meeting.zone).replace(tzinfo=None, fold=0), meeting.time_zone).is_twice
        for moment in (meeting.starts_at.astimezone(UTC), meeting.ends_at.astimezone(UTC))
    )


_ANSWERS = [(one.value, one.label) for one in GIVEN_ANSWERS]


class AnswerForm(forms.Form):
    """Whether somebody comes, and how many they bring along."""

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


class InviteForm(forms.Form):
    """Whom to ask: a group the chapter knows, or single people."""

    group = forms.ChoiceField(label=_("A group"), required=False)
    people = forms.ModelMultipleChoiceField(
        Member.objects.none(), label=_("Single people"), required=False, widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_("Several with the Control or Command key."),
    )  # fmt: skip

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group, people = self.fields["group"], self.fields["people"]
        assert isinstance(group, forms.ChoiceField)
        assert isinstance(people, forms.ModelMultipleChoiceField)
        group.choices = [("", _("No group")), *list_groups(meeting.chapter)]
        people.queryset = people_of(meeting.chapter)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not cleaned.get("group") and not cleaned.get("people"):
            self.add_error("group", _("Choose a group or single people."))
        return cleaned


_MARK = "|"


def list_groups(chapter: Chapter) -> list[tuple[str, Any]]:
    """The groups of people that can be invited, as choices."""
    choices: list[tuple[str, Any]] = []
    for group in list_recipients():
        if group.list_choices is None:
            choices.append((f"{group.name}{_MARK}", group.says))
        elif found := group.list_choices(chapter):
            choices.append((group.says, [(f"{group.name}{_MARK}{value}", words) for value, words in found]))
    return choices


class WalkInForm(forms.Form):
    """Somebody nobody expected; a first name is enough."""

    first_name = forms.CharField(label=_("First name"), max_length=80)
    last_name = forms.CharField(label=_("Last name"), max_length=80, required=False)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), max_length=30, required=False)
    brought_by = forms.ModelChoiceField(
        Member.objects.none(), label=_("Brought by"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, meeting: Meeting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brought_by"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people_of(meeting.chapter)


class BroughtForm(forms.Form):
    """Who brought somebody along."""

    brought_by = forms.ModelChoiceField(
        Member.objects.none(), label=_("Brought by"), required=False, empty_label=_("Nobody")
    )

    def __init__(self, *args: Any, attendance: Attendance, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["brought_by"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = people_of(attendance.meeting.chapter).exclude(pk=attendance.member_id)


class CodeForm(forms.Form):
    """A code as it stands on a printed invitation."""

    code = forms.CharField(
        label=_("The code on your invitation"), max_length=40,
        help_text=_("Twelve letters and digits, such as K7QM-4XRT-2PBH."),
        widget=forms.TextInput(attrs={"autocapitalize": "characters", "autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
