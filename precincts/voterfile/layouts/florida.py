"""Florida: tab-delimited without header or quotes, one file a county; statuses ACT, INA, and PRE for minors.

Source: Division of Elections, Voter Extract Disk File Layout, 08/2016. Column 7 is the public-records
exemption (section 119.071, Florida Statutes): such rows come without name and address and are never shown.
In the history B and P were not counted and N did not vote.
"""

from __future__ import annotations

from precincts.voterfile.layouts.base import Layout

LAYOUTS = (
    Layout(
        key="fl",
        label="Florida",
        kind="voters",
        has_header=False,
        width=38,
        columns={
            "county": (1,),
            "voter_id": (2,),
            "last_name": (3,),
            "suffix": (4,),
            "first_name": (5,),
            "middle_name": (6,),
            "confidential": (7,),
            "address_line": (8,),
            "unit": (9,),
            "city": (10,),
            "state": (11,),
            "postcode": (12,),
            "gender": (20,),
            "birth_date": (22,),
            "registered_on": (23,),
            "party": (24,),
            "precinct": (25,),
            "status": (29,),
            "phone": (35, 36),
        },
        statuses={"ACT": "active", "INA": "inactive", "PRE": "denied"},
    ),
    Layout(
        key="fl",
        label="Florida history",
        kind="history",
        has_header=False,
        width=5,
        columns={"voter_id": (2,), "election": (3,), "kind": (4,), "method": (5,)},
        not_voted=frozenset({"B", "N", "P"}),
    ),
)
