from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chapters.enums import ChapterKind, RoleName
from chapters.models import AuditEvent, Member
from chapters.selectors.actors import today_in
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import PrecinctAssignment, Training, TurnoutGoal
from precincts.selectors.lineage import get_lineage, list_cycles
from precincts.services.promotions import (
    CannotPromote,
    CannotTrain,
    NoTraining,
    TrainedAlready,
    TrainingCircle,
    promote_captain,
    record_training,
    take_training_back,
)
from precincts.services.roster import AlreadyAssigned, BlockHasCaptain
from tests.factories import (
    LONG_AGO,
    make_block,
    make_captain,
    make_chapter,
    make_election,
    make_member,
    make_organizer,
    make_precinct,
    make_street,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 1)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "1-1")


@pytest.fixture
def free(chapter):
    return make_precinct(chapter, "1-2")


@pytest.fixture
def cora(precinct):
    """A block captain of the precinct."""
    member = make_member(precinct.chapter, "Cora", user=None)
    make_captain(make_block(precinct, 1), member)
    return member


@pytest.fixture
def priya(precinct):
    """The precinct's captain."""
    member = make_member(precinct.chapter, "Priya", user=None)
    lead(precinct, member)
    return member


def lead(precinct, member, starts_on=LONG_AGO):
    return PrecinctAssignment.objects.create(
        chapter=precinct.chapter, precinct=precinct, member=member, starts_on=starts_on
    )


def leaders(on=TODAY):
    rows = PrecinctAssignment.objects.in_force(on).captains()
    return {row.precinct.code: row.member.first_name for row in rows}


# --- promotion --------------------------------------------------------------------------------------------


def test_a_block_captain_takes_over_and_the_former_one_leads_the_next_precinct(
    precinct, free, cora, priya, by
):
    promote_captain(
        precinct=precinct, member=cora, former_to=free, trainer=priya, by=by, on=TODAY, note="Ring."
    )
    assert leaders() == {"1-1": "Cora", "1-2": "Priya"}
    assert leaders(TODAY - timedelta(days=1)) == {"1-1": "Priya"}
    training = Training.objects.get()
    assert (training.trainer, training.trained, training.precinct, training.on) == (
        priya,
        cora,
        precinct,
        TODAY,
    )
    former = PrecinctAssignment.objects.get(precinct=precinct, member=priya)
    assert former.handover_note == "Ring."
    assert AuditEvent.objects.filter(verb="precincts.captain_promoted").count() == 1


def test_a_precinct_without_a_captain_is_taken_over_too(precinct, cora, by):
    promote_captain(precinct=precinct, member=cora, by=by, on=TODAY)
    assert leaders() == {"1-1": "Cora"}
    assert not Training.objects.exists()


def test_what_cannot_be_promoted_is_refused_and_nothing_is_half_done(
    chapter, precinct, free, cora, priya, by
):
    stranger = make_member(chapter, "Stan", user=None)
    before = list(PrecinctAssignment.objects.values())
    elsewhere = make_precinct(make_chapter("elsewhere"), "9")
    taken = make_precinct(chapter, "1-3")
    for refusal, values in (
        (CannotPromote, {"member": stranger, "former_to": free}),
        (CannotPromote, {"member": cora}),
        (CannotPromote, {"member": cora, "former_to": precinct}),
        (CannotPromote, {"member": cora, "former_to": elsewhere}),
    ):
        with pytest.raises(refusal):
            promote_captain(precinct=precinct, by=by, on=TODAY, **values)
        assert list(PrecinctAssignment.objects.values()) == before
    lead(taken, stranger)
    with pytest.raises(BlockHasCaptain):
        promote_captain(precinct=precinct, member=cora, former_to=taken, by=by, on=TODAY)
    make_captain(make_block(precinct, 2), priya)
    with pytest.raises(AlreadyAssigned):
        promote_captain(precinct=precinct, member=priya, former_to=free, by=by, on=TODAY)
    assert leaders() == {"1-1": "Priya", "1-3": "Stan"}


