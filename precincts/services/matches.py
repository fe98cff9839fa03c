"""Neighbours added by hand and found in the file: merged, told apart, and either of it taken back."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.enums import VoterStatus
from precincts.models import MatchDecision, Voter
from precincts.services.ask_closings import close_asks_of_voter
from precincts.services.figures import recount_at
from precincts.services.neighbours import NeighbourKnown, say_known


class NotAPair(DomainError):
    """One of the two is not what a match is made of: a row added by hand, and a listed one of the file."""


class DecidedMeanwhile(DomainError):
    """Somebody decided on the pair, merged the person or took the decision back before."""


def merge_people(*, added: Voter, registered: Voter, by: Actor, at: datetime) -> MatchDecision:
    """Two rows are one person: the one added by hand is listed no more, what was learned of both is read together.

    Raises:
        NotAPair: the first is no row added by hand that still stands alone, or the second is not listed in the file.
        DecidedMeanwhile: the pair was decided on before.
    """
    return _decide(added, registered, by=by, at=at, is_same=True)


def tell_apart(*, added: Voter, registered: Voter, by: Actor, at: datetime) -> MatchDecision:
    """Two rows are two people: the pair is proposed no more.

    Raises:
        NotAPair, DecidedMeanwhile: as for `merge_people`.
    """
    return _decide(added, registered, by=by, at=at, is_same=False)


@transaction.atomic
def undo_decision(*, decision: MatchDecision, by: Actor, at: datetime) -> MatchDecision:
    """Take a decision back: what was merged stands alone again, and the pair may be proposed anew.

    Raises:
        DecidedMeanwhile: it was taken back before.
        NeighbourKnown: somebody of the name was added by hand at the door since.
    """
    row = MatchDecision.objects.select_for_update(of=("self",)).get(pk=decision.pk)
    if row.undone_at is not None:
        raise DecidedMeanwhile(_("This was taken back already; nothing was changed."))
    row.undone_at, row.undone_by_id = at, by.user_id
    row.save(update_fields=["undone_at", "undone_by"])
    added = Voter.objects.select_for_update(of=("self",)).get(pk=row.added_id)
    if row.is_same:
        added.merged_into, added.status = None, VoterStatus.UNREGISTERED
        try:
            with transaction.atomic():
                added.save(update_fields=["merged_into", "status"])
        except IntegrityError as error:
            raise NeighbourKnown(say_known(str(added))) from error
        recount_at(added.household)
    audit.record(
        by=by, verb="precincts.match_undone", row=added, detail={"registered": row.registered_id},
        summary=lambda: _("Took back the decision on %(name)s, added by hand") % {"name": added},
    )  # fmt: skip
    return row


@transaction.atomic
def _decide(added: Voter, registered: Voter, *, by: Actor, at: datetime, is_same: bool) -> MatchDecision:
    rows = {
        row.pk: row
        for row in Voter.objects.select_for_update(of=("self",))
        .filter(pk__in=[added.pk, registered.pk], chapter_id=added.chapter_id)
        .order_by("pk")
    }
    if len(rows) != 2:
        raise NotAPair(_("These are not two neighbours of this chapter."), hint=_("Nothing was changed."))
    added, registered = rows[added.pk], rows[registered.pk]
    _require_pair(added, registered)
    try:
        with transaction.atomic():
            decision = MatchDecision.objects.create(
                chapter_id=added.chapter_id,
                added=added,
                registered=registered,
                is_same=is_same,
                decided_at=at,
                decided_by_id=by.user_id,
            )
    except IntegrityError as error:
        raise DecidedMeanwhile(
            _("Somebody decided on these two before; nothing was changed."),
            hint=_("Load the page again to see what stands now."),
        ) from error
    if is_same:
        added.merged_into, added.status = registered, VoterStatus.MERGED
        added.save(update_fields=["merged_into", "status"])
        close_asks_of_voter(voter=registered, by=by, on=today_in(registered.chapter, at))
        recount_at(added.household)
    _log(decision, by)
    return decision


def _require_pair(added: Voter, registered: Voter) -> None:
    if added.state_voter_id is not None:
        raise NotAPair(_("%(name)s was not added by hand.") % {"name": added}, hint=_("Nothing was changed."))
    if added.status != VoterStatus.UNREGISTERED or not added.is_listed:
        raise DecidedMeanwhile(
            _("%(name)s was merged or taken off the lists before; nothing was changed.") % {"name": added},
            hint=_("Load the page again to see what stands now."),
        )
    if registered.state_voter_id is None or not registered.is_listed:
        raise NotAPair(
            _("%(name)s is not listed in the voter file now.") % {"name": registered},
            hint=_("Nothing was changed."),
        )


def _log(decision: MatchDecision, by: Actor) -> None:
    words = {"name": str(decision.added)}

    def say() -> str:
        if decision.is_same:
            return _("Merged %(name)s, added by hand, with the same person in the file") % words
        return _("Told %(name)s, added by hand, apart from a person in the file") % words

    audit.record(
        by=by,
        verb="precincts.people_merged" if decision.is_same else "precincts.people_told_apart",
        row=decision.added,
        detail={"registered": decision.registered_id},
        summary=say,
    )
