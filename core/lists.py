"""Every list page is alike: search, filter chips, sorted columns, pages, CSV; one description serves all.

    PEOPLE = ListSpec(
        key="people",
        columns=(
            Column("name", _("Name"), lambda m: m.name, sort=("last_name", "first_name"), title=True,
                   url=lambda m: chapter_url("chapters:member", member_id=m.pk)),
            Column("since", _("Member since"), lambda m: m.since, sort=("since",)),
        ),
        filters=(Filter("standing", _("Standing"), Standing.choices, lambda rows, v: rows.filter(standing=v)),),
        search=lambda rows, words: rows.filter(search_name__startswith=words.upper()),
        order=("last_name", "first_name", "pk"),
        csv_right="chapters.export_members",
    )

    def members(request: ChapterRequest) -> HttpResponse:
        page = PEOPLE.read(request, Member.objects.visible_to(request.actor))
        if page.wants_csv:
            audit.log_export(by=request.actor, what="members", count=page.total)
            return page.csv("members.csv")
        return render(request, "chapters/members/index.html", {"page": page})

    {% load components %}{% data_table page %}

The address holds the whole state (`q`, `sort`, `page` and the filters' keys), so a list can be linked,
printed and gone back to; it works without script, and with HTMX only the list itself is exchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.encoding import force_str
from django.utils.http import urlencode

from core.components import Action, Badge
from core.csv import csv_response
from core.permissions import has_right

Words = Any  # str or a lazy translation
Rows = QuerySet[Any]
Choices = Sequence[tuple[Any, Any]]
Load = Callable[[Sequence[Any]], Sequence[Any]]

CSV_BATCH = 1000

CHIPS_AT_MOST = 6
"""A filter of more choices is a select, not chips."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list.

    Attributes:
        value: from a row to what is shown; dates and numbers are formatted by the table.
        sort: order_by names, ascending; empty when the column cannot be sorted.
        title: the row's own name; on a phone the card's heading.
        line: from a row to quiet words under the value.
        badge: from a row to a `Badge` shown instead of the value.
        csv: from a row to the CSV's value, where it differs from `value`.
        only_csv: not on the page.
        hint: explains the column's words where they stand.
    """

    key: str
    label: Words
    value: Callable[[Any], Any]
    sort: tuple[str, ...] = ()
    url: Callable[[Any], str] | None = None
    line: Callable[[Any], Any] | None = None
    badge: Callable[[Any], Badge | None] | None = None
    csv: Callable[[Any], Any] | None = None
    numeric: bool = False
    title: bool = False
    only_csv: bool = False
    hint: Words = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow a list: chips for a few choices, a select for more than six.

    Attributes:
        choices: (value, words) pairs, or a function from the request to them.
        apply: from the rows and the chosen value to fewer rows; only offered values reach it.
    """

    key: str
    label: Words
    choices: Choices | Callable[[Any], Choices]
    apply: Callable[[Rows, str], Rows]

    def read_choices(self, request: HttpRequest) -> list[tuple[str, Any]]:
        """The choices as (value, words), values as text."""
        pairs = self.choices(request) if callable(self.choices) else self.choices
        return [(force_str(value), words) for value, words in pairs]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell as the table draws it."""

    key: str
    label: Words
    value: Any
    url: str = ""
    line: Words = ""
    badge: Badge | None = None
    numeric: bool = False
    title: bool = False

    @property
    def is_whole(self) -> bool:
        """Whether it stays on one line: a day is not broken in two."""
        return isinstance(self.value, date)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as the table draws it."""

    key: Any
    cells: list[Cell]
    actions: list[Action]


@dataclass(frozen=True, slots=True)
class Chip:
    """One choice of a filter, with the address that chooses it (or takes it back)."""

    label: Words
    value: str
    url: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class FilterBar:
    """One filter with its choices as they stand."""

    key: str
    label: Words
    chips: list[Chip]
    chosen: str

    @property
    def is_select(self) -> bool:
        return len(self.chips) > CHIPS_AT_MOST


