from __future__ import annotations

import pytest
from django.test import Client

from chapters.models import Chapter, Member
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
