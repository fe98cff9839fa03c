from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from chapters.enums import JobState
from chapters.models import AuditEvent, Job
from chapters.services.job_runs import run_queued_job
from core.actors import Actor
from core.files import private_storage
from core.permissions import get_right
from precincts.models import (
    Building,
    Fact,
    Household,
    ImportReject,
    Precinct,
    SavedMapping,
    Voter,
    VoterChange,
    VoterImport,
)
from precincts.services.imports import jobs, staging, stretches
from precincts.services.imports.records import start_import
from precincts.services.imports.uploads import Upload
from precincts.views.imports import LEFT_OUT
from tests.factories import make_chapter, make_member, make_organizer
from tests.precincts.test_voterfile import COLORADO, DELAWARE, NC_HEADER, OKLAHOMA, nc_row, zip_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return make_chapter(state="NC")


@pytest.fixture
def voter_file(tmp_path):
    """Writes a North Carolina file of these rows and gives its path."""

    def write(*rows, name="voters.txt", header=NC_HEADER):
        path = tmp_path / name
        path.write_bytes((header + "".join(rows)).encode("latin-1"))
        return path

    return write


def run(command, path, chapter, *options):
    """A command's result, as its JSON says it."""
    out = io.StringIO()
    call_command(command, str(path), "--chapter", chapter.slug, "--json", *options, stdout=out)
    return json.loads(out.getvalue())


def figures(result):
    names = ("rows", "voters", "new", "changed", "moved", "gone", "returned", "unchanged")
    return tuple(result[name] for name in names)


def everything():
    """All that an import could change, to see that it changed nothing."""
    tables = (Precinct, Building, Household, Voter, VoterChange, VoterImport, ImportReject)
    return [list(model.objects.order_by("pk").values()) for model in tables]


# --- the real file ----------------------------------------------------------------------------------------


def test_cambridge_is_accounted_for_row_by_row_and_again_some_months_later(shared_data):
    chapter = make_chapter(state="MA")
    truth = json.loads((shared_data / "cambridge/truth.json").read_text())
    first = run(
        "import_voters",
        shared_data / "cambridge/voters_t0.txt.gz",
        chapter,
        "--obtained",
        "2026-05-01",
        "--source",
        "City",
    )
    assert figures(first) == (79_894, 79_858, 79_858, 0, 0, 0, 0, 0)
    assert first["households"] == truth["t0"]["doors_with_voters"]
    assert sorted(row["reason"][:20] for row in first["rejected"]) == sorted(
        ["the row has 9 column"] * 9
        + ["no voter number"] * 9
        + ["no address"] * 9
        + ["the same voter numbe"] * 9
    )
    assert all(row["line"] > 1 for row in first["rejected"])
    assert len(first["warnings"]) == 9
    assert Voter.objects.filter(registered_on__isnull=True).count() == 9
    by_precinct = {
        p.code: p.voters.exclude(registered_on__isnull=True).count() for p in Precinct.objects.all()
    }
    assert by_precinct == truth["t0"]["voters_by_precinct"]
    assert Voter.objects.filter(is_confidential=True).count() == truth["t0"]["confidential"]
    hidden = Voter.objects.filter(is_confidential=True) | Voter.objects.filter(
        status__in=("removed", "denied")
    )
    assert not hidden.filter(is_listed=True).exists()

    later = run(
        "import_voters", shared_data / "cambridge/voters_t1.txt.gz", chapter, "--obtained", "2026-11-20"
    )
    assert figures(later) == (80_526, 80_526, 1_649, 1_409, 1_643, 981, 0, 75_825)
    assert later["turned_18"] == 319
    assert later["changed_columns"] == {"last_name": 208, "party": 714, "status": 487}
    assert later["rejected"] == []

    before = everything()
    again = run(
        "import_voters", shared_data / "cambridge/voters_t1.txt.gz", chapter, "--obtained", "2026-11-20"
    )
    assert figures(again) == (80_526, 80_526, 0, 0, 0, 0, 0, 80_526)
    assert everything()[:5] == before[:5]


