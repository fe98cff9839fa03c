from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from chapters.models import AuditEvent
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.enums import Heat
from precincts.models import SavedList, Voter
from precincts.propensity import scale_threshold
from precincts.selectors.consistent import count_by_heat, get_rule, list_consistent, read_consistent
from precincts.selectors.saved_lists import list_kept_voters, read_kept_voters
from precincts.services.facts import record_fact
from precincts.services.saved_lists import ListNameTaken, NobodyMeetsRule, remove_list, save_list
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_chapter,
    make_election,
    make_household,
    make_organizer,
    make_precinct,
    make_street,
    make_voter,
    minutes_ago,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


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
def primaries(chapter):
    """Four primaries, 2018 to 2024, in bits 0 to 3."""
    return [make_election(chapter, date(2018 + 2 * bit, 5, 8), bit) for bit in range(4)]


@pytest.fixture
def people(precinct, primaries):
    """Hana hot, Wim warm, Cora cold, Nils new."""
    door = make_household(make_building(precinct.chapter, 12), precinct, block=make_block(precinct))
    return {
        "Hana": make_voter(door, "Hana", history=0b1110, party="DEM", phone="919-555-0100"),
        "Wim": make_voter(door, "Wim", history=0b0001),
        "Cora": make_voter(door, "Cora", history=0),
        "Nils": make_voter(door, "Nils", history=0b1111, registered_on=date(2025, 1, 1)),
    }


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def page_of(client, precinct, **asked):
    return client.get(url("consistent", precinct.chapter, precinct_id=precinct.pk), asked)


def names(response):
    return [voter.first_name for voter in response.context["page"].page.object_list]


# --- the rule ---------------------------------------------------------------------------------------------


@given(st.integers(1, 12), st.integers(1, 12), st.integers(1, 12), st.integers(1, 12))
def test_thresholds_keep_their_share_and_order(of, hot, warm, asked):
    hot, warm = min(hot, of), min(warm, hot, of)
    scaled_hot, scaled_warm = (scale_threshold(votes, of=of, asked=asked) for votes in (hot, warm))
    assert 1 <= scaled_warm <= scaled_hot <= asked
    assert (scaled_hot - 1) * of < hot * asked <= scaled_hot * of
    assert scale_threshold(hot, of=of, asked=of) == hot


def test_who_is_what_is_counted_over_the_precincts_own_neighbours(chapter, precinct, people):
    make_voter(
        people["Hana"].household, "Una", status="unregistered", state_voter_id=None, registered_on=None
    )
    elsewhere = make_precinct(chapter, "9")
    make_street(elsewhere, houses=1)
    Voter.objects.filter(household__precinct=elsewhere).update(history=0b1111)
    rule = get_rule(chapter, kind="primary", asked=4, on=TODAY)
    assert count_by_heat(precinct, rule) == {Heat.HOT: 1, Heat.WARM: 1, Heat.COLD: 1, Heat.NEW: 1}
    found = {
        voter.first_name: (voter.voted, voter.possible, voter.heat_place)
        for voter in list_consistent(precinct, rule)
    }
    assert found == {"Hana": (3, 4, 0), "Wim": (1, 4, 1), "Cora": (0, 4, 2), "Nils": (0, 0, 3)}


def test_votes_before_the_registration_do_not_make_k(chapter, precinct, people):
    rule = get_rule(chapter, kind="primary", asked=4, on=TODAY)
    assert [one.first_name for one in list_consistent(precinct, rule, at_least=3)] == ["Hana"]
    assert list_consistent(precinct, rule, at_least=1, heat="new").count() == 0


def test_elections_after_the_day_and_of_other_kinds_do_not_count(chapter, precinct, people):
    make_election(chapter, date(2026, 11, 3), 4, kind="general")
    make_election(chapter, date(2026, 6, 2), 5)
    rule = get_rule(chapter, kind="primary", asked=2, on=TODAY)
    assert [election.held_on.year for election in rule.last] == [2024, 2022]
    assert (rule.hot_from, rule.warm_from, rule.is_short) == (2, 1, False)
    assert get_rule(chapter, kind="general", asked=4, on=TODAY).is_short


def test_what_is_shown_of_a_neighbour_says_the_same_as_what_is_counted(chapter, precinct, people, by):
    record_fact(
        voter=people["Cora"], kind="affiliation", text="Green", source="captain", by=by, at=minutes_ago(5)
    )
    today = date.today()
    rule = get_rule(chapter, kind="primary", asked=4, on=today)
    rows = list(list_consistent(precinct, rule).order_by("pk"))
    read = read_consistent(rows, rule, chapter, on=today)
    assert [(one.voted, one.possible) for one in read] == [(row.voted, row.possible) for row in rows]
    assert [list(Heat).index(one.heat) for one in read] == [row.heat_place for row in rows]
    assert [mark.voted for mark in read[0].marks] == [False, True, True, True]
    assert [(one.affiliation.party, one.affiliation.source) for one in read] == [
        ("DEM", "registered"), ("", ""), ("Green", "learned"), ("", ""),
    ]  # fmt: skip


