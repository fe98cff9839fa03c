"""A vote history into the voters' bitmask and detail text."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from chapters.models import Chapter
from chapters.services import audit
from core.actors import Actor
from precincts.enums import ImportKind
from precincts.models import VoterImport
from precincts.services.imports.confirmations import require_confirmed
from precincts.services.imports.elections import KnownElection, match_elections
from precincts.services.imports.pace import HISTORY_STAGES, Pace, Progress
from precincts.services.imports.records import finish_import, start_import
from precincts.services.imports.refusals import UnknownLabels
from precincts.services.imports.staging import (
    NothingInFile,
    RejectKeeper,
    analyse,
    copy_rows,
    execute,
    fetch,
    insert_values,
    lock_imports,
    make_stage,
)
from precincts.services.imports.uploads import Reading, Upload, open_tables
from precincts.voterfile.copytext import copy_line
from precincts.voterfile.faults import Reason, Reject
from precincts.voterfile.history import Labels, read_votes

_COLUMNS = ("line", "state_voter_id", "label", "method", "ballot")


@dataclass
class ElectionCount:
    """One label of the file: the election it is, if any, and how many rows bear it."""

    label: str
    date: str
    kind: str
    name: str
    votes: int
    known: bool
    created: bool


@dataclass
class HistoryReport:
    """What an import of a history did; rows are votes, matched those of known people in known elections."""

    rows: int = 0
    matched: int = 0
    unmatched: int = 0
    rejected: int = 0
    voters_changed: int = 0
    elections: list[ElectionCount] = field(default_factory=list)
    unknown_labels: list[str] = field(default_factory=list)
    layout: str = ""
    seconds: float = 0.0


def import_history(
    *,
    upload: Upload,
    chapter: Chapter,
    by: Actor,
    progress: Progress,
    voter_import: VoterImport | None = None,
    job_id: Any = None,
) -> VoterImport:
    """Take in a vote history. A vote once on record stays; the same file again changes nothing.

    Elections are found by the file's label, or made when the label says date and kind; labels that say
    neither stop the import; once confirmed they are reported, and their votes counted as unmatched.

    Raises:
        FileFault: the file cannot be read.
        UnknownLabels: nobody knows some elections, and nobody has confirmed to leave their votes out.
        NothingInFile: it holds no vote.
    """
    began = time.monotonic()
    with transaction.atomic():
        lock_imports(chapter.pk)
        record = start_import(
            kind=ImportKind.HISTORY,
            upload=upload,
            chapter=chapter,
            by=by,
            voter_import=voter_import,
            job_id=job_id,
        )
        if record.finished_at is not None:
            return record
        report = _import(record, upload, chapter, progress)
        report.seconds = round(time.monotonic() - began, 2)
        finish_import(record, counts=report, layout=report.layout)

        def summary() -> str:
            return _("Imported %(count)d votes from %(file)s") % {
                "count": report.matched,
                "file": record.filename,
            }

        audit.record(
            by=by, verb="precincts.history_imported", row=record, rows=report.matched, summary=summary
        )
    analyse("precincts_voter")
    return record


def _import(record: VoterImport, upload: Upload, chapter: Chapter, progress: Progress) -> HistoryReport:
    reading, labels, report = Reading(), Labels(), HistoryReport()
    said: dict[str, Mapping[str, str]] = {}
    rejects, pace = RejectKeeper(record, reading), Pace(progress, HISTORY_STAGES)
    make_stage("import_vote", 'line bigint, state_voter_id text, label int, method "char", ballot text')

    def between(copied: int) -> None:
        rejects.flush(copied + rejects.left_out)
        pace.tell(
            "read", reading.share, lambda: _("Reading the file: %(rows)s votes") % {"rows": f"{copied:,}"}
        )

    execute("SET LOCAL work_mem = '64MB'")
    votes = copy_rows(
        "import_vote", _COLUMNS, _lines(upload, reading, labels, rejects, report, said), between=between
    )
    report.rows, report.rejected = votes + rejects.left_out, rejects.left_out
    if not votes:
        rejects.flush(report.rows, is_last=True)
        raise NothingInFile(
            gettext_lazy("The file holds no vote."), hint=gettext_lazy("Choose another file.")
        )
    analyse("import_vote")
    elections = match_elections(chapter, labels, said | dict(upload.elections))
    report.elections = [_count(label, labels, elections) for label in labels.numbers]
    _require_known(upload, record, labels, elections)
    for label, number in labels.numbers.items():
        if number not in elections:
            report.unknown_labels.append(label)
            rejects.keep(
                Reject(labels.first_lines[number], Reason.UNKNOWN_ELECTION, label[:100], is_warning=True)
            )
    pace.tell("votes")
    report.matched, report.voters_changed = _merge(chapter, elections)
    report.unmatched = report.rows - report.matched
    rejects.flush(report.rows)
    return report


def _lines(
    upload: Upload,
    reading: Reading,
    labels: Labels,
    rejects: RejectKeeper,
    report: HistoryReport,
    said: dict[str, Mapping[str, str]],
) -> Iterator[str]:
    for opened in open_tables(upload, "history", reading):
        before = opened.lines_before
        report.layout = opened.layout.label
        said.update(opened.layout.elections)

        def refuse(reject: Reject, before: int = before) -> None:
            rejects.keep(
                Reject(reject.line + before, reject.reason, reject.detail, reject.text, reject.is_warning)
            )

        for vote in read_votes(opened.table, opened.layout, refuse=refuse):
            number = labels.number(vote.label, vote.line + before)
            yield copy_line([str(vote.line + before), vote.voter_id, str(number), vote.method, vote.ballot])


def _require_known(
    upload: Upload, record: VoterImport, labels: Labels, elections: Mapping[int, KnownElection]
) -> None:
    unknown = {label: number for label, number in labels.numbers.items() if number not in elections}
    if not unknown:
        return
    label, number = min(unknown.items(), key=lambda item: labels.first_lines[item[1]])

    def message() -> str:
        return ngettext(
            "Nobody knows the election “%(label)s” on line %(line)s.",
            "Nobody knows %(count)d of the file's elections; the first is “%(label)s” on line %(line)s.",
            len(unknown),
        ) % {"count": len(unknown), "label": label[:80], "line": labels.first_lines[number]}

    stopped = UnknownLabels(
        message,
        labels={label: labels.votes[number] for label, number in unknown.items()},
        hint=gettext_lazy(
            "Say on the file's page, or in a mapping, which elections they are; or leave their votes out."
        ),
    )
    require_confirmed(upload, record, stopped)


def _count(label: str, labels: Labels, elections: Mapping[int, KnownElection]) -> ElectionCount:
    number = labels.numbers[label]
    known = elections.get(number)
    if known is None:
        return ElectionCount(label, "", "", "", labels.votes[number], known=False, created=False)
    election = known.election
    return ElectionCount(
        label, election.held_on.isoformat(), election.kind, election.name, labels.votes[number],
        known=True, created=known.created,
    )  # fmt: skip


def _merge(chapter: Chapter, elections: Mapping[int, KnownElection]) -> tuple[int, int]:
    """Write the votes of known people; returns (votes matched, people whose history changed)."""
    make_stage("import_election", "label int, election_id bigint, mask bigint")
    rows = [
        (number, known.election.pk, 0 if known.election.bit is None else 1 << known.election.bit)
        for number, known in elections.items()
    ]
    insert_values("import_election", rows)
    params = {"chapter": chapter.pk, "state": chapter.state}
    # One vote per person and election: a later line of the file corrects an earlier one.
    make_stage("import_voted", "voter_id bigint, votes bigint, mask bigint, detail text")
    execute(
        """
        INSERT INTO import_voted
        SELECT voter_id, sum(votes), bit_or(mask),
               string_agg(election_id || method || CASE ballot WHEN '' THEN '' ELSE ':' || ballot END, ' '
                          ORDER BY election_id)
        FROM (SELECT v.id AS voter_id, e.election_id, e.mask, count(*) AS votes,
                     (array_agg(s.method ORDER BY s.line DESC))[1]::text AS method,
                     (array_agg(s.ballot ORDER BY s.line DESC))[1] AS ballot
              FROM import_vote s
              JOIN import_election e ON e.label = s.label
              JOIN precincts_voter v ON v.chapter_id = %(chapter)s AND v.state = %(state)s
                   AND v.state_voter_id = s.state_voter_id
              GROUP BY v.id, e.election_id, e.mask) each_once
        GROUP BY voter_id
        """,
        params,
    )
    analyse("import_voted")
    matched = fetch("SELECT COALESCE(sum(votes), 0) FROM import_voted")[0][0]
    changed = execute(
        """
        UPDATE precincts_voter v
        SET history = v.history | n.mask, history_detail = n.detail
        FROM (SELECT w.voter_id, w.mask,
                     CASE WHEN o.history_detail IN ('', w.detail) THEN w.detail
                          ELSE (SELECT string_agg(part, ' ' ORDER BY election)
                                FROM (SELECT DISTINCT ON (election) election, part
                                      FROM (SELECT substring(part FROM '^[0-9]+')::bigint AS election, part, age
                                            FROM (SELECT unnest(string_to_array(w.detail, ' ')) AS part, 0 AS age
                                                  UNION ALL
                                                  SELECT unnest(string_to_array(o.history_detail, ' ')), 1) both_)
                                           parts
                                      ORDER BY election, age) merged) END AS detail
              FROM import_voted w JOIN precincts_voter o ON o.id = w.voter_id) n
        WHERE v.id = n.voter_id AND (v.history | n.mask, n.detail) IS DISTINCT FROM (v.history, v.history_detail)
        """
    )
    return int(matched), changed