# --- what a re-import does --------------------------------------------------------------------------------


def test_each_voter_is_exactly_one_of_new_changed_moved_gone_returned_unchanged(chapter, voter_file):
    first = voter_file(*(nc_row(ncid=f"AA{n}", last=f"NAME{n}", address=f"{n} MAIN ST") for n in range(1, 6)))
    run("import_voters", first, chapter)
    second = voter_file(
        nc_row(ncid="AA1", last="NAME1", address="1 MAIN ST"),
        nc_row(ncid="AA2", last="MARRIED", address="2 MAIN ST", party="REP"),
        nc_row(ncid="AA3", last="RENAMED", address="99 ELM AVE"),
        nc_row(ncid="AA6", born="2008"),
        name="second.txt",
    )
    result = run("import_voters", second, chapter, "--obtained", "2026-06-01")
    assert figures(result) == (4, 4, 1, 1, 1, 2, 0, 1)
    assert (result["turned_18"], result["changed_columns"]) == (1, {"last_name": 1, "party": 1})
    changed = VoterChange.objects.get(kind="changed")
    assert (changed.before, changed.after) == (
        {"last_name": "NAME2", "party": "DEM"}, {"last_name": "MARRIED", "party": "REP"},
    )  # fmt: skip
    moved = VoterChange.objects.get(kind="moved")
    assert (str(moved.from_household), str(moved.to_household)) == ("3 MAIN ST", "99 ELM AVE")
    assert Voter.objects.get(state_voter_id="AA3").household_since == date(2026, 6, 1)
    assert set(Voter.objects.filter(is_listed=False).values_list("state_voter_id", flat=True)) == {
        "AA4",
        "AA5",
    }

    returned = run("import_voters", first, chapter, "--obtained", "2026-07-01")
    assert figures(returned) == (5, 5, 0, 1, 1, 1, 2, 1)
    assert Voter.objects.count() == 6
    assert Voter.objects.get(state_voter_id="AA4").gone_on is None


def test_notes_stay_when_somebody_is_gone(chapter, voter_file):
    run("import_voters", voter_file(nc_row(ncid="AA1"), nc_row(ncid="AA2")), chapter)
    voter = Voter.objects.get(state_voter_id="AA2")
    Fact.objects.create(
        chapter=chapter,
        voter=voter,
        kind="note",
        text="Likes tea",
        source="captain",
        occurred_at="2026-01-01T00:00Z",
    )
    run("import_voters", voter_file(nc_row(ncid="AA1")), chapter)
    assert Fact.objects.get().voter == Voter.objects.get(state_voter_id="AA2", gone_on__isnull=False)


def test_another_countys_file_leaves_a_county_as_it_is(chapter, voter_file):
    run("import_voters", voter_file(nc_row(ncid="AA1"), nc_row(ncid="AA2")), chapter)
    hill = voter_file(nc_row(ncid="BB1", county="HILL"), nc_row(ncid="BB2", county="HILL"), name="hill.txt")
    assert run("import_voters", hill, chapter)["gone"] == 0
    fewer = voter_file(nc_row(ncid="BB1", county="HILL"), name="fewer.txt")
    assert run("import_voters", fewer, chapter)["gone"] == 1
    assert Voter.objects.get(gone_on__isnull=False).state_voter_id == "BB2"


def test_the_answer_has_the_keys_that_are_documented(chapter, voter_file):
    result = run("import_voters", voter_file(nc_row()), chapter)
    text = (settings.BASE_DIR / "docs/commands.md").read_text()
    documented = text.partition("## import_voters")[2].partition("## ")[0]
    named = {
        key
        for row in documented.splitlines()
        for key in re.findall(r"`(\w+)`", row.split("|")[1:2][0] if "|" in row else "")
    }
    assert set(result) == named
    promised = {"rows", "voters", "households", "new", "changed", "moved", "gone", "returned", "unchanged"}
    assert promised | {"rejected", "seconds"} <= named


