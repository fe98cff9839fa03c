"""Lists of ballots returned so far: who needs no reminder any more, until the official history comes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from core.dates import read_date
from core.errors import DomainError
from precincts.enums import ImportKind
from precincts.models import Election, Voter, VoterImport
from precincts.services.imports.confirmations import CONFIRM_HINT, require_confirmed
from precincts.services.imports.elections import await_election
from precincts.services.imports.pace import RETURNED_STAGES, Pace, Progress
from precincts.services.imports.records import finish_import, start_import
from precincts.services.imports.refusals import MostVoted
from precincts.services.imports.returned_rows import ReturnedReport, match_voters, merge_ballots
from precincts.services.imports.staging import (
    NothingInFile,
    RejectKeeper,
    analyse,
    copy_rows,
    fetch,
    lock_imports,
    make_stage,
)
from precincts.services.imports.uploads import Reading, Upload, open_tables
from precincts.voterfile.copytext import NULL, copy_line
from precincts.voterfile.faults import Reject
from precincts.voterfile.returned import ReturnCount, read_returns

FIRST_BALLOT, LAST_BALLOT = timedelta(days=90), timedelta(days=30)
"""How long before election day a ballot can come back, and how long after it one by mail can still arrive."""


_MOST_PERCENT, _FEWEST = 90, 100
_COLUMNS = ("line", "state_voter_id", "day", "how", "status", "is_accepted")


class ElectionNotSaid(DomainError):
    """Nobody has said of which election the ballots are."""


class NobodyKnown(DomainError):
    """Not one number of the list is of a voter of the chapter."""


def import_returned(
    *,
    upload: Upload,
    chapter: Chapter,
    by: Actor,
    progress: Progress,
    held_on: str = "",
    election_kind: str = "",
    voter_import: VoterImport | None = None,
    job_id: Any = None,
) -> VoterImport:
    """Take in a list of returned or cast ballots. The same list again changes nothing; a later one adds.

    Of whom a list names twice, an accepted ballot counts before any other, then the later one. What a later list
    says of somebody takes the place of what an earlier one said. The vote history is not touched.

    Args:
        held_on, election_kind: the election the ballots are of (day as 2026-11-03, kind of `ElectionKind`).

    Raises:
        FileFault: the file cannot be read, or most of its ballots cannot be of that election.
        ElectionNotSaid: no election is said.
        NotBeingVotedIn, HistoryIsIn: see `await_election`.
        NothingInFile: it holds no ballot.
        NobodyKnown: none of its numbers is known.
        MostVoted: it names nearly everybody, and nobody has confirmed it.
    """
    began = time.monotonic()
    day = read_date(held_on) if held_on else None
    if day is None or not election_kind:
        raise ElectionNotSaid(
            gettext_lazy("Of which election these ballots are is not said."),
            hint=gettext_lazy("Say its day and kind; nothing was changed."),
        )
    with transaction.atomic():
        lock_imports(chapter.pk)
        record = start_import(
            kind=ImportKind.RETURNED,
            upload=upload,
            chapter=chapter,
            by=by,
            voter_import=voter_import,
            job_id=job_id,
        )
        if record.finished_at is not None:
            return record
        record.election = await_election(chapter, held_on=day, kind=election_kind)
        report = _import(record, record.election, upload, chapter, Pace(progress, RETURNED_STAGES))
        report.seconds = round(time.monotonic() - began, 2)
        finish_import(record, counts=report, layout=report.layout)
        audit.record(
            by=by, verb="precincts.returned_imported", row=record, rows=report.matched,
            summary=lambda: ngettext(
                "Struck off %(count)d neighbour who voted, from %(file)s",
                "Struck off %(count)d neighbours who voted, from %(file)s",
                report.newly_struck,
            )
            % {"count": report.newly_struck, "file": record.filename},
        )  # fmt: skip
    analyse("precincts_returned")
    return record


def _import(
    record: VoterImport, election: Election, upload: Upload, chapter: Chapter, pace: Pace
) -> ReturnedReport:
    reading, report, waiting = Reading(), ReturnedReport(), ReturnCount()
    report.election, report.held_on = election.name, election.held_on.isoformat()
    rejects = RejectKeeper(record, reading)
    make_stage(
        "import_returned",
        'line bigint, state_voter_id text, day date, how "char", status text, is_accepted boolean',
    )

    def between(copied: int) -> None:
        rejects.flush(copied + rejects.left_out + waiting.waiting)
        words = partial(_reading_words, copied)
        pace.tell("read", reading.share, words)

    last = min(election.held_on + LAST_BALLOT, today_in(chapter))
    lines = _lines(
        upload, reading, rejects, waiting, report, first=election.held_on - FIRST_BALLOT, last=last
    )
    copied = copy_rows("import_returned", _COLUMNS, lines, between=between)
    report.rows = copied + rejects.left_out + waiting.waiting
    report.rejected, report.waiting = rejects.left_out, waiting.waiting
    rejects.flush(report.rows, is_last=True)
    if not copied:
        raise NothingInFile(
            gettext_lazy("The list holds no ballot that has come back."),
            hint=gettext_lazy("Choose another file, or come back with a later list."),
        )
    analyse("import_returned")
    pace.tell("votes")
    match_voters(record, chapter, report)
    _require_some_but_not_all(record, upload, chapter, report)
    merge_ballots(record, election, report)
    return report


def _reading_words(copied: int) -> str:
    return _("Reading the file: %(rows)s ballots") % {"rows": f"{copied:,}"}


def _lines(
    upload: Upload,
    reading: Reading,
    rejects: RejectKeeper,
    waiting: ReturnCount,
    report: ReturnedReport,
    *,
    first: date,
    last: date,
) -> Iterator[str]:
    for opened in open_tables(upload, ImportKind.RETURNED, reading):
        before = opened.lines_before
        report.layout = opened.layout.label

        def refuse(reject: Reject, before: int = before) -> None:
            line = reject.line + before
            rejects.keep(Reject(line, reject.reason, reject.detail, reject.text, reject.is_warning))

        rows = read_returns(opened.table, opened.layout, first=first, last=last, refuse=refuse, count=waiting)
        for row in rows:
            yield copy_line(
                [
                    str(row.line + before), row.voter_id, row.on.isoformat() if row.on else NULL, row.how, row.status,
                    "t" if row.is_accepted else "f",
                ]
            )  # fmt: skip


def _require_some_but_not_all(
    record: VoterImport, upload: Upload, chapter: Chapter, report: ReturnedReport
) -> None:
    if not report.matched:
        raise NobodyKnown(
            ngettext(
                "The list names %(count)s voter, and nobody of this chapter.",
                "The list names %(count)s voters, and nobody of this chapter.",
                report.unknown,
            )
            % {"count": f"{report.unknown:,}"},
            hint=gettext_lazy(
                "Check that the column is the one with the state's voter numbers; nothing was changed."
            ),
        )
    named = fetch("SELECT count(*) FROM import_ballot WHERE listed AND is_accepted")[0][0]
    listed = Voter.objects.filter(chapter=chapter, state_voter_id__isnull=False).listed().count()
    if named < _FEWEST or named * 100 <= listed * _MOST_PERCENT:
        return
    words = {"named": f"{named:,}", "listed": f"{listed:,}"}
    stopped = MostVoted(
        lambda: (
            _("The list says that %(named)s of the chapter's %(listed)s voters have voted, nearly all.")
            % words
        ),
        hint=CONFIRM_HINT,
    )
    require_confirmed(upload, record, stopped)
