"""How a voter file is read: in a process of its own, ahead of the database, and only where it has changed."""

from __future__ import annotations

import io
import itertools
import os
import signal
import threading
from contextlib import closing
from datetime import date

import numpy as np
import pytest

from precincts.models import Household, ImportReject, Voter, VoterChange
from precincts.services.imports import merge, reader, stretches
from precincts.services.imports.ahead import read_ahead
from precincts.services.imports.numbers import Numbers, first_unknown
from precincts.services.imports.reader import ReaderDied, read_apart
from precincts.services.imports.stretches import Ending, StretchReader
from precincts.services.imports.uploads import Upload
from precincts.voterfile.fingerprints import read_fingerprints
from precincts.voterfile.layouts import find_layout
from precincts.voterfile.tables import Table
from tests.factories import make_chapter
from tests.precincts.test_imports import run
from tests.precincts.test_voterfile import NC_HEADER, nc_row

TODAY = date(2026, 11, 22)


@pytest.fixture
def chapter(db):
    return make_chapter("River City", state="NC")


def write(path, *rows):
    path.write_text(NC_HEADER + "".join(rows))
    return path


def table_of(text):
    return Table(io.BytesIO(text.encode()))


# --- reading ahead ----------------------------------------------------------------------------------------


def test_what_is_read_ahead_comes_in_order_and_not_too_far_ahead():
    made = []

    def items():
        for number in range(20):
            made.append(number)
            yield number

    with closing(read_ahead(items(), depth=2)) as found:
        assert next(found) == 0
        assert list(itertools.islice(found, 4)) == [1, 2, 3, 4]
        assert len(made) <= 9
    assert threading.active_count() == len([t for t in threading.enumerate() if t.name != "read-ahead"])


def test_an_error_in_what_is_read_ahead_comes_in_its_turn():
    def items():
        yield 1
        raise KeyError("gone")

    found = read_ahead(items())
    assert next(found) == 1
    with pytest.raises(KeyError):
        next(found)


# --- a process of its own ---------------------------------------------------------------------------------


def test_the_process_reads_what_the_reader_reads(tmp_path):
    rows = [nc_row(ncid=f"AA{n}", address=f"{n // 2 + 1} ELM ST", precinct=f"0{n % 3}") for n in range(50)]
    upload = Upload(path=write(tmp_path / "a.txt", *rows, nc_row(ncid="")), filename="a.txt")
    apart = list(read_apart(upload, TODAY))
    here = list(StretchReader(upload, TODAY).read())
    assert apart == here
    assert isinstance(apart[-1], Ending)
    assert apart[-1].gathered.rows == 51
    assert sum(len(found.rejects) for found in apart[:-1]) == 1


def test_a_process_that_is_killed_is_an_error(tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", 10)
    path = write(tmp_path / "a.txt", *(nc_row(ncid=f"AA{n}") for n in range(60_000)))
    started = []
    popen = reader.subprocess.Popen

    def start(*arguments, **options):
        started.append(popen(*arguments, **options))
        return started[-1]

    monkeypatch.setattr(reader.subprocess, "Popen", start)
    with closing(read_apart(Upload(path=path, filename="a.txt"), TODAY)) as found:
        next(found)
        os.kill(started[0].pid, signal.SIGKILL)
        with pytest.raises(ReaderDied):
            list(found)


def test_whoever_stops_reading_ends_the_process(tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", 10)
    path = write(tmp_path / "a.txt", *(nc_row(ncid=f"AA{n}") for n in range(60_000)))
    started = []
    popen = reader.subprocess.Popen
    monkeypatch.setattr(
        reader.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1]
    )
    with closing(read_apart(Upload(path=path, filename="a.txt"), TODAY)) as found:
        next(found)
    assert started[0].poll() is not None


# --- numbers by hash --------------------------------------------------------------------------------------


def test_numbers_are_found_whatever_the_order_they_came_in():
    numbers, keys = Numbers(2), np.random.default_rng(7).permutation(5000).astype(np.int64)
    for part in np.array_split(keys, [3, 10, 400, 401, 2500]):
        numbers.add(part, np.column_stack([part + 1, part * 2]))
    found = numbers.find(np.array([4999, 0, 5000, 17], np.int64))
    assert found.tolist() == [[5000, 9998], [1, 0], [0, 0], [18, 34]]


def test_the_first_of_each_unknown_key_is_found_in_order():
    keys = np.array([5, 3, 5, 9, 3, 1], np.int64)
    assert first_unknown(keys, np.array([0, 0, 0, 7, 0, 0])).tolist() == [0, 1, 5]


# --- blocks of rows ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        NC_HEADER + nc_row() + nc_row(ncid="AA2"),
        NC_HEADER + nc_row() + nc_row(last='O""NEIL') + nc_row(ncid="AA2"),
        NC_HEADER + nc_row() + "\r\n" + nc_row(ncid="AA2"),
        NC_HEADER + nc_row() + '"AA3"\t"SHORT"\r\n' + nc_row(ncid="AA2"),
        NC_HEADER + nc_row(address="1 MAIN\r\nST") + nc_row(ncid="AA2"),
        "a|b\n1|2\n3|4\n|\n5|6|7\n",
        'a,b\n1,2\n"3,3",4\n"5\n5",6\n7,8\n',
        "\n\na,b\n1,2\n\n3,4",
    ],
    ids=["even", "quote", "blank", "short", "two lines", "pipes", "some quoted", "blank head"],
)
def test_blocks_hold_the_rows_that_stand_in_the_file_one_by_one(text):
    rows = list(table_of(text).texts(skip_first=True))
    blocks = list(table_of(text).blocks(skip_first=True))
    assert [row for block in blocks for row in block.rows] == rows
    width, cells_of = len(table_of(text).first), table_of(text).cell_reader()
    for block in blocks:
        if block.cells is not None:
            cells = [block.cells[at : at + width] for at in range(0, len(block.cells), width + 1)]
            assert cells == [cells_of(row, line)[1] for line, row in block.rows]


