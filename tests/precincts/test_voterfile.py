from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precincts.addresses import parse_line
from precincts.services.imports.refusals import refusal
from precincts.voterfile.copytext import NULL, CopyStream, copy_line
from precincts.voterfile.detail import Vote, decode_detail, encode_detail
from precincts.voterfile.elections import general_election_day, read_election, read_method
from precincts.voterfile.faults import Fault, FileFault, Reason
from precincts.voterfile.history import read_votes
from precincts.voterfile.layouts import find_layout
from precincts.voterfile.lines import LineReader
from precincts.voterfile.mapping import layout_from_mapping, propose_columns
from precincts.voterfile.sources import open_members
from precincts.voterfile.tables import Table
from precincts.voterfile.values import read_phone
from precincts.voterfile.voter_cells import CellReaders, Gathered
from precincts.voterfile.voters import ROW_COLUMNS, read_voters

NOW = date(2026, 11, 22)

COLORADO = {
    "name": "Colorado",
    "columns": {
        "voter_id": "VOTER_ID",
        "last_name": "LAST_NAME",
        "first_name": "FIRST_NAME",
        "number": ["HOUSE_NUM", "HOUSE_SUFFIX"],
        "street": ["PRE_DIR", "STREET_NAME", "STREET_TYPE", "POST_DIR"],
        "unit": ["UNIT_TYPE", "UNIT_NUM"],
        "city": "RESIDENTIAL_CITY",
        "state": "RESIDENTIAL_STATE",
        "precinct": "PRECINCT",
        "status": "STATUS",
        "registered_on": "REGISTRATION_DATE",
        "birth_year": "BIRTH_YEAR",
        "party": "PARTY",
    },
}
DELAWARE = {
    "name": "Delaware",
    "columns": {
        "voter_id": "UNIQUE-ID",
        "last_name": "LAST-NAME",
        "number": "HOME-NO",
        "street": "HOME-STREET",
        "unit": "HOME-APT",
        "precinct": ["ED", "RD"],
        "status": "STATUS",
        "registered_on": "DATE-REG",
        "birth_year": "YEAR-OF-BIRTH",
    },
}
OKLAHOMA = {
    "name": "Oklahoma",
    "columns": {
        "voter_id": "VoterID",
        "last_name": "LastName",
        "number": "StreetNum",
        "street": ["StreetDir", "StreetName", "StreetType"],
        "precinct": "Precinct",
        "status": "Status",
        "registered_on": "OriginalRegistration",
        "birth_date": "DateOfBirth",
    },
}


def table_of(text):
    content = text if isinstance(text, bytes) else text.encode()
    return Table(io.BytesIO(content), name="file.txt")


def table_in(path):
    ((name, content),) = [(member.name, member.stream.read()) for member in open_members(path)]
    return Table(io.BytesIO(content), name=name)


def read_all(table, mapping=None):
    """Voters by column name, rejects, and what was gathered."""
    layout = layout_from_mapping(mapping, kind="voters") if mapping else find_layout("voters", table.sample)
    rejects, gathered = [], Gathered()
    rows = list(read_voters(table, layout, on=NOW, refuse=rejects.append, gathered=gathered))
    return [values_of(row) for row in rows], rejects, gathered


def values_of(row):
    """A voter's columns and address by name, as text."""
    line, _voter_id, text, area, _is_listed, place = row
    values = dict(zip(ROW_COLUMNS, text.split("\t"), strict=True))
    address = place._asdict() if place else {"address_key": NULL, "street": NULL, "unit": "", "town": NULL}
    return values | {name: str(value) for name, value in ({"line": line, "area": area} | address).items()}


def lines_of(content):
    return list(LineReader(io.BytesIO(content)))


NC_HEADER = (
    '"ncid"\t"last_name"\t"first_name"\t"middle_name"\t"name_suffix_lbl"\t"status_cd"\t"res_street_address"\t'
    '"res_city_desc"\t"state_cd"\t"zip_code"\t"precinct_abbrv"\t"precinct_desc"\t"county_desc"\t"registr_dt"\t'
    '"gender_code"\t"party_cd"\t"full_phone_number"\t"confidential_ind"\t"birth_year"\t"age_at_year_end"\r\n'
)


