from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from chapters.models import AuditEvent
from core.actors import Actor
from precincts.models import BookLook, VoterChange
from precincts.selectors.block_news import NEWS_AT_MOST, get_block_news
from precincts.services.book_looks import LookWithoutAccount, remember_look
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_import,
    make_member,
    make_precinct,
    make_voter,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), number=5)


@pytest.fixture
def blanca(chapter, block, client):
    """The block's captain, signed in."""
    blanca = make_member(chapter, "Blanca")
    make_captain(block, blanca)
    client.force_login(blanca.user)
    return blanca


@pytest.fixture
def door(block):
    building = make_building(block.chapter, 12)
    return make_household(building, block.precinct, block=block, walk_position=1)


@pytest.fixture
def elsewhere(chapter, block):
    """A door of another block."""
    other = make_block(block.precinct, number=6)
    return make_household(make_building(chapter, 99), block.precinct, block=other, walk_position=1)


def change(voter, kind, *, on=TODAY, came=None, went=None, **values):
    record = make_import(voter.chapter)
    return VoterChange.objects.create(
        chapter=voter.chapter, voter_import=record, voter=voter, kind=kind, to_household=came,
        from_household=went, on=on, **values,
    )  # fmt: skip


def told(block, user, on=TODAY):
    news = get_block_news(block, user_id=user.pk, on=on)
    return [(item.what, item.name, item.voter_id is not None) for item in news.items]


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def test_the_news_say_who_came_who_went_and_what_changed(block, blanca, door, elsewhere):
    nora, omar = make_voter(door, "Nora"), make_voter(door, "Omar", party="REP")
    gus = make_voter(door, "Gus", gone_on=TODAY)
    dora = make_voter(door, "Dora", status="removed")
    mia = make_voter(elsewhere, "Mia")
    yuri = make_voter(door, "Yuri")
    change(nora, "moved", came=door, went=elsewhere)
    change(omar, "changed", came=door, went=door, before={"party": "DEM"}, after={"party": "REP"})
    change(gus, "gone", went=door)
    change(dora, "changed", came=door, went=door, before={"status": "active"}, after={"status": "removed"})
    change(mia, "moved", came=elsewhere, went=door)
    change(yuri, "new", came=door, turned_18=True)

    assert told(block, blanca.user) == [
        ("moved_in", "Nora Neighbour", True),
        ("party", "Omar Neighbour", True),
        ("gone", "Gus Neighbour", False),
        ("removed", "Dora Neighbour", False),
        ("moved_out", "Mia Neighbour", False),
        ("turned_18", "Yuri Neighbour", True),
    ]


def test_nobody_confidential_and_nothing_idle_is_news(block, blanca, door, elsewhere):
    change(make_voter(door, "Quetzal", is_confidential=True), "new", came=door)
    change(make_voter(elsewhere, "Quetzal", is_confidential=True), "moved", came=elsewhere, went=door)
    change(
        make_voter(door, "Phil"), "changed", came=door, went=door, before={"phone": "1"}, after={"phone": "2"}
    )
    change(make_voter(door, "Rob", status="removed"), "new", came=door)
    change(make_voter(elsewhere, "Eli"), "new", came=elsewhere)
    change(make_voter(door, "Old"), "new", came=door, on=TODAY - timedelta(days=200))

    assert told(block, blanca.user) == []


def test_what_was_seen_is_no_news_and_what_came_meanwhile_stays(block, blanca, door):
    seen = change(make_voter(door, "Nora"), "new", came=door)
    change(make_voter(door, "Omar"), "new", came=door)

    remember_look(block=block, through=seen.pk, by=actor_of(blanca), at=NOON)

    assert told(block, blanca.user) == [("new", "Omar Neighbour", True)]


