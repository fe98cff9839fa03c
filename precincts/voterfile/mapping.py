"""A layout said by a person: as JSON, checked, and proposed from a header.

    {"name": "Colorado", "kind": "voters",
     "columns": {"voter_id": "VOTER_ID", "number": ["HOUSE_NUM", "HOUSE_SUFFIX"], ...},
     "header": true, "statuses": {"A": "active"}, "not_voted": ["N"],
     "history": [{"column": "VoterHist1", "reads": "label", "method": "HistMethod1"}],
     "elections": {"PR 2014": {"date": "2014-09-09", "kind": "primary", "name": "2014 Primary"}}}

Columns are header names, or positions counted from 1 where `header` is false.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, cast

from core.dates import read_date
from precincts.voterfile.faults import Fault, FileFault
from precincts.voterfile.layouts.base import (
    HISTORY_FIELDS,
    REQUIRED_HISTORY_FIELDS,
    REQUIRED_VOTER_FIELDS,
    RETURNED_FIELDS,
    VOTER_FIELDS,
    Column,
    HistoryColumns,
    Layout,
    column_key,
)
from precincts.voterfile.returned import USUAL_NAMES as USUAL_RETURNED
from precincts.voterfile.values import CONFIDENTIAL, STATUS_WORDS

FIELDS_OF = {"voters": VOTER_FIELDS, "history": HISTORY_FIELDS, "returned": RETURNED_FIELDS}
"""What each kind of file can say, by the kind."""

_READS = ("mark", "label", "year")

_USUAL_NAMES: dict[str, tuple[str, ...]] = {
    "voter_id": (
        "voter_id",
        "voterid",
        "unique_id",
        "state_voter_id",
        "sos_voterid",
        "ncid",
        "id_number",
        "registration_number",
    ),
    "last_name": ("last_name", "lastname", "name_last", "surname"),
    "first_name": ("first_name", "firstname", "name_first"),
    "middle_name": ("middle_name", "middlename", "mid_init", "name_middle"),
    "suffix": ("name_suffix", "suffix", "name_sfx"),
    "number": ("house_num", "house_number", "home_no", "streetnum", "street_number", "housenumber"),
    "street": ("street_name", "home_street", "streetname", "street"),
    "address_line": (
        "residential_address",
        "res_street_address",
        "address",
        "residence_address",
        "address_line_1",
        "street_address",
    ),
    "unit": ("unit_num", "home_apt", "unit", "apt", "apartment", "apartment_number"),
    "city": ("residential_city", "home_city", "city", "res_city"),
    "state": ("residential_state", "state", "res_state"),
    "postcode": ("residential_zip_code", "home_zipcode", "zip", "zip_code", "zipcode", "res_zip"),
    "precinct": ("precinct", "precinct_code", "precinct_id", "pct", "precinct_number"),
    "precinct_name": ("precinct_name", "precinct_desc"),
    "county": ("county", "county_name"),
    "status": ("status", "voter_status", "status_code", "registration_status"),
    "registered_on": ("registration_date", "date_reg", "originalregistration", "reg_date", "date_registered"),
    "birth_date": ("date_of_birth", "dateofbirth", "dob", "birth_date"),
    "birth_year": ("birth_year", "year_of_birth", "yob"),
    "age": ("age",),
    "gender": ("gender", "sex"),
    "party": ("party", "party_code", "politalaff", "party_affiliation"),
    "phone": ("phone_num", "phone", "phone_number", "telephone"),
    "confidential": ("confidential", "confidential_ind", "exempt"),
    "election": ("election", "election_desc", "election_name", "election_date", "election_lbl"),
    "kind": ("election_type", "election_kind"),
    "method": ("voting_method", "vote_method", "method"),
    "ballot": ("voted_party_cd", "ballot_party", "party_voted"),
}


def layout_from_mapping(mapping: Any, *, kind: str) -> Layout:
    """The layout a mapping says.

    Raises:
        FileFault: the mapping is incomplete or not a mapping; `details["what"]` names the place.
    """
    if not isinstance(mapping, Mapping) or not isinstance(mapping.get("columns"), Mapping):
        raise _bad("columns")
    known = FIELDS_OF.get(kind, HISTORY_FIELDS)
    columns = {
        name: _columns(name, value)
        for name, value in mapping["columns"].items()
        if value not in ("", [], None)
    }
    unknown = sorted(set(columns) - set(known) - set(VOTER_FIELDS))
    if unknown:
        raise _bad(", ".join(unknown))
    columns = {name: value for name, value in columns.items() if name in known}
    history = tuple(_history_columns(entry) for entry in mapping.get("history", ()))
    _check_required(kind, columns, history)
    statuses = {str(word).upper(): str(status) for word, status in dict(mapping.get("statuses", {})).items()}
    wrong = sorted(status for status in statuses.values() if status not in (*STATUS_WORDS, CONFIDENTIAL))
    if wrong:
        raise _bad(f"statuses: {', '.join(wrong)}")
    return Layout(
        key="mapping",
        label=str(mapping.get("name") or "mapping"),
        kind=cast("Literal['voters', 'history', 'returned']", kind),
        columns=columns,
        has_header=mapping.get("header", True) is not False,
        statuses=statuses,
        history=history,
        not_voted=frozenset(str(value).upper() for value in mapping.get("not_voted", ())),
        elections=_elections(mapping.get("elections", {})),
    )


def propose_columns(header: Sequence[str], *, kind: str) -> dict[str, str]:
    """For each field the header's column that usually holds it, to start the mapping page with."""
    by_key = {column_key(name): name for name in reversed(header)}
    usual_names = USUAL_RETURNED if kind == "returned" else _USUAL_NAMES
    proposed = {}
    for name in FIELDS_OF.get(kind, HISTORY_FIELDS):
        found = next((by_key[usual] for usual in usual_names.get(name, ()) if usual in by_key), None)
        if found is not None:
            proposed[name] = found
    if {"number", "street"} <= set(proposed):
        proposed.pop("address_line", None)
    elif "address_line" in proposed:
        proposed.pop("number", None)
        proposed.pop("street", None)
    return proposed


