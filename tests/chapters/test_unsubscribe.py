"""Turning mail off: by a mail program's one click, by the page under a mail, and signed in."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail, signing
from django.test import Client
from django.utils import timezone

from chapters.models import AuditEvent, MailPreference, MailSuppression, Message
from chapters.services.mail_preferences import LINK_GOOD_FOR
from chapters.services.message_sending import send_due
from chapters.services.message_words import get_unsubscribe_url
from chapters.services.messages import plan_messages
from core.actors import Actor
from core.http import chapter_url
from core.links import sign_link
from tests.factories import make_member
from tests.mail import NOTE, register_note

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture(autouse=True)
def _note(chapter):
    register_note()
    midnight = NOW.time().replace(hour=0, minute=0, second=0, microsecond=0)
    chapter.quiet_from = chapter.quiet_until = midnight
    chapter.save()


def send_note(chapter, who, key: str = "first") -> Message:
    rows = [(who, {}, key)]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=NOW)
    send_due(now=NOW)
    return Message.objects.get(key=key)


@pytest.fixture
def ann(chapter):
    return make_member(chapter, "Ann", user=None, email="ann@example.org")


@pytest.fixture
def stranger():
    """A browser without cookies that checks for forged requests as a server does."""
    return Client(enforce_csrf_checks=True)


def path_of(message: Message) -> str:
    return get_unsubscribe_url(message).removeprefix("http://localhost:8000")


def test_the_mail_carries_both_headers_and_the_link_in_its_text(chapter, ann):
    message = send_note(chapter, ann)
    [sent] = mail.outbox
    url = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert url in sent.body
    assert url.removeprefix("http://localhost:8000").rsplit(".", 2)[0] == path_of(message).rsplit(".", 2)[0]
    assert url not in message.text


def test_one_click_turns_the_kind_off_without_cookies(chapter, ann, stranger):
    message = send_note(chapter, ann)
    assert stranger.post(path_of(message), ONE_CLICK).status_code == 200
    assert MailPreference.objects.get().is_off
    second = send_note(chapter, ann, "second")
    assert (second.state, second.reason) == ("dropped", "The person has turned such mail off.")
    assert len(mail.outbox) == 1


def test_looking_at_the_link_changes_nothing(chapter, ann, stranger):
    message = send_note(chapter, ann)
    for ask in (stranger.get, stranger.head):
        assert ask(path_of(message)).status_code == 200
    assert MailPreference.objects.count() == 0
    assert send_note(chapter, ann, "second").state == "sent"


def test_clicking_twice_is_the_same_and_logged_once(chapter, ann, stranger):
    message = send_note(chapter, ann)
    for _time in range(2):
        assert stranger.post(path_of(message), ONE_CLICK).status_code == 200
    assert MailPreference.objects.count() == 1
    [event] = AuditEvent.objects.filter(verb="chapters.mail_chosen")
    assert (event.actor_kind, event.summary) == ("link", "Ann Adams turned off: Notes of the tests")


def test_somebody_who_is_none_of_the_people_is_kept_off_all_that_can_be_turned_off(chapter, stranger):
    message = send_note(chapter, "guest@example.org")
    for _time in range(2):
        assert stranger.post(path_of(message), ONE_CLICK).status_code == 200
    assert MailSuppression.objects.get().reason == "unsubscribed"
    assert send_note(chapter, "guest@example.org", "second").state == "dropped"


def test_the_page_under_a_mail_lets_one_choose(chapter, ann, stranger):
    message = send_note(chapter, ann)
    page = stranger.get(path_of(message)).content.decode()
    assert "Notes of the tests" in page
    assert "News and calls from the chapter" in page
    response = stranger.post(path_of(message), {"save": "1", "wanted": ["chapters.mailing"], "time_zone": ""})
    assert response.status_code == 200
    off = MailPreference.objects.filter(is_off=True).values_list("kind", flat=True)
    assert NOTE in off
    assert "chapters.mailing" not in off


@pytest.mark.parametrize("end", ["", "x", "."])
def test_a_link_that_was_made_up_is_not_found(chapter, ann, stranger, end):
    message = send_note(chapter, ann)
    path = path_of(message).rstrip("/")[: -1 if not end else None] + end + "/"
    assert (stranger.get(path).status_code, stranger.post(path, ONE_CLICK).status_code) == (404, 404)
    assert MailPreference.objects.count() == 0


def test_a_link_of_another_purpose_or_without_its_mail_is_not_found(chapter, ann, stranger):
    message = send_note(chapter, ann)
    for token in (sign_link("chapters.rsvp", message.pk), sign_link("chapters.unsubscribe", message.pk + 1)):
        assert stranger.post(f"/mail/{token}/", ONE_CLICK).status_code == 404


def test_a_link_that_is_too_old_is_not_found(chapter, ann, stranger, monkeypatch):
    message = send_note(chapter, ann)
    path = path_of(message)
    later = (NOW + LINK_GOOD_FOR + timedelta(days=1)).timestamp()
    monkeypatch.setattr(signing.time, "time", lambda: later)
    assert stranger.post(path, ONE_CLICK).status_code == 404


def test_what_nobody_can_turn_off_carries_no_such_link(chapter, olive):
    from chapters.services.invitations import invite
    from tests.factories import actor_of

    invite(chapter=chapter, email="new@example.org", by=actor_of(olive), at=NOW)
    send_due(now=NOW)
    assert "List-Unsubscribe" not in mail.outbox[0].extra_headers


def test_one_chooses_signed_in_and_off_is_on_again(chapter, ann):
    member = make_member(chapter, "Mo")
    client = Client()
    client.force_login(member.user)
    page = chapter_url("chapters:mail_preferences", slug=chapter.slug)
    assert client.post(page, {"wanted": [], "time_zone": "America/Denver"}).status_code == 302
    member.refresh_from_db()
    assert member.time_zone == "America/Denver"
    assert MailPreference.objects.filter(member=member, kind=NOTE, is_off=True).exists()
    client.post(page, {"wanted": [NOTE], "time_zone": ""})
    assert not MailPreference.objects.get(member=member, kind=NOTE).is_off
    assert client.post(page, {"wanted": ["no.such"], "time_zone": ""}).status_code == 422
    assert MailPreference.objects.filter(member=ann).count() == 0
