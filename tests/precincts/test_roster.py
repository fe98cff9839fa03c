from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from chapters.enums import MemberKind
from chapters.models import AuditEvent, Member
from chapters.selectors.actors import today_in
from chapters.services.members import change_member
from core.actors import Actor
from core.templatetags.formats import day
from precincts.enums import CaptaincyKind, FactSource
from precincts.models import Block, BlockAssignment, PrecinctAssignment, Residence
from precincts.selectors.assignments import get_standing
from precincts.selectors.blocks import get_captain_names
from precincts.selectors.candidates import list_candidates
from precincts.selectors.precincts import get_precinct_figures, list_precincts
from precincts.selectors.roster import (
    find_handover,
    get_roster_summary,
    get_workloads,
    list_block_assignments,
    list_roster,
)
from precincts.services.facts import record_fact
from precincts.services.roster import (
    AlreadyAssigned,
    BlockHasCaptain,
    CaptainOutsideChapter,
    DatesOutOfOrder,
    NotOpen,
    assign_captain,
    assign_precinct_captain,
    end_assignment,
)
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_organizer,
    make_precinct,
    make_street,
    make_voter,
    put_into_block,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def olive(chapter):
    return make_organizer(chapter)


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter)


@pytest.fixture
def block(precinct):
    return make_block(precinct, number=5)


def test_a_block_is_given_to_a_member_from_a_day_on(block, olive, chapter):
    alice = make_member(chapter, "Alice")

    assignment = assign_captain(block=block, member=alice, by=actor_of(olive), on=TODAY)

    assert (assignment.member, assignment.kind, assignment.starts_on, assignment.ends_on) == (
        alice, CaptaincyKind.CAPTAIN, TODAY, None,
    )  # fmt: skip
    assert assignment.given_by == olive.user
    assert AuditEvent.objects.get(verb="precincts.block_assigned").summary == (
        "Alice Adams became captain of block 5 on 2 Mar 2026"
    )


def test_a_block_closed_since_the_page_was_opened_gets_no_captain(block, olive, chapter):
    Block.objects.filter(pk=block.pk).update(closed_on=TODAY)

    with pytest.raises(NotOpen):
        assign_captain(block=block, member=make_member(chapter, "Alice"), by=actor_of(olive), on=TODAY)

    assert not BlockAssignment.objects.exists()


def test_who_left_since_the_page_was_opened_gets_no_block(block, olive, chapter):
    alice = make_member(chapter, "Alice")
    Member.objects.filter(pk=alice.pk).update(kind=MemberKind.FORMER)

    with pytest.raises(CaptainOutsideChapter):
        assign_captain(block=block, member=alice, by=actor_of(olive), on=TODAY)


def test_a_former_member_stands_nowhere_as_captain(block, precinct, olive, chapter):
    alice = make_member(chapter, "Alice")
    make_captain(block, alice)
    assign_precinct_captain(precinct=precinct, member=alice, by=actor_of(olive), on=TODAY)
    Member.objects.filter(pk=alice.pk).update(kind=MemberKind.FORMER)

    standing = get_standing(alice.pk, TODAY)

    assert standing == {"block_ids": frozenset(), "precinct_ids": frozenset()}
    assert get_captain_names([block.pk], TODAY) == {}
    assert get_roster_summary(actor_of(olive), TODAY).filled == 0
    assert get_precinct_figures(precinct, TODAY).filled == 0
    assert list_precincts(actor_of(olive), TODAY).get().filled == 0
    assert list_roster(actor_of(olive), TODAY).get().captain_id is None
    assert not list_block_assignments(block, on=TODAY).exists()


def test_who_becomes_a_former_member_leaves_every_block_and_precinct(block, precinct, olive, chapter):
    alice, today = make_member(chapter, "Alice"), today_in(chapter)
    kept = make_captain(block, alice)
    later = make_captain(make_block(precinct, 6), alice, starts_on=today + timedelta(days=9))
    led = assign_precinct_captain(precinct=precinct, member=alice, by=actor_of(olive), on=TODAY)

    change_member(member=alice, by=actor_of(olive), kind=MemberKind.FORMER)

    kept.refresh_from_db()
    led.refresh_from_db()
    assert kept.ends_on == led.ends_on == today - timedelta(days=1)
    assert not BlockAssignment.objects.filter(pk=later.pk).exists()
    assert AuditEvent.objects.filter(verb="precincts.block_ended").count() == 2


