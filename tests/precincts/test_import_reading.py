"""How a voter file is read: in a process of its own, ahead of the database, and only where it has changed."""

from __future__ import annotations

import io
import json
import os
import signal
import zipfile
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from precincts.models import Household, ImportReject, Voter, VoterChange
from precincts.services.imports import people, reader, stretches
from precincts.services.imports.known_rows import KnownRows
from precincts.services.imports.numbers import Numbers, first_unknown
from precincts.services.imports.placing import BUILDINGS, DOORS, PRECINCTS, KnownPrecinct
from precincts.services.imports.reader import Finished, ReaderDied, ReaderProcess, ReadingHere, ReadingTask
from precincts.services.imports.stretches import StretchReader
from precincts.services.imports.uploads import Upload
from precincts.voterfile.faults import Fault, FileFault
from precincts.voterfile.fingerprints import read_fingerprints
from precincts.voterfile.layouts import find_layout
from precincts.voterfile.tables import Table
from tests.factories import make_chapter
from tests.precincts.test_imports import refuse, run
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


# --- a process of its own ---------------------------------------------------------------------------------


def task_of(path, *, rows=5000):
    return ReadingTask(
        upload=Upload(path=path, filename="a.txt"),
        on=TODAY,
        chapter_id=7,
        state="NC",
        precincts=[KnownPrecinct(3, "RIVER", "01", "ONE")],
        asks_known=False,
        rows=rows,
    )


def read(task):
    with ReaderProcess(task) as process:
        process.supply({table: [(100, 400)] for table in (PRECINCTS, BUILDINGS, DOORS)})
        return list(process)


def test_the_process_finds_places_and_names_new_ones(tmp_path):
    rows = [
        nc_row(ncid=f"AA{n}", address=f"{n // 2 + 1} ELM ST", precinct=f"0{n // 4 + 1}") for n in range(8)
    ]
    first, last, finished = read(task_of(write(tmp_path / "a.txt", *rows, nc_row(ncid=""))))
    assert list(first.lines) == list(range(2, 10))
    assert [(new.number, new.code) for new in first.precincts] == [(100, "02")]
    voters = [line.split("\t") for line in first.voters.decode().splitlines()]
    assert [(cells[0], *cells[-2:]) for cells in voters[2:6]] == [
        ("AA2", "3", "101"),
        ("AA3", "3", "101"),
        ("AA4", "100", "102"),
        ("AA5", "100", "102"),
    ]
    assert (
        first.buildings.decode().splitlines()[0]
        == "100\t7\t1 ELM ST\tRIV\t1\tELM ST\tELM ST\tRIVER\tNC\t27000"
    )
    assert first.doors.decode().splitlines()[3] == "103\t7\t103\t\t\t100\tf"
    assert first.used == {PRECINCTS: 1, BUILDINGS: 4, DOORS: 4}
    assert [reject.reason for reject in first.rejects + last.rejects] == ["no_id"]
    assert (finished.ending.gathered.rows, finished.places.doors, finished.places.touched) == (9, 4, {3, 100})


def test_the_process_waits_for_numbers_and_uses_each_once(tmp_path):
    path = write(tmp_path / "a.txt", *(nc_row(ncid=f"AA{n}", address=f"{n + 1} ELM ST") for n in range(40)))
    doors = []
    with ReaderProcess(task_of(path, rows=4)) as process:
        process.supply({table: [(10, 14), (50, 58)] for table in (PRECINCTS, BUILDINGS, DOORS)})
        start = 100
        for found in process:
            if isinstance(found, Finished):
                break
            doors += [line.split("\t")[0] for line in found.doors.decode().splitlines()]
            process.supply({table: [(start, start + count)] for table, count in found.used.items()})
            start += 10
    assert len(doors) == len(set(doors)) == 40
    assert doors[:12] == [str(n) for n in (10, 11, 12, 13, 50, 51, 52, 53, 54, 55, 56, 57)]


def test_a_file_read_here_gives_what_the_process_gives(tmp_path):
    rows = [nc_row(ncid=f"AA{n}", address=f"{n % 9} ELM ST", precinct=f"0{n % 4}") for n in range(40)]
    task = task_of(write(tmp_path / "a.txt", *rows, nc_row(ncid="")), rows=7)
    with ReadingHere(task) as here:
        here.supply({table: [(100, 400)] for table in (PRECINCTS, BUILDINGS, DOORS)})
        assert list(here) == read(task)


