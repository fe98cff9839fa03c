from __future__ import annotations

from datetime import date, timedelta

import pytest

from chapters.enums import ChapterKind, MemberKind, RoleName
from chapters.models import AuditEvent, Role
from chapters.selectors.actors import get_actor, today_in
from chapters.selectors.roles import list_role_tables
from chapters.services.members import LastOrganizer
from chapters.services.roles import (
    FormerMember,
    ReaderBelongsAbove,
    RoleAlreadyHeld,
    RoleEndsBeforeItStarts,
    end_role,
    end_role_now,
    give_role,
)
from core.actors import Actor
from core.http import chapter_url
from core.permissions import list_rights
from tests.factories import make_chapter, make_member, make_organizer, make_role

pytestmark = pytest.mark.django_db

SYSTEM = Actor.system()
MAY, JUNE, JULY = date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1)


def test_a_role_is_given_once_for_the_same_days(chapter):
    mo = make_member(chapter, "Mo")
    give_role(member=mo, name="canvasser", by=SYSTEM, starts_on=MAY, ends_on=JUNE)
    with pytest.raises(RoleAlreadyHeld):
        give_role(member=mo, name="canvasser", by=SYSTEM, starts_on=JUNE)
    give_role(member=mo, name="canvasser", by=SYSTEM, starts_on=JULY)
    give_role(member=mo, name="treasurer", by=SYSTEM, starts_on=MAY)
    assert mo.roles.count() == 3
    assert AuditEvent.objects.filter(verb="chapters.role_given", row_id=str(mo.pk)).count() == 3


def test_roles_that_cannot_be_are_refused(chapter):
    with pytest.raises(FormerMember):
        give_role(
            member=make_member(chapter, kind=MemberKind.FORMER), name="canvasser", by=SYSTEM, starts_on=MAY
        )
    with pytest.raises(ReaderBelongsAbove):
        give_role(member=make_member(chapter), name="reader", by=SYSTEM, starts_on=MAY)
    with pytest.raises(RoleEndsBeforeItStarts):
        give_role(member=make_member(chapter), name="canvasser", by=SYSTEM, starts_on=JUNE, ends_on=MAY)
    assert Role.objects.count() == 0


def test_a_role_ended_now_is_over_at_once_and_stays_on_record(chapter):
    mo = make_member(chapter, "Mo", "canvasser")
    end_role_now(role=mo.roles.get(), by=SYSTEM)
    today = today_in(chapter)
    assert get_actor(user=mo.user, chapter=chapter, on=today).roles == frozenset()
    assert mo.roles.get().ends_on == today - timedelta(days=1)


def test_a_role_that_began_today_and_is_ended_now_was_never_held(chapter):
    mo = make_member(chapter, "Mo")
    role = make_role(mo, "canvasser", starts_on=today_in(chapter))
    end_role_now(role=role, by=SYSTEM)
    assert mo.roles.count() == 0
    assert AuditEvent.objects.filter(verb="chapters.role_ended").count() == 1


def test_a_last_day_in_the_future_still_counts(chapter):
    mo = make_member(chapter, "Mo", "canvasser")
    today = today_in(chapter)
    end_role(role=mo.roles.get(), by=SYSTEM, last_day=today)
    assert get_actor(user=mo.user, chapter=chapter, on=today).roles == {"canvasser"}
    assert get_actor(user=mo.user, chapter=chapter, on=today + timedelta(days=1)).roles == frozenset()


def test_the_last_organizer_keeps_the_role_until_there_is_another(chapter, olive):
    with pytest.raises(LastOrganizer):
        end_role_now(role=olive.roles.get(), by=SYSTEM)
    make_organizer(make_chapter("elsewhere"), "Other")
    with pytest.raises(LastOrganizer):
        end_role_now(role=olive.roles.get(), by=SYSTEM)
    make_organizer(chapter, "Second")
    end_role_now(role=olive.roles.get(), by=SYSTEM)


def test_a_reader_above_reads_below_also_where_they_are_a_member(chapter):
    region = make_chapter("piedmont", kind=ChapterKind.REGION)
    chapter.parent = region
    chapter.save()
    reader = make_member(region, "Regina", RoleName.READER)
    on = today_in(chapter)
    actor = get_actor(user=reader.user, chapter=chapter, on=on)
    assert (actor.roles, actor.member_id) == ({"reader"}, None)
    here = make_member(chapter, "Regina", "canvasser", user=reader.user)
    actor = get_actor(user=reader.user, chapter=chapter, on=on)
    assert (actor.roles, actor.member_id) == ({"reader", "canvasser"}, here.pk)


def test_giving_and_ending_a_role_from_the_persons_page(organizer, chapter):
    mo = make_member(chapter, "Mo")
    page = chapter_url("chapters:member", slug=chapter.slug, member_id=mo.pk)
    give = chapter_url("chapters:give_role", slug=chapter.slug, member_id=mo.pk)
    assert organizer.post(give, {"name": "canvasser", "starts_on": "2026-05-01"}).headers["Location"] == page
    wrong = organizer.post(give, {"name": "treasurer", "starts_on": "2026-05-01", "ends_on": "2026-04-01"})
    assert wrong.status_code == 422
    assert "The last day lies before the first." in wrong.content.decode()
    role = mo.roles.get()
    end = chapter_url("chapters:end_role", slug=chapter.slug, role_id=role.pk)
    assert "End the role “canvasser” of Mo Adams?" in organizer.get(end).content.decode()
    assert organizer.post(end).headers["Location"] == page
    role.refresh_from_db()
    assert role.ends_on == today_in(chapter) - timedelta(days=1)


def test_the_roles_page_says_what_the_rules_say(organizer, chapter):
    rows = [row for table in list_role_tables() for row in table.rows]
    assert [row.right for row in sorted(rows, key=lambda row: row.right.name)] == sorted(
        list_rights(), key=lambda right: right.name
    )
    names = [role.value for role in RoleName]
    for row in rows:
        assert {name for name, (_, holds) in zip(names, row.marks, strict=True) if holds} == row.right.roles
    page = organizer.get(chapter_url("chapters:roles", slug=chapter.slug)).content.decode()
    for right in list_rights():
        assert str(right.says) in page or str(right.says).replace("'", "&#x27;") in page
