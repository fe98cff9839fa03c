from __future__ import annotations

from types import SimpleNamespace

import pytest

from core.actors import Actor
from core.permissions import get_right, has_right, list_rights, register_right


def organizer(chapter_id=1):
    return Actor(kind="user", chapter_id=chapter_id, user_id=1, member_id=1, roles=frozenset({"organizer"}))


def test_a_right_nobody_registered_is_a_mistake_not_a_refusal():
    with pytest.raises(KeyError):
        has_right(organizer(), "precincts.no_such_right")


def test_a_right_is_registered_once():
    with pytest.raises(ValueError, match="registered twice"):
        register_right("precincts.see_all", "again", roles={"organizer"})


def test_a_right_that_is_granted_otherwise_says_to_whom():
    with pytest.raises(ValueError, match="together"):
        register_right("precincts.silent", "x", roles=set(), also=lambda actor, row=None: True)


def test_an_organizer_holds_the_right_over_rows_of_the_own_chapter_only():
    assert has_right(organizer(1), "precincts.cut_blocks", SimpleNamespace(chapter_id=1))
    assert not has_right(organizer(1), "precincts.cut_blocks", SimpleNamespace(chapter_id=2))


def test_somebody_outside_every_chapter_holds_nothing():
    nobody = Actor.anonymous()
    assert [right.name for right in list_rights() if has_right(nobody, right.name)] == []


def test_a_member_without_a_role_holds_only_what_every_member_holds():
    member = Actor(kind="user", chapter_id=1, user_id=2, member_id=2)
    held = {right.name for right in list_rights() if has_right(member, right.name)}
    assert held == {
        "chapters.enter",
        "chapters.see_member",
        "chapters.see_meetings",
        "chapters.answer_meetings",
        "chapters.choose_own_mail",
        "chapters.see_asks",
        "chapters.ask_erasure",
        "chapters.edit_availability",
        "precincts.note_skill",
        "precincts.speak_for",
        "chapters.see_jobs",
    }


def test_a_captain_keeps_the_own_block_and_no_other():
    from precincts.models import Block

    captain = Actor(kind="user", chapter_id=1, user_id=3, member_id=3, block_ids=frozenset({7}))
    assert has_right(captain, "precincts.see_block_book", Block(pk=7, chapter_id=1, precinct_id=4))
    assert not has_right(captain, "precincts.see_block_book", Block(pk=8, chapter_id=1, precinct_id=4))


def test_whatever_lets_data_out_is_marked_for_the_second_factor():
    assert get_right("canvassing.print_lists").exports
    assert get_right("chapters.export_members").exports
