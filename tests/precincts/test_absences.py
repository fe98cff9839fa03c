from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from core.actors import Actor
from core.templatetags.formats import dated
from core.tenancy import chapter_scope
from precincts.enums import CaptaincyKind
from precincts.keeping import Away, Charge, keeper_on
from precincts.models import Absence, BlockAssignment
from precincts.selectors.absences import get_stand_ins
from precincts.services.absences import (
    AwayAlready,
    NobodyToStandIn,
    NotCaptain,
    end_absence,
    hand_over_for_a_time,
)
from precincts.services.roster import DatesOutOfOrder, end_assignment
from tests.factories import (
    LONG_AGO,
    make_block,
    make_captain,
    make_chapter,
    make_member,
    make_organizer,
    make_precinct,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)


def later(days):
    return TODAY + timedelta(days=days)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), 1)


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def cora(block):
    return make_captain(block, make_member(block.chapter, "Cora"))


@pytest.fixture
def bob(block):
    return make_captain(block, make_member(block.chapter, "Bob"), kind=CaptaincyKind.BACKUP)


def away(cora, bob, by, first=0, last=10, on=TODAY, **values):
    return hand_over_for_a_time(
        assignment=cora,
        stand_in=bob.member,
        starts_on=later(first),
        ends_on=later(last),
        by=by,
        on=on,
        **values,
    )


def keepers(block, *days):
    """Who stands in on some days, by first name; "" for nobody."""
    found = [get_stand_ins([block.pk], later(day)).get(block.pk) for day in days]
    return [one.member.first_name if one else "" for one in found]


def test_the_backup_stands_in_on_these_days_and_nothing_is_to_be_done_after(block, cora, bob, by):
    away(cora, bob, by, 3, 10)
    assert keepers(block, 2, 3, 10, 11) == ["", "Bob", "Bob", ""]
    said = AuditEvent.objects.get(verb="precincts.captain_away").summary
    assert "Bob Adams stands in for block 1" in said


def test_the_roster_says_who_is_away_and_who_stands_in(client, block, cora, bob, by):
    today = today_in(block.chapter)
    hand_over_for_a_time(
        assignment=cora,
        stand_in=bob.member,
        starts_on=today,
        ends_on=today + timedelta(days=9),
        by=by,
        on=today,
    )
    client.force_login(make_organizer(block.chapter).user)

    page = client.get(f"/c/{block.chapter.slug}/roster/").content.decode()

    assert "away</span>" in page
    assert "Bob Adams stands in until" in page


def test_a_stand_in_who_leaves_stands_in_for_nobody(block, cora, bob, by):
    away(cora, bob, by, 0, 10)
    end_assignment(assignment=bob, by=by, on=later(4))
    assert keepers(block, 4, 5) == ["Bob", ""]


def test_days_of_a_former_backup_are_free_for_another_one(client, block, cora, bob, by):
    today = today_in(block.chapter)
    on = (today - TODAY).days
    away(cora, bob, by, on, on + 10)
    away(cora, bob, by, on + 20, on + 30)
    mia = make_captain(block, make_member(block.chapter, "Mia"), kind=CaptaincyKind.BACKUP)
    with pytest.raises(AwayAlready):
        away(cora, mia, by, on + 8, on + 25, on=today)
    end_assignment(assignment=bob, by=by, on=later(on + 4))
    client.force_login(make_organizer(block.chapter).user)
    for address in (
        f"/c/{block.chapter.slug}/blocks/{block.pk}/captain/",
        f"/c/{block.chapter.slug}/block-captains/{cora.pk}/away/",
    ):
        page = client.get(address).content.decode()
        assert page.count("Bob Adams is no backup any more") == 1, address
        assert page.count("Bob Adams stands in") == 1, address
    with pytest.raises(AwayAlready):
        away(cora, mia, by, on + 4, on + 25, on=today)

    away(cora, mia, by, on + 5, on + 25, on=today)
    assert keepers(block, on, on + 4, on + 5, on + 25, on + 26) == ["Bob", "Bob", "Mia", "Mia", ""]
    said = [
        event.summary for event in AuditEvent.objects.filter(verb="precincts.stand_in_ended").order_by("pk")
    ]
    assert said == [
        "Bob Adams, no backup of block 1 any more, does not stand in from "
        f"{dated(later(first))} to {dated(later(last))}"
        for first, last in ((on + 5, on + 10), (on + 20, on + 30))
    ]


def test_an_absence_ends_with_the_captaincy(block, cora, bob, by):
    away(cora, bob, by, 0, 10)
    end_assignment(assignment=cora, by=by, on=later(4))
    make_captain(block, make_member(block.chapter, "Nia"), later(5))
    assert keepers(block, 4, 5) == ["Bob", ""]


def test_back_early_the_captain_keeps_the_block_from_today_on(block, cora, bob, by):
    absence = away(cora, bob, by, 0, 10)
    end_absence(absence=absence, by=by, on=later(4))
    assert keepers(block, 3, 4) == ["Bob", ""]
    with pytest.raises(DatesOutOfOrder):
        end_absence(absence=absence, by=by, on=later(5))
    ahead = away(cora, bob, by, 20, 30)
    end_absence(absence=ahead, by=by, on=TODAY)
    assert list(Absence.objects.values_list("pk", flat=True)) == [absence.pk]
    ahead.pk = absence.pk + 1000
    with pytest.raises(DatesOutOfOrder):
        end_absence(absence=ahead, by=by, on=TODAY)


