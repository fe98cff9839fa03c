"""North Carolina: `ncvoter` and `ncvhis`, tab-delimited, quoted, latin-1.

On 12 February 2022 the state renamed `birth_age` to `age_at_year_end`, moved `confidential_ind` and dropped
unused columns; files from before 2017 or so have the age and no year of birth, and some spell the middle
name and name suffix `midl_name` and `name_sufx_cd`.
"""

from __future__ import annotations

from precincts.voterfile.layouts.base import Column, Layout

_STATUSES = {"A": "active", "I": "inactive", "S": "temporary", "R": "removed", "D": "denied"}

_COLUMNS: dict[str, tuple[Column, ...]] = {
    "voter_id": ("ncid",),
    "last_name": ("last_name",),
    "first_name": ("first_name",),
    "middle_name": ("middle_name",),
    "suffix": ("name_suffix_lbl",),
    "address_line": ("res_street_address",),
    "city": ("res_city_desc",),
    "state": ("state_cd",),
    "postcode": ("zip_code",),
    "precinct": ("precinct_abbrv",),
    "precinct_name": ("precinct_desc",),
    "county": ("county_desc",),
    "status": ("status_cd",),
    "registered_on": ("registr_dt",),
    "gender": ("gender_code",),
    "party": ("party_cd",),
    "phone": ("full_phone_number",),
    "confidential": ("confidential_ind",),
}
_OLD_NAMES: dict[str, tuple[Column, ...]] = {"middle_name": ("midl_name",), "suffix": ("name_sufx_cd",)}
_SIGNATURE = frozenset({"ncid", "res_street_address", "precinct_abbrv", "registr_dt"})


def _voters(label: str, columns: dict[str, tuple[Column, ...]], *signature: str) -> Layout:
    return Layout(
        key="nc",
        label=label,
        kind="voters",
        columns=columns,
        signature=_SIGNATURE | set(signature),
        statuses=_STATUSES,
    )


LAYOUTS = (
    _voters(
        "North Carolina (from 02/2022)",
        _COLUMNS | {"birth_year": ("birth_year",)},
        "birth_year",
        "age_at_year_end",
    ),
    _voters("North Carolina (until 02/2022)", _COLUMNS | {"birth_year": ("birth_year",)}, "birth_year"),
    _voters("North Carolina (until 02/2022)", _COLUMNS | {"age": ("birth_age",)}, "birth_age", "middle_name"),
    _voters(
        "North Carolina (2012)", _COLUMNS | _OLD_NAMES | {"age": ("birth_age",)}, "birth_age", "midl_name"
    ),
    Layout(
        key="nc",
        label="North Carolina history",
        kind="history",
        columns={
            "voter_id": ("ncid",),
            "election": ("election_desc",),
            "method": ("voting_method",),
            "ballot": ("voted_party_cd",),
        },
        signature=frozenset({"ncid", "election_lbl", "election_desc", "voting_method"}),
    ),
)