def test_a_promotion_that_closes_a_circle_is_refused_whole(precinct, free, cora, priya, by):
    record_training(trainer=cora, trained=priya, by=by, on=LONG_AGO)
    with pytest.raises(TrainingCircle, match="Priya Adams was trained by Cora Adams"):
        promote_captain(precinct=precinct, member=cora, former_to=free, trainer=priya, by=by, on=TODAY)
    assert leaders() == {"1-1": "Priya"}
    assert Training.objects.count() == 1
    promote_captain(precinct=precinct, member=cora, former_to=free, by=by, on=TODAY)
    assert leaders() == {"1-1": "Cora", "1-2": "Priya"}


# --- who trained whom -------------------------------------------------------------------------------------


@pytest.fixture
def people(chapter):
    return [make_member(chapter, name, user=None) for name in ("Ada", "Bea", "Cleo", "Dora")]


def test_a_line_of_any_length_closes_to_no_circle(people, by):
    ada, bea, cleo, dora = people
    for trainer, trained in ((ada, bea), (bea, cleo), (cleo, dora)):
        record_training(trainer=trainer, trained=trained, by=by, on=TODAY)
    for trainer in (bea, cleo, dora):
        with pytest.raises(TrainingCircle):
            record_training(trainer=trainer, trained=ada, by=by, on=TODAY)
    assert Training.objects.count() == 3


def test_the_database_refuses_circles_by_itself(people):
    ada, bea, cleo, _dora = people
    chapter = ada.chapter
    Training.objects.create(chapter=chapter, trainer=ada, trained=bea, on=TODAY)
    Training.objects.create(chapter=chapter, trainer=bea, trained=cleo, on=TODAY)
    for trainer, trained in ((ada, ada), (bea, ada), (cleo, ada)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Training.objects.create(chapter=chapter, trainer=trainer, trained=trained, on=TODAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Training.objects.filter(trained=bea).update(trainer=cleo)


def test_one_trainer_for_each_person_and_the_same_again_changes_nothing(people, by):
    ada, bea, cleo, _dora = people
    first = record_training(trainer=ada, trained=cleo, by=by, on=TODAY)
    assert record_training(trainer=ada, trained=cleo, by=by, on=TODAY + timedelta(days=9)) == first
    with pytest.raises(TrainedAlready):
        record_training(trainer=bea, trained=cleo, by=by, on=TODAY)
    for wrong in (ada, make_member(make_chapter("elsewhere"), "Sam")):
        with pytest.raises(CannotTrain):
            record_training(trainer=wrong, trained=ada, by=by, on=TODAY)


def test_the_tree_has_precinct_captains_and_everybody_of_a_line_once(precinct, cora, priya, people, by):
    ada, bea, *_rest = people
    record_training(trainer=ada, trained=priya, by=by, on=LONG_AGO)
    record_training(trainer=priya, trained=cora, by=by, on=TODAY)
    found = get_lineage(precinct.chapter, TODAY)
    assert [(found.people[one.person].name, one.depth) for one in found.places] == [
        ("Ada Adams", 0),
        ("Priya Adams", 1),
        ("Cora Adams", 2),
    ]
    assert found.people[priya.pk].precincts == ("1-1",)
    assert found.people[cora.pk].blocks == ("1-1 · 1",)
    assert bea.pk not in found.people


# --- ready ------------------------------------------------------------------------------------------------


def goal(precinct, percent, starts_on=LONG_AGO, kind="primary"):
    TurnoutGoal.objects.create(
        chapter=precinct.chapter, precinct=precinct, kind=kind, percent=percent, starts_on=starts_on
    )


@pytest.fixture
def voted(chapter, precinct):
    """Ten neighbours: all voted in 2024, five in 2026."""
    make_election(chapter, date(2024, 3, 5), 0)
    make_election(chapter, date(2026, 3, 3), 1)
    for place, door in enumerate(make_street(precinct, 10, 1)):
        door.voters.update(history=0b11 if place < 5 else 0b01)


def test_a_precinct_is_ready_after_two_reached_goals(chapter, precinct, voted):
    goal(precinct, Decimal("50.0"))
    (kind,) = list_cycles([precinct.pk], chapter, TODAY)[precinct.pk]
    assert [(one.percent, one.is_reached) for one in kind.cycles] == [(50, True), (100, True)]
    assert kind.is_ready


def test_a_goal_set_afterwards_changes_nothing_of_what_was_reached(chapter, precinct, voted):
    goal(precinct, Decimal("90.0"))
    goal(precinct, Decimal("10.0"), date(2026, 4, 1))
    (kind,) = list_cycles([precinct.pk], chapter, TODAY)[precinct.pk]
    assert [(one.goal, one.is_reached) for one in kind.cycles] == [(90, False), (90, True)]
    assert not kind.is_ready
    late = make_precinct(chapter, "1-9")
    assert list_cycles([late.pk], chapter, TODAY) == {late.pk: []}


# --- the pages --------------------------------------------------------------------------------------------


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


@pytest.fixture
def signed_in(client, chapter):
    client.force_login(make_organizer(chapter).user)
    return client


def test_a_captain_is_promoted_in_the_browser(signed_in, chapter, precinct, free, cora, priya, voted):
    goal(precinct, Decimal("50.0"))
    listed = signed_in.get(url("ready", chapter)).text
    assert "1 precinct is ready" in listed
    address = url("promote", chapter, precinct_id=precinct.pk)
    page = signed_in.get(address)
    assert "The precinct is ready" in page.text
    assert page.context["form"]["trainer"].value() == priya.pk
    values = {"member": cora.pk, "former_to": free.pk, "trainer": priya.pk, "on": today_in(chapter)}
    done = signed_in.post(address, values, follow=True)
    assert "Cora Adams" in done.text
    assert "leads precinct 1-1" in done.text
    assert leaders(today_in(chapter)) == {"1-1": "Cora", "1-2": "Priya"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"member": ""}, "member"), ({"former_to": ""}, "former_to"), ({"on": "1800-01-01"}, "on")],
)
def test_a_wrong_promotion_is_said_and_nothing_is_kept(
    signed_in, chapter, precinct, free, cora, priya, wrong, field
):
    values = {"member": cora.pk, "former_to": free.pk, "trainer": "", "on": today_in(chapter)} | wrong
    answer = signed_in.post(url("promote", chapter, precinct_id=precinct.pk), values)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert leaders() == {"1-1": "Priya"}


