"""The lineage of a chapter's captains: who trained whom, up to the region and the nation."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from chapters.models import Chapter
from chapters.rules import READER
from chapters.selectors.actors import today_in
from core.components import Stat
from core.confirm import ask
from core.http import ChapterRequest, chapter_url, require_perm
from core.permissions import has_right
from core.templatetags.formats import day, number
from precincts.forms.promotions import TrainingForm
from precincts.models import Training
from precincts.selectors.lineage import (
    Lineage,
    Person,
    count_chapters,
    get_lineage,
    list_above,
    list_below,
)
from precincts.services.promotions import record_training, take_training_back


@dataclass(frozen=True, slots=True)
class TreeRow:
    """One person of the tree in words.

    Attributes:
        opens: those they trained follow, one step further in.
        closes: so many lists end after this row, one item of each, the last of the innermost first.
        training_id: the record of who trained them; None when nobody is on record.
    """

    name: str
    line: str
    leads: bool
    opens: bool
    closes: range
    training_id: int | None


@require_safe
def lineage(request: ChapterRequest) -> HttpResponse:
    """The tree of this chapter, the chapters above it by name, and those below in figures.

    Names of a chapter below are shown to its readers alone: whoever reads for the region or the nation above it.
    """
    require_perm(request, "precincts.see_lineage")
    on = today_in(request.chapter)
    below = list_below(request.chapter)
    shown = _pick_chapter(request, below)
    found = get_lineage(shown, on)
    reads_below = request.actor.holds(READER)
    context = {
        "above": list_above(request.chapter),
        "shown": shown,
        "is_own": shown.pk == request.chapter.pk,
        "rows": _list_rows(found),
        "stats": _stats(found),
        "below": [(one, _say_kind(one.chapter)) for one in count_chapters(below, on)] if below else [],
        "reads_below": reads_below,
        "may_promote": has_right(request.actor, "precincts.promote") and shown.pk == request.chapter.pk,
    }
    return render(request, "precincts/lineage/index.html", context)


def _pick_chapter(request: ChapterRequest, below: list[Chapter]) -> Chapter:
    """The chapter in the address, or the one below it that is asked for, for its readers.

    Raises:
        Http404: no such chapter lies below, or the actor does not read there.
    """
    slug = request.GET.get("of", "")
    if not slug or slug == request.chapter.slug:
        chapter: Chapter = request.chapter
        return chapter
    found = next((one for one in below if one.slug == slug), None)
    if found is None or not request.actor.holds(READER):
        raise Http404
    return found


def _say_kind(chapter: Chapter) -> Any:
    return chapter.get_kind_display()


def _stats(found: Lineage) -> list[Stat]:
    leaders = sum(1 for one in found.people.values() if one.precincts)
    trainers = sum(1 for place in found.places if not place.depth and place.trained)
    longest = max((place.depth for place in found.places), default=0)
    trained = sum(1 for one in found.people.values() if one.trained_on is not None)
    return [
        Stat(number=number(leaders), words=ngettext("precinct captain", "precinct captains", leaders)),
        Stat(number=number(trained), words=ngettext("person trained by another", "people trained by another", trained)),
        Stat(number=number(trainers), words=ngettext("began a line", "began a line each", trainers)),
        Stat(number=number(longest), words=_("steps in the longest line")),
    ]  # fmt: skip


def _list_rows(found: Lineage) -> list[TreeRow]:
    depths = pairwise([*(place.depth for place in found.places), 0])
    rows = []
    for place, (depth, next_depth) in zip(found.places, depths, strict=True):
        person = found.people[place.person]
        closes = range(max(depth - next_depth, 0))
        rows.append(
            TreeRow(
                person.name, _say_person(person), bool(person.precincts), bool(place.trained), closes,
                person.training_id,
            )
        )  # fmt: skip
    return rows


def _say_person(person: Person) -> str:
    """ "leads precinct 1-1, keeps block 1-1 · 3, trained Sat 4 Mar 2023"."""
    parts = []
    if person.precincts:
        parts.append(
            ngettext("leads precinct %(codes)s", "leads precincts %(codes)s", len(person.precincts))
            % {"codes": ", ".join(person.precincts)}
        )
    if person.blocks:
        parts.append(
            ngettext("keeps block %(blocks)s", "keeps blocks %(blocks)s", len(person.blocks))
            % {"blocks": ", ".join(person.blocks)}
        )
    if person.is_former:
        parts.append(_("former member"))
    if person.trained_on is not None:
        parts.append(_("trained %(day)s") % {"day": day(person.trained_on)})
    return ", ".join(parts)


@require_http_methods(["GET", "HEAD", "POST"])
def add_training(request: ChapterRequest) -> HttpResponse:
    """Note who trained whom."""
    require_perm(request, "precincts.promote")
    on = today_in(request.chapter)
    form = TrainingForm(
        request.POST if request.method == "POST" else None, chapter_id=request.chapter.pk, on=on
    )
    if request.method == "POST" and form.is_valid():
        training = record_training(by=request.actor, **form.cleaned_data)
        words = {"trainer": training.trainer, "name": training.trained}
        messages.success(request, _("Noted: %(trainer)s trained %(name)s.") % words)
        return redirect(chapter_url("precincts:lineage"))
    return render(
        request, "precincts/lineage/training.html", {"form": form}, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def undo_training(request: ChapterRequest, training_id: int) -> HttpResponse:
    """Ask before what was noted by mistake is taken out of the lineage, and take it out."""
    rows = Training.objects.visible_to(request.actor).select_related("trainer", "trained")
    training: Training = get_object_or_404(rows, pk=training_id)
    require_perm(request, "precincts.promote")
    words = {"trainer": training.trainer, "name": training.trained, "day": day(training.on)}
    if request.method == "POST":
        take_training_back(training=training, by=request.actor)
        messages.success(request, _("Taken back: nobody is on record as having trained %(name)s.") % words)
        return redirect(chapter_url("precincts:lineage"))
    return ask(
        request,
        title=_("Take back that %(trainer)s trained %(name)s?") % words,
        says=[
            _(
                "It was noted for %(day)s. The lineage goes on without it, and the log keeps that it was there."
            )
            % words,
            _("Whoever %(name)s trained stays below them; what either keeps stays as it is.") % words,
        ],
        action=_("Take it back"),
        cancel_url=chapter_url("precincts:lineage"),
        crumbs=[(_("Who trained whom"), chapter_url("precincts:lineage"))],
    )
