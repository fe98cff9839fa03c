"""The base of every Celery task: it runs inside a scope, for the system and no chapter until it opens its own."""

from __future__ import annotations

from typing import Any

from celery import Task

from core import tenancy
from core.actors import Actor


class ScopedTask(Task):
    """Takes ids; a task for one chapter opens that chapter's scope once it has loaded its row."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with tenancy.scope(actor=Actor.system(label=self.name or "system")):
            return super().__call__(*args, **kwargs)
