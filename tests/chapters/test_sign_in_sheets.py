from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chapters.models import Attendance, AuditEvent, Job, Meeting, Member
from chapters.selectors.meetings import FIRST_TIME, MAYBE_SHOW, NO_SHOW, list_to_follow_up, read_shows
from chapters.services.attendance import (
    CannotBring,
    NotThere,
    TooEarlyToSignIn,
    note_bringer,
    sign_in,
    sign_out,
    walk_in,
)
from chapters.services.job_runs import run_queued_job
from chapters.services.meeting_places import MeetingIsCancelled
from core.actors import Actor
from core.http import chapter_url
from core.tenancy import chapter_scope
from tests.factories import (
    make_attendance,
    make_chapter,
    make_meeting,
    make_meeting_invitation,
    make_member,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def meeting(chapter):
    """One that has just begun."""
    return make_meeting(chapter, starts_at=timezone.now() - timedelta(minutes=5))


def url(name, meeting, **kwargs):
    return chapter_url(f"chapters:{name}", slug="river-city", meeting_id=meeting.pk, **kwargs)


def test_a_second_tap_signs_nobody_in_twice(chapter, by, meeting):
    nora = make_member(chapter, "Nora")
    first = sign_in(meeting=meeting, member=nora, by=by, at=timezone.now())
    assert sign_in(meeting=meeting, member=nora, by=by, at=timezone.now()) == first
    assert AuditEvent.objects.filter(verb="chapters.meeting_signed_in").count() == 1
    assert first.walk_in


def test_a_slip_is_taken_back_once(chapter, by, meeting):
    nora = make_member(chapter, "Nora")
    sign_in(meeting=meeting, member=nora, by=by, at=timezone.now())
    sign_out(meeting=meeting, member=nora, by=by)
    with pytest.raises(NotThere):
        sign_out(meeting=meeting, member=nora, by=by)
    assert not Attendance.objects.exists()


def test_nobody_is_there_before_the_doors_open_or_when_it_is_cancelled(chapter, by):
    nora = make_member(chapter, "Nora")
    with pytest.raises(TooEarlyToSignIn):
        sign_in(meeting=make_meeting(chapter), member=nora, by=by, at=timezone.now())
    with pytest.raises(MeetingIsCancelled):
        sign_in(
            meeting=make_meeting(chapter, state="cancelled", starts_at=timezone.now()), member=nora, by=by,
            at=timezone.now(),
        )  # fmt: skip


def test_nobody_brings_themself_or_is_brought_by_a_stranger(chapter, by, meeting):
    nora = make_member(chapter, "Nora")
    row = sign_in(meeting=meeting, member=nora, by=by, at=timezone.now())
    for bringer in (nora, make_member(make_chapter("elsewhere"))):
        with pytest.raises(CannotBring):
            note_bringer(attendance=row, brought_by=bringer, by=by)
    owen = make_member(chapter, "Owen")
    assert note_bringer(attendance=row, brought_by=owen, by=by).brought_by == owen
    assert note_bringer(attendance=row, brought_by=None, by=by).brought_by is None


def test_a_walk_in_known_by_name_and_number_is_no_second_person(chapter, by, meeting):
    nora = make_member(chapter, "Nora", last_name="Quill", user=None, phone="(919) 555-0142")
    row = walk_in(
        meeting=meeting,
        first_name="nora",
        last_name="quill",
        phone="+1 919 555 0142",
        by=by,
        at=timezone.now(),
    )
    assert row.member == nora
    same_name = walk_in(
        meeting=meeting, first_name="Nora", last_name="Quill", phone="919-555-0199", by=by, at=timezone.now()
    )
    assert same_name.member != nora
    assert (same_name.member.kind, same_name.walk_in) == ("supporter", True)


def test_a_tap_answers_with_the_line_and_the_count(organizer, chapter, meeting):
    nora = make_member(chapter, "Nora")
    make_meeting_invitation(meeting, nora, "yes", bringing=1)
    response = organizer.post(
        url("sign_in_person", meeting, member_id=nora.pk), {"there": "yes"}, headers={"HX-Request": "true"}
    )
    text = response.content.decode()
    assert "is there" in text
    assert "1 of 1 are there." in text
    assert "<html" not in text


def test_letters_find_people_of_the_chapter_who_were_not_invited(organizer, chapter, meeting):
    make_meeting_invitation(meeting, make_member(chapter, "Nora"))
    make_member(chapter, "Norbert")
    make_member(make_chapter("elsewhere"), "Norma")
    page = organizer.get(url("sign_in_sheet", meeting) + "?q=nor").content.decode()
    assert [name in page for name in ("Nora", "Norbert", "Norma")] == [True, True, False]


def test_the_sheet_asks_the_database_as_often_for_one_person_as_for_three(organizer, chapter, meeting):
    counts = []
    for number in range(3):
        make_attendance(
            meeting, make_member(chapter, f"P{number}"), brought_by=make_member(chapter, f"B{number}")
        )
        make_meeting_invitation(meeting, make_member(chapter, f"Q{number}"))
        if number != 1:
            with CaptureQueriesContext(connection) as asked:
                organizer.get(url("sign_in_sheet", meeting))
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_lists_ask_as_often_for_one_row_as_for_three(organizer, chapter, meeting):
    counts = {"meeting_answers": [], "attendance": [], "meeting_follow_up": [], "meeting": []}
    for number in range(3):
        make_attendance(
            meeting, make_member(chapter, f"P{number}"), brought_by=make_member(chapter, f"B{number}")
        )
        make_meeting_invitation(meeting, make_member(chapter, f"Q{number}"), "yes")
        for name, seen in counts.items():
            if number != 1:
                with CaptureQueriesContext(connection) as asked:
                    organizer.get(url(name, meeting))
                seen.append(len(asked))
    assert all(one == three for one, three in counts.values())


def test_a_walk_in_without_a_name_is_refused_and_adds_nobody(organizer, chapter, meeting):
    before = Member.objects.count()
    assert organizer.post(url("walk_in", meeting), {"first_name": " "}).status_code == 422
    assert organizer.post(url("walk_in", meeting), {"first_name": "x" * 10_000}).status_code == 422
    assert Member.objects.count() == before


def test_the_printed_sheet_has_everybody_and_room_for_more(organizer, chapter, meeting, sent, olive):
    make_meeting_invitation(meeting, make_member(chapter, "Nora", last_name="Quill"), "yes", bringing=1)
    response = organizer.post(url("sign_in_paper", meeting))
    job = Job.objects.get()
    assert response["Location"].endswith(f"/jobs/{job.pk}/")
    run_queued_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"pages": 1})
    file = job.files.get()
    taken = organizer.get(chapter_url("chapters:job_file", slug="river-city", job_id=job.pk, file_id=file.pk))
    assert b"".join(taken.streaming_content).startswith(b"%PDF-")


