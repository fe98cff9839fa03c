from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chapters.enums import MemberKind
from chapters.member_csv import read_people
from chapters.models import AuditEvent, Job, Member
from chapters.selectors.actors import today_in
from chapters.services.job_runs import run_job_now
from chapters.services.jobs import GivenFile
from chapters.services.members import LastOrganizer, change_member
from core.actors import Actor
from core.http import chapter_url
from tests.factories import actor_of, make_block, make_captain, make_chapter, make_member, make_precinct

pytestmark = pytest.mark.django_db

# Session, user; chapter; member, roles, blocks, precincts; chapters of the switcher; then the page's own.
LIST_QUERIES = 17


def url(name: str, **kwargs: object) -> str:
    return chapter_url(f"chapters:{name}", slug="river-city", **kwargs)


def names_in(response) -> list[str]:
    return [str(row) for row in response.context["page"].page.object_list]


@pytest.fixture
def people(chapter, olive):
    make_member(chapter, "Ann", "canvasser", last_name="Zeller", standing="lapsed", since=date(2020, 1, 1))
    make_member(chapter, "Ben", last_name="Young", kind="volunteer", user=None, email="ben@example.org")
    make_member(make_chapter("elsewhere"), "Ann", last_name="Otherplace")


def test_the_list_shows_the_chapters_people_by_last_name(organizer, people):
    assert names_in(organizer.get(url("members"))) == ["Olive Adams", "Ben Young", "Ann Zeller"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ann", ["Ann Zeller"]),
        ("q=BEN@example", ["Ben Young"]),
        ("q=ann+young", []),
        ("kind=volunteer", ["Ben Young"]),
        ("standing=lapsed", ["Ann Zeller"]),
        ("role=canvasser", ["Ann Zeller"]),
        ("account=no", ["Ben Young"]),
        ("kind=nonsense", ["Olive Adams", "Ben Young", "Ann Zeller"]),
        ("sort=since", ["Ann Zeller", "Olive Adams", "Ben Young"]),
        ("sort=-name", ["Ann Zeller", "Ben Young", "Olive Adams"]),
    ],
)
def test_the_list_is_searched_narrowed_and_sorted_by_its_address(organizer, people, query, found):
    assert names_in(organizer.get(f"{url('members')}?{query}")) == found


@pytest.mark.parametrize("extra", [0, 2])
def test_the_list_costs_the_same_queries_for_one_person_and_for_three(organizer, chapter, extra):
    for number in range(extra):
        make_member(chapter, f"Person{number}", "canvasser", "treasurer")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert organizer.get(url("members")).status_code == 200
    assert len(captured) == LIST_QUERIES


def test_the_csv_holds_all_rows_is_safe_to_open_and_is_logged(organizer, chapter, people):
    Member.objects.filter(chapter=chapter, first_name="Ben").update(note="=HYPERLINK(1)")
    response = organizer.get(f"{url('members')}?format=csv&kind=volunteer")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert [(row["First name"], row["Note"], row["Standing"]) for row in rows] == [
        ("Ben", "'=HYPERLINK(1)", "in good standing")
    ]
    logged = AuditEvent.objects.get(verb="export.members")
    assert (logged.rows, logged.actor_label, logged.detail["kind"]) == (1, "Olive Adams", "volunteer")


def test_a_person_is_added_and_changed_with_a_line_in_the_log(organizer, chapter):
    fields = {"first_name": "Nia", "kind": "member", "standing": "good"}
    response = organizer.post(url("add_member"), fields)
    nia = Member.objects.get(first_name="Nia")
    assert response.headers["Location"] == url("member", member_id=nia.pk)
    organizer.post(url("edit_member", member_id=nia.pk), {**fields, "last_name": "Rowe"})
    nia.refresh_from_db()
    assert (nia.chapter, nia.last_name) == (chapter, "Rowe")
    changed = AuditEvent.objects.get(verb="chapters.member_changed")
    assert changed.detail == {"last_name": ["", "Rowe"]}


def test_a_form_with_a_fault_is_shown_again_and_changes_nothing(organizer, olive):
    response = organizer.post(url("edit_member", member_id=olive.pk), {"first_name": "", "email": "x"})
    assert response.status_code == 422
    assert set(response.context["form"].errors) == {"first_name", "email", "kind", "standing"}
    olive.refresh_from_db()
    assert olive.first_name == "Olive"


def test_a_former_member_loses_every_role_on_the_same_day(chapter, olive):
    leaving = make_member(chapter, "Lee", "organizer", "canvasser")
    change_member(member=leaving, by=actor_of(olive), kind=MemberKind.FORMER)
    assert leaving.roles.in_force(date.today()).count() == 0
    assert leaving.roles.count() == 2


def test_the_only_organizer_cannot_leave(organizer, chapter, olive):
    with pytest.raises(LastOrganizer):
        change_member(member=olive, by=Actor.system(chapter.pk), kind=MemberKind.FORMER)
    response = organizer.post(
        url("edit_member", member_id=olive.pk), {"first_name": "Olive", "kind": "former", "standing": "none"}
    )
    assert response.status_code == 409
    assert "is the only organizer" in response.content.decode()


CSV = """First name,Last name,E-mail,Standing,Since,Shoe size
Olive,Oakes,OLIVE@example.org,good,2019-04-01,38
Ben,Young,ben@example.org,lapsed,5/31/2021,41
,Nobody,no@example.org,good,,
Cy,Wrong,not-an-address,good,,
Di,Date,di@example.org,good,someday,
Eve,Twice,ben@example.org,good,,
"Flo, Jr.",Quoted,,pending,,
"""