def test_a_new_captain_ends_the_former_ones_time_the_day_before_and_leaves_the_note(block, olive, chapter):
    alice, bob = make_member(chapter, "Alice"), make_member(chapter, "Bob")
    former = make_captain(block, alice)

    assign_captain(block=block, member=bob, by=actor_of(olive), on=TODAY, note="Mind the dog at 12.")

    former.refresh_from_db()
    assert former.ends_on == YESTERDAY
    assert find_handover(list_block_assignments(block), TODAY) == former
    assert former.handover_note == "Mind the dog at 12."
    assert list(BlockAssignment.objects.in_force(TODAY).values_list("member", flat=True)) == [bob.pk]


def test_a_captain_of_the_same_day_is_replaced_without_a_trace_of_days(block, olive, chapter):
    alice, bob = make_member(chapter, "Alice"), make_member(chapter, "Bob")
    assign_captain(block=block, member=alice, by=actor_of(olive), on=TODAY)

    assign_captain(block=block, member=bob, by=actor_of(olive), on=TODAY)

    assert list(list_block_assignments(block).values_list("member", "starts_on")) == [(bob.pk, TODAY)]


def test_a_backup_who_becomes_captain_ends_as_backup(block, olive, chapter):
    alice, bob = make_member(chapter, "Alice"), make_member(chapter, "Bob")
    make_captain(block, alice)
    make_captain(block, bob, kind=CaptaincyKind.BACKUP)

    assign_captain(block=block, member=bob, by=actor_of(olive), on=TODAY)

    years = list(list_block_assignments(block).values_list("member", "kind", "starts_on", "ends_on"))
    assert years[0] == (bob.pk, "captain", TODAY, None)
    assert sorted(years[1:]) == sorted(
        [(alice.pk, "captain", LONG_AGO, YESTERDAY), (bob.pk, "backup", LONG_AGO, YESTERDAY)]
    )


def test_several_backups_stand_beside_one_captain(block, olive, chapter):
    make_captain(block, make_member(chapter, "Alice"))

    for name in ("Bob", "Carla"):
        assign_captain(
            block=block, member=make_member(chapter, name), by=actor_of(olive), on=TODAY, backup=True
        )

    kinds = BlockAssignment.objects.in_force(TODAY).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["captain", "backup", "backup"]


def test_a_member_of_another_chapter_is_refused(block, olive):
    stranger = make_member(make_chapter("elsewhere"), "Charlie")

    with pytest.raises(CaptainOutsideChapter):
        assign_captain(block=block, member=stranger, by=actor_of(olive), on=TODAY)

    assert not BlockAssignment.objects.exists()


def test_a_former_member_is_refused(block, olive, chapter):
    with pytest.raises(CaptainOutsideChapter):
        assign_captain(block=block, member=make_member(chapter, kind="former"), by=actor_of(olive), on=TODAY)


def test_a_closed_block_takes_no_captain(precinct, olive, chapter):
    closed = make_block(precinct, closed_on=TODAY)

    with pytest.raises(NotOpen):
        assign_captain(block=closed, member=make_member(chapter), by=actor_of(olive), on=TODAY)


def test_the_captain_is_not_assigned_twice(block, olive, chapter):
    alice = make_member(chapter)
    make_captain(block, alice)

    with pytest.raises(AlreadyAssigned):
        assign_captain(block=block, member=alice, by=actor_of(olive), on=TODAY)


def test_a_captaincy_that_begins_later_stands_in_the_way(block, olive, chapter):
    make_captain(block, make_member(chapter, "Alice"), starts_on=TODAY + timedelta(days=9))

    with pytest.raises(BlockHasCaptain) as refusal:
        assign_captain(block=block, member=make_member(chapter, "Bob"), by=actor_of(olive), on=TODAY)

    assert day(TODAY + timedelta(days=9)) in refusal.value.message
    assert BlockAssignment.objects.count() == 1


