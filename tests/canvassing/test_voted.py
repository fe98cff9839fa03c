"""Walk lists while an election is voted in: who has voted is left out by a box, or marked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from canvassing.documents.walk_list import walk_list_html
from canvassing.models import WalkList
from canvassing.selectors.lists import plan_lists
from canvassing.services.lists import NothingToPrint, plan_order
from chapters.models import Job
from chapters.selectors.actors import today_in
from core.http import chapter_url
from precincts.enums import ImportKind
from precincts.models import Returned, Voter
from tests.canvassing.test_lists import names_of, print_now
from tests.factories import make_election, make_import

pytestmark = pytest.mark.django_db


@pytest.fixture
def voting(town):
    """An election in five days; Rosa has voted by mail, Hal's ballot is not accepted yet."""
    today = today_in(town.chapter)
    election = make_election(
        town.chapter, today + timedelta(days=5), None, kind="general", name="Soon", labels=[]
    )
    record = make_import(town.chapter, ImportKind.RETURNED, election=election)
    day = today - timedelta(days=2)

    def bring_back(name, **said):
        voter = Voter.objects.get(first_name=name)
        Returned.objects.create(
            chapter=town.chapter, voter=voter, election=election, voter_import=record, on=day, **said
        )

    bring_back("Rosa", how="M")
    bring_back("Hal", status="PENDING CURE", is_accepted=False)
    return bring_back


def test_a_list_may_leave_out_who_has_voted_and_says_how_many(town, voting):
    plan = plan_lists(town.chapter, block=town.first, on=today_in(town.chapter), leaves_voted=True)
    assert (plan.doors, plan.neighbours) == (3, 3)
    print_now(town, block=town.first, leaves_voted=True)
    walk_list = WalkList.objects.get()
    assert names_of(walk_list) == ["Joy Ncube", "Ed Lima", "Hal Brandt"]
    assert (walk_list.voted_count, walk_list.left_out_count) == (1, 0)
    html = walk_list_html(walk_list)
    assert "1 neighbour who has voted already is left out." in html
    assert "Ballot not accepted yet (pending cure)" in html


def test_a_list_of_everybody_marks_who_has_voted_with_way_and_day(town, voting):
    print_now(town, block=town.first)
    walk_list = WalkList.objects.get()
    assert walk_list.voted_count == 0
    assert "Has voted by mail, " in walk_list_html(walk_list)


def test_where_everybody_has_voted_there_is_nothing_to_print(town, voting):
    for name in ("Mina", "Łukasz"):
        voting(name)
    with pytest.raises(NothingToPrint, match="Everybody here has voted already"):
        plan_order(chapter=town.chapter, by=town.by, at=timezone.now(), block=town.second, leaves_voted=True)


def test_the_box_is_there_only_while_voting_runs_and_stands_in_the_order(client, town):
    client.force_login(town.olive.user)
    url = chapter_url("canvassing:print_block", block_id=town.first.pk)
    assert "leaves_voted" not in client.get(url).text


@pytest.mark.parametrize(("said", "leaves"), [({"leaves_voted": "on"}, True), ({}, False)])
def test_the_order_says_whether_they_are_left_out(client, town, voting, said, leaves):
    client.force_login(town.olive.user)
    url = chapter_url("canvassing:print_block", block_id=town.first.pk)
    page = client.get(url).text
    assert "Soon is being voted in: without those who have voted, 3 neighbours are left." in page
    client.post(url, {"paper_size": "letter", **said})
    assert Job.objects.get(kind="canvassing.print_lists").params["leaves_voted"] is leaves
