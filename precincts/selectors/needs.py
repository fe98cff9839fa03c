"""What people need and offer, for whoever may see it, and how far each has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from chapters.models import Member
from core.actors import Actor
from precincts.models import HandShake, Need, Offer, Voter
from precincts.models.hand_shakes import OPEN_HAND_SHAKES
from precincts.selectors.help_matches import WITH_DOORS
from precincts.selectors.suppressions import leave_out_barred


@dataclass(frozen=True, slots=True)
class NeedSummary:
    """The open needs and offers in figures; `oldest` is the day of the longest unmatched need."""

    open: int
    unmatched: int
    offers: int
    oldest: date | None


def list_needs(actor: Actor, on: date) -> QuerySet[Need]:
    """The needs the actor may see, of whoever may be contacted on a day, each with `now` ("waiting", "asked", "agreed", or how it ended) and
    `place`, by which those that wait come first. One query."""
    running = HandShake.objects.filter(need=OuterRef("pk"), state__in=OPEN_HAND_SHAKES).values("state")[:1]
    state = Coalesce(Subquery(running, output_field=CharField()), Value("waiting"))
    rows = Need.objects.visible_to(actor).filter(pk__in=_shown(Need)).select_related(*WITH_DOORS)
    rows = leave_out_barred(rows, on)
    return rows.annotate(
        now=Case(When(ended_on__isnull=False, then=F("ended_as")), default=state, output_field=CharField()),
        place=Case(
            When(now="waiting", then=0), When(now="asked", then=1), When(now="agreed", then=2), default=3,
            output_field=IntegerField(),
        ),
    )  # fmt: skip


def list_offers(actor: Actor, on: date) -> QuerySet[Offer]:
    """The offers the actor may see, of whoever may be contacted on a day, each with `taken` places. One query."""
    running = Count("hand_shakes", filter=Q(hand_shakes__state__in=OPEN_HAND_SHAKES))
    rows = Offer.objects.visible_to(actor).filter(pk__in=_shown(Offer)).annotate(taken=running)
    return leave_out_barred(rows, on).select_related(*WITH_DOORS)


def _shown(model: type[Need] | type[Offer]) -> QuerySet[Need] | QuerySet[Offer]:
    """What stands, and what ended: of people who are gone nothing is shown."""
    return (model.objects.open() | model.objects.filter(ended_on__isnull=False)).order_by().values("pk")  # type: ignore[return-value]


def get_need_summary(actor: Actor, on: date, *, precinct_id: int | None = None) -> NeedSummary:
    """Open needs and offers the actor may see, of all or of one precinct, as the lists show them. Two queries."""
    needs, offers = (leave_out_barred(of.objects.visible_to(actor).open(), on) for of in (Need, Offer))
    if precinct_id is not None:
        needs, offers = needs.filter(of_precinct(precinct_id)), offers.filter(of_precinct(precinct_id))
    running = Exists(HandShake.objects.filter(need=OuterRef("pk"), state__in=OPEN_HAND_SHAKES))
    rows = needs.annotate(runs=running).order_by("told_on").values_list("told_on", "runs")
    unmatched = [told_on for told_on, runs in rows if not runs]
    return NeedSummary(
        open=len(rows), unmatched=len(unmatched), offers=offers.count(), oldest=min(unmatched, default=None)
    )


def list_needs_in(actor: Actor, precinct_id: int, on: date) -> QuerySet[Need]:
    """The needs of one precinct's people that the actor may see, of whoever may be contacted on a day."""
    return leave_out_barred(Need.objects.visible_to(actor).filter(of_precinct(precinct_id)), on)


def of_precinct(precinct_id: int) -> Q:
    """Needs or offers of people who live in a precinct."""
    return (
        Q(home__precinct=precinct_id)
        | Q(voter__household__precinct=precinct_id, voter__merged_into=None)
        | Q(voter__merged_into__household__precinct=precinct_id)
    )


def list_lines_of(person: Voter | Member) -> tuple[list[Need], list[Offer]]:
    """What one person needs and offers and has not ended, the oldest first. Two queries."""
    of_them = (
        Q(member=person) if isinstance(person, Member) else Q(voter=person) | Q(voter__merged_into=person)
    )
    needs = Need.objects.filter(of_them, ended_on__isnull=True).select_related(*WITH_DOORS)
    offers = Offer.objects.filter(of_them, ended_on__isnull=True).select_related(*WITH_DOORS)
    return list(needs.order_by("told_on", "pk")), list(offers.order_by("told_on", "pk"))
