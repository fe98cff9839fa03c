"""One advisory lock per job, held by the connection of the worker that runs it.

The database gives the lock back the moment that connection ends, however the worker died, so it says
more surely than a clock whether somebody still works on the job.
"""

from __future__ import annotations

from uuid import UUID

from django.db import connection

_HOLDERS = """
    FROM pg_locks WHERE locktype = 'advisory' AND granted
    AND objsubid = 1 AND classid::bigint = %s AND objid::bigint = %s
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def _key(job_id: UUID) -> int:
    return int.from_bytes(job_id.bytes[:8], signed=True)


def try_lock_job(job_id: UUID) -> bool:
    """Take the job's lock for as long as this thread's connection lives; False when somebody holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_key(job_id)])
        return bool(cursor.fetchone()[0])


def is_job_locked(job_id: UUID) -> bool:
    """Whether a connection holds the job's lock. Only looks: who took the lock to see would keep a worker from it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS (SELECT {_HOLDERS})", _halves(job_id))
        return bool(cursor.fetchone()[0])


def break_job_lock(job_id: UUID) -> None:
    """End the connection that holds the job's lock: its worker's machine is gone and the server does not know."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_terminate_backend(pid) {_HOLDERS}", _halves(job_id))


def _halves(job_id: UUID) -> tuple[int, int]:
    """The key as the table of locks has it: its upper and its lower half."""
    return divmod(_key(job_id) & (2**64 - 1), 2**32)
