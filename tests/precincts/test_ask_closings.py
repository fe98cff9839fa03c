from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from chapters.selectors.asks import list_due_asks
from core.actors import Actor
from core.tenancy import chapter_scope
from precincts.enums import SuppressionKind, VoterStatus
from precincts.models import BlockAsk, Household, Precinct, Voter
from precincts.services.ask_closings import close_asks_of_voter
from precincts.services.matches import merge_people
from precincts.services.neighbours import remove_neighbour
from precincts.services.suppressions import lift, suppress
from tests.factories import (
    actor_of,
    make_block,
    make_block_ask,
    make_building,
    make_chapter,
    make_household,
    make_organizer,
    make_precinct,
    make_unregistered,
    make_voter,
)
from tests.precincts.test_voterfile import NC_HEADER, nc_row

pytestmark = pytest.mark.django_db


@pytest.fixture
def chapter():
    return make_chapter(state="NC")


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), 1)


@pytest.fixture
def olive(chapter):
    return make_organizer(chapter)


@pytest.fixture
def by(chapter, olive):
    actor = actor_of(olive)
    with chapter_scope(chapter, actor):
        yield actor


def door_of(block, number=1):
    return make_household(make_building(block.chapter, number), block.precinct, block=block)


def answers():
    return {row.ask.asked_name: row.ask.answer for row in BlockAsk.objects.all()}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (SuppressionKind.MOVED, "moved away"),
        (SuppressionKind.DECEASED, "died"),
        (SuppressionKind.DO_NOT_CONTACT, "does not want to be contacted"),
    ],
)
def test_an_ask_is_closed_with_what_keeps_one_from_the_neighbour(
    client, chapter, block, olive, by, kind, words
):
    nora, omar = make_voter(door_of(block), "Nora"), make_voter(door_of(block, 2), "Omar")
    make_block_ask(block, by, nora, name="Nora")
    make_block_ask(block, by, omar, name="Omar")
    on = today_in(chapter)
    suppress(voter=nora, kind=kind, by=by, on=on)
    assert answers() == {"Nora": f"closed: {words}", "Omar": "no answer yet"}
    later = on.replace(year=on.year + 1)
    assert [row.asked_name for row in list_due_asks(by, later)] == ["Omar"]
    said = AuditEvent.objects.get(verb="chapters.ask_closed")
    assert (said.summary, said.actor_user) == (f"Nobody asks Nora any more ({words}): Keep it", olive.user)
    client.force_login(olive.user)
    page = client.get(reverse("chapters:asks", kwargs={"chapter_slug": chapter.slug}), {"result": "closed"})
    assert f"closed: {words}" in page.content.decode()
    lift(voter=nora, kind=kind, by=by, on=on)
    make_block_ask(block, by, nora, name="Nora again")
    assert answers()["Nora again"] == "no answer yet"


def test_a_file_that_lets_somebody_go_or_moves_them_away_closes_their_asks(chapter, by, tmp_path):
    def take_in(name, **rows):
        path = tmp_path / name
        path.write_text(
            NC_HEADER + "".join(nc_row(ncid=key, first=key, **values) for key, values in rows.items()),
            encoding="latin-1",
        )
        call_command("import_voters", str(path), "--chapter", chapter.slug, "--json")

    homes = {
        name: {"address": f"{n} MAIN ST"} for n, name in enumerate(("STAN", "GUS", "MIA", "REX", "NINA"), 1)
    }
    take_in("first.txt", **homes, IVY={"address": "1 MAIN ST"})
    block = make_block(Precinct.objects.get(), 1)
    Household.objects.update(block=block)
    for voter in Voter.objects.order_by("state_voter_id"):
        make_block_ask(block, by, voter, name=voter.first_name)
    take_in(
        "later.txt", STAN=homes["STAN"], MIA={"address": "99 ELM AVE"}, REX=homes["REX"] | {"status": "R"},
        NINA={"address": "2 MAIN ST"}, IVY={"address": "1 MAIN ST", "party": "REP"},
    )  # fmt: skip
    assert answers() == {
        "GUS": "closed: no longer on the lists",
        "IVY": "no answer yet",
        "MIA": "closed: moved away",
        "NINA": "no answer yet",
        "REX": "closed: no longer on the lists",
        "STAN": "no answer yet",
    }
    assert AuditEvent.objects.filter(verb="chapters.ask_closed").count() == 3


def test_an_ask_of_somebody_taken_out_by_hand_is_closed(block, by):
    nia = make_unregistered(door_of(block), "Nia")
    make_block_ask(block, by, nia, name="Nia")
    remove_neighbour(voter=nia, by=by, on=today_in(block.chapter))
    assert answers() == {"Nia": "closed: no longer on the lists"}


def test_who_was_added_by_hand_and_found_in_the_file_is_one_person(block, by):
    nia, known = make_unregistered(door_of(block), "Nia"), make_voter(door_of(block, 2), "Nia")
    make_block_ask(block, by, nia, name="Nia")
    merge_people(added=nia, registered=known, by=by, at=timezone.now())
    assert answers() == {"Nia": "no answer yet"}
    Voter.objects.filter(pk=known.pk).update(status=VoterStatus.REMOVED)
    assert (
        close_asks_of_voter(voter=known, by=Actor.system(block.chapter_id), on=today_in(block.chapter)) == 1
    )
    assert answers() == {"Nia": "closed: no longer on the lists"}
