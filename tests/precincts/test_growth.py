from __future__ import annotations

from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from chapters.enums import MemberKind, RoleName
from chapters.models import Ask, AuditEvent, Member
from chapters.selectors.actors import today_in
from chapters.selectors.asks import list_asks
from chapters.services.members import change_member
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.enums import CaptaincyKind, SuppressionKind
from precincts.models import (
    BlockAsk,
    BlockAssignment,
    PrecinctAssignment,
    Residence,
    Suppression,
)
from precincts.selectors.growth import get_growth
from precincts.services.asks import (
    AlreadyAsked,
    BeginsBeforeAsk,
    MayNotAsk,
    NotToBeAsked,
    answer_block_ask,
    ask_for_block,
)
from precincts.services.facts import record_fact, retract_fact
from precincts.services.matches import merge_people
from precincts.services.residences import SomebodyElse, settle_member
from precincts.services.roster import AlreadyAssigned, BlockHasCaptain, NotOpen, assign_captain
from precincts.views.growth_words import say_reasons
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
    make_unregistered,
    make_voter,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)
MAY = datetime(2026, 5, 3, 12, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def chapter():
    chapter = make_chapter()
    for bit, year in enumerate((2020, 2022, 2024, 2026)):
        make_election(chapter, date(year, 3, 3), bit)
    return chapter


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter)


@pytest.fixture
def block(precinct):
    return make_block(precinct, 1)


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def olive(chapter):
    return make_organizer(chapter)


def door_of(block, number=1):
    return make_household(make_building(block.chapter, number), block.precinct, block=block)


def hot(block, first_name="Nora", number=1, **fields):
    return make_voter(door_of(block, number), first_name, history=0b1111, **fields)


def told(voter, kind, value, by, at=MAY):
    return record_fact(voter=voter, kind=kind, value=value, text="", source="captain", by=by, at=at)


def proposals(precinct, on=TODAY):
    found = get_growth(precinct, precinct.chapter, on)
    return {
        one.block.number: [(who.name, say_reasons(who, found.rule.kind)) for who in one.proposed]
        for one in found.wanting
    }


def put(block, olive, by, *, voter=None, member=None, kind="captain", on=TODAY, **values):
    given = {"due_on": on + timedelta(days=7)} | values
    return ask_for_block(
        block=block, kind=kind, asked_by=olive, by=by, on=on, voter=voter, member=member, **given
    )


# --- whom to ask ------------------------------------------------------------------------------------------


def test_the_reasons_can_be_read(precinct, block, by):
    nora = hot(block)
    told(nora, "support", "1", by)
    told(nora, "help", "offers_help", by)
    assert proposals(precinct) == {
        1: [
            (
                "Nora Neighbour",
                "offered to help on Sun 3 May, lives here, voted in 4 of 4 primaries, supports us",
            )
        ]
    }


def test_consistent_voters_are_proposed_where_they_live_and_others_are_not(precinct, block, by):
    hot(block, "Nora", 1)
    make_voter(door_of(block, 3), "Colin", history=0)
    other = make_block(precinct, 2)
    hot(other, "Olga", 90)
    assert {number: [name for name, _why in some] for number, some in proposals(precinct).items()} == {
        1: ["Nora Neighbour"],
        2: ["Olga Neighbour"],
    }


def test_what_was_noted_of_a_neighbour_added_by_hand_counts_once_they_are_found_in_the_file(
    precinct, block, by
):
    nora = make_voter(door_of(block), history=0)
    added = make_unregistered(nora.household, "Nora", "N.")
    told(added, "help", "offers_help", by)
    merge_people(added=added, registered=nora, by=by, at=timezone.now())
    assert proposals(precinct) == {1: [("Nora Neighbour", "offered to help on Sun 3 May, lives here")]}


def test_what_was_taken_back_counts_no_more(precinct, block, by):
    nora = make_voter(door_of(block), history=0)
    offer = told(nora, "help", "offers_help", by)
    retract_fact(fact=offer, by=by, at=timezone.now())
    assert proposals(precinct, today_in(precinct.chapter)) == {1: []}


