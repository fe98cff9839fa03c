from __future__ import annotations

import pytest

from chapters.models import Job
from chapters.services.job_runs import run_queued_job
from precincts.models import SavedMapping, Voter
from tests.factories import make_chapter, make_organizer
from tests.precincts.test_imports import upload, url

pytestmark = pytest.mark.django_db

HEADER = "Nr,Surname,Road,Pct,State of it\n"
COLUMNS = {
    "name": "Town clerk",
    "voter_id": "Nr",
    "last_name": "Surname",
    "address_line": ["Road"],
    "precinct": "Pct",
    "status": "State of it",
}


@pytest.fixture
def chapter(client):
    """A chapter whose organizer is signed in."""
    chapter = make_chapter(state="NC")
    client.force_login(make_organizer(chapter).user)
    return chapter


def file_with(*statuses):
    rows = [f"{n},NAME{n},{n} Main St,01,{status}\n" for n, status in enumerate(statuses, start=1)]
    return (HEADER + "".join(rows)).encode()


def mapped(client, chapter, *statuses):
    """An upload whose columns were chosen, and the page it led to."""
    record = upload(client, chapter, file_with(*statuses))
    response = client.post(url("map_columns", chapter, import_id=record.pk), COLUMNS)
    assert response.url == url("map_statuses", chapter, import_id=record.pk)
    return record, client.get(response.url)


def test_the_statuses_of_a_file_are_shown_with_counts_and_what_they_usually_mean(client, chapter):
    _record, page = mapped(client, chapter, "ok", "ok", "i", "Secret", "")
    form = page.context["form"]
    assert [(field.label, field.initial) for field in form] == [
        ("“OK”: 2 rows", ""),
        ("“(blank)”: 1 row", ""),
        ("“I”: 1 row", "inactive"),
        ("“SECRET”: 1 row", ""),
    ]


def test_what_the_organizer_says_of_a_status_decides_who_is_listed_and_who_is_hidden(client, chapter):
    record, _page = mapped(client, chapter, "ok", "ok", "gone away", "Secret", "")
    said = {"status_0": "active", "status_1": "temporary", "status_2": "removed", "status_3": "confidential"}
    saved = client.post(url("map_statuses", chapter, import_id=record.pk), said)
    assert saved.url == url("check_import", chapter, import_id=record.pk)
    page = client.get(saved.url).content.decode()
    assert "NAME1" in page
    assert "NAME4" not in page
    client.post(saved.url)
    assert run_queued_job(Job.objects.get().pk)
    people = Voter.objects.order_by("state_voter_id").values_list("status", "is_confidential", "is_listed")
    assert list(people) == [
        ("active", False, True),
        ("active", False, True),
        ("removed", False, False),
        ("active", True, False),
        ("temporary", False, True),
    ]


def test_every_status_wants_a_meaning(client, chapter):
    record, _page = mapped(client, chapter, "ok", "Secret")
    response = client.post(url("map_statuses", chapter, import_id=record.pk), {"status_0": "active"})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["status_1"])
    assert "statuses" not in SavedMapping.objects.get().mapping


def test_choosing_the_columns_again_keeps_what_the_statuses_mean(client, chapter):
    record, _page = mapped(client, chapter, "ok")
    client.post(url("map_statuses", chapter, import_id=record.pk), {"status_0": "denied"})
    client.post(url("map_columns", chapter, import_id=record.pk), COLUMNS)
    assert SavedMapping.objects.get().mapping["statuses"] == {"OK": "denied"}
    form = client.get(url("map_statuses", chapter, import_id=record.pk)).context["form"]
    assert form.initial | {"status_0": form.fields["status_0"].initial} == {"status_0": "denied"}


def test_a_column_of_many_values_is_no_status(client, chapter):
    _record, page = mapped(client, chapter, *(f"x{n}" for n in range(50)))
    assert "does not look like a status" in page.content.decode()


def test_a_file_without_a_mapped_status_has_no_page_for_it(client, chapter):
    record = upload(client, chapter, file_with("ok"))
    columns = {name: value for name, value in COLUMNS.items() if name != "status"}
    response = client.post(url("map_columns", chapter, import_id=record.pk), columns)
    assert response.url == url("check_import", chapter, import_id=record.pk)
    there = client.get(url("map_statuses", chapter, import_id=record.pk))
    assert there.url == url("check_import", chapter, import_id=record.pk)
