"""Printed invitations and address labels: ordered here, drawn by a worker (`documents.voter_invitations`)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from chapters.models import Job
from chapters.services import audit
from chapters.services.jobs import start_job
from core.actors import Actor
from core.errors import DomainError
from core.permissions import has_right
from precincts.enums import Channel
from precincts.models import PrecinctMeeting, VoterInvitation
from precincts.querysets import natural_order
from precincts.selectors.suppressions import list_barred

JOB_KIND = "precincts.print_invitations"


class NobodyToPrint(DomainError):
    """Nobody is invited on paper, or everybody has answered."""


def order_invitations(*, party: PrecinctMeeting, by: Actor) -> Job:
    """Start the work that prints invitations and labels for whoever has not answered.

    Raises:
        NobodyToPrint: nobody is left.
    """
    require_may_print(by, party)
    if not list_to_print(party).exists():
        raise NobodyToPrint(
            _("Nobody is invited on paper who has not answered."), hint=_("Invite neighbours first.")
        )
    return start_job(
        kind=JOB_KIND, chapter=party.meeting.chapter, by=by, params={"party_id": party.pk},
        title=lambda: _("Print the invitations to %(meeting)s") % {"meeting": party.meeting},
    )  # fmt: skip


def list_to_print(party: PrecinctMeeting) -> QuerySet[VoterInvitation]:
    """The invitations without an answer, by street and number; who is not to be contacted any more is left out."""
    rows = party.invitations.filter(answer="", came_as__isnull=True, voter__is_listed=True)
    rows = rows.exclude(voter__in=list_barred(timezone.localdate(), Channel.MAIL))
    rows = rows.select_related("voter__household__building").annotate(
        house_order=natural_order("voter__household__building__number")
    )
    return rows.order_by(
        "voter__household__building__street_key", "house_order", "voter__household__unit_key", "pk"
    )


def get_party_of(params: dict[str, Any], chapter_id: int | None) -> PrecinctMeeting:
    """The precinct's meeting that a job's params name."""
    rows = PrecinctMeeting.objects.select_related("meeting__chapter", "precinct")
    party: PrecinctMeeting = rows.get(pk=params["party_id"], chapter_id=chapter_id)
    return party


def require_prints_takeable(actor: Actor, job: Job) -> None:
    """Raises PermissionDenied unless the actor may still invite the precinct's neighbours."""
    require_may_print(actor, get_party_of(job.params, job.chapter_id))


def require_may_print(actor: Actor, party: PrecinctMeeting) -> None:
    """Raises PermissionDenied."""
    if not has_right(actor, "precincts.print_invitations", party):
        raise PermissionDenied("precincts.print_invitations")


def log_printed(*, party: PrecinctMeeting, by: Actor, count: int) -> None:
    """Log that so many neighbours' names and addresses left as paper."""
    audit.record(
        by=by, verb="precincts.invitations_printed", row=party, rows=count,
        summary=lambda: _("Printed %(count)d invitations to %(meeting)s")
        % {"count": count, "meeting": party.meeting},
    )  # fmt: skip