def test_an_assignment_ends_on_its_last_day(block, olive, chapter):
    assignment = make_captain(block, make_member(chapter))

    end_assignment(assignment=assignment, by=actor_of(olive), on=TODAY, note="Keys are with Sam.")

    assignment.refresh_from_db()
    assert (assignment.ends_on, assignment.handover_note) == (TODAY, "Keys are with Sam.")


def test_an_assignment_does_not_end_before_it_began_nor_twice(block, olive, chapter):
    assignment = make_captain(block, make_member(chapter), starts_on=TODAY)
    with pytest.raises(DatesOutOfOrder):
        end_assignment(assignment=assignment, by=actor_of(olive), on=YESTERDAY)
    end_assignment(assignment=assignment, by=actor_of(olive), on=TODAY)

    with pytest.raises(DatesOutOfOrder):
        end_assignment(assignment=assignment, by=actor_of(olive), on=TODAY)


def test_a_precinct_gets_a_captain_the_same_way(precinct, olive, chapter):
    alice, bob = make_member(chapter, "Alice"), make_member(chapter, "Bob")
    assign_precinct_captain(precinct=precinct, member=alice, by=actor_of(olive), on=LONG_AGO)

    assign_precinct_captain(precinct=precinct, member=bob, by=actor_of(olive), on=TODAY)

    years = PrecinctAssignment.objects.order_by("starts_on").values_list("member", "starts_on", "ends_on")
    assert list(years) == [(alice.pk, LONG_AGO, YESTERDAY), (bob.pk, TODAY, None)]
    assert actor_of(bob).precinct_ids == {precinct.pk}


def test_a_precinct_with_new_boundaries_takes_no_captain(olive, chapter):
    old = make_precinct(chapter, "old", valid_until=YESTERDAY)

    with pytest.raises(NotOpen):
        assign_precinct_captain(precinct=old, member=make_member(chapter), by=actor_of(olive), on=TODAY)


def test_two_captains_of_one_day_are_refused_by_the_database_too(block, chapter, monkeypatch, olive):
    make_captain(block, make_member(chapter, "Alice"))
    monkeypatch.setattr("precincts.services.roster._end_before", lambda *args, **kwargs: None)

    with pytest.raises(BlockHasCaptain):
        assign_captain(block=block, member=make_member(chapter, "Bob"), by=actor_of(olive), on=TODAY)


def test_the_roster_says_who_keeps_each_block_since_when_and_how_large_it_is(precinct, block, olive, chapter):
    vacant = make_block(precinct, number=6, opened_on=LONG_AGO)
    alice = make_member(chapter, "Alice")
    make_captain(block, alice, starts_on=date(2026, 1, 5))
    make_captain(vacant, alice, ends_on=date(2026, 1, 27))
    put_into_block(block, *make_street(precinct, houses=3, voters_each=2))

    rows = list(list_roster(actor_of(olive), TODAY).order_by("number"))

    assert [(b.number, b.captain_id, b.since, b.vacant_since, b.voters, b.doors) for b in rows] == [
        (5, alice.pk, date(2026, 1, 5), None, 6, 3),
        (6, None, None, date(2026, 1, 27), 0, 0),
    ]


def test_a_captain_without_news_for_eight_weeks_is_lapsing(precinct, block, olive, chapter):
    fresh = make_block(precinct, number=6)
    for kept in (block, fresh):
        make_captain(kept, make_member(chapter))
    doors = make_street(precinct, houses=2, voters_each=1)
    for door, kept in zip(doors, (block, fresh), strict=True):
        put_into_block(kept, door)
    for door, met_on in zip(doors, (date(2025, 12, 1), date(2026, 2, 20)), strict=True):
        record_fact(
            voter=door.voters.get(), kind="note", text="Met.", source=FactSource.CAPTAIN, by=actor_of(olive),
            at=datetime(met_on.year, met_on.month, met_on.day, 12, tzinfo=UTC),
        )  # fmt: skip

    rows = list_roster(actor_of(olive), TODAY).order_by("number")

    assert [(b.number, b.is_lapsing) for b in rows] == [(5, True), (6, False)]


