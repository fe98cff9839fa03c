"""A walking party on one page: who signed up, sorted into groups, each with a leader, a corner and blocks."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from canvassing.forms.walking import GroupSizeForm, WalkingGroupForm
from canvassing.models import WalkingGroup
from canvassing.selectors.walking import list_groups, list_sign_ups
from canvassing.services.walking import change_group, mail_groups, sort_into_groups
from chapters.enums import MeetingKind
from chapters.models import Meeting
from chapters.selectors.actors import today_in
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right

RIGHT = "canvassing.sort_walkers"


def _get(request: ChapterRequest, meeting_id: int) -> Meeting:
    rows = Meeting.objects.visible_to(request.actor).select_related("chapter", "host")
    meeting: Meeting = get_object_or_404(rows, pk=meeting_id)
    require_perm(request, RIGHT, meeting)
    return meeting


def _url(meeting: Meeting) -> str:
    return chapter_url("canvassing:walking_groups", meeting_id=meeting.pk)


@require_safe
def meeting_part(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """The way to the walking groups, on the page of a rally or launch."""
    meeting = _get(request, meeting_id)
    groups = WalkingGroup.objects.filter(meeting=meeting).count()
    if not groups and meeting.kind not in (MeetingKind.RALLY, MeetingKind.LAUNCH):
        return HttpResponse("")
    return render(request, "canvassing/walking/part.html", {"meeting": meeting, "groups": groups})


@require_safe
def groups(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """All groups, and who lives in no known precinct."""
    return _render(request, _get(request, meeting_id))


def _render(
    request: ChapterRequest,
    meeting: Meeting,
    *,
    size_form: GroupSizeForm | None = None,
    wrong: tuple[int, WalkingGroupForm] | None = None,
) -> HttpResponse:
    found = list(list_groups(meeting))
    sign_ups = list_sign_ups(meeting, today_in(request.chapter))
    in_groups = {row.member_id for group in found for row in group.walkers.all()}
    context: dict[str, Any] = {
        "meeting": meeting,
        "rows": [
            (group, wrong[1] if wrong and wrong[0] == group.pk else WalkingGroupForm(group=group))
            for group in found
        ],
        "lost": [one.member for one in sign_ups if one.precinct_id is None],
        "late": [
            one.member
            for one in sign_ups
            if found and one.precinct_id is not None and one.member.pk not in in_groups
        ],
        "sign_ups": len(sign_ups),
        "size_form": size_form or GroupSizeForm(),
        "is_mailed": any(group.mailed_at for group in found),
        "is_ready": bool(found) and all(group.leader_id and group.corner for group in found),
        "is_open": meeting.is_planned and not meeting.is_over(timezone.now()),
        "may_print": has_right(request.actor, "canvassing.print_all_lists"),
    }
    return render(
        request, "canvassing/walking/groups.html", context, status=422 if wrong or size_form else 200
    )


@require_POST
def sort(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Sort everybody who signed up, anew each time until the groups are mailed."""
    meeting = _get(request, meeting_id)
    form = GroupSizeForm(request.POST)
    if not form.is_valid():
        return _render(request, meeting, size_form=form)
    made = sort_into_groups(
        meeting=meeting, size=form.cleaned_data["size"], by=request.actor, at=timezone.now()
    )
    words = ngettext("%(count)d group is made.", "%(count)d groups are made.", len(made))
    messages.success(request, words % {"count": len(made)})
    return redirect(_url(meeting))


@require_POST
def change(request: ChapterRequest, meeting_id: int, walking_group_id: int) -> HttpResponse:
    """Give a group a leader and a corner."""
    meeting = _get(request, meeting_id)
    rows = list_groups(meeting).filter(chapter_id=request.actor.chapter_id)
    group: WalkingGroup = get_object_or_404(rows, pk=walking_group_id)
    form = WalkingGroupForm(request.POST, group=group)
    if not form.is_valid():
        return _render(request, meeting, wrong=(group.pk, form))
    change_group(group=group, by=request.actor, **form.values())
    messages.success(request, gettext("Group %(number)d is saved.") % {"number": group.number})
    return redirect(f"{_url(meeting)}#group-{group.number}")


@require_POST
def mail(request: ChapterRequest, meeting_id: int) -> HttpResponse:
    """Tell everybody with whom, where and which blocks they walk."""
    meeting = _get(request, meeting_id)
    sent = mail_groups(meeting=meeting, by=request.actor, at=timezone.now())
    words = ngettext("%(count)d person is told.", "%(count)d people are told.", sent) % {"count": sent}
    messages.success(request, words)
    return redirect(_url(meeting))
