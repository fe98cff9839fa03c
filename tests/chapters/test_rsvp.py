"""Answering by link: who may, what it changes, places, reminders, and what the mails say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from chapters.enums import MemberKind
from chapters.models import Meeting, MeetingInvitation, Message, Reminder
from chapters.services.meeting_invitations import NoSuchAnswer, answer_invitation, invite_members
from chapters.services.meeting_mails import PURPOSE, day_before, get_rsvp_link, remind_of_meeting
from chapters.services.meeting_places import MeetingIsCancelled, MeetingIsOver
from chapters.services.meetings import cancel_meeting, change_meeting, plan_meeting
from chapters.services.members import change_member
from chapters.services.message_words import draw_message
from chapters.services.reminders import run_due_reminders
from core.actors import Actor
from core.codes import hash_code, make_code, show_code
from core.tenancy import chapter_scope
from tests.factories import make_chapter, make_meeting, make_meeting_invitation, make_member

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 6, 3, 16, tzinfo=UTC)  # noon in New York
EVENING = datetime(2026, 6, 10, 22, tzinfo=UTC)  # 18:00 in New York, a week later


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def invitation(chapter):
    """Nora is asked to a meeting that lies ahead."""
    nora = make_member(chapter, "Nora", user=None, email="nora@example.org")
    return make_meeting_invitation(make_meeting(chapter), nora)


def path_of(invitation):
    return "/" + get_rsvp_link(invitation).split("/", 3)[3]


def test_a_get_changes_nothing_even_with_an_answer_in_the_address(client, invitation):
    before = MeetingInvitation.objects.values().get()
    page = client.get(path_of(invitation) + "?answer=yes")
    assert page.status_code == 200
    assert MeetingInvitation.objects.values().get() == before
    assert page.context["form"].initial["answer"] == "yes"


def test_the_page_names_the_meeting_and_nobody_else(client, invitation):
    other = make_member(invitation.chapter, "Zacharias", last_name="Quill")
    make_meeting_invitation(invitation.meeting, other, "yes")
    page = client.get(path_of(invitation)).content.decode()
    assert "Kitchen talk" in page
    assert "12 Mill Street" in page
    assert "Quill" not in page


def test_posting_needs_no_account_and_can_be_done_again(client, invitation):
    path = path_of(invitation)
    for answer, bringing in (("yes", "1"), ("yes", "1"), ("no", "3"), ("maybe", "")):
        assert client.post(path, {"answer": answer, "bringing": bringing}).status_code == 200
    invitation.refresh_from_db()
    assert (invitation.answer, invitation.bringing) == ("maybe", 0)


@pytest.mark.parametrize(
    "data",
    [{}, {"answer": "perhaps"}, {"answer": "yes", "bringing": "10"}, {"answer": "yes", "bringing": "-1"}],
)
def test_an_answer_that_is_none_is_refused_and_changes_nothing(client, invitation, data):
    assert client.post(path_of(invitation), data).status_code == 422
    invitation.refresh_from_db()
    assert invitation.answer == ""


def test_a_made_up_an_expired_and_a_foreign_link_are_all_the_same_404(client, invitation):
    made_up = client.get("/meet/0000-0000-0000/")
    other_purpose = make_code("precincts.rsvp", invitation.seed)
    foreign = client.post(f"/meet/{other_purpose}/", {"answer": "yes"})
    MeetingInvitation.objects.update(expires_at=timezone.now())
    expired = client.post(path_of(invitation), {"answer": "yes"})
    assert {made_up.status_code, foreign.status_code, expired.status_code} == {404}
    assert "Kitchen" not in expired.content.decode() + foreign.content.decode()
    invitation.refresh_from_db()
    assert invitation.answer == ""


def test_the_row_keeps_the_codes_hash_alone(invitation):
    code = make_code(PURPOSE, invitation.seed)
    row = str(MeetingInvitation.objects.values().get())
    assert code not in row
    assert show_code(code) not in row
    assert invitation.code_hash == hash_code(PURPOSE, code)


def test_a_link_dies_with_the_invitation_of_who_leaves(client, invitation, by):
    path = path_of(invitation)
    change_member(member=invitation.member, by=by, kind=MemberKind.FORMER)
    assert client.get(path).status_code == 404


def test_a_cancelled_meeting_says_so_and_takes_no_answer(client, invitation, by):
    cancel_meeting(meeting=invitation.meeting, by=by, at=timezone.now())
    path = path_of(invitation)
    assert "This meeting is cancelled" in client.get(path).content.decode()
    client.post(path, {"answer": "yes"})
    invitation.refresh_from_db()
    assert invitation.answer == ""
    with pytest.raises(MeetingIsCancelled):
        answer_invitation(invitation=invitation, answer="yes", by=by, at=timezone.now(), channel="told")


def test_the_typed_code_leads_to_the_page(client, invitation):
    code = show_code(make_code(PURPOSE, invitation.seed)).lower()
    response = client.post("/meet/", {"code": code})
    assert (response.status_code, response["Location"]) == (302, path_of(invitation))
    wrong = client.post("/meet/", {"code": "K7QM-4XRT-2PBH"})
    assert wrong.status_code == 422
    assert "No invitation has this code." in wrong.content.decode()


def test_the_page_speaks_the_persons_language(client, invitation):
    invitation.member.language = "es"
    invitation.member.save()
    assert '<html lang="es"' in client.get(path_of(invitation)).content.decode()


# --- Places ------------------------------------------------------------------------------------------------


def ask_all(chapter, by, *names, capacity=2):
    meeting = plan_meeting(
        chapter=chapter, by=by, at=NOON, title="Small room", place="Attic", starts_at=EVENING,
        ends_at=EVENING + timedelta(hours=2), capacity=capacity,
    )  # fmt: skip
    return meeting, [make_meeting_invitation(meeting, make_member(chapter, name)) for name in names]


def say(row, answer, by, minutes, bringing=0):
    at = NOON + timedelta(minutes=minutes)
    return answer_invitation(invitation=row, answer=answer, bringing=bringing, by=by, at=at, channel="link")


def test_who_says_yes_to_a_full_meeting_waits_and_gets_the_place_that_falls_free(chapter, by):
    _meeting, (ann, bob, cem) = ask_all(chapter, by, "Ann", "Bob", "Cem")
    assert not say(ann, "yes", by, 1, bringing=1).is_waiting
    assert say(bob, "yes", by, 2).is_waiting
    assert say(cem, "yes", by, 3).is_waiting
    say(ann, "yes", by, 4)  # alone after all
    bob.refresh_from_db()
    cem.refresh_from_db()
    assert (bob.is_waiting, cem.is_waiting) == (False, True)
    [told] = Message.objects.filter(kind="chapters.meeting_place")
    assert str(told.member) == "Bob Adams"


def test_whoever_has_a_place_keeps_it_and_brings_others_only_where_there_is_room(chapter, by):
    _meeting, (ann, bob) = ask_all(chapter, by, "Ann", "Bob")
    say(ann, "yes", by, 1)
    say(bob, "yes", by, 2)
    assert say(ann, "yes", by, 3, bringing=4).is_waiting
    bob.refresh_from_db()
    assert not bob.is_waiting


def test_more_places_are_given_to_who_waits(chapter, by):
    meeting, (ann, bob) = ask_all(chapter, by, "Ann", "Bob", capacity=1)
    say(ann, "yes", by, 1)
    say(bob, "yes", by, 2)
    change_meeting(meeting=meeting, by=by, at=NOON, capacity=5)
    bob.refresh_from_db()
    assert not bob.is_waiting


def test_nonsense_and_too_late_are_refused(chapter, by):
    _meeting, (ann,) = ask_all(chapter, by, "Ann")
    for answer, bringing in (("perhaps", 0), ("", 0), ("yes", 10), ("yes", -1)):
        with pytest.raises(NoSuchAnswer):
            say(ann, answer, by, 1, bringing)
    with pytest.raises(MeetingIsOver):
        say(ann, "yes", by, 60 * 24 * 30)


# --- Mails -------------------------------------------------------------------------------------------------


def test_the_invitation_hides_the_link_in_the_log_and_carries_the_meeting_as_a_file(chapter, by):
    meeting, _rows = ask_all(chapter, by)
    nora = make_member(chapter, "Nora", user=None, email="nora@example.org", time_zone="America/Los_Angeles")
    invite_members(meeting=meeting, members=[nora], by=by, at=NOON)
    message = Message.objects.get(kind="chapters.meeting_invitation")
    drawn = draw_message(message)
    code = make_code(PURPOSE, MeetingInvitation.objects.get().seed)
    assert code in drawn.text
    assert code not in drawn.kept
    assert "18:00 to 20:00 (EDT)" in drawn.text
    assert drawn.subject == "Do you come? Small room, Wed 10 Jun, 18:00"
    [file] = drawn.attachments
    assert b"DTSTART:20260610T220000Z" in file.content
    assert b"STATUS:TENTATIVE" in file.content
    assert drawn.unsubscribe_url


def test_a_title_with_line_breaks_cannot_write_a_header(chapter, by):
    meeting, (ann,) = ask_all(chapter, by, "Ann")
    Meeting.objects.update(title="Talk\r\nBcc: everybody@example.org" + "x" * 60)
    cancel_meeting_message = invite_again(meeting, ann, by)
    drawn = draw_message(cancel_meeting_message)
    assert "\n" not in drawn.subject
    assert b"\nBcc:" not in drawn.attachments[0].content.replace(b"\r", b"")


def invite_again(meeting, row, by):
    from chapters.services.meeting_mails import mail_invitations

    meeting.refresh_from_db()
    mail_invitations(meeting=meeting, invitations=[row], by=by, at=NOON)
    return Message.objects.latest("pk")


def test_the_reminder_comes_at_ten_on_the_day_before_where_each_person_lives(chapter, by):
    meeting, _rows = ask_all(chapter, by, "Cem")
    for name, answer, zone in (("Ann", "yes", ""), ("Bob", "", "Asia/Tokyo"), ("Dee", "no", "")):
        make_meeting_invitation(meeting, make_member(chapter, name, time_zone=zone), answer)
    reminder = Reminder.objects.get(kind="chapters.meeting_reminder")
    assert run_due_reminders(now=reminder.due_at) >= 1
    sent = {
        str(row.member): row.send_after for row in Message.objects.filter(kind="chapters.meeting_reminder")
    }
    assert sent == {
        "Ann Adams": datetime(2026, 6, 9, 14, tzinfo=UTC),
        "Bob Adams": datetime(2026, 6, 10, 1, tzinfo=UTC),
        "Cem Adams": datetime(2026, 6, 9, 14, tzinfo=UTC),
    }
    assert remind_of_meeting(reminder, reminder.due_at) == 0  # again: nobody twice
    assert day_before(EVENING, "America/New_York") > reminder.due_at


def test_a_moved_meeting_is_reminded_of_at_its_new_time_and_the_old_reminder_is_dropped(chapter, by):
    from chapters.services.meeting_mails import say_why_not

    meeting, _rows = ask_all(chapter, by, "Ann")
    reminder = Reminder.objects.get(kind="chapters.meeting_reminder")
    run_due_reminders(now=reminder.due_at)
    old = Message.objects.get(kind="chapters.meeting_reminder")
    later = EVENING + timedelta(days=7)
    change_meeting(
        meeting=meeting, by=by, at=reminder.due_at, starts_at=later, ends_at=later + timedelta(hours=2)
    )
    assert str(say_why_not(old, reminder.due_at)) == "The meeting was moved."
    again = Reminder.objects.get(kind="chapters.meeting_reminder", done_at=None)
    run_due_reminders(now=again.due_at)
    assert Message.objects.filter(kind="chapters.meeting_reminder").count() == 2


@pytest.mark.parametrize("kind", ["invitation", "reminder", "changed", "cancelled", "place"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_mail_can_be_drawn_in_each_language(chapter, by, kind, language):
    from chapters.services.messages import plan_messages

    _meeting, (ann,) = ask_all(chapter, by, "Ann")
    plan_messages(
        kind=f"chapters.meeting_{kind}", chapter=chapter, by=by, at=NOON,
        rows=[(ann.member, {"invitation_id": ann.pk}, "k")],
    )  # fmt: skip
    Message.objects.update(language=language)
    drawn = draw_message(Message.objects.get(key="k"))
    assert "Small room" in drawn.subject
    assert "Attic" in drawn.html
    assert "{" not in drawn.text


def test_another_chapters_people_cannot_be_invited(chapter, by):
    from chapters.services.meeting_invitations import NobodyToInvite

    meeting, _rows = ask_all(chapter, by)
    with pytest.raises(NobodyToInvite):
        invite_members(meeting=meeting, members=[make_member(make_chapter("elsewhere"))], by=by, at=NOON)


def test_signed_in_people_can_use_their_link_too(chapter, invitation):
    client = Client()
    client.force_login(make_member(chapter, "Olly").user)
    assert client.post(path_of(invitation), {"answer": "no"}).status_code == 200