def test_whom_to_call_first_timers_and_who_said_yes_and_did_not_come(chapter, by, meeting):
    new, known, promised, perhaps, refused = (make_member(chapter, name) for name in "ABCDE")
    make_attendance(make_meeting(chapter, starts_at=timezone.now() - timedelta(days=9)), known)
    for member in (new, known):
        make_attendance(meeting, member)
    for member, answer in ((promised, "yes"), (perhaps, "maybe"), (refused, "no")):
        make_meeting_invitation(meeting, member, answer)
    assert {str(m): m.why for m in list_to_follow_up(meeting)} == {
        "A Adams": FIRST_TIME, "C Adams": NO_SHOW, "D Adams": MAYBE_SHOW,
    }  # fmt: skip


def test_the_follow_up_csv_is_logged(organizer, chapter, meeting):
    make_attendance(meeting, make_member(chapter, "Nora", user=None, phone="919-555-0101"))
    response = organizer.get(url("meeting_follow_up", meeting) + "?format=csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[1] == "Nora Adams,came for the first time,919-555-0101,"
    assert AuditEvent.objects.get(verb="export.meeting_follow_up").rows == 1


def test_show_rates_are_read_from_meetings_with_a_sheet_only(chapter, by, meeting):
    now = timezone.now()
    kept = make_meeting(chapter, kind="rally", starts_at=now - timedelta(days=9))
    unkept = make_meeting(chapter, kind="rally", starts_at=now - timedelta(days=10))
    for number, answer in enumerate(("yes", "yes", "maybe", "")):
        member = make_member(chapter, f"P{number}")
        make_meeting_invitation(kept, member, answer)
        make_meeting_invitation(unkept, member, answer)
        if number == 0:
            make_attendance(kept, member)
    make_attendance(kept, make_member(chapter, "Walt"), walk_in=True)
    shows = read_shows(make_meeting(chapter, kind="rally"), now)
    assert shows.own == {"yes": (1, 1), "maybe": (0, 1), "": (0, 1)}
    assert (shows.own_walk_ins, shows.elsewhere) == ((1, 1), {})
    assert Meeting.objects.count() == 4
