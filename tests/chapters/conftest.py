from __future__ import annotations

import pytest
from django.test import Client

from chapters.models import Chapter, Member
from chapters.services import jobs
from tests.factories import make_chapter, make_organizer


@pytest.fixture
def chapter(db) -> Chapter:
    return make_chapter("river-city")


@pytest.fixture
def olive(chapter: Chapter) -> Member:
    """The organizer."""
    return make_organizer(chapter)


@pytest.fixture
def organizer(olive: Member) -> Client:
    """The organizer's browser."""
    client = Client()
    client.force_login(olive.user)
    return client


@pytest.fixture
def sent(monkeypatch) -> list:
    """The ids handed to the queue."""
    handed: list = []
    monkeypatch.setattr(jobs, "send_to_queue", handed.append)
    return handed