def test_a_process_that_is_killed_is_an_error(tmp_path):
    path = write(tmp_path / "a.txt", *(nc_row(ncid=f"AA{n}") for n in range(60_000)))
    with ReaderProcess(task_of(path, rows=10)) as process:
        process.supply({table: [(1, 200)] for table in (PRECINCTS, BUILDINGS, DOORS)})
        found = iter(process)
        next(found)
        os.kill(process.pid, signal.SIGKILL)
        with pytest.raises(ReaderDied):
            list(found)


def test_whoever_stops_reading_ends_the_process(tmp_path):
    path = write(tmp_path / "a.txt", *(nc_row(ncid=f"AA{n}") for n in range(60_000)))
    with ReaderProcess(task_of(path, rows=10)) as process:
        process.supply({table: [(1, 200)] for table in (PRECINCTS, BUILDINGS, DOORS)})
        next(iter(process))
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_a_file_that_cannot_be_read_is_said_by_the_process(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes((NC_HEADER + nc_row()).encode() + b"\0")
    with pytest.raises(FileFault) as refused:
        read(task_of(path))
    assert refused.value.fault == Fault.NUL_BYTES


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


# --- rows known by their fingerprints ---------------------------------------------------------------------


@given(
    known=st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30),
    seen=st.lists(st.integers(0, 40), max_size=60),
    size=st.integers(1, 9),
)
def test_known_rows_say_what_a_dictionary_would(known, seen, size):
    rows = KnownRows()
    people = sorted((mark, number) for number, mark in enumerate(known, 1))
    for start in range(0, len(people), 7):
        rows.take_up(people[start : start + 7])
    rows.end()
    marks = [known[at] if at < len(known) else at for at in seen]
    single = {mark: number for mark, number in people if known.count(mark) == 1}
    firsts, expected, found = {}, [], []
    for line, mark in enumerate(marks, 1):
        expected.append(firsts.setdefault(mark, line) if mark in single else 0)
    for start in range(0, len(marks), size):
        lines = range(start + 1, min(start + size, len(marks)) + 1)
        found += rows.look(lines, marks[start : start + size])
    assert found == expected
    assert rows.met == len(firsts)
    others = {number for mark, number in people if mark not in firsts}
    unmet = np.frombuffer(rows.unmet(), np.int64)
    assert (len(unmet), set(unmet.tolist())) == (len(others), others)


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
    stage = people.People.stage
    monkeypatch.setattr(
        people.People, "stage", lambda self, lines, rows: read.extend(lines) or stage(self, lines, rows)
    )
    rows = [nc_row(ncid=f"AA{n}", last=f"L{n}", party="REP" if n == 3 else "DEM") for n in range(6)]
    result = run("import_voters", write(path, *rows), chapter)
    assert read == [5]
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


@pytest.mark.parametrize("rows", [2, 5000], ids=["far apart", "close by"])
@pytest.mark.parametrize(
    ("lasts", "unchanged", "changed", "twice", "name"),
    [
        (("L1", "New"), 3, 0, (5, 2), "L1"),
        (("New", "L1"), 2, 1, (5, 2), "New"),
        (("L1", "L1"), 3, 0, (5, 2), "L1"),
        (("New", "Newer"), 2, 1, (5, 2), "New"),
    ],
    ids=["as it was, then changed", "changed, then as it was", "twice as it was", "twice changed"],
)
def test_the_first_row_of_a_known_number_counts(
    chapter, tmp_path, monkeypatch, rows, lasts, unchanged, changed, twice, name
):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", rows)
    path = tmp_path / "a.txt"
    others = [nc_row(ncid=f"BB{n}") for n in range(2)]
    run("import_voters", write(path, nc_row(ncid="AA1", last="L1"), *others), chapter)
    first, again = (nc_row(ncid="AA1", last=last) for last in lasts)
    result = run("import_voters", write(path, first, *others, again), chapter)
    line, earlier = twice
    assert result["rejected"] == [{"line": line, "reason": f"the same voter number as line {earlier}"}]
    assert (result["voters"], result["unchanged"], result["changed"], result["gone"]) == (
        3,
        unchanged,
        changed,
        0,
    )
    assert Voter.objects.get(state_voter_id="AA1").last_name == name
    assert run("import_voters", path, chapter)["unchanged"] == 3