def test_who_is_against_moved_or_wants_no_contact_is_not_proposed(precinct, block, by):
    against, quiet = hot(block, "Agatha", 1), hot(block, "Quentin", 3)
    told(against, "support", "2", by, MAY - timedelta(days=30))
    told(against, "support", "4", by)
    Suppression.objects.create(
        chapter=block.chapter, voter=quiet, kind=SuppressionKind.DO_NOT_CONTACT, starts_on=LONG_AGO
    )
    hot(block, "Connie", 5, is_confidential=True)
    assert proposals(precinct) == {1: []}


def test_who_wanted_no_contact_before_they_were_found_in_the_file_is_neither_proposed_nor_asked(
    precinct, block, olive, by
):
    nora = hot(block)
    added = make_unregistered(nora.household, "Nora", "N.")
    Suppression.objects.create(
        chapter=block.chapter, voter=added, kind=SuppressionKind.DO_NOT_CONTACT, starts_on=LONG_AGO
    )
    merge_people(added=added, registered=nora, by=by, at=timezone.now())
    assert proposals(precinct) == {1: []}
    with pytest.raises(NotToBeAsked):
        put(block, olive, by, voter=nora)


def test_an_ask_of_somebody_found_in_the_file_as_confidential_is_shown_to_nobody(precinct, block, olive, by):
    nora = make_voter(door_of(block))
    added = make_unregistered(nora.household, "Nora", "N.")
    put(block, olive, by, voter=added)
    merge_people(added=added, registered=nora, by=by, at=timezone.now())
    assert list_asks(actor_of(olive)).count() == 1
    nora.is_confidential = True
    nora.save()
    assert list(list_asks(actor_of(olive))) == []
    assert [one.asked for one in get_growth(precinct, precinct.chapter, TODAY).blocks] == [[]]


def test_people_without_a_role_who_live_near_are_proposed(precinct, block, by):
    chapter = precinct.chapter
    door = door_of(block)
    free = make_member(chapter, "Fred", user=None)
    busy = make_member(chapter, "Busy", RoleName.TREASURER)
    gone = make_member(chapter, "Gone", user=None, kind=MemberKind.FORMER)
    make_member(chapter, "Ada", user=None, address="1 Lantern Street, River City")
    for member in (free, busy, gone):
        Residence.objects.create(chapter=chapter, member=member, household=door, starts_on=LONG_AGO)
    door.building.address_key = "1 LANTERN ST"
    door.building.save()
    assert proposals(precinct) == {
        1: [(name, "lives here, one of your people, without a role") for name in ("Fred Adams", "Ada Adams")]
    }


def test_a_member_who_is_a_known_voter_is_proposed_once_with_both_reasons(precinct, block, by):
    nora = hot(block)
    member = make_member(precinct.chapter, "Nora", last_name="Neighbour", user=None)
    Residence.objects.create(
        chapter=precinct.chapter, member=member, household=nora.household, voter=nora, starts_on=LONG_AGO
    )
    assert proposals(precinct) == {
        1: [
            (
                "Nora Neighbour",
                "lives here, voted in 4 of 4 primaries, one of your people, without a role",
            )
        ]
    }


def test_the_captain_is_not_proposed_as_the_own_backup(precinct, block, by):
    hot(block)
    make_captain(block, make_member(precinct.chapter, "Nora", last_name="Neighbour", user=None))
    assert proposals(precinct) == {1: []}


def test_a_backup_is_proposed_when_the_captain_is_gone(precinct, block, by):
    backup = make_member(precinct.chapter, "Bob", user=None)
    make_captain(block, backup, kind=CaptaincyKind.BACKUP)
    assert proposals(precinct) == {1: [("Bob Adams", "backup of this block")]}


def test_blocks_with_captain_and_backup_want_nobody(precinct, block, by):
    make_captain(block, make_member(precinct.chapter, "Cora", user=None))
    make_captain(block, make_member(precinct.chapter, "Bob", user=None), kind=CaptaincyKind.BACKUP)
    assert proposals(precinct) == {}


def test_who_said_no_is_not_proposed_again_for_half_a_year(precinct, block, olive, by):
    nora = hot(block)
    row = put(block, olive, by, voter=nora)
    assert proposals(precinct) == {1: []}
    answer_block_ask(block_ask=row, result="no", by=by, on=TODAY)
    assert proposals(precinct) == {1: []}
    assert len(proposals(precinct, TODAY + timedelta(days=180))[1]) == 1


