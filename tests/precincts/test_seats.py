from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from chapters.enums import MemberKind
from chapters.models import AuditEvent
from chapters.services.members import change_member
from core.actors import Actor
from core.table_files import WrongTable
from core.tenancy import chapter_scope
from precincts.models import CommitteeSeat
from precincts.selectors.seats import get_seat_summary, list_deadlines, list_seats
from precincts.services.seat_imports import import_seats
from precincts.services.seats import (
    FIELDS,
    SeatDatesOutOfOrder,
    SeatExists,
    add_seat,
    change_seat,
    remove_seat,
)
from tests.factories import make_chapter, make_member, make_organizer, make_precinct, make_seat

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def olive(chapter, client):
    member = make_organizer(chapter)
    client.force_login(member.user)
    return member


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


# --- one seat ---------------------------------------------------------------------------------------------


def test_a_seat_knows_its_holder_when_one_of_ours_has_the_name(chapter, precinct, by):
    nia = make_member(chapter, "Nia", last_name="Brown", user=None)
    held = add_seat(precinct=precinct, by=by, title="Committee member", holder_name="nia  BROWN")
    other = add_seat(precinct=precinct, by=by, title="Committee member", place=2, holder_name="Sam Brown")
    assert (held.holder, other.holder) == (nia, None)
    make_member(chapter, "Nia", last_name="Brown", user=None)
    third = add_seat(precinct=precinct, by=by, title="Chair", holder_name="Nia Brown")
    assert third.holder is None


def test_a_seat_is_no_longer_one_of_ours_when_its_holder_leaves(chapter, precinct, by):
    nia = make_member(chapter, "Nia", last_name="Brown", user=None)
    seat = add_seat(precinct=precinct, by=by, title="Chair", holder_name="Nia Brown")
    change_member(member=nia, by=by, kind=MemberKind.FORMER)
    seat.refresh_from_db()
    assert (seat.holder, seat.holder_name) == (None, "Nia Brown")
    said = AuditEvent.objects.get(verb="precincts.seat_changed")
    assert said.detail == {"fields": ["holder"]}


def test_emptying_the_name_leaves_the_seat_vacant(chapter, precinct, by):
    make_member(chapter, "Nia", last_name="Brown", user=None)
    seat = add_seat(precinct=precinct, by=by, title="Chair", holder_name="Nia Brown")
    seat = change_seat(seat=seat, by=by, holder_name="", since=TODAY)
    assert (seat.is_vacant, seat.holder, seat.since) == (True, None, TODAY)
    said = AuditEvent.objects.filter(verb="precincts.seat_changed").get()
    assert said.detail == {"fields": ["holder_name", "since"]}


def test_a_change_that_changes_nothing_is_not_logged(precinct, by):
    seat = add_seat(precinct=precinct, by=by, title="Chair")
    change_seat(seat=seat, by=by, title="Chair", place=1)
    assert not AuditEvent.objects.filter(verb="precincts.seat_changed").exists()


def test_one_seat_of_a_title_and_number_in_a_precinct(precinct, by):
    add_seat(precinct=precinct, by=by, title="Chair")
    with pytest.raises(SeatExists):
        add_seat(precinct=precinct, by=by, title="Chair")
    second = add_seat(precinct=precinct, by=by, title="Chair", place=2)
    with pytest.raises(SeatExists):
        change_seat(seat=second, by=by, place=1)
    assert CommitteeSeat.objects.count() == 2


