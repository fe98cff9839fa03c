"""The people of a meeting: asked, what they answered, who was there, whom to call afterwards."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.enums import AnswerChannel, MeetingAnswer
from chapters.forms.meetings import AnswerForm, BroughtForm, InviteForm
from chapters.models import Attendance, Meeting, MeetingInvitation
from chapters.selectors.meetings import (
    FIRST_TIME,
    MAYBE_SHOW,
    NO_SHOW,
    list_attendance,
    list_invitations,
    list_to_follow_up,
)
from chapters.services import audit
from chapters.services.attendance import note_bringer
from chapters.services.meeting_groups import list_members_of_group
from chapters.services.meeting_invitations import Invited, answer_invitation, invite_members
from chapters.views.meetings import answer_badge, get_own_meeting
from core.components import Action, Badge
from core.http import ChapterRequest, chapter_url
from core.lists import Column, Filter, ListSpec


def _meeting_url(meeting: Meeting) -> str:
    return chapter_url("chapters:meeting", meeting_id=meeting.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Ask a group or single people; each gets a mail with a personal link."""
    meeting = get_own_meeting(request, meeting_id)
    form = InviteForm(request.POST if request.method == "POST" else None, meeting=meeting)
    if request.method == "POST" and form.is_valid():
        people = list_members_of_group(meeting.chapter, form.cleaned_data["group"])
        invited = invite_members(
            meeting=meeting,
            members=[*people, *form.cleaned_data["people"]],
            by=request.actor,
            at=timezone.now(),
        )
        messages.success(request, _say_invited(invited))
        return redirect(_meeting_url(meeting))
    context = {"form": form, "meeting": meeting}
    return render(request, "chapters/meetings/invite.html", context, status=422 if form.is_bound else 200)


def _say_invited(invited: Invited) -> str:
    words = [
        ngettext("%(count)d person is invited.", "%(count)d people are invited.", invited.new)
        % {"count": invited.new}
    ]
    if invited.known:
        words.append(
            ngettext("%(count)d was invited before.", "%(count)d were invited before.", invited.known)
            % {"count": invited.known}
        )
    if invited.unreached:
        words.append(
            ngettext(
                "%(count)d has no e-mail address: call them.",
                "%(count)d have no e-mail address: call them.",
                invited.unreached,
            ) % {"count": invited.unreached}
        )  # fmt: skip
    return " ".join(words)


def _answer_actions(row: MeetingInvitation) -> list[Action]:
    url = chapter_url("chapters:note_answer", meeting_id=row.meeting_id, meeting_invitation_id=row.pk)
    return [Action(label=_("Note an answer"), url=url, icon="pencil")]


ANSWERS = ListSpec(
    key="answers",
    columns=(
        Column(
            "name", _("Name"), lambda r: str(r.member), sort=("member__last_name", "member__first_name"), title=True,
            line=lambda r: _("was there") if r.was_there else "",
        ),
        Column(
            "answer", _("Answer"), lambda r: r.get_answer_display(), sort=("answer",),
            badge=lambda r: answer_badge(r.answer, is_waiting=r.is_waiting),
        ),
        Column("bringing", _("Brings along"), lambda r: r.bringing, sort=("bringing",), numeric=True),
        Column("answered", _("Answered"), lambda r: r.answered_at, sort=("answered_at",),
               line=lambda r: r.get_channel_display()),
        Column("email", _("E-mail"), lambda r: r.member.email, line=lambda r: r.member.phone),
        Column("phone", _("Phone"), lambda r: r.member.phone, only_csv=True),
        Column("there", _("Was there"), lambda r: _("yes") if r.was_there else "–", only_csv=True),
    ),
    filters=(
        Filter("answer", _("Answer"), [(a.value or "none", a.label) for a in MeetingAnswer],
               lambda rows, value: rows.filter(answer="" if value == "none" else value)),
        Filter("waiting", _("Place"), [("yes", _("waits for a place"))], lambda rows, _v: rows.filter(is_waiting=True)),
        Filter("mail", _("E-mail"), [("no", _("no e-mail address"))],
               lambda rows, _v: rows.filter(member__email="", member__user__isnull=True)),
    ),
    search=lambda rows, words: (
        rows.filter(member__first_name__icontains=words) | rows.filter(member__last_name__icontains=words)
    ),
    search_label=_("Name"),
    order=("member__last_name", "member__first_name", "pk"),
    csv_right="chapters.export_meetings",
    actions=_answer_actions,
)  # fmt: skip


