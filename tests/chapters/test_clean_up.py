"""What the clean-up of each night deletes, what it leaves, and what people are told afterwards."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.utils import timezone

from chapters.models import AuditEvent, Chapter, JobFile
from chapters.services import jobs
from chapters.services.clean_up import forget_old_job_files, forget_waiting_files
from chapters.services.job_files import JobFileGone, save_job_file
from chapters.tasks import clean_up_files
from core import clean_up
from core.files import keep_upload, private_storage
from core.http import chapter_url
from core.waiting_files import FOLDER
from tests.factories import actor_of, make_job

pytestmark = pytest.mark.django_db

NOW = timezone.now()
JUST_KEPT = timedelta(days=site.JOB_FILES_KEPT_DAYS, minutes=-1)
TOO_OLD = timedelta(days=site.JOB_FILES_KEPT_DAYS, minutes=1)


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "media"},
    }
    settings.STORAGES = {**settings.STORAGES, "private": storage}


def make_file(chapter: Chapter, ended: timedelta | None, **fields) -> JobFile:
    state = {"state": "running"} if ended is None else {"state": "done", "finished_at": NOW - ended}
    job = make_job(chapter, **(state | fields))
    return save_job_file(job=job, filename="list.pdf", content=b"%PDF", content_type="application/pdf")


def test_files_of_work_that_ended_long_ago_are_deleted_and_no_others(chapter):
    old, young, running = (make_file(chapter, ended) for ended in (TOO_OLD, JUST_KEPT, None))

    assert forget_old_job_files(NOW) == 1

    for file in (old, young, running):
        file.refresh_from_db()
    assert [file.removed_at for file in (old, young, running)] == [NOW, None, None]
    assert [private_storage().exists(file.path) for file in (old, young, running)] == [False, True, True]
    event = AuditEvent.objects.get(verb="chapters.files_removed")
    assert (event.chapter, event.actor_kind, event.rows) == (chapter, "system", 1)
    assert "list.pdf" not in str(event.summaries)
    assert forget_old_job_files(NOW) == 0


def test_the_page_says_until_when_a_file_is_kept_and_then_that_it_is_deleted(organizer, chapter, olive):
    file = make_file(chapter, timedelta(), asked_by=olive.user)
    page = chapter_url("chapters:job", slug=chapter.slug, job_id=file.job_id)
    download = chapter_url("chapters:job_file", slug=chapter.slug, job_id=file.job_id, file_id=file.pk)
    assert "kept until" in organizer.get(page).content.decode()
    assert f'href="{download}"' in organizer.get(page).content.decode()

    forget_old_job_files(NOW + TOO_OLD)

    assert f'href="{download}"' not in organizer.get(page).content.decode()
    assert "deleted" in organizer.get(page).content.decode()
    refused = organizer.get(download)
    assert refused.status_code == 409
    assert "This file is no longer kept." in refused.content.decode()


def test_a_file_whose_bytes_are_lost_is_refused_in_words(organizer, chapter, olive):
    file = make_file(chapter, timedelta(), asked_by=olive.user)
    private_storage().delete(file.path)
    download = chapter_url("chapters:job_file", slug=chapter.slug, job_id=file.job_id, file_id=file.pk)
    refused = organizer.get(download)
    assert (refused.status_code, "no longer kept" in refused.content.decode()) == (409, True)


def test_work_whose_file_is_deleted_cannot_be_started_again(organizer, chapter, olive):
    job = make_job(chapter, state="failed", finished_at=NOW - TOO_OLD, asked_by=olive.user)
    save_job_file(
        job=job, filename="people.csv", content=b"First name", content_type="text/csv", is_given=True
    )
    page = chapter_url("chapters:job", slug=chapter.slug, job_id=job.pk)
    assert organizer.get(page).context["may_retry"]
    forget_old_job_files(NOW)
    assert not organizer.get(page).context["may_retry"]
    with pytest.raises(JobFileGone):
        jobs.retry_job(job=job, by=actor_of(olive))


def test_chosen_files_that_nobody_imported_are_deleted_after_a_week(chapter):
    old, young = (keep_upload(ContentFile(b"First name\nNia\n"), FOLDER, chapter.pk) for _ in range(2))
    voters = keep_upload(ContentFile(b"x"), "imports", chapter.pk)
    for path in (old, voters):
        long_ago = (NOW - timedelta(days=site.UPLOADS_KEPT_DAYS, minutes=1)).timestamp()
        os.utime(private_storage().path(path), (long_ago, long_ago))

    assert forget_waiting_files(NOW) == 1
    assert [private_storage().exists(path) for path in (old, young, voters)] == [False, True, True]


def test_a_night_without_any_upload_is_quiet(chapter):
    assert (forget_waiting_files(NOW), forget_old_job_files(NOW)) == (0, 0)
    assert not AuditEvent.objects.exists()


def test_every_app_cleans_up_each_night_even_when_one_cannot(chapter, monkeypatch, caplog):
    old = make_file(chapter, TOO_OLD)

    def broken(at):
        raise ZeroDivisionError

    monkeypatch.setattr(clean_up, "_handlers", [broken, *clean_up._handlers])
    clean_up_files()
    old.refresh_from_db()
    assert old.removed_at is not None
    assert "could not clean up" in caplog.text
    schedule = site.CELERY_BEAT_SCHEDULE["clean up"]
    assert (schedule["task"], schedule["schedule"].hour) == ("chapters.clean_up", {8})