def test_a_row_that_was_left_out_is_no_first_row(chapter, tmp_path):
    path = tmp_path / "a.txt"
    run("import_voters", write(path, nc_row(), nc_row(ncid="AA2")), chapter)
    result = run("import_voters", write(path, nc_row(last=""), nc_row(), nc_row(ncid="AA2")), chapter)
    assert (result["unchanged"], result["gone"]) == (2, 0)
    assert [row["line"] for row in result["rejected"]] == [2]


def comma_rows(*people):
    """A file some of whose cells hold the comma that parts them."""
    rows = [f'"{last}, JR",NORA,{number},{address},01' for last, number, address in people]
    return "\n".join(["last,first,id,addr,pct", *rows]) + "\n"


@pytest.mark.parametrize("rows", [2, 5000], ids=["far apart", "close by"])
def test_a_number_that_comes_twice_is_found_behind_quoted_commas(chapter, tmp_path, monkeypatch, rows):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", rows)
    columns = {
        "voter_id": "id",
        "last_name": "last",
        "first_name": "first",
        "address_line": "addr",
        "precinct": "pct",
    }
    layout = tmp_path / "map.json"
    layout.write_text(json.dumps({"name": "Commas", "columns": columns}))
    path = tmp_path / "a.csv"
    people = [(f"ADAMS{n}", f"A{n}", f"{n + 1} ELM ST") for n in range(6)]
    path.write_text(comma_rows(*people, ("OTHER", "A1", "9 OAK ST")))
    twice = [{"line": 8, "reason": "the same voter number as line 3"}]
    first = run("import_voters", path, chapter, "--layout", str(layout))
    again = run("import_voters", path, chapter, "--layout", str(layout))
    assert (first["new"], first["rejected"]) == (6, twice)
    assert (again["unchanged"], again["rejected"]) == (6, twice)


