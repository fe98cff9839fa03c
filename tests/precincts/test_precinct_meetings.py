from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chapters.models import Attendance, Job, Member, Message
from chapters.selectors.actors import today_in
from chapters.services import jobs
from chapters.services.attendance import TooEarlyToSignIn
from chapters.services.job_runs import run_queued_job
from chapters.services.meeting_invitations import NobodyToInvite
from core.actors import Actor
from core.codes import show_code
from core.http import chapter_url
from core.tenancy import chapter_scope
from precincts.enums import SuppressionKind
from precincts.models import BlockAssignment, PrecinctAssignment, Residence, VoterInvitation
from precincts.selectors.precinct_meetings import list_party_attendance
from precincts.services.precinct_meetings import (
    OtherPrecinct,
    answer_on_paper,
    code_of,
    invite_voters,
    set_precinct,
    sign_in_voter,
)
from precincts.services.residences import settle_member
from precincts.services.suppressions import suppress
from tests.factories import (
    LONG_AGO,
    actor_of,
    make_attendance,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_election,
    make_household,
    make_meeting,
    make_member,
    make_organizer,
    make_precinct,
    make_precinct_meeting,
    make_street,
    make_voter,
    make_voter_invitation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def precinct(db):
    """Three houses on a street, two neighbours each; there was one primary."""
    precinct = make_precinct(make_chapter("river-city"), "3-2")
    make_election(precinct.chapter, LONG_AGO, 1)
    make_street(precinct, 3)
    return precinct


@pytest.fixture
def by(precinct):
    actor = Actor.system(chapter_id=precinct.chapter_id)
    with chapter_scope(precinct.chapter, actor):
        yield actor


@pytest.fixture
def party(precinct):
    return make_precinct_meeting(make_meeting(precinct.chapter, "Street party"), precinct)


@pytest.fixture
def organizer(precinct):
    client = Client()
    client.force_login(make_organizer(precinct.chapter).user)
    return client


def url(name, party, **kwargs):
    return chapter_url(f"precincts:{name}", slug="river-city", meeting_id=party.meeting_id, **kwargs)


def hot(precinct, *names, history=2, **fields):
    """Neighbours who voted in the one primary (bit 1)."""
    door = make_household(make_building(precinct.chapter, 50), precinct)
    return [make_voter(door, name, "Hotly", history=history, **fields) for name in names]


def test_consistent_neighbours_are_invited_on_paper_and_our_own_by_mail(precinct, by, party):
    nora, owen, quiet = hot(precinct, "NORA", "OWEN", "QUIET")
    member = make_member(precinct.chapter, "Owen", email="owen@example.org", user=None)
    settle_member(member=member, household=owen.household, by=by, on=LONG_AGO, voter=owen)
    suppress(voter=quiet, kind=SuppressionKind.DO_NOT_CONTACT, by=by, on=today_in(precinct.chapter))
    found = invite_voters(party=party, heats=["hot"], by=by, at=timezone.now())
    assert (found.new, found.known, found.mailed) == (1, 0, 1)
    assert [row.voter for row in VoterInvitation.objects.all()] == [nora]
    assert Message.objects.get().email == "owen@example.org"
    again = invite_voters(party=party, heats=["hot"], by=by, at=timezone.now())
    assert (again.new, again.known, again.mailed) == (0, 1, 0)


def test_nobody_so_consistent_is_said_and_nothing_is_kept(precinct, by, party):
    with pytest.raises(NobodyToInvite):
        invite_voters(party=party, heats=["hot"], by=by, at=timezone.now())
    assert not VoterInvitation.objects.exists()


def test_a_meeting_whose_neighbours_are_invited_stays_its_precincts(precinct, by, party):
    other = make_precinct(precinct.chapter, "3-3")
    make_voter_invitation(party, hot(precinct, "NORA")[0])
    with pytest.raises(OtherPrecinct):
        set_precinct(meeting=party.meeting, precinct=other, by=by)


def test_a_neighbour_answers_by_the_code_without_an_account(precinct, party, client):
    row = make_voter_invitation(party, hot(precinct, "NORA")[0])
    path = client.post("/meet/", {"code": show_code(code_of(row)).lower()})["Location"]
    page = client.get(path).content.decode()
    assert "Street party" in page
    assert "Hotly" not in page
    assert "HOTLY" not in page
    row.refresh_from_db()
    assert row.answer == ""
    for _tap in range(2):
        assert client.post(path, {"answer": "yes", "bringing": "1"}).status_code == 200
    row.refresh_from_db()
    assert (row.answer, row.bringing, row.channel) == ("yes", 1, "link")
    assert client.post(path, {"answer": "perhaps"}).status_code == 422


def test_codes_die_with_the_meeting_and_with_the_neighbours_listing(precinct, party, client):
    nora, owen = hot(precinct, "NORA", "OWEN")
    rows = [make_voter_invitation(party, voter) for voter in (nora, owen)]
    paths = [f"/meet/at/{code_of(row)}/" for row in rows]
    nora.is_confidential = True
    nora.save()
    assert [client.get(path).status_code for path in paths] == [404, 200]
    party.meeting.starts_at = timezone.now() - timedelta(hours=3)
    party.meeting.ends_at = timezone.now() - timedelta(hours=1)
    party.meeting.save()
    assert client.post(paths[1], {"answer": "yes"}).status_code == 404
    assert client.get(f"/meet/{code_of(rows[1])}/").status_code == 404  # another purpose


def test_a_neighbour_who_comes_becomes_a_supporter_who_lives_at_their_door(precinct, by, party):
    [nora] = hot(precinct, "NORA")
    row = make_voter_invitation(party, nora, "yes")
    with pytest.raises(TooEarlyToSignIn):
        sign_in_voter(invitation=row, by=by, at=timezone.now())
    at = party.meeting.starts_at
    for _tap in range(2):
        attendance = sign_in_voter(invitation=row, by=by, at=at)
    member = attendance.member
    assert (str(member), member.kind, attendance.walk_in) == ("Nora Hotly", "supporter", False)
    home = Residence.objects.get()
    assert (home.member, home.voter, home.household) == (member, nora, nora.household)
    assert (Attendance.objects.count(), Member.objects.count()) == (1, 1)


def test_invitations_and_labels_are_printed_for_who_has_not_answered(precinct, party, organizer, monkeypatch):
    monkeypatch.setattr(jobs, "send_to_queue", lambda _job: None)
    nora, owen = hot(precinct, "NORA", "OWEN")
    make_voter_invitation(party, nora)
    make_voter_invitation(party, owen, "no")
    response = organizer.post(url("print_invitations", party))
    assert response.status_code == 302
    job = Job.objects.get()
    run_queued_job(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"invitations": 1, "pages": 1, "label_pages": 1})
    assert sorted(file.filename for file in job.files.all()) == ["invitations.pdf", "labels.pdf"]


