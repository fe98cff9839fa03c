"""Two organizers who give one block, or one precinct, to different people at the same moment."""

from __future__ import annotations

import re
from threading import Barrier, Thread

import pytest
from django.db import connections
from django.urls import reverse

from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from core.tenancy import chapter_scope
from precincts.models import BlockAssignment, PrecinctAssignment
from precincts.services.roster import AssignedMeanwhile, assign_captain
from tests.factories import (
    actor_of,
    make_block,
    make_captain,
    make_chapter,
    make_member,
    make_organizer,
    make_precinct,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), 5)


@pytest.fixture
def people(chapter):
    return [make_member(chapter, name, user=None) for name in ("Ada", "Bea", "Cleo")]


@pytest.fixture(params=["block", "precinct"])
def page(request, chapter, block):
    """The page that gives a block or a precinct to somebody, and the rows it makes."""
    if request.param == "block":
        return _url("block_captain", chapter, block_id=block.pk), BlockAssignment
    return _url("precinct_captain", chapter, precinct_id=block.precinct_id), PrecinctAssignment


def _url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def seen_on(text):
    return re.search(r'name="seen" value="([^"]*)"', text).group(1)


def test_who_was_assigned_since_the_page_was_opened_is_not_replaced_unseen(client, chapter, people, page):
    ada, bea, cleo = people
    address, model = page
    client.force_login(make_organizer(chapter).user)

    def give(member, seen, kind="captain"):
        wish = {"member": member.pk, "kind": kind, "on": today_in(chapter), "note": "", "seen": seen}
        return client.post(address, wish)

    opened_by_two = seen_on(client.get(address).text)
    assert give(ada, opened_by_two).status_code == 302
    late = give(bea, opened_by_two)
    assert late.status_code == 409
    assert "Meanwhile Ada Adams was made captain of" in late.text
    assert [row.member for row in model.objects.all()] == [ada]
    assert AuditEvent.objects.filter(verb__endswith="_assigned").count() == 1
    assert give(cleo, opened_by_two, kind="backup").status_code == 302
    assert give(bea, seen_on(client.get(address).text)).status_code == 302
    assert {row.member for row in model.objects.filter(kind="captain")} == {bea}


def test_a_page_that_names_no_captaincy_has_seen_none(client, chapter, block, people):
    make_captain(block, people[0])
    client.force_login(make_organizer(chapter).user)
    answer = client.post(_url("block_captain", chapter, block_id=block.pk), {"seen": "x,²,"})
    assert answer.status_code == 422
    assert answer.context["form"].cleaned_data["seen"] == frozenset()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_is_told_who_was_faster(chapter, block, people):
    by = actor_of(make_organizer(chapter))
    seen = [make_captain(block, people[0]).pk]
    together, refused = Barrier(2), []

    def give(member):
        try:
            with chapter_scope(chapter, by):
                together.wait()
                assign_captain(block=block, member=member, by=by, on=today_in(chapter), seen=seen)
        except AssignedMeanwhile as error:
            refused.append(str(error))
        finally:
            connections.close_all()

    threads = [Thread(target=give, args=(member,)) for member in people[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [now] = BlockAssignment.objects.captains().filter(ends_on=None).select_related("member")
    assert now.member in people[1:]
    assert len(refused) == 1
    assert refused[0].startswith(f"Meanwhile {now.member} was made captain of block 5")
