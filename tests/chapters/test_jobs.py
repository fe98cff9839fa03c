from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from chapters.enums import JobState
from chapters.models import AuditEvent, Job
from chapters.selectors.jobs import get_progress
from chapters.services import job_runs, jobs
from chapters.services.job_files import save_job_file
from core import tenancy
from core.http import chapter_url
from tests.chapters.quick_work import queue, run
from tests.chapters.slow_work import KIND
from tests.factories import actor_of, make_chapter, make_job, make_member

pytestmark = pytest.mark.django_db

NOW = timezone.now()


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


def test_work_that_made_way_is_not_started_again_beside_what_took_its_place(chapter, olive):
    first = queue(chapter, actor_of(olive))
    job_runs._claim(first.pk)
    jobs.cancel_job(job=first, by=actor_of(olive))
    second = queue(chapter, actor_of(olive))
    Job.objects.filter(pk=first.pk).update(state="cancelled", finished_at=NOW)
    with pytest.raises(jobs.JobIsOpen):
        jobs.retry_job(job=first, by=actor_of(olive))
    run(second)
    assert jobs.retry_job(job=first, by=actor_of(olive)).state == "queued"


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


def test_a_waiting_job_is_cancelled_at_once_and_a_finished_one_not_at_all(chapter, olive):
    job = queue(chapter, actor_of(olive))
    assert jobs.cancel_job(job=job, by=actor_of(olive)).state == "cancelled"
    with pytest.raises(jobs.JobIsOver):
        jobs.cancel_job(job=job, by=actor_of(olive))
    with pytest.raises(job_runs.JobTaken):
        job_runs._claim(job.pk)


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