@dataclass(frozen=True, slots=True)
class Heading:
    """One column's head: its words and, when it can be sorted, the address that sorts by it."""

    key: str
    label: Words
    hint: Words
    numeric: bool
    url: str
    direction: str  # "ascending", "descending" or "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListSpec:
    """What one list shows and how it may be narrowed and sorted.

    Attributes:
        key: unique on the page; the list's element is `list-<key>`.
        order: order_by names when nothing else is chosen; ends with a unique one.
        search: from the rows and the trimmed words to fewer rows.
        search_label: what the search box looks through ("Name or address").
        csv_right: who may take the CSV; "" when this list has none.
        actions: from a row to its buttons.
        by_key: find the keys of a page first and its rows then, in one query: for lists of many rows with an index
            that has the order.
    """

    key: str
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    filters: tuple[Filter, ...] = ()
    search: Callable[[Rows, str], Rows] | None = None
    search_label: Words = ""
    csv_right: str = ""
    actions: Callable[[Any], list[Action]] | None = None
    page_size: int = 50
    by_key: bool = False

    def read(
        self,
        request: HttpRequest,
        rows: Rows,
        *,
        load: Load | None = None,
        kept: Mapping[str, str] | None = None,
    ) -> ListPage:
        """The list as the address asks for it; unknown values in the address are ignored.

        Args:
            load: from some rows to as many in the same order, with what is read for all of them together; the
                columns get these. Called once for a page, and once for each thousand rows of the CSV.
            kept: parts of the address that the page reads by itself; every link of the list carries them along.

        Raises:
            PermissionDenied: the CSV is asked for without its right.
        """
        may_csv = bool(self.csv_right) and has_right(request.actor, self.csv_right)  # type: ignore[attr-defined]
        wants_csv = bool(self.csv_right) and request.GET.get("format") == "csv"
        if wants_csv and not may_csv:
            raise PermissionDenied(self.csv_right)
        words = request.GET.get("q", "").replace("\x00", "").strip()[:200] if self.search else ""
        if words and self.search:
            rows = self.search(rows, words)
        chosen: dict[str, str] = {}
        offered: dict[str, list[tuple[str, Any]]] = {}
        for narrowing in self.filters:
            offered[narrowing.key] = narrowing.read_choices(request)
            value = request.GET.get(narrowing.key, "")
            if value in {choice for choice, _ in offered[narrowing.key]}:
                chosen[narrowing.key] = value
                rows = narrowing.apply(rows, value)
        sort = self._read_sort(request.GET.get("sort", ""))
        rows = rows.order_by(*self._order_by(sort))
        paginator = (_KeyPaginator if self.by_key and not words and not sort else Paginator)(
            rows, self.page_size
        )
        return ListPage(
            spec=self,
            path=request.path,
            words=words,
            chosen=chosen,
            offered=offered,
            sort=sort,
            rows=rows,
            page=paginator.get_page(request.GET.get("page")),
            may_csv=may_csv,
            wants_csv=wants_csv,
            load=load,
            carried=kept or {},
        )

    def _read_sort(self, asked: str) -> str:
        sortable = {column.key for column in self.columns if column.sort}
        return asked if asked.removeprefix("-") in sortable else ""

    def _order_by(self, sort: str) -> tuple[str, ...]:
        for column in self.columns:
            if sort and column.key == sort.removeprefix("-"):
                names = [_turn(name) if sort.startswith("-") else name for name in column.sort]
                rest = [name for name in self.order if name.lstrip("-") not in {n.lstrip("-") for n in names}]
                return (*names, *rest)
        return self.order


