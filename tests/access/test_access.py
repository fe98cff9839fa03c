"""One table, run for everybody: nobody gets more than it says, and no address is missing from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from chapters.enums import MemberKind, RoleName
from chapters.models import Chapter, Member, Role
from chapters.selectors.actors import get_actor, today_in
from chapters.services.members import change_member
from chapters.services.roles import end_role_now
from core.actors import Actor
from core.http import chapter_url
from core.permissions import has_right, list_rights
from tests.access.table import OF_PACKAGES, PAGES, SITE, Page, SitePage
from tests.access.world import (
    ANONYMOUS,
    CANARY,
    EVERYBODY,
    INSIDERS,
    ORGANIZER,
    OTHER_ORGANIZER,
    REGION_READER,
    World,
    build_world,
)
from tests.factories import actor_of, make_member, make_organizer

NOT_SIGNED_IN = 302


@pytest.fixture(scope="module")
def shared_world(
    django_db_setup: None, django_db_blocker: pytest.DjangoDbBlocker
) -> Iterator[tuple[World, dict[str, SimpleCookie]]]:
    """The world and everybody's session, made once for all tests of this module and taken back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = build_world()
        sessions = {}
        for who, user in world.users.items():
            client = Client()
            if user is not None:
                client.force_login(user)
            sessions[who] = client.cookies
        yield world, sessions
        transaction.set_rollback(True)
    connection.close()


@pytest.fixture
def world(shared_world: tuple[World, dict[str, SimpleCookie]]) -> Iterator[World]:
    """The world as it was made; what a test changes in it is taken back."""
    before = transaction.savepoint()
    yield shared_world[0]
    transaction.savepoint_rollback(before)


@pytest.fixture
def client_of(shared_world: tuple[World, dict[str, SimpleCookie]]) -> Callable[[World, str], Client]:
    """Gives somebody's browser, signed in."""

    def open_browser(world: World, who: str) -> Client:
        client = Client()
        client.cookies = copy(shared_world[1][who])
        return client

    return open_browser


def ask(client: Client, page: Page, world: World, slug: str, rows: dict[str, Any]) -> Any:
    url = chapter_url(page.name, slug=slug, **{name: rows[name] for name in page.kwargs})
    return client.post(url, page.data(world)) if page.post else client.get(url)


def body_of(response: Any) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def expected(page: Page, who: str) -> int:
    if who == ANONYMOUS:
        return NOT_SIGNED_IN
    if who == OTHER_ORGANIZER or who in page.blind:
        return 404
    if who in page.sent:
        return 302
    return page.ok if who in page.may else 403


def name_of(page: Page | SitePage) -> str:
    return f"{'POST' if page.post else 'GET'} {page.name}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_everybody_gets_the_answer_the_table_says(page, world, client_of):
    refused_first = sorted(EVERYBODY - page.may) + sorted(page.may)  # what changes rows comes last
    answers = {}
    for who in refused_first:
        if who in page.may and page.ok == 302 and page.post and who != sorted(page.may)[0]:
            continue  # done by the first of them
        response = ask(client_of(world, who), page, world, world.chapter.slug, world.rows)
        body_of(response)  # a download holds its file open until it is read
        answers[who] = response.status_code
        if who == ANONYMOUS:
            assert response.headers["Location"].startswith(reverse("account_login"))
    assert answers == {who: expected(page, who) for who in answers}


@pytest.mark.parametrize("page", [page for page in PAGES if page.kwargs], ids=name_of)
def test_rows_of_another_chapter_do_not_exist_here(page, world, client_of):
    """The organizer's own chapter in the address, the other chapter's row behind it."""
    response = ask(client_of(world, ORGANIZER), page, world, world.chapter.slug, world.other_rows)
    assert response.status_code == 404


@pytest.mark.parametrize("page", [page for page in PAGES if page.right], ids=name_of)
def test_the_right_that_the_table_names_is_held_by_whom_it_says(page, world):
    for who in sorted(page.may):
        actor = actor_of_reader(world) if who == REGION_READER else actor_of(world.members[who])
        assert has_right(actor, page.right), who


def actor_of_reader(world: World) -> Actor:

    user = world.members[REGION_READER].user
    return get_actor(user=user, chapter=world.chapter, on=today_in(world.chapter))


@pytest.mark.parametrize("page", SITE, ids=name_of)
def test_pages_outside_chapters_answer_as_the_table_says(page, world, client_of):
    answers = []
    for who in (ORGANIZER, ANONYMOUS):
        client = client_of(world, who)
        url = reverse(page.name, kwargs=page.kwargs(world))
        answers.append((client.post(url, page.data) if page.post else client.get(url)).status_code)
    assert answers == [page.signed_in, page.anonymous]


