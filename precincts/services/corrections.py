"""What captains say the file has wrong: asked, then approved or rejected; the file's own columns never change."""

from __future__ import annotations

from contextlib import suppress as suppress_error
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.enums import VALUED_CORRECTIONS, CorrectionKind, CorrectionState, SuppressionKind
from precincts.models import Correction, Voter
from precincts.services.facts import VoterNotListed
from precincts.services.suppressions import AlreadySuppressed, NotSuppressed, lift, suppress

EARLIEST_BIRTH = 1890

_SUPPRESSIONS = {
    CorrectionKind.DECEASED: SuppressionKind.DECEASED,
    CorrectionKind.MOVED: SuppressionKind.MOVED,
}
"""Why nobody is reached any more once such a correction is approved."""


class EmptyCorrection(DomainError):
    """It does not say what is right."""


class WrongBirthYear(DomainError):
    """No year in which a voter can be born."""


class CorrectionWaits(DomainError):
    """The same thing of the same neighbour waits for an answer already."""


class CorrectionDecided(DomainError):
    """Somebody has approved or rejected it meanwhile."""


class AnswerMissing(DomainError):
    """Whoever asked should hear why it was rejected."""


@transaction.atomic
def ask_correction(
    *, voter: Voter, what: CorrectionKind | str, by: Actor, at: datetime, says: str = "", note: str = ""
) -> Correction:
    """Put something the file says wrongly of a neighbour into the organizer's queue.

    Args:
        says: what is right; for a name, a unit and a year of birth.
        note: how it is known.

    Raises:
        EmptyCorrection: a name, unit or year without what is right.
        WrongBirthYear: that is no year of birth.
        VoterNotListed: the voter is confidential, gone or removed.
        CorrectionWaits: the same is asked already.
    """
    what, says = CorrectionKind(what), " ".join(says.split())
    if not voter.is_listed:
        raise VoterNotListed(_("This person is no longer on the chapter's lists; nothing was added."))
    if what not in VALUED_CORRECTIONS:
        says = ""
    elif not says:
        raise EmptyCorrection(_("Say what is right; nothing was sent."))
    if what == CorrectionKind.BIRTH_YEAR and not is_birth_year(says, at):
        raise WrongBirthYear(_("“%(says)s” is no year of birth; nothing was sent.") % {"says": says[:20]})
    try:
        with transaction.atomic():
            row = Correction.objects.create(
                chapter_id=voter.chapter_id, voter=voter, what=what, says=says[:120], note=note.strip()[:500],
                asked_by_id=by.user_id, asked_at=at,
            )  # fmt: skip
    except IntegrityError as error:
        raise CorrectionWaits(
            _("Of %(name)s this waits for an organizer already: %(what)s.") % _words(voter, what),
            hint=_("Nothing was sent a second time."),
        ) from error
    audit.record(
        by=by, verb="precincts.correction_asked", row=row,
        summary=lambda: _("Asked to correct the file on %(name)s: %(what)s") % _words(voter, what),
    )  # fmt: skip
    return row


@transaction.atomic
def approve_correction(*, correction: Correction, by: Actor, at: datetime, answer: str = "") -> Correction:
    """Hold a correction for true: it stands beside what the file says.

    Somebody who died or moved away is not reached any more from that day on; that can be lifted.

    Raises:
        CorrectionDecided: it was approved or rejected meanwhile.
    """
    row = _decide(correction, CorrectionState.APPROVED, by=by, at=at, answer=answer)
    kind = _SUPPRESSIONS.get(CorrectionKind(row.what))
    if kind is not None:
        with suppress_error(AlreadySuppressed):  # a captain has pressed "moved away" at the door before
            suppress(voter=row.voter, kind=kind, by=by, on=today_in(row.chapter, at))
    audit.record(
        by=by, verb="precincts.correction_approved", row=row,
        summary=lambda: _("Approved a correction to the file on %(name)s: %(what)s") % _words(row.voter, row.what),
    )  # fmt: skip
    return row


@transaction.atomic
def reject_correction(*, correction: Correction, by: Actor, at: datetime, answer: str) -> Correction:
    """Leave what the file says, and say why to whoever asked.

    Raises:
        AnswerMissing: without a reason.
        CorrectionDecided: it was approved or rejected meanwhile.
    """
    if not answer.strip():
        raise AnswerMissing(_("Say in a few words why; nothing was decided."))
    row = _decide(correction, CorrectionState.REJECTED, by=by, at=at, answer=answer)
    audit.record(
        by=by, verb="precincts.correction_rejected", row=row,
        summary=lambda: _("Rejected a correction to the file on %(name)s: %(what)s") % _words(row.voter, row.what),
    )  # fmt: skip
    return row


@transaction.atomic
def revoke_correction(*, correction: Correction, by: Actor, at: datetime, answer: str) -> Correction:
    """Take an approval back: the file's word stands again, and nobody is kept from the neighbour for it.

    Raises:
        AnswerMissing: without a reason.
        CorrectionDecided: it is not approved (any more).
    """
    if not answer.strip():
        raise AnswerMissing(_("Say in a few words why; nothing was decided."))
    row = _decide(
        correction, CorrectionState.REJECTED, by=by, at=at, answer=answer, former=CorrectionState.APPROVED
    )
    kind = _SUPPRESSIONS.get(CorrectionKind(row.what))
    if kind is not None:
        with suppress_error(NotSuppressed):  # a captain has lifted it at the door before
            lift(voter=row.voter, kind=kind, by=by, on=today_in(row.chapter, at))
    audit.record(
        by=by, verb="precincts.correction_revoked", row=row,
        summary=lambda: _("Took back the approval of a correction to the file on %(name)s: %(what)s")
        % _words(row.voter, row.what),
    )  # fmt: skip
    return row


def is_birth_year(text: str, at: datetime) -> bool:
    """Whether somebody alive can be born in that year."""
    return text.isascii() and text.isdigit() and len(text) == 4 and EARLIEST_BIRTH <= int(text) <= at.year


def _decide(
    correction: Correction,
    state: CorrectionState,
    *,
    by: Actor,
    at: datetime,
    answer: str,
    former: CorrectionState = CorrectionState.OPEN,
) -> Correction:
    rows = Correction.objects.select_for_update(of=("self",)).select_related("voter", "chapter")
    row: Correction = rows.get(pk=correction.pk)
    if row.state != former:
        raise CorrectionDecided(
            _("This correction is decided already: %(state)s.") % {"state": row.get_state_display()},
            hint=_("Nothing was changed."),
        )
    row.state, row.answer = state, answer.strip()[:500]
    row.decided_by_id, row.decided_at = by.user_id, at
    row.save(update_fields=["state", "answer", "decided_by", "decided_at"])
    return row


def _words(voter: Voter, what: str) -> dict[str, str]:
    return {"name": str(voter), "what": str(CorrectionKind(what).label)}
