from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from chapters.enums import MemberKind
from chapters.models import AuditEvent
from chapters.selectors.actors import today_in
from chapters.services.members import change_member
from precincts.models import PrecinctAssignment, Residence, Skill
from precincts.selectors.skills import count_elsewhere, count_skills, find_words, list_skills
from precincts.services.facts import record_fact, retract_fact
from precincts.services.matches import merge_people
from precincts.services.skills import (
    EmptySkill,
    NotAMember,
    SkillKnown,
    SkillTakenBack,
    add_skill,
    take_skill_back,
)
from precincts.services.suppressions import lift, suppress
from tests.factories import (
    LONG_AGO,
    actor_of,
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

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def chapter():
    return make_chapter()


@pytest.fixture
def precinct(chapter):
    return make_precinct(chapter, "3-2")


@pytest.fixture
def block(precinct):
    return make_block(precinct, number=5)


@pytest.fixture
def door(block):
    return make_household(make_building(block.chapter, 12), block.precinct, block=block, walk_position=1)


@pytest.fixture
def next_door(precinct):
    """A door of the same precinct in another captain's block."""
    other = make_block(precinct, number=6)
    return make_household(make_building(precinct.chapter, 14), precinct, block=other, walk_position=1)


@pytest.fixture
def blanca(chapter, block):
    """The block's captain."""
    blanca = make_member(chapter, "Blanca")
    make_captain(block, blanca)
    return blanca


@pytest.fixture
def priya(chapter, precinct):
    """The precinct's captain."""
    priya = make_member(chapter, "Priya")
    PrecinctAssignment.objects.create(
        chapter=chapter, precinct=precinct, member=priya, starts_on=LONG_AGO, kind="captain"
    )
    return priya


@pytest.fixture
def olive(chapter, client):
    olive = make_organizer(chapter)
    client.force_login(olive.user)
    return olive


def learn(voter, text, by, kind="skill"):
    return record_fact(voter=voter, kind=kind, text=text, source="captain", by=actor_of(by), at=NOW)


def tell(member, text, by, kind="skill", **fields):
    return add_skill(member=member, kind=kind, text=text, by=actor_of(by), at=NOW, **fields)


def seen_by(member, words=""):
    actor = actor_of(member)
    rows = find_words(list_skills(actor, today_in(member.chapter)), words)
    return sorted(str(row) for row in rows)


def url(name, chapter, **kwargs):
    return reverse(f"precincts:{name}", kwargs={"chapter_slug": chapter.slug, **kwargs})


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("accordion", ["Plays the accordion"]),
        ("ACCORD plays", ["Plays the accordion"]),
        ("bike fix", ["Can fix bikes"]),
        ("acordeon", ["Toca el acordeón"]),
        ("AcordeÓN el", ["Toca el acordeón"]),
        ("cordion", []),
        ("plays bikes", []),
        ("%", ["Can fix bikes", "Plays the accordion", "Toca el acordeón"]),
    ],
)
def test_words_are_found_by_their_beginnings_in_any_order_whatever_case_and_accents(
    chapter, door, olive, words, found
):
    nora = make_voter(door, "Nora")
    for text in ("Plays the accordion", "Can fix bikes", "Toca el acordeón"):
        learn(nora, text, olive)
    assert seen_by(olive, words) == found


def test_what_was_noted_with_one_press_is_found_in_every_language(chapter, door, olive):
    nora = make_voter(door, "Nora")
    record_fact(voter=nora, kind="language", value="am", source="door", by=actor_of(olive), at=NOW)
    assert seen_by(olive, "amharic") == ["am"]
    assert Skill.objects.get().search_words.startswith(" amharic")


def test_a_fact_taken_back_or_corrected_is_found_no_more(door, olive):
    nora = make_voter(door, "Nora")
    wrong = learn(nora, "Plays the trumpet", olive)
    record_fact(
        voter=nora,
        kind="skill",
        text="Plays the tuba",
        source="captain",
        by=actor_of(olive),
        at=NOW,
        supersedes=wrong,
    )
    gone = learn(nora, "Sews", olive)
    retract_fact(fact=gone, by=actor_of(olive), at=NOW + timedelta(days=1))
    assert seen_by(olive) == ["Plays the tuba"]


def test_other_kinds_of_facts_are_no_skills(door, olive):
    nora = make_voter(door, "Nora")
    learn(nora, "The dog is friendly", olive, kind="note")
    learn(nora, "!!", olive)
    assert not Skill.objects.exists()