def test_thirty_labels_fill_a_sheet_of_letter_and_twenty_one_one_of_a4(precinct, party):
    from precincts.documents.voter_invitations import Letter, draw_labels

    letters = [
        Letter("Nora Hotly", "Nora", "50 Lantern Street", "River City, NC", "K7QM-4XRT-2PBH", "", "")
        for _one in range(31)
    ]
    assert [draw_labels(party, letters[:count]).pages for count in (30, 31)] == [1, 2]
    precinct.chapter.paper_size = "a4"
    precinct.chapter.save()
    party.meeting.chapter.refresh_from_db()
    assert [draw_labels(party, letters[:count]).pages for count in (21, 22)] == [1, 2]


def test_the_list_of_invited_neighbours_asks_as_often_for_one_as_for_three(precinct, party, organizer):
    counts = []
    for number, voter in enumerate(hot(precinct, "A", "B", "C")):
        make_voter_invitation(party, voter)
        if number != 1:
            with CaptureQueriesContext(connection) as asked:
                organizer.get(url("voter_invitations", party))
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_blocks_are_given_to_who_is_there(precinct, by, party, organizer):
    blocks = [make_block(precinct, number) for number in (1, 2)]
    make_captain(blocks[1], make_member(precinct.chapter, "Carla", user=None))
    nora, absent = (make_member(precinct.chapter, name, user=None) for name in ("Nora", "Abe"))
    make_attendance(party.meeting, nora)
    page = organizer.get(url("party", party)).content.decode()
    assert page.index("Block 1") < page.index("Block 2")
    wrong = organizer.post(url("give_block", party), {"block": blocks[0].pk, "member": absent.pk, "seen": ""})
    assert wrong.status_code == 422
    response = organizer.post(
        url("give_block", party), {"block": blocks[0].pk, "member": nora.pk, "seen": ""}
    )
    assert response.status_code == 302
    assert BlockAssignment.objects.get(block=blocks[0]).member == nora
    stale = organizer.post(url("give_block", party), {"block": blocks[1].pk, "member": nora.pk, "seen": ""})
    assert stale.status_code == 409