def test_a_voter_whose_row_cannot_be_taken_in_is_not_gone(client, chapter, voter_file):
    known = [nc_row(ncid=f"AA{n}", address=f"{n} MAIN ST") for n in range(1, 9)]
    run("import_voters", voter_file(*known), chapter)
    short = '"AA6"\t"ADAMS"\r\n'
    rest = voter_file(*known[:5], short, nc_row(ncid="AA7", address=""), name="rest.txt")
    result = run("import_voters", rest, chapter)
    assert (result["gone"], VoterImport.objects.latest("pk").counts["kept"]) == (1, 2)
    assert Voter.objects.get(gone_on__isnull=False).state_voter_id == "AA8"
    client.force_login(make_organizer(chapter).user)
    report = url("import_report", chapter, import_id=VoterImport.objects.latest("pk").pk)
    assert "2 people are left as they were" in client.get(report).content.decode()


def test_a_withheld_address_hides_somebody_whom_the_chapter_knew(chapter, voter_file):
    mapping = {
        "columns": {"voter_id": "id", "last_name": "name", "address_line": "address", "precinct": "pct"}
    }
    first = voter_file(
        "1,ADAMS,1 MAIN ST,01\n2,BAKER,2 MAIN ST,01\n", name="a.csv", header="id,name,address,pct\n"
    )
    second = voter_file(
        "1,ADAMS,PROTECTED,01\n2,BAKER,2 MAIN ST,01\n", name="b.csv", header="id,name,address,pct\n"
    )
    layout = first.with_name("mapping.json")
    layout.write_text(json.dumps(mapping))
    run("import_voters", first, chapter, "--layout", str(layout))
    run("import_voters", second, chapter, "--layout", str(layout))
    assert Voter.objects.get(is_listed=True).last_name == "BAKER"
    run("import_voters", first, chapter, "--layout", str(layout))
    assert Voter.objects.get(is_confidential=True).last_name == "ADAMS"


def test_a_chapter_whose_state_was_changed_takes_in_no_voters(chapter, voter_file):
    path = voter_file(nc_row())
    run("import_voters", path, chapter)
    chapter.state = "VA"
    chapter.save()
    with pytest.raises(CommandError, match="The chapter has voters of NC"):
        run("import_voters", path, chapter, "--yes")
    assert Voter.objects.count() == 1


def test_a_neighbour_added_by_hand_is_not_marked_gone(chapter, voter_file):
    Voter.objects.create(chapter=chapter, state="NC", last_name="Hand", status="unregistered")
    run("import_voters", voter_file(nc_row()), chapter)
    run("import_voters", voter_file(nc_row(last="OTHER")), chapter)
    assert Voter.objects.get(last_name="Hand").gone_on is None


def test_columns_the_new_file_lacks_are_left_as_they_are(chapter, voter_file):
    run("import_voters", voter_file(nc_row(phone="9195550100", party="REP")), chapter)
    mapping = {
        "columns": {"voter_id": "id", "last_name": "name", "address_line": "address", "precinct": "precinct"}
    }
    path = voter_file("AA1,ADAMS,1 MAIN ST # 2,01\n", name="other.csv", header="id,name,address,precinct\n")
    path_of_mapping = path.with_name("mapping.json")
    path_of_mapping.write_text(json.dumps(mapping))
    result = run("import_voters", path, chapter, "--layout", str(path_of_mapping))
    voter = Voter.objects.get()
    assert (voter.phone, voter.party) == ("919-555-0100", "REP")
    assert result["moved"] == 1  # the other file names no town, so it is another door


