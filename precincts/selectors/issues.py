"""Local issues of precincts."""

from __future__ import annotations

from django.db.models import QuerySet

from core.actors import Actor
from precincts.models import LocalIssue, Precinct


def list_issues(actor: Actor, precinct: Precinct) -> QuerySet[LocalIssue]:
    """A precinct's issues that the actor may see, each with who leads. One query."""
    return LocalIssue.objects.visible_to(actor).filter(precinct=precinct).select_related("leader")


def list_open_issues(precinct: Precinct) -> QuerySet[LocalIssue]:
    """What the precinct works on, the longest open first. One query."""
    rows = LocalIssue.objects.filter(precinct=precinct, closed_on__isnull=True)
    return rows.select_related("leader").order_by("opened_on", "pk")
