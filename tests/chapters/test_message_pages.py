"""The log of mail: its list, one mail, sending it again, letting mail go to an address again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chapters.enums import SuppressionReason
from chapters.models import AuditEvent, Chapter, MailSuppression, Message
from chapters.services.message_sending import STALE_AFTER, send_due, sweep_messages
from chapters.services.messages import forget_old_words, plan_messages
from chapters.services.suppressions import suppress_address
from core.actors import Actor
from core.http import chapter_url
from tests.factories import actor_of, make_member
from tests.mail import NOTE, register_note

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _note():
    register_note()


@pytest.fixture
def plan(chapter):
    def plan_notes(*people, key: str = "note", at=NOON):
        rows = [(who, {"subject": f"Note {number}"}, f"{key}:{number}") for number, who in enumerate(people)]
        plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=at)

    return plan_notes


def url(chapter: Chapter, name: str, **more) -> str:
    return chapter_url(f"chapters:{name}", slug=chapter.slug, **more)


def test_the_log_says_who_got_what_and_how_each_stands(organizer, chapter, plan):
    ann = make_member(chapter, "Ann", user=None, email="ann@example.org")
    plan(ann, "guest@example.org")
    send_due(now=NOON)
    plan("later@example.org", key="later", at=NOON + timedelta(days=400))
    page = organizer.get(url(chapter, "messages")).content.decode()
    for words in ("Ann Adams", "guest@example.org", "Notes of the tests", "Note 0", "were sent"):
        assert words in page
    waiting = organizer.get(f"{url(chapter, 'messages')}?state=pending").content.decode()
    assert "later@example.org" in waiting
    assert "guest@example.org" not in waiting
    found = organizer.get(f"{url(chapter, 'messages')}?q=ann").content.decode()
    assert "guest@example.org" not in found
    hers = organizer.get(f"{url(chapter, 'messages')}?member={ann.pk}").content.decode()
    assert "Ann Adams" in hers
    assert "guest@example.org" not in hers


def test_the_log_costs_the_same_queries_for_one_mail_and_for_three(organizer, chapter, plan):
    costs = []
    for key, people in (("a", 1), ("b", 2)):
        plan(*(make_member(chapter, f"{key}{number}") for number in range(people)), key=key)
        with CaptureQueriesContext(connection) as captured:
            organizer.get(url(chapter, "messages"))
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 16


def test_the_csv_is_logged_and_safe_to_open(organizer, chapter, plan):
    make_member(chapter, "=cmd()", user=None, email="eve@example.org")
    plan(chapter.members.get(first_name="=cmd()"))
    rows = b"".join(organizer.get(f"{url(chapter, 'messages')}?format=csv").streaming_content).decode()
    assert "'=cmd() Adams" in rows
    assert AuditEvent.objects.get(verb="export.messages").rows == 1


def test_mail_that_waits_too_long_is_said(organizer, chapter, plan):
    plan("a@example.org", at=timezone.now() - timedelta(days=1))
    Message.objects.update(send_after=timezone.now() - timedelta(hours=1))
    assert "nobody sends it" in organizer.get(url(chapter, "messages")).content.decode()
    Message.objects.update(send_after=timezone.now() + timedelta(hours=1))
    assert "nobody sends it" not in organizer.get(url(chapter, "messages")).content.decode()


def test_one_whose_fate_is_unknown_goes_again_after_a_question(organizer, chapter, plan):
    plan("a@example.org")
    Message.objects.update(state="sending", started_at=NOON, attempts=1)
    sweep_messages(at=NOON + STALE_AFTER + timedelta(minutes=1))
    message = Message.objects.get()
    page = organizer.get(url(chapter, "message", message_id=message.pk)).content.decode()
    assert "Nobody knows whether it arrived." in page
    release = url(chapter, "release_message", message_id=message.pk)
    assert "The first one may have arrived" in organizer.get(release).content.decode()
    assert organizer.post(release).status_code == 302
    message.refresh_from_db()
    assert message.state == "pending"
    assert organizer.post(release).status_code == 409


def test_a_page_of_a_mail_shows_its_text_as_text(organizer, chapter, plan):
    plan("a@example.org")
    send_due(now=NOON)
    Message.objects.update(text="<script>alert(1)</script>")
    page = organizer.get(url(chapter, "message", message_id=Message.objects.get().pk)).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_a_person_whose_address_bounced_is_marked_on_row_and_page(organizer, chapter, olive):
    ann = make_member(chapter, "Ann", user=None, email="Ann@example.org")
    suppress_address(
        chapter=chapter,
        email="ann@example.org",
        reason=SuppressionReason.BOUNCED,
        by=actor_of(olive),
        at=NOON,
    )
    assert "no mail: the mail came back" in organizer.get(url(chapter, "members")).content.decode()
    part = organizer.get(url(chapter, "member_mail", member_id=ann.pk)).content.decode()
    assert "No mail goes to this address" in part
    lift = url(chapter, "lift_suppression", suppression_id=MailSuppression.objects.get().pk)
    assert organizer.get(f"{lift}?member={ann.pk}").status_code == 200
    assert organizer.post(f"{lift}?member={ann.pk}").headers["Location"] == url(
        chapter, "member", member_id=ann.pk
    )
    assert "no mail:" not in organizer.get(url(chapter, "members")).content.decode()
    assert organizer.post(lift).status_code == 409


def test_the_look_and_hours_of_mail_are_settings(organizer, chapter):
    page = url(chapter, "mail_settings")
    said = {
        "mail_colour": "#7a1f5c", "mail_reply_to": "", "mail_address": "1 Main Street\nRiver City",
        "quiet_from": "22:00", "quiet_until": "07:30", "mails_per_minute": "60",
    }  # fmt: skip
    assert organizer.post(page, said).status_code == 302
    chapter.refresh_from_db()
    assert (chapter.mail_colour, chapter.mail_address) == ("#7A1F5C", "1 Main Street River City")
    assert chapter.quiet_until.isoformat() == "07:30:00"
    for wrong in (
        {"mail_colour": "#FFEE88"},
        {"mail_colour": "red"},
        {"mails_per_minute": "0"},
        {"quiet_from": "25"},
    ):
        assert organizer.post(page, said | wrong).status_code == 422


def test_whoever_leaves_gets_nothing_more(chapter, plan):
    from chapters.services.members import change_member

    ann = make_member(chapter, "Ann")
    plan(ann)
    change_member(member=ann, by=Actor.system(chapter.pk), kind="former")
    message = Message.objects.get()
    assert (message.state, message.reason) == ("dropped", "The person has left the chapter.")


def test_an_empty_log_says_the_next_step(organizer, chapter):
    page = organizer.get(url(chapter, "messages")).content.decode()
    assert "No mail yet" in page
    assert url(chapter, "new_mailing") in page


def test_what_a_mail_said_is_forgotten_after_a_year_and_that_it_was_sent_is_not(chapter, plan, settings):
    settings.MAIL_WORDS_KEPT_DAYS = 365
    plan("old@example.org")
    send_due(now=NOON)
    plan("new@example.org", key="new", at=NOON + timedelta(days=300))
    send_due(now=NOON + timedelta(days=300))
    assert forget_old_words(NOON + timedelta(days=366)) == 1
    old, new = Message.objects.order_by("pk")
    assert (old.text, old.subject, old.state) == ("", "", "sent")
    assert new.text != ""


def test_today_says_which_mail_waits_for_a_word(organizer, chapter, plan):
    plan("a@example.org")
    Message.objects.update(state="unknown", finished_at=timezone.now())
    page = organizer.get(chapter_url("core:today", slug=chapter.slug)).content.decode()
    assert "1 mail may or may not have arrived" in page
