"""Local issues of a precinct: written down, worked on, won or closed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from chapters.enums import MemberKind
from chapters.services import audit
from core.actors import Actor
from core.errors import DomainError
from precincts.models import LocalIssue, Precinct
from precincts.models.issues import OPEN_STATES

FIELDS = ("title", "state", "leader", "note", "opened_on", "closed_on")


class IssueOpenAlready(DomainError):
    """The precinct works on an issue of this name already."""


class IssueDatesOutOfOrder(DomainError):
    """An issue closes before it was opened, or is closed without a day, or open with one."""


class LeaderNotOurs(DomainError):
    """Who leads is not one of the chapter's people."""


@transaction.atomic
def add_issue(*, precinct: Precinct, by: Actor, **values: Any) -> LocalIssue:
    """Write down an issue of a precinct; `values` are some of `FIELDS`, `opened_on` and `title` among them.

    Raises:
        IssueOpenAlready: the precinct works on an issue of this name.
        IssueDatesOutOfOrder: the days do not fit the state or each other.
        LeaderNotOurs: who leads is not one of the chapter's people.
    """
    issue = LocalIssue(chapter_id=precinct.chapter_id, precinct=precinct, **values)
    _save(issue)
    audit.record(
        by=by, verb="precincts.issue_added", row=issue,
        summary=lambda: _("Wrote down the issue %(issue)s of precinct %(code)s") % _words(issue),
    )  # fmt: skip
    return issue


@transaction.atomic
def change_issue(*, issue: LocalIssue, by: Actor, **values: Any) -> LocalIssue:
    """Change some of an issue's `FIELDS`; nothing is logged where nothing differs.

    Raises:
        IssueOpenAlready, IssueDatesOutOfOrder, LeaderNotOurs: as for `add_issue`.
    """
    issue = LocalIssue.objects.select_for_update(of=("self",)).select_related("precinct").get(pk=issue.pk)
    changed = [name for name, value in values.items() if getattr(issue, name) != value]
    if not changed:
        return issue
    for name in changed:
        setattr(issue, name, values[name])
    _save(issue, is_led_anew="leader" in changed)
    audit.record(
        by=by, verb="precincts.issue_changed", row=issue, detail={"fields": changed},
        summary=lambda: _("Changed the issue %(issue)s of precinct %(code)s: %(fields)s")
        % {**_words(issue), "fields": audit.name_fields(issue, changed)},
    )  # fmt: skip
    return issue


def leave_issues_of(member_id: int, by: Actor, on: date) -> None:
    """Nobody leads what a former member led and is still open."""
    for issue in LocalIssue.objects.filter(leader_id=member_id, closed_on__isnull=True).order_by("pk"):
        change_issue(issue=issue, by=by, leader=None)


def _save(issue: LocalIssue, *, is_led_anew: bool = True) -> None:
    """Who led a closed issue and left the chapter since stays on record; anew, only one of ours leads."""
    _require_days(issue)
    leader = issue.leader if is_led_anew else None
    if leader is not None and (leader.chapter_id != issue.chapter_id or leader.kind == MemberKind.FORMER):
        raise LeaderNotOurs(_("Who leads is one of the chapter's people."), hint=_("Nothing was saved."))
    try:
        with transaction.atomic():
            issue.save()
    except IntegrityError as error:
        raise IssueOpenAlready(
            _("Precinct %(code)s works on “%(issue)s” already.") % _words(issue),
            hint=_("Open that issue, or give this one another name."),
        ) from error


def _require_days(issue: LocalIssue) -> None:
    is_open = issue.state in OPEN_STATES
    if is_open != (issue.closed_on is None):
        raise IssueDatesOutOfOrder(
            _("An open issue has no last day; one that was won or closed has one."),
            hint=_("Nothing was saved."),
        )
    if issue.closed_on is not None and issue.closed_on < issue.opened_on:
        raise IssueDatesOutOfOrder(_("The issue closes before it was opened."), hint=_("Nothing was saved."))


def _words(issue: LocalIssue) -> dict[str, str]:
    return {"issue": issue.title, "code": issue.precinct.code}
