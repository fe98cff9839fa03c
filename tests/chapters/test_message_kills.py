"""Senders of mail as real processes, against a real mail server: killed at any moment, and several at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from chapters.models import Message
from chapters.services.message_sending import STALE_AFTER, sweep_messages
from chapters.services.messages import plan_messages, release_message
from core.actors import Actor
from tests.factories import make_chapter
from tests.mail import NOTE, MailServer, register_note

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("worker"),
    pytest.mark.django_db(transaction=True, databases=["default", "owner"]),
]

MAILS = 1000
KILLS = 10


class Senders:
    """Processes that send until nothing is due."""

    def __init__(self, port: int) -> None:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.worker_settings",
            "WORKER_TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "WORKER_TEST_BROKER": "redis://unused",
            "WORKER_TEST_MAIL_PORT": str(port),
            "MAILS_PER_MINUTE": "0",
        }
        self._maker = subprocess.Popen(
            [sys.executable, "-m", "tests.mail_worker"], cwd=settings.BASE_DIR, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._maker.stdout.readline() == "ready\n"

    def start(self) -> int:
        self._maker.stdin.write("go\n")
        self._maker.stdin.flush()
        return int(self._maker.stdout.readline())

    def close(self) -> None:
        self._maker.stdin.close()
        self._maker.wait(timeout=20)
        self._maker.stdout.close()


@pytest.fixture
def server():
    with MailServer().open() as opened:
        yield opened


@pytest.fixture
def senders(server):
    made = Senders(server.port)
    yield made
    made.close()


@pytest.fixture
def busy_chapter():
    register_note()
    midnight = timezone.now().time().replace(hour=0, minute=0, second=0, microsecond=0)
    return make_chapter(mails_per_minute=6000, quiet_from=midnight, quiet_until=midnight)


def plan(chapter, count: int) -> None:
    rows = [(f"n{number}@example.org", {}, f"note:{number}") for number in range(count)]
    plan_messages(kind=NOTE, chapter=chapter, rows=rows, by=Actor.system(chapter.pk), at=timezone.now())


def wait_until_sent(seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while Message.objects.filter(state="pending").exists():
        assert time.monotonic() < until
        time.sleep(0.05)
    while Message.objects.filter(
        state="sending", started_at__gt=timezone.now() - timedelta(seconds=2)
    ).exists():
        time.sleep(0.05)


def test_a_thousand_mails_whose_senders_are_killed_ten_times_are_never_accepted_twice(
    busy_chapter, server, senders
):
    plan(busy_chapter, MAILS)
    server.delay = 0.002  # so that some die in the middle of the talk
    for number in range(0, MAILS, 40):
        server.at_recipient[f"n{number}@example.org"] = "550 5.1.1 no such mailbox"
    chance = random.Random(4)
    running = [senders.start(), senders.start()]
    for _kill in range(KILLS):
        time.sleep(chance.uniform(0.1, 0.5))
        doomed = running.pop(chance.randrange(2))
        os.kill(doomed, signal.SIGKILL)
        running.append(senders.start())
    wait_until_sent()

    sweep_messages(at=timezone.now() + STALE_AFTER + timedelta(minutes=1))
    states = Counter(Message.objects.values_list("state", flat=True))
    accepted = Counter(server.addresses)
    unknown = set(Message.objects.filter(state="unknown").values_list("email", flat=True))
    sent = set(Message.objects.filter(state="sent").values_list("email", flat=True))
    assert states["sent"] + states["failed"] + states["unknown"] == MAILS
    assert states["failed"] >= MAILS // 40 - len(unknown)
    assert max(accepted.values()) == 1
    assert sent <= set(accepted) <= sent | unknown
    assert len(unknown) <= KILLS

    server.delay = 0
    for message in Message.objects.filter(state="unknown"):
        release_message(message=message, by=Actor.system(busy_chapter.pk), at=timezone.now())
    senders.start()
    wait_until_sent()
    twice = {address for address, count in Counter(server.addresses).items() if count > 1}
    assert twice <= unknown
    assert set(Message.objects.values_list("state", flat=True)) <= {"sent", "failed"}


def test_two_that_send_at_once_send_each_mail_once(busy_chapter, server, senders):
    plan(busy_chapter, 200)
    server.delay = 0.002
    senders.start(), senders.start()
    wait_until_sent()
    assert Counter(server.addresses) == Counter(f"n{number}@example.org" for number in range(200))
    assert server.connections >= 2