def test_a_circle_gets_a_page_that_says_so(signed_in, chapter, precinct, free, cora, priya, by):
    record_training(trainer=cora, trained=priya, by=by, on=LONG_AGO)
    values = {"member": cora.pk, "former_to": free.pk, "trainer": priya.pk, "on": today_in(chapter)}
    answer = signed_in.post(url("promote", chapter, precinct_id=precinct.pk), values)
    assert answer.status_code == 409
    assert "was trained by Cora Adams" in answer.text
    noted = signed_in.post(
        url("add_training", chapter), {"trainer": priya.pk, "trained": cora.pk, "on": today_in(chapter)}
    )
    assert noted.status_code == 409
    twice = {"trainer": cora.pk, "trained": cora.pk, "on": today_in(chapter)}
    assert signed_in.post(url("add_training", chapter), twice).status_code == 422


def test_who_trained_whom_is_noted_in_the_browser(signed_in, chapter, cora, priya):
    values = {"trainer": priya.pk, "trained": cora.pk, "on": "2024-05-04"}
    assert signed_in.post(url("add_training", chapter), values).status_code == 302
    assert "trained 4 May 2024" in signed_in.get(url("lineage", chapter)).text


def test_what_was_noted_by_mistake_is_taken_back_after_a_question(
    signed_in, chapter, precinct, cora, priya, by
):
    ada, fay = (make_member(chapter, name, user=None) for name in ("Ada", "Fay"))
    record_training(trainer=ada, trained=priya, by=by, on=LONG_AGO)
    mistake = record_training(trainer=priya, trained=cora, by=by, on=date(2024, 5, 4))
    record_training(trainer=cora, trained=fay, by=by, on=LONG_AGO)
    address = url("undo_training", chapter, training_id=mistake.pk)
    assert address in signed_in.get(url("lineage", chapter)).text
    assert "Take back that Priya Adams trained Cora Adams?" in signed_in.get(address).text
    assert Training.objects.filter(pk=mistake.pk).exists()

    assert signed_in.post(address).status_code == 302
    found = get_lineage(chapter, TODAY)
    assert [(found.people[one.person].name, one.depth) for one in found.places] == [
        ("Ada Adams", 0),
        ("Priya Adams", 1),
        ("Cora Adams", 0),
        ("Fay Adams", 1),
    ]
    said = AuditEvent.objects.get(verb="precincts.training_taken_back")
    assert (said.summary, said.detail["trainer"]) == (
        "Took back that Priya Adams trained Cora Adams, 4 May 2024", priya.pk,
    )  # fmt: skip
    assert signed_in.post(address).status_code == 404
    with pytest.raises(NoTraining):
        take_training_back(training=mistake, by=by)
    record_training(trainer=ada, trained=cora, by=by, on=TODAY)


