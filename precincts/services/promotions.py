"""Promotion: a block captain takes over the precinct, the former captain leads the next one; who trained whom stays."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.models import Member
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from core.templatetags.formats import dated
from precincts.lineage import find_circle
from precincts.models import BlockAssignment, Precinct, PrecinctAssignment, Training
from precincts.selectors.lineage import get_leader
from precincts.services.roster import AlreadyAssigned, BlockHasCaptain, assign_precinct_captain

_LOCK_SPACE = 1_905_014  # the first half of the advisory lock's key; the chapter is the second


class TrainingCircle(DomainError):
    """The trainer was trained, over one or more people, by the one they would have trained."""


class TrainedAlready(DomainError):
    """Somebody else is on record as the one who trained this person."""


class CannotTrain(DomainError):
    """One of the two is not one of the chapter's people, or both are one person."""


class NoTraining(DomainError):
    """No such training is on record."""


class CannotPromote(DomainError):
    """The person keeps no block of the precinct, or the former captain has nowhere to go."""


@transaction.atomic
def record_training(
    *, trainer: Member, trained: Member, by: Actor, on: date, precinct: Precinct | None = None
) -> Training:
    """Keep on record that one trained the other; the same again changes nothing.

    Raises:
        CannotTrain: one of them is none of the chapter's people, or both are one person.
        TrainedAlready: somebody else trained this person.
        TrainingCircle: the trainer was trained by them, directly or over others.
    """
    if trainer.chapter_id != trained.chapter_id or trainer.pk == trained.pk:
        raise CannotTrain(
            _("%(name)s cannot have trained %(other)s; nothing was saved.")
            % {"name": trainer, "other": trained},
            hint=_("Choose two people of this chapter."),
        )
    _lock_lineage(trainer.chapter_id)
    known = Training.objects.filter(trained=trained).select_related("trainer").first()
    if known is not None and known.trainer_id == trainer.pk:
        return known
    if known is not None:
        raise TrainedAlready(
            _("%(trainer)s trained %(name)s already; nothing was saved.")
            % {"trainer": known.trainer, "name": trained},
            hint=_("The lineage keeps one trainer for each person: the first."),
        )
    _require_no_circle(trainer, trained)
    try:
        with transaction.atomic():
            training = Training.objects.create(
                chapter_id=trainer.chapter_id, trainer=trainer, trained=trained, precinct=precinct, on=on,
                given_by_id=by.user_id,
            )  # fmt: skip
    except IntegrityError as error:
        raise _circle(trainer, trained, [trainer, trained]) from error
    audit.record(
        by=by, verb="precincts.training_recorded", row=trained, detail={"trainer": trainer.pk},
        summary=lambda: _("%(trainer)s trained %(name)s, %(day)s")
        % {"trainer": trainer, "name": trained, "day": dated(on)},
    )  # fmt: skip
    return training


@transaction.atomic
def take_training_back(*, training: Training, by: Actor) -> None:
    """Take out of the lineage what was noted by mistake; the log keeps who, whom and when.

    Raises:
        NoTraining: it was taken back already.
    """
    _lock_lineage(training.chapter_id)
    row = Training.objects.select_related("trainer", "trained").filter(pk=training.pk).first()
    if row is None:
        raise NoTraining(_("This was taken back already; nothing was changed."))
    row.delete()
    audit.record(
        by=by, verb="precincts.training_taken_back", row=row.trained,
        detail={"trainer": row.trainer_id, "on": row.on.isoformat(), "precinct": row.precinct_id},
        summary=lambda: _("Took back that %(trainer)s trained %(name)s, %(day)s")
        % {"trainer": row.trainer, "name": row.trained, "day": dated(row.on)},
    )  # fmt: skip