def test_who_sees_whose_skills(chapter, block, door, next_door, blanca, priya, olive):
    learn(make_voter(door, "Nora"), "Own neighbour bakes", olive)
    learn(make_voter(next_door, "Nico"), "Next block bakes", olive)
    far = make_household(make_building(chapter, 99, "Far Street"), make_precinct(chapter, "9-9"))
    learn(make_voter(far, "Fern"), "Far precinct bakes", olive)
    tell(blanca, "Captain bakes", olive)
    resident = make_member(chapter, "Rita", user=None)
    Residence.objects.create(chapter=chapter, member=resident, household=next_door, starts_on=LONG_AGO)
    tell(resident, "Resident bakes", olive)
    tell(make_member(chapter, "Elsa", user=None), "Elsewhere bakes", olive)
    assert seen_by(blanca, "bakes") == ["Own neighbour bakes"]
    assert seen_by(priya, "bakes") == [
        "Captain bakes", "Next block bakes", "Own neighbour bakes", "Resident bakes",
    ]  # fmt: skip
    assert len(seen_by(olive, "bakes")) == 6


def test_a_block_captain_sees_own_neighbours_and_a_count_of_the_others(
    client, chapter, door, next_door, blanca, olive
):
    learn(make_voter(door, "Nora"), "Bakes bread", olive)
    nico = make_voter(next_door, "Nico", "Secret")
    learn(nico, "Bakes cake", olive)
    learn(nico, "Bakes pies", olive)
    far = make_household(make_building(chapter, 99, "Far Street"), make_precinct(chapter, "9-9"))
    learn(make_voter(far, "Fern"), "Bakes rolls", olive)
    assert seen_by(blanca) == ["Bakes bread"]
    today = today_in(chapter)
    assert count_elsewhere(actor_of(blanca), "bakes", today) == 1
    assert count_elsewhere(actor_of(blanca), "accordion", today) == 0
    client.force_login(blanca.user)
    text = client.get(url("skills", chapter), {"q": "bakes"}).text
    assert "1 person of the precinct fits these words" in text
    assert "Nico" not in text
    assert "cake" not in text


def test_confidential_and_gone_neighbours_are_not_found(door, olive):
    for number, fields in enumerate([{"is_confidential": True}, {"gone_on": LONG_AGO}]):
        nora = make_voter(door, f"Nora{number}")
        learn(nora, f"Bakes {number}", olive)
        for name, value in fields.items():
            setattr(nora, name, value)
        nora.save()
    assert seen_by(olive) == []


def test_who_is_not_to_be_contacted_is_not_found_until_that_is_lifted(door, olive):
    nora, added = make_voter(door, "Nora"), make_unregistered(door, "Nia")
    for voter in (nora, added):
        learn(voter, f"Bakes as {voter.first_name}", olive)
    merge_people(added=added, registered=nora, by=actor_of(olive), at=NOW)
    on = today_in(door.chapter)
    assert len(seen_by(olive)) == count_skills(door.precinct, on) == 2
    suppress(voter=nora, kind="do_not_contact", by=actor_of(olive), on=on)
    assert (seen_by(olive), count_skills(door.precinct, on)) == ([], 0)
    lift(voter=nora, kind="do_not_contact", by=actor_of(olive), on=on)
    assert len(seen_by(olive)) == 2


def test_what_was_learned_of_somebody_added_by_hand_is_found_under_the_person_in_the_file(
    client, chapter, door, next_door, blanca, olive
):
    by_hand = make_unregistered(door, "Rosa", "Delgado")
    learn(by_hand, "Bakes bread", blanca)
    by_hand.merged_into, by_hand.status = make_voter(next_door, "ROSALIA", "DELGADO"), "merged"
    by_hand.save()
    assert seen_by(blanca) == []
    text = client.get(url("skills", chapter)).text
    assert "Rosalia Delgado" in text
    assert "3-2, block 6" in text


def test_a_member_says_it_once_and_takes_it_back(chapter, olive):
    nia = make_member(chapter, "Nia", user=None)
    skill = tell(nia, "Plays the  accordion", olive)
    with pytest.raises(SkillKnown):
        tell(nia, "plays the ACCORDION!", olive)
    with pytest.raises(EmptySkill):
        tell(nia, " -- ", olive)
    take_skill_back(skill=skill, by=actor_of(olive), at=NOW)
    with pytest.raises(SkillTakenBack):
        take_skill_back(skill=skill, by=actor_of(olive), at=NOW)
    assert seen_by(olive) == []
    tell(nia, "Plays the accordion", olive)
    assert seen_by(olive) == ["Plays the accordion"]
    verbs = AuditEvent.objects.filter(verb__contains="skill").order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["precincts.skill_added", "precincts.skill_taken_back", "precincts.skill_added"]


def test_the_database_holds_one_of_a_kind_and_one_person(chapter, door, olive):
    skill = tell(make_member(chapter, "Nia", user=None), "Sews", olive)
    skill.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        skill.save()
    fact = learn(make_voter(door), "Knits", olive)
    with pytest.raises(IntegrityError), transaction.atomic():
        Skill.objects.filter(fact=fact).update(member=skill.member)


