"""Sign-in sheets on paper: ordered here, drawn by a worker (`documents.sign_in_sheets`)."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from chapters.models import Job, Meeting
from chapters.services.jobs import start_job
from core.actors import Actor
from core.permissions import has_right

JOB_KIND = "chapters.print_sign_in_sheet"


def order_sheet(*, meeting: Meeting, by: Actor) -> Job:
    """Start the work that prints a meeting's sign-in sheet."""
    require_may_run(by, meeting)
    return start_job(
        kind=JOB_KIND, chapter=meeting.chapter, by=by, params={"meeting_id": meeting.pk},
        title=lambda: _("Print the sign-in sheet of %(meeting)s") % {"meeting": meeting},
    )  # fmt: skip


def get_meeting_of(params: dict[str, Any], chapter_id: int | None) -> Meeting:
    """The meeting that a job's params name."""
    rows = Meeting.objects.select_related("chapter")
    meeting: Meeting = rows.get(pk=params["meeting_id"], chapter_id=chapter_id)
    return meeting


def require_sheet_takeable(actor: Actor, job: Job) -> None:
    """Whoever takes the sheet must still run the meeting.

    Raises:
        PermissionDenied: they do not.
    """
    require_may_run(actor, get_meeting_of(job.params, job.chapter_id))


def require_may_run(actor: Actor, meeting: Meeting) -> None:
    """Raises PermissionDenied unless the actor runs the meeting."""
    if not has_right(actor, "chapters.run_meetings", meeting):
        raise PermissionDenied("chapters.run_meetings")
