from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from canvassing.selectors.lists import plan_lists
from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.enums import SuppressionKind, VoterStatus
from precincts.models import MatchDecision, PrecinctAssignment, Voter
from precincts.selectors.consistent import read_learned
from precincts.selectors.matches import list_proposals
from precincts.selectors.neighbours import list_doors
from precincts.services.drives import AlreadyRegistered, give_form
from precincts.services.facts import record_fact
from precincts.services.matches import (
    DecidedMeanwhile,
    NotAPair,
    merge_people,
    tell_apart,
    undo_decision,
)
from precincts.services.neighbours import NeighbourKnown
from precincts.services.suppressions import AlreadySuppressed, lift, suppress
from tests.factories import (
    make_block,
    make_building,
    make_chapter,
    make_household,
    make_member,
    make_organizer,
    make_precinct,
    make_unregistered,
    make_voter,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


@pytest.fixture
def block(precinct):
    return make_block(precinct)


@pytest.fixture
def door(precinct, block):
    return make_household(make_building(precinct.chapter, 12), precinct, block=block, walk_position=1)


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def olive(chapter, client):
    member = make_organizer(chapter)
    client.force_login(member.user)
    return member


@pytest.fixture
def nia(door):
    """Added by hand, and by now in the file too."""
    return make_unregistered(door, "Nia", "Peña"), make_voter(door, "NIA ROSE", "PENA")


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def pairs(actor):
    return [(one.added.pk, one.registered.pk, one.ground) for one in list_proposals(actor)]


# --- who is proposed --------------------------------------------------------------------------------------


def test_the_same_name_at_one_door_is_proposed_and_elsewhere_with_the_year_of_birth(
    chapter, precinct, door, nia, by
):
    elsewhere = make_household(make_building(chapter, 14), precinct)
    sam = make_unregistered(door, "Sam", "Hill", birth_year=1990)
    found = make_voter(elsewhere, "SAM", "HILL", birth_year=1990)
    make_voter(elsewhere, "SAM", "HILL", birth_year=1970)
    make_voter(elsewhere, "NIA", "PENA")
    assert pairs(by) == [(sam.pk, found.pk, "birth_year"), (nia[0].pk, nia[1].pk, "door")]


def test_nobody_hidden_gone_or_of_another_chapter_is_proposed(chapter, door, by):
    make_unregistered(door, "Nia", "Peña")
    make_voter(door, "NIA", "PENA", is_confidential=True)
    make_voter(door, "NIA", "PENA", status=VoterStatus.REMOVED)
    make_voter(door, "NIA", "PENA", gone_on=today_in(chapter))
    other = make_precinct(make_chapter("elsewhere"), "3-2")
    make_voter(make_household(make_building(other.chapter, 12), other), "NIA", "PENA")
    assert pairs(by) == []


def test_precinct_captains_are_asked_about_their_own_neighbours_only(client, chapter, precinct, nia):
    other = make_precinct(chapter, "9-9")
    away = make_household(make_building(chapter, 90), other)
    added, found = make_unregistered(away, "Ada", "Hill"), make_voter(away, "ADA", "HILL")
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=priya, starts_on=today_in(chapter)
    )
    client.force_login(priya.user)
    page = client.get(url("matches", chapter))
    assert [one["name"] for one in page.context["proposals"]] == ["Nia Peña"]
    refused = client.post(url("merge_people", chapter, added_id=added.pk, registered_id=found.pk))
    assert refused.status_code == 404
    assert (
        client.post(url("merge_people", chapter, added_id=nia[0].pk, registered_id=nia[1].pk)).status_code
        == 302
    )


# --- merging ----------------------------------------------------------------------------------------------


