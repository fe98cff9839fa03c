from __future__ import annotations

import re

import pytest
from django.utils import translation

from core.charts import Goal, Series, bar_chart, legend_mark, line_chart, nice_ceiling, stacked_chart


def widths_of_bars(drawings: str, start: str) -> list[float]:
    drawing = drawings[drawings.index(start) :].split("</svg>", maxsplit=1)[0]
    return [float(width) for width in re.findall(r'<rect x="[\d.]+" y="[\d.]+" width="([\d.]+)"', drawing)]


def make_bars(**changes):
    values = {
        "key": "turnout",
        "finding": "3-2 is ahead",
        "axis": "turnout",
        "label_axis": "Precinct",
        "labels": ["3-1", "3-2"],
        "values": [20, 40],
        "unit": "%",
    }
    return bar_chart(**(values | changes))


def test_a_bar_twice_the_value_is_twice_as_long_in_every_drawing():
    chart = make_bars()

    for start in ("chart-wide", "chart-middle", "chart-narrow"):
        short, long = widths_of_bars(chart.drawings, start)
        assert long == pytest.approx(2 * short, abs=0.2)


def test_the_table_has_the_same_figures_as_the_bars():
    chart = make_bars(values=[20.5, 40])

    assert chart.header == ["Precinct", "turnout"]
    assert chart.rows == [["3-1", "20.5\N{NO-BREAK SPACE}%"], ["3-2", "40\N{NO-BREAK SPACE}%"]]


def test_labels_are_escaped():
    chart = make_bars(labels=["<script>", "&"])

    assert "&lt;script&gt;" in chart.drawings
    assert "<script" not in chart.drawings


def test_a_drawing_carries_no_inline_style():
    chart = make_bars(goal=Goal(30, "goal 30 %"))

    assert "style=" not in chart.drawings
    assert "goal 30 %" in chart.drawings


def test_bars_without_values_still_draw_an_axis():
    chart = make_bars(labels=[], values=[])

    assert chart.rows == []
    assert "turnout" in chart.drawings


@pytest.mark.parametrize("values", [[1], [1, -1]])
def test_bars_that_do_not_fit_their_labels_or_are_negative_are_refused(values):
    with pytest.raises(ValueError):
        make_bars(values=values)


def test_the_parts_of_a_stack_follow_one_another_without_a_gap():
    chart = stacked_chart(
        key="doors",
        finding="Half were nobody home",
        axis="doors",
        label_axis="Launch",
        labels=["Sat"],
        series=[Series("talked", [30]), Series("nobody home", [60]), Series("refused", [10])],
    )

    wide = chart.drawings[: chart.drawings.index("</svg>")]
    parts = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="24" class="chart-part', wide)
    ends = [float(x) + float(width) for x, width in parts]
    assert [float(x) for x, _width in parts][1:] == pytest.approx(ends[:-1], abs=0.2)
    assert chart.legend == [(0, "talked"), (1, "nobody home"), (2, "refused")]
    assert chart.rows == [["Sat", "30", "60", "10"]]


def test_every_part_of_a_stack_but_the_first_has_a_pattern_with_an_id_of_its_own():
    chart = stacked_chart(
        key="doors",
        finding="f",
        axis="a",
        label_axis="l",
        labels=["Sat"],
        series=[Series(str(number), [number + 1]) for number in range(5)],
    )

    ids = re.findall(r'<pattern id="([^"]+)"', chart.drawings)
    assert len(ids) == len(set(ids)) == 3 * 4
    assert set(re.findall(r"url\(#([^)]+)\)", chart.drawings)) == set(ids)


def test_a_sixth_series_is_refused():
    with pytest.raises(ValueError):
        line_chart(
            key="k",
            finding="f",
            axis="a",
            label_axis="l",
            labels=["2024"],
            series=[Series(str(number), [1]) for number in range(6)],
        )


def test_a_line_leaves_out_years_without_a_value():
    chart = line_chart(
        key="k",
        finding="f",
        axis="a",
        label_axis="Year",
        labels=["2018", "2020", "2022"],
        series=[Series("turnout", [50, None, 60])],
        unit="%",
    )

    points = re.findall(r'<polyline points="([^"]+)"', chart.drawings)
    assert [len(line.split()) for line in points] == [2, 2, 2]
    assert chart.rows[1] == ["2020", "–"]
    assert chart.legend == []


def test_letters_at_the_ends_of_close_lines_do_not_cover_each_other():
    chart = line_chart(
        key="k",
        finding="f",
        axis="a",
        label_axis="Year",
        labels=["2018", "2020"],
        series=[Series("A", [50, 60]), Series("B", [50, 60])],
    )

    wide = chart.drawings[: chart.drawings.index("</svg>")]
    first, second = (float(y) for y in re.findall(r'y="([\d.]+)" class="chart-number"', wide))
    assert abs(first - second) >= 14


def test_the_legend_shows_strokes_for_lines_and_patches_for_stacks():
    line = line_chart(
        key="k",
        finding="f",
        axis="a",
        label_axis="l",
        labels=["1"],
        series=[Series("A", [1]), Series("B", [2])],
    )

    assert 'class="chart-line stroke-1"' in legend_mark(line, 1)
    assert "<rect" not in legend_mark(line, 1)


@pytest.mark.parametrize(
    ("value", "end"),
    [(0, 1), (0.4, 0.4), (7, 8), (10, 10), (47.5, 50), (101, 150), (79_894, 80_000), (9_001, 10_000)],
)
def test_an_axis_ends_at_a_round_number_that_holds_the_value(value, end):
    assert nice_ceiling(value) == pytest.approx(end)


def test_spanish_numbers_are_written_as_in_the_states_and_mexico():
    with translation.override("es"):
        chart = make_bars(values=[1234.5, 20], unit="")

    assert chart.rows[0][1] == "1,234.5"
