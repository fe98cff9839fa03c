from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command
from django.http import Http404
from django.utils import timezone

from chapters.models import (
    Ask,
    Chapter,
    Job,
    Mailing,
    MailSuppression,
    Meeting,
    Member,
    Message,
    Reminder,
    Role,
    User,
)
from chapters.selectors.actors import get_actor, today_in
from chapters.selectors.meetings import get_forecast
from config import demo
from config.demo import making
from config.demo.people import name_case
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.enums import HandShakeState
from precincts.models import (
    Absence,
    AreaFigures,
    Block,
    BlockAssignment,
    Building,
    Fact,
    HandShake,
    Need,
    Offer,
    Precinct,
    PrecinctAssignment,
    Skill,
    Training,
    Voter,
    VoterChange,
)
from precincts.selectors.matches import list_proposals
from precincts.selectors.plans import get_plan_figures

HOUSEHOLDS = 700


def _make(folder, *arguments):
    printed = io.StringIO()
    call_command(
        "demo", "--out", str(folder), "--households", str(HOUSEHOLDS), "--json", *arguments, stdout=printed
    )
    return json.loads(printed.getvalue())


@pytest.fixture(scope="module")
def made(tmp_path_factory, django_db_setup, django_db_blocker):
    """The demo, made once for the tests that only look at it: its folder and what the command printed."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock():
        try:
            printed = _make(folder)
        except BaseException:
            _empty()
            raise
    yield folder, printed
    with django_db_blocker.unblock():
        _empty()


def _empty():
    """The shared demo is committed: no test's rollback takes it away."""
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def _count():
    models = (Chapter, User, Member, Role, Voter, Building, Block, BlockAssignment, Fact, VoterChange)
    return {model.__name__: model.objects.count() for model in models}


@pytest.mark.django_db
def test_the_demo_carries_a_town_from_files_to_blocks_captains_and_lists(made):
    folder, printed = made
    truth = json.loads((folder / demo.DEMO_SLUG / "truth.json").read_text())
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)
    voters = Voter.objects.filter(chapter=chapter, state_voter_id__isnull=False)

    assert printed["made"]
    assert voters.count() == truth["voters"] + truth["later"]["changes"]["new"]
    assert voters.filter(gone_on__isnull=False).count() == truth["later"]["changes"]["gone"]
    assert set(Precinct.objects.filter(chapter=chapter).values_list("code", flat=True)) == set(
        truth["voters_by_precinct"]
    )
    assert not Precinct.objects.filter(chapter=chapter, boundary=None).exists()
    assert Building.objects.filter(chapter=chapter, lon=None).count() == truth["buildings_without_point"]


@pytest.mark.django_db
def test_the_demo_has_captains_since_different_days_backups_vacancies_and_notes(made):
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)
    today = today_in(chapter)
    captains = BlockAssignment.objects.in_force(today).filter(chapter=chapter, kind="captain")
    blocks = Block.objects.open().filter(chapter=chapter)

    assert 0 < captains.count() < blocks.count()
    assert captains.values("starts_on").distinct().count() == captains.count()
    assert BlockAssignment.objects.in_force(today).filter(chapter=chapter, kind="backup").exists()
    assert PrecinctAssignment.objects.in_force(today).filter(chapter=chapter).count() == 2
    assert Fact.objects.filter(chapter=chapter).values("kind").distinct().count() > 4
    assert not Fact.objects.filter(occurred_at__date__gt=today).exists()


@pytest.mark.django_db
def test_the_demo_has_plans_and_people_added_by_hand_whom_the_later_file_brings(made):
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)
    today = today_in(chapter)
    precincts = Precinct.objects.filter(chapter=chapter).values_list("pk", flat=True)
    plans = get_plan_figures(precincts, chapter, today).values()

    assert sum(plan.has_goals for plan in plans) == 3
    assert sum(plan.open_issues for plan in plans) == 4
    assert sum(plan.drive.found for plan in plans) == 1
    assert sum(plan.drive.sent for plan in plans) > 1
    assert Voter.objects.filter(chapter=chapter, merged_into__isnull=False).count() == 1
    with chapter_scope(chapter, Actor.system(chapter.pk)):
        assert len(list_proposals(Actor.system(chapter.pk))) == 4


@pytest.mark.django_db
def test_the_demo_has_mail_sent_refused_unknown_kept_back_and_in_writing(made):
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)

    mails = Message.objects.filter(chapter=chapter, kind="chapters.mailing")
    assert set(mails.values_list("state", flat=True)) == {"sent", "failed", "unknown", "dropped"}
    assert set(mails.filter(state="sent").values_list("language", flat=True)) >= {"en"}
    assert MailSuppression.objects.get(chapter=chapter).reason == "bounced"
    assert set(Mailing.objects.filter(chapter=chapter).values_list("state", flat=True)) == {"sent", "draft"}
    assert Reminder.objects.filter(chapter=chapter, kind="precincts.weekly_digest", done_at=None).count() == 1