def test_somebody_without_a_role_has_a_role_again_with_a_block(precinct, block, by):
    fred = make_member(precinct.chapter, "Fred", user=None)
    settle_member(member=fred, household=door_of(block), by=by, on=TODAY)
    make_captain(make_block(precinct, 2), fred)
    assert proposals(precinct)[1] == []


@pytest.mark.parametrize("blocks", [1, 3])
def test_growth_takes_the_same_queries_whatever_the_size(
    precinct, olive, by, blocks, django_assert_num_queries
):
    for number in range(1, blocks + 1):
        block = make_block(precinct, number)
        nora = hot(block, "Nora", number * 10)
        told(nora, "help", "offers_help", by)
        make_captain(block, make_member(precinct.chapter, "Bob", user=None), kind=CaptaincyKind.BACKUP)
        put(block, olive, by, voter=hot(block, "Nick", number * 10 + 1))
    with django_assert_num_queries(13):
        found = get_growth(precinct, precinct.chapter, TODAY)
    assert len(found.wanting) == blocks
    assert all(one.proposed and one.asked for one in found.wanting)


# --- asking -----------------------------------------------------------------------------------------------


def test_to_be_asked_makes_nobody_one_of_ours(block, olive, by):
    before = Member.objects.count()
    row = put(block, olive, by, voter=hot(block, "NORA", last_name="NEIGHBOUR"))
    assert (row.ask.asked, row.ask.asked_name) == (None, "Nora Neighbour")
    assert row.ask.what == "Keep block 1 in precinct 3-2"
    assert (Member.objects.count(), Residence.objects.count()) == (before, 0)


def test_what_an_ask_is_for_is_read_in_the_readers_language(block, olive, by):
    ask = put(block, olive, by, voter=hot(block)).ask
    assert ask.what == "Keep block 1 in precinct 3-2"
    with translation.override("es"):
        words = gettext("Keep block %(block)s in precinct %(code)s") % {"block": block, "code": "3-2"}
        assert ask.what == words != "Keep block 1 in precinct 3-2"


def test_a_yes_makes_a_volunteer_who_lives_there_and_keeps_the_block(block, olive, by):
    nora = hot(block, "NORA", last_name="NEIGHBOUR", phone="919-555-0100")
    row = answer_block_ask(
        block_ask=put(block, olive, by, voter=nora), result="yes", by=by, on=TODAY, note="Gladly."
    )
    nora_here = row.ask.asked
    assert (str(nora_here), nora_here.kind, nora_here.phone) == (
        "Nora Neighbour",
        "volunteer",
        "919-555-0100",
    )
    home = Residence.objects.get()
    assert (home.member, home.household, home.voter, home.starts_on) == (
        nora_here,
        nora.household,
        nora,
        TODAY,
    )
    kept = BlockAssignment.objects.get()
    assert (kept.member, kept.kind, kept.starts_on, row.assignment) == (nora_here, "captain", TODAY, kept)
    assert set(AuditEvent.objects.values_list("verb", flat=True)) >= {
        "chapters.ask_made",
        "chapters.ask_answered",
        "chapters.member_added",
        "precincts.member_settled",
        "precincts.block_assigned",
    }


def test_a_neighbour_we_know_already_is_not_added_twice(block, olive, by):
    nora = hot(block)
    known = make_member(block.chapter, "Nora", last_name="Neighbour", user=None)
    settle_member(member=known, household=nora.household, voter=nora, by=by, on=LONG_AGO)
    row = put(block, olive, by, voter=nora)
    assert row.ask.asked == known
    before = Member.objects.count()
    answer_block_ask(block_ask=row, result="yes", by=by, on=TODAY)
    assert Member.objects.count() == before
    assert BlockAssignment.objects.get().member == known


