from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.enums import ElectionKind
from precincts.models import PrecinctAssignment, PrecinctPlan, TurnoutGoal
from precincts.selectors.plans import get_goals, get_plan_figures
from precincts.services.drives import give_form, send_form
from precincts.services.matches import merge_people
from precincts.services.plans import GoalOutOfRange, PlanBeginsLater, save_plan
from tests.factories import (
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_election,
    make_household,
    make_issue,
    make_member,
    make_organizer,
    make_precinct,
    make_street,
    make_unregistered,
    make_voter,
)

pytestmark = pytest.mark.django_db

GENERAL, PRIMARY = ElectionKind.GENERAL, ElectionKind.PRIMARY


@pytest.fixture
def today(chapter):
    return today_in(chapter)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


@pytest.fixture
def door(precinct):
    return make_household(make_building(precinct.chapter, 12), precinct)


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


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def save(precinct, by, on, turnout=None, **values):
    known = {"began_on": on, "registration_goal": None} | values
    return save_plan(precinct=precinct, turnout=turnout or {}, by=by, on=on, **known)


def figures(precinct, on):
    return get_plan_figures([precinct.pk], precinct.chapter, on)[precinct.pk]


# --- goals ------------------------------------------------------------------------------------------------


def test_a_goal_set_later_changes_nothing_of_the_days_before(precinct, by, today):
    before = today - timedelta(days=400)
    save(precinct, by, before, {GENERAL: Decimal(50)})
    save(precinct, by, today, {GENERAL: Decimal(60), PRIMARY: Decimal(20)}, began_on=before)
    assert get_goals([precinct.pk], today) == {
        (precinct.pk, GENERAL): Decimal(60),
        (precinct.pk, PRIMARY): Decimal(20),
    }
    assert get_goals([precinct.pk], today - timedelta(days=1)) == {(precinct.pk, GENERAL): Decimal(50)}
    assert get_goals([precinct.pk], before - timedelta(days=1)) == {}


def test_a_goal_changed_twice_a_day_is_one_goal_and_the_same_again_is_not_logged(precinct, by, today):
    for percent in (50, 55, 55):
        save(precinct, by, today, {GENERAL: Decimal(percent)})
    assert list(TurnoutGoal.objects.values_list("percent", flat=True)) == [Decimal(55)]
    assert AuditEvent.objects.filter(verb="precincts.plan_saved").count() == 2


def test_a_goal_that_is_given_up_is_no_goal_from_that_day(precinct, by, today):
    save(precinct, by, today - timedelta(days=9), {GENERAL: Decimal(50)})
    save(precinct, by, today, {GENERAL: None})
    assert get_goals([precinct.pk], today) == {(precinct.pk, GENERAL): None}
    assert get_goals([precinct.pk], today - timedelta(days=1)) == {(precinct.pk, GENERAL): Decimal(50)}


@pytest.mark.parametrize("percent", ["100.1", "-0.1", "350"])
def test_a_goal_outside_a_percentage_is_refused_by_service_form_and_database(
    client, chapter, precinct, olive, by, today, percent
):
    with pytest.raises(GoalOutOfRange, match="between 0 and 100 percent"):
        save(precinct, by, today, {GENERAL: Decimal(percent)})
    answer = client.post(
        url("edit_plan", chapter, precinct_id=precinct.pk),
        {"turnout_general": percent, "turnout_primary": "30", "began_on": today},
    )
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["turnout_general"]
    assert "A turnout goal is at" in answer.text
    with pytest.raises(IntegrityError, match="turnout_goal_is_a_percentage"), transaction.atomic():
        TurnoutGoal.objects.create(
            chapter=chapter, precinct=precinct, kind=GENERAL, percent=Decimal(percent), starts_on=today
        )
    assert not TurnoutGoal.objects.exists()
    assert not PrecinctPlan.objects.exists()


def test_nobody_registers_fewer_than_none_and_no_plan_begins_tomorrow(precinct, by, today):
    with pytest.raises(GoalOutOfRange):
        save(precinct, by, today, registration_goal=-1)
    with pytest.raises(PlanBeginsLater):
        save(precinct, by, today, began_on=today + timedelta(days=1))
    assert not PrecinctPlan.objects.exists()


