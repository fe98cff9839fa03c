from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from chapters.member_csv import read_people
from chapters.models import AuditEvent, Member, PeopleColumns
from chapters.services.job_runs import run_job_now
from chapters.services.jobs import GivenFile
from chapters.services.member_imports import plan_import
from core.http import chapter_url
from tests.factories import actor_of, make_chapter, make_member

pytestmark = pytest.mark.django_db

ROLL = """Mitglied;Rufnummer;Wohnt;Seit;Bemerkung
"Young, Ann";919-555-0101;12 Oak St;2020-01-31;drums
Ben Carl Young;919-555-0102;14 Oak St;someday;
;919-555-0103;;;
"""
MEANT = {
    "column_0": "full_name",
    "column_1": "phone",
    "column_2": "address",
    "column_3": "since",
    "column_4": "",
}


def url(name: str, **kwargs: object) -> str:
    return chapter_url(f"chapters:{name}", slug="river-city", **kwargs)


def send(organizer, text: str, name: str = "people.csv"):
    return organizer.post(url("import_members"), {"file": SimpleUploadedFile(name, text.encode())})


def test_columns_nobody_knows_are_asked_for_once_and_known_the_next_time(organizer, chapter):
    assert send(organizer, ROLL).headers["Location"] == url("map_import")
    page = organizer.get(url("map_import")).content.decode()
    assert "919-555-0101" in page
    assert organizer.post(url("map_import"), MEANT).headers["Location"] == url("check_import")
    page = organizer.get(url("check_import")).content.decode()
    assert "“someday” is not a date" in page
    assert "Import one person" in page or "Import 1 person" in page
    organizer.post(url("start_import"))
    saved = PeopleColumns.objects.get()
    assert saved.fields == ["full_name", "phone", "address", "since", ""]
    assert AuditEvent.objects.filter(verb="chapters.people_columns_named").count() == 1
    assert send(organizer, ROLL).headers["Location"] == url("check_import")
    assert send(organizer, ROLL.replace("Wohnt", "Adresse")).headers["Location"] == url("map_import")
    assert organizer.get(url("map_import")).status_code == 200  # and may be changed


def test_what_is_said_of_columns_stays_in_the_chapter(organizer, chapter):
    other = make_chapter("elsewhere")
    send(organizer, ROLL)
    organizer.post(url("map_import"), MEANT)
    assert list(PeopleColumns.objects.values_list("chapter", flat=True)) == [chapter.pk]
    assert other.pk != chapter.pk


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"column_1": "phone"}, "first name"),
        ({"column_0": "full_name", "column_1": "phone", "column_2": "phone"}, "cannot mean the same"),
        ({"column_0": "full_name", "column_1": "user"}, "valid choice"),
    ],
)
def test_columns_that_cannot_mean_this_are_refused(organizer, said, words):
    send(organizer, ROLL)
    response = organizer.post(url("map_import"), said)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not PeopleColumns.objects.exists()


def test_the_job_reads_the_file_as_it_was_said(chapter, olive):
    given = [GivenFile(content=ROLL.encode(), filename="roll.csv")]
    fields = ["full_name", "phone", "address", "", ""]
    job = run_job_now(
        kind="chapters.import_members",
        chapter=chapter,
        params={"fields": fields},
        by=actor_of(olive),
        files=given,
    )
    assert (job.result["added"], [row["line"] for row in job.result["refused_rows"]]) == (2, [4])
    ann, ben = Member.objects.filter(chapter=chapter, last_name="Young").order_by("first_name")
    assert (ann.first_name, ann.phone, ben.first_name) == ("Ann", "919-555-0101", "Ben Carl")


@pytest.mark.parametrize(
    ("row", "found"),
    [
        ("Anna,Jones,ann@example.org,,", "Ann"),  # the e-mail says who, whatever the name
        ("Ann,Jones,new@example.org,(919) 555 0101,", "Ann"),  # phone and first name: a new e-mail
        ("Zoe,Young,zoe@example.org,919-555-0101,", None),  # the household's phone
        ("ANN,YOUNG,,,12 oak street", "Ann"),
        ("Ann,Young,,,99 Elm Street", None),  # another Ann Young
        ("Bo,Young,,,", "Bo"),
        ("Bo,Young,other@example.org,,", "Bo"),  # nothing known speaks against it
        ("Ann,Young,other@example.org,,", None),
    ],
)
def test_a_row_is_matched_by_e_mail_then_phone_then_name_and_address(chapter, row, found):
    make_member(
        chapter,
        "Ann",
        last_name="Young",
        user=None,
        email="ann@example.org",
        phone="9195550101",
        address="12 Oak St.",
    )
    make_member(chapter, "Bo", last_name="Young", user=None, email="")
    table = read_people(f"First name,Last name,E-mail,Phone,Address\n{row}\n".encode())
    plan = plan_import(chapter=chapter, table=table)
    assert plan.refused == []
    assert [Member.objects.get(pk=member.pk).first_name for member in plan.changed] == (
        [found] if found and plan.changed else []
    )
    assert len(plan.added) == (0 if found else 1)


def test_two_rows_for_one_person_are_one_and_the_second_is_named(chapter):
    make_member(chapter, "Ann", last_name="Young", user=None, email="ann@example.org", phone="9195550101")
    text = "First name,Last name,E-mail,Phone\nAnn,Young,ann@example.org,\nAnn,Young,,919-555-0101\n"
    plan = plan_import(chapter=chapter, table=read_people(text.encode()))
    assert [(refusal.line, refusal.reason) for refusal in plan.refused] == [
        (3, "the same person as on line 2")
    ]


def test_names_of_any_length_and_with_line_breaks_do_no_harm(chapter, olive):
    long = "x" * 10_000
    text = f'First name,Last name,Note\n{long},Young,\n"Ann\r\nBcc: all@example.org","Yo\tung",ok\n"\u202eevil",B,\n'
    people = read_people(text.encode())
    assert [(refusal.line, refusal.reason) for refusal in people.refused] == [
        (2, "“first_name” is longer than 80 letters")
    ]
    assert [row.values["first_name"] for row in people.rows] == ["Ann Bcc: all@example.org", "evil"]
    assert people.rows[0].values["last_name"] == "Yo ung"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"First name\nA\x00B\n", "not a text file"),
        (b'First name,E-mail\n"never closed,x\n', "cannot be read as CSV"),
        (b"\xff\xfe\x00\x00", "not a text file"),
        (b"First name\n" + b"a\n" * 20_001, "more than 20,000 rows"),
    ],
)
def test_a_broken_file_is_refused_beside_its_field(organizer, content, words):
    response = organizer.post(url("import_members"), {"file": SimpleUploadedFile("people.csv", content)})
    assert response.status_code == 422
    assert words in response.content.decode()


def test_a_name_typed_with_line_breaks_is_one_line(organizer, chapter):
    organizer.post(
        url("add_member"),
        {
            "first_name": "Ann\r\nBcc: x@example.org",
            "last_name": "Y\u202eoung",
            "kind": "member",
            "standing": "good",
        },
    )
    person = Member.objects.get(first_name__startswith="Ann")
    assert (person.first_name, person.last_name) == ("Ann Bcc: x@example.org", "Young")
    response = organizer.post(
        url("add_member"), {"first_name": "x" * 10_000, "kind": "member", "standing": "good"}
    )
    assert response.status_code == 422
    response = organizer.post(
        url("add_member"), {"first_name": "\u202e", "kind": "member", "standing": "good"}
    )
    assert response.status_code == 422
    response = organizer.post(url("add_member"), {"first_name": "a\0b", "kind": "member", "standing": "good"})
    assert response.status_code == 422
