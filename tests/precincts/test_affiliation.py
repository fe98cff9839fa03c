from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canvassing.documents.walk_list import person_notes
from precincts.affiliation import NO_PARTY, Affiliation, Ballot, Learned, find_affiliation, is_party
from precincts.models import Election, VoterChange
from precincts.selectors.neighbours import list_doors
from precincts.services.facts import record_fact
from precincts.views.neighbour_words import say_neighbour
from precincts.words import say_affiliation, say_affiliation_on_paper
from tests.factories import (
    actor_of,
    make_block,
    make_building,
    make_chapter,
    make_election,
    make_household,
    make_import,
    make_organizer,
    make_precinct,
    make_voter,
)

DAY = date(2026, 5, 3)

days = st.dates(date(2010, 1, 1), date(2026, 12, 31))
parties = st.sampled_from(["DEM", "REP", "dem", " REP ", "GRE", "UNA", "NPA", ""])
regimes = st.sampled_from(["registered", "ballot", "learned"])
ballots = st.lists(st.builds(Ballot, parties, days), max_size=8)
learned = st.lists(st.builds(Learned, parties, days), max_size=4)


def found(regime, *, registered="", registered_on=None, ballots=(), learned=()):
    return find_affiliation(
        regime, registered=registered, registered_on=registered_on, ballots=ballots, learned=learned
    )


# --- the rule ---------------------------------------------------------------------------------------------


@given(regimes, parties, days, ballots, learned)
def test_whatever_is_known_the_source_is_one_that_says_it(
    regime, registered, registered_on, ballots, learned
):
    known = found(
        regime, registered=registered, registered_on=registered_on, ballots=ballots, learned=learned
    )
    assert bool(known.party) == bool(known.source)
    said = {
        "registered": {registered.strip()},
        "ballot": {one.party.strip() for one in ballots if one.on == known.on},
        "learned": {one.party.strip() for one in learned if one.on == known.on},
        "": {""},
    }
    assert known.party in said[known.source]
    assert known.registered == registered.strip()


@given(regimes, parties, days, ballots, learned)
def test_each_regime_believes_only_its_own_sources(regime, registered, registered_on, ballots, learned):
    known = found(
        regime, registered=registered, registered_on=registered_on, ballots=ballots, learned=learned
    )
    allowed = {"registered": {"registered", "ballot", "learned", ""}, "ballot": {"ballot", "learned", ""},
               "learned": {"learned", ""}}  # fmt: skip
    assert known.source in allowed[regime]
    if regime == "registered":
        assert (known.source == "registered") == is_party(registered)


@given(regimes, parties, ballots, learned)
def test_nothing_newer_than_what_is_said_was_left_out(regime, registered, ballots, learned):
    known = found(regime, registered=registered, ballots=ballots, learned=learned)
    if known.source in ("", "registered"):
        return
    counted = [] if regime == "learned" else [one.on for one in ballots if is_party(one.party)]
    assert known.on == max([*counted, *(one.on for one in learned if one.party.strip())])


@given(regimes, parties, ballots, learned)
def test_a_party_is_unknown_only_when_no_source_of_the_regime_names_one(regime, registered, ballots, learned):
    known = found(regime, registered=registered, ballots=ballots, learned=learned)
    names = [one.party for one in learned if one.party.strip()]
    if regime != "learned":
        names += [one.party for one in ballots if is_party(one.party)]
    if regime == "registered" and is_party(registered):
        names.append(registered)
    assert (
        known == Affiliation("", "", None, registered.strip(), is_unaffiliated=known.is_unaffiliated)
    ) == (not names)
    assert known.is_unaffiliated == (not names and regime == "registered" and bool(registered.strip()))


@given(ballots)
def test_the_ballots_counted_are_of_the_party_said_and_never_more_than_those_on_record(ballots):
    known = found("ballot", ballots=ballots)
    of_it = [one for one in ballots if one.party.strip().upper() == known.party.upper()]
    assert known.pulled == (len(of_it) if known.party else 0)
    assert known.pulled <= known.primaries <= len(ballots)


@given(regimes, parties, ballots, learned, st.randoms())
def test_the_order_in_which_files_came_changes_nothing_but_ties(regime, registered, ballots, learned, dice):
    if len({one.on for one in ballots}) < len(ballots) or len({one.on for one in learned}) < len(learned):
        return
    known = found(regime, registered=registered, ballots=ballots, learned=learned)
    dice.shuffle(ballots)
    dice.shuffle(learned)
    assert found(regime, registered=registered, ballots=ballots, learned=learned) == known


@pytest.mark.parametrize("word", sorted(NO_PARTY))
def test_no_party_is_no_party_however_it_is_written(word):
    assert not is_party(f" {word.lower()} ")


