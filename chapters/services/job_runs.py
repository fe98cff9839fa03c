"""Running one job: claimed once, heard of while it runs, closed with what came out."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from chapters.enums import JobState
from chapters.models import Chapter, Job, JobFile
from chapters.services.job_askers import get_asker, require_right, scope_of
from chapters.services.job_files import forget_made_files, save_job_file
from chapters.services.job_heartbeat import Heartbeat, Spoken, list_run, write_progress
from chapters.services.jobs import GivenFile, make_job
from core.actors import Actor
from core.errors import DomainError
from core.files import private_storage
from core.jobs import JobCancelled, get_job_kind
from core.postgres.lost import is_connection_lost
from core.words import Saying, in_all_languages, say

logger = logging.getLogger(__name__)

ProgressListener = Callable[[int, "int | None", str], None]


class JobTaken(RuntimeError):
    """Another worker runs the job, or nobody needs to any more."""


class JobLost(RuntimeError):
    """The sweeper gave this run's job to another worker, so this run must stop."""


class ProgramFault(DomainError):
    """The program failed in a way that whoever asked cannot mend; the log says how."""

    def __init__(self, job: Job) -> None:
        super().__init__(
            _("The work stopped because of a fault in the program, not because of what you gave it."),
            hint=lambda: (
                _(
                    "Start it again. If it stops once more, send the number %(number)s"
                    " to the person who runs the server."
                )
                % {"number": str(job.pk)[:8]}
            ),
        )


class WorkStopped(DomainError):
    """Work of a command ended before it was done, and not by itself."""


class DatabaseLost(DomainError):
    """The database went away under work of a command."""


@dataclass(slots=True)
class Run:
    """What a running job is given: `core.jobs.JobRun`."""

    job: Job
    chapter: Chapter | None
    actor: Actor
    heartbeat: Heartbeat | None
    listener: ProgressListener | None = None
    spoken: Spoken = field(default_factory=Spoken)
    _told: float = 0.0

    @property
    def job_id(self) -> UUID:
        return self.job.pk

    @property
    def chapter_id(self) -> int | None:
        return self.job.chapter_id

    @property
    def params(self) -> dict[str, Any]:
        return self.job.params

    def progress(self, done: int, total: int | None = None, message: Saying = "") -> None:
        """Say how far it is, and what it is doing; costs nothing, for at most once a second is it written.

        Raises:
            JobCancelled: somebody cancelled it.
            JobLost: another worker has taken it over.
        """
        self.spoken = Spoken(done=done, total=total, message=message)
        if self.heartbeat is not None:
            self.heartbeat.spoken = self.spoken
            if self.heartbeat.is_lost:
                raise JobLost(str(self.job_id))
        now = time.monotonic()
        if now - self._told >= 1:
            self._told = now
            if self.heartbeat is None:
                write_progress(self.job.pk, self.job.started_at, self.spoken)
            if self.listener is not None:
                self.listener(done, total, say(message))
        if self.cancelled():
            raise JobCancelled

    def cancelled(self) -> bool:
        """Whether somebody has asked to stop it."""
        return self.heartbeat is not None and self.heartbeat.is_cancel_asked

    def given_files(self) -> list[JobFile]:
        """The files it was given, in the order of their names."""
        return list(self.job.files.filter(is_given=True).order_by("filename"))

    def open_file(self, file: JobFile) -> IO[bytes]:
        return private_storage().open(file.path)

    def add_file(
        self,
        filename: str,
        content: IO[bytes] | bytes,
        *,
        content_type: str,
        label: Saying = "",
        is_main: bool = False,
    ) -> JobFile:
        """Keep a file it has made; people with a right to the job can download it."""
        return save_job_file(
            job=self.job,
            filename=filename,
            content=content,
            content_type=content_type,
            label=label,
            is_main=is_main,
        )


def run_queued_job(job_id: UUID) -> bool:
    """Do one job that a worker was handed; False when there was nothing (more) to do."""
    if connection.in_atomic_block:  # nobody outside sees the row before the transaction ends
        try:
            _run_and_close(_claim(job_id), None)
        except JobTaken:
            return False
        return True
    heartbeat = Heartbeat(job_id)
    try:
        if not heartbeat.lock():
            return False
        job = _claim(job_id)
        heartbeat.began_at = job.started_at
        _run_and_close(job, heartbeat)
        return True
    except JobTaken:
        return False
    except Exception as error:
        if not is_connection_lost(error):
            raise
        # The row stays open: once the database is back, the sweeper gives the job to a worker again.
        logger.warning("The database went away under job %s; the sweeper will bring it back.", job_id)
        connection.close()
        return False
    finally:
        heartbeat.stop()


