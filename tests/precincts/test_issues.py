from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chapters.enums import MemberKind
from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from chapters.services.members import change_member
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import LocalIssue
from precincts.services.issues import (
    IssueDatesOutOfOrder,
    IssueOpenAlready,
    LeaderNotOurs,
    add_issue,
    change_issue,
)
from tests.factories import make_chapter, make_issue, make_member, make_organizer, make_precinct

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


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


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def test_one_open_issue_of_a_name_in_a_precinct(precinct, by):
    first = add_issue(precinct=precinct, by=by, title="Bus stop", opened_on=DAY)
    with pytest.raises(IssueOpenAlready, match="works on “BUS STOP” already"):
        add_issue(precinct=precinct, by=by, title="BUS STOP", opened_on=DAY)
    change_issue(issue=first, by=by, state="won", closed_on=DAY)
    add_issue(precinct=precinct, by=by, title="Bus stop", opened_on=DAY)
    assert LocalIssue.objects.count() == 2


@pytest.mark.parametrize(
    ("state", "closed_on"),
    [("won", DAY - timedelta(days=1)), ("closed", None), ("open", DAY), ("working", DAY)],
)
def test_days_that_do_not_fit_are_refused_by_service_form_and_database(
    client, chapter, precinct, olive, by, state, closed_on
):
    with pytest.raises(IssueDatesOutOfOrder):
        add_issue(precinct=precinct, by=by, title="Rent", opened_on=DAY, state=state, closed_on=closed_on)
    values = {"title": "Rent", "opened_on": DAY, "state": state, "closed_on": closed_on or ""}
    answer = client.post(url("add_issue", chapter, precinct_id=precinct.pk), values)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["closed_on"]
    with pytest.raises(IntegrityError), transaction.atomic():
        make_issue(precinct, opened_on=DAY, state=state, closed_on=closed_on)
    assert not LocalIssue.objects.exists()


def test_who_leads_is_one_of_ours(precinct, by):
    stranger = make_member(make_chapter("elsewhere"), "Sam", user=None)
    former = make_member(precinct.chapter, "Fay", user=None, kind=MemberKind.FORMER)
    for leader in (stranger, former):
        with pytest.raises(LeaderNotOurs):
            add_issue(precinct=precinct, by=by, title="Rent", opened_on=DAY, leader=leader)
    assert not LocalIssue.objects.exists()


def test_whoever_leaves_the_chapter_leads_no_open_issue(chapter, precinct, by):
    nia = make_member(chapter, "Nia", user=None)
    open_one = make_issue(precinct, leader=nia)
    won = make_issue(precinct, "Bus stop", leader=nia, state="won", closed_on=today_in(chapter))
    change_member(member=nia, by=by, kind=MemberKind.FORMER)
    leaders = dict(LocalIssue.objects.values_list("pk", "leader"))
    assert leaders == {open_one.pk: None, won.pk: nia.pk}


def test_a_change_that_changes_nothing_is_not_logged(precinct, by):
    issue = add_issue(precinct=precinct, by=by, title="Rent", opened_on=DAY)
    change_issue(issue=issue, by=by, title="Rent", opened_on=DAY)
    assert not AuditEvent.objects.filter(verb="precincts.issue_changed").exists()


def test_an_issue_is_written_down_and_won_in_the_browser(client, chapter, precinct, olive):
    nia = make_member(chapter, "Nia", user=None)
    values = {
        "title": "Bus stop",
        "state": "open",
        "leader": nia.pk,
        "opened_on": DAY,
        "note": "Wrote to the city",
    }
    assert client.post(url("add_issue", chapter, precinct_id=precinct.pk), values).status_code == 302
    again = client.post(url("add_issue", chapter, precinct_id=precinct.pk), values)
    assert again.status_code == 422
    assert "works on an issue of this name already" in again.text
    issue = LocalIssue.objects.get()
    plan = client.get(url("plan", chapter, precinct_id=precinct.pk)).text
    assert "led by Nia Adams" in plan
    won = values | {"state": "won", "closed_on": DAY + timedelta(days=9)}
    assert client.post(url("issue", chapter, issue_id=issue.pk), won).status_code == 302
    issue.refresh_from_db()
    assert (issue.state, issue.closed_on) == ("won", DAY + timedelta(days=9))
    text = client.get(url("issues", chapter, precinct_id=precinct.pk)).text
    assert "won" in text


def test_people_of_another_chapter_are_not_offered_to_lead(client, chapter, precinct, olive):
    make_member(make_chapter("elsewhere"), "Stranger", user=None)
    make_member(chapter, "Fay", user=None, kind=MemberKind.FORMER)
    text = client.get(url("add_issue", chapter, precinct_id=precinct.pk)).text
    assert "Olive" in text
    assert "Stranger" not in text
    assert "Fay" not in text


def test_whoever_leads_is_found_by_name_and_the_choice_stays(client, chapter, precinct, olive):
    nia = make_member(chapter, "Nia", user=None)
    for number in range(12):
        make_member(chapter, f"Person{number}", user=None)
    page = url("add_issue", chapter, precinct_id=precinct.pk)
    assert "1 to 8 of 14" in client.get(page).text
    found = client.get(page, {"q": "nia"}).text
    assert f'name="leader" value="{nia.pk}"' in found
    assert "Person3" not in found
    kept = client.get(page, {"q": "person3", "leader": nia.pk}).text
    assert f'value="{nia.pk}" checked' in kept
    assert "Person3" in kept
    wrong = client.post(page, {"title": "", "leader": nia.pk})
    assert wrong.status_code == 422
    assert f'value="{nia.pk}" checked' in wrong.text


def test_a_closed_issue_keeps_who_led_it_when_they_have_left(client, chapter, precinct, olive):
    fay = make_member(chapter, "Fay", user=None, kind=MemberKind.FORMER)
    issue = make_issue(precinct, "Bus stop", leader=fay, state="won", closed_on=DAY)
    page = url("issue", chapter, issue_id=issue.pk)
    assert f'value="{fay.pk}" checked' in client.get(page).text
    values = {"title": "Bus stop", "state": "won", "opened_on": issue.opened_on, "closed_on": DAY}
    assert client.post(page, values | {"leader": fay.pk, "note": "Thanks"}).status_code == 302
    issue.refresh_from_db()
    assert (issue.leader, issue.note) == (fay, "Thanks")


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_an_issue_takes_the_same_queries_for_one_and_three_people(
    client, chapter, precinct, olive, count, django_assert_num_queries
):
    for place in range(count):
        make_member(chapter, f"Nia{place}", user=None)
    page = url("add_issue", chapter, precinct_id=precinct.pk)
    client.get(page)
    with django_assert_num_queries(13):
        client.get(page)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_issues_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, olive, count, django_assert_num_queries
):
    for place in range(count):
        make_issue(precinct, f"Issue {place}", leader=make_member(chapter, f"Nia{place}", user=None))
    client.get(url("issues", chapter, precinct_id=precinct.pk))
    with django_assert_num_queries(12):
        page = client.get(url("issues", chapter, precinct_id=precinct.pk))
    assert page.context["page"].total == count


def test_issues_can_be_taken_out(client, chapter, precinct, olive):
    make_issue(precinct, note="Met the council")
    answer = client.get(url("issues", chapter, precinct_id=precinct.pk), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "Met the council" in text
    assert AuditEvent.objects.filter(verb="export.issues").count() == 1
