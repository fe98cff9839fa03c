from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from django.core.management import CommandError
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chapters.models import AuditEvent, Job
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_queued_job
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import Election, Household, ImportReject, Returned, Voter, VoterImport
from precincts.selectors.consistency import list_last_elections
from precincts.selectors.returned import get_voting
from precincts.services.imports.returned import import_returned
from precincts.services.imports.uploads import Upload
from precincts.voterfile.returned import read_return_status
from tests.factories import make_block, make_chapter, make_election, make_organizer
from tests.precincts.test_imports import run
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db

NC_LIST = "county_desc,ncid,ballot_req_type,ballot_rtn_dt,ballot_rtn_status\r\n"


@pytest.fixture
def chapter(tmp_path):
    """A chapter with the voters AA1 to AA6."""
    chapter = make_chapter(state="NC")
    path = tmp_path / "voters.txt"
    path.write_text(NC_HEADER + "".join(nc_row(ncid=f"AA{n}") for n in range(1, 7)))
    run("import_voters", path, chapter)
    return chapter


@pytest.fixture
def day(chapter):
    """The day of the election that is being voted in."""
    return today_in(chapter) + timedelta(days=9)


@pytest.fixture
def listed(tmp_path, chapter, day):
    """Imports a list of these bytes or lines and gives the result."""

    def take_in(*lines, name="list.csv", options=None):
        path = tmp_path / name
        content = (
            lines[0] if isinstance(lines[0], bytes) else "".join(f"{line}\r\n" for line in lines).encode()
        )
        path.write_bytes(content)
        return run("import_returned", path, chapter, *(options or ("--date", f"{day}", "--kind", "general")))

    return take_in


def struck():
    rows = Returned.objects.filter(is_accepted=True).order_by("voter__state_voter_id")
    return list(rows.values_list("voter__state_voter_id", flat=True))


def ago(chapter, days):
    return f"{today_in(chapter) - timedelta(days=days):%m/%d/%Y}"


def everything():
    return [list(model.objects.order_by("pk").values()) for model in (Returned, Election, ImportReject)]


def test_a_list_of_the_state_strikes_off_who_voted_with_day_and_way(chapter, listed, day):
    result = listed(
        NC_LIST.strip(),
        f"RIVER,AA1,MAIL,{ago(chapter, 3)},ACCEPTED",
        f"RIVER,AA2,ONE-STOP,{ago(chapter, 1)},ACCEPTED - CURED",
        f"RIVER,AA3,MAIL,{ago(chapter, 2)},PENDING CURE",
        "RIVER,AA4,MAIL,,",
        f"RIVER,ZZ9,MAIL,{ago(chapter, 2)},ACCEPTED",
    )
    names = ("rows", "matched", "new", "changed", "unchanged", "not_accepted", "struck", "waiting", "unknown")
    assert [result[name] for name in names] == [5, 3, 3, 0, 0, 1, 2, 1, 1]
    assert result["rejected"] == [{"line": 6, "reason": "no voter with this number"}]
    rows = Returned.objects.order_by("voter__state_voter_id").values_list(
        "on", "how", "status", "is_accepted"
    )
    today = today_in(chapter)
    assert list(rows) == [
        (today - timedelta(days=3), "M", "ACCEPTED", True),
        (today - timedelta(days=1), "E", "ACCEPTED - CURED", True),
        (today - timedelta(days=2), "M", "PENDING CURE", False),
    ]
    election = Election.objects.get()
    assert (election.held_on, election.kind, election.labels, election.bit) == (day, "general", [], None)
    assert set(Voter.objects.values_list("history", "history_detail")) == {(0, "")}
    assert AuditEvent.objects.filter(verb="precincts.returned_imported").count() == 1


@pytest.mark.parametrize(
    "content",
    [
        b"AA1\r\nAA2\r\n",
        b"ncid\nAA1\nAA2",
        b"Voter ID;Name\naa1;Jos\xe9\naa2;N\xf1u\n",
        b"\xef\xbb\xbfid\tname\nAA1\tA\nAA2\tB\n",
        b'"VOTER_ID"|"x"\n"AA1"|"1"\n"AA2"|"2"\n',
        gzip.compress(b"state_voter_id,method\nAA1,early\nAA2,mail\n"),
    ],
    ids=["bare numbers", "one column", "semicolons, latin-1", "tabs, UTF-8", "bars, quoted", "gzip"],
)
def test_any_delimiter_and_encoding_is_read_and_one_column_is_enough(listed, content):
    assert listed(content)["new"] == 2
    assert struck() == ["AA1", "AA2"]


