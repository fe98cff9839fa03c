from __future__ import annotations

import pytest
from django.db import connection

from chapters.models import Member
from tests.factories import make_chapter, make_member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("cruz", ["María"]),
        ("mar de", ["María"]),
        ("MARÍA", ["María"]),
        ("o'neil", ["Sean"]),
        ("neil sea", ["Sean"]),
        ("sean.oneil@ex", ["Sean"]),
        ("eil", []),  # words are found by their beginning
        ("sean maria", []),
        ("' | ! & :* ", []),
        ("s':* | 'm", []),
        ("\\", []),
    ],
)
def test_people_are_found_by_the_beginnings_of_words(chapter, words, found):
    make_member(chapter, "María", last_name="de la Cruz", user=None, email="")
    make_member(chapter, "Sean", last_name="O'Neil", user=None, email="sean.oneil@example.org")
    make_member(make_chapter("elsewhere"), "Sean", last_name="de la Cruz", user=None, email="")
    rows = Member.objects.filter(chapter=chapter).search(words)
    assert [member.first_name for member in rows] == found


def test_the_database_finds_them_in_its_index():
    with connection.cursor() as cursor:
        for way in ("seqscan", "indexscan"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
    assert "member_by_words" in Member.objects.search("ann").explain()
