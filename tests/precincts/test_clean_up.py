"""Uploaded voter files that nobody imports are not kept for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.core.files.base import ContentFile
from django.utils import timezone

from core import clean_up
from core.files import private_storage
from precincts.enums import ImportKind
from precincts.models import SavedMapping, VoterImport
from precincts.services.clean_up import forget_old_uploads
from precincts.services.imports.incoming import keep_upload
from tests.factories import actor_of, make_chapter, make_import, make_job, make_organizer

NOW = timezone.now()
UNUSED = timedelta(days=site.UPLOADS_KEPT_DAYS, minutes=1)
REFUSED = timedelta(days=site.JOB_FILES_KEPT_DAYS, minutes=1)


@pytest.fixture
def chapter(db):
    return make_chapter()


def upload(chapter, age: timedelta, **fields) -> VoterImport:
    record = keep_upload(
        chapter=chapter, kind=ImportKind.VOTERS, file=ContentFile(b"a|b\n", name="voters.txt"), source="county",
        obtained_on=None, permitted_use="", by=actor_of(make_organizer(chapter)),
    )  # fmt: skip
    VoterImport.objects.filter(pk=record.pk).update(started_at=NOW - age, **fields)
    return record


def test_a_file_nobody_imported_is_discarded_after_a_week_and_a_younger_one_waits(
    chapter, django_capture_on_commit_callbacks
):
    old, young = upload(chapter, UNUSED), upload(chapter, timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_uploads(NOW) == 1
    assert list(VoterImport.objects.all()) == [young]
    assert [private_storage().exists(record.path) for record in (old, young)] == [False, True]


def test_a_file_somebody_works_on_is_not_discarded(chapter):
    mapped, tried, retried = (upload(chapter, UNUSED) for _number in range(3))
    VoterImport.objects.filter(pk=mapped.pk).update(
        mapping=SavedMapping.objects.create(chapter=chapter, mapping={})
    )
    make_job(chapter, state="failed", params={"import_id": tried.pk}, finished_at=NOW - timedelta(days=1))
    make_job(chapter, state="running", params={"import_id": retried.pk})
    long_ago = upload(chapter, UNUSED)
    make_job(chapter, state="failed", params={"import_id": long_ago.pk}, finished_at=NOW - UNUSED)
    assert forget_old_uploads(NOW) == 1
    assert set(VoterImport.objects.all()) == {mapped, tried, retried}


def test_a_file_that_was_refused_keeps_its_record_and_loses_its_bytes(
    chapter, django_capture_on_commit_callbacks
):
    failed = {"state": "failed"}
    long_ago = upload(chapter, REFUSED, job=make_job(chapter, **failed, finished_at=NOW - REFUSED))
    lately = upload(chapter, REFUSED, job=make_job(chapter, **failed, finished_at=NOW - UNUSED))
    running = upload(chapter, REFUSED, job=make_job(chapter, state="running"))
    with django_capture_on_commit_callbacks(execute=True):
        assert forget_old_uploads(NOW) == 1
    assert [private_storage().exists(row.path) for row in (long_ago, lately, running)] == [False, True, True]
    long_ago.refresh_from_db()
    assert long_ago.path == ""


def test_what_was_imported_stays_on_record(chapter):
    make_import(chapter)
    VoterImport.objects.update(started_at=NOW - REFUSED)
    assert forget_old_uploads(NOW) == 0
    assert VoterImport.objects.count() == 1


def test_it_is_done_each_night():
    assert forget_old_uploads in clean_up._handlers