def test_the_same_list_twice_changes_nothing_and_a_longer_one_adds(listed):
    listed("ncid,status", "AA1,ACCEPTED", "AA2,REJECTED")
    before = everything()
    again = listed("ncid,status", "AA1,ACCEPTED", "AA2,REJECTED")
    assert (again["new"], again["changed"], again["unchanged"]) == (0, 0, 2)
    assert everything() == before
    more = listed("ncid,status", "AA1,ACCEPTED", "AA2,ACCEPTED", "AA3,ACCEPTED")
    assert (more["new"], more["changed"], more["unchanged"], more["struck"]) == (1, 1, 1, 3)
    assert struck() == ["AA1", "AA2", "AA3"]


def test_a_shorter_list_takes_nobody_back_and_one_without_days_keeps_them(chapter, listed):
    listed("ncid,date", f"AA1,{ago(chapter, 2)}", f"AA2,{ago(chapter, 2)}")
    listed("ncid", "AA1")
    assert struck() == ["AA1", "AA2"]
    assert set(Returned.objects.values_list("on", flat=True)) == {today_in(chapter) - timedelta(days=2)}


def test_of_somebody_named_twice_the_accepted_ballot_counts_whatever_the_order(chapter, listed):
    listed(
        "ncid,date,status",
        f"AA1,{ago(chapter, 5)},SPOILED", f"AA1,{ago(chapter, 3)},ACCEPTED",
        f"AA2,{ago(chapter, 3)},ACCEPTED", f"AA2,{ago(chapter, 1)},SPOILED",
    )  # fmt: skip
    assert struck() == ["AA1", "AA2"]


def test_a_ballot_that_a_later_list_does_not_accept_is_struck_off_no_more(listed):
    listed("ncid,status", "AA1,ACCEPTED")
    listed("ncid,status", "AA1,PENDING CURE")
    assert struck() == []


def test_days_of_another_election_are_left_out_and_a_list_of_them_is_refused(chapter, listed):
    result = listed("ncid,date", f"AA1,{ago(chapter, 2)}", f"AA2,{ago(chapter, 700)}", "AA3,sometime")
    assert [one["line"] for one in result["rejected"]] == [3]
    assert "cannot be of this election" in result["rejected"][0]["reason"]
    assert result["warnings"] == [
        {"line": 4, "reason": "impossible date sometime; taken in with the day unknown"}
    ]
    assert struck() == ["AA1", "AA3"]
    before = everything()
    with pytest.raises(CommandError, match=r"3 of 3 rows cannot be read.*cannot be of this election"):
        listed("ncid,date", *(f"AA{n},{ago(chapter, 700)}" for n in (4, 5, 6)))
    assert everything() == before


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["name,street", "Nora,Main", "Ann,Elm"], "No column on line 1 is known to hold the voters' numbers"),
        (["ncid", "ZZ1", "ZZ2"], "The list names 2 voters, and nobody of this chapter"),
        (["ncid,ballot_rtn_dt", "AA1,", "AA2,"], "The list holds no ballot that has come back"),
        ([NC_HEADER.strip(), nc_row(ncid="AA1").strip()], "This is another kind of file: voter file"),
        (["ncid"], "The list holds no ballot"),
    ],
    ids=["no id", "nobody known", "nothing back", "a voter file", "empty"],
)
def test_a_file_that_is_no_list_is_refused_and_nothing_is_half_done(listed, lines, says):
    with pytest.raises(CommandError, match=says):
        listed(*lines)
    assert not Returned.objects.exists()
    assert not Election.objects.exists()
    assert not VoterImport.objects.filter(kind="returned").exists()


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--date", "2020-11-03", "--kind", "general"], "Nobody is voting in an election of 3 Nov 2020 now"),
        (["--date", "03/11"], "is no date"),
        (["--election", "the big one"], "Nobody knows the election"),
        ([], "one of the arguments --election --date is required"),
    ],
)
def test_an_election_that_is_not_said_or_is_not_held_now_is_refused(listed, options, says):
    with pytest.raises(CommandError, match=says):
        listed("ncid", "AA1", options=[*options] or ["--json"])
    assert not Election.objects.exists()


