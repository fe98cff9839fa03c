"""Writes the made-up town as the files a chapter would be given.

Voters and history in the layouts of the North Carolina State Board of Elections (layout_ncvoter.txt of 02/2022 and the
one before it; ncvhis): tab-separated, quoted, CRLF, Latin-1. Addresses as points in OpenAddresses columns. Precincts
and streets as GeoJSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from precincts.synthetic import people as persons
from precincts.synthetic.boundaries import outlines
from precincts.synthetic.layouts import HISTORY_COLUMNS, VOTER_COLUMNS, VOTER_COLUMNS_BEFORE_2022
from precincts.synthetic.people import People
from precincts.synthetic.town import Town, to_lonlat

IntArray = NDArray[np.int64]

CHUNK = 20_000
COUNTY_NUMBER = "101"
POINTS_LEFT_OUT = 0.012
POINTS_WITHOUT_VOTERS = 0.02
ADDRESS_COLUMNS = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH"
STATUS_WORDS = ("ACTIVE", "INACTIVE", "REMOVED", "DENIED", "TEMPORARY")
REASON_WORDS = {
    "AV": "VERIFIED",
    "IN": "CONFIRMATION NOT RETURNED",
    "IU": "CONFIRMATION RETURNED UNDELIVERABLE",
    "RD": "DECEASED",
    "RL": "MOVED FROM COUNTY",
    "RM": "REMOVED AFTER 2 FED GENERAL ELECTIONS IN INACTIVE STATUS",
    "RS": "MOVED FROM STATE",
    "DN": "CONFIRMATION NOT RETURNED",
    "DU": "VERIFICATION RETURNED UNDELIVERABLE",
    "SM": "MILITARY",
    "SO": "OVERSEAS CITIZEN",
}
PARTY_WORDS = {
    "DEM": "DEMOCRATIC",
    "REP": "REPUBLICAN",
    "UNA": "UNAFFILIATED",
    "LIB": "LIBERTARIAN",
    "GRE": "GREEN",
}


def write_voters(path: Path, town: Town, people: People, *, before_2022: bool = False) -> int:
    """Write the voter file, streamed; returns the rows written."""
    columns = VOTER_COLUMNS_BEFORE_2022 if before_2022 else VOTER_COLUMNS
    fixed = _fixed_fields(town)
    varying = [name for name in columns if name not in fixed]
    pattern = "\t".join(f'"{fixed[name]}"' if name in fixed else '"%s"' for name in columns) + "\r\n"
    with path.open("w", encoding="latin-1", newline="") as out:
        out.write(_line(columns))
        for start in range(0, len(people), CHUNK):
            fields = _voter_fields(town, people.take(np.arange(start, min(start + CHUNK, len(people)))))
            out.write(
                "".join([pattern % row for row in zip(*(fields[name] for name in varying), strict=True)])
            )
    return len(people)


def write_history(path: Path, town: Town, people: People) -> int:
    """Write one row for each vote, person by person; returns the rows written."""
    rows = 0
    middles = _history_middles(people)
    county = f'"{COUNTY_NUMBER}"\t"{_county(town)}"'
    tails = [
        f'"{code}"\t"{name}"' for code, name in zip(town.precinct_codes, town.precinct_names, strict=True)
    ]
    with path.open("w", encoding="latin-1", newline="") as out:
        out.write(_line(HISTORY_COLUMNS))
        for start in range(0, len(people), CHUNK):
            part = slice(start, min(start + CHUNK, len(people)))
            method, ballot = people.method[part], people.ballot[part]
            person, election = np.nonzero(method)
            middle = (election * len(persons.METHODS) + method[person, election]) * len(persons.PARTIES)
            middle += ballot[person, election]
            precinct = _precincts(town, people.household[part]).tolist()
            heads = [f'{county}\t"{number:012d}"\t' for number in people.identity[part].tolist()]
            ends = [
                f'{tails[of]}\t"{_ncid(town, number)}"\t{county}\t{tails[of]}\r\n'
                for of, number in zip(precinct, people.identity[part].tolist(), strict=True)
            ]
            out.write(
                "".join(
                    [
                        heads[who] + middles[what] + ends[who]
                        for who, what in zip(person.tolist(), middle.tolist(), strict=True)
                    ]
                )
            )
            rows += len(person)
    return rows


def write_addresses(path: Path, town: Town) -> tuple[int, int]:
    """Write one point for most buildings and for some where nobody votes; returns (points, buildings left out)."""
    rng = np.random.default_rng([town.seed, 8113])
    kept = rng.random(len(town.segment)) >= POINTS_LEFT_OUT
    extra = np.flatnonzero(rng.random(len(town.segment)) < POINTS_WITHOUT_VOTERS)
    city = town.name
    rows = [
        f"{lon:.7f},{lat:.7f},{number},{street},,{city},,NC,{postcode},,"
        for lon, lat, number, street, postcode in _points(town, np.flatnonzero(kept), 0)
    ]
    rows += [
        f"{lon + 0.00004:.7f},{lat:.7f},{number},{street},,{city},,NC,{postcode},,"
        for lon, lat, number, street, postcode in _points(town, extra, 5000)
    ]
    path.write_text("\n".join([ADDRESS_COLUMNS, *rows]) + "\n", encoding="utf-8")
    return len(rows), int((~kept).sum())


def write_precincts(path: Path, town: Town) -> int:
    """Write the precincts' outlines as GeoJSON with their code and name; returns how many."""
    groups = town.cell_precinct.reshape(town.lattice.rows - 1, town.lattice.columns - 1)
    features = [
        _feature("Polygon", [_rounded(ring, town)], {"precinct": code, "name": name, "county": _county(town)})
        for ring, code, name in zip(
            outlines(groups, town.streets), town.precinct_codes, town.precinct_names, strict=True
        )
    ]
    return _write_features(path, features)