@pytest.mark.django_db(transaction=True)
def test_a_neighbour_who_says_yes_to_two_asks_at_once_is_one_person(chapter, precinct, block, olive, by):
    nora, other = hot(block), make_block(precinct, 2)
    rows = [put(one, olive, by, voter=nora, kind="backup") for one in (block, other)]
    together, failed = Barrier(len(rows)), []

    def say_yes(row):
        try:
            with chapter_scope(chapter, by):
                together.wait()
                answer_block_ask(block_ask=row, result="yes", by=by, on=TODAY)
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            failed.append(error)
        finally:
            connections.close_all()

    answers = [Thread(target=say_yes, args=(row,)) for row in rows]
    for answer in answers:
        answer.start()
    for answer in answers:
        answer.join()
    assert failed == []
    assert Member.objects.filter(first_name="Nora").count() == 1
    assert BlockAssignment.objects.filter(member__first_name="Nora").count() == 2


def test_one_of_ours_who_was_added_by_hand_stays_one_person_once_found_in_the_file(
    precinct, block, olive, by
):
    nora = hot(block)
    added = make_unregistered(nora.household, "Nora", "N.")
    known = make_member(block.chapter, "Nonny", user=None)
    settle_member(member=known, household=nora.household, voter=added, by=by, on=LONG_AGO)
    merge_people(added=added, registered=nora, by=by, at=timezone.now())
    names = [name for name, _why in proposals(precinct)[1]]
    assert names == [str(known)]
    row = put(block, olive, by, voter=nora)
    assert row.ask.asked == known
    answer_block_ask(block_ask=row, result="yes", by=by, on=TODAY)
    assert BlockAssignment.objects.get().member == known
    assert Residence.objects.count() == 1


def test_who_was_asked_as_added_by_hand_is_not_asked_again_once_found_in_the_file(precinct, block, olive, by):
    nora = hot(block)
    added = make_unregistered(nora.household, "Nora", "N.")
    row = put(block, olive, by, voter=added)
    merge_people(added=added, registered=nora, by=by, at=timezone.now())
    assert proposals(precinct) == {1: []}
    with pytest.raises(AlreadyAsked):
        put(block, olive, by, voter=nora)
    answer_block_ask(block_ask=row, result="no", by=by, on=TODAY)
    assert proposals(precinct) == {1: []}


def test_whoever_answers_may_say_which_of_our_people_it_is(block, olive, by):
    nora = hot(block)
    known = make_member(block.chapter, "Eleanor", last_name="Neighbour", user=None)
    row = put(block, olive, by, voter=nora)
    answer_block_ask(block_ask=row, result="yes", by=by, on=TODAY, member=known)
    assert BlockAssignment.objects.get().member == known
    assert Residence.objects.get().voter == nora


def test_a_voter_is_one_member_only(block, olive, by):
    nora = hot(block)
    known = make_member(block.chapter, "Nora", last_name="Neighbour", user=None)
    other = make_member(block.chapter, "Nina", last_name="Neighbour", user=None)
    row = put(block, olive, by, voter=nora)
    settle_member(member=known, household=nora.household, voter=nora, by=by, on=LONG_AGO)
    with pytest.raises(SomebodyElse):
        answer_block_ask(block_ask=row, result="yes", by=by, on=TODAY, member=other)
    assert Ask.objects.get().result == ""
    assert not BlockAssignment.objects.exists()


def test_the_captain_of_the_time_hands_over_to_who_said_yes(block, olive, by):
    cora = make_captain(block, make_member(block.chapter, "Cora", user=None))
    row = put(block, olive, by, voter=hot(block))
    answer_block_ask(block_ask=row, result="yes", by=by, on=TODAY, starts_on=TODAY + timedelta(days=30))
    cora.refresh_from_db()
    assert cora.ends_on == TODAY + timedelta(days=29)


def test_of_two_who_say_yes_the_second_is_refused_as_captain_and_fine_as_backup(block, olive, by):
    first, second = (
        put(block, olive, by, voter=hot(block, name, n)) for n, name in ((1, "Nora"), (3, "Nick"))
    )
    answer_block_ask(block_ask=first, result="yes", by=by, on=TODAY)
    before = Member.objects.count()
    with pytest.raises(BlockHasCaptain, match="a second captain is not possible"):
        answer_block_ask(block_ask=second, result="yes", by=by, on=TODAY)
    assert (Member.objects.count(), Residence.objects.count()) == (before, 1)
    assert Ask.objects.get(pk=second.ask_id).is_open
    answer_block_ask(block_ask=second, result="yes", by=by, on=TODAY, kind="backup")
    assert sorted(BlockAssignment.objects.values_list("kind", flat=True)) == ["backup", "captain"]