def test_merged_people_are_one_neighbour_with_the_facts_of_both(chapter, block, door, nia, by):
    added, registered = nia
    at = timezone.now()
    for voter, text in ((added, "Asked for a form"), (registered, "Works nights")):
        record_fact(voter=voter, kind="note", text=text, source="captain", by=by, at=at)
    merge_people(added=added, registered=registered, by=by, at=at)
    (behind,) = list_doors(block, on=today_in(chapter))
    (one,) = behind.neighbours
    assert one.voter_id == registered.pk
    assert sorted(fact.words for fact in one.facts) == ["Asked for a form", "Works nights"]
    added.refresh_from_db()
    assert (added.is_listed, added.merged_into, added.status) == (False, registered, VoterStatus.MERGED)
    assert pairs(by) == []


def test_merging_and_undoing_leaves_everything_as_it_was(chapter, block, nia, by):
    added, registered = nia
    record_fact(voter=added, kind="note", text="Asked for a form", source="captain", by=by, at=timezone.now())
    before = list_doors(block, on=today_in(chapter))
    rows = list(Voter.objects.order_by("pk").values())
    decision = merge_people(added=added, registered=registered, by=by, at=timezone.now())
    undo_decision(decision=decision, by=by, at=timezone.now())
    assert list_doors(block, on=today_in(chapter)) == before
    assert list(Voter.objects.order_by("pk").values()) == rows
    assert pairs(by) == [(added.pk, registered.pk, "door")]
    with pytest.raises(DecidedMeanwhile):
        undo_decision(decision=decision, by=by, at=timezone.now())
    verbs = AuditEvent.objects.filter(verb__in=["precincts.people_merged", "precincts.match_undone"])
    assert verbs.count() == 2


def test_a_merge_is_not_undone_while_somebody_of_the_name_was_added_at_the_door_since(nia, by):
    added, registered = nia
    decision = merge_people(added=added, registered=registered, by=by, at=timezone.now())
    make_unregistered(added.household, added.first_name, added.last_name)
    with pytest.raises(NeighbourKnown):
        undo_decision(decision=decision, by=by, at=timezone.now())
    decision.refresh_from_db()
    assert decision.undone_at is None


def test_two_people_told_apart_are_not_proposed_again_until_that_is_undone(nia, by):
    added, registered = nia
    decision = tell_apart(added=added, registered=registered, by=by, at=timezone.now())
    assert pairs(by) == []
    with pytest.raises(DecidedMeanwhile):
        merge_people(added=added, registered=registered, by=by, at=timezone.now())
    added.refresh_from_db()
    assert (added.is_listed, added.merged_into) == (True, None)
    undo_decision(decision=decision, by=by, at=timezone.now())
    assert pairs(by) == [(added.pk, registered.pk, "door")]


def test_nobody_is_merged_twice_or_the_wrong_way_round(door, nia, by):
    added, registered = nia
    twin = make_voter(door, "NIA", "PENA")
    with pytest.raises(NotAPair):
        merge_people(added=registered, registered=added, by=by, at=timezone.now())
    with pytest.raises(NotAPair):
        merge_people(added=added, registered=make_unregistered(door, "Una"), by=by, at=timezone.now())
    merge_people(added=added, registered=registered, by=by, at=timezone.now())
    with pytest.raises(DecidedMeanwhile):
        merge_people(added=added, registered=twin, by=by, at=timezone.now())
    with pytest.raises(AlreadyRegistered):
        give_form(voter=added, by=by, on=today_in(added.chapter), today=today_in(added.chapter))
    assert MatchDecision.objects.count() == 1


def test_the_database_keeps_status_and_the_other_row_together(nia):
    added, registered = nia
    for fields in ({"merged_into": registered}, {"status": VoterStatus.MERGED}):
        with pytest.raises(IntegrityError, match="voter_merged_names_the_other"), transaction.atomic():
            Voter.objects.filter(pk=added.pk).update(**fields)
    with pytest.raises(IntegrityError, match="voter_merged_names_the_other"), transaction.atomic():
        Voter.objects.filter(pk=registered.pk).update(merged_into=added, status=VoterStatus.MERGED)


