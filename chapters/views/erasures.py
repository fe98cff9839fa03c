"""Expunging a person's data: asked for, taken back, carried out at once; afterwards how much it was."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from chapters.models import Erasure, Member
from chapters.selectors.erasures import get_erasure, list_counts
from chapters.services import erasures
from core.components import Detail
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from core.templatetags.formats import number


@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: ChapterRequest, member_id: int) -> HttpResponse:
    """What would go and what stays; posted, it is asked for."""
    member = get_object_or_404(
        Member.objects.visible_to(request.actor).select_related("chapter"), pk=member_id
    )
    require_perm(request, "chapters.ask_erasure", member)
    if request.method == "POST":
        erasures.ask_erasure(member=member, by=request.actor, at=timezone.now())
        messages.success(request, gettext("Noted. It can be taken back until it is carried out."))
        return redirect(chapter_url("chapters:erase_member", member_id=member.pk))
    erasure = get_erasure(member)
    counts = list_counts(erasure) if erasure is not None and erasure.done_at else []
    context = {
        "member": member,
        "erasure": erasure,
        "counts": [Detail(label=words, value=number(count)) for words, count in counts],
        "may_erase": has_right(request.actor, "chapters.erase_member", member),
    }
    return render(request, "chapters/erasures/erase.html", context)


def _get_erasure(request: ChapterRequest, erasure_id: int) -> Erasure:
    people = Member.objects.visible_to(request.actor)
    rows = Erasure.objects.visible_to(request.actor).filter(member__in=people).select_related("member")
    return get_object_or_404(rows, pk=erasure_id)


@require_POST
def withdraw(request: ChapterRequest, erasure_id: int) -> HttpResponse:
    """Take the request back."""
    erasure = _get_erasure(request, erasure_id)
    require_perm(request, "chapters.ask_erasure", erasure.member)
    erasures.withdraw_erasure(erasure=erasure, by=request.actor, at=timezone.now())
    messages.success(request, gettext("Nothing will be erased."))
    return redirect(chapter_url("chapters:member", member_id=erasure.member_id))


@require_POST
def carry_out(request: ChapterRequest, erasure_id: int) -> HttpResponse:
    """Erase now."""
    erasure = _get_erasure(request, erasure_id)
    require_perm(request, "chapters.erase_member", erasure.member)
    erasures.carry_out(erasure=erasure, by=request.actor, at=timezone.now())
    messages.success(request, gettext("The data are erased."))
    return redirect(chapter_url("chapters:erase_member", member_id=erasure.member_id))
