"""Files that look like the wrong one: the import stops, and goes on once somebody has confirmed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.urls import reverse
from django.utils import timezone

from chapters.models import Job
from chapters.services.job_runs import run_queued_job
from precincts.models import Building, Election, Precinct, Voter, VoterImport
from precincts.services.imports import confirmations
from tests.factories import make_chapter, make_organizer, make_precinct
from tests.precincts.test_address_points import HEADER as POINTS_HEADER
from tests.precincts.test_address_points import point
from tests.precincts.test_history import HEADER as HISTORY_HEADER
from tests.precincts.test_history import vote
from tests.precincts.test_imports import refuse, run, upload, url
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return make_chapter(state="NC")


@pytest.fixture
def olive(chapter, client):
    """The organizer, signed in."""
    olive = make_organizer(chapter)
    client.force_login(olive.user)
    return olive


def people(count, **said):
    return [nc_row(ncid=f"AA{n}", address=f"{n} MAIN ST", **said) for n in range(1, count + 1)]


@pytest.fixture
def file_of(tmp_path):
    """Writes a file of these lines and gives its path."""

    def write(lines, header=NC_HEADER, name="voters.txt"):
        path = tmp_path / name
        path.write_text(header + "".join(lines))
        return path

    return write


def check(client, chapter, record, **said):
    return client.post(url("check_import", chapter, import_id=record.pk), said)


def page_of(client, chapter, record, name="check_import"):
    return client.get(url(name, chapter, import_id=record.pk)).content.decode()


# --- many gone --------------------------------------------------------------------------------------------


def test_a_file_cut_short_marks_nobody_gone_until_somebody_confirms_it(chapter, file_of):
    run("import_voters", file_of(people(600)), chapter)
    short = file_of(people(450))
    words = refuse("import_voters", short, chapter)
    assert "150 of 600 listed voters of this file's counties are missing from it" in words
    result = run("import_voters", short, chapter, "--yes")
    assert (result["gone"], Voter.objects.filter(gone_on__isnull=False).count()) == (150, 150)
    assert "150 of 600 listed voters" in result["notices"][0]


def test_the_share_that_may_be_gone_is_a_setting(chapter, file_of, settings):
    settings.IMPORT_GONE_PERCENT = 25
    run("import_voters", file_of(people(600)), chapter)
    assert run("import_voters", file_of(people(450)), chapter)["gone"] == 150


def test_fewer_than_a_hundred_gone_are_no_question(chapter, file_of):
    run("import_voters", file_of(people(150)), chapter)
    assert run("import_voters", file_of(people(51)), chapter)["gone"] == confirmations.FEWEST_GONE - 1


def test_the_share_is_of_the_counties_in_the_file(chapter, file_of):
    run("import_voters", file_of(people(150)), chapter)
    hill = [nc_row(ncid=f"HH{n}", address=f"{n} ELM ST", county="HILL") for n in range(1000)]
    run("import_voters", file_of(hill), chapter)
    assert "101 of 150 listed" in refuse("import_voters", file_of(people(49)), chapter)


def test_people_off_the_list_do_not_count(chapter, file_of):
    removed = [nc_row(ncid=f"RR{n}", status="R", address=f"{n} OAK ST") for n in range(200)]
    run("import_voters", file_of([*people(50), *removed]), chapter)
    assert run("import_voters", file_of(people(50)), chapter)["gone"] == 200


def test_a_file_cut_short_is_confirmed_in_the_browser(client, chapter, olive, file_of):
    run("import_voters", file_of(people(300)), chapter)
    record = upload(client, chapter, (NC_HEADER + "".join(people(150))).encode())
    check(client, chapter, record)
    job = Job.objects.get(asked_by=olive.user)
    assert run_queued_job(job.pk)
    assert not Voter.objects.filter(gone_on__isnull=False).exists()
    work = client.get(reverse("chapters:job", kwargs={"chapter_slug": chapter.slug, "job_id": job.pk}))
    assert f'href="{url("check_import", chapter, import_id=record.pk)}"' in work.content.decode()
    page = page_of(client, chapter, record)
    assert "150 of 300 listed voters" in page
    assert "The file is whole: mark them gone." in page
    assert check(client, chapter, record).status_code == 422
    assert check(client, chapter, record, accept_many_gone="on").status_code == 302
    assert run_queued_job(Job.objects.filter(asked_by=olive.user).latest("created_at").pk)
    assert Voter.objects.filter(gone_on__isnull=False).count() == 150
    assert "Confirmed: 150 of 300" in page_of(client, chapter, record, "import_report")


def test_what_was_confirmed_for_another_reading_is_asked_again(client, chapter, olive, file_of):
    run("import_voters", file_of(people(300)), chapter)
    record = upload(client, chapter, (NC_HEADER + "".join(people(150))).encode())
    check(client, chapter, record)
    assert run_queued_job(Job.objects.get(asked_by=olive.user).pk)
    columns = {"voter_id": "ncid", "last_name": "last_name", "address_line": ["res_street_address"]}
    said = {"name": "State", **columns, "precinct": "precinct_abbrv"}
    client.post(url("map_columns", chapter, import_id=record.pk), said)
    record.refresh_from_db()
    assert (record.doubt, record.job) == ("", None)


# --- days -------------------------------------------------------------------------------------------------


def test_a_file_of_tomorrow_or_of_another_age_is_refused(client, chapter, olive, file_of):
    tomorrow = (timezone.localdate() + timedelta(days=2)).isoformat()
    for day in (tomorrow, "9999-12-31", "0001-01-01"):
        words = refuse("import_voters", file_of(people(1)), chapter, "--obtained", day)
        assert "cannot have been obtained" in words
        said = {"kind": "voters", "source": "S", "permitted_use": "U", "obtained_on": day}
        assert "obtained_on" in client.post(url("import_voters", chapter), said).context["form"].errors


def test_a_file_older_than_the_last_one_of_its_source_wants_a_confirmation(chapter, file_of):
    board = ("--source", "State Board")
    run("import_voters", file_of(people(2)), chapter, *board, "--obtained", "2026-05-01")
    older = file_of(people(3), name="older.txt")
    words = refuse("import_voters", older, chapter, "--source", "state board", "--obtained", "2026-04-01")
    assert (
        "This file is of 1 Apr 2026, but voters.txt of the same source, of 1 May 2026, is already in" in words
    )
    run("import_voters", older, chapter, "--source", "City clerk", "--obtained", "2026-04-01")
    run("import_voters", older, chapter, *board, "--obtained", "2026-04-01", "--yes")


def test_an_older_history_is_no_question(chapter, file_of):
    run("import_voters", file_of(people(2)), chapter)
    for day, label in (("2026-05-01", "11/05/2024 GENERAL"), ("2026-04-01", "11/08/2022 GENERAL")):
        path = file_of([vote("AA1", label)], header=HISTORY_HEADER, name="history.txt")
        assert run("import_history", path, chapter, "--obtained", day)["matched"] == 1


def test_an_older_file_is_confirmed_before_it_starts(client, chapter, olive, file_of):
    run("import_voters", file_of(people(2)), chapter, "--source", "State Board", "--obtained", "2026-05-02")
    record = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    assert "is already in" in page_of(client, chapter, record)
    assert check(client, chapter, record).status_code == 422
    assert check(client, chapter, record, accept_older_file="on").status_code == 302


# --- places -----------------------------------------------------------------------------------------------


def test_points_outside_the_state_are_confirmed_when_the_import_met_them(client, chapter, olive):
    near = [point(str(n), lon=-78.64) for n in range(1, 60)]
    far = [point(str(n), lon=-60.0, lat=30.0) for n in range(60, 200)]
    content = (POINTS_HEADER + "".join([*near, *far])).encode()
    record = upload(client, chapter, content, name="points.csv", kind="addresses")
    assert "lie outside" not in page_of(client, chapter, record)
    check(client, chapter, record)
    assert run_queued_job(Job.objects.get().pk)
    assert not Building.objects.exists()
    assert "140 of 199 points lie outside NC; the first is line 61" in page_of(client, chapter, record)
    check(client, chapter, record, accept_far_away="on")
    assert run_queued_job(Job.objects.latest("created_at").pk)
    assert Building.objects.count() == 199


def test_another_state_beyond_the_first_rows_is_confirmed_when_the_import_met_it(client, chapter, olive):
    rows = [*people(20), *(nc_row(ncid=f"VV{n}", state="VA") for n in range(30))]
    record = upload(client, chapter, (NC_HEADER + "".join(rows)).encode())
    assert check(client, chapter, record).status_code == 302
    assert run_queued_job(Job.objects.get().pk)
    assert "Most rows name the state VA" in page_of(client, chapter, record)
    check(client, chapter, record, accept_other_state="on")
    assert run_queued_job(Job.objects.latest("created_at").pk)
    assert Voter.objects.count() == 50


# --- elections --------------------------------------------------------------------------------------------


@pytest.fixture
def unknown(client, chapter, olive, file_of):
    """A history with two labels that nobody knows, stopped at them."""
    run("import_voters", file_of(people(3)), chapter)
    rows = [
        vote("AA1", "11/05/2024 GENERAL"),
        vote("AA1", "BONDS"),
        vote("AA2", "BONDS"),
        vote("AA2", "RECALL"),
    ]
    record = upload(client, chapter, (HISTORY_HEADER + "".join(rows)).encode(), kind="history")
    check(client, chapter, record)
    assert run_queued_job(Job.objects.get(asked_by=olive.user).pk)
    record.refresh_from_db()
    assert record.unknown_labels == {"BONDS": 2, "RECALL": 1}
    return record


def test_labels_nobody_knows_are_named_by_the_organizer_and_kept(client, chapter, unknown):
    assert url("name_elections", chapter, import_id=unknown.pk) in page_of(client, chapter, unknown)
    page = page_of(client, chapter, unknown, "name_elections")
    assert page.index("BONDS") < page.index("RECALL")
    said = {"day_0": "2023-06-06", "kind_0": "special", "day_1": "2022-03-01", "kind_1": "other"}
    assert client.post(url("name_elections", chapter, import_id=unknown.pk), said).status_code == 302
    assert check(client, chapter, unknown).status_code == 302
    assert run_queued_job(Job.objects.latest("created_at").pk)
    unknown.refresh_from_db()
    assert (unknown.counts["matched"], unknown.counts["unknown_labels"]) == (4, [])
    assert Election.objects.get(labels=["BONDS"]).kind == "special"
    again = upload(client, chapter, (HISTORY_HEADER + vote("AA3", "BONDS")).encode(), kind="history")
    check(client, chapter, again)
    assert run_queued_job(Job.objects.latest("created_at").pk)
    again.refresh_from_db()
    assert again.counts["matched"] == 1


def test_a_label_left_unnamed_can_be_left_out(client, chapter, unknown):
    said = {"day_0": "2023-06-06", "kind_0": "special", "day_1": "", "kind_1": ""}
    client.post(url("name_elections", chapter, import_id=unknown.pk), said)
    assert check(client, chapter, unknown).status_code == 422
    assert check(client, chapter, unknown, accept_unknown_labels="on").status_code == 302
    assert run_queued_job(Job.objects.latest("created_at").pk)
    unknown.refresh_from_db()
    assert (unknown.counts["matched"], unknown.counts["unknown_labels"]) == (3, ["RECALL"])


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"day_0": "2023-06-06", "kind_0": ""}, "kind_0"),
        ({"day_0": "", "kind_0": "special"}, "day_0"),
        ({"day_0": "2090-06-06", "kind_0": "special"}, "day_0"),
    ],
)
def test_half_an_election_is_refused(client, chapter, unknown, said, field):
    response = client.post(url("name_elections", chapter, import_id=unknown.pk), said)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])


# --- boundaries -------------------------------------------------------------------------------------------


def geojson(*areas):
    """A collection of squares of (properties, west, south)."""
    import json

    def square(west, south):
        return [
            [
                [west, south],
                [west + 0.1, south],
                [west + 0.1, south + 0.1],
                [west, south + 0.1],
                [west, south],
            ]
        ]

    shapes = [
        {"type": "Feature", "properties": said, "geometry": {"type": "Polygon", "coordinates": square(west, south)}}
        for said, west, south in areas
    ]  # fmt: skip
    return json.dumps({"type": "FeatureCollection", "features": shapes})


def two_counties(chapter):
    wake, hill = make_precinct(chapter, "01"), make_precinct(chapter, "2")
    Precinct.objects.filter(pk=wake.pk).update(county="WAKE")
    Precinct.objects.filter(pk=hill.pk).update(county="HILL", code="01")
    return wake, hill


def test_one_code_in_two_counties_is_never_guessed(chapter, file_of):
    two_counties(chapter)
    other = make_precinct(chapter, "07")
    path = file_of(
        [geojson(({"code": "01"}, -78, 35), ({"code": "7"}, -79, 35))], header="", name="a.geojson"
    )
    result = run("import_precincts", path, chapter, "--key", "code")
    assert (result["matched"], result["unmatched"]) == (1, ["01"])
    assert result["rejected"] == [
        {"line": 1, "reason": "this is the code of several precincts: 01 (HILL, WAKE)"}
    ]
    other.refresh_from_db()
    assert other.boundary is not None
    assert Precinct.objects.filter(boundary__isnull=False).count() == 1


def test_codes_shared_by_counties_ask_for_the_county(chapter, file_of):
    two_counties(chapter)
    path = file_of([geojson(({"code": "01"}, -78, 35))], header="", name="a.geojson")
    with pytest.raises(CommandError, match="used in several counties"):
        run("import_precincts", path, chapter, "--key", "code")


def test_boundaries_are_matched_by_county_and_code(chapter, file_of):
    wake, hill = two_counties(chapter)
    areas = [({"code": "1", "co": "Hill County"}, -78, 35), ({"code": "1", "co": "wake"}, -79, 35)]
    path = file_of([geojson(*areas)], header="", name="a.geojson")
    result = run("import_precincts", path, chapter, "--key", "code", "--county-key", "co")
    assert (result["matched"], result["unmatched"]) == (2, [])
    wake.refresh_from_db()
    hill.refresh_from_db()
    assert (wake.boundary["coordinates"][0][0][0], hill.boundary["coordinates"][0][0][0]) == (-79, -78)


def test_two_areas_of_one_precinct_are_not_chosen_between(chapter, file_of):
    make_precinct(chapter, "001")
    make_precinct(chapter, "2")
    areas = [({"code": "1"}, -78, 35), ({"code": "01"}, -79, 35), ({"code": "2"}, -80, 35)]
    path = file_of([geojson(*areas)], header="", name="a.geojson")
    result = run("import_precincts", path, chapter, "--key", "code")
    assert (result["matched"], result["unmatched"]) == (1, ["1", "01"])


def test_swapped_boundaries_are_refused_with_the_feature(chapter, file_of):
    make_precinct(chapter, "1")
    path = file_of([geojson(({"code": "1"}, 35, -78))], header="", name="a.geojson")
    with pytest.raises(CommandError, match="swapped: feature 1 gives 35.050 as longitude"):
        run("import_precincts", path, chapter, "--key", "code", "--yes")


def test_boundaries_of_another_place_want_a_confirmation_and_single_ones_are_left_out(chapter, file_of):
    make_precinct(chapter, "1")
    far = file_of([geojson(({"code": "1"}, -60, 30))], header="", name="far.geojson")
    words = refuse("import_precincts", far, chapter, "--key", "code")
    assert "1 of 1 boundaries lie outside NC; the first is feature 1" in words
    areas = [({"code": "1"}, -78, 35), ({"code": "1"}, -60, 30)]
    mixed = file_of([geojson(*areas)], header="", name="mixed.geojson")
    result = run("import_precincts", mixed, chapter, "--key", "code")
    assert (result["matched"], result["rejected"]) == (1, [{"line": 2, "reason": "it lies outside NC"}])
    assert run("import_precincts", far, chapter, "--key", "code", "--yes")["matched"] == 1


def test_large_boundaries_are_checked_by_their_properties_alone(client, chapter, olive, monkeypatch):
    from precincts.services.imports import checks

    monkeypatch.setattr(checks, "_CHECKED_WHOLE", 10)
    monkeypatch.setattr(checks, "read_features", None)
    content = geojson(({"code": "1", "name": "Mill"}, -78, 35)).encode()
    record = upload(client, chapter, content, name="a.geojson", kind="boundaries")
    page = page_of(client, chapter, record)
    assert "code (1)" in page
    assert "name (Mill)" in page
    assert VoterImport.objects.get().finished_at is None


def test_what_is_far_or_swapped_is_said_before_the_import_where_it_shows(client, chapter, olive):
    far = upload(client, chapter, geojson(({"code": "1"}, -60, 30)).encode(), "a.geojson", kind="boundaries")
    assert "1 of 1 boundaries lie outside NC" in page_of(client, chapter, far)
    swapped = geojson(({"code": "1"}, 35, -78)).encode()
    record = upload(client, chapter, swapped, "b.geojson", kind="boundaries")
    assert "swapped: feature 1" in page_of(client, chapter, record)
    points = (POINTS_HEADER + point("1", lon=35.78, lat=-78.64)).encode()
    record = upload(client, chapter, points, "points.csv", kind="addresses")
    assert "swapped: line 2" in page_of(client, chapter, record)
    record = upload(client, chapter, b"a,b,c\n1,2,3\n", "points.csv", kind="addresses")
    assert "lacks columns: lon, lat" in page_of(client, chapter, record)


def test_the_command_says_how_to_confirm(chapter, file_of):
    path = file_of([nc_row(state="VA")])
    assert refuse("import_voters", path, chapter).endswith("To take it all the same, give --yes.")
