"""Promotion: which precincts are ready, and a block captain takes one over."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from chapters.selectors.actors import today_in
from core.components import Badge, Card
from core.http import ChapterRequest, chapter_url, require_perm
from core.templatetags.formats import day, percent
from precincts.forms.promotions import PromoteForm
from precincts.lineage import Cycle
from precincts.models import Precinct
from precincts.selectors.lineage import (
    KindCycles,
    get_leader,
    list_block_captains,
    list_cycles,
    list_free_precincts,
)
from precincts.services.promotions import promote_captain
from precincts.words import say_elections


@require_safe
def ready(request: ChapterRequest) -> HttpResponse:
    """The precincts whose last two elections of a kind reached their goal, and those that are on the way."""
    require_perm(request, "precincts.promote")
    on = today_in(request.chapter)
    precincts = list(
        Precinct.objects.visible_to(request.actor)
        .in_force(on)
        .with_code_order()
        .order_by("county", "code_order")
    )
    cycles = list_cycles([one.pk for one in precincts], request.chapter, on)
    with_goals = [(one, cycles[one.pk]) for one in precincts if cycles[one.pk]]
    ordered = sorted(with_goals, key=lambda pair: not any(kind.is_ready for kind in pair[1]))
    context = {
        "cards": [_card(one, kinds) for one, kinds in ordered],
        "count": sum(1 for _one, kinds in with_goals if any(kind.is_ready for kind in kinds)),
        "without_goals": len(precincts) - len(with_goals),
    }
    return render(request, "precincts/promotions/ready.html", context)


def _card(precinct: Precinct, kinds: list[KindCycles]) -> Card:
    is_ready = any(kind.is_ready for kind in kinds)
    return Card(
        title=_("Precinct %(code)s") % {"code": precinct.code},
        line="; ".join(say_cycles(kind) for kind in kinds if kind.is_ready or not is_ready),
        url=chapter_url("precincts:promote", precinct_id=precinct.pk),
        icon="award",
        badge=Badge(word=_("ready"), icon="check-circle", tone="good")
        if is_ready
        else Badge(word=_("on the way"), icon="hourglass-split", tone="neutral"),
    )


def say_cycles(kind: KindCycles) -> str:
    """ "primaries: 41 % of 38 % (Mar 2026), 35 % of 36 % (Mar 2024)"."""
    return f"{say_elections(kind.kind)}: {', '.join(_say_cycle(one) for one in kind.cycles)}"


def _say_cycle(cycle: Cycle) -> str:
    words = {
        "turnout": percent(float(cycle.percent), 1),
        "day": day(cycle.held_on),
        "goal": percent(float(cycle.goal), 1) if cycle.goal is not None else "",
    }
    if cycle.goal is None:
        return _("%(turnout)s on %(day)s, no goal then") % words
    if cycle.is_reached:
        return _("%(turnout)s on %(day)s, goal of %(goal)s reached") % words
    return _("%(turnout)s on %(day)s, goal of %(goal)s missed") % words


@require_http_methods(["GET", "HEAD", "POST"])
def promote(request: ChapterRequest, precinct_id: int) -> HttpResponse:
    """A block captain takes over the precinct; its captain leads another one."""
    precinct = get_object_or_404(Precinct.objects.visible_to(request.actor), pk=precinct_id)
    require_perm(request, "precincts.promote", precinct)
    on = today_in(request.chapter)
    leader = get_leader(precinct, on)
    form = PromoteForm(
        request.POST if request.method == "POST" else None, precinct=precinct, leader=leader, on=on
    )
    if request.method == "POST" and form.is_valid():
        assignment = promote_captain(precinct=precinct, by=request.actor, **form.cleaned_data)
        messages.success(
            request,
            _("%(name)s leads precinct %(code)s from %(day)s on.")
            % {"name": assignment.member, "code": precinct.code, "day": day(assignment.starts_on)},
        )
        return redirect(chapter_url("precincts:lineage"))
    kinds = list_cycles([precinct.pk], request.chapter, on)[precinct.pk]
    context: dict[str, Any] = {
        "precinct": precinct,
        "leader": leader,
        "form": form,
        "is_ready": any(kind.is_ready for kind in kinds),
        "cycles": [say_cycles(kind) for kind in kinds],
        "has_captains": any(
            row.member_id != getattr(leader, "member_id", None) for row in list_block_captains(precinct, on)
        ),
        "has_room": leader is None or bool(list_free_precincts(precinct, on)),
    }
    return render(request, "precincts/promotions/promote.html", context, status=422 if form.is_bound else 200)
