"""Ordering walk lists: for a block, a precinct, the chapter; and the panels other pages show."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
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
from core.templatetags.formats import number, when
from precincts.models import Block, Precinct
from precincts.selectors.returned import Voting, get_voting

SHOWN = 5
"""Lists in a panel; the page with all of them is a click away."""


@require_http_methods(["GET", "HEAD", "POST"])
def print_all(request: ChapterRequest) -> HttpResponse:
    """Every block of the chapter."""
    require_perm(request, "canvassing.print_all_lists")
    lists_url = chapter_url("canvassing:lists")
    return _order(
        request,
        title=_("Print the whole chapter"),
        cancel_url=lists_url,
        crumbs=[(_("Walk lists"), lists_url)],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def print_precinct(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """Every block of one precinct, and its list-only doors."""
    precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "canvassing.print_lists", precinct)
    return _order(
        request,
        title=_("Print precinct %(precinct)s") % {"precinct": precinct.code},
        cancel_url=chapter_url("precincts:precinct", precinct_id=precinct.pk),
        crumbs=_crumbs_to(request, precinct),
        precinct=precinct,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def print_block(request: ChapterRequest, block_id: int) -> HttpResponse:
    """One block."""
    block = get_object_or_404(Block.objects.visible_to(request.actor).select_related("precinct"), pk=block_id)
    require_perm(request, "canvassing.print_lists", block)
    names = {"precinct": block.precinct.code, "block": str(block)}
    book_url = chapter_url("precincts:block_book", block_id=block.pk)
    return _order(
        request,
        title=_("Print precinct %(precinct)s, block %(block)s") % names,
        cancel_url=book_url,
        crumbs=[*_crumbs_to(request, block.precinct), (_("Block %(block)s") % names, book_url)],
        block=block,
    )


def _order(
    request: ChapterRequest,
    *,
    title: str,
    cancel_url: str,
    crumbs: Sequence[tuple[Any, str]],
    precinct: Precinct | None = None,
    block: Block | None = None,
) -> HttpResponse:
    """Say what would be printed; with the answer yes, start the job and show its progress."""
    data = request.POST if request.method == "POST" else None
    voting = get_voting(request.chapter, today_in(request.chapter))
    form = PrintForm(
        data,
        is_voting=voting is not None,
        initial={"paper_size": request.chapter.paper_size, "leaves_voted": True},
    )
    if request.method == "POST" and form.is_valid():
        job = lists.order_lists(
            chapter=request.chapter, by=request.actor, at=timezone.now(), precinct=precinct, block=block,
            paper_size=form.cleaned_data["paper_size"],
            leaves_voted=form.cleaned_data.get("leaves_voted", False),
        )  # fmt: skip
        return redirect(chapter_url("chapters:job", job_id=job.pk))
    plan = lists.plan_order(
        chapter=request.chapter, by=request.actor, at=timezone.now(), precinct=precinct, block=block
    )
    return confirm.ask(
        request, title=title, says=[*_what_happens(plan), *_say_voting(request, voting, precinct, block)], action=_action(plan), cancel_url=cancel_url,
        icon="printer", danger=False, form=form, crumbs=crumbs, warning=_warn_of_address(),
        status=422 if form.is_bound else 200,
    )  # fmt: skip


def _crumbs_to(request: ChapterRequest, precinct: Precinct) -> list[tuple[Any, str]]:
    """The way to a precinct, for whoever may open its page."""
    if not has_right(request.actor, "precincts.see_precinct", precinct):
        return []
    return [
        (_("Precincts"), chapter_url("precincts:index")),
        (precinct.code, chapter_url("precincts:precinct", precinct_id=precinct.pk)),
    ]


def _warn_of_address() -> tuple[str, str] | None:
    """The QR codes lead to SITE_URL: a phone cannot open the name a machine has for itself."""
    host = urlsplit(settings.SITE_URL).hostname or ""
    if host != "localhost" and not host.endswith(".localhost") and not _is_loopback(host):
        return None
    return (
        _("Phones will not open these lists' QR codes"),
        _(
            "They would lead to %(address)s, which only this computer itself can open. Ask whoever runs the"
            " server to set SITE_URL to the address phones use, then print. Everything else on the paper works."
        )
        % {"address": settings.SITE_URL},
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _action(plan: PrintPlan) -> str:
    words = ngettext("Print %(count)d list", "Print %(count)d lists", plan.lists)
    return words % {"count": plan.lists}


def _say_voting(
    request: ChapterRequest, voting: Voting | None, precinct: Precinct | None, block: Block | None
) -> list[str]:
    """While voting runs: who is left when those who have voted are left out, and how new that is."""
    if voting is None:
        return []
    left = plan_lists(
        request.chapter, precinct=precinct, block=block, on=today_in(request.chapter), leaves_voted=True
    )
    words = ngettext(
        "%(election)s is being voted in: without those who have voted, %(count)s neighbour is left. The last list was"
        " imported %(at)s.",
        "%(election)s is being voted in: without those who have voted, %(count)s neighbours are left. The last list"
        " was imported %(at)s.",
        left.neighbours,
    )
    return [
        words
        % {
            "election": voting.election.name,
            "count": number(left.neighbours),
            "at": when(voting.imported_at),
        }
    ]


def _what_happens(plan: PrintPlan) -> list[str]:
    counts = {
        "lists": number(plan.lists), "neighbours": number(plan.neighbours), "doors": number(plan.doors),
    }  # fmt: skip
    says = [
        ngettext(
            "Print %(lists)s list, %(neighbours)s neighbours at %(doors)s doors.",
            "Print %(lists)s lists, %(neighbours)s neighbours at %(doors)s doors.",
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