def nc_row(**fields):
    values = {
        "ncid": "AA1", "last": "ADAMS", "first": "NORA", "middle": "", "suffix": "", "status": "A",
        "address": "1   MAIN ST  # 2", "city": "RIVER", "state": "NC", "zip": "27000", "precinct": "01",
        "precinct_name": "ONE", "county": "RIVER", "registered": "01/27/2020", "gender": "F", "party": "DEM",
        "phone": "", "confidential": "N", "born": "1970", "age": "56",
    } | fields  # fmt: skip
    return "\t".join(f'"{value}"' for value in values.values()) + "\r\n"


# --- bytes to lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        "José\nÑu\n".encode(),
        "José\nÑu\n".encode("latin-1"),
        b"\xef\xbb\xbf" + "José\r\nÑu".encode(),
        "José\rÑu".encode("latin-1"),
    ],
    ids=["utf-8", "latin-1", "byte-order mark and CRLF", "old Mac line ends"],
)
def test_every_usual_encoding_and_line_end_gives_the_same_lines(content):
    assert [line for line in lines_of(content) if line] == ["José", "Ñu"]


def test_a_file_that_mixes_encodings_is_read_line_by_line():
    assert lines_of("José\n".encode() + "Ñu\n".encode("latin-1"))[:2] == ["José", "Ñu"]


def test_nul_bytes_are_refused_with_their_line():
    with pytest.raises(FileFault) as refused:
        lines_of(b"a\nb\nc\0d\n")
    assert (refused.value.fault, refused.value.line) == (Fault.NUL_BYTES, 3)


def test_utf_16_is_refused_by_name():
    with pytest.raises(FileFault) as refused:
        lines_of("a\tb\n".encode("utf-16"))
    assert refused.value.fault == Fault.UTF16


class Endless:
    """A line of 200 MB that is never in memory as a whole."""

    def __init__(self):
        self.left, self.given = 200 * 2**20, 0

    def read(self, size=-1):
        block = min(size, self.left)
        self.left, self.given = self.left - block, self.given + block
        return b"x" * block


def test_a_line_of_200_megabytes_is_refused_after_reading_little_of_it():
    endless = Endless()
    with pytest.raises(FileFault) as refused:
        list(LineReader(endless))
    assert (refused.value.fault, refused.value.line) == (Fault.LINE_TOO_LONG, 1)
    assert endless.given < 2 * 2**20


# --- lines to cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", ["\t", ",", "|", ";"])
@pytest.mark.parametrize("quote", ['"', ""])
def test_delimiter_and_quoting_are_found(delimiter, quote):
    text = "\n".join(delimiter.join(f"{quote}{cell}{quote}" for cell in row) for row in ("abc", "123", "456"))
    table = table_of(text)
    assert [cells for _line, _width, cells in table.rows(skip_first=True)] == [
        ["1", "2", "3"],
        ["4", "5", "6"],
    ]


def test_a_quoted_line_end_keeps_the_row_together_and_the_lines_counted():
    table = table_of('a,b\n1,"two\nlines"\n3,4\n')
    assert [(line, cells) for line, _width, cells in table.rows(skip_first=True)] == [
        (2, ["1", "two\nlines"]),
        (4, ["3", "4"]),
    ]


def test_a_quotation_mark_that_never_closes_is_refused_with_its_line():
    table = table_of("a,b\n" + "1,2\n" * 60 + '3,"4\n' + "5,6\n" * 60)
    with pytest.raises(FileFault) as refused:
        list(table.rows(skip_first=True))
    assert (refused.value.fault, refused.value.line) == (Fault.OPEN_QUOTE, 62)


def test_a_row_of_more_than_a_thousand_columns_is_refused():
    table_of(",".join(f"c{n}" for n in range(1000)) + "\n")
    with pytest.raises(FileFault) as refused:
        table_of(",".join(f"c{n}" for n in range(1001)) + "\n")
    assert (refused.value.fault, refused.value.line) == (Fault.TOO_MANY_COLUMNS, 1)
    assert "1,001 columns" in str(refusal(refused.value))


