from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chapters.enums import MemberKind, RoleName
from chapters.models import AuditEvent, Mailing, Message
from chapters.services.mailings import (
    MailingIsNotOnItsWay,
    MailingIsSentOff,
    MailingNotLookedAt,
    MailingNotTried,
    NobodyToWriteTo,
    change_mailing,
    note_looked_at,
    send_off,
    stop_mailing,
    try_mailing,
    write_mailing,
)
from chapters.services.message_sending import send_due
from core.http import chapter_url
from core.templatetags.formats import when
from tests.factories import actor_of, make_chapter, make_member

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _no_night(chapter):
    midnight = NOW.time().replace(hour=0, minute=0, second=0, microsecond=0)
    chapter.quiet_from = chapter.quiet_until = midnight
    chapter.save()


@pytest.fixture
def write(chapter, olive):
    def write_one(group: str = "chapters.everybody", value: str = "", **words):
        subjects = words.get("subjects", {"en": "On Monday", "es": "El lunes"})
        texts = words.get("texts", {"en": "We meet.\n\nCome.", "es": "Nos vemos."})
        return write_mailing(
            chapter=chapter,
            subjects=subjects,
            texts=texts,
            group=group,
            group_value=value,
            by=actor_of(olive),
            at=NOW,
        )

    return write_one


@pytest.fixture
def ready(write, olive):
    """A mailing that was looked at and tried."""

    def make_ready(*args, **words):
        mailing = note_looked_at(mailing=write(*args, **words), by=actor_of(olive))
        try_mailing(mailing=mailing, member=olive, by=actor_of(olive), at=NOW)
        return Mailing.objects.get(pk=mailing.pk)

    return make_ready


def url(mailing: Mailing, name: str = "mailing", **more) -> str:
    return chapter_url(f"chapters:{name}", slug=mailing.chapter.slug, mailing_id=mailing.pk, **more)


def test_it_goes_to_everybody_in_their_own_language(ready, chapter, olive):
    make_member(chapter, "Ana", user=None, email="ana@example.org", language="es")
    make_member(chapter, "Fern", user=None, email="fern@example.org", kind=MemberKind.FORMER)
    make_member(chapter, "Nobody", user=None, email="")
    make_member(make_chapter("elsewhere"), "Zoe")
    mailing = send_off(mailing=ready(), by=actor_of(olive), at=NOW)
    send_due(now=NOW)
    sent = {tuple(one.to): one.subject for one in mail.outbox if not one.subject.startswith("[Test]")}
    assert sent == {(olive.email,): "On Monday", ("ana@example.org",): "El lunes"}
    assert (mailing.planned_count, mailing.without_address) == (2, 1)
    assert AuditEvent.objects.get(verb="chapters.mailing_sent_off").rows == 2


def test_who_has_none_of_its_languages_gets_the_one_there_is(ready, chapter, olive):
    make_member(chapter, "Ana", user=None, email="ana@example.org", language="es")
    mailing = ready(subjects={"en": "On Monday"}, texts={"en": "We meet."})
    send_off(mailing=mailing, by=actor_of(olive), at=NOW)
    send_due(now=NOW)
    [to_ana] = [one for one in mail.outbox if one.to == ["ana@example.org"]]
    assert (to_ana.subject, "We meet." in to_ana.body) == ("On Monday", True)


def test_words_that_nobody_looked_at_or_tried_do_not_go(write, olive):
    mailing = write()
    with pytest.raises(MailingNotLookedAt):
        send_off(mailing=mailing, by=actor_of(olive), at=NOW)
    note_looked_at(mailing=mailing, by=actor_of(olive))
    with pytest.raises(MailingNotTried):
        send_off(mailing=mailing, by=actor_of(olive), at=NOW)
    assert Message.objects.count() == 0


def test_changed_words_must_be_looked_at_and_tried_again(ready, olive):
    mailing = ready()
    change_mailing(mailing=mailing, by=actor_of(olive), texts={"en": "Other words.", "es": "Otras."})
    with pytest.raises(MailingNotLookedAt):
        send_off(mailing=mailing, by=actor_of(olive), at=NOW)


def test_a_test_goes_to_oneself_in_each_language(ready, olive):
    ready()
    send_due(now=NOW)
    assert sorted(one.subject for one in mail.outbox) == ["[Test] El lunes", "[Test] On Monday"]
    assert {tuple(one.to) for one in mail.outbox} == {(olive.email,)}


def test_a_second_click_sends_nothing(ready, olive):
    mailing = ready()
    send_off(mailing=mailing, by=actor_of(olive), at=NOW)
    for act in (send_off, try_again, note_looked_at, change_words):
        with pytest.raises(MailingIsSentOff):
            act(**({"mailing": mailing, "by": actor_of(olive)} | ({"at": NOW} if act is send_off else {})))
    assert Message.objects.filter(mailing=mailing).count() == 1


def try_again(*, mailing, by):
    try_mailing(mailing=mailing, member=mailing.chapter.members.get(), by=by, at=NOW)