def test_the_summary_counts_what_captains_cover(precinct, block, olive, chapter):
    vacant = make_block(precinct, number=6)
    make_captain(block, make_member(chapter))
    for index, door in enumerate(make_street(precinct, houses=4, voters_each=3)):
        put_into_block(block if index == 0 else vacant, door)

    summary = get_roster_summary(actor_of(olive), TODAY)

    assert (summary.blocks, summary.filled, summary.vacant, summary.captains) == (2, 1, 1, 1)
    assert (summary.voters, summary.covered_voters, summary.doors, summary.covered_doors) == (12, 3, 4, 1)


def test_a_precinct_that_is_no_more_counts_in_no_sum(precinct, block, olive, chapter):
    former = make_precinct(chapter, "9-9", valid_until=YESTERDAY)
    make_voter(make_household(make_building(chapter, 1), former))
    make_captain(make_block(former, 1), make_member(chapter))

    summary = get_roster_summary(actor_of(olive), TODAY)

    assert (summary.voters, summary.doors, summary.captains) == (0, 0, 0)
    assert [block.pk for block in list_roster(actor_of(olive), TODAY)] == [block.pk]
    assert summary.blocks == 1
    assert list_precincts(actor_of(olive), YESTERDAY).get(pk=former.pk).listed == 1


def test_the_load_of_a_member_counts_blocks_backups_and_voters(precinct, block, chapter):
    alice = make_member(chapter)
    make_captain(block, alice)
    make_captain(make_block(precinct, number=6), alice, kind=CaptaincyKind.BACKUP)
    make_captain(make_block(precinct, number=7, closed_on=TODAY), alice)
    put_into_block(block, *make_street(precinct, houses=2, voters_each=2))

    assert get_workloads([alice.pk], TODAY) == {alice.pk: (1, 1, 4)}


def test_candidates_are_the_chapters_own_people(chapter, block, olive):
    oliver = make_member(chapter, "Oliver", address="7 Nowhere Lane, River City")
    make_member(make_chapter("elsewhere"), "Olivia")
    make_member(chapter, "Olga", kind=MemberKind.FORMER)

    found = list_candidates(actor_of(olive), "oli", TODAY, near=block)

    assert [one.member for one in found] == [olive, oliver]


def test_only_who_may_see_people_finds_candidates_by_their_e_mail(chapter, precinct, block, olive):
    vera = make_member(chapter, "Vera", email="nightowl@example.org")
    leader = make_member(chapter, "Leo")
    assign_precinct_captain(precinct=precinct, member=leader, by=Actor.system(chapter.pk), on=LONG_AGO)

    def find(member, words):
        return [one.member for one in list_candidates(actor_of(member), words, TODAY, near=block)]

    assert find(olive, "nightowl") == [vera]
    assert find(leader, "nightowl") == []
    assert find(leader, "ver ada") == [vera]


def test_candidates_who_keep_no_block_come_first_and_the_nearest_of_them_before_the_others(
    chapter, precinct, olive
):
    block, there = make_block(precinct, 1), make_block(precinct, 2)
    here = make_household(make_building(chapter, 1), precinct, block=block)
    make_building(chapter, 3, address_key="3 LANTERN ST")
    make_household(make_building(chapter, 80, "Far Road", lon=-78.7, lat=35.7), precinct, block=there)
    near = make_member(chapter, "Nia", address="3 Lantern Street, River City")
    lives = make_member(chapter, "Lou")
    Residence.objects.create(chapter=chapter, member=lives, household=here, starts_on=LONG_AGO)
    keeps_far, keeps = make_member(chapter, "Fay"), make_member(chapter, "Ann", last_name="Aaron")
    free = make_member(chapter, "Zoe")
    make_captain(there, keeps_far)
    make_captain(make_block(precinct, 3), keeps)

    found = list_candidates(actor_of(olive), "", TODAY, near=block, without=[olive.pk])

    assert [one.member for one in found] == [lives, near, free, keeps_far, keeps]
    assert [one.metres is not None for one in found] == [True, True, False, True, False]


