"""What neighbours and members need and offer: written down, met, taken back. The log names nobody."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.models import Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.enums import HandShakeState, HelpEnd, HelpKind
from precincts.models import HandShake, Household, Need, Offer, Residence, Voter
from precincts.models.hand_shakes import OPEN_HAND_SHAKES


class ToldAlready(DomainError):
    """The same person has told the same need or offer, and it is open."""


class NobodyToHelp(DomainError):
    """The person has left the chapter or is no longer on its lists."""


class ToldByNobody(DomainError):
    """A captain says what a neighbour wants without saying who told it."""


class LineEnded(DomainError):
    """The need or offer was met or taken back already."""


@transaction.atomic
def add_need(
    *,
    person: Voter | Member,
    kind: HelpKind | str,
    words: str,
    by: Actor,
    on: date,
    said_by: str = "",
) -> Need:
    """Write down what a neighbour or a member needs.

    Args:
        words: what it is about, without names; at most 160 characters.
        said_by: who told it, for a neighbour.
        on: the day on which it was told.

    Raises:
        ToldByNobody: it is not said who told what a neighbour needs.
        NobodyToHelp: the person is no longer on the chapter's lists.
        ToldAlready: the same is open already.
    """
    need = Need(kind=HelpKind(kind), words=words, said_by=said_by, told_on=on)
    _save(need, person, by)
    audit.record(
        by=by, verb="precincts.need_told", row=need,
        summary=lambda: _("Wrote down that somebody needs %(what)s") % {"what": need.get_kind_display()},
    )  # fmt: skip
    return need


@transaction.atomic
def add_offer(
    *,
    person: Voter | Member,
    kind: HelpKind | str,
    words: str,
    by: Actor,
    on: date,
    said_by: str = "",
    capacity: int = 1,
    reach: int = 1000,
) -> Offer:
    """Write down what a neighbour or a member offers.

    Args:
        capacity: for how many at a time, 1 to 20.
        reach: how far from their door, in metres on foot.

    Raises:
        ToldByNobody, NobodyToHelp, ToldAlready: as for `add_need`.
    """
    offer = Offer(
        kind=HelpKind(kind), words=words, said_by=said_by, told_on=on, capacity=capacity, reach=reach
    )
    _save(offer, person, by)
    audit.record(
        by=by, verb="precincts.offer_told", row=offer,
        summary=lambda: _("Wrote down that somebody offers %(what)s") % {"what": offer.get_kind_display()},
    )  # fmt: skip
    return offer


def _save(line: Need | Offer, person: Voter | Member, by: Actor) -> None:
    line.words, line.said_by = " ".join(line.words.split()), " ".join(line.said_by.split())
    line.chapter_id, line.noted_by_id = person.chapter_id, by.user_id
    if isinstance(person, Voter):
        line.voter = Voter.objects.select_for_update(of=("self",)).get(pk=person.pk)
        if not line.said_by:
            raise ToldByNobody(_("Say who told you so; nothing was written down."))
        is_here = line.voter.is_listed
    else:
        line.member = Member.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
        line.home, line.said_by = _find_home(line.member, line.told_on), ""
        is_here = line.member.kind != MemberKind.FORMER
    if not is_here:
        raise NobodyToHelp(_("This person is no longer on the chapter's lists; nothing was written down."))
    try:
        with transaction.atomic():
            line.save()
    except IntegrityError as error:
        raise ToldAlready(
            _("“%(words)s” is written down of this person already.") % {"words": line.words}
        ) from error


def _find_home(member: Member, on: date) -> Household | None:
    home = Residence.objects.in_force(on).filter(member=member).select_related("household").first()
    return home.household if home is not None else None


@transaction.atomic
def end_line(*, line: Need | Offer, how: HelpEnd | str, by: Actor, on: date) -> Need | Offer:
    """A need was met or is none any more, an offer is taken back; hand-shakes that wait for an answer end with it.

    Raises:
        LineEnded: it had ended already.
    """
    row: Need | Offer = type(line).objects.select_for_update(of=("self",)).get(pk=line.pk)
    if row.ended_on is not None:
        raise LineEnded(_("This was met or taken back already; nothing was changed."))
    row.ended_on, row.ended_as = max(on, row.told_on), HelpEnd(how)
    row.save(update_fields=["ended_on", "ended_as"])
    is_need = isinstance(row, Need)
    open_ones = row.hand_shakes.filter(state__in=OPEN_HAND_SHAKES)
    if not is_need:
        open_ones = open_ones.filter(state=HandShakeState.ASKED)
    for hand_shake in open_ones.select_for_update(of=("self",)).select_related("need").order_by("pk"):
        is_done = how == HelpEnd.DONE and hand_shake.state == HandShakeState.AGREED
        _close(hand_shake, HandShakeState.DONE if is_done else HandShakeState.TAKEN_BACK, by, on)
    audit.record(
        by=by, verb="precincts.need_ended" if is_need else "precincts.offer_ended", row=row, detail={"as": str(how)},
        summary=lambda: (
            _("Ended a need: %(what)s, %(how)s") if is_need else _("Ended an offer: %(what)s, %(how)s")
        ) % {"what": row.get_kind_display(), "how": HelpEnd(how).label},
    )  # fmt: skip
    return row


@transaction.atomic
def end_lines_of(member_id: int, by: Actor, on: date) -> None:
    """Nobody is helped by, or helps, who has left the chapter; what was agreed is taken back too."""
    for model in (Need, Offer):
        for line in model.objects.filter(member_id=member_id, ended_on__isnull=True).order_by("pk"):
            end_line(line=line, how=HelpEnd.TAKEN_BACK, by=by, on=on)
    agreed = HandShake.objects.filter(offer__member_id=member_id, state__in=OPEN_HAND_SHAKES)
    for hand_shake in agreed.select_for_update(of=("self",)).select_related("need").order_by("pk"):
        _close(hand_shake, HandShakeState.TAKEN_BACK, by, on)


def _close(hand_shake: HandShake, state: HandShakeState, by: Actor, on: date) -> None:
    """End a locked hand-shake with its need or offer; what each side said stays, and the log keeps an agreement."""
    was_agreed = hand_shake.state == HandShakeState.AGREED
    hand_shake.state, hand_shake.closed_on = state, max(on, hand_shake.asked_on)
    hand_shake.save(update_fields=["state", "closed_on"])
    if was_agreed:
        is_done = state == HandShakeState.DONE
        audit.record(
            by=by, row=hand_shake, detail={"was": str(HandShakeState.AGREED)},
            verb="precincts.hand_shake_done" if is_done else "precincts.hand_shake_taken_back",
            summary=lambda: (
                _("Noted that one neighbour helped another: %(kind)s")
                if is_done
                else _("Took back that two neighbours meet: %(kind)s")
            ) % {"kind": hand_shake.need.get_kind_display()},
        )  # fmt: skip
