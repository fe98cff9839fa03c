"""Ohio: comma-delimited with a header, each election a column.

Two public spellings of the election columns exist, `general_11_03_2015` (the state's) and
`GENERAL-11/03/2015`. An X says that somebody voted; in a primary a letter says which ballot they pulled.
Voter status is ACTIVE or CONFIRMATION (mail came back).
"""

from __future__ import annotations

from precincts.voterfile.layouts.base import Column, Layout

_COLUMNS: dict[str, tuple[Column, ...]] = {
    "voter_id": ("sos_voterid",),
    "last_name": ("last_name",),
    "first_name": ("first_name",),
    "middle_name": ("middle_name",),
    "suffix": ("suffix",),
    "address_line": ("residential_address1",),
    "unit": ("residential_secondary_addr",),
    "city": ("residential_city",),
    "state": ("residential_state",),
    "postcode": ("residential_zip",),
    "precinct": ("precinct_code",),
    "precinct_name": ("precinct_name",),
    "county": ("county_number",),
    "status": ("voter_status",),
    "registered_on": ("registration_date",),
    "birth_date": ("date_of_birth",),
    "party": ("party_affiliation",),
}
_SIGNATURE = frozenset({"sos_voterid", "residential_address1", "precinct_code", "voter_status"})

LAYOUTS = (
    Layout(
        key="oh",
        label="Ohio",
        kind="voters",
        columns=_COLUMNS,
        signature=_SIGNATURE,
        statuses={"CONFIRMATION": "inactive"},
        elections_in_header=True,
    ),
    Layout(
        key="oh",
        label="Ohio history",
        kind="history",
        columns={"voter_id": ("sos_voterid",)},
        signature=frozenset({"sos_voterid"}),
        elections_in_header=True,
    ),
)
