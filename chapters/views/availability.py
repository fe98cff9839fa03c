"""When in the week a person has time: seen, added, taken out."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from chapters.forms.availability import AvailabilityForm
from chapters.models import Availability, Member
from chapters.services import availability as services
from core.http import ChapterRequest, chapter_url, require_perm


@require_http_methods(["GET", "HEAD", "POST"])
def index(request: ChapterRequest, member_id: int) -> HttpResponse:
    """The hours of one person, and a form for more."""
    member = get_object_or_404(Member.objects.visible_to(request.actor), pk=member_id)
    require_perm(request, "chapters.edit_availability", member)
    form = AvailabilityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        services.add_availability(member=member, by=request.actor, **form.cleaned_data)
        messages.success(request, gettext("Noted."))
        return redirect(chapter_url("chapters:availability", member_id=member.pk))
    context = {"member": member, "form": form, "rows": list(member.availability.all())}
    return render(request, "chapters/availability/index.html", context, status=422 if form.is_bound else 200)


@require_POST
def remove(request: ChapterRequest, availability_id: int) -> HttpResponse:
    """Take one out."""
    people = Member.objects.visible_to(request.actor)
    rows = Availability.objects.visible_to(request.actor).filter(member__in=people).select_related("member")
    row = get_object_or_404(rows, pk=availability_id)
    require_perm(request, "chapters.edit_availability", row.member)
    services.remove_availability(availability=row, by=request.actor)
    messages.success(request, gettext("Taken out."))
    return redirect(chapter_url("chapters:availability", member_id=row.member_id))
