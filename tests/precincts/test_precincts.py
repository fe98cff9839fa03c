from __future__ import annotations

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from chapters.models import AuditEvent
from core.actors import Actor
from core.permissions import has_right
from core.tenancy import chapter_scope
from precincts.enums import CaptaincyKind
from precincts.models import Block, Household, PrecinctAssignment, Voter
from precincts.selectors.block_map import get_block_map
from precincts.selectors.precincts import (
    NoSuchPrecinct,
    SeveralPrecincts,
    get_precinct_by_code,
    get_precinct_figures,
)
from precincts.services.cutting import cut_precinct
from tests.factories import (
    LONG_AGO,
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
    make_street,
    make_voter,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    precinct = make_precinct(chapter)
    make_street(precinct, houses=12)
    return precinct


@pytest.fixture
def olive(chapter, client):
    """The organizer, signed in."""
    olive = make_organizer(chapter)
    client.force_login(olive.user)
    return olive


def url(name: str, chapter, **kwargs) -> str:
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def cut(precinct, blocks: int = 3):
    return cut_precinct(precinct=precinct, by=Actor.system(precinct.chapter_id), on=TODAY, blocks=blocks)


def test_the_list_shows_each_precinct_with_its_figures(client, chapter, precinct, olive):
    cut(precinct)
    make_captain(Block.objects.get(number=1), make_member(chapter))
    make_precinct(make_chapter("elsewhere"), "Quetzal-9")

    response = client.get(url("index", chapter))

    (row,) = response.context["page"].page.object_list
    assert (row.code, row.listed, row.doors, row.open_blocks, row.filled, row.vacant, row.unplaced) == (
        "3-2", 24, 12, 3, 1, 2, 0,
    )  # fmt: skip
    assert "Quetzal-9" not in response.content.decode()


def test_the_list_narrows_to_precincts_without_blocks(client, chapter, precinct, olive):
    cut(precinct)
    make_precinct(chapter, "3-3")

    response = client.get(url("index", chapter), {"state": "uncut"})

    assert [row.code for row in response.context["page"].page.object_list] == ["3-3"]


@pytest.mark.parametrize("precincts", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(
    client, chapter, olive, precincts, django_assert_num_queries
):
    for number in range(precincts):
        precinct = make_precinct(chapter, f"4-{number}")
        make_street(precinct, houses=4, street=f"Street {number}")
        cut(precinct, blocks=2)
    client.get(url("index", chapter))

    with django_assert_num_queries(14):
        client.get(url("index", chapter))


def test_the_list_leaves_as_csv_and_the_log_says_who_took_it(client, chapter, precinct, olive):
    response = client.get(url("index", chapter), {"format": "csv"})

    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines == [
        "Precinct,Voters,Doors,Blocks,With a captain,Without,Not on the map,State",
        "3-2,24,12,0,0,0,0,not cut",
    ]
    event = AuditEvent.objects.get(verb="export.precincts")
    assert (event.actor_user, event.rows) == (olive.user, 1)


def test_a_precinct_without_blocks_offers_to_cut_them(client, chapter, precinct, olive):
    response = client.get(url("precinct", chapter, precinct_id=precinct.pk))

    assert response.context["say"] == "24 voters behind 12 doors, not yet cut into blocks."
    assert response.context["primary"].label == "Cut blocks"


def test_a_precinct_with_vacancies_offers_to_find_captains_and_lists_them_first(
    client, chapter, precinct, olive
):
    cut(precinct)
    make_captain(Block.objects.get(number=1), olive, starts_on=TODAY)

    response = client.get(url("precinct", chapter, precinct_id=precinct.pk))

    assert response.context["say"] == (
        "24 voters behind 12 doors, in 3 blocks of about 8. 2 blocks have no captain."
    )
    assert response.context["primary"].label == "Find captains"
    assert [card.title for card in response.context["cards"]] == [
        "No captain", "No captain", "Olive Adams (you)",
    ]  # fmt: skip


def test_the_list_of_precincts_offers_the_next_step(client, chapter, precinct, olive):
    steps = []
    steps.append(client.get(url("index", chapter)).context["primary"].label)
    cut(precinct)
    steps.append(client.get(url("index", chapter)).context["primary"].label)
    for block in Block.objects.all():
        make_captain(block, olive)
    steps.append(client.get(url("index", chapter)).context["primary"].label)

    assert steps == ["Cut blocks", "Find captains", "Print walk lists"]


def test_blocks_of_one_size_are_not_said_as_a_span(client, chapter, precinct, olive):
    cut(precinct, 1)

    badge = client.get(url("precinct", chapter, precinct_id=precinct.pk)).context["map"].badge

    assert badge.word == "24 voters"


def test_a_precinct_is_named_by_code_and_where_counties_share_it_by_county(chapter, precinct):
    today = timezone.localdate()
    assert get_precinct_by_code(chapter, "3-2", today) == precinct
    other = make_precinct(chapter, county="WAKE")

    with pytest.raises(SeveralPrecincts):
        get_precinct_by_code(chapter, "3-2", today)
    assert get_precinct_by_code(chapter, "Wake/3-2", today) == other
    with pytest.raises(NoSuchPrecinct):
        get_precinct_by_code(chapter, "9-9", today)


@pytest.mark.parametrize("blocks", [1, 3])
def test_a_precincts_page_takes_the_same_queries_whatever_its_size(
    client, chapter, precinct, olive, blocks, django_assert_num_queries
):
    cut(precinct, blocks)
    for block in Block.objects.all():
        make_captain(block, make_member(chapter))
    client.get(url("precinct", chapter, precinct_id=precinct.pk))

    with django_assert_num_queries(20):
        client.get(url("precinct", chapter, precinct_id=precinct.pk))


def test_hot_voters_are_counted_by_the_chapters_rule(client, chapter, precinct, olive):
    for bit, year in enumerate((2020, 2022, 2024, 2026)):
        make_election(chapter, date(year, 2, 28), bit)
    door = Household.objects.first()
    make_voter(door, history=0b1110)
    make_voter(door, history=0b0110)
    make_voter(door, history=0b1100, registered_on=date(2023, 5, 1))
    make_voter(door, history=0b1111, is_confidential=True)

    response = client.get(url("precinct", chapter, precinct_id=precinct.pk))

    assert response.context["stats"][0].number == "2"
    assert response.context["stats"][0].words == (
        "hot: voted in at least 3 of the last 4 primaries, or as large a share since registering"
    )


def test_the_map_has_every_building_every_block_and_no_name(chapter, precinct, client, olive):
    cut(precinct)
    response = client.get(url("precinct_map", chapter, precinct_id=precinct.pk))

    features = response.json()["features"]
    kinds = [feature["properties"]["kind"] for feature in features]
    assert (kinds.count("point"), kinds.count("area"), kinds.count("number")) == (12, 3, 3)
    assert sum(f["properties"].get("size", 0) for f in features) == 24
    assert "Nora" not in response.content.decode()
    assert response.headers["Cache-Control"] == "private, no-cache"


def test_the_map_is_sent_again_only_when_it_changed(chapter, precinct, client, olive):
    cut(precinct)
    address = url("precinct_map", chapter, precinct_id=precinct.pk)
    tag = client.get(address).headers["ETag"]

    assert client.get(address, headers={"if-none-match": tag}).status_code == 304
    make_captain(Block.objects.get(number=1), olive)
    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("renamed", ["block", "captain"])
def test_the_map_is_sent_again_when_somebody_or_something_on_it_is_renamed(
    chapter, precinct, client, olive, renamed
):
    cut(precinct)
    make_captain(Block.objects.get(number=1), olive)
    address = url("precinct_map", chapter, precinct_id=precinct.pk)
    tag = client.get(address).headers["ETag"]

    if renamed == "block":
        Block.objects.filter(number=1).update(name="North side")
    else:
        type(olive).objects.filter(pk=olive.pk).update(last_name="Newname")

    assert client.get(address, headers={"if-none-match": tag}).status_code == 200


def test_a_precinct_whose_blocks_all_have_captains_offers_once_to_print(client, chapter, precinct, olive):
    cut(precinct)
    page = url("precinct", chapter, precinct_id=precinct.pk)
    vacant = client.get(page).content.decode()
    for block in Block.objects.all():
        make_captain(block, olive)
    filled = client.get(page).content.decode()

    assert 'href="#lists"' in vacant
    assert 'href="#lists"' not in filled
    assert (
        reverse(
            "canvassing:print_precinct", kwargs={"chapter_slug": chapter.slug, "precinct_id": precinct.pk}
        )
        in filled
    )


def test_blocks_without_a_captain_are_pale_on_the_map(chapter, precinct, client, olive):
    cut(precinct)
    make_captain(Block.objects.get(number=1), olive)

    from core import tenancy

    with tenancy.scope(actor=Actor.system(chapter.pk), chapter_id=chapter.pk, slug=chapter.slug):
        found = get_block_map(precinct, TODAY)

    areas = [f["properties"] for f in found["features"] if f["properties"]["kind"] == "area"]
    assert sorted((a["say"], a.get("pale", False)) for a in areas) == [
        ("Block 1: 8 voters, Olive Adams", False),
        ("Block 2: 8 voters, no captain", True),
        ("Block 3: 8 voters, no captain", True),
    ]


def test_a_precinct_captain_sees_the_own_precinct_only(client, chapter, precinct):
    other = make_precinct(chapter, "3-3")
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=priya, starts_on=LONG_AGO, kind=CaptaincyKind.CAPTAIN
    )
    client.force_login(priya.user)

    assert client.get(url("precinct", chapter, precinct_id=precinct.pk)).status_code == 200
    assert client.get(url("precinct", chapter, precinct_id=other.pk)).status_code == 404
    (row,) = client.get(url("index", chapter)).context["page"].page.object_list
    assert (row.code, row.listed) == ("3-2", 24)


def test_the_command_cuts_one_precinct_and_prints_what_it_did(chapter, precinct, capsys):
    call_command("cut_blocks", chapter=chapter.slug, precinct="3-2", blocks=3, json=True)

    result = json.loads(capsys.readouterr().out)
    assert result.pop("seconds") >= 0
    assert result == {
        "precincts": [{"code": "3-2", "voters": 24, "blocks": 3, "sizes": [8, 8, 8], "list_only": 0}]
    }


def test_the_command_cuts_all_precincts(chapter, precinct, capsys):
    make_street(make_precinct(chapter, "3-3"), houses=4, street="Far Street")

    call_command("cut_blocks", chapter=chapter.slug, all=True, voters_per_block=8, json=True)

    result = json.loads(capsys.readouterr().out)
    assert [(p["code"], p["blocks"], p["sizes"]) for p in result["precincts"]] == [
        ("3-2", 3, [8, 8, 8]), ("3-3", 1, [8]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"chapter": "nowhere", "all": True, "blocks": 2}, "No chapter has the short name nowhere."),
        ({"chapter": "river-city", "precinct": "9-9", "blocks": 2}, "The chapter has no precinct 9-9."),
        ({"chapter": "river-city", "precinct": "3-2", "blocks": 0}, "one number above 0"),
        ({"chapter": "river-city", "precinct": "3-2", "blocks": 13}, "12 buildings"),
    ],
)
def test_the_command_says_why_it_did_nothing(chapter, precinct, options, reason):
    with pytest.raises(CommandError, match=reason):
        call_command("cut_blocks", **options)


def test_neighbours_belong_to_the_precinct_of_their_door(chapter):
    """A file may name two precincts at one door; who has no door belongs where the file says."""
    here, elsewhere = make_precinct(chapter, "3-2"), make_precinct(chapter, "9-9")
    door = make_household(make_building(chapter, 1), here, block=make_block(here))
    mine = [make_voter(door, "Ann"), make_voter(door, "Ben", precinct=elsewhere)]
    doorless = Voter.objects.create(
        chapter=chapter, state="NC", state_voter_id="X1", last_name="Low", precinct=here, status="active"
    )
    make_voter(make_household(make_building(chapter, 3), elsewhere), "Cy", precinct=here)
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(chapter=chapter, precinct=here, member=priya, starts_on=LONG_AGO)
    captain = actor_of(priya)
    with chapter_scope(chapter, captain):
        seen = Voter.objects.visible_to(captain)
        assert set(seen) == set(Voter.objects.living_in(here.pk)) == {*mine, doorless}
        assert [has_right(captain, "precincts.add_fact", voter) for voter in mine] == [True, True]
        figures = get_precinct_figures(here, TODAY)
    assert (figures.voters, figures.doors, figures.list_only) == (3, 1, 1)
