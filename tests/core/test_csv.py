from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.csv import csv_lines, csv_response, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "  =1"])
def test_text_that_a_spreadsheet_would_run_is_quoted(text):
    assert safe_cell(text) == "'" + text


@pytest.mark.parametrize("value", [-2, 3.5, True])
def test_numbers_stay_numbers(value):
    assert safe_cell(value) == value


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2)))
def test_no_cell_of_any_table_begins_as_a_formula(rows):
    lines = list(csv_lines(["first", "second"], rows))
    read = list(csv.reader(io.StringIO("".join(lines), newline="")))
    assert len(read) == len(rows) + 1
    assert not [
        cell for row in read for cell in row if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t"))
    ]


def test_a_download_is_named_and_kept_by_no_cache():
    response = csv_response("people.csv", ["name"], [["Ana"]])
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response["Cache-Control"] == "no-store"
    assert b"".join(response.streaming_content) == b"name\r\nAna\r\n"
