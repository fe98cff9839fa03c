from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chapters.models import AuditEvent
from precincts.models import Correction, Suppression, Voter
from precincts.selectors.corrections import list_corrections, list_standing_corrections
from precincts.services.corrections import (
    AnswerMissing,
    CorrectionDecided,
    CorrectionWaits,
    EmptyCorrection,
    WrongBirthYear,
    approve_correction,
    ask_correction,
    reject_correction,
    revoke_correction,
)
from precincts.services.facts import VoterNotListed
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_captain,
    make_chapter,
    make_household,
    make_member,
    make_organizer,
    make_precinct,
    make_voter,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def block(chapter):
    return make_block(make_precinct(chapter), number=5)


@pytest.fixture
def nora(chapter, block):
    door = make_household(make_building(chapter, 12), block.precinct, "2B", block=block, walk_position=1)
    return make_voter(door, "NORA", "NEIGHBOUR", birth_year=1980)


@pytest.fixture
def blanca(chapter, block, client):
    """The block's captain, signed in."""
    blanca = make_member(chapter, "Blanca")
    make_captain(block, blanca)
    client.force_login(blanca.user)
    return blanca


@pytest.fixture
def olive(chapter):
    return make_organizer(chapter)


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


def ask(voter, by, what="name", says="Norah Neighbour", **values):
    return ask_correction(voter=voter, what=what, says=says, by=actor_of(by), at=NOON, **values)


# --- asked ------------------------------------------------------------------------------------------------


def test_a_captain_says_what_is_wrong_and_the_file_stays(client, chapter, nora, blanca):
    before = Voter.objects.values().get(pk=nora.pk)
    address = url("correct_neighbour", chapter, voter_id=nora.pk)
    assert "Nora Neighbour" in client.get(address).content.decode()

    response = client.post(address, {"what": "name", "says": " Norah  Neighbour", "note": "She told me."})

    row = Correction.objects.get()
    assert response.headers["Location"].endswith(f"#voter-{nora.pk}")
    assert (row.what, row.says, row.note, row.asked_by, row.state) == (
        "name", "Norah Neighbour", "She told me.", blanca.user, "open",
    )  # fmt: skip
    assert Voter.objects.values().get(pk=nora.pk) == before
    assert AuditEvent.objects.filter(verb="precincts.correction_asked").count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"what": "name", "says": " "}, "says"),
        ({"what": "birth_year", "says": "1700"}, "says"),
        ({"what": "birth_year", "says": "١٩٧٢"}, "says"),
        ({"what": "party", "says": "DEM"}, "what"),
        ({}, "what"),
    ],
)
def test_a_wrong_field_is_said_beside_it(client, chapter, nora, blanca, given, field):
    response = client.post(url("correct_neighbour", chapter, voter_id=nora.pk), given)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not Correction.objects.exists()


def test_the_service_refuses_what_the_form_would(nora, blanca):
    with pytest.raises(EmptyCorrection):
        ask(nora, blanca, says=" ")
    with pytest.raises(WrongBirthYear):
        ask(nora, blanca, "birth_year", "72")
    nora.is_listed = False
    with pytest.raises(VoterNotListed):
        ask(nora, blanca)
    assert not Correction.objects.exists()


def test_the_same_is_not_asked_twice_while_it_waits(client, chapter, nora, blanca, olive):
    first = ask(nora, blanca)
    with pytest.raises(CorrectionWaits):
        ask(nora, blanca, says="Norma Neighbour")
    address = url("correct_neighbour", chapter, voter_id=nora.pk)
    assert client.post(address, {"what": "name", "says": "Norma"}).status_code == 409

    reject_correction(correction=first, by=actor_of(olive), at=NOON, answer="It is Nora.")
    ask(nora, blanca, says="Norma Neighbour")

    assert Correction.objects.count() == 2


def test_a_captain_corrects_nobody_of_another_block(client, chapter, block, blanca):
    other = make_block(block.precinct, number=6)
    yuri = make_voter(make_household(make_building(chapter, 99), block.precinct, block=other), "Yuri")

    response = client.post(
        url("correct_neighbour", chapter, voter_id=yuri.pk), {"what": "name", "says": "Juri"}
    )

    assert response.status_code == 404
    assert not Correction.objects.exists()