class _KeyPaginator(Paginator):
    """Pages whose rows are read by their keys: what stands before the page is passed over in the index alone."""

    def _get_page(self, *args: Any, **kwargs: Any) -> Page[Any]:
        rows, number, paginator = args
        keys = rows.values("pk")
        return super()._get_page(self.object_list.filter(pk__in=keys), number, paginator)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class ListPage:
    """One list as asked for by one address; what `{% data_table %}` draws."""

    spec: ListSpec
    path: str
    words: str
    chosen: dict[str, str]
    offered: dict[str, list[tuple[str, Any]]]
    sort: str
    rows: Rows
    page: Page[Any]
    may_csv: bool
    wants_csv: bool = False
    load: Load | None = None
    carried: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many rows the list has, over all its pages."""
        return self.page.paginator.count

    @property
    def is_narrowed(self) -> bool:
        """Whether words or a filter hide rows."""
        return bool(self.words or self.chosen)

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.spec.columns if not column.only_csv]

    @property
    def headings(self) -> list[Heading]:
        return [self._heading(column) for column in self.columns]

    @cached_property
    def bars(self) -> list[FilterBar]:
        return [self._bar(narrowing) for narrowing in self.spec.filters]

    @property
    def drawn(self) -> list[Row]:
        """The rows of this page, ready to draw."""
        actions = self.spec.actions
        shown = self.load(list(self.page.object_list)) if self.load else self.page.object_list
        return [
            Row(
                key=getattr(row, "pk", index),
                cells=[_cell(column, row) for column in self.columns],
                actions=actions(row) if actions else [],
            )
            for index, row in enumerate(shown)
        ]

    @property
    def has_search(self) -> bool:
        return self.spec.search is not None

    @property
    def has_selects(self) -> bool:
        return any(bar.is_select for bar in self.bars)

    @property
    def has_actions(self) -> bool:
        return self.spec.actions is not None

    @property
    def url_plain(self) -> str:
        """The list without words and filters."""
        return self._url(q="", page="", **dict.fromkeys(self.chosen, ""))

    @property
    def url_csv(self) -> str:
        return self._url(page="", format="csv")

    @property
    def url_before(self) -> str:
        return self._url(page=str(self.page.previous_page_number())) if self.page.has_previous() else ""

    @property
    def url_after(self) -> str:
        return self._url(page=str(self.page.next_page_number())) if self.page.has_next() else ""

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Parts of the address that the search form carries along as hidden fields."""
        selects = {bar.key for bar in self.bars if bar.is_select}
        parts = {**self.carried, **self.chosen, "sort": self.sort}
        return [(key, value) for key, value in parts.items() if value and key not in selects]

    def csv(self, filename: str) -> StreamingHttpResponse:
        """The whole list, as narrowed and sorted, as a download; the caller logs who took it."""
        reads = [column.csv or column.value for column in self.spec.columns]
        return csv_response(
            filename,
            [str(column.label) for column in self.spec.columns],
            ([read(row) for read in reads] for row in self._all_rows()),
        )

    def _all_rows(self) -> Iterator[Any]:
        rows = self.rows.iterator(chunk_size=CSV_BATCH)
        if self.load is None:
            yield from rows
            return
        while some := list(islice(rows, CSV_BATCH)):
            yield from self.load(some)

    def _heading(self, column: Column) -> Heading:
        if not column.sort:
            return Heading(column.key, column.label, column.hint, column.numeric, "", "")
        is_up, is_down = self.sort == column.key, self.sort == f"-{column.key}"
        target = f"-{column.key}" if is_up else column.key
        direction = "ascending" if is_up else "descending" if is_down else "none"
        return Heading(
            column.key, column.label, column.hint, column.numeric, self._url(sort=target, page=""), direction
        )

    def _bar(self, narrowing: Filter) -> FilterBar:
        chosen, offered = self.chosen.get(narrowing.key, ""), self.offered[narrowing.key]
        has_links = len(offered) <= CHIPS_AT_MOST
        chips = [
            Chip(
                words,
                value,
                self._url(page="", **{narrowing.key: "" if value == chosen else value}) if has_links else "",
                value == chosen,
            )
            for value, words in offered
        ]
        return FilterBar(narrowing.key, narrowing.label, chips, chosen)

    def _url(self, **changes: str) -> str:
        parts = {**self.carried, "q": self.words, **self.chosen, "sort": self.sort}
        parts |= changes
        kept = {key: value for key, value in parts.items() if value}
        return f"{self.path}?{urlencode(kept)}" if kept else self.path


def _turn(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _cell(column: Column, row: Any) -> Cell:
    return Cell(
        key=column.key,
        label=column.label,
        value=column.value(row),
        url=column.url(row) if column.url else "",
        line=column.line(row) if column.line else "",
        badge=column.badge(row) if column.badge else None,
        numeric=column.numeric,
        title=column.title,
    )
