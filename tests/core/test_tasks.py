from __future__ import annotations

import pytest
from celery import shared_task

from config.celery import app
from core import tenancy
from core.tasks import ScopedTask

OUR_APPS = ("chapters", "precincts", "endorsements", "canvassing", "coalitions")


@shared_task(name="tests.say_scope")
def say_scope() -> tuple[str, int | None]:
    opened = tenancy.current()
    return opened.actor.kind, opened.chapter_id


def our_tasks() -> dict:
    app.loader.import_default_modules()
    app.finalize(auto=True)
    return {name: task for name, task in app.tasks.items() if not name.startswith("celery.")}


def test_every_task_runs_inside_a_scope():
    assert [name for name, task in our_tasks().items() if not isinstance(task, ScopedTask)] == []


def test_a_task_runs_for_the_system_and_no_chapter_until_it_opens_one():
    assert say_scope.apply().get() == ("system", None)
    with pytest.raises(tenancy.OutsideScope):
        tenancy.current()


def test_tasks_are_named_for_the_app_they_belong_to():
    assert [n for n in our_tasks() if n.partition(".")[0] not in (*OUR_APPS, "tests")] == []


def test_what_beat_sends_exists(settings):
    sent = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert sent <= set(our_tasks())


def test_a_killed_workers_task_is_not_acknowledged_and_none_is_hoarded():
    assert (app.conf.task_acks_late, app.conf.worker_prefetch_multiplier) == (True, 1)
    assert app.conf.task_reject_on_worker_lost is True
    assert app.conf.worker_max_tasks_per_child == 50
