"""Hand-shakes: which wait for whose word, and what each side may know."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from core.actors import Actor
from precincts.enums import HandShakeState, HelpSide
from precincts.models import HandShake
from precincts.querysets import spoken_for
from precincts.selectors.help_matches import WITH_DOORS

_READ = tuple(f"{side}__{path}" for side in HelpSide.values for path in WITH_DOORS)


def list_hand_shakes(actor: Actor) -> QuerySet[HandShake]:
    """The hand-shakes of which the actor speaks for a side, with both. One query."""
    return HandShake.objects.visible_to(actor).select_related("need", "offer", *_READ)


def list_open_hand_shakes_of(need_ids: list[int], offer_ids: list[int]) -> QuerySet[HandShake]:
    """What runs for some needs and offers. One query."""
    rows = HandShake.objects.filter(Q(need__in=need_ids) | Q(offer__in=offer_ids))
    states = (HandShakeState.ASKED, HandShakeState.AGREED)
    return rows.filter(state__in=states).select_related("need", "offer", *_READ).order_by("asked_on", "pk")


def count_awaited(actor: Actor, on: date) -> int:
    """How many answers the actor is asked for: one's own, and those of neighbours whose captain one is. One query.

    Whoever only sees all precincts is not asked: the captains carry the questions.
    """
    asked = HandShake.objects.filter(
        chapter_id=actor.chapter_id, state=HandShakeState.ASKED, expires_on__gte=on
    )
    bare = Actor(
        kind=actor.kind, chapter_id=actor.chapter_id, member_id=actor.member_id,
        block_ids=actor.block_ids, precinct_ids=actor.precinct_ids,
    )  # fmt: skip
    need = Q(need_says__isnull=True) & spoken_for(bare, "need__")
    offer = Q(offer_says__isnull=True) & spoken_for(bare, "offer__")
    return asked.filter(need | offer).distinct().count()
