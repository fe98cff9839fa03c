"""A worker killed in the middle of an import and of a print job: the result is as without the kill."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from canvassing.models import WalkList
from canvassing.services import lists
from chapters.models import Chapter, Job
from chapters.selectors.actors import today_in
from chapters.services import job_sweeps, jobs
from chapters.services.job_locks import is_job_locked
from core.actors import Actor
from precincts.models import Election, Household, ImportReject, Returned, Voter, VoterImport
from precincts.synthetic.writing import write_town
from tests.factories import (
    make_building,
    make_chapter,
    make_election,
    make_household,
    make_import,
    make_precinct,
    make_voter,
)
from tests.town import tiny_town
from tests.workers import SILENCE, is_in, kill, wait_until

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


def kill_in_the_middle(worker, job: Job) -> None:
    """Kill the worker that has the job, and see that it left the job unfinished."""
    kill(worker)
    wait_until(lambda: not is_job_locked(job.pk), job)
    job.refresh_from_db()
    assert job.state == "running"


def bring_back(job: Job, start_worker) -> None:
    """What the sweeper does a little later, with a new worker; ends when the job has ended."""
    start_worker()
    assert job_sweeps.sweep_jobs(at=timezone.now() + SILENCE).taken_back == 1
    wait_until(lambda: is_in(job, "done", "failed"), job, seconds=180)
    assert (job.state, job.attempts) == ("done", 2)


def ask_for_import(chapter: Chapter, path: Path) -> Job:
    params = {"path": str(path), "source": "the county", "obtained_on": date(2026, 1, 5).isoformat()}
    by = Actor.system(chapter_id=chapter.pk)
    return jobs.start_job(kind="precincts.import_voters", chapter=chapter, params=params, by=by)


def outcome_of_import(chapter: Chapter) -> tuple:
    """Everything an import leaves behind, without the ids and times of one run."""
    voters = Voter.objects.filter(chapter=chapter).order_by("state_voter_id")
    columns = ("state_voter_id", "last_name", "first_name", "registered_on", "status", "precinct__code")
    doors = Household.objects.filter(chapter=chapter).order_by("building__address_key", "unit_key")
    rejects = ImportReject.objects.filter(chapter=chapter).values_list("line", "code", "detail")
    counts = [record.counts for record in VoterImport.objects.filter(chapter=chapter)]
    for count in counts:
        count.pop("seconds", None)
    return (
        list(voters.values_list(*columns, "household__building__address_key", "household__unit_key")),
        list(doors.values_list("building__address_key", "unit_key", "precinct__code")),
        list(rejects),
        counts,
    )


def test_an_import_whose_worker_is_killed_ends_like_one_that_was_left_alone(tmp_path, start_worker):
    write_town(tmp_path, households=3000, seed=3, precincts=2)
    undisturbed, disturbed = make_chapter("undisturbed", state="NC"), make_chapter("disturbed", state="NC")
    worker = start_worker()
    left_alone = ask_for_import(undisturbed, tmp_path / "voters.txt")
    wait_until(lambda: is_in(left_alone, "done", "failed"), left_alone, seconds=180)
    assert left_alone.state == "done", left_alone.error

    killed = ask_for_import(disturbed, tmp_path / "voters.txt")
    wait_until(lambda: is_in(killed, "running"), killed)
    kill_in_the_middle(worker, killed)
    assert Voter.objects.filter(chapter=disturbed).count() == 0

    bring_back(killed, start_worker)
    expected = outcome_of_import(undisturbed)
    assert len(expected[0]) > 4000
    assert outcome_of_import(disturbed) == expected


def make_voted_in(slug: str) -> Chapter:
    """A chapter with the voters AA1 to AA9, nine days before an election."""
    chapter = make_chapter(slug, state="NC")
    door = make_household(make_building(chapter, 1), make_precinct(chapter))
    for number in range(1, 10):
        make_voter(door, state_voter_id=f"AA{number}")
    make_election(chapter, today_in(chapter) + timedelta(days=9), None, "general", labels=[])
    return chapter


def ask_for_returned(chapter: Chapter, path: Path) -> Job:
    day = today_in(chapter) + timedelta(days=9)
    params = {"path": str(path), "held_on": day.isoformat(), "election_kind": "general"}
    by = Actor.system(chapter_id=chapter.pk)
    return jobs.start_job(kind="precincts.import_returned", chapter=chapter, params=params, by=by)


def outcome_of_returned(chapter: Chapter) -> tuple:
    rows = Returned.objects.filter(chapter=chapter).order_by("voter__state_voter_id")
    rejects = ImportReject.objects.filter(chapter=chapter).order_by("line")
    [record] = VoterImport.objects.filter(chapter=chapter, finished_at__isnull=False)
    record.counts.pop("seconds")
    return (
        list(rows.values_list("voter__state_voter_id", "on", "how", "status", "is_accepted")),
        list(rejects.values_list("line", "code", "text")),
        record.counts,
    )


def somebody_waits_for_a_row() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first answer for ever
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_a_list_of_ballots_whose_worker_is_killed_strikes_off_the_same(tmp_path, start_worker):
    undisturbed, disturbed = make_voted_in("undisturbed"), make_voted_in("disturbed")
    path, on = tmp_path / "returned.csv", f"{today_in(disturbed) - timedelta(days=2):%m/%d/%Y}"
    lines = [f"RIVER,AA{number},MAIL,{on},ACCEPTED" for number in range(1, 9)] + [
        f"RIVER,ZZ1,MAIL,{on},ACCEPTED"
    ]
    path.write_text(
        "county_desc,ncid,ballot_req_type,ballot_rtn_dt,ballot_rtn_status\n" + "\n".join(lines) + "\n"
    )
    left_alone, killed = ask_for_returned(undisturbed, path), ask_for_returned(disturbed, path)
    with transaction.atomic():
        # Holds up the worker in the middle of writing, at one neighbour of the list.
        Returned.objects.create(
            chapter=disturbed, voter=Voter.objects.get(chapter=disturbed, state_voter_id="AA5"),
            election=Election.objects.get(chapter=disturbed), voter_import=make_import(disturbed),
        )  # fmt: skip
        worker = start_worker()
        wait_until(somebody_waits_for_a_row, killed)
        wait_until(lambda: is_in(left_alone, "done", "failed"), left_alone)
        kill(worker)
        transaction.set_rollback(True)
    wait_until(lambda: not is_job_locked(killed.pk), killed)
    killed.refresh_from_db()
    assert (left_alone.state, killed.state) == ("done", "running")
    assert not Returned.objects.filter(chapter=disturbed).exists()

    bring_back(killed, start_worker)
    expected = outcome_of_returned(undisturbed)
    assert len(expected[0]) == 8
    assert outcome_of_returned(disturbed) == expected


@pytest.fixture
def cut_chapter(db) -> Chapter:
    """A tiny town in ten blocks."""
    town = tiny_town()
    chapter = make_chapter("river-city", state="NC")
    call_command("import_voters", str(town.voters), "--chapter", chapter.slug, "--json")
    call_command("import_addresses", str(town.addresses), "--chapter", chapter.slug, "--json")
    call_command("cut_blocks", "--chapter", chapter.slug, "--all", "--voters-per-block", "30", "--json")
    return chapter


def outcome_of_print(job: Job) -> list[tuple]:
    """Who stands on which of the job's lists, in what order, on how many pages."""
    rows = WalkList.objects.filter(job=job).order_by("precinct__code", "block__number")
    return list(rows.values_list("precinct__code", "block__number", "doors", "voter_count", "pages"))