def write_streets(path: Path, town: Town) -> int:
    """Write the street centre lines as GeoJSON with names, end nodes and number ranges; returns how many."""
    streets = town.streets
    features = [
        _feature(
            "LineString",
            _rounded(points, town),
            {
                "id": number,
                "street": streets.names[street],
                "from_node": ends[0],
                "to_node": ends[1],
                "from_number": first + 1,
                "to_number": first + 2 * numbers,
            },
        )
        for number, (points, street, ends, first, numbers) in enumerate(
            zip(
                streets.points,
                streets.street.tolist(),
                streets.ends.tolist(),
                streets.first_number.tolist(),
                streets.numbers.tolist(),
                strict=True,
            )
        )
    ]
    return _write_features(path, features)


def _line(columns: Iterable[str]) -> str:
    return "\t".join(f'"{name}"' for name in columns) + "\r\n"


def _county(town: Town) -> str:
    return town.name.upper().replace(" ", "")[:15]


def _ncid(town: Town, number: int) -> str:
    """Two letters, from the town's name, and the number."""
    return "".join(word[0] for word in (town.name.upper() + " X").split()[:2]) + str(number)


def _precincts(town: Town, household: IntArray) -> IntArray:
    return town.precinct[town.household_building[household]]


def _fixed_fields(town: Town) -> dict[str, str]:
    """Columns that say the same in every row, most of them nothing."""
    said = {
        "county_id": COUNTY_NUMBER,
        "county_desc": _county(town),
        "res_city_desc": town.name.upper(),
        "state_cd": "NC",
        "municipality_abbrv": _county(town)[:6],
        "municipality_desc": f"CITY OF {town.name.upper()}",
        "cong_dist_abbrv": "9",
        "judic_dist_abbrv": "19",
        "nc_senate_abbrv": "20",
        "nc_house_abbrv": "54",
    }
    return {
        name: said.get(name, "")
        for name in {*VOTER_COLUMNS, *VOTER_COLUMNS_BEFORE_2022}
        if name not in _VARYING
    }


_VARYING_WORDS = """
voter_reg_num ncid last_name first_name middle_name name_suffix_lbl status_cd voter_status_desc reason_cd
voter_status_reason_desc res_street_address zip_code full_phone_number confidential_ind registr_dt race_code
ethnic_code party_cd gender_code birth_year age_at_year_end birth_age birth_state drivers_lic precinct_abbrv
precinct_desc ward_abbrv vtd_abbrv vtd_desc
"""
_VARYING = frozenset(_VARYING_WORDS.split())


