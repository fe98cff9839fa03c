"""Bringing a small table in from a CSV file: choose it, see what it would do, then do it. One flow for every table.

SEATS = TableImport(key="seats", right="precincts.edit_seats", ..., read=read_seats, plan=plan_seats, run=_run)

def choose(request: ChapterRequest) -> HttpResponse:
    return SEATS.choose(request)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render

from core.forms import CsvFileForm
from core.http import ChapterRequest, chapter_url, require_perm
from core.table_files import TableFile, TablePlan, WrongTable, read_given
from core.waiting_files import Waiting, WaitingFile

SHOWN_REFUSALS = 200

Words = Any  # str or a lazy translation


@dataclass(frozen=True, slots=True, kw_only=True)
class TableImport:
    """One kind of table and its three pages, which a list links to.

    Attributes:
        key: names the chosen file in the session.
        read: from the file's bytes to its rows, by `core.table_files.read_table`.
        plan: called with `chapter` and `table`; says what importing it would do and changes nothing.
        run: takes the chosen file in and answers with where to go; whether the file waits on is its own affair.
        title, line: the head of the page that asks for the file.
        columns: which columns are understood; `template_hint`: where a file of that form comes from.
        new: the words for rows that are not known yet; `label`: the button, from how many rows it brings.
        list_name, list_url, choose_url, check_url, start_url: words and URL names of the pages; `map_url`: where
            somebody says what the columns mean, for tables that ask.
    """

    key: str
    right: str
    form: type[CsvFileForm]
    read: Callable[[bytes], TableFile]
    plan: Callable[..., TablePlan[Any, Any]]
    run: Callable[[ChapterRequest, Waiting], HttpResponse]
    title: Words
    line: Words
    columns: Words
    template_hint: Words
    new: Words
    label: Callable[[int], Words]
    list_name: Words
    list_url: str
    choose_url: str
    check_url: str
    start_url: str
    map_url: str = ""

    @property
    def chosen(self) -> WaitingFile:
        """The file that waits in the session."""
        return WaitingFile(self.key)

    def choose(self, request: ChapterRequest) -> HttpResponse:
        """The form for the file; a file that is not the table is refused beside its field."""
        require_perm(request, self.right)
        form = self.form(request.POST if request.method == "POST" else None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            content = file.read()
            try:
                read_given(content, self.read)
            except WrongTable as error:
                form.add_error("file", error.message)
            else:
                self.chosen.keep(request, name=file.name, content=content)
                return redirect(chapter_url(self.check_url))
        status = 422 if form.is_bound else 200
        return render(request, "components/table_import.html", {"form": form, "flow": self}, status=status)

    def check(self, request: ChapterRequest) -> HttpResponse:
        """What the chosen file would do; without one, back to choosing."""
        require_perm(request, self.right)
        file = self.chosen.read(request)
        if file is None:
            return redirect(chapter_url(self.choose_url))
        table = read_given(file.content, self.read)
        plan = self.plan(chapter=request.chapter, table=table)
        useful = len(plan.added) + len(plan.changed)
        context = {
            "flow": self,
            "filename": file.name,
            "table": table,
            "plan": plan,
            "total": len(table.rows) + len(table.refused),
            "label": self.label(useful) if useful else "",
            "refused": plan.refused[:SHOWN_REFUSALS],
        }
        return render(request, "components/table_check.html", context)

    def start(self, request: ChapterRequest) -> HttpResponse:
        """Take the chosen file in; without one, back to choosing."""
        require_perm(request, self.right)
        file = self.chosen.read(request)
        if file is None:
            return redirect(chapter_url(self.choose_url))
        return self.run(request, file)
