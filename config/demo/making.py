"""Making the demo: files of a made-up town, the public commands over them, then its people.

Every step looks whether it was done before, so that an interrupted demo is finished by asking again.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canvassing.services.lists import order_lists
from chapters.models import AuditEvent, Chapter, Member, User
from chapters.selectors.actors import get_actor, today_in
from chapters.services import audit
from chapters.services.chapters import change_settings
from config import demo
from config.demo import people, votes
from config.demo.captains import fill_roster
from config.demo.group import fill_group
from config.demo.growth import fill_growth
from config.demo.learned import tell_facts
from config.demo.mail import fill_mail
from config.demo.meetings import fill_meetings
from config.demo.neighbours import fill_books
from config.demo.plans import fill_plans, find_newcomers, meet_newcomers
from config.demo.saved_lists import fill_saved_lists
from config.demo.seats import fill_seats
from config.demo.teams import fill_teams
from config.demo.twice import fill_twice
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.models import Block, Precinct, VoterImport
from precincts.synthetic import writing
from precincts.synthetic.elections import FILE_DAY, LATER_FILE_DAY

MADE = "chapters.demo_made"
SOURCE = "Made-up town, written by this program"
PERMITTED_USE = "Looking around; nobody in it is real"

FIRST_PRECINCT = "1-1"

Say = Callable[[str], None]
Lists = Literal["order", "print", "none"]
"""What becomes of one precinct's walk lists: a job for the worker, PDF files at once, or nothing."""


@dataclass(frozen=True, slots=True)
class DemoTown:
    """One town of the demo and the chapter that works in it."""

    name: str
    slug: str
    organizer: demo.SignIn
    households: int
    precincts: int
    seed: int
    origin: tuple[float, float]
    voters_per_block: int
    has_later_files: bool


