"""One's own meetings in a calendar program: the address made, taken back, and what it answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from chapters.calendars import CONTENT_TYPE
from chapters.models import CalendarFeed, Member
from chapters.services.calendar_feeds import make_feed, open_feed, remove_feed, write_feed
from core.actors import Actor
from core.http import ChapterRequest, chapter_url, require_perm
from core.tenancy import chapter_scope


def _own(request: ChapterRequest) -> Member:
    require_perm(request, "chapters.answer_meetings")
    member = Member.objects.filter(pk=request.actor.member_id).first()
    if member is None:
        raise Http404
    return member


@require_safe
def own(request: ChapterRequest) -> HttpResponse:
    """Whether one has a feed, and how to use it."""
    member = _own(request)
    feed = CalendarFeed.objects.filter(member=member).first()
    return render(request, "chapters/meetings/calendar.html", {"feed": feed, "address": ""})


@never_cache
@require_POST
def make(request: ChapterRequest) -> HttpResponse:
    """Make an address, or a new one; it is shown on the page that answers, and never again."""
    member = _own(request)
    address = make_feed(member=member, by=request.actor, at=timezone.now())
    feed = CalendarFeed.objects.get(member=member)
    context = {"feed": feed, "address": address, "webcal": _as_webcal(address)}
    return render(request, "chapters/meetings/calendar.html", context)


def _as_webcal(address: str) -> str:
    """The same address for programs that open feeds by themselves."""
    return "webcal:" + address.partition(":")[2]


@require_POST
def remove(request: ChapterRequest) -> HttpResponse:
    """Take the address back."""
    if remove_feed(member=_own(request), by=request.actor):
        messages.success(request, gettext("The address works no more."))
    return redirect(chapter_url("chapters:own_calendar"))


@never_cache
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """What a calendar program gets."""
    found = open_feed(token=token)
    by = Actor.link(
        chapter_id=found.chapter_id, purpose="chapters.calendar", subject_id=found.pk, label=str(found.member)
    )
    with chapter_scope(found.chapter, by):
        content = write_feed(found, at=timezone.now())
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="meetings.ics"'
    return response
