"""The strength of the precincts: active, lapsing and vacant blocks, as words, list, map and CSV."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from core.actors import Actor
from precincts.enums import FactSource
from precincts.health import block_state, precinct_state
from precincts.models import Voter
from precincts.selectors.health import get_block_states, list_health
from precincts.services.cutting import cut_precinct
from precincts.services.facts import record_fact
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_captain,
    make_chapter,
    make_member,
    make_organizer,
    make_precinct,
    make_street,
)


@given(st.integers(0, 60), st.data())
def test_a_precinct_is_never_weaker_with_one_more_active_block(blocks, data):
    order = ["weak", "thin", "strong"]
    active = data.draw(st.integers(0, max(0, blocks - 1)))
    if not blocks:
        assert precinct_state(blocks=0, active=0) == "uncut"
        return
    now, more = (precinct_state(blocks=blocks, active=count) for count in (active, active + 1))
    assert order.index(more) >= order.index(now)
    assert precinct_state(blocks=blocks, active=0) == "weak"
    assert precinct_state(blocks=blocks, active=blocks) == "strong"


@pytest.mark.parametrize(
    ("blocks", "active", "state"), [(4, 3, "strong"), (4, 2, "thin"), (4, 1, "weak"), (8, 5, "thin")]
)
def test_three_of_four_are_strong_and_half_are_thin(blocks, active, state):
    assert precinct_state(blocks=blocks, active=active) == state


def test_more_active_blocks_than_blocks_are_refused():
    with pytest.raises(ValueError, match="3 of 2"):
        precinct_state(blocks=2, active=3)


def test_a_block_is_vacant_lapsing_or_active():
    states = [block_state(has_captain=has, is_lapsing=quiet) for has, quiet in ((0, 0), (1, 1), (1, 0))]
    assert states == ["vacant", "lapsing", "active"]


@pytest.fixture
def chapter(db, settings):
    settings.REQUIRE_SECOND_FACTOR = False
    return make_chapter()


@pytest.fixture
def olive(chapter, client):
    olive = make_organizer(chapter)
    client.force_login(olive.user, backend="django.contrib.auth.backends.ModelBackend")
    return olive


def make_cut_precinct(chapter, code="3-2"):
    """Three blocks: the first with an active captain, the second with a silent one, the third vacant."""
    precinct = make_precinct(chapter, code)
    make_street(precinct, houses=12, street=f"Lantern Street {code}", lat=35.5, lon=-79.0)
    cut_precinct(precinct=precinct, by=Actor.system(chapter.pk), on=LONG_AGO, blocks=3)
    active, silent, _vacant = precinct.blocks.order_by("number")
    for block in (active, silent):
        make_captain(block, make_member(chapter, f"Kept{code}{block.number}"))
    record_fact(
        voter=Voter.objects.filter(household__block=active).first(), kind="note", text="Met.",
        source=FactSource.CAPTAIN, by=Actor.system(chapter.pk), at=timezone.now(),
    )  # fmt: skip
    return precinct


def test_the_list_counts_what_is_active_lapsing_and_vacant(chapter, olive):
    precinct = make_cut_precinct(chapter)
    make_precinct(chapter, "9-9")
    row, uncut = list_health(actor_of(olive), today_in(chapter)).order_by("code")
    assert (row.open_blocks, row.filled, row.active, row.lapsing, row.vacant) == (3, 2, 1, 1, 1)
    assert (row.covered_doors, row.doors, row.covered_voters, row.listed) == (8, 12, 16, 24)
    assert row.vacant_since == LONG_AGO
    assert (uncut.open_blocks, uncut.active, uncut.vacant_since, uncut.covered_doors) == (0, 0, None, 0)
    states = get_block_states(precinct, today_in(chapter))
    assert [states[block.pk] for block in precinct.blocks.order_by("number")] == [
        "active",
        "lapsing",
        "vacant",
    ]


def test_the_chapter_says_after_how_many_weeks_a_captain_is_lapsing(chapter, olive):
    make_cut_precinct(chapter)
    on = today_in(chapter)
    chapter.quiet_weeks = 52
    chapter.save()
    later = list_health(actor_of(olive), on + timedelta(weeks=20)).get()
    assert (later.active, later.lapsing) == (1, 1)
    chapter.quiet_weeks = 3
    chapter.save()
    later = list_health(actor_of(olive), on + timedelta(weeks=20)).get()
    assert (later.active, later.lapsing) == (0, 2)


def test_the_page_shows_the_list_and_the_map_the_same_in_colours(client, chapter, olive):
    precinct = make_cut_precinct(chapter)
    page = client.get(f"/c/{chapter.slug}/roster/strength/").content.decode()
    assert "weak" in page
    assert f"/c/{chapter.slug}/roster/strength/map.geojson" in page
    features = client.get(f"/c/{chapter.slug}/roster/strength/map.geojson").json()["features"]
    (number,) = [one["properties"] for one in features if one["properties"]["kind"] == "number"]
    assert number["label"] == "1/3"
    assert number["say"] == "Precinct 3-2, weak: 1 of 3 blocks active, 1 lapsing, 1 vacant"
    assert number["url"] == f"/c/{chapter.slug}/precincts/{precinct.pk}/?map=health"


def test_a_precincts_map_is_coloured_by_how_its_blocks_are_kept(client, chapter, olive):
    precinct = make_cut_precinct(chapter)
    address = f"/c/{chapter.slug}/precincts/{precinct.pk}/"
    assert "map.geojson?by=health" in client.get(f"{address}?map=health").content.decode()
    assert "map.geojson?by=health" not in client.get(address).content.decode()
    features = client.get(f"{address}map.geojson?by=health").json()["features"]
    areas = {
        one["properties"]["say"]: one["properties"]["hue"]
        for one in features
        if one["properties"]["kind"] == "area"
    }
    assert [hue for _say, hue in sorted(areas.items())] == [0, 4, 1]
    assert [("lapsing" in say, "no captain" in say) for say in sorted(areas)] == [
        (False, False), (True, False), (False, True)
    ]  # fmt: skip


def test_the_csv_has_counts_and_is_logged(client, chapter, olive):
    make_cut_precinct(chapter)
    lines = (
        b"".join(client.get(f"/c/{chapter.slug}/roster/strength/?format=csv").streaming_content)
        .decode()
        .splitlines()
    )
    assert lines[0].startswith("Precinct,State,Blocks,Active,Lapsing,Vacant,Vacant since")
    assert lines[1].split(",")[:6] == ["3-2", "weak", "3", "1", "1", "1"]
    assert AuditEvent.objects.filter(verb="export.health").exists()


@pytest.mark.parametrize("precincts", [1, 3])
def test_the_page_takes_the_same_queries_whatever_its_length(
    client, chapter, olive, precincts, django_assert_num_queries
):
    for code in range(precincts):
        make_cut_precinct(chapter, f"{code}-1")
    address = f"/c/{chapter.slug}/roster/strength/"
    client.get(address)
    with django_assert_num_queries(14):
        client.get(address)
    with django_assert_num_queries(9):
        client.get(f"{address}map.geojson")


def test_precinct_captains_see_their_own_precinct_alone(client, chapter, olive):
    own = make_cut_precinct(chapter, "1-1")
    make_cut_precinct(chapter, "2-2")
    leader = make_member(chapter, "Pia")
    own.assignments.create(chapter=chapter, member=leader, starts_on=LONG_AGO, kind="captain")
    assert [row.code for row in list_health(actor_of(leader), today_in(chapter))] == ["1-1"]
