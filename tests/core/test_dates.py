from __future__ import annotations

from datetime import date

import pytest

from core.dates import read_date


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("01/27/2020", date(2020, 1, 27)),
        ("8/5/2008", date(2008, 8, 5)),
        ("8/5/2008 0:00", date(2008, 8, 5)),
        ("2020-01-27", date(2020, 1, 27)),
        ("20200127", date(2020, 1, 27)),
        ("20200100", date(2020, 1, 1)),
        ("13/45/2020", None),
        ("27/01/2020", None),
        ("02/29/2021", None),
        ("01/27/20", None),
        ("01/27/1889", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_dates_of_every_spelling(text, found):
    assert read_date(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("5/31/21", date(2021, 5, 31)),
        ("5/31/68", date(2068, 5, 31)),
        ("5/31/69", date(1969, 5, 31)),
        ("5/31/2021", date(2021, 5, 31)),
        ("21-05-31", None),
        ("5/31/1", None),
    ],
)
def test_a_year_of_two_digits_is_read_where_files_may_shorten_it(text, found):
    assert read_date(text, short_years=True) == found
