"""The paper's parts that need no database."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO
from xml.etree import ElementTree

import pikepdf
import pytest
from django.utils import translation

from canvassing.documents.walk_list import TOGETHER, door_rows, letters, list_stops, marks_to_make
from canvassing.documents.walk_map import Stop, walk_map
from core.pdf import merge_pdfs, render_document
from core.qr import qr_data_uri
from tests.bench.ground.walk_lists import make_doors

ON = date(2026, 9, 14)


def test_everybody_at_a_door_has_a_letter_and_nobody_has_one_alone():
    rows = door_rows(make_doors(doors=2, voters=3), on=ON)
    numbers = [person.number for row in rows for person in row.people]
    assert numbers in (["1a", "1b", "2"], ["1", "2a", "2b"])
    assert [letters(index) for index in (0, 25, 26, 27, 701, 702)] == ["a", "z", "aa", "ab", "zz", "aaa"]


def test_a_full_house_is_written_in_parts_that_fit_a_page_each_with_its_address():
    rows = door_rows(make_doors(doors=1, voters=30), on=ON)
    assert [len(row.people) for row in rows] == [TOGETHER, TOGETHER, 30 - 2 * TOGETHER]
    assert {row.address for row in rows} == {"30 Lantern Street"}
    assert [row.is_continued for row in rows] == [False, True, True]


def test_doors_of_one_building_are_one_stop_of_the_map():
    doors = make_doors(doors=3, voters=3)  # the third stands in the second's building
    assert [stop.label for stop in list_stops(doors)] == ["1", "2–3"]


def test_the_map_shows_every_stop_and_stays_within_its_frame():
    stops = [
        Stop(str(n), -78.6 + n % 9 * 2e-4, 35.7 + n // 9 * 3e-4, f"Street {n // 9}") for n in range(1, 60)
    ]
    root = ElementTree.fromstring(walk_map(stops))
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    path = next(one for one in root if one.tag.endswith("polyline")).attrib["points"]
    points = [tuple(map(float, pair.split(","))) for pair in path.split()]
    assert len(points) == len(stops)
    assert all(0 < x < width and 0 < y < height for x, y in points)
    assert height <= 330


def test_numbers_and_street_names_do_not_lie_on_one_another():
    """A crowded street: eighty houses whose numbers are wider than the houses."""
    stops = [
        Stop(str(number), -78.6 + number * 0.00004, 35.7 + (number % 2) * 0.0002, "Lantern Street")
        for number in range(100, 180)
    ]

    texts = [
        (float(found["x"]), float(found["y"]), found["label"])
        for found in re.finditer(
            r'<text x="(?P<x>[\d.]+)" y="(?P<y>[\d.]+)"[^>]*>(?P<label>[^<]+)</text>', walk_map(stops)
        )
    ]
    numbers = [(x, y, 6.4 * 0.7 * len(label)) for x, y, label in texts if label.isdecimal()]
    name_x, name_y = next((x, y) for x, y, label in texts if label == "Lantern Street")

    assert len(numbers) > 10
    meeting = [
        (one, other)
        for place, one in enumerate(numbers)
        for other in numbers[:place]
        if abs(one[0] - other[0]) < (one[2] + other[2]) / 2 and abs(one[1] - other[1]) < 5
    ]
    assert meeting == []
    assert all(abs(y - name_y) > 5 or abs(x - name_x) > 35 for x, y, _wide in numbers)


def test_a_street_s_name_cannot_break_out_of_the_map():
    stops = [Stop(str(n), -78.6 + n * 5e-4, 35.7, '<script>&"') for n in range(9)]
    assert "<script>" not in walk_map(stops)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_to_circle_fit_their_columns(language):
    with translation.override(language):
        words = re.split(r"[\t\n]", marks_to_make())
    assert max(len(word.removesuffix(" ☐")) for word in words) <= 13  # the longest is the row of numbers
    assert all(len(word.removesuffix(" ☐")) <= 9 for word in words if not word.startswith("1"))


def test_a_qr_code_is_a_picture_without_another_file():
    assert qr_data_uri("http://localhost:8000/canvass/l/river-city/1001").startswith("data:image/svg+xml")


def test_merged_documents_keep_their_structure_and_their_page_order():
    made = [
        render_document(
            f'<html lang="en"><title>{word}</title><body><table><tr><th scope="row">{word}</th><td>x</td></tr></table>',
            tagged=True,
        )
        for word in ("First", "Second", "Third")
    ]
    into = BytesIO()
    pages = merge_pdfs((BytesIO(one.content) for one in made), title="All", language="en", into=into)
    assert pages == 3
    with pikepdf.open(into) as merged:
        root = merged.Root.StructTreeRoot
        assert [int(page.obj.StructParents) for page in merged.pages] == [0, 1, 2]
        keys = [int(number) for number in list(root.ParentTree.Nums)[::2]]
        assert keys == [0, 1, 2]
        for number, document in enumerate(root.K):
            assert document.P.objgen == root.objgen
            assert document.K[0].Pg.objgen == merged.pages[number].obj.objgen


def test_a_long_row_of_documents_is_merged_without_structure():
    made = render_document('<html lang="en"><title>One</title><body><p>x</p>', tagged=True)
    into = BytesIO()
    merge_pdfs([BytesIO(made.content)], title="All", language="en", into=into, structured=False)
    with pikepdf.open(into) as merged:
        assert "/StructTreeRoot" not in merged.Root
        assert "/MarkInfo" not in merged.Root
        assert len(merged.pages) == 1