def change_words(*, mailing, by):
    change_mailing(mailing=mailing, by=by, texts={"en": "Too late."})


def test_a_group_without_anybody_sends_nothing(ready, olive):
    mailing = ready("chapters.role", RoleName.TREASURER)
    with pytest.raises(NobodyToWriteTo):
        send_off(mailing=mailing, by=actor_of(olive), at=NOW)
    mailing.refresh_from_db()
    assert mailing.state == "draft"


def test_while_it_is_night_the_page_says_when_the_next_goes(organizer, ready, chapter, olive):
    now = timezone.now().astimezone(ZoneInfo(chapter.time_zone))
    chapter.quiet_from, chapter.quiet_until = (now - MINUTE).time(), (now + timedelta(hours=2)).time()
    chapter.save()
    mailing = send_off(mailing=ready(), by=actor_of(olive), at=timezone.now())
    page = organizer.get(url(mailing)).content.decode()
    with timezone.override(chapter.time_zone):
        assert f"the next goes out {when(now + timedelta(hours=2))}" in page


def test_stopping_keeps_back_what_has_not_gone(ready, chapter, olive):
    make_member(chapter, "Ann", user=None, email="ann@example.org")
    chapter.mails_per_minute = 3  # the two tests, and one of it
    chapter.save()
    mailing = send_off(mailing=ready(), by=actor_of(olive), at=NOW)
    send_due(now=NOW)
    assert stop_mailing(mailing=mailing, by=actor_of(olive), at=NOW) == 1
    assert send_due(now=NOW + 2 * MINUTE).sent == 0
    states = Message.objects.filter(mailing=mailing).values_list("state", flat=True)
    assert sorted(states) == ["dropped", "sent"]
    with pytest.raises(MailingIsNotOnItsWay):
        stop_mailing(mailing=mailing, by=actor_of(olive), at=NOW)


def test_an_organizer_writes_looks_tries_and_sends(organizer, chapter, olive):
    new = chapter_url("chapters:new_mailing", slug=chapter.slug)
    said = {
        "group": "chapters.everybody|",
        "subject_en": "On  Monday",
        "text_en": "We meet.",
        "subject_es": "",
        "text_es": "",
    }
    page = organizer.get(organizer.post(new, said).headers["Location"]).content.decode()
    mailing = Mailing.objects.get()
    assert mailing.subjects == {"en": "On Monday"}
    assert "I have looked at it below" in page
    assert organizer.post(url(mailing, "send_mailing")).status_code == 409
    organizer.post(url(mailing, "looked_at_mailing"))
    assert f"Send a test to {olive.email}" in organizer.get(url(mailing)).content.decode()
    organizer.post(url(mailing, "try_mailing"))
    assert "Send it to 1 person" in organizer.get(url(mailing)).content.decode()
    asked = organizer.get(url(mailing, "send_mailing")).content.decode()
    assert "Send “On Monday” to 1 person?" in asked
    assert organizer.post(url(mailing, "send_mailing")).status_code == 302
    assert 'hx-trigger="every 5s"' in organizer.get(url(mailing)).content.decode()
    send_due(now=timezone.now())
    counts = organizer.get(url(mailing, "mailing_counts")).content.decode()
    assert "hx-trigger" not in counts
    assert "was sent" in counts


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"subject_en": "Only a subject"}, "In English it needs both a subject and a text."),
        ({"text_es": "Solo texto"}, "In Spanish it needs both a subject and a text."),
        ({}, "Write the mail in one language at least."),
        ({"subject_en": "S", "text_en": "T", "group": "chapters.nobody|"}, "Select a valid choice."),
        ({"subject_en": "S" * 151, "text_en": "T"}, "at most 150 characters"),
    ],
)
def test_a_form_that_lacks_something_says_what(organizer, chapter, said, wrong):
    new = chapter_url("chapters:new_mailing", slug=chapter.slug)
    response = organizer.post(new, {"group": "chapters.everybody|"} | said)
    assert response.status_code == 422
    assert wrong in response.content.decode()
    assert Mailing.objects.count() == 0


def test_the_look_of_a_mail_runs_nothing_and_may_be_framed_by_us_alone(organizer, write):
    mailing = write(texts={"en": "<script>alert(1)</script>"}, subjects={"en": "S"})
    look = organizer.get(url(mailing, "look_at_mailing", language="en"))
    policy = look.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert look.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script>" not in look.content.decode()
    assert organizer.get(url(mailing, "look_at_mailing", language="es")).status_code == 404
    assert "frame-src 'self'" in organizer.get(url(mailing)).headers["Content-Security-Policy"]


def test_the_list_costs_the_same_queries_for_one_and_for_three(organizer, chapter, write):
    costs = []
    for more in (1, 2):
        for _number in range(more):
            write()
        with CaptureQueriesContext(connection) as captured:
            page = organizer.get(chapter_url("chapters:mailings", slug=chapter.slug)).content.decode()
        costs.append(len(captured))
    assert page.count("On Monday") == 3
    assert costs[0] == costs[1] <= 14