@pytest.mark.parametrize("kind", ["term_starts_on term_ends_on", "filing_opens_on filing_closes_on"])
def test_dates_out_of_order_are_refused_by_service_and_form(client, chapter, precinct, olive, by, kind):
    first, last = kind.split()
    days = {first: TODAY, last: TODAY - timedelta(days=1)}
    with pytest.raises(SeatDatesOutOfOrder):
        add_seat(precinct=precinct, by=by, title="Chair", **days)
    answer = client.post(
        url("add_seat", chapter),
        {"precinct": precinct.pk, "title": "Chair", "place": 1, "kind": "elected", "signatures_collected": 0}
        | days,
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [last]
    assert not CommitteeSeat.objects.exists()


def test_a_seat_that_is_removed_stands_in_the_log(precinct, by):
    remove_seat(seat=make_seat(precinct, "Delegate"), by=by)
    assert not CommitteeSeat.objects.exists()
    assert AuditEvent.objects.get().summary == "Removed the seat Delegate in precinct 3-2"


# --- the page ---------------------------------------------------------------------------------------------


def test_figures_and_deadlines_of_the_seats(precinct, by):
    soon, late = TODAY + timedelta(days=5), TODAY + timedelta(days=91)
    make_seat(precinct, place=1, filing_closes_on=soon, since=TODAY - timedelta(days=400))
    make_seat(precinct, place=2, filing_closes_on=soon, filing_opens_on=TODAY, since=TODAY)
    make_seat(precinct, "Chair", holder_name="Sam", filing_closes_on=late, term_ends_on=soon)
    summary = get_seat_summary(by, TODAY)
    assert (summary.seats, summary.vacant, summary.closing) == (3, 2, 2)
    assert summary.vacant_longest == TODAY - timedelta(days=400)
    found = [(one.on, one.what, one.title, one.seats) for one in list_deadlines(by, TODAY)]
    assert found == [
        (TODAY, "filing_opens_on", "Committee member", 1),
        (soon, "filing_closes_on", "Committee member", 2),
        (soon, "term_ends_on", "Chair", 1),
    ]


@pytest.mark.parametrize("seats", [1, 3])
def test_the_page_of_seats_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, olive, seats, django_assert_num_queries
):
    near = timezone.localdate() + timedelta(days=9)
    for place in range(1, seats + 1):
        make_seat(precinct, place=place, filing_closes_on=near, since=near - timedelta(days=90))
    client.get(url("seats", chapter))
    with django_assert_num_queries(14):
        page = client.get(url("seats", chapter))
    assert len(page.context["page"].rows) == seats
    assert "Deadlines ahead" in page.text


def test_the_page_says_who_holds_what_and_since_when(client, chapter, precinct, olive):
    today = timezone.localdate()
    make_seat(precinct, since=today - timedelta(days=200))
    make_seat(precinct, "Chair", holder_name="Sam Brown", signatures_needed=50, signatures_collected=12)
    text = client.get(url("seats", chapter)).text
    for words in (", 6 months ago", "Sam Brown", "12 of 50"):
        assert words in text
    only = client.get(url("seats", chapter), {"state": "vacant"}).text
    assert "Sam Brown" not in only


def test_today_says_that_a_filing_closes_soon(client, chapter, precinct, olive):
    today = timezone.localdate()
    make_seat(precinct, filing_closes_on=today + timedelta(days=60))
    home = reverse("core:today", kwargs={"chapter_slug": chapter.slug})
    assert "Filing closes" not in client.get(home).text
    make_seat(precinct, "Chair", filing_closes_on=today + timedelta(days=10))
    assert "for 1 committee seat" in client.get(home).text


def test_a_seat_is_added_changed_and_removed_in_the_browser(client, chapter, precinct, olive):
    values = {
        "precinct": precinct.pk,
        "title": "Chair",
        "place": 1,
        "kind": "appointed",
        "signatures_collected": 0,
    }
    assert client.post(url("add_seat", chapter), values).status_code == 302
    seat = CommitteeSeat.objects.get()
    page = client.post(url("seat", chapter, seat_id=seat.pk), values | {"holder_name": "Sam Brown"})
    assert page.status_code == 302
    seat.refresh_from_db()
    assert (seat.kind, seat.holder_name) == ("appointed", "Sam Brown")
    again = client.post(url("add_seat", chapter), values)
    assert (again.status_code, CommitteeSeat.objects.count()) == (422, 1)
    asked = client.get(url("remove_seat", chapter, seat_id=seat.pk)).text
    assert "Remove the seat Chair of precinct 3-2?" in asked
    client.post(url("remove_seat", chapter, seat_id=seat.pk))
    assert not CommitteeSeat.objects.exists()


