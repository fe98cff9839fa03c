"""The sign of life that a running job gives, and what it hears back: lost to another worker, or to be stopped."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from chapters.enums import JobState
from chapters.models import Job
from chapters.querysets import JobQuerySet
from chapters.services.job_locks import try_lock_job
from core.words import Saying, in_all_languages

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Spoken:
    """What a run last said of itself."""

    done: int = 0
    total: int | None = None
    message: Saying = ""


class Heartbeat(threading.Thread):
    """Tells the row that its worker lives and how far it is, over a connection of its own.

    That connection stands outside the job's transactions, so watchers see progress while one is open, and
    it holds the job's advisory lock, so nobody else runs the job.
    """

    def __init__(self, job_id: UUID) -> None:
        super().__init__(name=f"heartbeat of {job_id}", daemon=True)
        self.job_id = job_id
        self.began_at: datetime | None = None
        self.spoken: Spoken | None = None
        self.is_locked = False
        self.is_cancel_asked = False
        self.is_lost = False
        self._tried = threading.Event()
        self._over = threading.Event()

    def lock(self) -> bool:
        """Start, and say whether this run has the job for itself."""
        self.start()
        self._tried.wait()
        return self.is_locked

    def stop(self) -> None:
        """Give the lock back; returns when the last write is through."""
        self._over.set()
        self.join(timeout=30)

    def run(self) -> None:
        try:
            self.is_locked = try_lock_job(self.job_id)
            self._tried.set()
            beaten = time.monotonic()
            while self.is_locked and not self.is_lost and not self._over.wait(1):
                if self._beat(is_due=time.monotonic() - beaten >= settings.JOB_HEARTBEAT_SECONDS):
                    beaten = time.monotonic()
        except Exception:
            logger.exception("The heartbeat of job %s has stopped.", self.job_id)
            self.is_lost = True
        finally:
            self._tried.set()
            connection.close()

    def _beat(self, *, is_due: bool) -> bool:
        """Look whether the run is to stop; write what it said, or that it lives. Returns whether it wrote."""
        if self.began_at is None:
            return False
        spoken, self.spoken = self.spoken, None
        try:
            if connection.connection is None and not try_lock_job(self.job_id):
                self.is_lost = True
                return False
            writes = is_due or spoken is not None
            if writes:
                self.is_lost = not write_progress(self.job_id, self.began_at, spoken)
            self.is_cancel_asked = is_cancel_asked(self.job_id, self.began_at)
        except (DatabaseError, InterfaceError):
            # The server went away, and the lock with it: the next beat connects and takes it again.
            logger.warning("Job %s could not be written to; trying again.", self.job_id)
            self.spoken = self.spoken or spoken
            connection.close()
            return False
        return writes


def write_progress(job_id: UUID, began_at: datetime | None, spoken: Spoken | None) -> bool:
    """Write one sign of life; returns whether the row is still this run's."""
    said: dict[str, Any] = {}
    if spoken is not None:
        messages = in_all_languages(spoken.message, longest=300)
        said = {"done": spoken.done, "total": spoken.total, "messages": messages}
    return list_run(job_id, began_at).update(heartbeat_at=timezone.now(), **said) == 1


def is_cancel_asked(job_id: UUID, began_at: datetime) -> bool:
    """Whether somebody has asked to stop this run."""
    return bool(list_run(job_id, began_at).values_list("cancel_asked", flat=True).first())


def list_run(job_id: UUID, began_at: datetime | None) -> JobQuerySet:
    """The job's row while it is this run's, else none: a run is known by when it began, for tries are counted anew."""
    return Job.objects.filter(pk=job_id, state=JobState.RUNNING, started_at=began_at)