def run_job_now(
    *,
    kind: str,
    chapter: Chapter | None,
    params: dict[str, Any],
    by: Actor,
    files: list[GivenFile] | None = None,
    listener: ProgressListener | None = None,
) -> Job:
    """Do a piece of work in this process, for commands; returns the finished row.

    Args:
        listener: told (done, total, message) at most once a second.

    Raises:
        DomainError: the work refused; the row says failed.
        WorkStopped: somebody cancelled it in the browser, or the sweeper has given it up.
        DatabaseLost: the database went away; the sweeper closes the row.
    """
    if connection.in_atomic_block:  # nobody outside sees the row before the transaction ends
        job = make_job(kind=kind, chapter=chapter, params=params, by=by, files=files or ())
        return _require_done(_run_and_close(_claim(job.pk), None, by=by, listener=listener, reraise=True))
    with transaction.atomic():
        job = make_job(kind=kind, chapter=chapter, params=params, by=by, files=files or ())
        job = _claim(job.pk)
    heartbeat = Heartbeat(job.pk)
    heartbeat.began_at = job.started_at
    try:
        heartbeat.lock()
        return _require_done(_run_and_close(job, heartbeat, by=by, listener=listener, reraise=True))
    except Exception as error:
        if not is_connection_lost(error):
            raise
        connection.close()
        raise DatabaseLost(
            _("The connection to the database was lost in the middle of the work."),
            hint=_("Give the command again once the database is back."),
        ) from error
    finally:
        heartbeat.stop()


def _require_done(job: Job) -> Job:
    if job.state == JobState.DONE:
        return job
    if job.state == JobState.CANCELLED:
        raise WorkStopped(_("Somebody cancelled the work before it was done."))
    raise WorkStopped(
        _("The work was interrupted before it was finished."), hint=_("Give the command again.")
    )


def _claim(job_id: UUID) -> Job:
    """Turn the row from queued to running; exactly one caller can.

    Raises:
        JobTaken: it is not waiting.
    """
    now = timezone.now()
    claimed = Job.objects.filter(pk=job_id, state=JobState.QUEUED, cancel_asked=False).update(
        state=JobState.RUNNING, attempts=F("attempts") + 1, started_at=now, heartbeat_at=now,
        done=0, total=None, messages={}, errors={}, hints={},
    )  # fmt: skip
    if not claimed:
        raise JobTaken(str(job_id))
    return Job.objects.select_related("chapter", "asked_by").get(pk=job_id)


def _run_and_close(
    job: Job,
    heartbeat: Heartbeat | None,
    *,
    by: Actor | None = None,
    listener: ProgressListener | None = None,
    reraise: bool = False,
) -> Job:
    language = job.chapter.language if job.chapter else settings.LANGUAGE_CODE
    with translation.override(language):
        spoken = Spoken()
        try:
            forget_made_files(job)
            actor = by or get_asker(job)
            require_right(job, actor)
            run = Run(job=job, chapter=job.chapter, actor=actor, heartbeat=heartbeat, listener=listener)
            with scope_of(job, actor):
                result = get_job_kind(job.kind).run(run)
            spoken = run.spoken
            ending = {"state": JobState.DONE, "result": result or {}, "messages": {}}
        except JobLost:
            logger.warning("Job %s was taken over by another worker.", job.pk)
            return job
        except JobCancelled:
            ending = {"state": JobState.CANCELLED}
        except Exception as error:
            if is_connection_lost(error):
                raise
            _close(job, spoken, {"state": JobState.FAILED, **_words_for(error, job)})
            if reraise:
                raise
            return job
        return _close(job, spoken, ending)


def _close(job: Job, spoken: Spoken, ending: dict[str, Any]) -> Job:
    """Write how it ended, unless another worker has it by now."""
    if spoken.total is not None:
        ending |= {
            "done": spoken.total if ending["state"] == JobState.DONE else spoken.done,
            "total": spoken.total,
        }
    list_run(job.pk, job.started_at).update(finished_at=timezone.now(), **ending)
    job.refresh_from_db()
    return job


def _words_for(error: Exception, job: Job) -> dict[str, dict[str, str]]:
    """What happened and what to do; a fault of the program is for the log."""
    if not isinstance(error, DomainError):
        logger.error("Job %s (%s) failed.", job.pk, job.kind, exc_info=error)
    refusal = error if isinstance(error, DomainError) else ProgramFault(job)
    return {
        "errors": in_all_languages(lambda: refusal.message),
        "hints": in_all_languages(lambda: refusal.hint),
    }
