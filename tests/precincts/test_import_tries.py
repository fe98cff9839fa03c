"""A file whose import was tried and failed or was stopped: what may be started again, and where it goes on."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from chapters.models import Job
from chapters.services import jobs
from chapters.services.job_runs import run_queued_job
from precincts.models import SavedMapping, Voter, VoterImport
from precincts.services.imports.incoming import ImportAlreadyBegun, begin_import, use_mapping
from precincts.services.imports.refusals import ReadAnew
from tests.factories import actor_of, make_chapter, make_organizer
from tests.precincts.test_imports import upload, url
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db

# Of another state beyond what the page before the import looks at, so that the import itself stops.
DOUBTFUL = [nc_row(ncid=f"AA{n}", state="NC" if n < 30 else "VA") for n in range(80)]
COLUMNS = {
    "name": "State",
    "voter_id": "ncid",
    "last_name": "last_name",
    "address_line": ["res_street_address"],
    "precinct": "precinct_abbrv",
}


@pytest.fixture
def chapter():
    return make_chapter(state="NC")


@pytest.fixture
def olive(chapter, client):
    """The organizer, signed in."""
    olive = make_organizer(chapter)
    client.force_login(olive.user)
    return olive


@pytest.fixture
def record(client, chapter, olive):
    """An upload whose import stopped at a doubt."""
    record = upload(client, chapter, (NC_HEADER + "".join(DOUBTFUL)).encode())
    begin(client, chapter, record)
    assert run_queued_job(Job.objects.get().pk)
    assert Job.objects.get().state == "failed"
    return record


def begin(client, chapter, record, **said):
    answer = client.post(url("check_import", chapter, import_id=record.pk), said)
    assert answer.status_code == 302
    return Job.objects.latest("created_at")


def map_columns(client, chapter, record, **other):
    assert client.post(url("map_columns", chapter, import_id=record.pk), COLUMNS | other).status_code == 302


def page_of(client, chapter, job, name="job"):
    address = reverse(f"chapters:{name}", kwargs={"chapter_slug": chapter.slug, "job_id": job.pk})
    return client.get(address) if name == "job" else client.post(address)


def offers_retry(page, chapter, job):
    address = reverse("chapters:retry_job", kwargs={"chapter_slug": chapter.slug, "job_id": job.pk})
    return f'action="{address}"' in page.content.decode()


def test_an_import_that_failed_may_be_started_again_while_its_file_is_read_as_before(client, chapter, record):
    job = Job.objects.get()
    assert offers_retry(page_of(client, chapter, job), chapter, job)
    assert page_of(client, chapter, job, "retry_job").status_code == 302
    job.refresh_from_db()
    assert job.state == "queued"


def test_an_import_whose_columns_were_said_anew_is_not_started_again_but_leads_to_its_file(
    client, chapter, record
):
    job = Job.objects.get()
    map_columns(client, chapter, record)
    page = page_of(client, chapter, job)
    assert not offers_retry(page, chapter, job)
    assert "somebody has said anew how the file is read" in page.content.decode()
    assert f'href="{url("check_import", chapter, import_id=record.pk)}"' in page.content.decode()
    assert page_of(client, chapter, job, "retry_job").status_code == 409
    job.refresh_from_db()
    assert job.state == "failed"


def test_an_import_that_was_stopped_leads_to_its_file_too(client, chapter, olive):
    record = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    job = begin(client, chapter, record)
    jobs.cancel_job(job=job, by=actor_of(olive))
    page = page_of(client, chapter, job)
    assert offers_retry(page, chapter, job)
    assert url("check_import", chapter, import_id=record.pk) not in page.content.decode()
    map_columns(client, chapter, record)
    page = page_of(client, chapter, job)
    assert not offers_retry(page, chapter, job)
    assert f'href="{url("check_import", chapter, import_id=record.pk)}"' in page.content.decode()


def test_an_import_whose_elections_were_named_is_not_started_again(chapter, record, olive):
    VoterImport.objects.update(job=None)  # as naming all of a file's elections does
    with pytest.raises(ReadAnew):
        jobs.retry_job(job=Job.objects.get(), by=actor_of(olive))


def test_an_import_that_was_tried_again_leads_to_the_try_and_then_to_its_report(client, chapter, record):
    first = Job.objects.get()
    second = begin(client, chapter, record, accept_other_state="on")
    page = page_of(client, chapter, first)
    assert not offers_retry(page, chapter, first)
    running = reverse("chapters:job", kwargs={"chapter_slug": chapter.slug, "job_id": second.pk})
    assert f'href="{running}"' in page.content.decode()
    assert run_queued_job(second.pk)
    page = page_of(client, chapter, first)
    assert not offers_retry(page, chapter, first)
    assert f'href="{url("import_report", chapter, import_id=record.pk)}"' in page.content.decode()


def test_an_import_is_not_started_again_when_another_file_changed_the_columns_of_its_source(
    client, chapter, olive, record
):
    map_columns(client, chapter, record)
    job = begin(client, chapter, record)
    jobs.cancel_job(job=job, by=actor_of(olive))
    other = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    map_columns(client, chapter, other, first_name="first_name")
    assert SavedMapping.objects.count() == 1
    with pytest.raises(ReadAnew):
        jobs.retry_job(job=job, by=actor_of(olive))


def test_an_import_of_a_discarded_file_is_not_started_again(client, chapter, record):
    job = Job.objects.get()
    client.post(url("discard_import", chapter, import_id=record.pk))
    page = page_of(client, chapter, job)
    assert not offers_retry(page, chapter, job)
    assert "was discarded" in page.content.decode()


def test_a_try_that_was_started_again_at_the_same_moment_reads_nothing(client, chapter, record, olive):
    jobs.retry_job(job=Job.objects.get(), by=actor_of(olive))
    VoterImport.objects.update(job=None)
    job = Job.objects.get()
    Job.objects.update(params=job.params | {"accepted": ["other_state"]})
    assert run_queued_job(job.pk)
    job.refresh_from_db()
    assert (job.state, Voter.objects.count()) == ("failed", 0)
    assert "somebody has said anew how the file is read" in job.error


@pytest.mark.django_db(transaction=True)
def test_a_second_click_does_not_wait_until_the_import_is_done(client, chapter, olive):
    record = upload(client, chapter, (NC_HEADER + nc_row()).encode())
    job = begin(client, chapter, record)
    held, over = threading.Event(), threading.Event()

    def work() -> None:
        """As an import does for as long as it takes."""
        try:
            with transaction.atomic():
                VoterImport.objects.select_for_update().get(pk=record.pk)
                held.set()
                over.wait(20)
        finally:
            connection.close()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        assert held.wait(10)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '3s'")
        assert begin_import(record=record, by=actor_of(olive)) == job
        with pytest.raises(ImportAlreadyBegun):
            use_mapping(record=record, mapping=None, by=actor_of(olive))
    finally:
        over.set()
        worker.join()
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
