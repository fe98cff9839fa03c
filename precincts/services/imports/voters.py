"""A voter file into the database: staged, compared, merged in one transaction."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from chapters.services import audit
from core.actors import Actor
from precincts.enums import ImportKind
from precincts.models import Voter, VoterImport
from precincts.services.ask_closings import close_asks_after_import
from precincts.services.figures import recount
from precincts.services.imports.confirmations import other_state, require_confirmed, require_few_gone
from precincts.services.imports.merge import Merge, VoterReport
from precincts.services.imports.pace import Progress
from precincts.services.imports.records import finish_import, start_import
from precincts.services.imports.refusals import ChapterMoved
from precincts.services.imports.staging import NothingInFile, RejectKeeper, analyse, lock_imports
from precincts.services.imports.uploads import Reading, Upload
from precincts.services.places import place_new_households
from precincts.voterfile.voter_cells import Gathered


def import_voters(
    *,
    upload: Upload,
    chapter: Chapter,
    by: Actor,
    progress: Progress,
    voter_import: VoterImport | None = None,
    job_id: Any = None,
) -> VoterImport:
    """Take in a voter file; what it did stands in `counts`, every row left out in `rejects`.

    Nothing is deleted: people whom the file no longer names are marked gone. A file that is refused leaves
    the database as it was. The same file again changes nothing.

    Args:
        voter_import: the row made when the file was uploaded; else one is made.
        job_id: the job that does it; a job that runs again after it was done gives what it did before.

    Raises:
        FileFault: the file cannot be read.
        OtherState: most rows name another state, and nobody has confirmed it.
        NothingInFile: no row could be taken in.
        ManyGone: so many people are missing that it may have been cut short, and nobody has confirmed it.
        ChapterMoved: the chapter has voters of another state than it works in now.
    """
    began = time.monotonic()
    with transaction.atomic():
        lock_imports(chapter.pk)
        record = start_import(
            kind=ImportKind.VOTERS,
            upload=upload,
            chapter=chapter,
            by=by,
            voter_import=voter_import,
            job_id=job_id,
        )
        if record.finished_at is not None:
            return record
        _require_one_state(chapter)
        report = _import(record, upload, chapter, by, progress)
        report.seconds = round(time.monotonic() - began, 2)
        finish_import(record, counts=report, layout=report.layout)

        def summary() -> str:
            return _("Imported %(count)d voters from %(file)s") % {
                "count": report.voters,
                "file": record.filename,
            }

        audit.record(by=by, verb="precincts.voters_imported", row=record, rows=report.voters, summary=summary)
    analyse("precincts_voter", "precincts_household", "precincts_building")
    return record


def _import(
    record: VoterImport, upload: Upload, chapter: Chapter, by: Actor, progress: Progress
) -> VoterReport:
    report, rejects = VoterReport(), RejectKeeper(record, Reading())
    merge = Merge(chapter, upload, upload.obtained_on or today_in(chapter), rejects, report, record.pk)
    is_later = merge.take_in(progress)
    gathered = merge.ending.gathered
    rejects.flush(gathered.rows, is_last=True)
    report.rows, report.rejected, report.doubted = gathered.rows, rejects.left_out, rejects.doubted
    report.layout, report.encoding = merge.ending.layout, merge.ending.encoding
    if report.rows == report.rejected:
        raise NothingInFile(
            gettext_lazy("The file holds no voter."), hint=gettext_lazy("Choose another file.")
        )
    gathered.states[chapter.state] = gathered.states.get(chapter.state, 0) + merge.unchanged
    _require_own_state(chapter, gathered, upload, record)
    if is_later:
        merge.compare()
    merge.count()
    require_few_gone(upload, record, counties=sorted(merge.counties), gone=report.gone)
    merge.pace.tell("blocks")
    on = today_in(chapter)
    place_new_households(precinct_ids=merge.touched, by=by, on=on)
    close_asks_after_import(chapter_id=chapter.pk, record_id=record.pk, by=by, on=on)
    if report.unchanged < report.voters or report.gone:
        recount(chapter_id=chapter.pk)
    return report


def _require_one_state(chapter: Chapter) -> None:
    """Voter numbers are unique in a state only: under another state everybody would come in a second time."""
    known = Voter.objects.filter(chapter=chapter, state_voter_id__isnull=False)
    states = known.order_by().values_list("state", flat=True)
    others = [*states.filter(state__lt=chapter.state)[:1], *states.filter(state__gt=chapter.state)[:1]]
    if others:
        words = {"other": others[0], "own": chapter.state}
        raise ChapterMoved(
            lambda: _("The chapter has voters of %(other)s, but its settings now say %(own)s.") % words,
            hint=gettext_lazy("Set the chapter's state back, or import into a new chapter."),
        )


def _require_own_state(chapter: Chapter, gathered: Gathered, upload: Upload, record: VoterImport) -> None:
    other = gathered.state_of_most(chapter.state)
    if other:
        require_confirmed(upload, record, other_state(other, chapter.state))
