from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.translation import gettext

from chapters.models import AuditEvent
from chapters.services import audit
from core import tenancy
from core.actors import Actor
from core.http import chapter_url
from tests.factories import actor_of, make_chapter, make_member

pytestmark = pytest.mark.django_db

PAGE = "/c/river-city/settings/log/"


def test_a_line_knows_who_what_which_row_and_whose_chapter(chapter, olive):
    mo = make_member(chapter, "Mo")
    event = audit.record(
        by=actor_of(olive), verb="chapters.tried", summary="Tried it", row=mo, detail={"a": 1}, rows=3
    )
    assert (event.actor_kind, event.actor_user, event.actor_label) == ("user", olive.user, "Olive Adams")
    assert (event.chapter, event.row_kind, event.row_id) == (chapter, "chapters.member", str(mo.pk))
    assert (event.verb, event.summary, event.detail, event.rows) == (
        "chapters.tried",
        "Tried it",
        {"a": 1},
        3,
    )


def test_the_chapter_comes_from_the_row_the_actor_or_the_scope(chapter):
    nobody = Actor.system()
    with tenancy.scope(actor=nobody, chapter_id=chapter.pk):
        assert audit.record(by=nobody, verb="x.y", summary="in scope").chapter == chapter
    assert audit.record(by=Actor.system(chapter.pk), verb="x.y", summary="of the actor").chapter == chapter
    assert audit.record(by=nobody, verb="x.y", summary="the chapter itself", row=chapter).chapter == chapter
    assert audit.record(by=nobody, verb="x.y", summary="of none").chapter is None


@pytest.mark.parametrize(
    "change", ["UPDATE chapters_auditevent SET verb = ''", "DELETE FROM chapters_auditevent"]
)
def test_the_database_itself_refuses_to_change_the_log(chapter, change):
    audit.record(by=Actor.system(chapter.pk), verb="x.y", summary="kept")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        connection.cursor().execute(change)
    assert AuditEvent.objects.get().summary == "kept"


def test_the_log_is_narrowed_by_person_kind_of_act_and_words(organizer, chapter, olive):
    mo = make_member(chapter, "Mo")
    audit.record(by=actor_of(olive), verb="chapters.tried", summary="Olive tried")
    audit.record(by=actor_of(mo), verb="precincts.tried", summary="Mo tried")
    audit.log_export(by=actor_of(mo), what="roster", says="roster", count=7)
    audit.record(
        by=actor_of(make_member(make_chapter("elsewhere"))), verb="chapters.tried", summary="Elsewhere"
    )

    def lines(query: str) -> list[str]:
        return [event.summary for event in organizer.get(f"{PAGE}?{query}").context["page"].page]

    assert lines("") == ["Took out 7 rows: roster", "Mo tried", "Olive tried"]
    assert lines("area=export.") == ["Took out 7 rows: roster"]
    assert lines(f"who={mo.user.pk}") == ["Took out 7 rows: roster", "Mo tried"]
    assert lines("q=olive") == ["Olive tried"]
    assert lines("days=1&area=chapters.") == ["Olive tried"]


def test_the_logs_filter_offers_the_acts_of_every_app(organizer, chapter):
    [area, *_others] = organizer.get(PAGE).context["page"].bars
    assert [str(chip.label) for chip in area.chips] == [
        "taken out",
        "people and settings",
        "precincts",
        "canvassing",
    ]


def test_each_reader_reads_and_searches_the_log_in_their_own_language(organizer, chapter, olive):
    with translation.override("es"):
        audit.record(
            by=actor_of(olive), verb="x.y", summary=lambda: gettext("Uploaded %(file)s") % {"file": "f.csv"}
        )
        spanish = gettext("Uploaded %(file)s") % {"file": "f.csv"}
    assert spanish != "Uploaded f.csv"

    def lines(language: str, words: str) -> list[str]:
        answer = organizer.get(PAGE, {"q": words}, headers={"Accept-Language": language})
        with translation.override(language):
            return [event.summary for event in answer.context["page"].page]

    assert lines("en", "uploaded") == ["Uploaded f.csv"]
    assert lines("es", spanish.partition(" ")[0].lower()) == [spanish]


def test_taking_the_log_out_stands_in_the_log(organizer, chapter, olive):
    audit.record(by=actor_of(olive), verb="chapters.tried", summary="Tried it", detail={"a": 1})
    response = organizer.get(f"{PAGE}?format=csv")
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))
    assert ("Tried it", "chapters.tried") in [(row["What"], row["Kind of act"]) for row in rows]
    assert AuditEvent.objects.filter(verb="export.log", rows=1).count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_costs_the_same_queries_for_one_line_and_for_three(organizer, olive, count):
    for number in range(count):
        audit.record(by=actor_of(olive), verb="x.y", summary=f"line {number}")
    with CaptureQueriesContext(connection) as captured:
        organizer.get(chapter_url("chapters:audit", slug="river-city"))
    assert len(captured) == 12


def test_days_are_counted_in_the_chapters_zone(organizer, chapter, olive):
    event = audit.record(by=actor_of(olive), verb="x.y", summary="now")
    assert event.at - timezone.now() < timedelta(minutes=1)
    assert len(organizer.get(f"{PAGE}?days=7").context["page"].page) == 1


def test_an_export_is_logged_whatever_the_address_asked_for(client, olive):
    client.force_login(olive.user)
    for page in ("/c/river-city/people/", PAGE):
        response = client.get(page, {"format": "csv", "kind": "\0", "\0a": "b"})
        assert response.status_code == 200
        assert b"".join(response)
    logged = AuditEvent.objects.filter(verb__startswith="export.")
    assert [event.detail["a"] for event in logged] == ["b", "b"]
