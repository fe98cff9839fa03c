"""A kind of job that is done at once, or ends in whatever way it is told to."""

from __future__ import annotations

from chapters.models import Job
from chapters.services import job_runs, jobs
from core import tenancy
from core.actors import Actor
from core.errors import DomainError
from core.jobs import JobCancelled, job_kind


class NoBricks(DomainError):
    """What the kind `tests.build` refuses with."""


@job_kind("tests.build", says="Build a wall")
def build(run) -> dict:
    seen = tenancy.current()
    run.progress(1, 3, "first row")
    if run.params.get("fault"):
        raise ZeroDivisionError("secret detail")
    if run.params.get("refuse"):
        raise NoBricks("There are no bricks.", hint="Buy some.")
    if run.params.get("cancel"):
        raise JobCancelled
    if run.params.get("lose"):
        raise job_runs.JobLost
    return {"chapter": seen.chapter_id, "by": run.actor.label, "roles": sorted(run.actor.roles)}


def queue(chapter, by: Actor, **params) -> Job:
    return jobs.start_job(kind="tests.build", chapter=chapter, params=params, by=by)


def run(job: Job) -> Job:
    """As a worker does, within the test's transaction."""
    job_runs._run_and_close(job_runs._claim(job.pk), None)
    job.refresh_from_db()
    return job