def test_units_of_one_building_are_doors_of_it(chapter, voter_file):
    rows = [nc_row(ncid=f"AA{n}", address=f"77 FULTON ST APT {n}") for n in range(1, 1195)]
    result = run("import_voters", voter_file(*rows), chapter)
    assert result["households"] == 1194
    assert Building.objects.count() == 1


def test_one_street_in_two_towns_is_two_buildings(chapter, voter_file):
    run(
        "import_voters",
        voter_file(nc_row(ncid="AA1", city="RIVER"), nc_row(ncid="AA2", city="HILL")),
        chapter,
    )
    assert Building.objects.count() == 2


def test_source_date_and_permitted_use_are_on_record(chapter, voter_file):
    terms = ("--source", "State Board", "--obtained", "2026-05-01", "--permitted-use", "Elections only")
    run("import_voters", voter_file(nc_row()), chapter, *terms)
    record = VoterImport.objects.get()
    assert (record.source, record.obtained_on, record.permitted_use) == (
        "State Board",
        date(2026, 5, 1),
        "Elections only",
    )
    assert Voter.objects.get().last_import == record
    assert AuditEvent.objects.filter(verb="precincts.voters_imported", rows=1).exists()


def test_another_chapters_voters_are_not_touched(chapter, voter_file):
    other = make_chapter("other-town", state="NC")
    run("import_voters", voter_file(nc_row(ncid="AA1")), other)
    run("import_voters", voter_file(nc_row(ncid="AA2")), chapter)
    assert Voter.objects.get(chapter=other).gone_on is None
    assert set(Voter.objects.values_list("chapter__slug", "state_voter_id")) == {
        ("other-town", "AA1"),
        ("river-city", "AA2"),
    }


# --- other layouts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "state", "count"), [("nc", "NC", 100), ("oh", "OH", 100), ("fl", "FL", 100)]
)
def test_the_synthetic_files_come_in_by_their_layout(shared_data, name, state, count):
    chapter = make_chapter(state=state)
    result = run("import_voters", shared_data / f"voterfiles/synthetic_{name}.csv", chapter)
    assert (result["voters"], result["rejected"]) == (count, [])
    assert set(Voter.objects.values_list("state", flat=True)) == {state}


@pytest.mark.parametrize(
    ("name", "mapping", "count", "left_out", "options"),
    [("co", COLORADO, 1000, 0, ["--yes"]), ("de", DELAWARE, 100, 0, []), ("ok", OKLAHOMA, 1, 1, [])],
)
def test_the_synthetic_files_come_in_by_a_mapping(
    shared_data, tmp_path, name, mapping, count, left_out, options
):
    chapter = make_chapter(state=name.upper())
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(mapping))
    file = shared_data / f"voterfiles/synthetic_{name}.csv"
    result = run("import_voters", file, chapter, "--layout", str(path), *options)
    assert (result["voters"], len(result["rejected"])) == (count, left_out)


def test_floridas_counties_come_in_one_zip_and_exempt_people_are_never_listed(shared_data, tmp_path):
    chapter = make_chapter(state="FL")
    lines = (shared_data / "voterfiles/synthetic_fl.csv").read_text().splitlines(keepends=True)
    files = {
        f"x/{code}_20261101.txt": "".join(row for row in lines if row.startswith(code))
        for code in ("ALA", "ABC", "OKE")
    }
    result = run("import_voters", zip_file(tmp_path / "Voter_Extract.zip", files), chapter)
    assert (result["rows"], result["voters"]) == (100, 100)
    assert Voter.objects.filter(is_confidential=True).count() == 55
    assert not Voter.objects.filter(is_confidential=True, is_listed=True).exists()


def test_a_database_that_writes_its_nulls_as_text_does_not_break_the_import(chapter, voter_file):
    blank = "\\N"
    fields = dict.fromkeys(("last", "middle", "suffix", "party", "city", "county"), blank)
    result = run("import_voters", voter_file(nc_row(ncid="AA1", **fields), nc_row(ncid="AA2")), chapter)
    assert figures(result)[:3] == (2, 2, 2)
    assert Voter.objects.get(state_voter_id="AA1").last_name == blank