# --- decided ----------------------------------------------------------------------------------------------


def test_an_approved_one_stands_beside_the_files_value_with_its_source(client, chapter, nora, blanca, olive):
    row = ask(nora, blanca)
    client.force_login(olive.user)

    response = client.post(
        url("decide_correction", chapter, correction_id=row.pk), {"decision": "approve", "answer": ""}
    )

    assert response.headers["Location"].endswith("?state=open")
    client.force_login(blanca.user)
    body = client.get(url("block_book", chapter, block_id=nora.household.block_id)).content.decode()
    assert "<h3>Nora Neighbour" in body
    assert "Name: Norah Neighbour" in body
    assert "said by Blanca Adams, approved on" in body
    assert "by Olive Adams; the file says otherwise" in body
    nora.refresh_from_db()
    assert nora.first_name == "NORA"
    assert AuditEvent.objects.filter(verb="precincts.correction_approved").count() == 1


def test_a_rejected_one_needs_a_reason_and_says_it(client, chapter, nora, blanca, olive):
    row = ask(nora, blanca)
    client.force_login(olive.user)
    address = url("decide_correction", chapter, correction_id=row.pk)
    assert client.post(address, {"decision": "reject", "answer": " "}).status_code == 422
    assert Correction.objects.get().is_open

    client.post(address, {"decision": "reject", "answer": "Her card says Nora."})

    client.force_login(blanca.user)
    assert (
        "Her card says Nora." in client.get(url("correction", chapter, correction_id=row.pk)).content.decode()
    )
    assert list_standing_corrections([nora.pk]) == {}
    with pytest.raises(AnswerMissing):
        reject_correction(correction=row, by=actor_of(olive), at=NOON, answer="")


def test_it_is_decided_once(client, chapter, nora, blanca, olive):
    row = ask(nora, blanca)
    approve_correction(correction=row, by=actor_of(olive), at=NOON)

    with pytest.raises(CorrectionDecided):
        reject_correction(correction=row, by=actor_of(olive), at=NOON, answer="No")
    client.force_login(olive.user)
    answer = client.post(url("decide_correction", chapter, correction_id=row.pk), {"decision": "approve"})

    assert answer.status_code == 409
    assert Correction.objects.get().state == "approved"


def test_a_captain_decides_nothing(client, chapter, nora, blanca):
    row = ask(nora, blanca)

    answer = client.post(url("decide_correction", chapter, correction_id=row.pk), {"decision": "approve"})

    assert answer.status_code == 403
    assert Correction.objects.get().is_open


@pytest.mark.parametrize(("what", "kind"), [("deceased", "deceased"), ("moved", "moved")])
def test_whoever_died_or_moved_is_reached_no_more_once_approved(nora, blanca, olive, what, kind):
    row = ask(nora, blanca, what, "nobody reads this")
    assert not Suppression.objects.exists()

    approve_correction(correction=row, by=actor_of(olive), at=NOON)

    assert (row.says, Suppression.objects.get().kind) == ("", kind)
    nora.refresh_from_db()
    assert (nora.status, nora.gone_on) == ("active", None)


def test_an_approval_is_taken_back_with_a_reason(client, chapter, nora, blanca, olive):
    row = ask(nora, blanca, "deceased", "")
    approve_correction(correction=row, by=actor_of(olive), at=datetime.now(UTC))
    client.force_login(olive.user)
    address = url("decide_correction", chapter, correction_id=row.pk)
    assert (
        "Take the approval back"
        in client.get(url("correction", chapter, correction_id=row.pk)).content.decode()
    )
    assert client.post(address, {"decision": "revoke"}).status_code == 422
    assert Suppression.objects.count() == 1

    client.post(address, {"decision": "revoke", "answer": "It was her sister."})

    row.refresh_from_db()
    assert (row.state, row.answer) == ("rejected", "It was her sister.")
    assert not Suppression.objects.exists()
    assert client.post(address, {"decision": "revoke", "answer": "Again"}).status_code == 409


def test_what_was_never_approved_is_not_taken_back(nora, blanca, olive):
    row = ask(nora, blanca)

    with pytest.raises(CorrectionDecided):
        revoke_correction(correction=row, by=actor_of(olive), at=NOON, answer="No")

    assert Correction.objects.get().is_open


