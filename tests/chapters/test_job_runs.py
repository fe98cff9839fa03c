"""One run of a job: whose it is, who may have it, how it ends."""

from __future__ import annotations

import time

import pytest
from django.test import Client
from django.utils import timezone

from chapters.enums import MemberKind
from chapters.models import Job, Member
from chapters.services import job_runs, jobs
from chapters.services.job_files import save_job_file
from chapters.services.job_heartbeat import write_progress
from chapters.services.job_runs import run_job_now, run_queued_job
from core.actors import Actor
from core.http import chapter_url
from tests.chapters.quick_work import NoBricks, queue, run
from tests.factories import actor_of, make_member

pytestmark = pytest.mark.django_db


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


@pytest.mark.django_db(transaction=True)
def test_a_run_that_says_nothing_hears_within_seconds_that_it_is_to_stop(chapter, olive, settings):
    settings.JOB_HEARTBEAT_SECONDS = 600
    job = job_runs._claim(queue(chapter, actor_of(olive)).pk)
    heartbeat = job_runs.Heartbeat(job.pk)
    heartbeat.began_at = job.started_at
    try:
        assert heartbeat.lock()
        jobs.cancel_job(job=job, by=actor_of(olive))
        until = time.monotonic() + 4
        while not heartbeat.is_cancel_asked and time.monotonic() < until:
            time.sleep(0.05)
        assert heartbeat.is_cancel_asked
    finally:
        heartbeat.stop()


def test_an_overtaken_run_does_not_pass_for_the_first_try_after_a_new_start(chapter, olive, sent):
    """Tries are counted anew when somebody starts a job again, so they do not tell one run from another."""
    job = queue(chapter, actor_of(olive))
    overtaken = job_runs._claim(job.pk)
    Job.objects.filter(pk=job.pk).update(state="failed", finished_at=timezone.now())
    jobs.retry_job(job=job, by=actor_of(olive))
    second = job_runs._claim(job.pk)
    assert (overtaken.attempts, second.attempts) == (1, 1)
    assert not write_progress(job.pk, overtaken.started_at, None)
    assert write_progress(job.pk, second.started_at, None)
    job_runs._run_and_close(overtaken, None)
    job.refresh_from_db()
    assert (job.state, job.result) == ("running", {})


@pytest.mark.parametrize("stop", ["cancel", "lose"])
def test_a_command_whose_work_was_stopped_from_outside_says_so(chapter, stop):
    with pytest.raises(job_runs.WorkStopped) as stopped:
        run_job_now(kind="tests.build", chapter=chapter, params={stop: True}, by=Actor.system(chapter.pk))
    assert (
        stopped.value.message
        == {
            "cancel": "Somebody cancelled the work before it was done.",
            "lose": "The work was interrupted before it was finished.",
        }[stop]
    )