def test_a_print_job_whose_worker_is_killed_gives_each_block_one_list(cut_chapter, start_worker):
    by = Actor.system(chapter_id=cut_chapter.pk)
    worker = start_worker()
    undisturbed = lists.order_lists(chapter=cut_chapter, by=by, at=timezone.now())
    wait_until(lambda: is_in(undisturbed, "done", "failed"), undisturbed, seconds=180)
    assert undisturbed.state == "done", undisturbed.error

    killed = lists.order_lists(chapter=cut_chapter, by=by, at=timezone.now())
    wait_until(lambda: WalkList.objects.filter(job=killed).exclude(pdf_path="").count() >= 2, killed)
    kill_in_the_middle(worker, killed)
    begun = list(WalkList.objects.filter(job=killed).order_by("pk").values_list("pk", "list_number"))

    bring_back(killed, start_worker)
    assert outcome_of_print(killed) == outcome_of_print(undisturbed)
    numbers = dict(WalkList.objects.filter(job=killed).values_list("pk", "list_number"))
    assert [(pk, numbers[pk]) for pk, _number in begun] == begun
    everyone = WalkList.objects.order_by("list_number").values_list("list_number", flat=True)
    assert list(everyone) == list(range(1001, 1001 + 2 * len(numbers)))
    assert killed.files.filter(is_main=True).count() == 1
