"""Walk lists on paper: the CPU of one list beside the usual ways to draw it, and the memory of fifty in one job."""

from __future__ import annotations

import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from django.template.loader import render_to_string  # noqa: E402
from django.utils import translation  # noqa: E402

from canvassing.documents.walk_list import door_rows, map_of, marks_to_make, walk_list_context  # noqa: E402
from canvassing.tasks import STRUCTURED  # noqa: E402
from core.pdf import RenderedPdf, merge_pdfs, render_document  # noqa: E402
from core.qr import qr_data_uri  # noqa: E402
from precincts.selectors.neighbours import Door  # noqa: E402
from tests.bench.figures import Figure, Note, Table  # noqa: E402
from tests.bench.ground.memory import peak_megabytes  # noqa: E402
from tests.bench.ground.walk_lists import ELECTIONS, make_doors, make_list  # noqa: E402

DOORS, VOTERS = 60, 150
LISTS = 50
TIMES = 5
MARGIN_MM = 11
BEST_KNOWN = 0.29
"""Of the naive table's CPU: a row for each door with its tick boxes as a background tile, without structure."""
OURS, NAIVE = "walk list (tagged, map, QR code)", "naive table by WeasyPrint"


def run(quick: bool) -> Iterator[Figure | Table | Note]:
    doors = make_doors(DOORS, VOTERS)
    ways: dict[str, Callable[[], RenderedPdf]] = {
        OURS: lambda: draw(doors),
        NAIVE: lambda: render_document(naive_html(doors)),
    }
    if find_spec("reportlab"):
        ways["reportlab"] = lambda: draw_with_reportlab(doors)
    else:
        yield Note("reportlab is not installed (dependency group `bench`), so it was not measured.")
    times = 2 if quick else TIMES
    taken = {name: cpu_seconds(way, times) for name, way in ways.items()}
    ours, naive = taken[OURS][0], taken[NAIVE][0]
    rows = [
        (name, seconds, seconds / naive, drawn.pages, len(drawn.content) / 1000)
        for name, (seconds, drawn) in taken.items()
    ]
    yield Table(
        f"One list of {DOORS} doors and {VOTERS} neighbours (median of {times} after one to warm up)",
        ("way", "CPU s", "of the naive table", "pages", "kB"),
        rows,
    )
    yield Figure(
        "walk list, CPU of the naive table's", ours / naive, "", 0.35, "limit", note=f"{naive:.2f} s"
    )
    yield Figure(
        "walk list, CPU of the naive table's (goal)",
        ours / naive,
        "",
        BEST_KNOWN,
        "goal",
        note=f"{ours:.2f} s",
    )
    lists = LISTS // 10 if quick else LISTS
    code = "import sys; from tests.bench.pdf import print_lists; print_lists(int(sys.argv[1]))"
    peak = peak_megabytes(code, str(lists))
    yield Figure(f"{lists} lists in one job, peak memory", peak, "MB", 400, "limit", note="sum of PSS")


def cpu_seconds(way: Callable[[], RenderedPdf], times: int) -> tuple[float, RenderedPdf]:
    """The median CPU time of some calls after one to warm up, and what was drawn."""
    drawn = way()
    taken = []
    for _ in range(times):
        gc.collect()
        began = time.process_time()
        drawn = way()
        taken.append(time.process_time() - began)
    return statistics.median(taken), drawn


def draw(doors: list[Door], *, number: int = 4127) -> RenderedPdf:
    """The list as the job draws it: template, map, QR code, PDF with its structure."""
    walk_list = make_list(doors, number=number)
    with translation.override("en"):
        context = walk_list_context(walk_list, doors, ELECTIONS)
        html = render_to_string("canvassing/documents/walk_list.html", context)
    return render_document(html, stylesheet="css/print_walk_list.css", tagged=True)


def print_lists(count: int) -> None:
    """As many lists as one job prints, kept and put together as it does; run in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number in range(count):
            path = Path(folder) / f"{number}.pdf"
            path.write_bytes(draw(make_doors(DOORS, VOTERS, seed=number), number=1001 + number).content)
            paths.append(path)
        with (Path(folder) / "all.pdf").open("wb") as merged:
            streams = (path.open("rb") for path in paths)
            pages = merge_pdfs(
                streams, title="lists", language="en", into=merged, structured=count <= STRUCTURED
            )
        print(f"{count} lists on {pages} pages", file=sys.stderr)


NAIVE_STYLE = """
@page { size: letter; margin: 18mm 11mm 12mm;
        @top-left { content: "Precinct 3-2, block 7" }
        @top-right { content: "List 4127, page " counter(page) " of " counter(pages) } }