def test_people_are_offered_page_by_page_with_the_same_queries(
    client, chapter, block, olive, django_assert_num_queries
):
    for number in range(1, 14):
        make_member(chapter, f"Person{number:02}", user=None)
    client.force_login(olive.user)
    address = url("block_captain", chapter, block_id=block.pk)
    client.get(address)

    with django_assert_num_queries(15):
        first = client.get(address)
    second = client.get(address, {"page": 2})

    assert "1 to 12 of 14" in first.content.decode()
    assert [one.member.first_name for one in second.context["candidates"]] == ["Person12", "Person13"]


def test_a_precinct_captain_sees_only_the_own_precincts_roster(precinct, block, chapter, olive):
    other = make_block(make_precinct(chapter, "3-3"), number=1)
    alice = make_member(chapter)
    assign_precinct_captain(precinct=precinct, member=alice, by=Actor.system(chapter.pk), on=LONG_AGO)

    assert list(list_roster(actor_of(alice), TODAY)) == [block]
    assert set(list_roster(actor_of(olive), TODAY)) == {block, other}
    assert Block.objects.count() == 2


# --- pages ----------------------------------------------------------------------------------------------


def url(name: str, chapter, **kwargs) -> str:
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def test_the_roster_narrows_to_vacancies_and_leaves_as_csv_on_record(client, chapter, precinct, block, olive):
    make_captain(block, make_member(chapter, "Alice"))
    make_block(precinct, number=6)
    client.force_login(olive.user)

    page = client.get(url("roster", chapter), {"state": "vacant"})
    csv = client.get(url("roster", chapter), {"format": "csv"})

    assert [row.number for row in page.context["page"].page.object_list] == [6]
    lines = b"".join(csv.streaming_content).decode().splitlines()
    assert [line.split(",")[:4] for line in lines] == [
        ["Block", "Precinct", "Captain", "State"],
        ["5", "3-2", "Alice Adams", "lapsing"],
        ["6", "3-2", "", "vacant"],
    ]
    assert AuditEvent.objects.get(verb="export.roster").rows == 2


def test_the_committee_reads_the_whole_roster_without_ways_to_change_it(client, chapter, block):
    chair = make_member(chapter, "Chai", "committee_chair")
    client.force_login(chair.user)

    response = client.get(url("roster", chapter))

    assert [row.pk for row in response.context["page"].page.object_list] == [block.pk]
    assert url("block_captain", chapter, block_id=block.pk) not in response.content.decode()


@pytest.mark.parametrize("blocks", [1, 3])
def test_the_roster_takes_the_same_queries_whatever_its_length(
    client, chapter, precinct, olive, blocks, django_assert_num_queries
):
    for number in range(blocks):
        make_captain(make_block(precinct, number=number + 1), make_member(chapter))
    client.force_login(olive.user)
    client.get(url("roster", chapter))

    with django_assert_num_queries(16):
        client.get(url("roster", chapter))


def test_a_person_is_searched_by_name_and_assigned(client, chapter, block, olive):
    alice = make_member(chapter, "Alice")
    make_member(chapter, "Bob")
    client.force_login(olive.user)
    address = url("block_captain", chapter, block_id=block.pk)

    found = client.get(address, {"q": "ali"}).context["candidates"]
    done = client.post(address, {"member": alice.pk, "kind": "captain", "on": "2026-03-02"}, follow=True)

    assert [one.member for one in found] == [alice]
    assert f"Alice Adams is block captain of 5 from {day(TODAY)} on." in done.content.decode()
    assert BlockAssignment.objects.get().member == alice


def test_a_former_member_is_no_choice_of_the_form(client, chapter, block, olive):
    former = make_member(chapter, "Fred", kind="former")
    client.force_login(olive.user)

    response = client.post(
        url("block_captain", chapter, block_id=block.pk),
        {"member": former.pk, "kind": "captain", "on": "2026-03-02"},
    )

    assert response.status_code == 422
    assert "Choose one of your chapter" in response.content.decode()


def test_a_time_is_ended_with_a_note_for_the_next_captain(client, chapter, block, olive):
    assignment = make_captain(block, make_member(chapter))
    client.force_login(olive.user)

    client.post(
        url("end_block_assignment", chapter, assignment_id=assignment.pk),
        {"on": "2026-03-02", "note": "Keys are with Sam."},
    )

    assignment.refresh_from_db()
    assert (assignment.ends_on, assignment.handover_note) == (TODAY, "Keys are with Sam.")
