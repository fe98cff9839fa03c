from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.urls import reverse

from chapters.enums import MemberKind
from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from chapters.services.members import change_member
from precincts.enums import HandShakeState
from precincts.models import HandShake, Need, Offer, PrecinctAssignment, Residence, Voter
from precincts.selectors.hand_shakes import count_awaited, list_hand_shakes
from precincts.selectors.help_matches import list_offers_for, list_unmatched_needs, propose
from precincts.selectors.needs import get_need_summary
from precincts.services.hand_shakes import (
    WAITS,
    AnsweredAlready,
    HandShakeClosed,
    NeedTaken,
    NotAMatch,
    OfferFull,
    answer,
    ask_both,
    expire_old,
    finish,
    take_back,
)
from precincts.services.needs import (
    LineEnded,
    NobodyToHelp,
    ToldAlready,
    ToldByNobody,
    add_need,
    add_offer,
    end_line,
    end_lines_of,
)
from precincts.services.suppressions import lift, suppress
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_need,
    make_offer,
    make_organizer,
    make_precinct,
    make_unregistered,
    make_voter,
)

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


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
def other_block(precinct):
    return make_block(precinct, number=6)


@pytest.fixture
def nora(block):
    """A neighbour of Blanca's block."""
    return make_voter(door_of(block, 12), "NORA", "NEEDY")


@pytest.fixture
def owen(other_block):
    """A neighbour of Cleo's block, a hundred metres along the street."""
    return make_voter(door_of(other_block, 22), "OWEN", "OFFERS", phone="919-555-0107")


@pytest.fixture
def blanca(chapter, block):
    return captain_of(block, "Blanca")


@pytest.fixture
def cleo(chapter, other_block):
    return captain_of(other_block, "Cleo")


@pytest.fixture
def priya(chapter, precinct):
    """The precinct's captain."""
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=priya, starts_on=LONG_AGO, kind="captain"
    )
    return priya


@pytest.fixture
def by(chapter):
    return actor_of(make_organizer(chapter))


@pytest.fixture
def asked(nora, owen, by):
    """Nora and Owen are asked whether he drives her."""
    return ask_both(need=make_need(nora), offer=make_offer(owen), by=by, on=today_in(nora.chapter))


def door_of(block, number, street="Lantern Street"):
    return make_household(make_building(block.chapter, number, street), block.precinct, block=block)


def captain_of(block, name):
    member = make_member(block.chapter, name)
    make_captain(block, member)
    return member


def settle(member, door, voter=None):
    Residence.objects.create(
        chapter=member.chapter, member=member, household=door, voter=voter, starts_on=LONG_AGO
    )
    return member


def say(hand_shake, side, agrees, by, said_by="Themself"):
    on = today_in(hand_shake.chapter)
    return answer(hand_shake=hand_shake, side=side, agrees=agrees, by=by, on=on, said_by=said_by)


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


# --- needs and offers ---------------------------------------------------------------------------------------


def test_what_a_neighbour_needs_is_written_down_with_who_said_so(nora, by):
    need = add_need(person=nora, kind="ride", words=" To the  clinic ", by=by, on=DAY, said_by="her daughter")
    assert (need.words, need.said_by, need.told_on, need.person) == (
        "To the clinic",
        "her daughter",
        DAY,
        nora,
    )
    with pytest.raises(ToldByNobody):
        add_need(person=nora, kind="meals", words="Soup", by=by, on=DAY, said_by=" ")
    with pytest.raises(ToldAlready):
        add_need(person=nora, kind="ride", words="TO THE CLINIC", by=by, on=DAY, said_by="herself")
    assert Need.objects.count() == 1


def test_a_member_says_it_without_a_teller_and_from_where_they_live(chapter, block, by):
    mo = settle(make_member(chapter, "Mo", user=None), door_of(block, 30))
    offer = add_offer(person=mo, kind="ride", words="Has a van", by=by, on=DAY, capacity=3, reach=600)
    assert (offer.said_by, offer.household.building.number, offer.capacity) == ("", "30", 3)


def test_nobody_gone_or_former_is_written_down(chapter, nora, by):
    nora.gone_on = DAY
    nora.save()
    with pytest.raises(NobodyToHelp):
        add_need(person=nora, kind="ride", words="Clinic", by=by, on=DAY, said_by="herself")
    fay = make_member(chapter, "Fay", user=None, kind=MemberKind.FORMER)
    with pytest.raises(NobodyToHelp):
        add_offer(person=fay, kind="ride", words="Van", by=by, on=DAY)