def _columns(name: str, value: Any) -> tuple[Column, ...]:
    columns = value if isinstance(value, list | tuple) else [value]
    if not columns or not all(isinstance(column, str | int) for column in columns):
        raise _bad(name)
    return tuple(columns)


def _check_required(kind: str, columns: Mapping[str, Any], history: tuple[HistoryColumns, ...]) -> None:
    if kind == "voters":
        required = set(REQUIRED_VOTER_FIELDS)
        if "address_line" not in columns:
            required |= {"number", "street"}
    elif kind == "returned":
        required = {"voter_id"}
    else:
        required = {"voter_id"} if history else set(REQUIRED_HISTORY_FIELDS)
    missing = sorted(required - set(columns))
    if missing:
        raise _bad(", ".join(missing))


def _history_columns(entry: Any) -> HistoryColumns:
    if not isinstance(entry, Mapping) or not isinstance(entry.get("column"), str | int):
        raise _bad("history")
    if entry.get("reads", "mark") not in _READS:
        raise _bad(f"history: {entry['column']}")
    return HistoryColumns(
        column=entry["column"],
        reads=entry.get("reads", "mark"),
        election=str(entry.get("election", "")),
        method=entry.get("method"),
        ballot=entry.get("ballot"),
    )


def _elections(entries: Any) -> dict[str, dict[str, str]]:
    if not isinstance(entries, Mapping):
        raise _bad("elections")
    for label, says in entries.items():
        if not isinstance(says, Mapping) or read_date(str(says.get("date", ""))) is None:
            raise _bad(f"elections: {label}")
    return {
        str(label): {str(key): str(value) for key, value in says.items()} for label, says in entries.items()
    }


def _bad(what: str) -> FileFault:
    return FileFault(Fault.BAD_MAPPING, details={"what": what})
