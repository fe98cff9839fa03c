"""The chapter's ladder of asks, in Settings: its steps in order, one step, retired ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from chapters.enums import StepSize
from chapters.forms.ladder import StepForm
from chapters.models import LadderStep
from chapters.selectors.actors import today_in
from chapters.selectors.ladder import count_asks_of_steps, list_steps, say_done_rule
from chapters.services import ladder as services
from core.components import Badge
from core.http import ChapterRequest, chapter_url, require_perm

SIZES = {
    StepSize.SMALL: ("1-circle", "neutral"),
    StepSize.MEDIUM: ("2-circle", "good"),
    StepSize.BIG: ("3-circle", "mark"),
}


def size_badge(step: LadderStep) -> Badge:
    """How much a step asks, as icon and word."""
    icon, tone = SIZES[StepSize(step.size)]
    return Badge(word=step.get_size_display(), icon=icon, tone=tone)  # type: ignore[arg-type]


@require_safe
def index(request: ChapterRequest) -> HttpResponse:
    """The ladder as it is: what is asked, small to big, what comes after what, what counts as done."""
    require_perm(request, "chapters.edit_ladder")
    steps = list_steps(request.chapter.pk)
    counts = count_asks_of_steps(request.chapter.pk)
    named = {step.pk: step for step in steps}
    rows: list[dict[str, Any]] = [
        {
            "step": step,
            "badge": size_badge(step),
            "after": named.get(step.follows_id) if step.follows_id else None,
            "done": say_done_rule(step, request.chapter),
            "counts": counts.get(step.pk),
        }
        for step in steps
    ]
    context = {
        "rows": [row for row in rows if row["step"].retired_on is None],
        "retired": [row for row in rows if row["step"].retired_on is not None],
    }
    return render(request, "chapters/ladder/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.edit_ladder")
    steps = list_steps(request.chapter.pk)
    place = steps[-1].position + 10 if steps else 10
    form = StepForm(request.POST if request.method == "POST" else None, chapter=request.chapter, place=place)
    if request.method == "POST" and form.is_valid():
        step = services.add_step(chapter=request.chapter, by=request.actor, **form.wished)
        messages.success(request, gettext("“%(step)s” is on the ladder.") % {"step": step})
        return redirect(chapter_url("chapters:ladder"))
    return render(
        request,
        "chapters/ladder/form.html",
        {"form": form, "step": None},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: ChapterRequest, step_id: int) -> HttpResponse:
    step = _get_step(request, step_id)
    form = StepForm(
        request.POST if request.method == "POST" else None,
        chapter=request.chapter,
        step=step,
        place=step.position,
    )
    if request.method == "POST" and form.is_valid():
        services.change_step(step=step, by=request.actor, **form.wished)
        messages.success(request, gettext("Saved."))
        return redirect(chapter_url("chapters:ladder"))
    return render(
        request,
        "chapters/ladder/form.html",
        {"form": form, "step": step},
        status=422 if form.is_bound else 200,
    )


@require_POST
def retire(request: ChapterRequest, step_id: int) -> HttpResponse:
    step = _get_step(request, step_id)
    services.retire_step(step=step, by=request.actor, on=today_in(request.chapter))
    messages.success(
        request, gettext("“%(step)s” is no longer suggested; open asks for it go on.") % {"step": step}
    )
    return redirect(chapter_url("chapters:ladder"))


@require_POST
def offer(request: ChapterRequest, step_id: int) -> HttpResponse:
    step = _get_step(request, step_id)
    services.offer_step(step=step, by=request.actor)
    messages.success(request, gettext("“%(step)s” is suggested again.") % {"step": step})
    return redirect(chapter_url("chapters:ladder"))


def _get_step(request: ChapterRequest, step_id: int) -> LadderStep:
    step = get_object_or_404(LadderStep.objects.visible_to(request.actor), pk=step_id)
    require_perm(request, "chapters.edit_ladder", step)
    return step