def test_the_line_named_is_the_row_that_was_taken_in(chapter, tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", 2)
    others = [nc_row(ncid=f"BB{n}") for n in range(2)]
    path = write(tmp_path / "a.txt", nc_row(last=""), nc_row(), *others, nc_row(last="Later"))
    result = run("import_voters", path, chapter)
    assert [row["line"] for row in result["rejected"]] == [2, 6]
    assert result["rejected"][1]["reason"] == "the same voter number as line 3"


@pytest.mark.parametrize(
    "cells",
    [
        {"registered": "1/88888888888/2020"},
        {"registered": "99999999999/1/1970"},
        {"born": "²019"},
        {"age": "4²", "born": ""},
    ],
)
def test_numbers_that_no_date_can_hold_are_a_doubt(chapter, tmp_path, cells):
    result = run("import_voters", write(tmp_path / "a.txt", nc_row(**cells)), chapter)
    assert result["voters"] == 1


def test_people_with_one_fingerprint_are_read_again(chapter, tmp_path):
    path = write(tmp_path / "a.txt", *(nc_row(ncid=f"AA{n}") for n in range(4)))
    run("import_voters", path, chapter)
    mark = Voter.objects.get(state_voter_id="AA1").fingerprint
    Voter.objects.filter(state_voter_id="AA2").update(fingerprint=mark)
    result = run("import_voters", path, chapter)
    assert (result["unchanged"], result["gone"]) == (4, 0)
    assert Voter.objects.values("fingerprint").distinct().count() == 4


def test_lines_are_counted_through_the_files_of_a_zip(chapter, tmp_path):
    path = tmp_path / "a.zip"
    texts = {
        "a.txt": NC_HEADER + nc_row() + nc_row(ncid="AA2"),
        "b.txt": NC_HEADER + nc_row(ncid="AA3") + nc_row(),
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    twice = [{"line": 3, "reason": "b.txt: the same voter number as line 2"}]
    first = run("import_voters", path, chapter)
    again = run("import_voters", path, chapter)
    assert (first["new"], first["rejected"]) == (3, twice)
    assert (again["unchanged"], again["rejected"]) == (3, twice)


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
    monkeypatch.setattr(stretches, "STRETCH_ROWS", 2)
    path = write(tmp_path / "a.txt", *(nc_row(ncid=f"AA{n}") for n in range(40_000)))
    begin = reader.ReaderProcess.__enter__
    begun = []
    monkeypatch.setattr(reader, "SMALL_BYTES", 0)
    monkeypatch.setattr(reader.ReaderProcess, "__enter__", lambda self: begun.append(self) or begin(self))
    copy = people.People.copy_first

    def copy_and_kill(self, rows):
        copy(self, rows)
        os.kill(begun[0].pid, signal.SIGKILL)

    monkeypatch.setattr(people.People, "copy_first", copy_and_kill)
    assert "The server stopped the reading of the file" in refuse("import_voters", path, chapter)
    assert not Voter.objects.exists()
    assert not Household.objects.exists()


@pytest.mark.parametrize("small", [0, 2**21], ids=["apart", "here"])
def test_the_first_file_finds_the_buildings_the_chapter_has(chapter, tmp_path, monkeypatch, small):
    monkeypatch.setattr(reader, "SMALL_BYTES", small)
    run("import_voters", write(tmp_path / "a.txt", nc_row()), chapter)
    Voter.objects.update(state_voter_id=None, status="unregistered")
    result = run(
        "import_voters", write(tmp_path / "b.txt", nc_row(), nc_row(ncid="AA2", address="9 OAK ST")), chapter
    )
    assert (result["new"], result["households"]) == (2, 2)
    assert Household.objects.count() == 2


def test_many_doubts_end_no_reading(chapter, tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "_REJECTS", 4)
    rows = [nc_row(ncid=f"AA{n}", registered="01/27/3020", status="?") for n in range(40)]
    path = write(tmp_path / "a.txt", *rows)
    found = list(StretchReader(Upload(path=path, filename="a.txt"), TODAY, rows=5).read())
    assert sum(len(stretch.lines) for stretch in found[:-1]) == 40
    assert run("import_voters", path, chapter)["voters"] == 40


def test_reading_ends_when_most_rows_are_left_out(tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "_REJECTS", 4)
    upload = Upload(path=write(tmp_path / "a.txt", *(nc_row(ncid="") for _ in range(40))), filename="a.txt")
    found = list(StretchReader(upload, TODAY, rows=5).read())
    assert sum(len(stretch.rejects) for stretch in found[:-1]) == 4


def test_line_ends_inside_a_cell_become_spaces(chapter, tmp_path):
    path = write(tmp_path / "a.txt", nc_row(last="Sm\rith"), nc_row(ncid="A\nA 2", last="Jo\r\nnes"))
    path.write_bytes(path.read_bytes().replace(b"\r\n", b"\n"))
    result = run("import_voters", path, chapter)
    assert result["voters"] == 2
    assert set(Voter.objects.values_list("state_voter_id", "last_name")) == {
        ("AA1", "Sm ith"),
        ("A A 2", "Jo nes"),
    }
    assert run("import_voters", path, chapter)["unchanged"] == 2


def test_a_number_made_of_two_columns_is_known_again(chapter, tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", 2)
    mapping = {
        "name": "Two",
        "columns": {
            "voter_id": ["cty", "no"],
            "last_name": "last",
            "address_line": "addr",
            "precinct": "pct",
        },
    }
    layout = tmp_path / "two.json"
    layout.write_text(json.dumps(mapping))
    rows = [f"C{n % 2},{n},L{n},{n} ELM ST,01" for n in range(7)]
    path = tmp_path / "two.csv"
    path.write_text("\n".join(["cty,no,last,addr,pct", *rows, "C1,1,Again,9 OAK ST,01"]) + "\n")
    first = run("import_voters", path, chapter, "--layout", str(layout))
    twice = [{"line": 9, "reason": "the same voter number as line 3"}]
    assert (first["new"], first["rejected"], first["households"]) == (7, twice, 7)
    staged = []
    stage = people.People.stage
    monkeypatch.setattr(
        people.People, "stage", lambda self, lines, rows: staged.extend(lines) or stage(self, lines, rows)
    )
    again = run("import_voters", path, chapter, "--layout", str(layout))
    assert (again["unchanged"], again["rejected"], staged) == (7, twice, [9])


def test_a_county_without_precincts_is_known_by_its_people(chapter, tmp_path):
    path = tmp_path / "a.txt"
    nowhere = [nc_row(ncid=f"BB{n}", county="LAKE", precinct="") for n in range(3)]
    run("import_voters", write(path, nc_row(), *nowhere), chapter)
    result = run("import_voters", write(path, nc_row(), *nowhere[:2]), chapter)
    assert (result["unchanged"], result["gone"]) == (3, 1)