# --- the words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "said", "on_paper"),
    [
        (Affiliation("DEM", "registered", DAY, "DEM"), "Democratic (registered)", "DEM registered"),
        (
            Affiliation("REP", "ballot", date(2024, 3, 5), "UNA", 3, 4),
            "Republican (ballot pulled in 3 of 4 primaries voted in, last in 2024)",
            "UNA, REP ballot 2024, 3 of 4",
        ),
        (
            Affiliation("REP", "ballot", date(2024, 3, 5), "", 1, 1),
            "Republican (primary ballot pulled 2024)",
            "REP ballot 2024",
        ),
        (Affiliation("Green", "learned", DAY, "UNA"), "Green (learned)", "UNA, Green learned 3 May"),
        (
            Affiliation("", "", None, "UNA", is_unaffiliated=True),
            "registered without a party",
            "UNA, no party",
        ),
        (Affiliation("", "", None, "UNA"), "affiliation not known", "party not known"),
        (Affiliation("", ""), "affiliation not known", "party not known"),
    ],
)
def test_an_affiliation_is_said_with_its_source_on_screen_and_on_paper(known, said, on_paper):
    assert say_affiliation(known) == said
    assert say_affiliation_on_paper(known, on=date(2026, 6, 1)) == on_paper


# --- what stands at the door ------------------------------------------------------------------------------


@pytest.fixture
def block():
    return make_block(make_precinct(make_chapter(affiliation_regime="ballot")))


def add_voter(block, **fields):
    door = make_household(make_building(block.chapter, 12), block.precinct, block=block)
    return make_voter(door, **fields)


def at_the_door(block):
    (door,) = list_doors(block, on=DAY)
    return [one.affiliation for one in door.neighbours]


@pytest.mark.django_db
def test_only_ballots_of_primaries_held_by_then_count(block):
    chapter = block.chapter
    earlier, later = make_election(chapter, date(2022, 5, 3), 0), make_election(chapter, date(2024, 5, 3), 1)
    general = make_election(chapter, date(2024, 11, 5), 2, kind="general")
    ahead = make_election(chapter, date(2026, 5, 4), 3)
    detail = f"{earlier.pk}I:REP {later.pk}M:DEM {general.pk}I:REP {ahead.pk}I:REP"
    add_voter(block, history_detail=detail, party="")
    assert at_the_door(block) == [Affiliation("DEM", "ballot", date(2024, 5, 3), "", 1, 2)]
    assert Election.objects.count() == 4


@pytest.mark.django_db
def test_the_voters_state_decides_in_a_chapter_of_several_states(block):
    chapter = block.chapter
    chapter.party_states, chapter.door_states = ["NC"], ["VA"]
    chapter.save()
    primary = make_election(chapter, date(2024, 5, 3), 0)
    door = make_household(make_building(chapter, 12), block.precinct, block=block)
    for birth_year, state in enumerate(["NC", "VA", "OH"], start=1950):
        make_voter(
            door, state, state=state, party="DEM", history_detail=f"{primary.pk}I:REP", birth_year=birth_year
        )
    assert [(one.party, one.source) for one in at_the_door(block)] == [
        ("DEM", "registered"),
        ("", ""),
        ("REP", "ballot"),
    ]


@pytest.mark.django_db
def test_what_was_learned_later_than_the_last_ballot_counts(block):
    primary = make_election(block.chapter, date(2024, 5, 3), 0)
    voter = add_voter(block, history_detail=f"{primary.pk}I:REP")
    by = actor_of(make_organizer(block.chapter))
    at = datetime(2026, 4, 1, 16, tzinfo=UTC)
    record_fact(voter=voter, kind="affiliation", text="Green", source="captain", by=by, at=at)
    assert at_the_door(block) == [Affiliation("Green", "learned", date(2026, 4, 1), "")]


@pytest.mark.django_db
@pytest.mark.parametrize(("days_ago", "is_news"), [(179, True), (180, False)])
def test_a_changed_registration_is_news_for_as_long_on_screen_and_on_paper(block, days_ago, is_news):
    voter = add_voter(block, party="REP")
    VoterChange.objects.create(
        chapter=block.chapter, voter_import=make_import(block.chapter), voter=voter, kind="changed",
        on=DAY - timedelta(days=days_ago), before={"party": "DEM"}, after={"party": "REP"},
    )  # fmt: skip
    (door,) = list_doors(block, on=DAY)
    (one,) = door.neighbours
    assert ("changed party" in {str(badge.word) for badge in say_neighbour(one).badges}) == is_news
    assert ("was registered DEM" in person_notes(one, on=DAY)) == is_news
