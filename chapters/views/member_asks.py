"""The asks of one person: a part of their page, and making the next one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.enums import MemberKind
from chapters.forms.asks import AskMemberForm
from chapters.models import Ask, LadderStep, Member
from chapters.selectors.actors import today_in
from chapters.selectors.asks import list_asks_of, list_leaders_of, with_next_asks, with_pages
from chapters.selectors.ladder import read_next_asks
from chapters.services.asks import USUAL_TIME, ask_for_step
from chapters.views.asks import result_badge, say_next
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from core.templatetags.formats import day


def _get_member(request: ChapterRequest, member_id: int) -> Member:
    rows = Member.objects.visible_to(request.actor).exclude(kind=MemberKind.FORMER).select_related("chapter")
    member: Member = get_object_or_404(rows, pk=member_id)
    require_perm(request, "chapters.make_asks", member)
    return member


@require_safe
def panel(request: ChapterRequest, member_id: int) -> HttpResponse:
    """What somebody is asked for, what they said so far, and the next ask with its reasons."""
    member = _get_member(request, member_id)
    on = today_in(request.chapter)
    with_next_asks(request.chapter, on)([member])
    rows = [
        (ask, result_badge(ask), say_next(ask)) for ask in with_pages(list_asks_of(request.actor, member))
    ]
    context = {
        "member": member,
        "rows": rows,
        "next": member.next_ask,  # type: ignore[attr-defined]
        "open_ask": member.open_ask,  # type: ignore[attr-defined]
        "done": read_next_asks(request.chapter, on, [member.pk]).done_by(member.pk),
        "leaders": list_leaders_of(member, on),
    }
    name = "panel.html" if request.htmx else "of_member.html"
    return render(request, f"chapters/asks/{name}", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: ChapterRequest, member_id: int) -> HttpResponse:
    """Say for which step somebody is asked, by whom and by when."""
    member = _get_member(request, member_id)
    on = today_in(request.chapter)
    suggested = read_next_asks(request.chapter, on, [member.pk]).of(member.pk)
    form = AskMemberForm(
        request.POST if request.method == "POST" else None, member=member, on=on,
        asker_id=request.actor.member_id, step_id=suggested.step.pk if suggested else None,
        only_asker=not has_right(request.actor, "chapters.see_members"),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        made = ask_for_step(member=member, by=request.actor, on=on, **form.cleaned_data)
        messages.success(request, _say_made(made))
        return redirect(chapter_url("chapters:member", member_id=member.pk))
    context = {"member": member, "form": form, "suggested": suggested}
    return render(request, "chapters/asks/form.html", context, status=422 if form.is_bound else 200)


@require_POST
def ask_next(request: ChapterRequest, member_id: int, step_id: int) -> HttpResponse:
    """Ask for a step in one tap: oneself, within a week."""
    member = _get_member(request, member_id)
    step = get_object_or_404(LadderStep.objects.visible_to(request.actor), pk=step_id)
    asker = get_object_or_404(Member, pk=request.actor.member_id or 0)
    on = today_in(request.chapter)
    made = ask_for_step(
        member=member, step=step, asked_by=asker, due_on=on + USUAL_TIME, by=request.actor, on=on
    )
    messages.success(request, _say_made(made))
    back = request.POST.get("back") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        return redirect(back)
    return redirect(chapter_url("chapters:member", member_id=member.pk))


def _say_made(ask: Ask) -> str:
    return gettext("%(who)s asks %(name)s by %(day)s: %(what)s") % {
        "who": ask.asked_by, "name": ask.asked_name, "day": day(ask.due_on), "what": ask.what
    }  # fmt: skip