@pytest.mark.parametrize("quote", ["", '"'])
def test_a_hundred_thousand_blank_lines_in_a_row_are_refused(quote):
    row = f"{quote}a{quote}\t{quote}b{quote}\n"
    few = table_of(row * 3 + "\n" * 60_000 + row + "\n" * 60_000 + row)
    assert len(list(few.rows(skip_first=False))) == 5
    with pytest.raises(FileFault) as refused:
        list(table_of(row * 3 + "\n" * 100_001 + row).rows(skip_first=False))
    assert (refused.value.fault, refused.value.line) == (Fault.BLANK_LINES, 4)
    assert "From line 4 on" in str(refusal(refused.value))


def test_a_text_without_columns_is_refused():
    with pytest.raises(FileFault) as refused:
        table_of("Dear organizer\nplease find attached\n")
    assert refused.value.fault == Fault.ONE_COLUMN


# --- archives ---------------------------------------------------------------------------------------------


def zip_file(path, files, compression=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def test_a_zip_gives_its_text_files_by_name_whatever_their_folders(tmp_path):
    path = zip_file(
        tmp_path / "all.zip",
        {
            "deep/er/LEO.txt": "b\tc\n",
            "../../ALA.txt": "a\tb\n",
            "__MACOSX/._ALA.txt": "x",
            "readme.txt": "read",
            "map.pdf": "%PDF",
        },
    )
    assert [member.name for member in open_members(path)] == ["ALA.txt", "LEO.txt"]


def test_a_truncated_zip_is_refused(tmp_path):
    path = zip_file(tmp_path / "all.zip", {"a.txt": "a\tb\n" * 10000})
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(FileFault) as refused:
        list(open_members(path))
    assert refused.value.fault == Fault.ARCHIVE_DAMAGED


def test_a_truncated_gzip_is_refused_while_reading(tmp_path):
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"".join(b"%d\tb\n" % n for n in range(50000)))[:-2000])
    with pytest.raises(FileFault) as refused:
        for member in open_members(path):
            list(LineReader(member.stream))
    assert refused.value.fault == Fault.ARCHIVE_DAMAGED


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2, zipfile.ZIP_DEFLATED])
def test_a_zip_damaged_inside_is_refused_whatever_its_method(tmp_path, method):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("a.txt", b"".join(b"%d\t%d\n" % (n, n * n) for n in range(50000)))
    content = bytearray(path.read_bytes())
    content[200:2000] = b"\xff" * 1800
    path.write_bytes(content)
    with pytest.raises(FileFault) as refused:
        for member in open_members(path):
            list(LineReader(member.stream))
    assert refused.value.fault == Fault.ARCHIVE_DAMAGED


def test_a_zip_bomb_is_refused_before_it_unpacks(tmp_path):
    path = zip_file(tmp_path / "bomb.zip", {"a.txt": b"a\tb\n" + b"0" * (100 * 2**20)})
    with pytest.raises(FileFault) as refused:
        list(open_members(path))
    assert refused.value.fault == Fault.ARCHIVE_TOO_BIG


def test_a_zip_bomb_that_lies_about_its_size_is_stopped_while_unpacking(tmp_path):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b"0\n" * (50 * 2**20)))
    with pytest.raises(FileFault) as refused:
        for member in open_members(path):
            while member.stream.read(2**20):
                pass
    assert refused.value.fault == Fault.ARCHIVE_TOO_BIG


@pytest.mark.parametrize(
    ("files", "fault"),
    [
        ({"inner.zip": "PK"}, Fault.ARCHIVE_NESTED),
        ({"a.pdf": "%PDF"}, Fault.ARCHIVE_EMPTY),
        ({"xl/a.xml": "<a/>"}, Fault.NOT_TEXT),
    ],
)
def test_archives_without_a_text_file_are_refused_by_name(tmp_path, files, fault):
    with pytest.raises(FileFault) as refused:
        list(open_members(zip_file(tmp_path / "a.zip", files)))
    assert refused.value.fault == fault


@pytest.mark.parametrize(("content", "fault"), [(b"", Fault.EMPTY), (b"%PDF-1.7 x", Fault.NOT_TEXT)])
def test_what_is_no_text_is_refused_by_name(tmp_path, content, fault):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(FileFault) as refused:
        list(open_members(path))
    assert refused.value.fault == fault


