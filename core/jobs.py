"""Kinds of slow work, by name. The row that tells how one piece of it stands is `chapters.Job`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO, Any, Protocol
from uuid import UUID

from core.actors import Actor
from core.words import Saying

WHOLE = 10_000
"""The total of work that is measured as a share of the whole; pages show it in percent."""


class JobCancelled(Exception):
    """Somebody cancelled the job while it ran; raised by `JobRun.progress`."""


class JobRun(Protocol):
    """What a running job is given.

    Attributes:
        chapter: the `chapters.Chapter` it works for, None for work of the whole installation.
    """

    chapter: Any
    actor: Actor

    @property
    def job_id(self) -> UUID: ...
    @property
    def chapter_id(self) -> int | None: ...
    @property
    def params(self) -> dict[str, Any]: ...

    def progress(self, done: int, total: int | None = None, message: Saying = "") -> None:
        """Say how far it is, and what it is doing; at most a write a second reaches the database.

        Raises:
            JobCancelled: somebody cancelled it.
        """

    def cancelled(self) -> bool:
        """Whether somebody has asked to stop it; `progress` raises then."""

    def given_files(self) -> list[Any]:
        """The `chapters.JobFile` rows it was given."""

    def open_file(self, file: Any) -> IO[bytes]:
        """One of its files, for reading."""

    def add_file(
        self,
        filename: str,
        content: IO[bytes] | bytes,
        *,
        content_type: str,
        label: Saying = "",
        is_main: bool = False,
    ) -> Any:
        """Keep a file it has made; a second try of the same job starts without the first one's files."""


JobFunction = Callable[[JobRun], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class JobKind:
    """One kind of work.

    Attributes:
        says: the words for it ("Import a voter file").
        right: what whoever asked must still hold when it runs, is started again or its files are taken.
        before_taking: asked with (actor, job) before a file the job made is handed out; raises to refuse.
        result_url: from the finished job's id, chapter slug and result to the page that shows what came out.
        figures: the numbers of its result that its page shows, by name, with their words; others stay in the row.
        mend_url: from the job that ended without its work to the page where what stopped it can be mended, or
            where its work goes on; "" when there is none.
        before_retry: asked with the job before it is done again as it was asked for; raises a DomainError to
            refuse. It only reads, for the job's page asks, too.
    """

    name: str
    says: Any
    run: JobFunction
    right: str = ""
    before_taking: Callable[[Actor, Any], None] | None = None
    result_url: Callable[[Any], str] | None = None
    figures: Mapping[str, Any] = field(default_factory=dict)
    mend_url: Callable[[Any], str] | None = None
    before_retry: Callable[[Any], None] | None = None


_kinds: dict[str, JobKind] = {}


def job_kind(
    name: str,
    *,
    says: Any,
    right: str = "",
    before_taking: Callable[[Actor, Any], None] | None = None,
    result_url: Callable[[Any], str] | None = None,
    figures: Mapping[str, Any] | None = None,
    mend_url: Callable[[Any], str] | None = None,
    before_retry: Callable[[Any], None] | None = None,
) -> Callable[[JobFunction], JobFunction]:
    """Register a function as a kind of job. It must be idempotent: a killed worker's job runs again.

    Each app does so in its `tasks` module, with the rest of what workers run.

    Raises:
        ValueError: the name is taken.
    """

    def register(function: JobFunction) -> JobFunction:
        if name in _kinds:
            raise ValueError(f"The job kind {name} is registered twice.")
        _kinds[name] = JobKind(
            name, says, function, right, before_taking, result_url, figures or {}, mend_url, before_retry
        )
        return function

    return register


def get_job_kind(name: str) -> JobKind:
    """Raises KeyError when no app registers that kind."""
    return _kinds[name]