def test_a_row_of_the_second_file_of_a_zip_is_named_with_its_own_line(chapter, tmp_path):
    good = (NC_HEADER + nc_row(ncid="AA1") + nc_row(ncid="AA2")).encode()
    bad = (NC_HEADER + nc_row(ncid="AA3") + nc_row(ncid="")).encode()
    result = run("import_voters", zip_file(tmp_path / "all.zip", {"one.txt": good, "two.txt": bad}), chapter)
    assert result["rejected"] == [{"line": 3, "reason": "two.txt: no voter number"}]


# --- bad input --------------------------------------------------------------------------------------------


def refuse(command, path, chapter, *options):
    """The one line a refused file gives; nothing has changed."""
    before = everything()
    with pytest.raises(CommandError) as refused:
        run(command, path, chapter, *options)
    assert everything() == before
    job = Job.objects.latest("created_at")
    assert job.state == JobState.FAILED
    assert job.error and job.hint
    assert "\n" not in str(refused.value)
    return str(refused.value)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"Dear all,\n", "Nobody has taught"),
        (b"%PDF-1.7", "not a text file"),
        ((NC_HEADER + nc_row()).encode()[:-3] + b"\0\n", "Line 2 holds NUL bytes"),
        ((NC_HEADER + nc_row()).replace('"registr_dt"\t', "").encode(), "lacks columns: registr_dt"),
        ((NC_HEADER + nc_row()).replace("\t", " ").encode(), "one column only"),
        (
            (NC_HEADER + nc_row(ncid="") * 3).encode(),
            "3 of 3 rows cannot be read. The first: line 2, no voter number",
        ),
        (NC_HEADER.encode(), "no voter"),
        ((NC_HEADER + nc_row() + '"AA7"\t"x' + "y" * 2 * 2**20).encode(), "Line 3 is longer than a megabyte"),
    ],
    ids=["empty", "a letter", "PDF", "NUL", "header", "delimiter", "no ids", "no rows", "long line"],
)
def test_a_bad_file_is_refused_with_line_and_reason_and_changes_nothing(chapter, voter_file, content, words):
    run("import_voters", voter_file(nc_row(ncid="AA1")), chapter)
    path = voter_file(name="bad.txt")
    path.write_bytes(content)
    assert words in refuse("import_voters", path, chapter)


def test_a_file_that_breaks_in_the_middle_changes_nothing(chapter, voter_file, monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", 10)
    run("import_voters", voter_file(nc_row(ncid="AA1")), chapter)
    path = voter_file(*(nc_row(ncid=f"BB{n}") for n in range(5000)))
    path.write_bytes(path.read_bytes() + b"\0\0")
    assert "Line 5002 holds NUL bytes" in refuse("import_voters", path, chapter)


def test_a_file_of_another_state_wants_a_confirmation(chapter, voter_file):
    path = voter_file(nc_row(ncid="AA1", state="VA"), nc_row(ncid="AA2", state="VA"), nc_row(ncid="AA3"))
    assert "name the state VA, but this chapter works in NC" in refuse("import_voters", path, chapter)
    result = run("import_voters", path, chapter, "--yes")
    assert result["voters"] == 3
    assert set(Voter.objects.values_list("state", flat=True)) == {"NC"}
    assert "VA" in result["notices"][0]


def test_two_people_with_one_id_are_the_first_of_them(chapter, voter_file):
    result = run(
        "import_voters", voter_file(nc_row(last="FIRST"), nc_row(last="SECOND"), nc_row(ncid="AA2")), chapter
    )
    assert result["rejected"] == [{"line": 3, "reason": "the same voter number as line 2"}]
    assert Voter.objects.get(state_voter_id="AA1").last_name == "FIRST"


def test_a_damaged_zip_is_refused(chapter, tmp_path):
    path = zip_file(tmp_path / "all.zip", {"a.txt": NC_HEADER + nc_row()}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes()[:-30])
    assert "damaged or not complete" in refuse("import_voters", path, chapter)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--layout", "nowhere.json"], "nowhere.json"),
        (["--obtained", "yesterday"], "no date"),
    ],
)
def test_a_wrong_argument_is_one_line(chapter, voter_file, options, words):
    with pytest.raises(CommandError, match=words):
        run("import_voters", voter_file(nc_row()), chapter, *options)


