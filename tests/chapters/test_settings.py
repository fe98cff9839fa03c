from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from chapters.models import AuditEvent
from chapters.services.chapters import WrongChapterValue, change_settings
from core.actors import Actor
from core.http import chapter_url
from tests.factories import make_chapter

pytestmark = pytest.mark.django_db

PAGE = "/c/river-city/settings/chapter/"
FIELDS = {
    "name": "River City", "state": "NC", "time_zone": "America/Chicago", "language": "es",
    "captain_title": "Street captain", "affiliation_regime": "ballot", "paper_size": "a4",
    "voters_per_block": "120", "quiet_weeks": "6", "consistency_kind": "general", "consistency_elections": "5", "hot_from": "4",
    "warm_from": "2",
}  # fmt: skip


def test_the_settings_are_saved_and_the_log_says_from_what_to_what(organizer, chapter):
    assert organizer.post(PAGE, FIELDS).headers["Location"] == PAGE
    chapter.refresh_from_db()
    assert {name: str(getattr(chapter, name)) for name in FIELDS} == FIELDS
    event = AuditEvent.objects.get(verb="chapters.settings_changed")
    assert event.detail["voters_per_block"] == ["150", "120"]
    assert "name" not in event.detail


@pytest.mark.parametrize(
    "wrong",
    [
        {"voters_per_block": "5"},
        {"hot_from": "1"},
        {"hot_from": "9"},
        {"time_zone": "Mars/Base"},
        {"name": ""},
    ],
)
def test_a_setting_that_cannot_be_is_refused_and_nothing_changes(organizer, chapter, wrong):
    assert organizer.post(PAGE, {**FIELDS, **wrong}).status_code == 422
    chapter.refresh_from_db()
    assert (chapter.captain_title, chapter.voters_per_block) == ("Block captain", 150)


def test_the_service_refuses_by_itself_too(chapter):
    with pytest.raises(WrongChapterValue):
        change_settings(chapter=chapter, by=Actor.system(), hot_from=0)


def test_saving_the_same_again_is_no_line_in_the_log(chapter):
    change_settings(chapter=chapter, by=Actor.system(), paper_size=chapter.paper_size)
    assert AuditEvent.objects.count() == 0


def test_settings_of_another_chapter_stay_as_they_are(organizer, chapter):
    other = make_chapter("elsewhere")
    assert organizer.post(chapter_url("chapters:settings", slug="elsewhere"), FIELDS).status_code == 404
    organizer.post(PAGE, FIELDS)
    other.refresh_from_db()
    assert other.time_zone == "America/New_York"


def test_a_chapter_of_several_states_says_for_each_how_affiliation_is_known(organizer, chapter):
    answer = organizer.post(PAGE, {**FIELDS, "party_states": "nc; PA nc", "door_states": "VA"})
    assert answer.status_code == 302
    chapter.refresh_from_db()
    assert (chapter.party_states, chapter.ballot_states, chapter.door_states) == (["NC", "PA"], [], ["VA"])
    said = {state: chapter.regime_in(state).value for state in ("NC", "VA", "OH", "")}
    assert said == {"NC": "registered", "VA": "learned", "OH": "ballot", "": "ballot"}
    assert 'value="NC, PA"' in organizer.get(PAGE).text


@pytest.mark.parametrize(
    ("states", "wrong", "says"),
    [
        ({"party_states": "NC, ZZ"}, "party_states", "“ZZ” is no state"),
        ({"ballot_states": "Ohio"}, "ballot_states", "“OHIO” is no state"),
        ({"party_states": "NC", "door_states": "VA NC"}, "door_states", "NC stands in two of these fields"),
    ],
)
def test_a_state_that_is_none_or_named_twice_is_refused(organizer, chapter, states, wrong, says):
    answer = organizer.post(PAGE, {**FIELDS, **states})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [wrong]
    assert says in str(answer.context["form"].errors[wrong])
    chapter.refresh_from_db()
    assert (chapter.party_states, chapter.door_states) == ([], [])


def test_the_service_and_the_database_know_one_regime_for_a_state(chapter):
    with pytest.raises(WrongChapterValue):
        change_settings(chapter=chapter, by=Actor.system(), party_states=["NC"], ballot_states=["NC"])
    with pytest.raises(IntegrityError), transaction.atomic():
        type(chapter).objects.filter(pk=chapter.pk).update(party_states=["NC"], door_states=["VA", "NC"])
