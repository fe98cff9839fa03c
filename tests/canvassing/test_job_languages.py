"""Work that one person orders in English, read by another in Spanish: no word of its pages is English."""

from __future__ import annotations

from functools import partial
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from canvassing.services.lists import order_lists
from canvassing.tasks import _say_done
from chapters.models import Job
from chapters.services.job_heartbeat import Spoken, write_progress
from chapters.services.job_runs import run_queued_job
from precincts.enums import ImportKind
from precincts.services.imports.incoming import begin_import, keep_upload
from precincts.services.imports.pace import HISTORY_STAGES
from tests.factories import make_organizer
from tests.precincts.test_history import HEADER as HISTORY_HEADER
from tests.precincts.test_history import vote
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db

SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-announce")
NAMES = {"River City", "Paula", "Olive Adams", "Shoeleather", "English", "Español"}


class Words(HTMLParser):
    """All that a page says: its text, and what is read out or shown of its parts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.said: set[str] = set()
        self._silent = 0
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self._silent += tag in ("script", "style")
        for name, value in attrs:
            if name in SPOKEN:
                self._hear(value or "")

    def handle_endtag(self, tag):
        self._silent -= tag in ("script", "style")

    def handle_data(self, data):
        if not self._silent:
            self._hear(data)

    def _hear(self, text):
        words = " ".join(text.split())
        if any(letter.isalpha() for letter in words):
            self.said.add(words)


@pytest.fixture
def reader(town):
    """Another organizer, whose browser asks for Spanish."""
    client = Client(headers={"Accept-Language": "es"})
    client.force_login(make_organizer(town.chapter, "Paula").user)
    return client


def words_of(client, address, language):
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return Words(answer.content.decode()).said


def english_left(client, address, *files):
    """What the Spanish page says word for word like the English one, but for names."""
    return {
        words
        for words in words_of(client, address, "es") & words_of(client, address, "en")
        if words not in NAMES and words not in files
    }


def address_of(job, name="job"):
    return reverse(f"chapters:{name}", kwargs={"chapter_slug": job.chapter.slug, "job_id": job.pk})


def index_of(job):
    return reverse("chapters:jobs", kwargs={"chapter_slug": job.chapter.slug})


def order(town):
    return order_lists(chapter=town.chapter, by=town.by, at=timezone.now(), precinct=town.precinct)


def begin(town, kind, content, name):
    record = keep_upload(
        chapter=town.chapter, kind=kind, file=SimpleUploadedFile(name, content), source="Board",
        obtained_on=None, permitted_use="Elections", by=town.by,
    )  # fmt: skip
    return begin_import(record=record, by=town.by)


def run(job):
    assert run_queued_job(job.pk)
    job.refresh_from_db()
    return job


def be_running(job, message):
    Job.objects.filter(pk=job.pk).update(state="running", started_at=timezone.now(), attempts=1)
    job.refresh_from_db()
    assert write_progress(job.pk, job.started_at, Spoken(3, 9, message))


def test_a_print_job_speaks_the_readers_language_while_it_waits_runs_and_when_it_is_done(town, reader):
    job = order(town)
    assert english_left(reader, address_of(job)) == set()
    be_running(job, partial(_say_done, 3, 9))
    assert "3 de 9 listas" in words_of(reader, address_of(job), "es")
    for name in ("job", "job_progress"):
        assert english_left(reader, address_of(job, name)) == set()
    Job.objects.update(state="queued")
    assert run(job).state == "done"
    assert job.files.count() == 2
    assert english_left(reader, address_of(job)) == set()
    assert english_left(reader, index_of(job)) == set()


def test_an_import_speaks_the_readers_language_while_it_runs_and_when_it_is_done(town, reader):
    row = nc_row(ncid="AA1", address="11 LANTERN ST")
    job = begin(town, ImportKind.VOTERS, (NC_HEADER + row).encode(), "people.txt")
    be_running(job, HISTORY_STAGES["read"][0])
    for name in ("job", "job_progress"):
        assert english_left(reader, address_of(job, name)) == set()
    Job.objects.update(state="queued")
    assert run(job).state == "done"
    assert english_left(reader, address_of(job)) == set()
    assert english_left(reader, index_of(job)) == set()


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (ImportKind.VOTERS, b"Dear all,\n"),
        (ImportKind.VOTERS, (NC_HEADER + nc_row(ncid="")).encode()),
        (ImportKind.VOTERS, NC_HEADER.encode()),
        (ImportKind.VOTERS, (NC_HEADER + "".join(nc_row(ncid=f"V{n}", state="VA") for n in range(50))).encode()),
        (ImportKind.HISTORY, (HISTORY_HEADER + vote("AA1", "BONDS")).encode()),
        (ImportKind.ADDRESSES, b"a,b,c\n1,2,3\n"),
        (ImportKind.BOUNDARIES, b"{}"),
        (ImportKind.BOUNDARIES, b""),
    ],
)  # fmt: skip
def test_an_import_that_is_refused_says_why_and_what_to_do_in_the_readers_language(
    town, reader, kind, content
):
    job = run(begin(town, kind, content, "people.txt"))
    assert job.state == "failed"
    assert job.errors["en"] != job.errors["es"]
    assert job.hints["en"] != job.hints["es"]
    assert english_left(reader, address_of(job)) == set()
    assert english_left(reader, index_of(job)) == set()


def test_a_print_job_that_is_refused_says_why_in_the_readers_language(town, reader):
    job = order(town)
    town.olive.roles.all().delete()
    assert run(job).state == "failed"
    assert english_left(reader, address_of(job)) == set()
