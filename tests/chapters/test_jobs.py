from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from chapters.enums import JobState, MemberKind
from chapters.models import AuditEvent, Job, Member
from chapters.selectors.jobs import get_progress
from chapters.services import job_runs, jobs
from chapters.services.job_files import save_job_file
from chapters.services.job_runs import run_job_now, run_queued_job
from core import tenancy
from core.actors import Actor
from core.errors import DomainError
from core.http import chapter_url
from core.jobs import JobCancelled, job_kind
from tests.chapters.slow_work import KIND
from tests.factories import actor_of, make_chapter, make_job, make_member

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SILENT = timedelta(seconds=settings.JOB_SILENT_AFTER_SECONDS + 1)
DEAD = timedelta(seconds=settings.JOB_DEAD_AFTER_SECONDS + 1)


class NoBricks(DomainError):
    """What the kind `tests.build` refuses with."""


@job_kind("tests.build", says="Build a wall")
def build(run) -> dict:
    seen = tenancy.current()
    run.progress(1, 3, "first row")
    if run.params.get("fault"):
        raise ZeroDivisionError("secret detail")
    if run.params.get("refuse"):
        raise NoBricks("There are no bricks.", hint="Buy some.")
    if run.params.get("cancel"):
        raise JobCancelled
    return {"chapter": seen.chapter_id, "by": run.actor.label, "roles": sorted(run.actor.roles)}


@pytest.fixture
def sent(monkeypatch) -> list:
    """The ids handed to the queue."""
    handed: list = []
    monkeypatch.setattr(jobs, "send_to_queue", handed.append)
    return handed


def queue(chapter, by: Actor, **params) -> Job:
    return jobs.start_job(kind="tests.build", chapter=chapter, params=params, by=by)


def run(job: Job) -> Job:
    """As a worker does, within the test's transaction."""
    job_runs._run_and_close(job_runs._claim(job.pk), None)
    job.refresh_from_db()
    return job


