from __future__ import annotations

import pytest
from django.utils import timezone

from core import tenancy
from core.actors import Actor


def test_outside_any_scope_the_current_scope_is_refused():
    with pytest.raises(tenancy.OutsideScope):
        tenancy.current()


def test_a_scope_ends_with_its_block_even_after_an_error():
    with pytest.raises(ZeroDivisionError), tenancy.scope(actor=Actor.system(3), chapter_id=3):
        raise ZeroDivisionError
    assert tenancy.current_or_none() is None


def test_an_inner_scope_gives_way_to_the_outer_one_again():
    with tenancy.scope(actor=Actor.system(1), chapter_id=1, slug="one"):
        with tenancy.scope(actor=Actor.system(2), chapter_id=2, slug="two"):
            assert tenancy.current().slug == "two"
        assert tenancy.current().slug == "one"


def test_the_clock_of_a_scope_is_the_chapters():
    with tenancy.scope(actor=Actor.system(1), chapter_id=1, time_zone="America/Los_Angeles"):
        assert timezone.get_current_timezone_name() == "America/Los_Angeles"
    assert timezone.get_current_timezone_name() != "America/Los_Angeles"


def test_a_reopened_scope_has_the_same_actor_and_clock():
    with tenancy.scope(actor=Actor.system(1), chapter_id=1, time_zone="America/Chicago") as opened:
        pass
    with tenancy.reopen(opened) as again:
        assert again == opened
        assert timezone.get_current_timezone_name() == "America/Chicago"
