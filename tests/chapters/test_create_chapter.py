from __future__ import annotations

import json
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command

from chapters.models import AuditEvent, Chapter, Role
from tests.factories import make_chapter

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> dict:
    printed = StringIO()
    call_command("create_chapter", *arguments, "--json", stdout=printed)
    return json.loads(printed.getvalue())


def test_a_chapter_is_founded_with_an_organizer_who_has_an_account():
    result = create(
        "Mountain Chapter", "--slug", "mountain", "--state", "CO", "--organizer", "Ana@Example.org"
    )

    assert result == {
        "chapter": "Mountain Chapter",
        "slug": "mountain",
        "organizer": "ana@example.org",
        "url": "http://localhost:8000/c/mountain/",
    }
    chapter = Chapter.objects.get(slug="mountain")
    assert (chapter.state, chapter.time_zone, chapter.kind) == ("CO", "America/Denver", "chapter")
    role = Role.objects.get(chapter=chapter)
    assert (role.name, role.ends_on, role.member.user.email) == ("organizer", None, "ana@example.org")
    assert EmailAddress.objects.filter(email="ana@example.org", primary=True).count() == 1
    assert set(AuditEvent.objects.filter(chapter=chapter).values_list("verb", flat=True)) == {
        "chapters.chapter_founded", "chapters.member_added", "chapters.role_given", "chapters.ladder_founded",
    }  # fmt: skip


def test_a_chapter_stands_under_a_region_and_an_account_serves_both():
    create("South", "--slug", "south", "--kind", "region", "--organizer", "ana@example.org")
    create("Bay", "--slug", "bay", "--state", "CA", "--parent", "south", "--organizer", "ana@example.org")
    assert Chapter.objects.get(slug="bay").parent.slug == "south"
    assert Role.objects.filter(member__user__email="ana@example.org").count() == 2


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["X", "--slug", "river-city", "--state", "NC", "--organizer", "a@example.org"],
         "There is already a chapter with the short name “river-city”."),
        (["X", "--slug", "x", "--organizer", "a@example.org"], "A chapter needs --state XX."),
        (["X", "--slug", "x", "--state", "NC", "--organizer", "nobody"], "“nobody” is not an e-mail address."),
        (["X", "--slug", "x", "--state", "NC", "--organizer", "a@example.org", "--parent", "none"],
         "No region or committee has the short name none."),
        (["X", "--slug", "x", "--state", "NC", "--organizer", "a@example.org", "--parent", "river-city"],
         "“River City” cannot stand above a chapter."),
        (["X", "--slug", "x", "--state", "Nor", "--organizer", "a@example.org"], "state: Two capital letters."),
        (["X", "--slug", "x y", "--state", "NC", "--organizer", "a@example.org"], "slug: Enter a valid “slug”"),
    ],
)  # fmt: skip
def test_it_refuses_in_one_line_and_changes_nothing(arguments, reason):
    make_chapter("river-city")
    with pytest.raises(CommandError) as refused:
        create(*arguments)
    assert str(refused.value).startswith(reason)
    assert "\n" not in str(refused.value)
    assert list(Chapter.objects.values_list("slug", flat=True)) == ["river-city"]