def _voter_fields(town: Town, people: People) -> dict[str, list[str]]:
    """The varying columns of some rows."""
    precinct = _precincts(town, people.household)
    codes, names = _chosen(town.precinct_codes, precinct), _chosen(town.precinct_names, precinct)
    reasons = [
        persons.REASONS[status][reason]
        for status, reason in zip(people.status.tolist(), people.reason.tolist(), strict=True)
    ]
    age = people.as_of.year - people.birth_year
    fields = {
        "voter_reg_num": [f"{number:012d}" for number in people.identity.tolist()],
        "ncid": [_ncid(town, number) for number in people.identity.tolist()],
        **_names(people),
        "status_cd": _chosen(persons.STATUSES, people.status),
        "voter_status_desc": _chosen(STATUS_WORDS, people.status),
        "reason_cd": reasons,
        "voter_status_reason_desc": [REASON_WORDS[reason] for reason in reasons],
        **_addresses(town, people.household),
        "full_phone_number": [_phone(place) for place in people.phone.tolist()],
        "confidential_ind": _chosen(("N", "Y"), people.confidential.astype(np.int64)),
        "registr_dt": _dates(people.registered),
        "race_code": _chosen(persons.RACES, people.origin),
        "ethnic_code": _chosen(("NL", "HL"), (people.origin == 2).astype(np.int64)),
        "party_cd": _chosen(persons.PARTIES, people.party),
        "gender_code": _chosen(persons.GENDERS, people.gender),
        "birth_year": [str(year) for year in people.birth_year.tolist()],
        "age_at_year_end": [str(years) for years in age.tolist()],
        "birth_state": _chosen(("NC", "NC", "VA", "SC", "NY", "", ""), people.identity % 7),
        "drivers_lic": _chosen(("Y", "Y", "Y", "N"), people.identity % 4),
        "precinct_abbrv": codes,
        "precinct_desc": names,
        "ward_abbrv": [code.partition("-")[0] for code in codes],
        "vtd_abbrv": codes,
        "vtd_desc": names,
    }
    return {**fields, "birth_age": fields["age_at_year_end"]}


def _names(people: People) -> dict[str, list[str]]:
    woman = people.woman_name
    return {
        "last_name": _chosen(persons.LAST_NAMES, people.last),
        "first_name": _first_names(people.first, woman),
        "middle_name": _first_names(people.middle, woman),
        "name_suffix_lbl": _chosen(persons.SUFFIXES, people.suffix),
    }


def _first_names(index: IntArray, woman: NDArray[np.bool_]) -> list[str]:
    return [
        "" if place < 0 else persons.WOMEN[place] if hers else persons.MEN[place]
        for place, hers in zip(index.tolist(), woman.tolist(), strict=True)
    ]


def _addresses(town: Town, household: IntArray) -> dict[str, list[str]]:
    """Street address as the state pads it, and ZIP code, of households."""
    building = town.household_building[household]
    units = town.unit_labels(household)
    return {
        "res_street_address": [
            f"{number}   {town.streets.names[street]}  {unit}   "
            for number, street, unit in zip(
                town.number[building].tolist(), town.street[building].tolist(), units.tolist(), strict=True
            )
        ],
        "zip_code": _chosen(town.zip_codes, town.zip_code[building]),
    }


def _chosen(words: tuple[str, ...], index: IntArray) -> list[str]:
    return [words[place] for place in index.tolist()]


def _phone(place: int) -> str:
    """A number of the block set apart for fiction (555-0100 to 555-0199), or nothing."""
    return "" if place < 0 else f"{persons.AREA_CODES[place // 100]}55501{place % 100:02d}"


def _dates(days: NDArray[np.datetime64]) -> list[str]:
    distinct, place = np.unique(days, return_inverse=True)
    words = [
        f"{text[5:7]}/{text[8:]}/{text[:4]}" for text in np.datetime_as_string(distinct, unit="D").tolist()
    ]
    return [words[i] for i in place.ravel().tolist()]


def _history_middles(people: People) -> list[str]:
    """Columns election_lbl to voted_party_desc for each election, method and party, in that order."""
    return [
        f'"{election.label}"\t"{election.description}"\t"{method}"\t"{party}"\t"{PARTY_WORDS[party]}"\t'
        for election in people.elections
        for method in persons.METHODS
        for party in persons.PARTIES
    ]


def _points(
    town: Town, buildings: IntArray, number_shift: int
) -> Iterator[tuple[float, float, int, str, str]]:
    lonlat = town.lonlat[buildings].tolist()
    numbers = (town.number[buildings] + number_shift).tolist()
    streets = town.street[buildings].tolist()
    codes = _chosen(town.zip_codes, town.zip_code[buildings])
    for (lon, lat), number, street, code in zip(lonlat, numbers, streets, codes, strict=True):
        yield lon, lat, number, town.streets.names[street], code


def _rounded(points: NDArray[np.float64], town: Town) -> list[list[float]]:
    lines: list[list[float]] = to_lonlat(points, town.origin).round(7).tolist()
    return lines


def _feature(kind: str, coordinates: Sequence[object], properties: dict[str, object]) -> dict[str, object]:
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": kind, "coordinates": coordinates},
    }


def _write_features(path: Path, features: list[dict[str, object]]) -> int:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return len(features)
