"""A chapter with two walked blocks, for the tests of walk lists."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace

import pytest

from core import tenancy
from precincts.enums import ImportKind, VoterStatus
from precincts.models import Suppression, VoterImport
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_election,
    make_household,
    make_member,
    make_organizer,
    make_precinct,
    make_voter,
)


@pytest.fixture
def town():
    """Two blocks of three and two doors, one list-only door, and people who may stand on no list."""
    chapter = make_chapter(name="River City")
    olive = make_organizer(chapter)
    precinct = make_precinct(chapter, code="3-2")
    first, second = make_block(precinct, 1), make_block(precinct, 2)
    bob = make_member(chapter, "Bob", last_name="Backer")
    make_captain(first, bob)
    for bit, year in enumerate((2018, 2020, 2022, 2024)):
        make_election(chapter, date(year, 3, 5), bit)
    doors = []
    for number, block, position in (
        (11, first, 2),
        (13, first, 1),
        (15, first, 3),
        (21, second, 1),
        (23, second, 2),
    ):
        building = make_building(chapter, number)
        doors.append(make_household(building, precinct, block=block, walk_position=position))
    loose = make_household(make_building(chapter, 99, "Far Road", lon=None, lat=None), precinct)
    rosa = make_voter(doors[0], "Rosa", "Lima", gender="F", birth_year=1965, party="DEM", history=0b1110)
    make_voter(doors[0], "Ed", "Lima", gender="M", birth_year=1963, party="UNA", history=0)
    make_voter(doors[1], "Joy", "Ncube", party="REP", history=0b1111)
    make_voter(doors[2], "Hal", "Brandt", party="DEM", registered_on=date(2025, 1, 1))
    make_voter(doors[3], "Mina", "Sato", status=VoterStatus.INACTIVE)
    make_voter(doors[4], "Łukasz", "Ñandú-Öztürk")
    make_voter(loose, "Lena", "Loose")
    make_voter(doors[0], "Connie", "Confidential", is_confidential=True)
    make_voter(doors[1], "Gerd", "Gone", gone_on=date(2026, 1, 1))
    make_voter(doors[2], "Rita", "Removed", status=VoterStatus.REMOVED)
    quiet = make_voter(doors[3], "Quentin", "Quiet")
    Suppression.objects.create(
        chapter=chapter, voter=quiet, kind="do_not_contact", channel="any", starts_on=date(2026, 1, 1)
    )
    VoterImport.objects.create(
        chapter=chapter,
        kind=ImportKind.VOTERS,
        filename="voters.txt",
        source="County board of elections",
        obtained_on=date(2026, 5, 3),
        permitted_use="Political purposes only",
        finished_at="2026-05-03T12:00:00Z",
    )
    by = actor_of(olive)
    with tenancy.chapter_scope(chapter, by):
        yield SimpleNamespace(
            chapter=chapter, precinct=precinct, first=first, second=second, doors=doors, loose=loose,
            olive=olive, bob=bob, rosa=rosa, by=by,
        )  # fmt: skip


LISTED = {"Rosa Lima", "Ed Lima", "Joy Ncube", "Hal Brandt", "Mina Sato", "Łukasz Ñandú-Öztürk", "Lena Loose"}
UNLISTED = {"Connie", "Gerd", "Rita", "Quentin", "Confidential", "Removed"}


@pytest.fixture(autouse=True)
def private_folder(settings, tmp_path):
    """Printed lists go into a folder of the test's own."""
    storage = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path / "media"},
    }
    settings.STORAGES = {**settings.STORAGES, "default": storage, "private": storage}
    return tmp_path / "media"