def test_an_unknown_chapter_and_a_missing_file_are_one_line(chapter, voter_file, tmp_path):
    with pytest.raises(CommandError, match="no-such-town"):
        call_command("import_voters", str(voter_file(nc_row())), "--chapter", "no-such-town")
    with pytest.raises(CommandError, match="There is no file"):
        run("import_voters", tmp_path / "none.txt", chapter)


# --- jobs -------------------------------------------------------------------------------------------------


def test_a_job_that_runs_again_after_it_was_done_gives_what_it_did_before(chapter, voter_file):
    run("import_voters", voter_file(nc_row()), chapter)
    job = Job.objects.get()
    first = job.result
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    assert run_queued_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == (JobState.DONE, first)
    assert VoterImport.objects.count() == 1


# --- in the browser ---------------------------------------------------------------------------------------


@pytest.fixture
def olive(chapter, client):
    """The organizer, signed in."""
    olive = make_organizer(chapter)
    client.force_login(olive.user)
    return olive


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def upload(client, chapter, content, name="voters.txt", **fields):
    said = {
        "kind": "voters",
        "source": "State Board",
        "obtained_on": "2026-05-01",
        "permitted_use": "Elections only",
    } | fields
    data = {**said, "file": SimpleUploadedFile(name, content)}
    response = client.post(url("import_voters", chapter), data)
    assert response.status_code == 302, response.content
    return VoterImport.objects.latest("pk")


def test_an_organizer_uploads_checks_and_imports_a_file(
    client, chapter, olive, django_capture_on_commit_callbacks
):
    record = upload(client, chapter, (NC_HEADER + nc_row(last="ADAMS")).encode())
    page = client.get(url("check_import", chapter, import_id=record.pk)).content.decode()
    assert "North Carolina (from 02/2022)" in page
    assert "ADAMS" in page
    assert not Voter.objects.exists()
    started = client.post(url("check_import", chapter, import_id=record.pk))
    job = Job.objects.get(kind="precincts.import_voters")
    assert started.url == reverse("chapters:job", kwargs={"chapter_slug": chapter.slug, "job_id": job.pk})
    path = VoterImport.objects.get().path
    with django_capture_on_commit_callbacks(execute=True):
        assert run_queued_job(job.pk)
    record.refresh_from_db()
    assert Voter.objects.get().last_name == "ADAMS"
    assert (record.path, private_storage().exists(path)) == ("", False)
    report = client.get(url("import_report", chapter, import_id=record.pk)).content.decode()
    assert "Elections only" in report
    assert "Every row was taken in" in report


def test_a_second_click_on_import_leads_to_the_same_job(client, chapter, olive):
    record = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    clicks = [client.post(url("check_import", chapter, import_id=record.pk)) for _ in range(2)]
    job = Job.objects.get()
    page = reverse("chapters:job", kwargs={"chapter_slug": chapter.slug, "job_id": job.pk})
    assert [click.headers["Location"] for click in clicks] == [page, page]


def test_the_check_page_shows_no_confidential_row(client, chapter, olive):
    record = upload(
        client,
        chapter,
        (NC_HEADER + nc_row() + nc_row(ncid="AA2", last="SECRETLY", confidential="Y")).encode(),
    )
    page = client.get(url("check_import", chapter, import_id=record.pk)).content.decode()
    assert "ADAMS" in page
    assert "SECRETLY" not in page