def test_one_persons_look_is_nobody_elses(chapter, block, blanca, door):
    seen = change(make_voter(door, "Nora"), "new", came=door)
    remember_look(block=block, through=seen.pk, by=actor_of(blanca), at=NOON)
    carla = make_member(chapter, "Carla")
    make_captain(block, carla, kind="backup")

    assert told(block, carla.user) == [("new", "Nora Neighbour", True)]


def test_a_look_never_goes_backwards_nor_beyond_what_was_imported(block, blanca, door):
    first = change(make_voter(door, "Nora"), "new", came=door)
    second = change(make_voter(door, "Omar"), "new", came=door)
    by = actor_of(blanca)

    remember_look(block=block, through=2**62, by=by, at=NOON)
    assert BookLook.objects.get().through == second.pk
    remember_look(block=block, through=first.pk, by=by, at=NOON)

    assert BookLook.objects.get().through == second.pk
    assert AuditEvent.objects.filter(verb="precincts.news_seen").count() == 2


def test_the_system_has_seen_nothing(block):
    with pytest.raises(LookWithoutAccount):
        remember_look(block=block, through=0, by=Actor.system(block.chapter_id), at=NOON)


def test_many_news_come_in_portions_and_none_is_lost(block, blanca, door):
    names = [f"N{number}" for number in range(NEWS_AT_MOST + 3)]
    for name in names:
        change(make_voter(door, name), "new", came=door)
    first = get_block_news(block, user_id=blanca.user_id, on=TODAY)
    remember_look(block=block, through=first.through, by=actor_of(blanca), at=NOON)

    second = get_block_news(block, user_id=blanca.user_id, on=TODAY)

    assert [first.has_more, second.has_more] == [True, False]
    assert [item.name.split()[0] for item in (*first.items, *second.items)] == names


def test_opening_and_searching_the_book_leaves_the_news_where_they_are(client, block, blanca, door):
    change(make_voter(door, "Nora"), "new", came=door, on=date.today())
    address = url("block_book", block.chapter, block_id=block.pk)

    client.get(address, {"q": "nora"})
    client.get(address)
    response = client.get(address)

    assert [(one.name, one.words) for one in response.context["news"].items] == [
        ("Nora Neighbour", "newly registered here")
    ]
    assert not BookLook.objects.exists()


def test_a_press_says_that_the_news_are_seen(client, block, blanca, door):
    nora = make_voter(door, "Nora")
    new = change(nora, "new", came=door, on=date.today())
    book = url("block_book", block.chapter, block_id=block.pk)
    page = client.get(book).content.decode()
    assert f'<a href="#voter-{nora.pk}">Nora Neighbour</a>' in page
    assert f'name="through" value="{new.pk}"' in page

    response = client.post(url("book_seen", block.chapter, block_id=block.pk), {"through": str(new.pk)})

    assert response.headers["Location"] == book
    assert client.get(book).context["news"].items == []
    assert (BookLook.objects.get().user, BookLook.objects.get().block) == (blanca.user, block)


@pytest.mark.parametrize("through", ["", "x", "-1", "9" * 30])
def test_a_press_with_a_wrong_number_changes_nothing(client, block, blanca, door, through):
    response = client.post(url("book_seen", block.chapter, block_id=block.pk), {"through": through})

    assert response.status_code == 422
    assert not BookLook.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_the_news_take_two_queries(block, blanca, door, people, django_assert_num_queries):
    for number in range(people):
        change(make_voter(door, f"N{number}"), "new", came=door)
    remember_look(block=block, through=0, by=actor_of(blanca), at=NOON)
    BookLook.objects.update(through=0)

    with django_assert_num_queries(2):
        assert len(told(block, blanca.user)) == people


def test_who_moved_within_the_block_has_moved_in(block, blanca, door):
    other = make_household(make_building(block.chapter, 14), block.precinct, block=block, walk_position=2)
    nora = make_voter(other, "Nora", household_since=LONG_AGO)
    change(nora, "moved", came=other, went=door)

    assert told(block, blanca.user) == [("moved_in", "Nora Neighbour", True)]
