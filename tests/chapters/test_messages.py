from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from chapters.models import Message
from chapters.services.message_sending import ATTEMPTS, STALE_AFTER, send_due, sweep_messages
from chapters.services.messages import Address, MessageIsSettled, plan_messages, release_message
from core.actors import Actor
from tests.factories import actor_of, make_chapter, make_member
from tests.mail import NOTE, MailServer, register_note

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # in New York
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _note():
    register_note()


@pytest.fixture
def server():
    with MailServer().open() as opened:
        yield opened


@pytest.fixture
def plan(chapter, olive):
    """Plans notes to some people or addresses, each under its place in the row as key."""

    def plan_notes(*people, at=NOON, **params):
        rows = [(who, params, f"note:{number}") for number, who in enumerate(people)]
        return plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=actor_of(olive), at=at)

    return plan_notes


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_a_mail_is_planned_sent_and_kept_as_it_was_sent(plan, server, chapter):
    ann = make_member(chapter, "Ann", email="Ann@Example.org", user=None)
    assert plan(ann, subject="On Monday", words="We meet at six.").planned == 1
    assert send_due(now=NOON).sent == 1
    [(address, mail)] = server.taken
    message = Message.objects.get()
    assert (address, mail["Subject"], message.subject) == ("ann@example.org", "On Monday", "On Monday")
    assert mail["Message-ID"] == message.message_id
    assert mail["From"] == "River City <shoeleather@localhost>"
    text = mail.get_body(("plain",)).get_content().replace("\r\n", "\n")
    assert text.startswith("Hello Ann,\n\nWe meet at six.\n")
    assert (message.state, message.attempts, message.answer) == ("sent", 1, "250 taken")
    assert message.text.startswith("Hello Ann,\n\nWe meet at six.\n")


def test_a_key_that_was_planned_before_plans_nothing(plan, server, chapter):
    first = plan("a@example.org", "b@example.org")
    again = plan("a@example.org", "b@example.org", "c@example.org")
    assert (first.planned, again.planned, again.known) == (2, 1, 2)
    elsewhere = make_chapter("elsewhere")
    other = plan_messages(
        kind=NOTE,
        chapter=elsewhere,
        rows=[("a@example.org", {}, "note:0")],
        by=actor_of(make_member(elsewhere)),
    )
    assert other.planned == 1


def test_whom_no_mail_can_reach_is_named(plan, chapter):
    nobody = make_member(chapter, "Nobody", user=None, email="")
    planned = plan(nobody, "no address", "x@example.org\nBcc: y@example.org", Address("z@example.org"))
    assert planned.without_address == [nobody, "no address", "x@example.org\nBcc: y@example.org"]
    assert planned.planned == 1


def test_a_member_without_an_address_is_reached_by_the_account(plan, chapter):
    member = make_member(chapter, "Ann", email="")
    plan(member)
    assert Message.objects.get().email == member.user.email


def test_a_member_of_another_chapter_is_refused(plan):
    with pytest.raises(ValueError, match="another chapter"):
        plan(make_member(make_chapter("elsewhere"), "Zoe"))


def test_a_mail_that_was_sent_is_never_sent_again(plan, server):
    plan("a@example.org")
    for minute in range(4):
        send_due(now=NOON + minute * MINUTE)
    assert server.addresses == ["a@example.org"]


def test_many_go_over_one_connection(plan, server):
    plan(*(f"n{number}@example.org" for number in range(5)))
    assert send_due(now=NOON).sent == 5
    assert (len(server.addresses), server.connections) == (5, 1)


def test_mail_written_to_files_has_one_file_each(plan, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    plan(*(f"n{number}@example.org" for number in range(3)))
    assert send_due(now=NOON).sent == 3
    assert sorted(file.read_text().count("Message-ID:") for file in tmp_path.iterdir()) == [1, 1, 1]


def test_what_the_server_puts_off_is_tried_again_later_and_then_given_up(plan, server):
    plan("full@example.org")
    server.at_recipient["full@example.org"] = "452 4.2.2 mailbox full"
    at = NOON
    for attempt in range(1, ATTEMPTS):
        send_due(now=at)
        message = Message.objects.get()
        assert (message.state, message.attempts) == ("pending", attempt)
        assert message.send_after > at + MINUTE
        at = message.send_after.replace(hour=17) + timedelta(days=1)
    send_due(now=at)
    message = Message.objects.get()
    assert (message.state, message.answer) == ("failed", "452 4.2.2 mailbox full")
    assert message.reason == "The mail server put it off each time it was tried."


def test_what_the_server_refuses_has_failed_and_the_others_go_on(plan, server):
    plan("gone@example.org", "spam@example.org", "fine@example.org")
    server.at_recipient["gone@example.org"] = "550 5.1.1 no such mailbox"
    server.answers["spam@example.org"] = "554 5.7.1 not this"
    send_due(now=NOON)
    assert states() == ["failed", "failed", "sent"]
    plan_again = Message.objects.get(email="spam@example.org")
    assert plan_again.answer == "554 5.7.1 not this"


def test_an_address_without_a_mailbox_is_not_tried_again(plan, server, chapter):
    plan("gone@example.org")
    server.at_recipient["gone@example.org"] = "550 5.1.1 no such mailbox"
    send_due(now=NOON)
    rows = [("gone@example.org", {}, "second")]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=NOON)
    send_due(now=NOON + MINUTE)
    assert states() == ["failed", "dropped"]


def test_a_line_that_breaks_before_the_text_means_that_nothing_was_taken(plan, server):
    plan("cut@example.org", "fine@example.org")
    server.hangs_up_at["cut@example.org"] = "recipient"
    send_due(now=NOON)
    assert states() == ["pending", "sent"]
    server.hangs_up_at.clear()
    send_due(now=NOON + 3 * MINUTE)
    assert states() == ["sent", "sent"]
    assert sorted(server.addresses) == ["cut@example.org", "fine@example.org"]


def test_a_line_that_breaks_after_the_text_leaves_a_question(plan, server):
    plan("cut@example.org", "fine@example.org")
    server.hangs_up_at["cut@example.org"] = "answer"
    send_due(now=NOON)
    assert states() == ["unknown", "sent"]
    assert sorted(server.addresses) == [
        "cut@example.org",
        "fine@example.org",
    ]  # the server has it, we do not know
    server.hangs_up_at.clear()
    send_due(now=NOON + timedelta(hours=2))
    assert len(server.addresses) == 2


def test_while_the_server_cannot_be_reached_everything_waits(plan, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    plan("a@example.org")
    done = send_due(now=NOON)
    message = Message.objects.get()
    assert (done.is_reached, message.state, message.attempts) == (False, "pending", 0)


def test_a_mail_whose_sender_died_is_unknown_until_somebody_releases_it(plan, server, chapter, olive):
    plan("a@example.org")
    Message.objects.update(state="sending", started_at=NOON, attempts=1)
    assert sweep_messages(at=NOON + STALE_AFTER) == 0
    assert sweep_messages(at=NOON + STALE_AFTER + MINUTE) == 1
    message = Message.objects.get()
    assert (message.state, send_due(now=NOON + timedelta(hours=1)).sent) == ("unknown", 0)
    release_message(message=message, by=actor_of(olive), at=NOON + timedelta(hours=1))
    assert send_due(now=NOON + timedelta(hours=1)).sent == 1
    message.refresh_from_db()
    assert (message.state, message.released_by) == ("sent", olive.user)
    with pytest.raises(MessageIsSettled):
        release_message(message=message, by=actor_of(olive), at=NOON)