def test_the_partys_rules_stand_below_the_seats(client, chapter, olive):
    client.post(url("party_rules", chapter), {"text": "Two for each precinct.\nPetitions of 20 names."})
    text = client.get(url("seats", chapter)).text
    assert "Petitions of 20 names." in text
    assert "Olive" in text


# --- CSV --------------------------------------------------------------------------------------------------


def imported(chapter, by, text):
    return import_seats(chapter=chapter, content=text.encode(), filename="seats.csv", by=by)


def test_a_file_adds_seats_and_changes_known_ones(chapter, precinct, by):
    known = make_seat(precinct, "Chair", holder_name="Sam Brown")
    plan = imported(
        chapter, by,
        "Precinct,Seat,Holder,Since,Filing closes,Signatures needed\n"
        "3-2,chair,vacant,3/1/2026,2026-05-01,\n"
        "3-2,Committee member,Ada Hill,,,25\n",
    )  # fmt: skip
    assert (len(plan.added), len(plan.changed), plan.unchanged, plan.refused) == (1, 1, 0, [])
    known.refresh_from_db()
    assert (known.holder_name, known.since, known.filing_closes_on) == (
        "",
        date(2026, 3, 1),
        date(2026, 5, 1),
    )
    again = imported(chapter, by, "Precinct,Seat,Holder\n3-2,Chair,\n3-2,Committee member,Ada Hill\n")
    assert (again.added, again.changed, again.unchanged) == ([], [], 2)


def test_rows_that_cannot_be_used_are_refused_with_their_line(chapter, precinct, by):
    make_precinct(chapter, "9", county="LAKE")
    make_precinct(chapter, "9", county="RIVER")
    make_seat(precinct, "Chair", filing_opens_on=date(2026, 5, 1))
    plan = imported(
        chapter, by,
        "Precinct,County,Seat,Seat number,Filled by,Term begins,Term ends,Filing closes,Signatures\n"
        "77,,Chair,,,,,,\n"
        "9,,Chair,,,,,,\n"
        "9,lake,Chair,,,,,,\n"
        "9,Lake,chair,1,,,,,\n"
        "3-2,,,,,,,,\n"
        "3-2,,Member,0,,,,,\n"
        "3-2,,Member,1,by magic,,,,\n"
        "3-2,,Member,1,,2026-05-01,2026-04-01,,\n"
        "3-2,,Member,1,,May,,,\n"
        "3-2,,Member,1,,,,,many\n"
        "3-2,,Chair,1,,,,2026-04-01,\n",
    )  # fmt: skip
    assert [(refusal.line, refusal.reason) for refusal in plan.refused] == [
        (2, "no precinct here is called “77”"),
        (3, "several counties have a precinct “9”; add the column “County”"),
        (5, "the same seat as on line 4"),
        (6, "no seat"),
        (7, "the seat number is not between 1 and 99"),
        (8, "“by magic” is none of: election, appointment"),
        (9, "a term or a filing window ends before it begins"),
        (10, "“May” is not a date such as 2024-05-31 or 5/31/2024"),
        (11, "“many” is not a number from 0 to a million"),
        (12, "with what is known of the seat, a term or a filing window ends before it begins"),
    ]
    assert CommitteeSeat.objects.count() == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"Precinct\n3-2\n", "No column is called “Seat”."),
        (b"Precinct,Seat\n", "The file has a header and no rows."),
        (b"Pre\0cinct,Seat\n", "This is not a text file."),
        (b'Precinct,Seat\n"3-2,Chair\n', "cannot be read as CSV"),
    ],
)
def test_a_file_of_something_else_is_refused_whole(client, chapter, precinct, olive, by, content, said):
    with pytest.raises(WrongTable, match=said):
        import_seats(chapter=chapter, content=content, filename="seats.csv", by=by)
    file = SimpleUploadedFile("seats.csv", content or b"\n")
    answer = client.post(url("import_seats", chapter), {"file": file})
    assert answer.status_code == 422
    assert said in answer.text
    assert not CommitteeSeat.objects.exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_our_own_export_can_be_brought_back_in(client, chapter, precinct, olive, by, language):
    make_seat(
        precinct, "Chair", holder_name="Sam Brown", since=date(2025, 1, 2), term_starts_on=date(2025, 1, 1),
        term_ends_on=date(2026, 12, 31), filing_opens_on=date(2026, 5, 1), filing_closes_on=date(2026, 6, 1),
        signatures_needed=50, signatures_collected=1200, kind="appointed",
    )  # fmt: skip
    make_seat(precinct, "Committee member", place=2)
    client.cookies["django_language"] = language
    exported = b"".join(client.get(url("seats", chapter), {"format": "csv"}).streaming_content)
    before = list(CommitteeSeat.objects.order_by("title").values(*FIELDS))
    with translation.override(language):
        again = import_seats(chapter=chapter, content=exported, filename="seats.csv", by=by)
        CommitteeSeat.objects.all().delete()
        plan = import_seats(chapter=chapter, content=exported, filename="seats.csv", by=by)
    assert (again.unchanged, again.added, again.changed, again.refused) == (2, [], [], [])
    assert (len(plan.added), plan.refused) == (2, [])
    assert list(CommitteeSeat.objects.order_by("title").values(*FIELDS)) == before


