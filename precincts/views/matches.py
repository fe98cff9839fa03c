"""People added by hand who may stand in the file by now: the same person, or two?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from core.components import Action, Badge, Card, Detail
from core.http import ChapterRequest, chapter_url, require_perm
from core.templatetags.formats import dated, when
from core.undo import offer_undo
from precincts.casing import in_plain_case
from precincts.models import MatchDecision, Voter
from precincts.selectors.matches import Proposal, list_decisions, list_proposals
from precincts.services import matches as services

SHOWN = 50
"""How many proposals, and how many decisions, one page shows."""

_GROUNDS = {
    "door": _("same name, same door"),
    "birth_year": _("same name and year of birth, same precinct"),
}


@require_safe
def matches(request: ChapterRequest) -> HttpResponse:
    """The likely pairs with what is known of both, and what was decided before."""
    require_perm(request, "precincts.match_people")
    proposals = Paginator(list_proposals(request.actor), SHOWN).get_page(request.GET.get("page"))
    decisions = list(list_decisions(request.actor)[:SHOWN])
    context = {
        "proposals": [_say_proposal(one) for one in proposals],
        "page": proposals,
        "decisions": [_say_decision(one) for one in decisions],
    }
    return render(request, "precincts/matches/index.html", context)


def _say_proposal(one: Proposal) -> dict[str, Any]:
    ids: dict[str, Any] = {"added_id": one.added.pk, "registered_id": one.registered.pk}
    return {
        "key": f"match-{one.added.pk}-{one.registered.pk}",
        "name": in_plain_case(str(one.added)),
        "ground": _GROUNDS[one.ground],
        "details": [
            Detail(
                label=gettext("Added by hand"), value=_say_person(one.added), help=_say_added(one.added),
            ),
            Detail(
                label=gettext("In the file"), value=_say_person(one.registered),
                help=gettext("registered %(day)s") % {"day": dated(one.registered.registered_on)}
                if one.registered.registered_on else "",
            ),
        ],
        "merge_url": chapter_url("precincts:merge_people", **ids),
        "apart_url": chapter_url("precincts:tell_apart", **ids),
    }  # fmt: skip


def _say_person(voter: Voter) -> str:
    """ "Nia Brown, born 1980, 12 Lantern Street" """
    names = (voter.first_name, voter.middle_name, voter.last_name, voter.suffix)
    year = voter.birth_date.year if voter.birth_date else voter.birth_year
    parts = [
        in_plain_case(" ".join(filter(None, names))),
        gettext("born %(year)d") % {"year": year} if year else "",
        in_plain_case(str(voter.household)) if voter.household else "",
    ]
    return ", ".join(filter(None, parts))


def _say_added(voter: Voter) -> str:
    words = {"day": dated(timezone.localdate(voter.added_at)), "name": voter.added_by}
    if voter.added_by:
        return gettext("on %(day)s by %(name)s") % words
    return gettext("on %(day)s") % words


def _say_decision(decision: MatchDecision) -> Card:
    who = str(decision.decided_by or "")
    said = when(decision.decided_at)
    return Card(
        title=in_plain_case(str(decision.added)),
        line=f"{said}, {who}" if who else said,
        icon="person",
        badge=Badge(word=_("the same person"), icon="person-check", tone="good")
        if decision.is_same
        else Badge(word=_("two people"), icon="people", tone="neutral"),
        action=Action(
            label=_("Undo"), icon="arrow-counterclockwise", post=True,
            url=chapter_url("precincts:undo_match", decision_id=decision.pk),
        ),
    )  # fmt: skip


@require_POST
def merge_people(request: ChapterRequest, added_id: int, registered_id: int) -> HttpResponse:
    """They are one person: merge the row added by hand with the file's."""
    added, registered = _get_pair(request, added_id, registered_id)
    decision = services.merge_people(added=added, registered=registered, by=request.actor, at=timezone.now())
    return _answer(request, decision, gettext("%(name)s is one person now, with everything noted of both."))


@require_POST
def tell_apart(request: ChapterRequest, added_id: int, registered_id: int) -> HttpResponse:
    """They are two people: the pair is not proposed again."""
    added, registered = _get_pair(request, added_id, registered_id)
    decision = services.tell_apart(added=added, registered=registered, by=request.actor, at=timezone.now())
    return _answer(request, decision, gettext("%(name)s and the person in the file stay two people."))


@require_POST
def undo_match(request: ChapterRequest, decision_id: int) -> HttpResponse:
    """Take a decision back."""
    rows = MatchDecision.objects.visible_to(request.actor).select_related("added__household")
    decision: MatchDecision = get_object_or_404(rows, pk=decision_id)
    require_perm(request, "precincts.match_people", decision)
    services.undo_decision(decision=decision, by=request.actor, at=timezone.now())
    messages.success(request, gettext("Taken back: both stand alone again."))
    return redirect(chapter_url("precincts:matches"))


def _get_pair(request: ChapterRequest, added_id: int, registered_id: int) -> tuple[Voter, Voter]:
    rows = Voter.objects.visible_to(request.actor).select_related("household")
    pair = get_object_or_404(rows, pk=added_id), get_object_or_404(rows, pk=registered_id)
    for row in pair:
        require_perm(request, "precincts.match_people", row)
    return pair


def _answer(request: ChapterRequest, decision: MatchDecision, says: str) -> HttpResponse:
    words = says % {"name": in_plain_case(str(decision.added))}
    offer_undo(request, words, chapter_url("precincts:undo_match", decision_id=decision.pk))
    return redirect(chapter_url("precincts:matches"))