def _lock_lineage(chapter_id: int) -> None:
    """Wait until no other transaction adds to this chapter's lineage; held until this one ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, chapter_id & 0x7FFFFFFF])


def _require_no_circle(trainer: Member, trained: Member) -> None:
    trainer_of = dict(
        Training.objects.filter(chapter=trainer.chapter_id).values_list("trained_id", "trainer_id")
    )
    line = find_circle(trainer_of, trainer=trainer.pk, trained=trained.pk)
    if line:
        people = Member.objects.in_bulk(line)
        raise _circle(trainer, trained, [people[pk] for pk in line])


def _circle(trainer: Member, trained: Member, line: list[Member]) -> TrainingCircle:
    """The refusal, with the line of people that would close to a circle."""
    chain = " ← ".join(str(one) for one in line)
    return TrainingCircle(
        _("%(trainer)s was trained by %(name)s (%(chain)s) and cannot have trained them; nothing was saved.")
        % {"trainer": trainer, "name": trained, "chain": chain},
        hint=_("Choose who really trained %(name)s, or nobody.") % {"name": trained},
    )


@transaction.atomic
def promote_captain(
    *,
    precinct: Precinct,
    member: Member,
    by: Actor,
    on: date,
    former_to: Precinct | None = None,
    trainer: Member | None = None,
    note: str = "",
) -> PrecinctAssignment:
    """Make a block captain the precinct's captain; the former one leads `former_to` from the same day on.

    The block stays with its captain until it is handed over. All of it happens, or nothing.

    Args:
        former_to: where the present captain goes; needed where there is one.
        trainer: who trained the new captain, for the lineage; nobody when None.
        note: what the new captain should know; kept with the former captain's time.

    Raises:
        CannotPromote: the member keeps no block here; the former captain has nowhere to go, or would stay here.
        BlockHasCaptain: the next precinct has a captain already.
        CannotTrain, TrainedAlready, TrainingCircle: as `record_training`.
        Whatever `services.roster.assign_precinct_captain` raises.
    """
    ids = sorted(row.pk for row in (precinct, former_to) if row is not None)
    locked = {row.pk: row for row in Precinct.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    precinct = locked[precinct.pk]
    _require_block_captain(precinct, member, on)
    leader = get_leader(precinct, on)
    former = leader.member if leader is not None else None
    if former is not None and former.pk == member.pk:
        raise AlreadyAssigned(
            _("%(name)s leads precinct %(code)s already.") % {"name": member, "code": precinct.code}
        )
    if former is not None:
        _require_next(precinct, former, former_to, on)
    if trainer is not None and trainer.kind == MemberKind.FORMER:
        raise CannotTrain(_("%(name)s is a former member; nothing was saved.") % {"name": trainer})
    assignment = assign_precinct_captain(precinct=precinct, member=member, by=by, on=on, note=note)
    if former is not None and former_to is not None:
        assign_precinct_captain(precinct=locked[former_to.pk], member=former, by=by, on=on)
    if trainer is not None:
        record_training(trainer=trainer, trained=member, by=by, on=on, precinct=precinct)
    audit.record(
        by=by, verb="precincts.captain_promoted", row=precinct,
        summary=lambda: _("%(name)s leads precinct %(code)s from %(day)s on")
        % {"name": member, "code": precinct.code, "day": dated(on)},
        detail={
            "member": member.pk, "former": former.pk if former else None,
            "former_to": former_to.pk if former and former_to else None,
        },
    )  # fmt: skip
    return assignment


def _require_block_captain(precinct: Precinct, member: Member, on: date) -> None:
    keeping = BlockAssignment.objects.in_force(on).captains().filter(member=member, block__closed_on=None)
    if not keeping.filter(block__precinct=precinct).exists():
        raise CannotPromote(
            _("%(name)s keeps no block of precinct %(code)s; nobody was promoted.")
            % {"name": member, "code": precinct.code},
            hint=_("Choose one of its block captains."),
        )


def _require_next(precinct: Precinct, former: Member, former_to: Precinct | None, on: date) -> None:
    """The former captain goes to another precinct of the chapter that nobody leads."""
    if former_to is None or former_to.pk == precinct.pk or former_to.chapter_id != precinct.chapter_id:
        raise CannotPromote(
            _("Say which other precinct %(name)s leads next; nobody was promoted.") % {"name": former},
            hint=_("Choose one without a captain, or end their time on the precinct's captain page first."),
        )
    other = PrecinctAssignment.objects.captains().filter(precinct=former_to).exclude(ends_on__lt=on).first()
    if other is not None:
        raise BlockHasCaptain(
            _("%(name)s leads precinct %(code)s already; nobody was promoted.")
            % {"name": other.member, "code": former_to.code},
            hint=_("Choose a precinct without a captain."),
        )