def test_a_file_of_seats_takes_the_same_queries_whatever_its_length(
    chapter, precinct, by, django_assert_num_queries
):
    make_member(chapter, "Nia", last_name="Brown", user=None)
    rows = [f"3-2,Seat {number},Nia Brown" for number in range(40)]
    for count in (1, 3, 40):
        CommitteeSeat.objects.all().delete()
        with django_assert_num_queries(10):
            imported(chapter, by, "\n".join(["Precinct,Seat,Holder", *rows[:count]]))
        assert {str(seat.holder) for seat in CommitteeSeat.objects.all()} == {"Nia Brown"}


def test_a_row_goes_to_the_county_and_code_it_names(chapter, by):
    five = make_precinct(chapter, "5", county="ADAMS")
    lower, upper = make_precinct(chapter, "7a"), make_precinct(chapter, "7A")
    plan = imported(
        chapter, by, "Precinct,County,Seat\n5,BOULDER,Chair\n5,Adams,Chair\n7a,,Chair\n7A,,Chair\n"
    )
    assert [(refusal.line, refusal.reason) for refusal in plan.refused] == [
        (2, "no precinct here is called “5”")
    ]
    assert {seat.precinct for seat in CommitteeSeat.objects.all()} == {five, lower, upper}


def test_a_file_is_looked_at_before_it_is_taken_in(client, chapter, precinct, olive):
    file = SimpleUploadedFile("seats.csv", b"Precinct,Seat,Colour\n3-2,Chair,red\n77,Chair,red\n")
    answer = client.post(url("import_seats", chapter), {"file": file})
    assert answer.url == url("check_seats", chapter)
    looked = client.get(answer.url).text
    for words in ("Columns that are left out: Colour", "no precinct here is called “77”", "Import 1 seat"):
        assert words in looked
    assert not CommitteeSeat.objects.exists()
    client.post(url("start_seats", chapter))
    assert CommitteeSeat.objects.get().title == "Chair"


def test_seats_of_another_chapter_are_never_met(precinct, by):
    make_seat(make_precinct(make_chapter("elsewhere"), "3-2"), "Chair")
    plan = imported(precinct.chapter, by, "Precinct,Seat\n3-2,Chair\n")
    assert len(plan.added) == 1
    assert [seat.precinct for seat in list_seats(by)] == [precinct]
