"""Slow work: what runs, what came out, and its files."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from chapters.enums import JobState
from chapters.models import Job
from chapters.selectors.jobs import (
    get_figures,
    get_kept_until,
    get_progress,
    get_result_url,
    get_retry_refusal,
    get_right,
)
from chapters.services import audit, jobs
from chapters.services.job_files import require_takeable
from core.components import Badge, Detail
from core.files import send_private_file
from core.http import ChapterRequest, chapter_url, require_perm
from core.lists import Column, Filter, ListSpec
from core.templatetags.formats import number
from core.words import in_readers_language

_BADGES = {
    JobState.QUEUED: ("hourglass-split", "neutral"),
    JobState.RUNNING: ("arrow-repeat", "neutral"),
    JobState.DONE: ("check-circle", "good"),
    JobState.FAILED: ("exclamation-octagon", "danger"),
    JobState.CANCELLED: ("x-circle", "neutral"),
}


def _badge(job: Job) -> Badge:
    icon, tone = _BADGES[JobState(job.state)]
    return Badge(word=job.get_state_display(), icon=icon, tone=tone)  # type: ignore[arg-type]


JOBS = ListSpec(
    key="jobs",
    columns=(
        Column(
            "title",
            _("Work"),
            lambda j: j.title,
            title=True,
            url=lambda j: chapter_url("chapters:job", job_id=j.pk),
        ),
        Column("state", _("State"), lambda j: j.get_state_display(), badge=_badge),
        Column("asked", _("Asked"), lambda j: j.created_at, sort=("created_at",)),
        Column("by", _("By"), lambda j: j.asked_by or _("the system")),
        Column("ended", _("Ended"), lambda j: j.finished_at, sort=("finished_at",)),
    ),
    filters=(Filter("state", _("State"), JobState.choices, lambda rows, value: rows.filter(state=value)),),
    order=("-created_at", "pk"),
)


@require_safe
def index(request: ChapterRequest) -> HttpResponse:
    require_perm(request, "chapters.see_jobs")
    page = JOBS.read(request, Job.objects.visible_to(request.actor).select_related("asked_by"))
    return render(request, "chapters/jobs/index.html", {"page": page})


@require_safe
def detail(request: ChapterRequest, job_id: UUID) -> HttpResponse:
    job = _get(request, job_id)
    return render(request, "chapters/jobs/detail.html", _context(job))


@require_safe
def progress(request: ChapterRequest, job_id: UUID) -> HttpResponse:
    """The part that asks for itself again every two seconds; when the work ends, the page is loaded anew."""
    job = _get(request, job_id)
    response = render(request, "components/job_progress.html", {"progress": get_progress(job)})
    if request.htmx and not job.is_open and _is_own_page(request, job):
        response["HX-Refresh"] = "true"
    return response


def _is_own_page(request: ChapterRequest, job: Job) -> bool:
    return (request.htmx.current_url_abs_path or "").partition("?")[0] == chapter_url(
        "chapters:job", job_id=job.pk
    )


@require_POST
def cancel(request: ChapterRequest, job_id: UUID) -> HttpResponse:
    job = _get(request, job_id)
    jobs.cancel_job(job=job, by=request.actor)
    messages.success(request, gettext("“%(work)s” is being stopped.") % {"work": job.title})
    return redirect(chapter_url("chapters:job", job_id=job.pk))


@require_POST
def retry(request: ChapterRequest, job_id: UUID) -> HttpResponse:
    job = _get(request, job_id)
    _require_right(request, job)
    jobs.retry_job(job=job, by=request.actor)
    messages.success(request, gettext("“%(work)s” starts again.") % {"work": job.title})
    return redirect(chapter_url("chapters:job", job_id=job.pk))


@require_safe
def download(request: ChapterRequest, job_id: UUID, file_id: int) -> HttpResponseBase:
    job = _get(request, job_id)
    _require_right(request, job)
    file = get_object_or_404(job.files, pk=file_id)
    require_takeable(file=file, by=request.actor)
    response = send_private_file(file.path, filename=file.filename, content_type=file.content_type)
    audit.record(
        by=request.actor,
        verb="export.file",
        row=job,
        summary=lambda: _("Downloaded %(file)s") % {"file": file.filename},
    )
    return response


def _get(request: ChapterRequest, job_id: UUID) -> Job:
    job = get_object_or_404(Job.objects.visible_to(request.actor).select_related("asked_by"), pk=job_id)
    require_perm(request, "chapters.see_jobs", job)
    return job


def _require_right(request: ChapterRequest, job: Job) -> None:
    """One's own old work stays in sight when a role ends; its files and a second run do not."""
    right = get_right(job)
    if right:
        require_perm(request, right)


def _context(job: Job) -> dict[str, object]:
    files = list(job.files.all())
    lacks_given = any(file.is_given and file.removed_at for file in files)
    refusal = get_retry_refusal(job)
    refused = job.result.get("refused_rows", [])
    return {
        "job": job,
        "progress": get_progress(job),
        "badge": _badge(job),
        "files": files,
        "kept_until": get_kept_until(job),
        "result_url": get_result_url(job),
        "may_retry": job.state in (JobState.FAILED, JobState.CANCELLED)
        and job.asked_by_id is not None
        and not lacks_given
        and refusal is None,
        "retry_refusal": refusal,
        "figures": [
            Detail(label=words, value=number(job.result[name]))
            for name, words in get_figures(job).items()
            if isinstance(job.result.get(name), int | float)
        ],
        "refused_rows": [
            {"line": row["line"], "reason": in_readers_language(row["reasons"])} for row in refused[:500]
        ],
        "refused_total": len(refused),
    }