def test_the_report_shows_every_row_left_out_with_line_and_reason(client, chapter, olive, voter_file):
    run("import_voters", voter_file(nc_row(ncid="AA1"), nc_row(ncid="AA2"), nc_row(ncid="")), chapter)
    record = VoterImport.objects.get()
    page = client.get(url("import_report", chapter, import_id=record.pk)).content.decode()
    assert "no voter number" in page
    rows = b"".join(client.get(url("import_report", chapter, import_id=record.pk) + "?format=csv"))
    assert b"4,no voter number" in rows


def test_the_report_says_its_reasons_and_notices_in_the_readers_language(client, chapter, olive, voter_file):
    path = voter_file(nc_row(ncid="AA1", state="VA"), nc_row(ncid="AA2", state="VA"), nc_row(ncid=""))
    run("import_voters", path, chapter, "--yes")
    address = url("import_report", chapter, import_id=VoterImport.objects.get().pk)

    english, spanish = (
        client.get(address, headers={"Accept-Language": language}).content.decode()
        for language in ("en", "es")
    )

    for said, dicho in (("no voter number", "sin número de votante"), ("name the state VA", "el estado VA")):
        assert said in english
        assert said not in spanish
        assert dicho in spanish
        assert dicho not in english


def test_the_rows_left_out_are_taken_out_by_a_right_of_their_own():
    right = get_right("precincts.export_rejects")
    assert (right.exports, right.roles) == (True, frozenset({"organizer"}))
    assert LEFT_OUT.csv_right == right.name


def test_a_job_that_ended_before_it_deleted_the_upload_deletes_it_when_it_runs_again(
    client, chapter, olive, monkeypatch, django_capture_on_commit_callbacks
):
    record = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    client.post(url("check_import", chapter, import_id=record.pk))
    job = Job.objects.get()
    monkeypatch.setattr(jobs, "forget_upload", lambda record: None)
    assert run_queued_job(job.pk)
    monkeypatch.undo()
    assert private_storage().exists(record.path)
    Job.objects.update(state=JobState.QUEUED, finished_at=None)
    with django_capture_on_commit_callbacks(execute=True):
        assert run_queued_job(job.pk)
    assert not private_storage().exists(record.path)
    assert VoterImport.objects.get().path == ""


def test_a_job_whose_upload_was_discarded_says_so(client, chapter, olive):
    record = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    client.post(url("check_import", chapter, import_id=record.pk))
    job = Job.objects.get()
    staging.execute("DELETE FROM precincts_voterimport")
    assert run_queued_job(job.pk)
    job.refresh_from_db()
    assert job.state == JobState.FAILED
    assert "was discarded" in str(job.error)


def test_an_upload_that_another_worker_finished_is_not_taken_in_again(client, chapter, olive, tmp_path):
    stale = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    client.post(url("check_import", chapter, import_id=stale.pk))
    assert run_queued_job(Job.objects.get().pk)
    path = tmp_path / "a.txt"
    path.write_text(NC_HEADER + nc_row())
    said = Upload(path=path, filename="a.txt")
    begun = start_import(kind="voters", upload=said, chapter=chapter, by=Actor.system(chapter_id=chapter.pk),
                         voter_import=stale, job_id=None)  # fmt: skip
    assert begun.finished_at is not None


