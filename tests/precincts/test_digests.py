from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from chapters.models import Message, Reminder
from chapters.services.message_sending import send_due
from chapters.services.reminders import run_due_reminders
from core.actors import Actor
from precincts.enums import ChangeKind
from precincts.models import VoterChange, VoterImport
from precincts.services.digests import KIND, next_friday
from precincts.services.facts import record_fact
from precincts.services.roster import end_assignment
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_precinct,
    make_voter,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NOW = timezone.now()


@pytest.fixture
def chapter():
    midnight = NOW.time().replace(hour=0, minute=0, second=0, microsecond=0)
    return make_chapter("river-city", quiet_from=midnight, quiet_until=midnight)


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), 1)


@pytest.fixture
def captain(chapter, block):
    member = make_member(chapter, "Carmen")
    make_captain(block, member)
    return member


@pytest.fixture
def due(chapter):
    """The digest is due now."""
    return Reminder.objects.create(chapter=chapter, kind=KIND, key="this-week", due_at=NOW)


def move_in(block, first_name: str, number: int = 12, at: datetime = NOW - DAY, **fields):
    """Somebody whom a file of that time brought to a door of the block."""
    building = make_building(block.chapter, number, f"{first_name} Street")
    door = make_household(building, block.precinct, block=block, walk_position=number)
    voter = make_voter(door, first_name, "Newcomer", **fields)
    taken = VoterImport.objects.create(chapter=block.chapter, kind="voters", filename="v.txt", finished_at=at)
    VoterChange.objects.create(
        chapter=block.chapter, voter_import=taken, voter=voter, kind=ChangeKind.NEW, to_household=door,
        on=at.date(),
    )  # fmt: skip
    return voter


def test_it_comes_on_friday_at_five_on_the_chapters_clock(chapter):
    thursday = datetime(2026, 11, 26, 12, tzinfo=UTC)
    assert next_friday(chapter, thursday) == datetime(2026, 11, 27, 22, tzinfo=UTC)
    assert next_friday(chapter, datetime(2026, 11, 27, 22, tzinfo=UTC)) == datetime(
        2026, 12, 4, 22, tzinfo=UTC
    )


def test_a_captain_hears_who_moved_in_and_whom_to_greet(block, captain, due):
    move_in(block, "Nora")
    move_in(block, "Omar", 14, at=NOW - 20 * DAY)
    assert run_due_reminders(now=NOW) >= 1
    assert send_due(now=NOW).sent == 1
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([captain.email], "1 new neighbour in your block")
    new, _space, waiting = sent.body.partition("Came a while ago")
    assert "Nora Newcomer, 12 Nora Street" in new
    assert "Omar Newcomer, 14 Omar Street" in waiting
    assert "/my-block/" in sent.body


def test_nobody_is_to_be_greeted_twice(block, captain, due):
    omar = move_in(block, "Omar", at=NOW - 20 * DAY)
    record_fact(
        voter=omar, kind="note", text="Said hello", source="captain", by=actor_of(captain), at=NOW - 2 * DAY
    )
    run_due_reminders(now=NOW)
    assert Message.objects.filter(kind=KIND).count() == 0


def test_a_quiet_week_sends_nothing(block, captain, due):
    run_due_reminders(now=NOW)
    due.refresh_from_db()
    assert (due.planned_count, due.done_at) == (0, NOW)
    assert Reminder.objects.filter(kind=KIND, done_at__isnull=True).count() == 1


def test_the_confidential_and_other_blocks_are_not_told(chapter, block, captain, due):
    move_in(block, "Cora", is_confidential=True)
    move_in(make_block(block.precinct, 2), "Olga", 20)
    run_due_reminders(now=NOW)
    assert Message.objects.filter(kind=KIND).count() == 0


def test_who_gave_the_block_away_meanwhile_gets_nothing(block, captain, due):
    move_in(block, "Nora")
    run_due_reminders(now=NOW)
    end_assignment(
        assignment=block.assignments.get(),
        on=timezone.localdate() - 2 * DAY,
        by=Actor.system(block.chapter_id),
    )
    send_due(now=NOW)
    message = Message.objects.get(kind=KIND)
    assert (message.state, message.reason) == ("dropped", "The person no longer keeps a block.")
    assert mail.outbox == []


def test_the_mail_holds_ids_and_days_only_in_its_row(block, captain, due):
    move_in(block, "Nora")
    run_due_reminders(now=NOW)
    assert set(Message.objects.get(kind=KIND).params) == {"since", "until"}