def test_a_row_that_runs_over_the_end_of_a_block_is_one_row(monkeypatch):
    monkeypatch.setattr("precincts.voterfile.lines.BLOCK_BYTES", 64)
    text = "a,b\n" + "".join(f'{n},"two\nlines"\n{n},x\n' for n in range(60))
    rows = list(table_of(text).texts(skip_first=True))
    found = [row for block in table_of(text).blocks(skip_first=True) for row in block.rows]
    assert found == rows
    assert len(found) == 120


# --- what has not changed ---------------------------------------------------------------------------------


def marks(text, on=TODAY):
    table = table_of(text)
    return [mark for _line, _id, mark in read_fingerprints(table, find_layout("voters", table.sample), on=on)]


def test_a_fingerprint_is_of_the_row_and_of_what_gives_it_meaning():
    first = marks(NC_HEADER + nc_row() + nc_row(ncid="AA2"))
    assert marks(NC_HEADER + nc_row() + nc_row(ncid="AA3"))[0] == first[0]
    assert len(set(first + marks(NC_HEADER + nc_row(party="REP")))) == 3
    turned = NC_HEADER.replace('"party_cd"\t"full', '"full').replace('_number"', '_number"\t"party_cd"')
    assert marks(turned + nc_row())[0] != first[0]


def test_unchanged_rows_are_not_read_again(chapter, tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    run("import_voters", write(path, *(nc_row(ncid=f"AA{n}", last=f"L{n}") for n in range(6))), chapter)
    read = []
    place = merge.Doors.place
    monkeypatch.setattr(
        merge.Doors, "place", lambda self, stretch: read.extend(stretch.voter_ids) or place(self, stretch)
    )
    rows = [nc_row(ncid=f"AA{n}", last=f"L{n}", party="REP" if n == 3 else "DEM") for n in range(6)]
    result = run("import_voters", write(path, *rows), chapter)
    assert read == ["AA3"]
    assert (result["changed"], result["unchanged"], result["voters"], result["households"]) == (1, 5, 6, 1)


def test_a_doubted_row_is_doubted_again(chapter, tmp_path):
    path = write(tmp_path / "a.txt", nc_row(registered="01/27/3020"), nc_row(ncid="AA2"))
    run("import_voters", path, chapter)
    result = run("import_voters", path, chapter)
    assert result["unchanged"] == 2
    assert ImportReject.objects.filter(is_warning=True).count() == 2


def test_somebody_gone_returns_with_the_row_they_had(chapter, tmp_path):
    path = tmp_path / "a.txt"
    run("import_voters", write(path, nc_row(), nc_row(ncid="AA2")), chapter)
    run("import_voters", write(path, nc_row()), chapter)
    assert Voter.objects.filter(gone_on__isnull=False).count() == 1
    result = run("import_voters", write(path, nc_row(), nc_row(ncid="AA2")), chapter)
    assert (result["returned"], result["unchanged"]) == (1, 1)
    assert not Voter.objects.filter(gone_on__isnull=False).exists()


@pytest.mark.parametrize("rows", [2, 5000], ids=["far apart", "close by"])
def test_a_number_that_comes_twice_is_refused_with_the_line_of_the_first(
    chapter, tmp_path, monkeypatch, rows
):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", rows)
    path = write(
        tmp_path / "a.txt",
        *(nc_row(ncid=f"AA{n % 5}", last=f"L{n}") for n in range(7)),
    )
    twice = [
        {"line": 7, "reason": "the same voter number as line 2"},
        {"line": 8, "reason": "the same voter number as line 3"},
    ]
    first = run("import_voters", path, chapter)
    assert (first["new"], first["rejected"]) == (5, twice)
    again = run("import_voters", path, chapter)
    assert (again["unchanged"], again["new"], again["rejected"]) == (5, 0, twice)
    assert sorted(Voter.objects.values_list("last_name", flat=True)) == ["L0", "L1", "L2", "L3", "L4"]


def test_a_door_goes_to_the_precinct_of_those_who_stay(chapter, tmp_path):
    path = tmp_path / "a.txt"
    stays = nc_row(ncid="AA2", precinct="02")
    run("import_voters", write(path, nc_row(precinct="01"), stays), chapter)
    assert Household.objects.get().precinct.code == "01"
    run("import_voters", write(path, nc_row(precinct="01", address="9 OAK ST"), stays), chapter)
    doors = Household.objects.order_by("building__street").values_list("building__street", "precinct__code")
    assert list(doors) == [("MAIN ST", "02"), ("OAK ST", "01")]
    assert VoterChange.objects.filter(kind="moved").count() == 1


def test_a_reader_that_dies_leaves_the_database_as_it_was(chapter, tmp_path, monkeypatch):
    path = write(tmp_path / "a.txt", nc_row(), nc_row(ncid="AA2"))

    def dies(*_arguments, **_options):
        yield from itertools.islice(StretchReader(Upload(path=path, filename="a.txt"), TODAY).read(), 1)
        raise ReaderDied("ended with -9")

    monkeypatch.setattr(merge, "read_apart", dies)
    with pytest.raises(ReaderDied):
        run("import_voters", path, chapter)
    assert not Voter.objects.exists()
    assert not Household.objects.exists()
