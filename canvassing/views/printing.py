"""Ordering walk lists: for a block, a precinct, the chapter; and the panels other pages show."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from canvassing.forms.lists import PrintForm
from canvassing.models import WalkList
from canvassing.selectors.lists import PrintPlan, list_walk_lists, plan_lists
from canvassing.services import lists
from chapters.selectors.actors import today_in
from core import confirm
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from precincts.models import Block, Precinct

SHOWN = 5
"""Lists in a panel; the page with all of them is a click away."""


@require_http_methods(["GET", "HEAD", "POST"])
def print_all(request: ChapterRequest) -> HttpResponse:
    """Every block of the chapter."""
    require_perm(request, "canvassing.print_all_lists")
    return _order(request, title=_("Print the whole chapter"), cancel_url=chapter_url("canvassing:lists"))


@require_http_methods(["GET", "HEAD", "POST"])
def print_precinct(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """Every block of one precinct, and its list-only doors."""
    precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "canvassing.print_lists", precinct)
    return _order(
        request,
        title=_("Print precinct %(precinct)s") % {"precinct": precinct.code},
        cancel_url=chapter_url("precincts:precinct", precinct_id=precinct.pk),
        precinct=precinct,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def print_block(request: ChapterRequest, block_id: int) -> HttpResponse:
    """One block."""
    block = get_object_or_404(Block.objects.visible_to(request.actor).select_related("precinct"), pk=block_id)
    require_perm(request, "canvassing.print_lists", block)
    names = {"precinct": block.precinct.code, "block": str(block)}
    return _order(
        request,
        title=_("Print precinct %(precinct)s, block %(block)s") % names,
        cancel_url=chapter_url("precincts:block_book", block_id=block.pk),
        block=block,
    )


def _order(
    request: ChapterRequest,
    *,
    title: str,
    cancel_url: str,
    precinct: Precinct | None = None,
    block: Block | None = None,
) -> HttpResponse:
    """Say what would be printed; with the answer yes, start the job and show its progress."""
    data = request.POST if request.method == "POST" else None
    form = PrintForm(data, initial={"paper_size": request.chapter.paper_size})
    if request.method == "POST" and form.is_valid():
        job = lists.order_lists(
            chapter=request.chapter, by=request.actor, at=timezone.now(), precinct=precinct, block=block,
            paper_size=form.cleaned_data["paper_size"],
        )  # fmt: skip
        return redirect(chapter_url("chapters:job", job_id=job.pk))
    plan = lists.plan_order(
        chapter=request.chapter, by=request.actor, at=timezone.now(), precinct=precinct, block=block
    )
    return confirm.ask(
        request, title=title, says=_what_happens(plan), action=_action(plan), cancel_url=cancel_url,
        icon="printer", danger=False, form=form, status=422 if form.is_bound else 200,
    )  # fmt: skip


def _action(plan: PrintPlan) -> str:
    words = ngettext("Print %(count)d list", "Print %(count)d lists", plan.lists)
    return words % {"count": plan.lists}


def _what_happens(plan: PrintPlan) -> list[str]:
    counts = {"lists": plan.lists, "neighbours": plan.neighbours, "doors": plan.doors}
    says = [
        ngettext(
            "Print %(lists)d list, %(neighbours)d neighbours at %(doors)d doors.",
            "Print %(lists)d lists, %(neighbours)d neighbours at %(doors)d doors.",
            plan.lists,
        )
        % counts,
        _("Each list gets a new number; the lists of before keep theirs and stay where they are."),
        _("Names and addresses leave the system: who printed what is written into the log."),
    ]
    sheets = sum(1 for target in plan.targets if target.block_id is None)
    if sheets:
        words = ngettext(
            "%(count)d of them is a sheet of doors that have no place on the map.",
            "%(count)d of them are sheets of doors that have no place on the map.",
            sheets,
        )
        says.insert(1, words % {"count": sheets})
    if plan.uncut:
        words = _("Left out, because they have no blocks yet: %(precincts)s.")
        says.insert(1, words % {"precincts": ", ".join(plan.uncut)})
    return says


@require_safe
def precinct_lists(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """The panel of a precinct's page: print, and the latest lists."""
    precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "canvassing.see_lists", precinct)
    plan = plan_lists(request.chapter, precinct=precinct, on=today_in(request.chapter))
    rows = list_walk_lists(request.actor).filter(precinct=precinct)
    url = chapter_url("canvassing:print_precinct", precinct_id=precinct.pk)
    return _panel(
        request, rows, plan, url, may_print=has_right(request.actor, "canvassing.print_lists", precinct)
    )


@require_safe
def block_lists(request: ChapterRequest, block_id: int) -> HttpResponse:
    """The panel of a block's page: print, and the latest lists."""
    block = get_object_or_404(Block.objects.visible_to(request.actor), pk=block_id)
    require_perm(request, "canvassing.see_lists", block)
    plan = plan_lists(request.chapter, block=block, on=today_in(request.chapter))
    rows = list_walk_lists(request.actor).filter(block=block)
    url = chapter_url("canvassing:print_block", block_id=block.pk)
    return _panel(
        request, rows, plan, url, may_print=has_right(request.actor, "canvassing.print_lists", block)
    )


def _panel(
    request: ChapterRequest, rows: object, plan: PrintPlan, url: str, *, may_print: bool
) -> HttpResponse:
    latest: list[WalkList] = list(rows[: SHOWN + 1])  # type: ignore[index]
    context = {
        "lists": latest[:SHOWN],
        "has_more": len(latest) > SHOWN,
        "plan": plan,
        "print_url": url,
        "action": _action(plan),
        "may_print": may_print and plan.lists > 0,
    }
    return render(request, "canvassing/lists/panel.html", context)