def test_an_election_is_found_by_its_name(listed, chapter, day):
    listed("ncid", "AA1")
    listed("ncid", "AA2", options=["--election", f"{day.year} general"])
    assert Election.objects.count() == 1
    assert struck() == ["AA1", "AA2"]


def test_a_list_that_names_nearly_everybody_asks_first(tmp_path, chapter, listed):
    path = tmp_path / "more.txt"
    path.write_text(NC_HEADER + "".join(nc_row(ncid=f"AA{n}") for n in range(1, 121)))
    run("import_voters", path, chapter)
    everybody = ["ncid", *(f"AA{n}" for n in range(1, 121))]
    with pytest.raises(CommandError, match="120 of the chapter's 120 voters have voted, nearly all"):
        listed(*everybody)
    assert not Returned.objects.exists()


def test_an_awaited_election_counts_against_nobody_and_its_history_takes_over(tmp_path, chapter, listed):
    yesterday = today_in(chapter) - timedelta(days=1)
    held = {"kind": "general", "until": today_in(chapter), "count": 4, "chapter": chapter}
    listed("ncid", "AA1", "AA2", options=["--date", f"{yesterday}", "--kind", "general"])
    assert get_voting(chapter, today_in(chapter)).election.held_on == yesterday
    assert list_last_elections(**held) == []
    history = tmp_path / "history.txt"
    label = f"{yesterday:%m/%d/%Y} GENERAL"
    header = '"ncid"\t"election_lbl"\t"election_desc"\t"voting_method"\t"voted_party_cd"\r\n'
    history.write_text(
        header + f'"AA2"\t"x"\t"{label}"\t"IN-PERSON"\t""\r\n"AA3"\t"x"\t"{label}"\t"IN-PERSON"\t""\r\n'
    )
    result = run("import_history", history, chapter)
    assert [one["created"] for one in result["elections"]] == [True]
    election = Election.objects.get()
    assert (election.labels, election.bit) == ([label], 0)
    voted = Voter.objects.filter(history=1).order_by("state_voter_id")
    assert list(voted.values_list("state_voter_id", flat=True)) == ["AA2", "AA3"]
    assert get_voting(chapter, today_in(chapter)) is None
    assert len(list_last_elections(**held)) == 1
    with pytest.raises(CommandError, match="The official history of the election of"):
        listed("ncid", "AA1", options=["--date", f"{yesterday}", "--kind", "general"])


def test_the_next_election_of_several_is_the_one_that_is_shown(chapter, listed, day):
    today = today_in(chapter)
    for held_on in (today - timedelta(days=20), day + timedelta(days=60), day):
        listed("ncid", "AA1", options=["--date", f"{held_on}", "--kind", "special"])
    make_election(chapter, day - timedelta(days=1), None, labels=[])
    assert get_voting(chapter, today).election.held_on == day
    assert get_voting(chapter, day + timedelta(days=1)).election.held_on == day + timedelta(days=60)


@pytest.mark.parametrize("stops_at", [1, 2])
def test_a_worker_that_dies_halfway_leaves_nothing_and_the_next_gets_the_same(
    tmp_path, chapter, day, stops_at
):
    path = tmp_path / "list.csv"
    path.write_text("ncid,status\nAA1,ACCEPTED\nZZ1,ACCEPTED\nAA2,PENDING\n")
    told = []

    def dies(*said):
        told.append(said)
        if len(told) == stops_at:
            raise KeyboardInterrupt

    def work(progress):
        upload = Upload(path=path, filename=path.name)
        by = Actor.system(chapter_id=chapter.pk)
        with chapter_scope(chapter, by):
            import_returned(
                upload=upload,
                chapter=chapter,
                by=by,
                progress=progress,
                held_on=f"{day}",
                election_kind="general",
            )

    with pytest.raises(KeyboardInterrupt):
        work(dies)
    assert everything() == [[], [], []]
    work(lambda *said: None)
    assert struck() == ["AA1"]
    assert (Returned.objects.count(), ImportReject.objects.count()) == (2, 1)


# --- in the browser ---------------------------------------------------------------------------------------


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


