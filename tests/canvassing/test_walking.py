"""A walking party: sign-ups sorted into groups by where they live, led, told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from canvassing.models import Walker, WalkingGroup
from canvassing.selectors.walking import list_sign_ups
from canvassing.services.walking import (
    GroupsAreMailed,
    GroupsNotReady,
    NobodySignedUp,
    NotInGroup,
    change_group,
    mail_groups,
    sort_into_groups,
)
from canvassing.walking_groups import make_groups, share_out, split_evenly
from chapters.enums import MemberKind
from chapters.models import Message
from chapters.selectors.actors import today_in
from chapters.services.members import change_member
from chapters.services.message_words import draw_message
from core.actors import Actor
from core.http import chapter_url
from core.tenancy import chapter_scope
from precincts.addresses import parse_line
from precincts.models import Building
from precincts.services.residences import settle_member
from tests.factories import (
    LONG_AGO,
    make_block,
    make_captain,
    make_chapter,
    make_meeting,
    make_meeting_invitation,
    make_member,
    make_organizer,
    make_precinct,
    make_street,
    put_into_block,
)

PEOPLE = st.dictionaries(
    st.integers(1, 6), st.lists(st.integers(0, 10_000), unique=True, max_size=40), max_size=5
)
BLOCKS = st.dictionaries(
    st.integers(1, 6), st.lists(st.integers(0, 500), unique=True, max_size=12), max_size=6
)


@given(PEOPLE, BLOCKS, st.integers(2, 12))
def test_everybody_walks_once_in_a_group_of_their_precinct_of_the_size_wished(people, blocks, size):
    groups = make_groups(people, blocks, size=size)
    for place, found in people.items():
        here = [group for group in groups if group.place == place]
        assert [person for group in here for person in group.people] == found
        sizes = [len(group.people) for group in here]
        assert not sizes or max(sizes) - min(sizes) <= 1
        assert all(one <= max(size, 3) for one in sizes)
        assert len(found) < 2 or all(one >= 2 for one in sizes)
        if here and blocks.get(place):
            assert {block for group in here for block in group.blocks} == set(blocks[place]) or len(
                here
            ) > len(blocks[place])
            assert all(group.blocks for group in here)


@given(st.lists(st.integers(), max_size=30), st.integers(1, 12))
def test_runs_differ_by_one_at_most_and_keep_the_order(items, parts):
    runs = split_evenly(items, parts)
    assert [one for run in runs for one in run] == items
    assert max(map(len, runs)) - min(map(len, runs)) <= 1
    assert len(share_out(items, parts)) == parts


@pytest.fixture
def precinct(db):
    """Two blocks of two houses each."""
    precinct = make_precinct(make_chapter("river-city"), "3-2")
    doors = make_street(precinct, 4)
    for number in (1, 2):
        put_into_block(make_block(precinct, number), *doors[2 * number - 2 : 2 * number])
    return precinct


@pytest.fixture
def by(precinct):
    actor = Actor.system(chapter_id=precinct.chapter_id)
    with chapter_scope(precinct.chapter, actor):
        yield actor


@pytest.fixture
def rally(precinct, by):
    """Ann and Bob live in block 2, Cem and Dee in block 1, Eve nowhere known; Flo said maybe."""
    for building in Building.objects.all():
        building.address_key = parse_line(f"{building.number} {building.street}").building_key
        building.save()
    rally = make_meeting(precinct.chapter, "Rally", kind="rally")
    doors = {str(block.number): list(block.households.order_by("pk")) for block in precinct.blocks.all()}
    for name, door in (("Ann", doors["2"][0]), ("Bob", doors["2"][1]), ("Cem", doors["1"][0])):
        member = make_member(precinct.chapter, name, user=None, email=f"{name}@example.org")
        settle_member(member=member, household=door, by=by, on=LONG_AGO)
        make_meeting_invitation(rally, member, "yes")
    dee = make_member(precinct.chapter, "Dee", user=None, address="2 Lantern Street, River City")
    for member, answer in (
        (dee, "yes"), (make_member(precinct.chapter, "Eve", user=None), "yes"),
        (make_member(precinct.chapter, "Flo", user=None), "maybe"),
    ):  # fmt: skip
        make_meeting_invitation(rally, member, answer)
    return rally


def names(group):
    return [row.member.first_name for row in group.walkers.select_related("member").order_by("pk")]


def ready(rally, by):
    groups = sort_into_groups(meeting=rally, size=2, by=by, at=timezone.now())
    for group in groups:
        change_group(group=group, leader=group.leader, corner="Lantern and Mill", by=by)
    return groups


def test_sign_ups_are_found_by_their_door_or_their_address(rally, precinct):
    found = list_sign_ups(rally, today_in(precinct.chapter))
    assert {one.member.first_name: one.precinct_id == precinct.pk for one in found} == {
        "Ann": True, "Bob": True, "Cem": True, "Dee": True, "Eve": False,
    }  # fmt: skip


def test_neighbours_walk_together_and_a_captain_leads(rally, precinct, by):
    bob = rally.invitations.get(member__first_name="Bob").member
    make_captain(precinct.blocks.get(number=2), bob)
    groups = sort_into_groups(meeting=rally, size=2, by=by, at=timezone.now())
    assert [names(group) for group in groups] == [["Cem", "Dee"], ["Ann", "Bob"]]
    assert [str(group.leader) for group in groups] == ["Cem Adams", "Bob Adams"]
    assert [[block.number for block in group.blocks.all()] for group in groups] == [[1], [2]]


def test_sorting_again_begins_anew_until_the_groups_are_mailed(rally, by):
    ready(rally, by)
    [whole] = sort_into_groups(meeting=rally, size=4, by=by, at=timezone.now())
    assert names(whole) == ["Cem", "Dee", "Ann", "Bob"]
    change_group(group=whole, leader=whole.leader, corner="Mill", by=by)
    mail_groups(meeting=rally, by=by, at=timezone.now())
    with pytest.raises(GroupsAreMailed):
        sort_into_groups(meeting=rally, size=2, by=by, at=timezone.now())


def test_nobody_of_a_known_precinct_is_said(precinct, by):
    with pytest.raises(NobodySignedUp):
        sort_into_groups(meeting=make_meeting(precinct.chapter), size=4, by=by, at=timezone.now())


def test_a_leader_walks_with_the_group(rally, by):
    first, second = sort_into_groups(meeting=rally, size=2, by=by, at=timezone.now())
    with pytest.raises(NotInGroup):
        change_group(group=first, leader=second.leader, corner="Mill", by=by)


def test_groups_are_mailed_when_each_has_a_leader_and_a_corner_and_nobody_twice(rally, by):
    with pytest.raises(GroupsNotReady):
        mail_groups(meeting=rally, by=by, at=timezone.now())
    sort_into_groups(meeting=rally, size=2, by=by, at=timezone.now())
    with pytest.raises(GroupsNotReady):
        mail_groups(meeting=rally, by=by, at=timezone.now())
    ready(rally, by)
    assert mail_groups(meeting=rally, by=by, at=timezone.now()) == 3  # Dee has no address
    assert mail_groups(meeting=rally, by=by, at=timezone.now()) == 0
    drawn = draw_message(Message.objects.get(member__first_name="Cem"))
    assert "You lead walking group 1 at Rally." in drawn.text
    assert "- Dee Adams" in drawn.text
    other = draw_message(Message.objects.get(member__first_name="Bob")).text
    assert "Ann Adams leads it." in other
    assert "Lantern and Mill" in other
    assert "- " not in other.split("--")[0]


def test_who_leaves_walks_with_nobody(rally, by):
    groups = ready(rally, by)
    change_member(member=groups[0].leader, by=by, kind=MemberKind.FORMER)
    assert names(groups[0]) == ["Dee"]
    assert WalkingGroup.objects.get(pk=groups[0].pk).leader is None


def test_one_page_makes_changes_and_mails_the_groups(rally, precinct, by):
    client = Client()
    client.force_login(make_organizer(precinct.chapter).user)
    page = chapter_url("canvassing:walking_groups", slug="river-city", meeting_id=rally.pk)
    assert "Eve Adams" in client.get(page).content.decode()
    client.post(f"{page}sort/", {"size": "2"})
    assert client.post(f"{page}sort/", {"size": "1"}).status_code == 422
    for group in WalkingGroup.objects.all():
        prefix = f"group-{group.pk}"
        assert client.post(f"{page}{group.pk}/", {f"{prefix}-leader": group.leader_id}).status_code == 422
        client.post(f"{page}{group.pk}/", {f"{prefix}-leader": group.leader_id, f"{prefix}-corner": "Mill"})
    assert "Mail everybody their group" in client.get(page).content.decode()
    client.post(f"{page}mail/")
    assert Message.objects.filter(kind="canvassing.walking_group").count() == 3
    assert "The groups have been mailed" in client.get(page).content.decode()


def test_the_page_asks_as_often_for_one_group_as_for_two(rally, precinct, by):
    client = Client()
    client.force_login(make_organizer(precinct.chapter).user)
    page = chapter_url("canvassing:walking_groups", slug="river-city", meeting_id=rally.pk)
    counts = []
    for size in (4, 2):
        sort_into_groups(meeting=rally, size=size, by=by, at=timezone.now())
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert Walker.objects.count() == 4


def test_a_rally_that_is_over_is_not_sorted(rally, by):
    from chapters.services.meeting_places import MeetingIsOver

    with pytest.raises(MeetingIsOver):
        sort_into_groups(meeting=rally, size=4, by=by, at=timezone.now() + timedelta(days=30))