def test_a_file_is_read_row_by_row_with_the_line_and_reason_of_each_refusal():
    people = read_people(CSV.encode())
    assert people.columns == {
        "first_name": "First name", "last_name": "Last name", "email": "E-mail", "standing": "Standing",
        "since": "Since",
    }  # fmt: skip
    assert people.unused == ["Shoe size"]
    assert [(row.line, row.values["first_name"]) for row in people.rows] == [
        (2, "Olive"),
        (3, "Ben"),
        (8, "Flo, Jr."),
    ]
    assert people.rows[1].values["since"] == date(2021, 5, 31)
    assert [(refusal.line, refusal.reason) for refusal in people.refused] == [
        (4, "no first name"),
        (5, "“not-an-address” is not an e-mail address"),
        (6, "“someday” is not a date such as 2024-05-31 or 5/31/2024"),
        (7, "the e-mail ben@example.org stands in line 3 already"),
    ]


@pytest.mark.parametrize("since", ["2021-05-31", "5/31/2021", "05/31/21", "20210531", "5/31/2021 0:00"])
def test_the_day_somebody_joined_may_be_written_as_in_any_other_file(since):
    people = read_people(f"First name,Since\nNia,{since}\n".encode())
    assert ([row.values["since"] for row in people.rows], people.refused) == ([date(2021, 5, 31)], [])


def import_file(chapter, olive, text: str) -> Job:
    given = [GivenFile(content=text.encode(), filename="people.csv")]
    return run_job_now(
        kind="chapters.import_members", chapter=chapter, params={}, by=actor_of(olive), files=given
    )


def test_known_people_are_updated_by_their_email_and_a_second_import_changes_nothing(chapter, olive):
    Member.objects.filter(pk=olive.pk).update(email="olive@example.org", phone="555")
    elsewhere = make_member(make_chapter("elsewhere"), "Ben", user=None, email="ben@example.org")

    first = import_file(chapter, olive, CSV)
    assert {key: first.result[key] for key in ("rows", "added", "changed", "unchanged")} == {
        "rows": 7, "added": 2, "changed": 1, "unchanged": 0,
    }  # fmt: skip
    assert [row["line"] for row in first.result["refused_rows"]] == [4, 5, 6, 7]
    olive.refresh_from_db()
    assert (olive.last_name, olive.since, olive.phone) == ("Oakes", date(2019, 4, 1), "555")

    second = import_file(chapter, olive, CSV)
    assert (second.result["added"], second.result["changed"], second.result["unchanged"]) == (0, 0, 3)
    assert Member.objects.filter(chapter=chapter).count() == 3
    elsewhere.refresh_from_db()
    assert elsewhere.last_name == "Adams"


def test_our_own_export_comes_back_without_a_change(organizer, chapter, olive):
    make_member(chapter, "=Formula", user=None, email="f@example.org", note="-1 of these", phone="+1 919")
    exported = b"".join(organizer.get(f"{url('members')}?format=csv").streaming_content).decode()
    job = import_file(chapter, olive, exported)
    assert job.result == {"rows": 2, "added": 0, "changed": 0, "unchanged": 2, "refused_rows": []}


def test_a_file_is_checked_before_anything_is_changed_and_then_imported_by_a_job(organizer, chapter):
    file = SimpleUploadedFile("people.csv", CSV.encode())
    assert organizer.post(url("import_members"), {"file": file}).headers["Location"] == url("map_import")
    assert "Shoe size" in organizer.get(url("map_import")).content.decode()
    meant = {"column_0": "first_name", "column_1": "last_name", "column_2": "email", "column_3": "standing",
             "column_4": "since", "column_5": ""}  # fmt: skip
    assert organizer.post(url("map_import"), meant).headers["Location"] == url("check_import")
    page = organizer.get(url("check_import"))
    assert "Import 3 people" in page.content.decode()
    assert Member.objects.filter(chapter=chapter).count() == 1
    response = organizer.post(url("start_import"))
    job = Job.objects.get(kind="chapters.import_members")
    assert response.headers["Location"] == url("job", job_id=job.pk)
    assert [file.filename for file in job.files.all()] == ["people.csv"]
    second_click = organizer.post(url("start_import"))
    assert second_click.headers["Location"] == url("job", job_id=job.pk)
    assert Job.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"First name\n", "a header and no rows"),
        (b"First name\nA\x00B\n", "not a text file"),
        (b'First name\n"never closed\n', "cannot be read as CSV"),
    ],
)
def test_a_wrong_file_is_named_as_what_it_is(organizer, chapter, content, words):
    response = organizer.post(url("import_members"), {"file": SimpleUploadedFile("people.csv", content)})
    assert response.status_code == 422
    assert words in response.content.decode()
    assert Job.objects.count() == 0


def test_one_may_open_ones_own_page_and_nobody_elses(chapter, olive, client):
    mo = make_member(chapter, "Mo")
    client.force_login(mo.user)
    own = client.get(url("member", member_id=mo.pk))
    assert own.status_code == 200
    assert own.context["events"] is None
    assert client.get(url("member", member_id=olive.pk)).status_code == 404


def test_somebody_new_without_an_e_mail_stands_in_a_file_once(chapter, olive):
    job = import_file(chapter, olive, "first name,last name\nAna,Ruiz\nAna,Ruiz\n")
    assert job.result["added"] == 1
    assert [row["line"] for row in job.result["refused_rows"]] == [3]


def test_whoever_leaves_gives_up_every_charge_in_every_app(chapter, olive):
    block = make_block(make_precinct(chapter))
    cleo = make_member(chapter, "Cleo")
    make_captain(block, cleo)
    change_member(member=cleo, by=actor_of(olive), kind="former")
    yesterday = today_in(chapter) - timedelta(days=1)
    assert [row.ends_on for row in block.assignments.all()] == [yesterday]