# --- layouts and voters -----------------------------------------------------------------------------------


def test_north_carolina_reads_a_voter():
    (voter,), rejects, gathered = read_all(table_of(NC_HEADER + nc_row()))
    assert rejects == []
    assert voter["state_voter_id"] == "AA1"
    assert (voter["address_key"], voter["street"], voter["unit"]) == ("1 MAIN ST", "MAIN ST", "2")
    assert (voter["registered_on"], voter["birth_year"], voter["birth_date"]) == ("2020-01-27", "1970", NULL)
    assert list(gathered.areas) == [("RIVER", "01")]
    assert list(gathered.towns) == [("RIVER", "RIV", "27000")]


@pytest.mark.parametrize(
    ("fields", "reason", "is_warning"),
    [
        ({"ncid": " "}, Reason.NO_ID, False),
        ({"last": ""}, Reason.NO_LAST_NAME, False),
        ({"address": ""}, Reason.NO_ADDRESS, False),
        ({"registered": "13/45/2020"}, Reason.BAD_REGISTRATION_DATE, True),
        ({"registered": "01/27/2199"}, Reason.BAD_REGISTRATION_DATE, True),
        ({"born": "2199"}, Reason.BAD_BIRTH_DATE, True),
        ({"status": "Q"}, Reason.UNKNOWN_STATUS, True),
        ({"last": "A" * 81}, Reason.VALUE_TOO_LONG, False),
    ],
)
def test_a_row_with_a_fault_is_kept_with_its_line_and_reason(fields, reason, is_warning):
    voters, rejects, gathered = read_all(table_of(NC_HEADER + nc_row() + nc_row(**fields)))
    assert [(reject.line, reject.reason, reject.is_warning) for reject in rejects] == [
        (3, reason, is_warning)
    ]
    assert len(voters) == (2 if is_warning else 1)
    assert gathered.rows == 2


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"confidential": "Y", "ncid": ""}, ""),
        ({"status": "R", "born": "2199"}, ""),
        ({"status": "D", "last": ""}, ""),
        ({"confidential": "Y", "registered": "13/45/2020"}, ""),
        ({"address": "CONFIDENTIAL", "born": "2199"}, ""),
        ({"born": "2199"}, "ADAMS"),
    ],
)
def test_no_text_is_kept_of_people_who_must_not_be_shown(fields, text):
    _, (reject,), _ = read_all(table_of(NC_HEADER + nc_row(**fields)))
    assert (text in reject.text, bool(reject.text)) == (True, bool(text))
    assert bool(reject.detail) == bool(text)


def test_no_text_is_kept_of_a_row_whose_cells_may_stand_in_other_columns():
    short, long = "\t".join(nc_row().split("\t")[:5]) + "\r\n", nc_row().replace("\r\n", '\t"more"\r\n')
    _, rejects, gathered = read_all(table_of(NC_HEADER + nc_row() + short + long))
    assert [reject.text for reject in rejects] == ["", ""]
    assert gathered.refused_ids == {"AA1"}


@pytest.mark.parametrize("mark", ["", "N", "no", "F", "false", "0"])
def test_only_these_marks_say_that_somebody_is_public(mark):
    (voter,), rejects, _ = read_all(table_of(NC_HEADER + nc_row(confidential=mark)))
    assert (voter["is_confidential"], rejects) == ("f", [])


@pytest.mark.parametrize("mark", ["CONFIDENTIAL", "P", "2", "exempt"])
def test_a_mark_nobody_knows_hides_with_a_warning(mark):
    (voter,), (reject,), _ = read_all(table_of(NC_HEADER + nc_row(confidential=mark)))
    assert voter["is_confidential"] == "t"
    assert (reject.reason, reject.is_warning, reject.text) == (Reason.UNKNOWN_CONFIDENTIAL, True, "")


@pytest.mark.parametrize("address", ["CONFIDENTIAL", "*CONFIDENTIAL*", "protected", "*", "**"])
def test_a_withheld_address_hides_instead_of_losing_the_row(address):
    (voter,), rejects, _ = read_all(table_of(NC_HEADER + nc_row(address=address)))
    assert (voter["is_confidential"], voter["address_key"], rejects) == ("t", NULL, [])


