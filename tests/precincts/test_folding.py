from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from precincts.folding import fold, list_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Plays the Accordion", "plays the accordion"),
        ("  toca   el acordeón ", "toca el acordeon"),
        ("Łukasz-Straße 3, Ærø", "lukasz strasse 3 aero"),
        ("can_fix (bikes)!", "can fix bikes"),
        ("አማርኛ", "አማርኛ"),
        ("—", ""),
    ],
)
def test_case_accents_and_signs_do_not_count(text, folded):
    assert fold(text) == folded


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)
    assert list_words(fold(text)) == list_words(text)