# --- the page ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("houses", [1, 3])
def test_the_page_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, primaries, olive, houses, django_assert_num_queries
):
    make_street(precinct, houses=houses, voters_each=1)
    page_of(client, precinct)
    with django_assert_num_queries(17):
        response = page_of(client, precinct)
    assert len(response.context["page"].page.object_list) == houses


def test_the_page_says_who_and_why_and_how_many(client, precinct, people, olive):
    response = page_of(client, precinct)
    assert names(response) == ["Hana", "Wim", "Cora", "Nils"]
    assert [stat.number for stat in response.context["stats"]] == ["1", "1", "1", "1"]
    for words in (
        "3 of 4",
        "voted 2020, 2022, 2024; did not vote 2018",
        "Democratic (registered)",
        "12 Lantern Street",
    ):
        assert words in response.text
    assert "voted in 3 of 4, or as large a share since registering" in response.text


def test_the_address_narrows_by_heat_kind_k_and_n(client, precinct, people, olive):
    make_election(precinct.chapter, date(2024, 11, 5), 10, kind="general")
    Voter.objects.filter(first_name="Cora").update(history=1 << 10)
    assert names(page_of(client, precinct, heat="warm")) == ["Wim"]
    assert names(page_of(client, precinct, k="2")) == ["Hana"]
    general = page_of(client, precinct, kind="general", n="1", k="1")
    assert names(general) == ["Cora"]
    assert "kind=general" in general.context["save_url"]
    assert "n=1" in general.context["page"].url_csv
    assert names(page_of(client, precinct, kind="nonsense", n="99", k="-1", heat="lukewarm")) == names(
        page_of(client, precinct)
    )


def test_it_warns_when_fewer_elections_are_known_and_says_which(client, precinct, people, olive):
    assert "on record" not in page_of(client, precinct).text
    text = page_of(client, precinct, n="6").text
    assert "Only 4 such elections of 6 are on record" in text
    assert "8 May 2018" in text
    assert "Import older vote history" in text


def test_without_any_election_the_page_says_what_to_do_next(client, precinct, olive):
    make_street(precinct, houses=1)
    text = page_of(client, precinct).text
    assert "No election of this kind on record" in text
    assert "Import a vote history" in text


