from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.management import CommandError

from core.actors import Actor
from precincts.models import Building, Household, ImportReject, Precinct
from precincts.services.cutting import cut_precinct
from tests.factories import make_chapter, make_precinct
from tests.precincts.test_imports import everything, refuse, run
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db

HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"


def point(number, street="Main Street", lon=-78.64, lat=35.78, unit="", city="River", postcode="27000"):
    return f"{lon},{lat},{number},{street},{unit},{city},,NC,{postcode},,\n"


@pytest.fixture
def chapter(tmp_path):
    """A chapter with voters at 1, 2A and 27 Main St, and at 5 Elm Ave."""
    chapter = make_chapter(state="NC")
    addresses = ["1 MAIN ST # 2", "1 MAIN ST # 3", "2A MAIN ST", "27 MAIN ST", "5 ELM AVE"]
    path = tmp_path / "voters.txt"
    path.write_text(NC_HEADER + "".join(nc_row(ncid=f"AA{n}", address=a) for n, a in enumerate(addresses)))
    run("import_voters", path, chapter)
    return chapter


@pytest.fixture
def points(tmp_path):
    """Writes a file of address points and gives its path."""

    def write(*rows, header=HEADER):
        path = tmp_path / "points.csv"
        path.write_text(header + "".join(rows))
        return path

    return write


def place_of(key):
    building = Building.objects.get(address_key=key)
    return building.lon, building.lat


def test_points_place_households_on_the_normalised_address(chapter, points):
    path = points(point("1"), point("2 A", lon=-78.65), point("900", "Far Rd"))
    result = run("import_addresses", path, chapter)
    assert (result["points"], result["households_placed"], result["households_unplaced"]) == (3, 3, 2)
    assert place_of("1 MAIN ST") == (-78.64, 35.78)
    assert place_of("2 A MAIN ST") == (-78.65, 35.78)
    assert place_of("900 FAR RD") == (-78.64, 35.78)
    assert place_of("5 ELM AVE") == (None, None)


def test_points_mend_the_walk_of_a_block_cut_without_them(chapter, points):
    precinct = Precinct.objects.get()
    doors = Household.objects.filter(precinct=precinct).order_by("walk_position")
    cut_precinct(precinct=precinct, by=Actor.system(chapter.pk), on=date(2026, 3, 2), blocks=1)
    guessed = list(doors.values_list("building__address_key", flat=True))
    first, *middle, last = dict.fromkeys(guessed)
    places = {first: 0, last: 0.002} | {
        key: 0.01 + place * 0.01 for place, key in enumerate(reversed(middle))
    }
    parts = {key: key.rsplit(" ", 2) for key in places}

    run(
        "import_addresses",
        points(
            *(
                point(number, f"{street} {kind}", lon=-78.64 + places[key])
                for key, (number, street, kind) in parts.items()
            )
        ),
        chapter,
    )

    walked = list(dict.fromkeys(doors.values_list("building__address_key", flat=True)))
    by_place = sorted(places, key=places.get)
    assert walked in (by_place, by_place[::-1])
    assert walked != list(dict.fromkeys(guessed))


def test_a_range_places_the_numbers_it_covers(chapter, points):
    run("import_addresses", points(point("25-29")), chapter)
    assert place_of("27 MAIN ST") == (-78.64, 35.78)


def test_the_same_points_again_change_nothing(chapter, points):
    path = points(point("1"), point("2A"))
    run("import_addresses", path, chapter)
    before = list(Building.objects.order_by("pk").values())
    run("import_addresses", path, chapter)
    assert list(Building.objects.order_by("pk").values()) == before


def test_points_of_another_town_do_not_place_a_door(chapter, points):
    run("import_addresses", points(point("1", city="Hill", postcode="28000")), chapter)
    assert Building.objects.get(address_key="1 MAIN ST", locality="RIV").lon is None


def test_points_without_a_town_place_a_door(chapter, points):
    run("import_addresses", points(point("1", city="", postcode="")), chapter)
    assert place_of("1 MAIN ST") == (-78.64, 35.78)


def test_voters_of_a_later_file_find_points_that_were_there_before_them(chapter, points, tmp_path):
    run("import_addresses", points(point("99")), chapter)
    path = tmp_path / "later.txt"
    path.write_text(NC_HEADER + nc_row(ncid="BB1", address="99 MAIN ST"))
    run("import_voters", path, chapter)
    assert Building.objects.get(address_key="99 MAIN ST").households.count() == 1
    assert place_of("99 MAIN ST") == (-78.64, 35.78)


def test_units_at_one_address_stay_one_building(chapter, points):
    result = run("import_addresses", points(*(point("1", unit=f"APT {n}") for n in range(1400))), chapter)
    assert (result["points"], result["buildings"]) == (1400, 1)


def test_points_of_one_address_far_apart_place_nothing_and_are_named(chapter, points):
    result = run("import_addresses", points(point("1"), point("1", lat=35.9), point("2A")), chapter)
    assert place_of("1 MAIN ST") == (None, None)
    assert result["warnings"][0]["line"] == 2


def test_any_table_with_longitude_and_latitude_is_read(chapter, points):
    path = points("35.78|-78.64|1 Main St Apt 4\n", header="Latitude|Longitude|Address\n")
    assert run("import_addresses", path, chapter)["households_placed"] == 2