# --- live figures -----------------------------------------------------------------------------------------


def make_past(precinct):
    """Four generals and a primary; of four neighbours (one registered last year) who voted in which."""
    for bit, year in enumerate((2018, 2020, 2022, 2024)):
        make_election(precinct.chapter, date(year, 11, 5), bit, GENERAL)
    make_election(precinct.chapter, date(2024, 3, 5), 4, PRIMARY)
    door = make_household(make_building(precinct.chapter, 40), precinct)
    for place, history in enumerate((0b01111, 0b01010, 0b01000)):
        make_voter(door, f"N{place}", history=history, registered_on=date(2010, 1, 1) if place else None)
    make_voter(door, "New", history=0, registered_on=today_in(precinct.chapter) - timedelta(days=10))
    return door


def test_turnout_counts_whoever_was_registered_on_the_day(precinct, today):
    make_past(precinct)
    general = figures(precinct, today).get_kind(GENERAL)
    assert [(one.held_on.year, one.voted, one.registered) for one in general.held] == [
        (2024, 3, 3),
        (2022, 1, 3),
        (2020, 2, 3),
        (2018, 1, 3),
    ]
    assert general.suggested == Decimal("66.7")


def test_an_election_nobody_here_voted_in_suggests_nothing(precinct, today):
    make_past(precinct)
    assert figures(precinct, today).get_kind(PRIMARY) is None


def test_figures_are_of_neighbours_behind_the_precincts_doors(chapter, precinct, today):
    make_past(precinct)
    other = make_precinct(chapter, "3-3")
    door = make_household(make_building(chapter, 41), other)
    make_voter(door, "Elsewhere", precinct=precinct, history=0b11111)
    make_voter(door, "Hidden", history=0b11111, is_confidential=True)
    found = get_plan_figures([precinct.pk, other.pk], chapter, today)
    assert found[precinct.pk].get_kind(GENERAL).newest.registered == 3
    assert found[other.pk].get_kind(GENERAL).newest.registered == 1
    assert (found[precinct.pk].registered, found[other.pk].registered) == (4, 1)


def test_registrations_and_forms_count_since_the_plan_began(precinct, by, today):
    door = make_past(precinct)
    began, before = today - timedelta(days=30), today - timedelta(days=40)
    early = make_unregistered(door, "Early")
    give_form(voter=early, by=by, on=before, today=today)
    send_form(voter=early, by=by, on=began, today=today)
    late = make_unregistered(door, "New")
    give_form(voter=late, by=by, on=today, today=today)
    make_unregistered(door, "Idle")
    save(precinct, by, today, began_on=began, registration_goal=10)
    merge_people(added=late, registered=door.voters.get(first_name="New", registered_on__isnull=False), by=by,
                 at=timezone.now())  # fmt: skip
    found = figures(precinct, today)
    assert (found.registered, found.newly_registered, found.registration_goal) == (4, 1, 10)
    drive = found.drive
    assert (drive.unregistered, drive.given, drive.sent, drive.found) == (2, 1, 1, 1)


def test_only_open_issues_are_counted(precinct, today):
    make_issue(precinct)
    make_issue(precinct, "Bus stop", state="won", closed_on=today)
    assert figures(precinct, today).open_issues == 1


# --- pages ------------------------------------------------------------------------------------------------


def test_goals_are_suggested_from_the_last_like_elections_with_their_figures(
    client, chapter, precinct, olive
):
    make_past(precinct)
    text = client.get(url("edit_plan", chapter, precinct_id=precinct.pk)).text
    assert 'name="turnout_general" value="66.7"' in text
    assert "the mean of the last 3:" in text
    for words in ("5 Nov 2024", "(3 of 3)", "(1 of 3)", "(2 of 3)"):
        assert words in text
    assert "5 Nov 2018" not in text


def test_goals_are_set_in_the_browser_and_stand_on_the_plan(client, chapter, precinct, olive, today):
    make_past(precinct)
    values = {
        "turnout_general": "80", "turnout_primary": "", "turnout_municipal": "", "registration_goal": "12",
        "began_on": today - timedelta(days=30),
    }  # fmt: skip
    assert client.post(url("edit_plan", chapter, precinct_id=precinct.pk), values).status_code == 302
    text = client.get(url("plan", chapter, precinct_id=precinct.pk)).text
    for words in ("3 of 3 voted", "goal 80.0", "reached", "1 of 12", "<progress"):
        assert words in text
    form = client.get(url("edit_plan", chapter, precinct_id=precinct.pk)).text
    assert 'name="turnout_general" value="80.0"' in form


