from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter, defaultdict
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from precincts.models import Election, ImportReject, Voter
from precincts.voterfile.detail import Vote, decode_detail
from tests.factories import make_chapter
from tests.precincts.test_imports import run
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db

HEADER = '"ncid"\t"election_lbl"\t"election_desc"\t"voting_method"\t"voted_party_cd"\r\n'


def vote(ncid, label, method="IN-PERSON", party=""):
    return f'"{ncid}"\t"{label.split()[0]}"\t"{label}"\t"{method}"\t"{party}"\r\n'


@pytest.fixture
def chapter(tmp_path):
    """A chapter with the voters AA1 to AA4."""
    chapter = make_chapter(state="NC")
    path = tmp_path / "voters.txt"
    path.write_text(NC_HEADER + "".join(nc_row(ncid=f"AA{n}") for n in range(1, 5)))
    run("import_voters", path, chapter)
    return chapter


@pytest.fixture
def history(tmp_path, chapter):
    """Imports a history of these rows and gives the result."""

    def take_in(*rows, header=HEADER, options=()):
        path = tmp_path / "history.txt"
        path.write_text(header + "".join(rows))
        return run("import_history", path, chapter, *options)

    return take_in


def votes_of(ncid):
    return decode_detail(Voter.objects.get(state_voter_id=ncid).history_detail)


def mask_of(*labels):
    return sum(1 << Election.objects.get(labels__contains=[label]).bit for label in labels)


def test_votes_become_bits_and_detail(history):
    result = history(
        vote("AA1", "11/05/2024 GENERAL", "ABSENTEE BY MAIL", "DEM"),
        vote("AA1", "03/05/2024 PRIMARY", "ABSENTEE ONESTOP", "REP"),
        vote("AA2", "11/05/2024 GENERAL"),
    )
    general, primary = Election.objects.get(kind="general"), Election.objects.get(kind="primary")
    assert (result["rows"], result["matched"], result["unmatched"]) == (3, 3, 0)
    assert votes_of("AA1") == sorted(
        [Vote(general.pk, "M", "DEM"), Vote(primary.pk, "E", "REP")], key=lambda v: v.election_id
    )
    assert Voter.objects.get(state_voter_id="AA1").history == mask_of(
        "11/05/2024 GENERAL", "03/05/2024 PRIMARY"
    )
    assert Voter.objects.get(state_voter_id="AA3").history == 0
    assert [(e["label"], e["date"], e["kind"], e["votes"]) for e in result["elections"]] == [
        ("11/05/2024 GENERAL", "2024-11-05", "general", 2), ("03/05/2024 PRIMARY", "2024-03-05", "primary", 1),
    ]  # fmt: skip


def test_the_same_file_again_changes_nothing_and_a_later_one_adds(history):
    rows = [vote("AA1", "11/05/2024 GENERAL", party="DEM"), vote("AA2", "11/05/2024 GENERAL")]
    history(*rows)
    before = list(Voter.objects.order_by("pk").values())
    history(*rows)
    assert list(Voter.objects.order_by("pk").values()) == before
    history(vote("AA1", "11/03/2026 GENERAL"), vote("AA1", "11/05/2024 GENERAL", "ABSENTEE BY MAIL", "DEM"))
    assert [(v.method, v.ballot) for v in votes_of("AA1")] == [("M", "DEM"), ("I", "")]
    assert Voter.objects.get(state_voter_id="AA1").history == mask_of(
        "11/05/2024 GENERAL", "11/03/2026 GENERAL"
    )
    assert Voter.objects.get(state_voter_id="AA2").history == mask_of("11/05/2024 GENERAL")


def test_people_and_labels_nobody_knows_are_counted_and_reported(history):
    result = history(
        vote("AA1", "11/05/2024 GENERAL"),
        vote("ZZ9", "11/05/2024 GENERAL"),
        vote("AA1", "SOMETHING"),
        vote("AA2", "SOMETHING"),
        options=("--yes",),
    )
    assert (result["rows"], result["matched"], result["unmatched"]) == (4, 1, 3)
    assert result["unknown_labels"] == ["SOMETHING"]
    assert [e["known"] for e in result["elections"]] == [True, False]
    reject = ImportReject.objects.get()
    assert (reject.line, reject.is_warning) == (4, True)
    assert "SOMETHING" in reject.reason


def test_an_election_nobody_knows_stops_the_import_and_is_named(history):
    rows = [vote("AA1", "11/05/2024 GENERAL"), vote("AA1", "SOMETHING"), vote("AA2", "OTHER THING")]
    with pytest.raises(CommandError) as refused:
        history(*rows)
    assert "Nobody knows 2 of the file's elections; the first is “SOMETHING” on line 3." in str(refused.value)
    assert (Election.objects.count(), Voter.objects.exclude(history=0).count()) == (0, 0)


@pytest.mark.parametrize("label", ["11/05/1895 GENERAL", "11/07/2090 GENERAL", "GENERAL 2098"])
def test_an_election_nobody_can_have_voted_in_is_an_unknown_label(history, label):
    result = history(vote("AA1", "11/05/2024 GENERAL"), vote("AA1", label), options=("--yes",))
    assert (result["matched"], result["unmatched"], result["unknown_labels"]) == (1, 1, [label])
    assert [election.held_on for election in Election.objects.all()] == [date(2024, 11, 5)]


def test_a_label_of_a_known_election_is_matched_whatever_it_says(history, chapter):
    election = Election.objects.create(
        chapter=chapter,
        held_on=date(2021, 6, 1),
        kind="special",
        name="Bond vote",
        labels=["SOMETHING"],
        bit=5,
    )
    history(vote("AA1", "SOMETHING"))
    assert Voter.objects.get(state_voter_id="AA1").history == 1 << 5
    assert votes_of("AA1")[0].election_id == election.pk


