"""Teams, leaders' own people, call time, and forming a team from one invitation."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from chapters.models import Ask, AuditEvent, Call, FormingInvite, Message, Team, TeamMembership
from chapters.selectors.actors import today_in
from chapters.selectors.teams import list_calls_to_make
from chapters.services.calls import CallBackInThePast, CannotCall, note_call
from chapters.services.members import change_member
from chapters.services.message_sending import send_due
from chapters.services.team_formings import (
    FormingClosed,
    NobodyCame,
    NoSlots,
    Slot,
    SlotFull,
    answer_forming,
    get_link,
    invite_to_forming,
    note_who_came,
    offer_forming,
    stop_forming,
)
from chapters.services.team_formings import make_team as make_team_of
from chapters.services.teams import (
    AlreadyInTeam,
    NotInTeam,
    NotOfChapter,
    TeamHasEnded,
    TeamNameTaken,
    change_part,
    change_team,
    end_team,
    form_team,
    join_team,
    leave_team,
)
from core.actors import Actor
from core.tenancy import chapter_scope
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_ask,
    make_chapter,
    make_forming,
    make_member,
    make_membership,
    make_organizer,
    make_step,
    make_team,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


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
def today(chapter):
    return today_in(chapter)


@pytest.fixture
def lena(chapter):
    return make_member(chapter, "Lena")


@pytest.fixture
def nia(chapter):
    return make_member(chapter, "Nia", phone="919 555 0101")


@pytest.fixture
def team(chapter, lena, nia):
    team = make_team(chapter)
    make_membership(team, lena, is_leader=True)
    make_membership(team, nia)
    return team


@pytest.fixture
def leading(client, lena, team):
    client.force_login(lena.user)
    return client


def url(name, chapter, **kwargs):
    return reverse(f"chapters:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def test_a_team_is_formed_led_changed_and_ended_and_its_past_stays(chapter, by, olive, today):
    nia = make_member(chapter, "Nia")
    team = form_team(
        chapter=chapter, name="  Callers  ", purpose="Call", by=by, on=today - 9 * DAY, members=[nia]
    )
    row = team.memberships.get()
    assert (team.name, row.is_leader) == ("Callers", False)
    change_part(membership=row, is_leader=True, by=by, on=today)
    assert [(one.is_leader, one.starts_on, one.ends_on) for one in team.memberships.order_by("starts_on")] == [
        (False, today - 9 * DAY, today - DAY), (True, today, None)
    ]  # fmt: skip
    assert actor_of(nia).people_ids == {nia.pk}
    end_team(team=team, by=by, on=today + DAY)
    assert TeamMembership.objects.filter(ends_on__isnull=True).count() == 0
    with pytest.raises(TeamHasEnded):
        join_team(team=team, member=olive, by=by, on=today)
    assert form_team(chapter=chapter, name="Callers", by=by, on=today).pk != team.pk
    assert AuditEvent.objects.filter(verb__startswith="chapters.team_").count() == 5


def test_what_cannot_be_is_refused_and_nothing_changes(chapter, by, olive, team, nia, today):
    with pytest.raises(TeamNameTaken):
        form_team(chapter=chapter, name="Callers", by=by, on=today)
    with pytest.raises(TeamNameTaken):
        change_team(team=make_team(chapter, "Cooks"), by=by, name="Callers", purpose="")
    with pytest.raises(AlreadyInTeam):
        join_team(team=team, member=nia, by=by, on=today)
    with pytest.raises(NotOfChapter):
        join_team(team=team, member=make_member(make_chapter("elsewhere")), by=by, on=today)
    row = team.memberships.get(member=nia)
    leave_team(membership=row, by=by, on=today - DAY)
    with pytest.raises(NotInTeam):
        leave_team(membership=row, by=by, on=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_membership(team, nia, starts_on=LONG_AGO + DAY)


def test_whoever_leaves_the_chapter_leaves_teams_and_formings(chapter, by, olive, team, nia, today):
    make_forming(olive, "Porch", "Library", nia)
    change_member(member=nia, by=by, kind="former")
    assert team.memberships.get(member=nia).ends_on == today - DAY
    assert not FormingInvite.objects.exists()


def test_a_leader_sees_and_calls_their_own_people_and_nobody_else(leading, chapter, team, lena, nia):
    omar = make_member(chapter, "Omar")
    other = make_team(chapter, "Cooks")
    make_membership(other, omar)
    answers = {
        name: [leading.get(url(name, chapter, team_id=one.pk)).status_code for one in (team, other)]
        for name in ("team", "calls")
    }
    assert answers == {"team": [200, 404], "calls": [200, 404]}
    assert [
        leading.get(url("call", chapter, team_id=team.pk, member_id=one.pk)).status_code
        for one in (nia, omar, lena)
    ] == [200, 404, 404]  # fmt: skip
    assert [leading.get(url(name, chapter)).status_code for name in ("members", "teams", "form_team")] == [
        403,
        200,
        403,
    ]
    listed = leading.get(url("teams", chapter)).text
    assert ("Callers" in listed, "Cooks" in listed) == (True, False)


def test_who_leads_no_more_sees_their_people_no_more(leading, chapter, by, team, lena, nia, today):
    change_part(membership=team.memberships.get(member=lena), is_leader=False, by=by, on=today)
    assert leading.get(url("calls", chapter, team_id=team.pk)).status_code == 404
    assert leading.get(url("member", chapter, member_id=nia.pk)).status_code == 404


def test_a_team_without_a_leader_says_so(client, chapter, olive, nia):
    team = make_team(chapter)
    make_membership(team, nia)
    client.force_login(olive.user)
    assert "Nobody leads this team" in client.get(url("team", chapter, team_id=team.pk)).text
    found = client.get(url("teams", chapter), {"state": "leaderless"})
    assert [str(one) for one in found.context["page"].rows] == ["Callers"]
    row = team.memberships.get()
    client.post(url("lead_team", chapter, membership_id=row.pk), {"lead": "1"})
    assert "Nobody leads this team" not in client.get(url("team", chapter, team_id=team.pk)).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_take_the_same_queries_for_one_and_three(
    client, chapter, olive, count, django_assert_num_queries
):
    for number in range(count):
        team = make_team(chapter, f"Team {number}")
        for place in range(count):
            member = make_member(chapter, f"Nia{number}{place}", phone="1")
            make_membership(team, member, is_leader=place == 0)
            make_ask(olive, member, make_step(chapter, f"Step {number}{place}"))
    client.force_login(olive.user)
    for page, queries in ((url("teams", chapter), 13), (url("calls", chapter, team_id=team.pk), 16)):
        client.get(page)
        with django_assert_num_queries(queries):
            client.get(page)


def form_of(client, address):
    return {
        name: field.value() if (field := client.get(address).context["form"][name]).value() is not None else ""
        for name in ("client_id", "result", "call_back_on", "call_back_time", "note", "step", "due_on", "answer", "follow_up_on")
    }  # fmt: skip


def test_a_call_is_noted_with_the_next_step_in_one_tap_and_counts_once(
    leading, chapter, team, lena, nia, today
):
    step = make_step(chapter, "Bring soup")
    address = url("call", chapter, team_id=team.pk, member_id=nia.pk)
    page = leading.get(address).text
    assert ('href="tel:919 555 0101"' in page, "Bring soup" in page) == (True, True)
    given = form_of(leading, address) | {
        "result": "talked",
        "note": "Likes soup",
        "step": step.pk,
        "answer": "yes",
    }
    assert [leading.post(address, given).status_code for _tap in range(2)] == [302, 302]
    call, ask = Call.objects.get(), Ask.objects.get()
    assert (call.result, call.note, call.called_by, call.ask) == ("talked", "Likes soup", lena, ask)
    assert (ask.asked, ask.step, ask.result) == (nia, step, "yes")


def test_who_is_not_reached_is_asked_nothing_and_waits(leading, chapter, team, nia, today):
    make_step(chapter, "Bring soup")
    address = url("call", chapter, team_id=team.pk, member_id=nia.pk)
    assert leading.post(address, form_of(leading, address) | {"result": "no_answer"}).status_code == 302
    assert not Ask.objects.exists()
    assert "no answer today" in leading.get(url("calls", chapter, team_id=team.pk)).text


def test_who_wants_to_be_called_back_is_on_today_when_it_is_time(leading, chapter, by, team, lena, nia):
    now = timezone.now()
    note_call(
        member=nia, called_by=lena, result="call_back", client_id=uuid4(), by=by, at=now - 3 * DAY,
        call_back_at=now - DAY,
    )  # fmt: skip
    home = reverse("core:today", kwargs={"chapter_slug": chapter.slug})
    assert "1 person wants to be called back" in leading.get(home).text
    note_call(member=nia, called_by=lena, result="talked", client_id=uuid4(), by=by, at=now)
    assert "wants to be called back" not in leading.get(home).text


def test_a_call_that_cannot_be_is_refused_and_nothing_is_kept(leading, chapter, by, team, lena, nia, today):
    address = url("call", chapter, team_id=team.pk, member_id=nia.pk)
    given = form_of(leading, address)
    for wrong in (
        {"result": ""}, {"result": "shouted"}, {"result": "call_back", "call_back_on": ""},
        {"result": "call_back", "call_back_on": (today - DAY).isoformat()}, {"result": "talked", "client_id": "x"},
        {"result": "talked", "note": "x" * 10_000},
    ):  # fmt: skip
        assert leading.post(address, given | wrong).status_code == 422, wrong
    with pytest.raises(CallBackInThePast):
        note_call(
            member=nia, called_by=lena, result="call_back", client_id=uuid4(), by=by, at=timezone.now(),
            call_back_at=timezone.now() - DAY,
        )  # fmt: skip
    with pytest.raises(CannotCall):
        note_call(member=nia, called_by=nia, result="talked", client_id=uuid4(), by=by, at=timezone.now())
    assert not Call.objects.exists()


def test_the_call_list_begins_with_who_waits_and_ends_with_who_cannot_be_reached(
    chapter, by, team, lena, nia, today
):
    now = timezone.now()
    names = {}
    for name, phone in (("Due", "1"), ("Silent", "2"), ("Spoken", "3"), ("Nophone", "")):
        names[name] = make_member(chapter, name, phone=phone)
        make_membership(team, names[name])
    make_ask(lena, names["Due"], asked_on=today - 9 * DAY, due_on=today - DAY)
    for member, days in ((names["Spoken"], 3), (nia, 30)):
        note_call(
            member=member, called_by=lena, result="talked", client_id=uuid4(), by=by, at=now - days * DAY
        )
    lines = list_calls_to_make(chapter, team, lena.pk, now, today)
    assert [line.member.first_name for line in lines] == ["Due", "Silent", "Nia", "Spoken", "Nophone"]


@pytest.fixture
def forming(olive, nia):
    return make_forming(olive, "Porch", "Library", nia)


def path_of(invite):
    return get_link(invite).split("//", 1)[1].partition("/")[2].join(("/", ""))


def test_the_mail_holds_the_link_and_the_row_only_its_hash(chapter, by, forming, nia, settings):
    message = Message.objects.get(kind="chapters.team_forming")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    send_due(now=message.send_after + timedelta(minutes=1), chapter=chapter)
    invite = forming.invites.get()
    code = get_link(invite).rstrip("/").rpartition("/")[2]
    [sent] = mail.outbox
    assert (get_link(invite) in sent.body, "Library" in sent.body, sent.to) == (True, True, [nia.email])
    message.refresh_from_db()
    kept = " ".join(
        str(getattr(row, field.attname)) for row in (invite, message) for field in row._meta.fields
    )
    assert code not in kept
    assert code not in " ".join(map(str, AuditEvent.objects.values_list("summaries", "detail")))


def test_a_link_shows_and_changes_nothing_until_somebody_chooses(forming, nia):
    invite, slot, browser = forming.invites.get(), forming.slots.get(), Client()
    page = browser.get(path_of(invite))
    assert (page.status_code, "Library" in page.text, nia.last_name in page.text) == (200, True, True)
    assert forming.invites.get().answer == ""
    for _tap in range(2):
        assert browser.post(path_of(invite), {"choice": slot.pk}).status_code == 302
    invite.refresh_from_db()
    assert (invite.answer, invite.slot) == ("slot", slot)
    assert AuditEvent.objects.filter(verb="chapters.forming_answered").count() == 1
    assert "See you there" in browser.get(path_of(invite)).text
    browser.post(path_of(invite), {"choice": "no"})
    invite.refresh_from_db()
    assert (invite.answer, invite.slot) == ("no", None)
    assert browser.post(path_of(invite), {"choice": "nonsense"}).status_code == 422


def test_a_foreign_an_expired_and_a_taken_back_link_open_nothing(chapter, by, forming, olive):
    invite, browser = forming.invites.get(), Client()
    address = path_of(invite)
    assert browser.get("/team/AAAAAAAAAAAA/").status_code == 404
    assert browser.get("/team/%F0%9F%92%A9/").status_code == 404
    assert browser.get(address.replace("/team/", "/meet/")).status_code == 404
    stop_forming(forming=forming, by=by, at=timezone.now())
    assert [browser.get(address).status_code, browser.post(address, {"choice": "no"}).status_code] == [
        404,
        404,
    ]
    assert Message.objects.get(kind="chapters.team_forming").state == "dropped"
    other = make_forming(olive, "Porch two", "Hall", make_member(chapter, "Omar"))
    type(other).objects.filter(pk=other.pk).update(
        made_at=timezone.now() - 9 * DAY, closes_at=timezone.now() - timedelta(seconds=1)
    )
    assert browser.get(path_of(other.invites.get())).status_code == 404


def test_a_full_slot_takes_nobody_more(chapter, by, olive, nia):
    now = timezone.now()
    omar = make_member(chapter, "Omar")
    forming = offer_forming(
        chapter=chapter,
        name="Porch",
        purpose="",
        organizer=olive,
        by=by,
        at=now,
        slots=[Slot("Hall", now + DAY, 1)],
    )
    invite_to_forming(forming=forming, members=[nia, omar], by=by, at=now)
    slot = forming.slots.get()
    first, second = forming.invites.order_by("pk")
    answer_forming(invite=first, answer="slot", slot=slot, by=by, at=now)
    with pytest.raises(SlotFull):
        answer_forming(invite=second, answer="slot", slot=slot, by=by, at=now)
    assert Client().post(path_of(second), {"choice": slot.pk}).status_code == 422
    assert invite_to_forming(forming=forming, members=[nia, omar], by=by, at=now)[0] == 0


def test_a_team_is_made_of_those_who_came(client, chapter, by, olive, nia, today):
    now = timezone.now()
    client.force_login(olive.user)
    day = today + 3 * DAY
    given = {"name": "Porch", "purpose": "Sit", "on_1": day, "at_1": "19:00", "where_1": "Library"}
    assert client.post(url("new_forming", chapter), given | {"where_1": ""}).status_code == 422
    answer = client.post(url("new_forming", chapter), given)
    page = answer["Location"]
    asked = client.get(f"{page}invite/", {"group": "chapters.everybody|"})
    assert "Send to 2 people" in asked.text
    assert client.post(f"{page}invite/?group=chapters.everybody%7C").status_code == 302
    forming = chapter.members.get(pk=olive.pk).team_formings.get()
    assert forming.invites.count() == 2
    invite = forming.invites.get(member=nia)
    slot = forming.slots.get()
    client.post(
        url("answer_forming", chapter, forming_id=forming.pk, invite_id=invite.pk), {"choice": slot.pk}
    )
    assert "Nia Adams" in client.get(page).text
    with pytest.raises(NobodyCame):
        make_team_of(forming=forming, by=by, on=today)
    client.post(f"{page}came/", {"came": [invite.pk, "x"]})
    made = client.post(f"{page}team/")
    team = Team.objects.get(name="Porch")
    assert made["Location"] == url("team", chapter, team_id=team.pk)
    assert [row.member for row in team.memberships.all()] == [nia]
    assert "Nobody leads this team" in client.get(made["Location"]).text
    assert client.post(f"{page}team/").status_code == 409
    with pytest.raises(FormingClosed):
        note_who_came(forming=forming, came=[], by=by, at=now)


def test_nothing_past_is_offered(chapter, by, olive):
    now = timezone.now()
    for slots in ([], [Slot("Hall", now - DAY)]):
        with pytest.raises(NoSlots):
            offer_forming(chapter=chapter, name="x", purpose="", organizer=olive, slots=slots, by=by, at=now)


def test_a_name_with_line_breaks_is_one_line_in_the_mail(chapter, by, olive, nia, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_forming(olive, "Porch\r\nBcc: all@example.org", "Hall", nia)
    message = Message.objects.get(kind="chapters.team_forming")
    send_due(now=message.send_after + timedelta(minutes=1), chapter=chapter)
    [sent] = mail.outbox
    assert "\n" not in sent.subject
    assert sent.recipients() == [nia.email]


def test_clocks_that_change_leave_out_no_first_call(client, chapter, olive, monkeypatch):
    monkeypatch.setattr(
        "django.utils.timezone.now", lambda: datetime.fromisoformat("2027-03-10T12:00:00+00:00")
    )
    client.force_login(olive.user)
    given = {"name": "Porch", "purpose": "", "on_1": "2027-03-14", "at_1": "02:30", "where_1": "Library"}
    assert client.post(url("new_forming", chapter), given).status_code == 302
    slot = olive.team_formings.get().slots.get()
    assert slot.starts_at == datetime.fromisoformat("2027-03-14T07:30:00+00:00")
