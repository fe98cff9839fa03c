from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chapters.enums import MeetingState
from chapters.models import Attendance, AuditEvent, Meeting, MeetingInvitation, Message, Reminder
from chapters.services.meeting_invitations import answer_invitation, invite_members
from chapters.services.meeting_mails import get_rsvp_link
from chapters.services.meetings import (
    HostOutsideChapter,
    MeetingTimesOutOfOrder,
    cancel_meeting,
    change_meeting,
    plan_meeting,
)
from chapters.services.message_sending import send_due
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

NOON = datetime(2026, 6, 3, 16, tzinfo=UTC)  # noon in New York
EVENING = datetime(2026, 6, 10, 22, tzinfo=UTC)  # 18:00 in New York, a week later


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


def url(name, meeting=None, slug="river-city", **kwargs):
    return chapter_url(
        f"chapters:{name}", slug=slug, **({"meeting_id": meeting.pk} if meeting else {}), **kwargs
    )


def plan(chapter, by, **values):
    given = {
        "title": "Kitchen talk",
        "place": "12 Mill Street",
        "starts_at": EVENING,
        "ends_at": EVENING + timedelta(hours=2),
    } | values
    return plan_meeting(chapter=chapter, by=by, at=NOON, **given)


def fields(**changes):
    tomorrow = timezone.localdate() + timedelta(days=9)
    return {
        "kind": "rally",
        "title": "Big rally",
        "place": "The square",
        "day": tomorrow.isoformat(),
        "starts": "18:00",
        "ends": "20:00",
        "time_zone": "America/New_York",
        "host": "",
        "capacity": "",
        "text": "",
    } | changes


# --- The thin path: planned, invited, answered by link, signed in, seen on the list ------------------------


def test_from_the_plan_to_the_list_of_who_was_there(chapter, olive, organizer, mailoutbox):
    response = organizer.post(url("add_meeting"), fields())
    meeting = Meeting.objects.get()
    assert response["Location"] == url("meeting", meeting)
    nora = make_member(chapter, "Nora", user=None, email="nora@example.org")
    organizer.post(url("invite_to_meeting", meeting), {"group": "", "people": [nora.pk]})
    Message.objects.update(send_after=timezone.now() - timedelta(minutes=1), hurry=True)
    send_due(now=timezone.now())
    [mail] = mailoutbox
    assert mail.to == ["nora@example.org"]
    link = get_rsvp_link(MeetingInvitation.objects.get())
    assert link in mail.body
    visitor = Client()
    path = "/" + link.split("/", 3)[3]
    assert visitor.get(path).status_code == 200
    assert MeetingInvitation.objects.get().answer == ""
    assert visitor.post(path, {"answer": "yes", "bringing": "2"}).status_code == 200
    row = MeetingInvitation.objects.get()
    assert (row.answer, row.bringing, row.channel) == ("yes", 2, "link")
    Meeting.objects.update(starts_at=timezone.now(), ends_at=timezone.now() + timedelta(hours=2))
    assert "Nora Adams" in organizer.get(url("sign_in_sheet", meeting)).content.decode()
    organizer.post(url("sign_in_person", meeting, member_id=nora.pk), {"there": "yes"})
    organizer.post(
        url("walk_in", meeting), {"first_name": "Walt", "phone": "919-555-0101", "brought_by": nora.pk}
    )
    there = [(str(a.member), a.walk_in, str(a.brought_by or "")) for a in Attendance.objects.all()]
    assert there == [("Nora Adams", False, ""), ("Walt", True, "Nora Adams")]
    page = organizer.get(url("attendance", meeting)).content.decode()
    assert "Walt" in page
    assert "for the first time" in page


# --- Planned, changed, cancelled ---------------------------------------------------------------------------


def test_a_planned_meeting_is_logged_and_reminded_of(chapter, by):
    meeting = plan(chapter, by)
    assert (meeting.time_zone, meeting.state, meeting.version) == ("America/New_York", "planned", 0)
    assert (
        AuditEvent.objects.get(verb="chapters.meeting_planned").summary == "Planned the meeting Kitchen talk"
    )
    reminder = Reminder.objects.get(kind="chapters.meeting_reminder")
    assert reminder.due_at < EVENING - timedelta(hours=38)


@pytest.mark.parametrize("length", [timedelta(0), timedelta(hours=-1), timedelta(days=15)])
def test_times_out_of_order_are_refused(chapter, by, length):
    with pytest.raises(MeetingTimesOutOfOrder):
        plan(chapter, by, ends_at=EVENING + length)
    assert not Meeting.objects.exists()