def test_short_and_long_rows_are_left_out():
    short, long = nc_row().split("\t", 1)[0] + "\r\n", nc_row().replace("\r\n", '\t"more"\r\n')
    voters, rejects, _ = read_all(table_of(NC_HEADER + nc_row() + nc_row() + short + long))
    assert [reject.reason for reject in rejects] == [Reason.SHORT_ROW, Reason.LONG_ROW]
    assert len(voters) == 2


@pytest.mark.parametrize(
    ("code", "status"),
    [("A", "active"), ("I", "inactive"), ("S", "temporary"), ("R", "removed"), ("D", "denied")],
)
def test_north_carolinas_statuses(code, status):
    (voter,), _, _ = read_all(table_of(NC_HEADER + nc_row(status=code)))
    assert voter["status"] == status


def test_confidential_and_removed_people_come_without_an_address():
    rows = nc_row(ncid="AA1", confidential="Y", address="", last="") + nc_row(
        ncid="AA2", status="R", address="REMOVED"
    )
    voters, rejects, _ = read_all(table_of(NC_HEADER + rows))
    assert rejects == []
    assert [(voter["address_key"], voter["is_confidential"]) for voter in voters] == [
        (NULL, "t"),
        (NULL, "f"),
    ]


@pytest.mark.parametrize(
    ("name", "label", "count"),
    [
        ("nc", "North Carolina (until 02/2022)", 100),
        ("oh", "Ohio", 100),
        ("fl", "Florida", 100),
    ],
)
def test_the_synthetic_files_are_known_by_their_header_or_shape(shared_data, name, label, count):
    table = table_in(shared_data / f"voterfiles/synthetic_{name}.csv")
    assert find_layout("voters", table.sample).label == label
    voters, rejects, _ = read_all(table)
    assert (len(voters), rejects) == (count, [])


def test_floridas_exemption_hides_people_and_minors_are_not_listed(shared_data):
    voters, _, gathered = read_all(table_in(shared_data / "voterfiles/synthetic_fl.csv"))
    assert sum(voter["is_confidential"] == "t" for voter in voters) == 55
    assert sum(voter["status"] == "denied" for voter in voters) == 32
    assert {county for county, _code in gathered.areas} == {"ALA", "ABC", "OKE"}


@pytest.mark.parametrize(
    ("name", "mapping", "count", "left_out"),
    [("co", COLORADO, 1000, 0), ("de", DELAWARE, 100, 0), ("ok", OKLAHOMA, 2, 0)],
)
def test_other_states_are_read_by_a_mapping(shared_data, name, mapping, count, left_out):
    voters, rejects, _ = read_all(table_in(shared_data / f"voterfiles/synthetic_{name}.csv"), mapping)
    assert (len(voters), len(rejects)) == (count, left_out)
    assert all(voter["address_key"] != NULL and voter["registered_on"] != NULL for voter in voters)


def test_joined_columns_make_one_address(shared_data):
    voters, _, _ = read_all(table_in(shared_data / "voterfiles/synthetic_co.csv"), COLORADO)
    assert voters[2]["address_key"] == "78 SACHS DR W"


@pytest.mark.parametrize("name", ["co", "de", "ok"])
def test_a_mapping_is_proposed_from_the_header(shared_data, name):
    table = table_in(shared_data / f"voterfiles/synthetic_{name}.csv")
    proposed = propose_columns(table.first, kind="voters")
    assert {"voter_id", "last_name", "number", "street", "precinct"} <= set(proposed) | (
        {"precinct"} if name == "de" else set()
    )


def test_an_unknown_header_is_refused_with_its_columns(shared_data):
    with pytest.raises(FileFault) as refused:
        read_all(table_in(shared_data / "voterfiles/synthetic_co.csv"))
    assert refused.value.fault == Fault.LAYOUT_UNKNOWN
    assert "VOTER_ID" in refused.value.details["columns"]


