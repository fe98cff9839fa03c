"""The merge of a voter file: its first rows while the next are being read, or what differs from the last file.

Where nobody is known yet, stretch after stretch is written while the next is read. Where people are known, the
rows' fingerprints tell which have changed; only those are read, staged and compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from django.db import transaction
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg2.errors import UniqueViolation

from chapters.models import Chapter
from core.errors import DomainError
from precincts.services.imports import stretches
from precincts.services.imports.doors import Doors
from precincts.services.imports.pace import FIRST_STAGES, LATER_STAGES, Pace, Progress
from precincts.services.imports.people import STAGE, People
from precincts.services.imports.placing import Placed
from precincts.services.imports.reader import (
    PEOPLE,
    Finished,
    KnownWanted,
    ReaderDied,
    ReadingTask,
    begin_reading,
)
from precincts.services.imports.staging import RejectKeeper, analyse, execute, fetch, make_stage
from precincts.services.imports.stretches import Ending, lines_of, refused_twice
from precincts.services.imports.unchanged import UNCHANGED, Unchanged
from precincts.services.imports.uploads import Upload


@dataclass
class VoterReport:
    """What an import of a voter file did. Every voter of the file is exactly one of new to unchanged.

    `kept` counts people left as they were because their row could not be taken in.
    """

    rows: int = 0
    voters: int = 0
    households: int = 0
    new: int = 0
    changed: int = 0
    moved: int = 0
    gone: int = 0
    returned: int = 0
    kept: int = 0
    unchanged: int = 0
    turned_18: int = 0
    rejected: int = 0
    doubted: int = 0
    changed_columns: dict[str, int] = field(default_factory=dict)
    layout: str = ""
    encoding: str = ""
    seconds: float = 0.0


class Merge:
    """One voter file's merge into one chapter, on one day.

    Attributes:
        touched: the precincts whose doors may have changed.
        unchanged: voters whose row stands in the file as it stood in the last.
        ending: what is known when the whole file is read.
        counties: those the file names.
    """

    ending: Ending
    pace: Pace

    def __init__(
        self,
        chapter: Chapter,
        upload: Upload,
        on: date,
        rejects: RejectKeeper,
        report: VoterReport,
        record_id: int,
    ) -> None:
        self.report = report
        self._upload = upload
        self._on = on
        self._rejects = rejects
        execute("SET LOCAL work_mem = '64MB'")
        execute("SET LOCAL default_statistics_target = 10")  # stages need little to be planned well
        execute("SET LOCAL jit = off")  # many statements over few rows
        make_stage("import_stage", STAGE)
        make_stage("import_known", "line bigint, voter_id bigint, household_id bigint, kind text")
        self._doors = Doors(chapter, on)
        self._people = People(chapter, record_id, on)
        self._unchanged = Unchanged(self._people.params)
        self.counties: set[str] = set()

    @property
    def unchanged(self) -> int:
        return self._unchanged.count

    @property
    def touched(self) -> set[int]:
        return self._doors.places.touched

    def take_in(self, progress: Progress) -> bool:
        """Read the whole file; returns whether `compare` has still to write what was read.

        Raises:
            FileFault: what opening and reading the file raises.
            JobCancelled: somebody cancelled it.
        """
        is_later = self._people.is_anybody_known()
        self.pace = Pace(progress, LATER_STAGES if is_later else FIRST_STAGES)
        if is_later:
            self._take_in_others()
        else:
            self._take_in_first()
        return is_later

    def _take_in_first(self) -> None:
        later: dict[int, str] = {}
        for placed in self._read():
            written = self._write_first(placed)
            later |= written
            self.report.new += len(placed.lines) - len(written)
        places = lines_of(self._upload, self._on, set(later.values())) if later else {}
        marks = self._people.fingerprints_of(set(later.values())) if later else {}
        for line, voter_id in later.items():
            taken_in = [place for place, mark in places[voter_id] if mark == marks.get(voter_id)]
            first = taken_in[0] if taken_in else places[voter_id][0][0]
            self._rejects.keep(refused_twice(self._rejects.reading, line, first))
        self.report.voters = self.report.new
        self.report.households = self._people.count_doors() if later else self._doors.places.doors
        self._doors.settle()

    def _write_first(self, placed: Placed) -> dict[int, str]:
        """Write a stretch's people; returns the lines left out because an earlier stretch has their number."""
        if not placed.lines:
            return {}
        try:
            with transaction.atomic():
                self._people.copy_first(placed.voters)
        except UniqueViolation:
            rows = placed.voters.split(b"\n")[:-1]
            known = self._people.known_among(rows)
            if not known:
                raise
            others = [row + b"\n" for place, row in enumerate(rows) if place not in known]
            self._people.copy_first(b"".join(others))
            return {placed.lines[place]: number for place, number in known.items()}
        return {}

    def _take_in_others(self) -> None:
        for placed in self._read(asks_people=True):
            if placed.lines:
                self._people.stage(placed.lines, placed.voters)
        analyse("import_stage")
        for line, first in self._unchanged.keep_first(self._upload, self._on):
            self._rejects.keep(refused_twice(self._rejects.reading, line, first))

    def _read(self, *, asks_people: bool = False) -> Iterator[Placed]:
        """The rows, stretch after stretch, whose new places are written; rejects are kept on the way.

        The next stretch is read while the caller writes the last.
        """
        task = ReadingTask(
            upload=self._upload,
            on=self._on,
            chapter_id=self._people.params["chapter"],
            state=self._people.params["state"],
            precincts=self._doors.known_precincts(),
            asks_known=self._doors.has_buildings(),
            asks_people=asks_people,
            rows=stretches.STRETCH_ROWS,
        )
        with begin_reading(task) as reader:
            reader.supply(self._doors.first_numbers(stretches.STRETCH_ROWS))
            for found in _until_it_dies(reader):
                if isinstance(found, Finished):
                    self.ending, self._doors.places = found.ending, found.places
                    if asks_people:
                        self._unchanged.take_up(found.unchanged, found.others)
                elif isinstance(found, KnownWanted):
                    for table in found.tables:
                        known = (
                            self._unchanged.fingerprints() if table == PEOPLE else self._doors.known(table)
                        )
                        for rows in known:
                            reader.tell_known(table, rows)
                    reader.end_known()
                else:
                    reader.supply(self._doors.numbers(found.used))
                    self._keep_rejects(found)
                    self._doors.write(found)
                    yield found
                    words = partial(_say_looking if asks_people else _say_reading, found.rows_read)
                    self.pace.tell("read", found.share, words)

    def _keep_rejects(self, placed: Placed) -> None:
        self._rejects.reading.follow(placed.names, placed.starts)
        for reject in placed.rejects:
            self._rejects.keep(reject)
        self._rejects.flush(placed.rows_read)

    def compare(self) -> None:
        """Write what differs from what the chapter knows."""
        self.pace.tell("people")
        gathered, columns = self.ending.gathered, self.ending.columns
        self.report.voters = self._unchanged.count + fetch("SELECT count(*) FROM import_stage")[0][0]
        self._people.set_columns(columns)
        self._people.compare()
        self._people.write_changes()
        self._people.update()
        self.report.new = self._people.insert_new()
        self.counties = gathered.counties
        if "county" in columns:
            self.counties.update(self._unchanged.counties())
        self.report.kept = self._people.mark_gone(self.counties, gathered.refused_ids)
        self._doors.doubt_left(self._people.params["record"])
        self._doors.settle()
        self.report.households = fetch(
            f"""
            SELECT count(*) FROM (SELECT household_id FROM import_stage
                                  UNION SELECT household_id FROM precincts_voter v WHERE {UNCHANGED}) doors
            WHERE household_id IS NOT NULL
            """,
            self._people.params,
        )[0][0]

    def count(self) -> None:
        """Say in the report what was done."""
        report = self.report
        kinds = dict(
            fetch(
                "SELECT kind, count(*) FROM precincts_voterchange WHERE voter_import_id = %(record)s GROUP BY kind",
                self._people.params,
            )
        )
        report.changed, report.moved = kinds.get("changed", 0), kinds.get("moved", 0)
        report.gone, report.returned = kinds.get("gone", 0), kinds.get("returned", 0)
        report.unchanged = report.voters - report.new - report.changed - report.moved - report.returned
        report.turned_18 = fetch(
            "SELECT count(*) FROM precincts_voterchange WHERE voter_import_id = %(record)s AND turned_18",
            self._people.params,
        )[0][0]
        report.changed_columns = dict(
            fetch(
                """
                SELECT name, count(*) FROM precincts_voterchange, jsonb_object_keys(after) AS name
                WHERE voter_import_id = %(record)s AND kind = 'changed' GROUP BY name ORDER BY name
                """,
                self._people.params,
            )
        )


def _say_looking(rows: int) -> str:
    return _("Looking for what has changed: %(rows)s rows") % {"rows": number_format(rows)}


def _say_reading(rows: int) -> str:
    return _("Reading the file: %(rows)s rows") % {"rows": number_format(rows)}


class ReadingStopped(DomainError):
    """The process that reads the file was ended from outside."""


def _until_it_dies(
    found: Iterable[Placed | KnownWanted | Finished],
) -> Iterator[Placed | KnownWanted | Finished]:
    try:
        yield from found
    except ReaderDied as died:
        raise ReadingStopped(
            gettext_lazy("The server stopped the reading of the file, perhaps for want of memory."),
            hint=gettext_lazy("Import it again. If it stops again, tell whoever runs the server."),
        ) from died
