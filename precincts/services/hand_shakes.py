"""Two neighbours of whom one may help the other: asked, agreed, declined, done. The log names neither."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.enums import HandShakeState, HelpEnd, HelpSide
from precincts.models import HandShake, Need, Offer
from precincts.models.hand_shakes import OPEN_HAND_SHAKES
from precincts.selectors.help_matches import is_one_person, measure
from precincts.selectors.suppressions import leave_out_barred
from precincts.services.needs import ToldByNobody, end_line

WAITS = timedelta(days=21)
"""So long both are asked; then the need is free again."""


class NotAMatch(DomainError):
    """The offer cannot meet the need: another kind, the same person, too far, or no longer open."""


class OfferFull(DomainError):
    """The offer already helps as many as it is for."""


class NeedTaken(DomainError):
    """Another hand-shake runs for the need, or these two refused each other before."""


class HandShakeClosed(DomainError):
    """The hand-shake has ended: declined, expired, taken back or done."""


class AnsweredAlready(DomainError):
    """That side has answered already."""


@transaction.atomic
def ask_both(*, need: Need, offer: Offer, by: Actor, on: date) -> HandShake:
    """Ask who needs and who offers whether they want to meet; neither learns who the other is.

    Raises:
        NotAMatch: they do not fit.
        OfferFull: the offer has no free place.
        NeedTaken: another hand-shake runs for the need, or one of the two said no before.
    """
    need = Need.objects.select_for_update(of=("self",)).get(pk=need.pk)
    offer = Offer.objects.select_for_update(of=("self",)).get(pk=offer.pk)
    metres = _require_match(need, offer, on)
    _expire(HandShake.objects.filter(need=need) | HandShake.objects.filter(offer=offer), on)
    if offer.hand_shakes.filter(state__in=OPEN_HAND_SHAKES).count() >= offer.capacity:
        raise OfferFull(
            _("This offer already helps as many as it is for."),
            hint=_("Nobody was asked; choose another one."),
        )
    try:
        with transaction.atomic():
            hand_shake = HandShake.objects.create(
                chapter_id=need.chapter_id, need=need, offer=offer, metres=round(metres), asked_on=on,
                asked_by_id=by.user_id, expires_on=on + WAITS,
            )  # fmt: skip
    except IntegrityError as error:
        raise NeedTaken(
            _("For this need somebody is asked already, or one of the two said no before."),
            hint=_("Nobody was asked. Load the page again to see what stands now."),
        ) from error
    _log(hand_shake, by, "asked")
    return hand_shake


def _require_match(need: Need, offer: Offer, on: date) -> float:
    rows = {Need: need, Offer: offer}
    gone = [line for model, line in rows.items() if not model.objects.open().filter(pk=line.pk).exists()]
    if gone:
        raise NotAMatch(_("The need or the offer is no longer open; nobody was asked."))
    if not all(
        leave_out_barred(model.objects.filter(pk=line.pk), on).exists() for model, line in rows.items()
    ):
        raise NotAMatch(_("One of the two does not want to be contacted; nobody was asked."))
    if need.chapter_id != offer.chapter_id or need.kind != offer.kind:
        raise NotAMatch(_("What is offered is not what is needed; nobody was asked."))
    if is_one_person(need, offer, on):
        raise NotAMatch(_("Need and offer are of the same person; nobody was asked."))
    metres = measure(need, offer)
    if metres is None:
        raise NotAMatch(_("Where one of the two lives is not on the map, so nobody was asked."))
    if metres > offer.reach:
        raise NotAMatch(_("The way is longer than the offer reaches; nobody was asked."))
    return metres


@transaction.atomic
def answer(
    *, hand_shake: HandShake, side: HelpSide | str, agrees: bool, by: Actor, on: date, said_by: str = ""
) -> HandShake:
    """Note what one side says; when both agree each may know who the other is, a no ends it.

    Args:
        said_by: who gave a captain the answer; a member who answers needs none.
        on: the day on which it was said.

    Raises:
        ToldByNobody: a neighbour's answer without who gave it.
        HandShakeClosed: it has ended.
        AnsweredAlready: that side has answered.
    """
    row = _lock(hand_shake)
    today = today_in(row.chapter)
    _require_open(row, today, HandShakeState.ASKED, HandShakeState.AGREED)
    side = HelpSide(side)
    if row.answer_of(side) is not None:
        raise AnsweredAlready(_("This side has answered already; nothing was changed."))
    said_by = " ".join(said_by.split())[:120]
    is_told = row.line_of(side).voter_id is not None
    if is_told and not said_by:
        raise ToldByNobody(_("Say who told you so; nothing was written down."))
    setattr(row, f"{side}_says", agrees)
    setattr(row, f"{side}_said_by", said_by if is_told else "")
    setattr(row, f"{side}_said_on", on)
    setattr(row, f"{side}_answered_by_id", by.user_id)
    if not agrees:
        row.state, row.closed_on = HandShakeState.DECLINED, today
    elif row.need_says and row.offer_says:
        row.state = HandShakeState.AGREED
    row.save()
    _log(row, by, "agreed" if row.state == HandShakeState.AGREED else "answered" if agrees else "declined")
    return row


@transaction.atomic
def take_back(*, hand_shake: HandShake, by: Actor, on: date) -> HandShake:
    """End it before it was done; the need waits again, and nobody is shown to anybody any more.

    Raises:
        HandShakeClosed: it has ended.
    """
    row = _lock(hand_shake)
    _require_open(row, on, *OPEN_HAND_SHAKES)
    row.state, row.closed_on = HandShakeState.TAKEN_BACK, on
    row.save(update_fields=["state", "closed_on"])
    _log(row, by, "taken_back")
    return row


@transaction.atomic
def finish(*, hand_shake: HandShake, by: Actor, on: date) -> HandShake:
    """The help was given: the need is met, and the offer has a free place again.

    Raises:
        HandShakeClosed: it has ended, or not both have agreed.
    """
    # The need first, as whoever ends a need does, so that neither waits for the other.
    Need.objects.select_for_update(of=("self",)).get(pk=hand_shake.need_id)
    row = _lock(hand_shake)
    _require_open(row, on, HandShakeState.AGREED)
    row.state, row.closed_on = HandShakeState.DONE, on
    row.save(update_fields=["state", "closed_on"])
    if row.need.is_open:
        end_line(line=row.need, how=HelpEnd.DONE, by=by, on=on)
    _log(row, by, "done")
    return row


def expire_old(at: datetime) -> int:
    """End every hand-shake that waited too long for an answer; returns how many."""
    # A day on which it is over in every time zone.
    on = (at - timedelta(hours=12)).date()
    waiting = HandShake.objects.filter(state=HandShakeState.ASKED, expires_on__lt=on).order_by("chapter")
    return sum(
        _expire_of(chapter, on) for chapter in Chapter.objects.filter(pk__in=waiting.values("chapter"))
    )


@transaction.atomic
def _expire_of(chapter: Chapter, on: date) -> int:
    count = _expire(HandShake.objects.filter(chapter=chapter), on)
    audit.record(
        by=Actor.system(chapter.pk, label="clean-up"), verb="precincts.hand_shakes_expired", chapter=chapter,
        rows=count, summary=lambda: _("Ended what waited too long for two neighbours' answers"),
    )  # fmt: skip
    return count


def _expire(rows: object, on: date) -> int:
    stale = rows.filter(state=HandShakeState.ASKED, expires_on__lt=on)  # type: ignore[attr-defined]
    return int(stale.update(state=HandShakeState.EXPIRED, closed_on=on))


def _lock(hand_shake: HandShake) -> HandShake:
    rows = HandShake.objects.select_for_update(of=("self",))
    return rows.select_related("need", "offer", "chapter").get(pk=hand_shake.pk)


def _require_open(row: HandShake, today: date, *states: HandShakeState) -> None:
    is_late = row.state == HandShakeState.ASKED and row.expires_on < today
    if row.state not in states or is_late:
        raise HandShakeClosed(
            _("This has ended, or not both have agreed; nothing was changed."),
            hint=_("Load the page again to see what stands now."),
        )


_VERBS = {
    "asked": "precincts.hand_shake_asked",
    "answered": "precincts.hand_shake_answered",
    "agreed": "precincts.hand_shake_agreed",
    "declined": "precincts.hand_shake_declined",
    "taken_back": "precincts.hand_shake_taken_back",
    "done": "precincts.hand_shake_done",
}


def _log(row: HandShake, by: Actor, what: str) -> None:
    def say() -> str:
        said = {
            "asked": _("Asked two neighbours whether one may help the other: %(kind)s"),
            "answered": _("Noted that one of two neighbours agrees: %(kind)s"),
            "agreed": _("Noted that two neighbours agreed: %(kind)s"),
            "declined": _("Noted that two neighbours do not meet: %(kind)s"),
            "taken_back": _("Took back that two neighbours meet: %(kind)s"),
            "done": _("Noted that one neighbour helped another: %(kind)s"),
        }
        return said[what] % {"kind": row.need.get_kind_display()}

    audit.record(by=by, verb=_VERBS[what], row=row, summary=say)
