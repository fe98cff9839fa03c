"""The pages of mail in a real Chromium: axe, CSP, the frames with a mail's looks, writing to many."""

from __future__ import annotations

import pytest
from django.utils import timezone

from chapters.enums import SuppressionReason
from chapters.models import Mailing, Member, Message
from chapters.services.message_sending import send_due
from chapters.services.message_words import get_unsubscribe_url
from chapters.services.messages import plan_messages
from chapters.services.reminders import keep_recurring
from chapters.services.suppressions import suppress_address
from core.actors import Actor
from tests.browsing import PHONE, WIDE, find_faults_of, open_tabs
from tests.factories import actor_of, make_chapter, make_member, make_organizer
from tests.mail import NOTE, register_note

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]


@pytest.fixture
def olive() -> Member:
    register_note()
    midnight = timezone.now().time().replace(hour=0, minute=0, second=0, microsecond=0)
    return make_organizer(make_chapter("river-city", quiet_from=midnight, quiet_until=midnight))


@pytest.fixture
def open_page(browser, live_server, olive):
    with open_tabs(browser, live_server.url, user=olive.user) as tabs:
        yield tabs.open


def fill(olive: Member) -> tuple[Mailing, Message]:
    chapter, by, now = olive.chapter, actor_of(olive), timezone.now()
    ann = make_member(chapter, "Ann", user=None, email="ann@example.org")
    rows = [(ann, {}, "a"), ("a.very.long.address.of.somebody.else@a.long.domain.example.org", {}, "b")]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=now)
    send_due(now=now)
    Message.objects.filter(key="b").update(
        state="unknown", reasons={"en": "Nobody knows whether it arrived."}
    )
    suppress_address(chapter=chapter, email=ann.email, reason=SuppressionReason.BOUNCED, by=by, at=now)
    keep_recurring(at=now)
    mailing = Mailing.objects.create(
        chapter=chapter, subjects={"en": "On Monday", "es": "El lunes"}, texts={"en": "We meet.", "es": "Hola."},
        group="chapters.everybody", created_at=now,
    )  # fmt: skip
    return mailing, Message.objects.get(key="b")


@pytest.mark.parametrize(("size", "theme"), [(WIDE, "light"), (PHONE, "dark")], ids=["wide", "phone"])
def test_axe_finds_nothing_on_any_page_of_mail(open_page, olive, size, theme):
    mailing, message = fill(olive)
    ann = Member.objects.get(first_name="Ann")
    inside = [
        "mail/", f"mail/{message.pk}/", f"mail/{message.pk}/release/", "mail/many/", "mail/many/new/",
        f"mail/many/{mailing.pk}/", f"mail/many/{mailing.pk}/edit/", f"mail/many/{mailing.pk}/look/en/",
        "mail/reminders/", "settings/mail/", "mail/mine/", f"people/{ann.pk}/", "",
    ]  # fmt: skip
    page = open_page("/", size=size, theme=theme)
    assert find_faults_of(page, [f"/c/river-city/{part}" for part in inside]) == {}
    outside = open_page("/accounts/login/", size=size, theme=theme, signed_in=False)
    link = get_unsubscribe_url(message).removeprefix("http://localhost:8000")
    assert find_faults_of(outside, [link]) == {}


def test_a_mail_to_many_is_written_looked_at_tried_and_sent(open_page, olive):
    page = open_page("/c/river-city/mail/many/new/", size=PHONE)
    page.get_by_label("Subject (English)").fill("On Monday")
    page.get_by_label("Text (English)").fill("We meet.")
    page.get_by_role("button", name="Save and look at it").click()
    frame = page.frame_locator("iframe").first
    frame.get_by_role("heading", name="On Monday").wait_for()
    page.get_by_role("button", name="I have looked at it below").click()
    page.get_by_role("button", name=f"Send a test to {olive.email}").click()
    page.get_by_role("link", name="Send it to 1 person").click()
    page.get_by_role("button", name="Send it to 1 person").click()
    page.get_by_text("by Olive Adams").wait_for()
    assert sorted(Message.objects.values_list("kind", flat=True)) == [
        "chapters.mailing",
        "chapters.mailing_trial",
    ]