def test_whoever_leaves_the_chapter_is_found_no_more(chapter, olive):
    nia = make_member(chapter, "Nia", user=None)
    tell(nia, "Sews", olive)
    change_member(member=nia, by=actor_of(olive), kind=MemberKind.FORMER)
    assert not Skill.objects.exists()
    with pytest.raises(NotAMember):
        tell(nia, "Sews", olive)


def test_on_the_persons_page_a_press_notes_it_and_another_takes_it_back(client, chapter, olive):
    nia = make_member(chapter, "Nia", user=None)
    page = url("member_skills", chapter, member_id=nia.pk)
    detail = client.get(
        reverse("chapters:member", kwargs={"chapter_slug": chapter.slug, "member_id": nia.pk})
    )
    assert f'hx-get="{page}"' in detail.text
    part = client.post(page, {"quick": "skill:music"}, headers={"hx-request": "true"})
    assert (part.status_code, "Plays music" in part.text, "<h1>" in part.text) == (200, True, False)
    assert client.post(page, {"text": "Juggles", "kind": "skill"}).status_code == 302
    assert client.post(page, {"quick": "contact:talked"}).status_code == 422
    empty = client.post(page, {"text": " "})
    assert empty.status_code == 422
    assert "Write a few words first" in empty.text
    skill = Skill.objects.get(text="Juggles")
    part = client.post(url("take_skill_back", chapter, skill_id=skill.pk), headers={"hx-request": "true"})
    assert "Juggles" not in part.text
    assert "Plays music" in part.text


def test_a_member_without_a_role_says_it_of_themself_only(client, chapter):
    mo, nia = make_member(chapter, "Mo"), make_member(chapter, "Nia")
    client.force_login(mo.user)
    assert client.post(url("member_skills", chapter, member_id=mo.pk), {"text": "Juggles"}).status_code == 302
    assert client.get(url("member_skills", chapter, member_id=nia.pk)).status_code == 404
    skill = Skill.objects.get()
    client.force_login(nia.user)
    assert client.post(url("take_skill_back", chapter, skill_id=skill.pk)).status_code == 404
    client.force_login(mo.user)
    assert client.post(url("take_skill_back", chapter, skill_id=skill.pk)).status_code == 302
    assert not Skill.objects.standing().exists()


def test_two_taps_in_the_block_book_and_it_stands_in_the_inventory(client, chapter, door, blanca):
    nora = make_voter(door, "NORA", "NEIGHBOUR")
    client.force_login(blanca.user)
    form = client.get(url("add_fact", chapter, voter_id=nora.pk), headers={"hx-request": "true"}).text
    assert 'value="language:am"' in form
    client.post(url("add_fact", chapter, voter_id=nora.pk), {"quick": "language:am"})
    text = client.get(url("skills", chapter), {"q": "amh"}).text
    assert "Nora Neighbour" in text
    assert "Amharic" in text
    skill = Skill.objects.get()
    assert client.post(url("take_skill_back", chapter, skill_id=skill.pk)).status_code == 302
    assert seen_by(blanca) == []


@pytest.mark.parametrize("count", [1, 3])
def test_the_inventory_takes_the_same_queries_for_one_and_three(
    client, chapter, door, olive, count, django_assert_num_queries
):
    for place in range(count):
        learn(make_voter(door, f"Nora{place}"), f"Bakes {place}", olive)
        tell(make_member(chapter, f"Nia{place}", user=None), f"Sings {place}", olive)
    client.get(url("skills", chapter))
    with django_assert_num_queries(11):
        page = client.get(url("skills", chapter))
    assert page.context["page"].total == 2 * count


def test_the_inventory_can_be_taken_out_by_whoever_may(client, chapter, door, blanca, priya, olive):
    learn(make_voter(door, "NORA", "NEIGHBOUR"), "Plays the accordion", olive)
    answer = client.get(url("skills", chapter), {"format": "csv"})
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert lines[0] == "Who,What,Kind,Precinct and block,Learned on,Learned by"
    assert lines[1].startswith('Nora Neighbour,Plays the accordion,can do or likes,"3-2, block 5"')
    assert AuditEvent.objects.get(verb="export.skills").rows == 1
    client.force_login(blanca.user)
    assert client.get(url("skills", chapter), {"format": "csv"}).status_code == 403


def test_an_empty_inventory_says_how_it_fills(client, chapter, block, blanca):
    client.force_login(blanca.user)
    text = client.get(url("skills", chapter)).text
    assert "Nothing noted yet" in text
    assert "Open my block" in text