def test_a_plan_without_goals_says_what_to_do_first(client, chapter, precinct, olive):
    text = client.get(url("plan", chapter, precinct_id=precinct.pk)).text
    assert "No goals yet" in text
    assert url("edit_plan", chapter, precinct_id=precinct.pk) in text


def fill(precinct, by, count, today):
    """As many streets, issues and neighbours added by hand; a plan and goals."""
    make_past(precinct)
    for place in range(count):
        (door,) = make_street(precinct, 1, 2, f"Street {place}")
        give_form(voter=make_unregistered(door, "Una"), by=by, on=today, today=today)
        make_issue(
            precinct, f"Issue {place}", leader=make_member(precinct.chapter, f"Leader{place}", user=None)
        )
    save(precinct, by, today, {GENERAL: Decimal(50)}, registration_goal=5)


@pytest.mark.parametrize("count", [1, 3])
def test_the_plan_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, olive, by, today, count, django_assert_num_queries
):
    fill(precinct, by, count, today)
    client.get(url("plan", chapter, precinct_id=precinct.pk))
    with django_assert_num_queries(20):
        page = client.get(url("plan", chapter, precinct_id=precinct.pk))
    assert len(page.context["issues"]) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_plans_takes_the_same_queries_for_one_and_three_precincts(
    client, chapter, olive, by, today, count, django_assert_num_queries
):
    for place in range(count):
        row = make_precinct(chapter, f"{place}-1")
        (door,) = make_street(row, 1, 2, f"Street {place}")
        make_unregistered(door, "Una")
        make_issue(row)
        save(row, by, today, {GENERAL: Decimal(50)}, registration_goal=5)
    client.get(url("plans", chapter))
    with django_assert_num_queries(17):
        page = client.get(url("plans", chapter))
    assert len(page.context["page"].drawn) == count


def test_the_list_of_plans_can_be_taken_out(client, chapter, precinct, olive, by, today):
    fill(precinct, by, 1, today)
    answer = client.get(url("plans", chapter), {"format": "csv"})
    header, row = b"".join(answer.streaming_content).decode().splitlines()
    said = dict(zip(header.split(","), row.split(","), strict=True))
    assert (said["Precinct"], said["General election"]) == ("3-2", "60.0")
    assert (said["Goal; General election"], said["Forms given"], said["Open issues"]) == ("50.0", "1", "1")
    assert AuditEvent.objects.filter(verb="export.plans").count() == 1


def test_precinct_captains_keep_their_own_plan_and_see_no_other(client, chapter, precinct, today):
    other = make_precinct(chapter, "9-9")
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=priya, starts_on=today - timedelta(days=1)
    )
    client.force_login(priya.user)
    own = url("edit_plan", chapter, precinct_id=precinct.pk)
    assert client.post(own, {"turnout_general": "40", "began_on": today}).status_code == 302
    assert client.post(url("edit_plan", chapter, precinct_id=other.pk), {}).status_code == 404
    assert [row.code for row in client.get(url("plans", chapter)).context["page"].page.object_list] == ["3-2"]
    assert client.get(url("plans", chapter), {"format": "csv"}).status_code == 403


def test_block_captains_see_no_plan(client, chapter, precinct):
    blanca = make_member(chapter, "Blanca")
    make_captain(make_block(precinct), blanca)
    client.force_login(blanca.user)
    assert client.get(url("plan", chapter, precinct_id=precinct.pk)).status_code == 403
    assert client.get(url("precinct", chapter, precinct_id=precinct.pk)).status_code == 403


def test_the_precincts_page_leads_to_its_plan(client, chapter, precinct, olive):
    assert (
        url("plan", chapter, precinct_id=precinct.pk)
        in client.get(url("precinct", chapter, precinct_id=precinct.pk)).text
    )
    make_street(precinct, 1)
    assert url("plans", chapter) in client.get(url("index", chapter)).text
