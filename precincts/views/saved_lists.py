"""Saved lists of neighbours: saved from a rule, shown as they were, printed, taken out, removed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.templatetags.formats import dated, day, number
from precincts.enums import Heat
from precincts.forms.consistent import Asked, RuleForm, SaveListForm
from precincts.models import Precinct, SavedList
from precincts.selectors.consistent import HEATS, get_rule, list_consistent, list_kinds
from precincts.selectors.saved_lists import list_kept_voters, list_saved_lists, read_kept_voters
from precincts.services import saved_lists as services
from precincts.views.consistent import NEIGHBOUR_COLUMNS, WHOLE, consistent_url, say_criteria
from precincts.words import say_heat


def _asked_by(saved: SavedList) -> Asked:
    return Asked(saved.kind, saved.asked, saved.at_least, saved.heat)


SAVED_LISTS = ListSpec(
    key="saved-lists",
    columns=(
        Column(
            "name", _("List"), lambda s: s.name, sort=("name",), title=True, line=lambda s: say_criteria(_asked_by(s)),
            url=lambda s: chapter_url("precincts:saved_list", saved_list_id=s.pk),
        ),
        Column("precinct", _("Precinct"), lambda s: s.precinct.code, sort=("precinct__county", "code_order")),
        Column("voters", _("Neighbours"), lambda s: s.voter_count, sort=("voter_count",), numeric=True),
        Column("made_at", _("Saved"), lambda s: timezone.localdate(s.made_at), sort=("made_at",), line=lambda s: s.made_by or ""),
    ),
    search=lambda rows, words: rows.filter(name__icontains=words) | rows.filter(precinct__code__istartswith=words),
    search_label=_("List or precinct"),
    order=("-made_at", "-pk"),
)  # fmt: skip

_SORTS = {
    "name": ("voter__last_name", "voter__first_name"),
    "address": ("voter__household__building__street", "house_order", "voter__household__unit"),
    "heat": (),
    "voted": ("voted", "possible"),
    "registered_on": ("voter__registered_on",),
}

KEPT_VOTERS = ListSpec(
    key="kept",
    columns=tuple(replace(column, sort=_SORTS.get(column.key, ())) for column in NEIGHBOUR_COLUMNS),
    filters=(
        Filter(
            "heat", _("How consistent"), [(heat.value, say_heat(heat).word) for heat in HEATS],
            lambda rows, value: rows.filter(heat=Heat(value)),
        ),
    ),
    search=lambda rows, words: (
        rows.filter(voter__last_name__istartswith=words) | rows.filter(voter__first_name__istartswith=words)
    ),
    search_label=_("First or last name"),
    order=("voter__household__building__street", "house_order", "voter__household__unit", "pk"),
    csv_right="precincts.export_consistent",
)  # fmt: skip


@require_safe
def saved_lists(request: ChapterRequest) -> HttpResponse:
    """All saved lists of the precincts one may see, the latest first."""
    require_perm(request, "precincts.see_consistent")
    page = SAVED_LISTS.read(request, list_saved_lists(request.actor))
    return render(request, "precincts/saved_lists/index.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
def save_list(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """Say who would be on the list, ask its name, and save it; the rule stands in the address."""
    row = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.see_consistent", row)
    on = today_in(request.chapter)
    asked = RuleForm(request.GET, chapter=request.chapter, kinds=list_kinds(request.chapter, on)).asked
    form = SaveListForm(
        request.POST if request.method == "POST" else None,
        precinct=row,
        initial={"name": _propose_name(asked, on)},
    )
    if request.method == "POST" and form.is_valid():
        saved = services.save_list(
            precinct=row, chapter=request.chapter, by=request.actor, at=timezone.now(), kind=asked.kind,
            asked=asked.asked, at_least=asked.at_least, heat=asked.heat, **form.cleaned_data,
        )  # fmt: skip
        count = ngettext("%(count)s neighbour", "%(count)s neighbours", saved.voter_count)
        words = {"name": saved.name, "count": count % {"count": number(saved.voter_count)}}
        messages.success(request, gettext("The list “%(name)s” with %(count)s is saved.") % words)
        return redirect(chapter_url("precincts:saved_list", saved_list_id=saved.pk))
    rule = get_rule(request.chapter, kind=asked.kind, asked=asked.asked, on=on)
    context = {
        "precinct": row,
        "form": form,
        "count": list_consistent(row, rule, at_least=asked.at_least, heat=asked.heat).count(),
        "criteria": say_criteria(asked),
        "rule": rule,
        "back_url": consistent_url("precincts:consistent", row, asked),
    }
    return render(request, "precincts/saved_lists/save.html", context, status=422 if form.is_bound else 200)


def _propose_name(asked: Asked, on: date) -> str:
    criteria = say_criteria(asked)
    words = {"criteria": criteria[:1].upper() + criteria[1:], "day": day(on)}
    return (gettext("%(criteria)s, %(day)s") % words)[:120]


def _get(request: ChapterRequest, saved_list_id: int) -> SavedList:
    rows = SavedList.objects.visible_to(request.actor).select_related("precinct", "made_by", "chapter")
    row: SavedList = get_object_or_404(rows, pk=saved_list_id)
    require_perm(request, "precincts.see_consistent", row)
    return row


@require_safe
def saved_list(request: ChapterRequest, saved_list_id: int) -> HttpResponseBase:
    """Who is on a saved list, with their votes as they were saved; whole when printed."""
    row = _get(request, saved_list_id)
    on, prints = today_in(request.chapter), "print" in request.GET
    page = (replace(KEPT_VOTERS, page_size=WHOLE) if prints else KEPT_VOTERS).read(
        request,
        list_kept_voters(row, request.actor),
        load=lambda kept: read_kept_voters(kept, row, on=on),
    )
    if page.wants_csv:
        audit.log_export(
            by=request.actor, what="saved_list", says=_("a saved list of neighbours"), count=page.total,
            detail={"list": row.name, "precinct": row.precinct.code},
        )  # fmt: skip
        return page.csv(f"{slugify(row.name) or row.pk}.csv")
    context = {
        "saved": row,
        "page": page,
        "prints": prints,
        "criteria": say_criteria(_asked_by(row)),
        "days": [dated(one["held_on"]) for one in row.elections],
        "hidden": 0 if page.is_narrowed else row.voter_count - page.total,
        "rule_url": consistent_url("precincts:consistent", row.precinct, _asked_by(row)),
        "known": len(row.elections),
    }
    return render(request, "precincts/saved_lists/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remove_list(request: ChapterRequest, saved_list_id: int) -> HttpResponse:
    """Ask before a saved list is removed, and remove it."""
    row = _get(request, saved_list_id)
    if request.method == "POST":
        services.remove_list(saved=row, by=request.actor)
        messages.success(request, gettext("The list “%(name)s” has been removed.") % {"name": row.name})
        return redirect(chapter_url("precincts:saved_lists"))
    count = ngettext("%(count)s neighbour", "%(count)s neighbours", row.voter_count)
    return ask(
        request,
        title=gettext("Remove the saved list “%(name)s”?") % {"name": row.name},
        says=[
            gettext("It has %(count)s; they and what is known of them stay.")
            % {"count": count % {"count": number(row.voter_count)}},
            gettext("Who was on it cannot be brought back: a new list would be of today."),
        ],
        action=gettext("Remove the list"),
        cancel_url=chapter_url("precincts:saved_list", saved_list_id=row.pk),
        crumbs=[(gettext("Saved lists"), chapter_url("precincts:saved_lists"))],
    )