def plan_towns(households: int) -> tuple[DemoTown, DemoTown]:
    """The demo's own town, and a neighbour of a sixth of its size."""
    return (
        DemoTown(
            demo.DEMO_NAME, demo.DEMO_SLUG, demo.ORGANIZER, households, 4, 20261122, (-79.41, 35.57), 150, True
        ),
        DemoTown(
            demo.NEIGHBOUR_NAME, demo.NEIGHBOUR_SLUG, demo.NEIGHBOUR, max(40, households // 6), 1, 20261123,
            (-79.16, 35.49), 120, False,
        ),
    )  # fmt: skip


def is_made() -> bool:
    """Whether the demo was made whole in this database."""
    return AuditEvent.objects.filter(verb=MADE, chapter__slug=demo.DEMO_SLUG).exists()


def make_demo(*, folder: Path, households: int, say: Say, lists: Lists = "order") -> dict[str, Any]:
    """Make both chapters under their region; returns what each command counted, by chapter and command."""
    people.open_accounts()
    region = people.found_parents()
    system = Actor.system(label="demo")
    counts: dict[str, Any] = {}
    for town in plan_towns(households):
        say(f"{town.name}: streets, people and votes as files in {folder / town.slug}")
        writing.write_town(
            folder / town.slug, households=town.households, seed=town.seed, precincts=town.precincts,
            name=town.name, origin=town.origin, later=town.has_later_files,
        )  # fmt: skip
        counts[town.slug] = _carry_through(town, folder / town.slug, region, say, lists)
    own = Chapter.objects.get(slug=demo.DEMO_SLUG)
    audit.record(by=system, verb=MADE, summary=_("Made the demo"), row=own, chapter=own)
    return counts


def _carry_through(town: DemoTown, folder: Path, region: Chapter, say: Say, lists: Lists) -> dict[str, Any]:
    """Take one town's files through the public commands and give it captains in between."""
    run = _Commands(town.slug, say)
    if not Chapter.objects.filter(slug=town.slug).exists():
        run(
            "create_chapter", town.name, "--slug", town.slug, "--state", "NC", "--parent", region.slug,
            "--organizer", town.organizer.email, "--organizer-name", " ".join(people.NAMES[town.organizer]),
        )  # fmt: skip
    chapter = Chapter.objects.get(slug=town.slug)
    by = Actor.system(chapter.pk, label="demo")
    with chapter_scope(chapter, by):
        change_settings(chapter=chapter, by=by, voters_per_block=town.voters_per_block)
    terms = _terms(chapter, FILE_DAY)
    _import(run, "import_voters", folder / writing.VOTERS, "--layout", "nc", *terms)
    _import(run, "import_history", folder / writing.HISTORY, "--layout", "nc", *terms)
    _import(run, "import_addresses", folder / writing.ADDRESSES, *terms)
    _import(run, "import_precincts", folder / writing.PRECINCTS, "--key", "precinct", *terms)
    if not Block.objects.open().filter(chapter=chapter).exists():
        run(
            "cut_blocks", *run.chapter, "--all", "--voters-per-block", str(town.voters_per_block),
            "--on", votes.CUT_ON.isoformat(),
        )  # fmt: skip
    with chapter_scope(chapter, by):
        _fill_with_people(town, chapter, region, by=by, say=say)
    if town.has_later_files:
        terms = _terms(chapter, LATER_FILE_DAY)
        later = folder / writing.LATER_VOTERS
        with chapter_scope(chapter, by):
            meet_newcomers(chapter, later, by=by, on=today_in(chapter))
        _import(run, "import_voters", later, "--layout", "nc", *terms)
        _import(run, "import_history", folder / writing.LATER_HISTORY, "--layout", "nc", *terms)
        with chapter_scope(chapter, by):
            waiting = find_newcomers(chapter, by=by, at=timezone.now())
        say(f"  people added by hand and likely in the later file: {waiting} wait for a word")
        _vote(run, chapter, folder)
    if town.slug == demo.DEMO_SLUG:
        with chapter_scope(chapter, by):
            organizer = Member.objects.get(chapter=chapter, user__email=town.organizer.email)
            hours, twice = fill_twice(chapter, by=by, at=timezone.now())
            mails = fill_mail(chapter, organizer=organizer, by=by, at=timezone.now())
            teams, asks = fill_teams(chapter, organizer=organizer, by=by, at=timezone.now())
            meetings = fill_meetings(chapter, organizer=organizer, by=by, at=timezone.now())
        say(f"  {hours} people have noted when they have time; {twice} pairs may be one person")
        say(f"  mail: {mails} sent last week, one being written; {meetings} meetings")
        say(f"  {teams} teams and one being formed, {asks} people asked for a next step")
    if lists == "print":
        out = str(folder / "walk_lists")
        run("print_walk_lists", *run.chapter, "--precinct", FIRST_PRECINCT, "--out", out)
    elif lists == "order":
        _order_lists(chapter, town.organizer, say)
    return run.counts


def _vote(run: _Commands, chapter: Chapter, folder: Path) -> None:
    """Take in the ballots returned so far in an election a few days ahead."""
    on = today_in(chapter)
    path = votes.write_returned(chapter, folder, on=on)
    held_on = on + votes.AHEAD
    _import(
        run,
        "import_returned",
        path,
        "--date",
        held_on.isoformat(),
        "--kind",
        votes.KIND,
        *_terms(chapter, on),
    )


def _order_lists(chapter: Chapter, organizer: demo.SignIn, say: Say) -> None:
    """Ask for one precinct's walk lists as the organizer would; the worker prints them when it is there."""
    by = get_actor(user=User.objects.get(email=organizer.email), chapter=chapter, on=today_in(chapter))
    with chapter_scope(chapter, by):
        precinct = Precinct.objects.get(chapter=chapter, code=FIRST_PRECINCT)
        job = order_lists(chapter=chapter, by=by, at=timezone.now(), precinct=precinct)
    say(f"  {job.title}: ordered, for the worker to print")


class _Commands:
    """Runs the public commands for one chapter, says a line on each and keeps what they counted."""

    def __init__(self, slug: str, say: Say) -> None:
        self.chapter = ("--chapter", slug)
        self.counts: dict[str, Any] = {}
        self._say = say

    def __call__(self, name: str, *arguments: str) -> None:
        printed = io.StringIO()
        call_command(name, *arguments, "--json", stdout=printed)
        counted = json.loads(printed.getvalue())
        self.counts.setdefault(name, []).append(counted)
        words = ", ".join(
            f"{key} {value}" for key, value in counted.items() if isinstance(value, int | float)
        )
        self._say(f"  {name}: {words}" if words else f"  {name}")


def _terms(chapter: Chapter, obtained: date) -> tuple[str, ...]:
    """What an import says of its file: where it is from, since when, and what it may be used for."""
    day = min(obtained, today_in(chapter)).isoformat()
    return ("--source", SOURCE, "--obtained", day, "--permitted-use", PERMITTED_USE)


def _import(run: _Commands, command: str, path: Path, *arguments: str) -> None:
    """Run an import unless the file was imported before."""
    slug = run.chapter[-1]
    done = VoterImport.objects.filter(chapter__slug=slug, filename=path.name, finished_at__isnull=False)
    if not done.exists():
        run(command, str(path), *run.chapter, *arguments)


@transaction.atomic
def _fill_with_people(town: DemoTown, chapter: Chapter, region: Chapter, *, by: Actor, say: Say) -> None:
    """Members, roles, captains and what they learned; nothing when somebody was added before."""
    if Member.objects.filter(chapter=chapter).count() > 1:
        return
    on = today_in(chapter)
    residents = people.list_residents(chapter)
    if town.slug == demo.DEMO_SLUG:
        staff = people.add_staff(chapter, by=by)
        people.add_reader(region, by=Actor.system(region.pk, label="demo"))
        people.add_others(chapter, people.spread(residents[::7]), by=by)
    else:
        staff = {}
        people.add_second_organizer(chapter, by=by)
    roster = fill_roster(chapter, residents, staff, by=by, on=on)
    told = tell_facts(roster.captains, on=on)
    asked = fill_growth(chapter, roster.captains, by=by, on=on)
    corrections = fill_books(roster.captains, by=by, on=on)
    seats = fill_seats(chapter, by=by, on=on)
    lists = fill_saved_lists(chapter, organizer=town.organizer.email, on=on)
    plans = fill_plans(chapter, list(roster.captains.values())[::3], by=by, on=on)
    needs = fill_group(chapter, roster.captains, staff, by=by, on=on)
    say(
        f"  people: {len(roster.captains)} captains, {roster.backups} backups, {len(roster.vacant)} vacant blocks,"
        f" {told} notes, {asked} people asked, {corrections} corrections,"
        f" {seats} committee seats, {lists} saved lists, {plans} plans, {needs} needs"
    )
