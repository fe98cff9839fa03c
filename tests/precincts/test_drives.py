from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import RegistrationEffort
from precincts.services.drives import (
    AlreadyRegistered,
    FormOutOfOrder,
    give_form,
    send_form,
    take_form_back,
)
from tests.factories import (
    make_block,
    make_building,
    make_captain,
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
def today(chapter):
    return today_in(chapter)


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


@pytest.fixture
def door(precinct):
    block = make_block(precinct)
    return make_household(make_building(precinct.chapter, 12), precinct, block=block, walk_position=1)


@pytest.fixture
def una(door):
    return make_unregistered(door, "Una", "Hill")


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


def days():
    return list(RegistrationEffort.objects.values_list("given_on", "sent_on"))


def test_a_form_given_or_sent_twice_keeps_its_first_day(una, by, today):
    for back in (5, 1):
        give_form(voter=una, by=by, on=today - timedelta(days=back), today=today)
    for back in (2, 0):
        send_form(voter=una, by=by, on=today - timedelta(days=back), today=today)
    assert days() == [(today - timedelta(days=5), today - timedelta(days=2))]
    assert AuditEvent.objects.filter(verb__startswith="precincts.form_").count() == 2


def test_days_out_of_order_are_refused_by_service_and_database(una, by, today):
    with pytest.raises(FormOutOfOrder, match="No form was given"):
        send_form(voter=una, by=by, on=today, today=today)
    with pytest.raises(FormOutOfOrder, match="lies ahead"):
        give_form(voter=una, by=by, on=today + timedelta(days=1), today=today)
    effort = give_form(voter=una, by=by, on=today, today=today)
    with pytest.raises(FormOutOfOrder, match="after it was given"):
        send_form(voter=una, by=by, on=today - timedelta(days=1), today=today)
    with pytest.raises(IntegrityError, match="registration_sent_after_given"), transaction.atomic():
        RegistrationEffort.objects.filter(pk=effort.pk).update(sent_on=today - timedelta(days=1))
    assert days() == [(today, None)]


def test_whoever_is_in_the_file_needs_no_form(door, by, today):
    with pytest.raises(AlreadyRegistered, match="is in the voter file already"):
        give_form(voter=make_voter(door), by=by, on=today, today=today)
    assert days() == []


def test_steps_are_taken_back_one_at_a_time(una, by, today):
    give_form(voter=una, by=by, on=today, today=today)
    send_form(voter=una, by=by, on=today, today=today)
    take_form_back(voter=una, by=by)
    assert days() == [(today, None)]
    take_form_back(voter=una, by=by)
    assert days() == []
    with pytest.raises(FormOutOfOrder):
        take_form_back(voter=una, by=by)


def test_a_form_is_given_and_sent_in_the_browser(client, chapter, precinct, una, olive):
    page = url("drive", chapter, precinct_id=precinct.pk)
    assert "no form yet" in client.get(page).text
    given = client.post(url("give_form", chapter, voter_id=una.pk), follow=True)
    assert given.redirect_chain == [(page, 302)]
    assert "Noted: Una Hill was given a form." in given.text
    assert url("take_form_back", chapter, voter_id=una.pk) in given.text
    sent = client.post(url("send_form", chapter, voter_id=una.pk), follow=True).text
    assert "form sent" in sent
    only = client.get(page, {"state": "none"}).text
    assert "Una Hill" not in only.split('id="list-drive"')[1]


def test_block_captains_note_forms_of_their_own_neighbours(client, chapter, precinct, door, una):
    blanca = make_member(chapter, "Blanca")
    make_captain(door.block, blanca)
    client.force_login(blanca.user)
    answer = client.post(url("give_form", chapter, voter_id=una.pk))
    assert answer.url == url("block_book", chapter, block_id=door.block_id) + f"#voter-{una.pk}"
    away = make_household(make_building(chapter, 90), precinct, block=make_block(precinct, 2))
    other = make_unregistered(away, "Ada", "Hill")
    assert client.post(url("give_form", chapter, voter_id=other.pk)).status_code == 404
    assert RegistrationEffort.objects.get().voter == una


def test_block_captains_note_each_step_with_its_day_from_the_book(client, chapter, door, una, today):
    blanca = make_member(chapter, "Blanca")
    make_captain(door.block, blanca)
    client.force_login(blanca.user)
    page = url("registration", chapter, voter_id=una.pk)
    assert page in client.get(url("block_book", chapter, block_id=door.block_id)).text
    first, second = today - timedelta(days=9), today - timedelta(days=2)
    assert client.post(page, {"on": today + timedelta(days=2)}).status_code == 422
    assert client.post(page, {"on": first}).status_code == 302
    assert client.post(page, {"on": first - timedelta(days=1)}).status_code == 409
    assert client.post(page, {"on": second}).status_code == 302
    assert days() == [(first, second)]
    done = client.get(page).text
    assert "Wait for the next voter file" in done
    assert "Note that the form" not in done


def test_nobody_of_the_file_is_asked_for_a_form(client, chapter, door, olive):
    listed = make_voter(door, "NORA")
    text = client.get(url("registration", chapter, voter_id=listed.pk)).text
    assert "is in the voter file" in text
    assert "<form" not in text.split("<h1")[1].split("</main")[0]


@pytest.mark.parametrize("count", [1, 3])
def test_the_drive_takes_the_same_queries_for_one_and_three(
    client, chapter, precinct, door, olive, by, today, count, django_assert_num_queries
):
    for place in range(count):
        give_form(voter=make_unregistered(door, f"Una{place}"), by=by, on=today, today=today)
    client.get(url("drive", chapter, precinct_id=precinct.pk))
    with django_assert_num_queries(12):
        page = client.get(url("drive", chapter, precinct_id=precinct.pk))
    assert page.context["page"].total == count


def test_the_drive_is_of_this_precinct_and_can_be_taken_out(client, chapter, precinct, una, olive):
    other = make_precinct(chapter, "9-9")
    make_unregistered(make_household(make_building(chapter, 90), other), "Ada", "Elsewhere")
    answer = client.get(url("drive", chapter, precinct_id=precinct.pk), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert "Una Hill" in text
    assert "Elsewhere" not in text
    assert AuditEvent.objects.filter(verb="export.drive").count() == 1


def test_a_precinct_where_everybody_is_registered_says_how_people_come_here(client, chapter, precinct, olive):
    text = client.get(url("drive", chapter, precinct_id=precinct.pk)).text
    assert "Nobody to register yet" in text
