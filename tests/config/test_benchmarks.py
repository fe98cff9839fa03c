from __future__ import annotations

import json

from tests.bench.__main__ import PREAMBLE, is_called, judge, with_section
from tests.bench.figures import Figure, show_figures, show_table


def limit(value):
    return Figure("time", value, "s", 60.0, "limit")


def test_a_limit_that_does_not_hold_fails_the_run_and_a_goal_does_not():
    missed = Figure("ratio", 0.9, "", 0.5, "goal")

    assert judge([limit(59.0), missed], []) == 0
    assert judge([limit(61.0)], []) == 1


def test_a_run_that_measured_nothing_or_broke_off_fails():
    assert judge([], []) == 1
    assert judge([limit(1.0)], ["pdf"]) == 1


def test_a_figure_may_have_to_reach_its_goal_from_below():
    rate = Figure("rows a second, of COPY", 0.25, "", 0.2, "limit", at_most=False)

    assert rate.holds
    assert not Figure("rows a second, of COPY", 0.15, "", 0.2, "limit", at_most=False).holds


def test_a_figure_is_one_line_of_json():
    assert json.loads(limit(12.5).as_json()) == {
        "name": "time",
        "value": 12.5,
        "unit": "s",
        "goal": 60.0,
        "kind": "limit",
        "holds": True,
    }


def test_a_part_is_called_by_its_name_or_its_first_word():
    assert is_called("import_file", "import")
    assert is_called("blocks", "blocks")
    assert not is_called("blocks", "block")


def test_a_new_section_replaces_its_own_and_leaves_the_others():
    first = with_section(with_section(PREAMBLE, "blocks", "measured in May"), "routes", "kept")

    second = with_section(first, "blocks", "new")

    assert "measured in May" not in second
    assert second.index("## blocks\n\nnew") < second.index("## routes\n\nkept")
    assert second.count("## ") == 2


def test_the_table_says_whether_a_goal_is_reached():
    table = show_figures([limit(61.0)])

    assert "| time" in table
    assert "NO" in table
    assert show_table(("a",), [("b",)]).splitlines()[1] == "| - |"
