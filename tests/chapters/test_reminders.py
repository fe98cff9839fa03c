"""The schedule: each line is done once, moved, taken out, and comes again where it should."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chapters.models import Message, Reminder
from chapters.services.message_sending import send_due
from chapters.services.messages import plan_messages
from chapters.services.reminders import (
    ATTEMPTS,
    NoRecurringReminder,
    ReminderIsOver,
    cancel_reminders,
    keep_recurring,
    plan_reminder,
    run_due_reminders,
    start_recurring,
    stop_reminder,
)
from core.actors import Actor
from core.http import chapter_url
from core.reminders import ReminderKind, register_reminder_kind
from tests.factories import actor_of, make_chapter, make_member
from tests.mail import NOTE, register_note

NOON = datetime(2026, 11, 23, 17, 0, tzinfo=UTC)  # a Monday, in New York
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def remind(reminder, at):
    rows = [(f"{reminder.key}@example.org", {}, f"reminder:{reminder.pk}")]
    by = Actor.system(reminder.chapter_id)
    return plan_messages(kind=NOTE, chapter=reminder.chapter, rows=rows, by=by, at=at).planned


def fail(reminder, _at):
    Reminder.objects.filter(pk=reminder.pk).update(params={"half": "done"})
    raise ZeroDivisionError("no such row")


ONCE = ReminderKind(name="tests.once", says="Once", run=remind)
FAILING = ReminderKind(name="tests.failing", says="Failing", run=fail)


@pytest.fixture(autouse=True)
def _kinds():
    register_note()
    register_reminder_kind(ONCE)
    register_reminder_kind(FAILING)


@pytest.fixture
def plan(chapter, olive):
    def plan_one(key: str = "first", due_at: datetime = NOON, kind: str = ONCE.name) -> Reminder:
        return plan_reminder(kind=kind, chapter=chapter, key=key, due_at=due_at, by=actor_of(olive))

    return plan_one


def of_tests():
    return Reminder.objects.filter(kind__startswith="tests.").order_by("pk")


@pytest.mark.django_db
def test_a_line_is_done_once_when_it_is_due(plan):
    plan(due_at=NOON + HOUR)
    for at in (NOON, NOON + HOUR, NOON + 2 * HOUR):
        run_due_reminders(now=at)
    assert Message.objects.filter(kind=NOTE).count() == 1
    reminder = of_tests().get()
    assert (reminder.done_at, reminder.planned_count) == (NOON + HOUR, 1)


@pytest.mark.django_db
def test_planning_it_again_moves_it_and_what_was_done_stays_done(plan):
    plan()
    plan(due_at=NOON + HOUR)
    assert of_tests().get().due_at == NOON + HOUR
    run_due_reminders(now=NOON + HOUR)
    plan(due_at=NOON + HOUR)
    assert of_tests().count() == 1
    plan(due_at=NOON + DAY)
    run_due_reminders(now=NOON + DAY)
    assert Message.objects.filter(kind=NOTE).count() == 2


@pytest.mark.django_db
def test_what_is_taken_out_is_not_done(plan, chapter, olive):
    plan("first"), plan("second")
    assert cancel_reminders(kind=ONCE.name, chapter=chapter, keys=["first", "other"], at=NOON) == 1
    run_due_reminders(now=NOON)
    assert Message.objects.filter(kind=NOTE).values_list("email", flat=True).get() == "second@example.org"
    with pytest.raises(ReminderIsOver):
        stop_reminder(reminder=of_tests().first(), by=actor_of(olive), at=NOON)


@pytest.mark.django_db
def test_one_that_goes_wrong_leaves_nothing_half_done_and_holds_up_no_other(plan):
    plan("bad", kind=FAILING.name)
    plan("good", due_at=NOON + timedelta(seconds=1))
    run_due_reminders(now=NOON + HOUR)
    bad, good = of_tests()
    assert good.done_at is not None
    assert (bad.done_at, bad.params, bad.attempts, bad.error) == (
        None,
        {},
        1,
        "ZeroDivisionError: no such row",
    )
    at = NOON + HOUR
    for _attempt in range(ATTEMPTS):
        at += DAY
        run_due_reminders(now=at)
    bad.refresh_from_db()
    assert (bad.attempts, bad.is_open) == (ATTEMPTS, False)


@pytest.mark.django_db
def test_what_comes_again_and_again_has_one_open_line_in_each_chapter(chapter):
    make_chapter("other")
    keep_recurring(at=NOON)
    keep_recurring(at=NOON)
    open_lines = Reminder.objects.filter(kind="chapters.asks_due", done_at=None)
    assert open_lines.count() == 2
    assert {line.due_at for line in open_lines} == {datetime(2026, 11, 24, 13, tzinfo=UTC)}
    run_due_reminders(now=NOON + 3 * DAY)
    assert {line.due_at for line in open_lines.all()} == {datetime(2026, 11, 27, 13, tzinfo=UTC)}


@pytest.mark.django_db
def test_a_kind_that_was_stopped_comes_no_more_until_it_is_started(chapter, olive):
    keep_recurring(at=NOON)
    line = Reminder.objects.get(kind="chapters.asks_due")
    stop_reminder(reminder=line, by=actor_of(olive), at=NOON)
    run_due_reminders(now=NOON + 2 * DAY)
    assert Reminder.objects.filter(kind="chapters.asks_due").count() == 1
    for _time in range(2):
        start_recurring(kind="chapters.asks_due", chapter=chapter, by=actor_of(olive), at=NOON)
    assert Reminder.objects.filter(kind="chapters.asks_due", cancelled_at=None).count() == 1
    with pytest.raises(NoRecurringReminder):
        start_recurring(kind=ONCE.name, chapter=chapter, by=actor_of(olive), at=NOON)


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_two_beats_at_once_do_each_line_once_and_send_each_mail_once():
    chapter = make_chapter()
    for number in range(30):
        plan_reminder(
            kind=ONCE.name, chapter=chapter, key=f"n{number}", due_at=NOON, by=Actor.system(chapter.pk)
        )

    def beat(_number: int) -> tuple[int, int]:
        try:
            return run_due_reminders(now=NOON), send_due(now=NOON).sent
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as beats:
        done = list(beats.map(beat, range(2)))
    assert Message.objects.count() == 30
    send_due(now=NOON)
    assert sorted(one.to[0] for one in mail.outbox) == sorted(
        f"n{number}@example.org" for number in range(30)
    )
    assert sum(lines for lines, _sent in done) >= 30


# --- Asks that are due --------------------------------------------------------------------------------------


def make_ask(asker, name: str, due_on: date, **fields):
    from chapters.models import Ask

    values = {"whats": {"en": "to host a party"}, "asked_on": date(2026, 1, 1), "asked_name": name}
    return Ask.objects.create(chapter=asker.chapter, asked_by=asker, due_on=due_on, **(values | fields))


MONDAY = date(2026, 11, 23)
EIGHT = datetime(2026, 11, 23, 13, tzinfo=UTC)


def remind_of_asks(chapter, at: datetime) -> None:
    Reminder.objects.filter(chapter=chapter, kind="chapters.asks_due", done_at=None).delete()
    Reminder.objects.create(chapter=chapter, kind="chapters.asks_due", key=at.isoformat(), due_at=at)
    run_due_reminders(now=at)
    send_due(now=at)


@pytest.mark.django_db
def test_whoever_is_to_ask_hears_of_it_on_the_day(chapter):
    ann, bea = make_member(chapter, "Ann"), make_member(chapter, "Bea")
    make_ask(ann, "Carl", MONDAY)
    make_ask(ann, "Dora", MONDAY - DAY)
    make_ask(bea, "Emil", MONDAY + DAY)
    make_ask(bea, "Finn", MONDAY, result="yes", answered_on=MONDAY)
    remind_of_asks(chapter, EIGHT)
    [sent] = mail.outbox
    assert (sent.to, sent.subject) == ([ann.email], "2 people to ask")
    assert "- Dora: to host a party (since Sun 22 Nov)" in sent.body
    assert "- Carl: to host a party\n" in sent.body


@pytest.mark.django_db
def test_older_asks_alone_are_told_on_mondays_only(chapter):
    ann = make_member(chapter, "Ann")
    make_ask(ann, "Carl", MONDAY - 5 * DAY)
    for days in range(8):
        remind_of_asks(chapter, EIGHT + days * DAY)
    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_an_ask_that_was_answered_meanwhile_is_not_mailed(chapter):
    ann = make_member(chapter, "Ann")
    ask = make_ask(ann, "Carl", MONDAY)
    Reminder.objects.create(chapter=chapter, kind="chapters.asks_due", key="x", due_at=EIGHT)
    run_due_reminders(now=EIGHT)
    ask.delete()
    send_due(now=EIGHT)
    assert Message.objects.get().reason == "Nothing was left to ask."


# --- The page --------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_organizer_stops_and_starts_what_comes_again_and_again(organizer, chapter):
    keep_recurring(at=NOON)
    page = chapter_url("chapters:reminders", slug=chapter.slug)
    assert "Asks that are due" in organizer.get(page).content.decode()
    line = Reminder.objects.get(kind="chapters.asks_due")
    stop = chapter_url("chapters:stop_reminder", slug=chapter.slug, reminder_id=line.pk)
    assert organizer.get(stop).status_code == 200
    assert organizer.post(stop).status_code == 302
    assert "Stopped" in organizer.get(page).content.decode()
    assert organizer.post(stop).status_code == 409
    start = chapter_url("chapters:start_reminder", slug=chapter.slug)
    assert organizer.post(start, {"kind": "chapters.asks_due"}).status_code == 302
    assert organizer.post(start, {"kind": "no.such"}).status_code == 409


@pytest.mark.django_db
def test_the_schedule_costs_the_same_queries_for_one_line_and_for_three(organizer, chapter, plan):
    costs = []
    for keys in (["a"], ["b", "c"]):
        for key in keys:
            plan(key)
        with CaptureQueriesContext(connection) as captured:
            organizer.get(chapter_url("chapters:reminders", slug=chapter.slug))
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 14
