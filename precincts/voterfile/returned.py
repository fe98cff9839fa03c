"""Lists of returned or cast ballots while an election is voted in: an id, and perhaps a day, a way and a status."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core.dates import read_date
from precincts.voterfile.elections import METHOD_UNKNOWN, read_method
from precincts.voterfile.faults import Fault, FileFault, Reason, Reject
from precincts.voterfile.layouts.base import Layout, column_key
from precincts.voterfile.tables import Row, Table

USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "voter_id": (
        "ncid", "voter_id", "voterid", "state_voter_id", "sos_voterid", "unique_id", "vuid", "id_number",
        "registration_number", "registration_id", "voter_number", "voter_registration_number", "id",
    ),
    "returned_on": (
        "ballot_rtn_dt", "return_date", "returned_on", "date_returned", "ballot_return_date", "received_date",
        "ballot_received_date", "date_received", "voted_on", "vote_date", "date_voted", "early_voting_date",
        "returned", "received", "date",
    ),
    "method": ("ballot_req_type", "voting_method", "vote_method", "method", "ballot_type", "type"),
    "ballot_status": ("ballot_rtn_status", "ballot_status", "return_status", "status"),
}  # fmt: skip
"""For each field, the names of columns that usually hold it, as `column_key` spells them."""

_ACCEPTED = ("ACCEPT", "COUNTED", "VOTED", "VALID", "GOOD", "CURED", "CAST")
_ACCEPTED_WORDS = frozenset({"RETURNED", "Y", "YES", "A", "X", "1"})
_REFUSED = (
    "NOT ACCEPT", "NOT VALID", "NOT COUNTED", "REJECT", "SPOIL", "PENDING", "INCOMPLETE", "CHALLENG", "VOID", "INVALID",
    "UNDELIVERABLE", "DEFICIEN", "SIGNATURE", "WITNESS", "NEEDS", "CURE", " LATE", "DEADLINE",
)  # fmt: skip
_NOT_BACK = (
    "NOT RETURNED",
    "NOT VOTED",
    "NOT RECEIVED",
    "SENT",
    "ISSUED",
    "REQUEST",
    "MAILED",
    "CANCEL",
    "OUTSTANDING",
)
_NOT_BACK_WORDS = frozenset({"N", "NO", "0"})


@dataclass(frozen=True, slots=True)
class RawReturn:
    """One ballot as the list names it; `how` is a letter of `elections.read_method`."""

    line: int
    voter_id: str
    on: date | None
    how: str
    status: str
    is_accepted: bool


@dataclass
class ReturnCount:
    """Rows of ballots that are not back yet: in the list because they were asked for or sent."""

    waiting: int = 0


def find_returned_layout(sample: Sequence[Row]) -> Layout:
    """The layout of a list, by the usual names of its columns; one column without a name is that of the ids.

    Raises:
        FileFault: no column is known to hold the voters' numbers.
    """
    line, width, cells = sample[0]
    first = [cell.strip() for cell in cells]
    by_key = {column_key(name): name for name in reversed(first)}
    columns: dict[str, tuple[str | int, ...]] = {}
    for name, usual in USUAL_NAMES.items():
        found = next((by_key[one] for one in usual if one in by_key), None)
        if found is not None:
            columns[name] = (found,)
    if "voter_id" in columns:
        return _layout(columns)
    has_digits = any(character.isdigit() for cell in first for character in cell)
    if width == 1:
        return (
            _layout({"voter_id": (1,)}, has_header=False)
            if has_digits
            else _layout({"voter_id": (first[0],)})
        )
    if has_digits:
        shown = ", ".join(cell[:30] for cell in first[:12])
        raise FileFault(Fault.LAYOUT_UNKNOWN, line=line, details={"columns": shown})
    raise FileFault(
        Fault.NO_ID_COLUMN, line=line, details={"columns": ", ".join(USUAL_NAMES["voter_id"][:5])}
    )


def _layout(columns: Mapping[str, tuple[str | int, ...]], *, has_header: bool = True) -> Layout:
    return Layout(
        key="returned", label="returned ballots", kind="returned", columns=columns, has_header=has_header
    )


def read_returns(
    table: Table,
    layout: Layout,
    *,
    first: date,
    last: date,
    refuse: Callable[[Reject], None],
    count: ReturnCount,
) -> Iterator[RawReturn]:
    """Every ballot of a list; rows that are left out or doubted go to `refuse`, those not back yet are counted.

    Args:
        first, last: the days on which a ballot of the election can have come back.

    Raises:
        FileFault: columns of the layout are missing.
    """
    places = layout.positions(table.first)
    id_place = places["voter_id"][0]
    day_place, how_place, status_place = (
        places.get(name, (None,))[0] for name in ("returned_on", "method", "ballot_status")
    )
    width = len(table.first)
    for line, found, cells in table.rows(skip_first=layout.has_header):
        text = " | ".join(cells[:12])[:200]
        if found < width:
            refuse(Reject(line, Reason.SHORT_ROW, f"{found}/{width}", text))
            continue
        voter_id = cells[id_place].strip().upper()
        if not voter_id:
            refuse(Reject(line, Reason.NO_ID, "", text))
            continue
        status = "" if status_place is None else " ".join(cells[status_place].split())
        written = "" if day_place is None else cells[day_place].strip()
        meaning = read_return_status(status)
        if meaning == "waiting" or (not status and not written and (status_place, day_place) != (None, None)):
            count.waiting += 1
            continue
        on = read_date(written, short_years=True) if written else None
        if on is not None and not first <= on <= last:
            refuse(Reject(line, Reason.OTHER_DAY, on.isoformat(), text))
            continue
        if written and on is None:
            refuse(Reject(line, Reason.BAD_RETURN_DATE, written[:40], text, is_warning=True))
        if meaning == "unknown":
            refuse(Reject(line, Reason.UNKNOWN_RETURN, status[:60], text, is_warning=True))
        how = METHOD_UNKNOWN if how_place is None else read_method(cells[how_place])
        yield RawReturn(line, voter_id, on, how, status[:60], meaning == "accepted")


def read_return_status(status: str) -> str:
    """What a list says of a ballot: "accepted" (also when it says nothing), "refused", "waiting", or "unknown"."""
    word = status.strip().upper().replace("-", " ").replace("_", " ")
    if not word or word in _ACCEPTED_WORDS:
        return "accepted"
    if word in _NOT_BACK_WORDS or word.startswith(_NOT_BACK):
        return "waiting"
    if word.startswith(_ACCEPTED) or word.startswith("RETURNED ACCEPT"):
        return "accepted"
    if word.startswith("RECEIVED"):
        # The ballot is back; what follows may say that it does not count: "received, signature missing".
        why = word.removeprefix("RECEIVED").strip(" ,:;.()/")
        return "refused" if read_return_status(why) == "refused" else "accepted"
    return "refused" if any(part in f" {word}" for part in _REFUSED) else "unknown"
