from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from chapters.enums import MemberKind
from chapters.models import Ask, AuditEvent
from chapters.selectors.actors import today_in
from chapters.services.asks import (
    AskDatesOutOfOrder,
    AskIsSettled,
    CannotAsk,
    answer_ask,
    make_ask,
    reassign_ask,
    withdraw_ask,
)
from chapters.services.members import change_member
from core.actors import Actor
from core.tenancy import chapter_scope
from tests.factories import actor_of, make_chapter, make_member, make_organizer

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
LATER = date(2026, 3, 16)


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


def put(chapter, olive, by, **values):
    given = {"what": "Keep the door list", "due_on": LATER, "asked_name": "Nia Brown"} | values
    return make_ask(chapter=chapter, asked_by=olive, by=by, on=TODAY, **given)


def test_an_ask_says_who_asks_whom_for_what_by_when(chapter, olive, by):
    ask = put(chapter, olive, by)
    assert (ask.asked, ask.asked_name, ask.asked_by, ask.due_on) == (None, "Nia Brown", olive, LATER)
    assert (ask.is_open, ask.next_on) == (True, LATER)
    said = AuditEvent.objects.get(verb="chapters.ask_made").summary
    assert said == "Olive Adams is to ask Nia Brown: Keep the door list"


def test_one_of_ours_is_named_as_we_know_them(chapter, olive, by):
    ask = put(chapter, olive, by, asked=make_member(chapter, "Nia", last_name="Brown"), asked_name="")
    assert (ask.asked.first_name, ask.asked_name) == ("Nia", "Nia Brown")


def test_maybe_comes_back_and_can_be_answered_again(chapter, olive, by):
    ask = answer_ask(
        ask=put(chapter, olive, by), result="maybe", by=by, on=TODAY, follow_up_on=LATER, note="After Easter."
    )
    assert (ask.is_open, ask.next_on, ask.note) == (True, LATER, "After Easter.")
    ask = answer_ask(ask=ask, result="yes", by=by, on=LATER)
    assert (ask.is_open, ask.next_on, ask.follow_up_on, ask.note) == (False, None, None, "After Easter.")


@pytest.mark.parametrize("settle", ["yes", "no", "withdrawn"])
def test_a_settled_ask_stays_as_it_is(chapter, olive, by, settle):
    ask = put(chapter, olive, by)
    if settle == "withdrawn":
        withdraw_ask(ask=ask, by=by, on=TODAY)
    else:
        answer_ask(ask=ask, result=settle, by=by, on=TODAY)
    for again in (
        lambda: answer_ask(ask=ask, result="yes", by=by, on=TODAY),
        lambda: withdraw_ask(ask=ask, by=by, on=TODAY),
    ):
        with pytest.raises(AskIsSettled):
            again()
    assert Ask.objects.get().result == settle


def test_dates_out_of_order_are_refused(chapter, olive, by):
    with pytest.raises(AskDatesOutOfOrder):
        put(chapter, olive, by, due_on=TODAY - timedelta(days=1))
    ask = put(chapter, olive, by)
    for day in (None, TODAY):
        with pytest.raises(AskDatesOutOfOrder):
            answer_ask(ask=ask, result="later", by=by, on=TODAY, follow_up_on=day)
    assert Ask.objects.get().result == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"due_on": TODAY - timedelta(days=1)},
        {"result": "yes"},
        {"result": "yes", "answered_on": TODAY - timedelta(days=1)},
        {"result": "maybe", "answered_on": TODAY},
        {"result": "no", "answered_on": TODAY, "follow_up_on": LATER},
        {"asked_name": ""},
        {"result": "closed", "answered_on": TODAY},
        {"result": "no", "answered_on": TODAY, "closed_as": "moved"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(chapter, olive, wrong):
    values = {"asked_name": "Nia", "whats": {"en": "x"}, "asked_on": TODAY, "due_on": LATER} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Ask.objects.create(chapter=chapter, asked_by=olive, **values)


def test_nobody_asks_themselves_or_for_another_chapter(chapter, olive, by):
    stranger = make_member(make_chapter("elsewhere"), "Sam")
    former = make_member(chapter, "Fay", kind=MemberKind.FORMER)
    for asked in (olive, stranger, former):
        with pytest.raises(CannotAsk):
            put(chapter, olive, by, asked=asked)
    assert not Ask.objects.exists()


def test_asks_of_somebody_who_leaves_are_closed_and_those_they_were_to_make_wait_for_another(
    chapter, olive, by
):
    nia = make_member(chapter, "Nia")
    asker = make_member(chapter, "Amos")
    put(chapter, olive, by, asked=nia, due_on=today_in(chapter) + timedelta(days=9))
    theirs = make_ask(
        chapter=chapter, what="x", asked_by=asker, asked_name="Sam", due_on=TODAY, by=by, on=TODAY
    )  # fmt: skip
    for member in (nia, asker):
        change_member(member=member, by=by, kind=MemberKind.FORMER)
    assert [(ask.answer, ask.is_open) for ask in Ask.objects.order_by("pk")] == [
        ("closed: left the chapter", False),
        ("no answer yet", True),
    ]
    assert list(Ask.objects.without_asker()) == [theirs]
    said = [event.summary for event in AuditEvent.objects.filter(verb="chapters.ask_closed")]
    assert said == [f"Nobody asks {nia} any more (left the chapter): Keep the door list"]

    taken = reassign_ask(ask=theirs, asked_by=olive, by=by, on=LATER)

    assert (taken.asked_by, taken.due_on) == (olive, LATER + timedelta(days=7))
    assert not Ask.objects.without_asker().exists()
    assert (
        AuditEvent.objects.get(verb="chapters.ask_reassigned").summary
        == "Olive Adams asks Sam instead of Amos Adams: x"
    )


def test_an_ask_is_read_in_the_readers_language(chapter, olive, by):
    ask = put(chapter, olive, by, what=gettext_lazy("Take back"))
    assert set(ask.whats) == {"en", "es"}
    assert ask.what == "Take back"
    with translation.override("es"):
        assert ask.what == gettext("Take back") != "Take back"


def test_a_member_sees_the_asks_they_make(chapter, olive, by):
    asker = make_member(chapter, "Amos")
    own = make_ask(chapter=chapter, what="x", asked_by=asker, asked_name="S", due_on=TODAY, by=by, on=TODAY)
    put(chapter, olive, by)
    with chapter_scope(chapter, actor_of(asker)):
        assert list(Ask.objects.visible_to(actor_of(asker))) == [own]
        assert Ask.objects.visible_to(actor_of(olive)).count() == 2


def test_the_most_voters_of_a_block_are_not_below_the_usual_number(client, chapter, olive):
    assert chapter.most_voters == 225
    client.force_login(olive.user)
    page = client.get(reverse("chapters:settings", kwargs={"chapter_slug": chapter.slug}))
    values = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    values |= {"party_states": "", "ballot_states": "", "door_states": ""}
    url = reverse("chapters:settings", kwargs={"chapter_slug": chapter.slug})
    answer = client.post(url, values | {"block_limit": 149})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["block_limit"])
    assert client.post(url, values | {"block_limit": 180}).status_code == 302
    chapter.refresh_from_db()
    assert chapter.most_voters == 180
