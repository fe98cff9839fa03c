from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.utils import timezone

from chapters.models import MailSuppression, Message
from chapters.services.message_sending import send_due
from chapters.services.messages import plan_messages
from chapters.services.suppressions import lift_suppression, list_suppressions
from core.actors import Actor
from core.checks import SURROUNDINGS
from tests.factories import actor_of, make_chapter, make_member
from tests.mail import NOTE, register_note

pytestmark = pytest.mark.django_db

HOOK = "/hooks/mail/"
SECRET = "postmark:a-long-secret"
NOW = timezone.now()


@pytest.fixture(autouse=True)
def _service(settings):
    register_note()
    settings.ANYMAIL_SERVICE, settings.ANYMAIL = "postmark", {"WEBHOOK_SECRET": [SECRET]}


def news(kind: str, email: str, message_id: str = "", **more: object) -> dict[str, object]:
    record = "SpamComplaint" if kind == "SpamComplaint" else "Bounce"
    return {
        "RecordType": record, "Type": kind, "Email": email, "MessageID": message_id, "ID": 1,
        "Description": "The server was unable to deliver", "BouncedAt": "2026-11-23T12:00:00Z", **more,
    }  # fmt: skip


def post(told: dict[str, object], secret: str | None = SECRET):
    headers = {"authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"} if secret else {}
    return Client(enforce_csrf_checks=True).post(
        HOOK, json.dumps(told), content_type="application/json", headers=headers
    )


def plan(chapter, *emails: str, key: str = "note") -> None:
    rows = [(email, {}, f"{key}:{email}") for email in emails]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=NOW)


def open_chapter(slug: str = "river-city"):
    midnight = NOW.time().replace(hour=0, minute=0, second=0, microsecond=0)
    return make_chapter(slug, quiet_from=midnight, quiet_until=midnight)


def test_an_address_that_bounced_is_never_mailed_again():
    chapter = open_chapter()
    plan(chapter, "gone@example.org")
    send_due(now=NOW)
    assert post(news("HardBounce", "Gone@Example.org")).status_code == 200
    plan(chapter, "gone@example.org", "fine@example.org", key="second")
    send_due(now=NOW + timedelta(minutes=1))
    second = Message.objects.filter(key__startswith="second").order_by("pk")
    assert [message.state for message in second] == ["dropped", "sent"]
    assert second[0].reason == "No mail goes to this address: the mail came back: no such mailbox"


def test_the_message_that_came_back_no_longer_counts_as_sent():
    plan(open_chapter(), "gone@example.org")
    send_due(now=NOW)
    message = Message.objects.get()
    post(news("HardBounce", "gone@example.org", message.message_id))
    message.refresh_from_db()
    assert (message.state, message.reason) == ("failed", "It came back: there is no such mailbox.")


def test_a_complaint_counts_in_every_chapter_that_knows_the_address_and_in_no_other():
    first, second, third = (open_chapter(slug) for slug in ("first", "second", "third"))
    plan(first, "ann@example.org")
    send_due(now=NOW)
    make_member(second, "Ann", user=None, email="ANN@example.org")
    assert post(news("SpamComplaint", "ann@example.org")).status_code == 200
    found = MailSuppression.objects.order_by("chapter_id").values_list("chapter__slug", "reason")
    assert list(found) == [("first", "complained"), ("second", "complained")]
    assert list_suppressions(third.pk, ["ann@example.org"]) == {}


@pytest.mark.parametrize("secret", [None, "postmark:wrong", "other:a-long-secret"])
def test_news_without_the_secret_are_refused_and_change_nothing(secret):
    plan(open_chapter(), "ann@example.org")
    send_due(now=NOW)
    assert post(news("HardBounce", "ann@example.org"), secret).status_code == 400
    assert MailSuppression.objects.count() == 0


def test_without_a_secret_there_is_no_such_address(settings):
    settings.ANYMAIL = {"WEBHOOK_SECRET": []}
    assert post(news("HardBounce", "ann@example.org")).status_code == 404


@pytest.mark.parametrize("kind", ["Transient", "SoftBounce", "AutoResponder"])
def test_what_may_pass_suppresses_nobody(kind):
    plan(open_chapter(), "ann@example.org")
    send_due(now=NOW)
    assert post(news(kind, "ann@example.org")).status_code == 200
    assert MailSuppression.objects.count() == 0


def test_news_told_twice_are_noted_once():
    plan(open_chapter(), "ann@example.org")
    send_due(now=NOW)
    for _time in range(2):
        assert post(news("HardBounce", "ann@example.org")).status_code == 200
    assert MailSuppression.objects.count() == 1


def test_a_signature_is_checked_where_the_service_signs(settings):
    settings.ANYMAIL_SERVICE = "mailgun"
    settings.ANYMAIL = {"WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": "key"}
    plan(open_chapter(), "ann@example.org")
    send_due(now=NOW)
    proof = hmac.new(b"key", b"1234token", hashlib.sha256).hexdigest()

    def told(signature: str) -> dict[str, object]:
        return {
            "signature": {"token": "token", "timestamp": "1234", "signature": signature},
            "event-data": {"event": "failed", "severity": "permanent", "reason": "bounce", "id": "1",
                           "timestamp": 1234.5, "recipient": "ann@example.org",
                           "delivery-status": {"code": 550, "message": "no such mailbox"}},
        }  # fmt: skip

    assert post(told("0" * 64)).status_code == 400
    assert MailSuppression.objects.count() == 0
    assert post(told(proof)).status_code == 200
    assert MailSuppression.objects.get().reason == "bounced"


def test_an_organizer_lets_mail_go_there_again(chapter, olive):
    plan(chapter, "ann@example.org")
    Message.objects.update(state="sent", finished_at=NOW)
    post(news("HardBounce", "ann@example.org"))
    lift_suppression(suppression=MailSuppression.objects.get(), by=actor_of(olive), at=timezone.now())
    assert list_suppressions(chapter.pk, ["ann@example.org"]) == {}
    post(news("HardBounce", "ann@example.org"))
    assert len(list_suppressions(chapter.pk, ["ann@example.org"])) == 1


@pytest.mark.parametrize(
    ("service", "values", "wrong"),
    [
        ("", {"WEBHOOK_SECRET": []}, []),
        ("postmark", {"WEBHOOK_SECRET": [SECRET]}, []),
        ("pigeon", {"WEBHOOK_SECRET": [SECRET]}, ["shoeleather.E012"]),
        ("postmark", {"WEBHOOK_SECRET": []}, ["shoeleather.E013"]),
        ("postmark", {"WEBHOOK_SECRET": ["no-colon"]}, ["shoeleather.E013"]),
        ("mailgun", {"WEBHOOK_SECRET": [SECRET], "MAILGUN_WEBHOOK_SIGNING_KEY": ""}, ["shoeleather.E014"]),
    ],
)
def test_a_mail_service_that_proves_nothing_is_a_wrong_setting(settings, service, values, wrong):
    settings.ANYMAIL_SERVICE, settings.ANYMAIL = service, values
    found = [message.id for message in run_checks(tags=[SURROUNDINGS])]
    assert [name for name in found if name.startswith("shoeleather.E01")] == wrong