@pytest.mark.parametrize(("first", "last"), [(5, 4), (-9, -1), (-5000, 10)])
def test_days_out_of_order_are_refused(cora, bob, by, first, last):
    with pytest.raises(DatesOutOfOrder):
        away(cora, bob, by, first, last)
    assert not Absence.objects.exists()


def test_only_a_captain_is_away_and_only_a_backup_of_these_days_stands_in(block, cora, bob, by):
    with pytest.raises(NotCaptain):
        away(bob, cora, by)
    BlockAssignment.objects.filter(pk=bob.pk).update(ends_on=later(9))
    with pytest.raises(NobodyToStandIn):
        away(cora, bob, by, 0, 10)
    with pytest.raises(NobodyToStandIn):
        away(cora, cora, by, 0, 5)
    assert away(cora, bob, by, 0, 9)


def test_nobody_is_away_twice_on_a_day(cora, bob, by):
    away(cora, bob, by, 0, 10)
    with pytest.raises(AwayAlready):
        away(cora, bob, by, 10, 20)
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(
            chapter=cora.chapter, assignment=cora, stand_in=bob.member, starts_on=later(5), ends_on=later(6)
        )
    away(cora, bob, by, 11, 20)


@given(
    spans=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 8)), max_size=4),
    backup_until=st.none() | st.integers(0, 40),
    asked=st.integers(0, 45),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_says_the_same_keeper_as_the_rule(block, cora, bob, by, spans, backup_until, asked):
    sid = transaction.savepoint()
    aways = []
    for first, length in spans:
        try:
            with transaction.atomic():
                away(cora, bob, by, first, first + length)
        except AwayAlready:
            continue
        aways.append(Away(cora.member_id, later(first), later(first + length), bob.member_id))
    until = None if backup_until is None else later(backup_until)
    BlockAssignment.objects.filter(pk=bob.pk).update(ends_on=until)
    charges = [Charge(cora.member_id, LONG_AGO, None, True), Charge(bob.member_id, LONG_AGO, until, False)]
    found = get_stand_ins([block.pk], later(asked)).get(block.pk)
    keeper = found.member.pk if found else cora.member_id
    assert keeper == keeper_on(later(asked), charges, aways)
    transaction.savepoint_rollback(sid)


# --- the pages --------------------------------------------------------------------------------------------


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def test_a_captain_hands_over_and_the_pages_say_who_stands_in(client, chapter, block, cora, bob):
    client.force_login(cora.member.user)
    address = url("captain_away", chapter, captaincy_id=cora.pk)
    today = today_in(chapter)
    assert "You are away" in client.get(address).text
    values = {"starts_on": today, "ends_on": today + timedelta(days=5), "stand_in": bob.member_id}
    assert client.post(address, values | {"note": "The keys are with Ada."}).status_code == 302
    book = client.get(url("block_book", chapter, block_id=block.pk)).text
    assert "Bob Adams stands in for Cora Adams" in book
    client.force_login(bob.member.user)
    home = client.get(reverse("core:today", kwargs={"chapter_slug": chapter.slug})).text
    assert "You stand in for Cora Adams" in home
    assert "The keys are with Ada." in home


def test_the_precincts_page_and_the_blocks_page_say_who_is_away(client, chapter, block, cora, bob):
    today = today_in(chapter)
    absence = Absence.objects.create(
        chapter=chapter, assignment=cora, stand_in=bob.member, starts_on=today, ends_on=today
    )
    client.force_login(make_organizer(chapter).user)
    one = client.get(url("block_captain", chapter, block_id=block.pk)).text
    assert "Bob Adams stands in" in one
    assert url("end_absence", chapter, absence_id=absence.pk) in one
    asked = client.get(url("end_absence", chapter, absence_id=absence.pk)).text
    assert "Is Cora Adams back already?" in asked
    client.post(url("end_absence", chapter, absence_id=absence.pk))
    assert "stands in" not in client.get(url("block_captain", chapter, block_id=block.pk)).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"stand_in": ""}, "stand_in"),
        ({"starts_on": ""}, "starts_on"),
    ],
)
def test_wrong_days_are_said_and_nothing_is_kept(client, chapter, cora, bob, wrong, field):
    client.force_login(make_organizer(chapter).user)
    today = today_in(chapter)
    values = {"starts_on": today, "ends_on": today, "stand_in": bob.member_id} | wrong
    answer = client.post(url("captain_away", chapter, captaincy_id=cora.pk), values)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Absence.objects.exists()


def test_without_a_backup_the_page_says_how_to_find_one(client, chapter, cora):
    client.force_login(cora.member.user)
    address = url("captain_away", chapter, captaincy_id=cora.pk)
    assert "Your block has no backup" in client.get(address).text
    client.force_login(make_organizer(chapter).user)
    assert "Find a backup" in client.get(address).text
