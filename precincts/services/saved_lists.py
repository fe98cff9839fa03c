"""Lists of neighbours that are kept as they were on one day: saved, and removed again."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from chapters.models import Chapter
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.models import Precinct, SavedList, SavedListVoter
from precincts.propensity import bitmask, measure
from precincts.selectors.consistent import Rule, get_rule, list_consistent

_BATCH = 2000


class ListNameTaken(DomainError):
    """The precinct has a saved list of that name."""


class NobodyMeetsRule(DomainError):
    """No neighbour of the precinct is what was asked for."""


@transaction.atomic
def save_list(
    *,
    precinct: Precinct,
    chapter: Chapter,
    name: str,
    kind: str,
    asked: int,
    at_least: int = 0,
    heat: str = "",
    by: Actor,
    at: datetime,
) -> SavedList:
    """Keep who meets a rule now, each with the elections that say why.

    Args:
        asked: how many of the last elections of the kind count, 1 to 12.
        at_least: how many of them they voted in; 0 for any number.
        heat: only those the chapter's thresholds call so; "" for all.
        at: when; elections after that day do not count.

    Raises:
        ListNameTaken: the precinct has a saved list of that name.
        NobodyMeetsRule: nobody would stand on it.
    """
    rule = get_rule(chapter, kind=kind, asked=asked, on=timezone.localdate(at))
    rows = list_consistent(precinct, rule, at_least=at_least, heat=heat).select_related(None)
    people = list(rows.order_by("pk").values_list("pk", "history", "registered_on"))
    if not people:
        raise NobodyMeetsRule(
            _("Nobody in precinct %(code)s is what you asked for.") % {"code": precinct.code},
            hint=_("Nothing was saved. Ask for fewer votes, or for other elections."),
        )
    saved = SavedList(
        chapter=chapter, precinct=precinct, name=name.strip(), kind=kind, asked=asked, at_least=at_least, heat=heat,
        hot_from=rule.hot_from, warm_from=rule.warm_from, voter_count=len(people), made_by_id=by.user_id, made_at=at,
        elections=[{"held_on": one.held_on.isoformat(), "name": one.name} for one in rule.last],
    )  # fmt: skip
    _save(saved)
    kept = (_row(saved, rule, pk, history, since) for pk, history, since in people)
    SavedListVoter.objects.bulk_create(kept, batch_size=_BATCH)
    audit.record(
        by=by, verb="precincts.list_saved", row=saved, rows=len(people),
        summary=lambda: _("Saved the list “%(name)s” of precinct %(code)s with %(count)d neighbours")
        % {"name": saved.name, "code": precinct.code, "count": len(people)},
    )  # fmt: skip
    return saved


@transaction.atomic
def remove_list(*, saved: SavedList, by: Actor) -> None:
    """Remove a saved list; its neighbours stay what they are, and the log keeps that it was there."""
    words = {"name": saved.name, "code": saved.precinct.code}
    audit.record(
        by=by, verb="precincts.list_removed", row=saved, rows=saved.voter_count,
        summary=lambda: _("Removed the saved list “%(name)s” of precinct %(code)s") % words,
    )  # fmt: skip
    saved.delete()


def _save(saved: SavedList) -> None:
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise ListNameTaken(
            _("Precinct %(code)s has a saved list “%(name)s” already.")
            % {"code": saved.precinct.code, "name": saved.name},
            hint=_("Nothing was saved. Give this one another name."),
        ) from error


def _row(
    saved: SavedList, rule: Rule, voter_id: int, history: int, registered_on: date | None
) -> SavedListVoter:
    """One neighbour; of elections before the registration no vote is kept, as none counts."""
    held = rule.held
    votes = measure(history, registered_on, held, hot_from=rule.hot_from, warm_from=rule.warm_from)
    mask = bitmask(place for place, one in enumerate(held[: votes.possible]) if history >> one.bit & 1)
    return SavedListVoter(
        chapter_id=saved.chapter_id, saved_list=saved, voter_id=voter_id, votes=mask, voted=votes.voted,
        possible=votes.possible, heat=votes.heat,
    )  # fmt: skip