def list_names(patterns: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            inside = f"{before}{pattern.namespace}:" if pattern.namespace else before
            yield from list_names(pattern.url_patterns, inside)
        else:
            yield f"{before}{pattern.name}"


def test_every_address_stands_in_the_table():
    named = {page.name for page in PAGES} | {page.name for page in SITE}
    missing = {
        name
        for name in list_names(get_resolver().url_patterns)
        if name not in named and not name.startswith(OF_PACKAGES)
    }
    assert missing == set()


def test_every_right_of_the_table_is_registered():
    registered = {right.name for right in list_rights()}
    assert {page.right for page in PAGES if page.right} <= registered


def canaries_of(body: bytes) -> list[bytes]:
    return [line.strip()[:200] for line in body.splitlines() if CANARY.lower().encode() in line.lower()]


@pytest.mark.parametrize("who", [ORGANIZER, REGION_READER])
def test_no_page_shows_a_word_of_another_chapter(who, world, client_of):
    """The other chapter is full of canaries; a reader of the region above may see its name, nothing else."""
    client = client_of(world, who)
    allowed = f"{CANARY} chapter" if who == REGION_READER else ""
    seen = {}
    for page in PAGES:
        if page.post or who not in page.may:
            continue
        response = ask(client, page, world, world.chapter.slug, world.rows)
        body = body_of(response)
        found = canaries_of(body.replace(allowed.encode(), b"") if allowed else body)
        if found:
            seen[page.name] = found
    search = client.get(chapter_url("core:search", slug=world.chapter.slug), {"q": CANARY})
    # The page repeats the words searched for; beyond those, nothing.
    assert b"/people/" + str(world.other_rows["member_id"]).encode() not in search.content
    assert seen == {}


def test_csv_holds_no_word_of_another_chapter(world, client_of):
    client = client_of(world, ORGANIZER)
    for name in ("chapters:members", "chapters:audit"):
        response = client.get(chapter_url(name, slug=world.chapter.slug), {"format": "csv"})
        assert response.status_code == 200
        assert canaries_of(b"".join(response.streaming_content)) == []


@pytest.fixture
def chapter_with_two_organizers(world: World) -> tuple[Chapter, Member]:
    return world.chapter, make_organizer(world.chapter, "Second")


def test_whoever_leaves_is_out_with_the_next_request(chapter_with_two_organizers):
    chapter, leaving = chapter_with_two_organizers
    client = Client()
    client.force_login(leaving.user)
    page = chapter_url("chapters:members", slug=chapter.slug)
    assert client.get(page).status_code == 200
    change_member(member=leaving, by=Actor.system(chapter.pk), kind=MemberKind.FORMER)
    assert client.get(page).status_code == 404
    assert client.get(chapter_url("core:today", slug=chapter.slug)).status_code == 404
    assert client.get(reverse("entrance:index")).status_code == 200


def test_whoever_loses_a_role_loses_its_pages_with_the_next_request(chapter_with_two_organizers):
    chapter, member = chapter_with_two_organizers
    client = Client()
    client.force_login(member.user)
    page = chapter_url("chapters:members", slug=chapter.slug)
    assert client.get(page).status_code == 200
    end_role_now(role=member.roles.get(), by=Actor.system(chapter.pk))
    assert client.get(page).status_code == 403
    assert client.get(chapter_url("core:today", slug=chapter.slug)).status_code == 200


def test_a_role_counts_from_its_first_day_to_its_last(world):
    today = today_in(world.chapter)
    member = make_member(world.chapter, "Dated")
    client = Client()
    client.force_login(member.user)
    page = chapter_url("chapters:members", slug=world.chapter.slug)
    day = timedelta(days=1)
    for starts_on, ends_on, status in [
        (today - day, today, 200),
        (today, None, 200),
        (today - 2 * day, today - day, 403),
        (today + day, None, 403),
    ]:
        Role.objects.filter(member=member).delete()
        Role.objects.create(
            chapter=world.chapter,
            member=member,
            name=RoleName.ORGANIZER,
            starts_on=starts_on,
            ends_on=ends_on,
        )
        assert client.get(page).status_code == status, (starts_on, ends_on)


def test_a_region_reader_enters_every_chapter_below_and_changes_nothing(world, client_of):
    client = client_of(world, REGION_READER)
    assert client.get(chapter_url("core:today", slug=world.other.slug)).status_code == 200
    allowed = {page.name for page in PAGES if REGION_READER in page.may and page.post}
    assert allowed == set()


def test_everybody_in_the_chapter_sees_today(world, client_of):
    for who in sorted(INSIDERS):
        client = client_of(world, who)
        assert client.get(chapter_url("core:today", slug=world.chapter.slug)).status_code == 200, who
