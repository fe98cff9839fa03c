"""Answering an invitation by its personal link, without an account; and the page for a code typed from paper."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from chapters.enums import AnswerChannel
from chapters.forms.meetings import AnswerForm, CodeForm
from chapters.meeting_words import say_time, say_zone
from chapters.models import MeetingInvitation
from chapters.services.meeting_invitations import actor_of_rsvp, answer_invitation, open_rsvp_link
from core.codes import find_page_of_code, read_code
from core.tenancy import chapter_scope


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rsvp(request: HttpRequest, code: str) -> HttpResponse:
    """GET shows the meeting and changes nothing; POST notes the answer."""
    invitation = open_rsvp_link(code=code, at=timezone.now())
    by = actor_of_rsvp(invitation)
    language = invitation.member.language or invitation.chapter.language
    with translation.override(language), chapter_scope(invitation.chapter, by):
        if request.method == "POST" and invitation.meeting.is_planned:
            return _note(request, invitation)
        return _show(request, invitation)


def _note(request: HttpRequest, invitation: MeetingInvitation) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _show(request, invitation, form)
    row = answer_invitation(
        invitation=invitation, by=actor_of_rsvp(invitation), at=timezone.now(), channel=AnswerChannel.LINK,
        **form.values(),
    )  # fmt: skip
    row.meeting = invitation.meeting
    return _show(request, row, is_done=True)


def _show(
    request: HttpRequest,
    invitation: MeetingInvitation,
    form: AnswerForm | None = None,
    *,
    is_done: bool = False,
) -> HttpResponse:
    meeting = invitation.meeting
    wished = request.GET.get("answer", "")
    said = wished if wished in ("yes", "maybe", "no") and not is_done else invitation.answer
    context = {
        "invitation": invitation,
        "meeting": meeting,
        "when": say_time(meeting.starts_at, meeting.ends_at, meeting.time_zone),
        "zone": say_zone(meeting.starts_at, meeting.time_zone),
        "form": form or AnswerForm(initial={"answer": said, "bringing": invitation.bringing}),
        "is_done": is_done,
    }
    status = 422 if form is not None else 200
    return render(request, "chapters/meetings/rsvp.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The code of a printed invitation, typed; it leads to the page of its answer."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = read_code(form.cleaned_data["code"])
        address = find_page_of_code(typed) if typed else ""
        if address:
            return redirect(address)
        form.add_error(
            "code", _("No invitation has this code. Look at it again, or ask whoever invited you.")
        )
    return render(
        request, "chapters/meetings/code.html", {"form": form}, status=422 if form.is_bound else 200
    )
