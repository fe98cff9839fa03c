"""Answering a printed invitation by its code, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chapters.meeting_words import say_time, say_zone
from core.tenancy import chapter_scope
from precincts.forms.precinct_meetings import PaperAnswerForm
from precincts.models import VoterInvitation
from precincts.services.precinct_meetings import actor_of_code, answer_on_paper, open_voter_code


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def voter_rsvp(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the meeting and changes nothing; POST notes the answer. The page does not name the neighbour."""
    invitation = open_voter_code(code=code, at=timezone.now())
    by = actor_of_code(invitation)
    chapter = invitation.party.meeting.chapter
    with chapter_scope(chapter, by):
        form, is_done = None, False
        if request.method == "POST" and invitation.party.meeting.is_planned:
            form = PaperAnswerForm(request.POST)
            if form.is_valid():
                invitation = answer_on_paper(invitation=invitation, by=by, at=timezone.now(), **form.values())
                form, is_done = None, True
        return _show(request, invitation, form, is_done=is_done)


def _show(
    request: HttpRequest, invitation: VoterInvitation, form: PaperAnswerForm | None, *, is_done: bool
) -> HttpResponse:
    meeting = invitation.party.meeting
    initial = {"answer": invitation.answer, "bringing": invitation.bringing}
    context = {
        "invitation": invitation,
        "meeting": meeting,
        "when": say_time(meeting.starts_at, meeting.ends_at, meeting.time_zone),
        "zone": say_zone(meeting.starts_at, meeting.time_zone),
        "form": form or PaperAnswerForm(initial=initial),
        "is_done": is_done,
    }
    return render(request, "precincts/meetings/rsvp.html", context, status=422 if form is not None else 200)
