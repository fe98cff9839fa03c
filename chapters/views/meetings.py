"""Meetings: the list, one meeting with its forecast and one's own answer, planning, changing, cancelling."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.enums import MeetingAnswer, MeetingKind
from chapters.forms.meetings import AnswerForm, MeetingForm
from chapters.meeting_words import say_time, say_zone
from chapters.models import Meeting, MeetingInvitation, Member
from chapters.selectors.meetings import (
    get_answers,
    get_forecast,
    list_attendance,
    list_meetings,
)
from chapters.services import audit, meetings
from chapters.services.attendance import DOORS_OPEN
from chapters.services.meeting_invitations import answer_for_oneself
from chapters.views.forecast_words import draw_range, say_expected, say_learned, say_range
from core.components import Badge, Card, Detail, Stat
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, optional_url, require_perm
from core.lists import Column, Filter, ListSpec, Rows
from core.permissions import has_right
from core.templatetags.formats import number

_ANSWER_BADGES = {
    MeetingAnswer.YES: ("check-circle", "good"),
    MeetingAnswer.MAYBE: ("question-circle", "mark"),
    MeetingAnswer.NO: ("x-circle", "neutral"),
    MeetingAnswer.NONE: ("hourglass-split", "neutral"),
}


def answer_badge(answer: str, *, is_waiting: bool = False) -> Badge:
    """An answer as icon and word."""
    if is_waiting:
        return Badge(word=_("waits for a place"), icon="hourglass-split", tone="mark")
    icon, tone = _ANSWER_BADGES[MeetingAnswer(answer)]
    return Badge(word=MeetingAnswer(answer).label, icon=icon, tone=tone)  # type: ignore[arg-type]


def _meeting_url(meeting: Meeting) -> str:
    return chapter_url("chapters:meeting", meeting_id=meeting.pk)


def _own_badge(meeting: Any) -> Badge | None:
    if not meeting.is_planned:
        return Badge(word=_("cancelled"), icon="x-octagon", tone="danger")
    return None if meeting.answer is None else answer_badge(meeting.answer)


def _say_own(meeting: Any) -> str:
    badge = _own_badge(meeting)
    return str(badge.word) if badge else "–"


def _say_when(meeting: Meeting) -> str:
    return say_time(meeting.starts_at, meeting.ends_at, meeting.time_zone)


def _say_came(meeting: Any) -> Any:
    return meeting.came if meeting.starts_at <= timezone.now() else "–"


_WHEN = [("past", _("Past")), ("all", _("All"))]


def _by_when(rows: Rows, value: str) -> Rows:
    return rows.filter(ends_at__lte=timezone.now()).order_by("-starts_at") if value == "past" else rows


MEETINGS = ListSpec(
    key="meetings",
    columns=(
        Column(
            "title", _("Meeting"), str, sort=("title",), title=True, url=_meeting_url,
            line=lambda m: m.get_kind_display(), csv=lambda m: m.title,
        ),
        Column("kind", _("Kind"), lambda m: m.get_kind_display(), only_csv=True),
        Column(
            "starts", _("When"), _say_when, sort=("starts_at",), line=lambda m: m.place,
            csv=lambda m: m.starts_at.astimezone(m.zone),
        ),
        Column("place", _("Place"), lambda m: m.place, only_csv=True),
        Column("host", _("Host"), lambda m: m.host or "–", sort=("host__last_name", "host__first_name")),
        Column("answer", _("Your answer"), _say_own, badge=_own_badge, csv=lambda m: m.get_state_display()),
        Column("invited", _("Invited"), lambda m: m.invited, sort=("invited",), numeric=True),
        Column("yes", _("Yes"), lambda m: m.yes, sort=("yes",), numeric=True),
        Column("maybe", _("Maybe"), lambda m: m.maybe, sort=("maybe",), numeric=True),
        Column("came", _("Came"), _say_came, sort=("came",), numeric=True, csv=lambda m: m.came),
    ),
    filters=(
        Filter("when", _("When"), _WHEN, _by_when),
        Filter("kind", _("Kind"), MeetingKind.choices, lambda rows, value: rows.filter(kind=value)),
    ),
    search=lambda rows, words: rows.filter(title__icontains=words) | rows.filter(place__icontains=words),
    search_label=_("Title or place"),
    order=("starts_at", "pk"),
    csv_right="chapters.export_meetings",
)  # fmt: skip


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    """What lies ahead; past meetings by a filter."""
    require_perm(request, "chapters.see_meetings")
    rows = list_meetings(request.actor)
    if request.GET.get("when") not in dict(_WHEN):
        rows = rows.ahead(timezone.now())  # type: ignore[attr-defined]
    page = MEETINGS.read(request, rows)
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="meetings", says=_("meetings"), count=page.total, detail=request.GET.dict()
        )
        return page.csv("meetings.csv")
    context = {
        "page": page,
        "has_any": page.total > 0 or page.is_narrowed or Meeting.objects.visible_to(request.actor).exists(),
        "may_plan": has_right(request.actor, "chapters.plan_meetings"),
        "may_answer": has_right(request.actor, "chapters.answer_meetings"),
    }
    return render(request, "chapters/meetings/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ChapterRequest) -> HttpResponse:
    """Plan a meeting."""
    require_perm(request, "chapters.plan_meetings")
    form = MeetingForm(request.POST if request.method == "POST" else None, chapter=request.chapter)
    if request.method == "POST" and form.is_valid():
        meeting = meetings.plan_meeting(
            chapter=request.chapter, by=request.actor, at=timezone.now(), **form.values()
        )
        messages.success(request, _say_saved(meeting, form))
        return redirect(_meeting_url(meeting))
    return _render_form(request, form, None)


def _say_saved(meeting: Meeting, form: MeetingForm) -> str:
    """What was saved; where the clocks show an hour twice, which of the two is meant."""
    when = _say_when(meeting)
    if "later_hour" not in form.fields:
        return gettext("%(meeting)s is planned: %(when)s.") % {"meeting": meeting, "when": when}
    zone = say_zone(meeting.starts_at, meeting.time_zone)
    return gettext(
        "%(meeting)s is planned: %(when)s. That night the clocks show this hour twice; %(zone)s is meant."
    ) % {"meeting": meeting, "when": when, "zone": zone}


def _render_form(request: ChapterRequest, form: MeetingForm, meeting: Meeting | None) -> HttpResponse:
    context = {"form": form, "meeting": meeting}
    return render(request, "chapters/meetings/form.html", context, status=422 if form.is_bound else 200)


def get_meeting(request: ChapterRequest, meeting_id: int) -> Meeting:
    """The meeting, for whoever may see it."""
    rows = Meeting.objects.visible_to(request.actor).select_related("host", "chapter")
    meeting: Meeting = get_object_or_404(rows, pk=meeting_id)
    return meeting


def get_own_meeting(request: ChapterRequest, meeting_id: int) -> Meeting:
    """The meeting, for whoever runs it."""
    meeting = get_meeting(request, meeting_id)
    require_perm(request, "chapters.run_meetings", meeting)
    return meeting


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Change a meeting."""
    meeting = get_meeting(request, meeting_id)
    require_perm(request, "chapters.plan_meetings", meeting)
    form = MeetingForm(
        request.POST if request.method == "POST" else None, chapter=request.chapter, meeting=meeting
    )
    if request.method == "POST" and form.is_valid():
        meeting = meetings.change_meeting(
            meeting=meeting, by=request.actor, at=timezone.now(), **form.values()
        )
        messages.success(request, _say_saved(meeting, form))
        return redirect(_meeting_url(meeting))
    return _render_form(request, form, meeting)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Ask before a meeting is cancelled, and cancel it."""
    meeting = get_meeting(request, meeting_id)
    require_perm(request, "chapters.plan_meetings", meeting)
    if request.method == "POST":
        told = meetings.cancel_meeting(meeting=meeting, by=request.actor, at=timezone.now())
        words = ngettext("%(count)d person is told.", "%(count)d people are told.", told) % {"count": told}
        messages.success(request, f"{gettext('The meeting is cancelled.')} {words}")
        return redirect(_meeting_url(meeting))
    answers = get_answers(meeting)
    told = answers.people.get("yes", 0) + answers.people.get("maybe", 0) + answers.waiting
    says = ngettext(
        "%(count)d person who said yes or maybe gets a mail.",
        "%(count)d people who said yes or maybe get a mail.",
        told,
    ) % {"count": told}
    return ask(
        request,
        title=gettext("Cancel %(meeting)s?") % {"meeting": meeting},
        says=[says, gettext("The meeting stays on the list as cancelled; links to it say so.")],
        action=gettext("Cancel the meeting"),
        cancel_url=_meeting_url(meeting),
        crumbs=[
            (gettext("Meetings"), chapter_url("chapters:meetings")),
            (meeting.title, _meeting_url(meeting)),
        ],
    )


@require_safe
def detail(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """One meeting: for everybody what, where, when and one's own answer; for who runs it, who will come."""
    meeting = get_meeting(request, meeting_id)
    require_perm(request, "chapters.see_meetings", meeting)
    return render(request, "chapters/meetings/detail.html", _get_context(request, meeting))


