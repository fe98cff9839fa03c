from __future__ import annotations

import gzip

import pytest
from django.db import connection

from core.actors import Actor
from core.components import Progress
from core.jobs import WHOLE
from core.words import say
from precincts.models import Precinct
from precincts.services.imports import staging, stretches
from precincts.services.imports.pace import (
    ADDRESS_STAGES,
    BOUNDARY_STAGES,
    FIRST_STAGES,
    HISTORY_STAGES,
    LATER_STAGES,
    Pace,
)
from precincts.services.imports.uploads import Upload
from precincts.services.imports.voters import import_voters
from precincts.voterfile.sources import text_bytes
from tests.factories import make_chapter
from tests.precincts.test_imports import run
from tests.precincts.test_voterfile import NC_HEADER, nc_row, zip_file


@pytest.mark.parametrize(
    "stages", [FIRST_STAGES, LATER_STAGES, HISTORY_STAGES, ADDRESS_STAGES, BOUNDARY_STAGES]
)
def test_every_stage_begins_where_the_one_before_ends(stages):
    told = []
    pace = Pace(lambda done, total, words: told.append((done, total)), stages)
    for stage in stages:
        pace.tell(stage)
        pace.tell(stage, 1.0)
    assert told[0] == (0, WHOLE)
    assert told[-1] == (WHOLE, WHOLE)
    assert [done for done, _total in told] == sorted(done for done, _total in told)
    assert all(told[at] == told[at + 1] for at in range(1, len(told) - 1, 2))


def test_a_share_is_shown_in_percent_and_things_are_counted():
    assert Progress(key="a", what="b", state="running", done=4200, total=WHOLE).is_share
    assert not Progress(key="a", what="b", state="running", done=42, total=100).is_share


def test_what_an_upload_unpacks_to_is_known_before_it_is_read(tmp_path):
    text = ("row\n" * 5000).encode()
    plain = tmp_path / "a.txt"
    plain.write_bytes(text)
    packed = tmp_path / "a.txt.gz"
    packed.write_bytes(gzip.compress(text))
    archive = zip_file(tmp_path / "a.zip", {"a.txt": text, "b.txt": text})
    damaged = tmp_path / "b.zip"
    damaged.write_bytes(archive.read_bytes()[:-30])
    assert [text_bytes(path) for path in (plain, packed, archive, damaged)] == [20_000, 20_000, 40_000, 0]


@pytest.mark.django_db
def test_an_import_says_how_far_it_is_until_its_last_stage(tmp_path, monkeypatch):
    monkeypatch.setattr(stretches, "STRETCH_ROWS", 2000)
    monkeypatch.setattr(staging, "COPY_ROWS", 2000)
    chapter = make_chapter(state="NC")
    path = tmp_path / "voters.txt"
    path.write_text(NC_HEADER + "".join(nc_row(ncid=f"AA{n}", address=f"{n} MAIN ST") for n in range(10_000)))
    first = told_by_import(path, chapter)
    assert [words.partition(":")[0] for words in first if "Reading" not in words] == [
        "Finding blocks for new doors"
    ]
    path.write_text(path.read_text().replace("NORA", "NORAH"))
    later = told_by_import(path, chapter)
    stages = list(dict.fromkeys(words.partition(":")[0] for words in later))
    assert stages == [
        "Looking for what has changed",
        "Comparing with the people already here",
        "Finding blocks for new doors",
    ]


def told_by_import(path, chapter):
    """The words of an import's progress, whose figures only rise and leave room for the end."""
    told = []
    import_voters(
        upload=Upload(path=path, filename="voters.txt"),
        chapter=chapter,
        by=Actor.system(chapter_id=chapter.pk),
        progress=lambda done, total, words: told.append((done, say(words))),
    )
    done = [figure for figure, _words in told]
    assert done == sorted(done)
    assert len(set(done)) >= 4
    assert done[-1] < WHOLE
    return [words for _done, words in told]


@pytest.mark.django_db
def test_an_import_locks_the_precincts_between_which_it_moves_doors(tmp_path):
    """A cut locks its precinct before its doors; taken the other way round, both would wait for ever."""
    chapter = make_chapter(state="NC")
    path = tmp_path / "voters.txt"
    path.write_text(NC_HEADER + nc_row() + nc_row(ncid="AA2", address="9 ELM ST", precinct="03"))
    run("import_voters", path, chapter)
    path.write_text(NC_HEADER + nc_row(precinct="02") + nc_row(ncid="AA2", address="9 ELM ST", precinct="03"))
    run("import_voters", path, chapter)
    moved = set(Precinct.objects.filter(code__in=["01", "02"]).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        # The locks of other databases of the server stand in that table, too.
        cursor.execute(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND classid = 1905001 AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert {row[0] for row in cursor.fetchall()} == moved