def test_moved_away_was_pressed_at_the_door_before(client, chapter, nora, blanca, olive):
    client.post(url("neighbour_moved", chapter, voter_id=nora.pk))
    row = ask(nora, blanca, "moved", "")

    approve_correction(correction=row, by=actor_of(olive), at=datetime.now(UTC))

    assert Suppression.objects.count() == 1


def test_what_the_file_says_by_now_no_longer_stands_beside_it(nora, blanca, olive):
    row = ask(nora, blanca, "birth_year", "1981")
    approve_correction(correction=row, by=actor_of(olive), at=NOON)
    assert list(list_standing_corrections([nora.pk])) == [nora.pk]

    Voter.objects.filter(pk=nora.pk).update(birth_year=1981)

    assert list_standing_corrections([nora.pk]) == {}


# --- the queue --------------------------------------------------------------------------------------------


def test_the_queue_is_the_organizers_and_captains_see_their_own_neighbours(
    chapter, block, nora, blanca, olive
):
    other = make_block(block.precinct, number=6)
    yuri = make_voter(make_household(make_building(chapter, 99), block.precinct, block=other), "Yuri")
    ask(nora, blanca)
    ask(yuri, olive, says="Juri Neighbour")

    seen = {who: [row.says for row in list_corrections(actor_of(who))] for who in (olive, blanca)}

    assert seen == {olive: ["Juri Neighbour", "Norah Neighbour"], blanca: ["Norah Neighbour"]}


def test_nobody_confidential_stands_in_the_queue(nora, blanca, olive):
    ask(nora, blanca)
    Voter.objects.filter(pk=nora.pk).update(is_confidential=True)

    assert not list_corrections(actor_of(olive)).exists()


def test_the_queue_is_narrowed_searched_and_taken_out_as_csv(client, chapter, nora, blanca, olive):
    done = ask(nora, blanca, "birth_year", "1981")
    approve_correction(correction=done, by=actor_of(olive), at=NOON)
    ask(nora, blanca)
    client.force_login(olive.user)
    address = url("corrections", chapter)

    def shown(**query):
        return [row.says for row in client.get(address, query).context["page"].page]

    assert (shown(state="open"), shown(what="birth_year")) == (["Norah Neighbour"], ["1981"])
    assert (shown(q="norah"), shown(q="nobody")) == (["Norah Neighbour"], [])
    csv = b"".join(client.get(address, {"format": "csv"}).streaming_content).decode()
    assert "Norah Neighbour" in csv
    assert AuditEvent.objects.get(verb="export.corrections").rows == 2
    client.force_login(blanca.user)
    assert client.get(address, {"format": "csv"}).status_code == 403


@pytest.mark.parametrize("people", [1, 3])
def test_the_queue_takes_the_same_queries_whatever_its_size(
    client, chapter, nora, blanca, olive, people, django_assert_num_queries
):
    for number in range(people):
        ask(make_voter(nora.household, f"N{number}"), blanca)
    client.force_login(olive.user)
    client.get(url("corrections", chapter))

    with django_assert_num_queries(11):
        client.get(url("corrections", chapter))


def test_an_empty_queue_says_what_will_stand_there(client, chapter, blanca, olive):
    assert "Nothing to correct" in client.get(url("corrections", chapter)).content.decode()
    client.force_login(olive.user)
    assert "it waits here for you" in client.get(url("corrections", chapter)).content.decode()


def test_what_waits_stands_on_the_organizers_today(client, chapter, nora, blanca, olive):
    ask(nora, blanca)
    today = reverse("core:today", kwargs={"chapter_slug": chapter.slug})

    assert "1 correction to the file waits" not in client.get(today).content.decode()
    client.force_login(olive.user)
    assert "1 correction to the file waits" in client.get(today).content.decode()


def test_the_database_holds_what_a_correction_is(nora, olive):
    values = {"chapter": nora.chapter, "voter": nora, "asked_at": NOON}
    for wrong in (
        {"what": "name", "says": ""},
        {"what": "moved", "state": "approved"},
        {"what": "moved", "decided_at": NOON},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Correction.objects.create(**values, **wrong)
    Correction.objects.create(**values, what="moved", state="rejected", decided_at=NOON)
    assert Correction.objects.count() == 1