def test_a_known_header_that_lacks_columns_is_refused_with_their_names():
    with pytest.raises(FileFault) as refused:
        read_all(table_of((NC_HEADER + nc_row()).replace('"registr_dt"', '"registered"')))
    assert (refused.value.fault, refused.value.details["columns"]) == (Fault.COLUMNS_MISSING, "registr_dt")


def test_a_history_given_as_voters_is_refused_by_name(shared_data):
    with pytest.raises(FileFault) as refused:
        read_all(table_in(shared_data / "cambridge/history_t0.txt.gz"))
    assert refused.value.fault == Fault.WRONG_KIND


@pytest.mark.parametrize(
    "mapping",
    [
        None,
        {"columns": {"voter_id": "ID", "last_name": "L", "precinct": "P"}},
        {"columns": {"voter_id": "ID", "last_name": "L", "address_line": "A"}},
        {
            "columns": {
                "voter_id": "ID",
                "last_name": "L",
                "precinct": "P",
                "address_line": "A",
                "shoe_size": "S",
            }
        },
        {
            "columns": {"voter_id": "ID", "last_name": "L", "precinct": "P", "address_line": "A"},
            "statuses": {"A": "fine"},
        },
    ],
)
def test_an_incomplete_mapping_is_refused(mapping):
    with pytest.raises(FileFault) as refused:
        layout_from_mapping(mapping, kind="voters")
    assert refused.value.fault == Fault.BAD_MAPPING


def test_a_mapping_reads_a_file_without_a_header_by_position():
    mapping = {"header": False, "columns": {"voter_id": 1, "last_name": 2, "address_line": 3, "precinct": 4}}
    (voter,), rejects, _ = read_all(table_of("7,ADAMS,1 Main St,01\n"), mapping)
    assert (voter["state_voter_id"], voter["address_key"], rejects) == ("7", "1 MAIN ST", [])


# --- values -----------------------------------------------------------------------------------------------


def test_phones_have_ten_digits_or_are_left_out():
    assert read_phone("1-(480)891-5510") == "480-891-5510"
    assert read_phone("02609712509") == ""


def test_copy_text_keeps_nulls_and_cleans_what_would_break_a_row():
    assert copy_line(["1", NULL, "a"]) == "1\t\\N\ta\n"
    assert copy_line(["1", "a\tb\nc", "d\\e"]) == "1\ta b c\td\\\\e\n"
    cell = "x\\N".removeprefix("x")
    assert copy_line([cell, NULL]) == "\\\\N\t\\N\n"


def test_a_copy_stream_gives_so_many_lines_and_keeps_the_error_of_its_source():
    def lines():
        yield from ("a\n", "b\n", "c\n")
        raise FileFault(Fault.EMPTY)

    source = lines()
    assert CopyStream(source, limit=2).read(100) == b"a\nb\n"
    stream = CopyStream(source, limit=2)
    with pytest.raises(FileFault):
        stream.read(100)
    assert isinstance(stream.error, FileFault)


# --- history ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "held_on", "kind"),
    [
        ("11/05/2024 GENERAL", date(2024, 11, 5), "general"),
        ("general_11_03_2015", date(2015, 11, 3), "general"),
        ("GENERAL-11/03/2015", date(2015, 11, 3), "general"),
        ("primary_03_15_2016", date(2016, 3, 15), "primary"),
        ("03/05/2024 PPP", date(2024, 3, 5), "primary"),
        ("11/04/2025 MUNICIPAL", date(2025, 11, 4), "municipal"),
        ("08/14/2012 SECOND PRIMARY", date(2012, 8, 14), "runoff"),
        ("GEN 2008", date(2008, 11, 4), "general"),
    ],
)
def test_a_label_says_date_and_kind(label, held_on, kind):
    found = read_election(label)
    assert (found.held_on, found.kind) == (held_on, kind)


@pytest.mark.parametrize("label", ["SOMETHING", "PR 2014", "13/45/2020 GENERAL", ""])
def test_a_label_nobody_knows_says_nothing(label):
    assert read_election(label) is None


def test_general_election_day_is_the_tuesday_after_the_first_monday():
    assert [general_election_day(year).day for year in (2016, 2020, 2022, 2024)] == [8, 3, 8, 5]