def test_the_csv_holds_the_whole_list_and_stands_in_the_log(client, precinct, people, olive):
    response = page_of(client, precinct, heat="hot", format="csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].startswith("Neighbour,Address,Block,How consistent,Voted")
    (line,) = lines[1:]
    assert line.startswith(
        'Hana Neighbour,12 Lantern Street,1,hot,3,4,"voted 2020, 2022, 2024; did not vote 2018",'
    )
    assert line.endswith(",DEM,registered,2010-01-01,919-555-0100")
    event = AuditEvent.objects.get(verb="export.consistent")
    assert (event.rows, event.detail) == (1, {"precinct": "3-2"})


def test_the_printed_page_holds_everybody(client, precinct, primaries, olive):
    make_street(precinct, houses=60, voters_each=1)
    assert len(names(page_of(client, precinct))) == 50
    assert len(names(page_of(client, precinct, print="1"))) == 60


# --- saved lists ------------------------------------------------------------------------------------------


def saved_by(precinct, by, name="Hot ones", **asked):
    values = {"kind": "primary", "asked": 4, "heat": "hot"} | asked
    return save_list(
        precinct=precinct, chapter=precinct.chapter, name=name, by=by, at=minutes_ago(1), **values
    )


def test_a_saved_list_stays_as_it_was(precinct, people, by):
    saved = saved_by(precinct, by, heat="", at_least=0)
    Voter.objects.all().update(history=0, registered_on=None)
    make_election(precinct.chapter, date(2026, 5, 5), 7)
    kept = read_kept_voters(list(list_kept_voters(saved, by).order_by("pk")), saved, on=TODAY)
    assert [(one.voter.first_name, one.voted, one.possible, one.heat) for one in kept] == [
        ("Hana", 3, 4, "hot"), ("Wim", 1, 4, "warm"), ("Cora", 0, 4, "cold"), ("Nils", 0, 0, "new"),
    ]  # fmt: skip
    assert [(vote.held_on.year, vote.voted) for vote in kept[0].marks] == [
        (2018, False), (2020, True), (2022, True), (2024, True),
    ]  # fmt: skip
    assert [vote.voted for vote in kept[3].marks] == [None] * 4


def test_whoever_became_confidential_or_left_is_not_shown(precinct, people, by):
    saved = saved_by(precinct, by, heat="")
    Voter.objects.filter(first_name="Hana").update(is_confidential=True)
    Voter.objects.filter(first_name="Wim").update(gone_on=TODAY)
    assert {row.voter.first_name for row in list_kept_voters(saved, by)} == {"Cora", "Nils"}


def test_one_list_of_a_name_in_a_precinct(precinct, people, by):
    saved_by(precinct, by)
    with pytest.raises(ListNameTaken):
        saved_by(precinct, by)
    assert SavedList.objects.count() == 1
    assert AuditEvent.objects.filter(verb="precincts.list_saved").count() == 1


def test_an_empty_list_is_not_saved(precinct, people, by):
    with pytest.raises(NobodyMeetsRule):
        saved_by(precinct, by, heat="hot", at_least=4)
    assert not SavedList.objects.exists()


def test_a_list_is_saved_looked_at_and_removed_in_the_browser(client, chapter, precinct, people, olive):
    asked = url("save_list", chapter, precinct_id=precinct.pk) + "?heat=hot&k=2"
    form = client.get(asked)
    assert form.context["count"] == 1
    assert "Hot, voted in at least 2 of the last 4 primaries" in form.context["form"].initial["name"]
    answer = client.post(asked, {"name": "To ask in May"})
    saved = SavedList.objects.get()
    assert answer.url == url("saved_list", chapter, saved_list_id=saved.pk)
    assert (saved.heat, saved.at_least, saved.voter_count, saved.made_by) == ("hot", 2, 1, olive.user)
    text = client.get(answer.url).text
    for words in (
        "To ask in May",
        "Hana Neighbour",
        "3 of 4",
        "hot, voted in at least 2 of the last 4 primaries",
    ):
        assert words in text
    assert "To ask in May" in client.get(url("saved_lists", chapter)).text
    assert "To ask in May" in page_of(client, precinct).text
    assert client.post(asked, {"name": "To ask in May"}).status_code == 422
    assert client.post(asked, {"name": ""}).status_code == 422
    assert client.post(asked.replace("k=2", "k=4"), {"name": "Four"}).status_code == 409
    removal = url("remove_list", chapter, saved_list_id=saved.pk)
    assert "Remove the saved list “To ask in May”?" in client.get(removal).text
    assert client.post(removal).status_code == 302
    assert not SavedList.objects.exists()
    assert Voter.objects.count() == 4


@pytest.mark.parametrize("houses", [1, 3])
def test_a_saved_list_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, primaries, olive, by, houses, django_assert_num_queries
):
    make_street(precinct, houses=houses, voters_each=1)
    saved = saved_by(precinct, by, heat="")
    address = url("saved_list", chapter, saved_list_id=saved.pk)
    client.get(address)
    with django_assert_num_queries(14):
        response = client.get(address)
    assert len(response.context["page"].page.object_list) == houses


@pytest.mark.parametrize("lists", [1, 3])
def test_the_page_of_saved_lists_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, people, olive, by, lists, django_assert_num_queries
):
    for number in range(lists):
        saved_by(precinct, by, name=f"List {number}")
    client.get(url("saved_lists", chapter))
    with django_assert_num_queries(11):
        response = client.get(url("saved_lists", chapter))
    assert len(response.context["page"].page.object_list) == lists


def test_the_csv_of_a_saved_list_is_of_its_day(client, chapter, precinct, people, olive, by):
    saved = saved_by(precinct, by)
    Voter.objects.all().update(history=0)
    response = client.get(url("saved_list", chapter, saved_list_id=saved.pk), {"format": "csv"})
    assert response["Content-Disposition"] == 'attachment; filename="hot-ones.csv"'
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[1].startswith("Hana Neighbour,12 Lantern Street,1,hot,3,4,")
    assert AuditEvent.objects.get(verb="export.saved_list").rows == 1


def test_removing_a_list_stands_in_the_log(precinct, people, by):
    remove_list(saved=saved_by(precinct, by), by=by)
    said = AuditEvent.objects.get(verb="precincts.list_removed")
    assert said.summary == "Removed the saved list “Hot ones” of precinct 3-2"


def test_an_organizers_standing_is_enough_to_see_all_lists(chapter, precinct, people, olive, by):
    saved_by(precinct, by)
    assert SavedList.objects.visible_to(actor_of(olive)).count() == 1