def test_a_mapping_says_what_a_label_is(history, tmp_path):
    mapping = {
        "columns": {"voter_id": "ncid"},
        "history": [{"column": "p1", "reads": "year", "election": "PR"}],
        "elections": {"PR 2014": {"date": "2014-09-09", "kind": "primary", "name": "2014 Primary"}},
    }
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(mapping))
    result = history("AA1,2014\n", "AA2,0\n", header="ncid,p1\n", options=("--layout", str(path)))
    assert (result["rows"], result["matched"]) == (1, 1)
    assert Election.objects.get().held_on == date(2014, 9, 9)


def test_two_spellings_of_one_election_are_one(history):
    history(vote("AA1", "11/05/2024 GENERAL"))
    history("AA2,X\n", header="sos_voterid,general_11_05_2024\n", options=("--layout", "oh"))
    assert Election.objects.get().labels == ["11/05/2024 GENERAL", "general_11_05_2024"]


def test_the_latest_63_elections_have_a_bit_and_older_ones_stay_in_the_detail(history):
    labels = [f"11/{1 + n % 28:02d}/{1950 + n} MUNICIPAL" for n in range(63)]
    history(*(vote("AA1", label) for label in labels))
    assert Voter.objects.get(state_voter_id="AA1").history == 2**63 - 1
    history(vote("AA1", "11/05/2024 GENERAL"), vote("AA2", labels[0]))
    oldest, newest = Election.objects.get(labels=[labels[0]]), Election.objects.get(kind="general")
    assert (oldest.bit, newest.bit) == (None, 0)
    assert Voter.objects.get(state_voter_id="AA1").history == 2**63 - 1
    assert Voter.objects.get(state_voter_id="AA2").history == 0
    assert [v.election_id for v in votes_of("AA2")] == [oldest.pk]
    assert len(votes_of("AA1")) == 64


def test_an_older_election_that_comes_later_finds_its_place_by_date(history):
    history(vote("AA1", "11/05/2024 GENERAL"))
    history(vote("AA1", "11/08/2022 GENERAL"), vote("AA2", "11/08/2022 GENERAL"))
    assert Voter.objects.get(state_voter_id="AA2").history == mask_of("11/08/2022 GENERAL")
    assert bin(Voter.objects.get(state_voter_id="AA1").history).count("1") == 2


def test_a_history_of_voters_nobody_imported_is_a_file_without_matches(history):
    assert history(vote("ZZ1", "11/05/2024 GENERAL"))["matched"] == 0


def test_an_empty_history_is_refused(history):
    with pytest.raises(CommandError, match="no vote"):
        history()


def test_voters_counts_who_voted_in_k_of_the_last_n(history, chapter):
    primaries = [
        "05/08/2018 PRIMARY",
        "03/03/2020 PRIMARY",
        "05/17/2022 PRIMARY",
        "03/05/2024 PRIMARY",
        "03/03/2026 PRIMARY",
    ]
    history(
        *(vote("AA1", label) for label in primaries),
        *(vote("AA2", label) for label in primaries[2:]),
        *(vote("AA3", label) for label in (*primaries[:3], "11/05/2024 GENERAL")),
    )
    out = io.StringIO()
    call_command(
        "voters", "--chapter", chapter.slug, "--voted", "3/4", "--kind", "primary", "--json", stdout=out
    )
    assert json.loads(out.getvalue()) == {"count": 2}


@pytest.mark.parametrize("voted", ["4", "0/4", "5/4", "x"])
def test_voters_refuses_what_is_no_fraction(chapter, voted):
    with pytest.raises(CommandError, match="k/n"):
        call_command("voters", "--chapter", chapter.slug, "--voted", voted, "--kind", "primary")


def test_voters_says_when_too_few_elections_are_on_record(chapter):
    with pytest.raises(CommandError, match="Only 0 elections"):
        call_command("voters", "--chapter", chapter.slug, "--voted", "3/4", "--kind", "primary")


def test_cambridges_history_gives_the_counts_of_its_rows(shared_data):
    chapter = make_chapter(state="MA")
    run("import_voters", shared_data / "cambridge/voters_t0.txt.gz", chapter)
    result = run("import_history", shared_data / "cambridge/history_t0.txt.gz", chapter)
    assert (result["rows"], result["matched"], result["unmatched"]) == (199_021, 199_021, 0)
    assert len(result["elections"]) == 12
    votes, per_label = defaultdict(set), Counter()
    with gzip.open(
        shared_data / "cambridge/history_t0.txt.gz", "rt", encoding="latin-1", newline=""
    ) as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            votes[row["ncid"]].add(row["election_desc"])
            per_label[row["election_desc"]] += 1
    assert {e["label"]: e["votes"] for e in result["elections"]} == dict(per_label)
    last = {"03/03/2026 PRIMARY", "03/05/2024 PRIMARY", "05/17/2022 PRIMARY", "03/03/2020 PRIMARY"}
    listed = set(Voter.objects.filter(is_listed=True).values_list("state_voter_id", flat=True))
    expected = sum(len(voted & last) >= 3 for ncid, voted in votes.items() if ncid in listed)
    out = io.StringIO()
    call_command(
        "voters", "--chapter", chapter.slug, "--voted", "3/4", "--kind", "primary", "--json", stdout=out
    )
    assert json.loads(out.getvalue()) == {"count": expected}

    result = run("import_history", shared_data / "cambridge/history_t1.txt.gz", chapter)
    assert result["rows"] == 115_970
    assert Election.objects.filter(chapter=chapter).count() == 13