def test_a_host_of_another_chapter_or_who_has_left_is_refused(chapter, by):
    for host in (make_member(make_chapter("elsewhere")), make_member(chapter, "Finn", kind="former")):
        with pytest.raises(HostOutsideChapter):
            plan(chapter, by, host=host)


def test_whoever_comes_is_told_of_a_new_place_and_links_live_until_the_new_end(chapter, by):
    meeting = plan(chapter, by)
    rows = [
        make_meeting_invitation(meeting, make_member(chapter, name), answer)
        for name, answer in (("Ann", "yes"), ("Bob", "maybe"), ("Cem", "no"), ("Dee", ""))
    ]
    later = EVENING + timedelta(days=1)
    change_meeting(
        meeting=meeting, by=by, at=NOON, place="The barn", starts_at=later, ends_at=later + timedelta(hours=3)
    )
    told = Message.objects.filter(kind="chapters.meeting_changed").order_by("pk")
    assert [str(row.member) for row in told] == ["Ann Adams", "Bob Adams"]
    assert {row.expires_at for row in MeetingInvitation.objects.all()} == {later + timedelta(hours=3)}
    assert Reminder.objects.get(kind="chapters.meeting_reminder").due_at < later - timedelta(hours=38)
    assert len(rows) == 4


def test_nobody_is_told_when_only_the_text_changes_and_nothing_is_logged_when_nothing_does(chapter, by):
    meeting = plan(chapter, by)
    make_meeting_invitation(meeting, make_member(chapter, "Ann"), "yes")
    change_meeting(meeting=meeting, by=by, at=NOON, text="Bring a chair.")
    change_meeting(meeting=meeting, by=by, at=NOON, text="Bring a chair.")
    assert not Message.objects.exists()
    assert AuditEvent.objects.filter(verb="chapters.meeting_changed").count() == 1


def test_cancelling_tells_who_said_yes_and_takes_the_reminder_out(chapter, by):
    meeting = plan(chapter, by)
    for name, answer in (("Ann", "yes"), ("Bob", "maybe"), ("Cem", "no")):
        make_meeting_invitation(meeting, make_member(chapter, name), answer)
    assert cancel_meeting(meeting=meeting, by=by, at=NOON) == 2
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    assert Reminder.objects.get(kind="chapters.meeting_reminder").cancelled_at == NOON
    assert Message.objects.filter(kind="chapters.meeting_cancelled").count() == 2


# --- Times that do not exist, times that come twice --------------------------------------------------------


def test_a_time_over_which_the_clocks_jump_is_refused_with_the_reason(organizer, chapter):
    spring = next_change(3)
    response = organizer.post(url("add_meeting"), fields(day=spring, starts="02:30", ends="04:00"))
    assert response.status_code == 422
    text = response.content.decode()
    assert "This time does not exist: that night the clocks go from 02:00 to 03:00." in text
    assert not Meeting.objects.exists()


def test_an_hour_that_comes_twice_is_the_first_one_unless_the_second_is_asked_for(organizer, chapter):
    autumn = next_change(11)
    when = fields(day=autumn, starts="01:30", ends="04:00")
    response = organizer.post(url("add_meeting"), when, follow=True)
    first = Meeting.objects.get()
    assert "That night the clocks show this hour twice; EDT is meant." in response.content.decode()
    page = organizer.get(url("edit_meeting", first)).content.decode()
    assert "the second time they show this hour" in page
    response = organizer.post(url("edit_meeting", first), when | {"later_hour": "on"}, follow=True)
    assert "EST is meant" in response.content.decode()
    assert Meeting.objects.get().starts_at - first.starts_at == timedelta(hours=1)


def test_an_end_before_the_beginning_is_on_the_next_day(organizer, chapter):
    organizer.post(url("add_meeting"), fields(starts="22:00", ends="01:00"))
    meeting = Meeting.objects.get()
    assert meeting.ends_at - meeting.starts_at == timedelta(hours=3)


def next_change(month):
    """The next Sunday on which clocks in New York change in that month."""
    from zoneinfo import ZoneInfo

    day = timezone.localdate()
    while True:
        day += timedelta(days=1)
        zone = ZoneInfo("America/New_York")
        noon = [datetime(d.year, d.month, d.day, 12, tzinfo=zone) for d in (day - timedelta(days=1), day)]
        if day.month == month and noon[0].utcoffset() != noon[1].utcoffset():
            return day.isoformat()


