"""The lists that were printed: all of them, and each on the screen of a phone."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from canvassing.documents.walk_list import file_stem, map_of, say_captain, screen_doors, terms_of
from canvassing.models import WalkList
from canvassing.selectors.lists import list_doors_of_list, list_walk_lists, place_of
from canvassing.services import lists
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.components import Stat
from core.files import send_private_file
from core.http import ChapterRequest, chapter_url, read_id, require_perm
from core.lists import Column, Filter, ListSpec
from core.permissions import has_right
from core.templatetags.formats import duration, metres, number
from precincts.models import Precinct


def _precinct_choices(request: ChapterRequest) -> list[tuple[int, str]]:
    return list(
        Precinct.objects.visible_to(request.actor).order_by("county", "code").values_list("pk", "code")
    )


def _search(rows: QuerySet[WalkList], words: str) -> QuerySet[WalkList]:
    number = read_id(words)
    if number is not None:
        return rows.filter(list_number=number)
    return rows.filter(Q(captain__icontains=words) | Q(stand_in__icontains=words))


LISTS = ListSpec(
    key="lists",
    columns=(
        Column(
            "number", _("List"), lambda row: str(row.list_number), sort=("list_number",), title=True,
            url=lambda row: chapter_url("canvassing:list", number=row.list_number),
        ),
        Column("place", _("Where"), place_of, sort=("precinct__code", "block__number")),
        Column("captain", _("Captain"), say_captain, sort=("captain",)),
        Column("doors", _("Doors"), lambda row: row.door_count, sort=("door_count",), numeric=True),
        Column("voters", _("Neighbours"), lambda row: row.voter_count, sort=("voter_count",), numeric=True),
        Column("made", _("Printed"), lambda row: row.made_at, sort=("made_at",)),
        Column("by", _("By"), lambda row: row.made_by or _("the system")),
        Column("pages", _("Pages"), lambda row: row.pages, only_csv=True),
    ),
    filters=(
        Filter(
            "precinct", _("Precinct"), _precinct_choices, lambda rows, value: rows.filter(precinct_id=int(value))
        ),
        Filter(
            "kind",
            _("Kind"),
            (("block", _("blocks")), ("list-only", _("list-only doors"))),
            lambda rows, value: rows.filter(block__isnull=value == "list-only"),
        ),
    ),
    search=_search,
    search_label=_("List number or captain"),
    order=("-list_number",),
    csv_right="canvassing.print_lists",
)  # fmt: skip


@require_safe
def index(request: ChapterRequest) -> HttpResponseBase:
    """Every list the person may see."""
    require_perm(request, "canvassing.see_lists")
    page = LISTS.read(request, list_walk_lists(request.actor))
    if page.wants_csv:
        audit.log_export(by=request.actor, what="list_of_walk_lists", says=_("walk lists"), count=page.total)
        return page.csv("walk-lists.csv")
    may_print_all = has_right(request.actor, "canvassing.print_all_lists")
    return render(
        request,
        "canvassing/lists/index.html",
        {"page": page, "may_print_all": may_print_all},
    )


@require_safe
def detail(request: ChapterRequest, number: int) -> HttpResponse:
    """One list, door by door in the order of the paper."""
    walk_list = _get(request, number)
    doors = list_doors_of_list(walk_list, on=today_in(request.chapter), actor=request.actor)
    shown = sum(len(door.neighbours) for door in doors)
    audit.record(
        by=request.actor, verb="canvassing.list_read", row=walk_list, rows=shown,
        summary=lambda: _("Opened walk list %(number)d") % {"number": walk_list.list_number},
    )  # fmt: skip
    context = {
        "walk_list": walk_list,
        "place": place_of(walk_list),
        "captain": say_captain(walk_list),
        "doors": screen_doors(doors, on=today_in(request.chapter)),
        "map": map_of(doors),
        "stats": _stats(walk_list),
        "file_terms": terms_of(walk_list),
        "hidden": walk_list.voter_count - shown,
        "may_print": has_right(request.actor, "canvassing.print_lists", walk_list),
    }
    return render(request, "canvassing/lists/detail.html", context)


def _stats(walk_list: WalkList) -> list[Stat]:
    stats = [
        Stat(number=number(walk_list.door_count), words=_("doors")),
        Stat(number=number(walk_list.voter_count), words=_("neighbours")),
        Stat(number=duration(walk_list.walk_minutes * 60), words=_("expected time")),
    ]
    if walk_list.walk_metres:
        stats.append(Stat(number=metres(walk_list.walk_metres), words=_("on foot")))
    return stats


@require_safe
def download(request: ChapterRequest, number: int) -> HttpResponseBase:
    """The list's document as it was printed."""
    walk_list = _get(request, number)
    require_perm(request, "canvassing.print_lists", walk_list)
    path = lists.take_pdf(walk_list=walk_list, by=request.actor, on=today_in(request.chapter))
    try:
        return send_private_file(
            path, filename=f"{file_stem(walk_list)}.pdf", content_type="application/pdf", inline=True
        )
    except FileNotFoundError:
        raise Http404(gettext("The file is not in storage any more.")) from None


@require_safe
def short_address(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """What the QR code on paper leads to: today the list's page, which asks to sign in."""
    return redirect(chapter_url("canvassing:list", slug=slug, number=number))


def _get(request: ChapterRequest, number: int) -> WalkList:
    """The list behind the first two gates."""
    rows = WalkList.objects.visible_to(request.actor).select_related(
        "chapter", "precinct", "block", "made_by"
    )
    walk_list = get_object_or_404(rows, list_number=number)
    require_perm(request, "canvassing.see_lists", walk_list)
    return walk_list
