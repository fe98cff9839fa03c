"""Call time: a team's people in the order in which to call them, and what came of each call."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.call_order import ASK_DUE, CALL_BACK, NO_NUMBER, SILENT, WAITS
from chapters.forms.teams import CallForm
from chapters.models import Member, Team
from chapters.selectors.actors import today_in
from chapters.selectors.teams import CallLine, list_calls_of, list_calls_to_make
from chapters.services.calls import note_call
from chapters.views.teams import get_team
from core.components import Badge
from core.http import ChapterRequest, chapter_url
from core.templatetags.formats import ago, day, when

_GROUPS: dict[int, tuple[Any, str, Any]] = {
    CALL_BACK: (_("wants to be called back"), "telephone-inbound", "mark"),
    ASK_DUE: (_("an ask is due"), "chat-dots", "mark"),
    SILENT: (_("next"), "telephone", "neutral"),
    WAITS: (_("later"), "clock", "neutral"),
    NO_NUMBER: (_("no number that works"), "telephone-x", "danger"),
}


def _badge(line: CallLine) -> Badge:
    word, icon, tone = _GROUPS[line.group]
    return Badge(word=word, icon=icon, tone=tone)


def _say_line(line: CallLine) -> str:
    said = []
    if line.group in (CALL_BACK, WAITS) and line.call_back_at is not None:
        said.append(gettext("call back %(when)s") % {"when": when(line.call_back_at)})
    if line.ask is not None:
        said.append(
            gettext("ask by %(day)s: %(what)s") % {"day": day(line.ask.next_on), "what": line.ask.what}
        )
    said.append(gettext("talked %(ago)s") % {"ago": ago(line.spoken_on)})
    if line.last is not None and line.last.result != "talked":
        said.append(
            gettext("%(result)s %(ago)s")
            % {"result": line.last.get_result_display(), "ago": ago(line.last.called_at)}
        )
    return " · ".join(said)


def _read(request: ChapterRequest, team: Team) -> list[CallLine]:
    return list_calls_to_make(
        request.chapter, team, request.actor.member_id, timezone.now(), today_in(request.chapter)
    )


@require_safe
def index(request: ChapterRequest, team_id: int) -> HttpResponse:
    """Whom to call next, one line each."""
    team = get_team(request, team_id, "chapters.call_people")
    lines = _read(request, team)
    waiting = [line for line in lines if line.group in (CALL_BACK, ASK_DUE, SILENT)]
    context = {
        "team": team,
        "rows": [(line, _badge(line), _say_line(line)) for line in lines],
        "first": waiting[0] if waiting else None,
    }
    return render(request, "chapters/calls/index.html", context)


def _get_member(request: ChapterRequest, lines: list[CallLine], member_id: int) -> CallLine:
    line = next((line for line in lines if line.member.pk == member_id), None)
    if line is None:
        raise Http404
    return line


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: ChapterRequest, team_id: int, member_id: int) -> HttpResponse:
    """One person to call: their number, what is known, what came of it; then the next one."""
    team = get_team(request, team_id, "chapters.call_people")
    lines = _read(request, team)
    line = _get_member(request, lines, member_id)
    now, on = timezone.now(), today_in(request.chapter)
    step_id = line.ask.step_id if line.ask and line.ask.step_id else None
    if step_id is None and line.next_ask is not None and line.ask is None:
        step_id = line.next_ask.step.pk
    form = CallForm(
        request.POST if request.method == "POST" else None,
        member=line.member,
        now=now,
        on=on,
        step_id=step_id,
    )
    if request.method == "POST" and form.is_valid():
        caller = Member.objects.filter(pk=request.actor.member_id).first()
        if caller is None:
            raise Http404
        made = note_call(
            member=line.member, called_by=caller, team=team, by=request.actor, at=now, **form.wished
        )
        words = {"name": line.member, "result": made.get_result_display()}
        messages.success(request, gettext("Noted for %(name)s: %(result)s.") % words)
        return redirect(_next_url(team, lines, member_id))
    context = {
        "team": team,
        "line": line,
        "says": _say_line(line),
        "badge": _badge(line),
        "form": form,
        "calls": list_calls_of(line.member),
        "skip_url": _next_url(team, lines, member_id),
    }
    return render(request, "chapters/calls/call.html", context, status=422 if form.is_bound else 200)


def _next_url(team: Team, lines: list[CallLine], member_id: int) -> str:
    """The next person to call after this one; the list when nobody is left today."""
    waiting = [line.member.pk for line in lines if line.group in (CALL_BACK, ASK_DUE, SILENT)]
    place = waiting.index(member_id) + 1 if member_id in waiting else 0
    rest = [pk for pk in waiting[place:] if pk != member_id]
    if not rest:
        return chapter_url("chapters:calls", team_id=team.pk)
    return chapter_url("chapters:call", team_id=team.pk, member_id=rest[0])
