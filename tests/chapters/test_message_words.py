"""What a mail says, in whose language, and what names cannot do to it."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapters.models import Message
from chapters.services.message_sending import send_due
from chapters.services.messages import Address, plan_messages
from core.actors import Actor
from core.messages import Attachment, MessageKind, Secret, register_message_kind
from core.one_line import LONGEST_NAME, one_line
from tests.chapters.test_messages import NOON
from tests.factories import make_member
from tests.mail import NOTE, MailServer, register_note

INJECTED = "Eve\r\nBcc: victim@example.org\r\n\r\nBody of Eve's own"


@pytest.fixture(autouse=True)
def _note():
    register_note()


@pytest.fixture
def server():
    with MailServer().open() as opened:
        yield opened


def send_to(chapter, member, **params):
    rows = [(member, params, f"note:{member.pk}")]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=NOON)
    send_due(now=NOON)


@pytest.mark.django_db
def test_a_name_with_line_breaks_begins_no_header_and_no_line(chapter, server):
    chapter.name = "River\r\nBcc: victim@example.org"
    chapter.save()
    eve = make_member(chapter, INJECTED[:80], user=None, email="eve@example.org")
    send_to(chapter, eve, subject=f"For {INJECTED}")
    [(address, mail)] = server.taken
    assert address == "eve@example.org"
    assert mail["Bcc"] is None
    assert mail["Subject"] == "For Eve Bcc: victim@example.org Body of Eve's own"
    assert mail["From"].addresses[0].display_name == "River Bcc: victim@example.org"
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("Hello Eve Bcc: victim@example.org Body of Eve's own,")


@pytest.mark.django_db
def test_a_name_of_ten_thousand_letters_is_cut_in_headers_and_greeting(chapter, server):
    ann = make_member(chapter, "A" * 80, user=None, email="ann@example.org")
    send_to(chapter, ann, subject="B" * 10_000, words="C" * 10_000)
    [(_address, mail)] = server.taken
    assert len(mail["Subject"].strip()) == 200
    assert "C" * 10_000 in mail.get_body(("plain",)).get_content().replace("\r\n", "")
    assert all(len(line) <= 998 for line in mail.as_bytes().splitlines())


@given(st.text(max_size=300) | st.text(alphabet="\r\n\t\x00\x0b\u2028\u202e\u200bAé ", max_size=300))
def test_one_line_is_one_line_without_anything_unseen(text):
    line = one_line(text)
    assert len(line) <= LONGEST_NAME
    assert line.splitlines() in ([line], [])
    assert line == line.strip()
    assert not any(mark in line for mark in "\r\n\x00\u202e\u2028\u200b")
    assert one_line(line) == line


@pytest.mark.django_db
def test_html_from_people_is_only_text(chapter, server):
    eve = make_member(chapter, "<b>Eve</b>", user=None, email="eve@example.org")
    send_to(chapter, eve, words="<script>alert(1)</script>\n\nSee https://example.org/a?b=1&c=2")
    [(_address, mail)] = server.taken
    html = mail.get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;b&gt;Eve&lt;/b&gt;" in html
    assert 'href="https://example.org/a?b=1&amp;c=2"' in html
    assert "<script>alert(1)</script>" in mail.get_body(("plain",)).get_content()


@pytest.mark.django_db
def test_everybody_is_written_to_in_their_own_language(chapter, server):
    chapter.language = "es"
    chapter.save()
    for language in ("en", "es", "", "xx"):
        member = make_member(
            chapter, f"M{language}", user=None, email=f"m{language}@example.org", language=language
        )
        send_to(chapter, member)
    languages = Message.objects.order_by("pk").values_list("language", flat=True)
    assert list(languages) == ["en", "es", "es", "es"]


@pytest.mark.django_db
def test_the_chapters_name_and_colour_stand_in_the_mail(chapter, server):
    chapter.mail_colour, chapter.mail_reply_to = "#7A1F5C", "hello@river.example"
    chapter.mail_address = "1 Main Street, River City"
    chapter.save()
    send_to(chapter, make_member(chapter, "Ann", user=None, email="ann@example.org"))
    [(_address, mail)] = server.taken
    html = mail.get_body(("html",)).get_content()
    assert "background:#7A1F5C" in html
    assert "1 Main Street, River City" in mail.get_body(("plain",)).get_content()
    assert (mail["Reply-To"], mail["From"].addresses[0].display_name) == ("hello@river.example", "River City")


@pytest.mark.django_db
def test_secrets_are_sent_and_not_kept_and_files_go_along(chapter, server):
    register_message_kind(WITH_SECRET)
    rows = [("ann@example.org", {}, "secret")]
    plan_messages(kind=WITH_SECRET.name, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=NOON)
    send_due(now=NOON)
    [(_address, mail)] = server.taken
    assert "https://example.org/let-me-in" in mail.get_body(("plain",)).get_content()
    message = Message.objects.get()
    assert "let-me-in" not in message.text + message.subject
    assert "•••" in message.text
    [file] = mail.iter_attachments()
    assert (file.get_content_type(), file.get_filename()) == ("text/calendar", "meeting.ics")
    assert file["Content-Type"].params["method"] == "PUBLISH"
    assert "BEGIN:VCALENDAR" in file.get_content()


WITH_SECRET = MessageKind(
    name="tests.secret",
    says="Secrets of the tests",
    template="chapters/mail/mailing",
    context=lambda message: {
        "subject_line": "In",
        "words": Secret("https://example.org/let-me-in"),
        "inner": {"list": [Secret("https://example.org/let-me-in")]},
    },
    attachments=lambda message: [
        Attachment("meeting.ics", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "text/calendar; method=PUBLISH")
    ],
)


@pytest.mark.django_db
def test_what_cannot_be_put_into_words_fails_alone(chapter, server):
    register_message_kind(BROKEN)
    by = Actor.system(chapter.pk)
    plan_messages(kind=BROKEN.name, chapter=chapter, rows=[("a@example.org", {}, "broken")], by=by, at=NOON)
    plan_messages(kind=NOTE, chapter=chapter, rows=[("b@example.org", {}, "fine")], by=by, at=NOON)
    send_due(now=NOON)
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "sent"]


@pytest.mark.django_db
def test_a_check_that_breaks_holds_up_no_other_mail(chapter, server):
    register_message_kind(DOUBTFUL)
    by = Actor.system(chapter.pk)
    plan_messages(kind=DOUBTFUL.name, chapter=chapter, rows=[("a@example.org", {}, "broken")], by=by, at=NOON)
    plan_messages(kind=NOTE, chapter=chapter, rows=[("b@example.org", {}, "fine")], by=by, at=NOON)
    send_due(now=NOON)
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["failed", "sent"]


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["Nowhere/At_All", "America", "../etc", "x" * 59])
def test_a_clock_that_is_none_is_the_chapters(chapter, zone):
    rows = [(Address("a@example.org", time_zone=zone), {}, "a")]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=NOON)
    assert Message.objects.get().time_zone == chapter.time_zone


def _fail(*_given):
    raise ZeroDivisionError


BROKEN = MessageKind(name="tests.broken", says="Broken", template="chapters/mail/mailing", context=_fail)
DOUBTFUL = MessageKind(
    name="tests.doubtful", says="Doubtful", template="chapters/mail/mailing", context=dict, check=_fail
)


def test_the_parser_of_this_test_would_see_an_injected_header():
    mail = message_from_bytes(b"Subject: a\r\nBcc: victim@example.org\r\n\r\nbody", policy=default)
    assert mail["Bcc"] == "victim@example.org"
