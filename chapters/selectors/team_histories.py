"""What a person did in teams: their time in each, and whom they called."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chapters.models import Call, Team, TeamMembership
from core.actors import Actor
from core.http import chapter_url
from core.people import HistoryLine


def list_team_times(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
    """The teams somebody is or was in, as far as the reader sees teams. One query."""
    rows = TeamMembership.objects.filter(member_id=member_id, team__in=Team.objects.visible_to(reader))
    today = timezone.localdate()
    for row in rows.select_related("team").order_by("-starts_on", "-pk")[:limit]:
        says = gettext("Leads the team %(team)s") if row.is_leader else gettext("In the team %(team)s")
        yield HistoryLine(
            on=row.starts_on,
            until=row.ends_on,
            goes_on=row.ends_on is None or row.ends_on >= today,
            what=says % {"team": row.team},
            kind=_("teams"),
            icon="people",
            url=chapter_url("chapters:team", team_id=row.team_id),
        )


def list_calls_made(member_id: int, reader: Actor, limit: int) -> Iterable[HistoryLine]:
    """Whom somebody called, as far as the reader sees those people. One query."""
    rows = Call.objects.visible_to(reader).filter(called_by_id=member_id).select_related("member")
    for call in rows.order_by("-called_at", "-pk")[:limit]:
        yield HistoryLine(
            on=timezone.localdate(call.called_at),
            what=gettext("Called %(name)s") % {"name": call.member},
            kind=_("calls"),
            icon="telephone",
            line=call.get_result_display(),
        )