def test_the_database_refuses_a_second_captain_on_one_day(block):
    make_captain(block, make_member(block.chapter, "Cora", user=None))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_captain(block, make_member(block.chapter, "Bob", user=None), TODAY)
    make_captain(block, make_member(block.chapter, "Bob", user=None), TODAY, kind=CaptaincyKind.BACKUP)


def test_nobody_begins_before_being_asked(block, olive, by):
    row = put(block, olive, by, voter=hot(block))
    with pytest.raises(BeginsBeforeAsk):
        answer_block_ask(block_ask=row, result="yes", by=by, on=TODAY, starts_on=TODAY - timedelta(days=1))
    assert not BlockAssignment.objects.exists()
    assert Ask.objects.get().result == ""


def test_what_cannot_be_asked_is_refused(block, olive, by):
    nora = hot(block)
    put(block, olive, by, voter=nora)
    with pytest.raises(AlreadyAsked):
        put(block, olive, by, voter=nora, kind="backup")
    captain = make_captain(block, make_member(block.chapter, "Cora", user=None)).member
    with pytest.raises(AlreadyAssigned):
        put(block, olive, by, member=captain)
    with pytest.raises(MayNotAsk):
        put(block, make_member(block.chapter, "Stan"), by, voter=hot(block, "Nick", 3))
    gone = hot(block, "Gus", 5, gone_on=TODAY)
    with pytest.raises(NotToBeAsked):
        put(block, olive, by, voter=gone)
    with pytest.raises(NotOpen):
        put(make_block(block.precinct, 9, closed_on=TODAY), olive, by, voter=hot(block, "Ned", 7))
    assert BlockAsk.objects.count() == 1


def test_the_blocks_own_captain_may_be_sent_to_ask(block, by):
    cora = make_member(block.chapter, "Cora")
    make_captain(block, cora)
    row = put(block, cora, by, voter=hot(block), kind="backup")
    assert row.ask.asked_by == cora
    across = hot(make_block(block.precinct, 2), "Nick", 3)
    with pytest.raises(MayNotAsk):
        put(block, cora, by, voter=across, kind="backup")


def test_a_new_home_ends_the_former_one(block, by):
    fred = make_member(block.chapter, "Fred", user=None)
    first = settle_member(member=fred, household=door_of(block, 1), by=by, on=LONG_AGO)
    settle_member(member=fred, household=door_of(block, 3), by=by, on=TODAY)
    first.refresh_from_db()
    assert first.ends_on == TODAY - timedelta(days=1)


# --- the pages --------------------------------------------------------------------------------------------


def board(chapter):
    return reverse("chapters:asks", kwargs={"chapter_slug": chapter.slug})


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


@pytest.fixture
def signed_in(client, olive):
    client.force_login(olive.user)
    return client


def test_one_press_asks_and_the_answer_gives_the_block(signed_in, chapter, precinct, block, olive):
    nora = hot(block)
    page = signed_in.get(url("growth", chapter, precinct_id=precinct.pk))
    button = f'value="{block.pk} captain voter:{nora.pk}"'
    assert button in page.text
    due = today_in(chapter) + timedelta(days=7)
    asked = signed_in.post(
        url("growth", chapter, precinct_id=precinct.pk),
        {"asked_by": olive.pk, "due_on": due, "who": f"{block.pk} captain voter:{nora.pk}"},
    )
    assert asked.status_code == 302
    row = BlockAsk.objects.get()
    again = signed_in.get(url("growth", chapter, precinct_id=precinct.pk)).text
    assert button not in again
    assert "Olive Adams asks by" in again
    one = signed_in.get(url("ask", chapter, ask_id=row.pk)).text
    assert "1 Lantern Street" in one
    answered = signed_in.post(
        url("ask", chapter, ask_id=row.pk),
        {
            "result": "yes",
            "kind": "captain",
            "starts_on": today_in(chapter),
            "follow_up_on": "",
            "note": "Yes.",
        },
    )
    assert answered.status_code == 302
    assert BlockAssignment.objects.get().block == block
    done = signed_in.get(url("ask", chapter, ask_id=row.pk)).text
    assert "They became captain" in done


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"who": ""}, "who"),
        ({"who": "1 king voter:1"}, "who"),
        ({"due_on": "2020-01-01"}, "due_on"),
        ({"asked_by": "999999"}, "asked_by"),
        ({"asked_by": "captain"}, "asked_by"),
        ({"asked_by": "captain", "who": "1 captain voter:999999"}, "who"),
    ],
)
def test_a_wrong_ask_is_said_and_nothing_is_kept(signed_in, chapter, precinct, block, olive, wrong, field):
    nora = hot(block)
    values = {
        "asked_by": olive.pk,
        "due_on": today_in(chapter),
        "who": f"{block.pk} captain voter:{nora.pk}",
    } | wrong
    answer = signed_in.post(url("growth", chapter, precinct_id=precinct.pk), values)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert not Ask.objects.exists()


