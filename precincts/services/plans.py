"""A precinct's plan: since when, how many to register, and the turnout goal for each kind of election."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.models import Precinct, PrecinctPlan, TurnoutGoal
from precincts.selectors.plans import get_goals


class GoalOutOfRange(DomainError):
    """A turnout goal over 100 percent or below 0, or a number of people below 0."""


class PlanBeginsLater(DomainError):
    """A plan begins on a day to come."""


@transaction.atomic
def save_plan(
    *,
    precinct: Precinct,
    began_on: date,
    registration_goal: int | None,
    turnout: Mapping[str, Decimal | None],
    by: Actor,
    on: date,
) -> PrecinctPlan:
    """Set a precinct's goals; those that differ from what holds today begin today. Nothing else is logged.

    Args:
        registration_goal: how many neighbours to register; None for no goal.
        turnout: percent by kind of election, None for no goal; kinds left out stay as they are.

    Raises:
        GoalOutOfRange: a percentage is not between 0 and 100, or the number is below 0.
        PlanBeginsLater: `began_on` lies after `on`.
    """
    _require_range(registration_goal, turnout)
    if began_on > on:
        raise PlanBeginsLater(_("A plan begins today or earlier; its work is counted from that day."))
    Precinct.objects.select_for_update(of=("self",)).get(pk=precinct.pk)
    plan, made = PrecinctPlan.objects.get_or_create(
        precinct=precinct,
        defaults={
            "chapter_id": precinct.chapter_id, "began_on": began_on, "registration_goal": registration_goal,
            "saved_by_id": by.user_id,
        },
    )  # fmt: skip
    changed = made or (plan.began_on, plan.registration_goal) != (began_on, registration_goal)
    known = get_goals([precinct.pk], on)
    # A kind nobody has decided on is decided by saving it, also without a goal: then nothing is suggested for it.
    new = {
        kind: percent
        for kind, percent in turnout.items()
        if (precinct.pk, kind) not in known or known[precinct.pk, kind] != percent
    }
    if not changed and not new:
        return plan
    plan.began_on, plan.registration_goal, plan.saved_by_id = began_on, registration_goal, by.user_id
    plan.save()
    for kind, percent in new.items():
        _save_goal(precinct, kind, percent, by, on)
    audit.record(
        by=by, verb="precincts.plan_saved", row=plan,
        detail={
            "began_on": began_on.isoformat(), "registration_goal": registration_goal,
            "turnout": {kind: None if percent is None else str(percent) for kind, percent in new.items()},
        },
        summary=lambda: _("Set the goals of precinct %(code)s") % {"code": precinct.code},
    )  # fmt: skip
    return plan


def _save_goal(precinct: Precinct, kind: str, percent: Decimal | None, by: Actor, on: date) -> None:
    try:
        with transaction.atomic():
            TurnoutGoal.objects.update_or_create(
                precinct=precinct,
                kind=kind,
                starts_on=on,
                defaults={"chapter_id": precinct.chapter_id, "percent": percent, "saved_by_id": by.user_id},
            )
    except IntegrityError as error:
        raise _out_of_range() from error


def _require_range(registration_goal: int | None, turnout: Mapping[str, Decimal | None]) -> None:
    if any(percent is not None and not 0 <= percent <= 100 for percent in turnout.values()):
        raise _out_of_range()
    if registration_goal is not None and registration_goal < 0:
        raise GoalOutOfRange(
            _("A number of people to register is not below 0."), hint=_("Nothing was saved.")
        )


def _out_of_range() -> GoalOutOfRange:
    return GoalOutOfRange(_("A turnout goal lies between 0 and 100 percent."), hint=_("Nothing was saved."))
