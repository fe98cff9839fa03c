"""How pieces of slow work stand, for pages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chapters.enums import JobState
from chapters.models import Job
from core.components import JobState as State
from core.components import Progress, seconds_left
from core.errors import DomainError
from core.http import chapter_url
from core.jobs import JobKind, get_job_kind

_STATES: dict[str, State] = {
    JobState.QUEUED: "waiting",
    JobState.RUNNING: "running",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.CANCELLED: "cancelled",
}


def get_progress(job: Job) -> Progress:
    """The job as the progress part of a page draws it, inside its chapter's scope."""
    return Progress(
        key=f"job-{job.pk}",
        what=job.title,
        state=_STATES[job.state],
        done=job.done,
        total=job.total,
        message=_("Stopping …") if job.is_open and job.cancel_asked else job.message,
        seconds_left=seconds_left(
            done=job.done, total=job.total, started_at=job.started_at, now=timezone.now()
        ),
        error=f"{job.error} {job.hint}".strip(),
        poll_url=chapter_url("chapters:job_progress", job_id=job.pk) if job.is_open else "",
        cancel_url=chapter_url("chapters:cancel_job", job_id=job.pk)
        if job.is_open and not job.cancel_asked
        else "",
        result_url=get_result_url(job),
        mend_url=get_mend_url(job),
    )


def get_right(job: Job) -> str:
    """What one must hold to start the job again or to take its files, "" when seeing it is enough."""
    kind = _kind_of(job)
    return kind.right if kind is not None else ""


def get_result_url(job: Job) -> str:
    """The page that shows what came out, "" while nothing has or when no page does."""
    kind = _kind_of(job)
    if job.state != JobState.DONE or kind is None or kind.result_url is None:
        return ""
    return kind.result_url(job)


def get_mend_url(job: Job) -> str:
    """The page where what stopped a failed job can be mended, or where work goes on that is not to be done again.

    "" when no page does.
    """
    kind = _kind_of(job)
    if kind is None or kind.mend_url is None:
        return ""
    if job.state != JobState.FAILED and get_retry_refusal(job) is None:
        return ""
    return kind.mend_url(job)


def get_retry_refusal(job: Job) -> DomainError | None:
    """Why the job's kind would not do failed or cancelled work again as it was asked for; None when it would."""
    kind = _kind_of(job)
    if job.state not in (JobState.FAILED, JobState.CANCELLED) or kind is None or kind.before_retry is None:
        return None
    try:
        kind.before_retry(job)
    except DomainError as refusal:
        return refusal
    return None


def get_kept_until(job: Job) -> datetime | None:
    """Until when the files of finished work are kept; None while it is not finished."""
    if job.finished_at is None:
        return None
    return job.finished_at + timedelta(days=settings.JOB_FILES_KEPT_DAYS)


def get_figures(job: Job) -> Mapping[str, Any]:
    """The numbers of a result that the job's kind wants shown, with their words."""
    kind = _kind_of(job)
    return kind.figures if kind is not None else {}


def _kind_of(job: Job) -> JobKind | None:
    try:
        return get_job_kind(job.kind)
    except KeyError:  # a kind of an earlier version
        return None