@require_safe
def answers(request: ChapterRequest, meeting_id: int) -> HttpResponseBase:
    """Who is asked and what they said."""
    meeting = get_own_meeting(request, meeting_id)
    page = ANSWERS.read(request, list_invitations(meeting))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="meeting_answers", says=_("answers to an invitation"), count=page.total,
            detail={"meeting": meeting.title},
        )  # fmt: skip
        return page.csv("answers.csv")
    context = {
        "page": page,
        "meeting": meeting,
        "has_any": page.is_narrowed or page.total > 0,
        "may_invite": meeting.is_planned and not meeting.is_over(timezone.now()),
    }
    return render(request, "chapters/meetings/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def note_answer(request: ChapterRequest, meeting_id: int, meeting_invitation_id: int) -> HttpResponse:
    """Note what somebody said on the phone or at a door."""
    meeting = get_own_meeting(request, meeting_id)
    rows = MeetingInvitation.objects.visible_to(request.actor).filter(meeting=meeting)
    row: MeetingInvitation = get_object_or_404(
        rows.select_related("member", "meeting"), pk=meeting_invitation_id
    )
    initial = {"answer": row.answer, "bringing": row.bringing}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=initial)
    form.fields["answer"].label = gettext("Does %(person)s come?") % {"person": row.member}
    form.fields["bringing"].label = gettext("How many people do they bring along?")
    if request.method == "POST" and form.is_valid():
        answer_invitation(
            invitation=row, by=request.actor, at=timezone.now(), channel=AnswerChannel.TOLD, **form.values()
        )
        messages.success(request, gettext("Noted for %(person)s.") % {"person": row.member})
        return redirect(chapter_url("chapters:meeting_answers", meeting_id=meeting.pk))
    context = {"form": form, "meeting": meeting, "row": row}
    return render(
        request, "chapters/meetings/note_answer.html", context, status=422 if form.is_bound else 200
    )


def _first_badge(row: Attendance) -> Badge | None:
    if row.is_first:  # type: ignore[attr-defined]
        return Badge(word=_("for the first time"), icon="star", tone="good")
    return None


def _brought_actions(row: Attendance) -> list[Action]:
    url = chapter_url("chapters:brought_by", meeting_id=row.meeting_id, attendance_id=row.pk)
    return [Action(label=_("Who brought them"), url=url, icon="people")]


ATTENDANCE = ListSpec(
    key="attendance",
    columns=(
        Column("name", _("Name"), lambda r: str(r.member), sort=("member__last_name", "member__first_name"), title=True),
        Column("at", _("Signed in"), lambda r: r.signed_in_at, sort=("signed_in_at",)),
        Column("walk_in", _("Invited"), lambda r: _("no") if r.walk_in else _("yes"), sort=("walk_in",)),
        Column("brought_by", _("Brought by"), lambda r: r.brought_by or "–",
               sort=("brought_by__last_name", "brought_by__first_name")),
        Column("first", _("First time"), lambda r: _("for the first time") if r.is_first else "–", badge=_first_badge),
        Column("email", _("E-mail"), lambda r: r.member.email, only_csv=True),
        Column("phone", _("Phone"), lambda r: r.member.phone, only_csv=True),
    ),
    filters=(
        Filter("first", _("First time"), [("yes", _("for the first time"))], lambda rows, _v: rows.filter(is_first=True)),
        Filter("walk_in", _("Invited"), [("yes", _("walked in"))], lambda rows, _v: rows.filter(walk_in=True)),
        Filter("brought", _("Company"), [("yes", _("brought by somebody"))],
               lambda rows, _v: rows.filter(brought_by__isnull=False)),
    ),
    search=lambda rows, words: (
        rows.filter(member__first_name__icontains=words) | rows.filter(member__last_name__icontains=words)
    ),
    search_label=_("Name"),
    order=("signed_in_at", "pk"),
    csv_right="chapters.export_meetings",
    actions=_brought_actions,
)  # fmt: skip


