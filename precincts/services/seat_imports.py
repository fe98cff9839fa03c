"""Committee seats from a CSV file: known ones are updated in place, none is doubled or removed."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from chapters.models import Chapter
from chapters.services import audit
from core.actors import Actor
from core.table_files import Refusal, TableFile, TablePlan, TableRow, UnusableRow, read_given
from precincts.models import CommitteeSeat, Precinct
from precincts.seat_csv import read_seats
from precincts.services.seats import FIELDS, Holders, SeatExists

_BATCH = 500


SeatPlan = TablePlan[tuple[Precinct, dict[str, Any]], tuple[CommitteeSeat, dict[str, Any]]]
"""New seats with their precincts, known ones with what changes."""


def plan_seats(*, chapter: Chapter, table: TableFile) -> SeatPlan:
    """Match each row with the chapter's precincts and seats: by precinct, title and number. Two queries."""
    plan = SeatPlan(refused=list(table.refused))
    precincts: dict[str, list[Precinct]] = {}
    for precinct in Precinct.objects.filter(chapter=chapter, valid_until__isnull=True):
        precincts.setdefault(precinct.code.casefold(), []).append(precinct)
    rows = CommitteeSeat.objects.filter(chapter=chapter).select_related("precinct")
    known = {(seat.precinct_id, seat.title.casefold(), seat.place): seat for seat in rows}
    lines: dict[tuple[int, str, int], int] = {}
    for row in table.rows:
        try:
            precinct = _find_precinct(row, precincts)
            key = (precinct.pk, row.values["title"].casefold(), row.values.get("place", 1))
            _require_once(row.line, lines.setdefault(key, row.line))
        except UnusableRow as error:
            plan.refused.append(Refusal(row.line, error.saying))
            continue
        _add_to(plan, precinct, known.get(key), row)
    plan.refused.sort(key=lambda refusal: refusal.line)
    return plan


def _find_precinct(row: TableRow, precincts: dict[str, list[Precinct]]) -> Precinct:
    """The precinct a row names: by its code as written, else without regard to capitals, and by county."""
    code, county = row.values["precinct"], row.values.get("county", "").casefold()
    found = precincts.get(code.casefold(), [])
    found = [precinct for precinct in found if precinct.code == code] or found
    if county:
        found = [precinct for precinct in found if precinct.county.casefold() in (county, "")]
    if not found:
        raise UnusableRow(lambda: _("no precinct here is called “%(code)s”") % {"code": code})
    if len(found) > 1:
        raise UnusableRow(
            lambda: _("several counties have a precinct “%(code)s”; add the column “County”") % {"code": code}
        )
    return found[0]


def _require_once(line: int, first: int) -> None:
    if line != first:
        raise UnusableRow(lambda: _("the same seat as on line %(line)d") % {"line": first})


def _add_to(plan: SeatPlan, precinct: Precinct, seat: CommitteeSeat | None, row: TableRow) -> None:
    values = {name: row.values[name] for name in FIELDS if name in row.values}
    if seat is None:
        plan.added.append((precinct, values))
        return
    named = ("title", "place")  # the seat was found by them; capitals do not matter
    changes = {name: v for name, v in values.items() if name not in named and getattr(seat, name) != v}
    days = {name: changes.get(name, getattr(seat, name)) for name in FIELDS if name.endswith("_on")}
    for first, last in (("term_starts_on", "term_ends_on"), ("filing_opens_on", "filing_closes_on")):
        if days[first] and days[last] and days[last] < days[first]:
            reason = gettext_lazy(
                "with what is known of the seat, a term or a filing window ends before it begins"
            )
            plan.refused.append(Refusal(row.line, reason))
            return
    if changes:
        plan.changed.append((seat, changes))
    else:
        plan.unchanged += 1


@transaction.atomic
def import_seats(*, chapter: Chapter, content: bytes, filename: str, by: Actor) -> SeatPlan:
    """Take a file in; returns what it did.

    Raises:
        WrongTable: it is not a CSV of seats.
    """
    Chapter.objects.select_for_update(no_key=True).get(pk=chapter.pk)
    plan = plan_seats(chapter=chapter, table=read_given(content, read_seats))
    _write(plan, chapter)
    audit.record(
        by=by,
        verb="precincts.seats_imported",
        chapter=chapter,
        rows=len(plan.added) + len(plan.changed),
        summary=lambda: _("Imported committee seats from %(file)s") % {"file": filename},
    )
    return plan


def _write(plan: SeatPlan, chapter: Chapter) -> None:
    """The seats of a plan, a few hundred at a time.

    Raises:
        SeatExists: somebody has added one of them meanwhile.
    """
    holders = Holders(chapter.pk)
    added = [CommitteeSeat(chapter=chapter, precinct=precinct, **values) for precinct, values in plan.added]
    changed = [seat for seat, _values in plan.changed]
    for seat, values in plan.changed:
        for name, value in values.items():
            setattr(seat, name, value)
    for seat in (*added, *changed):
        seat.holder = holders.find(seat.holder_name)
    try:
        with transaction.atomic():
            CommitteeSeat.objects.bulk_create(added, batch_size=_BATCH)
            CommitteeSeat.objects.bulk_update(changed, [*FIELDS, "holder"], batch_size=_BATCH)
    except IntegrityError as error:
        raise SeatExists(
            gettext_lazy("Somebody has added one of these seats meanwhile; nothing was imported."),
            hint=gettext_lazy("Look at the file again."),
        ) from error