body { font: 8.6pt/1.28 "DejaVu Sans" }
table { width: 100%; border-collapse: collapse }
td, th { padding: 3px 4px; text-align: left; vertical-align: top }
tr { border-top: 1px solid #999; break-inside: avoid }
.line { display: block; color: #555 }
.box { display: inline-block; width: 7pt; height: 7pt; border: 1px solid #333 }
.dot { display: inline-block; width: 6pt; height: 6pt; border: 1px solid #000; border-radius: 50% }
.voted { background: #000 }
.shaded { background: #f1efea }
img { width: 100% } .qr { width: 32mm }
"""


def naive_html(doors: list[Door]) -> str:
    """The same list the usual way: a table with a cell for everything and a box for every choice."""
    row = marks_to_make().replace("\n", "\t").split("\t")
    words = [row[n] for n in (0, 1, 2, 7, 8, 9)]
    plans = [part.rstrip(" ☐") for part in (*row[4:7], *row[11:14])]
    choices = "".join(f'<span class="choice">{word}</span> ' for word in words)
    support = "".join(f'<span class="choice">{number}</span> ' for number in range(1, 6))
    boxes = "".join(f'<span class="choice">{word} <span class="box"></span></span> ' for word in plans)
    rows = []
    for index, door in enumerate(door_rows(doors, on=make_list(doors).made_at.date())):
        for place, person in enumerate(door.people):
            dots = "".join(
                f'<span class="dot{" voted" if dot == "●" else ""}"></span> ' for dot in person.dots
            )
            address = f"<b>{door.address}</b> {door.unit}" if place == 0 else ""
            rows.append(
                f"<tr{' class=shaded' if index % 2 else ''}><td>{person.number}</td><td>{address}</td>"
                f'<td><b>{person.name}</b><span class="line">{person.line}</span></td>'
                f'<td>{dots}<span class="line">{person.heat}</span></td><td>{choices}</td><td>{support}</td>'
                f"<td>{boxes}</td><td>{person.notes}</td></tr>"
            )
    heads = "# Door Neighbour Primaries Result Support Plan Notes".split()  # noqa: SIM905
    head = "".join(f"<th>{word}</th>" for word in heads)
    return (
        f'<html lang="en"><head><title>List</title><style>{NAIVE_STYLE}</style></head><body>'
        f'<h1>Precinct 3-2, block 7</h1><img class="qr" alt="" src="{qr_data_uri("http://localhost/4127")}">'
        f'<img alt="" src="{map_of(doors)}"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    )


def draw_with_reportlab(doors: list[Door]) -> RenderedPdf:
    """The same rows by reportlab, without structure, map or QR code: what drawing without HTML costs."""
    from reportlab.lib import colors, pagesizes, units
    from reportlab.lib.styles import getSampleStyleSheet
    from reportlab.platypus import Paragraph, SimpleDocTemplate
    from reportlab.platypus import Table as Grid

    style = getSampleStyleSheet()["BodyText"]
    style.fontSize, style.leading = 7.5, 9
    marks = marks_to_make().replace("\t", "  ").replace("☐", "[ ]").replace("\n", "<br/>")
    rows: list[list[object]] = [["#", "Door", "Neighbour", "Primaries", "Circle", "Notes"]]
    for door in door_rows(doors, on=make_list(doors).made_at.date()):
        for place, person in enumerate(door.people):
            address = f"<b>{door.address}</b> {door.unit}" if place == 0 else ""
            cells = (
                person.number,
                address,
                f"<b>{person.name}</b><br/>{person.line}",
                person.heat,
                marks,
                person.notes,
            )
            rows.append([Paragraph(cell, style) for cell in cells])
    pages = 0

    def count(canvas: object, document: object) -> None:
        nonlocal pages
        pages += 1

    into = BytesIO()
    document = SimpleDocTemplate(into, pagesize=pagesizes.letter, leftMargin=MARGIN_MM * units.mm)
    widths = [width * units.mm for width in (9, 27, 32, 16, 88, 18)]
    grid = Grid(
        rows, colWidths=widths, repeatRows=1, style=[("LINEABOVE", (0, 0), (-1, -1), 0.4, colors.grey)]
    )
    document.build([grid], onFirstPage=count, onLaterPages=count)
    return RenderedPdf(into.getvalue(), pages)
