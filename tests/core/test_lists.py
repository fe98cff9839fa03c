from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest
import rules
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from core import permissions
from core.actors import Actor
from core.permissions import register_right
from core.styleguide_samples import PEOPLE, people
from tests.core.test_components import draw

RIGHT = "core_test.take_list"
ORGANIZER = Actor(kind="user", chapter_id=1, roles=frozenset({"organizer"}))
MEMBER = Actor(kind="user", chapter_id=1)
WITH_CSV = replace(PEOPLE, csv_right=RIGHT)


@pytest.fixture(autouse=True)
def right(monkeypatch):
    monkeypatch.setattr(permissions, "_rights", {})
    yield register_right(RIGHT, "take the list", roles={"organizer"}, exports=True)
    rules.remove_perm(RIGHT)


def read(query="", spec=PEOPLE, actor=ORGANIZER, **more):
    request = RequestFactory().get(f"/people/{query}")
    request.actor = actor
    return spec.read(request, people(), **more)


def names(page):
    return [row.cells[0].value for row in page.drawn]


def test_without_wishes_the_list_is_in_its_own_order_and_cut_into_pages():
    page = read()

    assert page.total == 24
    assert names(page) == sorted(person.name for person in people())[:10]
    assert page.url_after == "/people/?page=2"
    assert page.url_before == ""


def test_a_column_sorts_up_then_down_and_its_head_says_so():
    up = read("?sort=voters")
    down = read("?sort=-voters")

    assert [row.cells[2].value for row in up.drawn] == sorted(person.voters for person in people())[:10]
    assert [row.cells[2].value for row in down.drawn] == sorted((p.voters for p in people()), reverse=True)[
        :10
    ]
    head = {heading.key: heading for heading in up.headings}
    assert (head["voters"].direction, head["voters"].url) == ("ascending", "/people/?sort=-voters")
    assert (head["name"].direction, head["name"].url) == ("none", "/people/?sort=name")
    assert (head["standing"].direction, head["standing"].url) == ("", "")


def test_a_filter_narrows_and_its_chip_takes_it_back():
    page = read("?standing=lapsing")

    assert page.total == 6
    assert page.is_narrowed
    chips = {chip.value: chip for chip in page.bars[0].chips}
    assert (chips["lapsing"].chosen, chips["lapsing"].url) == (True, "/people/")
    assert (chips["active"].chosen, chips["active"].url) == (False, "/people/?standing=active")


def test_words_and_filters_stay_while_one_sorts_and_pages():
    page = read("?q=a&standing=active&sort=name")

    assert page.url_after == "/people/?q=a&standing=active&sort=name&page=2"
    assert page.url_plain == "/people/?sort=name"
    assert page.kept == [("standing", "active"), ("sort", "name")]


def test_words_are_searched_without_their_spaces_and_zero_bytes():
    assert read("?q=%20rosa%00%20").words == "rosa"
    assert {name[:4] for name in names(read("?q=%20rosa%00%20"))} == {"Rosa"}


@pytest.mark.parametrize(
    "query",
    ["?sort=pk", "?sort=-standing", "?standing=president", "?page=no", "?block=99", "?format=csv", "?x=1"],
)
def test_what_the_list_does_not_offer_is_ignored(query):
    page = read(query)

    assert page.total == 24
    assert page.sort == ""
    assert page.page.number == 1
    assert not page.wants_csv


def test_a_page_past_the_end_is_the_last_one():
    assert read("?page=99").page.number == 3


def test_many_choices_are_a_select_and_few_are_chips():
    standing, block = read("?block=7").bars

    assert (standing.is_select, block.is_select) == (False, True)
    assert block.chosen == "7"


def test_the_csv_is_the_whole_narrowed_list():
    page = read("?standing=lapsing&sort=-voters&format=csv", spec=WITH_CSV)

    text = b"".join(page.csv("people.csv").streaming_content).decode()

    rows = list(csv.reader(io.StringIO(text)))
    assert page.wants_csv
    assert rows[0] == ["Name", "Block", "Voters", "Since", "Standing"]
    assert len(rows) == 7
    assert [row[4] for row in rows[1:]] == ["lapsing"] * 6
    assert [int(row[2]) for row in rows[1:]] == sorted((int(row[2]) for row in rows[1:]), reverse=True)


def test_the_csv_is_refused_and_not_offered_without_its_right():
    assert not read(spec=WITH_CSV, actor=MEMBER).may_csv
    assert "format=csv" not in draw("{% data_table page %}", page=read(spec=WITH_CSV, actor=MEMBER))
    with pytest.raises(PermissionDenied):
        read("?format=csv", spec=WITH_CSV, actor=MEMBER)


def test_the_table_is_a_table_to_assistive_technology_even_as_cards():
    html = draw("{% data_table page %}", page=read("?sort=name"))

    assert 'role="table"' in html
    assert html.count('role="rowheader"') == 10
    assert 'aria-sort="ascending"' in html
    assert 'data-label="Voters"' in html
    assert 'data-announce="24 rows in the list"' in html


def test_a_list_that_is_narrowed_to_nothing_offers_the_whole_list():
    html = draw("{% data_table page %}", page=read("?q=nobody"))

    assert "Nothing here matches these words and filters." in html
    assert 'href="/people/">Show the whole list' in html


def test_what_somebody_searched_for_is_escaped():
    html = draw("{% data_table page %}", page=read("?q=%22%3E%3Cscript%3E"))

    assert "<script>" not in html


def test_what_belongs_to_all_rows_of_a_page_is_read_once_for_them():
    asked = []

    def load(rows):
        asked.append(len(rows))
        return [replace(row, name=row.name.upper()) for row in rows]

    page = read("?format=csv", spec=WITH_CSV, load=load)

    assert names(page) == sorted(person.name.upper() for person in people())[:10]
    rows = list(csv.reader(io.StringIO(b"".join(page.csv("people.csv").streaming_content).decode())))
    assert [row[0] for row in rows[1:]] == sorted(person.name.upper() for person in people())
    assert asked == [10, 24]


def test_what_the_page_reads_by_itself_stays_in_every_link_of_its_list():
    page = read("?sort=name", kept={"kind": "primary"})

    assert page.url_plain == "/people/?kind=primary&sort=name"
    assert page.url_after == "/people/?kind=primary&sort=name&page=2"
    assert ("kind", "primary") in page.kept