def test_a_few_points_at_sea_are_left_out_with_their_line(chapter, points):
    result = run(
        "import_addresses",
        points(point("1"), point("2A"), point("27", lon=-60, lat=30), point("5", lon=0, lat=0)),
        chapter,
    )
    assert [row["line"] for row in result["rejected"]] == [4, 5]
    assert place_of("27 MAIN ST") == (None, None)


@pytest.mark.parametrize(
    ("rows", "header", "words"),
    [
        ([point("1", lon=35.78, lat=-78.64)], HEADER, "swapped: line 2"),
        ([point("1", lon=-60.0, lat=30.0)] * 3, HEADER, "3 of 3 points lie outside NC; the first is line 2"),
        ([point("1", lon=2094000, lat=738000)], HEADER, "not degrees: line 2"),
        (["1,2,3\n"], "a,b,c\n", "lacks columns: lon, lat"),
        (
            ["x,y,1,Main St\n"] * 3,
            "lon,lat,number,street\n",
            "3 of 3 rows cannot be read. The first: line 2, no coordinates",
        ),
        ([], HEADER, "no address point"),
    ],
    ids=["swapped", "at sea", "projected", "no coordinates", "no numbers", "empty"],
)
def test_bad_points_are_refused_with_line_and_reason_and_change_nothing(chapter, points, rows, header, words):
    assert words in refuse("import_addresses", points(*rows, header=header), chapter)


def test_the_citys_dirty_table_is_refused_because_its_header_runs_into_a_row(shared_data):
    chapter = make_chapter(state="MA")
    words = refuse("import_addresses", shared_data / "cambridge/master_address_raw_dirty.csv.gz", chapter)
    assert "The header on line 1 runs into the first row" in words


def test_cambridges_points_place_every_household(shared_data):
    chapter = make_chapter(state="MA")
    run("import_voters", shared_data / "cambridge/voters_t0.txt.gz", chapter)
    result = run("import_addresses", shared_data / "cambridge/address_points.csv.gz", chapter)
    assert (result["points"], result["households_placed"], result["households_unplaced"]) == (
        20_511,
        40_886,
        0,
    )


def test_san_franciscos_points_are_2512_buildings(shared_data):
    chapter = make_chapter(state="CA")
    result = run("import_addresses", shared_data / "addresses/san_francisco_excerpt.csv.gz", chapter)
    assert (result["points"], result["buildings"]) == (7284, 2512)
    assert Building.objects.count() == 2512
    assert ImportReject.objects.filter(is_warning=True).count() == 2  # the two that are called "UNKNOWN"


# --- boundaries -------------------------------------------------------------------------------------------


def square(west):
    return [[[west, 35.0], [west + 0.1, 35.0], [west + 0.1, 35.1], [west, 35.1], [west, 35.0]]]


def features(*codes):
    return [
        {
            "type": "Feature",
            "properties": {"code": code, "n": at},
            "geometry": {"type": "Polygon", "coordinates": square(-78 - at)},
        }
        for at, code in enumerate(codes)
    ]


@pytest.fixture
def polygons(tmp_path):
    def write(*codes):
        path = tmp_path / "precincts.geojson"
        path.write_text(json.dumps({"type": "FeatureCollection", "features": features(*codes)}))
        return path

    return write


def test_polygons_are_matched_by_the_chosen_key_and_the_rest_is_shown(polygons):
    chapter = make_chapter()
    one, two = make_precinct(chapter, "1-1"), make_precinct(chapter, "1-2")
    result = run("import_precincts", polygons("1-1", "9-9", "1-1"), chapter, "--key", "code")
    one.refresh_from_db()
    two.refresh_from_db()
    assert (result["features"], result["matched"], result["unmatched"], result["without"]) == (
        3,
        1,
        ["9-9"],
        ["1-2"],
    )
    assert (one.boundary["type"], len(one.boundary["coordinates"])) == ("MultiPolygon", 2)
    assert two.boundary is None


def test_codes_are_compared_without_leading_zeros_and_case(polygons):
    chapter = make_chapter()
    make_precinct(chapter, "01b")
    assert run("import_precincts", polygons("1B"), chapter, "--key", "code")["matched"] == 1


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("{", "code", "not a GeoJSON"),
        ('{"features": []}', "code", "not a GeoJSON"),
        (json.dumps({"features": features("1-1")}), "name", "No feature has a property"),
        (json.dumps({"features": features("8-8")}), "code", "names a precinct of this chapter"),
        (json.dumps({"features": features("1-1")}).replace("35.0", "738000.0"), "code", "not degrees"),
    ],
)
def test_what_is_no_boundary_file_is_refused(tmp_path, text, key, words):
    chapter = make_chapter()
    make_precinct(chapter, "1-1")
    path = tmp_path / "x.geojson"
    path.write_text(text)
    before = everything()
    with pytest.raises(CommandError, match=words):
        run("import_precincts", path, chapter, "--key", key)
    assert everything() == before


def test_cambridges_33_precincts_are_drawn(shared_data):
    chapter = make_chapter(state="MA")
    codes = json.loads((shared_data / "cambridge/truth.json").read_text())["t0"]["voters_by_precinct"]
    for code in codes:
        make_precinct(chapter, code)
    path = shared_data / "cambridge/precincts_2022.geojson"
    result = run("import_precincts", path, chapter, "--key", "WardPrecinct")
    assert (result["matched"], result["unmatched"], result["without"]) == (33, [], [])
    assert not Precinct.objects.filter(boundary__isnull=True).exists()
