"""What makes it likely that a file is the wrong one: the import stops there until somebody confirms it."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from chapters.models import Chapter
from chapters.selectors.actors import today_in
from core.forms import EARLIEST_DAY
from precincts.enums import LISTED_STATUSES, ChangeKind, ImportKind
from precincts.models import Voter, VoterChange, VoterImport
from precincts.services.imports.refusals import (
    ImpossibleDay,
    ManyGone,
    NeedsConfirmation,
    OlderFile,
    OtherState,
)
from precincts.services.imports.uploads import Upload

FEWEST_GONE = 100
"""Fewer people than this may be missing from a file without a question."""

CONFIRM_HINT = _("If this is the right file, confirm it on the file's page.")


def require_confirmed(upload: Upload, record: VoterImport, stopped: NeedsConfirmation) -> None:
    """Stop, unless somebody has confirmed it; then the report says what was confirmed.

    Raises:
        NeedsConfirmation: `stopped`.
    """
    if stopped.doubt not in upload.accepted:
        raise stopped
    record.add_notice(lambda: _("Confirmed: %(what)s") % {"what": stopped.message})


def other_state(other: str, own: str) -> OtherState:
    """The error for a file most of whose rows name another state."""
    return OtherState(
        lambda: (
            _("Most rows name the state %(other)s, but this chapter works in %(own)s.")
            % {"other": other, "own": own}
        ),
        hint=CONFIRM_HINT,
    )  # fmt: skip


def require_fitting_day(upload: Upload, *, chapter: Chapter, record: VoterImport) -> None:
    """The day a file was obtained is a day that was, and not before that of the source's last file.

    Raises:
        ImpossibleDay: it is in the future, or before 1900.
        OlderFile: a newer file of the source is in, and nobody has confirmed this one.
    """
    day = upload.obtained_on
    if day is not None and not EARLIEST_DAY <= day <= today_in(chapter):
        raise ImpossibleDay(
            lambda: _("A file cannot have been obtained on %(day)s.") % {"day": _shown(day)},
            hint=_("Say the day on which you got the file; it may be today."),
        )
    stopped = find_newer(record)
    if stopped is not None:
        require_confirmed(upload, record, stopped)


def find_newer(record: VoterImport) -> OlderFile | None:
    """The newest file of the same kind and source, when it is newer than this one; a history may come in any order."""
    if record.obtained_on is None or record.kind == ImportKind.HISTORY:
        return None
    newer = VoterImport.objects.filter(
        chapter_id=record.chapter_id,
        kind=record.kind,
        source__iexact=record.source,
        finished_at__isnull=False,
        obtained_on__gt=record.obtained_on,
    )
    newest = newer.exclude(pk=record.pk).order_by("-obtained_on", "-pk").first()
    if newest is None:
        return None

    def words() -> str:
        return _("This file is of %(day)s, but %(file)s of the same source, of %(newer)s, is already in.") % {
            "day": _shown(record.obtained_on),
            "file": newest.filename,
            "newer": _shown(newest.obtained_on),
        }

    return OlderFile(words, hint=CONFIRM_HINT)


def require_few_gone(upload: Upload, record: VoterImport, *, counties: list[str], gone: int) -> None:
    """Stop when so many listed people of the file's counties are missing that it may have been cut short.

    Asked at the end of the merge, whose figures it needs; whoever stops takes the whole merge back.

    Args:
        counties: those the file names; none when it names none.
        gone: how many people the merge has marked gone.

    Raises:
        ManyGone: a larger share than IMPORT_GONE_PERCENT, and nobody has confirmed it.
    """
    if gone < FEWEST_GONE:
        return
    changes = VoterChange.objects.filter(voter_import=record, voter=OuterRef("pk"))
    people = Voter.objects.filter(chapter_id=record.chapter_id, state_voter_id__isnull=False)
    if counties:
        people = people.filter(Q(county__in=counties) | Q(county=""))
    is_lost = Q(is_lost=True, is_confidential=False, status__in=LISTED_STATUSES)
    figures = people.annotate(
        is_lost=Exists(changes.filter(kind=ChangeKind.GONE)),
        is_new=Exists(changes.filter(kind=ChangeKind.NEW)),
    ).aggregate(lost=Count("pk", filter=is_lost), kept=Count("pk", filter=Q(is_listed=True, is_new=False)))
    lost, listed = figures["lost"], figures["lost"] + figures["kept"]
    if lost < FEWEST_GONE or lost * 100 <= listed * settings.IMPORT_GONE_PERCENT:
        return
    words = {"lost": f"{lost:,}", "listed": f"{listed:,}"}
    stopped = ManyGone(
        lambda: (
            _("%(lost)s of %(listed)s listed voters of this file's counties are missing from it and would be gone.")
            % words
        ),
        hint=_("The file may have been cut short: download it again. If it is whole, confirm it on the file's page."),
    )  # fmt: skip
    require_confirmed(upload, record, stopped)


def _shown(day: date | None) -> str:
    return formats.date_format(day, "j M Y") if day else ""