def test_what_was_said_of_either_row_holds_for_the_one_person(chapter, block, nia, by):
    added, registered = nia
    today, at = today_in(chapter), timezone.now()
    for voter, text in ((added, "Bring a form"), (registered, "Call in May")):
        record_fact(voter=voter, kind="next_step", text=text, source="captain", by=by, at=at)
    record_fact(voter=added, kind="affiliation", text="Green", source="captain", by=by, at=at)
    suppress(voter=added, kind=SuppressionKind.DO_NOT_CONTACT, by=by, on=today)
    merge_people(added=added, registered=registered, by=by, at=at)
    (door,) = list_doors(block, on=today)
    (one,) = door.neighbours
    assert one.suppression == "do_not_contact"
    assert [fact.words for fact in one.facts if fact.kind == "next_step"] == ["Call in May"]
    assert read_learned([registered.pk], today)[registered.pk][0].party == "Green"
    assert plan_lists(chapter, on=today).targets == ()
    with pytest.raises(AlreadySuppressed):
        suppress(voter=registered, kind=SuppressionKind.DO_NOT_CONTACT, by=by, on=today)
    lift(voter=registered, kind=SuppressionKind.DO_NOT_CONTACT, by=by, on=today)
    assert list_doors(block, on=today)[0].neighbours[0].suppression == ""


def test_a_fact_of_the_row_added_by_hand_can_be_taken_back_after_merging(
    client, chapter, block, nia, olive, by
):
    added, registered = nia
    fact = record_fact(
        voter=added, kind="note", text="Owns a dog", source="captain", by=by, at=timezone.now()
    )
    merge_people(added=added, registered=registered, by=by, at=timezone.now())
    assert client.post(url("take_fact_back", chapter, fact_id=fact.pk)).status_code == 302
    assert list_doors(block, on=today_in(chapter))[0].neighbours[0].facts == ()


# --- the page ---------------------------------------------------------------------------------------------


def test_a_pair_is_merged_and_parted_again_in_the_browser(client, chapter, nia, olive):
    added, registered = nia
    text = client.get(url("matches", chapter)).text
    for words in ("same name, same door", "Nia Rose Pena, born 1980, 12 Lantern Street", "The same person"):
        assert words in text
    ids = {"added_id": added.pk, "registered_id": registered.pk}
    done = client.post(url("merge_people", chapter, **ids), follow=True).text
    assert "is one person now" in done
    assert "Nobody to compare" in done
    assert client.post(url("merge_people", chapter, **ids)).status_code == 404
    decision = MatchDecision.objects.get()
    assert url("undo_match", chapter, decision_id=decision.pk) in done
    assert client.post(url("undo_match", chapter, decision_id=decision.pk)).status_code == 302
    assert client.post(url("undo_match", chapter, decision_id=decision.pk)).status_code == 409
    client.post(url("tell_apart", chapter, **ids))
    assert "two people" in client.get(url("matches", chapter)).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_matches_takes_the_same_queries_for_one_and_three(
    client, chapter, door, olive, by, count, django_assert_num_queries
):
    for place in range(count):
        make_unregistered(door, f"Nia{place}", "Peña")
        make_voter(door, f"NIA{place}", "PENA")
        decided = make_unregistered(door, f"Sam{place}", "Hill"), make_voter(door, f"SAM{place}", "HILL")
        merge_people(added=decided[0], registered=decided[1], by=by, at=timezone.now())
    client.get(url("matches", chapter))
    with django_assert_num_queries(13):
        page = client.get(url("matches", chapter))
    assert (len(page.context["proposals"]), len(page.context["decisions"])) == (count, count)


def test_today_asks_about_people_found_in_the_file(client, chapter, door, olive):
    home = reverse("core:today", kwargs={"chapter_slug": chapter.slug})
    make_unregistered(door, "Nia", "Peña")
    assert "Compare them" not in client.get(home).text
    make_voter(door, "NIA", "PENA")
    text = client.get(home).text
    assert "A neighbour added by hand may be in the file now" in text
    assert url("matches", chapter) in text