def votes_of(table, mapping=None):
    layout = layout_from_mapping(mapping, kind="history") if mapping else find_layout("history", table.sample)
    return list(read_votes(table, layout, refuse=pytest.fail))


@pytest.mark.parametrize(
    "headers", ["PRIMARY-05/07/2013,GENERAL-11/03/2015", "primary_05_07_2013,general_11_03_2015"]
)
def test_ohios_elections_are_columns_in_both_spellings(headers):
    votes = votes_of(table_of(f"SOS_VOTERID,{headers}\nOH1,D,X\nOH2,,X\nOH3,,\n"))
    assert [(vote.voter_id, read_election(vote.label).kind, vote.ballot) for vote in votes] == [
        ("OH1", "primary", "D"), ("OH1", "general", ""), ("OH2", "general", ""),
    ]  # fmt: skip


def test_floridas_history_leaves_out_what_was_not_voted():
    rows = [("Y", "GEN"), ("E", "PRI"), ("N", "GEN"), ("B", "GEN"), ("P", "OTH"), ("A", "PPP")]
    text = "".join(
        f"LEO\t12345678{at:02d}\t11/05/2024\t{kind}\t{code}\n" for at, (code, kind) in enumerate(rows)
    )
    votes = votes_of(table_of(text))
    assert [(vote.label, vote.method) for vote in votes] == [
        ("11/05/2024 GEN", "I"), ("11/05/2024 PRI", "E"), ("11/05/2024 PPP", "M"),
    ]  # fmt: skip


def test_a_mapping_names_history_columns_whose_cells_name_the_election():
    mapping = {
        "columns": {"voter_id": "VoterID"},
        "history": [{"column": "VoterHist1", "reads": "label", "method": "HistMethod1"}],
    }
    votes = votes_of(table_of("VoterID,VoterHist1,HistMethod1\n7,11/05/2024,IP\n8,,\n"), mapping)
    assert [(vote.voter_id, vote.label, vote.method) for vote in votes] == [("7", "11/05/2024", "I")]


def test_a_mapping_names_history_columns_whose_cells_are_years(shared_data):
    mapping = {
        "columns": {"voter_id": "UNIQUE-ID"},
        "history": [{"column": f"GEN-HIST-{n}", "reads": "year", "election": "GEN"} for n in range(1, 6)],
    }
    votes = votes_of(table_in(shared_data / "voterfiles/synthetic_de.csv"), mapping)
    assert votes[0].label == "GEN 2008"
    assert all(read_election(vote.label).kind == "general" for vote in votes)


def test_ways_of_voting_are_one_letter():
    assert [
        read_method(text)
        for text in ("IN-PERSON", "ABSENTEE ONESTOP", "ABSENTEE BY MAIL", "PROVISIONAL", "?")
    ] == list("IEMPV")


def test_the_detail_text_gives_its_votes_back():
    votes = [Vote(13, "M"), Vote(12, "I", "DEM")]
    assert encode_detail(votes) == "12I:DEM 13M"
    assert decode_detail("12I:DEM 13M") == [Vote(12, "I", "DEM"), Vote(13, "M", "")]


@given(
    house=st.integers(1, 9999),
    street=st.sampled_from(
        ["ELM ST", "N  MAIN  ST", "COUNTY RD 12", "BROADWAY", "1/2 OAK AVE", "ELM ST BLDG 2", "OAK # AVE"]
    ),
    unit=st.sampled_from(
        ["", "APT 2", "  APT 02  ", "UNIT B", "# 7", "APT", "STE 4", "APT 3 UNIT 2", "apt 5", "4B"]
    ),
    column=st.sampled_from(["", "9", "APT 2"]),
)
def test_a_line_read_in_parts_is_the_line_read_whole(house, street, unit, column):
    line = f"{house} {street} {unit}"
    layout = find_layout("voters", [(1, 3, NC_HEADER.replace('"', "").strip().split("\t"))])
    gathered = Gathered()
    place = CellReaders(layout, NOW, gathered).place(line, "", "", column, "RIVER", "27000")
    whole = parse_line(line.upper(), column)
    assert place[:3] == (whole.building_key, whole.street, whole.unit)
    assert list(gathered.towns) == [("RIVER", "RIV", "27000")]
