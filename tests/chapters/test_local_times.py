from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chapters.local_times import NoSuchTime, find_moment

ZONES = st.sampled_from(
    ["America/New_York", "America/Phoenix", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]
)


def test_the_hour_over_which_clocks_jump_does_not_exist():
    with pytest.raises(NoSuchTime) as raised:
        find_moment(datetime(2026, 3, 8, 2, 30), "America/New_York")
    assert (raised.value.before, raised.value.after) == (datetime(2026, 3, 8, 2), datetime(2026, 3, 8, 3))


def test_a_jump_of_half_an_hour_is_said_as_it_is():
    with pytest.raises(NoSuchTime) as raised:
        find_moment(datetime(2026, 10, 4, 2, 15), "Australia/Lord_Howe")
    assert raised.value.after - raised.value.before == timedelta(minutes=30)


def test_the_hour_that_comes_twice_is_the_first_or_the_second():
    local = datetime(2026, 11, 1, 1, 30)
    first = find_moment(local, "America/New_York")
    second = find_moment(local, "America/New_York", later=True)
    assert (first.at, first.is_twice) == (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), True)
    assert second.at - first.at == timedelta(hours=1)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2035, 1, 1)), ZONES)
def test_a_moment_shows_the_local_time_it_was_made_of(local, zone):
    from zoneinfo import ZoneInfo

    local = local.replace(microsecond=0)
    try:
        found = find_moment(local, zone)
    except NoSuchTime as error:
        assert error.before <= local < error.after
        return
    assert found.at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) == local
    later = find_moment(local, zone, later=True)
    assert (later.at == found.at) == (not found.is_twice)
    assert later.at >= found.at