def test_the_screen_asks_as_often_for_one_person_and_block_as_for_three(precinct, party, organizer):
    counts = []
    for number in range(3):
        make_captain(make_block(precinct, number + 1), make_member(precinct.chapter, f"C{number}", user=None))
        make_attendance(party.meeting, make_member(precinct.chapter, f"P{number}", user=None))
        if number != 1:
            with CaptureQueriesContext(connection) as asked:
                organizer.get(url("party", party))
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_precinct_captain_sees_who_came_from_the_own_precinct_or_to_its_meetings(precinct, by, party):
    other = make_precinct(precinct.chapter, "9-9")
    priya = make_member(precinct.chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=precinct.chapter, precinct=precinct, member=priya, starts_on=LONG_AGO
    )
    foreign = make_precinct_meeting(
        make_meeting(precinct.chapter, "Other party", kind="precinct_party"), other
    )
    nora, abe, zed = (make_member(precinct.chapter, name, user=None) for name in ("Nora", "Abe", "Zed"))
    settle_member(member=abe, household=hot(precinct, "X")[0].household, by=by, on=LONG_AGO)
    make_attendance(party.meeting, nora, brought_by=priya)
    make_attendance(foreign.meeting, abe)
    make_attendance(foreign.meeting, zed)
    on = today_in(precinct.chapter)
    seen = {str(row.member): row.home_code for row in list_party_attendance(actor_of(priya), on)}
    assert seen == {"Nora Adams": None, "Abe Adams": "3-2"}
    whole = list_party_attendance(actor_of(make_organizer(precinct.chapter)), on)
    assert whole.count() == 3


def test_the_meetings_page_shows_the_precincts_part(precinct, party, organizer):
    make_voter_invitation(party, hot(precinct, "NORA")[0], "yes", bringing=2)
    page = organizer.get(chapter_url("chapters:meeting", slug="river-city", meeting_id=party.meeting_id))
    assert "/precinct/part/" in page.content.decode()
    part = organizer.get(url("meeting_part", party)).content.decode()
    assert "This is a meeting of precinct 3-2." in part
    assert "3 yes, 0 maybe" in part


def test_an_answer_too_late_is_refused(precinct, by, party):
    from chapters.services.meeting_places import MeetingIsOver

    row = make_voter_invitation(party, hot(precinct, "NORA")[0])
    with pytest.raises(MeetingIsOver):
        answer_on_paper(invitation=row, answer="yes", by=by, at=timezone.now() + timedelta(days=30))


def test_the_forecast_counts_neighbours_who_have_answered(precinct, party):
    from chapters.selectors.meetings import get_forecast

    nora, owen, zed = hot(precinct, "NORA", "OWEN", "ZED")
    make_voter_invitation(party, nora, "yes", bringing=1)
    make_voter_invitation(party, owen, "maybe")
    make_voter_invitation(party, zed)
    found = get_forecast(party.meeting, timezone.now())
    assert {one.answer: (one.people, one.heads) for one in found.by_answer} == {
        "yes": (1, 2),
        "maybe": (1, 1),
    }
    assert found.mean == pytest.approx(2 * 0.65 + 0.30)