def test_a_job_runs_in_its_chapter_as_whoever_asked(chapter, olive, sent, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = queue(chapter, actor_of(olive))
    assert sent == [job.pk]
    assert (job.title, job.state) == ("Build a wall", "queued")
    run(job)
    assert job.state == "done"
    assert job.result == {"chapter": chapter.pk, "by": "Olive Adams", "roles": ["organizer"]}
    assert (job.done, job.total, job.attempts) == (3, 3, 1)


def test_a_refusal_fails_the_job_with_its_words_and_what_to_do(chapter, olive):
    job = run(queue(chapter, actor_of(olive), refuse=True))
    assert (job.state, job.error, job.hint) == ("failed", "There are no bricks.", "Buy some.")


def test_a_fault_fails_the_job_calmly_and_the_log_has_the_traceback(chapter, olive, caplog):
    job = run(queue(chapter, actor_of(olive), fault=True))
    assert job.state == "failed"
    assert "secret detail" not in job.error + job.hint
    assert str(job.pk)[:8] in job.hint
    assert "ZeroDivisionError: secret detail" in caplog.text


def test_a_job_of_somebody_who_has_left_is_not_done(chapter, olive):
    leaver = make_member(chapter, "Lee", "organizer")
    job = queue(chapter, actor_of(leaver))
    Member.objects.filter(pk=leaver.pk).update(kind=MemberKind.FORMER)
    run(job)
    assert job.state == "failed"
    assert "no longer part of the chapter" in job.error


def test_work_of_a_role_that_has_ended_is_not_done_nor_are_its_files_given(chapter, organizer, olive):
    helper = make_member(chapter, "Helga", "organizer")
    job = jobs.start_job(kind="chapters.import_members", chapter=chapter, params={}, by=actor_of(helper))
    helper.roles.all().delete()
    run(job)
    assert (job.state, job.error.partition(",")[0]) == (
        "failed",
        "Whoever asked for this work may no longer do it",
    )
    browser = Client()
    browser.force_login(helper.user)

    def address(name, **kwargs):
        return chapter_url(f"chapters:{name}", slug=chapter.slug, job_id=job.pk, **kwargs)

    assert browser.get(address("job")).status_code == 200
    assert browser.post(address("retry_job")).status_code == 403
    file = save_job_file(
        job=job, filename="people.csv", content=b"First name", content_type="text/csv", is_given=True
    )
    assert browser.get(address("job_file", file_id=file.pk)).status_code == 403
    answer = organizer.get(address("job_file", file_id=file.pk))
    assert b"".join(answer.streaming_content) == b"First name"


def test_whoever_asks_twice_gets_the_job_that_is_still_open(
    chapter, olive, sent, django_capture_on_commit_callbacks
):
    by = actor_of(olive)
    with django_capture_on_commit_callbacks(execute=True):
        first = queue(chapter, by, precinct=3)
        assert queue(chapter, by, precinct=3) == first
        others = [
            queue(chapter, by, precinct=4),
            queue(chapter, actor_of(make_member(chapter, "Mo", "organizer")), precinct=3),
            queue(make_chapter("elsewhere"), by, precinct=3),
        ]
    assert len({first, *others}) == 4
    assert sent == [first.pk, *(job.pk for job in others)]
    run(first)
    assert queue(chapter, by, precinct=3) != first, "work that has ended can be asked for again"


def test_two_files_of_one_name_are_two_jobs(chapter, olive):
    def ask(content: bytes) -> Job:
        files = [jobs.GivenFile(content=content, filename="people.csv")]
        return jobs.start_job(kind="tests.build", chapter=chapter, params={}, by=actor_of(olive), files=files)

    assert ask(b"First name\nNia\n") == ask(b"First name\nNia\n")
    assert ask(b"First name\nMo\n") != ask(b"First name\nNia\n")
    assert Job.objects.count() == 2


def test_work_that_is_being_stopped_makes_way_for_what_is_asked_for_now(chapter, olive):
    job = queue(chapter, actor_of(olive))
    job_runs._claim(job.pk)
    jobs.cancel_job(job=job, by=actor_of(olive))
    again = queue(chapter, actor_of(olive))
    assert again != job
    assert again.state == "queued"


def test_failed_work_that_was_asked_for_again_is_not_started_a_second_time(chapter, olive):
    failed = run(queue(chapter, actor_of(olive), refuse=True))
    again = queue(chapter, actor_of(olive), refuse=True)
    assert again != failed
    with pytest.raises(jobs.JobIsOpen):
        jobs.retry_job(job=failed, by=actor_of(olive))


@pytest.mark.django_db(transaction=True)
def test_two_requests_at_the_same_moment_make_one_job(chapter, olive):
    by, together = actor_of(olive), threading.Barrier(4)
    made = []

    def ask() -> None:
        together.wait()
        try:
            made.append(queue(chapter, by).pk)
        finally:
            connection.close()

    clicks = [threading.Thread(target=ask) for _ in range(4)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert (len(made), len(set(made)), Job.objects.count()) == (4, 1, 1)


def test_the_database_itself_holds_one_open_job_of_the_same_work(chapter):
    make_job(chapter, once="same")
    make_job(chapter, once="same", state="done", finished_at=NOW)
    with pytest.raises(IntegrityError, match="job_open_once"), transaction.atomic():
        make_job(chapter, once="same")


def test_a_title_is_read_in_the_readers_language(chapter, olive):
    with translation.override("es"):
        job = jobs.start_job(kind="chapters.import_members", chapter=chapter, params={}, by=actor_of(olive))
        spanish = job.title
    assert (job.title, job.titles) == (
        "Import people from CSV",
        {"en": "Import people from CSV", "es": spanish},
    )
    assert spanish != job.title


def test_only_one_worker_can_claim_a_job(chapter, olive):
    job = queue(chapter, actor_of(olive))
    job_runs._claim(job.pk)
    with pytest.raises(job_runs.JobTaken):
        job_runs._claim(job.pk)


def test_what_an_overtaken_run_brings_home_is_not_kept(chapter, olive):
    """A worker that slept through its successor's start must not close the job."""
    job = queue(chapter, actor_of(olive))
    first = job_runs._claim(job.pk)
    Job.objects.filter(pk=job.pk).update(state="queued")
    job_runs._claim(job.pk)
    job_runs._run_and_close(first, None)
    job.refresh_from_db()
    assert (job.state, job.attempts, job.result) == ("running", 2, {})


@pytest.mark.django_db(transaction=True)
def test_a_delivery_of_a_job_that_is_not_waiting_does_nothing(chapter, olive):
    job = queue(chapter, actor_of(olive))
    assert run_queued_job(job.pk)
    assert not run_queued_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 1)


@pytest.mark.django_db(transaction=True)
def test_a_command_runs_a_job_at_once_hears_its_progress_and_its_refusal(chapter, olive):
    heard = []
    job = run_job_now(
        kind="tests.build", chapter=chapter, params={}, by=Actor.system(chapter.pk),
        listener=lambda *said: heard.append(said),
    )  # fmt: skip
    assert (job.state, job.result["by"]) == ("done", "system")
    assert heard == [(1, 3, "first row")]
    with pytest.raises(NoBricks):
        run_job_now(kind="tests.build", chapter=chapter, params={"refuse": True}, by=Actor.system(chapter.pk))
    assert list(Job.objects.order_by("created_at").values_list("state", flat=True)) == ["done", "failed"]


def test_a_waiting_job_is_cancelled_at_once_and_a_finished_one_not_at_all(chapter, olive):
    job = queue(chapter, actor_of(olive))
    assert jobs.cancel_job(job=job, by=actor_of(olive)).state == "cancelled"
    with pytest.raises(jobs.JobIsOver):
        jobs.cancel_job(job=job, by=actor_of(olive))
    with pytest.raises(job_runs.JobTaken):
        job_runs._claim(job.pk)


@pytest.mark.django_db(transaction=True)
def test_a_run_that_says_nothing_hears_within_seconds_that_it_is_to_stop(chapter, olive, settings):
    settings.JOB_HEARTBEAT_SECONDS = 600
    job = job_runs._claim(queue(chapter, actor_of(olive)).pk)
    heartbeat = job_runs.Heartbeat(job.pk)
    heartbeat.attempt = job.attempts
    try:
        assert heartbeat.lock()
        jobs.cancel_job(job=job, by=actor_of(olive))
        until = time.monotonic() + 4
        while not heartbeat.is_cancel_asked and time.monotonic() < until:
            time.sleep(0.05)
        assert heartbeat.is_cancel_asked
    finally:
        heartbeat.stop()


def test_a_failed_job_is_started_again_without_its_half_made_files(
    chapter, olive, sent, django_capture_on_commit_callbacks
):
    job = run(queue(chapter, actor_of(olive), refuse=True))
    save_job_file(job=job, filename="given.csv", content=b"a", content_type="text/csv", is_given=True)
    save_job_file(job=job, filename="half.pdf", content=b"b", content_type="application/pdf")
    with django_capture_on_commit_callbacks(execute=True):
        again = jobs.retry_job(job=job, by=actor_of(olive))
    assert (again.state, again.error, again.attempts, again.finished_at) == ("queued", "", 0, None)
    assert [file.filename for file in again.files.all()] == ["given.csv"]
    assert sent == [job.pk]
    with pytest.raises(jobs.JobIsNotOver):
        jobs.retry_job(job=job, by=actor_of(olive))


def running(chapter, since: timedelta, **fields) -> Job:
    beat = NOW - since
    return make_job(
        chapter, state=JobState.RUNNING, started_at=beat, heartbeat_at=beat, **({"attempts": 1} | fields)
    )


def test_the_sweeper_takes_back_what_is_silent_and_leaves_what_speaks(chapter, sent):
    silent, speaking = running(chapter, SILENT), running(chapter, timedelta(seconds=2))
    assert jobs.sweep_jobs(at=NOW) == jobs.Sweep(queued_again=0, taken_back=1, given_up=0)
    silent.refresh_from_db()
    speaking.refresh_from_db()
    assert (silent.state, speaking.state) == ("queued", "running")
    assert sent == [silent.pk]


def test_the_sweeper_leaves_a_silent_job_whose_worker_holds_its_lock(chapter, sent, monkeypatch):
    broken = []
    monkeypatch.setattr(jobs, "is_job_locked", lambda job_id: True)
    monkeypatch.setattr(jobs, "break_job_lock", broken.append)
    job = running(chapter, SILENT)
    assert jobs.sweep_jobs(at=NOW).taken_back == 0
    Job.objects.filter(pk=job.pk).update(heartbeat_at=NOW - DEAD)
    assert jobs.sweep_jobs(at=NOW).taken_back == 1
    assert broken == [job.pk]


def test_a_job_that_kills_its_workers_is_given_up(chapter, sent):
    job = running(chapter, SILENT, attempts=settings.JOB_ATTEMPTS)
    assert jobs.sweep_jobs(at=NOW) == jobs.Sweep(queued_again=0, taken_back=0, given_up=1)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The work was interrupted before it was finished.")
    assert sent == []


def test_a_commands_job_is_not_taken_up_by_a_worker_when_the_command_dies(chapter, sent):
    job = running(chapter, SILENT, enqueued_at=None)
    jobs.sweep_jobs(at=NOW)
    job.refresh_from_db()
    assert job.state == "failed"


def test_a_silent_job_that_was_to_be_cancelled_is_cancelled(chapter, sent):
    job = running(chapter, SILENT, cancel_asked=True)
    jobs.sweep_jobs(at=NOW)
    job.refresh_from_db()
    assert job.state == "cancelled"


def test_a_job_lost_by_the_queue_is_queued_again_and_a_fresh_one_is_not(chapter, sent):
    lost = make_job(chapter, enqueued_at=NOW - timedelta(seconds=settings.JOB_LOST_AFTER_SECONDS + 1))
    make_job(chapter, enqueued_at=NOW)
    assert jobs.sweep_jobs(at=NOW).queued_again == 1
    assert sent == [lost.pk]
    assert jobs.sweep_jobs(at=NOW).queued_again == 0


def test_a_broker_that_is_down_does_not_stop_whoever_asks(chapter, olive, monkeypatch, caplog):
    class Down:
        def send_task(self, *args, **kwargs):
            raise ConnectionError("no broker")

    monkeypatch.setattr(jobs, "current_app", Down())
    jobs.send_to_queue(queue(chapter, actor_of(olive)).pk)
    assert "the sweeper will" in caplog.text


def test_progress_says_what_runs_how_far_it_is_and_how_to_stop_it(chapter, olive):
    job = make_job(
        chapter, state=JobState.RUNNING, started_at=timezone.now() - timedelta(seconds=30), done=250, total=1000,
        message="Row 250", title="Import people",
    )  # fmt: skip
    with tenancy.chapter_scope(chapter, actor_of(olive)):
        shown = get_progress(job)
    assert (shown.what, shown.state, shown.percent, shown.message) == (
        "Import people",
        "running",
        25,
        "Row 250",
    )
    assert 80 <= shown.seconds_left <= 100
    assert shown.cancel_url == f"/c/river-city/jobs/{job.pk}/cancel/"


def test_one_sees_ones_own_work_and_the_organizer_everybodys(chapter, olive, organizer):
    mo, ann = make_member(chapter, "Mo"), make_member(chapter, "Ann")
    make_job(chapter, title="Mo's work", asked_by=mo.user)
    make_job(chapter, title="Ann's work", asked_by=ann.user)
    page = chapter_url("chapters:jobs", slug=chapter.slug)
    mos = Client()
    mos.force_login(mo.user)
    assert [job.title for job in mos.get(page).context["page"].page] == ["Mo's work"]
    assert [job.title for job in organizer.get(page).context["page"].page] == ["Ann's work", "Mo's work"]


def test_the_page_shows_the_figures_that_the_kind_of_work_names(organizer, chapter, olive):
    job = make_job(
        chapter,
        asked_by=olive.user,
        state="done",
        finished_at=NOW,
        result={"added": 3, "rows": 1200, "secret": 7},
    )
    page = organizer.get(chapter_url("chapters:job", slug=chapter.slug, job_id=job.pk))
    assert [(str(one.label), one.value) for one in page.context["figures"]] == [
        ("rows read", "1,200"),
        ("added", "3"),
    ]


def test_a_file_is_sent_to_whoever_may_see_the_job_uncached_and_logged(chapter, olive, organizer):
    job = make_job(chapter, asked_by=olive.user, state="done", finished_at=NOW)
    file = save_job_file(job=job, filename="../../list.pdf", content=b"%PDF", content_type="application/pdf")
    address = chapter_url("chapters:job_file", slug=chapter.slug, job_id=job.pk, file_id=file.pk)
    response = organizer.get(address)
    assert b"".join(response.streaming_content) == b"%PDF"
    assert response.headers["Content-Disposition"] == 'attachment; filename="list.pdf"'
    assert response.headers["Cache-Control"] == "no-store"
    assert AuditEvent.objects.get(verb="export.file").summary == "Downloaded list.pdf"
    stranger = Client()
    stranger.force_login(make_member(chapter, "Mo").user)
    assert stranger.get(address).status_code == 404


def test_a_finished_job_reloads_its_own_page_only(chapter, olive, organizer):
    job = make_job(chapter, asked_by=olive.user, state="done", finished_at=NOW)
    part = chapter_url("chapters:job_progress", slug=chapter.slug, job_id=job.pk)
    own = f"http://testserver{chapter_url('chapters:job', slug=chapter.slug, job_id=job.pk)}"
    assert (
        organizer.get(part, headers={"HX-Request": "true", "HX-Current-URL": own}).headers["HX-Refresh"]
        == "true"
    )
    elsewhere = organizer.get(
        part, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/c/river-city/"}
    )
    assert "HX-Refresh" not in elsewhere.headers


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_for_one_job_and_for_three(organizer, chapter, olive, count):
    for _ in range(count):
        make_job(chapter, asked_by=olive.user)
    with CaptureQueriesContext(connection) as captured:
        organizer.get(chapter_url("chapters:jobs", slug=chapter.slug))
    assert len(captured) == 11


def test_a_kind_is_known_by_its_name_or_refused(chapter, olive):
    with pytest.raises(KeyError):
        jobs.start_job(kind="tests.unknown", chapter=chapter, params={}, by=actor_of(olive))
    assert (
        jobs.start_job(kind=KIND, chapter=chapter, params={}, by=actor_of(olive)).title == "Add people slowly"
    )