@require_safe
def attendance(request: ChapterRequest, meeting_id: int) -> HttpResponseBase:
    """Who was there, and who brought them."""
    meeting = get_own_meeting(request, meeting_id)
    page = ATTENDANCE.read(request, list_attendance(meeting))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="attendance", says=_("who was at a meeting"), count=page.total,
            detail={"meeting": meeting.title},
        )  # fmt: skip
        return page.csv("attendance.csv")
    context = {"page": page, "meeting": meeting, "has_any": page.is_narrowed or page.total > 0}
    return render(request, "chapters/meetings/attendance.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def brought_by(request: ChapterRequest, meeting_id: int, attendance_id: int) -> HttpResponse:
    """Note who brought somebody along."""
    meeting = get_own_meeting(request, meeting_id)
    rows = list_attendance(meeting).filter(chapter_id=request.actor.chapter_id)
    row: Attendance = get_object_or_404(rows.select_related("meeting"), pk=attendance_id)
    form = BroughtForm(
        request.POST if request.method == "POST" else None, attendance=row,
        initial={"brought_by": row.brought_by_id},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        note_bringer(attendance=row, brought_by=form.cleaned_data["brought_by"], by=request.actor)
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("chapters:attendance", meeting_id=meeting.pk))
    context = {"form": form, "meeting": meeting, "row": row}
    return render(request, "chapters/meetings/brought_by.html", context, status=422 if form.is_bound else 200)


_WHYS = {
    FIRST_TIME: (_("came for the first time"), "star", "good"),
    NO_SHOW: (_("said yes and did not come"), "telephone", "mark"),
    MAYBE_SHOW: (_("said maybe and did not come"), "telephone", "neutral"),
}


def _why_badge(row: object) -> Badge:
    word, icon, tone = _WHYS[row.why]  # type: ignore[attr-defined]
    return Badge(word=word, icon=icon, tone=tone)  # type: ignore[arg-type]


FOLLOW_UP = ListSpec(
    key="follow-up",
    columns=(
        Column("name", _("Name"), str, sort=("last_name", "first_name"), title=True),
        Column("why", _("Why"), lambda m: str(_WHYS[m.why][0]), sort=("why",), badge=_why_badge),
        Column("phone", _("Phone"), lambda m: m.phone or "–", csv=lambda m: m.phone,
               url=lambda m: f"tel:{m.phone}" if m.phone else ""),
        Column("email", _("E-mail"), lambda m: m.email or "–", csv=lambda m: m.email,
               url=lambda m: f"mailto:{m.email}" if m.email else ""),
    ),
    filters=(
        Filter("why", _("Why"), [(value, words) for value, (words, _icon, _tone) in _WHYS.items()],
               lambda rows, value: rows.filter(why=value)),
    ),
    search=lambda rows, words: rows.filter(first_name__icontains=words) | rows.filter(last_name__icontains=words),
    search_label=_("Name"),
    order=("why", "last_name", "first_name", "pk"),
    csv_right="chapters.export_meetings",
)  # fmt: skip


@require_safe
def follow_up(request: ChapterRequest, meeting_id: int) -> HttpResponseBase:
    """Whom to call after the meeting."""
    meeting = get_own_meeting(request, meeting_id)
    page = FOLLOW_UP.read(request, list_to_follow_up(meeting))
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="meeting_follow_up", says=_("whom to call after a meeting"), count=page.total,
            detail={"meeting": meeting.title},
        )  # fmt: skip
        return page.csv("follow-up.csv")
    context = {
        "page": page,
        "meeting": meeting,
        "has_any": page.is_narrowed or page.total > 0,
        "has_begun": meeting.starts_at <= timezone.now(),
    }
    return render(request, "chapters/meetings/follow_up.html", context)