def test_neighbours_of_another_precinct_cannot_be_asked_here(signed_in, chapter, precinct, block, olive):
    elsewhere = make_block(make_precinct(chapter, "9-9"), 1)
    values = {"asked_by": olive.pk, "due_on": today_in(chapter)}
    for who in (f"{block.pk} captain voter:{hot(elsewhere).pk}", f"{elsewhere.pk} captain member:{olive.pk}"):
        answer = signed_in.post(url("growth", chapter, precinct_id=precinct.pk), values | {"who": who})
        assert answer.status_code == 422
    assert not Ask.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"result": ""}, "result"),
        ({"result": "maybe", "follow_up_on": ""}, "follow_up_on"),
        ({"result": "later", "follow_up_on": "2020-01-01"}, "follow_up_on"),
        ({"result": "yes", "starts_on": "2020-01-01"}, "starts_on"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_kept(signed_in, chapter, block, olive, wrong, field):
    row = put(block, olive, Actor.system(chapter_id=chapter.pk), voter=hot(block), on=today_in(chapter))
    values = {"result": "yes", "kind": "captain", "starts_on": today_in(chapter), "follow_up_on": ""} | wrong
    answer = signed_in.post(url("ask", chapter, ask_id=row.pk), values)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert Ask.objects.get().is_open


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_asks_takes_the_same_queries_for_one_and_three(
    signed_in, chapter, block, olive, count, django_assert_num_queries
):
    system = Actor.system(chapter_id=chapter.pk)
    for number in range(1, count + 1):
        put(block, olive, system, voter=hot(block, f"Nora{number}", number), on=today_in(chapter))
    signed_in.get(board(chapter))
    with django_assert_num_queries(14):
        page = signed_in.get(board(chapter))
    assert len(page.context["page"].rows) == count


def test_asks_are_taken_out_as_csv_and_logged(signed_in, chapter, block, olive):
    put(block, olive, Actor.system(chapter_id=chapter.pk), voter=hot(block), on=today_in(chapter))
    text = b"".join(signed_in.get(board(chapter), {"format": "csv"}).streaming_content).decode()
    assert "Nora Neighbour,Keep block 1 in precinct 3-2,Olive Adams" in text
    assert AuditEvent.objects.filter(verb="export.asks").exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_growth_page_takes_the_same_queries_for_one_and_three(signed_in, chapter, precinct, olive, count):
    system = Actor.system(chapter_id=chapter.pk)
    for number in range(1, count + 1):
        block = make_block(precinct, number)
        hot(block, "Nora", number * 10)
        put(block, olive, system, voter=hot(block, "Nick", number * 10 + 1), on=today_in(chapter))
    signed_in.get(url("growth", chapter, precinct_id=precinct.pk))
    with CaptureQueriesContext(connection) as queries:
        signed_in.get(url("growth", chapter, precinct_id=precinct.pk))
    assert len(queries) == 24


def test_an_ask_that_is_due_stands_on_today(signed_in, chapter, block, olive):
    home = reverse("core:today", kwargs={"chapter_slug": chapter.slug})
    system = Actor.system(chapter_id=chapter.pk)
    today = today_in(chapter)
    put(block, olive, system, voter=hot(block), on=today, due_on=today + timedelta(days=30))
    assert "Ask Nora Neighbour" not in signed_in.get(home).text
    put(block, olive, system, voter=hot(block, "Nick", 3), on=today, due_on=today + timedelta(days=2))
    assert "Ask Nick Neighbour" in signed_in.get(home).text


def test_an_ask_is_taken_back_in_the_browser(signed_in, chapter, block, olive):
    row = put(block, olive, Actor.system(chapter_id=chapter.pk), voter=hot(block), on=today_in(chapter))
    assert (
        "Take back asking Nora Neighbour?" in signed_in.get(url("withdraw_ask", chapter, ask_id=row.pk)).text
    )
    signed_in.post(url("withdraw_ask", chapter, ask_id=row.pk))
    assert Ask.objects.get().result == "withdrawn"
    assert signed_in.post(url("withdraw_ask", chapter, ask_id=row.pk)).status_code == 409


def test_a_captain_sees_the_asks_they_make_and_no_others(client, chapter, precinct, block, olive):
    cora, system = make_member(chapter, "Cora"), Actor.system(chapter_id=chapter.pk)
    make_captain(block, cora)
    own = put(block, cora, system, voter=hot(block), kind="backup", on=today_in(chapter))
    other = put(block, olive, system, voter=hot(block, "Nick", 3), kind="backup", on=today_in(chapter))
    client.force_login(cora.user)
    text = client.get(board(chapter)).text
    assert ("Nora Neighbour" in text, "Nick Neighbour" in text) == (True, False)
    assert client.get(url("ask", chapter, ask_id=own.pk)).status_code == 200
    assert client.get(url("ask", chapter, ask_id=other.pk)).status_code == 404
    assert client.get(url("growth", chapter, precinct_id=precinct.pk)).status_code == 403


def test_an_ask_for_a_block_is_handed_on_to_who_sees_the_neighbour_when_its_asker_leaves(
    signed_in, chapter, precinct, block, olive
):
    cora, priya, system = (
        make_member(chapter, "Cora"),
        make_member(chapter, "Priya"),
        Actor.system(chapter.pk),
    )
    make_captain(block, cora)
    row = put(block, cora, system, voter=hot(block), kind="backup", on=today_in(chapter))
    change_member(member=cora, by=system, kind="former")
    hand_on = reverse(
        "chapters:hand_on_ask", kwargs={"chapter_slug": chapter.slug, "plain_ask_id": row.ask_id}
    )
    given = {"asked_by": priya.pk, "due_on": today_in(chapter) + timedelta(days=3)}
    assert signed_in.post(hand_on, given).status_code == 422  # Priya does not see the neighbour
    PrecinctAssignment.objects.create(chapter=chapter, precinct=precinct, member=priya, starts_on=LONG_AGO)
    assert signed_in.post(hand_on, given).status_code == 302
    assert Ask.objects.get().asked_by == priya
    assert f"/asks/{row.pk}/" in signed_in.get(board(chapter)).text


def test_a_precinct_captain_finds_captains_for_the_own_precinct_only(client, chapter, precinct, block):
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(chapter=chapter, precinct=precinct, member=priya, starts_on=LONG_AGO)
    client.force_login(priya.user)
    hot(block)
    assert "Nora Neighbour" in client.get(url("growth", chapter, precinct_id=precinct.pk)).text
    other = make_precinct(chapter, "9-9")
    assert client.get(url("growth", chapter, precinct_id=other.pk)).status_code == 404


def test_a_precinct_without_blocks_says_the_next_step(signed_in, chapter, precinct, block):
    block.closed_on = today_in(chapter)
    block.save()
    assert "No blocks yet" in signed_in.get(url("growth", chapter, precinct_id=precinct.pk)).text
    assert "Nobody is being asked yet" in signed_in.get(board(chapter)).text


def test_the_second_captain_of_one_day_gets_a_page_that_says_so(signed_in, chapter, block, olive):
    system, today = Actor.system(chapter_id=chapter.pk), today_in(chapter)
    row = put(block, olive, system, voter=hot(block), on=today)
    with chapter_scope(chapter, system):
        assign_captain(block=block, member=make_member(chapter, "Cora", user=None), by=system, on=today)
    answer = signed_in.post(
        url("ask", chapter, ask_id=row.pk), {"result": "yes", "kind": "captain", "starts_on": today}
    )
    assert answer.status_code == 409
    assert "a second captain is not possible" in answer.text