@pytest.mark.django_db
def test_the_demo_has_skills_needs_and_a_hand_shake_in_every_state(made):
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)

    states = HandShake.objects.filter(chapter=chapter).values_list("state", flat=True)
    assert set(states) == set(HandShakeState.values)
    assert (
        Need.objects.open()
        .filter(chapter=chapter)
        .exclude(hand_shakes__state__in=["asked", "agreed"])
        .count()
        > 2
    )
    assert Offer.objects.open().filter(chapter=chapter, member__user__email=demo.MEMBER.email).count() == 1
    skills = Skill.objects.standing().filter(chapter=chapter)
    assert skills.filter(member__isnull=False).exists()
    assert set(skills.filter(fact__isnull=False).values_list("kind", flat=True)) == {"skill", "language"}


@pytest.mark.django_db
def test_the_demo_asks_people_sends_a_captain_away_and_has_a_line_of_two_steps(made):
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)
    asks = Ask.objects.filter(chapter=chapter)
    answers = asks.filter(step__isnull=True).values_list("result", flat=True)
    assert sorted(answers) == ["", "", "later", "maybe", "no", "yes"]
    assert set(asks.filter(step__isnull=False).values_list("result", flat=True)) == {
        "", "later", "maybe", "no", "withdrawn", "yes"
    }  # fmt: skip
    assert Absence.objects.filter(chapter=chapter).count() == 1
    largest = AreaFigures.objects.filter(chapter=chapter, block__isnull=False).order_by("-voters").first()
    assert largest.voters > chapter.most_voters
    trainer_of = dict(Training.objects.filter(chapter=chapter).values_list("trained_id", "trainer_id"))
    assert any(trainer in trainer_of for trainer in trainer_of.values())


@pytest.mark.django_db
def test_every_sign_in_of_the_demo_opens_what_it_says(made):
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)
    neighbour = Chapter.objects.get(slug=demo.NEIGHBOUR_SLUG)
    actors = {}
    for who in demo.SIGN_INS:
        user = User.objects.get(email=who.email)
        assert user.check_password(who.password)
        try:
            actors[who] = get_actor(user=user, chapter=chapter, on=today_in(chapter))
        except Http404:
            actors[who] = None
    organizer = User.objects.get(email=demo.ORGANIZER.email)

    assert actors[demo.NEIGHBOUR] is None
    assert actors[demo.ORGANIZER].roles == {"organizer"}
    assert actors[demo.READER].roles == {"reader"}
    assert actors[demo.CHAIR].roles == {"electoral_committee", "committee_chair"}
    assert actors[demo.MEMBER].roles == frozenset()
    assert len(actors[demo.CAPTAIN].block_ids) == 1
    assert len(actors[demo.PRECINCT_CAPTAIN].precinct_ids) == 1
    assert get_actor(user=organizer, chapter=neighbour, on=today_in(neighbour)).roles == {"organizer"}
    assert chapter.parent == neighbour.parent
    assert chapter.parent.parent.slug == demo.NATIONAL_SLUG


@pytest.mark.django_db
def test_the_demo_orders_the_lists_of_one_precinct_as_its_organizer(made):
    jobs = {job.chapter.slug: job for job in Job.objects.filter(kind="canvassing.print_lists")}

    assert set(jobs) == {demo.DEMO_SLUG, demo.NEIGHBOUR_SLUG}
    assert jobs[demo.DEMO_SLUG].asked_by.email == demo.ORGANIZER.email
    assert jobs[demo.DEMO_SLUG].state == "queued"


@pytest.mark.django_db
def test_asking_for_the_demo_again_changes_nothing_and_says_so(made):
    before = _count()
    again = _make(made[0])

    assert again == {"made": False, "reason": "The demo is in this database already."}
    assert _count() == before


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_an_interrupted_demo_is_finished_by_asking_again(tmp_path, monkeypatch):
    _empty()

    def stop(*_args, **_kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(making, "tell_facts", stop)
        with pytest.raises(KeyboardInterrupt):
            _make(tmp_path, "--lists", "none")
    assert Block.objects.exists()
    assert not BlockAssignment.objects.exists()

    finished = _make(tmp_path, "--lists", "print")

    assert finished["made"]
    assert "cut_blocks" not in finished["chapters"][demo.DEMO_SLUG]
    assert BlockAssignment.objects.exists()
    assert Chapter.objects.count() == 4
    assert list((tmp_path / demo.DEMO_SLUG / "walk_lists").glob("*.pdf"))


@pytest.mark.parametrize(
    ("in_file", "as_written"),
    [
        ("MCADAMS", "McAdams"),
        ("O'NEAL", "O'Neal"),
        ("AL-AMIN", "Al-Amin"),
        ("MACK", "Mack"),
        ("PEÑA", "Peña"),
    ],
)
def test_names_in_capitals_are_written_as_people_write_them(in_file, as_written):
    assert name_case(in_file) == as_written


@pytest.mark.django_db
def test_the_demo_has_met_and_knows_how_many_will_come(made):
    chapter = Chapter.objects.get(slug=demo.DEMO_SLUG)
    ahead = Meeting.objects.planned().filter(chapter=chapter, starts_at__gt=timezone.now())
    assert Meeting.objects.filter(chapter=chapter).count() == 9
    for meeting in ahead:
        found = get_forecast(meeting, timezone.now())
        assert found.meetings == 6
        assert 0 < found.low < found.high
    assert not Message.objects.filter(chapter=chapter, kind__contains="meeting", state="pending").exists()
