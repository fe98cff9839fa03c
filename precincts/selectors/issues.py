"""Local issues of precincts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from core.actors import Actor
from precincts.enums import FactKind
from precincts.issue_proposals import Proposal, is_about, propose_issues
from precincts.models import Fact, LocalIssue, Precinct, Voter
from precincts.selectors.neighbours import list_rows_of
from precincts.words import say_fact


def list_issues(actor: Actor, precinct: Precinct) -> QuerySet[LocalIssue]:
    """A precinct's issues that the actor may see, each with who leads. One query."""
    return LocalIssue.objects.visible_to(actor).filter(precinct=precinct).select_related("leader")


def list_open_issues(precinct: Precinct) -> QuerySet[LocalIssue]:
    """What the precinct works on, the longest open first. One query."""
    rows = LocalIssue.objects.filter(precinct=precinct, closed_on__isnull=True)
    return rows.select_related("leader").order_by("opened_on", "pk")


def list_issues_named(precinct: Precinct, titles: Iterable[str]) -> list[Proposal]:
    """What captains noted that several of the precinct's neighbours care about, what most named first.

    Left out is what an issue of these titles is about. Two queries.
    """
    ids = list(Voter.objects.listed().living_in(precinct.pk).order_by().values_list("pk", flat=True))
    rows = Fact.objects.filter(voter_id__in=list_rows_of(ids), kind=FactKind.ISSUE)
    rows = rows.filter(superseded_by=None, is_retraction=False)
    rows = rows.annotate(owner=Coalesce("voter__merged_into_id", "voter_id"))
    noted = rows.order_by("-occurred_at", "-pk").values_list("owner", "value", "text")
    named = propose_issues((owner, say_fact(FactKind.ISSUE, value, text)) for owner, value, text in noted)
    known = list(titles)
    return [one for one in named if not any(is_about(title, one) for title in known)]