def _get_context(request: ChapterRequest, meeting: Meeting, form: AnswerForm | None = None) -> dict[str, Any]:
    now = timezone.now()
    own = MeetingInvitation.objects.filter(meeting=meeting, member_id=request.actor.member_id).first()
    runs = has_right(request.actor, "chapters.run_meetings", meeting)
    is_open = meeting.is_planned and not meeting.is_over(now)
    initial = {"answer": own.answer, "bringing": own.bringing} if own else {}
    context: dict[str, Any] = {
        "meeting": meeting,
        "facts": _list_facts(meeting),
        "when": _say_when(meeting),
        "lists": _list_lists(meeting) if runs else [],
        "own": own,
        "own_badge": answer_badge(own.answer, is_waiting=own.is_waiting) if own and own.answer else None,
        "is_open": is_open,
        "answer_form": (form or AnswerForm(initial=initial))
        if is_open and has_right(request.actor, "chapters.answer_meetings", meeting)
        else None,
        "runs": runs,
        "may_plan": has_right(request.actor, "chapters.plan_meetings", meeting),
        "is_over": meeting.is_over(now),
        "doors_open": meeting.is_planned and meeting.starts_at - now <= DOORS_OPEN,
        "parts": [
            url
            for url in (
                optional_url("precincts:meeting_part", meeting_id=meeting.pk),
                optional_url("canvassing:meeting_part", meeting_id=meeting.pk),
            )
            if url and runs
        ],
    }
    return context | (_get_figures(meeting, now) if runs else {})