def test_an_unknown_file_leads_to_the_mapping_page_with_samples(client, chapter, olive):
    record = upload(
        client, chapter, b"Nr,Surname,House,Road,Pct\n7,ADAMS,1,Main St,01\n8,BAKER,2,Main St,01\n"
    )
    page = client.get(url("check_import", chapter, import_id=record.pk)).content.decode()
    assert "Say which column is which" in page
    page = client.get(url("map_columns", chapter, import_id=record.pk)).content.decode()
    assert "Surname (ADAMS, BAKER)" in page
    chosen = {
        "name": "Town clerk",
        "voter_id": "Nr",
        "last_name": "Surname",
        "number": ["House"],
        "street": ["Road"],
    }
    incomplete = client.post(url("map_columns", chapter, import_id=record.pk), chosen)
    assert incomplete.status_code == 422
    assert not SavedMapping.objects.exists()
    complete = client.post(url("map_columns", chapter, import_id=record.pk), {**chosen, "precinct": "Pct"})
    assert complete.status_code == 302
    assert SavedMapping.objects.get().name == "Town clerk"
    client.post(url("check_import", chapter, import_id=record.pk))
    assert run_queued_job(Job.objects.get(kind="precincts.import_voters").pk)
    assert set(Voter.objects.values_list("state_voter_id", "last_name")) == {("7", "ADAMS"), ("8", "BAKER")}
    assert "Town clerk" in client.get(url("import_mappings", chapter)).content.decode()


def test_a_saved_mapping_reads_the_next_file_of_the_source(client, chapter, olive):
    mapping = {
        "columns": {"voter_id": "Nr", "last_name": "Surname", "address_line": "Road", "precinct": "Pct"}
    }
    saved = SavedMapping.objects.create(chapter=chapter, name="Town clerk", kind="voters", mapping=mapping)
    record = upload(client, chapter, b"Nr,Surname,Road,Pct\n7,ADAMS,1 Main St,01\n")
    client.post(url("choose_mapping", chapter, import_id=record.pk), {"mapping": saved.pk})
    assert client.get(url("check_import", chapter, import_id=record.pk)).context["checked"].refused is None


def test_a_file_without_a_header_is_mapped_by_position(client, chapter, olive):
    record = upload(client, chapter, b"7,ADAMS,1 Main St,01\n")
    target = url("map_columns", chapter, import_id=record.pk) + "?header=no"
    chosen = {"name": "Clerk", "voter_id": "1", "last_name": "2", "address_line": ["3"], "precinct": "4"}
    assert client.post(target, chosen).status_code == 302
    client.post(url("check_import", chapter, import_id=record.pk))
    assert run_queued_job(Job.objects.get(kind="precincts.import_voters").pk)
    assert Voter.objects.get().last_name == "ADAMS"


def test_a_file_of_another_state_asks_before_it_starts(client, chapter, olive):
    record = upload(client, chapter, (NC_HEADER + nc_row(state="VA")).encode())
    refused = client.post(url("check_import", chapter, import_id=record.pk))
    assert refused.status_code == 422
    assert not Job.objects.exists()
    accepted = client.post(url("check_import", chapter, import_id=record.pk), {"accept_other_state": "on"})
    assert accepted.status_code == 302


def test_a_refused_import_shows_why_and_can_be_discarded(
    client, chapter, olive, django_capture_on_commit_callbacks
):
    record = upload(client, chapter, (NC_HEADER + nc_row() + nc_row(ncid="AA2")).encode() + b"x\0y\n")
    page = client.get(url("check_import", chapter, import_id=record.pk)).content.decode()
    assert "Line 4 holds NUL bytes" in page
    path = record.path
    with django_capture_on_commit_callbacks(execute=True):
        client.post(url("discard_import", chapter, import_id=record.pk))
    assert not VoterImport.objects.exists()
    assert not private_storage().exists(path)


def test_only_organizers_import(client, chapter):
    client.force_login(make_member(chapter, "Mo").user)
    assert client.get(url("import_voters", chapter)).status_code == 403
    assert client.get(url("imports", chapter)).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_imports_asks_as_often_for_three_as_for_one(
    client, chapter, olive, voter_file, django_assert_num_queries, count
):
    for number in range(count):
        run("import_voters", voter_file(nc_row(), name=f"{number}.txt"), chapter)
    client.get(url("imports", chapter))
    with django_assert_num_queries(11):
        client.get(url("imports", chapter))
