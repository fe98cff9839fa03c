from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from chapters.enums import MemberKind
from chapters.selectors.actors import today_in
from precincts.models import LocalIssue, PrecinctAssignment, Residence
from precincts.selectors.groups import list_group
from precincts.selectors.issues import list_issues_named
from precincts.services.facts import record_fact, retract_fact
from precincts.services.skills import add_skill
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_issue,
    make_member,
    make_need,
    make_offer,
    make_organizer,
    make_precinct,
    make_unregistered,
    make_voter,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


@pytest.fixture
def block(precinct):
    return make_block(precinct, number=5)


@pytest.fixture
def priya(chapter, precinct, client):
    """The precinct's captain, signed in."""
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=priya, starts_on=LONG_AGO, kind="captain"
    )
    client.force_login(priya.user)
    return priya


@pytest.fixture
def by(chapter):
    return actor_of(make_organizer(chapter))


def door_of(block, number):
    return make_household(make_building(block.chapter, number), block.precinct, block=block)


def names(voter, text, by):
    return record_fact(voter=voter, kind="issue", text=text, source="captain", by=by, at=NOW)


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def test_the_group_is_whoever_leads_keeps_blocks_or_lives_there(chapter, precinct, block, priya):
    blanca, bea, rita, fay, elsa = (
        make_member(chapter, name, user=None) for name in ("Blanca", "Bea", "Rita", "Fay", "Elsa")
    )
    make_captain(block, blanca)
    make_captain(block, bea, kind="backup")
    make_captain(make_block(make_precinct(chapter, "9-9")), elsa)
    make_captain(make_block(precinct, number=9, closed_on=LONG_AGO), elsa)
    door = door_of(block, 12)
    for member in (rita, fay, bea):
        Residence.objects.create(chapter=chapter, member=member, household=door, starts_on=LONG_AGO)
    fay.kind = MemberKind.FORMER
    fay.save()
    found = list_group(precinct, today_in(chapter))
    assert [(one.member.first_name, one.leads, len(one.blocks), len(one.backed_up), one.lives_here) for one in found] == [
        ("Priya", "captain", 0, 0, False),
        ("Blanca", "", 1, 0, False),
        ("Bea", "", 0, 1, True),
        ("Rita", "", 0, 0, True),
    ]  # fmt: skip


def test_what_several_neighbours_named_is_proposed_until_somebody_works_on_it(chapter, precinct, block, by):
    door = door_of(block, 12)
    nora, nico, nell = (make_voter(door, name) for name in ("Nora", "Nico", "Nell"))
    names(nora, "The number 6 bus", by)
    names(nico, "Buses are late", by)
    names(nico, "Rent", by)
    names(nell, "Rents too high", by)
    retract_fact(fact=names(nell, "The bus!", by), by=by, at=NOW)
    elsewhere = make_voter(door_of(make_block(make_precinct(chapter, "9-9")), 80), "Fern")
    names(elsewhere, "bus", by)
    confidential = make_voter(door, "Conny")
    names(confidential, "bus", by)
    confidential.is_confidential = True
    confidential.save()
    found = list_issues_named(precinct, [])
    assert [(one.word, one.neighbours) for one in found] == [("rent", 2), ("bus", 2)]
    assert [one.word for one in list_issues_named(precinct, ["The bus stop at the mill"])] == ["rent"]


def test_one_person_found_in_the_file_counts_once(precinct, block, by):
    door = door_of(block, 12)
    by_hand, other = make_unregistered(door, "Rosa"), make_voter(door, "Nico")
    names(by_hand, "bus", by)
    by_hand.merged_into, by_hand.status = make_voter(door, "ROSALIA"), "merged"
    by_hand.save()
    names(by_hand.merged_into, "the bus", by)
    assert list_issues_named(precinct, []) == []
    names(other, "bus", by)
    (found,) = list_issues_named(precinct, [])
    assert found.neighbours == 2


def test_a_press_takes_the_neighbours_words_to_a_new_issue(client, chapter, precinct, block, priya, by):
    door = door_of(block, 12)
    for name in ("Nora", "Nico"):
        names(make_voter(door, name), "No crossing at the mill", by)
    page = client.get(url("group", chapter, precinct_id=precinct.pk)).text
    assert "named by 2 neighbours" in page
    assert "Nora" not in page
    add = url("add_issue", chapter, precinct_id=precinct.pk) + "?title=No+crossing+at+the+mill"
    assert add.replace("&", "&amp;") in page
    assert 'value="No crossing at the mill"' in client.get(add).text


def test_the_page_shows_people_issues_and_who_could_help_whom(client, chapter, precinct, block, priya, by):
    nia = make_member(chapter, "Nia", last_name="Brown", user=None)
    make_captain(block, nia)
    make_issue(precinct, "The bus stop", state="working", leader=nia)
    make_issue(precinct, "Long won", state="won", closed_on=LONG_AGO)
    add_skill(member=nia, kind="skill", text="Sews", by=by, at=NOW)
    make_need(make_voter(door_of(block, 12), "NORA", "NEEDY"), "To the clinic")
    make_offer(make_voter(door_of(block, 22), "OWEN", "OFFERS"), "Has a car")
    page = client.get(url("group", chapter, precinct_id=precinct.pk))
    for words in (
        "Priya",
        "Nia Brown",
        "led by Nia Brown",
        "being worked on",
        "To the clinic",
        "Has a car",
        "Ask both",
    ):
        assert words in page.text, words
    for words in ("Long won", "Needy", "NEEDY", "Owen", "OWEN"):
        assert words not in page.text, words
    assert [str(stat.number) for stat in page.context["stats"]] == ["2", "1", "1", "1 of 1"]


def test_a_block_captain_sees_the_group_and_no_needs_of_others(client, chapter, precinct, block):
    blanca = make_member(chapter, "Blanca")
    make_captain(block, blanca)
    other = make_block(precinct, number=6)
    make_need(make_voter(door_of(other, 12), "NORA", "NEEDY"), "To the clinic")
    make_offer(make_voter(door_of(block, 22), "OWEN"), "Has a car")
    client.force_login(blanca.user)
    page = client.get(url("group", chapter, precinct_id=precinct.pk))
    assert page.status_code == 200
    assert "To the clinic" not in page.text
    elsewhere = make_precinct(chapter, "9-9")
    assert client.get(url("group", chapter, precinct_id=elsewhere.pk)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_group_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, block, priya, by, count, django_assert_num_queries
):
    for place in range(count):
        member = make_member(chapter, f"Nia{place}", user=None)
        kept = make_block(precinct, number=20 + place)
        make_captain(kept, member)
        make_issue(precinct, f"Issue {place}", leader=member)
        neighbours = [make_voter(door_of(kept, 30 + 4 * place + one), f"N{one}") for one in (0, 1)]
        for neighbour in neighbours:
            names(neighbour, f"Topic{place}", by)
        make_need(neighbours[0], f"Need {place}")
        make_offer(neighbours[1], f"Offer {place}")
    client.get(url("group", chapter, precinct_id=precinct.pk))
    with django_assert_num_queries(23):
        page = client.get(url("group", chapter, precinct_id=precinct.pk))
    assert [len(page.context[part]) for part in ("issues", "proposals", "matches")] == [count] * 3


def test_an_empty_group_says_what_comes_first(client, chapter, precinct, priya):
    text = client.get(url("group", chapter, precinct_id=precinct.pk)).text
    assert "No open issue." in text
    assert not LocalIssue.objects.exists()
