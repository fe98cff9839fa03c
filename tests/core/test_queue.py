from __future__ import annotations

import stat
from multiprocessing import get_context
from pathlib import Path

import pytest
from kombu import Connection

from core import queue
from tests.brokers import broker_settings


@pytest.fixture
def options(tmp_path: Path) -> dict:
    queue.Transport.global_state.clear()  # kombu remembers what it has declared, in whatever folder
    return broker_settings(str(tmp_path))["broker_transport_options"]


def connect(options: dict) -> Connection:
    return Connection("filesystem://", transport="core.queue:Transport", transport_options=options)


def send(options: dict, first: int, count: int) -> None:
    with connect(options) as connection, connection.SimpleQueue("work") as work:
        for number in range(first, first + count):
            work.put({"number": number})


def receive(options: dict, count: int) -> list[int]:
    with connect(options) as connection, connection.SimpleQueue("work") as work:
        numbers = []
        for _ in range(count):
            message = work.get(timeout=10)
            message.ack()
            numbers.append(message.payload["number"])
        return numbers


def test_messages_arrive_in_the_order_they_were_sent(options):
    send(options, 0, 30)
    assert receive(options, 30) == list(range(30))


def test_nothing_is_lost_while_one_process_sends_and_another_reads(options):
    sender = get_context("spawn").Process(target=send, args=(options, 0, 300))
    sender.start()
    received = receive(options, 300)
    sender.join()
    assert sorted(received) == list(range(300))


def test_a_message_that_is_still_being_written_is_not_taken(options):
    unfinished = Path(options["data_folder_in"]) / ".00000000000000000001_x.work.msg.part"
    unfinished.write_text("{")
    send(options, 7, 1)
    assert receive(options, 1) == [7]
    assert unfinished.exists()


def test_only_the_owner_may_look_into_the_queue(options):
    assert stat.S_IMODE(Path(options["data_folder_in"]).stat().st_mode) == 0o700
