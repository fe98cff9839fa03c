from __future__ import annotations

from datetime import date, timedelta

import pytest
from django import forms
from django.utils import timezone

from core.forms import DateField, PastDateField


class Days(forms.Form):
    planned = DateField(required=False)
    done = PastDateField(required=False)
    soon = DateField(required=False, days_ahead=7)


def errors_of(**said):
    return {name: list(found) for name, found in Days(said).errors.items()}


def test_a_day_may_be_left_out_where_the_field_allows_it():
    assert errors_of() == {}


def test_days_people_mean_are_taken():
    today = timezone.localdate()
    said = {
        "planned": today.replace(year=today.year + 9, day=1),
        "done": today,
        "soon": today + timedelta(days=7),
    }
    form = Days({name: day.isoformat() for name, day in said.items()})
    assert form.is_valid(), form.errors
    assert form.cleaned_data == said


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "9999-12-31", "2060-01-01"])
@pytest.mark.parametrize("name", ["planned", "done", "soon"])
def test_days_nobody_means_are_refused(name, day):
    assert list(errors_of(**{name: day})) == [name]


def test_what_has_happened_is_not_in_the_future():
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    assert errors_of(planned=tomorrow, done=tomorrow, soon=tomorrow) == {
        "done": ["This day lies in the future."]
    }


def test_the_browser_offers_the_same_days():
    control = str(Days()["done"])
    assert f'max="{timezone.localdate().isoformat()}"' in control
    assert f'min="{date(1900, 1, 1).isoformat()}"' in control