def test_a_line_of_two_thousand_people_is_shown(signed_in, chapter):
    people = Member.objects.bulk_create(
        Member(chapter=chapter, first_name=f"P{number}", last_name="Line") for number in range(2_001)
    )
    # From the end of the line: so the trigger that looks for circles has no line to climb yet.
    Training.objects.bulk_create(
        Training(chapter=chapter, trainer=trainer, trained=trained, on=LONG_AGO)
        for trainer, trained in reversed(list(pairwise(people)))
    )
    page = signed_in.get(url("lineage", chapter))
    assert page.status_code == 200
    assert [stat.number for stat in page.context["stats"]][-1] == "2,000"
    assert page.text.count("<strong>P") == 2_001
    assert page.text.count("<ul") == page.text.count("</ul>")
    assert page.text.count("<li>") + page.text.count("<li ") == page.text.count("</li>")


@pytest.mark.parametrize("count", [1, 3])
def test_the_tree_takes_the_same_queries_for_one_and_three(signed_in, chapter, precinct, by, count):
    for number in range(count):
        member = make_member(chapter, f"Cora{number}", user=None)
        make_captain(make_block(precinct, number + 1), member)
        trainer = make_member(chapter, f"Ada{number}", user=None)
        record_training(trainer=trainer, trained=member, by=by, on=TODAY)
        lead(make_precinct(chapter, f"7-{number}"), trainer)
    signed_in.get(url("lineage", chapter))
    with CaptureQueriesContext(connection) as queries:
        page = signed_in.get(url("lineage", chapter))
    assert len(page.context["rows"]) == 2 * count
    assert len(queries) == 14


def test_a_region_reader_sees_the_trees_below_and_other_regions_organizers_only_figures(client):
    nation = make_chapter("nation", kind=ChapterKind.NATIONAL, name="Nation")
    region = make_chapter("piedmont", kind=ChapterKind.REGION, parent=nation, name="Piedmont")
    own = make_chapter("ferry", parent=region, name="Ferry")
    other = make_chapter("coast", kind=ChapterKind.REGION, parent=nation, name="Coast")
    beach = make_chapter("beach", parent=other, name="Beach")
    lead(make_precinct(own, "1-1"), make_member(own, "Priya", user=None))
    lead(make_precinct(beach, "8-8"), make_member(beach, "Bianca", user=None))
    client.force_login(make_member(region, "Regina", RoleName.READER).user)
    page = client.get(url("lineage", region)).text
    assert "Nation" in page
    assert "1 of 1 precinct has a captain" in page
    assert "Beach" not in page
    assert "Priya Adams" in client.get(url("lineage", region), {"of": "ferry"}).text
    assert client.get(url("lineage", region), {"of": "beach"}).status_code == 404
    assert client.get(url("lineage", own)).status_code == 200
    client.force_login(make_member(region, "Oscar", RoleName.ORGANIZER).user)
    figures = client.get(url("lineage", region)).text
    assert "1 of 1 precinct has a captain" in figures
    assert "Priya" not in figures
    assert client.get(url("lineage", region), {"of": "ferry"}).status_code == 404


def test_empty_pages_say_the_next_step(signed_in, chapter, precinct):
    assert "No precinct captains yet" in signed_in.get(url("lineage", chapter)).text
    assert "No goals to be measured against yet" in signed_in.get(url("ready", chapter)).text
    assert "Nobody to take over yet" in signed_in.get(url("promote", chapter, precinct_id=precinct.pk)).text


def test_without_a_next_precinct_the_page_says_so(signed_in, chapter, precinct, cora, priya):
    assert (
        "Every other precinct has a captain"
        in signed_in.get(url("promote", chapter, precinct_id=precinct.pk)).text
    )
