"""Cutting one precinct, with a look at what would change, or all of them as a job."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from chapters.selectors.actors import today_in
from chapters.services.jobs import start_job
from core.errors import DomainError
from core.http import ChapterRequest, chapter_url, require_perm
from core.templatetags.formats import number
from core.undo import offer_undo
from precincts.forms.blocks import CutForm
from precincts.models import Block, Precinct
from precincts.selectors.block_map import hue_of
from precincts.selectors.blocks import get_captain_names, get_version, list_open_blocks
from precincts.selectors.precincts import get_chapter_progress, get_precinct_figures
from precincts.services.cut_plans import CutPlan, plan_cut
from precincts.services.cutting import cut_precinct
from precincts.views.precinct_parts import say_sizes


@require_http_methods(["GET", "HEAD", "POST"])
def cut(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """Ask how the precinct is to be cut; for one that is cut already, show who would keep what before it happens."""
    precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.cut_blocks", precinct)
    asked = request.POST if request.method == "POST" else request.GET if "number" in request.GET else None
    form = CutForm(asked, initial={"number": request.chapter.voters_per_block, "wish": CutForm.VOTERS})
    is_valid = asked is not None and form.is_valid()
    if request.method == "POST" and is_valid:
        return _cut_now(request, precinct, form)
    plan = error = None
    if is_valid:
        try:
            plan = plan_cut(precinct, **form.wished)
        except DomainError as refusal:
            error = refusal
    context = {
        "precinct": precinct,
        "form": form,
        "figures": get_precinct_figures(precinct, today_in(request.chapter)),
        "version": get_version(precinct.pk),
        "refusal": error,
        **(_say_plan(request, precinct, plan) if plan else {}),
    }
    status = 422 if asked is not None and not is_valid else 409 if error else 200
    return render(request, "precincts/blocks/cut.html", context, status=status)


def _cut_now(request: ChapterRequest, precinct: Precinct, form: CutForm) -> HttpResponse:
    report = cut_precinct(
        precinct=precinct,
        by=request.actor,
        on=today_in(request.chapter),
        version=form.cleaned_data["version"],
        **form.wished,
    )
    said = ngettext(
        "Precinct %(code)s is cut into %(count)d block of about %(mean)s voters.",
        "Precinct %(code)s is cut into %(count)d blocks of about %(mean)s voters.",
        report.blocks,
    ) % {
        "code": report.code,
        "count": report.blocks,
        "mean": number(round(sum(report.sizes) / report.blocks)),
    }
    url = chapter_url("precincts:undo", precinct_id=precinct.pk, version=get_version(precinct.pk))
    offer_undo(request, said, url)
    return redirect(chapter_url("precincts:precinct", precinct_id=precinct.pk))


def _say_plan(request: ChapterRequest, precinct: Precinct, plan: CutPlan) -> dict[str, Any]:
    """The plan with the names of those who keep, and of those who would lose, a block."""
    on = today_in(request.chapter)
    names = get_captain_names([block.pk for block in list_open_blocks(precinct.pk)], on)
    planned = sorted(plan.blocks, key=lambda block: block.number)
    return {
        "plan": plan,
        "sizes": say_sizes(min(plan.sizes), max(plan.sizes)),
        "planned": [(block, hue_of(block.number), names.get(block.block_id or 0, "")) for block in planned],
        "closing": [(block, voters, names.get(block.pk, "")) for block, voters in plan.closing],
    }


@require_http_methods(["GET", "HEAD", "POST"])
def cut_all(request: ChapterRequest) -> HttpResponse:
    """Cut every precinct of the chapter: a job, with its progress on its own page."""
    require_perm(request, "precincts.cut_blocks")
    form = CutForm(
        request.POST if request.method == "POST" else None,
        initial={"number": request.chapter.voters_per_block, "wish": CutForm.VOTERS},
    )
    on = today_in(request.chapter)
    if request.method == "POST" and form.is_valid():
        precincts = Precinct.objects.visible_to(request.actor).in_force(on)
        if request.POST.get("which") == "uncut":
            precincts = precincts.exclude(pk__in=Block.objects.open().values("precinct"))
        ids = list(precincts.values_list("pk", flat=True))
        if not ids:
            messages.info(request, _("Every precinct has blocks already; nothing was changed."))
            return redirect(chapter_url("precincts:index"))
        job = start_job(
            kind="precincts.cut_blocks",
            chapter=request.chapter,
            params={"precinct_ids": ids, **form.wished},
            by=request.actor,
            title=gettext_lazy("Cut the chapter's precincts into blocks"),
        )
        return redirect(chapter_url("chapters:job", job_id=job.pk))
    context = {"form": form, "progress": get_chapter_progress(request.chapter.pk, on)}
    status = 422 if request.method == "POST" else 200
    return render(request, "precincts/blocks/cut_all.html", context, status=status)