def _list_facts(meeting: Meeting) -> list[Detail]:
    facts = [
        Detail(
            label=_("When"), value=f"{_say_when(meeting)} ({say_zone(meeting.starts_at, meeting.time_zone)})"
        ),
        Detail(label=_("Place"), value=meeting.place),
        Detail(label=_("Kind"), value=meeting.get_kind_display()),
        Detail(label=_("Host"), value=meeting.host or _("nobody yet")),
    ]
    if meeting.capacity is not None:
        facts.append(Detail(label=_("Places"), value=number(meeting.capacity)))
    return facts


def _list_lists(meeting: Meeting) -> list[Card]:
    """The ways to the lists of a meeting's people."""
    pages = (
        ("meeting_answers", _("Who is asked, and what they said"), "list-check"),
        ("attendance", _("Who was there"), "person-check"),
        ("meeting_follow_up", _("Whom to call afterwards"), "telephone"),
    )
    return [
        Card(title=words, icon=icon, url=chapter_url(f"chapters:{name}", meeting_id=meeting.pk))
        for name, words, icon in pages
    ]


def _get_figures(meeting: Meeting, now: datetime) -> dict[str, Any]:
    answers = get_answers(meeting)
    lists: dict[str, Any] = {"meeting_id": meeting.pk}
    answers_url = chapter_url("chapters:meeting_answers", **lists)
    stats = [
        Stat(number=number(answers.invited), words=_("invited"), url=answers_url),
        Stat(
            number=number(answers.yes), words=_("yes, with whom they bring"), url=f"{answers_url}?answer=yes"
        ),
        Stat(
            number=number(answers.maybe),
            words=_("maybe, with whom they bring"),
            url=f"{answers_url}?answer=maybe",
        ),
    ]
    if answers.waiting:
        stats.append(
            Stat(
                number=number(answers.waiting), words=_("wait for a place"), url=f"{answers_url}?waiting=yes"
            )
        )
    if meeting.starts_at <= now:
        came = list_attendance(meeting).count()
        stats.append(
            Stat(number=number(came), words=_("came"), url=chapter_url("chapters:attendance", **lists))
        )
    if meeting.is_over(now) or not meeting.is_planned:
        return {"answers": answers, "stats": stats}
    forecast = get_forecast(meeting, now)
    return {
        "answers": answers,
        "stats": stats,
        "forecast": forecast,
        "forecast_says": say_range(forecast),
        "forecast_learned": say_learned(forecast),
        "forecast_rows": say_expected(forecast),
        "forecast_drawn": draw_range(forecast, capacity=meeting.capacity),
        "is_tight": meeting.capacity is not None and forecast.high > meeting.capacity,
    }


@require_POST
def answer(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """One's own answer, signed in."""
    meeting = get_meeting(request, meeting_id)
    require_perm(request, "chapters.answer_meetings", meeting)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        context = _get_context(request, meeting, form)
        return render(request, "chapters/meetings/detail.html", context, status=422)
    member = get_object_or_404(Member.objects.visible_to(request.actor), pk=request.actor.member_id)
    row = answer_for_oneself(
        meeting=meeting, member=member, by=request.actor, at=timezone.now(), **form.values()
    )
    messages.success(request, say_answered(row))
    return redirect(_meeting_url(meeting))


def say_answered(invitation: MeetingInvitation) -> str:
    """What is noted now, for who has just answered."""
    if invitation.is_waiting:
        return gettext("All places are taken. You wait for one and get a mail when it falls free.")
    return {
        MeetingAnswer.YES: gettext("Noted: you come."),
        MeetingAnswer.MAYBE: gettext("Noted: you perhaps come."),
        MeetingAnswer.NO: gettext("Noted: you do not come."),
    }[MeetingAnswer(invitation.answer)]