# --- Pages -------------------------------------------------------------------------------------------------


def test_the_list_asks_the_database_as_often_for_one_meeting_as_for_three(organizer, chapter, olive):
    counts = []
    for number in range(3):
        meeting = make_meeting(chapter, f"Talk {number}", host=olive)
        make_meeting_invitation(meeting, make_member(chapter, f"P{number}"), "yes", bringing=1)
        if number != 1:
            with CaptureQueriesContext(connection) as asked:
                page = organizer.get(url("meetings"))
            counts.append(len(asked))
    assert counts[0] == counts[1]
    assert "Talk 2" in page.content.decode()


def test_the_list_shows_what_lies_ahead_and_past_meetings_by_a_filter(organizer, chapter):
    make_meeting(chapter, "Ahead")
    gone = make_meeting(chapter, "Gone by", starts_at=timezone.now() - timedelta(days=3))
    make_attendance(gone, make_member(chapter, "Nora"))
    ahead, past = (organizer.get(url("meetings") + query).content.decode() for query in ("", "?when=past"))
    assert ("Ahead" in ahead, "Gone by" in ahead) == (True, False)
    assert ("Ahead" in past, "Gone by" in past) == (False, True)


def test_the_csv_of_meetings_has_them_all_and_is_logged(organizer, chapter):
    make_meeting(chapter, "=Ahead")
    lines = (
        b"".join(organizer.get(url("meetings") + "?when=all&format=csv").streaming_content)
        .decode()
        .splitlines()
    )
    assert lines[1].startswith("'=Ahead,chapter meeting,")
    assert AuditEvent.objects.get(verb="export.meetings").rows == 1


def test_a_host_without_a_role_runs_the_own_meeting_and_no_other(chapter):
    hana = make_member(chapter, "Hana")
    own, other = make_meeting(chapter, "Own", host=hana), make_meeting(chapter, "Other")
    client = Client()
    client.force_login(hana.user)
    assert client.get(url("meeting_answers", own)).status_code == 200
    assert client.get(url("meeting_answers", other)).status_code == 403
    assert client.get(url("edit_meeting", own)).status_code == 403


def test_a_member_answers_on_the_page_also_when_not_asked_before(chapter):
    mo = make_member(chapter, "Mo")
    meeting = make_meeting(chapter)
    client = Client()
    client.force_login(mo.user)
    client.post(url("answer_meeting", meeting), {"answer": "maybe", "bringing": ""})
    row = MeetingInvitation.objects.get()
    assert (row.member, row.answer, row.channel) == (mo, "maybe", "page")
    page = client.get(url("meeting", meeting)).content.decode()
    assert "Who is asked" not in page


def test_people_of_a_group_are_invited_once(organizer, chapter, olive):
    nora = make_member(chapter, "Nora", user=None, email="")
    meeting = make_meeting(chapter)
    for _again in range(2):
        response = organizer.post(
            url("invite_to_meeting", meeting),
            {"group": "chapters.everybody|", "people": [nora.pk]},
            follow=True,
        )
    assert MeetingInvitation.objects.count() == 2
    assert "2 were invited before." in response.content.decode()


def test_former_members_are_not_invited(chapter, by):
    meeting = plan(chapter, by)
    ann, finn = make_member(chapter, "Ann"), make_member(chapter, "Finn", kind="former")
    found = invite_members(meeting=meeting, members=[ann, finn], by=by, at=NOON)
    assert (found.new, found.known, found.unreached) == (1, 0, 0)


def test_double_taps_note_one_answer(chapter, by):
    meeting = plan(chapter, by)
    row = make_meeting_invitation(meeting, make_member(chapter, "Ann"))
    for at in (NOON, NOON + timedelta(seconds=1)):
        answer_invitation(invitation=row, answer="yes", bringing=1, by=by, at=at, channel="link")
    row.refresh_from_db()
    assert (row.answer, row.bringing, row.answered_at) == ("yes", 1, NOON)
    assert AuditEvent.objects.filter(verb="chapters.meeting_answered").count() == 1


def test_the_page_of_a_meeting_gives_the_forecast_as_a_range(organizer, chapter, olive):
    meeting = make_meeting(chapter)
    for number in range(20):
        make_meeting_invitation(meeting, make_member(chapter, f"P{number}", user=None), "yes")
    page = organizer.get(url("meeting", meeting)).content.decode()
    assert "8 to 17 people" in page
    assert "no data yet" in page
