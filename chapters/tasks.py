"""What workers and beat run for the chapters app."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.documents import sign_in_sheets as sheet_documents
from chapters.services import (
    erasures,
    job_runs,
    job_sweeps,
    jobs,
    member_imports,
    message_sending,
    messages,
    reminders,
    sign_in_sheets,
)
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


@shared_task(name=messages.TASK)
def send_mail() -> None:
    """Each minute, and when mail was planned: send what is due."""
    message_sending.send_due(now=timezone.now())


@shared_task(name="chapters.look_at_schedule")
def look_at_schedule() -> None:
    """Each minute: do what the schedule says is due, and call mail that lost its sender unknown."""
    now = timezone.now()
    message_sending.sweep_messages(at=now)
    reminders.run_due_reminders(now=now)


@shared_task(name="chapters.erase_people")
def erase_people() -> None:
    """Each hour: expunge the data of whoever asked for it and could have taken it back."""
    erasures.carry_out_due(at=timezone.now())


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
job_kind(
    sign_in_sheets.JOB_KIND,
    says=_("Print a sign-in sheet"),
    right="chapters.see_meetings",
    before_taking=sign_in_sheets.require_sheet_takeable,
    figures={"pages": _("pages")},
)(sheet_documents.run_print_sheet)