@pytest.mark.parametrize("values", [{"capacity": 0}, {"capacity": 21}, {"reach": 50}, {"reach": 30_000}])
def test_the_database_holds_capacity_and_reach(owen, values):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_offer(owen, **values)


def test_the_database_holds_one_person_and_a_reason_to_end(chapter, nora):
    need = make_need(nora)
    for change in ({"member": make_member(chapter, "Mo", user=None)}, {"ended_on": DAY}, {"said_by": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Need.objects.filter(pk=need.pk).update(**change)


def test_the_log_names_nobody(nora, owen, by):
    add_need(person=nora, kind="ride", words="Clinic", by=by, on=DAY, said_by="Her daughter Delia")
    add_offer(person=owen, kind="ride", words="Van", by=by, on=DAY, said_by="himself")
    today = today_in(nora.chapter)
    asked = ask_both(need=Need.objects.get(), offer=Offer.objects.get(), by=by, on=today)
    say(say(asked, "need", True, by), "offer", True, by)
    finish(hand_shake=asked, by=by, on=today)
    lines = AuditEvent.objects.filter(verb__regex="need|offer|hand_shake")
    assert lines.count() == 7
    for line in lines:
        kept = f"{line.summaries} {line.detail} {line.row_kind}"
        assert not any(word in kept for word in ("NORA", "Nora", "NEEDY", "OWEN", "Owen", "Delia", "Clinic"))


# --- who fits whom --------------------------------------------------------------------------------------------


def test_the_nearest_offer_of_the_kind_comes_first_within_its_reach(chapter, block, other_block, nora, owen):
    need = make_need(nora)
    near = make_offer(owen, "Near")
    nearer = make_offer(make_voter(door_of(other_block, 14), "Nia"), "Nearer")
    make_offer(make_voter(door_of(other_block, 90), "Fern"), "Too far", reach=300)
    make_offer(make_voter(door_of(other_block, 16), "Mel"), "Cooks", kind="meals")
    make_offer(nora, "Herself")
    make_offer(
        make_voter(make_household(make_building(chapter, 5, lon=None, lat=None), block.precinct), "Una")
    )
    found = list_offers_for(need, today_in(chapter))
    assert [one.offer for one in found] == [nearer, near]
    assert 0 < found[0].metres < found[1].metres < 200


def test_a_member_who_is_that_neighbour_does_not_help_themself(chapter, nora, by):
    need = make_need(nora)
    as_member = settle(make_member(chapter, "Nora", user=None), nora.household, voter=nora)
    offer = make_offer(as_member, home=nora.household)
    assert list_offers_for(need, today_in(chapter)) == []
    with pytest.raises(NotAMatch, match="same person"):
        ask_both(need=need, offer=offer, by=by, on=today_in(chapter))


def test_each_need_is_given_one_offer_and_no_offer_is_over_its_places(chapter, block, owen):
    needs = [make_need(make_voter(door_of(block, number), f"N{number}")) for number in (20, 24, 30)]
    make_offer(owen, capacity=2)
    found = propose(list_unmatched_needs(Need.objects.all()), chapter.pk, today_in(chapter))
    assert {one.need for one in found} == set(needs[:2])


# --- the hand-shake -------------------------------------------------------------------------------------------


def test_two_who_do_not_fit_are_not_asked(chapter, nora, owen, by):
    need, today = make_need(nora), today_in(chapter)
    far = make_voter(make_household(make_building(chapter, 900), nora.precinct), "Fern")
    unplaced = make_voter(make_household(make_building(chapter, 5, lon=None, lat=None), nora.precinct), "Una")
    ended = make_offer(owen, ended_on=DAY, ended_as="done")
    wrong = [make_offer(owen, kind="meals"), make_offer(far, reach=300), make_offer(unplaced), ended]
    for offer in wrong:
        with pytest.raises(NotAMatch):
            ask_both(need=need, offer=offer, by=by, on=today)
    assert not HandShake.objects.exists()


def test_an_offer_is_asked_for_no_more_than_it_is_for(chapter, block, nora, owen, by):
    offer, today = make_offer(owen, capacity=1), today_in(chapter)
    first = ask_both(need=make_need(nora), offer=offer, by=by, on=today)
    other = make_need(make_voter(door_of(block, 24), "Nell"))
    with pytest.raises(OfferFull):
        ask_both(need=other, offer=offer, by=by, on=today)
    assert list_offers_for(other, today) == []
    take_back(hand_shake=first, by=by, on=today)
    assert ask_both(need=other, offer=offer, by=by, on=today).state == "asked"


def test_a_need_has_one_question_at_a_time_and_none_after_a_no(chapter, other_block, asked, by):
    today = today_in(chapter)
    second = make_offer(make_voter(door_of(other_block, 26), "Ola"))
    with pytest.raises(NeedTaken):
        ask_both(need=asked.need, offer=second, by=by, on=today)
    say(asked, "offer", False, by)
    assert [one.offer for one in list_offers_for(asked.need, today)] == [second]
    with pytest.raises(NeedTaken):
        ask_both(need=asked.need, offer=asked.offer, by=by, on=today)


def test_both_must_agree(asked, by):
    one = say(asked, "need", True, by, "her daughter")
    assert (one.state, one.shows_names, one.need_said_by) == (HandShakeState.ASKED, False, "her daughter")
    assert (one.need_said_on, one.need_answered_by_id) == (today_in(asked.chapter), by.user_id)
    with pytest.raises(AnsweredAlready):
        say(asked, "need", False, by)
    both = say(asked, "offer", True, by)
    assert (both.state, both.shows_names) == (HandShakeState.AGREED, True)


@pytest.mark.parametrize("first", ["need", "offer"])
def test_one_no_ends_it(asked, by, first):
    assert say(asked, first, False, by).state == HandShakeState.DECLINED
    for side in ("need", "offer"):
        with pytest.raises(HandShakeClosed):
            say(asked, side, True, by)
    assert list_unmatched_needs(Need.objects.all()).get() == asked.need


def test_a_captain_says_who_told_the_answer(asked, by):
    with pytest.raises(ToldByNobody):
        say(asked, "need", True, by, " ")
    assert HandShake.objects.get().need_says is None


def test_who_waited_too_long_is_no_longer_asked(asked, by):
    late = asked.expires_on + timedelta(days=1)
    HandShake.objects.update(
        asked_on=asked.asked_on - timedelta(days=60), expires_on=asked.expires_on - timedelta(days=60)
    )
    with pytest.raises(HandShakeClosed):
        say(asked, "need", True, by)
    assert expire_old(datetime(late.year, late.month, late.day, 12, tzinfo=UTC)) == 1
    assert HandShake.objects.get().state == HandShakeState.EXPIRED
    assert AuditEvent.objects.get(verb="precincts.hand_shakes_expired").rows == 1
    again = ask_both(need=asked.need, offer=asked.offer, by=by, on=today_in(asked.chapter))
    assert again.expires_on - again.asked_on == WAITS


def test_what_expired_by_day_does_not_hold_the_need_before_the_night(asked, by):
    HandShake.objects.update(
        asked_on=asked.asked_on - timedelta(days=60), expires_on=asked.expires_on - timedelta(days=60)
    )
    again = ask_both(need=asked.need, offer=asked.offer, by=by, on=today_in(asked.chapter))
    assert set(HandShake.objects.values_list("pk", "state")) == {(asked.pk, "expired"), (again.pk, "asked")}


def test_done_meets_the_need_and_frees_the_offer(asked, by):
    today = today_in(asked.chapter)
    with pytest.raises(HandShakeClosed):
        finish(hand_shake=asked, by=by, on=today)
    say(say(asked, "need", True, by), "offer", True, by)
    done = finish(hand_shake=asked, by=by, on=today)
    assert (done.state, done.closed_on) == (HandShakeState.DONE, today)
    need = Need.objects.get()
    assert (need.ended_on, need.ended_as) == (today, "done")
    with pytest.raises(HandShakeClosed):
        take_back(hand_shake=asked, by=by, on=today)
    with pytest.raises(LineEnded):
        end_line(line=need, how="done", by=by, on=today)


@pytest.mark.parametrize("ended", ["need", "offer"])
def test_a_question_ends_with_its_need_or_offer(asked, by, ended):
    end_line(line=asked.line_of(ended), how="taken_back", by=by, on=today_in(asked.chapter))
    assert HandShake.objects.get().state == HandShakeState.TAKEN_BACK


def test_the_database_holds_that_both_agreed(asked):
    for change in (
        {"state": "agreed"},
        {"state": "agreed", "need_says": True, "need_said_on": DAY},
        {"state": "declined"},
        {"need_says": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            HandShake.objects.update(**change)


def test_whoever_leaves_the_chapter_neither_needs_nor_helps(chapter, other_block, nora, by):
    mo = settle(make_member(chapter, "Mo", user=None), door_of(other_block, 22))
    offer = make_offer(mo, home=Residence.objects.get().household)
    asked = ask_both(need=make_need(nora), offer=offer, by=by, on=today_in(chapter))
    say(say(asked, "need", True, by), "offer", True, by)
    change_member(member=mo, by=by, kind=MemberKind.FORMER)
    assert Offer.objects.get().ended_as == "taken_back"
    row = HandShake.objects.get()
    assert (row.state, row.need_says, row.offer_says) == (HandShakeState.TAKEN_BACK, True, True)
    said = AuditEvent.objects.get(verb="precincts.hand_shake_taken_back")
    assert (said.row_id, said.detail) == (str(row.pk), {"was": "agreed"})
    assert list_unmatched_needs(Need.objects.all()).count() == 1


@pytest.mark.django_db(transaction=True)
def test_help_that_was_given_while_the_helper_leaves_stays_given(chapter, other_block, nora, by):
    mo = settle(make_member(chapter, "Mo", user=None), door_of(other_block, 22))
    offer = make_offer(mo, home=Residence.objects.get().household)
    asked = ask_both(need=make_need(nora), offer=offer, by=by, on=today_in(chapter))
    say(say(asked, "need", True, by), "offer", True, by)
    leaves = Thread(target=_leave, args=(mo.pk, by, today_in(chapter)))
    with transaction.atomic():
        finish(hand_shake=asked, by=by, on=today_in(chapter))
        leaves.start()
        wait_until_somebody_waits_for_a_lock()
    leaves.join()
    assert HandShake.objects.get().state == HandShakeState.DONE


def _leave(member_id, by, on):
    try:
        end_lines_of(member_id, by, on)
    finally:
        connections.close_all()


def wait_until_somebody_waits_for_a_lock():
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    for _ in range(200):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # a transaction sees the first answer for ever
            cursor.execute(query)
            if cursor.fetchone()[0]:
                return
        time.sleep(0.02)
    pytest.fail("nobody waits for a lock")


def test_who_is_not_to_be_contacted_is_left_out_of_every_list_and_asked_nothing(
    client, chapter, precinct, block, nora, owen, priya, by
):
    on = today_in(chapter)
    need, offer = make_need(nora, "A ride to church"), make_offer(owen, "A red car")
    other = make_need(make_voter(door_of(block, 14), "Ulla"), "A ladder")
    client.force_login(priya.user)

    def shown():
        pages = [client.get(url(name, chapter)).text for name in ("needs", "offers")]
        pages += [client.get(url("group", chapter, precinct_id=precinct.pk)).text]
        words = ("A ride to church", "A red car", "A ladder")
        return [one for one in words if any(one in page for page in pages)], get_need_summary(by, on).open

    assert shown() == (["A ride to church", "A red car", "A ladder"], 2)
    suppress(voter=nora, kind="do_not_contact", by=by, on=on)
    assert shown() == (["A red car", "A ladder"], 1)
    assert list_offers_for(other, on) != []
    suppress(voter=owen, kind="do_not_contact", by=by, on=on)
    assert shown() == (["A ladder"], 1)
    assert list_offers_for(other, on) == []
    with pytest.raises(NotAMatch):
        ask_both(need=other, offer=offer, by=by, on=on)
    lift(voter=nora, kind="do_not_contact", by=by, on=on)
    assert shown() == (["A ride to church", "A ladder"], 2)
    assert Need.objects.get(pk=need.pk).is_open


def test_somebody_who_is_no_longer_listed_is_not_matched(chapter, nora, owen, by):
    need, offer = make_need(nora), make_offer(owen)
    owen.is_confidential = True
    owen.save()
    assert list_offers_for(need, today_in(chapter)) == []
    with pytest.raises(NotAMatch):
        ask_both(need=need, offer=offer, by=by, on=today_in(chapter))


# --- who sees what --------------------------------------------------------------------------------------------


def pages_of(client, asked):
    """Every page on which the match could show, as text."""
    chapter = asked.chapter
    names = ("needs", "offers", "hand_shakes", "my_help")
    texts = [client.get(url(name, chapter)).text for name in names]
    texts += [
        client.get(url("hand_shake", chapter, hand_shake_id=asked.pk, side=side)).text
        for side in ("need", "offer")
    ]
    texts += [client.get(url("need", chapter, need_id=asked.need_id)).text]
    texts += [
        client.get(url("neighbour_help", chapter, voter_id=line.voter_id)).text
        for line in (asked.need, asked.offer)
        if line.voter_id
    ]
    return " ".join(texts)


def test_a_side_knows_words_and_rough_distance_until_both_agree(client, asked, blanca, cleo, by):
    client.force_login(blanca.user)
    seen = pages_of(client, asked)
    assert "Nora Needy" in seen
    assert "Has a car" in seen
    assert "up to 200\N{NO-BREAK SPACE}m on foot" in seen
    assert not any(word in seen for word in ("Owen", "OWEN", "919-555-0107", "Offers</"))
    client.force_login(cleo.user)
    seen = pages_of(client, asked)
    assert "Owen Offers" in seen
    assert "To the clinic on Tuesdays" in seen
    assert "Nora" not in seen

    say(asked, "need", True, by)
    assert "Nora" not in pages_of(client, asked)
    say(asked, "offer", True, by)
    assert "Nora Needy" in pages_of(client, asked)
    client.force_login(blanca.user)
    seen = pages_of(client, asked)
    assert "Owen Offers" in seen
    assert "919-555-0107" in seen

    take_back(hand_shake=asked, by=by, on=today_in(asked.chapter))
    assert "Owen" not in pages_of(client, asked)


def test_a_declined_side_is_not_told_who_said_no(client, asked, blanca, by):
    say(asked, "offer", False, by)
    client.force_login(blanca.user)
    page = client.get(url("hand_shake", asked.chapter, hand_shake_id=asked.pk, side="need")).text
    assert "It did not come about" in page
    assert "Owen" not in page
    assert "told by" not in page


def test_nobody_else_sees_a_hand_shake(client, chapter, precinct, asked, by):
    say(say(asked, "need", True, by), "offer", True, by)
    third = captain_of(make_block(precinct, number=7), "Tom")
    mo = make_member(chapter, "Mo")
    for member in (third, mo):
        assert list_hand_shakes(actor_of(member)).count() == 0
        client.force_login(member.user)
        for side in ("need", "offer"):
            page = url("hand_shake", chapter, hand_shake_id=asked.pk, side=side)
            assert client.get(page).status_code == 404
        for name in ("take_hand_shake_back", "finish_hand_shake"):
            assert client.post(url(name, chapter, hand_shake_id=asked.pk)).status_code == 404


def test_a_captain_answers_for_the_own_neighbour_only(client, asked, blanca):
    client.force_login(blanca.user)
    values = {"agrees": "yes", "said_by": "herself", "on": today_in(asked.chapter)}
    other = url("hand_shake", asked.chapter, hand_shake_id=asked.pk, side="offer")
    assert client.post(other, values).status_code == 403
    own = url("hand_shake", asked.chapter, hand_shake_id=asked.pk, side="need")
    assert client.post(own, values | {"said_by": ""}).status_code == 422
    assert client.post(own, values).status_code == 302
    assert client.post(own, values).status_code == 409
    assert (
        client.get(url("hand_shake", asked.chapter, hand_shake_id=asked.pk, side="both")).status_code == 404
    )
    row = HandShake.objects.get()
    assert (row.need_says, row.need_said_by, row.need_answered_by) == (True, "herself", blanca.user)
    assert "yes, told by: herself" in client.get(own).text


def test_members_answer_themselves_and_nobody_for_them(client, chapter, other_block, nora, blanca, priya, by):
    mo = settle(
        make_member(chapter, "Mo", last_name="Driver", phone="919-555-0111"), door_of(other_block, 22)
    )
    offer = make_offer(mo, home=Residence.objects.get().household)
    asked = ask_both(need=make_need(nora), offer=offer, by=by, on=today_in(chapter))
    page = url("hand_shake", chapter, hand_shake_id=asked.pk, side="offer")
    for member in (priya, blanca):
        client.force_login(member.user)
        assert client.post(page, {"agrees": "yes"}).status_code == 403
        assert "Mo Driver" not in pages_of(client, asked)
    client.force_login(mo.user)
    today = client.get(reverse("core:today", kwargs={"chapter_slug": chapter.slug})).text
    assert "1 answer is awaited" in today
    assert "NORA" not in client.get(page).text.upper().replace("NORAH", "")
    assert client.post(page, {"agrees": "yes"}).status_code == 302
    assert HandShake.objects.get().offer_said_by == ""
    say(asked, "need", True, by)
    assert "Nora Needy" in client.get(page).text


def test_today_asks_whoever_carries_the_question(chapter, asked, blanca, cleo, priya, by):
    today = today_in(chapter)
    assert [count_awaited(actor_of(one), today) for one in (blanca, cleo, priya)] == [1, 1, 1]
    assert count_awaited(by, today) == 0
    say(asked, "need", True, by)
    assert [count_awaited(actor_of(one), today) for one in (blanca, cleo, priya)] == [0, 1, 1]
    assert count_awaited(actor_of(cleo), asked.expires_on + timedelta(days=1)) == 0


def test_the_precinct_captain_sees_unmatched_needs_first_with_their_age_and_asks(
    client, chapter, precinct, nora, owen, priya
):
    met = make_need(nora, "Old letter", told_on=LONG_AGO, ended_on=DAY, ended_as="done")
    need = make_need(nora, "Clinic", told_on=today_in(chapter) - timedelta(days=9))
    make_offer(owen)
    far = make_voter(make_household(make_building(chapter, 9, "Far Street"), make_precinct(chapter, "9-9")))
    make_need(far, "Of another precinct")
    client.force_login(priya.user)
    page = client.get(url("needs", chapter))
    assert [row.pk for row in page.context["page"].rows] == [need.pk, met.pk]
    assert "9 days ago" in page.text
    assert "Of another precinct" not in page.text
    detail = client.get(url("need", chapter, need_id=need.pk)).text
    assert "Has a car" in detail
    assert "Owen" not in detail
    offer = Offer.objects.get()
    assert client.post(url("ask_both", chapter, need_id=need.pk), {"offer": "x"}).status_code == 422
    assert client.post(url("ask_both", chapter, need_id=need.pk), {"offer": offer.pk}).status_code == 302
    assert client.post(url("ask_both", chapter, need_id=need.pk), {"offer": offer.pk}).status_code == 409
    assert HandShake.objects.get().asked_by == priya.user


def test_a_need_is_told_and_ended_in_the_browser(client, chapter, nora, blanca):
    client.force_login(blanca.user)
    page = url("neighbour_help", chapter, voter_id=nora.pk)
    values = {"side": "need", "kind": "ride", "words": "Clinic", "said_by": "herself", "on": DAY}
    assert client.post(page, values | {"kind": "nonsense"}).status_code == 422
    assert client.post(page, values | {"words": ""}).status_code == 422
    assert client.post(page, values | {"words": "\u200b \u202e"}).status_code == 422
    assert client.post(page, values).status_code == 302
    assert client.post(page, values).status_code == 409
    offer = values | {"side": "offer", "words": "Bakes", "kind": "meals", "capacity": "4", "reach": "600"}
    assert client.post(page, offer | {"capacity": "99"}).status_code == 422
    assert client.post(page, offer).status_code == 302
    assert (Offer.objects.get().capacity, Offer.objects.get().reach) == (4, 600)
    text = client.get(page).text
    assert "Clinic" in text
    assert "Bakes" in text
    need = Need.objects.get()
    end = url("end_need", chapter, need_id=need.pk)
    assert "How did it end?" in client.get(end).text
    assert client.post(end, {"how": "done"}).headers["Location"] == page
    assert client.post(end, {"how": "done"}).status_code == 409


def test_a_member_says_it_of_themself_in_the_browser(client, chapter):
    mo = make_member(chapter, "Mo")
    client.force_login(mo.user)
    page = url("my_help", chapter)
    assert client.post(page, {"side": "offer", "kind": "ride", "words": "Van"}).status_code == 302
    offer = Offer.objects.get()
    assert (offer.member, offer.capacity, offer.reach, offer.told_on) == (mo, 1, 1000, today_in(chapter))
    nia = make_member(chapter, "Nia")
    client.force_login(nia.user)
    assert "Van" not in client.get(page).text
    assert client.post(url("end_offer", chapter, offer_id=offer.pk), {"how": "done"}).status_code == 404


def test_what_was_told_of_somebody_added_by_hand_goes_on_under_the_person_in_the_file(
    chapter, block, other_block, owen, blanca, cleo
):
    by_hand = make_unregistered(door_of(block, 12), "Rosa", "Delgado")
    need = make_need(by_hand)
    by_hand.merged_into, by_hand.status = make_voter(door_of(other_block, 14), "ROSALIA", "DELGADO"), "merged"
    by_hand.save()
    offer = make_offer(owen)
    assert list(Need.objects.visible_to(actor_of(blanca))) == []
    assert list(Need.objects.visible_to(actor_of(cleo))) == [need]
    assert [one.offer for one in list_offers_for(need, today_in(chapter))] == [offer]


@pytest.mark.parametrize("fields", [{"is_confidential": True}, {"gone_on": DAY}])
def test_who_agreed_and_is_confidential_or_gone_since_is_named_to_nobody(
    client, asked, owen, blanca, by, fields
):
    say(asked, "need", True, by)
    say(asked, "offer", True, by)
    client.force_login(blanca.user)
    page = url("hand_shake", asked.chapter, hand_shake_id=asked.pk, side="need")
    assert "Owen Offers" in client.get(page).text
    Voter.objects.filter(pk=owen.pk).update(**fields)
    organizer = make_organizer(asked.chapter, "Olga")
    for reader in (blanca, organizer):
        client.force_login(reader.user)
        seen = client.get(page).text + client.get(url("hand_shakes", asked.chapter)).text
        assert "To the clinic on Tuesdays" in seen
        assert not any(word in seen for word in ("Owen", "OWEN", "919-555-0107"))
    other_side = url("hand_shake", asked.chapter, hand_shake_id=asked.pk, side="offer")
    assert client.get(other_side).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_take_the_same_queries_for_one_and_three(
    client, chapter, block, other_block, by, count, django_assert_num_queries
):
    today = today_in(chapter)
    for place in range(count):
        need = make_need(make_voter(door_of(block, 12 + place), f"Nora{place}"))
        make_need(make_voter(door_of(block, 40 + place), f"Nell{place}"))
        ask_both(
            need=need, offer=make_offer(make_voter(door_of(other_block, 24 + place), "O")), by=by, on=today
        )
    olive = captain_of(other_block, "Cleo")
    make_captain(block, olive)
    client.force_login(olive.user)
    for name, queries, rows in (("needs", 12, 2 * count), ("offers", 11, count), ("hand_shakes", 11, count)):
        client.get(url(name, chapter))
        with django_assert_num_queries(queries):
            page = client.get(url(name, chapter))
        assert page.context["page"].total == rows


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_a_need_takes_the_same_queries_for_one_and_three_offers(
    client, chapter, other_block, nora, priya, count, django_assert_num_queries
):
    need = make_need(nora)
    for place in range(count):
        make_offer(make_voter(door_of(other_block, 24 + place), f"O{place}"))
    client.force_login(priya.user)
    client.get(url("need", chapter, need_id=need.pk))
    with django_assert_num_queries(14):
        page = client.get(url("need", chapter, need_id=need.pk))
    assert len(page.context["fitting"]) == count


def test_needs_and_offers_go_out_without_names(client, chapter, nora, owen, by):
    make_need(nora)
    make_offer(owen)
    client.force_login(make_organizer(chapter, "Oda").user)
    for name in ("needs", "offers"):
        answer_ = client.get(url(name, chapter), {"format": "csv"})
        text = b"".join(answer_.streaming_content).decode()
        assert len(text.splitlines()) == 2
        assert not any(word in text.upper() for word in ("NORA", "OWEN"))
        assert AuditEvent.objects.get(verb=f"export.{name}").rows == 1


def test_empty_lists_say_the_next_step(client, chapter, block, blanca):
    client.force_login(blanca.user)
    assert "No needs noted yet" in client.get(url("needs", chapter)).text
    assert "No offers noted yet" in client.get(url("offers", chapter)).text
    assert "Nobody is asked yet" in client.get(url("hand_shakes", chapter)).text
