"""The ladder of asks, everybody's next ask, and the board of all asks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from chapters.models import Ask, AuditEvent, LadderStep
from chapters.selectors.actors import today_in
from chapters.selectors.asks import list_unasked
from chapters.selectors.ladder import read_next_asks
from chapters.services.asks import AlreadyAsked, StepRetired, answer_ask, ask_for_step
from chapters.services.ladder import (
    LadderHasCircle,
    StepElsewhere,
    StepNeedsTitle,
    add_step,
    change_step,
    found_ladder,
    offer_step,
    retire_step,
)
from chapters.services.members import change_member
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.services.skills import add_skill
from tests.factories import (
    actor_of,
    make_ask,
    make_attendance,
    make_block,
    make_captain,
    make_chapter,
    make_meeting,
    make_member,
    make_membership,
    make_organizer,
    make_precinct,
    make_step,
    make_team,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def by(chapter):
    actor = Actor.system(chapter_id=chapter.pk)
    with chapter_scope(chapter, actor):
        yield actor


@pytest.fixture
def olive(chapter):
    return make_organizer(chapter)


@pytest.fixture
def ladder(chapter, by):
    return {step.titles["en"]: step for step in found_ladder(chapter=chapter, by=by)}


@pytest.fixture
def today(chapter):
    return today_in(chapter)


@pytest.fixture
def signed_in(client, olive):
    client.force_login(olive.user)
    return client


def url(name, chapter, **kwargs):
    return reverse(f"chapters:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def next_of(chapter, member):
    found = read_next_asks(chapter, today_in(chapter), [member.pk]).of(member.pk)
    return (str(found.step), found.why) if found else None


def test_a_chapter_is_founded_with_a_ladder_once(chapter, by, ladder):
    assert len(ladder) == 9
    assert ladder["Keep a block"].follows == ladder["Knock on doors with us"]
    assert found_ladder(chapter=chapter, by=by) == []


def test_a_newcomer_is_asked_for_the_first_step_and_who_came_for_the_next(chapter, ladder):
    nia, omar = make_member(chapter, "Nia"), make_member(chapter, "Omar")
    make_attendance(make_meeting(chapter, "Supper"), omar)
    assert next_of(chapter, nia) == (
        "Come to a meeting", "It is a first step for somebody who has done none."
    )  # fmt: skip
    assert next_of(chapter, omar) == (
        "Help for one evening", "They have taken the step before: “Come to a meeting”."
    )  # fmt: skip


def test_who_keeps_a_block_is_asked_for_what_comes_after_it(chapter, ladder):
    cora = make_member(chapter, "Cora")
    make_captain(make_block(make_precinct(chapter), 1), cora)
    assert next_of(chapter, cora)[0] == "Lead a precinct"


def test_a_yes_takes_the_step_and_a_no_rests_it(chapter, by, olive, ladder, today):
    nia = make_member(chapter, "Nia")
    make_attendance(make_meeting(chapter, "Supper"), nia)
    evening = ladder["Help for one evening"]
    ask = ask_for_step(member=nia, step=evening, asked_by=olive, due_on=today, by=by, on=today)
    assert next_of(chapter, nia)[0] == "Bring a friend to a meeting"
    answer_ask(ask=ask, result="no", by=by, on=today)
    assert next_of(chapter, nia) == (
        "Bring a friend to a meeting",
        (
            "They have taken the step before: “Come to a meeting”. It is no larger than “Help for one evening”, "
            "which they declined."
        ),
    )
    Ask.objects.filter(pk=ask.pk).update(result="yes")
    assert next_of(chapter, nia)[0] == "Knock on doors with us"
    assert evening in read_next_asks(chapter, today, [nia.pk]).done_by(nia.pk)


def test_a_step_that_needs_something_is_suggested_to_who_brings_it(chapter, by, ladder):
    nia, omar = make_member(chapter, "Nia"), make_member(chapter, "Omar")
    add_step(
        chapter=chapter,
        by=by,
        titles={"en": "Drive people"},
        size="small",
        needs=["skill:drives"],
        position=1,
    )
    add_skill(member=nia, kind="skill", value="drives", by=by, at=timezone.now())
    assert next_of(chapter, nia) == ("Drive people", "They bring what it needs: Can drive others.")
    assert next_of(chapter, omar)[0] == "Come to a meeting"


@pytest.mark.parametrize("count", [1, 3])
def test_the_next_asks_take_the_same_queries_for_one_and_three(
    chapter, ladder, olive, today, count, django_assert_num_queries
):
    people = [make_member(chapter, f"Nia{number}") for number in range(count)]
    for person in people:
        make_ask(olive, person, ladder["Bring a friend to a meeting"])
    with django_assert_num_queries(6):  # steps, asks, and four rules of the first ladder
        found = read_next_asks(chapter, today, [person.pk for person in people])
    assert [str(found.of(person.pk).step) for person in people] == ["Come to a meeting"] * count


def test_nothing_of_the_past_is_lost_when_a_step_is_retired(chapter, by, olive, ladder, today):
    nia = make_member(chapter, "Nia")
    step = ladder["Come to a meeting"]
    ask = ask_for_step(member=nia, step=step, asked_by=olive, due_on=today, by=by, on=today)
    retire_step(step=step, by=by, on=today)
    ask.refresh_from_db()
    assert (ask.is_open, ask.what) == (True, "Come to a meeting")
    assert next_of(chapter, nia)[0] == "Help for one evening"
    with pytest.raises(StepRetired):
        ask_for_step(
            member=make_member(chapter, "Omar"), step=step, asked_by=olive, due_on=today, by=by, on=today
        )
    offer_step(step=step, by=by)
    assert LadderStep.objects.get(pk=step.pk).retired_on is None


def test_a_ladder_has_no_circle_no_step_without_words_and_none_of_another_chapter(chapter, by, ladder):
    with pytest.raises(LadderHasCircle):
        change_step(step=ladder["Come to a meeting"], by=by, follows=ladder["Keep a block"])
    with pytest.raises(StepNeedsTitle):
        add_step(chapter=chapter, by=by, titles={"en": "  ", "es": ""}, size="small")
    with pytest.raises(StepElsewhere):
        add_step(
            chapter=chapter,
            by=by,
            titles={"en": "x"},
            size="small",
            follows=make_step(make_chapter("elsewhere")),
        )
    assert LadderStep.objects.filter(chapter=chapter).count() == 9


def test_one_person_is_asked_once_for_a_step_at_a_time(chapter, by, olive, ladder, today):
    nia, step = make_member(chapter, "Nia"), ladder["Come to a meeting"]
    ask_for_step(member=nia, step=step, asked_by=olive, due_on=today, by=by, on=today)
    with pytest.raises(AlreadyAsked):
        ask_for_step(member=nia, step=step, asked_by=olive, due_on=today, by=by, on=today)
    assert Ask.objects.count() == 1


def test_the_ladder_is_changed_in_settings(signed_in, chapter, ladder):
    page = signed_in.get(url("ladder", chapter))
    assert "done when the person has kept a block" in page.text
    step = ladder["Keep a block"]
    given = {
        "title_en": "Keep a street", "title_es": "Cuidar una calle", "size": "big", "position": "70",
        "done": "precincts.block|", "follows": "", "needs": ["skill:drives"],
    }  # fmt: skip
    assert signed_in.post(url("step", chapter, step_id=step.pk), given).status_code == 302
    step.refresh_from_db()
    assert (step.titles, step.follows, step.needs) == (
        {"en": "Keep a street", "es": "Cuidar una calle"}, None, ["skill:drives"]
    )  # fmt: skip
    assert AuditEvent.objects.get(verb="chapters.ladder_step_changed").summary.startswith("Changed the step")
    refused = signed_in.post(url("add_step", chapter), given | {"title_en": "", "title_es": ""})
    assert (refused.status_code, "Say in one language at least" in refused.text) == (422, True)


def test_ask_this_takes_one_tap_and_a_second_tap_asks_nobody_twice(signed_in, chapter, olive, ladder, today):
    nia = make_member(chapter, "Nia", phone="919 555 0101")
    panel = signed_in.get(url("member_asks", chapter, member_id=nia.pk)).text
    assert "Come to a meeting" in panel
    one = url("ask_next", chapter, member_id=nia.pk, step_id=ladder["Come to a meeting"].pk)
    assert signed_in.post(one).status_code == 302
    assert signed_in.post(one).status_code == 409
    ask = Ask.objects.get()
    assert (ask.asked, ask.asked_by, ask.due_on) == (nia, olive, today + timedelta(days=7))
    page = signed_in.get(url("ask", chapter, plain_ask_id=ask.pk)).text
    assert 'href="tel:919 555 0101"' in page
    signed_in.post(
        url("ask", chapter, plain_ask_id=ask.pk),
        {"result": "maybe", "follow_up_on": today + timedelta(days=9)},
    )
    ask.refresh_from_db()
    assert (ask.result, ask.next_on) == ("maybe", today + timedelta(days=9))
    board = signed_in.get(url("asks", chapter), {"state": "back"})
    assert [row.asked_name for row in board.context["page"].rows] == ["Nia Adams"]
    wrong = signed_in.post(url("ask", chapter, plain_ask_id=ask.pk), {"result": "later", "follow_up_on": ""})
    assert wrong.status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_the_same_queries_for_one_and_three(
    signed_in, chapter, olive, ladder, count, django_assert_num_queries
):
    for number in range(count):
        make_ask(olive, make_member(chapter, f"Nia{number}"), ladder["Come to a meeting"])
        make_member(chapter, f"Omar{number}")
    for name, queries in (("asks", 14), ("unasked", 19)):
        signed_in.get(url(name, chapter))
        with django_assert_num_queries(queries):
            page = signed_in.get(url(name, chapter))
        assert len(page.context["page"].drawn) == count, name


def test_whom_nobody_asked_for_weeks_comes_to_the_list_and_leaves_it_with_an_ask(
    chapter, by, olive, ladder, today
):
    nia, omar = make_member(chapter, "Nia"), make_member(chapter, "Omar")
    make_ask(
        olive,
        nia,
        result="no",
        asked_on=today - timedelta(weeks=9),
        due_on=today,
        answered_on=today - timedelta(weeks=9),
    )
    assert [str(one) for one in list_unasked(actor_of(olive), today, 8).order_by("first_name")] == [
        "Nia Adams",
        "Omar Adams",
    ]
    assert [str(one) for one in list_unasked(actor_of(olive), today, 12)] == ["Omar Adams"]
    make_ask(olive, omar, asked_on=today - timedelta(weeks=30), due_on=today - timedelta(weeks=29))
    assert [str(one) for one in list_unasked(actor_of(olive), today, 8)] == ["Nia Adams"]


def test_an_ask_whose_asker_left_is_on_today_until_somebody_else_asks(
    signed_in, chapter, by, olive, ladder, today
):
    nia, amos = make_member(chapter, "Nia"), make_member(chapter, "Amos")
    ask = make_ask(amos, nia, ladder["Come to a meeting"])
    change_member(member=amos, by=by, kind="former")
    home = reverse("core:today", kwargs={"chapter_slug": chapter.slug})
    assert "1 ask has nobody to make it" in signed_in.get(home).text
    assert "Amos Adams" in signed_in.get(url("asks_without_asker", chapter)).text
    hand_on = url("hand_on_ask", chapter, plain_ask_id=ask.pk)
    assert signed_in.post(hand_on, {"asked_by": nia.pk, "due_on": today}).status_code == 422
    assert signed_in.post(hand_on, {"asked_by": olive.pk, "due_on": today}).status_code == 302
    ask.refresh_from_db()
    assert ask.asked_by == olive
    assert "has nobody to make it" not in signed_in.get(home).text


def test_a_leader_sees_the_asks_and_people_of_the_own_team_only(client, chapter, olive, ladder):
    lena, nia, omar = (make_member(chapter, name) for name in ("Lena", "Nia", "Omar"))
    team = make_team(chapter)
    make_membership(team, lena, is_leader=True)
    make_membership(team, nia)
    own, other = (
        make_ask(olive, nia, ladder["Come to a meeting"]),
        make_ask(olive, omar, ladder["Come to a meeting"]),
    )
    client.force_login(lena.user)
    board = client.get(url("asks", chapter)).text
    assert ("Nia Adams" in board, "Omar Adams" in board) == (True, False)
    assert [
        client.get(url("ask", chapter, plain_ask_id=one.pk)).status_code for one in (own, other)
    ] == [200, 404]  # fmt: skip
    assert [
        client.get(url("member", chapter, member_id=one.pk)).status_code for one in (nia, omar, lena)
    ] == [200, 404, 200]  # fmt: skip
    assert [
        client.post(url("ask_member", chapter, member_id=nia.pk), {"step": ladder["Keep a block"].pk, "asked_by": one.pk, "due_on": today_in(chapter)}).status_code
        for one in (olive, lena)
    ] == [422, 302]  # fmt: skip
    page = client.get(url("unasked", chapter)).text
    assert "Omar" not in page


def test_people_are_found_by_what_to_ask_them_next(signed_in, chapter, olive, ladder):
    nia, omar = make_member(chapter, "Nia"), make_member(chapter, "Omar")
    make_attendance(make_meeting(chapter, "Supper"), omar)
    make_ask(olive, nia, ladder["Keep a block"])

    def found(**asked):
        return [row.first_name for row in signed_in.get(url("members", chapter), asked).context["page"].rows]

    assert found(next=ladder["Come to a meeting"].pk) == ["Nia", "Olive"]
    assert found(next=ladder["Help for one evening"].pk) == ["Omar"]
    assert found(asked="open") == ["Nia"]
    assert found(asked="none") == ["Olive", "Omar"]