@pytest.fixture
def upload(client, chapter, tmp_path):
    """Uploads a list as the organizer would; gives the page that checks it."""
    client.force_login(make_organizer(chapter).user)

    def send(content):
        path = tmp_path / "early.csv"
        path.write_bytes(content)
        with path.open("rb") as file:
            answer = client.post(
                url("import_voters", chapter),
                {"kind": "returned", "file": file, "source": "County", "obtained_on": today_in(chapter), "permitted_use": "x"},
            )  # fmt: skip
        return answer.url

    return send


def test_in_the_browser_the_election_is_asked_before_a_list_is_imported(client, chapter, upload, day):
    page = upload(b"ncid,name\nAA1,X\nZZ1,Y\n")
    answer = client.post(page, {"held_on": "", "election_kind": "general"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["held_on"]
    answer = client.post(page, {"held_on": day, "election_kind": "general"})
    job = Job.objects.get(kind="precincts.import_returned")
    assert run_queued_job(job.pk)
    job.refresh_from_db()
    assert answer.url.endswith(f"{job.pk}/")
    assert (job.state, struck()) == ("done", ["AA1"])
    record = VoterImport.objects.get(kind="returned")
    report = client.get(url("import_report", chapter, import_id=record.pk))
    assert "no voter with this number" in report.text
    left_out = client.get(url("import_report", chapter, import_id=record.pk), {"format": "csv"})
    assert b"ZZ1" in left_out.getvalue()


def test_a_list_whose_columns_nobody_knows_is_read_once_they_are_said(client, chapter, upload, day):
    page = upload(b"who,place\nAA1,X\nAA2,Y\n")
    shown = client.get(page)
    assert "No column on line 1 is known to hold the voters" in shown.text
    record = VoterImport.objects.get(kind="returned")
    answer = client.post(
        url("map_columns", chapter, import_id=record.pk),
        {"name": "County", "voter_id": "who", "ballot_status": ""},
    )
    assert answer.url == page
    assert "Read as: County" in client.get(page).text


# --- words of statuses ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "meaning"),
    [
        ("", "accepted"), ("Accepted", "accepted"), ("ACCEPTED - CURED", "accepted"), ("counted", "accepted"),
        ("VOTED", "accepted"), ("Returned", "accepted"), ("NOT VOTED", "waiting"), ("Not returned", "waiting"),
        ("SENT", "waiting"), ("CANCELLED", "waiting"), ("SPOILED", "refused"), ("PENDING CURE", "refused"),
        ("INVALID SIGNATURE", "refused"), ("RETURNED UNDELIVERABLE", "refused"), ("NOT ACCEPTED", "refused"),
        ("WITNESS INFO INCOMPLETE", "refused"), ("purple", "unknown"), ("Received", "accepted"),
        ("Received - Accepted", "accepted"), ("RECEIVED - REJECTED", "refused"), ("Received, needs cure", "refused"),
        ("RECEIVED AFTER DEADLINE", "refused"), ("Received late", "refused"), ("Received (cured)", "accepted"),
    ],
)  # fmt: skip
def test_what_officials_write_of_a_ballot_is_understood(status, meaning):
    assert read_return_status(status) == meaning


@given(st.text(max_size=30))
def test_anything_written_as_status_has_one_of_four_meanings(status):
    assert read_return_status(status) in {"accepted", "refused", "waiting", "unknown"}


# --- in the block book ------------------------------------------------------------------------------------


def test_the_book_strikes_off_who_has_voted_and_says_when_the_list_came(client, chapter, listed, day):
    listed(
        "ncid,date,type,status",
        f"AA1,{ago(chapter, 2)},mail,ACCEPTED",
        f"AA2,{ago(chapter, 1)},mail,PENDING CURE",
    )
    precinct = Voter.objects.first().precinct
    block = make_block(precinct)
    Household.objects.update(block=block, walk_position=1)
    client.force_login(make_organizer(chapter).user)
    page = client.get(url("block_book", chapter, block_id=block.pk))
    text = page.text.replace("\N{NO-BREAK SPACE}", " ")
    assert page.context["counts"].voted == 1
    assert text.count("neighbour has-voted") == 1
    assert f"has voted by mail, {today_in(chapter) - timedelta(days=2):%-d %b}" in text
    assert "ballot not accepted yet (pending cure)" in text
    assert "1 of 6 have voted" in text
    assert "The last list was imported" in text
    Election.objects.update(labels=["11/03/2026 GENERAL"])
    after = client.get(url("block_book", chapter, block_id=block.pk)).text
    assert "has-voted" not in after
    assert "The last list was imported" not in after
