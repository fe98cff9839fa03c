from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from canvassing.models import WalkList
from tests.factories import make_precinct, make_street

pytestmark = pytest.mark.django_db


def call(**options) -> dict:
    out = StringIO()
    call_command("print_walk_lists", json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_the_command_leaves_the_merged_file_and_every_list_in_the_folder(town, tmp_path):
    result = call(chapter="river-city", all=True, out=tmp_path / "lists")
    assert {key: result[key] for key in ("lists", "files", "neighbours")} == {
        "lists": 3,
        "files": 4,
        "neighbours": 7,
    }
    assert result["pages"] == sum(WalkList.objects.values_list("pages", flat=True))
    assert sorted(file.name for file in (tmp_path / "lists").iterdir()) == [
        "list-1001-precinct-3-2-block-1.pdf",
        "list-1002-precinct-3-2-block-2.pdf",
        "list-1003-precinct-3-2-list-only-doors.pdf",
        "river-city-lists-1001-1003.pdf",
    ]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"chapter": "nowhere", "all": True}, "No chapter has the short name nowhere"),
        ({"chapter": "river-city", "precinct": "7-7"}, "no precinct 7-7"),
        ({"chapter": "river-city", "precinct": "9-9"}, "no blocks here yet"),
    ],
)
def test_the_command_says_in_one_line_why_it_printed_nothing(town, tmp_path, options, reason):
    make_street(make_precinct(town.chapter, code="9-9"), houses=1)
    with pytest.raises(CommandError) as refused:
        call(out=tmp_path, **options)
    assert reason in str(refused.value)
    assert "\n" not in str(refused.value)
    assert WalkList.objects.count() == 0
