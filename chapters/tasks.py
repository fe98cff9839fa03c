"""What workers and beat run for the chapters app."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.services import invitations, job_runs, job_sweeps, jobs, member_imports
from core.clean_up import clean_up
from core.http import chapter_url
from core.jobs import job_kind


@shared_task(name=jobs.TASK)
def run_job(job_id: str) -> None:
    """Do one job; nothing happens when it is done already or another worker has it."""
    job_runs.run_queued_job(UUID(job_id))


@shared_task(name="chapters.sweep_jobs")
def sweep_jobs() -> None:
    """Each minute: bring back the jobs that the queue or a worker has lost."""
    job_sweeps.sweep_jobs(at=timezone.now())


@shared_task(name="chapters.clean_up")
def clean_up_files() -> None:
    """Each night: delete what was kept long enough."""
    clean_up(timezone.now())


def _people(_job: Any) -> str:
    return chapter_url("chapters:members")


job_kind(
    member_imports.JOB_KIND,
    says=_("Import people from CSV"),
    right="chapters.edit_members",
    result_url=_people,
    figures={
        "rows": _("rows read"),
        "added": _("added"),
        "changed": _("changed"),
        "unchanged": _("unchanged"),
    },
)(member_imports.run_import_members)

job_kind("chapters.send_invitation", says=_("Send an invitation"), right="chapters.invite")(
    invitations.run_send_invitation
)
