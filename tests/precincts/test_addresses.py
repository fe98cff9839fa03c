from __future__ import annotations

import csv
import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precincts.addresses import Address, from_parts, locality_key, number_range, parse_line, unit_key


@pytest.mark.parametrize(
    ("line", "number", "street", "unit"),
    [
        ("100   ABERDEEN AVE  # 2   ", "100", "ABERDEEN AVE", "2"),
        ("7A Acacia Street", "7 A", "ACACIA ST", ""),
        ("7-a acacia st.", "7 A", "ACACIA ST", ""),
        ("6 1/2 ACACIA ST", "6 1/2", "ACACIA ST", ""),
        ("6½ Acacia St", "6 1/2", "ACACIA ST", ""),
        ("17 Rear Acorn St", "17 R", "ACORN ST", ""),
        ("REAR 17 ACORN ST", "17 R", "ACORN ST", ""),
        ("12-1 ANDREW ST # 3", "12 1", "ANDREW ST", "3"),
        ("27-29 Main St", "27 29", "MAIN ST", ""),
        ("45-12 41st Ave", "45 12", "41ST AVE", ""),
        ("12 07TH AVE", "12", "7TH AVE", ""),
        ("12 Seventh Avenue", "12", "7TH AVE", ""),
        ("12 42 ST", "12", "42ND ST", ""),
        ("12 5 MILE RD", "12", "5 MILE RD", ""),
        ("35 B MT AUBURN ST # 3A", "35 B", "MT AUBURN ST", "3A"),
        ("35B Mount Auburn Street Apt 3-A", "35 B", "MT AUBURN ST", "3A"),
        ("0382 POLLARD BROOKS APT. 245", "382", "POLLARD BRKS", "245"),
        ("100 COUNTY ROAD 12", "100", "COUNTY RD 12", ""),
        ("100 STATE HWY 55", "100", "STATE HWY 55", ""),
        ("100 MAIN ST 4B", "100", "MAIN ST", "4B"),
        ("100 MAIN ST REAR", "100", "MAIN ST", "REAR"),
        ("100 OLD FRONT ST", "100", "OLD FRONT ST", ""),
        ("9 North St", "9", "NORTH ST", ""),
        ("9 N St NW", "9", "N ST NW", ""),
        ("10 Elm Street North", "10", "ELM ST N", ""),
        ("100 N E 4TH ST", "100", "NE 4TH ST", ""),
        ("55 AVENUE E", "55", "AVE E", ""),
        ("12 PEÑA CT", "12", "PENA CT", ""),
        ("PO BOX 3", "", "PO BOX 3", ""),
        ("", "", "", ""),
    ],
)
def test_a_line_gives_number_street_and_unit(line, number, street, unit):
    assert parse_line(line) == Address(number, street, unit)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("7 A", "ACACIA ST"), "7A Acacia Street"),
        (("7 A", "ACACIA ST"), "7 A ACACIA ST"),
        (("203 E", "AUBURN ST"), "203 E AUBURN ST"),
        (("12 1", "ANDREW ST"), "12-1 Andrew St."),
        (("140", "SOUTH VAN NESS AVE"), "140 S Van Ness Ave"),
        (("1166A", "MARKET ST"), "1166 A Market Street"),
    ],
)
def test_columns_and_a_line_of_one_building_have_one_key(one, other):
    assert from_parts(*one).building_key == parse_line(other).building_key


def test_the_unit_is_never_part_of_the_buildings_key():
    assert (
        from_parts("327", "FULTON ST", "APT 9").building_key
        == from_parts("327", "FULTON ST", "PH 2").building_key
    )


@pytest.mark.parametrize(
    ("unit", "key"),
    [
        ("Apt. 087", "87"),
        ("# 87", "87"),
        ("Unit 87", "87"),
        ("Bldg A Apt 2", "BLDG A 2"),
        ("2 A", "2A"),
        ("FL 3", "FL 3"),
    ],
)
def test_units_are_compared_without_their_word(unit, key):
    assert unit_key(unit) == key


def test_a_range_is_on_one_side_of_the_street():
    assert number_range("27 29") == (27, 29)
    assert number_range("12 1") is None
    assert number_range("45 12") is None
    assert number_range("27 30") is None
    assert number_range("27") is None


def test_a_town_has_one_key_however_saint_is_spelled():
    assert locality_key("St. Petersburg") == locality_key("SAINT PETERSBURG")


@given(st.text(max_size=60))
def test_any_text_gives_a_key_of_capital_words(text):
    key = parse_line(text).building_key
    assert key == " ".join(key.split())
    assert key == key.upper()


@given(
    number=st.integers(1, 99999),
    street=st.sampled_from(["Main Street", "N Elm Ave", "Saint Johns Rd", "7th St", "Old Mill Lane"]),
    unit=st.sampled_from(["", "2", "3B", "12"]),
)
def test_spelling_does_not_change_a_door(number, street, unit):
    plain = parse_line(f"{number} {street}{f' # {unit}' if unit else ''}")
    spelled = parse_line(
        f"{number:05d}  {street.upper()}{f', Apt {unit}' if unit else ''}".replace("STREET", "St.")
    )
    assert (spelled.building_key, spelled.unit) == (plain.building_key, plain.unit)


def test_san_franciscos_points_are_2512_buildings_and_the_tower_is_one(shared_data):
    with gzip.open(shared_data / "addresses/san_francisco_excerpt.csv.gz", "rt") as stream:
        rows = list(csv.DictReader(stream))
    keys = [from_parts(row["NUMBER"], row["STREET"], row["UNIT"]).building_key for row in rows]
    assert len(rows) == 7284
    assert len(set(keys)) == 2512
    assert keys.count("327 FULTON ST") == 1194


def test_every_voters_building_in_cambridge_is_an_address_point(shared_data):
    with gzip.open(shared_data / "cambridge/address_points.csv.gz", "rt") as stream:
        points = {from_parts(row["NUMBER"], row["STREET"]).building_key for row in csv.DictReader(stream)}
    with gzip.open(
        shared_data / "cambridge/voters_t0.txt.gz", "rt", encoding="latin-1", newline=""
    ) as stream:
        lines = {row["res_street_address"] for row in csv.DictReader(stream, delimiter="\t")} - {None, ""}
    doors = {parse_line(line) for line in lines if line.strip()}
    assert len(points) == 20511
    assert {door.building_key for door in doors} - points == set()
    assert len({(door.building_key, door.unit) for door in doors}) == 40886
